"""Go's package regexp on RE2's own engine: linear time, the same syntax, Go's answers where the two engines' interfaces differ.

Theory of operation: the pattern and the text are bytes of UTF-8, all offsets count bytes. Only "where is the next match" is asked of
the engine; how matches follow each other (empty ones, their neighbours), how `$1` is expanded and how text is split are Go's own
rules, written here. Go and C++ RE2 parse the same language but name their errors differently: `_ERRORS` is the table. What C++ takes
and Go refuses (`\\C`) is found before.

Source: Go's package regexp (regexp.go, syntax/parse.go).
"""

from __future__ import annotations

from steersman.errors import GoError, GoPanic
from steersman.golang.sizes import MAX_ELEMENTS, MAX_TEXT, check_elements, too_long
from steersman.golang.values import NilStrings, Strings, to_bytes, to_str

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Span = tuple[int, int]

PROGRAM_MEMORY = 64 << 20
"""Bytes that one compiled expression may take; Go's own limit is on instructions and of this order."""

PATTERNS_KEPT = 256
MAX_DEPTH = 1000
"""Nested groups that Go parses (syntax.maxHeight)."""

_ERRORS = {
    "invalid escape sequence": "invalid escape sequence",
    "invalid character class": "invalid character class",
    "invalid character class range": "invalid character class range",
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "unexpected )": "unexpected )",
    "trailing \\": "trailing backslash at end of expression",
    "no argument for repetition operator": "missing argument to repetition operator",
    "invalid repetition size": "invalid repeat count",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid UTF-8": "invalid UTF-8",
    "invalid named capture group": "invalid named capture",
    "pattern too large": "expression too large",
}
"""C++ RE2's words for an error → Go's."""

_SPECIAL = frozenset("\\.+*?()|[]{}^$")
_NULL = (-1, -1)

_compiled: dict[str, Regexp] = {}


def quote_meta(text: str) -> str:
    """regexp.QuoteMeta."""
    return "".join("\\" + char if char in _SPECIAL else char for char in text)


def parse(pattern: str) -> Regexp:
    """regexp.Compile. Raises GoError with Go's text: "error parsing regexp: missing closing ]: `[a`"."""
    found = _compiled.get(pattern)
    if found is None:
        found = Regexp(pattern)
        if len(_compiled) >= PATTERNS_KEPT:
            _compiled.clear()
        _compiled[pattern] = found
    return found


compile = parse
"""The name that Go gives it."""


def must_compile(pattern: str) -> Regexp:
    """regexp.MustCompile: raises GoPanic "regexp: Compile(`[a`): error parsing regexp: …"."""
    try:
        return parse(pattern)
    except GoPanic:
        raise
    except GoError as problem:
        from steersman.golang.strconv import quote

        plain = all((char >= " " or char == "\t") and char not in "`\x7f\ufeff" for char in pattern)
        shown = f"`{pattern}`" if plain else quote(pattern)
        raise GoPanic(f"regexp: Compile({shown}): {problem.message}") from None


class Regexp:
    """A compiled expression. Every method takes and gives Go strings."""

    __slots__ = ("_anchor", "_groups", "_names", "_program", "pattern")

    def __init__(self, pattern: str) -> None:
        # The engine's extension module: the package around it decodes and re-encodes every text.
        from re2 import _re2

        written = _check(pattern)
        options: Any = _re2.RE2.Options()
        options.log_errors = False
        options.max_mem = PROGRAM_MEMORY
        self.pattern = pattern
        self._program: Any = _re2.RE2(to_bytes(written), options)
        if not self._program.ok():
            problem = to_str(self._program.error())
            if written is not pattern:
                problem = problem.replace(_stand_in(pattern), "\\C")
            raise _go_error(pattern, problem)
        self._anchor: Any = _re2.RE2.Anchor.UNANCHORED
        self._groups: int = self._program.NumberOfCapturingGroups()
        self._names: dict[str, tuple[int, ...]] = {}
        for name, number in self._program.NamedCapturingGroups():
            self._names[to_str(name) if isinstance(name, bytes) else name] = (number,)
        if len(self._names) < pattern.count("(?<") + pattern.count("(?P<"):
            self._names = _groups_by_name(pattern)

    def _search(self, data: bytes, position: int) -> tuple[Span, ...] | None:
        spans: tuple[Span, ...] = self._program.Match(self._anchor, data, position, len(data))
        start, stop = spans[0]
        # C++ RE2 finds \B between the bytes of one character, Go does not: such a match is always empty.
        while start == stop and 0 < start < len(data) and 0x80 <= data[start] < 0xC0 and _is_inside(data, start):
            spans = self._program.Match(self._anchor, data, start + 1, len(data))
            start, stop = spans[0]
        return None if spans[0] == _NULL else spans

    def match(self, text: str) -> bool:
        """MatchString: whether the expression matches anywhere."""
        return self._search(to_bytes(text), 0) is not None

    def find(self, text: str) -> str:
        """FindString: the leftmost match, "" for none."""
        data = to_bytes(text)
        found = self._search(data, 0)
        return "" if found is None else to_str(data[found[0][0] : found[0][1]])

    def _matches(self, data: bytes, limit: int) -> Iterator[Span]:
        """Successive matches; an empty one right after a match does not count (Go: Regexp.allMatches)."""
        end = len(data)
        if limit < 0:
            limit = end + 1
        position, count, previous_end = 0, 0, -1
        while count < limit and position <= end:
            found = self._search(data, position)
            if found is None:
                return
            start, stop = found[0]
            accept = True
            if stop == position:
                accept = start != previous_end
                position = position + _width(data, position) if position < end else end + 1
            else:
                position = stop
            previous_end = stop
            if accept:
                yield start, stop
                count += 1
                if count > MAX_ELEMENTS:
                    check_elements(count)

    def find_all(self, text: str, limit: int) -> list[str]:
        """FindAllString: at most `limit` matches, all of them for a negative one; a nil slice for none."""
        data = to_bytes(text)
        return Strings(to_str(data[start:stop]) for start, stop in self._matches(data, limit)) or NilStrings()

    def split(self, text: str, limit: int) -> list[str]:
        """Split: the pieces between matches, at most `limit` of them when positive, none for 0."""
        if limit == 0:
            return NilStrings()
        if self.pattern and not text:
            return Strings([""])
        data = to_bytes(text)
        pieces: list[str] = Strings()
        begin = end = 0
        for start, stop in self._matches(data, limit):
            if limit > 0 and len(pieces) >= limit - 1:
                break
            end = start
            if stop != 0:
                pieces.append(to_str(data[begin:end]))
            begin = stop
        if end != len(data):
            pieces.append(to_str(data[begin:]))
        return pieces

    def replace_all(self, text: str, replacement: str) -> str:
        """ReplaceAllString: `$1`, `${name}` and `$$` in the replacement are expanded."""
        if "$" not in replacement:
            return self.replace_all_literal(text, replacement)
        template = _template(replacement, self._names)
        data = to_bytes(text)

        def expand(spans: tuple[Span, ...]) -> bytes:
            out = []
            for part in template:
                if isinstance(part, bytes):
                    out.append(part)
                    continue
                for group in part:
                    if group < len(spans) and spans[group] != _NULL:
                        out.append(data[spans[group][0] : spans[group][1]])
                        break
            return b"".join(out)

        return self._replace(data, expand)

    def replace_all_literal(self, text: str, replacement: str) -> str:
        """ReplaceAllLiteralString: the replacement stands as it is."""
        fixed = to_bytes(replacement)
        return self._replace(to_bytes(text), lambda spans: fixed)

    def _replace(self, data: bytes, expand: Any) -> str:
        out: list[bytes] = []
        last_end = position = length = 0
        end = len(data)
        while position <= end:
            spans = self._search(data, position)
            if spans is None:
                break
            start, stop = spans[0]
            out.append(data[last_end:start])
            if stop > last_end or start == 0:
                out.append(expand(spans))
                length += len(out[-1])
                if length > MAX_TEXT:
                    raise too_long()
                if len(out) > 2 * MAX_ELEMENTS:
                    check_elements(len(out) // 2)
            last_end = stop
            width = _width(data, position) if position < end else 0
            if position + width > stop:
                position += width
            elif position + 1 > stop:
                position += 1
            else:
                position = stop
        if not out:
            return to_str(data)
        out.append(data[last_end:])
        return to_str(b"".join(out))


def _is_inside(data: bytes, position: int) -> bool:
    """Whether the byte at this place is within a character that begins before it."""
    first = position - 1
    while first > 0 and position - first < 3 and 0x80 <= data[first] < 0xC0:
        first -= 1
    return first + _width(data, first) > position


def _width(data: bytes, position: int) -> int:
    """Bytes of the character that starts here; 1 for what is no UTF-8."""
    first = data[position]
    if first < 0x80:
        return 1
    width = 2 if 0xC2 <= first < 0xE0 else 3 if 0xE0 <= first < 0xF0 else 4 if 0xF0 <= first < 0xF5 else 1
    if width > 1:
        try:
            data[position : position + width].decode()
        except UnicodeDecodeError:
            return 1
    return width


def _groups_by_name(pattern: str) -> dict[str, tuple[int, ...]]:
    """The numbers of the groups of each name, where a name may be given more than once: in Go the first one that matched counts."""
    import re

    found: dict[str, tuple[int, ...]] = {}
    number = 0
    # What is quoted, a class, or a group; parentheses inside of the first two are none.
    for part in re.finditer(
        r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\((?!\?)|\(\?P?<(\w+)>", pattern, re.DOTALL
    ):
        if part[0].startswith("("):
            number += 1
            if part[1]:
                found[part[1]] = (*found.get(part[1], ()), number)
    return found


def _template(replacement: str, names: dict[str, tuple[int, ...]]) -> list[bytes | tuple[int, ...]]:
    """The replacement as literal bytes and group numbers (Go: Regexp.expand, extract). `$1W` is the group named "1W"."""
    parts: list[bytes | tuple[int, ...]] = []
    rest = replacement
    while True:
        before, dollar, rest = rest.partition("$")
        parts.append(to_bytes(before))
        if not dollar:
            return parts
        if rest.startswith("$"):
            parts.append(b"$")
            rest = rest[1:]
            continue
        brace = rest.startswith("{")
        body = rest[1:] if brace else rest
        end = 0
        while end < len(body) and (body[end] == "_" or body[end].isalpha() or body[end].isdecimal()):
            end += 1
        if end == 0 or (brace and body[end : end + 1] != "}"):
            parts.append(b"$")
            continue
        name = body[:end]
        rest = body[end + 1 :] if brace else body[end:]
        if name.isascii() and name.isdigit() and (len(name) == 1 or name[0] != "0") and len(name) <= 9:
            parts.append((int(name),))
        elif name in names:
            parts.append(names[name])


def _stand_in(pattern: str) -> str:
    """An escape that no engine knows, and that the expression does not have."""
    return next((escape for escape in map("\\{}".format, "ejoyFGIJKMRY") if escape not in pattern), "\\8")


def _check(pattern: str) -> str:
    """Refuses what would nest too deeply; the expression as C++ RE2 is to have it, which refuses what Go does.

    `\\C`, a byte, is no escape in Go: another one in its place makes the engine stop where Go does.
    """
    written = pattern
    if "\\C" in pattern:
        position = 0
        while position < len(pattern) - 1:
            if pattern[position] == "\\":
                if pattern[position + 1] == "Q":
                    close = pattern.find("\\E", position)
                    position = len(pattern) if close < 0 else close
                elif pattern[position + 1] == "C":
                    written = pattern[:position] + _stand_in(pattern) + pattern[position + 2 :]
                    break
                position += 1
            position += 1
    if pattern.count("(") > MAX_DEPTH:
        depth = deepest = 0
        for char in pattern:
            depth += (char == "(") - (char == ")")
            deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            raise GoError(f"error parsing regexp: expression nests too deeply: `{pattern}`")
    return written


def _go_error(pattern: str, text: str) -> GoError:
    """Go's text for an error that C++ RE2 reported as "code: argument"."""
    for words in sorted(_ERRORS, key=len, reverse=True):
        if text == words or text.startswith((words + ": ", words + " ")):
            argument = text[len(words) + 2 :] if text.startswith(words + ": ") else ""
            if words == "pattern too large":
                argument = pattern
            if argument in ("(?<=", "(?<!"):
                # Go sees a name to begin here, and reports it up to its end
                words, rest = "invalid named capture group", pattern[pattern.find(argument) :]
                argument = rest[: rest.find(">") + 1] or rest
            if words == "invalid repetition size":
                argument = argument.removesuffix("?")
            return GoError(f"error parsing regexp: {_ERRORS[words]}: `{argument}`")
    return GoError(f"error parsing regexp: regexp/syntax: internal error: `{pattern}`")
