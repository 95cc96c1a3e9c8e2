"""Nodes become values: merge keys, aliases and their limits, duplicate keys (go-yaml v2's decode.go), then what
sigs.k8s.io/yaml makes of the result on its way through JSON: string keys, and errors for what JSON cannot say.

The walk keeps its own stack, so that no nesting exhausts Python's.
"""

from __future__ import annotations

from steersman.golang.values import Uint64
from steersman.golang.yaml.composer import ALIAS_NODE, MAPPING_NODE, SCALAR_NODE, Node
from steersman.golang.yaml.errors import UNMARSHALING, YamlError, type_errors
from steersman.golang.yaml.resolver import BINARY, MERGE, plain, replace_invalid, tagged
from steersman.golang.yaml.syntax import go_syntax, key_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_JSON_DEPTH = 10_000
"""How deep encoding/json reads nested values (maxNestingDepth)."""

ALIAS_FREE = 400_000
"""Up to so many decoded nodes, 99 % of them may come from aliases; from there the share falls to 10 %."""

ALIAS_STRICT = 4_000_000
"""From so many decoded nodes on, at most 10 % may come from aliases."""


_INFINITY = float("inf")


class _Frame:
    """A collection being filled.

    `source` is the node of a mapping to be merged, until its turn comes; `alias` the alias that led here, active until the
    end; `seen` the typed keys already set, when strict; `as_key` says that the collection stands where a key should, `refused`
    that it, or what it is in, does: then its own keys stay as they are, for the message.
    """

    __slots__ = ("alias", "as_key", "children", "index", "is_map", "late_error", "refused", "seen", "source", "target")

    def __init__(self, node: Node, target: Any, seen: set[object] | None, alias: Node | None = None) -> None:
        self.target = target
        self.children = node.children
        self.index = 0
        self.is_map = node.kind == MAPPING_NODE
        self.seen = seen
        self.alias = alias
        self.as_key = False
        self.refused = False
        self.source: Node | None = None
        self.late_error: tuple[int, str] | None = None


def decode(root: Node | None, *, strict: bool = False, raw: bool = False) -> object:
    """The value of a document: dict, list, str, bool, None, float, int (Uint64 beyond int64). Keys are strings as JSON has them.

    Bytes of a !!binary that are no UTF-8 become U+FFFD, as JSON would have them, unless `raw`.

    Raises YamlError: excessive aliasing, an alias inside what it names, a collection as a key, a bad merge, a scalar that does
    not fit its tag; keys that are no text in JSON; with `strict`, all keys that are set twice.
    """
    return None if root is None else _Decoder(strict, raw).decode(root)


class _Decoder:
    __slots__ = ("_active", "_alias_count", "_count", "_errors", "_odd", "_raw", "_strict")

    def __init__(self, strict: bool, raw: bool) -> None:
        self._strict = strict
        self._raw = raw
        self._count = 1  # the document itself
        self._alias_count = 0
        self._active: set[Node] = set()
        self._errors: list[tuple[int, str]] = []
        self._odd = False

    def decode(self, root: Node) -> object:
        result: list[Any] = []
        holder = Node(1, 0, 0)
        holder.children.append(root)
        self._walk(_Frame(holder, result, None))
        if self._errors:
            raise type_errors(self._errors)
        if self._odd:
            _refuse_odd_keys(_Decoder(self._strict, self._raw).decode_as_written(root))
        return result[0]

    def decode_as_written(self, root: Node) -> object:
        """The value with its keys as they are, for the message that refuses one of them."""
        result: list[Any] = []
        holder = Node(1, 0, 0)
        holder.children.append(root)
        frame = _Frame(holder, result, None)
        frame.refused = True
        self._walk(frame)
        return result[0]

    def _step(self) -> None:
        """Counts one node, and refuses a document that is mostly aliases."""
        self._count = count = self._count + 1
        if self._active:
            self._alias_count = aliased = self._alias_count + 1
            if aliased > 100 and count > 1000:
                if count <= ALIAS_FREE:
                    allowed = 0.99
                elif count >= ALIAS_STRICT:
                    allowed = 0.10
                else:
                    allowed = 0.99 - 0.89 * ((count - ALIAS_FREE) / (ALIAS_STRICT - ALIAS_FREE))
                if aliased / count > allowed:
                    raise YamlError("yaml: document contains excessive aliasing")

    def _walk(self, frame: _Frame) -> None:
        stack: list[_Frame] = [frame]
        strict = self._strict
        while stack:
            frame = stack[-1]
            if frame.source is not None:
                self._begin_merge(frame)
            children = frame.children
            index = frame.index
            if index >= len(children):
                stack.pop()
                if frame.as_key:
                    raise YamlError(f"yaml: invalid map key: {go_syntax(frame.target)}")
                if frame.late_error is not None:
                    self._errors.append(frame.late_error)
                if frame.alias is not None:
                    self._active.discard(frame.alias)
                continue
            key: Any = None
            if frame.is_map:
                node = children[index]
                frame.index = index + 2
                if node.kind == SCALAR_NODE and node.value == "<<" and (node.implicit or node.tag == MERGE):
                    self._merge(children[index + 1], frame, stack)
                    continue
                alias = None
                self._step()
                if node.kind == ALIAS_NODE:
                    alias, node = node, self._follow(node)
                if node.kind != SCALAR_NODE:
                    # A collection is no key: it is read, for its own errors, and then refused.
                    refused = _Frame(node, _new(node), set() if strict else None, alias)
                    refused.as_key = refused.refused = True
                    stack.append(refused)
                    continue
                key = self._scalar(node)
                if alias is not None:
                    self._active.discard(alias)
                node = children[index + 1]
            else:
                node = children[index]
                frame.index = index + 1

            line = node.line
            alias = None
            self._step()
            if node.kind == ALIAS_NODE:
                alias, node = node, self._follow(node)
            value: Any
            inner: _Frame | None = None
            if node.kind == SCALAR_NODE:
                value = self._scalar(node)
                if alias is not None:
                    self._active.discard(alias)
            else:
                value = _new(node)
                inner = _Frame(node, value, set() if strict else None, alias)
                inner.refused = frame.refused
                stack.append(inner)

            if not frame.is_map:
                frame.target.append(value)
                continue
            if frame.seen is not None:
                typed = (type(key), key)
                if typed in frame.seen and key == key:
                    error = (line, f"key {go_syntax(key)} already set in map")
                    if inner is not None:
                        inner.late_error = error
                    else:
                        self._errors.append(error)
                    continue
                frame.seen.add(typed)
            if type(key) is not str and not frame.refused:
                key = self._key(key)
            frame.target[key] = value

    def _scalar(self, node: Node) -> object:
        if not node.tag:
            return plain(node.value) if node.implicit else node.value
        value = tagged(node.tag, node.value)
        return replace_invalid(value) if node.tag == BINARY and not self._raw and isinstance(value, str) else value

    def _key(self, key: object) -> object:
        if key is None or isinstance(key, Uint64):
            self._odd = True
            return ""
        return key_text(key)

    def _follow(self, alias: Node) -> Node:
        """What an alias names. The alias is active until its target is done."""
        if alias in self._active:
            raise YamlError(f"yaml: anchor '{alias.value}' value contains itself", line=alias.line + 1)
        self._active.add(alias)
        self._step()
        assert alias.target is not None
        return alias.target

    def _merge(self, node: Node, frame: _Frame, stack: list[_Frame]) -> None:
        """Puts what `<<` names into the frame's mapping; of several mappings the first wins, so they go last to first."""
        if node.kind == MAPPING_NODE or node.kind == ALIAS_NODE:
            sources = [node]
        elif node.kind == SCALAR_NODE:
            raise _not_mergeable()
        else:
            sources = node.children
        # The stack is worked off from its end, so the last source comes first.
        for source in sources:
            merged = _Frame(source, frame.target, frame.seen)
            merged.is_map = True
            merged.refused = frame.refused
            merged.source = source
            stack.append(merged)

    def _begin_merge(self, frame: _Frame) -> None:
        node = frame.source
        assert node is not None
        frame.source = None
        mapping = node.target if node.kind == ALIAS_NODE else node
        if mapping is None or mapping.kind != MAPPING_NODE:
            raise _not_mergeable()
        self._step()
        if node.kind == ALIAS_NODE:
            frame.alias = node
            node = self._follow(node)
        frame.children = node.children


def _new(node: Node) -> dict[object, object] | list[object]:
    return {} if node.kind == MAPPING_NODE else []


def _not_mergeable() -> YamlError:
    return YamlError("yaml: map merge requires map or sequence of maps as the value")


def _refuse_odd_keys(value: object) -> None:
    """Raises for the first key, in the order of the text, that JSON has no text for: null, or an integer beyond int64."""
    todo = [value]
    while todo:
        found = todo.pop()
        if isinstance(found, dict):
            for key, inner in found.items():
                if key is None or isinstance(key, Uint64):
                    kind = "uint64" if key is not None else "%!s(<nil>)"
                    raise YamlError(f"unsupported map key of type: {kind}, key: {go_syntax(key)}, value: {go_syntax(inner)}")
            todo.extend(reversed(found.values()))
        elif isinstance(found, list):
            todo.extend(reversed(found))


def as_any(value: object) -> object:
    """The value after its way through JSON: numbers as float; in place where it is a collection."""
    kind = type(value)
    if kind is not dict and kind is not list:
        return _scalar_as_any(value)
    todo: list[tuple[Any, int]] = [(value, 1)]
    while todo:
        found, depth = todo.pop()
        if depth > MAX_JSON_DEPTH:
            raise YamlError(UNMARSHALING + "exceeded max depth")
        for key, inner in found.items() if type(found) is dict else enumerate(found):
            kind = type(inner)
            if kind is dict or kind is list:
                todo.append((inner, depth + 1))
            elif kind is not str and kind is not bool and inner is not None:
                found[key] = number = float(inner)
                if number != number or number in (_INFINITY, -_INFINITY):
                    raise YamlError(unsupported(value) or _unsupported(number))
    return value


def _scalar_as_any(value: object) -> object:
    if isinstance(value, (str, bool)) or value is None:
        return value
    assert isinstance(value, (int, float))
    number = float(value)
    if number != number or number in (_INFINITY, -_INFINITY):
        raise YamlError(_unsupported(number))
    return number


def _unsupported(number: float) -> str:
    return f"json: unsupported value: {'NaN' if number != number else '+Inf' if number > 0 else '-Inf'}"


IS_TEXT = "text"
"""The place of a scalar that is wanted as text: a number there is written as Go prints it, also an infinite one."""


def unsupported(value: object, place: Any = None, step: Callable[[Any, str | int], Any] | None = None) -> str:
    """Go's text for the first number, in the order in which JSON is written, that JSON has no words for; "" if there is none.

    Where the value is wanted as a struct, `place` stands for that struct, and `step` tells of a place and a key or index what place
    the member has: `IS_TEXT`, another one, or None, where anything is taken as it is.
    """
    todo: list[tuple[object, Any]] = [(value, place)]
    while todo:
        found, place = todo.pop()
        if isinstance(found, float):
            if place != IS_TEXT and (found != found or found in (_INFINITY, -_INFINITY)):
                return _unsupported(found)
        elif isinstance(found, dict):
            for key in sorted(found, key=_bytes_of, reverse=True):
                inner = found[key]
                if isinstance(inner, (dict, list, float)):
                    todo.append((inner, None if place is None or step is None else step(place, key)))
        elif isinstance(found, list):
            for index in range(len(found) - 1, -1, -1):
                inner = found[index]
                if isinstance(inner, (dict, list, float)):
                    todo.append((inner, None if place is None or step is None else step(place, index)))
    return ""


def _bytes_of(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")
