"""The short way: block mappings and lists written line by line, which is most of the YAML that Helm ever reads.

This reader takes a line at a time and makes the final value at once, with neither tokens nor nodes. It knows plain and
quoted scalars, literal and folded blocks, flow collections on one line, comments, and plain scalars that go on over
lines. At anything else (anchors, tags, tabs, merge keys, repeated keys, and everything that might be an error) it gives up
with `Unsure`, and the text is read the long way, which alone decides what is an error and what it says.
"""

from __future__ import annotations

import re

from steersman.golang.lazily import pattern
from steersman.golang.yaml.errors import YamlError
from steersman.golang.yaml.resolver import WORDS, number
from steersman.golang.yaml.syntax import key_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_DEPTH = 500
"""Deeper nesting takes the long way, which has the real limits."""

MAX_FLOW_DEPTH = 50
"""The same for flow collections within a line."""

MAX_FLOW_LINES = 200
"""Longer flow collections take the long way, with all that is around them."""

MAX_FLOW_COLLECTIONS = 5000
"""And so do flow collections with more collections in them."""

_MAX_KEY = 1000  # longer ones come near the limit of simple keys

# A key and what follows its colon: plain without colons, or quoted without escapes.
_key = re.compile(
    r"(?:([^\s:#\"'\[\]{},&*!|>%@`?-](?:[^\s:#]|#)*(?: +(?:[^\s:#][^\s:]*))*)"
    r"|\"([^\"\\]*)\"|'((?:[^']|'')*+)') *:(?: +(.*)|)\Z"
).match
_double = pattern(globals(), "_double", r'"((?:[^"\\]|\\.)*+)"(?: +#.*| *)\Z')
_single = pattern(globals(), "_single", r"'((?:[^']|'')*+)'(?: +#.*| *)\Z")
_single_end = pattern(globals(), "_single_end", "(?:[^']|'')*+'(?!')")
_double_end = pattern(globals(), "_double_end", r'(?:[^"\\]|\\.|\\\Z)*+"')
_block_header = pattern(globals(), "_block_header", r"[|>]([+-])?(?: +#.*| *)\Z")
_escape = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_flow_token = pattern(
    globals(),
    "_flow_token",
    r" *(?:([\[\]{},])|\"([^\"\\]*)\"( *:)?|'((?:[^']|'')*+)'( *:)?"
    r"|((?:[^\s,\[\]{}:#&*!|>'\"%@`?-]|-(?=[^\s,\[\]{}:?]))(?:[^\s,\[\]{}:?#]|:(?=[^\s,\[\]{}])| +(?=[^\s,\[\]{}:?#]))*+)( *:(?= ))?)",
)

_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b", " ": " ",
    '"': '"', "'": "'", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_NO_PLAIN_START = frozenset("-?:,[]{}#&*!|>'\"%@`\t")
_NUMBER_START = frozenset("+-.0123456789")


class Unsure(Exception):
    """This text is not for the short way."""


def read_blocks(text: str) -> object:
    """The first document of a text that `reader.read` gave, numbers as float. Raises Unsure when it is not plain sailing."""
    if "\u2028" in text or "\u2029" in text:
        raise Unsure
    return _Lines(text).read()


class _Lines:
    __slots__ = ("_count", "_index", "_lines", "_unterminated")

    def __init__(self, text: str) -> None:
        self._lines = lines = text.split("\n")
        self._unterminated = bool(lines[-1])
        if not self._unterminated:
            lines.pop()
        self._count = len(lines)
        self._index = 0

    def read(self) -> object:
        lines = self._lines
        count = self._count
        words = WORDS
        stack: list[tuple[int, Any, bool]] = []  # the collections around the current one: column, value, whether a map
        root: Any = None
        current: Any = None
        is_map = False
        column = -1
        key: Any = None
        waiting = True  # whether the last entry has no value yet
        started = False

        while self._index < count:
            line = lines[self._index]
            self._index += 1
            rest = line.lstrip(" ")
            if not rest or rest[0] == "#":
                continue
            at = len(line) - len(rest)
            if at == 0 and (rest[0] == "-" or rest[0] == ".") and rest[:3] in ("---", "..."):
                following = rest[3:].lstrip(" ")
                if rest[3:4] in ("", " ", "\t"):
                    if root is not None:
                        break
                    if started or rest[0] == "." or (following and following[0] != "#"):
                        raise Unsure
                    started = True
                    continue
            dash = rest[0] == "-" and (len(rest) == 1 or rest[1] == " ")

            found = None
            if at > column:
                if not waiting:
                    raise Unsure
                if not dash:
                    found = _key(rest)
                    if found is None:
                        if root is None:
                            raise Unsure
                        value = self._scalar(rest, column)
                        if is_map:
                            current[key] = value
                        else:
                            current[-1] = value
                        waiting = False
                        continue
                child: Any = [] if dash else {}
                if root is None:
                    root = child
                else:
                    if is_map:
                        current[key] = child
                    else:
                        current[-1] = child
                    stack.append((column, current, is_map))
                    if len(stack) > MAX_DEPTH:
                        raise Unsure
                current, column, is_map = child, at, not dash
            else:
                while at < column:
                    if not stack:
                        raise Unsure
                    column, current, is_map = stack.pop()
                    waiting = False
                if at != column:
                    raise Unsure
                if is_map:
                    if dash:
                        # A list may stand in the column of its key.
                        if not waiting:
                            raise Unsure
                        child = []
                        current[key] = child
                        stack.append((column, current, True))
                        current, is_map = child, False
                elif not dash:
                    if not stack or stack[-1][0] != column:
                        raise Unsure
                    column, current, is_map = stack.pop()

            while dash:
                after = rest[1:].lstrip(" ")
                if not after or after[0] == "#":
                    current.append(None)
                    waiting = True
                    break
                at += len(rest) - len(after)
                rest = after
                dash = rest[0] == "-" and (len(rest) == 1 or rest[1] == " ")
                if not dash:
                    found = _key(rest)
                    if found is None:
                        current.append(self._scalar(rest, column))
                        waiting = False
                        break
                child = [] if dash else {}
                current.append(child)
                stack.append((column, current, is_map))
                if len(stack) > MAX_DEPTH:
                    raise Unsure
                current, column, is_map = child, at, not dash
            else:
                if found is None:
                    found = _key(rest)
                    if found is None:
                        raise Unsure
                key, double, single, rest = found.groups()
                if key is None:
                    key = double if double is not None else single.replace("''", "'")
                elif key in words or key[0] in _NUMBER_START:
                    key = _key_of(key)
                elif " #" in key or key == "<<":
                    raise Unsure
                if key in current or len(key) > _MAX_KEY:
                    raise Unsure
                if not rest or rest[0] == "#":
                    current[key] = None
                    waiting = True
                    continue
                first = rest[0]
                if first not in _NO_PLAIN_START and first not in _NUMBER_START:
                    # The most common line of all, a key and a plain scalar, without a call.
                    if " #" not in rest and ": " not in rest and "\t" not in rest:
                        if rest[-1] == " ":
                            rest = rest.rstrip(" ")
                        following = lines[self._index] if self._index < count else "-"
                        if rest[-1] != ":" and following and following[0] != " ":
                            current[key] = words[rest] if len(rest) < 6 and rest in words else rest
                            waiting = False
                            continue
                current[key] = self._scalar(rest, column)
                waiting = False

        return root

    # ── scalars and flow collections ─────────────────────────────────────────────────────────────────────────────────────

    def _scalar(self, rest: str, column: int) -> object:
        """The value that starts with `rest` at the end of the last line taken, in a collection at `column`."""
        first = rest[0]
        if first == '"':
            found = _double(rest)
            if found is None:
                return self._quoted(rest, _double_end)
            if "\t" in rest:
                raise Unsure
            text = found[1]
            return _escape.sub(_unescape, text) if "\\" in text else text
        if first == "'":
            found = _single(rest)
            if found is None:
                return self._quoted(rest, _single_end)
            if "\t" in rest:
                raise Unsure
            return found[1].replace("''", "'")
        if first == "|" or first == ">":
            return self._block(rest, column)
        if first == "[" or first == "{":
            try:
                return _flow(rest)
            except Unsure:
                return self._flow_lines(rest)
        if first in _NO_PLAIN_START and (first not in "-?:" or rest[1:2] in ("", " ", "\t")):
            raise Unsure

        comment = rest.find(" #")
        if comment >= 0:
            rest = rest[:comment]
        rest = rest.rstrip(" ")
        if ": " in rest or rest[-1] == ":" or "\t" in rest:
            raise Unsure
        if comment < 0 and self._index < self._count:
            following = self._lines[self._index]
            if not following or following[0] == " ":
                rest = self._continued(rest, column)
        if rest[0] in _NUMBER_START:
            value = number(rest)
            if value is None:
                if rest in WORDS:
                    raise Unsure  # infinite, or no number: not for JSON
                return rest
            return float(value)
        return WORDS.get(rest, rest)

    def _quoted(self, rest: str, end: Callable[[str], re.Match[str] | None]) -> str:
        """A quoted scalar of several lines."""
        from steersman.golang.yaml.scanner import Scanner

        parts = [rest]
        if end(rest[1:]):
            raise Unsure  # it ends here, but with something after it
        while self._index < self._count:
            line = self._lines[self._index]
            self._index += 1
            found = end(line)
            if found is None:
                parts.append(line)
                continue
            _nothing_more(line[found.end() :])
            parts.append(found[0])
            try:
                return Scanner("\n".join(parts), key_allowed=False).peek()[3]
            except YamlError:
                raise Unsure from None
        raise Unsure

    def _flow_lines(self, rest: str) -> object:
        """A flow collection of several lines, or one that `_flow` does not know: composed and decoded the long way."""
        from steersman.golang.yaml.composer import compose_collection
        from steersman.golang.yaml.decoder import as_any, decode
        from steersman.golang.yaml.scanner import Scanner

        lines = [rest, *self._lines[self._index : self._index + MAX_FLOW_LINES]]
        text = "\n".join(lines)
        if text.count("[") + text.count("{") > MAX_FLOW_COLLECTIONS:
            raise Unsure
        scanner = Scanner(text, key_allowed=False)
        try:
            value = as_any(decode(compose_collection(scanner), strict=True))
        except YamlError:
            raise Unsure from None
        line, column = scanner.place
        _nothing_more(lines[line][column:])
        self._index += line
        return value

    def _continued(self, text: str, column: int) -> str:
        """A plain scalar together with the deeper lines after it."""
        lines = self._lines
        index = self._index
        parts = [text]
        breaks = 0
        while index < self._count:
            line = lines[index]
            index += 1
            more = line.strip(" ")
            if not more:
                breaks += 1
                continue
            if more[0] == "\t":
                raise Unsure
            if len(line) - len(line.lstrip(" ")) <= column or more[0] == "#":
                break
            if " #" in more or ": " in more or more[-1] == ":" or "\t" in more:
                raise Unsure
            parts.append("\n" * breaks if breaks else " ")
            parts.append(more)
            breaks = 0
            self._index = index
        return "".join(parts)

    def _block(self, header: str, column: int) -> str:
        """A literal or folded scalar. `column` is its parent's, at the least 0."""
        found = _block_header(header)
        if found is None:
            raise Unsure
        lines = self._lines
        index = self._index
        count = self._count
        # The first line with content sets the indent; emptier lines before it must not be longer.
        indent = longest = 0
        for place in range(index, count):
            line = lines[place]
            stripped = line.lstrip(" ")
            if stripped:
                indent = len(line) - len(stripped)
                break
            longest = max(longest, len(line))
        else:
            place = count
        chomping = found[1]
        if indent <= column or place == count:
            # Nothing is in it.
            if chomping == "+" or (place < count and lines[place][indent] == "\t"):
                raise Unsure
            self._index = place
            return ""
        if longest > indent or lines[place][indent] == "\t":
            raise Unsure
        pad = " " * indent
        content: list[str] = []
        while index < count:
            line = lines[index]
            if line.startswith(pad):
                content.append(line[indent:])
            elif line.strip(" "):
                if line.lstrip(" ")[0] == "\t":
                    raise Unsure
                break
            else:
                content.append("")
            index += 1
        unfinished = index == count and self._unterminated
        self._index = index
        kept = len(content)
        while not content[kept - 1]:
            kept -= 1
        if unfinished and (kept < len(content) or chomping == "+"):
            raise Unsure
        if header[0] == "|":
            text = "\n".join(content[:kept])
        else:
            text = _folded(content[:kept])
        if chomping == "-" or unfinished:
            return text
        return text + "\n" * (1 + len(content) - kept if chomping == "+" else 1)


def _folded(content: list[str]) -> str:
    """The lines of a folded block joined: by a space, but where either line starts with a blank."""
    parts: list[str] = []
    breaks = ""
    leading = ""
    after_blank = False
    for line in content:
        if not line:
            breaks += "\n"
            continue
        blank = line[0] in " \t"
        if leading and not after_blank and not blank:
            parts.append(breaks or " ")
        else:
            parts.append(leading + breaks)
        parts.append(line)
        breaks = ""
        leading = "\n"
        after_blank = blank
    return "".join(parts)


def _nothing_more(tail: str) -> None:
    """Makes sure that nothing but a comment follows a value on its line."""
    after = tail.lstrip(" ")
    if after and (after[0] != "#" or len(after) == len(tail)):
        raise Unsure


def _key_of(text: str) -> str:
    """A plain key that is no text in YAML 1.1, as the text that JSON has for it."""
    value = WORDS[text] if text in WORDS else number(text)
    if value is None:
        if text in WORDS:
            raise Unsure
        return text
    if isinstance(value, int) and value > 0x7FFFFFFFFFFFFFFF:
        raise Unsure
    return key_text(value)


def _unescape(found: re.Match[str]) -> str:
    short, medium, long, simple = found.groups()
    if simple is not None:
        if simple not in _ESCAPES:
            raise Unsure
        return _ESCAPES[simple]
    code = int(short or medium or long, 16)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise Unsure
    return chr(code)


def _flow(text: str) -> object:
    """A flow collection that begins and ends on this line."""
    if text.startswith(("[]", "{}")) and len(text) == 2:
        return [] if text == "[]" else {}
    if "\t" in text or len(text) > _MAX_KEY:
        raise Unsure
    position = 0
    stack: list[Any] = []
    current: Any = None
    key: str | None = None
    fresh = True  # whether an entry may start here
    while True:
        found = _flow_token(text, position)
        if found is None:
            raise Unsure
        position = found.end()
        mark, double, double_colon, single, single_colon, plain, plain_colon = found.groups()
        value: Any
        if mark is not None:
            if mark == "[" or mark == "{":
                if not fresh and key is None:
                    raise Unsure
                value = [] if mark == "[" else {}
                if current is not None:
                    _put(current, key, value)
                stack.append(current)
                if len(stack) > MAX_FLOW_DEPTH:
                    raise Unsure
                current, key, fresh = value, None, True
            elif mark == ",":
                if fresh or key is not None:
                    raise Unsure
                fresh = True
            else:
                if (mark == "]") != (type(current) is list) or key is not None:
                    raise Unsure
                done = current
                current = stack.pop()
                fresh = False
                if not stack:
                    _nothing_more(text[position:])
                    return done
            continue
        colon = double_colon or single_colon or plain_colon
        if plain is not None:
            value = plain
            if colon is None:
                if plain[0] in _NUMBER_START:
                    known = number(plain)
                    if known is None and plain in WORDS:
                        raise Unsure
                    value = plain if known is None else float(known)
                else:
                    value = WORDS.get(plain, plain)
        else:
            value = double if double is not None else single.replace("''", "'")
        if colon is not None:
            if not fresh or key is not None or type(current) is not dict:
                raise Unsure
            if plain is not None:
                if plain in WORDS or plain[0] in _NUMBER_START:
                    value = _key_of(plain)
                elif plain == "<<":
                    raise Unsure
            if value in current:
                raise Unsure
            key = value
            fresh = False
            continue
        if key is None and (not fresh or type(current) is dict):
            raise Unsure
        _put(current, key, value)
        key = None
        fresh = False


def _put(current: Any, key: str | None, value: object) -> None:
    if type(current) is list:
        current.append(value)
    elif key is None:
        raise Unsure
    else:
        current[key] = value
