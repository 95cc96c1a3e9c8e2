"""`show all`: see LONG."""

from __future__ import annotations

from steersman.cli.flagsets import CHART
from steersman.cli.showing import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show all that a chart holds: its metadata, its default values, its README and its custom resource definitions."""

FLAGS = CHART


def run(call: Invocation) -> int:
    return show(call, "all")
