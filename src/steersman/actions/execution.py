"""A plan executed in a world: the events go on to the door, the outcome comes back to the verb."""

from __future__ import annotations

from steersman.execute.run import Outcome, Run
from steersman.plan.failure import after_failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from steersman.actions.connect import World
    from steersman.execute.events import Event
    from steersman.plan.build import HookTargets
    from steersman.plan.steps import Plan
    from steersman.release.model import Release


def execute(
    plan: Plan,
    world: World,
    release: Release | None,
    *,
    earlier: Mapping[tuple[str, int], HookTargets] | None = None,
) -> Generator[Event, None, Outcome]:
    """Runs a plan. `release` is the record that the plan changes, None when the plan begins it; `earlier` are the hooks that a
    dead attempt at the same work ran (`actions.recover.earlier_hooks`)."""
    running = Run(plan, world.ports(), world.deadline, release, earlier)
    yield from running
    assert running.outcome is not None
    return running.outcome


def fail(
    plan: Plan, release: Release, outcome: Outcome, world: World, *, supersede: int = 0, clean_up: bool = False
) -> Generator[Event, None, Release]:
    """Records a failure, and takes back what is to be taken back. Returns the record as it is then.

    The record's own failure is not raised: the first error is the one to tell.
    """
    assert outcome.error is not None
    undo = after_failure(plan, release, outcome.error, outcome.failed, outcome.created, supersede=supersede, clean_up=clean_up)
    if not undo.steps:
        return release
    running = Run(undo, world.ports(), world.after_deadline(), release)
    yield from running
    assert running.outcome is not None
    if running.outcome.error is not None:
        outcome.error.hint = outcome.error.hint or f"the record could not be changed: {running.outcome.error}"
    return running.outcome.release or release
