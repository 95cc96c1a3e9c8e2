"""Readiness where kstatus's own examples do not reach: hooks, Jobs that are waited for, pods of controllers, odd objects."""

from __future__ import annotations

from typing import Any

import pytest

from steersman.errors import GoError
from steersman.objects.readiness import (
    CURRENT,
    FAILED,
    IN_PROGRESS,
    Condition,
    crash_looping,
    hook_status,
    is_paused,
    status,
    status_with_jobs,
    with_pods,
)


def thing(api_version: str, kind: str, **parts: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, **parts}


def job(*conditions: tuple[str, str], **state: int) -> dict[str, Any]:
    return thing(
        "batch/v1", "Job", status={"conditions": [{"type": kind, "status": value} for kind, value in conditions], **state}
    )


@pytest.mark.parametrize(
    ("obj", "expected", "message"),
    [
        (job(), IN_PROGRESS, "Job in progress"),
        (job(("Complete", "True"), succeeded=1), CURRENT, "Job Completed. succeeded: 1/1"),
        (job(("Complete", "False")), IN_PROGRESS, "Job in progress"),
        (job(("Failed", "True"), failed=7), FAILED, "Job Failed. failed: 7/1"),
        (thing("v1", "Pod", status={"phase": "Succeeded"}), CURRENT, "pod a succeeded"),
        (thing("v1", "Pod", status={"phase": "Failed"}), FAILED, "pod a failed"),
        (thing("v1", "Pod", status={"phase": "Running"}), IN_PROGRESS, "Pod in progress"),
        (thing("v1", "Service"), CURRENT, "Resource is current"),
    ],
)
def test_hooks(obj: dict[str, Any], expected: str, message: str) -> None:
    verdict = hook_status(obj)
    assert (verdict.status, verdict.message) == (expected, message)


def test_a_running_job_is_current_unless_jobs_are_waited_for() -> None:
    running = thing("batch/v1", "Job", status={"startTime": "2026-01-01T00:00:00Z", "active": 1})
    assert status(running).message == "Job in progress. success:0, active: 1, failed: 0"
    assert status(running).is_current
    assert status_with_jobs(running).status == IN_PROGRESS
    assert status_with_jobs(thing("v1", "ConfigMap")).is_current


def test_a_new_pod_has_time_to_be_scheduled() -> None:
    pod = thing(
        "v1",
        "Pod",
        status={"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]},
    )
    pod["metadata"]["creationTimestamp"] = "1970-01-01T00:01:40Z"
    assert status(pod, 114.0).status == IN_PROGRESS
    assert status(pod, 115.0).is_failed
    assert status(pod).is_failed


def test_pods_that_failed_fail_their_controller() -> None:
    waiting = [{"name": "c", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]
    broken = thing("v1", "Pod", status={"phase": "Running", "containerStatuses": waiting})
    leaving = {**broken, "metadata": {"name": "b", "deletionTimestamp": "2026-01-01T00:00:00Z"}}
    unplaced = thing(
        "v1",
        "Pod",
        status={"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]},
    )
    controller = status(thing("apps/v1", "ReplicaSet", spec={"replicas": 3}))
    assert crash_looping(broken) == ["c"]
    assert status(broken).conditions == (
        Condition("Stalled", "True", "ContainerCrashLooping", "Containers in CrashLoop state: c"),
    )
    assert with_pods(controller, [leaving, unplaced]) == controller
    assert with_pods(controller, [broken, leaving]).message == "1 pods have failed"
    ready = status(thing("v1", "ConfigMap"))
    assert with_pods(ready, [broken]) == ready


def test_paused_deployments() -> None:
    assert is_paused(thing("apps/v1", "Deployment", spec={"paused": True}))
    assert not is_paused(thing("apps/v1", "Deployment", spec={"paused": "true"}))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"status": "x"}, "cannot restore struct from: string"),
        ({"status": {"conditions": {}}}, "cannot restore slice from map"),
        ({"status": {"conditions": [{"type": 3}]}}, "cannot convert int64 to string"),
        ({"metadata": {"generation": "1"}}, "looking up metadata.generation from resource: .metadata.generation accessor error: 1 is of the type string, expected int64"),
        ({"metadata": 5}, "looking up metadata.deletionTimestamp from resource: .metadata.deletionTimestamp accessor error: 5 is of the type int64, expected map[string]interface{}"),
        ({"kind": "Pod", "apiVersion": "v1", "status": {"phase": "Odd"}}, "unknown phase Odd"),
    ],
)  # fmt: skip
def test_objects_of_the_wrong_shape(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(GoError) as raised:
        status({**thing("a/v1", "Thing"), **parts})
    assert str(raised.value) == message
