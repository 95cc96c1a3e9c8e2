"""Why rendering failed, told to a person: the places with their lines, and what is known of the values involved.

`explain` is pure, and is asked when an error is about to be shown and never before: what succeeds pays nothing for it. It reads
the chain of errors and their settings (see errors.Error), goes through templates and values files again, now with positions,
and gives frames (the failing place first, then those that led to it) and notes, each a sentence. It never raises for what it does
not understand: it then says less.

Values are told of by path and place and never shown; lines of rendered text and of values files are shown masked (see excerpts).
"""

from __future__ import annotations

from steersman.errors import Error
from steersman.manifest.parse import ParseError as ManifestParseError
from steersman.records import Record
from steersman.rendering.broken_yaml import of_file, of_manifest
from steersman.rendering.excerpts import Frame, excerpt, masked, word_end
from steersman.rendering.references import end_of, node_at, spot, start_of
from steersman.rendering.sentences import MAX_NOTES, KnownValues, either, of_schema
from steersman.spans import Span
from steersman.template.errors import ExecError, ParseError, UnknownTemplate
from steersman.template.nodes import Identifier, Template, walk
from steersman.template.parser import parse
from steersman.values.spelling import near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from steersman.rendering.references import Meaning, Spot
    from steersman.template.nodes import Tree
    from steersman.values.origins import Given

MAX_FRAMES = 8
"""How many places are shown; of a longer chain those in the middle are left out."""
MAX_READ = 4 * 1024 * 1024
"""How many characters of templates, each counted as often as it is on the way, are searched for what the dot means."""
MAX_NAME = 200
"""How far from a token that does not fit the name that it may be part of is looked for."""
OUTERMOST = 2
"""How many of those shown are the outermost."""
MAX_CHAIN = 2_000
"""How far the errors behind an error are followed."""

NESTED_TEXT = "text given to tpl"
"""What the places in a text that was given to `tpl` are called: it has no file."""


class Explanation(Record):
    """The places, the one that failed first, and sentences about them."""

    frames: tuple[Frame, ...] = ()
    notes: tuple[str, ...] = ()


def explain(error: Error, sources: Sequence[Given] = ()) -> Explanation:
    """What can be said of an error beyond its message. `sources` are what the user gave (see values.origins.given)."""
    chain = list(_chain(error))
    setting: dict[str, Any] = {}
    for one in chain:
        if isinstance(one, Error):
            setting = {**one.setting, **setting}
    values = KnownValues(setting.get("chart"), setting.get("config") or {}, sources)
    if any(isinstance(one, (ExecError, ParseError)) for one in chain):
        return _of_templates(chain, values)
    if any(isinstance(one, ManifestParseError) for one in chain):
        frame = of_manifest(error, setting.get("rendered") or {})
        return Explanation((frame,)) if frame is not None else Explanation()
    if "data" in setting:
        return Explanation((of_file(chain, setting),))
    if "among" in setting:
        names = near(setting["wanted"], dict.fromkeys(setting["among"]))
        return Explanation(notes=(f"did you mean {either(names)}?",) if names else ())
    if error.code == "values-schema":
        return Explanation(notes=tuple(of_schema(values)))
    return Explanation()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all behind it."""
    for _ in range(MAX_CHAIN):
        if error is None:
            return
        yield error
        error = getattr(error, "cause", None) or error.__cause__


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Stop(Record):
    """One definition on the way to the failure, and the place in it."""

    name: str
    file: str
    text: str
    line: int
    column: int
    context: str = ""

    @property
    def position(self) -> int:
        start = 0
        for _ in range(self.line - 1):
            start = self.text.find("\n", start) + 1
        if self.text.isascii():
            return start + self.column
        line = self.text[start : self.text.find("\n", start) if "\n" in self.text[start:] else len(self.text)]
        return start + len(line.encode("utf-8", "surrogateescape")[: self.column].decode("utf-8", "ignore"))


def _of_templates(chain: Sequence[BaseException], values: KnownValues) -> Explanation:
    stops: list[_Stop] = []
    for error in chain:
        if isinstance(error, ExecError):
            stops += (_Stop(one.name, one.file, one.text, one.line, one.column) for one in error.callers)
            stops.append(_Stop(error.name, error.file, error.text, error.line, error.column, error.context))
    parsing = next((one for one in chain if isinstance(one, ParseError)), None)
    failing = next((one for one in reversed(chain) if isinstance(one, ExecError)), None)
    values.stand(stops[0].file if stops else "")
    notes: list[str] = []
    frames: list[Frame] = []
    dot: Meaning = ()
    found: Spot | None = None
    text_of: Meaning = None
    spots: list[Spot] = []
    known: dict[tuple[str, str, str], Tree | None] = {}
    read = 0
    for number, stop in enumerate(stops):
        is_shown = number < OUTERMOST or number >= len(stops) - MAX_FRAMES + OUTERMOST
        read += len(stop.text)
        if read > MAX_READ and not is_shown:
            dot = None
            continue
        key = stop.name, stop.file, stop.text
        if key not in known:
            known[key] = _tree(stop)
        tree = known[key]
        node = node_at(tree, stop.position, stop.context) if tree is not None else None
        found = spot(tree, node, dot) if tree is not None and node is not None else None
        if found is not None:
            spots.append(found)
        if is_shown:
            frames.append(_frame(stop, node))
        dot = found.handed_on() if found is not None else None
        text_of = found.text_given() if found is not None else None
    if parsing is not None:
        frames += reversed(_parse_frames(parsing, is_nested=bool(stops)))
        notes += _misspelt_function(parsing)
        if isinstance(text_of, tuple):
            notes += values.told([text_of])
    elif failing is not None:
        notes += _misspelt_template(chain, found, values)
        if found is not None and not notes:
            notes += values.told(found.references())
            if not notes and found.callee() == "fail":
                # The chart decided so: what is of interest is what it looked at.
                deciding = (spot.conditions_references() for spot in reversed(spots))
                notes += values.told(next(filter(None, deciding), []), all_of_them=True)
    if len(stops) > MAX_FRAMES:
        frames.insert(OUTERMOST, Frame(f"{len(stops) - MAX_FRAMES} more places", word="…"))
    frames.reverse()
    for number, frame in enumerate(frames):
        if number and frame.lines:
            frames[number] = frame.replace(word="reached from")
    return Explanation(tuple(frames), tuple(notes[:MAX_NOTES]))


def _tree(stop: _Stop) -> Tree | None:
    try:
        main, trees = parse(stop.file, stop.text, None)
    except Error:
        return None
    return trees.get(stop.name, main if stop.name == stop.file else None)


def _is_nested(file: str) -> bool:
    """Whether this is the name of a text given to `tpl`: the files of a chart have a slash in theirs."""
    return "/" not in file


def _frame(stop: _Stop, node: Any) -> Frame:
    start, end = (stop.position, stop.position) if node is None else (start_of(node, stop.text), end_of(node, stop.text))
    return _template_frame(stop.file, stop.text, start, end)


def _template_frame(file: str, text: str, start: int, end: int) -> Frame:
    start = max(0, min(start, len(text)))
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1)
    lines = text.split("\n")
    length = len(lines[line - 1])
    nested = _is_nested(file)
    shown = excerpt(lines, line, column, min(column + max(end - start, 1), max(length, column + 1)))
    if nested and masked([lines[line - 1]]) != [lines[line - 1]]:
        shown = ()
    return Frame(str(Span(NESTED_TEXT if nested else file, line, column + 1)), shown)


def _parse_frames(error: ParseError, *, is_nested: bool) -> list[Frame]:
    """The token that does not fit; for a text that is over too soon, what in it was never ended."""
    text = error.text
    position = error.position
    if not 0 <= position <= len(text):
        return [Frame(str(Span(NESTED_TEXT if is_nested else error.name, error.line)))]
    unknown = _unknown_function(error)
    if unknown is not None:
        return [_template_frame(error.name, text, unknown.pos, unknown.end)]
    while position < len(text) and text[position] in " \t":
        position += 1
    if not text[position:].strip():
        unended = _unended(text)
        if unended is not None:
            start, end = unended
            return [_template_frame(error.name, text, start, end).replace(word="no end of what begins at")]
    end = word_end(text, position)
    if text.startswith(("}}", "-}}"), position):
        # What was read last is the end of the action: what does not fit stands before it.
        position, end = _token_before(text, position)
    return [_template_frame(error.name, text, position, end)]


def _token_before(text: str, position: int) -> tuple[int, int]:
    from steersman.template.lexer import SPACE, lex

    found = position, position + 1
    for kind, start, word in lex(text):
        if start < position and kind != SPACE:
            found = start, start + len(word)
    return found


def _unended(text: str) -> tuple[int, int] | None:
    """Where the action stands that is not closed, or else the innermost block that has no `end`."""
    from steersman.template.lexer import BLOCK, DEFINE, ELSE, END, IF, LEFT_DELIM, RANGE, RIGHT_DELIM, SPACE, WITH, lex

    opened: list[tuple[int, int]] = []
    action = -1
    previous = RIGHT_DELIM
    is_open = False
    for kind, position, word in lex(text):
        if kind == LEFT_DELIM:
            action = position
        elif kind == RIGHT_DELIM:
            action = -1
        if kind == RIGHT_DELIM and is_open:
            opened[-1] = opened[-1][0], position
            is_open = False
        elif previous == LEFT_DELIM and kind in (BLOCK, DEFINE, IF, RANGE, WITH):
            opened.append((position, position + len(word)))
            is_open = True
        elif previous == LEFT_DELIM and kind == END and opened:
            opened.pop()
        elif previous == LEFT_DELIM and kind == ELSE:
            is_open = False
        if kind != SPACE:
            previous = kind
    if action >= 0:
        return action, action + len(text[action:].split("\n", 1)[0].rstrip())
    return (opened[-1][0], len(text[: opened[-1][1]].removesuffix("-").rstrip())) if opened else None


def _unknown_function(error: ParseError) -> Identifier | None:
    """The first call of a function that there is not, where this is all that is wrong with the text up to it."""
    from steersman.rendering.engine import signatures
    from steersman.template.functions import BUILTINS

    try:
        main, trees = parse(error.name, error.text, None)
    except Error:
        return None
    known = signatures()
    found = [
        node
        for tree in {id(one): one for one in (main, *trees.values())}.values()
        for node in walk(tree.root)
        if isinstance(node, Identifier) and node.name not in known and node.name not in BUILTINS
    ]
    return min(found, key=lambda node: node.pos, default=None)


def _misspelt_function(error: ParseError) -> list[str]:
    from steersman.rendering.engine import signatures
    from steersman.template.functions import BUILTINS

    unknown = _unknown_function(error)
    if unknown is None:
        return _dashed(error)
    names = near(unknown.name, {*signatures().names(), *BUILTINS})
    return [f"there is no function {unknown.name}; did you mean {either(names)}?"] if names else []


def _dashed(error: ParseError) -> list[str]:
    """The way to write a member whose name has a dash in it, where one was written with a dot."""
    import re

    start = max(error.text.rfind("\n", 0, max(error.position, 0)) + 1, error.position - MAX_NAME)
    for found in re.compile(r"((?:\$\w*)?(?:\.\w+)*)\.(\w+(?:-\w+)+)").finditer(error.text, start, error.position + MAX_NAME):
        if found.start() <= error.position <= found.end():
            return [f'a name with a dash in it is written as (index {found[1] or "."} "{found[2]}")']
    return []


def _misspelt_template(chain: Sequence[BaseException], found: Spot | None, values: KnownValues) -> list[str]:
    """Which template was meant, where one was executed that there is not."""
    unknown = next((one.name for one in chain if isinstance(one, UnknownTemplate)), "")
    defined = values.definitions() if unknown or (found is not None and isinstance(found.node, Template)) else {}
    if not unknown and found is not None and isinstance(found.node, Template) and found.node.name not in defined:
        unknown = found.node.name
    if not unknown:
        return []
    names = [f'"{name}" ({defined[name]})' for name in near(unknown, defined)]
    return [f'there is no template "{unknown}"; did you mean {either(names)}?'] if names else []
