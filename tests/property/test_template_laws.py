"""Laws of the template language."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steersman.errors import GoError, TemplateError
from steersman.template import Function, Library, Limits, ParseError, Runtime
from steersman.template.depth import deep

deep()  # at once: hypothesis does not like the limit to change while it runs

FUNCTIONS = {
    "upper": Function(str.upper, ("string",), None, "string"),
    "any": Function(lambda *values: values[0] if values else None, (), "interface {}"),
    "number": Function(lambda value: value, ("int",)),
    "float": Function(lambda value: value, ("float64",)),
}
DATA = {"a": "text", "b": [1, "x", None], "c": {"d": {"e": 1.5}, "n": None}, "i": 3, "t": True}

WORDS = [
    "{{",
    "}}",
    "{{",
    "}}",
    "{{-",
    "-}}",
    "if",
    "end",
    "range",
    "define",
    "block",
    "else",
    "with",
    "template",
    '"t"',
    "{{/*",
    "*/}}",
]

terms = st.sampled_from(
    [
        ".",
        ".a",
        ".b",
        ".c.d.e",
        ".c.n",
        ".missing.x",
        "$",
        "$.a",
        "1",
        "-2",
        "1.5",
        "0x1F",
        "'c'",
        '"s"',
        "`r`",
        "true",
        "nil",
        "$x",
        "$x.a",
    ]
)
names = st.sampled_from(
    ["upper", "any", "number", "float", "print", "printf", "len", "index", "eq", "lt", "and", "or", "not", "call", "slice"]
)


def _commands(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    argument = st.one_of(terms, inner.map(lambda text: f"({text})"), inner.map(lambda text: f"({text}).a"))
    call = st.builds(lambda name, args: " ".join([name, *args]), names, st.lists(argument, max_size=3))
    command = st.one_of(terms, call)
    return st.lists(command, min_size=1, max_size=3).map(" | ".join)


pipelines = st.recursive(terms, _commands, max_leaves=8)


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda p, a, b: f"{{{{if {p}}}}}{a}{{{{else if .a}}}}{b}{{{{end}}}}", pipelines, inner, inner),
        st.builds(lambda p, a, b: f"{{{{with $y := {p}}}}}{a}{{{{else}}}}{b}{{{{end}}}}", pipelines, inner, inner),
        st.builds(
            lambda p, a: f"{{{{range $k, $v := {p}}}}}{a}{{{{if eq $k 1}}}}{{{{break}}}}{{{{end}}}}{{{{end}}}}", pipelines, inner
        ),
        st.builds(lambda p, a: f"{{{{range {p}}}}}{a}{{{{continue}}}}{{{{else}}}}{a}{{{{end}}}}", pipelines, inner),
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda p: f"{{{{$x = {p}}}}}", pipelines),
        st.builds(lambda p: f'{{{{template "other" {p}}}}}', pipelines),
    )


bodies = st.recursive(st.one_of(st.just("text\n"), pipelines.map(lambda p: f"{{{{- {p} }}}}")), _blocks, max_leaves=8)
templates = bodies.map(lambda body: f'{{{{$x := .}}}}{body}{{{{define "other"}}}}[{{{{.}}}}]{{{{end}}}}')


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(templates)
def test_whatever_parses_compiles(text: str) -> None:
    """Whatever parses, compiles; and its execution ends in a text or in one of our errors, the same with signatures known or not,
    fresh or from a dump."""
    try:
        library = Library.compile([("t", text)], FUNCTIONS)
    except ParseError:
        return
    expected, failed = _executed(library)
    assert _executed(Library.loads(library.dumps(), FUNCTIONS)) == (expected, failed)
    unsigned = _executed(Library.compile([("t", text)], set(FUNCTIONS)))
    assert unsigned == (expected, failed) or (
        failed and unsigned[1]
    )  # of two errors in one call, Go's comes first only with signatures


def _executed(library: Library) -> tuple[str, bool]:
    for definition in library.definitions.values():
        definition.code()
    try:
        return Runtime(library, FUNCTIONS, limits=Limits(steps=10_000)).execute("t", DATA), False
    except (TemplateError, GoError) as error:
        return str(error), True


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*"{}-/*().$|=:, \n\t\"'`\\abx019.eEi+éλ²\udcff", *WORDS]), max_size=40).map("".join))
def test_any_text_parses_or_says_why(text: str) -> None:
    """Any text is a template or a ParseError."""
    try:
        Library.compile([("t", text)], FUNCTIONS)
    except ParseError as error:
        assert str(error).startswith("template: t:")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.sampled_from(["if", "range", "with"]), st.integers(0, 3))
def test_depth_changes_nothing(depth: int, word: str, stages: int) -> None:
    """A block within blocks sees the same variables and dot at any depth, and leaves the loop around it."""
    opening = {"if": "{{if $.t}}", "range": "{{range $e := $.l}}", "with": "{{with $.w}}"}[word]
    text = "{{$n := 0}}" + opening * depth + "{{$n = 7}}{{$.x}}" + "{{print $n}}" * stages + "{{end}}" * depth + "{{$n}}"
    library = Library.compile([("t", text)], {})
    out = Runtime(library, {}).execute("t", {"t": True, "l": [1], "w": "w", "x": "x"})
    assert out == "x" + "7" * stages + "7"


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.booleans())
def test_leaving_loops_at_any_depth(depth: int, by_break: bool) -> None:
    """break and continue leave the innermost loop, wherever its code has been put."""
    word = "break" if by_break else "continue"
    text = (
        "{{range $.l}}" * depth
        + "{{if $.t}}" * 70
        + f"{{{{.}}}}{{{{{word}}}}}"
        + "{{end}}" * 70
        + "never{{end}}"
        + "{{end}}" * (depth - 1)
    )
    library = Library.compile([("t", text)], {})
    out = Runtime(library, {}).execute("t", {"t": True, "l": [1]})
    assert out == "1"


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 300))
def test_calls_nest_at_any_depth(depth: int) -> None:
    """Parentheses within parentheses, and pipes after pipes, evaluate as they would one by one."""
    nested = "{{$v := 2}}{{" + "(print $v " * depth + "1" + ")" * depth + "}}"
    piped = "{{$v := 2}}{{1" + " | print $v" * depth + "}}"
    for text in (nested, piped):
        assert Runtime(Library.compile([("t", text)], {}), {}).execute("t", None) == _printed(depth)


def _printed(depth: int) -> str:
    """print puts a space between two operands when neither is a string: only the innermost call has such."""
    return "2" * (depth - 1) + "2 1"
