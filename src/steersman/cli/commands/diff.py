"""`diff`: a release as recorded against the cluster."""

from __future__ import annotations

from steersman.cli.flagsets import OUTPUT, output_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show how a release's objects in the cluster differ from what is recorded of them.

`steersman diff revision NAME A B` compares two revisions; `steersman drift NAME --fix` takes the differences back.
The exit status is 0 when there are none, 2 when there are, and 1 when they cannot be told."""

FLAGS = (OUTPUT,)


def run(call: Invocation) -> int:
    output_format(call)
    from steersman.actions import drift
    from steersman.actions.plan import new_redactor
    from steersman.cli.planning import show_report
    from steersman.cli.running import world_of

    return show_report(call, drift.run(call.arguments[0], world_of(call), new_redactor()))
