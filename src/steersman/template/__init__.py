"""The template language of Go 1.26's text/template: lexer → parser → nodes → compile (to Python) → program → runtime.

    library = Library.compile([("a.yaml", "{{ .x | quote }}")], functions)
    Runtime(library, functions).execute("a.yaml", {"x": "y"})

`parse` reads a text into trees; `Library` is an immutable set of compiled definitions; `Runtime` executes them with one table of
functions. Nothing here knows a function of Helm or sprig. Only what is asked for is imported: a library loaded from the cache
needs neither lexer nor parser nor compiler.
"""

from __future__ import annotations

from steersman.template.functions import BUILTINS, Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.template.errors import ExecError, ParseError, UnknownTemplate
    from steersman.template.limits import Limits
    from steersman.template.parser import parse
    from steersman.template.program import Library, StaleProgram
    from steersman.template.runtime import Runtime

__all__ = [
    "BUILTINS",
    "ExecError",
    "Function",
    "Library",
    "Limits",
    "ParseError",
    "Runtime",
    "StaleProgram",
    "UnknownTemplate",
    "parse",
]

_HOMES = {
    "ExecError": "errors",
    "Library": "program",
    "Limits": "limits",
    "ParseError": "errors",
    "Runtime": "runtime",
    "StaleProgram": "program",
    "UnknownTemplate": "errors",
    "parse": "parser",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module: Any = getattr(__import__(f"{__name__}.{home}").template, home)
    found = globals()[name] = getattr(module, name)
    return found
