"""`history`: the revisions of a release."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import OUTPUT, output_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """List the revisions of a release, the oldest first."""

FLAGS = (
    Flag("max", "int", 256, "how many revisions to show at most"),
    OUTPUT,
    Flag("show-rollback-revision", "bool", False, "show which revision a rollback went back to"),
)


def run(call: Invocation) -> int:
    form = output_format(call)
    from steersman.actions import history
    from steersman.cli.running import world_of
    from steersman.cli.views.releases import history_view

    releases = history.run(call.arguments[0], world_of(call), limit=call["max"])
    write(history_view(releases, form, rollback=call["show-rollback-revision"]))
    return 0
