"""Where and what an error says: Go's text, the place, the cause; and the limits that end hostile templates."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from steersman.errors import Error, GoError
from steersman.golang.values import Values
from steersman.template import ExecError, Function, Library, Limits, ParseError, Runtime
from steersman.template.limits import MAX_NESTING


def _fail(message: str) -> str:
    raise GoError(message)


def _broken(value: object) -> object:
    raise TypeError("a mistake of ours")


FUNCTIONS = {
    "fail": Function(_fail, ("string",), None, "string"),
    "upper": Function(str.upper, ("string",), None, "string"),
    "broken": Function(_broken, ("interface {}",)),
}


def failure(text: str, dot: object = None, **options: object) -> ExecError:
    library = Library.compile([("dir/a.yaml", text)], FUNCTIONS)
    with pytest.raises(ExecError) as caught:
        Runtime(library, FUNCTIONS, **options).execute("dir/a.yaml", dot)  # type: ignore[arg-type]
    return caught.value


def test_an_error_carries_its_place_and_parts() -> None:
    error = failure("one\n  é: {{ .Values.image.tag }}", {"Values": Values()})
    assert str(error) == (
        'template: dir/a.yaml:2:16: executing "dir/a.yaml" at <.Values.image.tag>: nil pointer evaluating interface {}.tag'
    )
    assert (error.name, error.file, error.line, error.column) == ("dir/a.yaml", "dir/a.yaml", 2, 16)
    assert (error.context, error.reason, error.cause) == (".Values.image.tag", "nil pointer evaluating interface {}.tag", None)
    assert str(error.at) == "dir/a.yaml:2:17"


def test_an_error_of_a_function_is_the_cause() -> None:
    error = failure('{{ "x" | upper | fail }}')
    assert str(error) == 'template: dir/a.yaml:1:17: executing "dir/a.yaml" at <fail>: error calling fail: X'
    assert isinstance(error.cause, GoError)
    assert error.__cause__ is error.cause


def test_includes_make_a_chain() -> None:
    def include(name: str, dot: object) -> str:
        return runtime.execute(name, dot)

    functions = {**FUNCTIONS, "include": Function(include, ("string", "interface {}"), None, "string")}
    library = Library.compile([("a", '{{ include "b" . }}'), ("b", '\n{{ fail "no" }}')], functions)
    runtime = Runtime(library, functions)
    with pytest.raises(ExecError) as caught:
        runtime.execute("a", None)
    assert str(caught.value) == (
        'template: a:1:3: executing "a" at <include "b" .>: error calling include: '
        'template: b:2:3: executing "b" at <fail "no">: error calling fail: no'
    )
    inner = caught.value.cause
    assert isinstance(inner, ExecError)
    assert (inner.name, inner.line) == ("b", 2)


def test_an_error_in_a_definition_names_it_and_its_file() -> None:
    error = failure('{{define "x"}}\n{{upper .k}}{{end}}{{template "x" .}}', {"k": 1.5})
    assert str(error) == 'template: dir/a.yaml:2:8: executing "x" at <.k>: wrong type for value; expected string; got float64'


def test_an_error_deep_within_loops_keeps_its_place() -> None:
    text = "{{range $.l}}" * 40 + "{{upper $.n}}" + "{{end}}" * 40
    error = failure(text, {"l": [1], "n": 1})
    assert (error.column, error.context) == (text.index("$.n") + 1, "$.n")


def test_a_mistake_in_a_function_is_no_bare_traceback() -> None:
    error = failure("{{broken 1}}")
    assert error.reason == "error calling broken: TypeError: a mistake of ours"
    assert isinstance(error.cause, TypeError)


def test_depth_of_templates_has_a_limit() -> None:
    error = failure('{{define "r"}}{{template "r" .}}{{end}}{{template "r" .}}')
    assert error.reason == "exceeded maximum template depth (100000)"
    assert error.context == '{{template "r" .}}'


def test_turns_of_loops_have_a_limit() -> None:
    started = time.perf_counter()
    error = failure("{{range 100000}}{{range 100000}}{{end}}{{end}}", limits=Limits(steps=1_000_000))
    assert error.reason == "more than 1000000 turns of loops and executions of templates"
    assert "turns" in failure("{{range 9000000000000000000}}{{end}}", limits=Limits(steps=1_000)).reason
    assert time.perf_counter() - started < 10


def test_a_long_loop_may_be_left_early() -> None:
    library = Library.compile([("a", "{{range $i := 9000000000000000000}}{{if eq $i 3}}{{break}}{{end}}{{$i}}{{end}}")], {})
    assert Runtime(library, {}, limits=Limits(steps=100)).execute("a", None) == "012"


def test_output_has_a_limit() -> None:
    library = Library.compile([("a", '{{range 100}}{{printf "%0100d" 7}}{{end}}')], {})
    with pytest.raises(Error, match="longer than 1000"):
        Runtime(library, {}, limits=Limits(output=1000)).execute("a", None)


@pytest.mark.parametrize("text", ["{{if .}}" * (MAX_NESTING + 1), "{{" + "(" * (MAX_NESTING + 1)])
def test_nesting_has_a_limit(text: str) -> None:
    with pytest.raises(ParseError, match="depth exceeded"):
        Library.compile([("a", text)], {})


def test_without_columns_the_line_is_still_told() -> None:
    program = (
        "from steersman.template import Library, Runtime\n"
        "try: Runtime(Library.compile([('a', 'x\\n{{ .a.b }}')], {}), {}).execute('a', {})\n"
        "except Exception as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-X", "no_debug_ranges", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("template: a:2:")
    assert done.stdout.endswith(": nil pointer evaluating interface {}.b\n")


def test_a_cached_program_needs_neither_lexer_nor_compiler() -> None:
    program = (
        "import sys\nfrom steersman.template import Library, Runtime\n"
        "data = Library.compile([('a', '{{ .a }}')], {})\n"
        "data.definitions['a'].code(); data = data.dumps()\n"
        "for name in [n for n in sys.modules if n.startswith('steersman')]: del sys.modules[name]\n"
        "for name in ('ast', 're'): sys.modules.pop(name, None)\n"
        "from steersman.template import Library, Runtime\n"
        "assert Runtime(Library.loads(data, {}), {}).execute('a', {'a': 'x'}) == 'x'\n"
        "print(sorted(n for n in sys.modules if n in ('ast', 're', 'typing', 'dataclasses', 'pathlib', 'logging', 'inspect')\n"
        "      or n.endswith(('template.lexer', 'template.parser', 'template.compile', 'template.failures'))))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, env={"PYTHONPATH": "src"})
    assert done.stdout == "[]\n", done.stderr
