"""`recover`: mark what a command that died left pending as failed. Helm has no such command."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flagsets import PENDING_TIMEOUT, WAIT_LOCK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Mark what a command that died left pending as failed, and do nothing else.

Every other command does so by itself before its own work. A record of ours tells who wrote it, so a dead one is known as soon as
its lock runs out (15 seconds; at once on the same machine). A record that plain Helm wrote does not: it is taken for a dead one's
when it is older than --pending-timeout.

  steersman recover web                        look, and mark it if it is dead
  steersman recover web --pending-timeout 0    … whoever wrote it, and however young it is"""

FLAGS = (WAIT_LOCK, PENDING_TIMEOUT)


def run(call: Invocation) -> int:
    from steersman.actions import recover
    from steersman.cli.running import finish, world_of

    name = call.arguments[0]
    done = finish(recover.run(name, world_of(call)))
    release = done.release
    if done.changed:
        write(f"revision {release.version} of {name} is marked as failed; {done.found} of its {done.wanted} objects exist\n")
        write("`upgrade --install` or `rollback` brings the release where it should be, `uninstall` removes it\n")
    elif done.young is not None:
        minutes = f"{done.young / 60:.0f} minutes" if done.young >= 120 else f"{done.young:.0f} seconds"
        write(
            f"revision {release.version} of {name} is {release.info.status} for {minutes}, and was left as it is: somebody may work on it\n"
        )
        write("--pending-timeout 0 takes it for a dead one's at once\n")
    else:
        write(f"nothing to recover: revision {release.version} of {name} is {release.info.status}\n")
    return 0
