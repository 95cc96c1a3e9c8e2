"""`history`: the revisions of a release. Helm 4: pkg/action/history.go."""

from __future__ import annotations

from steersman.chart.names import release_name_error
from steersman.errors import UsageError
from steersman.release.history import not_found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.actions.connect import World
    from steersman.release.model import Release


def run(name: str, world: World, *, limit: int = 256) -> list[Release]:
    """The last `limit` revisions, the oldest first. Raises ReleaseError (`release: not found`)."""
    world.check_reachable()
    if release_name_error(name):
        raise UsageError(f"release name is invalid: {name}")
    found = world.history(name)
    if not found:
        raise not_found()
    return found[-limit:] if limit > 0 else []
