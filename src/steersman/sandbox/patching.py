"""JSON patches, JSON merge patches and strategic merge patches: a value and a patch in, the patched value out.

Source: RFC 6902, RFC 7386, and apimachinery pkg/util/strategicpatch. What is patched is never changed in place.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.sandbox.schema import Node, Schema

DIRECTIVE = "$patch"
RETAIN = "$retainKeys"
ORDER = "$setElementOrder/"
DELETE_ITEMS = "$deleteFromPrimitiveList/"
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


def merge_patch(value: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    found = dict(value) if isinstance(value, dict) else {}
    for key, below in patch.items():
        if below is None:
            found.pop(key, None)
        else:
            found[key] = merge_patch(found.get(key), below)
    return found


def strategic(schema: Schema, node: Node, value: Any, patch: Any) -> Any:
    """A strategic merge patch, lists merging as the schema says. Raises BadPatch."""
    node = schema.resolve(node)
    if not isinstance(patch, dict):
        return patch
    if not isinstance(value, dict):
        value = {}
    patch = dict(patch)
    directive = patch.pop(DIRECTIVE, None)
    if directive == "replace":
        return patch
    if directive == "delete":
        return {}
    if directive not in (None, "merge"):
        raise BadPatch(f"Unknown patch type '{directive}' in patch")
    found = dict(value)
    retained = patch.pop(RETAIN, None)
    if isinstance(retained, list):
        found = {key: below for key, below in found.items() if key in retained}
    properties = node.get("properties") or {}
    extra = node.get("additionalProperties")
    for key in [key for key in patch if key.startswith(DELETE_ITEMS)]:
        gone = patch.pop(key)
        field = key.removeprefix(DELETE_ITEMS)
        if isinstance(found.get(field), list):
            found[field] = [item for item in found[field] if item not in gone]
    orders = {key.removeprefix(ORDER): patch.pop(key) for key in list(patch) if key.startswith(ORDER)}
    for key, below in patch.items():
        if below is None:
            found.pop(key, None)
            continue
        inner = schema.resolve(properties.get(key) or (extra if isinstance(extra, dict) else {}))
        if isinstance(below, dict):
            found[key] = strategic(schema, inner, found.get(key), below)
        elif isinstance(below, list) and "merge" in inner.get("x-kubernetes-patch-strategy", ""):
            found[key] = _strategic_list(schema, inner, found.get(key) or [], below)
        else:
            found[key] = below
    for key, order in orders.items():
        if isinstance(found.get(key), list):
            merge_key = schema.resolve(properties.get(key) or {}).get("x-kubernetes-patch-merge-key")
            found[key] = _ordered(found[key], order, merge_key)
    return found


def _strategic_list(schema: Schema, node: Node, value: list[Any], patch: list[Any]) -> list[Any]:
    key = node.get("x-kubernetes-patch-merge-key")
    if not key:
        return [*value, *(item for item in patch if item not in value)]
    if any(isinstance(item, dict) and item.get(DIRECTIVE) == "replace" for item in patch):
        return [item for item in patch if not (isinstance(item, dict) and DIRECTIVE in item)]
    result = list(value)
    for item in patch:
        if not isinstance(item, dict) or key not in item:
            raise BadPatch(f"map: {json.dumps(item)} does not contain declared merge key: {key}")
        at = next((number for number, old in enumerate(result) if isinstance(old, dict) and old.get(key) == item[key]), None)
        if item.get(DIRECTIVE) == "delete":
            result = [old for old in result if not (isinstance(old, dict) and old.get(key) == item[key])]
        elif at is None:
            result.append(strategic(schema, node.get("items", {}), {}, item))
        else:
            result[at] = strategic(schema, node.get("items", {}), result[at], item)
    return result


def _ordered(items: list[Any], order: list[Any], key: str | None) -> list[Any]:
    def name(item: Any) -> str:
        return json.dumps(item.get(key) if key and isinstance(item, dict) else item, sort_keys=True)

    ranks = {name(item): rank for rank, item in enumerate(order)}
    told = sorted((item for item in items if name(item) in ranks), key=lambda item: ranks[name(item)])
    result, waiting = [], list(told)
    for item in items:
        if name(item) in ranks:
            result.append(waiting.pop(0))
        else:
            result.append(item)
    return result
