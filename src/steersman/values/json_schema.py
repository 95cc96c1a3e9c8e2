"""JSON Schema, drafts 4, 6, 7, 2019-09 and 2020-12: a schema is compiled once and then checks values.

Importing the library that would do this takes 135 ms, twice what a whole `template` may. And what it finds would have to be put
in order again: Helm prints the findings of santhosh-tekuri/jsonschema v6, whose order of checks and grouping are followed here
(compiler.go, objcompiler.go, validator.go): a wrong type ends the check of a value, all else is collected.

    bytes → document → plausible? ── no → check the document against its metaschema → the reason, or nothing after all
                           │ yes
                           └→ nodes, one per place in the document, references resolved to nodes → check(value) → findings

A document is plausible when each keyword has a value of the right kind: a quick walk, made so that whatever the metaschema refuses
is not plausible. Only then the metaschemas are read, which come with the library and check the document through this very module.
References lead into the schema itself or to metaschemas. Anything else is not fetched: a chart is complete in itself.
"""

from __future__ import annotations

from steersman.errors import GoError, ValuesError
from steersman.values.schema_errors import (
    Finding,
    Number,
    all_quoted,
    escaped,
    group,
    localised,
    quoted,
    reference,
    shown,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from steersman.chart.files import Note
    from steersman.golang.regexps import Regexp
    from steersman.values.schema_errors import Where

    Place = tuple[str, str]
    """The URL of a document, and a JSON pointer into it."""

MAX_CHECKS = 2_000_000
"""How many times one validation may apply a schema to a value: references can multiply without going in circles."""
MAX_NODES = 200_000
"""How many places of a schema are compiled."""

SCHEMA_URL = "file:///values.schema.json"
LATEST = 2020
_DRAFTS = {
    "json-schema.org/schema": LATEST,
    "json-schema.org/draft/2020-12/schema": 2020,
    "json-schema.org/draft/2019-09/schema": 2019,
    "json-schema.org/draft-07/schema": 7,
    "json-schema.org/draft-06/schema": 6,
    "json-schema.org/draft-04/schema": 4,
}
_METASCHEMAS = {
    2020: "https://json-schema.org/draft/2020-12/schema",
    2019: "https://json-schema.org/draft/2019-09/schema",
    7: "http://json-schema.org/draft-07/schema",
    6: "http://json-schema.org/draft-06/schema",
    4: "http://json-schema.org/draft-04/schema",
}
TYPES = ("null", "boolean", "number", "integer", "string", "array", "object")


class SchemaError(ValuesError):
    """The schema itself is wrong."""

    default_code = "schema-invalid"


def read_document(text: str) -> Any:
    """A JSON document whose numbers remember their spelling. Raises SchemaError with Go's text."""
    from _json import make_scanner

    stripped = text.strip(" \t\r\n")
    try:
        value, end = make_scanner(_SCANNER)(stripped, 0)
    except (ValueError, StopIteration, RecursionError):
        from steersman.golang.json import unmarshal

        try:
            return unmarshal(text)
        except GoError as error:
            message = str(error)
        # Helm reads with a decoder, which calls an empty text by its name.
        raise SchemaError("EOF" if not stripped else message.replace("unexpected end of JSON input", "unexpected EOF")) from None
    if end != len(stripped):
        raise SchemaError("invalid character after top-level value")
    return value


def _constant(text: str) -> Any:
    raise ValueError(text)


class _Scanner:
    """What Python's C scanner asks of its decoder."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = Number
    parse_int = Number
    parse_constant = staticmethod(_constant)
    memo: dict[str, str] = {}


_SCANNER: Any = _Scanner()


class Node:
    """A compiled schema. What the schema does not say stays at the default of the class."""

    url: str
    pointer: str
    draft: int
    resource: Node
    always: bool | None = None
    ref: Node | None = None
    recursive_ref: Node | None = None
    recursive_anchor = False
    dynamic_ref: tuple[Node, str] | None = None
    dynamic_anchor = ""
    dynamic_anchors: dict[str, Node] = {}
    types: frozenset[str] | None = None
    const: tuple[Any] | None = None
    enum: list[Any] | None = None
    format: str = ""
    all_of: list[Node] = []
    any_of: list[Node] = []
    one_of: list[Node] = []
    not_: Node | None = None
    if_: Node | None = None
    then: Node | None = None
    else_: Node | None = None
    # objects
    min_properties: int | None = None
    max_properties: int | None = None
    required: list[str] = []
    dependencies: dict[str, list[str] | Node] = {}
    properties: dict[str, Node] = {}
    pattern_properties: list[tuple[Regexp, Node]] = []
    additional_properties: bool | Node | None = None
    property_names: Node | None = None
    dependent_schemas: dict[str, Node] = {}
    dependent_required: dict[str, list[str]] = {}
    unevaluated_properties: Node | None = None
    # arrays
    min_items: int | None = None
    max_items: int | None = None
    unique_items = False
    items: Node | list[Node] | None = None
    additional_items: bool | Node | None = None
    prefix_items: list[Node] = []
    items_2020: Node | None = None
    contains: Node | None = None
    min_contains: int | None = None
    max_contains: int | None = None
    unevaluated_items: Node | None = None
    # strings
    min_length: int | None = None
    max_length: int | None = None
    pattern: Regexp | None = None
    # numbers
    minimum: Number | None = None
    maximum: Number | None = None
    exclusive_minimum: Number | None = None
    exclusive_maximum: Number | None = None
    multiple_of: Number | None = None

    all_properties_evaluated = False
    all_items_evaluated = False
    items_evaluated = 0

    def __init__(self, url: str, pointer: str) -> None:
        self.url = url
        self.pointer = pointer

    def location(self) -> str:
        return _location(self.url, self.pointer)


def compile_schema(text: str, notes: list[Note] | None = None) -> Node:
    """The schema that a text is. Raises SchemaError with the text of the library that Helm uses.

    That a `urn:` could not be resolved is appended to `notes`; it then allows everything, as in Helm.
    """
    compiler = _Compiler([] if notes is None else notes)
    try:
        compiler.add(SCHEMA_URL, read_document(text))
        return compiler.compile(SCHEMA_URL, "")
    except RecursionError:
        raise SchemaError("the schema is nested too deeply") from None


def check(node: Node, value: object) -> Finding | None:
    """What is wrong with the value; None when nothing is. Raises SchemaError when finding out would take too long."""
    try:
        return _Check().apply(node, value, None, (node, 0, None, ""), None, False)
    except RecursionError:
        raise SchemaError("the values or the schema are nested too deeply to be checked") from None


# Compiling


class _Resource:
    """A part of a document with an identity of its own: the document itself, or what has an `$id`."""

    __slots__ = ("anchors", "draft", "dynamic_anchors", "id", "pointer")

    def __init__(self, pointer: str, identity: str, draft: int) -> None:
        self.pointer = pointer
        self.id = identity
        self.draft = draft
        self.anchors: dict[str, str] = {}
        self.dynamic_anchors: list[str] = []


class _Document:
    __slots__ = ("checked", "resources", "url", "value")

    def __init__(self, url: str, value: Any) -> None:
        self.url = url
        self.value = value
        self.resources: dict[str, _Resource] = {}
        self.checked: set[str] = set()

    def resource(self, pointer: str) -> _Resource:
        """The resource that a place belongs to."""
        if len(self.resources) > 1:
            while pointer:
                found = self.resources.get(pointer)
                if found is not None:
                    return found
                pointer = pointer[: pointer.rfind("/")]
        return self.resources[""]


class _Compiler:
    def __init__(self, notes: list[Note], *, assert_format: bool = False) -> None:
        self.notes = notes
        self.assert_format = assert_format
        self.documents: dict[str, _Document] = {}
        self.nodes: dict[Place, Node] = {}
        self.queue: list[tuple[Node, Any]] = []

    def add(self, url: str, value: Any) -> _Document:
        document = _Document(url, value)
        self.documents[url] = document
        self.collect(document, value, url, "", LATEST)
        if not _is_meta(url):
            self.ensure(document, value, "")
        return document

    def load(self, url: str) -> _Document:
        """The document at a URL: one that is here, or a metaschema. A `urn:` is anything."""
        found = self.documents.get(url)
        if found is not None:
            return found
        if _is_meta(url):
            value = _metaschema(url)
            if value is not None:
                return self.add(url, value)
        if url.startswith("urn:"):
            from steersman.chart.files import Note

            self.notes.append(Note("WARN", "unresolved URN reference ignored; using permissive schema", (("urn", url),)))
            return self.add(url, True)
        raise SchemaError(
            f"failing loading {_go_quoted(url)}: a reference out of the chart is not followed",
            code="schema-reference",
            hint="put the referenced schema under $defs or definitions of values.schema.json",
        )

    def ensure(self, document: _Document, value: Any, pointer: str) -> None:
        """Raises SchemaError when the document, or this part of it, is no valid schema."""
        draft = document.resource(pointer).draft
        if pointer in document.checked or _is_plausible(value, draft):
            document.checked.add(pointer)
            return
        meta = _Compiler([], assert_format=True)
        finding = check(meta.compile(_METASCHEMAS[draft], ""), value)
        if finding is not None:
            from steersman.values.schema_errors import text_of

            raise SchemaError(
                f"{_go_quoted(_location(document.url, pointer))} is not valid against metaschema: "
                f"jsonschema validation failed with {quoted(_METASCHEMAS[draft] + '#')}\n{text_of(finding)}"
            )
        document.checked.add(pointer)

    def collect(self, document: _Document, value: Any, base: str, pointer: str, draft: int) -> None:
        """Finds the resources and anchors below a place."""
        todo: list[tuple[Any, str, str, int]] = [(value, base, pointer, draft)]
        while todo:
            value, base, pointer, fallback = todo.pop()
            if not isinstance(value, dict):
                if not pointer:
                    document.resources[""] = _Resource("", base, fallback)
                continue
            draft = _draft_of(value, fallback, document.url if not pointer else "")
            identity = _identity(value, draft)
            if not identity and pointer:
                draft = fallback
                identity = _identity(value, draft)
            if identity or not pointer:
                if identity:
                    base = _joined(base, identity)[0]
                for known in document.resources.values():
                    if known.id == base and known.pointer != pointer:
                        raise SchemaError(
                            f"duplicate id {_go_quoted(base)} in {_go_quoted(document.url)} "
                            f"at {_go_quoted(pointer)} and {_go_quoted(known.pointer)}"
                        )
                document.resources[pointer] = _Resource(pointer, base, draft)
            resource = next(known for known in document.resources.values() if known.id == base)
            self.anchors(document, value, pointer, resource)
            if not pointer and not _has_identities(value):
                return
            todo += [(inner, base, f"{pointer}/{path}", resource.draft) for path, inner in _subschemas(value, draft)]

    def anchors(self, document: _Document, value: dict[str, Any], pointer: str, resource: _Resource) -> None:
        names = []
        if resource.draft < 2019:
            if "$ref" in value:
                return
            identity = value.get("id" if resource.draft == 4 else "$id")
            if isinstance(identity, str):
                fragment = identity.partition("#")[2]
                if fragment and not fragment.startswith("/"):
                    names.append(fragment)
        else:
            names = [value[key] for key in ("$anchor", "$dynamicAnchor") if isinstance(value.get(key), str)]
            if resource.draft >= 2020 and isinstance(value.get("$dynamicAnchor"), str):
                resource.dynamic_anchors.append(value["$dynamicAnchor"])
        for name in names:
            known = resource.anchors.setdefault(name, pointer)
            if known != pointer:
                raise SchemaError(
                    f"duplicate anchor {_go_quoted(name)} in {_go_quoted(document.url)} "
                    f"at {_go_quoted(known)} and {_go_quoted(pointer)}"
                )

    def compile(self, url: str, pointer: str) -> Node:
        root = self.node(self.load(url), pointer)
        done = 0
        while done < len(self.queue):
            if done > MAX_NODES:
                raise SchemaError(f"the schema has more than {MAX_NODES} parts")
            node, value = self.queue[done]
            done += 1
            self.fill(node, value)
        return root

    def node(self, document: _Document, pointer: str, value: Any = None) -> Node:
        """The node of a place, queued to be filled when it is new. `value` saves looking it up."""
        place = (document.url, pointer)
        found = self.nodes.get(place)
        if found is None:
            if value is None:
                value = _looked_up(document, pointer)
            found = self.nodes[place] = Node(document.url, pointer)
            self.queue.append((found, value))
        return found

    def fill(self, node: Node, value: Any) -> None:
        document = self.documents[node.url]
        resource = document.resource(node.pointer)
        node.draft = resource.draft
        node.resource = self.node(document, resource.pointer)
        if node.draft >= 2020 and node.pointer == resource.pointer and resource.dynamic_anchors:
            node.dynamic_anchors = {name: self.node(document, resource.anchors[name]) for name in resource.dynamic_anchors}
        if isinstance(value, bool):
            node.always = value
        elif isinstance(value, dict):
            if value:
                _Filler(self, node, value, document, resource).fill()
            else:
                node.always = True

    def referenced(self, reference: str, document: _Document, resource: _Resource) -> Node:
        """The node that a reference leads to."""
        url, fragment = _joined(resource.id, reference)
        if url == document.url:
            return self.at_fragment(document, document.resources[""], fragment)
        for known in document.resources.values():
            if known.id == url:
                return self.at_fragment(document, known, fragment)
        remote = self.load(url)
        return self.at_fragment(remote, remote.resources[""], fragment)

    def at_fragment(self, document: _Document, resource: _Resource, fragment: str) -> Node:
        if fragment and not fragment.startswith("/"):
            if fragment not in resource.anchors:
                raise SchemaError(
                    f"anchor in {_go_quoted(f'{resource.id}#{fragment}')} not found in schema {_go_quoted(document.url)}"
                )
            pointer = resource.anchors[fragment]
        else:
            pointer = resource.pointer + fragment
        if (document.url, pointer) not in self.nodes:
            value = _looked_up(document, pointer)
            if not _is_meta(document.url):
                # The walk over the whole document may not have come by here.
                self.ensure(document, value, pointer)
            return self.node(document, pointer, value)
        return self.nodes[document.url, pointer]


class _Filler:
    """Reads one schema object into its node. A keyword of the wrong kind is as if it were not there: the metaschema has spoken."""

    __slots__ = ("compiler", "document", "node", "resource", "value")

    def __init__(self, compiler: _Compiler, node: Node, value: dict[str, Any], document: _Document, resource: _Resource) -> None:
        self.compiler = compiler
        self.node = node
        self.value = value
        self.document = document
        self.resource = resource

    def fill(self) -> None:
        node, value, draft = self.node, self.value, self.node.draft
        if isinstance(value.get("$ref"), str):
            node.ref = self.compiler.referenced(value["$ref"], self.document, self.resource)
            if draft < 2019:
                return
        for keyword, given in value.items():
            rule = _RULES.get(keyword)
            if rule is not None and draft >= rule[0]:
                rule[1](self, keyword, given)
        if draft >= 2019 and node.contains is None:
            node.min_contains = node.max_contains = None
        if node.if_ is None:
            node.then = node.else_ = None
        if draft < 2020:
            if not isinstance(node.items, list):
                node.additional_items = None
                node.all_items_evaluated = node.items is not None
            else:
                node.all_items_evaluated = node.additional_items is not None
                node.items_evaluated = len(node.items)
        else:
            node.all_items_evaluated = node.items_2020 is not None
            node.items_evaluated = len(node.prefix_items)
        node.all_properties_evaluated = node.additional_properties is not None

    def inner(self, path: str, given: Any) -> Node:
        return self.compiler.node(self.document, f"{self.node.pointer}/{path}", given)

    # One method per kind of keyword: (self, keyword, value).

    def schema(self, keyword: str, given: Any) -> None:
        setattr(self.node, _ATTRIBUTES[keyword], self.inner(keyword, given))

    def schemas(self, keyword: str, given: Any) -> None:
        if isinstance(given, list):
            nodes = [self.inner(f"{keyword}/{index}", each) for index, each in enumerate(given)]
            setattr(self.node, _ATTRIBUTES[keyword], nodes)

    def schema_map(self, keyword: str, given: Any) -> None:
        if isinstance(given, dict):
            nodes = {key: self.inner(f"{keyword}/{escaped(key)}", each) for key, each in given.items()}
            setattr(self.node, _ATTRIBUTES[keyword], nodes)

    def additional(self, keyword: str, given: Any) -> None:
        setattr(self.node, _ATTRIBUTES[keyword], given if isinstance(given, bool) else self.inner(keyword, given))

    def count(self, keyword: str, given: Any) -> None:
        if isinstance(given, float) and given.is_integer():
            setattr(self.node, _ATTRIBUTES[keyword], int(given))

    def number(self, keyword: str, given: Any) -> None:
        if isinstance(given, Number):
            setattr(self.node, _ATTRIBUTES[keyword], given)

    def bound(self, keyword: str, given: Any) -> None:
        """`minimum` and `maximum`, which a boolean of draft 4 beside them makes exclusive."""
        exclusive = "exclusiveMinimum" if keyword == "minimum" else "exclusiveMaximum"
        self.number(exclusive if self.value.get(exclusive) is True else keyword, given)

    def items(self, keyword: str, given: Any) -> None:
        if self.node.draft >= 2020:
            self.node.items_2020 = self.inner(keyword, given)
        elif isinstance(given, list):
            self.schemas(keyword, given)
        else:
            self.schema(keyword, given)

    def texts(self, keyword: str, given: Any) -> None:
        if isinstance(given, list):
            setattr(self.node, _ATTRIBUTES[keyword], [each for each in given if isinstance(each, str)])

    def patterns(self, keyword: str, given: Any) -> None:
        if isinstance(given, dict):
            self.node.pattern_properties = [
                (self.regexp(keyword, key), self.inner(f"{keyword}/{escaped(key)}", each)) for key, each in given.items()
            ]

    def pattern(self, keyword: str, given: Any) -> None:
        if isinstance(given, str):
            self.node.pattern = self.regexp(keyword, given)

    def regexp(self, keyword: str, pattern: str) -> Regexp:
        from steersman.golang.regexps import compile as compile_regexp

        try:
            return compile_regexp(pattern)
        except GoError as error:
            where = _location(self.node.url, f"{self.node.pointer}/{escaped(keyword)}")
            raise SchemaError(f"invalid regex {_go_quoted(pattern)} at {_go_quoted(where)}: {error}") from None

    def dependencies(self, keyword: str, given: Any) -> None:
        if isinstance(given, dict):
            self.node.dependencies = {
                key: [each for each in value if isinstance(each, str)]
                if isinstance(value, list)
                else self.inner(f"{keyword}/{escaped(key)}", value)
                for key, value in given.items()
            }

    def dependent_required(self, _keyword: str, given: Any) -> None:
        if isinstance(given, dict):
            self.node.dependent_required = {
                key: [each for each in value if isinstance(each, str)] for key, value in given.items() if isinstance(value, list)
            }

    def type(self, _keyword: str, given: Any) -> None:
        named = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        types = frozenset(each for each in named if isinstance(each, str) and each in TYPES)
        if types:
            self.node.types = types

    def const(self, _keyword: str, given: Any) -> None:
        self.node.const = (given,)

    def enum(self, _keyword: str, given: Any) -> None:
        if isinstance(given, list):
            self.node.enum = given

    def unique(self, _keyword: str, given: Any) -> None:
        self.node.unique_items = given is True

    def format(self, _keyword: str, given: Any) -> None:
        if isinstance(given, str) and (self.compiler.assert_format or self.node.draft < 2019):
            self.node.format = given

    def then_else(self, keyword: str, given: Any) -> None:
        """Only what `if` can lead to is compiled."""
        condition = self.value.get("if")
        if "if" in self.value and (not isinstance(condition, bool) or condition is (keyword == "then")):
            self.schema(keyword, given)

    def recursive_ref(self, _keyword: str, given: Any) -> None:
        if isinstance(given, str):
            self.node.recursive_ref = self.compiler.referenced(given, self.document, self.resource)

    def recursive_anchor(self, _keyword: str, given: Any) -> None:
        self.node.recursive_anchor = given is True

    def dynamic_ref(self, _keyword: str, given: Any) -> None:
        if isinstance(given, str):
            fragment = _decoded(given.partition("#")[2])
            anchor = "" if fragment.startswith("/") else fragment
            self.node.dynamic_ref = (self.compiler.referenced(given, self.document, self.resource), anchor)

    def dynamic_anchor(self, _keyword: str, given: Any) -> None:
        if isinstance(given, str):
            self.node.dynamic_anchor = given


_RULES: dict[str, tuple[int, Callable[[_Filler, str, Any], None]]] = {
    "allOf": (4, _Filler.schemas),
    "anyOf": (4, _Filler.schemas),
    "oneOf": (4, _Filler.schemas),
    "not": (4, _Filler.schema),
    "items": (4, _Filler.items),
    "additionalItems": (4, _Filler.additional),
    "properties": (4, _Filler.schema_map),
    "patternProperties": (4, _Filler.patterns),
    "additionalProperties": (4, _Filler.additional),
    "dependencies": (4, _Filler.dependencies),
    "type": (4, _Filler.type),
    "enum": (4, _Filler.enum),
    "multipleOf": (4, _Filler.number),
    "maximum": (4, _Filler.bound),
    "exclusiveMaximum": (4, _Filler.number),
    "minimum": (4, _Filler.bound),
    "exclusiveMinimum": (4, _Filler.number),
    "minLength": (4, _Filler.count),
    "maxLength": (4, _Filler.count),
    "pattern": (4, _Filler.pattern),
    "minItems": (4, _Filler.count),
    "maxItems": (4, _Filler.count),
    "uniqueItems": (4, _Filler.unique),
    "minProperties": (4, _Filler.count),
    "maxProperties": (4, _Filler.count),
    "required": (4, _Filler.texts),
    "format": (4, _Filler.format),
    "contains": (6, _Filler.schema),
    "propertyNames": (6, _Filler.schema),
    "const": (6, _Filler.const),
    "if": (7, _Filler.schema),
    "then": (7, _Filler.then_else),
    "else": (7, _Filler.then_else),
    "$recursiveRef": (2019, _Filler.recursive_ref),
    "$recursiveAnchor": (2019, _Filler.recursive_anchor),
    "minContains": (2019, _Filler.count),
    "maxContains": (2019, _Filler.count),
    "dependentRequired": (2019, _Filler.dependent_required),
    "dependentSchemas": (2019, _Filler.schema_map),
    "unevaluatedItems": (2019, _Filler.schema),
    "unevaluatedProperties": (2019, _Filler.schema),
    "$dynamicRef": (2020, _Filler.dynamic_ref),
    "$dynamicAnchor": (2020, _Filler.dynamic_anchor),
    "prefixItems": (2020, _Filler.schemas),
}
"""Keyword → the draft that it came with, and how it is read."""

_ATTRIBUTES = {
    "allOf": "all_of",
    "anyOf": "any_of",
    "oneOf": "one_of",
    "not": "not_",
    "items": "items",
    "additionalItems": "additional_items",
    "properties": "properties",
    "additionalProperties": "additional_properties",
    "multipleOf": "multiple_of",
    "maximum": "maximum",
    "exclusiveMaximum": "exclusive_maximum",
    "minimum": "minimum",
    "exclusiveMinimum": "exclusive_minimum",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minProperties": "min_properties",
    "maxProperties": "max_properties",
    "required": "required",
    "contains": "contains",
    "propertyNames": "property_names",
    "if": "if_",
    "then": "then",
    "else": "else_",
    "minContains": "min_contains",
    "maxContains": "max_contains",
    "dependentSchemas": "dependent_schemas",
    "unevaluatedItems": "unevaluated_items",
    "unevaluatedProperties": "unevaluated_properties",
    "prefixItems": "prefix_items",
}

# Where schemas are inside of schemas, by the draft that began it: alone, in a list, in an object.
_ALONE = {
    4: ("not", "additionalProperties", "items", "additionalItems"),
    6: ("propertyNames", "contains"),
    7: ("if", "then", "else"),
    2019: ("unevaluatedProperties", "unevaluatedItems", "contentSchema"),
}
_LISTED = {4: ("allOf", "anyOf", "oneOf", "items"), 2020: ("prefixItems",)}
_MAPPED = {4: ("definitions", "properties", "patternProperties", "dependencies"), 2019: ("$defs", "dependentSchemas")}


def _subschemas(value: dict[str, Any], draft: int) -> Iterator[tuple[str, Any]]:
    """(pointer below this schema, schema) of each schema directly inside of it."""
    for keyword, given in value.items():
        kind = _HOLDERS.get(keyword)
        if kind is None:
            continue
        since, alone, listed, mapped = kind
        if draft < since:
            continue
        if alone and not isinstance(given, list):
            yield keyword, given
        if listed and isinstance(given, list):
            for index, each in enumerate(given):
                yield f"{keyword}/{index}", each
        if mapped and isinstance(given, dict):
            for key, each in given.items():
                yield f"{keyword}/{escaped(key)}", each


def _holders() -> dict[str, tuple[int, bool, bool, bool]]:
    found: dict[str, tuple[int, bool, bool, bool]] = {}
    for column, table in enumerate((_ALONE, _LISTED, _MAPPED)):
        for since, keywords in table.items():
            for keyword in keywords:
                known = list(found.get(keyword, (since, False, False, False)))
                known[column + 1] = True
                found[keyword] = (known[0], bool(known[1]), bool(known[2]), bool(known[3]))
    return found


_HOLDERS = _holders()


def _has_identities(value: Any) -> bool:
    """Whether anything below the root could have an identity or an anchor. Almost no schema has."""
    todo = list(value.values()) if isinstance(value, dict) else []
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            if "$id" in each or "id" in each or "$anchor" in each or "$dynamicAnchor" in each:
                return True
            todo += each.values()
        elif isinstance(each, list):
            todo += each
    return False


def _identity(value: dict[str, Any], draft: int) -> str:
    if draft < 2019 and "$ref" in value:
        return ""
    identity = value.get("id" if draft == 4 else "$id")
    return identity.partition("#")[0] if isinstance(identity, str) else ""


def _draft_of(value: dict[str, Any], fallback: int, root: str) -> int:
    named = value.get("$schema")
    if not isinstance(named, str):
        return fallback
    url, _, fragment = named.partition("#")
    if not fragment:
        bare = url.removeprefix("http://") if url.startswith("http://") else url.removeprefix("https://")
        draft = _DRAFTS.get(bare)
        if draft is not None:
            return draft
    if url == root:
        raise SchemaError(f"draft {_go_quoted(url)} is not supported")
    raise SchemaError(
        f"failing loading {_go_quoted(url)}: a metaschema out of the chart is not followed", code="schema-reference"
    )


def _looked_up(document: _Document, pointer: str) -> Any:
    value = document.value
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isascii() and token.isdigit() and len(token) < 10 and int(token) < len(value):
            value = value[int(token)]
        else:
            raise SchemaError(f"json-pointer in {_go_quoted(_location(document.url, pointer))} not found")
    return value


def _joined(base: str, reference: str) -> tuple[str, str]:
    """(URL, decoded fragment) of a reference seen from `base`."""
    url, _, fragment = reference.partition("#")
    fragment = _decoded(fragment)
    if not url:
        return base, fragment
    from urllib.parse import urljoin

    try:
        return urljoin(base, url), fragment
    except ValueError as error:
        raise SchemaError(f"error in parsing {_go_quoted(url)}: {error}") from None


def _decoded(fragment: str) -> str:
    if "%" not in fragment:
        return fragment
    from steersman.golang.urls import unescape

    try:
        return unescape(fragment, "segment")
    except GoError as error:
        raise SchemaError(f"error in parsing {_go_quoted('#' + fragment)}: {error}") from None


def _location(url: str, pointer: str) -> str:
    from steersman.golang.urls import escape

    return f"{url}#{'/'.join(escape(token, 'segment') for token in pointer.split('/'))}"


def _go_quoted(text: str) -> str:
    from steersman.golang.strconv import quote

    return quote(text)


def _is_meta(url: str) -> bool:
    return url.startswith(("http://json-schema.org/", "https://json-schema.org/"))


def _metaschema(url: str) -> Any:
    """A metaschema by its URL, None when there is none. They come with the library of JSON Schema."""
    from jsonschema_specifications import REGISTRY

    bare = url.removeprefix("http://") if url.startswith("http://") else url.removeprefix("https://")
    if bare in _DRAFTS:
        url = _METASCHEMAS[_DRAFTS[bare]]
    try:
        value = REGISTRY.contents(url)
    except (KeyError, LookupError):
        return None
    return _with_numbers(value)


def _with_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_numbers(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_numbers(inner) for inner in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Number(str(value))
    return value


# Is a document what its metaschema asks for?


def _is_plausible(value: Any, draft: int) -> bool:
    """Whether all keywords have values of the right kind. True means that the metaschema has nothing against the document."""
    todo: list[Any] = [value]
    while todo:
        schema = todo.pop()
        if isinstance(schema, bool):
            if draft == 4:
                return False
            continue
        if not isinstance(schema, dict):
            return False
        for keyword, given in schema.items():
            rule = _KINDS.get(keyword)
            if rule is not None and not rule(given, draft):
                return False
            holder = _HOLDERS.get(keyword)
            if holder is None:
                continue
            if isinstance(given, list):
                todo += given
            elif holder[3] and isinstance(given, dict):
                for each in given.values():
                    if not (keyword == "dependencies" and isinstance(each, list)):
                        todo.append(each)
            elif not (keyword in ("additionalProperties", "additionalItems") and isinstance(given, bool)):
                todo.append(given)
    return True


def _texts(given: Any, draft: int) -> bool:
    return (
        isinstance(given, list)
        and all(isinstance(each, str) for each in given)
        and len(set(given)) == len(given)
        and (draft > 4 or bool(given))
    )


def _count(given: Any, _draft: int) -> bool:
    return isinstance(given, float) and given >= 0 and given.is_integer()


def _number(given: Any, _draft: int) -> bool:
    return isinstance(given, float) and given - given == 0


def _exclusive(given: Any, draft: int) -> bool:
    return isinstance(given, float) if draft > 4 else False


def _type(given: Any, _draft: int) -> bool:
    return given in TYPES if isinstance(given, str) else (
        isinstance(given, list) and bool(given) and all(isinstance(each, str) and each in TYPES for each in given)
        and len(set(given)) == len(given)
    )  # fmt: skip


def _schema_list(given: Any, _draft: int) -> bool:
    return isinstance(given, list) and bool(given)


def _schema_map(given: Any, _draft: int) -> bool:
    return isinstance(given, dict)


def _regexp(given: Any, _draft: int) -> bool:
    if not isinstance(given, str):
        return False
    from steersman.golang.regexps import compile as compile_regexp

    try:
        compile_regexp(given)
    except GoError:
        return False
    return True


def _regexp_map(given: Any, draft: int) -> bool:
    return isinstance(given, dict) and all(_regexp(pattern, draft) for pattern in given)


def _text(given: Any, _draft: int) -> bool:
    return isinstance(given, str)


def _flag(given: Any, _draft: int) -> bool:
    return isinstance(given, bool)


def _enum(given: Any, draft: int) -> bool:
    # From draft 6 on the metaschemas take any list. Draft 4 asks for different elements, which is left to the metaschema.
    return isinstance(given, list) and draft > 4


def _plain_reference(given: Any, _draft: int) -> bool:
    """A reference of the usual form; what else a URI may be is left to the metaschema."""
    return (
        isinstance(given, str) and given.isascii() and given.isprintable() and not any(rune in given for rune in ' "<>\\^`{|}%')
    )


def _items(given: Any, draft: int) -> bool:
    if isinstance(given, list):
        return bool(given) and draft < 2020
    return isinstance(given, (dict, bool))


def _dependent(given: Any, draft: int) -> bool:
    return isinstance(given, dict) and all(_texts(each, draft) for each in given.values())


def _dependencies(given: Any, draft: int) -> bool:
    return isinstance(given, dict) and all(_texts(each, draft) for each in given.values() if isinstance(each, list))


def _rare(_given: Any, _draft: int) -> bool:
    return False


_KINDS: dict[str, Callable[[Any, int], bool]] = {
    "$schema": _plain_reference, "$id": _plain_reference, "id": _plain_reference, "$ref": _plain_reference,
    "$anchor": _rare, "$dynamicAnchor": _rare, "$dynamicRef": _rare, "$recursiveRef": _rare, "$recursiveAnchor": _rare,
    "$vocabulary": _rare, "$comment": _text, "title": _text, "description": _text, "format": _text, "contentMediaType": _text,
    "contentEncoding": _text, "readOnly": _flag, "writeOnly": _flag, "deprecated": _flag,
    "uniqueItems": _flag, "multipleOf": lambda given, draft: _number(given, draft) and given > 0,
    "examples": lambda given, _draft: isinstance(given, list),
    "maximum": _number, "minimum": _number, "exclusiveMaximum": _exclusive, "exclusiveMinimum": _exclusive,
    "minLength": _count, "maxLength": _count, "minItems": _count, "maxItems": _count, "minProperties": _count, "maxProperties": _count,
    "minContains": _count, "maxContains": _count, "pattern": _regexp, "required": _texts, "enum": _enum, "type": _type,
    "allOf": _schema_list, "anyOf": _schema_list, "oneOf": _schema_list, "prefixItems": _schema_list, "items": _items,
    "properties": _schema_map, "definitions": _schema_map, "$defs": _schema_map, "dependentSchemas": _schema_map,
    "patternProperties": _regexp_map, "dependentRequired": _dependent, "dependencies": _dependencies,
}  # fmt: skip
"""What a keyword must be to be beyond doubt. Keywords that are not here are free."""


# Checking


class _Remaining:
    """The keys, or the indexes, of a value that no schema has looked at yet; for `unevaluatedProperties` and `…Items`."""

    __slots__ = ("items", "keys")

    def __init__(self, keys: set[str] | None, items: set[int] | None) -> None:
        self.keys = keys
        self.items = items

    def keep(self, other: _Remaining | None) -> None:
        """Takes out what another schema has looked at."""
        if self.keys:
            self.keys &= (other.keys if other is not None else None) or set()
        if self.items:
            self.items &= (other.items if other is not None else None) or set()


Scope = tuple[Node, int, "Scope | None", str]
"""A schema being applied, the number of the value it is applied to, the scope around it, and the reference that led here."""

_FAILED = Finding(None, "")


class _Check:
    """One validation. `quick` asks only whether, not what."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_CHECKS

    def apply(
        self, node: Node, value: Any, where: Where | None, scope: Scope, remaining: _Remaining | None, quick: bool
    ) -> Finding | None:
        """What the schema has against the value. `remaining` is the caller's, and gets to know what was looked at."""
        self.left -= 1
        if self.left < 0:
            raise SchemaError(f"checking the values takes more than {MAX_CHECKS} steps", code="schema-too-complex")
        if node.always is not None:
            return None if node.always else Finding(where, "false schema")
        cycle = _cycle(scope)
        if cycle is not None:
            return Finding(
                where,
                f"both {_path_of(scope)} and {_path_of(cycle)} resolve to {_go_quoted(node.location())} causing reference cycle",
            )
        kind = _type_of(value)
        types = node.types
        if types is not None and kind not in types:
            if not (kind == "number" and "integer" in types and _is_integer(value)):
                if quick:
                    return _FAILED
                wanted = " or ".join(each for each in TYPES if each in types)
                return Finding(where, f"got {kind}, want {wanted}")
        if node.const is not None and not _equal(value, node.const[0]):
            wanted = node.const[0]
            return Finding(where, "'const' failed" if isinstance(wanted, (list, dict)) else f"value must be {shown(wanted)}")
        if node.enum is not None and not any(_equal(value, each) for each in node.enum):
            return Finding(where, _enum_message(node.enum))
        if node.format:
            from steersman.values.formats import format_error

            why = format_error(node.format, value)
            if why is not None:
                return Finding(where, f"{shown(value)} is not valid {node.format}: {why}")
        mine = _remaining(node, value, kind, remaining)
        findings: list[Finding] = []
        if node.ref is not None:
            found = self.refer(node.ref, value, where, scope, mine, quick, "$ref")
            if node.draft < 2019:
                if found is None and remaining is not None:
                    remaining.keep(mine)
                return found
            if found is not None:
                findings.append(found)
        if kind == "object":
            self.object(node, value, where, scope, mine, quick, findings)
        elif kind == "array":
            self.array(node, value, where, scope, mine, quick, findings)
        elif kind == "string":
            _string(node, value, where, findings)
        elif kind == "number":
            _bounds(node, value, where, findings)
        if not findings or not quick:
            if node.recursive_ref is not None or node.dynamic_ref is not None:
                self.dynamic(node, value, where, scope, mine, quick, findings)
            self.combined(node, value, where, scope, mine, quick, findings)
            if mine is not None:
                self.unevaluated(node, value, where, scope, mine, quick, findings)
        if findings:
            return group(where, findings)
        if remaining is not None:
            remaining.keep(mine)
        return None

    def same(
        self, node: Node, value: Any, where: Where | None, scope: Scope, mine: _Remaining | None, quick: bool, keyword: str = ""
    ) -> Finding | None:
        """Applies another schema to the same value."""
        return self.apply(node, value, where, (node, scope[1], scope, keyword), mine, quick)

    def refer(
        self, node: Node, value: Any, where: Where | None, scope: Scope, mine: _Remaining | None, quick: bool, keyword: str
    ) -> Finding | None:
        found = self.same(node, value, where, scope, mine, quick, keyword)
        return None if found is None else _FAILED if quick else reference(where, found)

    def object(
        self,
        node: Node,
        value: dict[str, Any],
        where: Where | None,
        scope: Scope,
        mine: _Remaining | None,
        quick: bool,
        findings: list[Finding],
    ) -> None:
        count = len(value)
        if node.min_properties is not None and count < node.min_properties:
            findings.append(_counted(where, "minProperties", count, node.min_properties))
        if node.max_properties is not None and count > node.max_properties:
            findings.append(_counted(where, "maxProperties", count, node.max_properties))
        if node.required:
            missing = [each for each in node.required if each not in value]
            if missing:
                noun = "property" if len(missing) == 1 else "properties"
                findings.append(Finding(where, f"missing {noun} {all_quoted(missing)}"))
        if quick and findings:
            return
        for key, needed in node.dependencies.items():
            if key in value:
                if isinstance(needed, list):
                    _needs(where, key, needed, value, findings)
                else:
                    _add(findings, self.same(needed, value, where, scope, mine, quick))
        properties, patterns, additional = node.properties, node.pattern_properties, node.additional_properties
        if properties or patterns or additional is not None:
            number = scope[1] + 1
            surplus: list[str] = []
            for key, inner in value.items():
                if quick and findings:
                    return
                looked = False
                schema = properties.get(key)
                if schema is not None:
                    looked = True
                    _add(findings, self.apply(schema, inner, (where, key), (schema, number, scope, ""), None, quick))
                for pattern, schema in patterns:
                    if pattern.match(key):
                        looked = True
                        _add(findings, self.apply(schema, inner, (where, key), (schema, number, scope, ""), None, quick))
                if not looked and additional is not None:
                    looked = True
                    if additional is False:
                        surplus.append(key)
                    elif additional is not True:
                        _add(findings, self.apply(additional, inner, (where, key), (additional, number, scope, ""), None, quick))
                if looked and mine is not None and mine.keys:
                    mine.keys.discard(key)
            if surplus:
                findings.append(Finding(where, f"additional properties {all_quoted(surplus)} not allowed"))
        if node.property_names is not None:
            names = node.property_names
            for key in value:
                found = self.apply(names, key, None, (names, 0, None, ""), None, quick)
                if found is not None:
                    causes = found.causes if found.kind == 0 else (found,)
                    findings.append(Finding(where, f"invalid propertyName {quoted(key)}", causes))
        for key, schema in node.dependent_schemas.items():
            if key in value:
                _add(findings, self.same(schema, value, where, scope, mine, quick))
        for key, names_needed in node.dependent_required.items():
            if key in value:
                _needs(where, key, names_needed, value, findings)

    def array(
        self,
        node: Node,
        value: list[Any],
        where: Where | None,
        scope: Scope,
        mine: _Remaining | None,
        quick: bool,
        findings: list[Finding],
    ) -> None:
        count = len(value)
        if node.min_items is not None and count < node.min_items:
            findings.append(_counted(where, "minItems", count, node.min_items))
        if node.max_items is not None and count > node.max_items:
            findings.append(_counted(where, "maxItems", count, node.max_items))
        if node.unique_items and count > 1:
            twins = _duplicates(value)
            if twins is not None:
                findings.append(Finding(where, f"items at {localised(twins[0])} and {localised(twins[1])} are equal"))

        def each(schema: Node, index: int) -> None:
            token = str(index)
            _add(findings, self.apply(schema, value[index], (where, token), (schema, scope[1] + 1, scope, ""), None, quick))

        if node.draft < 2020:
            items = node.items
            done = 0
            if isinstance(items, list):
                done = min(count, len(items))
                for index in range(done):
                    each(items[index], index)
            elif items is not None:
                done = count
                for index in range(count):
                    each(items, index)
            additional = node.additional_items
            if additional is False:
                if done != count:
                    findings.append(Finding(where, f"last {localised(count - done)} additionalItem(s) not allowed"))
            elif isinstance(additional, Node):
                for index in range(done, count):
                    each(additional, index)
        else:
            done = min(count, len(node.prefix_items))
            for index in range(done):
                each(node.prefix_items[index], index)
            if node.items_2020 is not None:
                for index in range(done, count):
                    each(node.items_2020, index)
        if node.contains is not None:
            self.contains(node, node.contains, value, where, scope, mine, quick, findings)

    def contains(
        self,
        node: Node,
        schema: Node,
        value: list[Any],
        where: Where | None,
        scope: Scope,
        mine: _Remaining | None,
        quick: bool,
        findings: list[Finding],
    ) -> None:
        causes: list[Finding] = []
        matched: list[int] = []
        for index, inner in enumerate(value):
            found = self.apply(schema, inner, (where, str(index)), (schema, scope[1] + 1, scope, ""), None, quick)
            if found is not None:
                causes.append(found)
                continue
            matched.append(index)
            if node.draft >= 2020 and mine is not None and mine.items:
                mine.items.discard(index)
        indexes = " ".join(str(index) for index in matched)
        count = localised(len(matched))
        if node.min_contains is not None:
            if len(matched) < node.min_contains:
                but = f"but matched {count} items at {indexes}" if matched else "but none matched"
                findings.append(
                    Finding(where, f"min {localised(node.min_contains)} items required to match contains schema, {but}", causes)
                )
        elif not matched:
            findings.append(Finding(where, "no items match contains schema", causes))
        if node.max_contains is not None and len(matched) > node.max_contains:
            findings.append(
                Finding(
                    where,
                    f"max {localised(node.max_contains)} items required to match contains schema, "
                    f"but matched {count} items at {indexes}",
                )
            )

    def dynamic(
        self,
        node: Node,
        value: Any,
        where: Where | None,
        scope: Scope,
        mine: _Remaining | None,
        quick: bool,
        findings: list[Finding],
    ) -> None:
        target = node.recursive_ref
        if target is not None:
            if target.recursive_anchor:
                around: Scope | None = scope
                while around is not None:
                    if around[0].resource.recursive_anchor:
                        target = around[0]
                    around = around[2]
            _add(findings, self.refer(target, value, where, scope, mine, quick, "$recursiveRef"))
        if node.dynamic_ref is not None:
            target, anchor = node.dynamic_ref
            if anchor and target.dynamic_anchor == anchor:
                around = scope
                while around is not None:
                    target = around[0].resource.dynamic_anchors.get(anchor, target)
                    around = around[2]
            _add(findings, self.refer(target, value, where, scope, mine, quick, "$dynamicRef"))

    def combined(
        self,
        node: Node,
        value: Any,
        where: Where | None,
        scope: Scope,
        mine: _Remaining | None,
        quick: bool,
        findings: list[Finding],
    ) -> None:
        """not, allOf, anyOf, oneOf, if."""
        if node.not_ is not None and self.same(node.not_, value, where, scope, mine, True) is None:
            findings.append(Finding(where, "'not' failed"))
        if node.all_of:
            causes: list[Finding] = []
            for schema in node.all_of:
                found = self.same(schema, value, where, scope, mine, quick)
                if found is not None:
                    causes.append(found)
                    if quick:
                        break
            if causes:
                findings.append(Finding(where, "'allOf' failed", causes))
        if node.any_of:
            causes = []
            matched = False
            for schema in node.any_of:
                found = self.same(schema, value, where, scope, mine, quick)
                if found is not None:
                    causes.append(found)
                else:
                    matched = True
                    # What may be unevaluated must be shown to all of them.
                    if mine is None or not (mine.keys or mine.items):
                        break
            if not matched:
                findings.append(Finding(where, "'anyOf' failed", causes))
        if node.one_of:
            causes = []
            first = -1
            for index, schema in enumerate(node.one_of):
                found = self.same(schema, value, where, scope, mine, quick or first >= 0)
                if found is not None:
                    if first < 0:
                        causes.append(found)
                elif first < 0:
                    first = index
                else:
                    findings.append(Finding(where, f"'oneOf' failed, subschemas {localised(first)}, {localised(index)} matched"))
                    break
            if first < 0:
                findings.append(Finding(where, "'oneOf' failed, none matched", causes))
        if node.if_ is not None:
            if self.same(node.if_, value, where, scope, mine, True) is None:
                if node.then is not None:
                    _add(findings, self.same(node.then, value, where, scope, mine, quick))
            elif node.else_ is not None:
                _add(findings, self.same(node.else_, value, where, scope, mine, quick))

    def unevaluated(
        self,
        node: Node,
        value: Any,
        where: Where | None,
        scope: Scope,
        mine: _Remaining,
        quick: bool,
        findings: list[Finding],
    ) -> None:
        schema = node.unevaluated_properties
        if schema is not None and isinstance(value, dict):
            for key in value:
                if key in (mine.keys or ()):
                    _add(findings, self.apply(schema, value[key], (where, key), (schema, scope[1] + 1, scope, ""), None, quick))
            mine.keys = None
        schema = node.unevaluated_items
        if schema is not None and isinstance(value, list):
            for index in sorted(mine.items or ()):
                token = str(index)
                _add(findings, self.apply(schema, value[index], (where, token), (schema, scope[1] + 1, scope, ""), None, quick))
            mine.items = None


def _remaining(node: Node, value: Any, kind: str, outer: _Remaining | None) -> _Remaining | None:
    """What this schema has to keep account of: something, when it or the caller asks for what is unevaluated."""
    if node.draft < 2019:
        return None
    asked = outer is not None and bool(outer.keys or outer.items)
    if kind == "object":
        if not node.all_properties_evaluated and (asked or node.unevaluated_properties is not None):
            return _Remaining(set(value), None)
    elif kind == "array":
        if not node.all_items_evaluated and (asked or node.unevaluated_items is not None) and node.items_evaluated < len(value):
            return _Remaining(None, set(range(node.items_evaluated, len(value))))
    return None


def _cycle(scope: Scope) -> Scope | None:
    """The scope in which the same schema is already being applied to the same value."""
    node, number, around, _ = scope
    while around is not None and around[1] == number:
        if around[0] is node:
            return around
        around = around[2]
    return None


def _path_of(scope: Scope) -> str:
    """The keywords from the root to here."""
    text = ""
    while scope[2] is not None:
        if scope[3]:
            text = f"/{escaped(scope[3])}{text}"
        else:
            text = scope[0].location()[len(scope[2][0].location()) :] + text
        scope = scope[2]
    return text


def _add(findings: list[Finding], found: Finding | None) -> None:
    if found is not None:
        findings.append(found)


def _type_of(value: Any) -> str:
    if isinstance(value, dict):
        return "object"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    if isinstance(value, bool):
        return "boolean"
    return "null" if value is None else "number"


def _is_integer(value: float) -> bool:
    return isinstance(value, int) or value.is_integer()


def _equal(one: Any, other: Any) -> bool:
    """Equality of JSON: true is not 1."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and len(one) == len(other)
            and all(key in other and _equal(inner, other[key]) for key, inner in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one == other
    return not isinstance(other, (dict, list)) and bool(one == other)


def _key(value: Any) -> object:
    """Something hashable that is the same for equal values."""
    if isinstance(value, dict):
        return ("o", frozenset((key, _key(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return ("a", tuple(_key(inner) for inner in value))
    if isinstance(value, bool):
        return ("b", value)
    return value


def _duplicates(value: list[Any]) -> tuple[int, int] | None:
    seen: dict[object, int] = {}
    for index, each in enumerate(value):
        key = _key(each)
        if key in seen:
            return seen[key], index
        seen[key] = index
    return None


def _enum_message(wanted: list[Any]) -> str:
    if any(isinstance(each, (list, dict)) for each in wanted):
        return "'enum' failed"
    if len(wanted) == 1:
        return f"value must be {shown(wanted[0])}"
    return f"value must be one of {', '.join(shown(each) for each in wanted)}"


def _counted(where: Where | None, keyword: str, got: int, want: int) -> Finding:
    return Finding(where, f"{keyword}: got {localised(got)}, want {localised(want)}")


def _needs(where: Where | None, key: str, needed: list[str], value: dict[str, Any], findings: list[Finding]) -> None:
    missing = [each for each in needed if each not in value]
    if missing:
        findings.append(Finding(where, f"properties {all_quoted(missing)} required, if {quoted(key)} exists"))


def _string(node: Node, value: str, where: Where | None, findings: list[Finding]) -> None:
    if node.min_length is not None and len(value) < node.min_length:
        findings.append(_counted(where, "minLength", len(value), node.min_length))
    if node.max_length is not None and len(value) > node.max_length:
        findings.append(_counted(where, "maxLength", len(value), node.max_length))
    if node.pattern is not None and not node.pattern.match(value):
        findings.append(Finding(where, f"{quoted(value)} does not match pattern {quoted(node.pattern.pattern)}"))


def _bounds(node: Node, value: float, where: Where | None, findings: list[Finding]) -> None:
    for keyword, bound, wrong in (
        ("minimum", node.minimum, node.minimum is not None and value < node.minimum),
        ("maximum", node.maximum, node.maximum is not None and value > node.maximum),
        ("exclusiveMinimum", node.exclusive_minimum, node.exclusive_minimum is not None and value <= node.exclusive_minimum),
        ("exclusiveMaximum", node.exclusive_maximum, node.exclusive_maximum is not None and value >= node.exclusive_maximum),
        ("multipleOf", node.multiple_of, node.multiple_of is not None and not _is_multiple(value, node.multiple_of)),
    ):
        if wrong and bound is not None:
            findings.append(Finding(where, f"{keyword}: got {localised(float(value))}, want {localised(float(bound))}"))


def _is_multiple(value: float, of: Number) -> bool:
    """By the decimal digits that are written, not by the binary numbers nearest to them."""
    one, other = _decimal(value), _decimal(of)
    if one is None or other is None or not other[0]:
        return True
    shift = min(one[1], other[1])
    return one[0] * 10 ** (one[1] - shift) % (other[0] * 10 ** (other[1] - shift)) == 0


def _decimal(value: float) -> tuple[int, int] | None:
    """The number as (digits, power of ten)."""
    text = value.text if isinstance(value, Number) else repr(float(value)) if isinstance(value, float) else str(int(value))
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    power = int(exponent or 0) if len(exponent) < 6 else 1000
    if abs(power) > 400 or len(mantissa) > 1000:
        return None
    return int(whole + fraction), power - len(fraction)
