"""The objects of the sandbox, their versions, and what happened to them: etcd and the watch cache in one, in memory.

Theory of operation. A table per resource maps (namespace, name) to an object; objects are never changed in place, only replaced.
One counter is the revision of the whole store; each write takes the next one, stamps it on the object as its resourceVersion
and adds an event to the log of that resource. A watch is a place in that log. Logs are bounded: what is forgotten is remembered
as the `compacted` revision, and a watch from before it is told that it is too old. The store has no lock: whoever owns it has one.
"""

from __future__ import annotations

from bisect import bisect_right

from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Key = tuple[str, str]

MAX_EVENTS = 5000
"""Events that are kept for each resource; half of them are forgotten when there are more."""


class Event(Record):
    """What a write did. `before` is the object as it was, None when it was created."""

    revision: int
    type: str
    object: dict[str, Any]
    before: dict[str, Any] | None = None


class Store:
    """`changed` is called after each write with the resource's key."""

    def __init__(self, changed: Callable[[str], None] = lambda key: None) -> None:
        self.revision = 1
        self.changed = changed
        self.tables: dict[str, dict[Key, dict[str, Any]]] = {}
        self.logs: dict[str, list[Event]] = {}
        self.compacted: dict[str, int] = {}
        self.dependents: dict[str, set[tuple[str, str, str]]] = {}
        """uid of an owner → (resource, namespace, name) of what names it in ownerReferences."""
        self.by_uid: dict[str, tuple[str, str, str]] = {}
        """uid → (resource, namespace, name) of what there is."""

    def get(self, resource: str, namespace: str, name: str) -> dict[str, Any] | None:
        return self.tables.get(resource, {}).get((namespace, name))

    def all(self, resource: str, namespace: str = "") -> list[dict[str, Any]]:
        """The objects in the order of their names; those of one namespace, or all."""
        table = self.tables.get(resource)
        if not table:
            return []
        return [table[key] for key in sorted(table) if not namespace or key[0] == namespace]

    def put(self, resource: str, obj: dict[str, Any]) -> dict[str, Any]:
        """Writes the object; gives it with its new resourceVersion."""
        self.revision += 1
        metadata = {**obj["metadata"], "resourceVersion": str(self.revision)}
        obj = {**obj, "metadata": metadata}
        key = (metadata.get("namespace", ""), metadata["name"])
        table = self.tables.setdefault(resource, {})
        before = table.get(key)
        table[key] = obj
        self._index(resource, key, before, obj)
        self._log(resource, Event(self.revision, "ADDED" if before is None else "MODIFIED", obj, before))
        return obj

    def remove(self, resource: str, namespace: str, name: str) -> dict[str, Any] | None:
        """Deletes the object; gives it as the event tells it, or None when there was none."""
        before = self.tables.get(resource, {}).pop((namespace, name), None)
        if before is None:
            return None
        self.revision += 1
        gone = {**before, "metadata": {**before["metadata"], "resourceVersion": str(self.revision)}}
        self._index(resource, (namespace, name), before, None)
        self._log(resource, Event(self.revision, "DELETED", gone, before))
        return gone

    def events_after(self, resource: str, revision: int) -> list[Event]:
        """What happened later than the revision. The caller has asked `is_too_old` before."""
        log = self.logs.get(resource)
        if not log or log[-1].revision <= revision:
            return []
        return log[bisect_right(log, revision, key=lambda event: event.revision) :]

    def is_too_old(self, resource: str, revision: int) -> bool:
        return revision < self.compacted.get(resource, 0)

    def compact(self) -> None:
        """Forgets all events: a watch from an earlier revision is too old from now on."""
        for resource in self.tables:
            self.compacted[resource] = self.revision
            self.logs[resource] = []

    def owned_by(self, uid: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(resource, object) of what names this owner."""
        for resource, namespace, name in sorted(self.dependents.get(uid, ())):
            obj = self.get(resource, namespace, name)
            if obj is not None:
                yield resource, obj

    def _index(self, resource: str, key: Key, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        old = _owners(before)
        new = _owners(after)
        if before is not None:
            self.by_uid.pop(before["metadata"].get("uid", ""), None)
        if after is not None:
            self.by_uid[after["metadata"].get("uid", "")] = (resource, *key)
        for uid in old - new:
            places = self.dependents.get(uid)
            if places is not None:
                places.discard((resource, *key))
                if not places:
                    del self.dependents[uid]
        for uid in new - old:
            self.dependents.setdefault(uid, set()).add((resource, *key))

    def _log(self, resource: str, event: Event) -> None:
        log = self.logs.setdefault(resource, [])
        log.append(event)
        if len(log) > MAX_EVENTS:
            self.compacted[resource] = log[MAX_EVENTS // 2].revision
            del log[: MAX_EVENTS // 2 + 1]
        self.changed(resource)


def _owners(obj: dict[str, Any] | None) -> set[str]:
    references = obj["metadata"].get("ownerReferences") if obj else None
    return {str(reference.get("uid", "")) for reference in references} if references else set()
