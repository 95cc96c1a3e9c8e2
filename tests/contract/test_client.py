"""The client on the real API server: every verb, and what the server refuses."""

from __future__ import annotations

import contextlib
import pathlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import clusters
from steersman.clock import Deadline
from steersman.errors import AlreadyExists, Cancelled, ClusterError, Conflict, DeadlineExceeded, Forbidden, Invalid, NotFound
from steersman.kube import discovery, requests, statuses
from steersman.kube.client import Client, Event
from steersman.kube.config import Overrides, load
from steersman.kube.discovery import Discovery, NoMatch
from steersman.kube.identity import Identity
from steersman.objects.refs import Ref

pytestmark = pytest.mark.cluster


@pytest.fixture
def client(api_server: clusters.Cluster) -> Iterator[Client]:
    with contextlib.closing(Client(load(Overrides(kubeconfig=str(api_server.kubeconfig))))) as one:
        yield one


@pytest.fixture
def space(namespace: Callable[..., str]) -> str:
    return namespace()


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_who_and_where(client: Client) -> None:
    version = client.version()
    assert (version.major, version.git_version[:3]) == ("1", "v1.")
    assert client.whoami()["username"] == "admin"


def test_the_life_of_an_object(client: Client, space: str) -> None:
    ref = Ref("v1", "ConfigMap", space, "a")
    with pytest.raises(NotFound, match=r'^configmaps "a" not found$'):
        client.get(ref)
    created = client.create(config_map("a", k="1"), namespace=space, field_manager="helm")
    assert created["metadata"]["managedFields"][0]["manager"] == "helm"
    with pytest.raises(AlreadyExists, match=r'^configmaps "a" already exists$'):
        client.create(config_map("a"), namespace=space)
    assert client.get(ref)["data"] == {"k": "1"}
    assert client.patch(ref, {"data": {"l": "2"}}, kind="merge")["data"] == {"k": "1", "l": "2"}
    assert client.patch(ref, {"data": {"l": None}}, kind="strategic")["data"] == {"k": "1"}
    assert client.patch(ref, [{"op": "add", "path": "/data/m", "value": "3"}], kind="json")["data"] == {"k": "1", "m": "3"}
    assert client.replace(config_map("a", z="0"), namespace=space)["data"] == {"z": "0"}
    with pytest.raises(Conflict, match="the object has been modified"):
        client.replace(
            {**config_map("a"), "metadata": {"name": "a", "resourceVersion": created["metadata"]["resourceVersion"]}},
            namespace=space,
        )
    with pytest.raises(Conflict, match="the UID in the precondition"):
        client.delete(ref, uid="another")
    client.delete(ref, uid=created["metadata"]["uid"])
    with pytest.raises(NotFound):
        client.delete(ref)


def test_server_side_apply(client: Client, space: str) -> None:
    client.apply(config_map("a", k="1"), namespace=space, field_manager="one")
    with pytest.raises(Conflict, match='Apply failed with 1 conflict: conflict with "one": \\.data\\.k') as caught:
        client.apply(config_map("a", k="2"), namespace=space, field_manager="two")
    assert caught.value.status is not None
    assert client.apply(config_map("a", k="2"), namespace=space, field_manager="two", force=True)["data"] == {"k": "2"}
    wrong = {**config_map("a"), "nonsense": 1}
    with pytest.raises(ClusterError, match="field not declared in schema"):
        client.apply(wrong, namespace=space, field_manager="one", force=True, field_validation="Strict")


def test_a_dry_run_changes_nothing(client: Client, space: str) -> None:
    assert client.create(config_map("a"), namespace=space, dry_run=True)["metadata"]["uid"]
    assert client.apply(config_map("a"), namespace=space, field_manager="helm", dry_run=True)
    assert client.list("v1", "ConfigMap", namespace=space) == []


def test_an_invalid_object(client: Client, space: str) -> None:
    with pytest.raises(Invalid, match=r'^ConfigMap "A_b" is invalid: metadata\.name: Invalid value'):
        client.create(config_map("A_b"), namespace=space)


def test_lists_come_in_pages(client: Client, space: str) -> None:
    for number in range(7):
        body = config_map(f"m{number}", k="v")
        body["metadata"]["labels"] = {"odd": str(number % 2)}
        client.create(body, namespace=space)
    pages = list(client.pages("v1", "ConfigMap", namespace=space, limit=3))
    assert [len(page) for page in pages] == [3, 3, 1]
    found = client.list("v1", "ConfigMap", namespace=space, label_selector="odd=1")
    assert [item["metadata"]["name"] for item in found] == ["m1", "m3", "m5"]
    assert all((item["apiVersion"], item["kind"]) == ("v1", "ConfigMap") for item in found)
    assert [
        item["metadata"]["name"] for item in client.list("v1", "ConfigMap", namespace=space, field_selector="metadata.name=m2")
    ] == ["m2"]
    (heads,) = client.pages("v1", "ConfigMap", namespace=space, metadata_only=True)
    assert len(heads) == 7
    assert all("data" not in head and head["kind"] == "ConfigMap" for head in heads)
    assert {"m0"} <= {item["metadata"]["name"] for item in client.list("v1", "ConfigMap")}


def test_objects_without_a_namespace(client: Client, space: str) -> None:
    assert not client.is_namespaced("v1", "Namespace")
    assert client.get(Ref("v1", "Namespace", "", space))["metadata"]["name"] == space
    assert client.get(Ref("v1", "Namespace", "ignored", space))["metadata"]["name"] == space


def test_kinds_that_are_not_there_and_come(client: Client, space: str) -> None:
    group = f"{space}.example.test"
    with pytest.raises(NoMatch, match=rf'^no matches for kind "Toy" in version "{group}/v1"$'):
        client.get(Ref(f"{group}/v1", "Toy", space, "a"))
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"toys.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": "toys", "kind": "Toy"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
                }
            ],
        },
    }
    client.apply(definition, field_manager="helm")
    toy = {"apiVersion": f"{group}/v1", "kind": "Toy", "metadata": {"name": "a"}, "spec": {"n": 1, "f": 1.5}}
    end = time.monotonic() + 30
    while True:
        try:
            made = client.create(toy, namespace=space)
            break
        except (NoMatch, NotFound):
            assert time.monotonic() < end
            time.sleep(0.1)
    assert made["spec"] == {"n": 1, "f": 1.5}
    assert f"{group}/v1/Toy" in client.discover().api_versions()
    client.delete(Ref("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", f"toys.{group}"))


def test_both_forms_of_discovery_say_the_same(client: Client) -> None:
    aggregated = client.discover()
    versions = []
    for path in ("/api", "/apis"):
        versions += discovery.group_versions(client.transport.send(requests.Request("GET", path)).json())
    legacy = discovery.merge(client._discover_each(versions, None))

    def known(found: Discovery) -> dict[str, Any]:
        return {
            f"{one.api_version}/{one.name}": one.replace(
                subresources=tuple(sorted(one.subresources)), verbs=tuple(sorted(one.verbs))
            )
            for one in found.resources
        }

    assert known(aggregated) == known(legacy)
    assert set(aggregated.api_versions()) == set(legacy.api_versions())
    assert {"v1", "apps/v1", "apps/v1/Deployment", "apps/v1/Scale"} <= set(aggregated.api_versions())


def test_rights_are_those_of_whom_we_act_as(client: Client, api_server: clusters.Cluster, space: str) -> None:
    other = client.acting_as(Identity("jane", ("team",), extra=(("Scope/x", ("a",)),)))
    who = other.whoami()
    assert (who["username"], who["groups"]) == ("jane", ["team", "system:authenticated"])
    assert who["extra"] == {"scope/x": ["a"]}
    with pytest.raises(Forbidden, match='configmaps is forbidden: User "jane" cannot list resource "configmaps" in API group ""'):
        other.list("v1", "ConfigMap", namespace=space)
    nobody = Client(
        load(Overrides(kubeconfig=str(api_server.kubeconfig_for("nobody")), as_user="admin", as_groups=("system:masters",)))
    )
    with pytest.raises(Forbidden, match="cannot impersonate"):
        nobody.list("v1", "ConfigMap", namespace=space)


def test_a_token(api_server: clusters.Cluster, tmp_path: pathlib.Path) -> None:
    config = load(Overrides(kubeconfig=str(api_server.kubeconfig_for("t", token=clusters.ADMIN_TOKEN))))
    assert Client(config).whoami()["username"] == "admin"


def test_warnings_of_the_server(api_server: clusters.Cluster, space: str) -> None:
    told: list[str] = []
    client = Client(load(Overrides(kubeconfig=str(api_server.kubeconfig))), on_warning=told.append)
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "a", "image": "a", "env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}]},
    }
    client.create(body, namespace=space)
    assert told and "hides previous definition" in told[0]


def test_logs_of_a_pod_that_never_ran(client: Client, space: str) -> None:
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a", "image": "a"}]}}
    client.create(body, namespace=space)
    assert client.logs(space, "a") == ""
    with pytest.raises(ClusterError, match="container b is not valid for pod a"):
        client.follow_logs(space, "a", container="b")


# --- watches --------------------------------------------------------------------------------------------------------------


def names(event: Event) -> list[str]:
    return [one["metadata"]["name"] for one in event.objects] if event.kind == "LISTED" else [event.object["metadata"]["name"]]


def test_a_watch_sees_what_is_and_what_comes(client: Client, space: str) -> None:
    client.create(config_map("a"), namespace=space)
    watch = client.watch("v1", "ConfigMap", namespace=space, deadline=Deadline(time.monotonic, 20))
    first = next(watch)
    assert (first.kind, names(first)) == ("LISTED", ["a"])
    ref = Ref("v1", "ConfigMap", space, "a")
    client.create(config_map("b"), namespace=space)
    client.patch(ref, {"data": {"k": "v"}}, kind="merge")
    client.delete(ref)
    seen = [next(watch) for _ in range(3)]
    assert [(event.kind, *names(event)) for event in seen] == [("ADDED", "b"), ("MODIFIED", "a"), ("DELETED", "a")]
    assert seen[0].object["kind"] == "ConfigMap"
    watch.close()


def test_a_watch_goes_on_where_it_ended(client: Client, space: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steersman.kube.client.WATCH_SECONDS", 1)
    watch = client.watch("v1", "ConfigMap", namespace=space, deadline=Deadline(time.monotonic, 20))
    assert next(watch).kind == "LISTED"
    threading.Timer(2.5, lambda: client.create(config_map("a"), namespace=space)).start()
    event = next(watch)
    assert (event.kind, names(event)) == ("ADDED", ["a"])


def test_a_watch_too_old_begins_again(client: Client, space: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = client._events
    status = {"kind": "Status", "status": "Failure", "code": 410, "reason": "Expired", "message": "too old resource version"}
    refused = iter([True])

    def old(*arguments: Any) -> Iterator[Any]:
        if next(refused, False):
            raise statuses.from_status(status)
        yield from plain(*arguments)

    monkeypatch.setattr(client, "_events", old)
    client.create(config_map("a"), namespace=space)
    watch = client.watch("v1", "ConfigMap", namespace=space, deadline=Deadline(time.monotonic, 20))
    assert [(event.kind, names(event)) for event in (next(watch), next(watch))] == [("LISTED", ["a"]), ("LISTED", ["a"])]
    client.create(config_map("b"), namespace=space)
    assert names(next(watch)) == ["b"]


def test_a_watch_ends_by_its_deadline_and_when_called_off(client: Client, space: str) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        list(client.watch("v1", "ConfigMap", namespace=space, deadline=Deadline(time.monotonic, 0.5)))
    deadline = Deadline(time.monotonic)
    threading.Timer(0.3, deadline.cancel).start()
    with pytest.raises(Cancelled):
        list(client.watch("v1", "ConfigMap", namespace=space, deadline=deadline))
    assert time.monotonic() - started < 8


def test_the_clients_own_deadline_counts_where_none_is_given(client: Client, space: str) -> None:
    client.discover()
    client.deadline = Deadline(time.monotonic, 0.5)
    with pytest.raises(DeadlineExceeded):
        list(client.watch("v1", "ConfigMap", namespace=space))
    with pytest.raises(DeadlineExceeded, match=r'^Get "https://.*/version": context deadline exceeded$'):
        client.version()
    assert client.version(deadline=Deadline(time.monotonic, 20)).major == "1"


def test_a_watch_that_is_refused_says_so(client: Client, space: str) -> None:
    other = client.acting_as(Identity("jane"))
    with pytest.raises(Forbidden):
        next(other.watch("v1", "ConfigMap", namespace=space))


def test_many_threads_share_one_client(client: Client, space: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(12) as pool:
        made = list(pool.map(lambda number: client.create(config_map(f"m{number}"), namespace=space), range(60)))
    assert len(made) == 60
    assert len(client.list("v1", "ConfigMap", namespace=space)) == 60
