"""HTTP/1.1 as a client of one API server needs it: connections that are kept, answers read as they come, and nothing else.

Theory of operation. A `Pool` hands out `Connection`s, each used for one call at a time. `Connection.call` writes a request and reads
the head of the answer; the `Answer` then yields its body, decoded, and gives the connection back when the body has been read to its
end. Every wait is cut into short steps, so that a Deadline can end it or call it off at any time; the socket's state survives that.
Failures are WireErrors that say at which stage they came; `transport` puts them into words.

Why not an HTTP library: importing one takes longer than Helm takes to list releases (docs/adr/0004 has the figures), and it cannot be
called off while it reads.
"""

from __future__ import annotations

import select
import socket
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Mapping
    from typing import Any

    from steersman.clock import Deadline

CONNECT_SECONDS = 30.0
"""Go's dialer as client-go sets it."""
HANDSHAKE_SECONDS = 10.0
"""Go's limit for the TLS handshake."""
READ_SECONDS = 120.0
"""The longest silence in an answer; the API server itself ends requests after 60 seconds. Streams may be silent for ever."""
WAKE_SECONDS = 0.2
"""How soon a waiting call sees that it was called off."""
MAX_HEAD_BYTES = 256 << 10
MAX_LINE_BYTES = 4096
"""Of a chunk's head."""
MAX_IDLE = 16
READ_BYTES = 1 << 16


class WireError(Exception):
    """What went wrong, and where: `stage` is dial, proxy, tls, write or read."""

    def __init__(self, stage: str, message: str = "") -> None:
        super().__init__(message or stage)
        self.stage = stage


class Cut(WireError):
    """The server closed the connection: before an answer came, or, when `begun`, in the middle of it."""

    def __init__(self, *, begun: bool) -> None:
        super().__init__("read", "unexpected EOF" if begun else "EOF")


class Malformed(WireError):
    """What came is no HTTP; the message is its first line."""


class Silence(WireError):
    """Nothing came for too long."""


class Place:
    """Where connections go: the server, by way of a proxy perhaps."""

    def __init__(self, host: str, port: int, *, tls: ssl.SSLContext | None = None, tls_name: str = "", proxy: str = "") -> None:
        self.host = host
        self.port = port
        self.tls = tls
        self.tls_name = tls_name or host
        self.proxy_scheme = self.proxy_user = self.proxy_password = ""
        self.dial_host, self.dial_port = host, port
        if proxy:
            from urllib.parse import unquote, urlsplit

            parts = urlsplit(proxy)
            self.proxy_scheme = parts.scheme
            self.dial_host = parts.hostname or ""
            self.dial_port = parts.port or {"socks5": 1080, "https": 443}.get(parts.scheme, 80)
            self.proxy_user, self.proxy_password = unquote(parts.username or ""), unquote(parts.password or "")

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"

    @property
    def target_prefix(self) -> str:
        """What stands before the path in a request: a proxy for plain HTTP is told the whole address."""
        return f"http://{self.netloc}" if self.proxy_scheme in ("http", "https") and self.tls is None else ""

    def proxy_authorization(self) -> str:
        if not self.proxy_user:
            return ""
        from binascii import b2a_base64

        return "Basic " + b2a_base64(f"{self.proxy_user}:{self.proxy_password}".encode(), newline=False).decode()


class Pool:
    """The kept connections to a place. Safe to use from several threads."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._closed = False

    def take(self, deadline: Deadline | None) -> Connection:
        """A kept connection that is still open, else a new one. Raises WireError."""
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return Connection(self.place, deadline, self)
            if not connection.is_stale():
                return connection
            connection.close()

    def give_back(self, connection: Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < MAX_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        with self._lock:
            idle, self._idle, self._closed = self._idle, [], True
        for connection in idle:
            connection.close()

    def __del__(self) -> None:
        self.close()


class Connection:
    """One connection, opened when made. Raises WireError with the cause chained."""

    def __init__(self, place: Place, deadline: Deadline | None, pool: Pool | None = None) -> None:
        self._place = place
        self._pool = pool
        self.buffer = bytearray()
        self._socket: Any = _dial(place, deadline)
        try:
            if place.proxy_scheme == "socks5":
                self._socks(deadline)
            elif place.proxy_scheme and place.tls is not None:
                self._tunnel(deadline)
            if place.tls is not None:
                self._secure(place.tls, deadline)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._socket.close()

    def shut(self) -> None:
        """Ends the connection under a thread that reads it."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def is_stale(self) -> bool:
        """Whether the server has closed the connection, or says what nobody asked for."""
        try:
            if hasattr(select, "poll"):
                poll = select.poll()
                poll.register(self._socket, select.POLLIN)
                return bool(poll.poll(0))
            return bool(select.select([self._socket], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    def call(
        self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes | None, deadline: Deadline | None
    ) -> Answer:
        """Writes a request and reads the head of the answer. Raises WireError, Cancelled; the connection is closed then."""
        lines = [f"{method} {self._place.target_prefix}{target} HTTP/1.1", f"Host: {self._place.netloc}"]
        if self._place.target_prefix and self._place.proxy_user:
            lines.append(f"Proxy-Authorization: {self._place.proxy_authorization()}")
        lines += [f"{name}: {value}" for name, value in headers]
        if body is not None or method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(body or b'')}")
        try:
            if any(character in line for line in lines for character in "\r\n\0"):
                raise WireError("write", "a header holds a line break")
            self._write("\r\n".join([*lines, "", ""]).encode() + (body or b""), deadline)
            status, found = self._head(deadline)
            while 100 <= status <= 199 and status != 101:
                status, found = self._head(deadline)
        except BaseException:
            self.close()
            raise
        return Answer(self, status, found, deadline)

    def _write(self, data: bytes, deadline: Deadline | None) -> None:
        """All of `data`, in steps; the buffer of the socket takes most requests at once."""
        view = memoryview(data)
        silent_since = time.monotonic()
        while view:
            try:
                self._socket.settimeout(_step(deadline, READ_SECONDS))
                sent = self._socket.send(view[: READ_BYTES * 4])
            except TimeoutError:
                _go_on(deadline, silent_since, READ_SECONDS)
                continue
            except OSError as error:
                # The server may have answered before it closed, as it does with requests that are too large.
                if self._has_answer():
                    return
                raise WireError("write") from error
            view = view[sent:]
            silent_since = time.monotonic()

    def _has_answer(self) -> bool:
        try:
            self._socket.settimeout(WAKE_SECONDS)
            self.buffer += self._socket.recv(READ_BYTES)
        except OSError:
            pass
        return bool(self.buffer)

    def fill(self, deadline: Deadline | None, silence: float | None) -> bool:
        """Reads what there is into the buffer, waiting for it; False at the end."""
        since = time.monotonic()
        while True:
            try:
                self._socket.settimeout(_step(deadline, silence))
                data = self._socket.recv(READ_BYTES)
            except TimeoutError:
                _go_on(deadline, since, silence)
                continue
            except OSError as error:
                raise WireError("read") from error
            self.buffer += data
            return bool(data)

    def _head(self, deadline: Deadline | None) -> tuple[int, dict[str, list[str]]]:
        buffer = self.buffer
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if len(buffer) > MAX_HEAD_BYTES:
                raise Malformed("read", "")
            if len(buffer) >= 5 and not buffer.startswith(b"HTTP/") and b"\n" in buffer:
                break
            if not self.fill(deadline, READ_SECONDS):
                if buffer and not buffer.startswith(b"HTTP/"):
                    break
                raise Cut(begun=bool(buffer))
        head = buffer[: end if end >= 0 else None].decode("latin-1")
        del buffer[: end + 4 if end >= 0 else len(buffer)]
        first, *rest = head.split("\r\n")
        version, _, status = first.partition(" ")
        code = status.lstrip(" ")[:3]
        if (
            not version.startswith("HTTP/1.")
            or not (code.isascii() and code.isdigit() and len(code) == 3)
            or status.lstrip(" ")[3:4].strip()
        ):
            raise Malformed("read", first)
        headers: dict[str, list[str]] = {}
        for line in rest:
            name, colon, value = line.partition(":")
            if colon:
                headers.setdefault(name.strip().lower(), []).append(value.strip())
        if version == "HTTP/1.0" and "connection" not in headers:
            headers["connection"] = ["close"]
        return int(code), headers

    def done(self, *, keep: bool) -> None:
        """The answer has been read to its end."""
        if keep and self._pool is not None and not self.buffer:
            self._pool.give_back(self)
        else:
            self.close()

    def _secure(self, context: ssl.SSLContext, deadline: Deadline | None) -> None:
        since = time.monotonic()
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname=self._place.tls_name, do_handshake_on_connect=False)
            while True:
                self._socket.settimeout(_step(deadline, HANDSHAKE_SECONDS))
                try:
                    self._socket.do_handshake()
                    return
                except TimeoutError:
                    try:
                        _go_on(deadline, since, HANDSHAKE_SECONDS)
                    except Silence as error:
                        raise Silence("tls") from error
        except (OSError, ValueError) as error:
            raise WireError("tls") from error

    def _tunnel(self, deadline: Deadline | None) -> None:
        """Asks an HTTP proxy for a way through (CONNECT)."""
        if self._place.proxy_scheme == "https":
            raise WireError("proxy", "a proxy that is itself spoken to over TLS is not supported")
        host = f"[{self._place.host}]" if ":" in self._place.host else self._place.host
        where = f"{host}:{self._place.port}"
        lines = [f"CONNECT {where} HTTP/1.1", f"Host: {where}"]
        if self._place.proxy_user:
            lines.append(f"Proxy-Authorization: {self._place.proxy_authorization()}")
        self._write("\r\n".join([*lines, "", ""]).encode(), deadline)
        first = bytes(self.buffer)
        status, _ = self._head(deadline)
        if not 200 <= status <= 299 or first:
            from http import HTTPStatus

            raise WireError("proxy", HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else f"status {status}")

    def _socks(self, deadline: Deadline | None) -> None:
        """SOCKS 5 with the name looked up by the proxy (RFC 1928, RFC 1929)."""
        place = self._place
        self._write(b"\x05\x01" + (b"\x02" if place.proxy_user else b"\x00"), deadline)
        method = self._exactly(2, deadline)
        if method == b"\x05\x02":
            user, password = place.proxy_user.encode()[:255], place.proxy_password.encode()[:255]
            self._write(bytes([1, len(user)]) + user + bytes([len(password)]) + password, deadline)
            if self._exactly(2, deadline)[1]:
                raise WireError("proxy", "username/password authentication failed")
        elif method != b"\x05\x00":
            raise WireError("proxy", "no acceptable authentication methods")
        name = place.host.encode("idna") if not place.host.isascii() else place.host.encode()
        self._write(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + place.port.to_bytes(2), deadline)
        reply = self._exactly(4, deadline)
        if reply[1]:
            raise WireError("proxy", _SOCKS_REPLIES.get(reply[1], f"unknown code: {reply[1]}"))
        size = {1: 4, 4: 16}.get(reply[3])
        self._exactly((self._exactly(1, deadline)[0] if size is None else size) + 2, deadline)

    def _exactly(self, count: int, deadline: Deadline | None) -> bytes:
        while len(self.buffer) < count:
            if not self.fill(deadline, CONNECT_SECONDS):
                raise Cut(begun=True)
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data


_SOCKS_REPLIES: Mapping[int, str] = {
    1: "general SOCKS server failure",
    2: "connection not allowed by ruleset",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "TTL expired",
    7: "command not supported",
    8: "address type not supported",
}


class Answer:
    """The head of an answer, and its body as it comes: `read_some` until it is empty, or `close`."""

    def __init__(self, connection: Connection, status: int, headers: dict[str, list[str]], deadline: Deadline | None) -> None:
        self.status = status
        self._headers = headers
        self._connection = connection
        self._deadline = deadline
        self.silence: float | None = READ_SECONDS
        self._over = False
        self._keep = "close" not in self.header("connection").lower()
        self._left = -1
        """Bytes left of the body, or of the chunk; -1 is "until the server closes"."""
        self._chunked = "chunked" in self.header("transfer-encoding").lower()
        self._unpacker: Any = None
        if self._chunked or status in (204, 304):
            self._left = 0
        elif self.header("content-length"):
            length = self.header("content-length")
            if not (length.isascii() and length.isdigit()):
                connection.close()
                raise WireError("read", f"bad Content-Length {length!r}")
            self._left = int(length)
        if self.header("content-encoding").lower() == "gzip":
            import zlib

            self._unpacker = zlib.decompressobj(31)

    def header(self, name: str) -> str:
        """A header's value, the first of several, or ""."""
        found = self._headers.get(name)
        return found[0] if found else ""

    def headers(self, name: str) -> list[str]:
        return self._headers.get(name, [])

    def read_some(self) -> bytes:
        """The next bytes of the body, decoded; empty at its end. Raises WireError, Cancelled."""
        try:
            while True:
                data = self._raw()
                if not data:
                    return b""
                if self._unpacker is None:
                    return data
                import zlib

                try:
                    plain: bytes = self._unpacker.decompress(data)
                except zlib.error as error:
                    raise WireError("read", "gzip: invalid data") from error
                if plain:
                    return plain
        except BaseException:
            self.close()
            raise

    def _raw(self) -> bytes:
        connection, buffer = self._connection, self._connection.buffer
        if self._over:
            return b""
        if self._chunked and self._left == 0 and not self._next_chunk():
            return self._end()
        if self._left == 0:
            return self._end()
        if not buffer and not connection.fill(self._deadline, self.silence):
            if self._left < 0:
                self._keep = False
                return self._end()
            raise Cut(begun=True)
        count = len(buffer) if self._left < 0 else min(self._left, len(buffer))
        data = bytes(buffer[:count])
        del buffer[:count]
        if self._left > 0:
            self._left -= count
            if self._left == 0 and self._chunked and self._line():
                raise WireError("read", "malformed chunked encoding")
        return data

    def _next_chunk(self) -> bool:
        head = self._line().partition(b";")[0].strip()
        try:
            if not head or len(head) > 15 or not head.isalnum():
                raise ValueError
            self._left = int(head, 16)
        except ValueError:
            raise WireError("read", "malformed chunked encoding") from None
        if self._left == 0:
            while self._line():  # what comes after the last chunk
                pass
            return False
        return True

    def _line(self) -> bytes:
        connection, buffer = self._connection, self._connection.buffer
        while (end := buffer.find(b"\r\n")) < 0:
            if len(buffer) > MAX_LINE_BYTES:
                raise WireError("read", "malformed chunked encoding")
            if not connection.fill(self._deadline, self.silence):
                raise Cut(begun=True)
        line = bytes(buffer[:end])
        del buffer[: end + 2]
        return line

    def _end(self) -> bytes:
        self._over = True
        self._connection.done(keep=self._keep)
        return b""

    def close(self) -> None:
        """Gives up the rest of the body. May be called twice, and by another thread after `shut`."""
        if not self._over:
            self._over = True
            self._connection.close()

    def shut(self) -> None:
        """Ends a read that another thread waits in."""
        if not self._over:
            self._connection.shut()


def _dial(place: Place, deadline: Deadline | None) -> socket.socket:
    limit = CONNECT_SECONDS if deadline is None else deadline.remaining(CONNECT_SECONDS)
    try:
        # A name given as bytes spares the import of the tables for international names, which few clusters have.
        host: Any = place.dial_host.encode() if place.dial_host.isascii() else place.dial_host
        connection = socket.create_connection((host, place.dial_port), max(0.001, limit))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    except UnicodeError as error:
        raise WireError("dial") from socket.gaierror(socket.EAI_NONAME, str(error))
    except OSError as error:
        raise WireError("dial") from error


def _step(deadline: Deadline | None, silence: float | None) -> float | None:
    """How long to wait at once."""
    if deadline is None:
        return silence
    return max(0.001, deadline.remaining(WAKE_SECONDS))


def _go_on(deadline: Deadline | None, since: float, silence: float | None) -> None:
    """Nothing came: raises Silence, Cancelled or DeadlineExceeded when that is enough."""
    if deadline is not None:
        deadline.check()
    if silence is not None and time.monotonic() - since >= silence:
        raise Silence("read")
