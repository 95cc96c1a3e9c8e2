"""Helm 3's rules of readiness, as --wait=legacy asks for them."""

from __future__ import annotations

from typing import Any

import pytest

from steersman.objects.legacy import companions_of, legacy_status, new_replica_set


def thing(
    api_version: str, kind: str, spec: dict[str, Any] | None = None, status: dict[str, Any] | None = None, **metadata: Any
) -> dict[str, Any]:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "a", "namespace": "n", **metadata},
        "spec": spec or {},
        "status": status or {},
    }


def conditions(**states: str) -> dict[str, Any]:
    return {"conditions": [{"type": kind, "status": state} for kind, state in states.items()]}


CRD = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
ROLLING = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "50%"}}}


@pytest.mark.parametrize(
    ("obj", "ready"),
    [
        (thing("v1", "ConfigMap"), True),
        (thing("apps/v1beta1", "Deployment"), True),
        (thing("v1", "Pod", status=conditions(Ready="True")), True),
        (thing("v1", "Pod", status={"phase": "Running"}), False),
        (thing("v1", "PersistentVolumeClaim", status={"phase": "Bound"}), True),
        (thing("v1", "PersistentVolumeClaim"), False),
        (thing("v1", "Service", {"type": "ExternalName"}), True),
        (thing("v1", "Service", {"clusterIP": "1.2.3.4"}), True),
        (thing("v1", "Service"), False),
        (thing("v1", "Service", {"type": "LoadBalancer", "clusterIP": "1"}), False),
        (thing("v1", "Service", {"type": "LoadBalancer", "clusterIP": "1", "externalIPs": ["2"]}), True),
        (thing("v1", "Service", {"type": "LoadBalancer", "clusterIP": "1"}, {"loadBalancer": {"ingress": []}}), True),
        (thing(*CRD, status=conditions(Established="True")), True),
        (thing(*CRD, status=conditions(NamesAccepted="False")), True),
        (thing(*CRD, status=conditions(Established="False")), False),
        (thing("apps/v1", "DaemonSet", ROLLING, {"desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberReady": 1}), True),
        (thing("apps/v1", "DaemonSet", ROLLING, {"desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberReady": 0}), False),
        (thing("apps/v1", "DaemonSet", ROLLING, {"desiredNumberScheduled": 3, "updatedNumberScheduled": 2, "numberReady": 3}), False),
        (thing("apps/v1", "DaemonSet", {"updateStrategy": {"type": "OnDelete"}}), True),
        (thing("apps/v1", "DaemonSet", generation=2), False),
        (thing("apps/v1", "StatefulSet", {"replicas": 2, "updateStrategy": {"type": "RollingUpdate"}}, {"updatedReplicas": 2, "readyReplicas": 2}), True),
        (thing("apps/v1", "StatefulSet", {"replicas": 2, "updateStrategy": {"type": "RollingUpdate"}}, {"updatedReplicas": 2, "readyReplicas": 3}), False),
        (thing("apps/v1", "StatefulSet", {"updateStrategy": {"type": "RollingUpdate"}}, {"updatedReplicas": 1, "readyReplicas": 1, "updateRevision": "2"}), False),
    ],
)  # fmt: skip
def test_single_objects(obj: dict[str, Any], ready: bool) -> None:
    assert legacy_status(obj).is_current is ready


def test_jobs_only_when_asked() -> None:
    job = thing("batch/v1", "Job", {"completions": 2, "backoffLimit": 1}, {"succeeded": 1, "failed": 1})
    assert legacy_status(job).is_current
    assert not legacy_status(job, jobs=True).is_current
    job["status"] = {"succeeded": 2}
    assert legacy_status(job, jobs=True).is_current
    job["status"] = {"failed": 2}
    assert legacy_status(job, jobs=True).is_failed
    assert legacy_status(job, jobs=True).message == "job is failed: n/a"


def test_a_deployment_counts_by_its_newest_replica_set() -> None:
    def replica_set(name: str, created: str, image: str, ready: int, owner: str = "u") -> dict[str, Any]:
        template = {"metadata": {"labels": {"app": "x", "pod-template-hash": name}}, "spec": {"image": image}}
        owners = [{"uid": owner, "controller": True}]
        return thing(
            "apps/v1",
            "ReplicaSet",
            {"template": template},
            {"readyReplicas": ready},
            name=name,
            creationTimestamp=created,
            ownerReferences=owners,
        )

    template = {"metadata": {"labels": {"app": "x"}}, "spec": {"image": "2"}}
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
    deployment = thing(
        "apps/v1",
        "Deployment",
        {"replicas": 4, "template": template, "strategy": strategy, "selector": {"matchLabels": {"app": "x"}}},
        uid="u",
    )
    old, foreign = replica_set("a", "2026-01-01T00:00:00Z", "1", 4), replica_set("b", "2026-01-01T00:00:00Z", "2", 4, "other")
    newer, new = replica_set("d", "2026-01-03T00:00:00Z", "2", 0), replica_set("c", "2026-01-02T00:00:00Z", "2", 3)
    wanted = companions_of(deployment)
    assert wanted is not None
    assert (wanted.kind, wanted.selector) == ("ReplicaSet", {"matchLabels": {"app": "x"}})
    assert new_replica_set(deployment, [newer, foreign, old, new]) == new
    assert not legacy_status(deployment, [old, foreign]).is_current
    assert legacy_status(deployment, [old, newer, new]).is_current
    new["status"]["readyReplicas"] = 2
    assert legacy_status(deployment, [new]).message == "Deployment does not have enough pods ready: 2/3"
    deployment["spec"]["paused"] = True
    assert legacy_status(deployment).is_current


def test_a_replica_set_counts_by_its_pods() -> None:
    ready, waiting = thing("v1", "Pod", status=conditions(Ready="True")), thing("v1", "Pod")
    owner = thing("v1", "ReplicationController", {"selector": {"a": "b"}})
    wanted = companions_of(owner)
    assert wanted is not None
    assert (wanted.kind, wanted.selector) == ("Pod", {"matchLabels": {"a": "b"}})
    assert legacy_status(owner, [ready, ready]).is_current
    assert not legacy_status(owner, [ready, waiting]).is_current
    assert companions_of(waiting) is None
