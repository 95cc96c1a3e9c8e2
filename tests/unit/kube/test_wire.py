"""HTTP/1.1 on the wire: framing, kept connections, proxies, and what must not be believed."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import clusters
from steersman.clock import Deadline
from steersman.errors import Cancelled, DeadlineExceeded
from steersman.kube import tls, wire
from steersman.kube.wire import Cut, Malformed, Place, Pool, Silence, WireError

Talk = Callable[[socket.socket], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Talk], int]]:
    """`serve(talk)` gives the port of a server that talks so to everybody."""
    listeners = []

    def make(talk: Talk) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(connection,), daemon=True).start()

        def one(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                talk(connection)

        threading.Thread(target=run, daemon=True).start()
        return int(listener.getsockname()[1])

    yield make
    for listener in listeners:
        listener.close()


def read_head(connection: socket.socket) -> bytes:
    text = b""
    while b"\r\n\r\n" not in text:
        part = connection.recv(1)
        if not part:
            raise OSError
        text += part
    return text


def says(*answers: bytes, close: bool = True) -> Talk:
    def talk(connection: socket.socket) -> None:
        for answer in answers:
            read_head(connection)
            connection.sendall(answer)
        if not close:
            connection.recv(1)

    return talk


def ask(pool: Pool, deadline: Deadline | None = None, **headers: str) -> bytes:
    answer = pool.take(deadline).call("GET", "/", headers.items(), None, deadline)
    parts = []
    while part := answer.read_some():
        parts.append(part)
    return b"".join(parts)


@pytest.fixture
def pool(serve: Callable[[Talk], int]) -> Iterator[Callable[[Talk], Pool]]:
    made = []

    def make(talk: Talk) -> Pool:
        made.append(Pool(Place("127.0.0.1", serve(talk))))
        return made[-1]

    yield make
    for one in made:
        one.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK, b"abc"),
        (b"HTTP/1.1 204\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", b"a"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + OK, b"abc"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
            b"abc0123456789",
        ),
        (b"HTTP/1.1 200 OK\r\ncontent-length:3\r\nX: a\r\nX: b\r\n\r\nabc", b"abc"),
    ],
)
def test_framing(answer: bytes, body: bytes, pool: Callable[[Talk], Pool]) -> None:
    assert ask(pool(says(answer))) == body

    def byte_by_byte(connection: socket.socket) -> None:
        read_head(connection)
        for place in range(len(answer)):
            connection.sendall(answer[place : place + 1])

    assert ask(pool(byte_by_byte)) == body


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", Cut),
        (b"HTTP/1.1 200", Cut),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Cut),
        (b"SSH-2.0-OpenSSH\r\n", Malformed),
        (b"SSH", Malformed),
        (b"HTTP/2 200 OK\r\n\r\n", Malformed),
        (b"HTTP/1.1 20 OK\r\n\r\n", Malformed),
        (b"HTTP/1.1 2000 OK\r\n\r\n", Malformed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", WireError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n", WireError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", WireError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", WireError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n", WireError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc", Cut),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 10_000, WireError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 500_000, Malformed),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", WireError),
    ],
)
def test_what_is_not_believed(answer: bytes, error: type[WireError], pool: Callable[[Talk], Pool]) -> None:
    with pytest.raises(error):
        ask(pool(says(answer)))


def test_a_connection_is_kept_until_the_server_closes_it(pool: Callable[[Talk], Pool]) -> None:
    seen: list[int] = []

    def talk(connection: socket.socket) -> None:
        seen.append(connection.getpeername()[1])
        says(OK, OK)(connection)

    one = pool(talk)
    for _ in range(4):
        assert ask(one) == b"abc"
        time.sleep(0.05)
    assert len(seen) == 2, "two calls each, and no call on the closed one"


def test_a_connection_that_says_too_much_is_not_used_again(pool: Callable[[Talk], Pool]) -> None:
    seen: list[int] = []

    def talk(connection: socket.socket) -> None:
        seen.append(connection.getpeername()[1])
        says(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", OK)(connection)

    one = pool(talk)
    assert [ask(one) for _ in range(3)] == [b"abc"] * 3
    assert len(seen) == 3


def test_a_header_cannot_forge_another(pool: Callable[[Talk], Pool]) -> None:
    for value in ("a\r\nX-Evil: b", "a\nb", "a\0"):
        with pytest.raises(WireError, match="line break"):
            ask(pool(says(OK)), Header=value)


def test_an_early_answer_to_a_long_request_is_read(pool: Callable[[Talk], Pool]) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        time.sleep(0.3)

    answer = pool(talk).take(None).call("POST", "/", [], bytes(20_000_000), None)
    assert answer.status == 413
    answer.close()


def test_a_wait_ends_by_its_deadline_and_when_called_off(pool: Callable[[Talk], Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(connection: socket.socket) -> None:
        connection.recv(1 << 20)
        connection.recv(1)

    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        ask(pool(silent), Deadline(time.monotonic, 0.3))
    deadline = Deadline(time.monotonic, 60)
    threading.Timer(0.2, deadline.cancel).start()
    with pytest.raises(Cancelled):
        ask(pool(silent), deadline)
    monkeypatch.setattr(wire, "READ_SECONDS", 0.3)
    with pytest.raises(Silence):
        ask(pool(silent))
    with pytest.raises(Silence):
        ask(pool(silent), Deadline(time.monotonic, 60))
    assert time.monotonic() - started < 8


def test_a_slow_trickle_does_not_outlast_the_deadline(pool: Callable[[Talk], Pool]) -> None:
    def trickle(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            connection.sendall(b"a")
            time.sleep(0.05)

    started = time.monotonic()
    one = pool(trickle)
    answer = one.take(None).call("GET", "/", [], None, Deadline(time.monotonic, 0.5))
    with pytest.raises(DeadlineExceeded):
        while answer.read_some():
            pass
    assert time.monotonic() - started < 5


# --- proxies --------------------------------------------------------------------------------------------------------------


def relay(one: socket.socket, other: socket.socket) -> None:
    def copy(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=copy, args=(other, one), daemon=True)
    thread.start()
    copy(one, other)
    thread.join(5)


def secure_server(tmp_path: pathlib.Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = clusters.Authority(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*authority.issue("server", hosts=("api.example.test",)))
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(authority.certificate)
    return server, client


def test_tls_through_an_http_proxy(serve: Callable[[Talk], int], tmp_path: pathlib.Path) -> None:
    server, client = secure_server(tmp_path)
    heads: list[bytes] = []

    def inner(connection: socket.socket) -> None:
        with server.wrap_socket(connection, server_side=True) as secure:
            says(OK)(secure)

    port = serve(inner)

    def proxy(connection: socket.socket) -> None:
        heads.append(read_head(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port)) as onward:
            relay(connection, onward)

    pool = Pool(Place("api.example.test", 443, tls=client, proxy=f"http://u:p%40@127.0.0.1:{serve(proxy)}"))
    assert ask(pool) == b"abc"
    assert heads[0].startswith(b"CONNECT api.example.test:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic dTpwQA==\r\n" in heads[0]
    pool.close()


def test_a_proxy_that_refuses(serve: Callable[[Talk], int], tmp_path: pathlib.Path) -> None:
    _, client = secure_server(tmp_path)
    port = serve(says(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
    with pytest.raises(WireError, match=r"^Proxy Authentication Required$"):
        ask(Pool(Place("api.example.test", 443, tls=client, proxy=f"http://127.0.0.1:{port}")))


@pytest.mark.parametrize("user", ["", "u:p@"])
def test_a_socks_proxy(user: str, serve: Callable[[Talk], int]) -> None:
    asked: list[bytes] = []
    port = serve(says(OK))

    def exactly(connection: socket.socket, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += connection.recv(count - len(data))
        return data

    def socks(connection: socket.socket) -> None:
        _, count = exactly(connection, 2)
        method = exactly(connection, count)
        connection.sendall(b"\x05" + method)
        if method == b"\x02":
            asked.append(exactly(connection, 5))
            connection.sendall(b"\x01\x00")
        *_, size = exactly(connection, 5)
        asked.append(exactly(connection, size + 2))
        connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        with socket.create_connection(("127.0.0.1", port)) as onward:
            relay(connection, onward)

    pool = Pool(Place("api.example.test", 80, proxy=f"socks5://{user}127.0.0.1:{serve(socks)}"))
    assert ask(pool) == b"abc"
    assert asked == [*([b"\x01\x01u\x01p"] if user else []), b"api.example.test\x00\x50"]
    pool.close()


# --- what a certificate says ----------------------------------------------------------------------------------------------


def test_names_and_dates_of_a_certificate(tmp_path: pathlib.Path) -> None:
    from cryptography import x509

    certificate, _ = clusters.Authority(tmp_path).issue(
        "server", hosts=("a.test", "*.b.test", "10.0.0.1", "fd00::1"), days=(-400, 10_000)
    )
    der = tls.der_of(certificate.read_bytes())
    found = x509.load_der_x509_certificate(der)
    dates = tuple(when.strftime("%Y-%m-%dT%H:%M:%SZ") for when in (found.not_valid_before_utc, found.not_valid_after_utc))
    assert tls.validity(der) == dates
    assert tls.alternative_names(der) == (["a.test", "*.b.test"], ["10.0.0.1", "fd00::1"])


@pytest.mark.parametrize("size", [0, 1, 2, 10, 50, 100, 200, 300])
def test_broken_certificates_say_nothing(size: int, tmp_path: pathlib.Path) -> None:
    certificate, _ = clusters.Authority(tmp_path).issue("server", hosts=("a.test",))
    der = tls.der_of(certificate.read_bytes())
    for data in (der[:size], b"\xff" * size, b"\x30\x84\xff\xff\xff\xff" + der[:size], bytes(size)):
        found: Any = tls.validity(data)
        assert found == ("", "")
        assert tls.alternative_names(data) == ([], [])
    assert tls.der_of(b"no PEM") == b""
