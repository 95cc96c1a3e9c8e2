"""`plan`: what an install or upgrade would do. Without saying which, it is the one that `upgrade --install` would do."""

from __future__ import annotations

from steersman.cli.commands import upgrade
from steersman.cli.planning import SAVE, as_plan, check_plan_flags, show_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show what installing or upgrading a release would do, and do nothing.

Of each object: whether it would be created (+), changed (~), replaced (-/+) or deleted (-), and of each field what it was and
would be, as the API server itself foretells. The values of Secrets are not shown, but whether they change is.

  steersman plan web ./mychart                    what `upgrade --install` would do
  steersman plan install web ./mychart            what `install` would do
  steersman plan upgrade web ./mychart            what `upgrade` would do
  steersman plan web ./mychart --save web.plan    … and `steersman apply web.plan` does it, if nothing moved meanwhile

The exit status is 0 when nothing changes, 2 when something does, and 1 when the plan cannot be made or would fail."""

FLAGS = as_plan((*(flag.replace(hidden=flag.hidden or flag.name == "install") for flag in upgrade.FLAGS), SAVE))


def run(call: Invocation) -> int:
    check_plan_flags(call)
    from steersman.actions.plan import new_redactor, of_install, of_upgrade
    from steersman.cli.commands.install import request_of as install_of
    from steersman.cli.flagsets import post_renderer_of, server_side
    from steersman.cli.running import tell, world_of
    from steersman.release.history import installs_instead

    apply, post_render = server_side(call), post_renderer_of(call, tell)
    world = world_of(call)
    world.check_reachable()
    name, reference = call.arguments
    known = world.history(name)
    if installs_instead(known):
        fresh = install_of(call, call.arguments, server_side=apply != "false", replace=bool(known))
        return show_plan(call, of_install(fresh.replace(post_render=post_render), world, tell, new_redactor()))
    request = upgrade.request_of(call, name, reference).replace(post_render=post_render)
    return show_plan(call, of_upgrade(request, world, tell, new_redactor()))
