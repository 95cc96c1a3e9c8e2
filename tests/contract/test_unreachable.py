"""Each way not to reach a cluster, told in the very words of Helm: both are asked, side by side."""

from __future__ import annotations

import contextlib
import pathlib
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import clusters
from steersman.errors import Error
from steersman.kube.client import Client
from steersman.kube.config import Overrides, load

pytestmark = pytest.mark.peers

NOWHERE = "https://127.0.0.1:1"


def kubeconfig(user: str = "{}", cluster: str = "", context: str = "cluster: a, user: a", current: str = "a") -> str:
    cluster = cluster or f'server: "{NOWHERE}"'
    return (
        f"apiVersion: v1\nkind: Config\nusers: [{{name: a, user: {user}}}]\nclusters: [{{name: a, cluster: {{{cluster}}}}}]\n"
        f"contexts: [{{name: a, context: {{{context}}}}}]\ncurrent-context: {current}\n"
    )


def plugin(command: str, version: str = "v1beta1", more: str = "") -> str:
    return f"{{exec: {{command: {command}, apiVersion: client.authentication.k8s.io/{version}, interactiveMode: Never{more}}}}}"


FILES = {
    "not YAML": "{a: [b",
    "no kubeconfig": "a: b",
    "another version": "apiVersion: v9\nkind: Config",
    "another kind": "apiVersion: v1\nkind: Foo",
    "empty": "",
    "a table for a list": "clusters: {a: b}",
    "a number for a text": "clusters: [{name: a, cluster: {server: 5}}]",
    "a text for a bool": "clusters: [{name: a, cluster: {insecure-skip-tls-verify: 'yes'}}]",
    "a list for a table": "users: [{name: a, user: []}]",
    "a number for a token": "users: [{name: a, user: {token: 12}}]",
    "no base64": "users: [{name: a, user: {client-key-data: 'a b'}}]",
    "refused": kubeconfig(),
    "no server": kubeconfig(cluster="proxy-url: 'http://a'").replace("current-context: a", "current-context: a"),
    "an unknown current context": kubeconfig(current="z"),
    "an unknown cluster": kubeconfig(context="cluster: z, user: a"),
    "an unknown user": kubeconfig(context="cluster: a, user: z"),
    "all kinds of wrong": kubeconfig(
        "{token: a, username: b, client-certificate: x}", f'server: "{NOWHERE}", certificate-authority: nope.crt'
    ),
    "a key twice": kubeconfig("{client-certificate-data: YQ==, client-key: nope, client-key-data: YQ==}"),
    "a certificate twice": kubeconfig("{client-certificate: nope, client-certificate-data: YQ==, client-key-data: YQ==}"),
    "authorities and none": kubeconfig(
        cluster=f'server: "{NOWHERE}", insecure-skip-tls-verify: true, certificate-authority-data: YQ=='
    ),
    "no authority in the data": kubeconfig(cluster=f'server: "{NOWHERE}", certificate-authority-data: YQ=='),
    "no certificate in the data": kubeconfig("{client-certificate-data: YQ==, client-key-data: YQ==}"),
    "groups without a user": kubeconfig("{as-groups: [a]}"),
    "a proxy of another kind": kubeconfig(cluster=f'server: "{NOWHERE}", proxy-url: "ftp://a"'),
    "a plugin that is not there": kubeconfig(plugin("no-such-plugin")),
    "a plugin that is not there, with a hint": kubeconfig(plugin("no-such-plugin", more=", installHint: get it")),
    "a plugin that is no file": kubeconfig(plugin("./no-such-plugin")),
    "a plugin that fails": kubeconfig(plugin('"false"')),
    "a plugin of an old version": kubeconfig(plugin("x", "v1alpha1")),
    "a plugin of another version": kubeconfig(
        plugin("echo", more=""", args: ['{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1"}']""")
    ),
    "a plugin without an answer": kubeconfig(
        plugin("echo", "v1", """, args: ['{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1"}']""")
    ),
    "a plugin without a token": kubeconfig(
        plugin(
            "echo",
            "v1",
            """, args: ['{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": {}}']""",
        )
    ),
    "a plugin with half a pair": kubeconfig(
        plugin(
            "echo",
            "v1",
            """, args: ['{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1",
                "status": {"clientKeyData": "a"}}']""",
        )
    ),
    "a plugin without a mode": kubeconfig("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1, env: [{value: a}]}}"),
    "a plugin without anything": kubeconfig("{exec: {interactiveMode: Sometimes}}"),
    "a plugin for a terminal": kubeconfig(plugin("x").replace("Never", "Always")),
    "a token file that is not there": kubeconfig("{tokenFile: nope}"),
    "a password and a token file": kubeconfig("{username: a, password: b, tokenFile: token}"),
    "a host that is unknown": kubeconfig(cluster="server: 'https://no-such-host.invalid:6443'"),
    "a server with a space": kubeconfig(cluster="server: 'ht tp://x'"),
    "a server with a path only": kubeconfig(cluster="server: 'a/b'"),
    "duplicate names": "clusters: [{name: a, cluster: {server: b}}, {name: a}]",
}

FLAGS = {
    "no kubeconfig": Overrides(kubeconfig="/no/such/file"),
    "a folder": Overrides(kubeconfig="/"),
    "an unknown context": Overrides(context="nope"),
    "a server": Overrides(server="127.0.0.1:1"),
    "a server without TLS": Overrides(server="http://127.0.0.1:1/"),
    "a server with a path": Overrides(server="https://127.0.0.1:1/a/b"),
    "groups": Overrides(as_groups=("a",), server=NOWHERE),
    "an authority that is not there": Overrides(ca_file="/nope", server=NOWHERE),
}


def ours(overrides: Overrides, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as patch:
        for name in ("KUBECONFIG", "HOME"):
            patch.setenv(name, environment.get(name, ""))
        with pytest.raises(Error) as caught, contextlib.closing(Client(load(overrides))) as client:
            client.version()
    return f"Error: kubernetes cluster unreachable: {caught.value}"


def theirs(helm: pathlib.Path, overrides: Overrides, environment: dict[str, str]) -> str:
    flags = {
        "--kubeconfig": overrides.kubeconfig,
        "--kube-context": overrides.context,
        "--kube-apiserver": overrides.server,
        "--kube-ca-file": overrides.ca_file,
        "--kube-tls-server-name": overrides.tls_server_name,
    }
    arguments = [part for name, value in flags.items() if value for part in (name, value)]
    arguments += [part for group in overrides.as_groups for part in ("--kube-as-group", group)]
    done = subprocess.run([helm, "list", *arguments], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    return done.stderr.rstrip("\n")


def alike(text: str) -> str:
    """Without what differs from run to run, and without Go's dump of a struct."""
    text = re.sub(r"current time \S+ is", "current time T is", text)
    text = re.sub(r"127\.0\.0\.1:\d+->127\.0\.0\.1", "127.0.0.1", text)
    return re.sub(r"(in list): .*", r"\1", text)


@pytest.fixture
def environment(tmp_path: pathlib.Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "KUBECONFIG": str(tmp_path / "kubeconfig")}


@pytest.mark.parametrize("name", FILES)
def test_kubeconfigs(
    name: str,
    environment: dict[str, str],
    tmp_path: pathlib.Path,
    peer: Callable[[str], pathlib.Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "kubeconfig").write_text(FILES[name])
    (tmp_path / "token").write_text("abc")
    assert alike(ours(Overrides(), environment, monkeypatch)) == alike(theirs(peer("helm4"), Overrides(), environment))


@pytest.mark.parametrize("name", FLAGS)
def test_flags(
    name: str, environment: dict[str, str], peer: Callable[[str], pathlib.Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alike(ours(FLAGS[name], environment, monkeypatch)) == alike(theirs(peer("helm4"), FLAGS[name], environment))


# --- servers that answer wrongly ------------------------------------------------------------------------------------------


class Stub:
    """A server on loopback that says one thing to everybody, over TLS when it has a context."""

    def __init__(self, answer: bytes, context: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError):
                connection.settimeout(5)
                if self._context is not None:
                    connection = self._context.wrap_socket(connection, server_side=True)
                if connection.recv(65536) and self._answer:
                    connection.sendall(self._answer)
            connection.close()

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Stub]]:
    made: list[Stub] = []

    def make(*arguments: Any) -> Stub:
        made.append(Stub(*arguments))
        return made[-1]

    yield make
    for one in made:
        one.close()


def answer(status: str, body: str, content_type: str = "application/json") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


FORBIDDEN = '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","reason":"Forbidden","code":403}'

ANSWERS = {
    "closes": b"",
    "speaks something else": b"220 mail.example.test\r\n",
    "redirects": b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "401": answer("401 Unauthorized", FORBIDDEN.replace("403", "401").replace("Forbidden", "Unauthorized")),
    "403": answer("403 Forbidden", FORBIDDEN),
    "403 as text": answer("403 Forbidden", "go away\n", "text/plain"),
    "404": answer("404 Not Found", "nothing here", "text/html"),
    "500": answer("500 Internal Server Error", '"quoted"', "text/plain"),
    "502": answer("502 Bad Gateway", "<html>", "text/html"),
    "503": answer("503 Service Unavailable", "", "text/plain"),
    "504": answer("504 Gateway Timeout", "{}"),
    "418": answer("418 I'm a teapot", "", "text/plain"),
    "429": answer("429 Too Many Requests", "", "text/plain"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(
    name: str,
    serve: Callable[..., Stub],
    environment: dict[str, str],
    peer: Callable[[str], pathlib.Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("steersman.kube.transport.RETRY_SECONDS", 0.0)
    overrides = Overrides(server=f"http://127.0.0.1:{serve(ANSWERS[name]).port}")
    expected = alike(theirs(peer("helm4"), overrides, environment))
    assert alike(ours(overrides, environment, monkeypatch)) == expected


def server_context(authority: clusters.Authority, hosts: tuple[str, ...], days: tuple[float, float]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("server", hosts=hosts, days=days))
    return context


CERTIFICATES: dict[str, tuple[tuple[str, ...], tuple[float, float], str]] = {
    "expired": (("127.0.0.1",), (-20, -10), ""),
    "not yet valid": (("127.0.0.1",), (10, 20), ""),
    "for other addresses": (("10.1.2.3", "fe80::1", "example.test"), (-1, 1), ""),
    "for names only": (("example.test", "b.example.test"), (-1, 1), ""),
    "for another name": (("example.test", "b.example.test", "127.0.0.1"), (-1, 1), "c.example.test"),
    "for addresses only": (("127.0.0.1",), (-1, 1), "example.test"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_certificates(
    name: str,
    serve: Callable[..., Stub],
    environment: dict[str, str],
    tmp_path: pathlib.Path,
    peer: Callable[[str], pathlib.Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hosts, days, wanted = CERTIFICATES[name]
    authority = clusters.Authority(tmp_path)
    stub = serve(answer("200 OK", "{}"), server_context(authority, hosts, days))
    overrides = Overrides(server=f"https://127.0.0.1:{stub.port}", ca_file=str(authority.certificate), tls_server_name=wanted)
    assert alike(ours(overrides, environment, monkeypatch)) == alike(theirs(peer("helm4"), overrides, environment))


def test_an_unknown_authority(
    serve: Callable[..., Stub],
    environment: dict[str, str],
    tmp_path: pathlib.Path,
    peer: Callable[[str], pathlib.Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "other").mkdir()
    stub = serve(b"", server_context(clusters.Authority(tmp_path, "theirs"), ("127.0.0.1",), (-1, 1)))
    for authority in ("", str(clusters.Authority(tmp_path / "other", "ours").certificate)):
        overrides = Overrides(server=f"https://127.0.0.1:{stub.port}", ca_file=authority)
        assert ours(overrides, environment, monkeypatch) == theirs(peer("helm4"), overrides, environment)


def test_a_server_without_tls(
    serve: Callable[..., Stub],
    environment: dict[str, str],
    peer: Callable[[str], pathlib.Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    overrides = Overrides(server=f"https://127.0.0.1:{serve(answer('400 Bad Request', '')).port}")
    assert ours(overrides, environment, monkeypatch) == theirs(peer("helm4"), overrides, environment)


@pytest.mark.cluster
def test_who_is_not_let_in(
    api_server: clusters.Cluster,
    environment: dict[str, str],
    tmp_path: pathlib.Path,
    peer: Callable[[str], pathlib.Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate, key = api_server.authority.issue("late", days=(-20, -10))
    for user in ("{token: nope}", f"{{client-certificate: '{certificate}', client-key: '{key}'}}"):
        cluster = f"server: '{api_server.url}', certificate-authority: '{api_server.ca_file}'"
        (tmp_path / "kubeconfig").write_text(kubeconfig(user, cluster))
        assert ours(Overrides(), environment, monkeypatch) == theirs(peer("helm4"), Overrides(), environment)
