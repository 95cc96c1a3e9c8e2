"""Differences for people: one head line an object, below it the fields, each with its sign.

Every value from a cluster or a chart is made printable first: a terminal must not obey what an annotation says.
"""

from __future__ import annotations

from steersman.plan.differences import ABSENT, DELETE, OURS, SIGNS, UNCHANGED, Change, Difference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

MAX_INLINE = 160
"""Characters of a value that are shown in a line; `-o json` has them all."""
CONTEXT = 2
"""Unchanged lines that are shown around changed ones of a long text."""

_COLORS = {"+": "32", "~": "33", "-": "31", "-/+": "35", "=": "36", "!": "31;1"}


class Paint:
    """Puts colour around texts, or leaves them."""

    __slots__ = ("_on",)

    def __init__(self, *, on: bool) -> None:
        self._on = on

    def __call__(self, sign: str, text: str) -> str:
        color = _COLORS.get(sign.strip(), "")
        return f"\x1b[{color}m{text}\x1b[0m" if self._on and color else text


def paint_of(mode: str) -> Paint:
    """Colour as --color says: on terminals only, unless it is "always"."""
    import sys

    return Paint(on=mode == "always" or (mode == "auto" and sys.stdout.isatty()))


def objects_view(objects: Iterable[Difference], paint: Paint) -> Iterator[str]:
    """The lines of all objects that change, or cannot."""
    for one in objects:
        if one.action == UNCHANGED and not one.problems:
            continue
        sign = SIGNS[one.action]
        ref = one.ref
        group = f".{ref.group}" if ref.group else ""
        place = f"{ref.namespace}/" if ref.namespace else ""
        name = ref.name or "(name made by the server)"
        whose = "" if one.ownership == OURS else f" [{one.ownership}]"
        why = f"  {printable(one.why)}" if one.why else ""
        yield paint(sign, f"{sign:<3} {ref.kind}{group} {place}{name}") + whose + why
        for problem in one.problems:
            yield paint("!", f"    ! {printable(problem)}")
        if one.action != DELETE:
            for change in one.changes:
                yield from change_view(change, paint)
        yield ""


def change_view(change: Change, paint: Paint) -> Iterator[str]:
    """The lines of one field."""
    sign, path = change.sign, printable(change.path)
    before, after = change.before, change.after
    if before is ABSENT or after is ABSENT:
        value = after if before is ABSENT else before
        if (isinstance(value, (dict, list)) and value) or _is_long(value):
            mark = "+" if before is ABSENT else "-"
            yield paint(sign, f"    {sign:<3} {path}:")
            for line in _block(value):
                yield paint(sign, f"    {mark:<3}   {line}")
        else:
            yield paint(sign, f"    {sign:<3} {path}: {inline(value)}")
    elif isinstance(before, str) and isinstance(after, str) and (_is_long(before) or _is_long(after)):
        yield paint(sign, f"    {sign:<3} {path}:")
        for line in _line_diff(before, after):
            yield paint(line[0], f"          {line}")
    else:
        yield paint(sign, f"    {sign:<3} {path}: {inline(before)} → {inline(after)}")


def inline(value: Any) -> str:
    """A value in one line: JSON, cut where it is long; fingerprints of Secrets as they are."""
    import json

    if isinstance(value, str) and value.startswith("redacted:"):
        return f"({value.replace(':', ' ')})"
    text = printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= MAX_INLINE else text[:MAX_INLINE] + "…"


def printable(text: str) -> str:
    """The text with every character that is none to print spelled out."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value.rstrip("\n")


def _block(value: Any) -> list[str]:
    if isinstance(value, str):
        return [printable(line) for line in value.split("\n")]
    from steersman.golang.yaml import dump

    return [printable(line) for line in dump(value).rstrip("\n").split("\n")]


def _line_diff(before: str, after: str) -> Iterator[str]:
    import difflib

    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=CONTEXT, lineterm="")
    for number, line in enumerate(lines):
        if number < 3:
            continue  # "---", "+++" and where the first lines are
        yield "…" if line.startswith("@@") else printable(line)
