"""The three ways to print: a table for people, one line of JSON, YAML. Helm 4: pkg/cli/output, gosuri/uitable."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from steersman.actions.status import Table


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows as aligned columns: cells padded to the widest of their column, separated by a tab; "" of no rows but a newline."""
    if not rows:
        return "\n"
    widths = [max(_width(row[number]) for row in rows) for number in range(len(rows[0]))]
    lines = ["\t".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths)) for row in rows]
    return "\n".join(lines) + "\n"


MIN_WIDTH, PADDING = 6, 3
"""Of a column in a table of the server's (cli-runtime: printers/tabwriter.go)."""


def tables_text(tables: Sequence[Table]) -> str:
    """Tables one after the other as kubectl prints them: each set by itself, the header once for those of the same columns."""
    parts: list[str] = []
    printed: tuple[str, ...] | None = None
    for table in tables:
        rows = [list(row) for row in table.rows]
        if not rows:
            continue
        if table.columns != printed:
            rows.insert(0, [name.upper() for name in table.columns])
            printed = table.columns
        count = len(table.columns)
        widths = [max(MIN_WIDTH, max(len(row[number]) for row in rows if number < len(row)) + PADDING) for number in range(count)]
        for row in rows:
            parts.append("".join(cell.ljust(width) for cell, width in zip(row[:-1], widths)) + row[-1] + "\n")
    return "".join(parts)


def _width(text: str) -> int:
    """Columns on a terminal: wide East Asian characters take two."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def json_line(value: object) -> str:
    """One line of JSON as Go's encoder writes it, HTML characters escaped."""
    from steersman.golang.json import marshal

    return marshal(value) + "\n"


def yaml_text(value: object) -> str:
    from steersman.golang.yaml import dump

    return dump(value)
