"""Pieces of files for people to look at: the line that is meant, those around it, and what in it is marked.

Text that comes from values can hold secrets. `masked` takes out whatever stands under a name that sounds like one, in the data of a
Secret, or looks like a key itself. It judges line by line, because it is for text that could not be read as YAML.
"""

from __future__ import annotations

import re

from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MASK = "•••"
AROUND = 2
"""How many lines are shown before and behind the one that is meant."""


class Line(Record):
    """A line of a file with its number; from `start` to `end` it is marked, nowhere if these are equal."""

    number: int
    text: str
    start: int = 0
    end: int = 0


class Frame(Record):
    """A place, how it is to be announced ("at", "included at" …), and the lines there."""

    place: str
    lines: tuple[Line, ...] = ()
    word: str = "at"


def excerpt(lines: Sequence[str], line: int, start: int, end: int, *, around: int = 0) -> tuple[Line, ...]:
    """The line of this number (from 1), marked from `start` to `end` (from 0), and the lines around it."""
    found = []
    for number in range(max(1, line - around), min(len(lines), line + around) + 1):
        text = lines[number - 1]
        if number == line:
            start = min(start, len(text))
            end = max(min(end, len(text)), start + 1)
            found.append(Line(number, text, start, end))
        else:
            found.append(Line(number, text))
    return tuple(found)


def word_end(text: str, start: int) -> int:
    """Where the word, or else the character, at this index ends."""
    found = re.compile(r"[\w.$/-]+|\"[^\"\n]*\"?").match(text, start)
    return found.end() if found else start + 1


_SECRET = re.compile(
    r"pass(?:word|wd|phrase|code)?(?![a-z])|pwd|secret|token|credential|private|api[-_]?key|access[-_]?key|(?:^|[-_.])(?:key|auth|cert|salt|dsn)s?$"
    r"|[a-z](?:Key|Auth|Cert)s?$|Pass(?:word|wd|phrase)?",
)
_MEMBER = re.compile(r"([ \t]*+(?:- ++)*+)([\"']?)([^\s\"'#:{}\[\],&*][^:]*?)\2[ \t]*:(?:[ \t]+|$)(.*)")
_KEY_IN_FLOW = re.compile(r"(?<![\w.-])[\w.-]++(?=[\"']?\s*:)")
_USER_IN_URL = re.compile(r"(://)[^/\s@]++@")
_KEY_LIKE = re.compile(r"[A-Za-z0-9+/=_-]{32,}+")
_BLOCK = re.compile(r"[|>][-+0-9]*\s*$")


def sounds_secret(name: str) -> bool:
    """Whether a value of this name is likely to be a secret."""
    return _SECRET.search(name) is not None or _SECRET.search(name.lower()) is not None


def masked(lines: Sequence[str]) -> list[str]:
    """The lines of a YAML text, broken or not, with MASK for what may be secret."""
    out: list[str] = []
    around: list[tuple[int, bool]] = []  # the keys that the line is in: their column, and whether what they hold is secret
    named: dict[int, bool] = {}  # by column, whether a `name:` there sounds secret: its `value:` is then one
    is_secret = False
    for line in lines:
        stripped = line.strip()
        if not stripped or stripped.startswith("---"):
            if stripped:
                around, named, is_secret = [], {}, False
            out.append(line)
            continue
        found = _MEMBER.match(line)
        if found is None:
            column = len(line) - len(line.lstrip())
            inside = any(secret and at < column for at, secret in around) or (bool(around) and around[-1][1])
            if inside or (sounds_secret(stripped) and not stripped.startswith("#")):
                out.append(line[:column] + MASK)
            else:
                out.append(_softened(line))
            continue
        column, key, rest = len(found[1]), found[3], found[4]
        while around and around[-1][0] >= column:
            around.pop()
        if "-" in found[1]:
            named = {at: secret for at, secret in named.items() if at < column}
        if key == "kind" and not column:
            is_secret = rest.strip("\"' ") == "Secret"
        if key == "name":
            named[column] = sounds_secret(rest.strip("\"' "))
        secret = (
            (bool(around) and around[-1][1])
            or (sounds_secret(key) and key != "kind")
            or (key == "value" and named.get(column, False))
            or (is_secret and key in ("data", "stringData"))
        )
        around.append((column, secret))
        hidden = not _BLOCK.match(rest) if secret else any(map(sounds_secret, _KEY_IN_FLOW.findall(rest)))
        out.append(line[: found.start(4)] + MASK if rest and hidden else _softened(line))
    return out


def _softened(line: str) -> str:
    return _KEY_LIKE.sub(_hidden, _USER_IN_URL.sub(rf"\1{MASK}@", line))


def _hidden(found: re.Match[str]) -> str:
    """A long word is a key, or the like, when it has both letters and digits."""
    has_digits = any(char.isdigit() for char in found[0])
    return MASK if has_digits and any(char.isalpha() for char in found[0]) else found[0]
