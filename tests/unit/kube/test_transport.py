"""The transport against a scripted server on loopback: what is repeated and what is not, headers, streams, deadlines."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import pathlib
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from steersman.clock import Deadline
from steersman.errors import Cancelled, ClusterError, Conflict, DeadlineExceeded, Forbidden, NotFound, Unreachable
from steersman.kube import requests, transport
from steersman.kube.config import ClusterConfig, ExecPlugin
from steersman.kube.credentials import Credentials
from steersman.kube.identity import Identity
from steersman.kube.requests import Request
from steersman.kube.transport import Transport, proxy_from_environment, warning_text

GET = Request("GET", "/api/v1/pods/a", resource="pods", name="a")
POST = Request("POST", "/api/v1/pods", body=b"{}", resource="pods")


def http(status: int = 200, body: bytes | str = b"{}", **headers: str) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in ({"Content_Type": "application/json"} | headers).items()]
    return "\r\n".join([*lines, "", ""]).encode() + data


def failure(code: int, reason: str, message: str = "no") -> str:
    return json.dumps({"kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": message})


class Script:
    """A server that answers call after call from a list: bytes to send, or a function of the connection. It keeps what was asked."""

    def __init__(self, answers: list[bytes | Callable[[socket.socket], None] | None]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while True:
                text = b""
                while b"\r\n\r\n" not in text:
                    part = connection.recv(65536)
                    if not part:
                        return
                    text += part
                head, _, body = text.partition(b"\r\n\r\n")
                length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
                while len(body) < length:
                    body += connection.recv(65536)
                self.asked.append((head + b"\n\n" + body).decode("utf-8"))
                answer = self.answers.pop(0) if self.answers else http(404, failure(404, "NotFound", "the script is over"))
                if answer is None:
                    return
                if callable(answer):
                    answer(connection)
                    return
                connection.sendall(answer)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[Script, Transport]]]:
    monkeypatch.setattr(transport, "RETRY_SECONDS", 0.0)
    made: list[Any] = []

    def make(*answers: Any, **config: Any) -> tuple[Script, Transport]:
        server = Script(list(answers))
        carrier = Transport(ClusterConfig(server.url, **config))
        made.extend([server, carrier])
        return server, carrier

    yield make
    for one in made:
        one.close()


def test_an_answer(script: Callable[..., Any]) -> None:
    server, carrier = script(http(body='{"a": 1}'))
    assert carrier.send(GET).json() == {"a": 1}
    assert server.asked[0].startswith("GET /api/v1/pods/a HTTP/1.1\r\n")
    assert "User-Agent: steersman/" in server.asked[0]
    assert "Content-Type" not in server.asked[0]


def test_a_connection_is_kept(script: Callable[..., Any]) -> None:
    ports = set()

    def note(connection: socket.socket) -> None:
        ports.add(connection.getpeername()[1])

    server, carrier = script(http(), http(), http(), note)
    for _ in range(3):
        carrier.send(POST)
    assert len(server.asked) == 3


def half_an_answer(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nabc")


@pytest.mark.parametrize("answer", [None, half_an_answer])
def test_a_read_that_was_cut_is_repeated_and_a_write_is_not(answer: Any, script: Callable[..., Any]) -> None:
    server, carrier = script(answer, answer, http())
    carrier.send(GET)
    assert len(server.asked) == 3
    server, carrier = script(answer, http())
    with pytest.raises(Unreachable, match=r'^Post "http://127\.0\.0\.1:\d+/api/v1/pods": (unexpected )?EOF$'):
        carrier.send(POST)
    assert len(server.asked) == 1


def test_a_read_is_not_repeated_for_ever(script: Callable[..., Any]) -> None:
    server, carrier = script(*[None] * 50)
    with pytest.raises(Unreachable, match="EOF"):
        carrier.send(GET)
    assert len(server.asked) == 1 + transport.MAX_RETRIES


@pytest.mark.parametrize("status", [429, 500, 503])
def test_the_server_may_ask_to_come_back(status: int, script: Callable[..., Any]) -> None:
    server, carrier = script(http(status, Retry_After="0"), http(status, Retry_After="0"), http())
    carrier.send(POST)
    assert len(server.asked) == 3
    assert server.asked[2].endswith("{}"), "with the same body"


@pytest.mark.parametrize("after", ["", "soon", "-1", "1.5"])
def test_without_a_time_nothing_is_repeated(after: str, script: Callable[..., Any]) -> None:
    server, carrier = script(http(429, **({"Retry_After": after} if after else {})), http())
    with pytest.raises(ClusterError) as caught:
        carrier.send(GET)
    assert (caught.value.code, len(server.asked)) == ("too-many-requests", 1)


@pytest.mark.parametrize("message", ["etcdserver: leader changed", "rpc error: code = Unknown desc = raft proposal dropped"])
def test_a_change_of_leader_is_sat_out_once(message: str, script: Callable[..., Any]) -> None:
    broken = http(500, failure(500, "InternalError", message))
    server, carrier = script(broken, http())
    carrier.send(POST)
    assert len(server.asked) == 2
    server, carrier = script(broken, broken, http())
    with pytest.raises(ClusterError, match=message.replace("(", r"\(")):
        carrier.send(POST)
    assert len(server.asked) == 2


def test_refusals_are_errors_of_their_family(script: Callable[..., Any]) -> None:
    _, carrier = script(
        http(404, failure(404, "NotFound", 'pods "a" not found')),
        http(409, failure(409, "Conflict", "changed")),
        http(403, failure(403, "Forbidden", "you may not")),
        http(410, failure(410, "Expired", "too old")),
        http(404, "page not found", Content_Type="text/plain"),
        http(200, "no json"),
    )
    for family, message in (
        (NotFound, 'pods "a" not found'),
        (Conflict, "changed"),
        (Forbidden, "you may not"),
        (ClusterError, "too old"),
        (NotFound, "the server could not find the requested resource (get pods a)"),
    ):
        with pytest.raises(family) as caught:
            carrier.send(GET)
        assert str(caught.value) == message
    with pytest.raises(ClusterError, match="json parse error"):
        carrier.send(GET).json()


def test_every_request_is_on_behalf_of_the_identity(script: Callable[..., Any]) -> None:
    identity = Identity("jänë", ("a", "b"), "7", (("scope", ("x",)),))
    server, carrier = script(http(), http(429, Retry_After="0"), http(), http(), impersonate=identity)
    carrier.send(GET)
    carrier.send(POST)
    with carrier.stream(GET):
        pass
    assert len(server.asked) == 4
    for asked in server.asked:
        assert asked.count("Impersonate-User: jänë\r\n") == 1
        assert "Impersonate-Group: a\r\nImpersonate-Group: b\r\n" in asked
        assert "Impersonate-Uid: 7\r\n" in asked
        assert "Impersonate-Extra-scope: x\n" in asked.replace("\r", "")


def test_redirects_are_not_followed(script: Callable[..., Any]) -> None:
    server, carrier = script(http(302, Location="http://127.0.0.1:1/"), http())
    with pytest.raises(ClusterError, match="status code 302"):
        carrier.send(GET)
    assert len(server.asked) == 1


def test_compressed_answers(script: Callable[..., Any]) -> None:
    _, carrier = script(http(200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip"))
    assert carrier.send(GET).json() == {"a": 1}


def test_an_answer_too_large_is_not_read_to_its_end(script: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_RESPONSE_BYTES", 1 << 21)
    _, carrier = script(http(200, gzip.compress(bytes(1 << 26)), Content_Encoding="gzip"))
    with pytest.raises(ClusterError, match="larger than 2 MiB"):
        carrier.send(GET)


def test_warnings_are_told(script: Callable[..., Any]) -> None:
    server, _ = script(http(Warning='299 - "v1 is \\"old\\""'))
    told: list[str] = []
    Transport(ClusterConfig(server.url), on_warning=told.append).send(GET)
    assert told == ['v1 is "old"']
    assert warning_text('199 - "x"') == ""
    assert warning_text('299 - "a\x1b[1m"') == "a [1m"


def test_a_deadline_ends_waiting_for_an_answer(script: Callable[..., Any]) -> None:
    _, carrier = script(lambda connection: time.sleep(30))
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded, match=r'^Get "http://.*": context deadline exceeded$'):
        carrier.send(GET, Deadline(time.monotonic, 0.3))
    assert time.monotonic() - started < 5


def test_a_deadline_ends_waiting_to_come_back(script: Callable[..., Any]) -> None:
    _, carrier = script(http(429, Retry_After="30"))
    with pytest.raises(DeadlineExceeded):
        carrier.send(GET, Deadline(time.monotonic, 0.3))


def test_nothing_is_sent_after_the_end(script: Callable[..., Any]) -> None:
    server, carrier = script(http())
    deadline = Deadline(time.monotonic)
    deadline.cancel("interrupted")
    with pytest.raises(Cancelled, match="interrupted"):
        carrier.send(POST, deadline)
    assert server.asked == []


# --- streams --------------------------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_lines_come_as_they_are_written(script: Callable[..., Any]) -> None:
    go_on = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.sendall(HEAD + chunk(b"one\ntw"))
        go_on.wait(10)
        connection.sendall(chunk(b"o\n\nth") + chunk(b"ree") + b"0\r\n\r\n")

    _, carrier = script(talk)
    with carrier.stream(GET) as stream:
        lines = stream.lines()
        assert next(lines) == b"one"
        go_on.set()
        assert list(lines) == [b"two", b"", b"three"]


def test_a_stream_that_breaks_says_so(script: Callable[..., Any]) -> None:
    _, carrier = script(lambda connection: connection.sendall(HEAD + chunk(b"one\n") + b"ff\r\nab"))
    with carrier.stream(GET) as stream:
        lines = stream.lines()
        assert next(lines) == b"one"
        with pytest.raises(Unreachable, match="unexpected EOF"):
            list(lines)


def test_a_silent_stream_ends_by_its_deadline_or_when_called_off(script: Callable[..., Any]) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(HEAD)
        connection.recv(1)

    _, carrier = script(talk, talk, talk)
    started = time.monotonic()
    with carrier.stream(GET, Deadline(time.monotonic, 0.3)) as stream, pytest.raises(DeadlineExceeded):
        list(stream)
    deadline = Deadline(time.monotonic)
    threading.Timer(0.2, deadline.cancel).start()
    with carrier.stream(GET, deadline) as stream, pytest.raises(Cancelled):
        list(stream)
    with carrier.stream(GET) as stream:
        threading.Timer(0.2, stream.close).start()
        assert list(stream) == []
    assert time.monotonic() - started < 5


def test_a_stream_nobody_reads_is_let_go(script: Callable[..., Any]) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(HEAD)
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(chunk(bytes(60000)))

    before = threading.active_count()
    server, carrier = script(talk)
    with carrier.stream(GET) as stream:
        next(iter(stream))
    end = time.monotonic() + 10
    while threading.active_count() > before + 3:
        assert time.monotonic() < end, threading.enumerate()
        time.sleep(0.05)
    assert len(server.asked) == 1


def test_a_refused_stream_is_an_error(script: Callable[..., Any]) -> None:
    _, carrier = script(http(403, failure(403, "Forbidden", "you may not")))
    with pytest.raises(Forbidden, match="you may not"):
        carrier.stream(GET)


# --- credentials ----------------------------------------------------------------------------------------------------------


def plugin(folder: pathlib.Path, script: str, **more: Any) -> ExecPlugin:
    path = folder / "plugin"
    path.write_text(f"#!/bin/sh\necho run >> {folder}/runs\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return ExecPlugin(str(path), "client.authentication.k8s.io/v1", interactive_mode="Never", **more)


def credential(**status: str) -> str:
    body = {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": status}
    return f"cat <<'END'\n{json.dumps(body)}\nEND"


def runs(folder: pathlib.Path) -> int:
    return len((folder / "runs").read_text().splitlines())


def test_a_plugin_runs_once_until_its_credentials_end(tmp_path: pathlib.Path) -> None:
    config = ClusterConfig("https://a", exec_plugin=plugin(tmp_path, credential(token="t")))
    credentials = Credentials(config)
    assert [credentials.authorization() for _ in range(3)] == ["Bearer t"] * 3
    assert runs(tmp_path) == 1
    assert credentials.certificate() is None
    config = ClusterConfig(
        "https://a", exec_plugin=plugin(tmp_path, credential(token="t", expirationTimestamp="2020-01-01T00:00:00Z"))
    )
    credentials = Credentials(config)
    assert [credentials.authorization() for _ in range(2)] == ["Bearer t"] * 2
    assert runs(tmp_path) == 3


def test_a_plugin_is_told_of_the_cluster(tmp_path: pathlib.Path) -> None:
    config = ClusterConfig(
        "https://a",
        ca_data=b"ca",
        exec_plugin=plugin(
            tmp_path,
            f'echo "$KUBERNETES_EXEC_INFO $A $1" > {tmp_path}/told\n{credential(token="t")}',
            provide_cluster_info=True,
            cluster_config={"x": 1},
            env=(("A", "b"),),
            args=("arg",),
        ),
    )
    Credentials(config).authorization()
    told, rest = (tmp_path / "told").read_text().rsplit("} ", 1)
    assert rest == "b arg\n"
    assert json.loads(told + "}") == {
        "kind": "ExecCredential",
        "apiVersion": "client.authentication.k8s.io/v1",
        "spec": {
            "interactive": False,
            "cluster": {"server": "https://a", "certificate-authority-data": "Y2E=", "config": {"x": 1}},
        },
    }


def test_refused_credentials_are_renewed_once_for_all(tmp_path: pathlib.Path) -> None:
    counter = f"n=$(wc -l < {tmp_path}/runs); " + credential(token="tN").replace("'END'", "END").replace("tN", "t$n")
    credentials = Credentials(ClusterConfig("https://a", exec_plugin=plugin(tmp_path, counter)))
    first = credentials.authorization()
    assert credentials.refused(first)
    second = credentials.authorization()
    assert second != first
    assert credentials.refused(first), "the second thread that was refused finds fresh ones"
    assert runs(tmp_path) == 2


def test_a_static_token_makes_the_plugin_unneeded(tmp_path: pathlib.Path) -> None:
    credentials = Credentials(ClusterConfig("https://a", token="t", exec_plugin=plugin(tmp_path, "exit 1")))
    assert credentials.authorization() == "Bearer t"
    assert not credentials.refused("Bearer t")
    assert not (tmp_path / "runs").exists()


def test_a_plugin_that_hangs_ends_by_the_deadline(tmp_path: pathlib.Path) -> None:
    credentials = Credentials(ClusterConfig("https://a", exec_plugin=plugin(tmp_path, "exec sleep 30")))
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        credentials.authorization(Deadline(time.monotonic, 0.3))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exit 3", "failed with exit code 3"),
        ("echo", "couldn't get version/kind; json parse error"),
        ("echo canary-secret", "couldn't get version/kind; json parse error"),
        ("echo '[]'", "no ExecCredential"),
        (credential(), "didn't return a token or cert/key pair"),
        (credential(token="t", expirationTimestamp="soon"), "Invalid isoformat"),
    ],
)
def test_what_plugins_do_wrong(script: str, message: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(ClusterError, match=message) as caught:
        Credentials(ClusterConfig("https://a", exec_plugin=plugin(tmp_path, script))).authorization()
    assert "canary-secret" not in str(caught.value)


def test_a_token_file_is_read_again(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text("one\n")
    credentials = Credentials(ClusterConfig("https://a", token_file=str(file)))
    assert credentials.authorization() == "Bearer one"
    file.write_text("two")
    assert credentials.authorization() == "Bearer one"
    monkeypatch.setattr("steersman.kube.credentials.TOKEN_FILE_SECONDS", -1.0)
    assert credentials.authorization() == "Bearer two"
    os.unlink(file)
    assert credentials.authorization() == "Bearer two", "the last one known is better than none"


def test_a_password() -> None:
    assert Credentials(ClusterConfig("https://a", username="u", password="p")).authorization() == "Basic dTpw"
    with pytest.raises(ClusterError, match="but not both"):
        Credentials(ClusterConfig("https://a", username="u", token="t"))


# --- proxies --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "no_proxy", "expected"),
    [
        ("api.example.test", "", True),
        ("localhost", "", False),
        ("127.0.0.1", "", False),
        ("10.1.2.3", "10.0.0.0/8", False),
        ("11.1.2.3", "10.0.0.0/8", True),
        ("api.example.test", "example.test", False),
        ("example.test", "example.test", False),
        ("example.test", ".example.test", True),
        ("myexample.test", "example.test", True),
        ("api.example.test", "*.example.test", False),
        ("api.example.test", "a, API.example.test:6443", False),
        ("api.example.test", "api.example.test:443", True),
        ("api.example.test", "*", False),
        ("10.1.2.3", "10.1.2.3", False),
    ],
)
def test_when_a_proxy_is_used(host: str, no_proxy: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert proxy_from_environment("https", host, 6443) == ("http://proxy.test:3128" if expected else "")


def test_calls_go_through_the_proxy_of_the_kubeconfig(script: Callable[..., Any]) -> None:
    server, _ = script(http(body='{"a": 1}'))
    carrier = Transport(ClusterConfig("http://api.example.test", proxy_url=server.url.replace("http://", "http://u:p%40@")))
    assert carrier.send(GET).json() == {"a": 1}
    assert server.asked[0].startswith("GET http://api.example.test/api/v1/pods/a HTTP/1.1")
    assert "roxy-authorization: basic dTpwQA==".lower() in server.asked[0].lower()
    carrier.close()


# --- requests, without anything sent --------------------------------------------------------------------------------------

DEPLOYMENTS = requests.Resource("apps", "v1", "deployments", "Deployment", True)
NAMESPACES = requests.Resource("", "v1", "namespaces", "Namespace", False)


def test_paths() -> None:
    assert requests.get(DEPLOYMENTS, "a", "b", subresource="scale").path == "/apis/apps/v1/namespaces/a/deployments/b/scale"
    assert requests.get(NAMESPACES, "ignored", "a").path == "/api/v1/namespaces/a"
    assert requests.list_page(DEPLOYMENTS).path == "/apis/apps/v1/deployments"
    role = requests.Resource("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", False)
    assert requests.get(role, "", "system:a b").path.endswith("/clusterroles/system:a%20b")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../../secrets/x", "a%2fb"])
def test_names_cannot_leave_their_place(name: str) -> None:
    from steersman.errors import UsageError

    with pytest.raises(UsageError, match="resource name"):
        requests.get(DEPLOYMENTS, "a", name)


def test_queries_and_bodies() -> None:
    page = requests.list_page(DEPLOYMENTS, "a", labels="a=b,c in (d)", token="x", resource_version="0")
    assert page.target.endswith("?continue=x&labelSelector=a%3Db%2Cc+in+%28d%29&limit=500")
    apply = requests.patch(
        DEPLOYMENTS, "a", "b", {"ä": 1}, kind="apply", field_manager="helm", force=False, field_validation="Strict"
    )
    assert (apply.method, apply.content_type, apply.body) == ("PATCH", "application/apply-patch+yaml", '{"ä":1}'.encode())
    assert apply.target.endswith("?fieldManager=helm&fieldValidation=Strict&force=false")
    delete = requests.delete(DEPLOYMENTS, "a", "b", propagation="background", uid="1", resource_version="2", dry_run=True)
    assert json.loads(delete.body or b"") == {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "propagationPolicy": "Background",
        "preconditions": {"uid": "1", "resourceVersion": "2"},
        "dryRun": ["All"],
    }
    assert requests.create(DEPLOYMENTS, "a", {}, dry_run=True).target.endswith("?dryRun=All")
    assert requests.watch(DEPLOYMENTS, resource_version="7", seconds=9).target.endswith(
        "?allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=9&watch=true"
    )
    assert requests.logs("a", "b", container="c", follow=True, tail=0).target.endswith(
        "/b/log?container=c&follow=true&tailLines=0"
    )
