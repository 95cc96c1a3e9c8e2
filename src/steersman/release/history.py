"""The rules of a release's history: which revision is the last, which is deployed, which may follow, which have to go.

Pure functions over the revisions that a store has, in any order; none of them writes. Errors are Helm's texts
(Helm 4: pkg/storage/storage.go, pkg/action/{install,upgrade,rollback}.go); the verbs put their own words before them.
"""

from __future__ import annotations

from steersman.errors import ReleaseError
from steersman.golang.strconv import quote
from steersman.records import Record
from steersman.release.model import DEPLOYED, FAILED, PENDING, SUPERSEDED, UNINSTALLED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from steersman.release.model import Release

OPERATION_IN_PROGRESS = "another operation (install/upgrade/rollback) is in progress"


class Base(Record):
    """What an upgrade starts from: the last revision gives the number, `current` the values and the objects."""

    last: Release
    current: Release

    @property
    def next_revision(self) -> int:
        return self.last.version + 1


def by_revision(releases: Iterable[Release]) -> list[Release]:
    """Oldest first."""
    return sorted(releases, key=lambda release: release.version)


def last(releases: Iterable[Release]) -> Release | None:
    """The newest revision, whatever became of it."""
    return max(releases, key=lambda release: release.version, default=None)


def all_deployed(releases: Iterable[Release]) -> list[Release]:
    """The revisions marked as deployed, oldest first. There should be one; after a race of two Helms there may be more."""
    return by_revision(release for release in releases if release.info.status == DEPLOYED)


def deployed(releases: Iterable[Release]) -> Release | None:
    """The newest revision that is marked as deployed."""
    return last(all_deployed(releases))


def pending(releases: Iterable[Release]) -> Release | None:
    """The last revision if somebody works on it, or died over it."""
    newest = last(releases)
    return newest if newest is not None and newest.info.status in PENDING else None


def next_revision(releases: Iterable[Release]) -> int:
    newest = last(releases)
    return 1 if newest is None else newest.version + 1


def check_name_is_free(releases: Sequence[Release], *, replace: bool = False) -> None:
    """Raises ReleaseError when an installation may not take the name. `replace` allows the name of a release that was
    uninstalled or failed."""
    newest = last(releases)
    if newest is None or (replace and newest.info.status in (UNINSTALLED, FAILED)):
        return
    raise ReleaseError("cannot reuse a name that is still in use", code="name-in-use")


def replaced(releases: Sequence[Release]) -> Release | None:
    """The revision that an installation under a used name marks as superseded ("superseded by new release"): the last,
    unless it failed."""
    newest = last(releases)
    return None if newest is None or newest.info.status == FAILED else newest


def base_of_upgrade(releases: Sequence[Release], name: str) -> Base:
    """What an upgrade starts from. Raises ReleaseError: nothing deployed, or an operation under way."""
    newest = last(releases)
    if newest is None:
        raise no_deployed(name)
    if newest.info.status in PENDING:
        raise ReleaseError(OPERATION_IN_PROGRESS, code="release-pending")
    if newest.info.status == DEPLOYED:
        return Base(newest, newest)
    current = deployed(releases)
    if current is None:
        if newest.info.status not in (FAILED, SUPERSEDED):
            raise no_deployed(name)
        current = newest
    return Base(newest, current)


def installs_instead(releases: Sequence[Release]) -> bool:
    """Whether `upgrade --install` installs: no release, or one that was uninstalled with its history kept."""
    newest = last(releases)
    return newest is None or newest.info.status == UNINSTALLED


def rollback_target(releases: Sequence[Release], revision: int) -> Release:
    """The revision to go back to; 0 is the one before the last. Raises ReleaseError when there is no such revision."""
    if revision < 0:
        raise ReleaseError("invalid release revision", code="no-revision")
    newest = last(releases)
    if newest is None:
        raise not_found()
    wanted = revision or newest.version - 1
    for release in releases:
        if release.version == wanted:
            return release
    raise ReleaseError(f"release has no {wanted} version", code="no-revision")


def last_good(releases: Iterable[Release]) -> Release | None:
    """The newest revision that worked, is deployed or was: where a failed upgrade rolls back to."""
    return last(release for release in releases if release.info.status in (SUPERSEDED, DEPLOYED))


def to_prune(releases: Sequence[Release], maximum: int) -> list[Release]:
    """The revisions to delete before one more is written, so that at most `maximum` are kept (0: all are).

    The oldest go first; the newest deployed one never goes, so with a maximum of 1 there may be two.
    """
    if maximum <= 0:
        return []
    spare = len(releases) - (maximum - 1)
    kept = deployed(releases)
    candidates = [release for release in by_revision(releases) if kept is None or release.version != kept.version]
    return candidates[: max(0, spare)]


def no_deployed(name: str) -> ReleaseError:
    """The error for a release of which nothing is deployed."""
    return ReleaseError(f"{quote(name)} has no deployed releases", code="not-found")


def not_found() -> ReleaseError:
    """The error for a release of which nothing is known."""
    return ReleaseError("release: not found", code="not-found")
