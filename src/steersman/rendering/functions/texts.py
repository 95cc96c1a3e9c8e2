"""Functions of strings: trimming, cases, quoting, indentation, cutting, joining.

Where Go indexes a string it counts bytes: `trunc`, `substr`, `abbrev` and `wrap` may cut a character in two, and the halves are held
as surrogate escapes. ASCII text, nearly all of it, takes the short way.

Sources: sprig v3.3 strings.go, functions.go; Masterminds/goutils v1.1 (stringutils.go, wordutils.go).
"""

from __future__ import annotations

from steersman.errors import GoPanic
from steersman.golang.sizes import MAX_ELEMENTS, check_elements, joined
from steersman.golang.strconv import quote as go_quote
from steersman.golang.values import Map, StringMap, to_bytes, to_str
from steersman.rendering.functions.strval import check_size, strings, strslice, strval
from steersman.template import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""unicode.IsSpace. Python's own isspace() knows four more control characters."""

_SPACE_SET = frozenset(SPACES)


# simple case mappings: Go maps one character to one character


def _upper(char: str) -> str:
    mapped = char.upper()
    return mapped if len(mapped) == 1 else char


def _lower(char: str) -> str:
    mapped = char.lower()
    return mapped if len(mapped) == 1 else "i" if char == "\u0130" else char


def _title(char: str) -> str:
    mapped = char.title()
    return mapped if len(mapped) == 1 else char


def upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(map(_upper, text))


def lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(map(_lower, text))


def title(text: str) -> str:
    """strings.Title: the first letter of each word as a title, the rest as it is."""
    out = []
    boundary = True
    for char in text:
        out.append(_title(char) if boundary else char)
        if char.isascii():
            boundary = not (char.isalnum() or char == "_")
        else:
            boundary = not (char.isalpha() or char.isdecimal()) and char in _SPACE_SET
    return "".join(out)


def untitle(text: str) -> str:
    """The first character of each word in lower case."""
    out = []
    boundary = True
    for char in text:
        if char in _SPACE_SET:
            boundary = True
        elif boundary:
            char = _lower(char)
            boundary = False
        out.append(char)
    return "".join(out)


def swapcase(text: str) -> str:
    """Upper to lower; lower to upper, but to title at the start of a word."""
    from unicodedata import category

    out = []
    boundary = True
    for char in text:
        kind = category(char)
        if kind in ("Lu", "Lt"):
            out.append(_lower(char))
            boundary = False
        elif kind == "Ll":
            out.append(_title(char) if boundary else _upper(char))
            boundary = False
        else:
            out.append(char)
            boundary = char in _SPACE_SET
    return "".join(out)


def initials(text: str) -> str:
    """The first byte of each word (goutils walks bytes: what is not ASCII comes out as Latin-1)."""
    out = []
    gap = True
    for char in text if text.isascii() else to_bytes(text).decode("latin-1"):
        if char in _SPACE_SET:
            gap = True
        elif gap:
            out.append(char)
            gap = False
    return "".join(out)


def nospace(text: str) -> str:
    """Without white space (goutils walks bytes: text that is not ASCII and has spaces comes out as Latin-1)."""
    walked = text if text.isascii() else to_bytes(text).decode("latin-1")
    kept = "".join(char for char in walked if char not in _SPACE_SET)
    return text if len(kept) == len(walked) else kept


def trim(text: str) -> str:
    return text.strip(SPACES)


def trim_all(cutset: str, text: str) -> str:
    return text.strip(cutset) if cutset else text


def quote(*values: object) -> str:
    return joined(" ", [go_quote(strval(value)) for value in values if value is not None])


def squote(*values: object) -> str:
    from steersman.golang.fmt import format_value

    return joined(" ", [f"'{value if type(value) is str else format_value(value)}'" for value in values if value is not None])


def cat(*values: object) -> str:
    """The values that are not nil as `%v`, joined by spaces. (The format itself is trimmed, not the result.)"""
    from steersman.golang.fmt import sprintf

    given = [value for value in values if value is not None]
    return sprintf(" ".join(["%v"] * len(given)), given)


def indent(width: int, text: str) -> str:
    if width < 0:
        raise GoPanic("strings: negative Repeat count")
    check_size(len(text) + width * (text.count("\n") + 1))
    pad = " " * width
    return pad + text.replace("\n", "\n" + pad)


def nindent(width: int, text: str) -> str:
    return "\n" + indent(width, text)


def replace(old: str, new: str, text: str) -> str:
    if len(new) > len(old) and old:
        check_size(len(text) + text.count(old) * (len(new) - len(old)))
    elif not old:
        check_size(len(text) + (len(text) + 1) * len(new))
    return text.replace(old, new)


def repeat(count: int, text: str) -> str:
    if count < 0:
        raise GoPanic("strings: negative Repeat count")
    check_size(count * len(text))
    return text * count


def trunc(count: int, text: str) -> str:
    if text.isascii():
        if count < 0:
            return text[count:] if len(text) + count > 0 else text
        return text[:count]
    data = to_bytes(text)
    if count < 0:
        return to_str(data[count:]) if len(data) + count > 0 else text
    return to_str(data[:count])


def substr(start: int, end: int, text: str) -> str:
    """Bytes from start to end. Raises GoPanic with Go's `slice bounds out of range …` where Go would."""
    data = to_bytes(text)
    size = len(data)
    if start < 0:
        if end < 0:
            raise GoPanic(f"runtime error: slice bounds out of range [:{end}]")
        if end > size:
            raise GoPanic(f"runtime error: slice bounds out of range [:{end}] with length {size}")
        return to_str(data[:end])
    if end < 0 or end > size:
        if start > size:
            raise GoPanic(f"runtime error: slice bounds out of range [{start}:{size}]")
        return to_str(data[start:])
    if start > end:
        raise GoPanic(f"runtime error: slice bounds out of range [{start}:{end}]")
    return to_str(data[start:end])


def plural(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


def join(separator: str, values: object) -> str:
    return joined(separator, strslice(values))


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    if limit == 0:
        return []
    if not separator:
        check_elements(len(text))
        letters = list(text)
        if 0 < limit < len(letters):
            letters[limit - 1 :] = ["".join(letters[limit - 1 :])]
        return letters
    if len(text) > MAX_ELEMENTS:
        check_elements(text.count(separator) + 1)
    return text.split(separator, limit - 1) if limit > 0 else text.split(separator)


def split(separator: str, text: str) -> Map:
    return StringMap((f"_{number}", part) for number, part in enumerate(_split(text, separator)))


def splitn(separator: str, limit: int, text: str) -> Map:
    return StringMap((f"_{number}", part) for number, part in enumerate(_split(text, separator, limit)))


def split_list(separator: str, text: str) -> list[str]:
    return strings(_split(text, separator))


def to_strings(values: object) -> list[str]:
    return strings(strslice(values))


def sort_alpha(values: object) -> list[str]:
    """A slice as strings in the order of their bytes; anything else as a list of its text."""
    if isinstance(values, (list, bytes)):
        texts = strslice(values)
        texts = sorted(texts) if all(map(str.isascii, texts)) else sorted(texts, key=to_bytes)
        return strings(texts)
    return strings([strval(values)])


# goutils: abbreviations and wrapping count bytes


def abbrev(width: int, text: str) -> str:
    return text if width < 4 else to_str(_abbreviate(to_bytes(text), 0, width))


def abbrevboth(left: int, right: int, text: str) -> str:
    if right < 4 or (left > 0 and right < 7):
        return text
    return to_str(_abbreviate(to_bytes(text), left, right))


def _abbreviate(data: bytes, offset: int, width: int) -> bytes:
    if not data or width < 4:
        return b""
    if len(data) <= width:
        return data
    offset = min(offset, len(data))
    if len(data) - offset < width - 3:
        offset = len(data) - (width - 3)
    if offset <= 4:
        return data[: width - 3] + b"..."
    if width < 7:
        return b""
    if offset + width - 3 < len(data):
        return b"..." + _abbreviate(data[offset:], 0, width - 3)
    return b"..." + data[len(data) - (width - 3) :]


def wrap(width: int, text: str) -> str:
    return _wrap(text, width, "\n", False)


def wrap_with(width: int, separator: str, text: str) -> str:
    return _wrap(text, width, separator or "\n", True)


def _wrap(text: str, width: int, separator: str, long_words: bool) -> str:
    data = to_bytes(text)
    newline = to_bytes(separator)
    width = max(width, 1)
    check_size(len(data) + len(data) // width * len(newline))
    out: list[bytes] = []
    offset = 0
    while len(data) - offset > width:
        if data[offset] == 0x20:
            offset += 1
            continue
        space = data.rfind(b" ", offset, offset + width + 1)
        if space >= 0:
            out += (data[offset:space], newline)
            offset = space + 1
        elif long_words:
            out += (data[offset : offset + width], newline)
            offset += width
        else:
            space = data.find(b" ", offset + width)
            if space < 0:
                out.append(data[offset:])
                offset = len(data)
            else:
                out += (data[offset:space], newline)
                offset = space + 1
    out.append(data[offset:])
    return to_str(b"".join(out))


def _cased(name: str) -> Callable[[str], str]:
    """Word cases live in a module of their own: few charts need them."""

    def call(text: str) -> str:
        from steersman.rendering.functions import wordcases

        found: str = getattr(wordcases, name)(text)
        return found

    return call


_ONE = ("string",)
_TWO = ("string", "string")

TABLE = {
    "abbrev": Function(abbrev, ("int", "string"), result="string"),
    "abbrevboth": Function(abbrevboth, ("int", "int", "string"), result="string"),
    "camelcase": Function(_cased("pascal"), _ONE, result="string"),
    "cat": Function(cat, (), "interface {}", result="string"),
    "contains": Function(lambda needle, text: needle in text, _TWO),
    "hasPrefix": Function(lambda prefix, text: text.startswith(prefix), _TWO),
    "hasSuffix": Function(lambda suffix, text: text.endswith(suffix), _TWO),
    "hello": Function(lambda: "Hello!", (), result="string"),
    "indent": Function(indent, ("int", "string"), result="string"),
    "initials": Function(initials, _ONE, result="string"),
    "join": Function(join, ("string", "interface {}"), result="string"),
    "kebabcase": Function(_cased("kebab"), _ONE, result="string"),
    "lower": Function(lower, _ONE, result="string"),
    "nindent": Function(nindent, ("int", "string"), result="string"),
    "nospace": Function(nospace, _ONE, result="string"),
    "plural": Function(plural, ("string", "string", "int"), result="string"),
    "quote": Function(quote, (), "interface {}", result="string"),
    "repeat": Function(repeat, ("int", "string"), result="string"),
    "replace": Function(replace, ("string", "string", "string"), result="string"),
    "snakecase": Function(_cased("snake"), _ONE, result="string"),
    "sortAlpha": Function(sort_alpha, ("interface {}",)),
    "split": Function(split, _TWO),
    "splitList": Function(split_list, _TWO),
    "splitn": Function(splitn, ("string", "int", "string")),
    "squote": Function(squote, (), "interface {}", result="string"),
    "substr": Function(substr, ("int", "int", "string"), result="string"),
    "swapcase": Function(swapcase, _ONE, result="string"),
    "title": Function(title, _ONE, result="string"),
    "toString": Function(strval, ("interface {}",), result="string"),
    "toStrings": Function(to_strings, ("interface {}",)),
    "trim": Function(trim, _ONE, result="string"),
    "trimAll": Function(trim_all, _TWO, result="string"),
    "trimPrefix": Function(lambda prefix, text: text.removeprefix(prefix), _TWO, result="string"),
    "trimSuffix": Function(lambda suffix, text: text.removesuffix(suffix), _TWO, result="string"),
    "trimall": Function(trim_all, _TWO, result="string"),
    "trunc": Function(trunc, ("int", "string"), result="string"),
    "untitle": Function(untitle, _ONE, result="string"),
    "upper": Function(upper, _ONE, result="string"),
    "wrap": Function(wrap, ("int", "string"), result="string"),
    "wrapWith": Function(wrap_with, ("int", "string", "string"), result="string"),
}
"""sprig's name → the function with Go's parameter types."""
