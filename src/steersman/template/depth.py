"""Room on Python's stack for templates that nest, as far as was measured to be safe (limits.RECURSION_LIMIT)."""

from __future__ import annotations

import sys

from steersman.template.limits import RECURSION_LIMIT


def deep() -> None:
    """Raises the interpreter's recursion limit to RECURSION_LIMIT, never lowers it: another thread may rely on it."""
    if sys.getrecursionlimit() < RECURSION_LIMIT:
        sys.setrecursionlimit(RECURSION_LIMIT)
