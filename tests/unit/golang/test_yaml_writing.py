"""Writing YAML as go-yaml v2 behind JSON (dump) and go-yaml v3 (dump_pretty) do."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from steersman.errors import GoError, GoPanic
from steersman.golang import yaml
from steersman.golang.values import Float32, Int64, Ordered, Strings, Struct, Uint64, Values, map_type


class Fruit(Struct):
    GO_TYPE: ClassVar[str] = "main.Fruit"
    FIELDS: ClassVar[dict[str, str]] = {"Name": "name", "AnyWeight": "weight"}

    def __init__(self) -> None:
        self.name = "plum"
        self.weight = 3

    def go_json(self) -> object:
        return Ordered([("name", self.name), ("anyWeight", self.weight)])


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (1, "1"),
        (Int64(-5), "-5"),
        (Uint64(18446744073709551615), "18446744073709551615"),
        (1.0, "1"),
        (-0.0, "0"),
        (1e6, "1000000"),
        (1e20, "1e+20"),
        (1e21, "1e+21"),
        (1e-7, "1e-07"),
        (1234567.5, "1.2345675e+06"),
        (9.223372036854775807e18, "9223372036854776000"),
        (Float32(0.10000000149011612), "0.1"),
        (b"hi", "aGk="),
        ("", '""'),
        ("a", "a"),
        ("yes", '"yes"'),
        ("null", '"null"'),
        ("1", '"1"'),
        ("0x1", '"0x1"'),
        ("1_000", '"1_000"'),
        ("1:30", '"1:30"'),
        ("2001-01-01", '"2001-01-01"'),
        ("2001-02-30", "2001-02-30"),
        ("2001-12-14T21:59:43Z", '"2001-12-14T21:59:43Z"'),
        ("<<", "<<"),
        ("-a", "-a"),
        ("- a", "'- a'"),
        ("a: b", "'a: b'"),
        ("a:b", "a:b"),
        ("a #b", "'a #b'"),
        ("a#b", "a#b"),
        (" a", "' a'"),
        ("it's: ", "'it''s: '"),
        ("a\tb", '"a\\tb"'),
        ("\x00\x1b\xa0", '"\\0\\e\xa0"'),
        ("é", "é"),
        ("😀", '"\\U0001F600"'),
        ("\ufeffa", '"\\uFEFF\\x61"'),
        ("a\nb", "|-\n  a\n  b"),
        ("a\n", "|\n  a"),
        ("a\n\n", "|+\n  a\n"),
        ("\n a", "|2-\n\n   a"),
        ("a \nb", '"a \\nb"'),
        ("a\x85b", "a b"),
        ("a\udcffb", "a\ufffdb"),
        ({}, "{}"),
        ([], "[]"),
        (Strings(["a"]), "- a"),
        (Values({"b": 1, "a": []}), "a: []\nb: 1"),
        (map_type("int", "string")({2: "a"}), '"2": a'),
        (Fruit(), "anyWeight: 3\nname: plum"),
        ({"a": [{"b": 1, "c": [2]}, [3, [4]], {}]}, "a:\n- b: 1\n  c:\n  - 2\n- - 3\n  - - 4\n- {}"),
        ({"a": {"b": "x\ny\n"}, "c": ["x\ny"]}, "a:\n  b: |\n    x\n    y\nc:\n- |-\n  x\n  y"),
        ({"k10": 1, "k9": 1, "A": 1, "_": 1, "a": 1}, "_: 1\nA: 1\na: 1\nk9: 1\nk10: 1"),
        ({"a\nb": [1]}, "? |-\n  a\n  b\n: - 1"),
        ({"k" * 129: {"a": 1}}, "? " + "k" * 129 + "\n: a: 1"),
        ({"k" * 128: 1}, "k" * 128 + ": 1"),
        ({"yes": 1, "": 2}, '"": 2\n"yes": 1'),
    ],
)
def test_v2_writes_what_json_left(value: Any, written: str) -> None:
    assert yaml.dump(value) == written + "\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1e6, "1e+06"),
        (-0.0, "-0"),
        (float("nan"), ".nan"),
        (float("-inf"), "-.inf"),
        (1000000, "1000000"),
        (Float32(0.10000000149011612), "0.1"),
        (b"hi", "- 104\n- 105"),
        ("yes", '"yes"'),
        ("0o+7", '"0o+7"'),
        ("0o+8", "0o+8"),
        ("0o-1000000000000000000000", '"0o-1000000000000000000000"'),
        ("0o+1000000000000000000000", "0o+1000000000000000000000"),
        ("a\tb", '"a\\tb"'),
        ("a\tb\n", "|\n  a\tb"),
        ("\udcff", "!!binary /w=="),
        ({"\udcff": 1}, "!!binary /w==: 1"),
        (Fruit(), "name: plum\nanyweight: 3"),
        ({"a": [{"b": [1]}], "c": {"d": []}}, "a:\n  - b:\n      - 1\nc:\n  d: []"),
        ([[1, [2]]], "- - 1\n  - - 2"),
        ("word " * 40, "'" + "word " * 40 + "'"),
    ],
)
def test_v3_writes_the_go_value(value: Any, written: str) -> None:
    assert yaml.dump_pretty(value) == written + "\n"


def test_v2_folds_behind_column_80_at_single_spaces() -> None:
    assert yaml.dump({"a": "word " * 20 + "end"}) == "a: " + "word " * 15 + "word\n  " + "word " * 4 + "end\n"
    assert yaml.dump(["'" + "x" * 90 + "  y z"]) == "- '''" + "x" * 90 + "  y\n  z'\n"
    assert yaml.dump("\t" + "x" * 90 + "  y") == '"\\t' + "x" * 90 + '\n  \\ y"\n'
    assert yaml.dump([{"a": "x" * 76 + " y"}]) == "- a: " + "x" * 76 + "\n    y\n"
    assert yaml.dump([{"a": "x" * 75 + " y"}]) == "- a: " + "x" * 75 + " y\n"


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ([float("nan")], "error marshaling into JSON: json: unsupported value: NaN"),
        (float("inf"), "error marshaling into JSON: json: unsupported value: +Inf"),
        ({"a": "\x7f"}, "yaml: control characters are not allowed"),
        ({"k" * 1023: 1}, "yaml: did not find expected ',' or '}'"),
        ({"a\x85b": 1}, "yaml: line 1: did not find expected ',' or '}'"),
    ],
)
def test_what_v2_cannot_write_is_an_error(value: Any, error: str) -> None:
    with pytest.raises(GoError) as caught:
        yaml.dump(value)
    assert str(caught.value) == error


def test_functions_cannot_be_written() -> None:
    with pytest.raises(GoError, match=r"error marshaling into JSON: json: unsupported type: func"):
        yaml.dump({"a": len})
    with pytest.raises(GoPanic, match=r"cannot marshal type: func"):
        yaml.dump_pretty({"a": len})


def test_a_value_that_contains_itself_is_an_error() -> None:
    endless: dict[str, Any] = {}
    endless["a"] = endless
    with pytest.raises(GoError) as caught:
        yaml.dump(endless)
    assert str(caught.value) == (
        "error marshaling into JSON: json: unsupported value: encountered a cycle via map[string]interface {}"
    )
    with pytest.raises(GoError, match="exceeded max depth of 10000"):
        yaml.dump_pretty(endless)


def test_depth_is_limited() -> None:
    deep: list[Any] = []
    for _ in range(9_999):
        deep = [deep]
    assert yaml.dump(deep).endswith("- []\n")
    for write in (yaml.dump, yaml.dump_pretty):
        with pytest.raises(yaml.YamlError, match="yaml: exceeded max depth of 10000"):
            write([deep])


def test_a_repeated_string_is_written_alike_wherever_it_stands() -> None:
    text = "x: " + "y" * 60
    once = yaml.dump({"a": text})
    assert yaml.dump({"a": text}) == once
    assert yaml.dump({text: text, "b": [text]}) == f"b:\n- '{text}'\n'{text}': '{text}'\n"
