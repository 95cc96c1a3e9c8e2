"""`uninstall`: remove releases and their objects."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import DESCRIPTION, LOCKING, NO_HOOKS, TIMEOUT, WAIT, wait_strategy
from steersman.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Remove releases: their objects, but for those that say helm.sh/resource-policy: keep or are another's, and their history."""

FLAGS = (
    Flag("cascade", "string", "background", "what becomes of the objects that these own: background, foreground or orphan"),
    DESCRIPTION,
    Flag("dry-run", "bool", False, "only simulate"),
    Flag("ignore-not-found", "bool", False, "a release that does not exist is well"),
    Flag("keep-history", "bool", False, "keep the history, and mark the release as uninstalled"),
    *LOCKING,
    NO_HOOKS,
    TIMEOUT,
    WAIT,
)

_PROPAGATION = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}


def run(call: Invocation) -> int:
    cascade = call["cascade"]
    if cascade not in _PROPAGATION:
        raise UsageError(f'invalid cascade value ({cascade}). Must be "background", "foreground", or "orphan"')
    from steersman.actions import uninstall
    from steersman.cli.running import finish, world_of
    from steersman.plan.build import Options

    options = Options(
        timeout=call["timeout"],
        wait=wait_strategy(call),
        hooks=not call["no-hooks"],
        propagation=_PROPAGATION[cascade],
        description=call["description"],
    )
    for name in call.arguments:
        request = uninstall.Uninstall(name, options, call["keep-history"], call["ignore-not-found"], call["dry-run"])
        done = finish(uninstall.run(request, world_of(call)))
        if done.information:
            write(done.information + "\n")
        write(f'release "{name}" uninstalled\n')
    return 0
