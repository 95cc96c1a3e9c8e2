"""One suite for all storage drivers: in memory always, as Secrets and ConfigMaps on the real API server."""

from __future__ import annotations

import base64
import gzip
import json
import pathlib
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import clusters
from steersman.errors import AlreadyExists, Conflict, Forbidden, NotFound, StorageError, UsageError
from steersman.golang.times import from_unix
from steersman.kube.client import Client
from steersman.kube.config import Overrides, load
from steersman.release.attempts import Attempt
from steersman.release.model import Info, Release
from steersman.storage import open_driver
from steersman.storage.kubernetes import ConfigMaps, Secrets
from steersman.storage.memory import Memory

if TYPE_CHECKING:
    from steersman.storage import Driver

BORN = 1_700_000_000.0


def release(name: str = "web", version: int = 1, status: str = "deployed", **more: Any) -> Release:
    info = Info(first_deployed=from_unix(1_600_000_000, 5), description="Install complete", status=status)
    config = {"replicas": 2.0, "names": ["ä", "<b>"], "none": None}
    return Release(
        name=name, namespace=more.pop("namespace", "space"), version=version, info=info, config=config, manifest="a: b\n", **more
    )


class Bench:
    """A kind of driver under test: `view()` opens another one on the same records, as another command would."""

    def __init__(self, view: Callable[..., Driver], namespaces: Callable[[], str]) -> None:
        self.view = view
        self.namespace = namespaces()
        self.another_namespace = namespaces
        self.driver = view(self.namespace)


@pytest.fixture(
    params=["memory", pytest.param("secret", marks=pytest.mark.cluster), pytest.param("configmap", marks=pytest.mark.cluster)]
)
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "memory":
        first = Memory("a", now=lambda: BORN)
        names = iter("abcdefgh")
        return Bench(lambda namespace, **_: first.of(namespace), lambda: next(names))
    server: clusters.Cluster = request.getfixturevalue("api_server")
    namespace: Callable[..., str] = request.getfixturevalue("namespace")
    client = Client(load(Overrides(kubeconfig=str(server.kubeconfig))))
    kind = Secrets if request.param == "secret" else ConfigMaps
    request.addfinalizer(client.close)
    return Bench(lambda name, **more: kind(client, name, now=lambda: BORN, **more), namespace)


def test_what_is_created_is_read_back(bench: Bench) -> None:
    bench.driver.create(release(labels={"team": "a"}))
    found = bench.view(bench.namespace).get("web", 1)
    assert found == release(labels={"team": "a"})


def test_a_record_tells_who_works_on_it_until_it_is_concluded(bench: Bench) -> None:
    attempt = Attempt("ann@host", "upgrade", 12.5)
    bench.driver.create(release(status="pending-upgrade"), attempt=attempt)
    other = bench.view(bench.namespace)
    assert other.get("web", 1) == release(status="pending-upgrade")
    assert other.trace("web", 1).attempt == attempt
    assert other.trace("web", 1).written is not None
    bench.driver.update(release(status="deployed"))
    other.get("web", 1)
    assert other.trace("web", 1).attempt is None


def test_a_record_is_created_once(bench: Bench) -> None:
    bench.driver.create(release())
    with pytest.raises(AlreadyExists, match=r"^release: already exists$"):
        bench.view(bench.namespace).create(release(status="failed"))
    assert bench.driver.get("web", 1).info.status == "deployed"


def test_what_is_not_there_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound, match=r"^release: not found$"):
        bench.driver.get("web", 1)
    with pytest.raises(NotFound, match=r"^release: not found$"):
        bench.driver.delete("web", 1)
    with pytest.raises(NotFound):
        bench.driver.update(release())
    assert bench.driver.history("web") == ()
    assert list(bench.driver.list()) == []


def test_an_update_changes_record_and_labels(bench: Bench) -> None:
    bench.driver.create(release(status="pending-install"))
    bench.driver.update(release(status="deployed"))
    (found,) = bench.view(bench.namespace).history("web")
    assert found.info.status == "deployed"
    assert found.labels["status"] == "deployed"
    assert found.labels["modifiedAt"] == str(int(BORN))
    bench.driver.update(found.with_status("superseded"))
    (found,) = bench.driver.list({"status": "superseded"})
    assert found.version == 1


def test_history_and_list_tell_the_drivers_labels_and_get_does_not(bench: Bench) -> None:
    bench.driver.create(release(labels={"team": "a"}))
    every = {"name": "web", "owner": "helm", "status": "deployed", "version": "1", "createdAt": str(int(BORN)), "team": "a"}
    assert bench.driver.history("web")[0].labels == every
    assert next(iter(bench.driver.list())).labels == every
    assert bench.driver.get("web", 1).labels == {"team": "a"}


def test_history_is_of_one_release_oldest_first(bench: Bench) -> None:
    for version in (2, 10, 1):
        bench.driver.create(release(version=version))
    bench.driver.create(release("web-2"))
    assert [one.version for one in bench.driver.history("web")] == [1, 2, 10]


def test_list_chooses_by_labels(bench: Bench) -> None:
    bench.driver.create(release(status="superseded"))
    bench.driver.create(release(version=2, labels={"team": "a"}))
    bench.driver.create(release("api", status="failed"))
    assert {(one.name, one.version) for one in bench.driver.list()} == {("web", 1), ("web", 2), ("api", 1)}
    assert {(one.name, one.version) for one in bench.driver.list({"status": "deployed"})} == {("web", 2)}
    assert {(one.name, one.version) for one in bench.driver.list({"team": "a"})} == {("web", 2)}
    assert list(bench.driver.list({"team": "b"})) == []


def test_a_namespace_sees_its_own_and_none_sees_all(bench: Bench) -> None:
    other = bench.another_namespace()
    bench.driver.create(release(namespace=bench.namespace))
    bench.view(other).create(release("api", namespace=other))
    assert [one.name for one in bench.driver.list()] == ["web"]
    everywhere = {(one.namespace, one.name) for one in bench.view("").list()}
    assert {(bench.namespace, "web"), (other, "api")} <= everywhere


def test_delete_gives_what_was_there(bench: Bench) -> None:
    bench.driver.create(release())
    bench.driver.create(release(version=2))
    assert bench.driver.delete("web", 1) == release()
    assert [one.version for one in bench.driver.history("web")] == [2]


def test_a_stale_writer_is_refused(bench: Bench) -> None:
    bench.driver.create(release(status="pending-install"))
    other = bench.view(bench.namespace)
    other.update(other.get("web", 1).with_status("failed"))
    with pytest.raises(Conflict, match="the object has been modified"):
        bench.driver.update(release(status="deployed"))
    assert bench.driver.get("web", 1).info.status == "failed"
    bench.driver.update(release(status="deployed"))
    assert other.get("web", 1).info.status == "deployed"


def test_a_writer_may_write_again_and_again(bench: Bench) -> None:
    bench.driver.create(release(status="pending-install"))
    for status in ("deployed", "superseded", "uninstalled"):
        bench.driver.update(release(status=status))
    assert bench.driver.get("web", 1).info.status == "uninstalled"


def test_names_that_hold_others_names_are_kept_apart(bench: Bench) -> None:
    bench.driver.create(release("a.v1"))
    bench.driver.create(release("a"))
    assert [one.name for one in bench.driver.history("a")] == ["a"]
    assert bench.driver.get("a.v1", 1).name == "a.v1"


# --- what only the drivers with objects can show --------------------------------------------------------------------------


@pytest.fixture
def client(api_server: clusters.Cluster) -> Client:
    return Client(load(Overrides(kubeconfig=str(api_server.kubeconfig))))


@pytest.mark.cluster
def test_one_broken_record_never_hides_the_others(
    api_server: clusters.Cluster, client: Client, namespace: Callable[..., str]
) -> None:
    space = namespace()
    broken: list[str] = []
    driver = Secrets(client, space, on_broken=lambda key, error: broken.append(f"{key}: {error}"))
    driver.create(release())
    labels = {"owner": "helm", "name": "web", "version": "2", "status": "deployed"}
    for name, data in (("v2", {"release": "bm90IGJhc2U2NCE="}), ("v3", {}), ("v4", {"release": "SDRzSUFBQUFBQUE="})):
        body = {"metadata": {"name": f"sh.helm.release.v1.web.{name}", "labels": labels}, "data": data}
        api_server.call("POST", f"/api/v1/namespaces/{space}/secrets", body)
    assert [one.version for one in driver.history("web")] == [1]
    assert [one.version for one in driver.list()] == [1]
    assert len(broken) == 6
    with pytest.raises(StorageError, match=r'^get: failed to decode data "sh\.helm\.release\.v1\.web\.v2": illegal base64'):
        driver.get("web", 2)


@pytest.mark.cluster
def test_many_records_are_read_page_by_page(
    client: Client, namespace: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steersman.storage.kubernetes.PAGE", 3)
    driver = Secrets(client, namespace())
    for version in range(1, 9):
        driver.create(release(version=version))
    assert [one.version for one in driver.history("web")] == list(range(1, 9))
    first = driver.list()
    next(first)
    first.close()  # type: ignore[attr-defined]
    pages = client.transport.send
    calls = iter(range(100))

    def fail_later(*arguments: Any, **named: Any) -> Any:
        if next(calls) == 1:
            raise Forbidden("no more")
        return pages(*arguments, **named)

    monkeypatch.setattr(client.transport, "send", fail_later)
    with pytest.raises(Forbidden, match=r"^list: failed to list: no more$"):
        list(driver.list())


@pytest.mark.cluster
def test_a_record_may_be_as_large_as_the_server_allows(client: Client, namespace: Callable[..., str]) -> None:
    import random

    noise = random.Random(1).randbytes(900_000).hex()
    driver = Secrets(client, namespace())
    driver.create(release().replace(manifest=noise[:700_000]))
    assert len(driver.get("web", 1).manifest) == 700_000
    with pytest.raises(Exception, match=r"^create: failed to create: ") as caught:
        driver.create(release(version=2).replace(manifest=noise))
    assert getattr(caught.value, "code", "") in ("invalid-object", "too-large")


@pytest.mark.cluster
def test_who_may_not_read_secrets_is_told(api_server: clusters.Cluster, namespace: Callable[..., str]) -> None:
    space = namespace()
    config = load(Overrides(kubeconfig=str(api_server.kubeconfig_for("nobody"))))
    with pytest.raises(Forbidden, match=r'^list: failed to list: secrets is forbidden: User "nobody" cannot list'):
        list(Secrets(Client(config), space).list())


@pytest.mark.cluster
@pytest.mark.peers
@pytest.mark.parametrize("name", ["helm4", "helm3"])
@pytest.mark.parametrize("driver_name", ["secret", "configmap"])
def test_helm_reads_what_we_write_and_we_read_what_helm_writes(
    name: str,
    driver_name: str,
    api_server: clusters.Cluster,
    client: Client,
    namespace: Callable[..., str],
    peer: Callable[[str], pathlib.Path],
    tmp_path: pathlib.Path,
) -> None:
    space = namespace()
    helm = peer(name)
    environment = api_server.environment(HELM_DRIVER=driver_name, HELM_NAMESPACE=space)
    chart = tmp_path / "small"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: small\nversion: 1.0.0\nappVersion: '7'\n")
    (chart / "values.yaml").write_text("a: 1\nb: {c: [x, null]}\n")
    (chart / "templates" / "a.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {a: '{{ .Values.a }}'}\n"
    )

    def run(*arguments: str) -> str:
        done = subprocess.run([helm, *arguments], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("install", "web", str(chart), "--set", "b.d=ü", "--labels", "team=a")
    driver = open_driver(driver_name, client, space)
    (ours,) = driver.history("web")
    assert (ours.name, ours.namespace, ours.version, ours.info.status) == ("web", space, 1, "deployed")
    assert ours.labels["team"] == "a"
    assert ours.config == {"b": {"d": "ü"}}
    path = f"/api/v1/namespaces/{space}/{driver_name}s/sh.helm.release.v1.web.v1"
    theirs = api_server.call("GET", path)
    driver.delete("web", 1)
    driver.create(ours)
    written = api_server.call("GET", path)
    said, meant = (_unpacked(one, driver_name) for one in (written, theirs))
    assert said == meant.replace('"deleted":"",', ""), "the record is the same, byte for byte (Helm 3 wrote an empty time)"
    labels = written["metadata"]["labels"]
    assert labels.pop("createdAt")
    assert labels == theirs["metadata"]["labels"]
    assert written.get("type") == theirs.get("type")
    assert json.loads(run("list", "-o", "json"))[0]["chart"] == "small-1.0.0"
    run("upgrade", "web", str(chart), "--set", "a=2")
    assert [(one.version, one.info.status) for one in driver.history("web")] == [(1, "superseded"), (2, "deployed")]
    driver.update(driver.get("web", 2).with_status("failed", "told by us"))
    assert "told by us" in run("history", "web")


def _unpacked(found: dict[str, Any], driver_name: str) -> str:
    text = found["data"]["release"]
    if driver_name == "secret":
        text = base64.b64decode(text)
    return gzip.decompress(base64.b64decode(text)).decode()


# --- choosing a driver ----------------------------------------------------------------------------------------------------


def test_names_of_drivers(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match=r'^unknown driver "etcd"$'):
        open_driver("etcd", None, "a")
    with pytest.raises(StorageError, match="needs a cluster"):
        open_driver("configmaps", None, "a")
    data = tmp_path / "releases.yaml"
    data.write_text(
        "- {name: web, namespace: a, version: 3, info: {status: deployed}}\n- {name: api, namespace: b, version: 1}\n"
    )
    driver = open_driver("memory", None, "a", environ={"HELM_MEMORY_DRIVER_DATA": str(data)})
    assert [(one.name, one.version) for one in driver.list()] == [("web", 3)]
    with pytest.raises(StorageError, match="no such file or directory"):
        open_driver("memory", None, "a", environ={"HELM_MEMORY_DRIVER_DATA": f"{tmp_path}/nope"})
