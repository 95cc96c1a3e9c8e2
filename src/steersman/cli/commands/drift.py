"""`drift`: what others did to a release's objects, and taking it back."""

from __future__ import annotations

from steersman.cli.console import error
from steersman.cli.flags import Flag
from steersman.cli.flagsets import (
    DESCRIPTION,
    HISTORY_MAX,
    LOCKING,
    OUTPUT,
    TIMEOUT,
    WAIT,
    WAIT_FOR_JOBS,
    output_format,
    wait_strategy,
)
from steersman.errors import PlanError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show what somebody or something else changed in a release's objects since they were applied.

Only what the release's record speaks of counts: labels that others add, replicas that the chart leaves to an autoscaler, are no
drift. With --fix the recorded objects are applied again, without hooks, as a new revision; fields are taken back from whoever set
them. The exit status is 0 when there is no drift or it was taken back, 2 when there is some, and 1 when it cannot be told."""

FLAGS = (
    OUTPUT,
    *LOCKING,
    DESCRIPTION,
    HISTORY_MAX.replace(default=10),
    TIMEOUT,
    WAIT,
    WAIT_FOR_JOBS,
    Flag("fix", "bool", False, "apply the recorded objects again, as a new revision"),
)


def run(call: Invocation) -> int:
    output_format(call)
    strategy = wait_strategy(call)
    from steersman.actions import drift
    from steersman.actions.plan import new_redactor
    from steersman.cli.planning import show_report
    from steersman.cli.running import finish, world_of
    from steersman.plan.build import Options

    name, world, redact = call.arguments[0], world_of(call), new_redactor()
    report = drift.run(name, world, redact)
    status = show_report(call, report)
    if not call["fix"] or not report.has_changes:
        return status
    if report.problems:
        raise PlanError(f"the drift cannot be taken back: {report.problems[0]}", code="plan-would-fail")
    options = Options(
        timeout=call["timeout"], wait=strategy, wait_for_jobs=call["wait-for-jobs"], description=call["description"]
    )
    limit = call["history-max"] if call.given("history-max") else call.settings.max_history
    release = finish(drift.fix(name, world, options, history_max=limit))
    left = [one for one in drift.run(name, world, redact).objects if one.changes]
    if left:
        raise PlanError(
            f"revision {release.version} was applied, and {left[0].ref} differs from it still",
            code="drift-left",
            hint="something changes it back, or the release is applied client-side, which cannot see such changes",
        )
    error(f"The drift is taken back: revision {release.version} of {name} is what revision {report.before} was.")
    return 0
