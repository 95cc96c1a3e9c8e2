"""The documents of a rendered text, as far as rules look at them (k8s.io/apimachinery pkg/util/yaml, YAMLOrJSONDecoder).

A text that begins with a brace is read as a stream of JSON values. Where that fails on the first or second of them, what is left is
read as YAML, and only if that fails, too, the error is JSON's: a template that was never rendered begins with two braces. The YAML
documents are cut before lines that begin with `---`. Each is read in full, so that any error in it is found, and then as Helm's
struct: encoding/json's way with names in any case and with values of a wrong type.
"""

from __future__ import annotations

from steersman.chart.structs import document
from steersman.errors import GoError
from steersman.golang import yaml
from steersman.golang.json import StreamError, decode_next, into_type
from steersman.golang.strconv import format_float
from steersman.golang.values import to_bytes, to_str
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Path = tuple[str | int, ...]

SPACE = "".join(
    map(chr, (*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))
)
"""What Go's unicode.IsSpace takes for a space."""

LOOKED_AT = 4096
"""How far into a text the brace is looked for."""

_DECODING = "error unmarshaling JSON: while decoding JSON: "


class Head(Record):
    """What rules look at in an object (Helm: k8sYamlStruct)."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""


def heads(text: str) -> Iterator[Head | None]:
    """The head of each document; None for an empty one. Raises GoError with Helm's text where one cannot be read, not before."""
    if not text[:LOOKED_AT].lstrip(SPACE).startswith("{"):
        yield from _yaml_heads(text)
        return
    data = to_bytes(text)
    if not to_str(data[:LOOKED_AT]).lstrip(SPACE).startswith("{"):
        yield from _yaml_heads(text)
        return
    at = count = 0
    while True:
        try:
            found = decode_next(data, at)
            if found is None:
                return
            head = _read(found[0], exact=True, texts_only=True)
        except StreamError as error:
            if count > 1:
                raise
            problem = GoError(f"json: offset {error.offset}: {error}") if error.offset else error
        except GoError as error:
            if count > 1:
                raise
            problem = error
        else:
            yield head
            at = found[1]
            count += 1
            continue
        start = _after_space(data, at)
        if start is None:
            raise problem
        rest = _yaml_heads(to_str(data[start:]))
        try:
            first = next(rest)
        except StopIteration:
            return
        except GoError:
            raise problem from None
        yield first
        yield from rest
        return


def _after_space(data: bytes, at: int) -> int | None:
    """Where YAML goes on after JSON: behind spaces up to the end of a line. None near the end of the text, as in Kubernetes."""
    while len(data) - at >= 4:
        rune = data[at : at + 4].decode("utf-8", "replace")[0]
        if rune == "\ufffd":
            return None
        if rune not in SPACE:
            return at
        at += len(rune.encode())
        if rune == "\n":
            return at
    return None


def _yaml_heads(text: str) -> Iterator[Head | None]:
    for part in _documents(text):
        value = yaml.load(part)
        try:
            yield _read(value, exact=False)
        except _Inexact:
            yield _read(document(part), exact=True)


def _documents(text: str) -> Iterator[str]:
    """As golang.yaml.split, but a wrong separator is an error only when its turn comes."""
    if "---" not in text:
        yield from yaml.split(text)
        return
    held: list[str] = []
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    for line in lines:
        line = line.removesuffix("\r")
        if line.startswith("---"):
            rest = line[3:].strip(SPACE)
            if rest and rest[0] != "#":
                raise GoError(f"invalid Yaml document separator: {rest}")
            if held:
                yield "\n".join(held) + "\n"
                held = []
                continue
        held.append(line)
    if held:
        yield "\n".join(held) + "\n"


def _read(value: object, *, exact: bool, texts_only: bool = False) -> Head | None:
    """The head of a document. `exact` says that integers are int; `texts_only` that text fields take no numbers and booleans."""
    if value is None:
        return None
    return _Fields(exact, texts_only, "" if texts_only else _DECODING).head(value)


class _Inexact(Exception):
    """A text field holds a number whose text depends on how it was written."""


class _Fields:
    """One decoding into structs: the first value of a wrong type is the error, once all fields are read (encoding/json)."""

    __slots__ = ("exact", "prefix", "problem", "texts_only")

    def __init__(self, exact: bool, texts_only: bool, prefix: str) -> None:
        self.exact = exact
        self.prefix = prefix
        self.problem = ""
        self.texts_only = texts_only

    def head(self, value: object) -> Head:
        found = {"apiversion": "", "kind": "", "name": "", "namespace": ""}
        for key, member in self.members(value, (), "rules.k8sYamlStruct"):
            name = key.casefold()
            if name in ("apiversion", "kind"):
                self.text(found, name, member, (key,))
            elif name == "metadata" and member is not None:
                for inner, text in self.members(member, (key,), "rules.k8sYamlMetadata"):
                    if inner.casefold() in ("name", "namespace"):
                        self.text(found, inner.casefold(), text, (key, inner))
        self.end()
        return Head(found["apiversion"], found["kind"], found["name"], found["namespace"])

    def end(self) -> None:
        if self.problem:
            raise GoError(f"{self.prefix}json: cannot unmarshal {self.problem}")

    def refuse(self, value: object, path: Path, wanted: str) -> None:
        if not self.problem:
            self.problem = f"{_KINDS.get(type(value), 'number')} into {into_type(path, wanted)}"

    def members(self, value: object, path: Path, wanted: str) -> list[tuple[str, Any]]:
        """The members of a map in the order in which they are set: of those whose names differ in case only, the later wins."""
        if not isinstance(value, dict):
            self.refuse(value, path, wanted)
            return []
        return list(value.items()) if self.texts_only else sorted(value.items(), key=_key)

    def text(self, into: dict[str, str], name: str, value: object, path: Path) -> None:
        if isinstance(value, str):
            into[name] = value
        elif value is None:
            return
        elif self.texts_only or isinstance(value, (dict, list)):
            self.refuse(value, path, "string")
        elif isinstance(value, bool):
            into[name] = "true" if value else "false"
        elif isinstance(value, int):
            into[name] = str(int(value))
        elif not self.exact:
            raise _Inexact
        else:
            assert isinstance(value, float)
            into[name] = format_float(value, "g", -1, 32)


_KINDS: dict[type, str] = {bool: "bool", str: "string", list: "array", dict: "object"}


def _key(member: tuple[str, object]) -> str:
    return member[0]


class ListItems(_Fields):
    """The annotations of the objects in a List. Numbers and booleans among them become text, and only their names matter."""

    def __init__(self) -> None:
        super().__init__(True, False, _DECODING)

    def read(self, value: object) -> list[dict[str, Any]]:
        """The annotations of each item. Raises GoError with Go's text for what is no such list."""
        found: list[dict[str, Any]] = []
        for name, items in self.below(value, (), f"struct {{ Items []{_ITEM} }}", "items"):
            if items is not None and not isinstance(items, list):
                self.refuse(items, (name,), f"[]{_ITEM}")
                continue
            for index, item in enumerate(items or ()):
                for key, metadata in self.below(item, (name, index), _ITEM, "metadata"):
                    for inner, table in self.below(metadata, (name, index, key), _METADATA, "annotations"):
                        found.append(self.texts(table, (name, index, key, inner)))
        self.end()
        return found

    def below(self, value: object, path: Path, wanted: str, field: str) -> list[tuple[str, Any]]:
        """The members that the one field of a struct is read from."""
        if value is None:
            return []
        return [member for member in self.members(value, path, wanted) if member[0].casefold() == field]

    def texts(self, table: object, path: Path) -> dict[str, Any]:
        if table is None:
            return {}
        for key, text in self.members(table, path, _ANNOTATIONS):
            if isinstance(text, (dict, list)):
                self.refuse(text, (*path, key), "string")
        return table if isinstance(table, dict) else {}


_ANNOTATIONS = "map[string]string"
_METADATA = f"struct {{ Annotations {_ANNOTATIONS} }}"
_ITEM = f"struct {{ Metadata {_METADATA} }}"
