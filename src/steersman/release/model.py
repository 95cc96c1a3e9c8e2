"""The release record (Helm 4: pkg/release/v1), with the fields that Helm stores.

The chart lies in it as plain data in Helm's JSON form (`stored`): whoever copies a revision, as rollback does, copies what
Helm wrote, known or not. Times are Go's, None where Helm has the zero time.
"""

from __future__ import annotations

from steersman.manifest.model import Hook, HookExecution
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from steersman.golang.times import Time

__all__ = ["APPLY_CLIENT_SIDE", "APPLY_SERVER_SIDE", "PENDING", "STATUSES", "Hook", "HookExecution", "Info", "Release"]

UNKNOWN = "unknown"
DEPLOYED = "deployed"
UNINSTALLED = "uninstalled"
SUPERSEDED = "superseded"
FAILED = "failed"
UNINSTALLING = "uninstalling"
PENDING_INSTALL = "pending-install"
PENDING_UPGRADE = "pending-upgrade"
PENDING_ROLLBACK = "pending-rollback"

STATUSES = (
    UNKNOWN,
    DEPLOYED,
    UNINSTALLED,
    SUPERSEDED,
    FAILED,
    UNINSTALLING,
    PENDING_INSTALL,
    PENDING_UPGRADE,
    PENDING_ROLLBACK,
)
PENDING = frozenset({PENDING_INSTALL, PENDING_UPGRADE, PENDING_ROLLBACK})
"""The statuses of a revision that somebody works on, or died over. (Uninstalling is none of them for Helm.)"""

APPLY_SERVER_SIDE = "ssa"
APPLY_CLIENT_SIDE = "csa"

NOTHING: Mapping[str, Any] = {}


class Info(Record):
    """What is known of a revision. `more` holds members that this version does not know; they are written back."""

    first_deployed: Time | None = None
    last_deployed: Time | None = None
    deleted: Time | None = None
    description: str = ""
    status: str = ""
    rollback_revision: int = 0
    notes: str = ""
    resources: Mapping[str, Any] = NOTHING
    more: Mapping[str, Any] = NOTHING

    @property
    def is_pending(self) -> bool:
        return self.status in PENDING


class Release(Record):
    """One revision of a release. `labels` are those of the stored record, the driver's own left out or not, as it reads them.

    `chart` is Helm's JSON of it (see `stored`), `config` what the user set, `manifest` the text of all that is no hook.
    """

    name: str
    namespace: str = ""
    version: int = 0
    info: Info = Info()
    chart: Mapping[str, Any] | None = None
    config: Mapping[str, Any] | None = None
    manifest: str = ""
    hooks: tuple[Hook, ...] = ()
    labels: Mapping[str, str] = NOTHING
    apply_method: str = ""
    more: Mapping[str, Any] = NOTHING

    @property
    def status(self) -> str:
        return self.info.status

    @property
    def chart_metadata(self) -> Mapping[str, Any] | None:
        """Chart.yaml as stored, in Helm's JSON names; None where the record holds no chart."""
        metadata = self.chart.get("metadata") if self.chart else None
        return metadata if isinstance(metadata, dict) else None

    @property
    def is_server_side(self) -> bool:
        """Whether the revision was applied by server-side apply; an empty method is client-side (records of Helm 3)."""
        return self.apply_method == APPLY_SERVER_SIDE

    def with_status(self, status: str, description: str | None = None) -> Release:
        """The same revision in another status, and with another description if one is given."""
        info = self.info.replace(status=status)
        return self.replace(info=info if description is None else info.replace(description=description))
