"""`show`: what a chart holds. Helm 4: pkg/action/show.go."""

from __future__ import annotations

from steersman.actions.budget import budgeted
from steersman.chart.loader import load as load_chart
from steersman.chart.metadata import metadata_json
from steersman.chart.model import crds
from steersman.golang.values import to_str
from steersman.golang.yaml import dump
from steersman.sources import fetch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.chart.files import Note
    from steersman.chart.model import Chart

READMES = ("readme.md", "readme.txt", "readme")


@budgeted
def run(reference: str, what: str, tell: Callable[[Note], None]) -> str:
    """The text of a part: "chart", "values", "readme", "crds", or "all" of them."""
    notes: list[Note] = []
    chart = load_chart(fetch(reference, notes), notes)
    for note in notes:
        tell(note)
    return "".join(part(chart, what == "all") for name, part in _PARTS.items() if what in {name, "all"})


def _metadata(chart: Chart, among: bool) -> str:
    return dump(metadata_json(chart.metadata)) + "\n"


def _values(chart: Chart, among: bool) -> str:
    texts = [to_str(file.data) + "\n" for file in chart.raw if file.name == "values.yaml"]
    return ("---\n" if among and texts else "") + "".join(texts)


def _readme(chart: Chart, among: bool) -> str:
    found = next((file for file in chart.files if file.name.lower() in READMES), None)
    return "" if found is None else ("---\n" if among else "") + to_str(found.data) + "\n"


def _definitions(chart: Chart, among: bool) -> str:
    texts = [to_str(one.file.data) for one in crds(chart)]
    return "".join(("" if text.startswith("---") else "---\n") + text + "\n" for text in texts)


_PARTS = {"chart": _metadata, "values": _values, "readme": _readme, "crds": _definitions}
