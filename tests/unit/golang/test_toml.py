from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steersman.errors import GoError, GoPanic
from steersman.golang.durations import Duration
from steersman.golang.fmt import format_value
from steersman.golang.semver import new_version
from steersman.golang.toml import marshal, unmarshal
from steersman.golang.values import Int64, Strings, map_type, type_of


def test_layout() -> None:
    value = {
        "name": "x",
        "table": {"inner": {"deep": {"k": 1}}, "a": 1.0},
        "list": [1, "a", [True]],
        "blocks": [{"b": 1, "c": {"d": 2}}, {"b": 2}],
        "mixed": [{"b": 1, "a": [{"c": 1}]}, 2],
        "nil": None,
        "key with space": "v",
        "": 1,
    }
    assert marshal(value) == (
        '"" = 1\n'
        '"key with space" = "v"\n'
        'list = [1, "a", [true]]\n'
        "mixed = [{b = 1, a = [{c = 1}]}, 2]\n"
        'name = "x"\n'
        "\n[[blocks]]\n  b = 1\n  [blocks.c]\n    d = 2\n"
        "\n[[blocks]]\n  b = 2\n"
        "\n[table]\n  a = 1.0\n  [table.inner]\n    [table.inner.deep]\n      k = 1\n"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (1e6, "1e+06"),
        (1.5, "1.5"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ('a"\\\n\x00\x7fé', '"a\\"\\\\\\n\\u0000\\u007fé"'),
        ([1, 2], "[1, 2]"),
        (Strings(["a"]), '["a"]'),
        ({}, ""),
        (b"ab", "[97, 98]"),
        (new_version("v1.2"), '"1.2.0"'),
        (Duration(1500000000), '"1.5s"'),
        ({"a": [{"b": None, "c": 1}, 1]}, "a = [{c = 1}, 1]\n"),
        ({"a": [{"b": 1, "c": None}, 1]}, "a = [{b = 1, }, 1]\n"),
    ],
)
def test_other_values(value: Any, text: str) -> None:
    assert marshal(value) == text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [1, None]}, "toml: cannot encode array with nil element"),
        ([{"a": 1}], "toml: top-level values must be Go maps or structs"),
        (map_type("int", "string")({1: "a"}), "toml: cannot encode a map with non-string key type"),
        (1j, "unsupported type for key '': complex128"),
        ({"a": 1j}, "unsupported type: complex128"),
    ],
)
def test_marshal_refuses(value: Any, message: str) -> None:
    with pytest.raises(GoError) as caught:
        marshal(value)
    assert str(caught.value) == message


def test_nil_panics_as_in_go() -> None:
    with pytest.raises(GoPanic, match="reflect: call of reflect"):
        marshal(None)


def test_a_cycle_is_an_error() -> None:
    cycle: dict[str, Any] = {}
    cycle["a"] = cycle
    with pytest.raises(GoError, match="nested too deeply"):
        marshal(cycle)


def test_unmarshal() -> None:
    text = (
        """
# comment
title = "a\\tb\\u00e9" # another
'raw key' = '\\n'
n = 0x_1F
""".replace("0x_1F", "0x1F")
        + '''
f = 1_0.5e1
multi = """
first \\
   second"""
a.b.c = true
list = [
  1, # one
  { x = 1,
    y.z = 2, },
]
[t]
k = -inf
[[t.rows]]
v = 1
[[t.rows]]
v = 2
'''
    )
    found = unmarshal(text)
    assert found == {
        "title": "a\tbé",
        "raw key": "\\n",
        "n": 31,
        "f": 105.0,
        "multi": "first second",
        "a": {"b": {"c": True}},
        "list": [1, {"x": 1, "y": {"z": 2}}],
        "t": {"k": float("-inf"), "rows": [{"v": 1}, {"v": 2}]},
    }
    assert type(found["n"]) is Int64
    assert type_of(found["t"]["rows"]) == "[]map[string]interface {}"
    assert unmarshal("") == {}


def test_times() -> None:
    found = unmarshal(
        "a = 1979-05-27T07:32:00.5-07:00\nb = 1979-05-27 07:32:00\nc = 1979-05-27\nd = 07:32\ne = 1979-05-27T07:32:00Z"
    )
    assert [format_value(found[key]) for key in "abcde"] == [
        "1979-05-27 07:32:00.5 -0700 -0700",
        "1979-05-27 07:32:00 +0000 datetime-local",
        "1979-05-27 00:00:00 +0000 date-local",
        "0000-01-01 07:32:00 +0000 time-local",
        "1979-05-27 07:32:00 +0000 UTC",
    ]
    assert marshal(found) == (
        "a = 1979-05-27T07:32:00.5-07:00\nb = 1979-05-27T07:32:00\nc = 1979-05-27\nd = 07:32:00\ne = 1979-05-27T07:32:00Z\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "toml: line 1: unexpected EOF; expected key separator '='"),
        ("a\n", "toml: line 1: expected '.' or '=', but got '\\n' instead"),
        ("a = ", 'toml: line 1 (last key "a"): unexpected EOF; expected value'),
        ("a = 1\na = 2", "toml: line 2 (last key \"a\"): Key 'a' has already been defined."),
        ("[t]\n[t]", "toml: line 2: Key 't' has already been defined."),
        ("a = [1 2]", "toml: line 1 (last key \"a\"): expected a comma (',') or array terminator (']'), but got '2'"),
        ("a = {b = 1, , }", 'toml: line 1 (last key "a.b"): unexpected comma'),
        ("\n[]", "toml: line 2: unexpected end of table name (table names cannot be empty)"),
        ("a = 01", 'toml: line 1 (last key "a"): Invalid integer "01": cannot have leading zeroes'),
        ("a = 1__0", 'toml: line 1 (last key "a"): Invalid integer "1__0": underscores must be surrounded by digits'),
        ("a = 9223372036854775808", 'toml: line 1 (last key "a"): 9223372036854775808 is out of range for int64'),
        ("a = 1979-13-01", 'toml: line 1 (last key "a"): invalid datetime: "1979-13-01"'),
        ('a = "x\ny"', 'toml: line 1 (last key "a"): strings cannot contain newlines'),
        ('a = "\\q"', "toml: line 1 (last key \"a\"): invalid escape in string '\\q'"),
        ("a = yes", 'toml: line 1 (last key "a"): expected value but found "yes" instead'),
        ("a = 'x\udcff'", 'toml: line 1 (last key "a"): invalid UTF-8 byte: 0xff'),
        ("a = 1 b = 2", "toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got 'b' instead"),
        ("\0", "toml: line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8"),
    ],
)
def test_unmarshal_refuses(text: str, message: str) -> None:
    with pytest.raises(GoError) as caught:
        unmarshal(text)
    assert str(caught.value) == message


def test_deep_nesting_is_an_error() -> None:
    with pytest.raises(GoError, match="nested too deeply"):
        unmarshal("a = " + "[" * 100_000)


# Not the empty key: the library itself loses the other elements of a list under it that holds a table with an empty key.
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
scalars = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | keys
documents = st.dictionaries(
    keys,
    st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6),
    max_size=4,
)


@settings(max_examples=60)
@given(documents)
def test_what_was_written_reads_back(document: dict[str, Any]) -> None:
    assert unmarshal(marshal(document)) == document
