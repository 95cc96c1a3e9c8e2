"""`get metadata`: the facts about a release and its chart."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flagsets import OUTPUT, REVISION, output_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show the facts about a release and its chart: names, versions, labels, when it was deployed and how."""

FLAGS = (OUTPUT, REVISION)


def run(call: Invocation) -> int:
    form = output_format(call)
    from steersman.actions import get
    from steersman.cli.running import world_of
    from steersman.cli.views.releases import metadata_view

    write(metadata_view(get.run(call.arguments[0], world_of(call), revision=call["revision"]), form))
    return 0
