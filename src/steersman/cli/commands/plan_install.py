"""`plan install`: what an installation would do."""

from __future__ import annotations

from steersman.cli.commands import install
from steersman.cli.planning import SAVE, as_plan, check_plan_flags, show_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show what installing a chart would do, and do nothing; see `steersman plan --help`.

Definitions (crds/) are taken as if they were made: objects of their kinds are planned, too, though the server cannot check them."""

FLAGS = as_plan((*install.FLAGS, SAVE))


def run(call: Invocation) -> int:
    check_plan_flags(call)
    from steersman.actions.plan import new_redactor, of_install
    from steersman.cli.flagsets import post_renderer_of
    from steersman.cli.running import tell, world_of

    post_render = post_renderer_of(call, tell)
    request = install.request_of(call, call.arguments, server_side=call["server-side"])
    return show_plan(call, of_install(request.replace(post_render=post_render), world_of(call), tell, new_redactor()))
