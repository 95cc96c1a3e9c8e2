"""When an object is ready: pure functions from the object, as the cluster holds it, to a verdict.

`status` is kstatus (github.com/fluxcd/cli-utils v1.2.2, pkg/kstatus/status), which Helm 4's watcher asks: what holds for
every object first (deletion, generation, the conditions Reconciling and Stalled), then the rule of the object's own kind
from `RULES`, then a Ready condition, and else it is current. Helm 4's own readers stand beside it (internal/statusreaders):
`job_status` waits for a Job to be complete, `hook_status` is what a hook is waited for with. What a controller's pods add
is `with_pods`.

Objects are plain data as JSON gives it. As in kstatus a field of an unexpected type counts as absent, but where the
conversion to Go's structs would have failed, GoError is raised with Go's text.
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.objects.refs import split_api_version
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Object = Mapping[str, Any]

IN_PROGRESS = "InProgress"
FAILED = "Failed"
CURRENT = "Current"
TERMINATING = "Terminating"
NOT_FOUND = "NotFound"
UNKNOWN = "Unknown"

SCHEDULE_WINDOW = 15.0
"""Seconds that a pod may stay unscheduled before it counts as unschedulable."""

NO_DEADLINE = 0x7FFFFFFF
"""A progress deadline that the Deployment controller takes for none."""


class Condition(Record):
    """A condition of an object, or one that a verdict stands for: abnormal is true."""

    type: str
    status: str = "True"
    reason: str = ""
    message: str = ""


class Readiness(Record):
    """A verdict: one of the six words above, what is missing, and the standard conditions that it stands for.

    `conditions` is None where Go's result has none at all, not an empty list.
    """

    status: str
    message: str = ""
    conditions: tuple[Condition, ...] | None = ()

    @property
    def is_current(self) -> bool:
        return self.status == CURRENT

    @property
    def is_failed(self) -> bool:
        """Failed is final: waiting longer will not help."""
        return self.status == FAILED


NOT_THERE = Readiness(NOT_FOUND, "Resource not found")


def status(obj: Object, now: float | None = None) -> Readiness:
    """The kstatus verdict on an object. `now` is Unix time in seconds, only asked for pods that are not scheduled;
    without it their time to be scheduled counts as over. Raises GoError where the object is not shaped like one.
    """
    verdict = _generic(obj)
    if verdict is not None:
        return verdict
    rule = RULES.get(_kind_key(obj))
    if rule is not None:
        return rule(obj, now)
    for condition in _conditions(obj):
        if condition.type == "Ready":
            if condition.status == "True":
                return Readiness(CURRENT, "Resource is Ready")
            if condition.status in ("False", "Unknown"):
                return _in_progress(condition.reason, condition.message)
    return Readiness(CURRENT, "Resource is current")


def job_status(obj: Object, now: float | None = None) -> Readiness:
    """The verdict on a Job that is waited for until it is complete (--wait-for-jobs, and hooks)."""
    finished = _finished_job(obj)
    return finished or _in_progress("JobInProgress", "Job in progress")


def hook_pod_status(obj: Object, now: float | None = None) -> Readiness:
    """The verdict on a Pod that is a hook: it has to run to its end."""
    phase = _text(obj, "status", "phase")
    name = _text(obj, "metadata", "name")
    if phase == "Succeeded":
        message = f"pod {name} succeeded"
        return Readiness(CURRENT, message, (Condition("Stalled", message=message),))
    if phase == "Failed":
        return _failed("PodFailed", f"pod {name} failed")
    return _in_progress("PodInProgress", "Pod in progress")


def hook_status(obj: Object, now: float | None = None) -> Readiness:
    """The verdict on a hook's object: Jobs and Pods run to their end, everything else is ready at once."""
    return HOOK_RULES.get(_kind_key(obj), _hook_always)(obj, now)


def status_with_jobs(obj: Object, now: float | None = None) -> Readiness:
    """`status`, but Jobs have to be complete."""
    return job_status(obj, now) if _kind_key(obj) == "batch/Job" else status(obj, now)


def with_pods(verdict: Readiness, pods: Iterable[Object], now: float | None = None) -> Readiness:
    """The verdict on a ReplicaSet or StatefulSet in the light of its pods: in progress with pods that failed is failed.

    Pods that are being deleted, or that wait for a node, are no failures
    (cli-utils: polling/statusreaders/pod_controller.go).
    """
    if verdict.status != IN_PROGRESS:
        return verdict
    failed = sum(1 for pod in pods if status(pod, now).status == FAILED and not _is_transient(pod))
    return Readiness(FAILED, f"{failed} pods have failed") if failed else verdict


def is_paused(obj: Object) -> bool:
    """A paused Deployment is not waited for (Helm 4: pkg/kube/statuswait.go)."""
    return _kind_key(obj) == "apps/Deployment" and _at(obj, "spec", "paused") is True


# --- what holds for every object ---------------------------------------------------------------------------------------


def _generic(obj: Object) -> Readiness | None:
    deleted = _at_or_fail(obj, "metadata", "deletionTimestamp")
    if deleted is not None and not isinstance(deleted, str):
        raise GoError(
            "looking up metadata.deletionTimestamp from resource: "
            + _accessor_error(deleted, "string", "metadata", "deletionTimestamp")
        )
    if deleted:
        return Readiness(TERMINATING, "Resource scheduled for deletion")
    generation = _generation(obj, "metadata", "generation")
    if generation is not None:
        observed = _generation(obj, "status", "observedGeneration")
        if observed is not None and observed != generation:
            return _in_progress(
                "LatestGenerationNotObserved",
                f"{_text(obj, 'kind')} generation is {generation}, but latest observed generation is {observed}",
            )
    for condition in _conditions(obj):
        if condition.status == "True":
            if condition.type == "Reconciling":
                return _in_progress(condition.reason, condition.message)
            if condition.type == "Stalled":
                return _failed(condition.reason, condition.message)
    return None


# --- the rules of the kinds --------------------------------------------------------------------------------------------


def _always(obj: Object, now: float | None) -> Readiness:
    return Readiness(CURRENT, "Resource is always ready")


def _hook_always(obj: Object, now: float | None) -> Readiness:
    return Readiness(CURRENT, "Resource is current", None)


def _stateful_set(obj: Object, now: float | None) -> Readiness:
    if _text(obj, "spec", "updateStrategy", "type") == "OnDelete":
        return Readiness(CURRENT, "StatefulSet is using the ondelete update strategy")
    wanted = _number(obj, 1, "spec", "replicas")
    ready = _number(obj, 0, "status", "readyReplicas")
    current = _number(obj, 0, "status", "currentReplicas")
    updated = _number(obj, 0, "status", "updatedReplicas")
    replicas = _number(obj, 0, "status", "replicas")
    partition = _number(obj, -1, "spec", "updateStrategy", "rollingUpdate", "partition")
    if wanted > replicas:
        return _in_progress("LessReplicas", f"Replicas: {replicas}/{wanted}")
    if wanted > ready:
        return _in_progress("LessReady", f"Ready: {ready}/{wanted}")
    if replicas > wanted:
        return _in_progress("ExtraPods", f"Pending termination: {replicas - wanted}")
    if partition != -1:
        if updated < wanted - partition:
            return _in_progress("PartitionRollout", f"updated: {updated}/{wanted - partition}")
        return Readiness(CURRENT, f"Partition rollout complete. updated: {updated}")
    if wanted > current:
        return _in_progress("LessCurrent", f"current: {current}/{wanted}")
    if _text(obj, "status", "currentRevision") != _text(obj, "status", "updateRevision"):
        return _in_progress("RevisionMismatch", "Waiting for updated revision to match current")
    return Readiness(CURRENT, f"All replicas scheduled as expected. Replicas: {replicas}")


def _deployment(obj: Object, now: float | None) -> Readiness:
    # Without a deadline the controller never sets the Progressing condition: then it always counts as progressing.
    progressing = _number(obj, NO_DEADLINE, "spec", "progressDeadlineSeconds") == NO_DEADLINE
    available = False
    for condition in _conditions(obj):
        if condition.type == "Progressing":
            if condition.reason == "ProgressDeadlineExceeded":
                stalled = Condition("Stalled", "True", condition.reason, condition.message)
                return Readiness(FAILED, "Progress deadline exceeded", (stalled,))
            if condition.status == "True" and condition.reason == "NewReplicaSetAvailable":
                progressing = True
        elif condition.type == "Available" and condition.status == "True":
            available = True
    wanted = _number(obj, 1, "spec", "replicas")
    replicas = _number(obj, 0, "status", "replicas")
    updated = _number(obj, 0, "status", "updatedReplicas")
    ready = _number(obj, 0, "status", "readyReplicas")
    usable = _number(obj, 0, "status", "availableReplicas")
    if wanted > replicas:
        return _in_progress("LessReplicas", f"Replicas: {replicas}/{wanted}")
    if wanted > updated:
        return _in_progress("LessUpdated", f"Updated: {updated}/{wanted}")
    if replicas > wanted:
        return _in_progress("ExtraPods", f"Pending termination: {replicas - wanted}")
    if updated > usable:
        return _in_progress("LessAvailable", f"Available: {usable}/{updated}")
    if wanted > ready:
        return _in_progress("LessReady", f"Ready: {ready}/{wanted}")
    if not progressing:
        return _in_progress("ReplicaSetNotAvailable", "ReplicaSet not Available")
    if not available:
        return _in_progress("DeploymentNotAvailable", "Deployment not Available")
    return Readiness(CURRENT, f"Deployment is available. Replicas: {replicas}")


def _replica_set(obj: Object, now: float | None) -> Readiness:
    for condition in _conditions(obj):
        if condition.type == "ReplicaFailure" and condition.status == "True":
            return _in_progress("ReplicaFailure", "Replica Failure condition. Check Pods")
    wanted = _number(obj, 1, "spec", "replicas")
    replicas = _number(obj, 0, "status", "replicas")
    ready = _number(obj, 0, "status", "readyReplicas")
    usable = _number(obj, 0, "status", "availableReplicas")
    labelled = _number(obj, 0, "status", "fullyLabeledReplicas")
    if wanted > labelled:
        return _in_progress("LessLabelled", f"Labelled: {labelled}/{wanted}")
    if wanted > usable:
        return _in_progress("LessAvailable", f"Available: {usable}/{wanted}")
    if wanted > ready:
        return _in_progress("LessReady", f"Ready: {ready}/{wanted}")
    if replicas > wanted:
        return _in_progress("ExtraPods", f"Pending termination: {replicas - wanted}")
    return Readiness(CURRENT, f"ReplicaSet is available. Replicas: {replicas}")


def _daemon_set(obj: Object, now: float | None) -> Readiness:
    # The DaemonSet controller always sets these two: without them it has not acted yet.
    kind = _text(obj, "kind")
    if _generation(obj, "metadata", "generation") is None:
        return _in_progress("NoGeneration", f"{kind} metadata.generation not found")
    if _generation(obj, "status", "observedGeneration") is None:
        return _in_progress("NoObservedGeneration", f"{kind} status.observedGeneration not found")
    wanted = _number(obj, -1, "status", "desiredNumberScheduled")
    if wanted == -1:
        return _in_progress("NoDesiredNumber", "Missing .status.desiredNumberScheduled")
    for field, reason, word in (
        ("currentNumberScheduled", "LessCurrent", "Current"),
        ("updatedNumberScheduled", "LessUpdated", "Updated"),
        ("numberAvailable", "LessAvailable", "Available"),
        ("numberReady", "LessReady", "Ready"),
    ):
        count = _number(obj, 0, "status", field)
        if wanted > count:
            return _in_progress(reason, f"{word}: {count}/{wanted}")
    return Readiness(CURRENT, f"All replicas scheduled as expected. Replicas: {wanted}")


def _volume_claim(obj: Object, now: float | None) -> Readiness:
    phase = _text(obj, "status", "phase", default="unknown")
    if phase != "Bound":
        return _in_progress("NotBound", f"PVC is not Bound. phase: {phase}")
    return Readiness(CURRENT, "PVC is Bound")


def _pod(obj: Object, now: float | None) -> Readiness:
    conditions = _conditions(obj)
    phase = _text(obj, "status", "phase")
    if phase == "Succeeded":
        return Readiness(CURRENT, "Pod has completed successfully")
    if phase == "Failed":
        return Readiness(CURRENT, "Pod has completed, but not successfully")
    if phase == "Running":
        if any(condition.type == "Ready" and condition.status == "True" for condition in conditions):
            return Readiness(CURRENT, "Pod is Ready")
        looping = crash_looping(obj)
        if looping:
            return _failed("ContainerCrashLooping", f"Containers in CrashLoop state: {','.join(looping)}")
        return _in_progress("PodRunningNotReady", "Pod is running but is not Ready")
    if phase == "Pending":
        for condition in conditions:
            if condition.type == "PodScheduled" and condition.status == "False":
                if condition.reason != "Unschedulable":
                    break
                if now is not None and now - SCHEDULE_WINDOW < _created(obj):
                    return _in_progress("PodNotScheduled", "Pod has not been scheduled")
                return _failed("PodUnschedulable", "Pod could not be scheduled")
        return _in_progress("PodPending", "Pod is in the Pending phase")
    if not phase:
        return _in_progress("PodNotObserved", "Pod phase not available")
    raise GoError(f"unknown phase {phase}")


def crash_looping(pod: Object) -> list[str]:
    """The names of a pod's containers that are in CrashLoopBackOff."""
    statuses = _at(pod, "status", "containerStatuses")
    return [
        container["name"]
        for container in (statuses if isinstance(statuses, list) else ())
        if isinstance(container, dict)
        and isinstance(container.get("name"), str)
        and _at(container, "state", "waiting", "reason") == "CrashLoopBackOff"
    ]


def _disruption_budget(obj: Object, now: float | None) -> Readiness:
    return Readiness(CURRENT, "AllowedDisruptions has been computed.")


def _job(obj: Object, now: float | None) -> Readiness:
    finished = _finished_job(obj)
    if finished is not None:
        return finished
    if not _text(obj, "status", "startTime"):
        return _in_progress("JobNotStarted", "Job not started")
    counts = (_number(obj, 0, "status", field) for field in ("succeeded", "active", "failed"))
    return Readiness(CURRENT, "Job in progress. success:{}, active: {}, failed: {}".format(*counts))


def _finished_job(obj: Object) -> Readiness | None:
    completions = _number(obj, _number(obj, 1, "spec", "parallelism"), "spec", "completions")
    for condition in _conditions(obj):
        if condition.status == "True":
            if condition.type == "Complete":
                return Readiness(CURRENT, f"Job Completed. succeeded: {_number(obj, 0, 'status', 'succeeded')}/{completions}")
            if condition.type == "Failed":
                return _failed("JobFailed", f"Job Failed. failed: {_number(obj, 0, 'status', 'failed')}/{completions}")
    return None


def _service(obj: Object, now: float | None) -> Readiness:
    if _text(obj, "spec", "type", default="ClusterIP") == "LoadBalancer" and not _text(obj, "spec", "clusterIP"):
        return _in_progress("NoIPAssigned", "ClusterIP not set. Service type: LoadBalancer")
    return Readiness(CURRENT, "Service is ready")


def _definition(obj: Object, now: float | None) -> Readiness:
    for condition in _conditions(obj):
        if condition.type == "NamesAccepted" and condition.status == "False":
            return _failed(condition.reason, condition.message)
        if condition.type == "Established":
            if condition.status == "False" and condition.reason != "Installing":
                return _failed(condition.reason, condition.message)
            if condition.status == "True":
                return Readiness(CURRENT, "CRD is established")
    return _in_progress("Installing", "Install in progress")


RULES: Mapping[str, Callable[[Object, float | None], Readiness]] = {
    "Service": _service,
    "Pod": _pod,
    "Secret": _always,
    "PersistentVolumeClaim": _volume_claim,
    "apps/StatefulSet": _stateful_set,
    "apps/DaemonSet": _daemon_set,
    "extensions/DaemonSet": _daemon_set,
    "apps/Deployment": _deployment,
    "extensions/Deployment": _deployment,
    "apps/ReplicaSet": _replica_set,
    "extensions/ReplicaSet": _replica_set,
    "policy/PodDisruptionBudget": _disruption_budget,
    "batch/CronJob": _always,
    "ConfigMap": _always,
    "batch/Job": _job,
    "apiextensions.k8s.io/CustomResourceDefinition": _definition,
}
"""[group/]kind → the rule for objects about which the generic checks say nothing."""

HOOK_RULES: Mapping[str, Callable[[Object, float | None], Readiness]] = {"batch/Job": job_status, "Pod": hook_pod_status}


# --- reading objects ---------------------------------------------------------------------------------------------------


def _in_progress(reason: str, message: str) -> Readiness:
    return Readiness(IN_PROGRESS, message, (Condition("Reconciling", "True", reason, message),))


def _failed(reason: str, message: str) -> Readiness:
    return Readiness(FAILED, message, (Condition("Stalled", "True", reason, message),))


def _kind_key(obj: Object) -> str:
    group = split_api_version(_text(obj, "apiVersion"))[0]
    kind = _text(obj, "kind")
    return f"{group}/{kind}" if group else kind


def _is_transient(pod: Object) -> bool:
    if _text(pod, "metadata", "deletionTimestamp"):
        return True
    return any(
        condition.type == "PodScheduled" and condition.status == "False" and condition.reason == "Unschedulable"
        for condition in _conditions(pod)
    )


def _at(obj: object, *path: str) -> Any:
    """The value at the path, None where any part of the way is missing or no table."""
    for name in path:
        if not isinstance(obj, dict):
            return None
        obj = obj.get(name)
    return obj


def _at_or_fail(obj: Object, *path: str) -> Any:
    """As `_at`, but a value on the way that is no table fails as apimachinery's NestedFieldNoCopy does."""
    here: Any = obj
    for depth, name in enumerate(path):
        if here is None:
            return None
        if not isinstance(here, dict):
            raise GoError(
                f"looking up {'.'.join(path)} from resource: "
                + _accessor_error(here, "map[string]interface{}", *path[: depth + 1])
            )
        here = here.get(name)
    return here


def _accessor_error(value: object, wanted: str, *path: str) -> str:
    from steersman.golang.fmt import format_value

    return f".{'.'.join(path)} accessor error: {format_value(value)} is of the type {_go_type(value)}, expected {wanted}"


def _go_type(value: object) -> str:
    """The Go type that the cluster's JSON gives: integers are int64 there."""
    from steersman.golang.values import type_of

    return "int64" if type(value) is int else type_of(value)


def _generation(obj: Object, *path: str) -> int | None:
    value = _at_or_fail(obj, *path)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise GoError(f"looking up {'.'.join(path)} from resource: " + _accessor_error(value, "int64", *path))


def _text(obj: Object, *path: str, default: str = "") -> str:
    value = _at(obj, *path)
    return value if isinstance(value, str) else default


def _number(obj: Object, default: int, *path: str) -> int:
    value = _at(obj, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _conditions(obj: Object) -> list[Condition]:
    state = obj.get("status")
    if state is None:
        return []
    if not isinstance(state, dict):
        raise GoError(f"cannot restore struct from: {_go_kind(state)}")
    conditions = state.get("conditions")
    if conditions is None:
        return []
    if not isinstance(conditions, list):
        raise GoError(f"cannot restore slice from {_go_kind(conditions)}")
    found = []
    for condition in conditions:
        if condition is None:
            condition = {}
        elif not isinstance(condition, dict):
            raise GoError(f"cannot restore struct from: {_go_kind(condition)}")
        found.append(Condition(*(_condition_field(condition, name) for name in ("type", "status", "reason", "message"))))
    return found


def _condition_field(condition: dict[str, Any], name: str) -> str:
    value = condition.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise GoError(f"cannot convert {_go_type(value)} to {'v1.ConditionStatus' if name == 'status' else 'string'}")
    return value


def _go_kind(value: object) -> str:
    from steersman.golang.values import kind_of

    return "int64" if type(value) is int else kind_of(value)


def _created(obj: Object) -> float:
    """Unix time of creation; long ago where it is missing or unreadable."""
    text = _text(obj, "metadata", "creationTimestamp")
    if not text:
        return float("-inf")
    import datetime

    try:
        return datetime.datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return float("-inf")
