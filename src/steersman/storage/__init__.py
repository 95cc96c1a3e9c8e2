"""Where release records lie: one Protocol, a driver for each place.

Every driver keeps one record per revision. Writes are fenced: `update` refuses (Conflict) when the record has changed since this
driver read or wrote it, so that two commands cannot overwrite each other unseen. A record that cannot be decoded never hides the
others: it is told to `on_broken` and left out. Sources: Helm 4: pkg/storage/driver, pkg/action/action.go (Configuration.Init).
"""

from __future__ import annotations

import os

from steersman.errors import StorageError, UsageError
from steersman.golang.strconv import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Protocol

    from steersman.kube.client import Client
    from steersman.release.attempts import Attempt, Trace
    from steersman.release.model import Release

    class Driver(Protocol):
        """A place for release records. `name` is Helm's name of it. `history` and `list` give the driver's own labels, too; `get`
        leaves them out (as Helm's drivers do). Raises NotFound, AlreadyExists, Conflict, StorageError and ClusterError."""

        name: str

        def create(self, release: Release, *, attempt: Attempt | None = None) -> None:
            """Writes a new record; `attempt` is who works on it. Raises AlreadyExists (`release: already exists`).

            A record that is there already with this very content is this write's own, whose answer was lost."""

        def update(self, release: Release, *, attempt: Attempt | None = None) -> None:
            """Writes a record again; without `attempt` nobody works on it any more. Raises NotFound when it is gone, Conflict when
            somebody else has written it since, which a write of the very same content whose answer was lost is not."""

        def trace(self, name: str, revision: int) -> Trace:
            """What was last seen of who wrote a record, and when; no call is made for it."""

        def get(self, name: str, revision: int) -> Release:
            """One revision. Raises NotFound (`release: not found`), StorageError when it cannot be decoded."""

        def delete(self, name: str, revision: int) -> Release:
            """Deletes one revision and gives it. Raises NotFound."""

        def history(self, name: str) -> tuple[Release, ...]:
            """All revisions of a release that can be decoded, the oldest first; none is no error."""

        def list(self, labels: Mapping[str, str] | None = None) -> Iterator[Release]:
            """All records, or those that carry these labels, as they are read."""


def open_driver(
    name: str,
    cluster: Client | None,
    namespace: str,
    *,
    environ: Mapping[str, str] | None = None,
    on_broken: Callable[[str, Exception], None] | None = None,
) -> Driver:
    """The driver that HELM_DRIVER names, for one namespace, or for all when it is empty.

    `on_broken` is given the key of each record that cannot be decoded, and why. Raises UsageError for a name that is none.
    """
    if name in ("", "secret", "secrets", "configmap", "configmaps"):
        from steersman.storage.kubernetes import ConfigMaps, Secrets

        if cluster is None:
            raise StorageError(f"the driver {quote(name or 'secret')} needs a cluster")
        kind = ConfigMaps if name.startswith("configmap") else Secrets
        return kind(cluster, namespace, on_broken=on_broken)
    if name == "memory":
        from steersman.storage.memory import Memory

        driver = Memory(namespace)
        driver.load((os.environ if environ is None else environ).get("HELM_MEMORY_DRIVER_DATA", ""))
        return driver
    if name == "sql":
        raise UsageError("the driver sql is not supported", hint="HELM_DRIVER may be secret, configmap or memory")
    raise UsageError(f"unknown driver {quote(name)}", hint="HELM_DRIVER may be secret, configmap or memory")
