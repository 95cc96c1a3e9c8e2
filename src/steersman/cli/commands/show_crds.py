"""`show crds`: see LONG."""

from __future__ import annotations

from steersman.cli.flagsets import CHART
from steersman.cli.showing import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show the chart's custom resource definitions."""

FLAGS = CHART


def run(call: Invocation) -> int:
    return show(call, "crds")
