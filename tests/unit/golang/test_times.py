"""Times: layouts in both directions, zones, arithmetic."""

from __future__ import annotations

import pytest

from steersman.errors import GoError
from steersman.golang.durations import HOUR
from steersman.golang.json import marshal
from steersman.golang.times import Time, fixed_zone, from_unix, load_location, local_location, parse, utc

MOMENT = from_unix(1560458379, 123456789)


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("2006-01-02T15:04:05Z07:00", "2019-06-13T20:39:39Z"),
        ("Mon Jan _2 15:04:05 2006", "Thu Jun 13 20:39:39 2019"),
        ("Monday, 02-Jan-06 3:04PM MST", "Thursday, 13-Jun-19 8:39PM UTC"),
        ("2006-01-02 15:04:05.000 -0700", "2019-06-13 20:39:39.123 +0000"),
        ("15:04:05.999999999", "20:39:39.123456789"),
        ("2006.002 __2", "2019.164 164"),
        ("_2006", "_2019"),
        ("Janet Month", "Janet Month"),
        ("20060102150405", "20190613203939"),
        (".0001", ".0006"),
    ],
)
def test_formats(layout: str, text: str) -> None:
    assert MOMENT.format(layout) == text


def test_prints_and_marshals_as_go() -> None:
    assert MOMENT.go_string() == "2019-06-13 20:39:39.123456789 +0000 UTC"
    assert marshal(MOMENT) == '"2019-06-13T20:39:39.123456789Z"'
    assert Time().go_string() == "0001-01-01 00:00:00 +0000 UTC"


def test_zones() -> None:
    layout = "15:04 -0700 MST"
    assert MOMENT.within(load_location("Europe/Berlin")).format(layout) == "22:39 +0200 CEST"
    assert MOMENT.within(load_location("America/New_York")).format(layout) == "16:39 -0400 EDT"
    assert MOMENT.within(fixed_zone("", -3600)).format(layout) == "19:39 -0100 -0100"
    assert local_location("Europe/Berlin").go_string() == "Local"
    assert local_location("no/such").lookup(0) == ("UTC", 0)
    with pytest.raises(GoError, match="unknown time zone Mars/Base"):
        load_location("Mars/Base")
    with pytest.raises(GoError, match="time: invalid location name"):
        load_location("../../etc/passwd")


def test_zones_beyond_the_years_that_python_knows() -> None:
    berlin = load_location("Europe/Berlin")
    assert Time(location=berlin).format("2006-01-02 15:04")[:4] == "0001"
    assert from_unix(400_000_000_000, location=berlin).format("2006") == "14645"


@pytest.mark.parametrize(
    ("layout", "text", "printed"),
    [
        ("2006-01-02", "2017-12-31", "2017-12-31 00:00:00 +0000 UTC"),
        ("2006-01-02T15:04:05Z07:00", "2019-06-13T20:39:39.5+02:00", "2019-06-13 20:39:39.5 +0200 +0200"),
        ("Jan _2 06 3:04PM", "Jun  3 69 3:04PM", "1969-06-03 15:04:00 +0000 UTC"),
        ("2006 __2", "2016  60", "2016-02-29 00:00:00 +0000 UTC"),
        ("15:04 MST", "10:00 CEST", "0000-01-01 10:00:00 +0000 CEST"),
    ],
)
def test_parses(layout: str, text: str, printed: str) -> None:
    assert parse(layout, text).go_string() == printed


@pytest.mark.parametrize(
    ("layout", "text", "error"),
    [
        ("2006-01-02", "x", 'parsing time "x" as "2006-01-02": cannot parse "x" as "2006"'),
        ("2006-01-02", "2017-13-01", 'parsing time "2017-13-01": month out of range'),
        ("2006-01-02", "2017-02-29", 'parsing time "2017-02-29": day out of range'),
        ("2006-01-02", "2017-12-31x", 'parsing time "2017-12-31x": extra text: "x"'),
        ("15:04:05", "25:00:00", 'parsing time "25:00:00": hour out of range'),
    ],
)
def test_refuses(layout: str, text: str, error: str) -> None:
    with pytest.raises(GoError) as caught:
        parse(layout, text)
    assert caught.value.message == error


def test_arithmetic() -> None:
    assert MOMENT.add(-HOUR).format("15:04") == "19:39"
    assert MOMENT.add_date(0, -4, 18).format("2006-01-02") == "2019-03-03"
    assert MOMENT.subtract(Time()) == (1 << 63) - 1
    assert MOMENT.truncate(HOUR).format("15:04:05.9") == "20:00:00"
    assert MOMENT.round(HOUR).format("15:04:05.9") == "21:00:00"
    assert MOMENT.weekday().go_string() == "Thursday"
    assert MOMENT.within(utc) == MOMENT
