"""The sandbox as a server: TLS, users, keep-alive, watches over the wire, bad HTTP; and as a process of its own."""

from __future__ import annotations

import base64
import http.client
import json
import os
import pathlib
import socket
import ssl
import stat
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from steersman import sandbox
from steersman.errors import UsageError


@pytest.fixture(scope="module")
def box() -> Iterator[sandbox.Sandbox]:
    with sandbox.start() as running:
        yield running
        assert not running.front.failures, running.front.failures[0]


Connect = Callable[..., http.client.HTTPSConnection]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes connections, and closes them when the test ends."""
    made: list[http.client.HTTPSConnection] = []

    def make(box: sandbox.Sandbox, kubeconfig: str = "") -> http.client.HTTPSConnection:
        made.append(_connection(box, kubeconfig))
        return made[-1]

    yield make
    for connection in made:
        connection.close()


def _connection(box: sandbox.Sandbox, kubeconfig: str) -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cadata=box.ca_pem.decode())
    if kubeconfig:
        user = json.loads(pathlib.Path(kubeconfig).read_text())["users"][0]["user"]
        file = pathlib.Path(kubeconfig).with_suffix(".pem")
        file.write_bytes(b"".join(base64.b64decode(user[f"client-{part}-data"]) for part in ("certificate", "key")))
        context.load_cert_chain(file)
    return http.client.HTTPSConnection("127.0.0.1", box.port, context=context, timeout=10)


def ask(connection: http.client.HTTPSConnection, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    response = connection.getresponse()
    data = response.read()
    return response.status, json.loads(data) if data[:1] in (b"{", b"[") else data.decode()


REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


def test_the_kubeconfig_is_private_and_names_an_administrator(box: sandbox.Sandbox, connect: Connect) -> None:
    assert stat.S_IMODE(os.stat(box.kubeconfig).st_mode) == 0o600
    code, found = ask(connect(box, box.kubeconfig), "POST", REVIEW, {})
    assert code == 201
    assert found["status"]["userInfo"]["username"] == "kubernetes-admin"
    assert "system:masters" in found["status"]["userInfo"]["groups"]


def test_other_users_can_be_made(box: sandbox.Sandbox, connect: Connect, tmp_path: pathlib.Path) -> None:
    path = box.write_kubeconfig("jane", ("dev",), str(tmp_path / "config"))
    _, found = ask(connect(box, path), "POST", REVIEW, {})
    assert found["status"]["userInfo"] == {"username": "jane", "groups": ["dev", "system:authenticated"]}


def test_tokens_are_known_or_refused(box: sandbox.Sandbox, connect: Connect) -> None:
    connection = connect(box)
    assert ask(connection, "GET", "/api/v1/namespaces", token=box.token)[0] == 200
    assert ask(connection, "GET", "/api/v1/namespaces", token="wrong")[0] == 401
    code, found = ask(connection, "GET", "/api/v1/namespaces")
    assert code == 403
    assert found["message"] == (
        'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope'
    )
    assert ask(connection, "GET", "/version")[0] == 200


def test_a_certificate_of_another_authority_is_refused(box: sandbox.Sandbox, connect: Connect) -> None:
    with sandbox.start(controllers=False) as other, pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
        ask(connect(box, other.kubeconfig), "GET", "/version")


def test_a_connection_serves_many_requests(box: sandbox.Sandbox, connect: Connect) -> None:
    connection = connect(box)
    for _ in range(5):
        assert ask(connection, "GET", "/version", token=box.token)[1]["gitVersion"] == box.version


def test_a_watch_tells_over_the_wire_as_things_happen(box: sandbox.Sandbox, connect: Connect) -> None:
    watching, writing = connect(box), connect(box)
    watching.request("GET", "/api/v1/namespaces/default/secrets?watch=1", headers={"Authorization": f"Bearer {box.token}"})
    response = watching.getresponse()
    for name in "ab":
        ask(writing, "POST", "/api/v1/namespaces/default/secrets", {"metadata": {"name": f"wire-{name}"}}, box.token)
        assert json.loads(response.readline())["object"]["metadata"]["name"] == f"wire-{name}"
    watching.close()


def test_a_watch_ends_when_its_time_is_over(box: sandbox.Sandbox, connect: Connect) -> None:
    connection = connect(box)
    path = "/api/v1/nodes?watch=1&timeoutSeconds=1&resourceVersion=1"
    connection.request("GET", path, headers={"Authorization": f"Bearer {box.token}"})
    assert b"ADDED" in connection.getresponse().read()


def test_many_watches_at_once(box: sandbox.Sandbox, connect: Connect) -> None:
    connections = [connect(box) for _ in range(40)]
    for connection in connections:
        connection.request(
            "GET", "/api/v1/namespaces/default/endpoints?watch=1", headers={"Authorization": f"Bearer {box.token}"}
        )
    responses = [connection.getresponse() for connection in connections]
    ask(connect(box), "POST", "/api/v1/namespaces/default/endpoints", {"metadata": {"name": "many"}}, box.token)
    assert {json.loads(response.readline())["object"]["metadata"]["name"] for response in responses} == {"many"}
    for connection in connections:
        connection.close()


def test_writers_do_not_lose_each_others_changes(box: sandbox.Sandbox, connect: Connect) -> None:
    path = "/api/v1/namespaces/default/configmaps"
    ask(connect(box), "POST", path, {"metadata": {"name": "shared"}, "data": {}}, box.token)
    refused = []

    def write(number: int) -> None:
        connection = connect(box)
        done = 0
        while done < 5:
            _, found = ask(connection, "GET", f"{path}/shared", token=box.token)
            data = {**(found.get("data") or {}), f"k{number}-{done}": "v"}
            code, _ = ask(connection, "PUT", f"{path}/shared", {**found, "data": data}, box.token)
            done += code == 200
            refused.append(code)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _, found = ask(connect(box), "GET", f"{path}/shared", token=box.token)
    assert len(found["data"]) == 20
    assert set(refused) <= {200, 409}


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20000,
        b"POST /api HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /api HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /api HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"\x16\x03\x01",
    ],
)
def test_what_is_no_request_ends_the_connection_and_nothing_else(box: sandbox.Sandbox, connect: Connect, data: bytes) -> None:
    context = ssl.create_default_context(cadata=box.ca_pem.decode())
    plain = socket.create_connection(("127.0.0.1", box.port), timeout=2)
    with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
        try:
            secure.sendall(data)
            answer = secure.recv(65536)
        except (OSError, ssl.SSLError):
            answer = b""
    assert not answer or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))
    assert ask(connect(box), "GET", "/version", token=box.token)[0] == 200


def test_reset_leaves_a_fresh_cluster(box: sandbox.Sandbox, connect: Connect) -> None:
    ask(connect(box), "POST", "/api/v1/namespaces", {"metadata": {"name": "extra"}}, box.token)
    box.reset()
    _, found = ask(connect(box), "GET", "/api/v1/namespaces", token=box.token)
    assert [item["metadata"]["name"] for item in found["items"]] == ["default", "kube-node-lease", "kube-public", "kube-system"]


def test_it_runs_as_a_process_of_its_own_until_it_is_stopped(tmp_path: pathlib.Path) -> None:
    assert sandbox.inspect(tmp_path) is None
    assert sandbox.halt(tmp_path) is False
    state = sandbox.launch(tmp_path)
    try:
        assert sandbox.inspect(tmp_path) == state
        assert pathlib.Path(state.kubeconfig).stat().st_mode & 0o777 == 0o600
        with pytest.raises(UsageError, match="running already"):
            sandbox.launch(tmp_path)
        port = int(state.url.rpartition(":")[2])
        config = json.loads(pathlib.Path(state.kubeconfig).read_text())
        authority = base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]).decode()
        context = ssl.create_default_context(cadata=authority)
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=10)
        assert ask(connection, "GET", "/readyz") == (200, "ok")
        connection.close()
    finally:
        assert sandbox.halt(tmp_path) is True
    assert sandbox.inspect(tmp_path) is None
    assert not (tmp_path / "kubeconfig").exists()


def test_a_state_left_behind_by_a_crash_is_not_believed(tmp_path: pathlib.Path) -> None:
    state = {"pid": os.getpid(), "url": "https://127.0.0.1:1", "kubeconfig": "x", "version": "v", "started": 0}
    (tmp_path / "sandbox.json").write_text(json.dumps(state))
    (tmp_path / "sandbox.lock").touch()
    assert sandbox.inspect(tmp_path) is None
