"""Which fields a value has, what changed between two values, and who manages what: the sets behind `metadata.managedFields`.

Theory of operation. A path is a tuple of the strings that fieldsV1 uses: "f:name" for a field, 'k:{"name":"a"}' for an item of a
list with keys, 'v:"x"' for an item of a set. A set of paths is a Python set. `members` lists what an applied configuration owns,
`compare` what an update added, changed and removed; `merged` and `without` do the two halves of an apply. How lists merge
comes from the schema. Source: structured-merge-diff (typed/*.go, merge/update.go) read for the rules.
"""

from __future__ import annotations

import json

from steersman.golang.fmt import sprint
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from steersman.sandbox.schema import Node, Schema

    Path = tuple[str, ...]
    Paths = set[Path]

ITEM = "k:"
_missing = object()


class Comparison(Record):
    added: Any
    modified: Any
    removed: Any


# --- how a node merges ----------------------------------------------------------------------------------------------------


def list_kind(node: Node) -> tuple[str, tuple[str, ...]]:
    """("map", keys), ("set", ()) or ("atomic", ())."""
    kind = node.get("x-kubernetes-list-type")
    if kind == "map":
        return "map", tuple(node.get("x-kubernetes-list-map-keys", ()))
    if kind == "set":
        return "set", ()
    if kind is None and "merge" in node.get("x-kubernetes-patch-strategy", ""):
        key = node.get("x-kubernetes-patch-merge-key")
        return ("map", (key,)) if key else ("set", ())
    return "atomic", ()


def is_atomic_table(node: Node) -> bool:
    if node.get("x-kubernetes-map-type") == "atomic":
        return True
    return not ("properties" in node or node.get("additionalProperties") or node.get("x-kubernetes-preserve-unknown-fields"))


def child(schema: Schema, node: Node, key: str) -> Node:
    """The node of a field of a table; what the schema does not know is plain data: tables merge, lists are atomic."""
    known = (node.get("properties") or {}).get(key)
    if known is None:
        known = node.get("additionalProperties")
    return schema.resolve(known) if isinstance(known, dict) else {"x-kubernetes-preserve-unknown-fields": True}


def item_key(schema: Schema, node: Node, keys: Iterable[str], item: Any) -> str:
    """The path element of a list's item."""
    if not keys:
        return "v:" + json.dumps(item, separators=(",", ":"), ensure_ascii=False)
    found = {}
    properties = None
    for key in keys:
        value = item.get(key) if isinstance(item, dict) else None
        if value is None:
            if properties is None:
                properties = schema.resolve(node.get("items", {})).get("properties", {})
            value = properties.get(key, {}).get("default")
        if value is not None:
            found[key] = value
    return ITEM + json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# --- what a value has -----------------------------------------------------------------------------------------------------


def members(schema: Schema, node: Node, value: Any) -> Paths:
    """The paths that a configuration with this value owns."""
    found: Paths = set()
    _members(schema, schema.resolve(node), value, (), found)
    return found


def _members(schema: Schema, node: Node, value: Any, path: Path, found: Paths) -> None:
    if isinstance(value, dict):
        if is_atomic_table(node):
            if path:
                found.add(path)
            return
        properties = node.get("properties") or {}
        for key, below in value.items():
            place = (*path, "f:" + key)
            _members(schema, child(schema, node, key), below, place, found)
            if (
                below is None
                or below == {}
                or (key not in properties and not isinstance(below, (dict, list)))
                or (key not in properties and "additionalProperties" in node)
            ):
                found.add(place)
    elif isinstance(value, list):
        kind, keys = list_kind(node)
        if kind == "atomic":
            found.add(path)
            return
        items = schema.resolve(node.get("items", {}))
        for item in value:
            place = (*path, item_key(schema, node, keys, item))
            if kind == "map":
                _members(schema, items, item, place, found)
            found.add(place)
    else:
        found.add(path)


# --- what does not fit ------------------------------------------------------------------------------------------------------

_EXPECTED = {"string": "string", "boolean": "boolean", "integer": "numeric (int or float)", "number": "numeric (int or float)"}


def misfits(schema: Schema, node: Node, value: Any) -> list[str]:
    """What keeps a configuration from being applied: unknown fields, wrong types, items without their keys or twice with one.

    In the words of structured-merge-diff (typed/validate.go, typed/helpers.go), each with its path.
    """
    found: list[str] = []
    _misfits(schema, schema.resolve(node), value, (), found)
    return found


def _misfits(schema: Schema, node: Node, value: Any, path: Path, found: list[str]) -> None:
    kind = node.get("type")
    if value is None or node.get("format") == "int-or-string" or "oneOf" in node or node.get("x-kubernetes-int-or-string"):
        return
    if kind == "object" or "properties" in node:
        if not isinstance(value, dict):
            found.append(f"{shown(path)}: expected map, got &{{{sprint([value])}}}")
            return
        properties, extra = node.get("properties"), node.get("additionalProperties")
        loose = extra or node.get("x-kubernetes-preserve-unknown-fields") or properties is None
        unknown = [] if loose else sorted(key for key in value if key not in (properties or {}))
        if unknown:  # the first ends the look at this table
            found.append(f"{shown((*path, 'f:' + unknown[0]))}: field not declared in schema")
            return
        for key, below in value.items():
            _misfits(schema, child(schema, node, key), below, (*path, "f:" + key), found)
    elif kind == "array":
        if not isinstance(value, list):
            found.append(f"{shown(path)}: expected list, got &{{{sprint([value])}}}")
            return
        how, keys = list_kind(node)
        items = schema.resolve(node.get("items", {}))
        seen = set()
        for number, item in enumerate(value):
            place = (*path, f"i:{number}")
            if how != "atomic":
                key = item_key(schema, node, keys, item)
                if keys and key == ITEM + "{}":
                    found.append(
                        f"{shown(path)}: element {number}: associative list with keys has an element that omits key field "
                        f'"{keys[0]}" (and doesn\'t have default value)'
                    )
                    continue
                if key in seen:
                    found.append(f"{shown(path)}: duplicate entries for key {shown((key,))}")
                seen.add(key)
                place = (*path, key)
            _misfits(schema, items, item, place, found)
    elif kind in _EXPECTED:
        fits = isinstance(value, str if kind == "string" else bool if kind == "boolean" else (int, float))
        if fits and not (isinstance(value, bool) and kind != "boolean"):
            return
        if kind == "string":
            told = f"&value.valueUnstructured{{Value:{_go_value(value)}}}"
        elif kind == "boolean":
            told = f"&{{{sprint([value])}}}"
        else:
            told = {str: "string", bool: "bool", dict: "map[string]interface {}"}.get(type(value), "[]interface {}")
        found.append(f"{shown(path)}: expected {_EXPECTED[kind]}, got {told}")


def _go_value(value: Any) -> str:
    """A value in Go's own syntax (fmt's %#v)."""
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, dict):
        return "map[string]interface {}{" + ", ".join(f"{json.dumps(k)}:{_go_value(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(map(_go_value, value)) + "}"
    return json.dumps(value, ensure_ascii=False)


# --- what changed ---------------------------------------------------------------------------------------------------------


def compare(schema: Schema, node: Node, old: Any, new: Any) -> Comparison:
    """What `new` added to, changed in and removed from `old`."""
    sets: tuple[Paths, Paths, Paths] = (set(), set(), set())
    _compare(schema, schema.resolve(node), old, new, (), sets)
    for paths in sets:
        paths.discard(())
    return Comparison(*sets)


def _compare(schema: Schema, node: Node, old: Any, new: Any, path: Path, sets: tuple[Paths, Paths, Paths]) -> None:
    added, modified, removed = sets
    either = new if new is not _missing else old
    if old is not _missing and new is not _missing:
        if old == new and type(old) is type(new):
            return
        filled = old is None and isinstance(new, (dict, list)) and bool(new)  # Go's null list or table, now with something in it
        if not filled and (type(old) is not type(new) or not isinstance(old, (dict, list))):
            modified.add(path)
            return
    leaf = not isinstance(either, (dict, list)) or (
        not (old if old is not _missing else None) and not (new if new is not _missing else None)
    )
    if not leaf:
        leaf = is_atomic_table(node) if isinstance(either, dict) else list_kind(node)[0] == "atomic"
        leaf = leaf and bool(path)
    if leaf:
        if old is _missing:
            added.add(path)
        elif new is _missing:
            removed.add(path)
        else:
            modified.add(path)
        return
    if old is _missing:
        added.add(path)
    elif new is _missing:
        removed.add(path)
    if isinstance(either, dict):
        left: Mapping[str, Any] = old if isinstance(old, dict) else {}
        right: Mapping[str, Any] = new if isinstance(new, dict) else {}
        for key in {**left, **right}:
            below = child(schema, node, key)
            _compare(schema, below, left.get(key, _missing), right.get(key, _missing), (*path, "f:" + key), sets)
        return
    _kind, keys = list_kind(node)
    items = schema.resolve(node.get("items", {}))
    before = {item_key(schema, node, keys, item): item for item in (old if isinstance(old, list) else ())}
    after = {item_key(schema, node, keys, item): item for item in (new if isinstance(new, list) else ())}
    for key in {**before, **after}:
        _compare(schema, items, before.get(key, _missing), after.get(key, _missing), (*path, key), sets)


# --- the two halves of an apply -------------------------------------------------------------------------------------------


def merged(schema: Schema, node: Node, live: Any, config: Any) -> Any:
    """The live value with the configuration laid over it."""
    node = schema.resolve(node)
    if isinstance(live, dict) and isinstance(config, dict) and not is_atomic_table(node):
        found = dict(live)
        for key, value in config.items():
            found[key] = merged(schema, child(schema, node, key), live[key], value) if key in live else value
        return found
    if isinstance(live, list) and isinstance(config, list):
        kind, keys = list_kind(node)
        if kind == "atomic":
            return config
        items = schema.resolve(node.get("items", {}))
        known = {item_key(schema, node, keys, item): item for item in live}
        wanted = {item_key(schema, node, keys, item): item for item in config}
        result: list[Any] = []
        left = list(known)
        for key, value in wanted.items():
            while left and left[0] not in wanted:
                result.append(known[left.pop(0)])
            result.append(merged(schema, items, known[key], value) if key in known else value)
            if key in known and left:
                left.pop(0)
        result += [known[key] for key in left if key not in wanted]
        return result
    return config


def without(schema: Schema, node: Node, value: Any, paths: Paths) -> Any:
    """The value without what stands at the paths."""
    return _without(schema, schema.resolve(node), value, _tree(paths))


def _tree(paths: Iterable[Path]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in paths:
        place = tree
        for element in path:
            place = place.setdefault(element, {})
        place["."] = {}
    return tree


def _without(schema: Schema, node: Node, value: Any, tree: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        found = {}
        for key, below in value.items():
            branch = tree.get("f:" + key)
            if branch is not None and "." in branch:
                continue
            found[key] = below if branch is None else _without(schema, child(schema, node, key), below, branch)
        return found
    if isinstance(value, list):
        _, keys = list_kind(node)
        items = schema.resolve(node.get("items", {}))
        result = []
        for item in value:
            branch = tree.get(item_key(schema, node, keys, item))
            if branch is not None and "." in branch:
                continue
            result.append(item if branch is None else _without(schema, items, item, branch))
        return result
    return value


def with_parents(paths: Paths) -> Paths:
    """The paths and the fields on the way to them, items of lists excepted: these are members only when they say so."""
    found = set(paths)
    for path in paths:
        for end in range(1, len(path)):
            if path[end - 1].startswith("f:"):
                found.add(path[:end])
    return found


# --- fieldsV1 -------------------------------------------------------------------------------------------------------------


def to_fields_v1(paths: Paths) -> dict[str, Any]:
    tree = _tree(paths)

    def plain(place: dict[str, Any]) -> dict[str, Any]:
        if set(place) == {"."}:
            return {}
        return {key: plain(place[key]) if key != "." else {} for key in sorted(place)}

    return plain(tree)


def from_fields_v1(tree: Any) -> Paths:
    """The paths of a fieldsV1 value. Raises ValueError for what is none."""
    found: Paths = set()

    def walk(place: Any, path: Path) -> None:
        if not isinstance(place, dict):
            raise ValueError("fieldsV1 is not a table")
        if path and (not place or "." in place):
            found.add(path)
        for key, below in place.items():
            if key != ".":
                walk(below, (*path, key))

    walk(tree, ())
    return found


def shown(path: Path) -> str:
    """A path as the server's messages print it: .spec.containers[name="c"].image."""
    text = ""
    for element in path:
        kind, rest = element[:2], element[2:]
        if kind == "f:":
            text += "." + rest
        elif kind == "k:":
            pairs = json.loads(rest)
            text += "[" + ",".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in pairs.items()) + "]"
        else:
            text += f"[={rest}]" if kind == "v:" else f"[{rest}]"
    return text
