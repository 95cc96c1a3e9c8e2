"""`diff revision`: two recorded revisions of a release compared, object by object. The cluster's objects are not looked at."""

from __future__ import annotations

from steersman.actions import get
from steersman.actions.plan import by_name, hook_state
from steersman.actions.targets import read_objects
from steersman.errors import Error
from steersman.objects.names import RESOURCE_POLICY, RESOURCE_POLICY_KEEP
from steersman.objects.refs import Ref, ref_of
from steersman.plan.differences import (
    CHANGE,
    CREATE,
    DELETE,
    KEEP,
    OURS,
    UNCHANGED,
    Change,
    Difference,
    HookRun,
    Redactor,
    Report,
    compare,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.actions.connect import World
    from steersman.release.model import Release

    Key = tuple[str, str, str, str, int]


def run(name: str, world: World, redact: Redactor, *, before: int, after: int = 0) -> Report:
    """What changed from one revision to another; `after` 0 is the last one. Raises ReleaseError where there is no such revision."""
    old = get.run(name, world, revision=before)
    new = get.run(name, world, revision=after)
    was, now = _objects(old), _objects(new)
    objects = []
    for key, (ref, obj) in now.items():
        if key not in was:
            objects.append(Difference(ref, CREATE, OURS, "", compare(None, obj, redact)))
            continue
        earlier, known = was[key]
        changes = compare(known, obj, redact)
        if earlier.api_version != ref.api_version:
            changes = (Change("apiVersion", earlier.api_version, ref.api_version), *changes)
        objects.append(Difference(ref, CHANGE if changes else UNCHANGED, OURS, "", changes))
    for key, (ref, obj) in was.items():
        if key not in now:
            kept = ((obj.get("metadata") or {}).get("annotations") or {}).get(RESOURCE_POLICY) == RESOURCE_POLICY_KEEP
            objects.append(Difference(ref, KEEP if kept else DELETE, OURS, "", compare(obj, None, redact)))
    return Report("diff", name, new.namespace, old.version, new.version, tuple(objects), (), _hooks(old, new))


def _objects(release: Release) -> dict[Key, tuple[Ref, dict[str, Any]]]:
    """The objects of a revision by what they are called; those whose names the server makes are told apart by their order."""
    found: dict[Key, tuple[Ref, dict[str, Any]]] = {}
    try:
        objects = read_objects(release.manifest)
    except Error as error:
        error.message = f"revision {release.version} of {release.name}: {error.message}"
        raise
    for obj in objects:
        ref = ref_of(obj)
        number = 0
        while (key := (*ref.identity, number)) in found:
            number += 1
        found[key] = ref, obj
    return found


def _hooks(old: Release, new: Release) -> tuple[HookRun, ...]:
    """The hooks of the new revision, one row an event."""
    before = by_name(old.hooks)
    return tuple(
        HookRun(event, hook.name, hook.kind, hook.path, hook.weight, hook_state(hook, before))
        for hook in new.hooks
        for event in hook.events
    )
