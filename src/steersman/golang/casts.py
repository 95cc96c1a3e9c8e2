"""Loose conversions between Go's basic types, as spf13/cast makes them for sprig's `int`, `int64`, `float64` and arithmetic.

Theory of operation: cast switches on the *exact* type. A named type (time.Duration, a Kubernetes quantity, a slice) falls through
to "cannot cast", and sprig swallows that error into zero: `int64 (mustToDuration "1h")` is 0. Strings are read with base 0
("0x1f", "010", "1_000"), after ".0…0" was cut from their end. Floats are truncated toward zero, and those which do not fit into
64 bits become the smallest integer, as amd64's conversion instruction gives.

Source: github.com/spf13/cast v1.7 (caste.go).
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.golang.strconv import parse_float, parse_int
from steersman.golang.values import Float32, Int8, Int16, Int32, Int64, Uint, Uint8, Uint16, Uint32, Uint64, wrap_int64

MIN_INT64 = -0x8000000000000000
MAX_INT64 = 0x7FFFFFFFFFFFFFFF

_INTEGERS = frozenset((int, Int64, Int32, Int16, Int8, Uint, Uint64, Uint32, Uint16, Uint8))
_NAMED_INTEGERS = frozenset(("time.Month", "time.Weekday"))


def truncate_float(number: float) -> int:
    """int64(number) of Go on amd64: toward zero; NaN and what does not fit give the smallest int64."""
    if number != number or number >= 9223372036854775808.0 or number < -9223372036854775808.0:
        return MIN_INT64
    return int(number)


def trim_zero_decimal(text: str) -> str:
    """The text without a final ".0", ".00", …; a text that has other characters after the dot stays whole."""
    body = text.rstrip("0")
    if body != text and body.endswith("."):
        return body[:-1]
    return text


def to_int64(value: object) -> int:
    """The value as an int64, held as a plain Python integer in range; 0 for what cannot be cast."""
    kind = type(value)
    if kind is int or kind is Int64:
        return int(value)  # type: ignore[call-overload,no-any-return]
    if kind is float or kind is Float32:
        return truncate_float(value)  # type: ignore[arg-type]
    if kind is str:
        try:
            return int(parse_int(trim_zero_decimal(value), 0, 64))  # type: ignore[arg-type]
        except GoError:
            return 0
    if kind is bool:
        return 1 if value else 0
    if kind in _INTEGERS:
        return wrap_int64(int(value))  # type: ignore[call-overload]
    if getattr(value, "GO_TYPE", "") in _NAMED_INTEGERS:
        return int(value)  # type: ignore[call-overload,no-any-return]
    return 0


def to_float64(value: object) -> float:
    """The value as a float64; 0.0 for what cannot be cast."""
    kind = type(value)
    if kind is float:
        return value  # type: ignore[return-value]
    if kind is int or kind in _INTEGERS or kind is Float32:
        return float(value)  # type: ignore[arg-type]
    if kind is str:
        try:
            return parse_float(value)  # type: ignore[arg-type]
        except GoError:
            return 0.0
    if kind is bool:
        return 1.0 if value else 0.0
    if getattr(value, "GO_TYPE", "") in _NAMED_INTEGERS:
        return float(value)  # type: ignore[arg-type]
    return 0.0
