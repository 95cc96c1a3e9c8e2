"""`apply FILE`: carries out a plan that was saved, if the world is still the one that the plan was made for.

What is applied is the record in the file: nothing is rendered again. The check is made under the release's lock, so no other
action of ours moves the world between the check and the writing; a Helm that does meets the record of a revision that exists.
"""

from __future__ import annotations

from steersman.actions import install as installation
from steersman.actions import upgrade as upgrading
from steersman.actions.execution import execute
from steersman.actions.lock import exclusively
from steersman.actions.plan import cluster_id, foresee
from steersman.errors import PlanError
from steersman.plan import build
from steersman.plan.saved import Saved, moved
from steersman.release.stored import chart_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from steersman.actions.connect import World
    from steersman.chart.files import Note
    from steersman.execute.events import Event
    from steersman.release.model import Release

MAX_REASONS = 5
"""How many of the things that moved are named."""


def run(plan: Saved, world: World, tell: Callable[[Note], None]) -> Generator[Event, None, Release]:
    """Carries out the plan; yields events and returns the release as recorded.

    Raises PlanError (code "plan-stale") when the world has moved; nothing was touched then. Raises what the action raises.
    """
    world.check_reachable()
    return (yield from exclusively(plan.release.name, plan.action, world, lambda: _run(plan, world, tell)))


def _run(plan: Saved, world: World, tell: Callable[[Note], None]) -> Generator[Event, None, Release]:
    release = plan.release
    history = world.history(release.name)
    check_unmoved(plan, world, history)
    now = world.now()
    info = release.info.replace(last_deployed=now)
    if plan.action == "install":
        return (yield from _install(plan, release.replace(info=info.replace(first_deployed=now)), history, world))
    return (yield from _upgrade(plan, release.replace(info=info), history, world, tell))


def check_unmoved(plan: Saved, world: World, history: Sequence[Release]) -> None:
    """Raises PlanError when the world is not the one that the plan was made for."""
    foresee(plan.definitions, world)
    live = world.observe([fence.ref for fence in plan.fences])
    world.forget_discovery()
    reasons = moved(plan, cluster_id(world), history, live)
    if reasons:
        more = [f"and {len(reasons) - MAX_REASONS} more"] if len(reasons) > MAX_REASONS else []
        raise PlanError(
            "the world has moved since the plan was made: " + "; ".join([*reasons[:MAX_REASONS], *more]),
            code="plan-stale",
            hint="nothing was changed; make the plan again",
        )


def _install(plan: Saved, release: Release, history: Sequence[Release], world: World) -> Generator[Event, None, Release]:
    settings = plan.settings
    request = installation.Install(
        name=release.name,
        chart=chart_of(release.chart or {}),
        config=dict(release.config or {}),
        options=plan.options,
        create_namespace=bool(settings.get("create_namespace")),
        replace_name=bool(settings.get("replace_name")),
        labels=release.labels,
        rollback_on_failure=bool(settings.get("rollback_on_failure")),
    )
    if plan.definitions:
        definitions = build.definitions(release.name, world.namespace, plan.definitions, plan.options)
        outcome = yield from execute(definitions, world, None)
        if outcome.error is not None:
            raise outcome.error
        world.forget_discovery()
    checked = installation.check(release, world, plan.options)
    ready = installation.plan(request, release, checked, history, world, plan.options)
    return (yield from installation.carry_out(request, ready, world))


def _upgrade(
    plan: Saved, release: Release, history: Sequence[Release], world: World, tell: Callable[[Note], None]
) -> Generator[Event, None, Release]:
    settings = plan.settings
    request = upgrading.Upgrade(
        name=release.name,
        chart=chart_of(release.chart or {}),
        config=dict(release.config or {}),
        options=plan.options,
        server_side=str(settings.get("server_side", "auto")),
        rollback_on_failure=bool(settings.get("rollback_on_failure")),
        cleanup_on_fail=bool(settings.get("cleanup_on_fail")),
        history_max=int(settings.get("history_max", 0)),
    )
    base = upgrading.base_of(history, release.name)
    checked = upgrading.check(release, base, world, plan.options)
    ready = upgrading.plan(release, base, checked, history, world, plan.options, history_max=request.history_max)
    return (yield from upgrading.carry_out(request, ready, world, tell))
