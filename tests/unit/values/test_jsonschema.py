"""Schemas: what they find, how it reads, and what must not hang or leave the chart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steersman.chart import Chart, Metadata, Note
from steersman.errors import ValuesError
from steersman.values import to_render_values
from steersman.values.jsonschema import SchemaError, check, compile_schema, text_of
from steersman.values.jsonschema.findings import localised

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def findings(schema: Any, value: Any) -> list[str]:
    found = check(compile_schema(json.dumps(schema)), value)
    return [] if found is None else text_of(found).split("\n")


@pytest.mark.parametrize(
    ("schema", "value", "lines"),
    [
        ({"type": "string"}, 1.0, ["- at '': got number, want string"]),
        ({"type": ["integer", "null"]}, 1.5, ["- at '': got number, want null or integer"]),
        ({"required": ["a", "it's"]}, {}, [r"- at '': missing properties 'a', 'it\'s'"]),
        ({"properties": {"a/b": {"enum": [1.0, "x"]}}}, {"a/b": True}, ["- at '/a~1b': value must be one of 1.0, 'x'"]),
        ({"maximum": 65536}, 1e6, ["- at '': maximum: got 1×10⁰⁶, want 65,536"]),
        ({"multipleOf": 0.1}, 0.3, []),
        ({"uniqueItems": True}, [1.0, True, 1.0], ["- at '': items at 0 and 2 are equal"]),
        (
            {"oneOf": [{"type": "string"}, {"minimum": 3}]},
            1.0,
            [
                "- at '': 'oneOf' failed, none matched",
                "  - at '': got number, want string",
                "  - at '': minimum: got 1, want 3",
            ],
        ),
        (
            {"properties": {"a": True}, "allOf": [{"properties": {"b": True}}], "unevaluatedProperties": False},
            {"a": 1.0, "b": 1.0, "c": 1.0},
            ["- at '/c': false schema"],
        ),
        ({"$schema": DRAFT_7, "format": "ipv4"}, "1.2.3", ["- at '': '1.2.3' is not valid ipv4: expected four decimals"]),
        ({"format": "ipv4"}, "1.2.3", []),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"minLength": 2, "pattern": "^b"}}},
            "a",
            [
                "- at '': validation failed",
                "  - at '': minLength: got 1, want 2",
                "  - at '': 'a' does not match pattern '^b'",
            ],
        ),
    ],
)
def test_what_is_found(schema: Any, value: Any, lines: list[str]) -> None:
    assert findings(schema, value) == lines


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("", "EOF"),
        ("{", "unexpected EOF"),
        ("{} x", "invalid character after top-level value"),
        ('{"$ref": "#/nope"}', 'json-pointer in "file:///values.schema.json#/nope" not found'),
        ('{"$ref": "#nope"}', 'anchor in "file:///values.schema.json#nope" not found in schema "file:///values.schema.json"'),
        (
            '{"properties": {"a": {"type": "text"}}}',
            '"file:///values.schema.json#" is not valid against metaschema: jsonschema validation failed with '
            "'https://json-schema.org/draft/2020-12/schema#'\n- at '': 'allOf' failed\n"
            "  - at '/properties/a': 'allOf' failed\n    - at '/properties/a/type': 'anyOf' failed\n"
            "      - at '/properties/a/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', "
            "'string'\n      - at '/properties/a/type': got string, want array",
        ),
        (
            json.dumps({"$schema": DRAFT_7, "pattern": "(?=x)"}),
            '"file:///values.schema.json#" is not valid against metaschema: jsonschema validation failed with '
            "'http://json-schema.org/draft-07/schema#'\n- at '/pattern': '(?=x)' is not valid regex: "
            "error parsing regexp: invalid or unsupported Perl syntax: `(?=`",
        ),
    ],
)
def test_what_is_no_schema(schema: str, text: str) -> None:
    with pytest.raises(SchemaError) as raised:
        compile_schema(schema)
    assert str(raised.value) == text


@pytest.mark.parametrize("reference", ["https://example.com/x.json", "file:///dev/zero", "http://169.254.169.254/", "other.json"])
def test_a_reference_does_not_leave_the_chart(reference: str) -> None:
    with pytest.raises(SchemaError, match="a reference out of the chart is not followed"):
        compile_schema(json.dumps({"$ref": reference}))


def test_a_reference_leaves_the_chart_when_somebody_says_how() -> None:
    asked: list[str] = []

    def resolve(url: str) -> str:
        asked.append(url)
        return '{"$defs": {"a": {"type": "string"}}}'

    node = compile_schema('{"$ref": "https://example.com/x.json#/$defs/a"}', resolve=resolve)
    assert asked == ["https://example.com/x.json"]
    assert check(node, 1.0) is not None


def test_an_unknown_urn_allows_everything_and_is_noted() -> None:
    notes: list[Note] = []
    assert check(compile_schema('{"$ref": "urn:example:x"}', notes), 1.0) is None
    assert [str(note) for note in notes] == ["unresolved URN reference ignored; using permissive schema urn=urn:example:x"]


def test_a_reference_cycle_is_found() -> None:
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}
    assert "causing reference cycle" in findings(schema, 1.0)[-1]


def test_references_that_multiply_come_to_an_end() -> None:
    levels = {f"l{n}": {"allOf": [{"$ref": f"#/$defs/l{n + 1}"}, {"$ref": f"#/$defs/l{n + 1}"}]} for n in range(40)}
    with pytest.raises(SchemaError, match="steps"):
        findings({"$ref": "#/$defs/l0", "$defs": {**levels, "l40": {"type": "string"}}}, "x")


def test_depth_comes_to_an_end() -> None:
    chain = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(10_000)}
    with pytest.raises(SchemaError, match="nested too deeply"):
        findings({"$ref": "#/$defs/d0", "$defs": {**chain, "d10000": {}}}, 1.0)
    deep: Any = {}
    for _ in range(20_000):
        deep = {"allOf": [deep]}
    text = '{"allOf":[' * 20_000 + "{}" + "]}" * 20_000
    with pytest.raises(SchemaError):
        check(compile_schema(text), 1.0)


@pytest.mark.parametrize("number", ["1E1111111", "-0", "1e-5000"])
def test_numbers_of_any_size_are_no_danger(number: str) -> None:
    try:
        check(compile_schema(f'{{"maximum": {number}, "multipleOf": {number}}}'), 1.0)
    except SchemaError as error:
        assert "metaschema" in str(error)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (1000.0, "1,000"), (999999.5, "999,999.5"), (1e6, "1×10⁰⁶"), (-2.5e-10, "-2.5×10⁻¹⁰"), (1234567, "1,234,567")],
)
def test_numbers_as_the_english_printer_writes_them(number: float, text: str) -> None:
    assert localised(number) == text


def test_the_message_names_every_chart() -> None:
    sub = Chart(Metadata(name="sub"), schema=b'{"required": ["x"]}', parent_path="top")
    top = Chart(Metadata(name="top"), schema=b'{"properties": {"a": {"type": "string"}}}', dependencies=(sub,))
    with pytest.raises(ValuesError) as raised:
        to_render_values(top, {"a": 1.0})
    assert str(raised.value) == (
        "values don't meet the specifications of the schema(s) in the following chart(s):\n"
        "top:\n- at '/a': got number, want string\nsub:\n- at '': missing property 'x'\n"
    )
    assert to_render_values(top, {"a": 1.0}, skip_schema_validation=True)["a"] == 1.0
