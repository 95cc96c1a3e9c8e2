"""`apply`: carry out a plan that was saved."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import LOCKING, OUTPUT, output_format
from steersman.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Carry out a plan that `steersman plan --save FILE` wrote.

What is applied is what was shown: the chart is not rendered again. It is refused, with nothing changed, when the world has moved
since: another revision, or an object of the release that was changed, deleted or made by someone else."""

FLAGS = (OUTPUT, *LOCKING, Flag("hide-notes", "bool", False, "do not print the notes"))


def run(call: Invocation) -> int:
    form = output_format(call)
    from steersman.actions import apply as action
    from steersman.actions.connect import connect
    from steersman.cli.planning import read_plan
    from steersman.cli.running import connection, finish, tell
    from steersman.cli.views.releases import status_view
    from steersman.plan.saved import load

    path = call.arguments[0]
    plan = load(read_plan(path))
    namespace = plan.release.namespace
    given = call.settings.namespace_given
    if given and given != namespace:
        raise UsageError(f"the plan is for namespace {namespace}, not {given}")
    world = connect(connection(call).replace(namespace=namespace))
    release = finish(action.run(plan, world, tell))
    write(status_view(release, form, debug=call.settings.debug, notes=not call["hide-notes"]))
    return 0
