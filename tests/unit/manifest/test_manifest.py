"""Manifests as text, and what Helm's own pairs do not ask of hooks and documents."""

from __future__ import annotations

import pytest

from steersman.errors import GoError, ManifestError
from steersman.manifest import (
    Hook,
    ParseError,
    dump_sources,
    hooks_for,
    hooks_text,
    manifest_text,
    parse,
    parse_manifest,
    read_head,
    show_only,
    split,
    split_notes,
    template_text,
    without_tests,
)
from steersman.records import Record


class Source(Record):
    path: str
    text: str


def document(kind: str, name: str, annotations: str = "", version: str = "v1") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n" + (
        f"  annotations: {annotations}\n" if annotations else ""
    )


SOURCES = {
    "c/templates/b.yaml": document("Service", "s")
    + "---\n"
    + document("Secret", "x")
    + "---\n"
    + document("Secret", "y", version="a/v1"),
    "c/templates/a.yaml": document("Pod", "t", "{helm.sh/hook: test}"),
    "c/templates/_p.tpl": "{ not: [yaml",
    "c/templates/none.yaml": " \n\t\n",
}


def test_text_of_a_manifest() -> None:
    manifest = parse(SOURCES)
    secret, other, service = (
        f"---\n# Source: c/templates/b.yaml\n{document(*what)}"
        for what in (("Secret", "x"), ("Secret", "y", "", "a/v1"), ("Service", "s"))
    )
    assert manifest_text(manifest) == f"{secret}\n{other}\n{service}\n"
    assert manifest_text(manifest, crds=[("c/crds/x.yaml", "a: b\n---\nc")], hide_secrets=True) == (
        "---\n# Source: c/crds/x.yaml\na: b\n---\nc\n"
        "---\n# Source: c/templates/b.yaml\n# HIDDEN: The Secret output has been suppressed\n"
        f"{other}\n{service}\n"
    )
    assert parse([Source(path, text) for path, text in SOURCES.items()]) == manifest
    pod = f"---\n# Source: c/templates/a.yaml\n{document('Pod', 't', '{helm.sh/hook: test}')}\n"
    assert hooks_text(manifest.hooks) == pod
    assert template_text("\n\n" + service, manifest.hooks) == f"{service}{pod}"
    assert template_text("") == "\n"
    assert without_tests(manifest.hooks) == ()


def test_notes_are_taken_out() -> None:
    sources = {
        "c/templates/NOTES.txt": "own",
        "c/charts/d/templates/NOTES.txt": "inner",
        "c/templates/x.yaml": "a: b",
        "c/templates/XNOTES.txt": "",
    }
    assert split_notes(sources, "c") == ("own", {"c/templates/x.yaml": "a: b"})
    assert split_notes(sources, "c", subcharts=True)[0] == "own\ninner\n"


def test_show_only() -> None:
    text = template_text(manifest_text(parse(SOURCES)), parse(SOURCES).hooks)
    assert (
        show_only(text, ["templates/a.yaml"])
        == f"---\n# Source: c/templates/a.yaml\n{document('Pod', 't', '{helm.sh/hook: test}')}\n\n"
    )
    assert show_only(text, ["templates/a.yaml", "templates/*.yaml"]).count("---\n") == 5
    with pytest.raises(ManifestError, match=r"^could not find template templates/z.yaml in chart$"):
        show_only(text, ["templates/z.yaml"])
    with pytest.raises(ManifestError, match="could not find template templates/"):
        show_only(text, ["templates/["])


def test_a_broken_document_is_named_with_its_file() -> None:
    sources = {"a.yaml": document("Pod", "p"), "b.yaml": "a: [", "c.yaml": " "}
    with pytest.raises(ParseError) as raised:
        parse(sources)
    assert (
        str(raised.value)
        == "YAML parse error on b.yaml: error converting YAML to JSON: yaml: line 1: did not find expected node content"
    )
    assert [resource.name for resource in raised.value.partial.resources] == ["p"]
    assert raised.value.at is not None
    assert raised.value.at.file == "b.yaml"
    assert dump_sources(sources) == f"---\n# Source: a.yaml\n{document('Pod', 'p')}\n---\n# Source: b.yaml\na: [\n"


def test_hooks_run_by_weight_then_name() -> None:
    def hook(name: str, weight: int, *events: str) -> Hook:
        return Hook(name, "Job", "a", "", events or ("pre-install",), weight)

    hooks = (hook("c", 0), hook("b", 0), hook("z", -1), hook("t", 0, "test"), hook("twice", 9, "pre-install", "pre-install"))
    assert [one.name for one in hooks_for(hooks, "pre-install")] == ["z", "b", "c", "twice", "twice"]
    assert hook("c", 0).with_default_policy().delete_policies == ("before-hook-creation",)
    assert hook("c", 0).is_deleted_on("before-hook-creation")
    assert not hook("c", 0).replace(delete_policies=("hook-failed",)).is_deleted_on("before-hook-creation")


@pytest.mark.parametrize(
    ("annotation", "weight"),
    [
        ('"5"', 5),
        ("-5", -5),
        ('"+3"', 3),
        ('"1_0"', 0),
        ('" 1"', 0),
        ("1.5", 0),
        ('"9223372036854775808"', 0),
        ('"x"', 0),
        ('""', 0),
        ("'٣'", 0),
    ],
)
def test_weights(annotation: str, weight: int) -> None:
    (hook,) = parse({"a": document("Job", "j", f"{{helm.sh/hook: pre-install, helm.sh/hook-weight: {annotation}}}")}).hooks
    assert hook.weight == weight


def test_resource_policies() -> None:
    kept, odd, plain = parse_manifest(
        "---\n".join(
            document("ConfigMap", name, note)
            for name, note in (("a", '{helm.sh/resource-policy: " Keep "}'), ("b", "{helm.sh/resource-policy: drop}"), ("c", ""))
        )
    )
    assert (kept.is_kept, kept.is_forgotten) == (True, False)
    assert (odd.is_kept, odd.is_forgotten) == (False, True)
    assert (plain.is_kept, plain.is_forgotten) == (False, False)
    assert plain.ref("ns").namespace == "ns"


def test_a_stored_manifest_goes_by_the_text_of_its_numbers() -> None:
    text = "---\n".join(document("Pod", f"p{number}") for number in range(11))
    assert [resource.name for resource in parse_manifest(text)] == ["p0", "p1", "p10", *(f"p{number}" for number in range(2, 10))]


def test_split_cuts_where_helm_does() -> None:
    assert split("\n a: |\n---x\n--- \t b\n---\n\n") == ["a: |\n", "x\n", "b\n"]
    assert split("\u2003\x85a\u3000") == ["a\u3000"]
    assert split("") == split(" \n") == []


def test_numbers_that_json_has_no_words_for() -> None:
    found = read_head("{apiVersion: .inf, metadata: {name: .nan, annotations: {a: -.inf}}}")
    assert (found.api_version, found.name, found.annotations) == ("+Inf", "NaN", {"a": "-Inf"})
    with pytest.raises(GoError, match=r"json: unsupported value: -Inf$"):
        read_head("{spec: {z: .nan, a: [1, -.inf]}, kind: .inf, status: .nan}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plain", "json: cannot unmarshal string into Go value of type util.SimpleHead"),
        ("- a", "json: cannot unmarshal array into Go value of type util.SimpleHead"),
        ("kind: [a]", "json: cannot unmarshal array into Go struct field .kind of type string"),
        ("Kind: [a]", "json: cannot unmarshal array into Go struct field .Kind of type string"),
        ("metadata: {annotations: {1: []}}", "json: cannot unmarshal array into .metadata.annotations.1 of type string"),
        ("metadata: {name: {}}", "json: cannot unmarshal object into Go struct field .metadata.name of type string"),
        (
            "metadata: {annotations: x}",
            "json: cannot unmarshal string into Go struct field .metadata.annotations of type map[string]string",
        ),
        (
            "metadata:\n  annotations:\n    a:\n      b: c",
            "json: cannot unmarshal object into Go struct field .metadata.annotations.a of type string",
        ),
    ],
)
def test_heads_of_the_wrong_shape(text: str, message: str) -> None:
    with pytest.raises(GoError) as raised:
        read_head(text)
    assert str(raised.value) == f"error unmarshaling JSON: while decoding JSON: {message}"


def test_infinity_is_an_error_but_where_text_belongs() -> None:
    with pytest.raises(GoError, match=r"^error converting YAML to JSON: json: unsupported value: \+Inf$"):
        read_head("spec:\n- .inf")
    assert read_head("metadata: {annotations: {a: .inf}}").annotations == {"a": "+Inf"}
    assert read_head("kind: 1e6").kind == "1e+06"
    assert read_head("kind: 1000000").kind == "1000000"


def test_deep_documents_end_in_an_error() -> None:
    with pytest.raises(GoError):
        read_head("a: " + "[" * 20_000)
    with pytest.raises(GoError):
        read_head("\n".join(" " * depth + "a:" for depth in range(10_100)))
