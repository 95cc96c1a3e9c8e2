"""`.helmignore`: which files of a folder are no part of the chart (Helm 4: pkg/ignore).

Rules are asked in order and the first that decides, decides. A rule that begins with `!` does not bring files back, as in git: it
ignores at once whatever does NOT match it, and lets matches go on to the next rule. `**` is refused.
"""

from __future__ import annotations

from steersman.errors import ChartError, GoError
from steersman.golang.globs import match
from steersman.golang.paths import base
from steersman.golang.values import to_str
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

FILE_NAME = ".helmignore"
MAX_LINE_BYTES = 64 * 1024
"""Go's bufio.Scanner takes no longer lines."""
DEFAULT_RULE = "templates/.?*"
"""Dot files in templates/ are never part of a chart."""


class Rule(Record):
    """One line of `.helmignore`, taken apart. `literal` says that the pattern can only match itself."""

    pattern: str
    negated: bool = False
    folders_only: bool = False
    whole_path: bool = False
    literal: bool = False

    def matches(self, path: str) -> bool:
        name = path if self.whole_path else base(path)
        return name == self.pattern if self.literal else match(self.pattern, name)


class Rules(Record):
    """All rules of a folder, in order."""

    rules: tuple[Rule, ...] = ()

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether the file or folder at `path` (slash-separated, relative to the chart) is left out."""
        if path in ("", ".", "./"):
            return False
        for rule in self.rules:
            if rule.negated:
                if (rule.folders_only and not is_folder) or not rule.matches(path):
                    return True
            elif (is_folder or not rule.folders_only) and rule.matches(path):
                return True
        return False


def parse(data: bytes = b"", *, defaults: bool = True) -> Rules:
    """The rules of a `.helmignore` with these bytes, and Helm's own after them. Raises ChartError with Helm's text."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if any(len(line) >= MAX_LINE_BYTES for line in lines):
        raise ChartError("bufio.Scanner: token too long")
    return parse_lines((*(to_str(line) for line in lines), *((DEFAULT_RULE,) if defaults else ())))


def parse_lines(lines: Iterable[str]) -> Rules:
    """The rules in these lines. Raises ChartError for `**` and for a pattern that is none."""
    rules = []
    for line in lines:
        text = line.strip()
        if text and not text.startswith("#"):
            rules.append(_rule(text))
    return Rules(tuple(rules))


def _rule(text: str) -> Rule:
    if "**" in text:
        raise ChartError("double-star (**) syntax is not supported")
    try:
        match(text, "abc")
    except GoError as error:
        raise ChartError(str(error)) from None
    negated = text.startswith("!")
    pattern = text[1:] if negated else text
    folders_only = pattern.endswith("/")
    if folders_only:
        pattern = pattern[:-1]
    whole_path = "/" in pattern
    pattern = pattern.removeprefix("/")
    literal = not any(rune in pattern for rune in "*?[\\")
    return Rule(pattern, negated, folders_only, whole_path, literal)
