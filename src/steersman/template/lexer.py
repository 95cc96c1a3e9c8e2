"""Text → tokens, as Go's text/template/parse/lex.go cuts it.

A token is (kind, position, text). One regular expression knows the tokens that charts are made of; what it does not match — numbers,
character constants, every error — goes through `_rare`, which follows Go's state functions by hand. Fields that touch (`.a.b.c`)
come as one token where Go has three: the parser prints only the first of them in an error. An error is a token of kind ERROR
and the last one: whether it is ever raised is the parser's matter. Lines are counted by whoever needs them, from positions.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Token = tuple[int, int, str]

ERROR, BOOL, CHAR, CHAR_CONSTANT, COMMENT, COMPLEX, ASSIGN, DECLARE, EOF, FIELD, IDENTIFIER, LEFT_DELIM, LEFT_PAREN = range(13)
NUMBER, PIPE, RAW_STRING, RIGHT_DELIM, RIGHT_PAREN, SPACE, STRING, TEXT, VARIABLE = range(13, 22)
KEYWORD = 22
"""Kinds above this one are keywords."""
BLOCK, BREAK, CONTINUE, DOT, DEFINE, ELSE, END, IF, NIL, RANGE, TEMPLATE, WITH = range(23, 35)

WORDS = {
    "block": BLOCK,
    "break": BREAK,
    "continue": CONTINUE,
    "define": DEFINE,
    "else": ELSE,
    "end": END,
    "if": IF,
    "range": RANGE,
    "nil": NIL,
    "template": TEMPLATE,
    "with": WITH,
    "true": BOOL,
    "false": BOOL,
}

_SPACES = " \t\r\n"
_SIGNS = {"(": LEFT_PAREN, ")": RIGHT_PAREN, "|": PIPE, "=": ASSIGN, ":=": DECLARE, ",": CHAR, ".": DOT}
_NUMBER = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?"
    r"|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
_patterns: dict[str, Any] = {}


def _pattern(right: str) -> Any:
    """The tokens inside an action, for one right delimiter. Groups: 1 right delimiter, 2 space, 3 fields, 4 word, 5 variable,
    6 string, 7 raw string, 8 sign or dot, 9 plain number."""
    found = _patterns.get(right)
    if found is None:
        close = re.escape(right)
        on = rf"[ \t\r\n.,|:)(]|{close}"
        after = rf"(?={on}|\Z)"
        found = _patterns[right] = re.compile(
            rf"((?:[ \t\r\n]-)?{close})|([ \t\r\n]+)|((?:\.(?![0-9])\w+)+){after}|((?![0-9])\w+){after}|(\$\w*){after}"
            rf'|("(?:[^"\\\n]|\\[^\n])*")|(`[^`]*`)|([()|,]|:=|=|\.(?={on}))|([0-9]+)(?=[ )|]|{close})'
        )
    return found


_KINDS = (0, RIGHT_DELIM, SPACE, FIELD, IDENTIFIER, VARIABLE, STRING, RAW_STRING, 0, NUMBER)


def is_alphanumeric(character: str) -> bool:
    """Go's isAlphaNumeric: underscore, letter, or decimal digit. `\\w` also takes other numbers, like ²."""
    return character == "_" or character.isalpha() or character.isdecimal()


def lex(
    text: str, left: str = "{{", right: str = "}}", *, comments: bool = False, break_ok: bool = True, continue_ok: bool = True
) -> list[Token]:
    """All tokens of a text; the last is EOF or ERROR. `break_ok` and `continue_ok` say whether those words are keywords (not,
    when functions have these names); `comments` keeps comments as tokens."""
    tokens: list[Token] = []
    add = tokens.append
    match = _pattern(right).match
    find = text.find
    words = WORDS
    trim_right = f"-{right}"
    pos = 0
    length = len(text)
    while True:
        start = find(left, pos)
        if start < 0:
            if pos < length:
                add((TEXT, pos, text[pos:]))
            add((EOF, length, "EOF"))
            return tokens
        inside = start + len(left)
        trims = text[inside : inside + 1] == "-" and text[inside + 1 : inside + 2] in _SPACES and inside + 1 < length
        if start > pos:
            before = text[pos:start].rstrip(_SPACES) if trims else text[pos:start]
            if before:
                add((TEXT, pos, before))
        body = inside + 2 if trims else inside
        if text.startswith("/*", body):
            close = find("*/", body + 2)
            if close < 0:
                add((ERROR, body, "unclosed comment"))
                return tokens
            pos = close + 2
            trims = text.startswith(trim_right, pos + 1) and text[pos] in _SPACES
            if not trims and not text.startswith(right, pos):
                add((ERROR, body, "comment ends before closing delimiter"))
                return tokens
            if comments:
                add((COMMENT, body, text[body:pos]))
            pos += len(right) + (2 if trims else 0)
            if trims:
                pos = _after_spaces(text, pos)
            continue
        add((LEFT_DELIM, start, left))
        pos = body
        depth = 0
        while True:
            found = match(text, pos)
            if found is None:
                token, pos = _rare(text, pos, right)
                add(token)
                if token[0] == ERROR:
                    return tokens
                continue
            group = found.lastindex
            end = found.end()
            if group == 2:
                if text.startswith(trim_right, end):
                    end -= 1
                    if end == pos:  # cannot be: the first group takes it
                        end += 1
                add((SPACE, pos, " "))
            elif group == 1:
                if depth:
                    add((ERROR, pos, "unclosed left paren"))
                    return tokens
                if end - pos > len(right):
                    add((RIGHT_DELIM, pos + 2, right))
                    pos = _after_spaces(text, end)
                else:
                    add((RIGHT_DELIM, pos, right))
                    pos = end
                break
            elif group == 4:
                word = found.group()
                kind = words.get(word, IDENTIFIER)
                if kind != IDENTIFIER:
                    if (kind == BREAK and not break_ok) or (kind == CONTINUE and not continue_ok):
                        kind = IDENTIFIER
                elif not word.isascii() and not all(map(is_alphanumeric, word)):
                    add(_strange(text, pos, word))
                    return tokens
                add((kind, pos, word))
            elif group == 8:
                sign = found.group()
                kind = _SIGNS[sign]
                if kind == LEFT_PAREN:
                    depth += 1
                elif kind == RIGHT_PAREN:
                    depth -= 1
                    if depth < 0:
                        add((ERROR, pos, "unexpected right paren"))
                        return tokens
                add((kind, pos, sign))
            else:
                word = found.group()
                if (
                    group in (3, 5)
                    and not word.isascii()
                    and not all(part == "." or is_alphanumeric(part) for part in word.lstrip("$"))
                ):
                    add(_strange(text, pos, word))
                    return tokens
                add((_KINDS[group], pos, word))
            pos = end


def _after_spaces(text: str, pos: int) -> int:
    while pos < len(text) and text[pos] in _SPACES:
        pos += 1
    return pos


def _strange(text: str, pos: int, word: str) -> Token:
    """The error for a word that holds a number which Go takes for no letter and no digit."""
    first = next(part for part in word.lstrip("$") if part != "." and not is_alphanumeric(part))
    if word[0] == first:
        return ERROR, pos, f"unrecognized character in action: {code_point(first)}"
    return ERROR, pos, f"bad character {code_point(first)}"


def code_point(character: str) -> str:
    """Go's %#U."""
    from steersman.golang.strconv import is_print

    if not character:
        return "U+FFFFFFFFFFFFFFFF"  # end of file is the rune -1 there
    code = 0xFFFD if "\udc80" <= character <= "\udcff" else ord(character)
    return f"U+{code:04X} '{chr(code)}'" if is_print(code) else f"U+{code:04X}"


def _at_terminator(text: str, pos: int, right: str) -> bool:
    return pos >= len(text) or text[pos] in " \t\r\n.,|:)(" or text.startswith(right, pos)


def _rare(text: str, pos: int, right: str) -> tuple[Token, int]:
    """The token at `pos` that the pattern does not know, and where it ends (lex.go, lexInsideAction)."""
    if pos >= len(text):
        return (ERROR, pos, "unclosed action"), pos
    first = text[pos]
    if first == ":":
        return (ERROR, pos, "expected :="), pos
    if first in "\"'":
        return _quoted(text, pos)
    if first == "`":
        return (ERROR, pos, "unterminated raw quoted string"), pos
    following = text[pos + 1 : pos + 2]
    if first == "$" or (first == "." and following and not "0" <= following <= "9"):
        if first == "." and _at_terminator(text, pos + 1, right):
            return (DOT, pos, "."), pos + 1
        return _word(text, pos, pos + 1, right, FIELD if first == "." else VARIABLE)
    if first in "+-.0123456789" and (first != "." or following):
        return _number(text, pos)
    if first == ".":
        return _number(text, pos)
    if is_alphanumeric(first):
        return _word(text, pos, pos, right, IDENTIFIER)
    if " " < first <= "~":
        return (CHAR, pos, first), pos + 1
    return (ERROR, pos, f"unrecognized character in action: {code_point(first)}"), pos


def _word(text: str, pos: int, end: int, right: str, kind: int) -> tuple[Token, int]:
    while end < len(text) and is_alphanumeric(text[end]):
        end += 1
    if not _at_terminator(text, end, right):
        return (ERROR, pos, f"bad character {code_point(text[end : end + 1])}"), pos
    return (kind, pos, text[pos:end]), end


def _quoted(text: str, pos: int) -> tuple[Token, int]:
    mark = text[pos]
    end = pos + 1
    while end < len(text) and text[end] != "\n":
        if text[end] == mark:
            return (STRING if mark == '"' else CHAR_CONSTANT, pos, text[pos : end + 1]), end + 1
        if text[end] == "\\":
            end += 1
            if text[end : end + 1] in ("", "\n"):
                break
        end += 1
    return (ERROR, pos, f"unterminated {'quoted string' if mark == chr(34) else 'character constant'}"), pos


def _number(text: str, pos: int) -> tuple[Token, int]:
    from steersman.golang.strconv import quote

    kind = NUMBER
    end = _NUMBER.match(text, pos).end()  # type: ignore[union-attr]
    following = text[end : end + 1]
    if not (following and is_alphanumeric(following)):
        if not following or following not in "+-":
            return (NUMBER, pos, text[pos:end]), end
        kind = COMPLEX
        end = _NUMBER.match(text, end).end()  # type: ignore[union-attr]
        following = text[end : end + 1]
    if following and is_alphanumeric(following):
        end += 1
    elif kind == COMPLEX and text[end - 1] == "i":
        return (COMPLEX, pos, text[pos:end]), end
    return (ERROR, pos, f"bad number syntax: {quote(text[pos:end])}"), pos
