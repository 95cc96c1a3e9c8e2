"""`get notes`: see LONG."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flagsets import REVISION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show the notes that the chart has for this release."""

FLAGS = (REVISION,)


def run(call: Invocation) -> int:
    from steersman.actions import get
    from steersman.cli.running import world_of

    release = get.run(call.arguments[0], world_of(call), revision=call["revision"])
    if release.info.notes:
        write(f"NOTES:\n{release.info.notes}\n")
    return 0
