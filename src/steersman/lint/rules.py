"""All rules, in Helm's order (Helm 4: pkg/chart/v2/lint/lint.go)."""

from __future__ import annotations

from steersman.lint import chart_file, definitions, dependencies, templates, values_file
from steersman.lint.findings import Findings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.chart.files import Note
    from steersman.lint.findings import Finding
    from steersman.lint.subject import Subject
    from steersman.rendering.env import RenderEnv


def lint(
    subject: Subject, values: dict[str, Any], env: RenderEnv, *, skip_schema: bool = False, notes: list[Note] | None = None
) -> tuple[Finding, ...]:
    """What is wrong with the chart when it is rendered with the user's `values` in the world of `env`, which should be a `lint` one.

    Tables in `values` are written to, as Helm does: the chart's defaults go into them, and what is looked over next with the same values
    sees these. What Helm would log is appended to `notes`.
    """
    said: list[Note] = [] if notes is None else notes
    found = Findings()
    chart_file.check(subject, found)
    values_file.check(subject, values, found, said, skip_schema=skip_schema)
    templates.check(subject, values, env, found, said, skip_schema=skip_schema)
    dependencies.check(subject, found)
    definitions.check(subject, found)
    return tuple(found)
