"""`rollback`: bring a release back to an earlier revision."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import (
    APPLY,
    DESCRIPTION,
    DRY_RUN,
    HISTORY_MAX,
    LOCKING,
    NO_HOOKS,
    TIMEOUT,
    WAIT,
    WAIT_FOR_JOBS,
    dry_run,
    exclusive,
    server_side,
    wait_strategy,
)
from steersman.errors import GoError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Bring a release back to an earlier revision: the one before the last if none is named.

Nothing is rendered: the objects are those that the revision recorded. The rollback is a new revision itself."""

FLAGS = (
    *APPLY,
    *LOCKING,
    Flag("cleanup-on-fail", "bool", False, "when it fails, delete the objects that it created"),
    DESCRIPTION,
    DRY_RUN,
    HISTORY_MAX.replace(default=10),
    NO_HOOKS,
    Flag("server-side", "string", "auto", "let the server apply objects: true, false, or auto (as that revision did)"),
    TIMEOUT,
    WAIT,
    WAIT_FOR_JOBS,
)


def run(call: Invocation) -> int:
    exclusive(call, "force-replace", "force-conflicts")
    exclusive(call, "force", "force-conflicts")
    revision = 0
    if len(call.arguments) > 1:
        from steersman.golang.strconv import atoi

        try:
            revision = atoi(call.arguments[1])
        except GoError as error:
            raise UsageError(f"could not convert revision to a number: {error}") from None
    from steersman.actions import rollback
    from steersman.cli.running import finish, world_of
    from steersman.plan.build import Options

    request = rollback.Rollback(
        name=call.arguments[0],
        revision=revision,
        options=Options(
            timeout=call["timeout"],
            wait=wait_strategy(call),
            wait_for_jobs=call["wait-for-jobs"],
            hooks=not call["no-hooks"],
            force_conflicts=call["force-conflicts"],
            force_replace=call["force-replace"] or call["force"],
            description=call["description"],
        ),
        server_side=server_side(call),
        dry_run=dry_run(call),
        cleanup_on_fail=call["cleanup-on-fail"],
        history_max=call["history-max"] if call.given("history-max") else call.settings.max_history,
    )
    finish(rollback.run(request, world_of(call)))
    write("Rollback was a success! Happy Helming!\n")
    return 0
