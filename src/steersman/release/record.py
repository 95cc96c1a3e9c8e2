"""What surrounds a stored release: the name of the object that holds it, its type, and its labels
(Helm 4: pkg/storage/storage.go, pkg/storage/driver/{secrets,util}.go).
"""

from __future__ import annotations

from steersman.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from steersman.release.model import Release

PREFIX = "sh.helm.release.v1"
SECRET_TYPE = "helm.sh/release.v1"
DATA_KEY = "release"
"""The key under which an object's data holds the record."""
OWNER = "helm"
OWNER_SELECTOR = {"owner": OWNER}

SYSTEM_LABELS = ("name", "owner", "status", "version", "createdAt", "modifiedAt")
"""Labels that the drivers set themselves and that nobody else may."""


def record_name(release: str, revision: int) -> str:
    """ "sh.helm.release.v1.NAME.vREVISION" """
    return f"{PREFIX}.{release}.v{revision}"


def parse_record_name(name: str) -> tuple[str, int] | None:
    """(release, revision) of a record's name, None for any other name."""
    head, dot, revision = name.rpartition(".v")
    if not dot or not head.startswith(PREFIX + ".") or not (revision.isascii() and revision.isdigit()):
        return None
    return head[len(PREFIX) + 1 :], int(revision)


def history_selector(release: str) -> dict[str, str]:
    """The labels that all records of a release carry."""
    return {"name": release, "owner": OWNER}


def record_labels(release: Release, now: int, *, created: bool) -> dict[str, str]:
    """The labels of a record written at `now` (Unix seconds), for the first time or again.

    The release's own labels come in between: one that was read with its times keeps them, as Helm's drivers do it.
    """
    labels = {"createdAt" if created else "modifiedAt": str(now)}
    labels.update(release.labels)
    labels.update(name=release.name, owner=OWNER, status=release.info.status, version=str(release.version))
    return labels


def user_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels of a record that the user gave."""
    return {key: value for key, value in labels.items() if key not in SYSTEM_LABELS}


def check_labels(labels: Iterable[str]) -> None:
    """Raises UsageError in Helm's words when the user gave a label that the drivers use."""
    if any(label in SYSTEM_LABELS for label in labels):
        raise UsageError(f"user supplied labels contains system reserved label name. System labels: [{' '.join(SYSTEM_LABELS)}]")


def merged_labels(current: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The labels of an upgrade: the last revision's and the user's, without those whose value is "null"."""
    return {key: value for key, value in {**current, **wanted}.items() if value != "null"}
