"""What the built-in types and custom resources look like: decoding, defaulting, pruning, and how their lists merge.

Theory of operation. Every type is an OpenAPI node, whether it comes from `data/kubernetes-*.json` (derived from what Kubernetes
publishes) or from a CustomResourceDefinition. A `Schema` walks a value along its node once and gives the value that the real
server would hold: nulls dropped, unknown fields reported and removed, wrong types refused in Go's words, defaults filled in.
`fields` and `apply` ask the same nodes how a list merges. Nothing here knows requests or storage.
"""

from __future__ import annotations

import json

from steersman.records import Record
from steersman.sandbox.defaults import DEFAULTS, FUNCTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Node = Mapping[str, Any]

DATA = "data/kubernetes-1.37.json"
MAX_DEPTH = 250
"""How deep a value may be nested. The real server allows 10,000; no object that a chart writes comes near this."""

INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
UNTYPED: Node = {"x-kubernetes-preserve-unknown-fields": True}
API_VERSION = {"type": "string"}

_dropped = object()


class WrongType(Exception):
    """A value does not fit its node; the message is Go's."""


class Duplicated(dict):  # type: ignore[type-arg]
    """A JSON object in which names stood twice: the last value counts, the names are kept for the report."""

    names: tuple[str, ...] = ()


def read_json(data: bytes | str) -> Any:
    """The JSON value, duplicate names remembered. Raises ValueError for what is no JSON or nested too deep."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(found)
        if len(table) == len(found):
            return table
        seen: set[str] = set()
        doubled = Duplicated(table)
        doubled.names = tuple(dict.fromkeys(key for key, _ in found if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
        return doubled

    try:
        value = json.loads(data, object_pairs_hook=pairs)
    except RecursionError:
        raise ValueError("exceeded max depth") from None
    if depth_of(value) > MAX_DEPTH:
        raise ValueError("exceeded max depth")
    return value


def depth_of(value: Any) -> int:
    """How deep lists and tables are nested, counted without recursion."""
    deepest, level = 0, [value]
    while level:
        deepest += 1
        following: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                following += [below for below in item.values() if isinstance(below, (dict, list))]
            elif isinstance(item, list):
                following += [below for below in item if isinstance(below, (dict, list))]
        level = following
    return deepest


class Decoded(Record):
    """A value as the server holds it, and what is worth a warning or, under strict validation, an error."""

    value: Any
    problems: tuple[str, ...] = ()


class Schema:
    """A set of named definitions, and the walk along them."""

    def __init__(self, definitions: Mapping[str, Node]) -> None:
        self.definitions = definitions
        self._resolved: dict[int, tuple[Node, Node]] = {}
        self.by_kind: dict[tuple[str, str, str], str] = {}
        for name, node in definitions.items():
            for kind in node.get("x-kubernetes-group-version-kind", ()):
                self.by_kind.setdefault((kind["group"], kind["version"], kind["kind"]), name)

    def node(self, group: str, version: str, kind: str) -> Node | None:
        """The node of a kind, or None."""
        name = self.by_kind.get((group, version, kind))
        return {"$ref": name} if name else None

    def resolve(self, node: Node) -> Node:
        """The node with its reference followed; what stands beside the reference wins. `$name` tells the definition."""
        reference = node.get("$ref")
        if reference is None:
            return node
        known = self._resolved.get(id(node))
        if known is not None and known[0] is node:
            return known[1]
        target = self.definitions.get(reference, UNTYPED)
        merged = {**target, **node, "$name": reference}
        del merged["$ref"]
        self._resolved[id(node)] = (node, merged)
        return merged

    # --- decoding ---------------------------------------------------------------------------------------------------------

    def decode(self, node: Node, value: Any, *, custom: bool = False, apply: bool = False) -> Decoded:
        """The value along the node. Raises WrongType. With `custom`, the rules of structural schemas: metadata, apiVersion and
        kind are always known, defaults are the schema's own. With `apply`, no defaults are filled in."""
        problems: list[str] = []
        walk = _Walk(self, problems, custom=custom, defaulting=not apply)
        result = walk.value(node, value, "", "", top=True)
        return Decoded({} if result is _dropped else result, tuple(problems))


class _Walk:
    def __init__(self, schema: Schema, problems: list[str], *, custom: bool, defaulting: bool) -> None:
        self.schema = schema
        self.problems = problems
        self.custom = custom
        self.defaulting = defaulting

    def value(self, node: Node, value: Any, path: str, struct: str, *, top: bool = False) -> Any:
        if value is None:
            if self.custom and node.get("nullable"):
                return None
            return _dropped
        node = self.schema.resolve(node)
        name = node.get("$name", "")
        if name == INT_OR_STRING or node.get("x-kubernetes-int-or-string") or node.get("format") == "int-or-string":
            if isinstance(value, bool) or not isinstance(value, (int, str)):
                raise _wrong(value, path, struct, "intstr.IntOrString" if name else "int-or-string")
            return value
        if name == QUANTITY:
            if isinstance(value, bool) or not isinstance(value, (int, float, str)):
                raise _wrong(value, path, struct, "resource.Quantity")
            from steersman.sandbox.quantities import canonical

            try:
                return canonical(str(value))
            except ValueError as error:
                raise WrongType(str(error)) from None
        kind = node.get("type")
        if self.custom and not name and not fits(kind, value):
            return value  # `structural` tells what is wrong with it
        if kind == "object" or "properties" in node:
            return self.table(node, name, value, path, struct, top)
        if kind == "array":
            return self.sequence(node, value, path, struct)
        if kind == "string":
            if not isinstance(value, str):
                raise _wrong(value, path, struct, "string")
            if node.get("format") == "byte":
                _check_base64(value)
        elif kind == "integer":
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            if isinstance(value, bool) or not isinstance(value, int):
                raise _wrong(value, path, struct, node.get("format") or "int64")
        elif kind == "number":
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise _wrong(value, path, struct, "float64")
        elif kind == "boolean":
            if not isinstance(value, bool):
                raise _wrong(value, path, struct, "bool")
        return value

    def table(self, node: Node, name: str, value: Any, path: str, struct: str, top: bool) -> Any:
        properties, extra = node.get("properties"), node.get("additionalProperties")
        if not isinstance(value, dict):
            raise _wrong(value, path, struct, _go_name(name) or "map[string]" + _go_kind(extra))
        if isinstance(value, Duplicated):
            self.problems += [f'duplicate field "{_join(path, key)}"' for key in value.names]
        if name:
            struct = name.rpartition(".")[2]
        if properties is None and (not extra or extra is True):
            loose = name or top or node.get("x-kubernetes-preserve-unknown-fields")
            if self.custom and extra is None and not loose:
                self.problems += [f'unknown field "{_join(path, key)}"' for key in value]
                return {}
            return dict(value)
        found: dict[str, Any] = {}
        if properties is None:
            for key, below in value.items():
                item = below
                if isinstance(extra, dict):  # Go names the map, not the key, when a scalar in it is wrong
                    place = _join(path, key) if isinstance(below, (dict, list)) else path
                    item = self.value(extra, below, place, struct)
                if item is not _dropped:
                    found[key] = item
                elif extra and extra is not True and self.schema.resolve(extra).get("type") == "string":
                    found[key] = ""
            return found
        embedded = top or node.get("x-kubernetes-embedded-resource")
        preserve = node.get("x-kubernetes-preserve-unknown-fields")
        for key, below in value.items():
            known = properties.get(key)
            if self.custom and embedded and key in ("apiVersion", "kind", "metadata"):
                known = API_VERSION if key != "metadata" else {"$ref": OBJECT_META}
            if known is None:
                if isinstance(extra, dict):
                    known = extra
                elif preserve or extra:
                    found[key] = below
                    continue
                else:
                    self.problems.append(f'unknown field "{_join(path, key)}"')
                    continue
            item = self.value(known, below, _join(path, key), struct)
            if item is _dropped or (not self.custom and self.is_left_out(node, key, item, known)):
                continue
            found[key] = item
        if self.defaulting:
            self.fill(node, name, properties, found)
        return found

    def is_left_out(self, node: Node, key: str, item: Any, known: Node) -> bool:
        """Whether Go's JSON leaves the field out because it holds nothing."""
        if item == "" or item == 0 or item is False:
            return key in node.get("$omit", ())
        if item == [] or item == {}:
            if not self.defaulting or key in node.get("$null", ()):
                return False
            return item == [] or "additionalProperties" in self.schema.resolve(known)
        return False

    def fill(self, node: Node, name: str, properties: Mapping[str, Node], found: dict[str, Any]) -> None:
        if self.custom:
            for key, below in properties.items():
                if key not in found and "default" in below:
                    found[key] = json.loads(json.dumps(below["default"]))
                    found[key] = self.value(below, found[key], key, "")
            return
        for key, below in properties.items():
            if "default" not in below or key in found:
                continue
            default = below["default"]
            if default == {}:
                item = self.value(below, {}, key, "")
                if "additionalProperties" not in self.schema.resolve(below):
                    found[key] = item
            elif default not in ("", 0, False):
                found[key] = default
        short = name.removeprefix("io.k8s.api.")
        for key, default in DEFAULTS.get(short, ()):
            if key not in found:
                found[key] = json.loads(default)
        function: Callable[[dict[str, Any]], None] | None = FUNCTIONS.get(short)
        if function is not None:
            function(found)
        for key, nothing in node.get("$zero", {}).items():
            found.setdefault(key, nothing)
        for key in node.get("$null", ()):
            found.setdefault(key, None)

    def sequence(self, node: Node, value: Any, path: str, struct: str) -> Any:
        items = node.get("items") or UNTYPED
        if not isinstance(value, list):
            if node.get("format") == "byte" and isinstance(value, str):
                return value
            raise _wrong(value, path, struct, "[]" + _go_kind(items))
        found = []
        for number, below in enumerate(value):
            item = self.value(items, below, f"{path}[{number}]", struct)
            if item is not _dropped:
                found.append(item)
            elif not self.custom and self.schema.resolve(items).get("type") == "object":
                found.append(self.value(items, {}, f"{path}[{number}]", struct))
        return found


def zero(schema: Schema, node: Node) -> dict[str, Any]:
    """What Go's zero value of the type would print: the structs that are no pointers, empty, and the lists that are always
    there, null (used to see what a create added)."""
    resolved = schema.resolve(node)
    found: dict[str, Any] = {**resolved.get("$zero", {}), **dict.fromkeys(resolved.get("$null", ()))}
    for key, below in resolved.get("properties", {}).items():
        if below.get("default") == {} and "additionalProperties" not in schema.resolve(below):
            found[key] = zero(schema, below)
    return found


def load() -> tuple[dict[str, Any], Schema]:
    """The data of the built-in types and their schema."""
    from importlib.resources import files

    data = json.loads((files("steersman.sandbox") / DATA).read_bytes())
    return data, Schema(data["definitions"])


def fits(kind: str | None, value: Any) -> bool:
    """Whether a value of a custom resource has the type that its schema says."""
    types: Mapping[str, tuple[type, ...]] = {
        "object": (dict,),
        "array": (list,),
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
    }
    if kind is None or kind not in types:
        return True
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, types[kind]) or (kind == "integer" and isinstance(value, float) and value.is_integer())


def _check_base64(text: str) -> None:
    """Raises WrongType in Go's words (encoding/base64: CorruptInputError)."""
    import base64
    import binascii

    plain = text.replace("\n", "").replace("\r", "")
    try:
        base64.b64decode(plain, validate=True)
        return
    except (binascii.Error, ValueError):
        pass
    alphabet = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    at = next((number for number, letter in enumerate(text) if letter not in alphabet and letter not in "\r\n"), len(text))
    if at == len(text):
        at = len(plain) - len(plain) % 4
    raise WrongType(f"illegal base64 data at input byte {at}")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _go_name(name: str) -> str:
    """A definition as Go prints its type: io.k8s.api.core.v1.PodSpec → v1.PodSpec."""
    return ".".join(name.split(".")[-2:]) if name else ""


def _go_kind(node: Any) -> str:
    if not isinstance(node, dict):
        return "interface {}"
    if "$ref" in node:
        return _go_name(node["$ref"])
    kind = node.get("type")
    if kind == "array":
        return "uint8" if node.get("format") == "byte" else "[]" + _go_kind(node.get("items"))
    if kind == "integer":
        return str(node.get("format") or "int64")
    if kind == "object":
        return "map[string]" + _go_kind(node.get("additionalProperties"))
    return {"boolean": "bool", "number": "float64"}.get(str(kind), "string")


def _wrong(value: Any, path: str, struct: str, wanted: str) -> WrongType:
    kind = {bool: "bool", str: "string", dict: "object", list: "array"}.get(type(value), "number")
    plain = "".join(part.partition("[")[0] + "." for part in path.split("."))[:-1]
    where = f"Go struct field {struct}.{plain}" if struct and path else "Go value"
    return WrongType(f"json: cannot unmarshal {kind} into {where} of type {wanted}")
