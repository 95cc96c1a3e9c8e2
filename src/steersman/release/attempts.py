"""What a record says of the attempt that writes it, and how an attempt that died is told from one that ended.

Helm's record says `pending-…` of an attempt under way and of one that died alike. Ours carries, as long as it is under way, an
annotation on the object that holds it: who works on it. Helm neither reads annotations nor keeps them, so a record that is
concluded is Helm's to the letter. A dead attempt is marked as failed, with a description that begins with INTERRUPTED: what it
left in the cluster is the next attempt's to clean up, because no verdict said what became of it.
"""

from __future__ import annotations

from steersman.records import Record
from steersman.release.model import FAILED, PENDING, PENDING_INSTALL, PENDING_ROLLBACK, PENDING_UPGRADE, UNINSTALLING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from steersman.release.model import Release

ANNOTATION = "steersman/attempt"
INTERRUPTED = "Interrupted: "
"""How the description of a dead attempt's record begins."""

_VERBS = {PENDING_INSTALL: "install", PENDING_UPGRADE: "upgrade", PENDING_ROLLBACK: "rollback", UNINSTALLING: "uninstall"}


class Attempt(Record):
    """One holder's work on a release: who, which verb, and since when (Unix seconds of the holder's own clock)."""

    holder: str
    verb: str = ""
    since: float = 0.0

    def text(self) -> str:
        """As it stands in the annotation."""
        import json

        return json.dumps({"holder": self.holder, "verb": self.verb, "since": self.since})


class Trace(Record):
    """What the object that holds a record tells of its last writer: the attempt, if it is ours and under way, and when it was
    written (Unix seconds of the API server's clock; None where that is not known)."""

    attempt: Attempt | None = None
    written: float | None = None


def read_attempt(text: str) -> Attempt | None:
    """The attempt that an annotation tells of; None for anything that is none."""
    import json

    try:
        found = json.loads(text)
        return Attempt(str(found["holder"]), str(found.get("verb", "")), float(found.get("since", 0.0)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def is_under_way(release: Release) -> bool:
    """Whether the record says that somebody works on it: pending, or uninstalling."""
    return release.info.status in PENDING or release.info.status == UNINSTALLING


def verb_of(release: Release) -> str:
    """The verb of an attempt under way, "" for a record that says of none."""
    return _VERBS.get(release.info.status, "")


def interrupted(release: Release) -> Release:
    """The record of an attempt under way, marked as dead."""
    what = {"install": "installation", "upgrade": "upgrade", "rollback": "rollback", "uninstall": "uninstallation"}
    text = f"{INTERRUPTED}the {what[verb_of(release)]} ended without a verdict (was: {release.info.status})"
    return release.with_status(FAILED, text)


def is_interrupted(release: Release, *verbs: str) -> bool:
    """Whether the record is that of a dead attempt, of one of these verbs if any are given."""
    if release.info.status != FAILED or not release.info.description.startswith(INTERRUPTED):
        return False
    return not verbs or verb_of_interrupted(release) in verbs


def verb_of_interrupted(release: Release) -> str:
    """The verb of a dead attempt, from its description."""
    return _VERBS.get(release.info.description.rpartition("(was: ")[2].rstrip(")"), "")


def never_succeeded(releases: Iterable[Release]) -> bool:
    """Whether nothing stands against installing under this name again: the last attempt died while it installed or uninstalled."""
    newest = max(releases, key=lambda release: release.version, default=None)
    return newest is not None and is_interrupted(newest, "install", "uninstall")


def traces_of(releases: Iterable[Release]) -> list[Release]:
    """The revisions whose objects may lie in the cluster although no verdict says so: the dead attempts at the end of the
    history, the newest first, and the one before them, which they were about to change."""
    found: list[Release] = []
    for release in sorted(releases, key=lambda release: release.version, reverse=True):
        found.append(release)
        if not is_interrupted(release):
            return found
    return found
