"""How a call travels: a Request goes out over a pool of connections, a Response or a Stream comes back, and every failure is ours.

Theory of operation. `send` repeats a call when that is safe and asked for: when the server says Retry-After (429 or 5xx), when etcd
changed its leader (once), when a read lost its connection, and once when an exec plugin has fresh credentials after a 401. Nothing
else is repeated, since a write whose answer was lost may have been done. `stream` leaves the body to be read as it comes. The wire
itself is `wire`'s, the certificates are `tls`'s; here they become the words that Go's programs say. Sources: client-go
rest/with_retry.go, transport/round_trippers.go; Helm 4: pkg/kubeenv/roundtripper.go; Go net/http and net for the texts.
"""

from __future__ import annotations

import threading
import time

from steersman.errors import Cancelled, ClusterError, DeadlineExceeded, Unreachable
from steersman.golang.strconv import quote
from steersman.kube import wire
from steersman.kube.statuses import error_of
from steersman.records import Record
from steersman.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from steersman.clock import Deadline
    from steersman.kube.config import ClusterConfig
    from steersman.kube.requests import Request

MAX_RESPONSE_BYTES = 512 << 20
"""No list page is as large; a server or proxy that sends more is broken or hostile."""
MAX_RETRIES = 10
RETRY_SECONDS = 1.0
MAX_RETRY_AFTER_SECONDS = 60.0
LEADER_CHANGED = ("etcdserver: leader changed", "raft proposal dropped")


class Response(Record):
    """A whole answer of 2xx."""

    status: int
    content_type: str
    body: bytes

    def json(self) -> Any:
        """The body as data. Raises ClusterError when it is none."""
        import json

        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ClusterError(f"couldn't get version/kind; json parse error: {error}", code="answer-invalid") from error


class Transport:
    """The connections to one API server as one identity. Safe to use from several threads.

    `on_warning` is given the texts of the server's Warning headers; without it they are dropped.
    """

    def __init__(
        self,
        config: ClusterConfig,
        *,
        user_agent: str = f"steersman/{__version__}",
        on_warning: Callable[[str], None] | None = None,
    ) -> None:
        from urllib.parse import urlsplit

        from steersman.kube.credentials import Credentials

        self.config = config
        self.on_warning = on_warning
        self._credentials = Credentials(config)
        parts = urlsplit(config.server)
        self._scheme = parts.scheme
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if config.is_tls else 80)
        self._prefix = parts.path
        self._identity = tuple(config.impersonate.headers()) if config.impersonate is not None else ()
        self._user_agent = user_agent
        self._compress = not config.disable_compression and not _is_loopback(self._host)
        self._lock = threading.Lock()
        self._pool: wire.Pool | None = None
        self._generation = -1

    def send(self, request: Request, deadline: Deadline | None = None, *, trust_status: bool = True) -> Response:
        """Sends a call and reads its whole answer.

        Raises the ClusterError family: Unreachable when no answer came, else what the answer means; Cancelled or DeadlineExceeded
        when the deadline ends it. `trust_status` False words refusals as client-go's raw calls do.
        """
        answer, body = self._attempt(request, deadline, read=True)
        content_type = answer.header("content-type")
        if not 200 <= answer.status <= 299:
            raise self._explained(error_of(request, answer.status, content_type, body, trust_status=trust_status))
        return Response(answer.status, content_type, body)

    def stream(self, request: Request, deadline: Deadline | None = None) -> Stream:
        """Sends a call and gives its body piece by piece; close the Stream, or use it in a `with`. Raises as `send`."""
        answer, _ = self._attempt(request, deadline, read=False)
        if not 200 <= answer.status <= 299:
            try:
                body = _read_all(answer)
            except wire.WireError as error:
                raise self._translated(request, error, deadline) from error
            finally:
                answer.close()
            raise self._explained(error_of(request, answer.status, answer.header("content-type"), body))
        return Stream(answer, lambda error: self._translated(request, error, deadline))

    def close(self) -> None:
        """Closes all idle connections."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
            self._pool = None

    # --- one call, with its repetitions -----------------------------------------------------------------------------

    def _attempt(self, request: Request, deadline: Deadline | None, *, read: bool) -> tuple[wire.Answer, bytes]:
        tries = 0
        leader_tries = 0
        renewed = False
        while True:
            if deadline is not None:
                self._check(request, deadline)
            try:
                authorization = self._credentials.authorization(deadline) if self.config.is_tls else ""
                pool = self._connect(deadline)
            except ClusterError as error:
                if error.code != "credentials":
                    raise
                message = f"{self._named(request)}: getting credentials: {error.message}"
                raise Unreachable(message, code=error.code, hint=error.hint) from error
            try:
                answer = self._once(pool, request, authorization, deadline)
                body = _read_all(answer) if read else b""
            except (wire.WireError, Cancelled, ClusterError) as error:
                tries += 1
                if request.method == "GET" and tries <= MAX_RETRIES and _was_cut(error):
                    # The first time it was most likely a kept connection that the server had closed.
                    self._sleep(request, RETRY_SECONDS if tries > 1 else 0.0, deadline)
                    continue
                translated = self._translated(request, error, deadline)
                if translated is error:
                    raise
                raise translated from error
            self._warn(answer)
            if answer.status == 401 and not renewed and self._credentials.refused(authorization, deadline):
                renewed = True
                answer.close()
                continue
            if answer.status == 429 or answer.status >= 500:
                wait = _retry_after(answer)
                if wait is not None and tries < MAX_RETRIES:
                    tries += 1
                    answer.close()
                    self._sleep(request, wait, deadline)
                    continue
                if answer.status >= 500 and leader_tries == 0 and read and _leader_changed(answer, body):
                    leader_tries = 1
                    continue
            return answer, body

    def _once(self, pool: wire.Pool, request: Request, authorization: str, deadline: Deadline | None) -> wire.Answer:
        headers = [
            ("User-Agent", self._user_agent),
            ("Accept", request.accept),
            ("Accept-Encoding", "gzip" if self._compress else "identity"),
        ]
        if request.body is not None:
            headers.append(("Content-Type", request.content_type))
        if authorization:
            headers.append(("Authorization", authorization))
        headers += self._identity
        return pool.take(deadline).call(request.method, self._prefix + request.target, headers, request.body, deadline)

    def _connect(self, deadline: Deadline | None) -> wire.Pool:
        """The pool of connections, made anew when an exec plugin has issued another client certificate."""
        issued = self._credentials.certificate(deadline) if self.config.is_tls else None
        with self._lock:
            if self._pool is not None and self._generation == self._credentials.generation:
                return self._pool
            if self._pool is not None:
                self._pool.close()
            context = None
            if self.config.is_tls:
                from steersman.kube.tls import context_of

                context = context_of(self.config, issued)
            proxy = self.config.proxy_url or proxy_from_environment(self._scheme, self._host, self._port)
            name = self.config.tls_server_name
            self._pool = wire.Pool(wire.Place(self._host, self._port, tls=context, tls_name=name, proxy=proxy))
            self._generation = self._credentials.generation
            return self._pool

    # --- what went wrong --------------------------------------------------------------------------------------------

    def _named(self, request: Request) -> str:
        """The call as Go's url.Error names it: `Get "https://…"`, without credentials."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        from urllib.parse import urlsplit

        port = f":{self._port}" if urlsplit(self.config.server).port else ""
        return f"{request.method.title()} {quote(f'{self._scheme}://{host}{port}{self._prefix}{request.target}')}"

    def _translated(self, request: Request, error: Exception, deadline: Deadline | None) -> Exception:
        """A failure of the wire as one of ours; one of ours as it is, but the end of the time with the call's name."""
        if isinstance(error, DeadlineExceeded):
            return DeadlineExceeded(f"{self._named(request)}: {error.message}")
        if isinstance(error, (ClusterError, Cancelled)):
            return error
        if deadline is not None and deadline.remaining() <= 0:
            try:
                self._check(request, deadline)
            except Cancelled as ended:
                return ended
        if not isinstance(error, wire.WireError):
            return error
        text, hint = self._reason(error)
        return Unreachable(f"{self._named(request)}: {text}", hint=hint)

    def _reason(self, error: wire.WireError) -> tuple[str, str]:
        """(Go's text, what to try)."""
        if isinstance(error, wire.Malformed):
            return f"net/http: HTTP/1.x transport connection broken: {_malformed(str(error))}", ""
        if isinstance(error, wire.Cut):
            return str(error), "the connection was closed before an answer came, or in the middle of it"
        if isinstance(error, wire.Silence):
            if error.stage == "tls":
                return "net/http: TLS handshake timeout", "the server took the connection but did not answer"
            return "net/http: timeout awaiting response", "the server took the connection but did not answer"
        cause = error.__cause__
        if cause is None:
            return f"proxyconnect tcp: {error}" if error.stage == "proxy" else str(error), ""
        place = self._pool.place if self._pool is not None else wire.Place(self._host, self._port)
        prefix = "proxyconnect tcp: " if place.proxy_scheme and error.stage == "dial" else ""
        return _socket_reason(cause, error.stage, place, self.config, prefix)

    def _explained(self, error: ClusterError) -> ClusterError:
        if error.http_status == 401 and not error.hint:
            from steersman.kube.tls import client_certificate_problem

            error.hint = (
                client_certificate_problem(self.config) or "the cluster does not accept the credentials of your kubeconfig"
            )
        return error

    def _check(self, request: Request, deadline: Deadline) -> None:
        try:
            deadline.check()
        except DeadlineExceeded as error:
            raise DeadlineExceeded(f"{self._named(request)}: {error.message}") from error

    def _sleep(self, request: Request, seconds: float, deadline: Deadline | None) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if deadline is None:
                time.sleep(left)
            else:
                self._check(request, deadline)
                time.sleep(min(left, wire.WAKE_SECONDS, deadline.remaining()))

    def _warn(self, answer: wire.Answer) -> None:
        if self.on_warning is None:
            return
        for header in answer.headers("warning"):
            text = warning_text(header)
            if text:
                self.on_warning(text)


class Stream:
    """A body that comes piece by piece: iterate for chunks as they arrive, or over `lines()`.

    Iteration ends when the server ends the body or somebody closes the stream, and raises Unreachable when the connection breaks,
    Cancelled or DeadlineExceeded when the deadline says so.
    """

    def __init__(self, answer: wire.Answer, translated: Callable[[Exception], Exception]) -> None:
        self._answer = answer
        self._answer.silence = None
        self._translated = translated
        self._closed = threading.Event()
        self._reading = False

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        self._reading = True
        try:
            while not self._closed.is_set():
                try:
                    chunk = self._answer.read_some()
                except wire.WireError as error:
                    if self._closed.is_set():
                        return
                    raise self._translated(error) from error
                if not chunk:
                    return
                yield chunk
        finally:
            self._reading = False
            if self._closed.is_set():
                self._answer.close()

    def lines(self) -> Iterator[bytes]:
        """Whole lines without their ends; what stands after the last end is a line, too."""
        rest: list[bytes] = []
        size = 0
        for chunk in self:
            *whole, last = chunk.split(b"\n")
            for line in whole:
                rest.append(line)
                yield b"".join(rest)
                rest, size = [], 0
            if last:
                rest.append(last)
                size += len(last)
                if size > MAX_RESPONSE_BYTES:
                    raise ClusterError("a line of the stream has no end", code="answer-invalid")
        if rest:
            yield b"".join(rest)

    def close(self) -> None:
        """Ends the connection; another thread that iterates stops. May be called twice."""
        if not self._closed.is_set():
            self._closed.set()
            self._answer.shut()
            if not self._reading:  # else whoever reads closes it, now that there is nothing to read
                self._answer.close()


# --- small things, without state ----------------------------------------------------------------------------------------


def _read_all(answer: wire.Answer) -> bytes:
    parts = []
    size = 0
    while chunk := answer.read_some():
        size += len(chunk)
        if size > MAX_RESPONSE_BYTES:
            answer.close()
            raise ClusterError(f"the answer is larger than {MAX_RESPONSE_BYTES >> 20} MiB", code="answer-invalid")
        parts.append(chunk)
    return b"".join(parts)


def _was_cut(error: BaseException) -> bool:
    """Whether the connection ended in the middle (apimachinery: util/net.IsConnectionReset, IsProbableEOF)."""
    if isinstance(error, wire.Cut):
        return True
    return isinstance(error, wire.WireError) and isinstance(error.__cause__, (ConnectionResetError, BrokenPipeError))


def _socket_reason(cause: BaseException, stage: str, place: wire.Place, config: ClusterConfig, prefix: str) -> tuple[str, str]:
    """What an error of the socket or of TLS is called in Go."""
    import socket

    host, port = place.dial_host, place.dial_port
    if stage == "tls" or type(cause).__module__ == "ssl":
        import ssl

        if isinstance(cause, ssl.SSLError):
            from steersman.kube.tls import explain

            return explain(cause, config, place.host, place.port)
    if isinstance(cause, socket.gaierror):
        why = "no such host" if _is_unknown_name(cause) else str(cause.args[-1]).lower()
        return (
            f"{prefix}dial tcp: lookup {host}{_resolver()}: {why}",
            "the name of the API server is not known here: check the server's address in your kubeconfig, DNS and VPN",
        )
    if isinstance(cause, ConnectionRefusedError):
        return (
            f"{prefix}dial tcp {_address(host, port)}: connect: connection refused",
            "is the cluster running, and is this its address and port?",
        )
    if isinstance(cause, ConnectionResetError):
        return f"read tcp {_address(host, port)}: read: connection reset by peer", ""
    if isinstance(cause, BrokenPipeError):
        return f"write tcp {_address(host, port)}: write: broken pipe", ""
    if isinstance(cause, TimeoutError):
        return (
            f"{prefix}dial tcp {_address(host, port)}: i/o timeout",
            "no answer from that address: check network, VPN and firewall",
        )
    text = str(getattr(cause, "strerror", "") or cause).lower()
    verb = {"dial": "connect", "tls": "read"}.get(stage, stage)
    return f"{prefix}{'dial' if stage == 'dial' else verb} tcp {_address(host, port)}: {verb}: {text}", ""


def _retry_after(answer: wire.Answer) -> float | None:
    """Seconds that the server asks to wait, at most a minute; None when it does not ask (whole seconds only, as client-go)."""
    text = answer.header("retry-after")
    return min(float(text), MAX_RETRY_AFTER_SECONDS) if text.isascii() and text.isdigit() else None


def _leader_changed(answer: wire.Answer, body: bytes) -> bool:
    if answer.header("content-type") != "application/json":
        return False
    import json

    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict) or not isinstance(found.get("code"), int) or found["code"] < 500:
        return False
    return str(found.get("message", "")).endswith(LEADER_CHANGED)


def _address(host: str, port: int) -> str:
    """The address that was dialled, as Go shows it."""
    import socket

    try:
        host = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    except OSError:
        pass
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _malformed(line: str) -> str:
    """What Go says of a first line that is none of HTTP's (net/http: ReadResponse)."""
    line = line.strip("\r\n")
    _, space, rest = line.partition(" ")
    if not space:
        return f"malformed HTTP response {quote(line)}"
    code = rest.lstrip(" ").partition(" ")[0]
    if len(code) != 3:
        return f"malformed HTTP status code {quote(code)}"
    return f"malformed HTTP version {quote(line.partition(' ')[0])}"


def _is_loopback(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _is_unknown_name(error: BaseException) -> bool:
    import socket

    return getattr(error, "errno", 0) in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


def _resolver() -> str:
    """` on ADDRESS:53`, the first resolver, as Go's resolver tells it; empty where that is not known."""
    try:
        with open("/etc/resolv.conf", encoding="utf-8", errors="replace") as file:
            for line in file:
                words = line.split()
                if len(words) > 1 and words[0] == "nameserver":
                    return f" on [{words[1]}]:53" if ":" in words[1] else f" on {words[1]}:53"
    except OSError:
        pass
    return ""


def warning_text(header: str) -> str:
    """The text of a Warning header of code 299 (`299 - "text"`), or "" (apimachinery: util/net.ParseWarningHeader)."""
    import re

    found = re.match(r'\s*299 \S+ "((?:[^"\\]|\\.)*)"', header)
    if not found:
        return ""
    text = re.sub(r"\\(.)", r"\1", found[1])
    return "".join(character if character.isprintable() else " " for character in text)


def proxy_from_environment(scheme: str, host: str, port: int) -> str:
    """The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY ask for, or "" (Go: x/net/http/httpproxy)."""
    import os

    proxy = ""
    for name in (f"{scheme.upper()}_PROXY", f"{scheme}_proxy"):
        proxy = proxy or os.environ.get(name, "")
    if not proxy or host == "localhost":
        return ""
    import ipaddress

    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is not None and address.is_loopback:
        return ""
    for rule in (os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or "").lower().split(","):
        rule = rule.strip()
        if not rule:
            continue
        if rule == "*":
            return ""
        if "/" in rule and address is not None:
            try:
                if address in ipaddress.ip_network(rule, strict=False):
                    return ""
            except ValueError:
                pass
            continue
        name, colon, number = rule.rpartition(":")
        if colon and number.isdigit() and not (rule.count(":") > 1 and "]" not in rule):
            if int(number) != port:
                continue
            rule = name.strip("[]")
        bare = rule.removeprefix("*").lstrip(".")
        if address is None and (host.lower().endswith("." + bare) or (host.lower() == bare and not rule.startswith(("*.", ".")))):
            return ""
        if address is not None and host == bare:
            return ""
    return proxy if "://" in proxy else f"http://{proxy}"
