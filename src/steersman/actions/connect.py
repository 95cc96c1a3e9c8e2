"""The world of one action, and the only place where ports are made: a cluster, a store, a clock.

Whose rights apply is decided here: below, no function takes a user's name. Everything is opened when it is first needed.
"""

from __future__ import annotations

import time

from steersman.actions.world import local_zone
from steersman.clock import Deadline
from steersman.errors import ClusterError, Error, NotFound
from steersman.objects.refs import Ref
from steersman.records import Record
from steersman.release.history import by_revision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from steersman.actions.lock import Lock
    from steersman.execute.ports import Ports
    from steersman.golang.times import Time
    from steersman.kube.client import Client
    from steersman.kube.config import Overrides
    from steersman.objects.capabilities import Capabilities
    from steersman.release.model import Release
    from steersman.storage import Driver

PARALLEL_READS = 8
"""Objects that are looked up side by side."""

RECORDING_SECONDS = 30.0
"""How long the record of a failure may take to be written after an action's own time is over."""


WAIT_LOCK_SECONDS = 300.0
"""How long to wait for another operation on the same release, where nothing else is said."""
PENDING_SECONDS = 600.0
"""How old a pending record that plain Helm wrote must be before it is taken for a dead one's, where nothing else is said."""


class Connection(Record):
    """How to reach the world: the cluster, the namespace to work in, and which driver keeps the releases.

    `wait_lock` and `pending_timeout` are seconds (see docs/recovery.md); `rerun_hooks` runs hooks again that a dead attempt ran.
    """

    overrides: Overrides
    namespace: str
    driver: str = ""
    wait_lock: float = WAIT_LOCK_SECONDS
    pending_timeout: float = PENDING_SECONDS
    rerun_hooks: bool = False


def context_namespace(overrides: Overrides) -> str:
    """The namespace of the kubeconfig's context, or "default"."""
    from steersman.kube.config import load_namespace

    return load_namespace(overrides)


def connect(connection: Connection) -> World:
    """The world; nothing is opened yet."""
    return World(connection)


class World:
    """A cluster, a store and a clock, as one action sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.namespace = connection.namespace
        self.driver_name = connection.driver
        self.wait_lock = connection.wait_lock
        self.pending_timeout = connection.pending_timeout
        self.rerun_hooks = connection.rerun_hooks
        self.lock: Lock | None = None
        self.deadline = Deadline(time.monotonic)
        self._client: Client | None = None
        self._capabilities: Capabilities | None = None
        self._stores: dict[str, Driver] = {}

    @property
    def cluster(self) -> Client:
        """The Kubernetes API. Raises ClusterError when the kubeconfig cannot be used."""
        if self._client is None:
            from steersman.kube.client import Client
            from steersman.kube.config import load
            from steersman.kube.patience import PatientTransport

            config = load(self._connection.overrides)
            self._client = Client(config, transport=PatientTransport(config))
            self._client.deadline = self.deadline
        return self._client

    def check_reachable(self) -> None:
        """Raises ClusterError (Helm 4: `kubernetes cluster unreachable: …`) when the API server does not answer."""
        try:
            self.cluster.version()
        except ClusterError as error:
            error.message = f"kubernetes cluster unreachable: {error.message}"
            error.hint = error.hint or "no cluster at hand? `steersman sandbox start` runs one in memory"
            raise

    @property
    def store(self) -> Driver:
        """The records of the namespace to work in."""
        return self.store_of(self.namespace)

    def store_of(self, namespace: str) -> Driver:
        """The records of a namespace; "" is all of them."""
        found = self._stores.get(namespace)
        if found is None:
            from steersman.storage import open_driver

            found = self._stores[namespace] = open_driver(self._connection.driver, self.cluster, namespace)
        return found

    def history(self, name: str) -> list[Release]:
        """The revisions of a release, the oldest first; none when nothing is known of it."""
        try:
            return by_revision(self.store.history(name))
        except NotFound:
            return []

    def ports(self) -> Ports:
        """What an execution needs; what it writes is fenced by the lock that is held."""
        from steersman.execute.fence import FencedCluster, FencedStore
        from steersman.execute.ports import Ports

        lock = self.lock
        if lock is None:
            return Ports(self.cluster, self.store, self.now, time.sleep)
        return Ports(
            FencedCluster(self.cluster, lock.check),
            FencedStore(self.store, lock.check),
            self.now,
            time.sleep,
            attempt=lambda: lock.attempt if lock.is_held else None,
            settle=lock.settle,
        )

    def after_deadline(self) -> Deadline:
        """Time of its own for recording how an action ended, whose time is over or who was called off."""
        deadline = Deadline(time.monotonic, RECORDING_SECONDS)
        if self._client is not None:
            self._client.deadline = deadline
        return deadline

    def now(self) -> Time:
        """The time of day, in the zone of this machine, as records keep it."""
        from steersman.golang.times import from_unix, local_location

        seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
        return from_unix(seconds, nanoseconds, local_location(local_zone()))

    def capabilities(self) -> Capabilities:
        """What the cluster can do: its version, and every API that it serves."""
        if self._capabilities is None:
            from steersman.objects.capabilities import Capabilities, KubeVersion

            version = self.cluster.version()
            kube = KubeVersion(version.git_version, "", version.major, version.minor)
            self._capabilities = Capabilities(kube, self.cluster.discover().api_versions())
        return self._capabilities

    def default_capabilities(self) -> Capabilities:
        """What is assumed where no cluster is asked."""
        from steersman.objects.capabilities import Capabilities

        return Capabilities()

    def forget_discovery(self) -> None:
        """Asks anew for the kinds that there are: definitions were made."""
        self.cluster.forget_discovery()
        self._capabilities = None

    def lookup(self, api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
        """What the template function `lookup` gives: an object, a list of them for an empty name, {} for what does not exist."""
        try:
            if name:
                if not namespace and self.cluster.is_namespaced(api_version, kind):
                    return {}  # Helm asks for it in no namespace, where there is none
                return dict(self.cluster.get(Ref(api_version, kind, namespace, name)))
            items = self.cluster.list(api_version, kind, namespace=namespace)
        except NotFound:
            return {}
        return {"apiVersion": api_version, "kind": f"{kind}List", "metadata": {}, "items": items}

    def observe(self, refs: Sequence[Ref]) -> dict[Ref, dict[str, Any]]:
        """The live objects among these references, looked up side by side. Raises ClusterError for any answer but yes and no."""
        from concurrent.futures import ThreadPoolExecutor

        def look(ref: Ref) -> dict[str, Any] | None:
            try:
                return self.cluster.get(ref)
            except NotFound:
                return None
            except Error as error:
                from steersman.objects.refs import resource_string

                error.message = f"could not get information about the resource {resource_string(ref)}: {error.message}"
                raise

        wanted = list(dict.fromkeys(ref for ref in refs if ref.name))
        if len(wanted) <= 1:
            found = [look(ref) for ref in wanted]
        else:
            with ThreadPoolExecutor(min(PARALLEL_READS, len(wanted))) as pool:
                found = list(pool.map(look, wanted))
        return {ref: live for ref, live in zip(wanted, found) if live is not None}
