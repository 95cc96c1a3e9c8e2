"""Go's strconv: quoting, unquoting, and numbers to and from text, byte for byte.

Strings are held as `steersman.golang.values` says: a byte that is no UTF-8 is one character U+DC80…U+DCFF. What is printable is
decided by the table of Unicode 15.0 below, which Go 1.26 uses, and not by the Unicode of the Python that runs this.

Floats: CPython's `repr` gives the shortest digits that read back as the same float64, and its `%` formatting rounds the exact
value half to even; both are what Go does, so only the layout of the digits is done here. float32 has no such help in Python:
its shortest digits are searched for (`_shortest32`).
"""

from __future__ import annotations

from bisect import bisect_right
from math import frexp, isfinite, isnan, ldexp

from steersman.errors import GoError
from steersman.golang.values import to_bytes, to_str

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_PRINTABLE_RUNS = (
    "4h c 1 ju 2 6 4 7 1 1 1 k 1 b1 1 12 2 1e 2 3 1 1j 8 r 4 6 h m 1 5c 1 1c 2 1n 2 2t e 1n 2 1d 2 f 1 s 2 1 1 b 5 v "
    "9 22 1 4h 1 8 2 2 2 m 1 7 1 1 3 4 2 9 2 2 2 4 8 1 4 2 1 5 2 p 2 3 1 6 4 2 2 m 1 7 1 2 1 2 1 2 2 1 1 5 4 2 2 3 3 "
    "1 7 4 1 1 7 h a 3 1 9 1 3 1 m 1 7 1 2 1 5 2 a 1 3 1 3 2 1 f 4 2 c 7 7 1 3 1 8 2 2 2 m 1 7 1 2 1 5 2 9 2 2 2 3 7 "
    "3 4 2 1 5 2 i a 2 1 6 3 3 1 4 3 2 1 1 1 2 3 2 3 3 3 c 4 5 3 3 1 4 2 1 6 1 e l 5 d 1 3 1 n 1 g 2 9 1 3 1 4 7 2 1 "
    "3 2 1 2 4 2 a 7 m 1 3 1 n 1 a 1 5 2 9 1 3 1 4 7 2 6 2 1 4 2 a 1 3 c d 1 3 1 1f 1 3 1 6 4 g 2 q 1 3 1 i 3 o 1 9 "
    "1 1 2 7 3 1 4 6 1 1 1 8 6 a 2 3 c 1m 4 t 11 2 1 1 1 5 1 o 1 1 1 n 2 5 1 1 1 7 1 a 2 4 w 20 1 10 4 13 1 10 1 f 1 "
    "d 11 5i 1 1 5 1 2 ah 1 4 2 7 1 1 1 4 2 15 1 4 2 x 1 4 2 7 1 1 1 4 2 f 1 1l 1 4 2 1v 2 w 3 q 6 2e 2 6 2 hs 1 s 3 "
    "2h 7 m 9 o 9 k c d 1 3 1 2 c 2m 2 a 6 a 6 e 1 b 6 2h 7 17 5 1y a v 1 c 4 c 4 1 3 16 2 5 b 18 4 q 6 b 3 1q 2 1t "
    "1 t 2 b 6 a 6 e 2 v 1d 25 3 1b 1 38 8 1o 3 f 3 1o 7 17 2 b 8 17 5 eu 2 6 2 12 2 6 2 8 1 1 1 1 1 1 1 v 2 1h 1 f "
    "1 e 2 6 1 j 2 3 1 9 h o 8 1b h 2 2 r 1 d 3 x f x f 3w 4 if p b l 1ec 2 w 1 9p 5 19 1 1 5 1 2 1k 7 2 e o 9 7 1 7 "
    "1 7 1 7 1 7 1 7 1 7 1 7 1 3i y q 1 2h c 5y q c 5 1r 1 2e 2 2v 5 17 1 2m 1 2c c 1b 1 mlp 3 1j 9 9o k 54 8 5n 5 2 "
    "1 1 1 5 o 1n 3 a 6 1k 8 1y 8 c 6 38 b u 3 26 1 b 4 x 1 1j 9 e 2 a 2 2v o s a 6 2 6 2 6 9 7 1 7 1 1o 4 3i 2 a 6 "
    "8mc c n 4 1d 6is a6 2 2y 12 7 c 5 5 q 1 5 1 1 1 2 1 2 1 3h g cd 2 1i 7 1 w 16 6 1f 1 j 1 4 4 5 1 3r 4 5a 3 6 2 "
    "6 2 6 2 3 3 7 1 7 d 2 2 c 1 q 1 j 1 2 1 f 2 e y 3f 5 3 4 19 3 2g 1 d 3 1 1b 1a 3m t 3 1d f s 4 10 9 u 5 17 5 u "
    "1 11 4 e 16 4e 2 a 6 10 4 10 4 14 8 1g b c 1 f 1 7 1 2 1 b 1 f 1 7 1 2 1v 8n 9 m a 8 o 6 1 16 1 9 1x 6 2 1 1 18 "
    "1 2 3 1 2 n 1 20 8 9 1c j 1 2 5 x 3 r 5 1 1s 1k 4 k 2 1e 1 2 5 8 1 3 1 t 2 3 4 a 7 9 7 1s w 13 4 c 9 1i 3 t 2 r "
    "5 q 7 4 c 7 28 21 1j 1f d 1f 7 1a 8 a 86 v 1 16 1 3 2 2 23 17 8 16 m q 12 s k n 9 26 4 10 9 1q 1 5 d p 7 a 6 1h "
    "1 i 8 13 9 2o 1 k b i 1 1b 1q 7 1 1 1 4 1 f 1 b 6 1n 5 a 6 4 1 8 2 2 2 m 1 7 1 2 1 5 1 a 2 2 2 3 2 1 6 1 5 7 2 "
    "7 3 5 3v 2k 1 5 u 20 8 a 4m 1i 2 12 y 1x b a 6 d j 1m 6 a 1i r 2 f 4 n 55 1o 2s 2b c 8 2 1 2 8 1 2 1 u 1 2 2 c "
    "9 a 1y 8 2 1a 2 b r 20 8 2b d 21 7 a 6u 9 1 19 1 e a t 3 w 2 m 1 e 21 7 1 2 1 18 3 1 1 2 1 9 8 a 6 6 1 2 1 11 1 "
    "2 1 6 7 a 8m p 7 h 1 15 3 s 2e 1 f 1e d pn 2u 33 1 5 b 5g 218 2r d ts g m 33e g7 6nt ft 7 v 1 a 4 29 1 a 6 u 2 "
    "6 a 1y a a 1 7 1 l 5 j j4 2j 2t 23 4 1l 7 h 1s 5 b 2 e 4qg 8 ye 16 9 6w7 4 1 7 1 2 1 83 f 1 t 3 2 1 e 4 8 b0 "
    "1s4 2z 5 d 3 9 7 a 2 4 3mo 1a 2 n 9 38 1o 6u a 13 2 22 8 34 l 1y 3e k c k c 2f 9 p 3r 2d 1 1z 1 2 2 1 2 2 2 4 1 "
    "c 1 1 1 7 1 1t 1 4 2 8 1 7 1 s 1 4 1 5 1 1 3 7 1 9g 2 84 2 ji f 5 1 f uo v 6 6 5x 7 1 h 2 7 1 2 1 5 5 1q x 1 34 "
    "19 3 e 2 a 4 2 8w v h 1m 5 1 cw 16 km 7 1 4 1 2 1 f 1 5h 2 g 15 24 4 a 4 2 lt 1w 24 1p 5e 4 1 r 1 2 1 1 2 1 1 a "
    "1 4 1 1 1 1 6 1 4 1 1 1 1 1 1 3 1 2 1 1 2 1 1 1 1 1 1 1 1 1 1 2 1 1 2 4 1 7 1 4 1 4 1 1 1 a 1 h 5 3 1 5 1 h 1g "
    "2 7i 18 4 2s c f 2 f 1 f 1 11 a 4u 1k t d 18 4 9 7 2 e 6 4a rc 4 h 3 d 3 3b 4 2n 6 c 4 1 f c 4 1k 8 a 6 14 8 u "
    "2 2 26 9g c e 2 d 3 9 7 1a 1 7 8 e 4 9 7 9 7 43 1 1j 11 a sm wyo w 37e 6 66 2 4g2 e 5rl 2e7 f2 15u 3t7 5 38g "
    "f9e8 6o "
)
"""Lengths in base 36 of the runs of characters that are not, and are, printable in turn (Unicode 15.0; ASCII counts as one that is not)."""

_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}
_UNESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_OCTAL_DIGITS = frozenset("01234567")
_HEX_LENGTH = {"x": 2, "u": 4, "U": 8}

KEPT_ESCAPES = 4096
"""How many characters a table of escapes remembers: more than any language needs, and little memory."""

_bounds: list[int] = []


def is_print(code: int) -> bool:
    """strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space, as Unicode 15.0 has them."""
    if code < 0x80:
        return 0x20 <= code <= 0x7E
    if not _bounds:
        at = 0
        for run in _PRINTABLE_RUNS.split():
            at += int(run, 36)
            _bounds.append(at)
    return bisect_right(_bounds, code) % 2 == 1


def _escaped(code: int, mark: int, ascii_only: bool) -> str:
    """One character of a quoted text, `mark` being the code of the quotation mark around it."""
    if code == mark or code == 0x5C:
        return "\\" + chr(code)
    if is_print(code) and (code < 0x80 or not ascii_only):
        return chr(code)
    if code in _ESCAPES:
        return _ESCAPES[code]
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if 0xD800 <= code < 0xE000:
        if 0xDC80 <= code <= 0xDCFF:
            return f"\\x{code - 0xDC00:02x}"
        code = 0xFFFD
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class _Escapes(dict[int, str]):
    """A table for str.translate that fills itself: code of a character → how it stands in double quotes."""

    def __init__(self, *, ascii_only: bool) -> None:
        self.ascii_only = ascii_only

    def __missing__(self, code: int) -> str:
        escaped = _escaped(code, 0x22, self.ascii_only)
        if len(self) < KEPT_ESCAPES:
            self[code] = escaped
        return escaped


_in_quotes = _Escapes(ascii_only=False)
_in_ascii = _Escapes(ascii_only=True)


def whole(text: str) -> str:
    """The text with bytes that together are UTF-8 joined to the character that they are: halves meet when strings are joined."""
    try:
        return to_str(to_bytes(text))
    except UnicodeEncodeError:
        # A surrogate that stands for no byte cannot be in a Go string: it came from outside. Go would hold U+FFFD.
        return "".join("\ufffd" if "\ud800" <= char < "\udc80" or "\udcff" < char <= "\udfff" else char for char in text)


def _has_bytes(text: str) -> bool:
    """Whether the text holds bytes that are no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def quote(text: str) -> str:
    """strconv.Quote: `text` in double quotes with Go's escapes. Bytes that are no UTF-8 become `\\xNN`."""
    if text.isascii():
        if text.isprintable() and '"' not in text and "\\" not in text:
            return f'"{text}"'
    elif _has_bytes(text):
        text = whole(text)
    return f'"{text.translate(_in_quotes)}"'


def quote_to_ascii(text: str) -> str:
    """strconv.QuoteToASCII: as `quote`, with `\\uNNNN` or `\\UNNNNNNNN` for all that is not ASCII."""
    if text.isascii():
        return quote(text)
    return f'"{whole(text).translate(_in_ascii)}"'


def quote_rune(code: int, *, ascii_only: bool = False) -> str:
    """strconv.QuoteRune: the character of this code in single quotes; what is no character is U+FFFD."""
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code < 0xE000:
        code = 0xFFFD
    return f"'{_escaped(code, 0x27, ascii_only)}'"


def can_backquote(text: str) -> bool:
    """strconv.CanBackquote: whether the text can stand unchanged between backquotes on one line."""
    for char in text:
        code = ord(char)
        if (code < 0x20 and code != 9) or code in (0x60, 0x7F, 0xFEFF) or 0xD800 <= code < 0xE000:
            return False
    return True


def _unquote_char(text: str, at: int, mark: str, out: bytearray) -> int:
    """Appends the bytes of the escape or character at `at` to `out`; returns where the next one starts, or -1: no valid syntax."""
    char = text[at]
    if char == mark or char == "\n":
        return -1
    if char != "\\":
        out += b"\xef\xbf\xbd" if "\ud800" <= char <= "\udfff" else char.encode()
        return at + 1
    if at + 1 >= len(text):
        return -1
    char = text[at + 1]
    at += 2
    if char in _UNESCAPES:
        out += _UNESCAPES[char].encode()
        return at
    if char in _HEX_LENGTH:
        digits = text[at : at + _HEX_LENGTH[char]]
        if len(digits) < _HEX_LENGTH[char] or not _HEX_DIGITS.issuperset(digits):
            return -1
        code = int(digits, 16)
        if char == "x":
            out.append(code)
        elif code > 0x10FFFF or 0xD800 <= code < 0xE000:
            return -1
        else:
            out += chr(code).encode()
        return at + len(digits)
    if "0" <= char <= "7":
        digits = text[at - 1 : at + 2]
        if len(digits) < 3 or not _OCTAL_DIGITS.issuperset(digits):
            return -1
        code = int(digits, 8)
        if code > 255:
            return -1
        out.append(code)
        return at + 2
    if char == mark:
        out += char.encode()
        return at
    return -1


def unquote(text: str) -> str:
    """strconv.Unquote: the string that a Go literal in double quotes, single quotes or backquotes stands for.

    Raises GoError("invalid syntax") for what is no such literal, or has something after it.
    """
    mark = text[:1]
    if len(text) < 2 or mark not in ('"', "'", "`") or text[-1] != mark:
        raise GoError("invalid syntax")
    if mark == "`":
        if text.find("`", 1) != len(text) - 1:
            raise GoError("invalid syntax")
        return text[1:-1].replace("\r", "")
    if mark == '"' and "\\" not in text and "\n" not in text and text.find('"', 1) == len(text) - 1 and not _has_bytes(text):
        return text[1:-1]
    out = bytearray()
    at = 1
    end = len(text) - 1
    while at < end:
        at = _unquote_char(text, at, mark, out)
        if at < 0:
            raise GoError("invalid syntax")
        if mark == "'":
            break
    if at != end:
        raise GoError("invalid syntax")
    return to_str(bytes(out))


# Numbers to text


def _to_float32(value: float) -> float:
    """The nearest float32, as a Python float; ±Inf where it is too large."""
    from struct import error, pack, unpack

    try:
        return unpack("<f", pack("<f", value))[0]  # type: ignore[no-any-return]
    except (OverflowError, error):
        return float("inf") if value > 0 else float("-inf")


def _digits_of(scientific: str) -> tuple[str, int]:
    """`1.25e+02` → its digits without zeros at the end ("125") and the place of the decimal point (3)."""
    mantissa, _, exponent = scientific.partition("e")
    return mantissa.replace(".", "").rstrip("0"), int(exponent) + 1


def _shortest32(value: float) -> tuple[str, int]:
    """The shortest digits that read back as this float32, and of those the nearest to it."""
    if value == 2**-12:
        # The one power of two where two shortest digits are as near: Go takes the upper one, not the even one.
        return "24414063", -3
    for precision in range(9):
        text = f"{value:.{precision}e}"
        if _to_float32(float(text)) == value:
            return _digits_of(text)
        # Below a power of two the floats lie closer: the nearest decimal may be outside where one a bit further above is inside.
        mantissa, _, exponent = text.partition("e")
        up = f"{int(mantissa.replace('.', '')) + 1}e{int(exponent) - precision}"
        if frexp(value)[0] == 0.5 and _to_float32(float(up)) == value:
            return _digits_of(f"{float(up):.{precision}e}")
    return _digits_of(f"{value:.8e}")


def _shortest64(value: float) -> tuple[str, int]:
    text = repr(value)
    if "e" in text:
        return _digits_of(text)
    before, _, after = text.partition(".")
    digits = (before + after).lstrip("0")
    point = len(before) if before != "0" else len(digits) - len(after)
    return digits.rstrip("0"), point


def _exponential(digits: str, point: int, letter: str) -> str:
    exponent = point - 1
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _positional(digits: str, point: int) -> str:
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _binary_parts(value: float, bits: int) -> tuple[int, int, int]:
    """mantissa, exponent of two and number of mantissa bits: value == mantissa · 2**exponent, not normalized when denormal."""
    width, smallest = (53, -1074) if bits == 64 else (24, -149)
    if value == 0:
        return 0, smallest, width
    exponent = max(frexp(value)[1] - width, smallest)
    return int(ldexp(value, -exponent)), exponent, width


def _hexadecimal(value: float, letter: str, precision: int, bits: int) -> str:
    mantissa, exponent, width = _binary_parts(value, bits)
    if mantissa:
        shift = width - mantissa.bit_length()
        mantissa <<= shift + 61 - width
        exponent += width - 1 - shift
    else:
        exponent = 0
    # The leading 1 is now bit 60: fifteen hexadecimal digits follow it.
    if 0 <= precision < 15:
        cut = 60 - 4 * precision
        kept, rest = mantissa >> cut, mantissa & ((1 << cut) - 1)
        half = 1 << (cut - 1)
        if rest > half or (rest == half and kept & 1):
            kept += 1
        mantissa = kept << cut
        if mantissa >> 61:
            mantissa >>= 1
            exponent += 1
    fraction = f"{mantissa & ((1 << 60) - 1):015x}"
    fraction = fraction.rstrip("0") if precision < 0 else fraction[:precision].ljust(precision, "0")
    text = f"0x{mantissa >> 60}{'.' if fraction else ''}{fraction}p{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    return text if letter == "x" else text.upper()


def format_float(value: float, verb: str = "g", precision: int = -1, bits: int = 64) -> str:
    """strconv.FormatFloat for the verbs e E f F g G b x X; `precision` -1 is as many digits as are needed to read it back."""
    if not isfinite(value):
        return "NaN" if isnan(value) else "+Inf" if value > 0 else "-Inf"
    if bits == 32:
        value = _to_float32(value)
        if not isfinite(value):
            return "+Inf" if value > 0 else "-Inf"
    magnitude = abs(value)
    sign = "-" if value < 0 or (value == 0 and str(value)[0] == "-") else ""
    if verb == "b":
        mantissa, exponent, _ = _binary_parts(magnitude, bits)
        return f"{sign}{mantissa}p{exponent:+d}"
    if verb in "xX":
        return sign + _hexadecimal(magnitude, verb, precision, bits)
    if precision >= 0:
        if verb == "F":
            verb = "f"
        return sign + format(magnitude, f".{precision}{verb}")
    if magnitude == 0:
        return sign + ("0e+00" if verb == "e" else "0E+00" if verb == "E" else "0")
    digits, point = _shortest64(magnitude) if bits == 64 else _shortest32(magnitude)
    if verb in "eE":
        return sign + _exponential(digits, point, verb)
    if verb in "gG" and not -4 < point <= 6:
        return sign + _exponential(digits, point, "e" if verb == "g" else "E")
    return sign + _positional(digits, point)


# Text to numbers

SYNTAX = "invalid syntax"
RANGE = "value out of range"
_INTEGER_PREFIXES = {"0b": 2, "0o": 8, "0x": 16}
_DECIMAL_CHARACTERS = frozenset("0123456789+-.eE_")
_DIGIT_VALUES = {char: value for value, char in enumerate("0123456789abcdefghijklmnopqrstuvwxyz")}
_DIGIT_VALUES.update({char.upper(): value for char, value in _DIGIT_VALUES.items()})


def _refuse(function: str, text: str, why: str) -> NoReturn:
    """Raises what Go returns as a *strconv.NumError."""
    raise GoError(f"strconv.{function}: parsing {quote(text)}: {why}")


def _underscores_fit(text: str) -> bool:
    """Whether each underscore stands between digits, or between a base prefix and a digit (the syntax of Go's literals)."""
    digits = "0123456789"
    rest = text[1:] if text[:1] in ("+", "-") else text
    seen = "^"
    if rest[:2].lower() in _INTEGER_PREFIXES:
        if rest[1] in "xX":
            digits = "0123456789abcdefABCDEF"
        rest = rest[2:]
        seen = "0"
    for char in rest:
        if char in digits:
            seen = "0"
        elif char == "_":
            if seen != "0":
                return False
            seen = "_"
        elif seen == "_":
            return False
        else:
            seen = "!"
    return seen != "_"


def _unsigned(function: str, whole_text: str, text: str, base: int, bits: int) -> int:
    """The digits of `text` as a number of at most `bits` bits. A number too large is noticed before a wrong character after it."""
    digits = text
    underscores = False
    if not text:
        _refuse(function, whole_text, SYNTAX)
    if base == 0:
        base = 10
        if text[0] == "0":
            if len(text) >= 3 and text[:2].lower() in _INTEGER_PREFIXES:
                base = _INTEGER_PREFIXES[text[:2].lower()]
                digits = text[2:]
            else:
                base = 8
                digits = text[1:]
        if "_" in digits:
            underscores = True
            digits = digits.replace("_", "")
    elif not 2 <= base <= 36:
        _refuse(function, whole_text, f"invalid base {base}")
    if bits == 0:
        bits = 64
    elif not 0 < bits <= 64:
        _refuse(function, whole_text, f"invalid bit size {bits}")
    largest = (1 << bits) - 1
    number = 0
    for char in digits:
        value = _DIGIT_VALUES.get(char, 36)
        if value >= base:
            _refuse(function, whole_text, SYNTAX)
        number = number * base + value
        if number > largest:
            _refuse(function, whole_text, RANGE)
    if underscores and not _underscores_fit(text):
        _refuse(function, whole_text, SYNTAX)
    return number


def parse_uint(text: str, base: int = 10, bits: int = 64) -> int:
    """strconv.ParseUint. Base 0 takes the base from the prefix and allows underscores. Raises GoError with a NumError's text."""
    return _unsigned("ParseUint", text, text, base, bits)


def parse_int(text: str, base: int = 10, bits: int = 64, *, function: str = "ParseInt") -> int:
    """strconv.ParseInt: a sign and what `parse_uint` reads. Raises GoError with a NumError's text, in the name of `function`."""
    negative = text[:1] == "-"
    number = _unsigned(function, text, text[1:] if text[:1] in ("+", "-") else text, base, bits)
    limit = 1 << ((bits or 64) - 1)
    if number >= limit + negative:
        _refuse(function, text, RANGE)
    return -number if negative else number


def atoi(text: str) -> int:
    """strconv.Atoi: a decimal int. Raises GoError, as `strconv.Atoi: parsing "x": invalid syntax`."""
    return parse_int(text, function="Atoi")


def parse_bool(text: str) -> bool:
    """strconv.ParseBool: 1 t T true TRUE True, 0 f F false FALSE False. Raises GoError for all else."""
    if text in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if text in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    _refuse("ParseBool", text, SYNTAX)


def _parse_hexadecimal(text: str) -> float | None:
    """A hexadecimal float as Go writes them, the exponent required; None if it is not one. Too large is infinite."""
    if "_" in text:
        if not _underscores_fit(text):
            return None
        text = text.replace("_", "")
    mantissa, mark, exponent = text.lower().partition("p")
    if not mark or not exponent.lstrip("+-").isdigit():
        return None
    try:
        return float.fromhex(text)
    except OverflowError:
        return float("-inf") if mantissa[0] == "-" else float("inf")
    except ValueError:
        return None


def parse_float(text: str, bits: int = 64) -> float:
    """strconv.ParseFloat: decimal, hexadecimal, Inf, Infinity and NaN. Raises GoError for wrong syntax and for what is too large."""
    number: float | None = None
    if _DECIMAL_CHARACTERS.issuperset(text):
        try:
            number = float(text)
        except ValueError:
            pass
    elif text.isascii():
        word = text.lower()
        if word.lstrip("+-")[:2] == "0x":
            number = _parse_hexadecimal(text)
        elif word == "nan" or (word.lstrip("+-") in ("inf", "infinity") and len(word) in (3, 4, 8, 9)):
            try:
                return float(word)
            except ValueError:
                pass
    if number is None:
        _refuse("ParseFloat", text, SYNTAX)
    if bits == 32:
        number = _to_float32(number)
    if not isfinite(number):
        _refuse("ParseFloat", text, RANGE)
    return number
