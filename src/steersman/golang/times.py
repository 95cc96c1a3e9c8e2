"""Go's time.Time: a point in time with a location, formatted and parsed by example layouts ("2006-01-02T15:04:05Z07:00").

Theory of operation: a Time is seconds since 1970 (any size: Go's zero Time is in the year 1), nanoseconds and a Location. The
calendar is computed with integers only. A layout is cut once into (text before, element) pairs, and both directions walk those.
Zones come from Python's zoneinfo, which is imported when a zone other than UTC is named.

Source: Go's package time (time.go, format.go, zoneinfo.go).
"""

from __future__ import annotations

import re

from steersman.errors import GoError
from steersman.golang.durations import Duration, from_number, quote
from steersman.golang.values import Int64, Struct, wrap_int64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar

LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
LONG_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
SHORT_MONTHS = tuple(name[:3] for name in LONG_MONTHS)
SHORT_DAYS = tuple(name[:3] for name in LONG_DAYS)

ZERO_SECONDS = -62135596800
"""Seconds from 1970 to January 1 of the year 1: the zero Time."""

STRING_LAYOUT = "2006-01-02 15:04:05.999999999 -0700 MST"
RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00"
LAYOUTS_KEPT = 256

_DAY = 86400
_NANOS = 1_000_000_000


class Month(int, Struct):
    """time.Month: prints as its English name."""

    GO_TYPE: ClassVar[str] = "time.Month"
    GO_KIND: ClassVar[str] = "int"
    __slots__ = ()

    def go_string(self) -> str:
        return LONG_MONTHS[self - 1] if 1 <= self <= 12 else f"%!Month({int(self)})"

    def go_json(self) -> object:
        return int(self)

    METHODS = {"String": (go_string, ())}


class Weekday(int, Struct):
    """time.Weekday: Sunday is 0."""

    GO_TYPE: ClassVar[str] = "time.Weekday"
    GO_KIND: ClassVar[str] = "int"
    __slots__ = ()

    def go_string(self) -> str:
        return LONG_DAYS[self] if 0 <= self <= 6 else f"%!Weekday({int(self)})"

    def go_json(self) -> object:
        return int(self)

    METHODS = {"String": (go_string, ())}


class Location(Struct):
    """time.Location: a name and the rule from a time to its zone. Made by `utc`, `fixed_zone` and `load_location`."""

    GO_TYPE: ClassVar[str] = "*time.Location"
    GO_KIND: ClassVar[str] = "ptr"
    __slots__ = ("_offset", "_zone", "_zone_name", "name")

    def __init__(self, name: str, offset: int = 0, zone_name: str = "UTC", zone: Any = None) -> None:
        self.name = name
        self._offset = offset
        self._zone_name = zone_name
        self._zone = zone

    def lookup(self, unix: int) -> tuple[str, int]:
        """(abbreviation of the zone, seconds east of Greenwich) in force at this time."""
        if self._zone is None:
            return self._zone_name, self._offset
        from datetime import UTC, datetime, timedelta

        # zoneinfo knows the years 1 to 9999 only; the Gregorian calendar repeats after 400 years.
        cycle = 146097 * _DAY
        if not ZERO_SECONDS + _DAY <= unix < 253402214400:
            unix = ZERO_SECONDS + cycle + (unix - ZERO_SECONDS) % cycle
        moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=unix)).astimezone(self._zone)
        shift = moment.utcoffset()
        return moment.tzname() or "", int(shift.total_seconds()) if shift is not None else 0

    def go_string(self) -> str:
        return self.name

    METHODS = {"String": (go_string, ())}


utc = Location("UTC")


def fixed_zone(name: str, offset: int) -> Location:
    """time.FixedZone."""
    return Location(name, offset, name)


def load_location(name: str, local: Location = utc) -> Location:
    """time.LoadLocation: "" and "UTC" are UTC, "Local" is `local`. Raises GoError `unknown time zone NAME`."""
    if name in ("", "UTC"):
        return utc
    if name == "Local":
        return local
    if ".." in name.split("/") or name[0] == "/" or "\\" in name or "\0" in name:
        raise GoError("time: invalid location name")
    import zoneinfo

    try:
        return Location(name, zone=zoneinfo.ZoneInfo(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise GoError(f"unknown time zone {name}") from None


def local_location(name: str) -> Location:
    """The machine's own zone, whose IANA name the caller found out; UTC where that is unknown. It calls itself "Local"."""
    if name in ("", "UTC"):
        return Location("Local")
    try:
        found = load_location(name)
    except GoError:
        return Location("Local")
    return Location("Local", zone=found._zone)


def _civil(days: int) -> tuple[int, int, int]:
    """Days since 1970-01-01 → year, month, day (proleptic Gregorian)."""
    days += 719468
    era, day_of_era = divmod(days, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day


def _days(year: int, month: int, day: int) -> int:
    """Year, month (any integer), day → days since 1970-01-01."""
    carry, month = divmod(month - 1, 12)
    year += carry
    month += 1
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in(month: int, year: int) -> int:
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


class Time(Struct):
    """time.Time. Immutable by convention: every method gives a new one."""

    GO_TYPE: ClassVar[str] = "time.Time"
    GO_KIND: ClassVar[str] = "struct"
    __slots__ = ("location", "nanosecond", "seconds")

    def __init__(self, seconds: int = ZERO_SECONDS, nanosecond: int = 0, location: Location = utc) -> None:
        self.seconds = seconds
        self.nanosecond = nanosecond
        self.location = location

    def __eq__(self, other: object) -> bool:
        """reflect.DeepEqual as far as it can be seen: the same instant in the same location."""
        return (
            isinstance(other, Time)
            and self.seconds == other.seconds
            and self.nanosecond == other.nanosecond
            and self.location.name == other.location.name
        )

    def __hash__(self) -> int:
        return hash((self.seconds, self.nanosecond))

    # what sprig uses

    def within(self, location: Location) -> Time:
        """Time.In: the same instant, shown in another location."""
        return Time(self.seconds, self.nanosecond, location)

    def add(self, duration: int) -> Time:
        total = self.nanosecond + int(duration)
        return Time(self.seconds + total // _NANOS, total % _NANOS, self.location)

    def subtract(self, other: Time) -> Duration:
        nanos = (self.seconds - other.seconds) * _NANOS + self.nanosecond - other.nanosecond
        return Duration(max(-(1 << 63), min((1 << 63) - 1, nanos)))

    def _local(self) -> tuple[int, str, int]:
        name, offset = self.location.lookup(self.seconds)
        return self.seconds + offset, name, offset

    def date(self) -> tuple[int, int, int]:
        """Year, month, day in its location."""
        return _civil(self._local()[0] // _DAY)

    def format(self, layout: str) -> str:
        """Time.Format."""
        local, zone, offset = self._local()
        days, clock = divmod(local, _DAY)
        year, month, day = _civil(days)
        hour, rest = divmod(clock, 3600)
        minute, second = divmod(rest, 60)
        out: list[str] = []
        pieces, tail = _cut(layout)
        for prefix, element in pieces:
            out.append(prefix)
            simple = _FORMATS.get(element)
            if simple is not None:
                out.append(simple(year, month, day, hour, minute, second, days))
            elif element == "MST":
                out.append(zone or _offset_text("-0700", offset))
            elif element[0] in ".,":
                out.append(_fraction_text(element, self.nanosecond))
            else:
                out.append(_offset_text(element, offset))
        out.append(tail)
        return "".join(out)

    def go_string(self) -> str:
        return self.format(STRING_LAYOUT)

    def go_json(self) -> object:
        return self.format(RFC3339_NANO)

    def is_zero(self) -> bool:
        return self.seconds == ZERO_SECONDS and self.nanosecond == 0

    def unix(self) -> Int64:
        return Int64(self.seconds)

    def unix_nano(self) -> Int64:
        return Int64(wrap_int64(self.seconds * _NANOS + self.nanosecond))

    def unix_milli(self) -> Int64:
        return Int64(wrap_int64(self.seconds * 1000 + self.nanosecond // 1_000_000))

    def unix_micro(self) -> Int64:
        return Int64(wrap_int64(self.seconds * 1_000_000 + self.nanosecond // 1000))

    def weekday(self) -> Weekday:
        return Weekday((self._local()[0] // _DAY + 4) % 7)

    def year_day(self) -> int:
        days = self._local()[0] // _DAY
        return days - _days(_civil(days)[0], 1, 1) + 1

    def clock_part(self, unit: int, size: int) -> int:
        return self._local()[0] // unit % size

    def before(self, other: Time) -> bool:
        return (self.seconds, self.nanosecond) < (other.seconds, other.nanosecond)

    def same_instant(self, other: Time) -> bool:
        return (self.seconds, self.nanosecond) == (other.seconds, other.nanosecond)

    def add_date(self, years: int, months: int, days: int) -> Time:
        local, _, _ = self._local()
        year, month, day = self.date()
        moved = _days(year + years, month + months, day + days) * _DAY + local % _DAY
        return Time(_unix_of(moved, self.location), self.nanosecond, self.location)

    def truncate(self, unit: int) -> Time:
        return self if unit <= 0 else self.add(-self._since_zero(unit))

    def round(self, unit: int) -> Time:
        if unit <= 0:
            return self
        rest = self._since_zero(unit)
        return self.add(-rest) if rest + rest < unit else self.add(int(unit) - rest)

    def _since_zero(self, unit: int) -> int:
        return ((self.seconds - ZERO_SECONDS) * _NANOS + self.nanosecond) % int(unit)

    METHODS: ClassVar[Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]]] = {
        "Add": (add, ("time.Duration",)),
        "AddDate": (add_date, ("int", "int", "int")),
        "After": (lambda self, other: other.before(self), ("time.Time",)),
        "Before": (before, ("time.Time",)),
        "Compare": (lambda self, other: 0 if self.same_instant(other) else -1 if self.before(other) else 1, ("time.Time",)),
        "Day": (lambda self: self.date()[2], ()),
        "Equal": (same_instant, ("time.Time",)),
        "Format": (format, ("string",)),
        "Hour": (lambda self: self.clock_part(3600, 24), ()),
        "In": (within, ("*time.Location",)),
        "IsZero": (is_zero, ()),
        "Local": (lambda self: self if self.location.name == "Local" else self.within(Location("Local")), ()),
        "Location": (lambda self: self.location, ()),
        "Minute": (lambda self: self.clock_part(60, 60), ()),
        "Month": (lambda self: Month(self.date()[1]), ()),
        "Nanosecond": (lambda self: self.nanosecond, ()),
        "Round": (round, ("time.Duration",)),
        "Second": (lambda self: self.clock_part(1, 60), ()),
        "String": (go_string, ()),
        "Sub": (subtract, ("time.Time",)),
        "Truncate": (truncate, ("time.Duration",)),
        "UTC": (lambda self: self.within(utc), ()),
        "Unix": (unix, ()),
        "UnixMicro": (unix_micro, ()),
        "UnixMilli": (unix_milli, ()),
        "UnixNano": (unix_nano, ()),
        "Weekday": (weekday, ()),
        "Year": (lambda self: self.date()[0], ()),
        "YearDay": (year_day, ()),
    }


def from_unix(seconds: int, nanoseconds: int = 0, location: Location = utc) -> Time:
    """time.Unix, in a location."""
    return Time(seconds + nanoseconds // _NANOS, nanoseconds % _NANOS, location)


def _unix_of(local: int, location: Location) -> int:
    """Seconds shown on a clock in the location → Unix time, as time.Date resolves gaps and overlaps."""
    offset = location.lookup(local)[1]
    if not offset:
        return local
    unix = local - offset
    found = location.lookup(unix)[1]
    return local - found if found != offset else unix


# layouts: https://pkg.go.dev/time#pkg-constants

_ELEMENTS = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm"
    r"|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?![0-9])"
)
_cuts: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {}


def _cut(layout: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The layout as (text before, element) pairs, and the text after the last element."""
    found = _cuts.get(layout)
    if found is None:
        pieces, end = [], 0
        for match in _ELEMENTS.finditer(layout):
            pieces.append((layout[end : match.start()], match.group()))
            end = match.end()
        if len(_cuts) >= LAYOUTS_KEPT:
            _cuts.clear()
        found = _cuts[layout] = tuple(pieces), layout[end:]
    return found


def _padded(number: int, width: int) -> str:
    return f"-{-number:0{width}d}" if number < 0 else f"{number:0{width}d}"


def _year_day(year: int, days: int) -> int:
    return days - _days(year, 1, 1) + 1


_FORMATS: dict[str, Callable[[int, int, int, int, int, int, int], str]] = {
    "January": lambda y, mo, d, h, mi, s, days: LONG_MONTHS[mo - 1],
    "Jan": lambda y, mo, d, h, mi, s, days: SHORT_MONTHS[mo - 1],
    "1": lambda y, mo, d, h, mi, s, days: str(mo),
    "01": lambda y, mo, d, h, mi, s, days: f"{mo:02d}",
    "Monday": lambda y, mo, d, h, mi, s, days: LONG_DAYS[(days + 4) % 7],
    "Mon": lambda y, mo, d, h, mi, s, days: SHORT_DAYS[(days + 4) % 7],
    "2": lambda y, mo, d, h, mi, s, days: str(d),
    "_2": lambda y, mo, d, h, mi, s, days: f"{d:2d}",
    "02": lambda y, mo, d, h, mi, s, days: f"{d:02d}",
    "__2": lambda y, mo, d, h, mi, s, days: f"{_year_day(y, days):3d}",
    "002": lambda y, mo, d, h, mi, s, days: f"{_year_day(y, days):03d}",
    "15": lambda y, mo, d, h, mi, s, days: f"{h:02d}",
    "3": lambda y, mo, d, h, mi, s, days: str(h % 12 or 12),
    "03": lambda y, mo, d, h, mi, s, days: f"{h % 12 or 12:02d}",
    "4": lambda y, mo, d, h, mi, s, days: str(mi),
    "04": lambda y, mo, d, h, mi, s, days: f"{mi:02d}",
    "5": lambda y, mo, d, h, mi, s, days: str(s),
    "05": lambda y, mo, d, h, mi, s, days: f"{s:02d}",
    "2006": lambda y, mo, d, h, mi, s, days: _padded(y, 4),
    "06": lambda y, mo, d, h, mi, s, days: f"{abs(y) % 100:02d}",
    "PM": lambda y, mo, d, h, mi, s, days: "PM" if h >= 12 else "AM",
    "pm": lambda y, mo, d, h, mi, s, days: "pm" if h >= 12 else "am",
}


def _fraction_text(element: str, nanosecond: int) -> str:
    digits = f"{nanosecond:09d}"[: len(element) - 1]
    if element[1] == "9":
        digits = digits.rstrip("0")
        return element[0] + digits if digits else ""
    return element[0] + digits.ljust(len(element) - 1, "0")


def _offset_text(element: str, offset: int) -> str:
    if offset == 0 and element[0] == "Z":
        return "Z"
    sign = "-" if offset < 0 else "+"
    hours, rest = divmod(abs(offset), 3600)
    if offset < 0 and abs(offset) < 60:
        sign = "+"  # Go decides by whole minutes
    minutes, seconds = divmod(rest, 60)
    shape = element[1:]
    text = f"{sign}{hours:02d}"
    if shape == "07":
        return text
    colon = ":" if ":" in shape else ""
    text += f"{colon}{minutes:02d}"
    if shape in ("070000", "07:00:00"):
        text += f"{colon}{seconds:02d}"
    return text


# parsing


class _Bad(Exception):
    """The value does not fit the layout's element."""


class _Range(Exception):
    """A number is out of its range; the text says which."""


def _number(text: str, fixed: bool) -> tuple[int, str]:
    if not _digit(text, 0):
        raise _Bad
    if not _digit(text, 1):
        if fixed:
            raise _Bad
        return int(text[0]), text[1:]
    return int(text[:2]), text[2:]


def _digit(text: str, position: int) -> bool:
    return position < len(text) and text[position] in "0123456789"


def _name(names: tuple[str, ...], text: str) -> tuple[int, str]:
    for position, name in enumerate(names):
        if text[: len(name)].lower() == name.lower() and len(text) >= len(name):
            return position, text[len(name) :]
    raise _Bad


def _skip(value: str, prefix: str) -> tuple[str, bool]:
    """The value without the layout's literal text; runs of spaces stand for any number of them."""
    while prefix:
        if prefix[0] == " ":
            if value and value[0] != " ":
                return value, False
            prefix, value = prefix.lstrip(" "), value.lstrip(" ")
            continue
        if not value or value[0] != prefix[0]:
            return value, False
        prefix, value = prefix[1:], value[1:]
    return value, True


def _nanoseconds(text: str) -> int:
    if text[0] not in ".,":
        raise _Bad
    digits = text[1:10]
    if not digits.isascii() or not digits.isdigit():
        raise _Bad
    return int(digits.ljust(9, "0"))


_WIDTHS = {"-07:00": 6, "Z07:00": 6, "-07": 3, "Z07": 3, "-07:00:00": 9, "Z07:00:00": 9, "-070000": 7, "Z070000": 7}


class _Parse:
    """The state of one parse: fields as they are found."""

    def __init__(self) -> None:
        self.year, self.month, self.day, self.year_day = 0, -1, -1, -1
        self.hour = self.minute = self.second = self.nanosecond = 0
        self.afternoon = self.morning = False
        self.zone: Location | None = None
        self.zone_offset = -1
        self.zone_name = ""

    def element(self, element: str, value: str, following: str) -> str:
        """Reads one element from the head of the value and returns the rest. Raises _Bad or _Range."""
        if element == "2006":
            if len(value) < 4 or not _digit(value, 0) or not _plain_integer(value[:4]):
                raise _Bad
            self.year = int(value[:4])
            return value[4:]
        if element == "06":
            if len(value) < 2 or not _plain_integer(value[:2]):
                raise _Bad
            year = int(value[:2])
            self.year = year + (1900 if year >= 69 else 2000)
            return value[2:]
        if element in ("Jan", "January"):
            month, value = _name(SHORT_MONTHS if element == "Jan" else LONG_MONTHS, value)
            self.month = month + 1
            return value
        if element in ("1", "01"):
            self.month, value = _number(value, element == "01")
            if not 1 <= self.month <= 12:
                raise _Range("month", value)
            return value
        if element in ("Mon", "Monday"):
            return _name(SHORT_DAYS if element == "Mon" else LONG_DAYS, value)[1]
        if element in ("2", "_2", "02"):
            if element == "_2" and value[:1] == " ":
                value = value[1:]
            self.day, value = _number(value, element == "02")
            return value
        if element in ("__2", "002"):
            return self._day_of_year(element, value)
        if element in ("15", "3", "03"):
            self.hour, value = _number(value, element == "03")
            if self.hour >= (24 if element == "15" else 13):
                raise _Range("hour", value)
            return value
        if element in ("4", "04"):
            self.minute, value = _number(value, element == "04")
            if self.minute >= 60:
                raise _Range("minute", value)
            return value
        if element in ("5", "05"):
            return self._seconds(element, value, following)
        if element in ("PM", "pm"):
            word = value[:2]
            if word == element:
                self.afternoon = True
            elif word == ("AM" if element == "PM" else "am"):
                self.morning = True
            else:
                raise _Bad
            return value[2:]
        if element == "MST":
            return self._zone(value)
        if element[0] in ".,":
            return self._fraction(element, value)
        return self._offset(element, value)

    def _day_of_year(self, element: str, value: str) -> str:
        if element == "__2":
            for _ in range(2):
                if value[:1] == " ":
                    value = value[1:]
        end = 0
        while end < 3 and _digit(value, end):
            end += 1
        if end == 0 or (element == "002" and end != 3):
            raise _Bad
        self.year_day = int(value[:end])
        return value[end:]

    def _seconds(self, element: str, value: str, following: str) -> str:
        self.second, value = _number(value, element == "05")
        if self.second >= 60:
            raise _Range("second", value)
        if len(value) >= 2 and value[0] in ".," and _digit(value, 1) and following[:1] not in (".", ","):
            end = 2
            while _digit(value, end):
                end += 1
            self.nanosecond = _nanoseconds(value[:end])
            return value[end:]
        return value

    def _fraction(self, element: str, value: str) -> str:
        if element[1] == "0":
            if len(value) < len(element):
                raise _Bad
            self.nanosecond = _nanoseconds(value[: len(element)])
            return value[len(element) :]
        if len(value) < 2 or value[0] not in ".," or not _digit(value, 1):
            return value
        end = 1
        while _digit(value, end):
            end += 1
        self.nanosecond = _nanoseconds(value[:end])
        return value[end:]

    def _zone(self, value: str) -> str:
        if value[:3] == "UTC":
            self.zone = utc
            return value[3:]
        length = _zone_length(value)
        if not length:
            raise _Bad
        self.zone_name = value[:length]
        return value[length:]

    def _offset(self, element: str, value: str) -> str:
        if element[0] == "Z" and value[:1] == "Z":
            self.zone = utc
            return value[1:]
        width = _WIDTHS.get(element, 5)
        if len(value) < width:
            raise _Bad
        text, rest = value[:width], value[width:]
        if width in (6, 9) and (text[3] != ":" or (width == 9 and text[6] != ":")):
            raise _Bad
        digits = text[1:].replace(":", "") if width in (6, 9) else text[1:]
        parts = [0, 0, 0]
        bad = text[0] not in "+-"
        try:
            for place in range(len(digits) // 2):
                parts[place] = _number(digits[2 * place : 2 * place + 2], True)[0]
        except _Bad:
            bad = True  # What was read before it is looked at all the same.
        for part, limit, name in zip(parts[2::-1], (60, 60, 24), ("second", "minute", "hour")):
            if part > limit:
                raise _Range(f"time zone offset {name}", rest)
        if bad:
            raise _Bad
        offset = (parts[0] * 60 + parts[1]) * 60 + parts[2]
        self.zone_offset = -offset if text[0] == "-" else offset
        return rest


def _plain_integer(text: str) -> bool:
    return text.isascii() and (text.isdigit() or (text[0] in "+-" and text[1:].isdigit()))


def _zone_length(value: str) -> int:
    """How much of the value is a zone's abbreviation; 0 when it is none."""
    if len(value) < 3:
        return 0
    if value[:4] in ("ChST", "MeST"):
        return 4
    if value[:3] == "GMT":
        return 3 + _signed_offset(value[3:])
    if value[0] in "+-":
        return _signed_offset(value)
    upper = 0
    while upper < 6 and upper < len(value) and "A" <= value[upper] <= "Z":
        upper += 1
    if upper == 5:
        return 5 if value[4] == "T" else 0
    if upper == 4:
        return 4 if value[3] == "T" or value[:4] == "WITA" else 0
    return 3 if upper == 3 else 0


def _signed_offset(value: str) -> int:
    if value[:1] not in ("+", "-") or not value:
        return 0
    end = 1
    while _digit(value, end):
        end += 1
    return end if end > 1 and int(value[1:end]) <= 23 else 0


def parse(layout: str, value: str, location: Location = utc, local: Location | None = None) -> Time:
    """time.ParseInLocation (time.Parse with the default location). Raises GoError with Go's text: `parsing time "x" as …`."""
    local = local or location
    whole = value
    state = _Parse()
    pieces, tail = _cut(layout)

    def mismatch(element: str, rest: str) -> GoError:
        return GoError(f"parsing time {quote(whole)} as {quote(layout)}: cannot parse {quote(rest)} as {quote(element)}")

    for number, (prefix, element) in enumerate(pieces):
        value, fits = _skip(value, prefix)
        if not fits:
            raise mismatch(prefix, value)
        held = value
        try:
            value = state.element(element, value, pieces[number + 1][1] if number + 1 < len(pieces) else "")
        except _Range as problem:
            raise GoError(f"parsing time {quote(whole)}: {problem.args[0]} out of range") from None
        except _Bad:
            raise mismatch(element, held) from None
    value, fits = _skip(value, tail)
    if not fits:
        raise mismatch(tail, value)
    if value:
        raise GoError(f"parsing time {quote(whole)}: extra text: {quote(value)}")
    return _assemble(state, whole, location, local)


def _assemble(state: _Parse, whole: str, location: Location, local: Location) -> Time:
    hour = state.hour
    if state.afternoon and hour < 12:
        hour += 12
    elif state.morning and hour == 12:
        hour = 0
    year, month, day = state.year, state.month, state.day
    if state.year_day >= 0:
        if not 1 <= state.year_day <= (366 if is_leap(year) else 365):
            raise GoError(f"parsing time {quote(whole)}: day-of-year out of range")
        _, found_month, found_day = _civil(_days(year, 1, 1) + state.year_day - 1)
        if month >= 0 and month != found_month:
            raise GoError(f"parsing time {quote(whole)}: day-of-year does not match month")
        if day >= 0 and day != found_day:
            raise GoError(f"parsing time {quote(whole)}: day-of-year does not match day")
        month, day = found_month, found_day
    month = 1 if month < 0 else month
    day = 1 if day < 0 else day
    if day < 1 or day > days_in(month, year):
        raise GoError(f"parsing time {quote(whole)}: day out of range")
    clock = _days(year, month, day) * _DAY + hour * 3600 + state.minute * 60 + state.second
    if state.zone is not None:
        return Time(clock, state.nanosecond, state.zone)
    if state.zone_offset != -1:
        unix = clock - state.zone_offset
        name, offset = local.lookup(unix)
        if offset == state.zone_offset and state.zone_name in ("", name):
            return Time(unix, state.nanosecond, local)
        return Time(unix, state.nanosecond, fixed_zone(state.zone_name, state.zone_offset))
    if state.zone_name:
        name, offset = local.lookup(clock)
        if name == state.zone_name:
            return Time(clock - offset, state.nanosecond, local)
        offset = 0
        if len(state.zone_name) > 3 and state.zone_name.startswith("GMT"):
            offset = int(state.zone_name[3:]) * 3600
        # Go gives the unknown zone its name and this offset, but does not shift the clock by it.
        return Time(clock, state.nanosecond, fixed_zone(state.zone_name, offset))
    return Time(_unix_of(clock, location), state.nanosecond, location)


def since(now: Time, then: Time) -> Duration:
    """time.Since, with the present given."""
    return from_number(int(now.subtract(then)))
