"""Functions of lists and maps, where they surprise."""

from __future__ import annotations

from typing import Any

import pytest

from steersman.errors import Error, GoError, GoPanic
from steersman.golang.json import marshal
from steersman.golang.values import Int64, NilList, Strings, Values
from steersman.rendering.functions import dicts, lists
from steersman.rendering.functions.types import deep_equal


def test_lists_are_new_and_nil_is_a_nil_pointer() -> None:
    given = [1, 2]
    assert lists.push(given, 3) == [1, 2, 3]
    assert given == [1, 2]
    assert lists.rest([]) == []
    assert marshal(lists.concat([], [])) == "null"
    with pytest.raises(GoPanic, match="nil pointer dereference"):
        lists.push(None, 1)
    with pytest.raises(GoError, match="Cannot push on type string"):
        lists.push("a", 1)
    with pytest.raises(GoPanic, match="Cannot concat type map as list"):
        lists.concat({})


def test_membership_is_by_type_and_value() -> None:
    assert not lists.has(1, [Int64(1), 1.0, "1", True])
    assert lists.has({"a": [1]}, [{"a": [1]}])
    assert not lists.has("a", None)
    assert lists.uniq(["a", "a", 1, 1.0, [1], [1]]) == ["a", 1, 1.0, [1]]
    assert lists.without(Strings(["a", "b"]), "a") == ["b"]
    assert not deep_equal([], NilList())


def test_parts_and_chunks() -> None:
    assert type(lists.cut(Strings("abc"), 1)) is Strings
    assert lists.cut([]) is None
    with pytest.raises(GoPanic, match="slice index out of bounds"):
        lists.cut([1], 0, 2)
    assert lists.chunk(2, [1, 2, 3]) == [[1, 2], [3]]
    assert lists.chunk(3, []) == []
    with pytest.raises(GoPanic, match="makeslice: len out of range"):
        lists.chunk(0, [1])


def test_dicts() -> None:
    assert dicts.new_dict("a", 1, 2) == {"a": 1, "2": ""}
    assert dicts.get({"a": None}, "a") is None
    assert dicts.get({}, "a") == ""
    assert dicts.keys({"b": 1}, {"a": 1}) == ["b", "a"]
    with pytest.raises(GoPanic, match="assignment to entry in nil map"):
        dicts.put(None, "a", 1)


@pytest.mark.parametrize(
    ("target", "source", "kept", "overwritten"),
    [
        ({"a": 0}, {"a": 1}, {"a": 1}, {"a": 1}),
        ({"a": 2}, {"a": 0}, {"a": 2}, {"a": 0}),
        ({"a": 2}, {"a": None}, {"a": 2}, {"a": None}),
        ({}, {"a": None}, {}, {"a": None}),
        ({"a": {"x": 1}}, {"a": {"x": 2, "y": 3}}, {"a": {"x": 1, "y": 3}}, {"a": {"x": 2, "y": 3}}),
        ({"a": [1]}, {"a": [2]}, {"a": [1]}, {"a": [2]}),
        ({"a": []}, {"a": [2]}, {"a": [2]}, {"a": [2]}),
        ({"a": "s"}, {"a": {"x": 1}}, {"a": "s"}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"a": "s"}, {"a": {"x": 1}}, {"a": "s"}),
        ({"a": False}, {"a": True}, {"a": True}, {"a": True}),
    ],
)
def test_merging_as_mergo(
    target: dict[str, Any], source: dict[str, Any], kept: dict[str, Any], overwritten: dict[str, Any]
) -> None:
    assert dicts.merge(dicts.deep_copy(target), source) == kept  # type: ignore[arg-type]
    assert dicts.merge_overwrite(dicts.deep_copy(target), source) == overwritten  # type: ignore[arg-type]


def test_merging_writes_into_the_first_and_shares_what_it_lacks() -> None:
    target: dict[str, Any] = {}
    source = {"a": {"x": 1}}
    assert dicts.merge(target, source) is target
    assert target["a"] is source["a"]


def test_a_map_in_itself_is_an_error_and_no_overflow() -> None:
    loop: dict[str, Any] = {}
    other: dict[str, Any] = {}
    loop["self"], other["self"] = loop, other
    with pytest.raises(Error):
        dicts.merge(loop, other)
    with pytest.raises(Error):
        dicts.deep_copy(loop)


def test_dig() -> None:
    tree = {"a": {"b": None}}
    assert dicts.dig("a", "b", "default", tree) is None
    assert dicts.dig("a", "x", "default", tree) == "default"
    for arguments, text in (
        (("a", tree), "dig needs at least three arguments"),
        (("a", "d", Values(tree)), "interface conversion: interface {} is common.Values, not map[string]interface {}"),
        (("a", "d", None), "interface conversion: interface {} is nil, not map[string]interface {}"),
        ((1, "d", tree), "interface conversion: interface {} is int, not string"),
    ):
        with pytest.raises(GoPanic) as caught:
            dicts.dig(*arguments)
        assert caught.value.message == text


def test_values_become_plain_by_what_returns_a_map() -> None:
    values = Values({"a": 1})
    assert dicts.put(values, "b", 2) is values
    assert dicts.dig("b", 0, values) == 2
    assert dicts.dig("a", 0, Values({"a": 1}).as_map()) == 1
