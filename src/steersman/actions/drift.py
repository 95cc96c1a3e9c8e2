"""`drift`: what somebody or something else did to a release's objects, and taking it back.

The record is the measure: of each object the server is asked, in a dry run, what it would be if the record were applied again;
where that is not what it is now, it has drifted. Fields that the record does not speak of, and that others set, are no drift.
"""

from __future__ import annotations

from steersman.actions import rollback
from steersman.actions.plan import ownership_of
from steersman.actions.prediction import predict, side_by_side
from steersman.actions.targets import as_owned, of_manifest, refs
from steersman.chart.names import release_name_error
from steersman.errors import UsageError
from steersman.plan.build import Options
from steersman.plan.differences import (
    CHANGE,
    DELETE,
    FREE,
    REPLACE,
    UNCHANGED,
    Difference,
    Redactor,
    Report,
    compare,
    mark_immutable,
)
from steersman.plan.steps import Apply
from steersman.release.history import deployed, last, not_found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from steersman.actions.connect import World
    from steersman.execute.events import Event
    from steersman.plan.steps import Target
    from steersman.release.model import Release


def run(name: str, world: World, redact: Redactor) -> Report:
    """How the live objects differ from the deployed revision (the last one, where none is): "before" is as recorded.

    Raises ReleaseError where there is no release.
    """
    world.check_reachable()
    release = _measure(name, world)
    targets = as_owned(of_manifest(release.manifest, world, "current release manifest"), name, release.namespace)
    named = [target for target in targets if target.ref.name]
    live = world.observe(refs(named))

    def look(target: Target) -> Difference:
        found = live.get(target.ref)
        if found is None:
            return Difference(target.ref, DELETE, FREE, "it does not exist", compare(target.object, None, redact))
        step = Apply("", "", (), (), target, "update", "ssa", target.object, True, False, True, False)
        wanted = predict(step, found, world.cluster)
        changes = compare(wanted.object, found, redact)
        ownership = ownership_of(found, name, release.namespace, recorded=True)
        if wanted.immutable:
            fields = [field for field, _ in wanted.immutable]
            why = "it cannot be brought back: " + "; ".join(f"{field}: {why}" for field, why in wanted.immutable)
            return Difference(
                target.ref, REPLACE, ownership, why, mark_immutable(changes, fields), (*wanted.problems, why), wanted.by
            )
        action = CHANGE if changes else UNCHANGED
        return Difference(target.ref, action, ownership, "", changes, wanted.problems, wanted.by)

    objects = tuple(side_by_side(look, named))
    return Report("drift", name, release.namespace, release.version, release.version, objects)


def fix(name: str, world: World, options: Options, *, history_max: int = 0) -> Generator[Event, None, Release]:
    """Applies the deployed revision again, as a revision of its own; its hooks do not run. Fields are taken over from whoever set
    them. Raises what a rollback raises."""
    release = _measure(name, world)
    request = rollback.Rollback(
        name,
        release.version,
        options.replace(
            hooks=False,
            force_conflicts=True,
            description=options.description or f"Drift from revision {release.version} taken back",
        ),
        history_max=history_max,
    )
    return (yield from rollback.run(request, world))


def _measure(name: str, world: World) -> Release:
    if release_name_error(name):
        raise UsageError(f"release name is invalid: {name}")
    history = world.history(name)
    found = deployed(history) or last(history)
    if found is None:
        raise not_found()
    return found
