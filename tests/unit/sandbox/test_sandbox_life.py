"""The machinery with its controllers and a clock that stands still: what is installed becomes ready, fails, and goes, in steps."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from steersman.sandbox.life import Behavior, Life
from steersman.sandbox.machinery import Api, World
from steersman.sandbox.messages import Request, Response, User
from steersman.sandbox.store import Store

ADMIN = User("admin", ("system:masters", "system:authenticated"))
CORE = "/api/v1/namespaces/default"
APPS = "/apis/apps/v1/namespaces/default"
BATCH = "/apis/batch/v1/namespaces/default"


class Town:
    """An Api, its Life, and a clock that the test turns."""

    def __init__(self, behavior: Behavior | None = None) -> None:
        self.time = 1_800_000_000.0
        numbers = itertools.count(1)
        world = World(lambda: self.time, lambda: f"00000000-0000-0000-0000-{next(numbers):012}", lambda: f"{next(numbers):05}")
        self.api = Api(world, store=Store())
        self.life = Life(self.api, behavior, authority="CA")
        self("POST", "/api/v1/namespaces", {"metadata": {"name": "default"}})
        self.life.step()

    def __call__(self, method: str, path: str, body: Any = None, type_: str = "application/json", **headers: str) -> Any:
        path, _, query = path.partition("?")
        options = {name: [value] for name, _, value in (part.partition("=") for part in query.split("&")) if name}
        data = b"" if body is None else json.dumps(body).encode()
        return self.api.answer(
            Request(method, path, options, {"content-type": type_, "user-agent": "t/1", **headers}, data, ADMIN)
        )

    def get(self, path: str) -> Any:
        response: Response = self("GET", path)
        assert response.code == 200, response.body
        return response.body

    def make(self, path: str, body: Any) -> Any:
        response: Response = self("POST", path, body)
        assert response.code == 201, response.body
        return response.body


def workload(kind: str, name: str = "w", image: str = "i:1", **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    return {
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template, **spec},
    }


def job(image: str = "i:1", **spec: Any) -> dict[str, Any]:
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": image}]}
    return {"metadata": {"name": "j"}, "spec": {"template": {"spec": pod}, **spec}}


def names(items: Any) -> list[str]:
    return [item["metadata"]["name"] for item in items["items"]]


def test_a_namespace_gets_its_account_and_root_certificate() -> None:
    town = Town()
    assert names(town.get(f"{CORE}/serviceaccounts")) == ["default"]
    assert town.get(f"{CORE}/configmaps/kube-root-ca.crt")["data"] == {"ca.crt": "CA"}


def test_a_deployment_becomes_available_and_follows_its_template() -> None:
    town = Town()
    town.make(f"{APPS}/deployments", workload("Deployment", replicas=2))
    town.life.step()
    found = town.get(f"{APPS}/deployments/w")
    assert (found["status"]["readyReplicas"], found["status"]["updatedReplicas"]) == (2, 2)
    assert found["status"]["observedGeneration"] == found["metadata"]["generation"]
    assert {item["type"]: item["status"] for item in found["status"]["conditions"]} == {
        "Available": "True",
        "Progressing": "True",
    }
    before = names(town.get(f"{CORE}/pods"))
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "i:2"}]}}}}
    assert town("PATCH", f"{APPS}/deployments/w", patch, "application/strategic-merge-patch+json").code == 200
    town.life.step()
    after = names(town.get(f"{CORE}/pods"))
    assert len(after) == 2
    assert not set(before) & set(after)
    assert town.get(f"{APPS}/deployments/w")["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "2"
    assert [item["spec"]["replicas"] for item in town.get(f"{APPS}/replicasets")["items"]].count(0) == 1


def test_deleting_a_deployment_takes_what_it_made() -> None:
    town = Town()
    town.make(f"{APPS}/deployments", workload("Deployment"))
    town.life.step()
    town("DELETE", f"{APPS}/deployments/w")
    town.life.step()
    assert names(town.get(f"{APPS}/replicasets")) == names(town.get(f"{CORE}/pods")) == []


def test_in_the_foreground_the_owner_goes_last() -> None:
    town = Town()
    town.make(f"{APPS}/deployments", workload("Deployment"))
    town.life.step()
    gone = town("DELETE", f"{APPS}/deployments/w", {"propagationPolicy": "Foreground"})
    assert gone.body["metadata"]["finalizers"] == ["foregroundDeletion"]
    town.life.step()
    assert names(town.get(f"{APPS}/deployments")) == names(town.get(f"{CORE}/pods")) == []
    kinds = [
        (event.revision, key)
        for key in ("apps/deployments", "/pods")
        for event in town.api.store.logs[key]
        if event.type == "DELETED"
    ]
    assert max(kinds)[1] == "apps/deployments"


def test_orphans_stay_and_forget_their_owner() -> None:
    town = Town()
    town.make(f"{APPS}/replicasets", workload("ReplicaSet"))
    town.life.step()
    town("DELETE", f"{APPS}/replicasets/w", {"propagationPolicy": "Orphan"})
    town.life.step()
    pods = town.get(f"{CORE}/pods")["items"]
    assert len(pods) == 1
    assert "ownerReferences" not in pods[0]["metadata"]


def test_a_stateful_set_has_numbered_pods_and_bound_claims() -> None:
    town = Town()
    town.make("/apis/storage.k8s.io/v1/storageclasses", {"metadata": {"name": "s"}, "provisioner": "x.y/z"})
    claim = {
        "metadata": {"name": "d"},
        "spec": {"storageClassName": "s", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    town.make(f"{APPS}/statefulsets", workload("StatefulSet", serviceName="x", replicas=2, volumeClaimTemplates=[claim]))
    town.life.step()
    assert names(town.get(f"{CORE}/pods")) == ["w-0", "w-1"]
    assert [item["status"]["phase"] for item in town.get(f"{CORE}/persistentvolumeclaims")["items"]] == ["Bound", "Bound"]
    status = town.get(f"{APPS}/statefulsets/w")["status"]
    assert (status["readyReplicas"], status["currentRevision"]) == (2, status["updateRevision"])


def test_a_daemon_set_runs_on_the_one_node() -> None:
    town = Town()
    town.make(f"{APPS}/daemonsets", workload("DaemonSet"))
    town.life.step()
    status = town.get(f"{APPS}/daemonsets/w")["status"]
    assert (status["desiredNumberScheduled"], status["numberAvailable"]) == (1, 1)


def test_a_job_completes_and_its_pod_has_a_log() -> None:
    town = Town(Behavior(logs={"i:*": "done\nwell\n"}))
    town.make(f"{BATCH}/jobs", job())
    town.life.step()
    found = town.get(f"{BATCH}/jobs/j")
    assert [item["type"] for item in found["status"]["conditions"]] == ["SuccessCriteriaMet", "Complete"]
    pod = names(town.get(f"{CORE}/pods"))[0]
    assert town("GET", f"{CORE}/pods/{pod}/log").body == "done\nwell\n"
    assert town("GET", f"{CORE}/pods/{pod}/log?tailLines=1").body == "well\n"
    assert town("GET", f"{CORE}/pods/{pod}/log?container=none").code == 400


def test_a_job_whose_image_fails_ends_after_its_limit() -> None:
    town = Town(Behavior(fail={"bad:*": "exit"}))
    town.make(f"{BATCH}/jobs", job("bad:1", backoffLimit=2))
    town.life.step()
    status = town.get(f"{BATCH}/jobs/j")["status"]
    assert status["failed"] == 3
    assert [(item["type"], item["reason"]) for item in status["conditions"]][-1] == ("Failed", "BackoffLimitExceeded")


@pytest.mark.parametrize(
    ("how", "reason"), [("pull", "ImagePullBackOff"), ("crash", "CrashLoopBackOff"), ("exit", "CrashLoopBackOff")]
)
def test_an_image_that_fails_keeps_a_deployment_from_being_ready(how: str, reason: str) -> None:
    town = Town(Behavior(fail={"bad:*": how}))
    town.make(f"{APPS}/deployments", workload("Deployment", image="bad:1"))
    town.life.step()
    pod = town.get(f"{CORE}/pods")["items"][0]
    assert pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == reason
    assert "readyReplicas" not in town.get(f"{APPS}/deployments/w")["status"]


def test_time_passes_before_pods_run_and_end() -> None:
    town = Town(Behavior(start_seconds=5, run_seconds=20))
    town.make(f"{BATCH}/jobs", job())
    due = town.life.step()
    assert due == town.time + 5

    def phase() -> str:
        return str(town.get(f"{CORE}/pods")["items"][0]["status"]["phase"])

    assert phase() == "Pending"
    town.time += 5
    town.life.step()
    assert phase() == "Running"
    town.time += 20
    town.life.step()
    assert phase() == "Succeeded"


def test_a_namespace_goes_with_all_it_holds() -> None:
    town = Town()
    town.make("/api/v1/namespaces", {"metadata": {"name": "x"}})
    town.make("/apis/apps/v1/namespaces/x/deployments", workload("Deployment"))
    town.life.step()
    assert town("DELETE", "/api/v1/namespaces/x").body["status"]["phase"] == "Terminating"
    town.life.step()
    assert town("GET", "/api/v1/namespaces/x").code == 404
    assert names(town.get("/api/v1/pods")) == []


def test_a_load_balancer_gets_an_address() -> None:
    town = Town()
    town.make(f"{CORE}/services", {"metadata": {"name": "s"}, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}})
    town.life.step()
    assert town.get(f"{CORE}/services/s")["status"]["loadBalancer"]["ingress"][0]["ip"].startswith("203.0.113.")


def test_nothing_is_left_to_do_when_nothing_changes() -> None:
    town = Town()
    for kind, path in (("Deployment", "deployments"), ("StatefulSet", "statefulsets"), ("DaemonSet", "daemonsets")):
        town.make(f"{APPS}/{path}", workload(kind, name=kind.lower(), **({"serviceName": "x"} if kind == "StatefulSet" else {})))
    town.life.step()
    revision = town.api.store.revision
    town.life.step()
    assert town.api.store.revision == revision
    assert town.life.is_idle()


# --- watches --------------------------------------------------------------------------------------------------------------


def lines(response: Response) -> list[tuple[str, str]]:
    found = []
    for line in response.stream.take() or ():
        event = json.loads(line)
        found.append((event["type"], event["object"].get("metadata", {}).get("name", event["object"].get("reason", ""))))
    return found


def config(name: str, **labels: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels}}


def test_a_watch_tells_what_is_there_and_what_happens() -> None:
    town = Town()
    town.make(f"{CORE}/secrets", config("a"))
    watch = town("GET", f"{CORE}/secrets?watch=1")
    assert lines(watch) == [("ADDED", "a")]
    town.make(f"{CORE}/secrets", config("b"))
    town("PATCH", f"{CORE}/secrets/a", {"data": {"x": "eA=="}}, "application/merge-patch+json")
    town("DELETE", f"{CORE}/secrets/b")
    assert lines(watch) == [("ADDED", "b"), ("MODIFIED", "a"), ("DELETED", "b")]
    assert lines(watch) == []


def test_a_watch_goes_on_from_a_version() -> None:
    town = Town()
    version = town.make(f"{CORE}/secrets", config("a"))["metadata"]["resourceVersion"]
    town.make(f"{CORE}/secrets", config("b"))
    assert lines(town("GET", f"{CORE}/secrets?watch=1&resourceVersion={version}")) == [("ADDED", "b")]


def test_what_comes_to_match_a_selector_is_added_and_what_no_longer_does_is_deleted() -> None:
    town = Town()
    watch = town("GET", f"{CORE}/secrets?watch=1&labelSelector=x")
    assert lines(watch) == []
    town.make(f"{CORE}/secrets", config("a"))
    assert lines(watch) == []
    town("PATCH", f"{CORE}/secrets/a", {"metadata": {"labels": {"x": "1"}}}, "application/merge-patch+json")
    town("PATCH", f"{CORE}/secrets/a", {"metadata": {"labels": {"x": None}}}, "application/merge-patch+json")
    assert lines(watch) == [("ADDED", "a"), ("DELETED", "a")]


def test_a_version_that_is_forgotten_is_too_old() -> None:
    town = Town()
    town.make(f"{CORE}/secrets", config("a"))
    town.api.store.compact()
    watch = town("GET", f"{CORE}/secrets?watch=1&resourceVersion=1")
    assert lines(watch) == [("ERROR", "Expired")]
    assert watch.stream.take() is None


def test_initial_events_end_with_a_bookmark() -> None:
    town = Town()
    town.make(f"{CORE}/secrets", config("a"))
    options = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    events = [json.loads(line) for line in town("GET", f"{CORE}/secrets?{options}").stream.take()]
    assert [event["type"] for event in events] == ["ADDED", "BOOKMARK"]
    assert events[1]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_pages_follow_one_another() -> None:
    town = Town()
    for name in "abcde":
        town.make(f"{CORE}/secrets", config(name))
    first = town.get(f"{CORE}/secrets?limit=2")
    second = town.get(f"{CORE}/secrets?limit=2&continue={first['metadata']['continue']}")
    last = town.get(f"{CORE}/secrets?limit=2&continue={second['metadata']['continue']}")
    assert [names(page) for page in (first, second, last)] == [["a", "b"], ["c", "d"], ["e"]]
    assert first["metadata"]["remainingItemCount"] == 3
    assert "continue" not in last["metadata"]


def test_bodies_that_are_hostile_are_refused() -> None:
    town = Town()
    deep = b'{"metadata":{"name":"a"},"data":' + b'{"a":' * 50000 + b"1" + b"}" * 50001
    request = Request("POST", f"{CORE}/configmaps", {}, {"content-type": "application/json"}, deep, ADMIN)
    assert town.api.answer(request).code == 400
    assert town.api.answer(request.replace(body=b"x" * (3 * 1024 * 1024 + 1))).code == 413
    assert town.api.answer(request.replace(body=b"\xff\xfe")).code == 400
