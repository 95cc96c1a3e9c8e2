"""What the `show` commands have in common."""

from __future__ import annotations

from steersman.cli.console import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation


def show(call: Invocation, what: str) -> int:
    """Prints a part of a chart, or all of it."""
    from steersman.actions import show
    from steersman.cli.running import tell

    write(show.run(call.arguments[0], what, tell))
    return 0
