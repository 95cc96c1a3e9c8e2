"""`lint`: look charts over, and say what is wrong with them."""

from __future__ import annotations

from steersman.cli.console import log, write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import VALUES, overlay_of
from steersman.errors import ChartError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.chart.files import Note
    from steersman.cli.invocation import Invocation

LONG = """Look charts over, folders or archives, without a cluster.

An [ERROR] is what would keep the chart from being installed, a [WARNING] breaks with what is required or recommended, an [INFO] is a
suggestion. The templates are rendered with the chart's values and those given here."""

FLAGS = (
    *VALUES,
    Flag("kube-version", "string", "", "the cluster's version, for .Capabilities.KubeVersion and for which APIs are deprecated"),
    Flag("quiet", "bool", False, "print nothing of charts that have no warnings and no errors"),
    Flag("skip-schema-validation", "bool", False, "do not check the values against the chart's schema"),
    Flag("strict", "bool", False, "let warnings fail a chart, too"),
    Flag("with-subcharts", "bool", False, "look over the charts in charts/, too"),
)


def run(call: Invocation) -> int:
    from steersman.actions import lint

    request = lint.Lint(
        paths=call.arguments,
        values=overlay_of(call),
        namespace=call.settings.namespace(),
        kube_version=call["kube-version"],
        strict=call["strict"],
        quiet=call["quiet"],
        with_subcharts=call["with-subcharts"],
        skip_schema=call["skip-schema-validation"],
    )
    report = lint.run(request, _tell)
    write(report.text)
    if report.failed:
        raise ChartError(report.summary, code="lint")
    if report.summary:
        write(f"{report.summary}\n")
    return 0


def _tell(note: Note) -> None:
    if note.level != "DEBUG":
        log(note.level, note.message, **dict(note.attributes))
