"""Decimal arithmetic."""

from __future__ import annotations

import pytest

from steersman.errors import GoPanic
from steersman.golang.decimals import add, divide, from_float, multiply, subtract, to_float


def test_tenths_are_exact() -> None:
    assert to_float(add(from_float(0.1), from_float(0.2))) == 0.3
    assert to_float(subtract(from_float(4.5), from_float(4.4))) == 0.1
    assert to_float(multiply(from_float(1.1), from_float(1.1))) == 1.21


def test_division_keeps_sixteen_places_and_rounds_half_away_from_zero() -> None:
    assert to_float(divide(from_float(1), from_float(3))) == 0.3333333333333333
    assert to_float(divide(from_float(-2), from_float(3))) == -0.6666666666666667
    assert divide(from_float(1), from_float(1e-30)) == (10**46, -16)


@pytest.mark.parametrize("number", [0.0, -0.0, 1e21, 1e-7, 123456789.125, 5e-324, 1.7976931348623157e308, -2.5])
def test_floats_come_back(number: float) -> None:
    assert to_float(from_float(number)) == number


def test_panics() -> None:
    with pytest.raises(GoPanic, match="decimal division by 0"):
        divide(from_float(1), from_float(0))
    with pytest.raises(GoPanic, match="Cannot create a Decimal from NaN"):
        from_float(float("nan"))
