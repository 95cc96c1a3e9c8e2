"""When an object is ready by Helm 3's rules, which `--wait=legacy` still asks for (Helm 4: pkg/kube/ready.go, wait.go).

They look at fewer things than `readiness` and at other ones: a Deployment counts by its newest ReplicaSet, a ReplicaSet by
its pods. Those are passed as `companions`; `companions_of` says which to fetch. Kinds without a rule are ready.
A verdict that is Failed is what Helm's checker returns as an error, which its loop takes for passing thirty times.
"""

from __future__ import annotations

from steersman.objects.readiness import CURRENT, FAILED, IN_PROGRESS, Readiness
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    Object = Mapping[str, Any]
    Rule = Callable[[Object, Sequence[Object], bool], Readiness]

POLL_SECONDS = 2
"""How often Helm looks."""
RETRIES = 30
"""How many errors in a row Helm takes for passing, for one object."""

HASH_LABEL = "pod-template-hash"
READY = Readiness(CURRENT, "ready")


class Companions(Record):
    """Other objects that a rule needs: those of a kind, in the object's namespace, that its selector matches."""

    api_version: str
    kind: str
    selector: Mapping[str, Any]
    """A LabelSelector: matchLabels and matchExpressions."""


def companions_of(obj: Object) -> Companions | None:
    """What has to be fetched along with the object; None for nothing."""
    key = _key(obj)
    selector = _at(obj, "spec", "selector")
    if not isinstance(selector, dict):
        selector = {}
    if key == "apps/v1 Deployment":
        return Companions("apps/v1", "ReplicaSet", selector)
    if key == "apps/v1 ReplicaSet":
        return Companions("v1", "Pod", selector)
    if key == "v1 ReplicationController":
        return Companions("v1", "Pod", {"matchLabels": selector})
    return None


def legacy_status(obj: Object, companions: Sequence[Object] = (), *, jobs: bool = False) -> Readiness:
    """The verdict on an object as the cluster holds it. `jobs`: Jobs have to be complete."""
    rule = RULES.get(_key(obj))
    return READY if rule is None else rule(obj, companions, jobs)


def new_replica_set(deployment: Object, replica_sets: Sequence[Object]) -> Object | None:
    """The oldest ReplicaSet of a Deployment that has its pod template, None while there is none."""
    uid = _at(deployment, "metadata", "uid")
    template = _without_hash(_at(deployment, "spec", "template"))
    for one in sorted(
        replica_sets, key=lambda one: (_text(one, "metadata", "creationTimestamp"), _text(one, "metadata", "name"))
    ):
        if any(owner.get("controller") is True and owner.get("uid") == uid for owner in _owners(one)):
            if _without_hash(_at(one, "spec", "template")) == template:
                return one
    return None


def _pod(obj: Object, companions: Sequence[Object], jobs: bool) -> Readiness:
    conditions = _at(obj, "status", "conditions")
    for condition in conditions if isinstance(conditions, list) else ():
        if isinstance(condition, dict) and condition.get("type") == "Ready" and condition.get("status") == "True":
            return READY
    return _waiting("Pod is not ready")


def _job(obj: Object, companions: Sequence[Object], jobs: bool) -> Readiness:
    if not jobs:
        return READY
    # The API server sets six where nothing was said.
    if _number(obj, 0, "status", "failed") > _number(obj, 6, "spec", "backoffLimit"):
        return Readiness(FAILED, f"job is failed: {_text(obj, 'metadata', 'namespace')}/{_text(obj, 'metadata', 'name')}")
    completions = _at(obj, "spec", "completions")
    if isinstance(completions, int) and _number(obj, 0, "status", "succeeded") < completions:
        return _waiting("Job is not completed")
    return READY


def _deployment(obj: Object, companions: Sequence[Object], jobs: bool) -> Readiness:
    if _at(obj, "spec", "paused") is True:
        return READY
    newest = new_replica_set(obj, companions)
    if newest is None:
        return _waiting("Deployment has no new ReplicaSet")
    for one in (newest, obj):
        behind = _behind(one)
        if behind is not None:
            return behind
    wanted = _number(obj, 1, "spec", "replicas")
    expected = wanted - _max_unavailable(obj, wanted)
    ready = _number(newest, 0, "status", "readyReplicas")
    return READY if ready >= expected else _waiting(f"Deployment does not have enough pods ready: {ready}/{expected}")


def _replica_set(obj: Object, companions: Sequence[Object], jobs: bool) -> Readiness:
    behind = _behind(obj)
    if behind is not None:
        return behind
    return READY if all(_pod(pod, (), jobs).is_current for pod in companions) else _waiting("Pod is not ready")


def _daemon_set(obj: Object, companions: Sequence[Object], jobs: bool) -> Readiness:
    behind = _behind(obj)
    if behind is not None:
        return behind
    if _text(obj, "spec", "updateStrategy", "type") != "RollingUpdate":
        return READY
    wanted = _number(obj, 0, "status", "desiredNumberScheduled")
    updated = _number(obj, 0, "status", "updatedNumberScheduled")
    if updated != wanted:
        return _waiting(f"DaemonSet does not have enough Pods scheduled: {updated}/{wanted}")
    unavailable = _scaled(_at(obj, "spec", "updateStrategy", "rollingUpdate", "maxUnavailable"), wanted, up=True)
    expected = wanted - (wanted if unavailable is None else unavailable)
    ready = _number(obj, 0, "status", "numberReady")
    return READY if ready >= expected else _waiting(f"DaemonSet does not have enough Pods ready: {ready}/{expected}")


def _stateful_set(obj: Object, companions: Sequence[Object], jobs: bool) -> Readiness:
    behind = _behind(obj)
    if behind is not None:
        return behind
    if _text(obj, "spec", "updateStrategy", "type") != "RollingUpdate":
        return READY
    partition = _number(obj, 0, "spec", "updateStrategy", "rollingUpdate", "partition")
    wanted = _number(obj, 1, "spec", "replicas")
    updated = _number(obj, 0, "status", "updatedReplicas")
    ready = _number(obj, 0, "status", "readyReplicas")
    if updated < wanted - partition:
        return _waiting(f"StatefulSet does not have enough Pods scheduled: {updated}/{wanted - partition}")
    if ready != wanted:
        return _waiting(f"StatefulSet does not have enough Pods ready: {ready}/{wanted}")
    if partition == 0 and _text(obj, "status", "currentRevision") != _text(obj, "status", "updateRevision"):
        return _waiting("StatefulSet is not ready, currentRevision does not match updateRevision")
    return READY


def _volume_claim(obj: Object, companions: Sequence[Object], jobs: bool) -> Readiness:
    return READY if _text(obj, "status", "phase") == "Bound" else _waiting("PersistentVolumeClaim is not bound")


def _service(obj: Object, companions: Sequence[Object], jobs: bool) -> Readiness:
    kind = _text(obj, "spec", "type")
    if kind == "ExternalName":
        return READY
    if not _text(obj, "spec", "clusterIP"):
        return _waiting("Service does not have cluster IP address")
    if kind == "LoadBalancer" and not _at(obj, "spec", "externalIPs") and _at(obj, "status", "loadBalancer", "ingress") is None:
        return _waiting("Service does not have load balancer ingress IP address")
    return READY


def _definition(obj: Object, companions: Sequence[Object], jobs: bool) -> Readiness:
    conditions = _at(obj, "status", "conditions")
    for condition in conditions if isinstance(conditions, list) else ():
        # A conflict of names is for others to tell: waiting would not resolve it.
        if isinstance(condition, dict) and (condition.get("type"), condition.get("status")) in (
            ("Established", "True"),
            ("NamesAccepted", "False"),
        ):
            return READY
    return _waiting("CustomResourceDefinition is not established")


RULES: Mapping[str, Rule] = {
    "v1 Pod": _pod,
    "batch/v1 Job": _job,
    "apps/v1 Deployment": _deployment,
    "v1 PersistentVolumeClaim": _volume_claim,
    "v1 Service": _service,
    "apps/v1 DaemonSet": _daemon_set,
    "apiextensions.k8s.io/v1beta1 CustomResourceDefinition": _definition,
    "apiextensions.k8s.io/v1 CustomResourceDefinition": _definition,
    "apps/v1 StatefulSet": _stateful_set,
    "v1 ReplicationController": _replica_set,
    "apps/v1 ReplicaSet": _replica_set,
}
"""API version and kind → rule. Other versions of these kinds have none, in Helm either."""


def _waiting(message: str) -> Readiness:
    return Readiness(IN_PROGRESS, message)


def _behind(obj: Object) -> Readiness | None:
    seen, written = _number(obj, 0, "status", "observedGeneration"), _number(obj, 0, "metadata", "generation")
    if seen == written:
        return None
    return _waiting(f"{_text(obj, 'kind')} is not ready, observedGeneration {seen} does not match spec generation {written}")


def _max_unavailable(deployment: Object, wanted: int) -> int:
    """Kubernetes' rule for how many pods of a Deployment may be missing during a rollout."""
    if _text(deployment, "spec", "strategy", "type") != "RollingUpdate" or wanted == 0:
        return 0
    rolling = ("spec", "strategy", "rollingUpdate")
    surge = _scaled(_at(deployment, *rolling, "maxSurge") or 0, wanted, up=True)
    unavailable = _scaled(_at(deployment, *rolling, "maxUnavailable") or 0, wanted, up=False)
    if surge is None or unavailable is None:
        return 0
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return min(unavailable, wanted)


def _scaled(value: object, total: int, *, up: bool) -> int | None:
    """A number, or a percentage of the total; None for anything else (apimachinery: GetScaledValueFromIntOrPercent)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not value.endswith("%"):
        return None
    digits = value[:-1]
    if not digits.lstrip("+-").isdecimal() or not digits.isascii() or len(digits) > 18:
        return None
    share = int(digits) * total
    return -(-share // 100) if up else share // 100


def _without_hash(template: object) -> object:
    if not isinstance(template, dict):
        return template
    metadata = template.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    if not isinstance(labels, dict) or HASH_LABEL not in labels:
        return template
    kept = {name: value for name, value in labels.items() if name != HASH_LABEL}
    return {**template, "metadata": {**metadata, "labels": kept}} if isinstance(metadata, dict) else template


def _owners(obj: Object) -> list[Mapping[str, Any]]:
    owners = _at(obj, "metadata", "ownerReferences")
    return [owner for owner in owners if isinstance(owner, dict)] if isinstance(owners, list) else []


def _key(obj: Object) -> str:
    return f"{_text(obj, 'apiVersion')} {_text(obj, 'kind')}"


def _at(obj: object, *path: str) -> Any:
    for name in path:
        if not isinstance(obj, dict):
            return None
        obj = obj.get(name)
    return obj


def _text(obj: Object, *path: str) -> str:
    value = _at(obj, *path)
    return value if isinstance(value, str) else ""


def _number(obj: Object, default: int, *path: str) -> int:
    value = _at(obj, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else default
