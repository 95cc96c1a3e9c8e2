"""Laying values over defaults: what is shared, what is not, and what is too deep."""

from __future__ import annotations

from typing import Any

import pytest

from steersman.chart import Chart, Dependency, Metadata, Note
from steersman.chart.model import placed
from steersman.errors import ValuesError
from steersman.values import coalesce_values, process_dependencies, to_render_values


def chart(name: str, values: dict[str, Any], *inner: Chart, listed: tuple[Dependency, ...] = ()) -> Chart:
    metadata = Metadata(name=name, version="1.0.0", api_version="v2", dependencies=listed)
    return placed(Chart(metadata=metadata, values=values, dependencies=inner))


def test_templates_get_a_tree_of_their_own() -> None:
    given, defaults = {"a": {"x": [1.0]}}, {"b": {"y": [2.0]}, "a": {"z": {}}}
    tree = coalesce_values(chart("top", defaults), given)
    tree["a"]["x"].append(3.0)
    tree["b"]["y"].append(3.0)
    tree["a"]["z"]["new"] = 1.0
    assert given == {"a": {"x": [1.0]}}
    assert defaults == {"b": {"y": [2.0]}, "a": {"z": {}}}


def test_nested_globals_are_one_table_everywhere() -> None:
    tree = coalesce_values(chart("top", {"global": {"a": {"b": {"c": 1.0}}}}, chart("sub", {})), {})
    assert tree["sub"]["global"]["a"]["b"] is tree["global"]["a"]["b"]
    assert tree["sub"]["global"]["a"] is not tree["global"]["a"]


def test_what_helm_would_log() -> None:
    notes: list[Note] = []
    coalesce_values(chart("top", {"a": {"b": {"c": 1.0}}, "d": 1.0}), {"a": {"b": 3.0}, "d": {"x": 1.0}}, notes)
    assert sorted(note.message for note in notes) == [
        "warning: cannot overwrite table with non table for top.a.b (map[c:1])",
        "warning: skipped value for top.d: Not a table.",
    ]


def test_a_subchart_whose_values_are_no_table() -> None:
    with pytest.raises(ValuesError, match=r"^type mismatch on sub: %!t\(string=x\)$"):
        coalesce_values(chart("top", {}, chart("sub", {})), {"sub": "x"})


def test_values_without_end() -> None:
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(100_000):
        inner["a"] = inner = {}
    with pytest.raises(ValuesError, match="nested too deeply"):
        coalesce_values(chart("top", {}), deep)


def test_an_alias_names_the_path_of_the_charts_below() -> None:
    top = chart("top", {}, chart("db", {"x": 1.0}, chart("leaf", {})), listed=(Dependency("db", "*", alias="main"),))
    processed = process_dependencies(top, {})
    assert [each.full_path() for each in processed.walk()] == ["top", "top/charts/main", "top/charts/main/charts/leaf"]
    assert to_render_values(processed, {})["main"]["x"] == 1.0
    assert [each.full_path() for each in top.walk()][1] == "top/charts/db"


def test_conditions_and_tags() -> None:
    listed = (
        Dependency("a", "*", condition="a.on, a.other", tags=("t",)),
        Dependency("b", "*", tags=("t", "u")),
        Dependency("c", ">=2.0.0"),
    )
    top = chart("top", {"tags": {"t": False}}, *(chart(name, {}) for name in "abc"), listed=listed)
    notes: list[Note] = []

    def names(values: dict[str, Any]) -> list[str]:
        return sorted(inner.name for inner in process_dependencies(top, values, notes).dependencies)

    assert names({}) == ["c"], "a chart of another version is not the listed one, and stays"
    assert names({"tags": {"u": True}}) == ["b", "c"]
    assert names({"a": {"on": True}}) == ["a", "c"]
    assert notes == []
    assert names({"a": {"on": "yes"}}) == ["c"]
    assert str(notes[0]) == "returned non-bool value path=a.on chart=a"


def test_what_is_imported_lies_below_the_parents_own() -> None:
    inner = chart("sub", {"exports": {"data": {"k": 1.0, "l": 1.0}}, "t": {"m": 1.0}})
    listed = (Dependency("sub", "*", import_values=("data", {"child": "t", "parent": "here.there"}, "missing")),)
    notes: list[Note] = []
    processed = process_dependencies(chart("top", {"k": 2.0}, inner, listed=listed), {}, notes)
    assert (processed.values["k"], processed.values["l"], processed.values["here"]) == (2.0, 1.0, {"there": {"m": 1.0}})
    assert [str(note) for note in notes] == ['ImportValues missing table error="missing" is not a table']


def test_imports_that_contain_themselves() -> None:
    """The second import puts the table that the first one took into itself. Helm's process dies of such a chart."""
    imports = ({"child": "a", "parent": "."}, {"child": "a", "parent": "a"})
    listed = (Dependency("sub", "*", import_values=imports),)
    top = chart("top", {}, chart("sub", {"a": {"a": {"x": 1.0}}}), listed=listed)
    with pytest.raises(ValuesError, match="nested too deeply"):
        process_dependencies(top, {})
