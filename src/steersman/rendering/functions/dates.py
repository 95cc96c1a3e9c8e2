"""Functions of dates and durations: sprig's, and the duration functions of Helm 4.

A date is a Time, or an int, int32 or int64 of Unix seconds; *anything else means now*. "Local" is the zone that the environment
names. What sprig calls `duration` takes only strings and int64: the literal 60 in a template is an int and gives "0s".

Sources: sprig v3.3 date.go; Helm 4 pkg/engine/funcs.go.
"""

from __future__ import annotations

import math

from steersman.errors import GoError, GoPanic
from steersman.golang.durations import SECOND, Duration, parse_duration
from steersman.golang.fmt import format_value
from steersman.golang.strconv import parse_float, parse_int, quote
from steersman.golang.times import Time, from_unix, load_location, local_location, parse, since, utc
from steersman.golang.values import Int32, Int64, kind_of, type_of, wrap_int64
from steersman.rendering.functions.numbers import clamped
from steersman.rendering.functions.texts import trim
from steersman.template import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.golang.times import Location
    from steersman.rendering.env import RenderEnv

_UNITS = (
    ("y", 24 * 365 * 3600 * SECOND),
    ("mo", 24 * 30 * 3600 * SECOND),
    ("d", 24 * 3600 * SECOND),
    ("h", 3600 * SECOND),
    ("m", 60 * SECOND),
    ("s", SECOND),
)

MAX_SECONDS = ((1 << 63) - 1) // SECOND
MAX_SECONDS_FLOAT = float((1 << 63) - 1) / float(SECOND)


class _Dates:
    """The functions that need the present or the local zone."""

    def __init__(self, env: RenderEnv) -> None:
        self._env = env
        self._local: Location | None = None

    @property
    def local(self) -> Location:
        if self._local is None:
            self._local = local_location(self._env.zone)
        return self._local

    def now(self) -> Time:
        return from_unix(0, self._env.now(), self.local)

    def _time(self, date: object, *, with_int32: bool = True) -> Time:
        if isinstance(date, Time):
            return date
        kind = type(date)
        if kind is int or kind is Int64 or (kind is Int32 and with_int32):
            return from_unix(int(date), location=self.local)  # type: ignore[call-overload]
        return self.now()

    def date_in_zone(self, layout: str, date: object, zone: str) -> str:
        try:
            location = load_location(zone, self.local)
        except GoError:
            location = utc
        return self._time(date).within(location).format(layout)

    def date(self, layout: str, date: object) -> str:
        return self.date_in_zone(layout, date, "Local")

    def html_date(self, date: object) -> str:
        return self.date_in_zone("2006-01-02", date, "Local")

    def html_date_in_zone(self, date: object, zone: str) -> str:
        return self.date_in_zone("2006-01-02", date, zone)

    def ago(self, date: object) -> str:
        return since(self.now(), self._time(date, with_int32=False)).round(SECOND).go_string()

    def must_to_date(self, layout: str, text: str) -> Time:
        return parse(layout, text, self.local)

    def to_date(self, layout: str, text: str) -> Time:
        try:
            return self.must_to_date(layout, text)
        except GoError:
            return Time()

    def duration_round(self, value: object) -> str:
        nanoseconds = 0
        if isinstance(value, str):
            try:
                nanoseconds = int(parse_duration(value))
            except GoError:
                pass
        elif type(value) is Int64:
            nanoseconds = int(value)
        elif isinstance(value, Time):
            nanoseconds = int(since(self.now(), value))
        nanoseconds = abs(nanoseconds)
        for name, size in _UNITS:
            if nanoseconds > size:
                return f"{nanoseconds // size}{name}"
        return "0s"


def must_date_modify(text: str, date: Time) -> Time:
    return date.add(parse_duration(text))


def date_modify(text: str, date: Time) -> Time:
    try:
        return must_date_modify(text, date)
    except GoError:
        return date


def duration(seconds: object) -> str:
    number = 0
    if isinstance(seconds, str):
        number = clamped(parse_int, seconds)
    elif type(seconds) is Int64:
        number = int(seconds)
    return Duration(wrap_int64(number * SECOND)).go_string()


def unix_epoch(date: Time) -> str:
    return str(date.seconds)


# Helm 4's durations


def as_duration(value: object) -> Duration:
    """A Duration of a Duration, a text ("1h30m", "90"), or a number of seconds. Raises GoError with Helm's text."""
    if isinstance(value, Duration):
        return value
    if isinstance(value, str):
        text = trim(value)
        if not text:
            raise GoError("empty duration")
        try:
            return parse_duration(text)
        except GoError:
            pass
        try:
            number = parse_float(text)
        except GoError:
            raise GoError(f"could not parse duration {quote(value)}") from None
        return _seconds(number)
    if value is None:
        raise GoError("invalid duration")
    kind = kind_of(value)
    if kind.startswith(("int", "uint")) and kind != "interface":
        seconds = int(value)  # type: ignore[call-overload]
        if not -MAX_SECONDS <= seconds <= MAX_SECONDS:
            raise GoError(f"duration seconds overflow: {seconds}")
        return Duration(seconds * SECOND)
    if kind.startswith("float"):
        return _seconds(float(value))  # type: ignore[arg-type]
    raise GoError(f"unsupported duration type {type_of(value)}")


def _seconds(seconds: float) -> Duration:
    if not math.isfinite(seconds):
        raise GoError(f"invalid duration seconds: {format_value(seconds)}")
    if abs(seconds) > MAX_SECONDS_FLOAT:
        raise GoError(f"duration seconds overflow: {format_value(seconds)}")
    nanoseconds = seconds * float(SECOND)
    if abs(nanoseconds) > float((1 << 63) - 1):
        raise GoError(f"duration nanoseconds overflow: {format_value(nanoseconds)}")
    # 2^63 itself passes Go's comparison in float64, and its conversion gives the smallest number.
    return Duration(wrap_int64(int(nanoseconds)))


def must_to_duration(value: object) -> Duration:
    try:
        return as_duration(value)
    except GoError as problem:
        raise GoPanic(problem.message) from None


def _measured(measure: Callable[[Duration], object], nothing: object) -> Callable[[object], object]:
    def call(value: object) -> object:
        try:
            return measure(as_duration(value))
        except GoError:
            return nothing

    return call


def _to_unit(method: Callable[[Duration, int], Duration]) -> Callable[[object, object], Duration]:
    def call(value: object, unit: object) -> Duration:
        try:
            found = as_duration(value)
        except GoError:
            return Duration(0)
        try:
            size = as_duration(unit)
        except GoError:
            return found
        return method(found, size)

    return call


_ANY = ("interface {}",)
_TWO = ("interface {}", "interface {}")
_MODIFY = ("string", "time.Time")

TABLE = {
    "dateModify": Function(date_modify, _MODIFY),
    "date_modify": Function(date_modify, _MODIFY),
    "duration": Function(duration, _ANY, result="string"),
    "durationDays": Function(_measured(lambda found: found.hours() / 24.0, 0.0), _ANY),
    "durationHours": Function(_measured(Duration.hours, 0.0), _ANY),
    "durationMicroseconds": Function(_measured(Duration.microseconds, Int64(0)), _ANY),
    "durationMilliseconds": Function(_measured(Duration.milliseconds, Int64(0)), _ANY),
    "durationMinutes": Function(_measured(Duration.minutes, 0.0), _ANY),
    "durationNanoseconds": Function(_measured(Duration.nanoseconds, Int64(0)), _ANY),
    "durationRoundTo": Function(_to_unit(Duration.round), _TWO),
    "durationSeconds": Function(_measured(Duration.seconds, 0.0), _ANY),
    "durationTruncateTo": Function(_to_unit(Duration.truncate), _TWO),
    "durationWeeks": Function(_measured(lambda found: found.hours() / 24.0 / 7.0, 0.0), _ANY),
    "mustDateModify": Function(must_date_modify, _MODIFY),
    "mustToDuration": Function(must_to_duration, _ANY),
    "must_date_modify": Function(must_date_modify, _MODIFY),
    "unixEpoch": Function(unix_epoch, ("time.Time",), result="string"),
}


def bound(env: RenderEnv) -> dict[str, Function]:
    """The functions that depend on the environment's clock and zone."""
    dates = _Dates(env)
    zoned = ("string", "interface {}", "string")
    return {
        "ago": Function(dates.ago, _ANY, result="string"),
        "date": Function(dates.date, ("string", "interface {}"), result="string"),
        "dateInZone": Function(dates.date_in_zone, zoned, result="string"),
        "date_in_zone": Function(dates.date_in_zone, zoned, result="string"),
        "durationRound": Function(dates.duration_round, _ANY, result="string"),
        "htmlDate": Function(dates.html_date, _ANY, result="string"),
        "htmlDateInZone": Function(dates.html_date_in_zone, ("interface {}", "string"), result="string"),
        "mustToDate": Function(dates.must_to_date, ("string", "string")),
        "now": Function(dates.now, ()),
        "toDate": Function(dates.to_date, ("string", "string")),
    }
