"""Arithmetic. Operands are cast loosely (see golang.casts); integers wrap at 64 bits, decimals are exact until the end.

Source: sprig v3.3 numeric.go, functions.go.
"""

from __future__ import annotations

import math

from steersman.errors import GoError, GoPanic
from steersman.golang.casts import MAX_INT64, MIN_INT64, to_float64, to_int64
from steersman.golang.sizes import check_elements
from steersman.golang.values import Int64, Ints, wrap_int64
from steersman.template import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

DIVIDE_BY_ZERO = "runtime error: integer divide by zero"


def clamped(parse: Callable[[str], int], text: str) -> int:
    """What strconv returns beside the error that sprig drops: the nearest number when out of range, else 0."""
    try:
        return int(parse(text))
    except GoError as problem:
        if problem.message.endswith("value out of range"):
            return MIN_INT64 if text.startswith("-") else MAX_INT64
        return 0


def atoi(text: str) -> int:
    from steersman.golang.strconv import atoi as go_atoi

    return clamped(go_atoi, text)


def to_decimal(value: object) -> Int64:
    """The text of the value read as an octal number: 755 is 493; 0 for what is none."""
    from steersman.golang.fmt import sprint
    from steersman.golang.strconv import parse_int

    try:
        return Int64(parse_int(sprint([value]), 8, 64))
    except GoError:
        return Int64(0)


def add(*values: object) -> Int64:
    return Int64(wrap_int64(sum(map(to_int64, values))))


def add1(value: object) -> Int64:
    return Int64(wrap_int64(to_int64(value) + 1))


def subtract(left: object, right: object) -> Int64:
    return Int64(wrap_int64(to_int64(left) - to_int64(right)))


def divide(left: object, right: object) -> Int64:
    number, divisor = to_int64(left), to_int64(right)
    if divisor == 0:
        raise GoPanic(DIVIDE_BY_ZERO)
    quotient = abs(number) // abs(divisor)
    return Int64(wrap_int64(quotient if (number < 0) == (divisor < 0) else -quotient))


def modulo(left: object, right: object) -> Int64:
    number, divisor = to_int64(left), to_int64(right)
    if divisor == 0:
        raise GoPanic(DIVIDE_BY_ZERO)
    rest = abs(number) % abs(divisor)
    return Int64(-rest if number < 0 else rest)


def multiply(first: object, *more: object) -> Int64:
    product = to_int64(first)
    for value in more:
        product = wrap_int64(product * to_int64(value))
    return Int64(product)


def biggest(first: object, *more: object) -> Int64:
    return Int64(max(map(to_int64, (first, *more))))


def smallest(first: object, *more: object) -> Int64:
    return Int64(min(map(to_int64, (first, *more))))


def maxf(first: object, *more: object) -> float:
    """math.Max over all: +Inf and NaN win, 0 is more than -0."""
    found = to_float64(first)
    for value in more:
        other = to_float64(value)
        if math.inf in (found, other):
            found = math.inf
        elif found != found or other != other:
            found = math.nan
        elif other > found or (other == found == 0 and math.copysign(1, found) < 0):
            found = other
    return found


def minf(first: object, *more: object) -> float:
    """math.Min over all: -Inf and NaN win, -0 is less than 0."""
    return -maxf(-to_float64(first), *(-to_float64(value) for value in more))


def floor(value: object) -> float:
    number = to_float64(value)
    return math.copysign(float(math.floor(number)), number) if math.isfinite(number) else number


def ceil(value: object) -> float:
    number = to_float64(value)
    return math.copysign(float(math.ceil(number)), number) if math.isfinite(number) else number


def rounded(value: object, places: int, *threshold: float) -> float:
    """To a number of places; up when the part behind is at least `threshold` (0.5). Negative numbers go down."""
    number = to_float64(value)
    try:
        power = math.pow(10.0, places)
    except OverflowError:
        power = math.inf
    digits = power * number
    part = math.modf(digits)[0] if math.isfinite(digits) else math.nan
    whole = ceil(digits) if part >= (threshold[0] if threshold else 0.5) else floor(digits)
    if power == 0:
        return math.nan if whole == 0 or whole != whole else math.copysign(math.inf, whole)
    return whole / power


def _decimal(operation: str) -> Callable[..., float]:
    def call(first: object, *more: object) -> float:
        from steersman.golang import decimals

        apply: Callable[[Any, Any], Any] = getattr(decimals, operation)
        result = decimals.from_float(to_float64(first))
        for value in more:
            result = apply(result, decimals.from_float(to_float64(value)))
        return decimals.to_float(result)

    return call


_addf = _decimal("add")


def until(count: int) -> list[int]:
    return until_step(0, count, -1 if count < 0 else 1)


def until_step(start: int, stop: int, step: int) -> list[int]:
    """From start towards stop, which is left out; nothing when the step leads away."""
    if (step >= 0) if stop < start else (step <= 0):
        return Ints()
    numbers = range(start, stop, step)
    check_elements(len(numbers))
    return Ints(numbers)


def seq(*numbers: int) -> str:
    """As the command of that name: `seq last`, `seq first last`, `seq first step last`."""
    if len(numbers) == 1:
        start, end = 1, numbers[0]
        step = increment = -1 if end < start else 1
    elif len(numbers) == 2:
        start, end = numbers
        step = increment = -1 if end < start else 1
    elif len(numbers) == 3:
        start, step, end = numbers
        increment = -1 if end < start else 1
        if increment < 0 and step > 0:
            return ""
    else:
        return ""
    return " ".join(map(str, until_step(start, wrap_int64(end + increment), step)))


_ANY = ("interface {}",)
_TWO = ("interface {}", "interface {}")

TABLE = {
    "add": Function(add, (), "interface {}"),
    "add1": Function(add1, _ANY),
    "add1f": Function(lambda value: _addf(value, 1), _ANY),
    "addf": Function(lambda *values: _addf(0.0, *values), (), "interface {}"),
    "atoi": Function(atoi, ("string",)),
    "biggest": Function(biggest, _ANY, "interface {}"),
    "ceil": Function(ceil, _ANY),
    "div": Function(divide, _TWO),
    "divf": Function(_decimal("divide"), _ANY, "interface {}"),
    "float64": Function(to_float64, _ANY),
    "floor": Function(floor, _ANY),
    "int": Function(to_int64, _ANY),
    "int64": Function(lambda value: Int64(to_int64(value)), _ANY),
    "max": Function(biggest, _ANY, "interface {}"),
    "maxf": Function(maxf, _ANY, "interface {}"),
    "min": Function(smallest, _ANY, "interface {}"),
    "minf": Function(minf, _ANY, "interface {}"),
    "mod": Function(modulo, _TWO),
    "mul": Function(multiply, _ANY, "interface {}"),
    "mulf": Function(_decimal("multiply"), _ANY, "interface {}"),
    "round": Function(rounded, ("interface {}", "int"), "float64"),
    "seq": Function(seq, (), "int", result="string"),
    "sub": Function(subtract, _TWO),
    "subf": Function(_decimal("subtract"), _ANY, "interface {}"),
    "toDecimal": Function(to_decimal, _ANY),
    "until": Function(until, ("int",)),
    "untilStep": Function(until_step, ("int", "int", "int")),
}
