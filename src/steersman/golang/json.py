"""Go's encoding/json: Marshal and Unmarshal of the values that templates see.

Writing: strings go through the C encoder that Python's json has (its escapes are Go's), everything else is written here, because
Go sorts keys, writes 1 and not 1.0, and escapes `<`, `>`, `&`, U+2028 and U+2029. These can only be inside of strings, so they are
escaped once in the finished text and not in each string.

Reading: Python's C scanner reads what it reads as Go does. Whatever it refuses, and what the two read differently (lone
surrogates, bytes that are no UTF-8, nesting deeper than Python's stack), goes through `_Reader`, which follows Go's grammar
byte by byte and so has Go's error texts. It keeps its own stack: depth is bounded by Go's limit alone.

Helm 4.3.1 is built with Go 1.27, where encoding/json runs on the engine of encoding/json/v2 with the semantics of v1. Some error
texts are new with it, and what they name: an escape is quoted whole, and a type error has the path to the value, map keys and
list indexes included, but no struct. Source of the rules: encoding/json (v2_decode.go, v2_scanner.go, v2_inject.go,
v2_indent.go), encoding/json/internal/jsonwire (decode.go, wire.go), encoding/json/jsontext (decode.go).
"""

from __future__ import annotations

from math import isfinite

from steersman.errors import GoError
from steersman.golang.fmt import sorted_keys
from steersman.golang.sizes import MAX_PIECES, joined, too_long
from steersman.golang.strconv import format_float, quote, quote_rune, whole
from steersman.golang.values import Float32, Ordered, Struct, to_bytes, to_str, type_of

try:
    from _json import encode_basestring as encode_string
except ImportError:  # an interpreter without the C part of its json module
    from json.encoder import encode_basestring as encode_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, NoReturn

MAX_DEPTH = 10_000
"""The deepest nesting that Unmarshal reads and MarshalIndent indents (encoding/json/jsontext/state.go, maxNestingDepth)."""

CYCLE_DEPTH = 1000
"""From this depth on Marshal looks for values that contain themselves (encoding/json/v2/arshal_default.go, startDetectingCyclesAfter)."""


# Marshal


def marshal(value: Any, *, escape_html: bool = True, indent: str = "") -> str:
    """json.Marshal, or MarshalIndent with that `indent`; `escape_html` False is an Encoder with SetEscapeHTML(false).

    Struct values are what their `go_json` gives; `Ordered` keeps its order, other maps are sorted by the bytes of their keys.
    Bytes that are no UTF-8 become U+FFFD. Raises GoError: a NaN or infinite number, a function, a complex number, a map without
    string or integer keys, a cycle, and with `indent` nesting beyond `MAX_DEPTH`.
    """
    try:
        text = _indented(value, indent, "\n") if indent else _compact(value)
    except RecursionError:
        if indent:
            # Go writes it compact first and refuses to indent what is too deep: better before megabytes of margins.
            _deep(value, "", MAX_DEPTH)
        text = _deep(value, indent)
    if escape_html:
        text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    if text.isascii():
        return text
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _valid(whole(text))
    return text


def format_number(value: float, bits: int = 64) -> str:
    """A float as encoding/json writes it: no exponent from 1e-6 up to 1e21. Raises GoError for NaN and infinities."""
    magnitude = abs(value)
    if bits == 64:
        if magnitude < 9007199254740992 and value == int(value):
            return str(int(value)) if value else "-0" if str(value)[0] == "-" else "0"
        if 1e-4 <= magnitude < 9007199254740992:
            return repr(value)
    if not isfinite(value):
        raise GoError(f"json: unsupported value: {format_float(value, 'g', -1, bits)}")
    if magnitude == 0 or 1e-6 <= magnitude < 1e21:
        return format_float(value, "f", -1, bits)
    text = format_float(value, "e", -1, bits)
    return text[:-2] + text[-1] if text[-4:-1] == "e-0" else text


def _scalar(value: Any) -> str | None:
    """The text of a value that holds no others; None for a map, a list, or a struct yet to be turned into one."""
    if isinstance(value, Struct):
        return None
    if isinstance(value, str):
        return encode_string(str(value))
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return format_number(float(value), 32 if isinstance(value, Float32) else 64)
    if isinstance(value, dict):
        return None
    if isinstance(value, bytes) or getattr(value, "ELEMENT", "") == "uint8":
        from binascii import b2a_base64

        return f'"{b2a_base64(bytes(value), newline=False).decode()}"'
    if isinstance(value, list):
        return None
    if isinstance(value, GoError):
        return "{}"
    raise GoError(f"json: unsupported type: {type_of(value)}")


def _members(value: dict[Any, Any]) -> Iterable[tuple[str, Any]]:
    """The members of a map with their keys as text, in the order in which they are written."""
    if isinstance(value, Ordered):
        return value.items()
    keys = sorted_keys(value)
    if type(value) is dict:
        return [(key, value[key]) for key in keys]
    if all(isinstance(key, str) for key in keys):
        return [(key, value[key]) for key in keys]
    if any(not isinstance(key, (str, int)) or isinstance(key, bool) for key in keys):
        raise GoError(f"json: unsupported type: {type_of(value)}")
    named = {key if isinstance(key, str) else str(int(key)): value[key] for key in keys}
    return [(key, named[key]) for key in sorted_keys(named)]


def _compact(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return encode_string(value)
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "null"
    if kind is int:
        return str(value)
    if kind is float:
        return format_number(value)
    if kind is list:
        return f"[{joined(',', [_compact(element) for element in value])}]"
    if kind is dict or (isinstance(value, dict) and not isinstance(value, Struct)):
        return f"{{{joined(',', [f'{encode_string(key)}:{_compact(member)}' for key, member in _members(value)])}}}"
    text = _scalar(value)
    if text is not None:
        return text
    if isinstance(value, Struct):
        return _compact(value.go_json())
    return f"[{joined(',', [_compact(element) for element in value])}]"


def _indented(value: Any, indent: str, margin: str) -> str:
    """As `_compact`, with each member on a line of its own; `margin` is the newline and what stands before this value."""
    if isinstance(value, Struct):
        return _indented(value.go_json(), indent, margin)
    inner = margin + indent
    if isinstance(value, dict):
        if not value:
            return "{}"
        members = [f"{encode_string(key)}: {_indented(member, indent, inner)}" for key, member in _members(value)]
        return f"{{{inner}{joined(',' + inner, members)}{margin}}}"
    if isinstance(value, list) and getattr(value, "ELEMENT", "") != "uint8":
        if not value:
            return "[]"
        return f"[{inner}{joined(',' + inner, [_indented(element, indent, inner) for element in value])}{margin}]"
    return _compact(value)


def _deep(value: Any, indent: str, deepest: int = 0) -> str:
    """`_compact` and `_indented` for values nested deeper than Python's stack: with a stack of its own, and Go's search for cycles.

    Raises GoError for nesting beyond `deepest`, where that is given.
    """
    out: list[str] = []
    open_now: set[int] = set()
    # What is left to write, the last first: texts, (value, depth), and identities of containers that end here.
    left: list[str | tuple[Any, int] | int] = [(value, 0)]
    while left:
        task = left.pop()
        if isinstance(task, str):
            out.append(task)
            continue
        if isinstance(task, int):
            open_now.discard(task)
            continue
        value, depth = task
        while isinstance(value, Struct):
            value = value.go_json()
        if value is None or isinstance(value, bool):
            out.append(_compact(value))
            continue
        text = _scalar(value)
        if text is not None:
            out.append(text)
            continue
        is_map = isinstance(value, dict)
        if deepest and depth >= deepest:
            raise GoError(TOO_DEEP)
        opening, closing = ("{", "}") if is_map else ("[", "]")
        out.append(opening)
        if not value:
            out.append(closing)
            continue
        if depth >= CYCLE_DEPTH:
            if id(value) in open_now:
                raise GoError(f"json: unsupported value: encountered a cycle via {type_of(value)}")
            open_now.add(id(value))
            left.append(id(value))
        margin = "\n" + indent * depth if indent else ""
        tasks: list[str | tuple[Any, int] | int] = []
        before = margin + indent
        members = _members(value) if is_map else ((None, element) for element in value)
        for key, member in members:
            tasks.append(before if key is None else f"{before}{encode_string(key)}:{' ' if indent else ''}")
            tasks.append((member, depth + 1))
            before = "," + margin + indent
        tasks.append(margin + closing)
        left.extend(reversed(tasks))
        if len(out) + len(left) > MAX_PIECES:
            raise too_long()
    return joined("", out)


# Unmarshal

UNEXPECTED_END = "unexpected end of JSON input"
TOO_DEEP = "exceeded max depth"
_SPACE = " \t\r\n"
_TYPES = {"map": "map[string]interface {}", "list": "[]interface {}"}
_scan: Callable[[str, int], tuple[Any, int]] | None = None


class PartialError(GoError):
    """A text whose syntax is right, but not all that it holds has a place in Go.

    `partial` is what Go has read nonetheless (the members that fit, 0 for a number that does not), None where it read nothing.
    """

    def __init__(self, message: str, partial: Any = None) -> None:
        super().__init__(message)
        self.partial = partial


def unmarshal(text: str, into: str = "any") -> Any:
    """json.Unmarshal into an empty interface ("any"), a map[string]any ("map") or a []any ("list"). Numbers become floats.

    null gives None, which is Go's nil map or slice. Raises GoError with Go's text: `invalid character 'x' looking for beginning of
    value`, `unexpected end of JSON input`; PartialError for what is JSON but of another kind than `into`, and for numbers that
    are too large (`json: cannot unmarshal number 1e999 into Go struct field .a.b of type float64`).
    """
    value, out_of_range = _read(text)
    if into != "any":
        if value is None:
            return None
        if not isinstance(value, dict if into == "map" else list):
            raise PartialError(f"json: cannot unmarshal {_name_of(value)} into {into_type((), _TYPES[into])}")
    if out_of_range:
        raise PartialError(out_of_range, value)
    return value


def into_type(path: Iterable[str | int], target: str, root: str = "") -> str:
    """The end of Go's text for a value that does not fit: `Go struct field Root.a.b of type T`.

    `path` has the keys and indexes that lead to the value, `root` is the name of the struct that is read into, "" where the reader
    only sees an interface. Source: encoding/json/v2_decode.go (UnmarshalTypeError), v2_inject.go.
    """
    keys = [str(step) if isinstance(step, int) else step.replace("~", "~0").replace("/", "~1") for step in path]
    # Go writes the path as a JSON pointer and puts dots for its slashes, so the last name ends where its own last dot is.
    field = ".".join(keys)
    if not field and (not keys or not root):
        return f"Go value of type {target}"
    last = field[field.rfind(".") + 1 :]
    what = "" if last and not last.strip("0123456789") else "Go struct field "
    return f"{what}{root}.{field} of type {target}"


def _name_of(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return {str: "string", float: "number", list: "array"}.get(type(value), "object")


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


def _refuse_constant(text: str) -> NoReturn:
    """NaN and Infinity, which Python's scanner knows and JSON does not."""
    raise ValueError(text)


def _c_scanner() -> Callable[[str, int], tuple[Any, int]]:
    try:
        from _json import make_scanner
    except ImportError:
        from json.scanner import py_make_scanner as make_scanner  # type: ignore[attr-defined,no-redef]

    class Context:
        strict = True
        object_hook = None
        object_pairs_hook = None
        parse_float = staticmethod(_number)
        parse_int = staticmethod(_number)
        parse_constant = staticmethod(_refuse_constant)
        memo: dict[str, str] = {}

    context: Any = Context()
    return make_scanner(context)


def _read(text: str) -> tuple[Any, str]:
    """The value, and Go's text for the first number in it that is too large for a float64. Raises GoError for wrong syntax."""
    global _scan
    if _scan is None:
        _scan = _c_scanner()
    if "\\u" not in text or ("\\ud" not in text and "\\uD" not in text):
        trimmed = text.strip(_SPACE)
        try:
            if not trimmed.isascii():
                trimmed.encode()
            value, end = _scan(trimmed, 0)
            if end == len(trimmed):
                return value, ""
        except (ValueError, StopIteration, RecursionError, SystemError):
            # SystemError: the C scanner wants its error class from json.decoder, which is not imported here.
            pass
    reader = _Reader(to_bytes(whole(text)))
    return reader.read(), reader.out_of_range


class StreamError(GoError):
    """What ended a json.Decoder: a wrong character, with the number of bytes up to and with it, or (0) the end of the text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def decode_next(data: bytes, at: int) -> tuple[Any, int] | None:
    """One Decode of a json.Decoder: the value that begins at `at` or after spaces, and where it ends; None when none is left.

    Numbers are floats. Raises StreamError with Go's text.
    """
    reader = _Reader(data)
    reader.at = at
    reader.skip_space()
    if reader.at >= len(data):
        return None
    try:
        return reader.read_value(), reader.at
    except GoError as error:
        if error.message == UNEXPECTED_END:
            raise StreamError("unexpected EOF") from None
        length = error.length if isinstance(error, _EscapeError) else 1
        raise StreamError(error.message, reader.at + length) from None


_ESCAPED = {0x22: '"', 0x5C: "\\", 0x2F: "/", 0x62: "\b", 0x66: "\f", 0x6E: "\n", 0x72: "\r", 0x74: "\t"}
_WORDS: dict[int, tuple[bytes, object]] = {0x74: (b"true", True), 0x66: (b"false", False), 0x6E: (b"null", None)}
_DIGITS = frozenset(b"0123456789")
_HEX_DIGITS = frozenset(b"0123456789abcdefABCDEF")
_NO_VALUE = object()


class _Reader:
    """Reads one JSON text as Go's decoder does, to the same value or the same error. An error leaves `at` where Go saw it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.out_of_range = ""

    def refuse(self, context: str) -> NoReturn:
        raise GoError(f"invalid character {_quoted_character(self.data, self.at)} {context}")

    def byte(self) -> int:
        """The byte at hand. Raises GoError where the text is over."""
        if self.at >= len(self.data):
            raise GoError(UNEXPECTED_END)
        return self.data[self.at]

    def skip_space(self) -> None:
        """Goes to the next byte that is no space, or to the end."""
        data = self.data
        while self.at < len(data) and data[self.at] in b" \t\r\n":
            self.at += 1

    def next_byte(self) -> int:
        self.skip_space()
        return self.byte()

    def read(self) -> Any:
        """The value of the whole text. `out_of_range` then has Go's text for the first number that is too large, "" for none."""
        value = self.read_value()
        self.skip_space()
        if self.at < len(self.data):
            self.refuse("after top-level value")
        return value

    def read_value(self) -> Any:
        """One value with all that is in it; open containers are kept in a list, each with the key that waits for its value."""
        stack: list[tuple[list[Any] | dict[str, Any], str]] = []
        while True:
            value: Any
            byte = self.next_byte()
            if byte == 0x7B or byte == 0x5B:
                if len(stack) >= MAX_DEPTH:
                    raise GoError(TOO_DEEP)
                self.at += 1
                if byte == 0x7B:
                    value = {}
                    if self.next_byte() != 0x7D:
                        stack.append((value, self.read_key()))
                        continue
                else:
                    value = []
                    if self.next_byte() != 0x5D:
                        stack.append((value, ""))
                        continue
                self.at += 1
            elif byte == 0x2D or byte in _DIGITS:
                value = self.read_number(byte, stack)
            else:
                value = self.read_scalar(byte)
            # A value is complete: it goes into the innermost container, which may be complete by that.
            while stack:
                container, key = stack[-1]
                byte = self.next_byte()
                if isinstance(container, dict):
                    container[key] = value
                    if byte == 0x2C:
                        self.at += 1
                        self.skip_space()
                        stack[-1] = container, self.read_key()
                        break
                    if byte != 0x7D:
                        self.refuse("after object key:value pair")
                else:
                    container.append(value)
                    if byte == 0x2C:
                        self.at += 1
                        break
                    if byte != 0x5D:
                        self.refuse("after array element")
                self.at += 1
                value = container
                stack.pop()
            else:
                return value

    def read_key(self) -> str:
        if self.byte() != 0x22:
            self.refuse("looking for beginning of object key string")
        key = self.read_string()
        if self.next_byte() != 0x3A:
            self.refuse("after object key")
        self.at += 1
        return key

    def read_scalar(self, byte: int) -> Any:
        if byte == 0x22:
            return self.read_string()
        if byte not in _WORDS:
            self.refuse("looking for beginning of value")
        word, value = _WORDS[byte]
        for expected in word[1:]:
            self.at += 1
            if self.byte() != expected:
                self.refuse(f"in literal {word.decode()} (expecting '{chr(expected)}')")
        self.at += 1
        return value

    def read_digits(self) -> None:
        """One digit or more."""
        if self.byte() not in _DIGITS:
            self.refuse("in numeric literal")
        data = self.data
        while self.at < len(data) and data[self.at] in _DIGITS:
            self.at += 1

    def read_number(self, byte: int, stack: Sequence[tuple[list[Any] | dict[str, Any], str]]) -> float:
        """The number at hand; 0 for one that is too large. `stack` is what is open around it, for the error that names its place."""
        data = self.data
        start = self.at
        if byte == 0x2D:
            self.at += 1
        if data[self.at : self.at + 1] == b"0":
            self.at += 1
        else:
            self.read_digits()
        if data[self.at : self.at + 1] == b".":
            self.at += 1
            self.read_digits()
        if data[self.at : self.at + 1] in (b"e", b"E"):
            self.at += 1
            if data[self.at : self.at + 1] in (b"+", b"-"):
                self.at += 1
            self.read_digits()
        text = data[start : self.at].decode()
        number = float(text)
        if isfinite(number):
            return number
        if not self.out_of_range:
            path = [key if isinstance(container, dict) else len(container) for container, key in stack]
            self.out_of_range = f"json: cannot unmarshal number {text} into {into_type(path, 'float64')}"
        return 0.0

    def read_string(self) -> str:
        """The string whose opening quotation mark is at hand. Bytes that are no UTF-8 and halves of surrogate pairs are U+FFFD."""
        data = self.data
        self.at += 1
        pieces: list[str] = []
        start = self.at
        while True:
            byte = self.byte()
            if byte == 0x22:
                break
            if byte < 0x20:
                self.refuse("in string")
            if byte == 0x5C:
                pieces.append(_text_of(data[start : self.at]))
                pieces.append(self.read_escape())
                start = self.at
            else:
                self.at += 1
        pieces.append(_text_of(data[start : self.at]))
        self.at += 1
        return "".join(pieces)

    def read_escape(self) -> str:
        data = self.data
        escape = data[self.at : self.at + 2]
        if len(escape) < 2:
            raise GoError(UNEXPECTED_END)
        if escape[1] in _ESCAPED:
            self.at += 2
            return _ESCAPED[escape[1]]
        if escape[1] != 0x75:
            raise _wrong_escape(escape)
        code = self.read_code()
        if 0xD800 <= code < 0xDC00 and data[self.at : self.at + 2] == b"\\u":
            low = _code_of(data[self.at : self.at + 6])
            if low is not None and 0xDC00 <= low < 0xE000:
                self.at += 6
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)

    def read_code(self) -> int:
        """The number of the `\\uNNNN` at hand."""
        escape = self.data[self.at : self.at + 6]
        code = _code_of(escape)
        if code is None:
            if len(escape) < 6 and all(digit in _HEX_DIGITS for digit in escape[2:]):
                raise GoError(UNEXPECTED_END)
            raise _wrong_escape(escape)
        self.at += 6
        return code


def _code_of(escape: bytes) -> int | None:
    digits = escape[2:]
    return int(digits, 16) if len(digits) == 4 and all(digit in _HEX_DIGITS for digit in digits) else None


def _wrong_escape(escape: bytes) -> GoError:
    """Go shows the escape between backquotes where that can be read, else quoted."""
    text = to_str(escape)
    shown = f"`{text}`" if text.isprintable() and not any(char in "` \ufffd" for char in text) else quote(text)
    return _EscapeError(f"invalid escape sequence {shown} in string", len(escape))


class _EscapeError(GoError):
    """A wrong escape of so many bytes."""

    def __init__(self, message: str, length: int) -> None:
        super().__init__(message)
        self.length = length


def _quoted_character(data: bytes, at: int) -> str:
    """The character of a UTF-8 text at a place, in single quotes; a byte that is no UTF-8 as such (jsonwire.QuoteRune)."""
    for end in range(at + 1, at + 5):
        try:
            return quote_rune(ord(data[at:end].decode()))
        except UnicodeDecodeError:
            continue
    return f"'\\x{data[at]:02x}'"


def _text_of(data: bytes) -> str:
    """UTF-8 as text, each byte that is none as U+FFFD."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _valid(data.decode("utf-8", "surrogateescape"))


def _valid(text: str) -> str:
    """The text with U+FFFD for each byte that is no UTF-8."""
    return "".join(["\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text])
