"""Go's time.Duration: nanoseconds in an int64, parsed from and printed as "1h15m30.918s".

Theory of operation: a Duration is an integer type of its own (`%d` and arithmetic see the number, printing sees `String()`), so it
is both an Int64 and a Struct: the first gives its number, the second its method table.

Source: Go's package time (time.go, format.go).
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.golang.values import Int64, Struct, to_bytes, wrap_int64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

NANOSECOND = 1
MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_UNITS = {
    "ns": NANOSECOND,
    "us": MICROSECOND,
    "µs": MICROSECOND,  # U+00B5, the micro sign
    "μs": MICROSECOND,  # U+03BC, the Greek letter
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}

_MIN = -(1 << 63)
_MAX = (1 << 63) - 1


class Duration(Int64, Struct):
    """time.Duration. The integer is the number of nanoseconds."""

    GO_TYPE: ClassVar[str] = "time.Duration"
    GO_KIND: ClassVar[str] = "int64"
    __slots__ = ()

    def go_string(self) -> str:
        return format_duration(int(self))

    def go_json(self) -> object:
        return Int64(int(self))

    def seconds(self) -> float:
        return _whole_and_part(int(self), SECOND)

    def minutes(self) -> float:
        return _whole_and_part(int(self), MINUTE)

    def hours(self) -> float:
        return _whole_and_part(int(self), HOUR)

    def milliseconds(self) -> Int64:
        return Int64(_quotient(int(self), MILLISECOND))

    def microseconds(self) -> Int64:
        return Int64(_quotient(int(self), MICROSECOND))

    def nanoseconds(self) -> Int64:
        return Int64(int(self))

    def truncate(self, unit: int) -> Duration:
        """Toward zero to a multiple of `unit`; unchanged for a unit ≤ 0."""
        if unit <= 0:
            return self
        return Duration(int(self) - _remainder(int(self), int(unit)))

    def round(self, unit: int) -> Duration:
        """To the nearest multiple of `unit`, halves away from zero, stopping at the ends of int64; unchanged for a unit ≤ 0."""
        if unit <= 0:
            return self
        number, unit = int(self), int(unit)
        rest = _remainder(number, unit)
        if number < 0:
            rest = -rest
            if rest + rest < unit:
                return Duration(number + rest)
            rounded = number - unit + rest
            return Duration(rounded if rounded >= _MIN else _MIN)
        if rest + rest < unit:
            return Duration(number - rest)
        rounded = number + unit - rest
        return Duration(rounded if rounded <= _MAX else _MAX)

    def absolute(self) -> Duration:
        return Duration(min(abs(int(self)), _MAX))

    METHODS = {
        "String": (go_string, ()),
        "Seconds": (seconds, ()),
        "Minutes": (minutes, ()),
        "Hours": (hours, ()),
        "Milliseconds": (milliseconds, ()),
        "Microseconds": (microseconds, ()),
        "Nanoseconds": (nanoseconds, ()),
        "Round": (round, ("time.Duration",)),
        "Truncate": (truncate, ("time.Duration",)),
        "Abs": (absolute, ()),
    }


def _quotient(number: int, unit: int) -> int:
    """Go's integer division: toward zero."""
    return number // unit if number >= 0 else -(-number // unit)


def _remainder(number: int, unit: int) -> int:
    """Go's integer remainder: the sign of the dividend."""
    return number % unit if number >= 0 else -(-number % unit)


def _whole_and_part(number: int, unit: int) -> float:
    return float(_quotient(number, unit)) + float(_remainder(number, unit)) / float(unit)


def from_number(nanoseconds: int) -> Duration:
    """A Duration of this number, wrapped to 64 bits as Go's arithmetic is."""
    return Duration(wrap_int64(nanoseconds))


def format_duration(nanoseconds: int) -> str:
    """Duration.String(): "0s", "1.5ms", "2h3m0.25s"."""
    if nanoseconds == 0:
        return "0s"
    sign, rest = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if rest < SECOND:
        for unit, name in ((MICROSECOND, "ns"), (MILLISECOND, "µs"), (SECOND, "ms")):
            if rest < unit:
                return sign + _decimal(rest, unit // 1000) + name
    minutes, seconds = divmod(rest, MINUTE)
    text = _decimal(seconds, SECOND) + "s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{minutes}m{text}"
        if hours:
            text = f"{hours}h{text}"
    return sign + text


def _decimal(number: int, unit: int) -> str:
    whole, part = divmod(number, unit)
    if not part:
        return str(whole)
    return f"{whole}.{str(part).zfill(len(str(unit)) - 1).rstrip('0')}"


def quote(text: str) -> str:
    """How package time quotes what it cannot read: bytes that are not printable ASCII as \\xXX, unlike strconv.Quote."""
    out = ['"']
    for char in text:
        if char < " " or char >= "\x80":
            out += [f"\\x{byte:02x}" for byte in to_bytes(char)]
        else:
            out.append("\\" + char if char in '"\\' else char)
    return "".join(out) + '"'


def parse_duration(text: str) -> Duration:
    """time.ParseDuration. Raises GoError with Go's text: `time: invalid duration "x"`, `time: missing unit in duration "1"`, …"""
    rest = text
    negative = False
    if rest[:1] in ("+", "-"):
        negative = rest[0] == "-"
        rest = rest[1:]
    if rest == "0":
        return Duration(0)
    if not rest:
        raise GoError(f"time: invalid duration {quote(text)}")
    total = 0
    while rest:
        if rest[0] not in ".0123456789":
            raise GoError(f"time: invalid duration {quote(text)}")
        whole, rest = _digits(rest)
        number = int(whole or "0")
        if number > 1 << 63:
            raise GoError(f"time: invalid duration {quote(text)}")
        fraction = ""
        if rest[:1] == ".":
            fraction, rest = _digits(rest[1:])
        if not whole and not fraction:
            raise GoError(f"time: invalid duration {quote(text)}")
        end = 0
        while end < len(rest) and rest[end] not in ".0123456789":
            end += 1
        if end == 0:
            raise GoError(f"time: missing unit in duration {quote(text)}")
        name, rest = rest[:end], rest[end:]
        unit = _UNITS.get(name)
        if unit is None:
            raise GoError(f"time: unknown unit {quote(name)} in duration {quote(text)}")
        if number > (1 << 63) // unit:
            raise GoError(f"time: invalid duration {quote(text)}")
        number *= unit
        if fraction:
            number += _fraction(fraction, unit)
            if number > 1 << 63:
                raise GoError(f"time: invalid duration {quote(text)}")
        total += number
        if total > 1 << 63:
            raise GoError(f"time: invalid duration {quote(text)}")
    if negative:
        return Duration(-total)
    if total > _MAX:
        raise GoError(f"time: invalid duration {quote(text)}")
    return Duration(total)


def _digits(text: str) -> tuple[str, str]:
    end = 0
    while end < len(text) and text[end] in "0123456789":
        end += 1
    return text[:end], text[end:]


def _fraction(digits: str, unit: int) -> int:
    """The part after the dot in nanoseconds. Go keeps as many digits as fit an int64 and computes in float64."""
    number, scale = 0, 1.0
    for digit in digits:
        if number > _MAX // 10:
            break
        following = number * 10 + ord(digit) - 48
        if following > 1 << 63:
            break
        number = following
        scale *= 10
    return int(float(number) * (float(unit) / scale)) if number else 0
