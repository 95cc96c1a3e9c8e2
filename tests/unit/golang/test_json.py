from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steersman.errors import GoError
from steersman.golang.json import MAX_DEPTH, PartialError, marshal, unmarshal
from steersman.golang.values import Float32, Int64, Ordered, Strings, Struct, Uint8, map_type, slice_type


class Thing(Struct):
    GO_TYPE = "main.Thing"
    FIELDS: ClassVar = {"Zeta": "zeta", "Alpha": "alpha"}
    zeta = 1
    alpha = "<"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (Int64(9007199254740993), "9007199254740993"),
        (1.0, "1"),
        (-0.0, "-0"),
        (0.1, "0.1"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (9.5e-10, "9.5e-10"),
        (123456789012345680.0, "123456789012345680"),
        (Float32(0.10000000149011612), "0.1"),
        ('"\\/\b\f\n\r\t\x00\x1f\x7f', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"'),
        ("<&>é\u2028\u2029", '"\\u003c\\u0026\\u003eé\\u2028\\u2029"'),
        ("a\udcffb", '"a\ufffdb"'),
        ("\udcc3\udca9", '"é"'),
        (b"hi", '"aGk="'),
        (slice_type("uint8")([Uint8(1)]), '"AQ=="'),
        ([], "[]"),
        ({}, "{}"),
        ({"b": [1, None], "a": {"\uff00": 1, "😀": 2}}, '{"a":{"\uff00":1,"😀":2},"b":[1,null]}'),
        (Strings(["a"]), '["a"]'),
        (map_type("int", "string")({10: "a", 9: "b"}), '{"10":"a","9":"b"}'),
        (Ordered(b=1, a=2), '{"b":1,"a":2}'),
        (Thing(), '{"Zeta":1,"Alpha":"\\u003c"}'),
        ([GoError("x")], "[{}]"),
    ],
)
def test_marshal(value: Any, text: str) -> None:
    assert marshal(value) == text


def test_without_escaping_of_html() -> None:
    assert marshal({"<": "&>\u2028"}, escape_html=False) == '{"<":"&>\\u2028"}'


def test_indented() -> None:
    value = {"b": [1, {"c": "<"}], "a": [], "d": {}, "e": Thing(), "f": b"x"}
    assert marshal(value, indent="  ") == (
        '{\n  "a": [],\n  "b": [\n    1,\n    {\n      "c": "\\u003c"\n    }\n  ],\n  "d": {},\n'
        '  "e": {\n    "Zeta": 1,\n    "Alpha": "\\u003c"\n  },\n  "f": "eA=="\n}'
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "json: unsupported value: NaN"),
        ({"a": [float("-inf")]}, "json: unsupported value: -Inf"),
        (1j, "json: unsupported type: complex128"),
        (len, "json: unsupported type: func()"),
        (map_type("bool", "int")({True: 1}), "json: unsupported type: map[bool]int"),
    ],
)
def test_marshal_refuses(value: Any, message: str) -> None:
    for indent in ("", "  "):
        with pytest.raises(GoError) as caught:
            marshal(value, indent=indent)
        assert str(caught.value) == message


def test_deep_values_are_written_and_cycles_are_errors() -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = {"a": [deep]}
    assert marshal(deep) == '{"a":[' * 5000 + "1" + "]}" * 5000
    cycle: dict[str, Any] = {}
    cycle["a"] = [cycle]
    with pytest.raises(GoError, match=r"^json: unsupported value: encountered a cycle via (map\[string\]|\[\])interface \{\}$"):
        marshal(cycle)


def test_the_deep_way_writes_as_the_short_one() -> None:
    from steersman.golang import json as module

    value = {"b": [1, {"c": None}, []], "a": {}, "t": Thing(), "x": b"1"}
    for indent in ("", "  "):
        assert module._deep(value, indent).replace("<", "\\u003c") == marshal(value, indent=indent)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" null\n", None),
        ('{"a":1,"a":2}', {"a": 2.0}),
        ('["\\ud83d\\ude00\\ud800\\ud800\\u0041"]', ["😀\ufffd\ufffdA"]),
        ('"\udcff\udce2\udc82"', "\ufffd\ufffd\ufffd"),
        ("[1e2, -0, 1e-400]", [100.0, -0.0, 0.0]),
        ('"\u2028é"', "\u2028é"),
    ],
)
def test_unmarshal(text: str, value: Any) -> None:
    found = unmarshal(text)
    assert found == value
    assert repr(found) == repr(value)


def test_integers_become_floats() -> None:
    assert type(unmarshal("1")) is float
    assert unmarshal("123456789012345678901234567890") == 1.2345678901234568e29


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unexpected end of JSON input"),
        ("  ", "unexpected end of JSON input"),
        ('{"a":', "unexpected end of JSON input"),
        ('"abc', "unexpected end of JSON input"),
        ("tru", "unexpected end of JSON input"),
        ("tru ", "invalid character ' ' in literal true (expecting 'e')"),
        ("nulx", "invalid character 'x' in literal null (expecting 'l')"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("'a'", "invalid character '\\'' looking for beginning of value"),
        ("é", "invalid character 'é' looking for beginning of value"),
        ("\udcc3", "invalid character '\\xc3' looking for beginning of value"),
        ("\ufeff{}", "invalid character '\\ufeff' looking for beginning of value"),
        ("NaN", "invalid character 'N' looking for beginning of value"),
        ("-Infinity", "invalid character 'I' in numeric literal"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("[1 2]", "invalid character '2' after array element"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        ('{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("01", "invalid character '1' after top-level value"),
        ("1.x", "invalid character 'x' in numeric literal"),
        ("1ex", "invalid character 'x' in numeric literal"),
        ('"\n"', "invalid character '\\n' in string"),
        ('"\\x"', "invalid escape sequence `\\x` in string"),
        ('"\\`"', 'invalid escape sequence "\\\\`" in string'),
        ('"\\é"', 'invalid escape sequence "\\\\\\xc3" in string'),
        ('"\\u12', "unexpected end of JSON input"),
        ('"\\u12"', 'invalid escape sequence `\\u12"` in string'),
        ('"\\u12g4"', "invalid escape sequence `\\u12g4` in string"),
        ("1e400", "json: cannot unmarshal number 1e400 into Go value of type float64"),
        ('{"a": {"b": 1e400, "c": 1e500}}', "json: cannot unmarshal number 1e400 into Go struct field .a.b of type float64"),
        ("[0, -1e400]", "json: cannot unmarshal number -1e400 into .1 of type float64"),
        ('{"a.7": 1e400}', "json: cannot unmarshal number 1e400 into .a.7 of type float64"),
        ('{"~/": 1e400}', "json: cannot unmarshal number 1e400 into Go struct field .~0~1 of type float64"),
        ('{"": 1e400}', "json: cannot unmarshal number 1e400 into Go value of type float64"),
        ("[1e400,", "unexpected end of JSON input"),
        ("[" * (MAX_DEPTH + 1), "exceeded max depth"),
    ],
)
def test_unmarshal_refuses(text: str, message: str) -> None:
    with pytest.raises(GoError) as caught:
        unmarshal(text)
    assert str(caught.value) == message


def test_the_kind_that_is_wanted() -> None:
    assert unmarshal("null", "map") is None
    assert unmarshal("null", "list") is None
    assert unmarshal('{"a":null}', "map") == {"a": None}
    for text, into, message in [
        ("[]", "map", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ('"a"', "map", "json: cannot unmarshal string into Go value of type map[string]interface {}"),
        ("1e400", "map", "json: cannot unmarshal number into Go value of type map[string]interface {}"),
        ("true", "list", "json: cannot unmarshal bool into Go value of type []interface {}"),
        ("{}", "list", "json: cannot unmarshal object into Go value of type []interface {}"),
    ]:
        with pytest.raises(GoError) as caught:
            unmarshal(text, into)
        assert str(caught.value) == message


def test_what_fits_is_read_nonetheless() -> None:
    with pytest.raises(PartialError) as caught:
        unmarshal('{"a": [1, 1e400, "x"], "b": true}')
    assert caught.value.partial == {"a": [1, 0, "x"], "b": True}
    with pytest.raises(PartialError) as caught:
        unmarshal("[]", "map")
    assert caught.value.partial is None


def test_the_deepest_text_is_indented() -> None:
    value: list[Any] = []
    for _ in range(MAX_DEPTH):
        value = [value]
    assert marshal(value) == "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)
    with pytest.raises(GoError, match=r"^exceeded max depth$"):
        marshal(value, indent=" ")


def test_the_deepest_text_is_read() -> None:
    value = unmarshal("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert marshal(value) == "[" * MAX_DEPTH + "]" * MAX_DEPTH


values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(values, st.sampled_from(["", "  "]), st.booleans())
def test_what_was_written_reads_back(value: Any, indent: str, escape: bool) -> None:
    text = marshal(value, indent=indent, escape_html=escape)
    assert unmarshal(text) == value == json.loads(text, parse_int=float)
    from steersman.golang.json import _Reader

    assert _Reader(text.encode()).read() == value
