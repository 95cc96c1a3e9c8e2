"""Regular expressions that are compiled when they are first asked.

Compiling costs 0.1 to 0.5 ms each, and a start-up of some tens of milliseconds has no room for those that it never asks.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def pattern(scope: dict[str, Any], name: str, expression: str | bytes, method: str = "match", flags: int = 0) -> Any:
    """What `re.compile(expression, flags).METHOD` gives, made at the first call.

    `_word = pattern(globals(), "_word", "[a-z]+")`: the first call puts the real method in its place, so that all later ones cost
    nothing more. `scope[name]` must be the name that callers use; a copy taken before stays slow, but right.
    """

    def first(*arguments: Any, **named: Any) -> Any:
        found = scope[name] = getattr(re.compile(expression, flags), method)
        return found(*arguments, **named)

    return first
