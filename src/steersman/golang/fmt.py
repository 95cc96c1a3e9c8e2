"""Go's fmt: how values print, with every verb and flag that a template's values can meet.

`format_value` is `%v` of one value, what `{{ x }}` writes: it branches on the exact Python type first, for that is nearly all that
a chart prints. `sprintf` splits a format once and keeps it when it holds nothing but plain `%s %d %v %q %%`; any other format goes
through `_Printer`, which is Go's pp: the flags of the verb at hand, and the text written so far. Width and precision hold for each
element of a list or map, as in Go, because the flags stay while the elements are printed.

Padding counts characters, a byte that is no UTF-8 being one. Go prints the address of a pointer, function or channel; addresses
differ from run to run there, so here each is `ADDRESS`. Source of the rules: Go 1.26, fmt/print.go and fmt/format.go.
"""

from __future__ import annotations

from math import isfinite

from steersman.errors import GoError
from steersman.golang.sizes import MAX_PIECES, MAX_TEXT, joined, too_long
from steersman.golang.strconv import can_backquote, format_float, is_print, quote, quote_rune, quote_to_ascii
from steersman.golang.values import ZEROS, Float32, SizedInt, Struct, is_nil, kind_of, to_bytes, to_str, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

ADDRESS = 0xC000012120
"""What stands for the address of whatever has one."""

LARGEST_NUMBER = 1_000_000
"""The largest width, precision and argument number that fmt takes (fmt/print.go, tooLarge)."""

KEPT_FORMATS = 1024
"""How many split formats `sprintf` keeps before it forgets them all."""

_MASK = 0xFFFFFFFFFFFFFFFF
_SIZED_INTS = frozenset(type(zero) for zero in ZEROS.values() if isinstance(zero, SizedInt))
_FLOAT_VERBS = "vbgGxXfFeE"
_TOO_DEEP = "fmt: value is nested too deeply to print"


# %v, the hot path


def format_value(value: Any) -> str:
    """The text of `%v`: what `{{ value }}` prints. Raises GoError where the value is nested deeper than can be printed."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "<nil>"
    if kind is float:
        return format_double(value)
    if kind in _SIZED_INTS:
        return str(value)
    try:
        return _plain(value, 0)
    except RecursionError:
        raise GoError(_TOO_DEEP) from None


def format_double(value: float) -> str:
    """`%v` of a float64: 1, 0.5, 1e+06."""
    if -1e6 < value < 1e6:
        if value == int(value):
            return str(int(value)) if value else "-0" if str(value)[0] == "-" else "0"
        if value >= 1e-4 or value <= -1e-4:
            return repr(value)
    return format_float(value)


def _plain(value: Any, depth: int = 1) -> str:
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "<nil>"
    if kind is float:
        return format_double(value)
    if kind in _SIZED_INTS:
        return str(value)
    if kind is list:
        return f"[{joined(' ', [_plain(element) for element in value])}]"
    if kind is dict:
        return f"map[{joined(' ', [f'{_plain(key)}:{_plain(value[key])}' for key in sorted_keys(value)])}]"
    if isinstance(value, list) and not isinstance(value, Struct):
        return f"[{joined(' ', [_plain(element) for element in value])}]"
    if isinstance(value, dict) and not isinstance(value, Struct):
        return f"map[{joined(' ', [f'{_plain(key)}:{_plain(value[key])}' for key in sorted_keys(value)])}]"
    if kind is bytes:
        return f"[{' '.join(map(str, value))}]"
    printer = _Printer()
    if depth:
        printer.print_value(value, "v", depth)
    else:
        printer.print_argument(value, "v")
    return joined("", printer.out)


def sorted_keys(mapping: dict[Any, Any]) -> list[Any]:
    """The keys of a map in the order in which fmt, text/template's range and encoding/json visit them: strings by their bytes."""
    try:
        keys = sorted(mapping)
        joined = "".join(keys)
    except TypeError:
        return sorted(mapping, key=_sort_key)
    if not joined.isascii():
        # Characters sort as their UTF-8 does, but for those that stand for single bytes.
        for key in keys:
            if any("\udc80" <= char <= "\udcff" for char in key):
                return sorted(keys, key=to_bytes)
    return keys


def _sort_key(key: Any) -> tuple[Any, ...]:
    """Orders keys that are not all strings as internal/fmtsort does; of several types, by the name of the type."""
    if key is None:
        return ("", 0)
    if isinstance(key, str):
        return (type_of(key), to_bytes(key))
    if isinstance(key, complex):
        return (type_of(key), key.real, key.imag)
    if isinstance(key, float) and key != key:
        return (type_of(key), float("-inf"), 0)
    return (type_of(key), key, 1) if isinstance(key, float) else (type_of(key), key)


# The printer


class _Printer:
    """The state of one Sprintf: the flags of the verb at hand and what has been written."""

    __slots__ = (
        "erroring",
        "minus",
        "out",
        "padded",
        "plus",
        "plus_v",
        "precision",
        "sharp",
        "sharp_v",
        "space",
        "width",
        "zero",
    )

    width: int | None
    precision: int | None

    def __init__(self) -> None:
        self.out: list[str] = []
        self.erroring = False
        self.padded = 0
        self.clear()

    def clear(self) -> None:
        self.width = self.precision = None
        self.minus = self.plus = self.sharp = self.space = self.zero = self.plus_v = self.sharp_v = False

    # Padding

    def pad(self, text: str, *, zeros: bool = True) -> None:
        """Writes the text, filled up to the width: with zeros on the left where that flag holds and `zeros` allows it."""
        if self.width is not None:
            missing = self.width - len(text)
            if missing > 0:
                self.padded += missing
                if self.padded > MAX_TEXT:
                    raise too_long()
                if self.minus:
                    text += " " * missing
                else:
                    text = ("0" if self.zero and zeros else " ") * missing + text
        self.out.append(text)

    # Kinds of values

    def bad_verb(self, value: Any, verb: str) -> None:
        self.erroring = True
        self.out.append(f"%!{verb}(")
        if value is None:
            self.out.append("<nil>")
        else:
            self.out.append(type_of(value) + "=")
            self.print_argument(value, "v")
        self.out.append(")")
        self.erroring = False

    def print_bool(self, value: bool, verb: str) -> None:
        if verb == "t" or verb == "v":
            self.pad("true" if value else "false")
        else:
            self.bad_verb(value, verb)

    def write_integer(self, value: int, base: str, verb: str) -> None:
        """A number in base `d b o x X` with sign, prefix, precision and width."""
        negative = value < 0
        precision = 0
        if self.precision is not None:
            precision = self.precision
            if precision == 0 and value == 0:
                self.out.append(" " * (self.width or 0))
                return
        elif self.zero and not self.minus and self.width is not None:
            precision = self.width - (negative or self.plus or self.space)
        text = format(-value if negative else value, base).rjust(precision, "0")
        if self.sharp:
            if base == "b":
                text = "0b" + text
            elif base == "o":
                if text[0] != "0":
                    text = "0" + text
            elif base != "d":
                text = "0" + base + text
        if verb == "O":
            text = "0o" + text
        if negative:
            text = "-" + text
        elif self.plus:
            text = "+" + text
        elif self.space:
            text = " " + text
        self.pad(text, zeros=False)

    def write_hexadecimal(self, value: int, *, prefix: bool) -> None:
        sharp, self.sharp = self.sharp, prefix
        self.write_integer(value, "x", "v")
        self.sharp = sharp

    def write_unicode(self, value: int) -> None:
        code = value & _MASK
        text = "U+" + f"{code:X}".rjust(max(4, self.precision or 0), "0")
        if self.sharp and code <= 0x10FFFF and is_print(code):
            text += f" '{chr(code)}'"
        self.pad(text, zeros=False)

    def print_integer(self, value: int, verb: str, *, signed: bool) -> None:
        if verb == "v":
            if self.sharp_v and not signed:
                self.write_hexadecimal(value, prefix=True)
            else:
                self.write_integer(value, "d", verb)
        elif verb in "dboxX":
            self.write_integer(value, verb, verb)
        elif verb == "O":
            self.write_integer(value, "o", verb)
        elif verb == "c":
            code = value & _MASK
            self.pad(chr(code) if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\ufffd")
        elif verb == "q":
            self.pad(quote_rune(value & _MASK, ascii_only=self.plus))
        elif verb == "U":
            self.write_unicode(value)
        else:
            self.bad_verb(value, verb)

    def write_float(self, value: float, verb: str, precision: int, bits: int) -> None:
        """A number by a verb of strconv, with sign, width and the `#` flag."""
        if self.precision is not None:
            precision = self.precision
        text = format_float(value, verb, precision, bits)
        sign = "+"
        if text[0] in "+-":
            sign, text = text[0], text[1:]
        if self.space and sign == "+" and not self.plus:
            sign = " "
        if not isfinite(value):
            if value != value and not self.space and not self.plus:
                sign = ""
            self.pad(sign + text, zeros=False)
            return
        if self.sharp and verb != "b":
            text = _with_point(text, verb, precision)
        if self.plus or sign != "+":
            text = sign + text
            if self.zero and not self.minus and self.width is not None and self.width > len(text):
                self.out.append(sign + text[1:].rjust(self.width - 1, "0"))
                return
        self.pad(text)

    def print_float(self, value: float, verb: str, bits: int) -> None:
        if verb == "v":
            self.write_float(value, "g", -1, bits)
        elif verb in "bgGxX":
            self.write_float(value, verb, -1, bits)
        elif verb in "feEF":
            self.write_float(value, "f" if verb == "F" else verb, 6, bits)
        else:
            self.bad_verb(value, verb)

    def print_complex(self, value: complex, verb: str) -> None:
        if verb not in _FLOAT_VERBS:
            self.bad_verb(value, verb)
            return
        plus = self.plus
        self.out.append("(")
        self.print_float(value.real, verb, 64)
        self.plus = True
        self.print_float(value.imag, verb, 64)
        self.out.append("i)")
        self.plus = plus

    def print_string(self, value: str, verb: str, owner: Any = None) -> None:
        """`owner` is the value whose text this is, for the report of a verb that does not fit."""
        if verb == "s" or (verb == "v" and not self.sharp_v):
            self.pad(value if self.precision is None else value[: self.precision])
        elif verb == "q" or verb == "v":
            if self.precision is not None:
                value = value[: self.precision]
            if self.sharp and can_backquote(value):
                self.pad(f"`{value}`")
            else:
                self.pad(quote_to_ascii(value) if self.plus else quote(value))
        elif verb == "x" or verb == "X":
            self.write_bytes_in_hexadecimal(to_bytes(value), verb)
        else:
            self.bad_verb(value if owner is None else owner, verb)

    def write_bytes_in_hexadecimal(self, data: bytes, verb: str) -> None:
        if self.precision is not None:
            data = data[: self.precision]
        if data:
            prefix = "0x" if self.sharp else ""
            text = prefix + (data.hex(" ").replace(" ", " " + prefix) if self.space else data.hex())
            self.pad(text.upper() if verb == "X" else text)
        elif self.width is not None:
            # Here Go pads on the left whatever the flag `-` says; of nothing but spaces it cannot be seen.
            self.pad("")

    def print_bytes(self, value: bytes, verb: str, type_name: str) -> None:
        if verb in "vd":
            if self.sharp_v:
                self.out.append(type_name + "{")
                for index, byte in enumerate(value):
                    if index:
                        self.out.append(", ")
                    self.write_hexadecimal(byte, prefix=True)
                self.out.append("}")
            else:
                self.out.append("[")
                for index, byte in enumerate(value):
                    if index:
                        self.out.append(" ")
                    self.write_integer(byte, "d", verb)
                self.out.append("]")
        elif verb in "sxXq":
            if verb in "xX":
                self.write_bytes_in_hexadecimal(value, verb)
            else:
                self.print_string(to_str(value), verb)
        else:
            from steersman.golang.values import Uint8

            self.print_elements([Uint8(byte) for byte in value], verb, "[]uint8", "interface {}", 0)

    def print_pointer(self, value: Any, verb: str) -> None:
        if verb == "v":
            if self.sharp_v:
                self.out.append(f"({type_of(value)})(")
                self.write_hexadecimal(ADDRESS, prefix=True)
                self.out.append(")")
            else:
                self.write_hexadecimal(ADDRESS, prefix=not self.sharp)
        elif verb == "p":
            self.write_hexadecimal(ADDRESS, prefix=not self.sharp)
        elif verb in "bodxX":
            self.print_integer(ADDRESS, verb, signed=False)
        else:
            self.bad_verb(value, verb)

    def print_elements(self, value: Sequence[Any], verb: str, type_name: str, element: str, depth: int) -> None:
        if self.sharp_v:
            if is_nil(value):
                self.out.append(f"{type_name}(nil)")
                return
            self.out.append(type_name)
        self.out.append("{" if self.sharp_v else "[")
        between = ", " if self.sharp_v else " "
        for index, each in enumerate(value):
            if index:
                self.out.append(between)
            self.print_nested(each, verb, element, depth + 1)
        self.out.append("}" if self.sharp_v else "]")
        if len(self.out) > MAX_PIECES:
            raise too_long()

    def print_map(self, value: dict[Any, Any], verb: str, depth: int) -> None:
        if self.sharp_v and is_nil(value):
            self.out.append(f"{type_of(value)}(nil)")
            return
        self.out.append(type_of(value) + "{" if self.sharp_v else "map[")
        between = ", " if self.sharp_v else " "
        element = getattr(value, "ELEMENT", "interface {}")
        for index, key in enumerate(sorted_keys(value)):
            if index:
                self.out.append(between)
            self.print_nested(key, verb, getattr(value, "KEY", "string"), depth + 1)
            self.out.append(":")
            self.print_nested(value[key], verb, element, depth + 1)
        self.out.append("}" if self.sharp_v else "]")
        if len(self.out) > MAX_PIECES:
            raise too_long()

    def print_fields(self, type_name: str, fields: Iterable[tuple[str, Any]], verb: str, depth: int) -> None:
        if self.sharp_v:
            self.out.append(type_name)
        self.out.append("{")
        between = ", " if self.sharp_v else " "
        for index, (name, value) in enumerate(fields):
            if index:
                self.out.append(between)
            if self.plus_v or self.sharp_v:
                self.out.append(name + ":")
            self.print_nested(value, verb, "interface {}", depth + 1)
        self.out.append("}")

    def print_struct(self, value: Any, verb: str, depth: int) -> None:
        """A struct, or a pointer to one, by its fields: a pointer is followed only where it stands alone."""
        if isinstance(value, GoError):
            name, fields = "*errors.errorString", [("s", str(value))]
        else:
            name = type_of(value)
            fields = [(field, getattr(value, attribute)) for field, attribute in getattr(value, "FIELDS", {}).items()]
        if name.startswith("*"):
            if depth > 0:
                self.print_pointer(value, verb)
                return
            self.out.append("&")
            name = name[1:]
        self.print_fields(name, fields, verb, depth)

    # Arguments and what is in them

    def print_argument(self, value: Any, verb: str) -> None:
        if value is None:
            if verb == "T" or verb == "v":
                self.pad("<nil>")
            else:
                self.bad_verb(None, verb)
        elif verb == "T":
            self.print_string(type_of(value), "s")
        elif verb == "p":
            if kind_of(value) in ("map", "slice", "func", "ptr", "chan"):
                self.print_pointer(value, "p")
            else:
                self.bad_verb(value, "p")
        else:
            self.print_value(value, verb, 0)

    def print_nested(self, value: Any, verb: str, static_type: str, depth: int) -> None:
        """A member of a list, map or struct; of nil, `#v` tells the type that the member has there."""
        if value is None:
            self.out.append(f"{static_type}(nil)" if self.sharp_v else "<nil>")
        else:
            self.print_value(value, verb, depth)

    def print_value(self, value: Any, verb: str, depth: int) -> None:
        kind = type(value)
        if kind is str:
            self.print_string(value, verb)
        elif kind is bool:
            self.print_bool(value, verb)
        elif kind is int:
            self.print_integer(value, verb, signed=True)
        elif kind is float:
            self.print_float(value, verb, 64)
        elif kind is bytes:
            self.print_bytes(value, verb, "[]uint8" if depth else "[]byte")
        elif not self.print_by_method(value, verb):
            self.print_by_kind(value, verb, depth)

    def print_by_method(self, value: Any, verb: str) -> bool:
        """Whether the value has Error() or String() and the verb takes its text; then it has been printed."""
        if self.erroring:
            return False
        if verb == "w":
            self.bad_verb(value, verb)
            return True
        if self.sharp_v or verb not in "vsxXq":
            return False
        text = str(value) if isinstance(value, GoError) else value.go_string() if isinstance(value, Struct) else None
        if text is None:
            return False
        self.print_string(text, verb)
        return True

    def print_by_kind(self, value: Any, verb: str, depth: int) -> None:
        if isinstance(value, int):
            self.print_integer(value, verb, signed=getattr(value, "SIGNED", True))
        elif isinstance(value, dict):
            self.print_map(value, verb, depth)
        elif isinstance(value, list):
            element = getattr(value, "ELEMENT", "interface {}")
            if element == "uint8" and verb in "sqxX":
                self.print_bytes(bytes(value), verb, "[]uint8")
            else:
                self.print_elements(value, verb, type_of(value), element, depth)
        elif isinstance(value, float):
            self.print_float(value, verb, 32 if isinstance(value, Float32) else 64)
        elif isinstance(value, str):
            self.print_string(value, verb, value)
        elif isinstance(value, complex):
            self.print_complex(value, verb)
        elif isinstance(value, (Struct, GoError)):
            self.print_struct(value, verb, depth)
        elif kind_of(value) == "func":
            self.print_pointer(value, verb)
        else:
            self.out.append(f"?{type_of(value)}?")

    # Formats

    def integer_argument(self, arguments: Sequence[Any], at: int) -> tuple[int | None, int]:
        """The number that `*` takes, None where the argument is none or too large, and which argument is next."""
        if at >= len(arguments):
            return None, at
        value = arguments[at]
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER:
            return int(value), at + 1
        return None, at + 1

    def printf(self, template: str, arguments: Sequence[Any]) -> None:
        out = self.out
        end = len(template)
        count = len(arguments)
        argument = at = 0
        after_index = reordered = False
        while at < end:
            good_number = True
            percent = template.find("%", at)
            if percent < 0:
                out.append(template[at:])
                break
            if percent > at:
                out.append(template[at:percent])
            at = percent + 1
            self.clear()
            while at < end:
                char = template[at]
                if char == "#":
                    self.sharp = True
                elif char == "0":
                    self.zero = True
                elif char == "+":
                    self.plus = True
                elif char == "-":
                    self.minus = True
                elif char == " ":
                    self.space = True
                else:
                    break
                at += 1

            def index_here(argument: int, at: int) -> tuple[int, int, bool]:
                """An explicit argument number at `at`: which argument is next, where to go on, and whether there was one."""
                nonlocal good_number, reordered
                if at >= end or template[at] != "[":
                    return argument, at, False
                reordered = True
                close = template.find("]", at + 1)
                if close < 0 or end - at < 3:
                    good_number = False
                    return argument, at + 1, False
                digits = template[at + 1 : close]
                readable = bool(digits) and digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) <= 8
                if readable and 0 < int(digits) <= count:
                    return int(digits) - 1, close + 1, True
                good_number = False
                return argument, close + 1, readable

            argument, at, after_index = index_here(argument, at)
            if at < end and template[at] == "*":
                at += 1
                self.width, argument = self.integer_argument(arguments, argument)
                if self.width is None:
                    out.append("%!(BADWIDTH)")
                elif self.width < 0:
                    self.width = -self.width
                    self.minus = True
                    self.zero = False
                after_index = False
            else:
                self.width, at = _number(template, at, end)
                if after_index and self.width is not None:
                    good_number = False
            if at + 1 < end and template[at] == ".":
                at += 1
                if after_index:
                    good_number = False
                argument, at, after_index = index_here(argument, at)
                if at < end and template[at] == "*":
                    at += 1
                    self.precision, argument = self.integer_argument(arguments, argument)
                    if self.precision is not None and self.precision < 0:
                        self.precision = None
                    if self.precision is None:
                        out.append("%!(BADPREC)")
                    after_index = False
                else:
                    self.precision, at = _number(template, at, end)
                    if self.precision is None:
                        self.precision = 0
            if not after_index:
                argument, at, after_index = index_here(argument, at)
            if at >= end:
                out.append("%!(NOVERB)")
                break
            verb = template[at]
            at += 1
            if verb == "%":
                out.append("%")
            elif not good_number:
                out.append(f"%!{verb}(BADINDEX)")
            elif argument >= count:
                out.append(f"%!{verb}(MISSING)")
            else:
                if verb == "v" or verb == "w":
                    self.sharp_v, self.sharp = self.sharp, False
                    self.plus_v, self.plus = self.plus, False
                self.print_argument(arguments[argument], verb)
                argument += 1
        if not reordered and argument < count:
            self.clear()
            out.append("%!(EXTRA ")
            for index in range(argument, count):
                value = arguments[index]
                if index > argument:
                    out.append(", ")
                if value is None:
                    out.append("<nil>")
                else:
                    out.append(type_of(value) + "=")
                    self.print_argument(value, "v")
            out.append(")")


def _number(template: str, at: int, end: int) -> tuple[int | None, int]:
    """The decimal digits at `at` as a number and where they end; None without digits, and at the end of all for crazy ones."""
    start = at
    while at < end and "0" <= template[at] <= "9":
        at += 1
    if at == start:
        return None, at
    if at - start > 7:
        if len(template[start:at].lstrip("0")) > 8 or int(template[start : at - 1]) > LARGEST_NUMBER:
            return None, end
    return int(template[start:at]), at


def _with_point(text: str, verb: str, precision: int) -> str:
    """The number with a decimal point, and for `g G x` with the zeros at its end that are otherwise left out (flag `#`)."""
    digits = 0
    if verb in "gGx":
        digits = 6 if precision == -1 else precision
    tail = ""
    cut = len(text)
    for mark in "pP" if verb in "xX" else "eE":
        found = text.find(mark)
        if found >= 0:
            cut = found
    text, tail = text[:cut], text[cut:]
    seen = False
    for char in text:
        if char != ".":
            seen = seen or char != "0"
            digits -= seen
    if "." not in text:
        if text == "0":
            digits -= 1
        text += "."
    return text + "0" * digits + tail


# The package's functions

_Split = tuple[tuple[str, ...], str]
_formats: dict[str, _Split | None] = {}


def _split(template: str) -> _Split | None:
    """The texts around the verbs of a format that has only plain `%s %d %v %q %%`, and these verbs; None for any other."""
    if len(_formats) >= KEPT_FORMATS:
        _formats.clear()
    texts: list[str] = []
    verbs = ""
    text = ""
    found: _Split | None = None
    first, *pieces = template.split("%")
    text = first
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if not piece and index + 1 < len(pieces):
            text += "%" + pieces[index + 1]
            index += 2
            continue
        if piece[:1] not in ("s", "d", "v", "q"):
            break
        texts.append(text)
        verbs += piece[0]
        text = piece[1:]
        index += 1
    else:
        texts.append(text)
        found = tuple(texts), verbs
    _formats[template] = found
    return found


def sprintf(template: str, arguments: Sequence[Any]) -> str:
    """fmt.Sprintf. Verbs and arguments that do not fit give Go's texts (`%!d(string=x)`), not errors.

    Raises GoError where a value is nested deeper than can be printed.
    """
    split = _formats[template] if template in _formats else _split(template)
    if split is None or len(split[1]) != len(arguments):
        printer = _Printer()
        try:
            printer.printf(template, arguments)
        except RecursionError:
            raise GoError(_TOO_DEEP) from None
        return joined("", printer.out)
    texts, verbs = split
    out = [texts[0]]
    for index, verb in enumerate(verbs):
        value = arguments[index]
        kind = type(value)
        if kind is str and verb != "d":
            out.append(quote(value) if verb == "q" else value)
        elif (kind is int and verb == "d") or verb == "v":
            out.append(format_value(value))
        else:
            printer = _Printer()
            try:
                printer.print_argument(value, verb)
            except RecursionError:
                raise GoError(_TOO_DEEP) from None
            out += printer.out
        out.append(texts[index + 1])
    return joined("", out)


def sprint(arguments: Sequence[Any]) -> str:
    """fmt.Sprint: the values as `%v`, with a space between two of which neither is a string."""
    out: list[str] = []
    string_before = True
    for value in arguments:
        is_string = isinstance(value, str)
        if not is_string and not string_before:
            out.append(" ")
        out.append(format_value(value))
        string_before = is_string
    return joined("", out)


def sprintln(arguments: Sequence[Any]) -> str:
    """fmt.Sprintln: the values as `%v` with spaces between them, and a newline."""
    return joined(" ", [format_value(value) for value in arguments]) + "\n"
