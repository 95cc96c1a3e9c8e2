from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steersman.errors import GoError, GoPanic
from steersman.golang.fmt import format_value
from steersman.golang.json import marshal
from steersman.golang.semver import Version, VersionValue, new_constraint, new_version, strict_new_version


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1.2.3", "1.2.3"),
        ("v1", "1.0.0"),
        ("1.2-beta+x.y", "1.2.0-beta+x.y"),
        ("01.02.03", "1.2.3"),
        ("1.2.3-a-b.1", "1.2.3-a-b.1"),
    ],
)
def test_loose_versions(text: str, shown: str) -> None:
    version = new_version(text)
    assert str(version) == shown
    assert version.original == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "invalid semantic version"),
        ("1.2.3.4", "invalid semantic version"),
        ("1.2.3-", "invalid semantic version"),
        ("V1", "invalid semantic version"),
        ("1.2.3\n", "invalid semantic version"),
        ("1.2.3-é", "invalid semantic version"),
        ("1.2.3-01", "version segment starts with 0"),
        ("1.2." + "9" * 250, f'error parsing version segment: strconv.ParseUint: parsing "{"9" * 250}": value out of range'),
        ("1" * 257, "version string is too long (max 256 bytes)"),
    ],
)
def test_loose_versions_refused(text: str, message: str) -> None:
    with pytest.raises(GoError) as caught:
        new_version(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "version string empty"),
        ("1.2", "invalid semantic version"),
        ("v1.2.3", "invalid characters in version"),
        ("1.02.3", "version segment starts with 0"),
        ("1.2.3-a..b", "invalid prerelease string"),
        ("1.2.3+", "invalid metadata string"),
        ("1..3", 'strconv.ParseUint: parsing "": invalid syntax'),
    ],
)
def test_strict_versions_refused(text: str, message: str) -> None:
    with pytest.raises(GoError) as caught:
        strict_new_version(text)
    assert str(caught.value) == message


def test_the_order_of_the_specification() -> None:
    texts = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.1.0 2.0.0 10.0.0"
    versions = [new_version(text) for text in texts.split()]
    mixed = versions[::2] + versions[1::2]
    assert sorted(mixed, key=Version.sort_key) == versions
    assert new_version("1.0.0+a").compare(new_version("1.0.0+b")) == 0


parts = st.sampled_from(["0", "1", "9", "10", "a", "b-1", "rc", "99999999999999999999"])
versions = st.builds(
    lambda numbers, prerelease: new_version(".".join(map(str, numbers)) + ("-" + ".".join(prerelease) if prerelease else "")),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.lists(parts, max_size=3),
)


@settings(max_examples=60)
@given(versions, versions, versions)
def test_comparing_is_an_order(a: Version, b: Version, c: Version) -> None:
    assert a.compare(b) == -b.compare(a)
    if a.compare(b) <= 0 and b.compare(c) <= 0:
        assert a.compare(c) <= 0


@settings(max_examples=60)
@given(versions)
def test_what_is_printed_reads_back(version: Version) -> None:
    assert str(new_version(str(version))) == str(version)
    assert new_constraint("=" + str(version)).check(version)


def call(version: Version, method: str, *arguments: object) -> object:
    function, parameters = version.METHODS[method]
    assert len(parameters) == len(arguments)
    return function(version, *arguments)


def test_methods_of_templates() -> None:
    version = new_version("v1.2.3-rc.1+b")
    assert [call(version, name) for name in ("Major", "Minor", "Patch", "Prerelease", "Metadata", "Original", "String")] == [
        1, 2, 3, "rc.1", "b", "v1.2.3-rc.1+b", "1.2.3-rc.1+b",
    ]  # fmt: skip
    raised = [call(version, name) for name in ("IncMajor", "IncMinor", "IncPatch")]
    assert [format_value(each) for each in raised] == ["2.0.0", "1.3.0", "1.2.3"]
    assert all(type(each) is VersionValue and each.original.startswith("v") for each in raised)
    assert "Original" not in VersionValue.METHODS
    assert format_value(call(version, "SetPrerelease", "beta")) == "1.2.3-beta+b"
    assert call(version, "Compare", new_version("1.2.3")) == -1
    assert call(version, "LessThan", new_version("1.2.3")) is True
    assert marshal([version]) == '["1.2.3-rc.1+b"]'
    with pytest.raises(GoError, match="invalid prerelease string"):
        call(version, "SetPrerelease", "a b")
    with pytest.raises(GoPanic, match="patch version increment would overflow uint64"):
        call(new_version("1.2.18446744073709551615"), "IncPatch")


@pytest.mark.parametrize(
    ("constraint", "shown", "inside", "outside"),
    [
        (">=1.19-0", ">=1.19-0", ["1.19.0-alpha", "1.30.2"], ["1.18.9"]),
        ("^1.2", "^1.2", ["1.2.0", "1.9.9"], ["1.1.9", "2.0.0", "1.3.0-a"]),
        ("~1.2.3", "~1.2.3", ["1.2.3", "1.2.9"], ["1.3.0", "1.2.2"]),
        ("1.2.x", "1.2.x", ["1.2.0", "1.2.7"], ["1.3.0"]),
        ("1.2 - 1.4, !=1.3.5", ">=1.2 <=1.4 !=1.3.5", ["1.2.0", "1.4.9"], ["1.3.5", "1.5.0"]),
        ("<1 || >=2.1,<3", "<1 || >=2.1 <3", ["0.9.0", "2.5.0"], ["1.0.0", "3.0.0"]),
        ("*", "*", ["0.0.1", "9.9.9"], ["1.0.0-a"]),
        ("^0.2.3", "^0.2.3", ["0.2.9"], ["0.3.0"]),
        ("^0.0.3", "^0.0.3", ["0.0.3"], ["0.0.4"]),
        (">1", ">1", ["2.0.0"], ["1.9.0"]),
        ("~>2", "~>2", ["2.9.0"], ["3.0.0"]),
    ],
)
def test_constraints(constraint: str, shown: str, inside: list[str], outside: list[str]) -> None:
    parsed = new_constraint(constraint)
    assert str(parsed) == shown
    for text in inside:
        assert parsed.check(new_version(text))
        assert parsed.validate(new_version(text)) == (True, [])
    for text in outside:
        assert not parsed.check(new_version(text))
        met, objections = parsed.validate(new_version(text))
        assert not met
        assert objections


def test_prereleases_may_be_included() -> None:
    constraint = new_constraint(">=1.0")
    assert not constraint.check(new_version("1.5.0-rc"))
    constraint.include_prerelease = True
    assert constraint.check(new_version("1.5.0-rc"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'improper constraint: ""'),
        ("foo", 'improper constraint: "foo"'),
        (">= 1.2 ||", 'improper constraint: ""'),
        ("==1", 'improper constraint: "==1"'),
        ("1,,2", 'improper constraint: "1,,2"'),
        ("1x.2", "constraint parser error"),
        (">" * 513, "constraint string is too long (max 512 bytes)"),
        ("1||" * 33 + "1", "too many constraint groups (max 32)"),
        ("1  " * 100 + "!", 'improper constraint: "' + "1  " * 100 + '!"'),
    ],
)
def test_constraints_refused(text: str, message: str) -> None:
    with pytest.raises(GoError) as caught:
        new_constraint(text)
    assert str(caught.value) == message
