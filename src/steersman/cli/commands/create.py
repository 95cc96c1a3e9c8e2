"""`create`: a new chart to begin with."""

from __future__ import annotations

from steersman.cli.console import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = (
    """Make a folder with a new chart in it: a Deployment, a Service, and what most programs need besides, ready to be changed."""
)

FLAGS = ()


def run(call: Invocation) -> int:
    from steersman.actions import create
    from steersman.cli.running import tell

    path = call.arguments[0]
    write(f"Creating {path}\n")
    create.run(path, tell)
    return 0
