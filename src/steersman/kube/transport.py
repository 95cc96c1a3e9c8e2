"""How a call travels: a Request goes out over a pool of connections, a Response or a Stream comes back, and every failure is ours.

Theory of operation. `send` repeats a call when that is safe and asked for: when the server says Retry-After (429 or 5xx), when etcd
changed its leader (once), when a read lost its connection, and once when an exec plugin has fresh credentials after a 401. Nothing
else is repeated, since a write whose answer was lost may have been done. `stream` leaves the body to be read as it comes: a thread
of its own reads the socket, so that whoever consumes it can be called off at any time by its Deadline. urllib3 and ssl are imported
when the first connection is made. Sources: client-go rest/with_retry.go, transport/round_trippers.go; Helm 4:
pkg/kubeenv/roundtripper.go.
"""

from __future__ import annotations

import threading
import time

from steersman.errors import Cancelled, ClusterError, DeadlineExceeded, Unreachable
from steersman.golang.strconv import quote
from steersman.kube.statuses import error_of
from steersman.records import Record
from steersman.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    import queue
    from collections.abc import Callable, Iterator
    from typing import Any

    import urllib3

    from steersman.clock import Deadline
    from steersman.kube.config import ClusterConfig
    from steersman.kube.requests import Request

CONNECT_SECONDS = 30.0
"""Go's dialer as client-go sets it."""
READ_SECONDS = 120.0
"""The longest silence in an answer; the API server itself ends requests after 60 seconds."""
MAX_CONNECTIONS = 16
MAX_RESPONSE_BYTES = 512 << 20
"""No list page is as large; a server or proxy that sends more is broken or hostile."""
MAX_RETRIES = 10
RETRY_SECONDS = 1.0
MAX_RETRY_AFTER_SECONDS = 60.0
READ_CHUNK = 1 << 16
STREAM_BACKLOG = 256
"""Chunks read ahead of a stream's consumer."""
WAKE_SECONDS = 0.2
"""How soon a waiting consumer sees that it was called off."""
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
        self._pool: urllib3.HTTPConnectionPool | None = None
        self._generation = -1
        self._proxy = ""

    def send(self, request: Request, deadline: Deadline | None = None, *, trust_status: bool = True) -> Response:
        """Sends a call and reads its whole answer.

        Raises the ClusterError family: Unreachable when no answer came, else what the answer means; Cancelled or DeadlineExceeded
        when the deadline ends it. `trust_status` False words refusals as client-go's raw calls do.
        """
        answer, body = self._attempt(request, deadline, read=True)
        content_type = answer.headers.get("Content-Type", "")
        if not 200 <= answer.status <= 299:
            raise self._explained(error_of(request, answer.status, content_type, body, trust_status=trust_status))
        return Response(answer.status, content_type, body)

    def stream(self, request: Request, deadline: Deadline | None = None) -> Stream:
        """Sends a call and gives its body piece by piece; close the Stream, or use it in a `with`. Raises as `send`."""
        answer, _ = self._attempt(request, deadline, read=False)
        if not 200 <= answer.status <= 299:
            try:
                body = _read_all(answer)
            except Exception as error:
                raise self._translated(request, error, deadline) from error
            finally:
                answer.close()
            raise self._explained(error_of(request, answer.status, answer.headers.get("Content-Type", ""), body))
        return Stream(answer, deadline, lambda error: self._translated(request, error, deadline))

    def close(self) -> None:
        """Closes all idle connections."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
            self._pool = None

    # --- one call, with its repetitions -----------------------------------------------------------------------------

    def _attempt(self, request: Request, deadline: Deadline | None, *, read: bool) -> tuple[Any, bytes]:
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
            except Exception as error:
                tries += 1
                if request.method == "GET" and tries <= MAX_RETRIES and _was_cut(error):
                    # The first time it was most likely a kept connection that the server had closed.
                    self._sleep(request, RETRY_SECONDS if tries > 1 else 0.0, deadline)
                    continue
                raise self._translated(request, error, deadline) from error
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

    def _once(self, pool: urllib3.HTTPConnectionPool, request: Request, authorization: str, deadline: Deadline | None) -> Any:
        import urllib3

        headers = urllib3.HTTPHeaderDict()
        headers["User-Agent"] = self._user_agent
        headers["Accept"] = request.accept
        headers["Accept-Encoding"] = "gzip" if self._compress else "identity"
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        if authorization:
            headers["Authorization"] = _header(authorization)
        for name, value in self._identity:
            headers.add(name, _header(value))
        silence = READ_SECONDS if deadline is None else deadline.remaining(READ_SECONDS)
        target = self._prefix + request.target
        if not self.config.is_tls and self._proxy and not self._proxy.startswith("socks5"):
            # A proxy for plain HTTP is told the whole address; for TLS it only opens a tunnel.
            target = self.config.server + request.target
            headers.extend(pool.proxy_headers)
        return pool.urlopen(
            request.method,
            target,
            body=request.body,
            headers=headers,
            redirect=False,
            assert_same_host=False,
            retries=False,
            preload_content=False,
            timeout=urllib3.Timeout(
                connect=max(0.001, CONNECT_SECONDS if deadline is None else deadline.remaining(CONNECT_SECONDS)),
                read=max(0.001, silence),
            ),
        )

    def _connect(self, deadline: Deadline | None) -> urllib3.HTTPConnectionPool:
        """The pool of connections, made anew when an exec plugin has issued another client certificate."""
        issued = self._credentials.certificate(deadline) if self.config.is_tls else None
        with self._lock:
            if self._pool is not None and self._generation == self._credentials.generation:
                return self._pool
            if self._pool is not None:
                self._pool.close()
            self._pool = self._make_pool(issued)
            self._generation = self._credentials.generation
            return self._pool

    def _make_pool(self, issued: tuple[bytes, bytes] | None) -> urllib3.HTTPConnectionPool:
        import urllib3

        options: dict[str, Any] = {"maxsize": MAX_CONNECTIONS, "block": False}
        if self.config.is_tls:
            from steersman.kube.tls import context_of

            options["ssl_context"] = context_of(self.config, issued)
            if self.config.tls_server_name:
                options["server_hostname"] = self.config.tls_server_name
        proxy = self._proxy = self.config.proxy_url or proxy_from_environment(self._scheme, self._host, self._port)
        if not proxy:
            if self.config.is_tls:
                return urllib3.HTTPSConnectionPool(self._host, self._port, **options)
            return urllib3.HTTPConnectionPool(self._host, self._port, **options)
        manager: urllib3.PoolManager
        if proxy.startswith("socks5"):
            try:
                from urllib3.contrib.socks import SOCKSProxyManager
            except ImportError as error:
                raise ClusterError(
                    "a SOCKS proxy needs the package PySocks", code="kubeconfig-invalid", hint="pip install PySocks"
                ) from error
            manager = SOCKSProxyManager(proxy.replace("socks5://", "socks5h://", 1), **options)
        else:
            from urllib.parse import unquote, urlsplit

            parts = urlsplit(proxy)
            headers = None
            if parts.username:
                headers = urllib3.make_headers(proxy_basic_auth=f"{unquote(parts.username)}:{unquote(parts.password or '')}")
            manager = urllib3.ProxyManager(proxy, proxy_headers=headers, **options)
        return manager.connection_from_host(self._host, self._port, self._scheme)

    # --- what went wrong --------------------------------------------------------------------------------------------

    def _named(self, request: Request) -> str:
        """The call as Go's url.Error names it: `Get "https://…"`, without credentials."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        from urllib.parse import urlsplit

        port = f":{self._port}" if urlsplit(self.config.server).port else ""
        return f"{request.method.title()} {quote(f'{self._scheme}://{host}{port}{self._prefix}{request.target}')}"

    def _translated(self, request: Request, error: Exception, deadline: Deadline | None) -> Exception:
        """An exception of urllib3, ssl or the socket as one of ours."""
        if isinstance(error, (ClusterError, Cancelled)):
            return error
        if deadline is not None and deadline.remaining() <= 0:
            try:
                self._check(request, deadline)
            except Cancelled as ended:
                return ended
        text, hint = self._reason(error)
        return Unreachable(f"{self._named(request)}: {text}", hint=hint)

    def _reason(self, error: BaseException) -> tuple[str, str]:
        """(Go's text, what to try)."""
        import http.client
        import socket
        import ssl

        import urllib3.exceptions as errors

        seen = _chain(error)
        for one in seen:
            if isinstance(one, ssl.SSLError):
                from steersman.kube.tls import explain

                return explain(one, self.config, self._host, self._port)
        found = {kind: one for one in reversed(seen) for kind in type(one).__mro__}
        host, port, prefix = self._host, self._port, ""
        if errors.ProxyError in found and self._proxy:
            from urllib.parse import urlsplit

            parts = urlsplit(self._proxy)
            host, port, prefix = parts.hostname or "", parts.port or 80, "proxyconnect tcp: "
        if socket.gaierror in found:
            one = found[socket.gaierror]
            why = "no such host" if _is_unknown_name(one) else str(one.args[-1]).lower()
            return (
                f"{prefix}dial tcp: lookup {host}{_resolver()}: {why}",
                "the name of the API server is not known here: check the server's address in your kubeconfig, DNS and VPN",
            )
        if ConnectionRefusedError in found:
            return (
                f"{prefix}dial tcp {_address(host, port)}: connect: connection refused",
                "is the cluster running, and is this its address and port?",
            )
        if http.client.RemoteDisconnected in found:
            return "EOF", "the connection was closed before an answer came"
        if http.client.BadStatusLine in found:
            return f"net/http: HTTP/1.x transport connection broken: {_malformed(found[http.client.BadStatusLine])}", ""
        if ConnectionResetError in found:
            return f"read tcp {_address(host, port)}: read: connection reset by peer", ""
        if BrokenPipeError in found:
            return f"write tcp {_address(host, port)}: write: broken pipe", ""
        for one in seen:
            if isinstance(one, OSError) and not isinstance(one, TimeoutError) and one.strerror:
                return f"{prefix}dial tcp {_address(host, port)}: connect: {one.strerror.lower()}", ""
        if errors.ConnectTimeoutError in found:
            hint = "no answer from that address: check network, VPN and firewall"
            return f"{prefix}dial tcp {_address(host, port)}: i/o timeout", hint
        if errors.ReadTimeoutError in found or TimeoutError in found:
            return "net/http: timeout awaiting response", "the server took the connection but did not answer"
        if _was_cut(error):
            return "unexpected EOF", "the connection was closed in the middle of an answer"
        return str(seen[-1]) or type(seen[-1]).__name__, ""

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
                time.sleep(min(left, WAKE_SECONDS, deadline.remaining()))

    def _warn(self, answer: Any) -> None:
        if self.on_warning is None or "Warning" not in answer.headers:
            return
        for header in answer.headers.getlist("Warning"):
            text = warning_text(header)
            if text:
                self.on_warning(text)


class Stream:
    """A body that comes piece by piece: iterate for chunks as they arrive, or over `lines()`.

    Iteration ends when the server ends the body, and raises Unreachable when the connection breaks, Cancelled or DeadlineExceeded
    when the deadline says so.
    """

    def __init__(self, answer: Any, deadline: Deadline | None, translated: Callable[[Exception], Exception]) -> None:
        import queue

        self._answer = answer
        self._deadline = deadline
        self._translated = translated
        self._closed = False
        self._chunks: queue.Queue[bytes | Exception | None] = queue.Queue(STREAM_BACKLOG)
        socket = getattr(answer.connection, "sock", None)
        if socket is not None:
            socket.settimeout(None)  # a stream may be silent as long as it likes: the deadline ends it, not the socket
        threading.Thread(target=self._pump, name="steersman-stream", daemon=True).start()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        import queue

        while True:
            if self._deadline is not None:
                self._deadline.check()
            try:
                wait = None if self._deadline is None else max(0.001, self._deadline.remaining(WAKE_SECONDS))
                chunk = self._chunks.get(timeout=wait)
            except queue.Empty:
                continue
            if chunk is None:
                return
            if isinstance(chunk, Exception):
                raise self._translated(chunk) from chunk
            yield chunk

    def lines(self) -> Iterator[bytes]:
        """Whole lines without their ends; what stands after the last end is a line, too."""
        rest: list[bytes] = []
        for chunk in self:
            *whole, last = chunk.split(b"\n")
            for line in whole:
                rest.append(line)
                yield b"".join(rest)
                rest = []
            if last:
                rest.append(last)
                if sum(map(len, rest)) > MAX_RESPONSE_BYTES:
                    raise ClusterError("a line of the stream has no end", code="answer-invalid")
        if rest:
            yield b"".join(rest)

    def close(self) -> None:
        """Ends the connection; a thread that iterates stops. May be called twice."""
        if self._closed:
            return
        self._closed = True
        import queue

        try:
            self._answer.shutdown()
        except Exception:  # it has ended by itself
            pass
        while True:  # whoever pumps must not hang on a full queue, nor whoever iterates on an empty one
            try:
                self._chunks.get_nowait()
            except queue.Empty:
                break
        self._chunks.put(None)

    def _pump(self) -> None:
        try:
            while not self._closed:
                chunk = self._answer.read1(READ_CHUNK)
                if not chunk:
                    break
                self._put(chunk)
            self._put(None)
        except Exception as error:
            self._put(None if self._closed else error)
        finally:
            try:
                self._answer.close()
            except Exception:
                pass

    def _put(self, item: bytes | Exception | None) -> None:
        import queue

        while not self._closed:
            try:
                self._chunks.put(item, timeout=WAKE_SECONDS)
                return
            except queue.Full:
                continue


# --- small things, without state ----------------------------------------------------------------------------------------


def _read_all(answer: Any) -> bytes:
    parts = []
    size = 0
    while chunk := answer.read(READ_CHUNK * 16):
        size += len(chunk)
        if size > MAX_RESPONSE_BYTES:
            answer.close()
            raise ClusterError(f"the answer is larger than {MAX_RESPONSE_BYTES >> 20} MiB", code="answer-invalid")
        parts.append(chunk)
    return b"".join(parts)


def _header(value: str) -> str:
    """A header's value as its UTF-8 bytes, which http.client would refuse or change."""
    return value.encode().decode("latin-1")


def _chain(error: BaseException) -> list[BaseException]:
    """The exception, what it wraps and what caused it, outermost first."""
    found: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting:
        one = waiting.pop(0)
        if one in found:
            continue
        found.append(one)
        waiting += [item for item in one.args if isinstance(item, BaseException)]
        waiting += [item for item in (getattr(one, "original_error", None), one.__cause__, one.__context__) if item is not None]
    return found


def _was_cut(error: BaseException) -> bool:
    """Whether the connection ended in the middle (apimachinery: util/net.IsConnectionReset, IsProbableEOF)."""
    import http.client
    import ssl

    import urllib3.exceptions as errors

    kinds = (ConnectionResetError, BrokenPipeError, http.client.IncompleteRead, http.client.RemoteDisconnected, ssl.SSLEOFError)
    return any(isinstance(one, (*kinds, errors.IncompleteRead)) for one in _chain(error))


def _retry_after(answer: Any) -> float | None:
    """Seconds that the server asks to wait, at most a minute; None when it does not ask (whole seconds only, as client-go)."""
    text = answer.headers.get("Retry-After", "")
    return min(float(text), MAX_RETRY_AFTER_SECONDS) if text.isascii() and text.isdigit() else None


def _leader_changed(answer: Any, body: bytes) -> bool:
    if answer.headers.get("Content-Type") != "application/json":
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


def _malformed(error: BaseException) -> str:
    """What Go says of a first line that is none of HTTP's (net/http: ReadResponse)."""
    line = str(error.args[0] if error.args else "").strip("\r\n\x00 '")
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
