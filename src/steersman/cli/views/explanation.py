"""An explanation of an error as lines for a person: places, excerpts with what is meant underlined, sentences.

Whatever of it comes from files is made harmless first: a chart must not send control sequences to a terminal.
"""

from __future__ import annotations

import os
import stat

from steersman.cli.flagsets import overlay_of
from steersman.rendering.explain import explain
from steersman.values.compose import Overlay
from steersman.values.origins import given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from steersman.cli.invocation import Invocation
    from steersman.errors import Error
    from steersman.rendering.excerpts import Frame, Line
    from steersman.values.origins import Given

    Paint = Callable[[str, str], str]

WIDEST = 120
"""Of a longer line only the part with what is marked is shown."""
BEFORE = 40
"""How much of such a line is shown before it."""

_BOLD, _RED, _BLUE, _PLAIN = "\x1b[1m", "\x1b[1;31m", "\x1b[34m", "\x1b[0m"


def lines_of(problem: Error, *, colour: bool = False) -> list[str]:
    """What to print below the message of an error. Reads the values files of the command line again, if they are files."""
    explanation = explain(problem, _sources(problem.setting.get("call")))
    paint = _painted if colour else _unpainted
    lines: list[str] = []
    for frame in explanation.frames:
        lines += _frame(frame, paint)
    if not explanation.frames and problem.at is not None:
        lines.append(f"  at {_harmless(str(problem.at))}")
    lines += (f"  {_harmless(note)}" for note in explanation.notes)
    if problem.hint:
        lines.append(f"  hint: {problem.hint}")
    return lines


def wants_colour(call: Invocation | None, environ: Mapping[str, str], is_terminal: bool) -> bool:
    """Whether to write in colours: only to a terminal that knows them, unless told not to (https://no-color.org)."""
    if not is_terminal or environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return call is None or call.settings.color != "never"


def _sources(call: Invocation | None) -> tuple[Given, ...]:
    overlay = overlay_of(call) if call is not None and "set-literal" in call.flags.values else Overlay()
    return given(overlay, _text_again)


def _text_again(path: str) -> str | None:
    """The text of a values file; None for what can be read only once, as a pipe."""
    from steersman.actions.prepare import read_values_file
    from steersman.errors import Error
    from steersman.golang.values import to_str

    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        return to_str(read_values_file(path))
    except (Error, OSError, ValueError):
        return None


def _painted(text: str, colour: str) -> str:
    return f"{colour}{text}{_PLAIN}"


def _unpainted(text: str, colour: str) -> str:
    return text


def _frame(frame: Frame, paint: Paint) -> list[str]:
    lines = [f"  {frame.word} {paint(_harmless(frame.place), _BOLD)}"]
    wide = max((len(str(line.number)) for line in frame.lines), default=0)
    for line in frame.lines:
        text, start, end = _clipped(line)
        lines.append(f"    {paint(f'{line.number:>{wide}} |', _BLUE)} {text}".rstrip())
        if end > start:
            space = " " * _width(text[:start])
            lines.append(f"    {paint(' ' * wide + ' |', _BLUE)} {space}{paint('^' * max(1, _width(text[start:end])), _RED)}")
    return lines


def _clipped(line: Line) -> tuple[str, int, int]:
    """The part of a line that is shown, and where in it the mark is."""
    text, start, end = _harmless(line.text), line.start, line.end
    cut = 0
    if len(text) > WIDEST:
        cut = max(0, min(start - BEFORE, len(text) - WIDEST))
    shown = text[cut : cut + WIDEST]
    if cut:
        shown = "…" + shown[1:]
    if cut + WIDEST < len(text):
        shown = shown[:-1] + "…"
    return shown, max(0, start - cut), min(max(0, end - cut), max(len(shown), start - cut + 1))


def _harmless(text: str) -> str:
    """Tabs as one space, and whatever is not printable as a replacement character: one for one, so that marks stay in their places."""
    return "".join(char if char.isprintable() else " " if char == "\t" else "\ufffd" for char in text)


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)
