"""What a command that died has left behind, and how the next one goes on. See docs/recovery.md.

A record that says `pending-…` or `uninstalling` is either somebody's who works on it, or a dead one's. Ours tell who wrote them:
whoever holds the lock of the release knows that every other holder is dead. Plain Helm's do not, nor do those written where no
Lease could be made: they are taken for dead when they are older than the pending timeout, by the API server's clock.

A dead attempt is marked as failed, and the next command goes on with its own work: it takes the objects of dead attempts for its
own, removes those that it does not want, and does not run again what hooks of the same work have done.
"""

from __future__ import annotations

import time

from steersman.actions.lock import exclusively, named
from steersman.actions.targets import of_manifest, read_objects, resolve
from steersman.chart.names import release_name_error
from steersman.errors import UsageError
from steersman.execute.events import Warned
from steersman.execute.ledger import place_of
from steersman.objects.ownership import is_owned
from steersman.plan.build import HookTargets
from steersman.records import Record
from steersman.release.attempts import interrupted, is_interrupted, is_under_way, traces_of, verb_of
from steersman.release.history import last, not_found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from typing import Any

    from steersman.actions.connect import World
    from steersman.execute.events import Event
    from steersman.objects.refs import Ref
    from steersman.plan.steps import Target
    from steersman.release.model import Hook, Release

    Earlier = Mapping[tuple[str, int], HookTargets]


class Recovered(Record):
    """What `recover` found: the last revision as it is now, and whether it was changed; of its objects, how many exist."""

    release: Release
    changed: bool
    wanted: int = 0
    found: int = 0
    young: float | None = None
    """Seconds since the record was written, where it is too young to be taken over."""


def run(name: str, world: World) -> Generator[Event, None, Recovered]:
    """Marks a dead attempt as failed, and does nothing else. Raises ReleaseError when there is no such release."""
    world.check_reachable()
    if release_name_error(name):
        raise UsageError(f"release name is invalid: {name}")
    return (yield from exclusively(name, "recover", world, lambda: _run(name, world)))


def _run(name: str, world: World) -> Generator[Event, None, Recovered]:
    before = world.history(name)
    history = yield from settle(name, world, before)
    newest = last(history)
    if newest is None:
        raise not_found()
    if is_under_way(newest):
        return Recovered(newest, False, young=_age(newest, world))
    if not is_interrupted(newest):
        return Recovered(newest, False)
    targets = of_manifest(newest.manifest, world, "release manifest")
    live = world.observe([target.ref for target in targets])
    return Recovered(newest, newest != last(before), len(targets), len(live))


def settle(name: str, world: World, history: Sequence[Release] | None = None) -> Generator[Event, None, list[Release]]:
    """The history of a release, its last attempt marked as failed if that is dead; says so."""
    found = list(world.history(name) if history is None else history)
    newest = last(found)
    if newest is None or not is_under_way(newest) or not is_dead(newest, world):
        return found
    trace = world.store.trace(name, newest.version)
    marked = interrupted(newest)
    world.ports().store.update(marked, attempt=trace.attempt)
    whose = f"of {named(trace.attempt.holder)} " if trace.attempt is not None else ""
    yield Warned(
        f"revision {newest.version} of {name} was {newest.info.status}: the {verb_of(newest)} {whose}ended without a verdict; it is marked as failed"
    )
    return [marked if one.version == marked.version else one for one in found]


def is_dead(release: Release, world: World) -> bool:
    """Whether nobody works any more on what this record says is under way."""
    trace = world.store.trace(release.name, release.version)
    if trace.attempt is not None and world.lock is not None and world.lock.is_held:
        return True  # every holder but us is dead, and we ourselves are only beginning
    return world.pending_timeout <= 0 or _age(release, world) >= world.pending_timeout


def _age(release: Release, world: World) -> float:
    """Seconds since a record was written: by the API server's clock, where both times are known of it."""
    written = world.store.trace(release.name, release.version).written
    server_now = world.lock.server_now() if world.lock is not None else None
    if written is not None and server_now is not None:
        return server_now - written
    if written is None:
        moment = release.info.last_deployed
        written = moment.unix_nano() / 1e9 if moment is not None else 0.0
    return time.time() - written


def leftovers(history: Sequence[Release], known: Sequence[Target], world: World) -> list[Target]:
    """The objects that dead attempts may have made, or have not come to remove, which are not among the known ones."""
    if not history or not is_interrupted(history[-1]):
        return []
    seen = {target.ref.identity for target in known}
    found: list[Target] = []
    for release in traces_of(history):
        for target in of_manifest(release.manifest, world, f"manifest of revision {release.version}"):
            if target.ref.identity not in seen:
                seen.add(target.ref.identity)
                found.append(target)
    return found


def still_ours(targets: Sequence[Target], live: Mapping[Ref, dict[str, Any]], release: str, namespace: str) -> list[Target]:
    """Those that exist and carry the release's ownership metadata."""
    return [target for target in targets if target.ref in live and is_owned(live[target.ref], release, namespace)]


def earlier_hooks(history: Sequence[Release], release: Release, verb: str, world: World) -> Earlier:
    """The hooks that a dead attempt at the same work began or ran: the last revision's, if it died over the same verb with the
    same chart and values (of a rollback: to the same revision). Empty with `rerun_hooks`."""
    newest = last(history)
    if world.rerun_hooks or newest is None or not is_interrupted(newest, verb) or not _is_same_work(newest, release):
        return {}
    baseline = {place_of(hook, release.hooks): hook for hook in release.hooks}
    ran: list[Hook] = []
    for hook in newest.hooks:
        first = baseline.get(place_of(hook, newest.hooks))
        if first is not None and hook.last_run.phase and hook.last_run != first.last_run:
            ran.append(hook)
    return _with_targets(ran, newest, world)


def hooks_since(release: Release, since: float, world: World) -> Earlier:
    """The hooks of this very record that were begun at or after a time (Unix seconds of whoever ran them)."""
    if world.rerun_hooks:
        return {}
    ran = [
        hook
        for hook in release.hooks
        if hook.last_run.started_at is not None and hook.last_run.started_at.unix_nano() >= int(since * 1e9)
    ]
    return _with_targets(ran, release, world)


def _with_targets(hooks: Sequence[Hook], release: Release, world: World) -> Earlier:
    return {
        place_of(hook, release.hooks): HookTargets(
            hook, tuple(resolve(read_objects(hook.text, source=hook.path), world, source=hook.path))
        )
        for hook in hooks
    }


def _is_same_work(dead: Release, release: Release) -> bool:
    if dead.info.rollback_revision or release.info.rollback_revision:
        return dead.info.rollback_revision == release.info.rollback_revision
    return _timeless(dead.chart) == _timeless(release.chart) and dict(dead.config or {}) == dict(release.config or {})


def _timeless(value: Any) -> Any:
    """A stored chart without the times of its files, which another checkout has not."""
    if isinstance(value, dict):
        return {name: _timeless(inner) for name, inner in value.items() if name not in {"modtime", "schemamodtime"}}
    if isinstance(value, (list, tuple)):
        return [_timeless(inner) for inner in value]
    return value
