"""`list`: the releases, the last revision of each. Helm 4: pkg/action/list.go."""

from __future__ import annotations

from steersman.objects.selectors import parse_selector
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from steersman.actions.connect import World
    from steersman.release.model import Release


class List(Record):
    """Which releases, and in which order. No statuses mean all."""

    all_namespaces: bool = False
    statuses: tuple[str, ...] = ()
    name_filter: str = ""
    selector: str = ""
    by_date: bool = False
    reverse: bool = False
    offset: int = 0
    limit: int = 256


def run(request: List, world: World) -> list[Release]:
    """The releases that match. Raises GoError for a filter that is no regular expression."""
    world.check_reachable()
    store = world.store_of("" if request.all_namespaces else world.namespace)
    releases: Iterable[Release] = store.list()
    if request.name_filter:
        from steersman.golang.regexps import parse as parse_regexp

        pattern = parse_regexp(request.name_filter)
        releases = [release for release in releases if pattern.match(release.name)]
    if request.statuses != ("superseded",):
        # A superseded revision is never the last one: asked for alone, all revisions count.
        releases = latest(releases)
    if request.statuses:
        releases = [release for release in releases if release.info.status in request.statuses]
    if request.selector:
        matches = parse_selector(request.selector)
        releases = [release for release in releases if matches(release.labels or {})]
    if request.by_date:
        # By date, the newest comes first in Helm's plain order and last in the reversed one.
        ordered = sorted(releases, key=_deployed_at, reverse=request.reverse)
    else:
        ordered = sorted(releases, key=lambda release: release.name, reverse=request.reverse)
    chosen = ordered[request.offset :]
    return chosen[: request.limit] if request.limit > 0 else chosen


def _deployed_at(release: Release) -> int:
    deployed = release.info.last_deployed
    return int(deployed.unix_nano()) if deployed is not None else 0


def latest(releases: Iterable[Release]) -> list[Release]:
    """The last revision of each release."""
    found: dict[tuple[str, str], Release] = {}
    for release in releases:
        key = release.namespace, release.name
        if key not in found or found[key].version <= release.version:
            found[key] = release
    return list(found.values())
