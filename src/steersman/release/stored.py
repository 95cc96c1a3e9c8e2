"""A chart as a release record holds it: plain data in Helm's JSON names, and back (Helm 4: pkg/chart/v2/chart.go).

Charts inside the chart are not stored; their defaults are in the values, because processing the dependencies put them
there. The members of each table stand in the order of Go's structs, and `codec` writes them in the order it finds.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from steersman.chart.files import File
    from steersman.chart.model import Chart

ZERO_TIME = "0001-01-01T00:00:00Z"
"""Go's zero time, which is written where a struct says nothing of leaving it out."""


def stored_chart(chart: Chart, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON form of a chart as its dependencies left it. `values` replaces its values.

    Without a values.yaml, and with no values put in their place, Go has no map at all, which JSON writes as null.
    """
    from steersman.chart.metadata import lock_json, metadata_json

    if values is None:
        values = chart.values
    if not values and not any(file.name == "values.yaml" for file in chart.raw):
        stored_values: Mapping[str, Any] | None = None
    else:
        stored_values = values
    return {
        "metadata": metadata_json(chart.metadata),
        "lock": None if chart.lock is None else {**lock_json(chart.lock), "generated": chart.lock.generated or ZERO_TIME},
        "templates": _files(chart.templates),
        "values": stored_values,
        "schema": None if chart.schema is None else _base64(chart.schema),
        "schemamodtime": ZERO_TIME if chart.schema is None else _time(chart.schema_modified),
        "files": _files(chart.files),
        "modtime": _time(chart.modified),
    }


def chart_of(stored: Mapping[str, Any]) -> Chart:
    """The chart of a record, as much of it as a record holds. Raises ChartError or StorageError where a field is not what
    Helm writes there."""
    from steersman.chart.metadata import parse_lock, parse_metadata
    from steersman.chart.model import Chart

    lock, schema, values = (stored.get(name) for name in ("lock", "schema", "values"))
    return Chart(
        metadata=parse_metadata(stored.get("metadata")),
        templates=_files_of(stored.get("templates")),
        values=dict(values) if isinstance(values, dict) else {},
        schema=_bytes(schema) if isinstance(schema, str) else None,
        files=_files_of(stored.get("files")),
        lock=None if lock is None else parse_lock(lock),
        modified=_nanoseconds(stored.get("modtime")),
        schema_modified=_nanoseconds(stored.get("schemamodtime")),
    )


def _files(files: Iterable[File]) -> list[dict[str, str]] | None:
    return [{"name": file.name, "data": _base64(file.data), "modtime": _time(file.modified)} for file in files] or None


def _files_of(stored: object) -> tuple[File, ...]:
    from steersman.chart.files import File

    return tuple(
        File(_text(one.get("name")), _bytes(_text(one.get("data"))), _nanoseconds(one.get("modtime")))
        for one in (stored if isinstance(stored, list) else ())
        if isinstance(one, dict)
    )


def _base64(data: bytes) -> str:
    from binascii import b2a_base64

    return b2a_base64(data, newline=False).decode("ascii")


def _bytes(text: str) -> bytes:
    from binascii import Error, a2b_base64

    from steersman.errors import StorageError

    try:
        return a2b_base64(text)
    except (Error, ValueError) as error:
        raise StorageError(f"reading a file of the chart in the release record: {error}") from error


def _time(nanoseconds: int) -> str:
    from steersman.golang.times import RFC3339_NANO, from_unix

    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return from_unix(seconds, rest).format(RFC3339_NANO)


def _nanoseconds(stored: object) -> int:
    from steersman.errors import GoError
    from steersman.golang.times import RFC3339_NANO, parse

    if not isinstance(stored, str) or not stored or stored == ZERO_TIME:
        return 0
    try:
        time = parse(RFC3339_NANO, stored)
    except GoError:
        return 0
    return time.seconds * 1_000_000_000 + time.nanosecond


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
