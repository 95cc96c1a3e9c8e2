"""JSON documents with the spelling of their numbers, the drafts that they name, and the metaschemas of those."""

from __future__ import annotations

from steersman.errors import GoError
from steersman.values.jsonschema.findings import Number
from steersman.values.jsonschema.node import SchemaError, go_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LATEST = 2020
_DRAFTS = {
    "json-schema.org/schema": LATEST,
    "json-schema.org/draft/2020-12/schema": 2020,
    "json-schema.org/draft/2019-09/schema": 2019,
    "json-schema.org/draft-07/schema": 7,
    "json-schema.org/draft-06/schema": 6,
    "json-schema.org/draft-04/schema": 4,
}
METASCHEMAS = {
    2020: "https://json-schema.org/draft/2020-12/schema",
    2019: "https://json-schema.org/draft/2019-09/schema",
    7: "http://json-schema.org/draft-07/schema",
    6: "http://json-schema.org/draft-06/schema",
    4: "http://json-schema.org/draft-04/schema",
}


def read_document(text: str) -> Any:
    """A JSON document whose numbers remember their spelling. Raises SchemaError with Go's text."""
    from _json import make_scanner

    stripped = text.strip(" \t\r\n")
    try:
        value, end = make_scanner(_SCANNER)(stripped, 0)
    except (ValueError, StopIteration, RecursionError, SystemError):
        # SystemError: the C scanner wants its error class from json.decoder, which need not be imported.
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


def draft_of(value: dict[str, Any], fallback: int, root: str) -> int:
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
        raise SchemaError(f"draft {go_quoted(url)} is not supported")
    raise SchemaError(f"failing loading {go_quoted(url)}: a metaschema out of the chart is not followed", code="schema-reference")


def is_meta(url: str) -> bool:
    return url.startswith(("http://json-schema.org/", "https://json-schema.org/"))


_AMENDMENTS: dict[str, dict[str, dict[str, Any] | None]] = {
    METASCHEMAS[4]: {"$ref": {"type": "string"}, "$schema": {"type": "string", "format": "uri"}},
    METASCHEMAS[6]: {
        "enum": {"type": "array", "minItems": 1, "uniqueItems": True},
        "examples": None,
        "patternProperties": {"type": "object", "additionalProperties": {"$ref": "#"}, "default": {}},
    },
    METASCHEMAS[7]: {
        "enum": {"type": "array", "minItems": 1, "uniqueItems": True, "items": True},
        "writeOnly": {"type": "boolean", "default": False},
    },
}
"""Metaschema → property → what the edition that Helm comes with says of it, where it is another; None for nothing."""


def metaschema(url: str) -> Any:
    """A metaschema by its URL, None when there is none. They come with the library of JSON Schema."""
    from jsonschema_specifications import REGISTRY

    bare = url.removeprefix("http://") if url.startswith("http://") else url.removeprefix("https://")
    if bare in _DRAFTS:
        url = METASCHEMAS[_DRAFTS[bare]]
    try:
        value = REGISTRY.contents(url)
    except (KeyError, LookupError):
        return None
    amended = _with_numbers(value)
    for name, rule in _AMENDMENTS.get(url, {}).items():
        if rule is None:
            amended["properties"].pop(name, None)
        else:
            amended["properties"][name] = _with_numbers(rule)
    return amended


def _with_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_numbers(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_numbers(inner) for inner in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Number(str(value))
    return value
