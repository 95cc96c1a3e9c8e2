"""`get all`: everything recorded of a release."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flagsets import REVISION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show everything recorded of a release: its status, its values, its hooks, its objects and its notes."""

FLAGS = (REVISION,)


def run(call: Invocation) -> int:
    from steersman.actions import get
    from steersman.cli.running import world_of
    from steersman.cli.views.releases import status_view

    release = get.run(call.arguments[0], world_of(call), revision=call["revision"])
    write(status_view(release, "table", debug=True, metadata=True, computed=get.coalesced(release)))
    return 0
