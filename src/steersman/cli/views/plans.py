"""Plans, comparisons and drift, as text for people and as documents for programs."""

from __future__ import annotations

from steersman.cli.views.differences import objects_view, printable
from steersman.cli.views.output import json_line, yaml_text
from steersman.plan.differences import CHANGE, CREATE, DELETE, KEEP, REPLACE, UNCHANGED, Report, document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from steersman.cli.views.differences import Paint

_WORDS = {
    "drift": {
        CREATE: "new",
        CHANGE: "changed",
        REPLACE: "changed for good",
        DELETE: "gone",
        KEEP: "kept",
        UNCHANGED: "as recorded",
    },
    "diff": {CREATE: "added", CHANGE: "changed", REPLACE: "replaced", DELETE: "removed", KEEP: "kept", UNCHANGED: "the same"},
    "": {
        CREATE: "to create",
        CHANGE: "to change",
        REPLACE: "to replace",
        DELETE: "to delete",
        KEEP: "to let go of",
        UNCHANGED: "unchanged",
    },
}
"""action of the report → what the totals call each action of an object."""


def report_view(report: Report, form: str, paint: Paint) -> str:
    """What `plan`, `diff` and `drift` print."""
    if form == "json":
        return json_line(document(report))
    if form == "yaml":
        return yaml_text(document(report))
    lines = [_head(report), ""]
    lines += objects_view(report.definitions, paint)
    lines += objects_view(report.objects, paint)
    lines += _hooks(report, paint)
    lines.append(totals_line(report))
    return "\n".join(lines) + "\n"


def _head(report: Report) -> str:
    name = f"{report.release} in namespace {report.namespace}"
    if report.action == "install":
        return f"Plan to install {name} as revision {report.after}"
    if report.action == "diff":
        return f"Revision {report.before} → {report.after} of {name}"
    if report.action == "drift":
        return f"Revision {report.before} of {name} → what is in the cluster"
    return f"Plan to {report.action} {name}: revision {report.before} → {report.after}"


def _hooks(report: Report, paint: Paint) -> Iterator[str]:
    if not report.hooks:
        return
    yield "Hooks:"
    width = max(len(hook.event) for hook in report.hooks)
    for hook in report.hooks:
        sign = {"new": "+", "changed": "~"}.get(hook.state, " ")
        facts = f"  (weight {hook.weight}, {hook.state})"
        yield paint(sign, f"{sign:<3} {hook.event:<{width}}  {hook.kind} {printable(hook.name)}") + facts
        for problem in hook.problems:
            yield paint("!", f"    ! {printable(problem)}")
    yield ""


def totals_line(report: Report) -> str:
    """The last line: how many objects of each action; "nothing changes" when it is so."""
    words = _WORDS.get(report.action, _WORDS[""])
    parts = [f"{count} {words[action]}" for action, count in report.totals.items() if count]
    text = ", ".join(parts) or "no objects"
    if report.hooks:
        count = len(report.hooks)
        text += f"; {count} hook{'s' if count > 1 else ''} {'in all' if report.action == 'diff' else 'to run'}"
    if not report.has_changes:
        return f"No changes: {text}."
    return {"diff": "Difference", "drift": "Drift"}.get(report.action, "Plan") + f": {text}."
