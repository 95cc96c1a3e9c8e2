"""Loose casts, by the cases that spf13/cast decides."""

from __future__ import annotations

import pytest

from steersman.golang.casts import MIN_INT64, to_float64, to_int64, trim_zero_decimal
from steersman.golang.durations import SECOND, Duration
from steersman.golang.times import Month
from steersman.golang.values import Float32, Int8, Int64, Uint64


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (7, 7),
        (Int8(-3), -3),
        (Uint64((1 << 64) - 1), -1),
        (True, 1),
        (None, 0),
        (2.9, 2),
        (-2.9, -2),
        (1e30, MIN_INT64),
        (float("nan"), MIN_INT64),
        (Float32(1.5), 1),
        ("0x1f", 31),
        ("010", 8),
        ("1_000", 1000),
        ("5.00", 5),
        ("5.10", 0),
        ("", 0),
        ("99999999999999999999", 0),
        ([1], 0),
        ({}, 0),
        (Duration(SECOND), 0),
        (Month(3), 3),
    ],
)
def test_to_int64(value: object, wanted: int) -> None:
    assert to_int64(value) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"), [(3, 3.0), (Int64(4), 4.0), ("1e3", 1000.0), ("x", 0.0), (True, 1.0), (None, 0.0), ([], 0.0)]
)
def test_to_float64(value: object, wanted: float) -> None:
    assert to_float64(value) == wanted


def test_a_zero_decimal_is_cut_only_when_nothing_else_follows_the_dot() -> None:
    assert [trim_zero_decimal(text) for text in ("1.0", "1.000", "1.", "1.01", "10", "0", ".0")] == [
        "1",
        "1",
        "1.",
        "1.01",
        "10",
        "0",
        "",
    ]
