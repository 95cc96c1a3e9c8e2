"""Decimal arithmetic as shopspring/decimal does it for sprig's `addf`, `subf`, `mulf`, `divf`.

Theory of operation: a decimal is a pair (value, exponent) of value × 10^exponent with an unbounded integer. A float enters by its
shortest decimal digits, so 0.1 is exactly one tenth and 0.1 + 0.2 leaves as 0.3. Division keeps 16 places and rounds half away
from zero.

Source: github.com/shopspring/decimal v1.4 (decimal.go).
"""

from __future__ import annotations

from steersman.errors import GoPanic

TYPE_CHECKING = False
if TYPE_CHECKING:
    Decimal = tuple[int, int]

DIVISION_PRECISION = 16
MAX_EXPONENT = 0x7FFFFFFF
MIN_EXPONENT = -0x80000000


def from_float(number: float) -> Decimal:
    """The decimal of the shortest digits that give this float. Raises GoPanic for NaN and the infinities."""
    if number != number or number in (float("inf"), float("-inf")):
        shown = "NaN" if number != number else "+Inf" if number > 0 else "-Inf"
        raise GoPanic(f"Cannot create a Decimal from {shown}")
    if number == 0:
        return 0, 0
    mantissa, _, exponent = repr(number).partition("e")
    whole, _, part = mantissa.partition(".")
    if part == "0":
        part = ""
    digits = (whole + part).rstrip("0")
    value = int(digits)
    return value, int(exponent or "0") - len(part) + len(whole + part) - len(digits)


def to_float(decimal: Decimal) -> float:
    """The nearest float64; ±infinity beyond its range."""
    value, exponent = decimal
    try:
        return float(f"{value}e{exponent}") if abs(value) < 10**4000 else _quotient_float(value, exponent)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _quotient_float(value: int, exponent: int) -> float:
    return value / 10**-exponent if exponent < 0 else float(value * 10**exponent)


def add(left: Decimal, right: Decimal) -> Decimal:
    return _add(left, right)


def subtract(left: Decimal, right: Decimal) -> Decimal:
    return _add(left, (-right[0], right[1]))


def _add(left: Decimal, right: Decimal) -> Decimal:
    (value, exponent), (other, other_exponent) = left, right
    if exponent < other_exponent:
        return value + other * 10 ** (other_exponent - exponent), exponent
    return value * 10 ** (exponent - other_exponent) + other, other_exponent


def multiply(left: Decimal, right: Decimal) -> Decimal:
    exponent = left[1] + right[1]
    if not MIN_EXPONENT <= exponent <= MAX_EXPONENT:
        raise GoPanic(f"exponent {exponent} overflows an int32!")
    return left[0] * right[0], exponent


def divide(left: Decimal, right: Decimal) -> Decimal:
    """Rounded to 16 places, half away from zero. Raises GoPanic for a zero divisor."""
    (value, exponent), (divisor, divisor_exponent) = left, right
    if divisor == 0:
        raise GoPanic("decimal division by 0")
    shift = exponent - divisor_exponent + DIVISION_PRECISION
    numerator, denominator = abs(value), abs(divisor)
    if shift < 0:
        denominator *= 10**-shift
    else:
        numerator *= 10**shift
    quotient, rest = divmod(numerator, denominator)
    if 2 * rest >= denominator:
        quotient += 1
    return (quotient if (value < 0) == (divisor < 0) else -quotient), -DIVISION_PRECISION
