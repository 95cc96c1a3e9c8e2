"""`rollback`: a new revision with an earlier one's objects. Nothing is rendered. Helm 4: pkg/action/rollback.go."""

from __future__ import annotations

from steersman.actions import recover
from steersman.actions.execution import execute, fail
from steersman.actions.lock import exclusively
from steersman.actions.targets import as_owned, of_hooks, of_manifest, refs
from steersman.actions.world import use_server_side
from steersman.chart.names import release_name_error
from steersman.errors import ReleaseError, UsageError
from steersman.plan import build
from steersman.records import Record
from steersman.release.attempts import is_interrupted
from steersman.release.history import all_deployed, rollback_target, to_prune
from steersman.release.model import Info, Release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from steersman.actions.connect import World
    from steersman.execute.events import Event

MAX_DESCRIPTION = 256
"""Characters of --description."""


class Rollback(Record):
    """Where to go back to: `revision` 0 is the one before the last."""

    name: str
    revision: int = 0
    options: build.Options = build.Options()
    server_side: str = "auto"
    dry_run: str = "none"
    cleanup_on_fail: bool = False
    history_max: int = 0


def run(request: Rollback, world: World) -> Generator[Event, None, Release]:
    """Rolls back; yields events and returns the new revision as recorded."""
    if len(request.options.description) > MAX_DESCRIPTION:
        raise UsageError(f"description must be {MAX_DESCRIPTION} characters or less, got {len(request.options.description)}")
    world.check_reachable()
    if release_name_error(request.name):
        raise UsageError(f"prepareRollback: Release name is invalid: {request.name}")
    if request.dry_run != "none":
        return (yield from _run(request, world))
    return (yield from exclusively(request.name, "rollback", world, lambda: _run(request, world)))


def _run(request: Rollback, world: World) -> Generator[Event, None, Release]:
    dry = request.dry_run != "none"
    history = world.history(request.name) if dry else (yield from recover.settle(request.name, world))
    wanted = request.revision
    if not wanted and history and is_interrupted(history[-1], "rollback"):
        wanted = history[-1].info.rollback_revision  # what the dead attempt was to do, not what its own number makes of it
    try:
        found = rollback_target(history, wanted)
    except ReleaseError as error:
        error.hint = error.hint or f"`history {request.name}` lists the revisions that there are"
        raise
    current, revision = history[-1], found.version
    server_side = use_server_side(request.server_side, found.apply_method)
    options = request.options.replace(server_side=server_side)
    release = Release(
        name=request.name,
        namespace=current.namespace,
        version=current.version + 1,
        info=Info(
            first_deployed=current.info.first_deployed,
            last_deployed=world.now(),
            status="pending-rollback",
            notes=found.info.notes,
            rollback_revision=revision,
            description=options.description or f"Rollback to {revision}",
        ),
        chart=found.chart,
        config=found.config,
        manifest=found.manifest,
        hooks=found.hooks,
        labels=found.labels,
        apply_method="ssa" if server_side else "csa",
    )
    if dry:
        return release
    before = of_manifest(current.manifest, world, "current release manifest")
    targets = as_owned(of_manifest(release.manifest, world, "new release manifest"), request.name, current.namespace)
    hooks = of_hooks(release.hooks, world) if options.hooks else []
    left = recover.leftovers(history, before, world)
    existing = world.observe([ref for ref in {*refs(before), *refs(targets), *refs(left)} if ref.name])
    before += recover.still_ours(left, existing, request.name, current.namespace)
    deployed = [one.version for one in all_deployed(history)]
    plan = build.rollback(
        release,
        current,
        targets,
        before,
        existing,
        hooks,
        options,
        deployed=deployed,
        forget=[one.version for one in to_prune(history, request.history_max)],
    )
    outcome = yield from execute(plan, world, None, earlier=recover.earlier_hooks(history, release, "rollback", world))
    done = outcome.release or release
    if outcome.error is None:
        return done
    yield from fail(plan, done, outcome, world, supersede=current.version, clean_up=request.cleanup_on_fail)
    raise outcome.error
