"""Glob patterns: `path/filepath.Match` as .helmignore and repositories use it, and gobwas/glob as `.Files.Glob` does.

Theory of operation: filepath.Match is matched chunk by chunk between stars, with its own errors. A gobwas pattern is parsed into
small matchers, then matched by remembering all positions reachable in the text (no backtracking: the time is pattern × text), so a
hostile pattern ends in bounded time.

Sources: Go's path/filepath/match.go; github.com/gobwas/glob v0.2 (syntax/lexer, syntax/ast).
"""

from __future__ import annotations

from steersman.errors import GoError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

BAD_PATTERN = "syntax error in pattern"
MAX_PATTERN = 10_000
MAX_DEPTH = 50


def match(pattern: str, name: str) -> bool:
    """filepath.Match with "/" as the separator. Raises GoError "syntax error in pattern"."""
    while pattern:
        star, chunk, pattern = _chunk(pattern)
        if star and not chunk:
            return "/" not in name
        rest = _match_chunk(chunk, name)
        if rest is not None and (not rest or pattern):
            name = rest
            continue
        if star:
            position = 0
            while position < len(name) and name[position] != "/":
                rest = _match_chunk(chunk, name[position + 1 :])
                if rest is not None and (pattern or not rest):
                    name = rest
                    break
                position += 1
            else:
                rest = None
            if rest is not None:
                continue
        while pattern:
            _, chunk, pattern = _chunk(pattern)
            _match_chunk(chunk, "")
        return False
    return not name


def _chunk(pattern: str) -> tuple[bool, str, str]:
    """(began with a star, text up to the next star, what follows)."""
    star = pattern.startswith("*")
    pattern = pattern.lstrip("*")
    bracket = False
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "\\":
            position += 1
        elif char == "[":
            bracket = True
        elif char == "]":
            bracket = False
        elif char == "*" and not bracket:
            break
        position += 1
    return star, pattern[:position], pattern[position:]


def _match_chunk(chunk: str, name: str) -> str | None:
    """The rest of the name after the chunk, None where it does not match. Raises GoError for a malformed chunk."""
    failed = False
    while chunk:
        if not failed and not name:
            failed = True
        char = chunk[0]
        if char == "[":
            rune = ""
            if not failed:
                rune, name = name[0], name[1:]
            chunk = chunk[1:]
            negated = chunk.startswith("^")
            if negated:
                chunk = chunk[1:]
            matched, ranges = False, 0
            while True:
                if chunk.startswith("]") and ranges > 0:
                    chunk = chunk[1:]
                    break
                low, chunk = _escaped(chunk)
                high = low
                if chunk[0] == "-":
                    high, chunk = _escaped(chunk[1:])
                if rune and low <= rune <= high:
                    matched = True
                ranges += 1
            if matched == negated:
                failed = True
        elif char == "?":
            if not failed:
                if name[0] == "/":
                    failed = True
                name = name[1:]
            chunk = chunk[1:]
        else:
            if char == "\\":
                chunk = chunk[1:]
                if not chunk:
                    raise GoError(BAD_PATTERN)
            if not failed:
                if chunk[0] != name[0]:
                    failed = True
                name = name[1:]
            chunk = chunk[1:]
    return None if failed else name


def _escaped(chunk: str) -> tuple[str, str]:
    if not chunk or chunk[0] in "-]":
        raise GoError(BAD_PATTERN)
    if chunk[0] == "\\":
        chunk = chunk[1:]
        if not chunk:
            raise GoError(BAD_PATTERN)
    if len(chunk) == 1:
        raise GoError(BAD_PATTERN)
    return chunk[0], chunk[1:]


# gobwas/glob

_ANY, _SUPER, _SINGLE, _TEXT, _CLASS, _CHOICE = range(6)


class Glob:
    """A compiled gobwas pattern. `separator` is what a single star and `?` do not cross."""

    __slots__ = ("_nodes", "_separator")

    def __init__(self, pattern: str, separator: str = "/") -> None:
        """Raises GoError where gobwas does: an unclosed class or choice, an empty range."""
        if len(pattern) > MAX_PATTERN:
            raise GoError("pattern is too long")
        self._separator = separator
        self._nodes = _parse(pattern, 0, 0)[0]

    def match(self, text: str) -> bool:
        return len(text) in _walk(self._nodes, text, {0}, self._separator)


def _walk(nodes: list[tuple[int, Any]], text: str, positions: set[int], separator: str) -> set[int]:
    """All positions in the text that can be reached by matching the nodes from any of these."""
    for kind, argument in nodes:
        if not positions:
            return positions
        reached: set[int] = set()
        if kind == _TEXT:
            size = len(argument)
            reached = {position + size for position in positions if text.startswith(argument, position)}
        elif kind == _SUPER:
            reached = set(range(min(positions), len(text) + 1))
        elif kind == _ANY:
            for position in sorted(positions):
                if position in reached:
                    continue
                reached.add(position)
                while position < len(text) and text[position] not in separator:
                    position += 1
                    reached.add(position)
        elif kind == _SINGLE:
            reached = {position + 1 for position in positions if position < len(text) and text[position] not in separator}
        elif kind == _CLASS:
            accepts: Callable[[str], bool] = argument
            reached = {position + 1 for position in positions if position < len(text) and accepts(text[position])}
        else:
            for option in argument:
                reached |= _walk(option, text, positions, separator)
        positions = reached
    return positions


def _parse(pattern: str, position: int, depth: int) -> tuple[list[tuple[int, Any]], int]:
    """Nodes up to the end of the pattern, or inside braces up to "," or "}"."""
    if depth > MAX_DEPTH:
        raise GoError("pattern nests too deeply")
    nodes: list[tuple[int, Any]] = []
    text = ""

    def flush() -> None:
        nonlocal text
        if text:
            nodes.append((_TEXT, text))
            text = ""

    while position < len(pattern):
        char = pattern[position]
        if char == "\\":
            if position + 1 < len(pattern):
                text += pattern[position + 1]
            position += 2
            continue
        if depth and char in ",}":
            flush()
            return nodes, position
        if char == "*":
            flush()
            if pattern.startswith("**", position):
                nodes.append((_SUPER, None))
                position += 2
            else:
                nodes.append((_ANY, None))
                position += 1
            continue
        if char == "?":
            flush()
            nodes.append((_SINGLE, None))
        elif char == "[":
            flush()
            accepts, position = _class(pattern, position + 1)
            nodes.append((_CLASS, accepts))
            continue
        elif char == "{":
            flush()
            options = []
            while True:
                option, position = _parse(pattern, position + 1, depth + 1)
                options.append(option)
                if position >= len(pattern) or pattern[position] == "}":
                    break  # gobwas takes the end of the pattern for the brace
            nodes.append((_CHOICE, options))
        else:
            text += char
        position += 1
    flush()
    return nodes, position


def _class(pattern: str, position: int) -> tuple[Callable[[str], bool], int]:
    """`[abc]`, `[!abc]`, `[a-z]`: one range or one list, as gobwas reads them."""
    negated = pattern.startswith("!", position)
    if negated:
        position += 1
    if position + 2 < len(pattern) and pattern[position + 1] == "-":
        low, high = pattern[position], pattern[position + 2]
        if pattern[position + 3 : position + 4] != "]":
            raise GoError("expected close range character")
        if high < low:
            raise GoError(f"hi character '{high}' should be greater than lo '{low}'")
        return lambda char: (low <= char <= high) != negated, position + 4
    listed = ""
    while position < len(pattern) and pattern[position] != "]":
        if pattern[position] == "\\" and position + 1 < len(pattern):
            position += 1
        listed += pattern[position]
        position += 1
    if position >= len(pattern):
        raise GoError("unexpected end of input")
    if not listed:
        raise GoError("empty range")
    members = frozenset(listed)
    return lambda char: (char in members) != negated, position + 1
