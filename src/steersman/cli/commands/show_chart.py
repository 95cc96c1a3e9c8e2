"""`show chart`: see LONG."""

from __future__ import annotations

from steersman.cli.flagsets import CHART
from steersman.cli.showing import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show the chart's metadata: its Chart.yaml."""

FLAGS = CHART


def run(call: Invocation) -> int:
    return show(call, "chart")
