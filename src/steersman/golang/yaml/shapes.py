"""Nodes into values of a given shape: what go-yaml v3 does when it decodes into Go structs (decode.go).

A shape says what is wanted: STRING, BOOL, ANY, List(…), Map(…), Struct(…), each with its Go name, which errors say. What does
not fit is collected, and said at the end in one error: "yaml: unmarshal errors:\\n  line 6: field foo not found in type T".
"""

from __future__ import annotations

from steersman.golang.yaml.errors import YamlError
from steersman.golang.yaml.nodes import (
    ALIAS,
    BOOL_TAG,
    DOCUMENT,
    FLOAT_TAG,
    INT_TAG,
    MAPPING,
    MAPPING_TAG,
    MERGE_TAG,
    NULL_TAG,
    SCALAR,
    SEQUENCE,
    SEQUENCE_TAG,
    Node,
    resolve,
)
from steersman.golang.yaml.resolver import number
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

MAX_DEPTH = 100
"""How deep a document may nest that is read into a shape. (v3 has no such limit.)"""

MAX_VALUES = 100_000
"""How many values it may give, aliases written out."""

MAX_REPEATS = 10
"""How many times a key is named that stands more than once."""

_TRUE = frozenset(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"))
_FALSE = frozenset(("n", "N", "no", "No", "NO", "off", "Off", "OFF"))


class Scalar(Record):
    """A string, a bool, or (an interface) whatever comes."""

    go: str


class List(Record):
    of: Shape

    @property
    def go(self) -> str:
        return f"[]{self.of.go}"


class Map(Record):
    """A map with keys of text."""

    of: Shape
    name: str = ""

    @property
    def go(self) -> str:
        return self.name or f"map[string]{self.of.go}"


class Struct(Record):
    """A struct, read into a dict. Fields that are absent are absent there, too."""

    go: str
    fields: Mapping[str, Shape]


STRING = Scalar("string")
BOOL = Scalar("bool")
ANY = Scalar("interface {}")

if TYPE_CHECKING:
    Shape = Scalar | List | Map | Struct


def decode(document: Node | None, shape: Shape, *, strict: bool = False) -> Any:
    """The value of a document in a shape; None where there is none, or null. Raises YamlError.

    With `strict`, keys that a struct has no field for are errors.
    """
    if document is None:
        raise YamlError("EOF")
    decoder = _Decoder(strict)
    value = decoder.value(document.children[0] if document.kind == DOCUMENT else document, shape, 0)
    if decoder.problems:
        lines = "\n  ".join(decoder.problems)
        raise YamlError(f"yaml: unmarshal errors:\n  {lines}")
    return None if value is _NOTHING else value


_NOTHING = object()
"""What a node decodes to that does not fit."""


class _Decoder:
    __slots__ = ("_following", "_left", "_strict", "problems")

    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._following: list[Node] = []
        self._left = MAX_VALUES
        self.problems: list[str] = []

    def value(self, node: Node, shape: Shape, depth: int) -> Any:
        self._left -= 1
        if depth > MAX_DEPTH:
            raise YamlError(f"yaml: exceeded max depth of {MAX_DEPTH}")
        if self._left < 0:
            raise YamlError("yaml: document contains excessive aliasing")
        if node.kind == ALIAS:
            if node in self._following or node.target is None:
                raise YamlError(f"yaml: anchor '{node.value}' value contains itself")
            self._following.append(node)
            value = self.value(node.target, shape, depth + 1)
            self._following.pop()
            return value
        if node.kind == SCALAR:
            return self._scalar(node, shape)
        if node.kind == SEQUENCE:
            return self._sequence(node, shape, depth)
        return self._mapping(node, shape, depth)

    def _misfit(self, node: Node, shape: Shape) -> object:
        text = ""
        if node.tag not in (SEQUENCE_TAG, MAPPING_TAG):
            text = f" `{node.value[:7]}...`" if len(node.value) > 10 else f" `{node.value}`"
        self.problems.append(f"line {node.row}: cannot unmarshal {node.tag}{text} into {shape.go}")
        return _NOTHING

    def _scalar(self, node: Node, shape: Shape) -> Any:
        tag = node.tag
        if tag == NULL_TAG:
            return None if shape is ANY or isinstance(shape, (List, Map)) else _NOTHING
        if shape is STRING:
            return node.value
        value = plain_value(node)
        if shape is ANY:
            return value
        if shape is BOOL:
            if isinstance(value, bool):
                return value
            if value in _TRUE:
                return True
            if value in _FALSE:
                return False
        return self._misfit(node, shape)

    def _sequence(self, node: Node, shape: Shape, depth: int) -> Any:
        if isinstance(shape, List):
            of = shape.of
        elif shape is ANY:
            of = ANY
        else:
            return self._misfit(node, shape)
        values = (self.value(child, of, depth + 1) for child in node.children)
        return [value for value in values if value is not _NOTHING]

    def _mapping(self, node: Node, shape: Shape, depth: int) -> Any:
        if not self._has_unique_keys(node):
            return _NOTHING
        if shape is not ANY and isinstance(shape, (Scalar, List)):
            return self._misfit(node, shape)
        found: dict[str, Any] = {}
        merges: list[Node] = []
        for key, value in pairs(node):
            if key.kind == SCALAR and key.tag == MERGE_TAG:
                merges.append(value)
                continue
            name = self.value(key, STRING, depth + 1)
            if name is _NOTHING:
                continue
            of = shape.fields.get(name) if isinstance(shape, Struct) else shape.of if isinstance(shape, Map) else ANY
            if of is None:
                if self._strict and isinstance(shape, Struct):
                    self.problems.append(f"line {key.row}: field {name} not found in type {shape.go}")
                continue
            read = self.value(value, of, depth + 1)
            if read is _NOTHING and shape is not ANY and isinstance(shape, Map) and value.tag == NULL_TAG:
                read = "" if of is STRING else None
            if read is not _NOTHING:
                found[name] = read
        for merge in merges:
            for name, read in self._merged(merge, shape, depth).items():
                found.setdefault(name, read)
        return found

    def _merged(self, merge: Node, shape: Shape, depth: int) -> dict[str, Any]:
        sources = merge.children if merge.kind == SEQUENCE else [merge]
        found: dict[str, Any] = {}
        for source in sources:
            meant = source.target if source.kind == ALIAS else source
            if meant is None or meant.kind != MAPPING:
                raise YamlError("yaml: map merge requires map or sequence of maps as the value")
            read = self.value(source, shape, depth + 1)
            if isinstance(read, dict):
                for name, value in read.items():
                    found.setdefault(name, value)
        return found

    def _has_unique_keys(self, node: Node) -> bool:
        from steersman.golang.strconv import quote

        rows: dict[tuple[int, str], list[int]] = {}
        for key, _ in pairs(node):
            rows.setdefault((key.kind, key.value), []).append(key.row)
        if len(rows) * 2 == len(node.children):
            return True
        for (_, name), lines in rows.items():
            for index, before in enumerate(lines[:MAX_REPEATS]):
                for line in lines[index + 1 : MAX_REPEATS]:
                    self.problems.append(f"line {line}: mapping key {quote(name)} already defined at line {before}")
        return False


def pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    return zip(node.children[::2], node.children[1::2])


def plain_value(node: Node) -> Any:
    """What a scalar is where nothing says what it should be. Dates stay text."""
    tag = node.tag
    if tag in (INT_TAG, FLOAT_TAG, BOOL_TAG):
        found = resolve(node.value)
        if found == BOOL_TAG:
            return node.value in ("true", "True", "TRUE")
        if found in (INT_TAG, FLOAT_TAG):
            value = number(node.value)
            return float(value) if tag == FLOAT_TAG and value is not None else value
        raise YamlError(f"yaml: cannot decode {found} `{node.value}` as a {tag}")
    return None if tag == NULL_TAG else node.value
