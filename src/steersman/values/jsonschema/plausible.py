"""Is a schema what its metaschema asks for? A quick answer, which is yes only when there can be no doubt.

A document is plausible when each keyword has a value of the right kind. Keywords that charts hardly use are always doubted; then
the metaschema is asked, which has the last word and the words for what is wrong.
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.values.jsonschema.findings import escaped
from steersman.values.jsonschema.node import TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

# Where schemas are inside of schemas, by the draft that began it: alone, in a list, in an object.
_ALONE = {
    4: ("not", "additionalProperties", "items", "additionalItems"),
    6: ("propertyNames", "contains"),
    7: ("if", "then", "else"),
    2019: ("unevaluatedProperties", "unevaluatedItems", "contentSchema"),
}
_LISTED = {4: ("allOf", "anyOf", "oneOf", "items"), 2020: ("prefixItems",)}
_MAPPED = {4: ("definitions", "properties", "patternProperties", "dependencies"), 2019: ("$defs", "dependentSchemas")}


def subschemas(value: dict[str, Any], draft: int) -> Iterator[tuple[str, Any]]:
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


def is_plausible(value: Any, draft: int) -> bool:
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
    if not isinstance(given, list):
        return False
    if draft >= 2019:
        return True
    # Older drafts ask for at least one element, and for different ones; true is not 1.
    try:
        return bool(given) and len({(isinstance(each, bool), each) for each in given}) == len(given)
    except TypeError:
        return False


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
