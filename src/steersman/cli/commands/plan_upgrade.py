"""`plan upgrade`: what an upgrade would do."""

from __future__ import annotations

from steersman.cli.commands import upgrade
from steersman.cli.planning import SAVE, as_plan, check_plan_flags, show_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show what upgrading a release would do, and do nothing; see `steersman plan --help`."""

FLAGS = as_plan((*(flag for flag in upgrade.FLAGS if flag.name != "install"), SAVE))


def run(call: Invocation) -> int:
    check_plan_flags(call)
    from steersman.actions.plan import new_redactor, of_upgrade
    from steersman.cli.flagsets import post_renderer_of
    from steersman.cli.running import tell, world_of

    post_render = post_renderer_of(call, tell)
    name, reference = call.arguments
    request = upgrade.request_of(call, name, reference)
    return show_plan(call, of_upgrade(request.replace(post_render=post_render), world_of(call), tell, new_redactor()))
