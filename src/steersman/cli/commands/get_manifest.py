"""`get manifest`: see LONG."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flagsets import REVISION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show the objects of a release as they were rendered. Hooks are not among them: `get hooks` shows those."""

FLAGS = (REVISION,)


def run(call: Invocation) -> int:
    from steersman.actions import get
    from steersman.cli.running import world_of

    release = get.run(call.arguments[0], world_of(call), revision=call["revision"])
    write(release.manifest + "\n")
    return 0
