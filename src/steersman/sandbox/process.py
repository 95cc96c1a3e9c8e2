"""Starting and stopping the sandbox: in this process, or as one of its own that a state file tells about.

`start` gives a running `Sandbox` in this process: a machinery, its life cycle and its front, and a kubeconfig. `launch` starts
another process that does the same and stays; whoever asks with `inspect` or ends it with `halt` finds it by its folder. The
process holds a lock on a file there as long as it lives, so a state file left behind by a crash is never believed.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import threading
import time
import uuid

from steersman.errors import Error, UsageError
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from steersman.sandbox.messages import User

NAME = "steersman-sandbox"
STATE_FILE, LOCK_FILE, KUBECONFIG_FILE, LOG_FILE = "sandbox.json", "sandbox.lock", "kubeconfig", "sandbox.log"
START_SECONDS = 20.0
STOP_SECONDS = 5.0
SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


class State(Record):
    """A sandbox that runs in a process of its own."""

    pid: int
    url: str
    kubeconfig: str
    directory: str
    version: str
    started: float


class Sandbox:
    """A running sandbox. A context manager: leaving it stops it."""

    def __init__(
        self,
        *,
        port: int = 0,
        directory: str | os.PathLike[str] | None = None,
        controllers: bool = True,
        start_seconds: float = 0.0,
        run_seconds: float = 0.0,
        fail: Mapping[str, str] | None = None,
        logs: Mapping[str, str] | None = None,
        tokens: Mapping[str, User] | None = None,
    ) -> None:
        from steersman.sandbox.certificates import Authority
        from steersman.sandbox.front import Front
        from steersman.sandbox.life import Behavior, Life
        from steersman.sandbox.machinery import Api, World
        from steersman.sandbox.messages import AUTHENTICATED_GROUP, MASTERS_GROUP, User
        from steersman.sandbox.store import Store

        self._temporary = directory is None
        if directory is None:
            import tempfile

            self.directory = tempfile.mkdtemp(prefix="steersman-sandbox-")
        else:
            self.directory = os.path.abspath(os.fspath(directory))
            os.makedirs(self.directory, mode=0o700, exist_ok=True)
        self.authority = Authority(NAME)
        self.token = secrets.token_urlsafe(32)
        self.condition = threading.Condition(threading.RLock())
        world = World(time.time, lambda: str(uuid.uuid4()), _suffix)
        self.api = Api(world, store=Store(self._changed))
        self.life: Life | None = None
        if controllers:
            self.life = Life(
                self.api, Behavior(start_seconds, run_seconds, fail or {}, logs or {}), authority=self.authority.pem.decode()
            )
        with self.condition:
            self._furnish()
        admin = User("sandbox-admin", (MASTERS_GROUP, AUTHENTICATED_GROUP))
        self.front = Front(
            self.api.answer,
            self.condition,
            certificate=self.authority.server(),
            authority=self.authority.pem,
            tokens={self.token: admin, **(tokens or {})},
            port=port,
        )
        self.kubeconfig = os.path.join(self.directory, KUBECONFIG_FILE)
        self.write_kubeconfig("kubernetes-admin", (MASTERS_GROUP,), self.kubeconfig)
        self._stopped = threading.Event()
        self._liver = threading.Thread(target=self._live, name="sandbox-life", daemon=True)
        if self.life is not None:
            with self.condition:
                self.life.step()
            self._liver.start()
        self.front.start()

    @property
    def url(self) -> str:
        return self.front.url

    @property
    def port(self) -> int:
        return self.front.port

    @property
    def version(self) -> str:
        """The version of Kubernetes that it speaks."""
        return self.api.kinds.version

    @property
    def ca_pem(self) -> bytes:
        return self.authority.pem

    def write_kubeconfig(self, user: str, groups: tuple[str, ...], path: str, *, namespace: str = "default") -> str:
        """Writes a kubeconfig (mode 0600) of a user known by a client certificate; gives its path."""
        certificate, key = self.authority.client(user, groups)

        def encoded(data: bytes) -> str:
            return base64.b64encode(data).decode()

        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {"name": NAME, "cluster": {"server": self.url, "certificate-authority-data": encoded(self.authority.pem)}}
            ],
            "users": [{"name": user, "user": {"client-certificate-data": encoded(certificate), "client-key-data": encoded(key)}}],
            "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": user, "namespace": namespace}}],
            "current-context": NAME,
        }
        _write_private(path, json.dumps(config, indent=2) + "\n")
        return path

    def stop(self) -> None:
        """Ends it: the port closes, watches end, and a folder that was made for it goes."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self.front.stop()
        with self.condition:
            self.condition.notify_all()
        if self._liver.is_alive():
            self._liver.join(2)
        if self._temporary:
            import shutil

            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reset(self) -> None:
        """Deletes everything that was made since the start."""
        with self.condition:
            for definition in list(self.api.kinds.custom):
                self.api.kinds.forget(definition)
            store = self.api.store
            for resource in list(store.tables):
                for obj in store.all(resource):
                    store.remove(resource, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
            self._furnish()

    def _furnish(self) -> None:
        """What a fresh cluster has: namespaces, a node, a storage class."""
        api = self.api
        for name in SYSTEM_NAMESPACES:
            self._seed("", "v1", "namespaces", {"metadata": {"name": name}})
        if self.life is None:
            return
        now = api.now
        ready = {
            "type": "Ready",
            "status": "True",
            "reason": "KubeletReady",
            "message": "kubelet is posting ready status",
            "lastHeartbeatTime": now,
            "lastTransitionTime": now,
        }
        node = self._seed(
            "",
            "v1",
            "nodes",
            {"metadata": {"name": "sandbox", "labels": {"kubernetes.io/hostname": "sandbox", "kubernetes.io/os": "linux"}}},
        )
        status = {
            "conditions": [ready],
            "capacity": {"cpu": "8", "memory": "32Gi", "pods": "1000"},
            "allocatable": {"cpu": "8", "memory": "32Gi", "pods": "1000"},
            "addresses": [{"type": "InternalIP", "address": "192.0.2.10"}, {"type": "Hostname", "address": "sandbox"}],
            "nodeInfo": {"kubeletVersion": api.kinds.version, "operatingSystem": "linux", "osImage": "steersman sandbox"},
        }
        api.store.put("/nodes", {**node, "status": status})
        annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
        self._seed(
            "storage.k8s.io",
            "v1",
            "storageclasses",
            {"metadata": {"name": "standard", "annotations": annotations}, "provisioner": "steersman.dev/sandbox"},
        )

    def _seed(self, group: str, version: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        resource = self.api.kinds.find(group, version, name)
        assert resource is not None
        body = {**body, "kind": resource.kind, "apiVersion": resource.api_version}
        return self.api.create(resource, self.api.schema.decode(resource.node, body).value)

    def _changed(self, resource: str) -> None:
        self.condition.notify_all()

    def _live(self) -> None:
        assert self.life is not None
        while not self._stopped.is_set():
            with self.condition:
                due = self.life.step()
                if self._stopped.is_set():
                    return
                if self.life.is_idle():
                    self.condition.wait(1.0 if due is None else max(0.001, min(1.0, due - time.time())))


def start(
    *,
    port: int = 0,
    directory: str | os.PathLike[str] | None = None,
    controllers: bool = True,
    start_seconds: float = 0.0,
    run_seconds: float = 0.0,
    fail: Mapping[str, str] | None = None,
    logs: Mapping[str, str] | None = None,
    tokens: Mapping[str, User] | None = None,
) -> Sandbox:
    """Starts a sandbox in this process.

    `directory` holds the kubeconfig; without one a folder is made and removed at the end. `start_seconds` is how long a pod takes
    to run, `run_seconds` how long a job's pod runs. `fail` maps patterns of image names to how they fail: "pull", "crash", "exit",
    "unready". `logs` maps such patterns to what their pods log. `controllers=False` is a bare API server: what is written stays.
    Raises UsageError without the package cryptography, OSError when the port is taken.
    """
    return Sandbox(
        port=port,
        directory=directory,
        controllers=controllers,
        start_seconds=start_seconds,
        run_seconds=run_seconds,
        fail=fail,
        logs=logs,
        tokens=tokens,
    )


# --- as a process of its own ----------------------------------------------------------------------------------------------


def launch(directory: str | os.PathLike[str], *, port: int = 0, start_seconds: float = 0.0, run_seconds: float = 0.0) -> State:
    """Starts a sandbox that outlives this process; gives its state once it answers.

    Raises UsageError when one runs in this folder already, Error when it does not start (its log is in the folder).
    """
    import subprocess
    import sys

    folder = os.path.abspath(os.fspath(directory))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    running = inspect(folder)
    if running is not None:
        raise UsageError(f"a sandbox is running already at {running.url}", code="sandbox-running", hint="steersman sandbox stop")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(os.path.join(folder, STATE_FILE))
    code = "import sys; from steersman.sandbox.process import serve; serve(*sys.argv[1:])"
    arguments = [sys.executable, "-c", code, folder, str(port), str(start_seconds), str(run_seconds)]
    with open(os.path.join(folder, LOG_FILE), "wb") as log:
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=folder, close_fds=True
        )
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        found = inspect(folder)
        if found is not None:
            process.returncode = 0  # it is on its own from here: not ours to wait for
            return found
        if process.poll() is not None:
            break
        time.sleep(0.01)
    with open(os.path.join(folder, LOG_FILE), errors="replace") as file:
        told = file.read()[-2000:].strip()
    if process.poll() is None:
        process.kill()
        process.wait()
    raise Error(f"the sandbox did not start: {told.splitlines()[-1] if told else 'no word from it'}", code="sandbox-start")


def inspect(directory: str | os.PathLike[str]) -> State | None:
    """The state of the sandbox that runs in this folder; None when none does."""
    folder = os.path.abspath(os.fspath(directory))
    if not _is_locked(os.path.join(folder, LOCK_FILE)):
        return None
    try:
        with open(os.path.join(folder, STATE_FILE)) as file:
            found = json.load(file)
        return State(
            int(found["pid"]), str(found["url"]), str(found["kubeconfig"]), folder, str(found["version"]), float(found["started"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def halt(directory: str | os.PathLike[str]) -> bool:
    """Ends the sandbox that runs in this folder; False when none does."""
    import signal

    found = inspect(directory)
    if found is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(found.pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end and inspect(directory) is not None:
        time.sleep(0.01)
    if inspect(directory) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGKILL)
    return True


def serve(directory: str, port: str = "0", start_seconds: str = "0", run_seconds: str = "0") -> None:
    """What the process of its own runs: until SIGTERM or SIGINT."""
    import fcntl
    import signal

    folder = os.path.abspath(directory)
    lock = open(os.path.join(folder, LOCK_FILE), "w")  # noqa: SIM115 — held open as long as the process lives
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit("a sandbox is running in this folder already") from None
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with start(port=int(port), directory=folder, start_seconds=float(start_seconds), run_seconds=float(run_seconds)) as sandbox:
        state = {
            "pid": os.getpid(),
            "url": sandbox.url,
            "kubeconfig": sandbox.kubeconfig,
            "version": sandbox.version,
            "started": time.time(),
        }
        _write_private(os.path.join(folder, STATE_FILE), json.dumps(state) + "\n")
        ended.wait()
    for name in (STATE_FILE, KUBECONFIG_FILE):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(folder, name))
    lock.close()


def _is_locked(path: str) -> bool:
    import fcntl

    try:
        with open(path) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False
    except OSError:
        return False


def _write_private(path: str, text: str) -> None:
    """Writes a file that only its owner can read, whole or not at all."""
    temporary = f"{path}.{os.getpid()}.new"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w") as file:
        file.write(text)
    os.replace(temporary, path)


def _suffix() -> str:
    return "".join(secrets.choice(SUFFIX_LETTERS) for _ in range(5))
