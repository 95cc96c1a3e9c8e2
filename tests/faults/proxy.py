"""A proxy between a command and the real API server that counts calls, remembers them, and goes wrong at a chosen one.

It speaks plain HTTP on loopback to the command (whose kubeconfig names it) and TLS to the API server, as the administrator. Every
call gets a number in the order of arrival. A `Fault` says at which call what happens:

  kill-before, kill-after    the command is killed (SIGKILL) before the call is passed on, or when its answer is there
  reset-before, reset-after  the connection is reset before the call is passed on, or instead of its answer
  truncated                  half of the answer's body, then the end
  500, 503, 429              the call is not passed on, and answered with this status (429 with Retry-After: 1)
  slow                       the answer comes half a second late
"""

from __future__ import annotations

import http.client
import http.server
import json
import os
import pathlib
import signal
import socket
import ssl
import struct
import threading
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from clusters import ADMIN, Cluster

SLOW_SECONDS = 0.5


class Fault(NamedTuple):
    """What goes wrong, at which call (counted from 1), and for how many calls from there on (0: for ever)."""

    kind: str
    at: int
    times: int = 1

    def strikes(self, number: int) -> bool:
        return number >= self.at and (not self.times or number < self.at + self.times)


class Call(NamedTuple):
    """One call that went through: its number, method, path without query, and the server's status (0: none came)."""

    number: int
    method: str
    path: str
    status: int


class Proxy:
    """Runs until `close`. `begin` starts a new count; `victim` is the process that a kill strikes."""

    def __init__(self, cluster: Cluster, folder: pathlib.Path) -> None:
        self.cluster = cluster
        self.context = ssl.create_default_context(cafile=str(cluster.ca_file))
        self.context.load_cert_chain(*cluster.authority.issue(ADMIN, groups=("system:masters",)))
        self.calls: list[Call] = []
        self.fault: Fault | None = None
        self.victim = 0
        self.struck = threading.Event()
        self._count = 0
        self._lock = threading.Lock()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.proxy = self  # type: ignore[attr-defined]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.kubeconfig = folder / "kubeconfig-proxy.json"
        self.kubeconfig.write_text(json.dumps(self._config()))

    def _config(self) -> dict[str, Any]:
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "proxy", "cluster": {"server": f"http://127.0.0.1:{self._server.server_address[1]}"}}],
            "users": [{"name": "proxy", "user": {}}],
            "contexts": [{"name": "proxy", "context": {"cluster": "proxy", "user": "proxy"}}],
            "current-context": "proxy",
        }

    def begin(self, fault: Fault | None = None) -> None:
        """Forgets what was counted, and arms a fault, or none."""
        with self._lock:
            self._count, self.calls, self.fault, self.victim = 0, [], fault, 0
            self.struck = threading.Event()

    def number(self) -> tuple[int, Fault | None]:
        with self._lock:
            self._count += 1
            fault = self.fault if self.fault is not None and self.fault.strikes(self._count) else None
            return self._count, fault

    def kill(self) -> None:
        while not self.victim:
            time.sleep(0.001)
        os.kill(self.victim, signal.SIGKILL)
        self.struck.set()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.proxy: Proxy = self.server.proxy  # type: ignore[attr-defined]
        parts = urlsplit(self.proxy.cluster.url)
        self.upstream = http.client.HTTPSConnection(parts.hostname or "", parts.port, context=self.proxy.context)

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            pass
        self.upstream.close()

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except (OSError, http.client.HTTPException):
            self.close_connection = True

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        number, fault = self.proxy.number()
        kind = fault.kind if fault is not None else ""
        path = urlsplit(self.path).path
        if kind in {"500", "503", "429"}:
            self.proxy.calls.append(Call(number, self.command, path, 0))
            self.proxy.struck.set()
            self._refuse(int(kind))
            return
        if kind in {"kill-before", "reset-before"}:
            self.proxy.calls.append(Call(number, self.command, path, 0))
            self._strike(kind)
            return
        if kind == "slow":
            self.proxy.struck.set()
            time.sleep(SLOW_SECONDS)
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in {"host", "connection", "content-length", "accept-encoding"}
        }
        self.upstream.request(self.command, self.path, body, headers)
        response = self.upstream.getresponse()
        self.proxy.calls.append(Call(number, self.command, path, response.status))
        if kind in {"kill-after", "reset-after"}:
            if response.length is not None:
                response.read()
            self._strike(kind)
            return
        self._pass_on(response, truncated=kind == "truncated")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def _pass_on(self, response: http.client.HTTPResponse, *, truncated: bool) -> None:
        self.send_response_only(response.status, response.reason)
        for name, value in response.getheaders():
            if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                self.send_header(name, value)
        if response.length is not None:
            data = response.read()
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if truncated:
                self.wfile.write(data[: len(data) // 2])
                self._strike("truncated")
                return
            self.wfile.write(data)
            return
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while data := response.read1(65536):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()
            if truncated:
                self._strike("truncated")
                return
        self.wfile.write(b"0\r\n\r\n")

    def _refuse(self, status: int) -> None:
        body = json.dumps(
            {
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": {},
                "status": "Failure",
                "message": "a fault was put here",
                "reason": {500: "InternalError", 503: "ServiceUnavailable", 429: "TooManyRequests"}[status],
                "code": status,
            }
        ).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(body)

    def _strike(self, kind: str) -> None:
        if kind.startswith("kill"):
            self.proxy.kill()
        self.wfile.flush()
        if kind.startswith("reset"):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.proxy.struck.set()
        self.close_connection = True
        self.upstream.close()
        if kind != "truncated":
            self.connection.close()
