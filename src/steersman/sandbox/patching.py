"""JSON patches (RFC 6902): a value and a list of operations in, the patched value out; what is patched is never changed in place.

The other kinds of patches are `steersman.objects.patches`, which the client uses, too.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_OPERATIONS = 10000
"""As the real server."""


class BadPatch(ValueError):
    """The patch cannot be applied to this value."""


class Malformed(ValueError):
    """The patch is none."""


def json_patch(value: Any, operations: Any) -> Any:
    """RFC 6902. Raises Malformed and BadPatch."""
    if not isinstance(operations, list):
        raise Malformed("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    if len(operations) > MAX_OPERATIONS:
        raise Malformed(f"The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {len(operations)}")
    box = {"": json.loads(json.dumps(value))}
    for operation in operations:
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise Malformed("json: cannot unmarshal into Go value of type jsonpatch.Operation")
        kind, path = operation.get("op"), operation["path"]
        if kind in ("add", "replace", "test") and "value" not in operation and kind != "test":
            raise BadPatch(f"{kind} operation missing value")
        if kind == "add":
            _add(box, path, operation["value"])
        elif kind == "replace":
            parent, key = _at(box, path)
            _get(parent, key, path)
            _set(parent, key, operation["value"])
        elif kind == "remove":
            parent, key = _at(box, path)
            _get(parent, key, path)
            del parent[_index(parent, key)]
        elif kind in ("move", "copy"):
            source, source_key = _at(box, str(operation.get("from", "")))
            moved = _get(source, source_key, path)
            if kind == "move":
                del source[_index(source, source_key)]
            _add(box, path, json.loads(json.dumps(moved)))
        elif kind == "test":
            try:
                found = _get(*_at(box, path), path)
            except BadPatch:
                found = None
            if not _same(found, operation.get("value")):
                raise BadPatch(f"testing value {path} failed")
        else:
            raise Malformed(f"unexpected kind: {kind}")
    return box[""]


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _at(box: Any, path: str) -> tuple[Any, str]:
    keys = ["", *(part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:])]
    place = box
    for key in keys[:-1]:
        place = _get(place, key, path)
    return place, keys[-1]


def _index(parent: Any, key: str) -> Any:
    if isinstance(parent, list):
        try:
            return int(key)
        except ValueError:
            raise BadPatch(f"invalid index {key}") from None
    return key


def _get(parent: Any, key: str, path: str) -> Any:
    try:
        return parent[_index(parent, key)]
    except (KeyError, IndexError, TypeError):
        raise BadPatch(f"doc is missing path: {path}") from None


def _set(parent: Any, key: str, value: Any) -> None:
    parent[_index(parent, key)] = value


def _add(box: Any, path: str, value: Any) -> None:
    parent, key = _at(box, path)
    if isinstance(parent, list):
        index = len(parent) if key == "-" else _index(parent, key)
        if not 0 <= index <= len(parent):
            raise BadPatch(f"index out of range: {key}")
        parent.insert(index, value)
    elif isinstance(parent, dict):
        parent[key] = value
    else:
        raise BadPatch(f"doc is missing path: {path}")
