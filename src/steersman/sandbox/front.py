"""HTTP/1.1 over TLS around the machinery: sockets, threads, and nothing about Kubernetes but who the client is.

Theory of operation. One thread accepts; each connection has a thread of its own, which reads a request, asks the machinery for
the answer while it holds the one lock, and writes it after letting go. A watch is written in chunks: its thread sleeps on the
condition that every change of the store notifies, and looks now and then whether the client is still there. Users come from
the client certificate, or from a bearer token; a token that nobody knows is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import ssl
import tempfile
import threading
import time
import traceback
import urllib.parse

from steersman.sandbox.messages import ANONYMOUS, AUTHENTICATED_GROUP, Request, Response, User
from steersman.sandbox.refusals import Refused, bad_request, too_large, unauthorized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, BinaryIO

MAX_HEAD = 64 * 1024
MAX_HEADERS = 200
MAX_BODY = 3 * 1024 * 1024
MAX_CONNECTIONS = 2000
IDLE_SECONDS = 300.0
HANDSHAKE_SECONDS = 10.0
CHECK_SECONDS = 1.0
"""How often a quiet watch looks whether its client went away."""
BOOKMARK_SECONDS = 30.0
STACK_BYTES = 512 * 1024
AUDIT_LENGTH = 10000
PHRASES = {
    200: "OK", 201: "Created", 202: "Accepted", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict", 410: "Gone", 413: "Request Entity Too Large",
    415: "Unsupported Media Type", 422: "Unprocessable Entity", 500: "Internal Server Error", 501: "Not Implemented",
    504: "Gateway Timeout",
}  # fmt: skip


class BadRequest(Exception):
    """What came over the wire is no HTTP request that we take."""


class Front:
    """Listens on a port of the loopback. `condition` is the machinery's lock, notified on each change."""

    def __init__(
        self,
        answer: Callable[[Request], Response],
        condition: threading.Condition,
        *,
        certificate: tuple[bytes, bytes],
        authority: bytes,
        tokens: Mapping[str, User],
        port: int = 0,
        host: str = "127.0.0.1",
    ) -> None:
        self.answer, self.condition, self.tokens = answer, condition, tokens
        self.requests: list[tuple[str, str, str, int]] = []
        """(user, method, target, status) of what was asked, the last ones: for tests."""
        self.failures: list[str] = []
        """Tracebacks of answers that went wrong: a test looks that there are none."""
        self._context = _context(certificate, authority)
        self._listener = socket.create_server((host, port), backlog=256)
        address = self._listener.getsockname()
        self.host, self.port = str(address[0]), int(address[1])
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self._acceptor = threading.Thread(target=self._accept, name="sandbox-accept", daemon=True)

    @property
    def url(self) -> str:
        return f"https://{self.host}:{self.port}"

    def start(self) -> None:
        self._acceptor.start()

    def stop(self) -> None:
        """Closes the listener and every connection."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._guard:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        with self.condition:
            self.condition.notify_all()
        if self._acceptor.is_alive():
            self._acceptor.join(2)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._stopping.is_set():
                    return
                time.sleep(0.05)  # out of file descriptors: try again
                continue
            with self._guard:
                full = len(self._connections) >= MAX_CONNECTIONS
                if not full:
                    self._connections.add(connection)
            if full:
                connection.close()
                continue
            previous = threading.stack_size(STACK_BYTES)
            try:
                threading.Thread(target=self._connected, args=(connection,), name="sandbox-connection", daemon=True).start()
            except RuntimeError:
                self._forget(connection)
            finally:
                threading.stack_size(previous)

    def _forget(self, connection: socket.socket) -> None:
        with self._guard:
            self._connections.discard(connection)
        with contextlib.suppress(OSError):
            connection.close()

    def _connected(self, connection: socket.socket) -> None:
        plain = connection
        try:
            connection.settimeout(HANDSHAKE_SECONDS)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secure = self._context.wrap_socket(connection, server_side=True)
            with self._guard:
                self._connections.discard(plain)
                self._connections.add(secure)
            plain = secure
            secure.settimeout(IDLE_SECONDS)
            user = _certified(secure.getpeercert())
            with secure.makefile("rb") as reader:
                while not self._stopping.is_set() and self._one(secure, reader, user):
                    pass
        except (OSError, ssl.SSLError, BadRequest, ValueError):
            pass
        finally:
            self._forget(plain)

    def _one(self, connection: ssl.SSLSocket, reader: BinaryIO, certified: User | None) -> bool:
        """Answers one request; False when the connection is to be closed."""
        head = _head(reader)
        if head is None:
            return False
        method, target, headers = head
        closing = headers.get("connection", "").lower() == "close"
        try:
            body = _body(connection, reader, headers)
        except BadRequest as error:
            refused = too_large(MAX_BODY) if "large" in str(error) else bad_request(str(error))
            self._write(connection, Response(refused.code, refused.status()), method, closing=True)
            return False
        split = urllib.parse.urlsplit(target)
        user = self._user(headers, certified)
        if user is None:
            refused = unauthorized()
            self._write(connection, Response(401, refused.status()), method, closing)
            self._remember("", method, target, 401)
            return not closing
        request = Request(
            method=method,
            path=urllib.parse.unquote(split.path),
            query=urllib.parse.parse_qs(split.query, keep_blank_values=True),
            headers=headers,
            body=body,
            user=user,
        )
        try:
            with self.condition:
                response = self.answer(request)
        except Exception as error:
            self.failures.append(traceback.format_exc())
            failed = Refused(500, "InternalError", f"Internal error occurred: {error!r}", {"causes": [{"message": repr(error)}]})
            response = Response(500, failed.status())
        self._remember(user.name, method, target, response.code)
        if response.stream is not None:
            self._stream(connection, response)
            return False
        self._write(connection, response, method, closing)
        return not closing

    def _remember(self, user: str, method: str, target: str, code: int) -> None:
        self.requests.append((user, method, target, code))
        if len(self.requests) > AUDIT_LENGTH:
            del self.requests[: AUDIT_LENGTH // 2]

    def _user(self, headers: Mapping[str, str], certified: User | None) -> User | None:
        """Who asks; None when a credential was given that is not good."""
        if certified is not None:
            return certified
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token.strip():
            return self.tokens.get(token.strip())
        return ANONYMOUS

    def _write(self, connection: ssl.SSLSocket, response: Response, method: str, closing: bool) -> None:
        body = _encoded(response.body)
        lines = [
            f"HTTP/1.1 {response.code} {PHRASES.get(response.code, 'Status')}",
            f"Content-Type: {response.content_type}",
            f"Content-Length: {len(body)}",
        ]
        if not any(name == "Cache-Control" for name, _ in response.headers):
            lines.append("Cache-Control: no-cache, private")
        lines += [f"{name}: {value}" for name, value in response.headers]
        if closing:
            lines.append("Connection: close")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        connection.sendall(head if method == "HEAD" else head + body)

    def _stream(self, connection: ssl.SSLSocket, response: Response) -> None:
        head = (
            f"HTTP/1.1 {response.code} {PHRASES.get(response.code, 'Status')}\r\nContent-Type: {response.content_type}\r\n"
            "Cache-Control: no-cache, private\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        connection.sendall(head.encode("latin-1"))
        stream = response.stream
        seconds = getattr(stream, "seconds", 0)
        end = time.monotonic() + seconds if seconds else float("inf")
        bookmark = time.monotonic() + BOOKMARK_SECONDS
        while not self._stopping.is_set():
            now = time.monotonic()
            due = now >= bookmark or now >= end
            if due:
                bookmark = now + BOOKMARK_SECONDS
            with self.condition:
                lines = stream.take(bookmark=due)
            if lines:
                data = b"".join(lines)
                connection.sendall(b"%x\r\n%s\r\n" % (len(data), data))
            if lines is None or now >= end:
                break
            if not lines:
                if _gone(connection):
                    return
                with self.condition:
                    if not stream.has_news():
                        self.condition.wait(min(CHECK_SECONDS, max(0.0, end - now)))
        connection.sendall(b"0\r\n\r\n")


def _context(certificate: tuple[bytes, bytes], authority: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_verify_locations(cadata=authority.decode())
    context.verify_mode = ssl.CERT_OPTIONAL
    # The ssl module reads keys from files only: one that nobody else can read, for as long as that takes.
    descriptor, name = tempfile.mkstemp(suffix=".pem")
    try:
        with open(descriptor, "wb") as file:
            file.write(certificate[0] + certificate[1])
        context.load_cert_chain(name)
    finally:
        os.unlink(name)
    return context


def _certified(certificate: Any) -> User | None:
    """The user named by a verified client certificate: common name and organizations."""
    if not certificate:
        return None
    names = [(key, value) for part in certificate.get("subject", ()) for key, value in part]
    name = next((value for key, value in names if key == "commonName"), "")
    groups = tuple(value for key, value in names if key == "organizationName")
    return User(name, (*groups, AUTHENTICATED_GROUP)) if name else None


def _gone(connection: ssl.SSLSocket) -> bool:
    """Whether the client of a watch has closed its side."""
    try:
        if not select.select([connection], [], [], 0)[0] and not connection.pending():
            return False
        connection.settimeout(0.0)
        try:
            return connection.recv(1024) == b""
        except (ssl.SSLWantReadError, BlockingIOError):
            return False
        finally:
            connection.settimeout(IDLE_SECONDS)
    except (OSError, ValueError):
        return True


def _head(reader: BinaryIO) -> tuple[str, str, dict[str, str]] | None:
    """Method, target and headers of the next request; None when the client is done. Raises BadRequest."""
    line = reader.readline(MAX_HEAD)
    while line in (b"\r\n", b"\n"):
        line = reader.readline(MAX_HEAD)
    if not line:
        return None
    parts = line.decode("latin-1").split()
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequest("not HTTP")
    headers: dict[str, str] = {}
    size = len(line)
    while True:
        line = reader.readline(MAX_HEAD)
        size += len(line)
        if line in (b"\r\n", b"\n"):
            break
        if not line or size > MAX_HEAD or len(headers) > MAX_HEADERS:
            raise BadRequest("the headers are too long")
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise BadRequest("a header without a colon")
        name, value = name.strip().lower(), value.strip()
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    if parts[2] == "HTTP/1.0":
        headers.setdefault("connection", "close")
    return parts[0], parts[1], headers


def _body(connection: ssl.SSLSocket, reader: BinaryIO, headers: Mapping[str, str]) -> bytes:
    """The body of the request. Raises BadRequest."""
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "chunked" in headers.get("transfer-encoding", "").lower():
        chunks: list[bytes] = []
        size = 0
        while True:
            length = int(reader.readline(1024).partition(b";")[0].strip() or b"0", 16)
            size += length
            if length < 0 or size > MAX_BODY:
                raise BadRequest("the body is too large")
            if length == 0:
                while reader.readline(MAX_HEAD) not in (b"\r\n", b"\n", b""):
                    pass
                return b"".join(chunks)
            chunks.append(_exactly(reader, length))
            reader.readline(1024)
    length = int(headers.get("content-length") or 0)
    if length < 0 or length > MAX_BODY:
        raise BadRequest("the body is too large")
    return _exactly(reader, length) if length else b""


def _exactly(reader: BinaryIO, length: int) -> bytes:
    data = reader.read(length)
    if len(data) != length:
        raise BadRequest("the body ended early")
    return data


def _encoded(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
