"""What `plan`, `diff`, `drift` and `apply` have in common: their flags, their exit statuses, and the file of a saved plan."""

from __future__ import annotations

from steersman.cli.console import error, write
from steersman.cli.flags import Flag
from steersman.errors import PlanError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from steersman.actions.plan import Planned
    from steersman.cli.invocation import Invocation
    from steersman.plan.differences import Report

SAVE = Flag("save", "string", "", "write the plan to this file, for `apply`; it holds the release's Secrets")

NOT_OF_PLANS = ("dry-run", "hide-secret", "hide-notes")
"""Flags of install and upgrade that a plan does not take: it is a dry run, shows no Secret and no notes."""

MAX_PLAN_BYTES = 256 * 1024 * 1024

CHANGES = 2
"""The exit status of what changes, or differs."""


def as_plan(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """The flags, those that make no sense with a plan hidden."""
    found = {flag.name: flag for flag in flags}
    return tuple(flag.replace(hidden=True) if flag.name in NOT_OF_PLANS else flag for flag in found.values())


def check_plan_flags(call: Invocation) -> None:
    """Raises UsageError for flags that a plan does not take."""
    from steersman.cli.flagsets import exclusive, output_format

    output_format(call)
    exclusive(call, "force-replace", "force-conflicts")
    exclusive(call, "force", "force-conflicts")
    for name in NOT_OF_PLANS:
        if call.given(name):
            raise UsageError(f"--{name} means nothing with plan, which changes nothing")


def show_report(call: Invocation, report: Report) -> int:
    """Prints a report and gives the exit status that it means."""
    from steersman.cli.flagsets import output_format
    from steersman.cli.views.differences import paint_of
    from steersman.cli.views.plans import report_view

    write(report_view(report, output_format(call), paint_of(call.settings.color)))
    return CHANGES if report.has_changes else 0


def show_plan(call: Invocation, planned: Planned) -> int:
    """Prints a plan and saves it if asked. Raises PlanError, after printing, when the plan would fail: that is not saved."""
    status = show_report(call, planned.report)
    problems = planned.report.problems
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise PlanError(f"this plan would fail: {problems[0]}{more}", code="plan-would-fail")
    if call["save"]:
        from steersman.plan.saved import dump

        write_private(call["save"], dump(planned.saved))
        error(f"The plan is saved: `{call.program} apply {call['save']}` carries it out.")
    return status


def write_private(path: str, text: str) -> None:
    """Writes a file that only its owner can read, as a whole or not at all. Raises UsageError where it cannot be written."""
    import contextlib
    import os
    import tempfile

    try:
        descriptor, fresh = tempfile.mkstemp(prefix=".plan-", dir=os.path.dirname(path) or ".")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
            os.replace(fresh, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(fresh)
            raise
    except OSError as problem:
        raise UsageError(f"cannot write {path}: {(problem.strerror or str(problem)).lower()}") from None


def read_plan(path: str) -> bytes:
    """What a saved plan's file holds. Raises PlanError for one that cannot be read, or is too long."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_PLAN_BYTES + 1)
    except OSError as problem:
        raise PlanError(f"open {path}: {(problem.strerror or str(problem)).lower()}", code="plan-missing") from None
    if len(data) > MAX_PLAN_BYTES:
        raise PlanError(f"{path} is longer than {MAX_PLAN_BYTES} bytes", code="limit")
    return data
