"""Who manages which fields: every write is recorded in `metadata.managedFields`, and server-side apply decides by it.

Theory of operation. A manager is a name, an operation (Apply or Update) and a subresource; it owns a set of paths. An update
gives its manager what it changed and takes that from the others. An apply lays its configuration over the live object; what the
same manager applied before and leaves out now goes, unless somebody else owns it; what others own and the configuration
changes is a conflict, or with force theirs no longer. Source: structured-merge-diff merge/update.go, apimachinery managedfields.
"""

from __future__ import annotations

from steersman.records import Record
from steersman.sandbox import fields, refusals
from steersman.sandbox.schema import zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from steersman.sandbox.fields import Path, Paths
    from steersman.sandbox.schema import Node, Schema

MAX_UPDATE_MANAGERS = 10
ANCIENT = "ancient-changes"
BEFORE_FIRST_APPLY = "before-first-apply"

_STRIPPED: Paths = {
    ("f:apiVersion",),
    ("f:kind",),
    ("f:metadata",),
    *(
        ("f:metadata", "f:" + name)
        for name in (
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion",
        )
    ),
}


class Manager(Record):
    name: str
    operation: str
    api_version: str
    subresource: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """An applier is the same whatever version it applies in."""
        return (self.name, self.operation, "" if self.operation == "Apply" else self.api_version, self.subresource)

    def __str__(self) -> str:
        from steersman.golang.strconv import quote

        text = quote(self.name)
        if self.subresource:
            text += f" with subresource {quote(self.subresource)}"
        return f"{text} using {self.api_version}" if self.operation == "Update" else text


class Managed:
    """The managers of one object: their sets, and when each last changed."""

    def __init__(self) -> None:
        self.sets: dict[tuple[str, ...], Paths] = {}
        self.managers: dict[tuple[str, ...], Manager] = {}
        self.times: dict[tuple[str, ...], str] = {}

    @classmethod
    def read(cls, entries: Any) -> Managed | None:
        """None when the entries cannot be read."""
        found = cls()
        for entry in entries or ():
            try:
                manager = Manager(
                    str(entry.get("manager", "")),
                    str(entry["operation"]),
                    str(entry.get("apiVersion", "")),
                    str(entry.get("subresource", "")),
                )
                paths = fields.from_fields_v1(entry.get("fieldsV1") or {})
            except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
                return None
            found.managers[manager.identity] = manager
            found.sets[manager.identity] = paths
            found.times[manager.identity] = str(entry.get("time", ""))
        return found

    def write(self) -> list[dict[str, Any]]:
        entries = []
        for identity, paths in self.sets.items():
            manager = self.managers[identity]
            entry = {
                "manager": manager.name,
                "operation": manager.operation,
                "apiVersion": manager.api_version,
                "time": self.times.get(identity, ""),
                "fieldsType": "FieldsV1",
                "fieldsV1": fields.to_fields_v1(paths),
                "subresource": manager.subresource,
            }
            entries.append({key: value for key, value in entry.items() if value != ""})
        entries.sort(
            key=lambda entry: (
                entry["operation"],
                entry.get("time", ""),
                entry["manager"],
                entry["apiVersion"],
                entry.get("subresource", ""),
            )
        )
        return entries

    def take(self, manager: Manager, paths: Paths, now: str, *, timed: bool | None = None) -> None:
        """Sets what a manager owns; nothing at all is no entry. `timed`: whether its time changes, else when its set does."""
        identity = manager.identity
        paths = paths - _STRIPPED
        if not paths:
            self.drop(identity)
            return
        if timed or (timed is None and self.sets.get(identity) != paths):
            self.times[identity] = now
        self.sets[identity] = paths
        self.managers[identity] = manager

    def drop(self, identity: tuple[str, ...]) -> None:
        for table in (self.sets, self.managers, self.times):
            table.pop(identity, None)

    def disown(self, paths: Paths, but: tuple[str, ...]) -> None:
        for identity in list(self.sets):
            if identity != but:
                left = self.sets[identity] - paths
                if left:
                    self.sets[identity] = left
                else:
                    self.drop(identity)


def scaled(obj: dict[str, Any], manager: Manager) -> dict[str, Any]:
    """The object with its managedFields after the manager set the replicas through the scale subresource. Where nobody manages
    them, nobody does now (apimachinery: managedfields/scalehandler.go)."""
    managed = Managed.read(obj["metadata"].get("managedFields")) or Managed()
    path = ("f:spec", "f:replicas")
    if any(path in paths for paths in managed.sets.values()):
        managed.disown({path}, manager.identity)
        managed.take(manager, {path}, "", timed=False)
    return _with_entries(obj, managed)


def _plain(obj: Mapping[str, Any]) -> dict[str, Any]:
    """The object without what no manager can own."""
    metadata = {key: value for key, value in (obj.get("metadata") or {}).items() if key != "managedFields"}
    return {**obj, "metadata": metadata}


def _kept(paths: Paths, ignored: tuple[Path, ...]) -> Paths:
    return {path for path in paths if not any(path[: len(prefix)] == prefix for prefix in ignored)}


def _entries_of(new: Mapping[str, Any], live: Mapping[str, Any] | None, subresource: str) -> Managed:
    """What the request says of managers, if it says anything sensible, else what the live object says."""
    entries = (new.get("metadata") or {}).get("managedFields")
    before = ((live or {}).get("metadata") or {}).get("managedFields")
    if not subresource and entries is not None:
        if entries in ([], [{}]):
            return Managed()
        given = Managed.read(entries)
        if given is not None and given.sets:
            return given
    return Managed.read(before) or Managed()


def update(
    schema: Schema,
    node: Node,
    live: Mapping[str, Any] | None,
    new: dict[str, Any],
    manager: Manager,
    now: str,
    ignored: tuple[Path, ...] = (),
) -> dict[str, Any]:
    """The new object with its managedFields after an update (or create, `live` None) by the manager."""
    managed = _entries_of(new, live, manager.subresource)
    if live is not None and not managed.sets:
        metadata = {key: value for key, value in new["metadata"].items() if key != "managedFields"}
        return {**new, "metadata": metadata}
    before = _plain(live) if live is not None else zero(schema, node)
    comparison = fields.compare(schema, node, before, _plain(new))
    added, modified = _kept(comparison.added, ignored), _kept(comparison.modified, ignored)
    removed = _kept(comparison.removed, ignored)
    managed.disown(added | modified | removed, manager.identity)
    own = managed.sets.get(manager.identity, set())
    managed.take(manager, (own - removed) | modified | added, now)
    _cap(managed)
    return _with_entries(new, managed)


def apply(
    schema: Schema,
    node: Node,
    live: Mapping[str, Any] | None,
    config: Mapping[str, Any],
    manager: Manager,
    now: str,
    *,
    force: bool = False,
    ignored: tuple[Path, ...] = (),
) -> dict[str, Any]:
    """The live object (None: there is none) with the configuration applied. Raises Refused when others manage what it changes."""
    managed = Managed.read(((live or {}).get("metadata") or {}).get("managedFields")) or Managed()
    base: dict[str, Any] = _plain(live) if live is not None else {}
    if live is not None and not managed.sets:
        comparison = fields.compare(schema, node, zero(schema, node), base)
        managed.take(Manager(BEFORE_FIRST_APPLY, "Update", manager.api_version), _kept(comparison.added, ignored), now)
    config = _plain(config)
    last = managed.sets.get(manager.identity, set())
    own = _kept(fields.members(schema, node, config), ignored)
    result = fields.merged(schema, node, base, config)
    if last:
        owned = fields.with_parents(set().union(own, *(paths for who, paths in managed.sets.items() if who != manager.identity)))
        gone = fields.with_parents(last) - owned - _STRIPPED
        present = _present(schema, node, result)
        gone &= present
        if gone:
            result = fields.without(schema, node, result, gone)
    comparison = fields.compare(schema, node, base, result)
    changed = _kept(comparison.added | comparison.modified, ignored)
    rivals = {
        identity: paths & changed for identity, paths in managed.sets.items() if identity != manager.identity and paths & changed
    }
    if rivals and not force:
        raise _conflict(managed, rivals)
    for identity, paths in rivals.items():
        managed.sets[identity] = managed.sets[identity] - paths
    managed.disown(_kept(comparison.removed, ignored), manager.identity)
    changes = comparison.added or comparison.modified or comparison.removed
    managed.take(manager, own, now, timed=bool(changes))
    return _with_entries(result, managed)


def _present(schema: Schema, node: Node, value: Any) -> Paths:
    """All paths of a value, tables and items on the way included."""
    return fields.with_parents(fields.members(schema, node, value))


def _with_entries(obj: dict[str, Any], managed: Managed) -> dict[str, Any]:
    metadata = {key: value for key, value in obj.get("metadata", {}).items() if key != "managedFields"}
    entries = managed.write()
    if entries:
        metadata["managedFields"] = entries
    return {**obj, "metadata": metadata}


def _cap(managed: Managed) -> None:
    """Joins the oldest updates once there are too many."""
    updaters = sorted(
        (identity for identity in managed.sets if managed.managers[identity].operation == "Update"),
        key=lambda identity: (managed.times.get(identity, ""), identity),
    )
    first: dict[str, tuple[str, ...]] = {}
    for identity in updaters:
        if sum(manager.operation == "Update" for manager in managed.managers.values()) <= MAX_UPDATE_MANAGERS:
            return
        version = managed.managers[identity].api_version
        if version not in first:
            first[version] = identity
            continue
        bucket = Manager(ANCIENT, "Update", version)
        paths = managed.sets[identity] | managed.sets.get(bucket.identity, set())
        time = managed.times.get(identity, "")
        if bucket.identity not in managed.sets:
            paths |= managed.sets[first[version]]
            managed.drop(first[version])
        managed.drop(identity)
        managed.managers[bucket.identity], managed.sets[bucket.identity] = bucket, paths
        managed.times[bucket.identity] = time


def _conflict(managed: Managed, rivals: Mapping[tuple[str, ...], Paths]) -> refusals.Refused:
    found = [
        (managed.managers[identity], path)
        for identity in sorted(rivals, key=lambda identity: str(managed.managers[identity]))
        for path in sorted(rivals[identity])
    ]
    causes = [refusals.Cause(fields.shown(path), f"conflict with {manager}", "FieldManagerConflict") for manager, path in found]
    if len(found) == 1:
        message = f"Apply failed with 1 conflict: conflict with {found[0][0]}: {fields.shown(found[0][1])}"
    else:
        lines = []
        for number, (manager, path) in enumerate(found):
            if not number or found[number - 1][0] != manager:
                lines.append(f"conflicts with {manager}:")
            lines.append(f"- {fields.shown(path)}")
        message = f"Apply failed with {len(found)} conflicts: " + "\n".join(lines)
    return refusals.apply_conflict(message, causes)
