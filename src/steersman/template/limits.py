"""What a template may cost. Go bounds only the depth; a hostile chart asks for more."""

from __future__ import annotations

from steersman.records import Record

GO_MAX_DEPTH = 100_000
"""Go's own limit on templates within templates, which its error text names (text/template/exec.go)."""

RECURSION_LIMIT = 9_000
"""Python frames allowed while templates run. CPython 3.11 counts C recursion by the same number. Measured on a stack of 8 MiB:
recursion through map(), all(), re.sub() or a property still ends in RecursionError at 10,000 and in a crash at 14,000; only a
recursion inside the key function of a sort, which nothing here does, crashes at 6,000."""

MAX_NESTING = 1_000
"""Blocks within blocks, or parentheses within parentheses, in one text. Go allows 10,000 parentheses and any number of blocks."""


class Limits(Record):
    """How deep, how long and how much one render may go. 0 is without limit."""

    depth: int = 2_100
    """Executions within executions: `template`, `include` and `tpl` each count one. Helm stops a name that includes itself at
    1,000; two names in turns at 2,000."""
    output: int = 64 * 1024 * 1024
    """Characters that one execution may give: two of the longest strings."""
    steps: int = 10_000_000
    """Turns of all loops and executions of templates together. The busiest of a hundred public charts takes a thousand; ten million that
    do next to nothing take a second, and with a function or two in each, ten."""
