"""The `--set` grammar where it is half-written, hostile, or typed."""

from __future__ import annotations

import pytest

from steersman.errors import ValuesError
from steersman.golang.values import Int64
from steersman.values import strvals


@pytest.mark.parametrize(
    ("line", "tree"),
    [
        ("a[0", {}),
        ("a[0]", {"a": []}),
        ("a[0].b=", {"a": []}),
        ("a=", {"a": ""}),
        ("a={}", {"a": [""]}),
        ("a[1]=x", {"a": [None, "x"]}),
        ("a=1,b=01,c=+5,d=1.5", {"a": 1, "b": "01", "c": 5, "d": "1.5"}),
        ("a=TRUE,b=null,c=FALſE", {"a": True, "b": None, "c": False}),
        (r"a\.b=c\,d", {"a.b": "c,d"}),
        ("=x", {}),
    ],
)
def test_what_a_line_means(line: str, tree: object) -> None:
    assert strvals.parse(line) == tree


def test_whole_numbers_are_int64() -> None:
    value = strvals.parse("a=9223372036854775807")["a"]
    assert type(value) is Int64
    assert strvals.parse("a=9223372036854775808")["a"] == "9223372036854775808"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("a[65537]=1", "index of 65537 is greater than maximum supported index of 65536"),
        (".".join("a" * 40) + "=1", "value name nested level is greater than maximum supported nested level of 30"),
        (",".join(f"a{number}[65000]=1" for number in range(20)), "the lists of one line have more than 1000000 elements"),
        ("a" + "[0]" * 300 + "=1", "more than 200 indexes in a row are not supported"),
        ("a=1,a.b=2", "unable to parse key: interface conversion: interface {} is int64, not map[string]interface {}"),
        ("a[0]x=1", "unexpected data at end of array index: ['x']"),
    ],
)
def test_what_is_refused(line: str, text: str) -> None:
    with pytest.raises(ValuesError) as raised:
        strvals.parse(line)
    assert str(raised.value) == text


def test_json_values_end_where_they_end() -> None:
    tree: dict[str, object] = {}
    strvals.parse_json_into('a={"b": [1, "}"]} ,c=true,d=,e[1]=-1.5e1', tree)
    assert tree == {"a": {"b": [1.0, "}"]}, "c": True, "d": None, "e": [None, -15.0]}
