"""A compiled schema, and the places that it comes from."""

from __future__ import annotations

from steersman.errors import ValuesError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.golang.regexps import Regexp
    from steersman.values.jsonschema.findings import Number

TYPES = ("null", "boolean", "number", "integer", "string", "array", "object")


class SchemaError(ValuesError):
    """The schema itself is wrong."""

    default_code = "schema-invalid"


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
        return location_text(self.url, self.pointer)


def location_text(url: str, pointer: str) -> str:
    from steersman.golang.urls import escape

    return f"{url}#{'/'.join(escape(token, 'segment') for token in pointer.split('/'))}"


def go_quoted(text: str) -> str:
    from steersman.golang.strconv import quote

    return quote(text)
