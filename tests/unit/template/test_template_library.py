"""Definitions in sets: Go's rules of redefinition, texts added by tpl, and what a dump keeps."""

from __future__ import annotations

import pytest

from steersman.errors import TemplateError
from steersman.template import Function, Library, ParseError, Runtime, StaleProgram

FUNCTIONS = {"quote": Function(lambda value: f'"{value}"', ("interface {}",), None, "string")}


def run(library: Library, name: str, dot: object = None) -> str:
    return Runtime(library, FUNCTIONS).execute(name, dot)


def test_a_later_definition_replaces_an_earlier_one() -> None:
    library = Library.compile([("a", '{{define "x"}}one{{end}}{{template "x"}}'), ("b", '{{define "x"}}two{{end}}')], FUNCTIONS)
    assert run(library, "a") == "two"


@pytest.mark.parametrize("empty", ["", " \n\t", "{{/* nothing */}}"])
def test_an_empty_definition_replaces_none(empty: str) -> None:
    library = Library.compile(
        [("a", '{{define "x"}}one{{end}}{{template "x"}}'), ("b", f'{{{{define "x"}}}}{empty}{{{{end}}}}')], FUNCTIONS
    )
    assert run(library, "a") == "one"


def test_an_empty_file_leaves_a_definition_of_its_name_alone() -> None:
    library = Library.compile([("a", '{{define "b"}}from a{{end}}'), ("b", "")], FUNCTIONS)
    assert run(library, "b") == "from a"


def test_two_definitions_in_one_text_are_an_error() -> None:
    with pytest.raises(ParseError, match=r'^template: a:1: template: multiple definition of template "x"$'):
        Library.compile([("a", '{{define "x"}}1{{end}}{{define "x"}}2{{end}}')], FUNCTIONS)


def test_an_extension_sees_the_library_and_leaves_it_as_it_was() -> None:
    library = Library.compile([("a", '{{define "x"}}one{{end}}{{template "x"}}')], FUNCTIONS)
    extended = library.extended("gotpl", '{{define "x"}}two{{end}}{{template "a"}}')
    assert run(extended, "gotpl") == "two"
    assert run(library, "a") == "one"
    assert library.extended("gotpl", '{{define "x"}}two{{end}}{{template "a"}}') is extended


def test_a_text_within_a_run_sees_its_own_definitions_only_while_it_runs() -> None:
    library = Library.compile([("a", '{{define "x"}}one{{end}}{{template "x"}}')], FUNCTIONS)
    runtime = Runtime(library, FUNCTIONS)
    assert runtime.execute("a", None) == "one"
    assert runtime.execute_text('{{define "x"}}two{{end}}{{template "a"}} {{.k}}', {"k": 1}) == "two 1"
    assert runtime.execute_text("no action", None) == "no action"
    assert runtime.execute("a", None) == "one"


def test_texts_within_texts_are_compiled_once() -> None:
    library = Library.compile([("a", '{{define "x"}}one{{end}}')], FUNCTIONS)
    outer = library.extended("gotpl", "{{1}}")
    assert outer.extended("gotpl", "{{2}}") is library.extended("gotpl", "{{2}}")
    defining = library.extended("gotpl", '{{define "x"}}two{{end}}')
    assert run(defining.extended("gotpl", '{{template "x"}}'), "gotpl") == "two"
    assert run(outer.extended("gotpl", '{{template "x"}}'), "gotpl") == "one"


def test_a_dump_keeps_code_and_texts_of_tpl() -> None:
    library = Library.compile([("a", "{{.k | quote}}"), ("b", "{{.k}}")], FUNCTIONS)
    library.extended("gotpl", "{{.k}}!")
    assert run(library, "a", {"k": "v"}) == '"v"'
    loaded = Library.loads(library.dumps(), FUNCTIONS)
    assert run(loaded, "a", {"k": "v"}) == '"v"'
    assert run(loaded, "b", {"k": "v"}) == "v"
    assert Runtime(loaded, FUNCTIONS).execute_text("{{.k}}!", {"k": "v"}) == "v!"
    assert loaded.definitions["a"].is_compiled


@pytest.mark.parametrize("data", [b"", b"garbage", b"\x00" * 40])
def test_damaged_or_foreign_bytes_are_stale(data: bytes) -> None:
    with pytest.raises(StaleProgram):
        Library.loads(data, FUNCTIONS)


def test_an_unknown_template_says_so() -> None:
    with pytest.raises(TemplateError, match=r'^template: no template "b" associated with template "gotpl"$'):
        run(Library.compile([("a", "x")], FUNCTIONS), "b")


def test_functions_of_the_table_go_before_builtins() -> None:
    functions = {"len": Function(lambda value: "mine", ("interface {}",)), "break": Function(lambda: "B", ())}
    library = Library.compile([("a", "{{len 1}}{{break}}")], functions)
    assert Runtime(library, functions).execute("a", None) == "mineB"
