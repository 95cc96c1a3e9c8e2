"""The rules for the charts in charts/ and their listing in Chart.yaml (Helm 4: lint/rules/dependencies.go)."""

from __future__ import annotations

from steersman.errors import Error
from steersman.lint.findings import ERROR, WARNING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.chart.model import Chart
    from steersman.lint.findings import Findings
    from steersman.lint.subject import Subject


def check(subject: Subject, found: Findings) -> None:
    try:
        chart = subject.load()
    except Error as error:
        found.add(ERROR, "", f"unable to load chart\n\t{error}")
        return
    listed = [dependency.name for dependency in chart.metadata.dependencies]
    held = [dependency.name for dependency in chart.dependencies]
    found.add(ERROR, subject.path, _missing("chart metadata", held, listed))
    found.add(ERROR, subject.path, _repeated(chart))
    found.add(WARNING, subject.path, _missing("chart directory", listed, held))


def _missing(where: str, wanted: list[str], there: list[str]) -> str:
    missing = [name for name in wanted if name not in there]
    return f"{where} is missing these dependencies: {','.join(missing)}" if missing else ""


def _repeated(chart: Chart) -> str:
    seen: set[str] = set()
    repeated = []
    for dependency in chart.metadata.dependencies:
        name = dependency.alias or dependency.name
        if name in seen:
            repeated.append(name)
        seen.add(name)
    return f"multiple dependencies with name or alias: {','.join(repeated)}" if repeated else ""
