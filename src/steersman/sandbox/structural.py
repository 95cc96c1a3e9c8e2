"""What the schema of a custom resource refuses: required fields, enums, bounds, patterns, sizes.

Source: apiextensions-apiserver, pkg/apiserver/validation (kube-openapi's validator): its field errors, in its words.
"""

from __future__ import annotations

import re

from steersman.sandbox.refusals import Cause
from steersman.sandbox.schema import fits
from steersman.sandbox.validation import missing, shown, unsupported, wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from steersman.sandbox.schema import Schema


_TYPES: tuple[tuple[str, type], ...] = (
    ("boolean", bool),
    ("string", str),
    ("integer", int),
    ("number", float),
    ("array", list),
    ("object", dict),
)


def causes(schema: Schema, node: Mapping[str, Any], obj: Any) -> list[Cause]:
    """Everything that is wrong with a custom resource."""
    return list(_walk(schema, node, obj, ""))


def _walk(schema: Schema, node: Mapping[str, Any], value: Any, field: str) -> Iterator[Cause]:
    if "$ref" in node:
        return
    kind = node.get("type")
    if kind and value is not None and not fits(kind, value):
        found = next(word for word, type_ in _TYPES if isinstance(value, type_))
        yield Cause(
            field, f'Invalid value: "{found}": {field} in body must be of type {kind}: "{found}"', "FieldValueTypeInvalid"
        )
        return
    if "enum" in node and value not in node["enum"]:
        yield unsupported(field, value, node["enum"])
    if isinstance(value, dict):
        for name in node.get("required") or ():
            if name not in value:
                yield missing(f"{field}.{name}".lstrip("."))
        properties, extra = node.get("properties") or {}, node.get("additionalProperties")
        for name, below in value.items():
            known = properties.get(name)
            if known is None and isinstance(extra, dict):
                known = extra
            if known is not None:
                yield from _walk(schema, known, below, f"{field}.{name}".lstrip("."))
        yield from _size(node, value, field, "Properties", "properties")
    elif isinstance(value, list):
        items = node.get("items")
        if isinstance(items, dict):
            for number, below in enumerate(value):
                yield from _walk(schema, items, below, f"{field}[{number}]")
        yield from _size(node, value, field, "Items", "items")
    elif isinstance(value, str):
        pattern = node.get("pattern")
        if pattern:
            try:
                if not re.search(pattern, value):
                    yield wrong(field, value, f"{field} in body should match '{pattern}'")
            except re.error:
                pass
        if len(value) > node.get("maxLength", len(value)):
            yield Cause(field, f"Too long: may not be more than {node['maxLength']} bytes", "FieldValueTooLong")
        if len(value) < node.get("minLength", 0):
            yield wrong(field, value, f"{field} in body should be at least {node['minLength']} chars long")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if "minimum" in node and (value < node["minimum"] or (node.get("exclusiveMinimum") and value == node["minimum"])):
            than = "greater than" if node.get("exclusiveMinimum") else "greater than or equal to"
            yield wrong(field, value, f"{field} in body should be {than} {shown(node['minimum'])}")
        if "maximum" in node and (value > node["maximum"] or (node.get("exclusiveMaximum") and value == node["maximum"])):
            than = "less than" if node.get("exclusiveMaximum") else "less than or equal to"
            yield wrong(field, value, f"{field} in body should be {than} {shown(node['maximum'])}")


def _size(node: Mapping[str, Any], value: Any, field: str, word: str, plural: str) -> Iterator[Cause]:
    most, least = node.get(f"max{word}"), node.get(f"min{word}")
    if most is not None and len(value) > most:
        yield Cause(field, f"Too many: {len(value)}: must have at most {most} items", "FieldValueTooMany")
    if least is not None and len(value) < least:
        yield wrong(field, len(value), f"{field} in body should have at least {least} {plural}")
