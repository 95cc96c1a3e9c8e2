"""How one object is brought to what the chart says: server-side apply, three-way merge, replacement.

Helm 4: pkg/kube/client.go (Create, Update, patchResourceServerSide, patchResourceClientSide, replaceResource,
upgradeClientSideFieldManager). The name of the field manager is Helm's own, so that both tools own the same fields.
"""

from __future__ import annotations

from steersman.errors import AlreadyExists, ClusterError, Conflict, Error, NotFound
from steersman.objects import patches
from steersman.objects.managed_fields import upgrade_patch
from steersman.objects.names import FIELD_MANAGER
from steersman.objects.refs import group_version_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from steersman.execute.ports import Cluster
    from steersman.plan.steps import Apply, Target

QUOTA_RETRIES = 5
"""How often a write that lost a race for a ResourceQuota is tried. client-go: retry.DefaultRetry."""
QUOTA_PAUSE = 0.01
"""Seconds before the first of these."""


class Applier:
    """Applies single objects through a Cluster."""

    def __init__(self, cluster: Cluster, sleep: Callable[[float], None]) -> None:
        self._cluster = cluster
        self._sleep = sleep

    def do(self, step: Apply) -> str:
        """Applies one object; returns "created", "configured" or "unchanged". Raises ClusterError with Helm's texts."""
        if step.action == "create":
            return self._create(step)
        if step.action == "replace":
            return self._replace(step)
        if step.method == "ssa":
            if step.adopt_fields:
                self._adopt_fields(step.target)
            self.apply(step.target, force=step.force_conflicts)
            return "configured"
        return self._merge(step)

    def _create(self, step: Apply) -> str:
        target = step.target
        if step.method == "ssa" and target.ref.name:
            self.apply(target, force=step.force_conflicts)
            return "created"
        self.create(target)
        return "created"

    def create(self, target: Target) -> dict[str, Any]:
        """Creates the object. One that is there already with this content by our hand is this very creation's, whose answer was
        lost. Raises AlreadyExists for any other."""
        try:
            return self._retry_quota(
                lambda: self._cluster.create(target.object, namespace=target.ref.namespace, field_manager=FIELD_MANAGER)
            )
        except AlreadyExists:
            live = self._cluster.get(target.ref) if target.ref.name else {}
            if not is_own_work(live, target.object):
                raise
            return live

    def apply(self, target: Target, *, force: bool) -> dict[str, Any]:
        """Server-side apply of the whole object."""
        ref = target.ref
        place = f"{ref.namespace}/{ref.name} {group_version_kind(ref.api_version, ref.kind)}"
        try:
            return self._retry_quota(
                lambda: self._cluster.apply(
                    target.object, namespace=ref.namespace, field_manager=FIELD_MANAGER, force=force, field_validation="Strict"
                )
            )
        except Conflict as error:
            error.message = f"conflict occurred while applying object {place}: {error.message}"
            error.hint = error.hint or "--force-conflicts takes the fields over from their managers"
            raise
        except ClusterError as error:
            if error.http_status == 415:
                error.message = f"server-side apply not available on the server: {error.message}"
            else:
                error.message = f"server-side apply failed for object {place}: {error.message}"
            raise

    def _replace(self, step: Apply) -> str:
        target = step.target
        try:
            live = self._cluster.get(target.ref)
            body = dict(target.object)
            body["metadata"] = {**body.get("metadata", {}), "resourceVersion": live["metadata"]["resourceVersion"]}
            self._cluster.replace(body, namespace=target.ref.namespace, field_manager=FIELD_MANAGER, field_validation="Strict")
        except Error as error:
            if isinstance(error, Conflict) and is_own_work(self._cluster.get(target.ref), target.object):
                return "configured"  # the answer to the replacement was lost
            error.message = f"failed to replace object: {error.message}"
            error.hint = error.hint or "immutable fields change only when the object is deleted and made again"
            raise
        return "configured"

    def _merge(self, step: Apply) -> str:
        """Client-side apply: a three-way strategic merge for types that have a schema, a JSON merge for all others."""
        target, ref = step.target, step.target.ref
        live = self._cluster.get(ref)
        previous = step.previous if step.previous is not None else live
        try:
            if patches.has_merge_schema(ref.api_version, ref.kind):
                body, kind = patches.three_way_strategic(previous, target.object, live, ref.api_version, ref.kind), "strategic"
            elif step.three_way:
                body, kind = patches.three_way_json(previous, target.object, live), "merge"
            else:
                body, kind = patches.create_json_merge(previous, target.object), "merge"
        except Error as error:
            error.message = f"failed to create patch: {error.message}"
            raise
        if not body:
            return "unchanged"
        try:
            self._cluster.patch(ref, body, kind=kind, field_manager=FIELD_MANAGER)
        except Error as error:
            error.message = f'cannot patch "{ref.name}" with kind {ref.kind}: {error.message}'
            raise
        return "configured"

    def _adopt_fields(self, target: Target) -> None:
        """Moves the fields that client-side apply owned under our name over to server-side apply, once."""
        for attempt in range(QUOTA_RETRIES):
            try:
                live = self._cluster.get(target.ref)
                body = upgrade_patch(live, {FIELD_MANAGER}, FIELD_MANAGER)
                if body:
                    self._cluster.patch(target.ref, body, kind="json", field_manager=FIELD_MANAGER)
            except NotFound:
                return
            except Conflict:
                if attempt == QUOTA_RETRIES - 1:
                    raise
            else:
                return

    def _retry_quota(self, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        pause = QUOTA_PAUSE
        for _ in range(QUOTA_RETRIES - 1):
            try:
                return call()
            except Conflict as error:
                details = (error.status or {}).get("details")
                if not (isinstance(details, dict) and details.get("kind") == "resourcequotas"):
                    raise
            self._sleep(pause)
            pause *= 2
        return call()


def is_own_work(live: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a live object was last written under our name and holds all that was to be written."""
    entries = (live.get("metadata") or {}).get("managedFields") or ()
    return any(entry.get("manager") == FIELD_MANAGER for entry in entries) and _holds(live, wanted)


def _holds(live: object, wanted: object) -> bool:
    """Whether all that is wanted is there; what the server added does not matter."""
    if isinstance(wanted, dict):
        return isinstance(live, dict) and all(
            _holds(live.get(name), value) for name, value in wanted.items() if value is not None
        )
    if isinstance(wanted, list):
        return isinstance(live, list) and len(live) == len(wanted) and all(map(_holds, live, wanted))
    return live == wanted
