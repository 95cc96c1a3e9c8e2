"""Rendering: a chart, its values and the world in; the text of every template out.

Theory of operation: all templates of the chart tree are parsed into one library in Helm's order, which decides among definitions of
one name. Each file that is no partial is then executed with the dot of its chart, in the same order, and "<no value>" is cut
from what it gives. `include` executes a definition of the library of the moment; `tpl` extends that library by one text and goes on
in a runtime of its own, whose `include` sees what the text defines. Parsing knows nothing of the values: the library of a chart can
be kept and used again.

Source: Helm 4 pkg/engine/engine.go.
"""

from __future__ import annotations

from steersman.errors import Cancelled, Error, GoError, GoPanic, TemplateError
from steersman.golang.sizes import OverLimit
from steersman.golang.strconv import quote
from steersman.objects.capabilities import Capabilities
from steersman.records import Record
from steersman.rendering import failures
from steersman.rendering.dot import dots_of, templates_of
from steersman.rendering.env import NO_FUNCTIONS, ReleaseFacts, RenderEnv
from steersman.rendering.functions import Functions
from steersman.template import Function, Library, Limits, ParseError, Runtime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from steersman.chart.model import Chart
    from steersman.rendering.dot import Template

MAX_REPEATS = 1000
"""How often a name may be included within itself (Helm 4: recursionMaxNums)."""

MAX_OUTPUT = Limits().output
"""Characters that the templates of a chart may give together: as many as one of them."""

ROOT = "gotpl"
"""The name of Helm's root template, and of every text given to `tpl`."""

NO_VALUE = "<no value>"


class Source(Record):
    """The text that one template rendered to, under the template's name: "mychart/templates/a.yaml"."""

    path: str
    text: str


def compile_chart(chart: Chart, more: Mapping[str, Function] = NO_FUNCTIONS) -> Library:
    """The library of all templates of the chart tree, for `render`. It depends on the chart's templates alone.

    `more` is `RenderEnv.functions`, if it has any. Raises TemplateError with Helm's text: `parse error at (FILE:LINE): …`.
    """
    return _compile(templates_of(chart), more)


def load_compiled(data: bytes, more: Mapping[str, Function] = NO_FUNCTIONS) -> Library:
    """What `Library.dumps` wrote of a compiled chart. Raises StaleProgram when it must be compiled anew."""
    return Library.loads(data, signatures(more))


def _compile(templates: Sequence[Template], more: Mapping[str, Function]) -> Library:
    try:
        return Library.compile([(template.name, template.text) for template in templates], signatures(more))
    except TemplateError as error:
        name = error.at.file if error.at is not None else ""
        raise failures.of_parsing(name, error) from error


_signatures: list[Functions] = []


def signatures(more: Mapping[str, Function] = NO_FUNCTIONS) -> Functions:
    """All functions as the compiler wants them: for their names and their parameters. None of them is to be called."""
    if not _signatures:
        nowhere = RenderEnv(Capabilities(), ReleaseFacts(""), now=int, random=bytes)
        calls = Calls(nowhere)
        _signatures.append(Functions(nowhere).extended({**calls.table(), **calls.of_library(Runtime(Library({}, ()), {}))}))
    return _signatures[0].extended(more) if more else _signatures[0]


def render(chart: Chart, values: dict[str, Any], env: RenderEnv, library: Library | None = None) -> tuple[Source, ...]:
    """Every template of the chart tree, rendered; partials are left out, notes are not.

    `values` is the coalesced tree of `to_render_values`: templates write to it. `library` is what `compile_chart` gave for this
    chart. Raises TemplateError with Helm 4's text.
    """
    templates = templates_of(chart)
    if library is None:
        library = _compile(templates, env.functions)
    dots = dots_of(chart, values, env)
    calls = Calls(env)
    runtime = calls.runtime(library, Functions(env).extended({**calls.table(), **env.functions}))
    sources = []
    length = 0
    for template in templates:
        if template.is_partial:
            continue
        dot = dots[template.chart]
        dot["Template"] = type(dot)(Name=template.name, BasePath=template.base_path)
        try:
            text = runtime.execute(template.name, dot)
            length += len(text)
            if length > MAX_OUTPUT:
                raise OverLimit(f"the templates together give more than {MAX_OUTPUT} characters")
        except TemplateError as error:
            raise failures.of_execution(template.name, error) from error
        except OverLimit as error:
            raise TemplateError(f"rendering template failed: {template.name}: {error.message}", code="template-limit") from error
        except RecursionError:
            raise TemplateError(
                f"rendering template failed: {template.name}: templates or values nest too deeply", code="template-limit"
            ) from None
        sources.append(Source(template.name, text.replace(NO_VALUE, "")))
    return tuple(sources)


class Calls:
    """The functions that execute templates or ask the world, for one render."""

    def __init__(self, env: RenderEnv) -> None:
        self._env = env
        self._entered: dict[str, int] = {}

    def runtime(self, library: Library, functions: Functions) -> Runtime:
        """A runtime over the library, whose `include` and `tpl` stay in it."""
        runtime = Runtime(library, functions, missing_key="error" if self._env.strict else "zero", name=ROOT)
        functions.update(self.of_library(runtime))
        return runtime

    def of_library(self, runtime: Runtime) -> dict[str, Function]:
        """The functions that execute templates."""

        def include(name: str, data: object) -> str:
            entered = self._entered.get(name, 0)
            if entered > MAX_REPEATS:
                raise GoError(f"rendering template has a nested reference name: {name}: unable to execute template")
            self._entered[name] = entered + 1
            try:
                return runtime.execute(name, data)
            finally:
                self._entered[name] -= 1

        def tpl(text: str, data: object) -> str:
            try:
                return runtime.execute_text(text, data).replace(NO_VALUE, "")
            except ParseError as error:
                raise GoError(f"cannot parse template {quote(text)}: {error.message}") from error
            except TemplateError as error:
                raise GoError(f"error during tpl function execution for {quote(text)}: {error.message}") from error

        return {
            "include": Function(include, ("string", "interface {}"), result="string"),
            "tpl": Function(tpl, ("string", "interface {}"), result="string"),
        }

    def table(self) -> dict[str, Function]:
        """The functions that do not depend on the library of the moment."""
        return {
            "fail": Function(self.fail, ("string",), result="string"),
            "getHostByName": Function(self.get_host_by_name, ("string",), result="string"),
            "lookup": Function(self.lookup, ("string", "string", "string", "string")),
            "required": Function(self.required, ("string", "interface {}")),
        }

    def _warn(self, text: str) -> None:
        if self._env.warn is not None:
            self._env.warn(text)

    def required(self, message: str, value: object) -> object:
        """The value, if there is one: nil and "" are none. In lint mode a missing one is "" and a warning."""
        if value is None or value == "":
            if self._env.lint:
                # Helm says "values" for a text that is empty.
                self._warn(f"missing required value{'' if value is None else 's'}: {message}")
                return ""
            raise failures.warning(message)
        return value

    def fail(self, message: str) -> str:
        if self._env.lint:
            self._warn(f"funcMap fail: {message}")
            return ""
        raise failures.warning(message)

    def lookup(self, api_version: str, kind: str, namespace: str, name: str) -> dict[str, object]:
        """An object of the cluster, a list of them for an empty name; {} when there is none, or no cluster, and in lint mode."""
        if self._env.lookup is None or self._env.lint:
            return {}
        try:
            return self._env.lookup(api_version, kind, namespace, name)
        except (Cancelled, GoError):
            raise
        except Error as error:
            raise GoError(error.message) from error

    def get_host_by_name(self, name: str) -> str:
        """One of the host's addresses at random; "" unless names may be resolved."""
        if self._env.resolve_host is None:
            return ""
        try:
            addresses = list(self._env.resolve_host(name))
        except (OSError, Error):
            addresses = []
        if not addresses:
            raise GoPanic("invalid argument to Intn")
        from steersman.rendering.functions.chance import below

        return addresses[below(self._env.random, len(addresses))]
