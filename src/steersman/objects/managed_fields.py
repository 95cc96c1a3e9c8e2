"""Who owns which fields: moving what client-side apply owned over to server-side apply.

An object that was written by updates names its writer with operation "Update"; server-side apply by the same writer would see
that other entry as a rival. The entries become one with operation "Apply", the fields united. client-go: util/csaupgrade.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any


def upgrade_patch(live: Mapping[str, Any], client_side: Collection[str], server_side: str) -> list[dict[str, Any]] | None:
    """A JSON patch that makes the entries of the `client_side` managers the `server_side` one's; None when there are none.

    The patch replaces the resourceVersion, too, so that an object that moved on meanwhile answers with a conflict.
    """
    metadata = live.get("metadata") or {}
    entries: list[dict[str, Any]] = list(metadata.get("managedFields") or ())
    upgraded = entries
    for manager in sorted(client_side):
        upgraded = _upgraded(upgraded, manager, server_side)
    if upgraded == entries:
        return None
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": upgraded},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata.get("resourceVersion", "")},
    ]


def _upgraded(entries: list[dict[str, Any]], client_side: str, server_side: str) -> list[dict[str, Any]]:
    def is_update(entry: Mapping[str, Any]) -> bool:
        return entry.get("manager") == client_side and entry.get("operation") == "Update" and not entry.get("subresource")

    def is_apply(entry: Mapping[str, Any]) -> bool:
        return entry.get("manager") == server_side and entry.get("operation") == "Apply" and not entry.get("subresource")

    at = next((number for number, entry in enumerate(entries) if is_apply(entry)), -1)
    if at < 0:
        at = next((number for number, entry in enumerate(entries) if is_update(entry)), -1)
        if at < 0:
            return entries
    kept = dict(entries[at])
    source = next((entry for entry in entries if is_update(entry) and entry.get("apiVersion") == kept.get("apiVersion")), None)
    if source is not None:
        kept["fieldsV1"] = _united(kept.get("fieldsV1") or {}, source.get("fieldsV1") or {})
    kept.update(manager=server_side, operation="Apply")
    return [kept if number == at else entry for number, entry in enumerate(entries) if number == at or not is_update(entry)]


def _united(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The union of two sets of fields in the form that managedFields keeps."""
    found = dict(one)
    for key, below in other.items():
        found[key] = _united(found[key], below) if key in found and isinstance(below, dict) else below
    return found
