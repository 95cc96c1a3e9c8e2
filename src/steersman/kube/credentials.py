"""How we prove who we are: static tokens and passwords, token files that are read again, and exec plugins.

An exec plugin is run when its credentials are needed first, when they expire, and once more when the server refuses them; one
thread at a time, because it may talk to the user. Sources: client-go plugin/pkg/client/auth/exec/exec.go and
transport/token_source.go.
"""

from __future__ import annotations

import os
import threading
import time

from steersman.errors import ClusterError
from steersman.kube.config import ExecPlugin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.clock import Deadline
    from steersman.kube.config import ClusterConfig

TOKEN_FILE_SECONDS = 50.0
"""How long a token file's content is used before it is read again (client-go: a period of 60 s less a leeway of 10)."""
MAX_PLUGIN_BYTES = 1 << 20
PLUGIN_POLL_SECONDS = 0.2
_NOT_INSTALLED = (
    "\n\nIt looks like you are trying to use a client-go credential plugin that is not installed."
    "\n\nTo learn more about this feature, consult the documentation available at:"
    "\n      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins"
)


class Credentials:
    """The credentials of one ClusterConfig, kept fresh. `generation` changes when a new client certificate must be presented."""

    def __init__(self, config: ClusterConfig) -> None:
        if (config.username or config.password) and (config.token or config.token_file):
            raise _failed("username/password or bearer token may be set, but not both")
        self._config = config
        self._lock = threading.Lock()
        self._token = config.token
        self._read_at = float("-inf")
        self._issued: _Issued | None = None
        self.generation = 0
        has_static = config.token or config.token_file or config.username or config.certificate_file or config.certificate_data
        self._plugin: ExecPlugin | None = None if has_static else config.exec_plugin

    def authorization(self, deadline: Deadline | None = None) -> str:
        """The value of the Authorization header, or "". Raises ClusterError when an exec plugin or a token file fails."""
        config = self._config
        if config.username or config.password:
            import base64

            return "Basic " + base64.b64encode(f"{config.username}:{config.password}".encode()).decode()
        if config.token_file:
            return f"Bearer {self._from_file(config.token_file)}"
        if config.token:
            return f"Bearer {config.token}"
        issued = self._from_plugin(deadline)
        return f"Bearer {issued.token}" if issued is not None and issued.token else ""

    def certificate(self, deadline: Deadline | None = None) -> tuple[bytes, bytes] | None:
        """The client certificate and key that an exec plugin issued, as PEM."""
        issued = self._from_plugin(deadline)
        return issued.pair if issued is not None else None

    def refused(self, authorization: str, deadline: Deadline | None = None) -> bool:
        """The server answered 401 to `authorization`: whether there are now other credentials to try."""
        if self._plugin is None:
            return False
        with self._lock:
            before = self._issued
            if before is not None and authorization and before.token and authorization != f"Bearer {before.token}":
                return True  # another thread has renewed them already
            after = self._run(self._plugin, deadline)
            self._keep(after)
            return before is None or (before.token, before.pair) != (after.token, after.pair)

    def _from_file(self, path: str) -> str:
        with self._lock:
            if time.monotonic() - self._read_at > TOKEN_FILE_SECONDS:
                try:
                    with open(path, encoding="utf-8") as file:
                        token = file.read(MAX_PLUGIN_BYTES).strip()
                    if not token:
                        raise _failed(f'read empty token from file "{path}"')
                    self._token, self._read_at = token, time.monotonic()
                except (OSError, UnicodeDecodeError) as error:
                    if not self._token:
                        reason = getattr(error, "strerror", None) or "not text"
                        raise _failed(f'failed to read token file "{path}": open {path}: {reason.lower()}') from error
            return self._token

    def _from_plugin(self, deadline: Deadline | None) -> _Issued | None:
        if self._plugin is None:
            return None
        with self._lock:
            if self._issued is None or self._issued.is_over():
                self._keep(self._run(self._plugin, deadline))
            return self._issued

    def _keep(self, issued: _Issued) -> None:
        if self._issued is None or self._issued.pair != issued.pair:
            self.generation += 1
        self._issued = issued

    def _run(self, plugin: ExecPlugin, deadline: Deadline | None) -> _Issued:
        import json
        import subprocess
        import sys

        is_terminal = sys.stdin is not None and sys.stdin.isatty()
        if plugin.interactive_mode == "Always" and not is_terminal:
            raise _failed("exec plugin cannot support interactive mode: standard input is not a terminal")
        interactive = plugin.interactive_mode != "Never" and is_terminal
        info: dict[str, Any] = {"kind": "ExecCredential", "apiVersion": plugin.api_version, "spec": {"interactive": interactive}}
        if plugin.provide_cluster_info:
            info["spec"]["cluster"] = self._cluster_info(plugin)
        environment = {**os.environ, **dict(plugin.env), "KUBERNETES_EXEC_INFO": json.dumps(info, separators=(",", ":"))}
        command = os.path.normpath(plugin.command)
        try:
            process = subprocess.Popen(
                [command, *plugin.args],
                env=environment,
                stdin=None if interactive else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
            )
        except OSError as error:
            if "/" in command:
                raise _failed(f"exec: fork/exec {command}: {(error.strerror or '').lower()}", plugin.install_hint) from error
            hint = f"\n\n{plugin.install_hint}" if plugin.install_hint else ""
            raise _failed(f"exec: executable {command} not found{_NOT_INSTALLED}{hint}") from error
        with process:
            try:
                while True:
                    try:
                        output, _ = process.communicate(timeout=PLUGIN_POLL_SECONDS if deadline is not None else None)
                        break
                    except subprocess.TimeoutExpired:
                        if deadline is not None:
                            deadline.check()
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise _failed(f"exec: executable {command} failed with exit code {process.returncode}", plugin.install_hint)
        return _read(output, plugin)

    def _cluster_info(self, plugin: ExecPlugin) -> dict[str, Any]:
        import base64

        config = self._config
        authority = config.ca_data
        if not authority and config.ca_file:
            with open(config.ca_file, "rb") as file:
                authority = file.read()
        info = {
            "server": config.server,
            "tls-server-name": config.tls_server_name,
            "insecure-skip-tls-verify": config.insecure,
            "certificate-authority-data": base64.b64encode(authority).decode(),
            "proxy-url": config.proxy_url,
            "disable-compression": config.disable_compression,
            "config": plugin.cluster_config,
        }
        return {key: value for key, value in info.items() if value or key == "config"}


class _Issued:
    """What a plugin gave: a token, a certificate and key, and when they end."""

    def __init__(self, token: str, pair: tuple[bytes, bytes] | None, ends: float) -> None:
        self.token = token
        self.pair = pair
        self._ends = ends

    def is_over(self) -> bool:
        return time.time() > self._ends


def _read(output: bytes, plugin: ExecPlugin) -> _Issued:
    import json

    if len(output) > MAX_PLUGIN_BYTES:
        raise _failed(f"decoding stdout: more than {MAX_PLUGIN_BYTES} bytes")
    try:
        found = json.loads(output)
    except (ValueError, RecursionError) as error:
        raise _failed(f"decoding stdout: couldn't get version/kind; json parse error: {error}") from error
    if not isinstance(found, dict) or found.get("kind") != "ExecCredential":
        kind = found.get("kind", "") if isinstance(found, dict) else ""
        raise _failed(f"decoding stdout: it holds no ExecCredential but {str(kind) or 'something else'}")
    if found.get("apiVersion") != plugin.api_version:
        raise _failed(
            f"exec plugin is configured to use API version {plugin.api_version}, plugin returned version {found.get('apiVersion')}"
        )
    status = found.get("status")
    if not isinstance(status, dict):
        raise _failed("exec plugin didn't return a status field")
    token, certificate, key = (str(status.get(name) or "") for name in ("token", "clientCertificateData", "clientKeyData"))
    if not (token or certificate or key):
        raise _failed("exec plugin didn't return a token or cert/key pair")
    if bool(certificate) != bool(key):
        raise _failed("exec plugin returned only certificate or key, not both")
    ends = float("inf")
    if status.get("expirationTimestamp"):
        import datetime

        try:
            ends = datetime.datetime.fromisoformat(str(status["expirationTimestamp"])).timestamp()
        except ValueError as error:
            raise _failed(f"decoding stdout: {error}") from error
    return _Issued(token, (certificate.encode(), key.encode()) if certificate else None, ends)


def _failed(message: str, hint: str = "") -> ClusterError:
    return ClusterError(message, code="credentials", hint=hint)
