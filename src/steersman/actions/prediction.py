"""What the cluster would make of each step of a plan, asked of the cluster itself by a dry run, and written nowhere.

The call is the one that the step would make (`execute.apply`), with dryRun=All. Two cases need another: where the dry run is not
allowed (a webhook with side effects, no right to patch) the merge is done here, and the prediction says so; and where
the fields of client-side apply would first be moved over to server-side apply, which cannot be rehearsed, the merge of three
manifests foretells the same and a second rehearsal foretells the conflicts.
"""

from __future__ import annotations

from steersman.errors import AlreadyExists, ClusterError, Conflict, Error, Invalid, NotFound, Unreachable
from steersman.objects import patches
from steersman.objects.managed_fields import upgrade_patch
from steersman.objects.names import (
    FIELD_MANAGER,
    MANAGED_BY,
    RELEASE_NAME,
    RELEASE_NAMESPACE,
    RESOURCE_POLICY,
    RESOURCE_POLICY_KEEP,
)
from steersman.plan.differences import (
    CHANGE,
    CREATE,
    DELETE,
    KEEP,
    REPLACE,
    UNCHANGED,
    Difference,
    Redactor,
    compare,
    conflicts,
    immutable_fields,
    mark_immutable,
)
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TypeVar

    from steersman.kube.client import Client
    from steersman.objects.refs import Ref
    from steersman.plan.steps import Apply, Remove, Target

    T = TypeVar("T")
    R = TypeVar("R")
    Object = Mapping[str, Any]

PARALLEL = 8
"""Dry runs side by side."""

SERVER, CLIENT = "server", "client"


class Prediction(Record):
    """What an object would be. `immutable` are (field, why) that the server would not change; `problems` end the action."""

    object: Object
    by: str = SERVER
    problems: tuple[str, ...] = ()
    immutable: tuple[tuple[str, str], ...] = ()


def side_by_side(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """The results in order; the first error is raised."""
    from concurrent.futures import ThreadPoolExecutor

    todo = list(items)
    if len(todo) <= 1:
        return [work(item) for item in todo]
    with ThreadPoolExecutor(min(PARALLEL, len(todo))) as pool:
        return list(pool.map(work, todo))


def of_apply(
    step: Apply, live: Object | None, ownership: str, cluster: Client, redact: Redactor, *, coming: Callable[[Ref], bool]
) -> Difference:
    """What becomes of an object that the plan applies. `coming` says whether its namespace or kind is made before it is."""
    target, ref = step.target, step.target.ref
    if live is None:
        problems = _rehearse_creation(step, cluster, missing_is_well=coming(ref))
        return Difference(ref, CREATE, ownership, "", compare(None, as_written(target.object), redact), problems, SERVER)
    found = predict(step, live, cluster)
    changes = compare(live, found.object, redact)
    if found.immutable:
        fields = [field for field, _ in found.immutable]
        why = "replaces because " + "; ".join(f"{field}: {why}" if field else why for field, why in found.immutable)
        problem = (
            "it would have to be deleted and made anew, which no upgrade does: delete it first, or keep "
            f"{', '.join(fields)} as it is"
        )
        return Difference(ref, REPLACE, ownership, why, mark_immutable(changes, fields), (*found.problems, problem), found.by)
    return Difference(ref, CHANGE if changes else UNCHANGED, ownership, "", changes, found.problems, found.by)


def as_written(obj: Object) -> Object:
    """An object that is to be made, as the chart says it: without the ownership metadata that every object gets."""
    metadata = dict(obj.get("metadata") or {})
    for name, ours in (("labels", (MANAGED_BY,)), ("annotations", (RELEASE_NAME, RELEASE_NAMESPACE))):
        metadata[name] = {key: value for key, value in (metadata.get(name) or {}).items() if key not in ours}
    return {**obj, "metadata": metadata}


def of_removal(step: Remove, live: Object | None, ownership: str, redact: Redactor) -> Difference:
    """What becomes of an object that the plan deletes."""
    ref = step.target.ref
    if live is None:
        return Difference(ref, UNCHANGED, ownership, "it is gone already")
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    if step.respect_keep and annotations.get(RESOURCE_POLICY) == RESOURCE_POLICY_KEEP:
        return Difference(ref, KEEP, ownership, f"{RESOURCE_POLICY} says so: it stays, and is the release's no more")
    return Difference(ref, DELETE, ownership, step.why, compare(live, None, redact))


def predict(step: Apply, live: Object, cluster: Client) -> Prediction:
    """What an object that exists would be after the step. Raises Unreachable, and Unauthorized."""
    if step.action == "replace":
        return _asked(step, live, lambda: _replace(step, live, cluster))
    if step.method == "ssa" and not (step.adopt_fields and upgrade_patch(live, {FIELD_MANAGER}, FIELD_MANAGER)):
        return _asked(step, live, lambda: apply(step.target, cluster, force=step.force_conflicts), cluster)
    found = _asked(step, live, lambda: _patch(step, live, cluster))
    if step.method == "ssa" and not step.force_conflicts and not found.immutable:
        try:
            apply(step.target, cluster, force=False)
        except Conflict as error:
            others = [(manager, field) for manager, field in conflicts(error.status) if manager != FIELD_MANAGER]
            return found.replace(problems=(*found.problems, *_conflict_texts(others)))
        except ClusterError as error:
            if isinstance(error, Unreachable):
                raise
    return found


def apply(target: Target, cluster: Client, *, force: bool) -> Object:
    """The dry run of a server-side apply."""
    return cluster.apply(
        target.object,
        namespace=target.ref.namespace,
        field_manager=FIELD_MANAGER,
        force=force,
        field_validation="Strict",
        dry_run=True,
    )


def _asked(step: Apply, live: Object, call: Callable[[], Object], cluster: Client | None = None) -> Prediction:
    """Sorts the answers to a dry run."""
    try:
        return Prediction(call())
    except Conflict as error:
        named = conflicts(error.status)
        if not named or cluster is None:
            return Prediction(merged(step, live), CLIENT, (told(step.target.ref, error),))
        after = _asked(step, live, lambda: apply(step.target, cluster, force=True))
        return after.replace(problems=(*_conflict_texts(named), *after.problems))
    except Invalid as error:
        fixed = immutable_fields(error.status)
        if fixed:
            return Prediction(merged(step, live), CLIENT, (), fixed)
        return Prediction(merged(step, live), CLIENT, (told(step.target.ref, error),))
    except Unreachable:
        raise
    except ClusterError as error:
        if _is_no_dry_run(error):
            return Prediction(merged(step, live), CLIENT)
        return Prediction(merged(step, live), CLIENT, (told(step.target.ref, error),))


def _is_no_dry_run(error: ClusterError) -> bool:
    """Whether the refusal is of the dry run, and not of what it rehearses: webhooks with side effects, servers of old."""
    return (error.http_status == 400 and "does not support dry run" in error.message) or error.http_status in (405, 415)


def _conflict_texts(named: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    fields: dict[str, list[str]] = {}
    for manager, field in named:
        fields.setdefault(manager, []).append(field)
    return tuple(
        f'"{manager}" manages {", ".join(sorted(set(some)))}: --force-conflicts takes it over' for manager, some in fields.items()
    )


def told(ref: Ref, error: Error) -> str:
    """A refusal as it may be shown: of a Secret, the fields only, because the server repeats values."""
    if ref.kind != "Secret":
        return str(error)
    status = getattr(error, "status", None) or {}
    causes = (status.get("details") or {}).get("causes") or ()
    fields = sorted({str(cause.get("field", "")) for cause in causes if isinstance(cause, dict)} - {""})
    return f"the server refuses it ({error.code}{': ' + ', '.join(fields) if fields else ''})"


def _rehearse_creation(step: Apply, cluster: Client, *, missing_is_well: bool) -> tuple[str, ...]:
    target = step.target
    try:
        if step.method == "ssa" and target.ref.name:
            apply(target, cluster, force=step.force_conflicts)
        else:
            cluster.create(target.object, namespace=target.ref.namespace, field_manager=FIELD_MANAGER, dry_run=True)
    except NotFound as error:
        return () if missing_is_well else (told(target.ref, error),)
    except Unreachable:
        raise
    except ClusterError as error:
        return () if _is_no_dry_run(error) or isinstance(error, AlreadyExists) else (told(target.ref, error),)
    return ()


def rehearse_hook(target: Target, cluster: Client, *, server_side: bool, missing_is_well: bool) -> tuple[str, ...]:
    """Why an object of a hook could not be made; none when it can. One that is there from an earlier run is deleted first, so
    that it is there, and which of its fields are immutable, is no reason."""
    try:
        if server_side and target.ref.name:
            apply(target, cluster, force=True)
        else:
            cluster.create(target.object, namespace=target.ref.namespace, field_manager=FIELD_MANAGER, dry_run=True)
    except (AlreadyExists, Conflict):
        return ()
    except Invalid as error:
        return () if immutable_fields(error.status) else (told(target.ref, error),)
    except NotFound as error:
        return () if missing_is_well else (told(target.ref, error),)
    except Unreachable:
        raise
    except ClusterError as error:
        return () if _is_no_dry_run(error) else (told(target.ref, error),)
    return ()


def _replace(step: Apply, live: Object, cluster: Client) -> Object:
    body = dict(step.target.object)
    body["metadata"] = {**body.get("metadata", {}), "resourceVersion": (live.get("metadata") or {}).get("resourceVersion", "")}
    return cluster.replace(body, namespace=step.target.ref.namespace, field_manager=FIELD_MANAGER, dry_run=True)


def _patch(step: Apply, live: Object, cluster: Client) -> Object:
    body, kind = _merge(step, live)
    if not body:
        return live
    return cluster.patch(step.target.ref, body, kind=kind, field_manager=FIELD_MANAGER, dry_run=True)


def _merge(step: Apply, live: Object) -> tuple[dict[str, Any], str]:
    """The patch that client-side apply sends, and its kind (as `execute.apply` makes it)."""
    target, ref = step.target, step.target.ref
    previous = step.previous if step.previous is not None else live
    if patches.has_merge_schema(ref.api_version, ref.kind):
        return patches.three_way_strategic(previous, target.object, live, ref.api_version, ref.kind), "strategic"
    if step.three_way or step.method == "ssa":
        return patches.three_way_json(previous, target.object, live), "merge"
    return patches.create_json_merge(previous, target.object), "merge"


def merged(step: Apply, live: Object) -> Object:
    """What the object would be by our own reckoning, without the server's defaults."""
    ref = step.target.ref
    if step.action == "replace":
        return step.target.object
    body, kind = _merge(step, live)
    if kind == "strategic":
        return patches.apply_strategic(live, body, ref.api_version, ref.kind)
    found: Object = patches.apply_json_merge(live, body)
    return found
