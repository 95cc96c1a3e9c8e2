"""Texts, data, and what Go's text/template prints or says; each pair runs three ways: with signatures known to the compiler,
with names alone, and from a dumped library."""

from __future__ import annotations

from typing import Any

import pytest

from conformance import gotypes
from conformance.pairs import pairs
from steersman.errors import TemplateError
from steersman.golang.values import ZEROS, Ints, Uintptr, map_type, slice_type
from steersman.template import Function, Library, Runtime


class Anonymous(gotypes.Object):
    FIELDS = {"Str": "Str"}


class Anonymous2(gotypes.Object):
    FIELDS = {"a": "a", "b": "b"}


class Node(gotypes.Object):
    GO_TYPE = "*template.Tree"
    GO_KIND = "ptr"
    FIELDS = {"Val": "Val", "Left": "Left", "Right": "Right"}


def _node(data: dict[str, Any] | None) -> Node | None:
    return None if data is None else Node(Val=data["Val"], Left=_node(data["Left"]), Right=_node(data["Right"]))


def data_of(pair: dict[str, Any]) -> Any:
    kind, data = pair["data_type"], pair["data"]
    if kind in ("*template.T", "template.T"):
        return gotypes.t_value()
    if kind == "*template.I":
        return gotypes.t_value()
    if kind.startswith("*struct { Uthree"):
        return gotypes.comparisons()
    if kind == "struct { Str string }":
        return Anonymous(**data)
    if kind == "[]*template.T":
        return slice_type("*template.T")([gotypes.NilT()])
    if kind == "*template.Tree":
        return _node(data)
    if kind == "struct { a int; b string }":
        return Anonymous2(a=7, b="seven")
    if kind == "uintptr":
        return Uintptr(data)
    if kind in ZEROS and kind not in ("string", "bool", "complex128"):
        return type(ZEROS[kind])(data)
    if kind == "complex128":
        return complex(16.2, -17)
    if kind == "[]int":
        return Ints(data)
    if kind == "map[string]int":
        return map_type("string", "int")(data)
    if kind in ("map[string]string", "*map[string]string"):
        return map_type("string", "string")(data)
    if kind == "func() string":
        return Function(lambda: "result", (), None, "string")
    if kind == "map[string]interface {}" and data == {"S": {}}:
        return {"S": gotypes.Buffer()}
    if kind == "map[string]interface {}" and "$unrepresentable" in data:
        return {
            "PlusOne": Function(lambda n: n + 1, ("int",)),
            "Slice": Ints([0, 1, 2]),
            "One": 1,
            "Two": 2,
            "Nil": None,
            "Zero": 0,
        }
    return data


def names_of(pair: dict[str, Any]) -> list[tuple[str, str]]:
    """(name, text) of each text, the executed one first; the pairs do not tell the names of the others."""
    named = []
    for number, text in enumerate(pair["texts"]):
        name = pair["name"] if number == 0 else f"other{number}"
        if number == 0 and pair["missingkey"] == "error" and text.startswith("{{define"):
            name = "root"
        if text.startswith("template2"):
            name = "tmpl2.tmpl"
        elif text.startswith("template1"):
            name = "tmpl1.tmpl"
        elif text == "bar":
            name = "bar"
        elif text.startswith('{{block "stylesheet"'):
            name = "xhtml"
        named.append((name, text))
    return named


def run(library: Library, pair: dict[str, Any]) -> tuple[str, str | None]:
    runtime = Runtime(library, gotypes.FUNCTIONS, missing_key=pair["missingkey"])
    try:
        return runtime.execute(pair["name"], data_of(pair)), None
    except TemplateError as error:
        return "", str(error)


@pytest.mark.parametrize(("number", "pair"), pairs("gotemplate_exec"))
def test_pair(number: int, pair: dict[str, Any]) -> None:
    expected = ("" if pair["error"] else pair["out"], pair["error"])
    texts = names_of(pair)
    library = Library.compile(texts, gotypes.FUNCTIONS, left=pair["left"], right=pair["right"])
    assert run(library, pair) == expected
    assert run(Library.loads(library.dumps(), gotypes.FUNCTIONS), pair) == expected
    assert run(Library.compile(texts, set(gotypes.FUNCTIONS), left=pair["left"], right=pair["right"]), pair) == expected
