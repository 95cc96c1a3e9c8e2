"""How a string is written: plain, single-quoted, double-quoted or as a literal block (emitterc.go, analyze and select style).

Both versions of go-yaml share these rules. They differ in which words they quote, in tabs, and in folding: v2 starts a new
line at a space beyond column 80, v3 never does.
"""

from __future__ import annotations

import re

from steersman.golang.lazily import pattern
from steersman.golang.yaml.resolver import WORDS, is_base60, is_timestamp, number

BEST_WIDTH = 80
"""The column beyond which v2 folds at the next space."""

PLAIN, SINGLE, DOUBLE, LITERAL = range(4)

# Text that is plain wherever it stands, but for words and numbers, which are looked at apart.
_surely_plain = re.compile(
    r"(?!---|\.\.\.)(?:[A-Za-z0-9_/$(;<=\\^)+.~]|-(?=[!-~]))(?:[!-\"$-9;-~]++|:(?=[!-~])|#| ++(?=[!\"$-~]))*+\Z"
).match
# In UTF-8, because sets of characters beyond ASCII take milliseconds to compile.
_unprintable = pattern(
    globals(), "_unprintable", rb"[\x00-\x09\x0b-\x1f\x7f\xf0-\xf4]|\xc2[\x80-\x9f]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]", "search"
)
_breaks = pattern(globals(), "_breaks", "[\n\u2028\u2029]", "search")
_escaped = pattern(
    globals(), "_escaped", '["\\\\\x00-\x1f\x7f-\x9f]|\u2028|\u2029|\ufeff|\ufffe|\uffff|[\U00010000-\U0010ffff]', "sub"
)
_INDICATORS = frozenset("#,[]{}&*!|>'\"%@`")
_ESCAPES = {
    "\0": "\\0",
    "\x07": "\\a",
    "\x08": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\x0b": "\\v",
    "\x0c": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    '"': '\\"',
    "\\": "\\\\",
    "\x85": "\\N",
    "\xa0": "\\_",
    "\u2028": "\\L",
    "\u2029": "\\P",
}


def is_text(text: str) -> bool:
    """Whether a plain scalar of this text is read back as text by go-yaml v2, and is no base-60 number elsewhere."""
    if text in WORDS:
        return False
    if text[0] in "+-.0123456789":
        return number(text) is None and not is_timestamp(text) and not is_base60(text)
    return True


def is_text_v3(text: str) -> bool:
    """The same for v3, which takes a sign after 0o, too. It reads fewer words than v2, but still quotes those of YAML 1.1."""
    if text[:3] in ("0o+", "0o-"):
        value = number("0o" + text[3:]) if _octal_digits(text) else None
        return not isinstance(value, int) or value > (0x8000000000000000 if text[2] == "-" else 0x7FFFFFFFFFFFFFFF)
    return is_text(text)


_octal_digits = pattern(globals(), "_octal_digits", r"0o[-+]_*[0-7][0-7_]*\Z")


def style_of(text: str, text_like: bool, *, key: bool = False, tabs_in_blocks: bool = False) -> int:
    """The style of a string: `text_like` is whether it may be plain for what it means, `key` whether it is a simple key."""
    if text_like and _surely_plain(text):
        return PLAIN
    broken = _breaks(text) is not None
    tabs = "\t" in text
    special = is_special(text.replace("\t", "") if tabs and tabs_in_blocks else text)
    space_break = broken and (" \n" in text or " \u2028" in text or " \u2029" in text)
    block_allowed = bool(text) and not special and not space_break and text[-1:] != " "
    if "\n" in text:
        return LITERAL if block_allowed and not key else DOUBLE
    if not text_like or (key and broken):
        return DOUBLE
    break_space = broken and ("\u2028 " in text or "\u2029 " in text)
    if special or (tabs and tabs_in_blocks) or space_break or break_space:
        return DOUBLE
    if broken or text[0] == " " or text[-1] == " " or _has_block_indicator(text):
        return SINGLE
    return PLAIN


def is_special(text: str) -> bool:
    """Whether go-yaml finds a character that it would not write as it is (a tab among them)."""
    if text.isascii():
        return not text.replace("\n", "").isprintable()
    return _unprintable(text.encode("utf-8")) is not None


def _has_block_indicator(text: str) -> bool:
    first = text[0]
    if first in _INDICATORS or text.startswith(("---", "...")):
        return True
    if first in "?:-" and (len(text) == 1 or text[1] in " \t"):
        return True
    return (text[-1] == ":" and len(text) > 1) or ": " in text or ":\t" in text or " #" in text or "\t#" in text


def double_quoted(text: str) -> str:
    """The text between double quotes. A text that starts with a byte order mark is escaped whole, as go-yaml does."""
    if text[:1] == "\ufeff":
        return '"' + "".join(map(_escape_character, text)) + '"'
    return f'"{_escaped(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    return _escape_character(found[0])


def _escape_character(char: str) -> str:
    known = _ESCAPES.get(char)
    if known is not None:
        return known
    code = ord(char)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def single_quoted(text: str, pad: str) -> str:
    """The text between single quotes; after a line separator in it, the next line is indented by `pad`."""
    text = text.replace("'", "''")
    if not text.isascii():
        text = _separators.sub(rf"\g<0>{pad}", text)
    return f"'{text}'"


_separators = re.compile("[\u2028\u2029](?![\u2028\u2029]|\\Z)")


def literal(text: str, pad: str) -> str:
    """The text as a literal block, its lines indented by `pad`, from the `|` on. It ends without its last line break."""
    hint = "2" if text[0] in " \n\u2028\u2029" else ""
    if text[-1] not in "\n\u2028\u2029":
        chomp = "-"
    elif len(text) == 1 or text[-2] in "\n\u2028\u2029":
        chomp = "+"
    else:
        chomp = ""
    body = _line_starts(pad, text)
    return f"|{hint}{chomp}\n{body}"


_line_starts = pattern(globals(), "_line_starts", "(?:\\A|(?<=[\n\u2028\u2029]))(?![\n\u2028\u2029]|\\Z)", "sub")


def fold(text: str, column: int, pad: str) -> str:
    """A plain or single-quoted scalar that starts at `column`, broken at single spaces beyond the best width."""
    # The first and the last space between quotes stay.
    lowest, highest = (2, len(text) - 2) if text[0] == "'" else (0, len(text))
    if text.isascii() or not _separators.search(text):
        lines = [text]
    else:
        lines = re.split("(?<=[\u2028\u2029])", text)
    parts: list[str] = []
    before = 0
    for line in lines:
        start = 0
        for found in _single_space(line):
            place = found.start()
            if column + place - start > BEST_WIDTH and lowest <= before + place < highest:
                parts.append(f"{line[start:place]}\n{pad}")
                start = place + 1
                column = len(pad)
        parts.append(line[start:])
        before += len(line)
        column = 0
    return "".join(parts)


def fold_double(text: str, column: int, pad: str) -> str:
    """A double-quoted scalar, quotes included, that starts at `column`, broken at spaces beyond the best width."""
    parts: list[str] = []
    start = 0
    highest = len(text) - 2
    for found in _first_space(text):
        place = found.start()
        if column + place - start > BEST_WIDTH and 1 < place < highest:
            more = text[place + 1] == " "
            parts.append(f"{text[start:place]}\n{pad}" + ("\\" if more else ""))
            start = place + 1
            column = len(pad) + more
    parts.append(text[start:])
    return "".join(parts)


_single_space = pattern(globals(), "_single_space", "(?<! ) (?! )", "finditer")
_first_space = pattern(globals(), "_first_space", "(?<! ) ", "finditer")
