"""A schema document becomes nodes: one per place that can be reached, references resolved.

    text → document → plausible? ── no → check it against its metaschema → the reason, or nothing after all
                          │ yes
                          └→ nodes, from the root along keywords and references

What is only defined and never referred to is not compiled. References lead into the schema itself or to metaschemas; anything else
is not fetched: a chart is complete in itself. Source of the order and the texts: santhosh-tekuri/jsonschema v6, compiler.go,
objcompiler.go, roots.go.
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.values.jsonschema.check import check
from steersman.values.jsonschema.documents import LATEST, METASCHEMAS, draft_of, is_meta, metaschema, read_document
from steersman.values.jsonschema.findings import Number, escaped, quoted, text_of
from steersman.values.jsonschema.node import TYPES, Node, SchemaError, go_quoted, location_text
from steersman.values.jsonschema.plausible import is_plausible, subschemas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from steersman.chart.files import Note
    from steersman.golang.regexps import Regexp

    Place = tuple[str, str]
    """The URL of a document, and a JSON pointer into it."""

MAX_NODES = 200_000
"""How many places of a schema are compiled."""

SCHEMA_URL = "file:///values.schema.json"


def compile_schema(text: str, notes: list[Note] | None = None, resolve: Callable[[str], str] | None = None) -> Node:
    """The schema that a text is. Raises SchemaError with the text of the library that Helm uses.

    `resolve` gives the text of a document by its URL; without it a reference out of the chart is an error. That a `urn:` could not be resolved is appended to `notes`; it then allows everything, as in Helm.
    """
    compiler = _Compiler([] if notes is None else notes, resolve)
    try:
        compiler.add(SCHEMA_URL, read_document(text))
        return compiler.compile(SCHEMA_URL, "")
    except RecursionError:
        raise SchemaError("the schema is nested too deeply") from None


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
    def __init__(self, notes: list[Note], resolve: Callable[[str], str] | None = None, *, assert_format: bool = False) -> None:
        self.notes = notes
        self.resolve = resolve
        self.assert_format = assert_format
        self.documents: dict[str, _Document] = {}
        self.nodes: dict[Place, Node] = {}
        self.queue: list[tuple[Node, Any]] = []

    def add(self, url: str, value: Any) -> _Document:
        document = _Document(url, value)
        self.documents[url] = document
        self.collect(document, value, url, "", LATEST)
        if not is_meta(url):
            self.ensure(document, value, "")
        return document

    def load(self, url: str) -> _Document:
        """The document at a URL: one that is here, or a metaschema. A `urn:` is anything."""
        found = self.documents.get(url)
        if found is not None:
            return found
        if is_meta(url):
            value = metaschema(url)
            if value is not None:
                return self.add(url, value)
        if url.startswith("urn:"):
            from steersman.chart.files import Note

            self.notes.append(Note("WARN", "unresolved URN reference ignored; using permissive schema", (("urn", url),)))
            return self.add(url, True)
        if self.resolve is not None:
            return self.add(url, read_document(self.resolve(url)))
        raise SchemaError(
            f"failing loading {go_quoted(url)}: a reference out of the chart is not followed",
            code="schema-reference",
            hint="put the referenced schema under $defs or definitions of values.schema.json",
        )

    def ensure(self, document: _Document, value: Any, pointer: str) -> None:
        """Raises SchemaError when the document, or this part of it, is no valid schema."""
        draft = document.resource(pointer).draft
        if pointer in document.checked or is_plausible(value, draft):
            document.checked.add(pointer)
            return
        meta = _Compiler([], assert_format=True)
        finding = check(meta.compile(METASCHEMAS[draft], ""), value)
        if finding is not None:
            raise SchemaError(
                f"{go_quoted(location_text(document.url, pointer))} is not valid against metaschema: "
                f"jsonschema validation failed with {quoted(METASCHEMAS[draft] + '#')}\n{text_of(finding)}"
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
            draft = draft_of(value, fallback, document.url if not pointer else "")
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
                            f"duplicate id {go_quoted(base)} in {go_quoted(document.url)} "
                            f"at {go_quoted(pointer)} and {go_quoted(known.pointer)}"
                        )
                document.resources[pointer] = _Resource(pointer, base, draft)
            resource = next(known for known in document.resources.values() if known.id == base)
            self.anchors(document, value, pointer, resource)
            if not pointer and not _has_identities(value, draft):
                return
            todo += [(inner, base, f"{pointer}/{path}", resource.draft) for path, inner in subschemas(value, draft)]

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
                    f"duplicate anchor {go_quoted(name)} in {go_quoted(document.url)} "
                    f"at {go_quoted(known)} and {go_quoted(pointer)}"
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
                    f"anchor in {go_quoted(f'{resource.id}#{fragment}')} not found in schema {go_quoted(document.url)}"
                )
            pointer = resource.anchors[fragment]
        else:
            pointer = resource.pointer + fragment
        if (document.url, pointer) not in self.nodes:
            value = _looked_up(document, pointer)
            if not is_meta(document.url):
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
                # Nothing else counts beside a reference, but for `const`: the library looks at that first.
                if draft >= 6 and "const" in value:
                    node.const = (value["const"],)
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
            node.all_items_evaluated = node.additional_items is not None or isinstance(node.items, Node)
            node.items_evaluated = len(node.items) if isinstance(node.items, list) else 0
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

    def additional_items(self, keyword: str, given: Any) -> None:
        """Only beside a list of `items`, which ended with 2019-09."""
        if self.node.draft < 2020 and isinstance(self.value.get("items"), list):
            self.additional(keyword, given)

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
            where = location_text(self.node.url, f"{self.node.pointer}/{escaped(keyword)}")
            raise SchemaError(f"invalid regex {go_quoted(pattern)} at {go_quoted(where)}: {error}") from None

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
        if isinstance(given, str) and given in _ONE_TYPE:
            self.node.types = _ONE_TYPE[given]
            return
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


_ONE_TYPE = {name: frozenset((name,)) for name in TYPES}

_RULES: dict[str, tuple[int, Callable[[_Filler, str, Any], None]]] = {
    "allOf": (4, _Filler.schemas),
    "anyOf": (4, _Filler.schemas),
    "oneOf": (4, _Filler.schemas),
    "not": (4, _Filler.schema),
    "items": (4, _Filler.items),
    "additionalItems": (4, _Filler.additional_items),
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


def _has_identities(value: Any, draft: int) -> bool:
    """Whether anything below the root could have an identity or an anchor. Almost no schema has."""
    names = ("$id", "$anchor", "$dynamicAnchor") if draft > 4 else ("id", "$id")
    todo = list(value.values()) if isinstance(value, dict) else []
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            for name in names:
                # A property may be called so, too, but then it is a schema.
                if name in each and isinstance(each[name], str):
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


def _looked_up(document: _Document, pointer: str) -> Any:
    value = document.value
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isascii() and token.isdigit() and len(token) < 10 and int(token) < len(value):
            value = value[int(token)]
        else:
            raise SchemaError(f"json-pointer in {go_quoted(location_text(document.url, pointer))} not found")
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
        raise SchemaError(f"error in parsing {go_quoted(url)}: {error}") from None


def _decoded(fragment: str) -> str:
    if "%" not in fragment:
        return fragment
    from steersman.golang.urls import unescape

    try:
        return unescape(fragment, "segment")
    except GoError as error:
        raise SchemaError(f"error in parsing {go_quoted('#' + fragment)}: {error}") from None
