"""One action at a time on a release: a lock that others can see, that outlives no holder, and whose loss is noticed.

The lock is a Lease (coordination.k8s.io/v1) in the release's namespace. Whoever creates it, or takes it over with the
resourceVersion that it has just seen, holds it, renews it every RENEW_SECONDS in a thread of its own, and deletes it at the end.

Who is dead? Clocks of two machines are never compared. Whoever waits watches the Lease: when it has not changed for as long as it
says, by the watcher's own clock, its holder is gone. A holder on this very machine (same boot, same process namespace) is looked
for among its processes, so a killed command is known to be dead at once. The holder itself counts from before its last renewal
that arrived, and stops writing SAFETY_SECONDS before anybody may take over. Its clock runs on while the machine sleeps.

Where Leases may not be made, or there are none, the work goes on without, as Helm's does.
"""

from __future__ import annotations

import os
import threading
import time

from steersman.clock import Deadline
from steersman.errors import AlreadyExists, Conflict, Error, Forbidden, NotFound, ReleaseError
from steersman.execute.events import Noted, Warned
from steersman.kube import requests
from steersman.release.attempts import ANNOTATION, Attempt, read_attempt
from steersman.release.history import OPERATION_IN_PROGRESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any, TypeVar

    from steersman.actions.connect import World
    from steersman.execute.events import Event
    from steersman.kube.client import Client

    T = TypeVar("T")

LEASE_SECONDS = 15
RENEW_SECONDS = 5.0
SAFETY_SECONDS = 2.0
"""A holder that could not renew stops writing this long before its Lease is over: a write may be on its way for a moment."""
CALL_SECONDS = 4.0
"""How long one call about the Lease may take."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
"""Seconds between two looks at a Lease that another holds."""

LEASES = requests.Resource("coordination.k8s.io", "v1", "leases", "Lease", True)


def lease_name(release: str) -> str:
    """The name of the Lease of a release."""
    return f"steersman.{release}"


def exclusively(name: str, verb: str, world: World, action: Callable[[], Generator[Event, None, T]]) -> Generator[Event, None, T]:
    """Does an action while holding the lock of a release; one within another of the same release is covered by its lock.

    Raises ReleaseError (code "release-locked") when another holds it for longer than the world may wait.
    """
    if world.lock is not None and world.lock.name == name:
        return (yield from action())
    outer, world.lock = world.lock, (yield from take(name, verb, world))
    try:
        return (yield from action())
    finally:
        lock, world.lock = world.lock, outer
        lock.release()


def take(name: str, verb: str, world: World) -> Generator[Event, None, Lock]:
    """Waits for the lock of a release, and takes it; says whom it waits for."""
    lock = Lock(name, verb, world.namespace)
    if world.driver_name == "memory":
        return lock
    leases = _Leases(world.cluster, world.namespace, lease_name(name))
    end = now() + world.wait_lock
    watched: tuple[str, float] = ("", 0.0)
    told = ""
    pause = FIRST_PAUSE
    while True:
        try:
            found = leases.create(lock.spec(), lock.attempt)
            lock.hold(leases, found)
            return lock
        except AlreadyExists:
            pass
        except (Forbidden, NotFound) as error:
            # Not found is the namespace, which is to be made, or the API.
            lock.expect(leases, error)
            yield Noted(f"no lock is held on {name}: {error}")
            return lock
        live = leases.get()
        if live is None:
            continue
        holder = _holder(live)
        version = live["metadata"]["resourceVersion"]
        if version != watched[0]:
            watched = (version, now())
        over = now() - watched[1] >= float((live.get("spec") or {}).get("leaseDurationSeconds") or LEASE_SECONDS)
        if holder == lock.holder:
            lock.hold(leases, live)  # the answer to our creation was lost
            return lock
        if not holder or over or is_dead_here(holder):
            try:
                lock.hold(leases, leases.replace(live, lock.spec(), lock.attempt))
            except (Conflict, NotFound):
                continue
            return lock
        if now() >= end:
            raise ReleaseError(
                f"{OPERATION_IN_PROGRESS}: {who(live)}",
                code="release-locked",
                hint="--wait-lock says how long to wait for it; a holder that has died is taken over",
            )
        if told != holder:
            told = holder
            yield Warned(f"waiting for another operation on {name}: {who(live)}")
        time.sleep(min(pause, max(0.0, end - now())))
        world.deadline.check()
        pause = min(pause * 1.3, LONGEST_PAUSE)


class Lock:
    """One holder's lock on one release. It may be held, be still to come (its namespace does not exist yet), or be none at all."""

    def __init__(self, name: str, verb: str, namespace: str) -> None:
        self.name = name
        self.attempt = Attempt(holder_identity(), verb, time.time())
        self._namespace = namespace
        self._leases: _Leases | None = None
        self._live: dict[str, Any] | None = None
        self.is_awaited = False
        self._until = 0.0
        self._lost = ""
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.server_time: float | None = None
        """The API server's clock when the lock was taken, and our own clock then: see `server_now`."""
        self._taken = 0.0

    @property
    def holder(self) -> str:
        return self.attempt.holder

    @property
    def is_held(self) -> bool:
        """Whether nobody else can be at work on the release who knows of locks."""
        return self._live is not None and not self._lost

    def hold(self, leases: _Leases, live: dict[str, Any], since: float | None = None) -> None:
        """Takes note that the Lease is ours, and begins to renew it."""
        from steersman.storage.kubernetes import written_at

        self._leases, self._live, self.is_awaited = leases, live, False
        self._taken = now()
        self._until = (self._taken if since is None else since) + LEASE_SECONDS - SAFETY_SECONDS
        self.server_time = written_at(live)
        self._thread = threading.Thread(target=self._renew, name="steersman-lock", daemon=True)
        self._thread.start()

    def expect(self, leases: _Leases, error: Error) -> None:
        """There is no Lease yet: its namespace does not exist, or the right to make it does not."""
        self._leases = leases
        self.is_awaited = isinstance(error, NotFound)

    def settle(self) -> None:
        """Takes a lock that had to wait for its namespace. Raises ReleaseError when another was quicker."""
        if not self.is_awaited or self._leases is None:
            return
        self.is_awaited = False
        try:
            self.hold(self._leases, self._leases.create(self.spec(), self.attempt))
        except AlreadyExists:
            live = self._leases.get()
            if live is not None and _holder(live) == self.holder:
                self.hold(self._leases, live)
                return
            raise ReleaseError(
                f"{OPERATION_IN_PROGRESS}: {who(live) if live else 'somebody else was quicker'}", code="release-locked"
            ) from None
        except (Forbidden, NotFound):
            return

    def check(self) -> None:
        """Raises ReleaseError when the lock was lost: nothing may be written any more."""
        if self._live is None:
            return
        if not self._lost and now() >= self._until:
            self._lost = "it could not be renewed in time"
        if self._lost:
            raise ReleaseError(
                f"the lock on release {self.name} was lost: {self._lost}; nothing more was written",
                code="lock-lost",
                hint=f"another command may work on {self.name} now: `status {self.name}` shows how it is",
            )

    def server_now(self) -> float | None:
        """The API server's time of day (Unix seconds), as far as it is known without asking."""
        return None if self.server_time is None else self.server_time + (now() - self._taken)

    def release(self) -> None:
        """Gives the lock back. What fails here is nobody's loss: the Lease runs out."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(CALL_SECONDS)
        if self._live is None or self._leases is None or self._lost:
            return
        try:
            self._leases.delete(self._live)
        except Forbidden:
            try:
                self._leases.replace(self._live, {**self.spec(), "holderIdentity": ""}, None)
            except Error:
                pass
        except Error:
            pass
        self._live = None

    def spec(self) -> dict[str, Any]:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
        return {
            "holderIdentity": self.holder,
            "leaseDurationSeconds": LEASE_SECONDS,
            "acquireTime": moment,
            "renewTime": moment,
        }

    def _renew(self) -> None:
        pause = RENEW_SECONDS
        while not self._ended.wait(pause):
            assert self._leases is not None and self._live is not None
            began = now()
            spec = {**self._live["spec"], "renewTime": self.spec()["renewTime"]}
            try:
                self._live = self._leases.replace(self._live, spec, self.attempt)
            except (Conflict, NotFound):
                if not self._is_still_ours():
                    return
            except Error:
                pause = 1.0
                if now() >= self._until:
                    self._lost = "it could not be renewed in time"
                    return
                continue
            self._until = began + LEASE_SECONDS - SAFETY_SECONDS
            pause = RENEW_SECONDS

    def _is_still_ours(self) -> bool:
        """After a refused renewal: whether it was our own, whose answer was lost."""
        assert self._leases is not None
        try:
            live = self._leases.get()
        except Error:
            return True
        if live is not None and _holder(live) == self.holder:
            self._live = live
            return True
        self._lost = f"it was taken over: {who(live)}" if live is not None else "its Lease was deleted"
        return False


class _Leases:
    """The calls about one Lease. Leases need no discovery: where they are not served, the server says so."""

    def __init__(self, cluster: Client, namespace: str, name: str) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self.name = name

    def _send(self, request: requests.Request) -> dict[str, Any]:
        found: dict[str, Any] = self._cluster.transport.send(request, Deadline(time.monotonic, CALL_SECONDS)).json()
        return found

    def create(self, spec: dict[str, Any], attempt: Attempt) -> dict[str, Any]:
        return self._send(requests.create(LEASES, self._namespace, self._body({}, spec, attempt)))

    def get(self) -> dict[str, Any] | None:
        try:
            return self._send(requests.get(LEASES, self._namespace, self.name))
        except NotFound:
            return None

    def replace(self, live: dict[str, Any], spec: dict[str, Any], attempt: Attempt | None) -> dict[str, Any]:
        """Writes the Lease if it is still as `live`. Raises Conflict, NotFound."""
        kept = {name: live["metadata"][name] for name in ("resourceVersion", "uid")}
        return self._send(requests.replace(LEASES, self._namespace, self.name, self._body(kept, spec, attempt)))

    def delete(self, live: dict[str, Any]) -> None:
        metadata = live["metadata"]
        self._send(
            requests.delete(LEASES, self._namespace, self.name, uid=metadata["uid"], resource_version=metadata["resourceVersion"])
        )

    def _body(self, kept: dict[str, Any], spec: dict[str, Any], attempt: Attempt | None) -> dict[str, Any]:
        release = self.name.removeprefix(lease_name(""))
        labels = {"app.kubernetes.io/managed-by": "steersman", "app.kubernetes.io/instance": release}
        metadata = {**kept, "name": self.name, "labels": labels}
        if attempt is not None:
            metadata["annotations"] = {ANNOTATION: attempt.text()}
        return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": spec}


def now() -> float:
    """Seconds of a clock that nobody sets, and that runs on while the machine sleeps."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


# --- who holds it ------------------------------------------------------------------------------------------------------------


def holder_identity() -> str:
    """This process, as nobody else is called: `user@host/process/started/machine/random`."""
    import getpass
    import secrets
    import socket

    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    process = os.getpid()
    return "/".join(
        [f"{user}@{socket.gethostname()}", str(process), _started(process), _machine(), secrets.token_hex(4)]
    ).replace(" ", "_")


def who(live: dict[str, Any]) -> str:
    """The holder of a Lease, for people."""
    holder = _holder(live)
    parts = holder.split("/")
    text = f"{parts[0]} (process {parts[1]})" if len(parts) > 1 else holder or "nobody"
    attempt = read_attempt(((live.get("metadata") or {}).get("annotations") or {}).get(ANNOTATION, ""))
    return f"{text} is at work: {attempt.verb}" if attempt is not None and attempt.verb else text


def named(holder: str) -> str:
    """A holder's identity, for people."""
    parts = holder.split("/")
    return f"{parts[0]} (process {parts[1]})" if len(parts) > 1 else holder


def is_dead_here(holder: str) -> bool:
    """Whether this holder was a process of this machine, and is none any more. False where that cannot be told."""
    parts = holder.split("/")
    if len(parts) != 5 or not parts[1].isdigit() or not parts[3] or parts[3] != _machine():
        return False
    process = int(parts[1])
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # it exists, and is another user's
    started = _started(process)
    return bool(started) and started != parts[2]


def _machine() -> str:
    """This boot of this machine and this namespace of processes; empty where the system does not tell."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip().replace("-", "")
        return f"{boot}.{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return ""


def _started(process: int) -> str:
    """When a process began, in ticks since the boot; empty where the system does not tell, or the process is dead already."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return ""
    return "dead" if fields[0] in "ZX" else fields[19]


def _holder(live: dict[str, Any]) -> str:
    return str((live.get("spec") or {}).get("holderIdentity") or "")
