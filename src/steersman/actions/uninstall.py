"""`uninstall`: a release's objects go, and its history unless it is to be kept. Helm 4: pkg/action/uninstall.go."""

from __future__ import annotations

from steersman.actions import recover
from steersman.actions.execution import execute
from steersman.actions.lock import exclusively
from steersman.actions.targets import of_hooks, read_objects, resolve
from steersman.chart.names import release_name_error
from steersman.errors import ClusterError, Error, ReleaseError, UsageError
from steersman.execute.events import Warned
from steersman.manifest import parse_manifest
from steersman.objects.kinds import UNINSTALL_ORDER
from steersman.objects.ownership import is_owned
from steersman.plan import build
from steersman.records import Record
from steersman.release.attempts import traces_of
from steersman.release.history import all_deployed, not_found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from steersman.actions.connect import World
    from steersman.execute.events import Event
    from steersman.manifest.model import Resource
    from steersman.plan.steps import Target
    from steersman.release.model import Release


class Uninstall(Record):
    """What to uninstall, and how."""

    name: str
    options: build.Options = build.Options()
    keep_history: bool = False
    ignore_not_found: bool = False
    dry_run: bool = False


class Uninstalled(Record):
    """What was done. `information` tells of objects that stayed; `release` is None when there was nothing to do."""

    release: Release | None
    information: str = ""


class _Choice(Record):
    delete: tuple[Target, ...]
    information: str
    warnings: tuple[str, ...]


def run(request: Uninstall, world: World) -> Generator[Event, None, Uninstalled]:
    """Uninstalls; yields events. Raises ReleaseError when there is no such release, Error when objects could not be deleted."""
    world.check_reachable()
    if release_name_error(request.name):
        raise UsageError(f"uninstall: Release name is invalid: {request.name}")
    if request.dry_run:
        return (yield from _run(request, world))
    return (yield from exclusively(request.name, "uninstall", world, lambda: _run(request, world)))


def _run(request: Uninstall, world: World) -> Generator[Event, None, Uninstalled]:
    history = world.history(request.name) if request.dry_run else (yield from recover.settle(request.name, world))
    if not history:
        if request.ignore_not_found:
            return Uninstalled(None)
        raise ReleaseError(f"uninstall: Release not loaded: {request.name}: {not_found()}", code="not-found")
    release = history[-1]
    if request.dry_run:
        return Uninstalled(release, _kept_text(_split(release)[0]))
    if release.info.status == "uninstalled":
        if request.keep_history:
            raise ReleaseError(f'the release named "{request.name}" is already deleted')
        for one in history:
            world.ports().store.delete(one.name, one.version)
        return Uninstalled(release)
    earlier = _earlier(release, world)
    choice = _choose(release, traces_of(history), world)
    for warning in choice.warnings:
        yield Warned(warning)
    hooks = of_hooks(release.hooks, world) if request.options.hooks else []
    plan = build.uninstall(
        release,
        choice.delete,
        hooks,
        request.options,
        history=[one.version for one in history],
        deployed=[one.version for one in all_deployed(history)],
        keep_history=request.keep_history,
    )
    outcome = yield from execute(plan, world, release, earlier=earlier)
    if outcome.error is not None:
        from steersman.plan.steps import Remove

        if any(isinstance(step, Remove) for step, _ in outcome.failed):
            raise Error(
                f"failed to delete release: {request.name}", code=outcome.error.code, hint=str(outcome.error)
            ) from outcome.error
        raise outcome.error
    return Uninstalled(outcome.release or release, choice.information)


def _earlier(release: Release, world: World) -> recover.Earlier:
    """The hooks that an uninstallation ran which died: it wrote on the release's own record when it began."""
    attempt = world.store.trace(release.name, release.version).attempt
    if attempt is None or attempt.verb != "uninstall" or world.lock is None or not world.lock.is_held:
        return {}
    world.lock.attempt = world.lock.attempt.replace(since=attempt.since)
    return recover.hooks_since(release, attempt.since, world)


def _split(release: Release) -> tuple[list[Resource], list[Resource]]:
    """(resources to keep, resources to delete) in the order to delete them; those with a policy that means nothing in neither."""
    resources = parse_manifest(release.manifest, UNINSTALL_ORDER)
    kept = [resource for resource in resources if resource.is_kept]
    return kept, [resource for resource in resources if not resource.is_kept and not resource.is_forgotten]


def _kept_text(kept: Sequence[Resource]) -> str:
    if not kept:
        return ""
    return "These resources were kept due to the resource policy:\n" + "".join(f"[{one.kind}] {one.name}\n" for one in kept)


def _choose(release: Release, traces: Sequence[Release], world: World) -> _Choice:
    """What is to be deleted: objects that exist and are this release's, those of dead attempts (`traces`) among them. Raises Error
    for a record that cannot be read."""
    try:
        kept, wanted = _split(release)
        seen = {(one.kind, one.name) for one in (*kept, *wanted)}
        for older in traces:
            if older.version != release.version:
                more = [one for one in _split(older)[1] if (one.kind, one.name) not in seen]
                seen.update((one.kind, one.name) for one in more)
                wanted += more
    except Error as error:
        error.message = f"corrupted release record. You must manually delete the resources: {error.message}"
        raise
    targets: list[Target] = []
    unservable: list[str] = []
    for resource in wanted:
        try:
            targets += resolve(read_objects(resource.text), world)
        except ClusterError as error:
            # A kind that is not served any more has no objects that could be deleted.
            if error.code != "no-match":
                raise
            unservable.append(
                f"{resource.kind} {resource.name}: its kind is not served any more, so nothing of it is left to delete"
            )
    live = world.observe([target.ref for target in targets])
    ours: list[Target] = []
    foreign: list[Target] = []
    for target in targets:
        if target.ref in live:
            (ours if is_owned(live[target.ref], release.name, release.namespace) else foreign).append(target)
    text = _kept_text(kept)
    if foreign:
        text += "\n" if text else ""
        text += f"{len(foreign)} resource(s) were not deleted because they are not owned by this release:\n"
        text += "".join(f"[{target.ref.kind}] {target.ref.name}\n" for target in foreign)
    warnings = [f"skipping delete of resource not owned by this release: {target.ref}" for target in foreign]
    return _Choice(tuple(ours), text, (*warnings, *unservable))
