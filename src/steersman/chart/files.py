"""A file of a chart, wherever it came from."""

from __future__ import annotations

from steersman.records import Record

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class File(Record):
    """A file by its slash-separated name inside the chart. `modified` is nanoseconds since 1970, 0 when unknown."""

    name: str
    data: bytes
    modified: int = 0


class Note(Record):
    """Something that Helm would log while it reads a chart or lays values over each other.

    `attributes` are the pairs that follow the message in Helm's log line. Whoever asked decides whether anybody sees it.
    """

    level: str
    message: str
    attributes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join((self.message, *(f"{name}={value}" for name, value in self.attributes)))


def without_mark(data: bytes) -> bytes:
    """The bytes without a UTF-8 byte order mark at their beginning."""
    return data[3:] if data.startswith(BYTE_ORDER_MARK) else data
