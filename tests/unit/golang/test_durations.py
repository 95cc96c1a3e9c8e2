"""Durations: reading, printing, rounding."""

from __future__ import annotations

import pytest

from steersman.errors import GoError
from steersman.golang.durations import HOUR, MINUTE, SECOND, Duration, parse_duration
from steersman.golang.fmt import format_value
from steersman.golang.json import marshal
from steersman.golang.values import kind_of, type_of


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("0", "0s"),
        ("1.5h", "1h30m0s"),
        ("-2m", "-2m0s"),
        ("90s", "1m30s"),
        ("1h15m30.918s", "1h15m30.918s"),
        ("100us", "100µs"),
        (".5s", "500ms"),
        ("1ns", "1ns"),
        ("2562047h47m16.854775807s", "2562047h47m16.854775807s"),
        ("-9223372036854775808ns", "-2562047h47m16.854775808s"),
    ],
)
def test_reads_and_prints(text: str, printed: str) -> None:
    assert format_value(parse_duration(text)) == printed


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", 'time: invalid duration ""'),
        ("1", 'time: missing unit in duration "1"'),
        ("1x", 'time: unknown unit "x" in duration "1x"'),
        ("é", 'time: invalid duration "\\xc3\\xa9"'),
        ("9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'),
    ],
)
def test_refuses(text: str, error: str) -> None:
    with pytest.raises(GoError) as caught:
        parse_duration(text)
    assert caught.value.message == error


def test_rounds_halves_away_from_zero_and_stops_at_the_ends() -> None:
    assert Duration(90 * SECOND).round(MINUTE) == 2 * MINUTE
    assert Duration(-90 * SECOND).round(MINUTE) == -2 * MINUTE
    assert Duration((1 << 63) - 1).round(HOUR) == (1 << 63) - 1
    assert Duration(5).round(0) == 5
    assert Duration(-119 * SECOND).truncate(MINUTE) == -MINUTE


def test_is_a_number_to_json_and_a_named_integer_to_go() -> None:
    assert marshal(Duration(SECOND)) == "1000000000"
    assert (type_of(Duration(1)), kind_of(Duration(1))) == ("time.Duration", "int64")
