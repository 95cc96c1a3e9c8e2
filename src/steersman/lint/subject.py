"""What is looked over: the entries of a chart's folder that rules look at one by one, and the chart that all of it loads to."""

from __future__ import annotations

from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.chart.model import Chart

MISSING = "missing"
FILE = "file"
FOLDER = "folder"
UNKNOWN = "unknown"
"""The system does not say what is there; `Entry.problem` is why."""


class Entry(Record):
    """What stands under one name: `kind` is one of the above, `problem` is Go's text for why a file's bytes cannot be had."""

    kind: str = MISSING
    data: bytes = b""
    problem: str = ""


class Subject(Record):
    """A chart's folder. `path` is what findings about the folder as a whole name.

    `load()` gives the chart with all inside it, and raises a steersman error with Helm's text; it is asked once by each rule that needs
    the chart, so that what loading says is said as often as Helm says it.
    """

    path: str
    chart_file: Entry
    values_file: Entry
    schema_file: Entry
    templates: Entry
    definitions: Entry
    load: Callable[[], Chart]
