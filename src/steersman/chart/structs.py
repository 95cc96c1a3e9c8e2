"""YAML into the structs of a chart, as Go does it: by tables of fields, with Go's conversions and Go's words for a wrong type.

sigs.k8s.io/yaml turns numbers and booleans into text where the struct wants a string (`version: 1.10` is "1.1"), then encoding/json
takes field names in any case, leaves a field alone for null, and names the path in its errors: the keys as they are spelled in the
document, and the indexes.
"""

from __future__ import annotations

from steersman.errors import ChartError
from steersman.golang import yaml
from steersman.golang.yaml import composer, decoder, reader
from steersman.golang.yaml import errors as yaml_errors
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TEXT = "string"
FLAG = "bool"
TEXTS = "[]string"
TEXT_MAP = "map[string]string"
ANYTHINGS = "[]interface {}"
TIME = "time.Time"


class Field(Record):
    """One field: its name in JSON, the record's field, and its Go type, or the shape of the list's elements."""

    key: str
    attribute: str
    kind: str = TEXT
    elements: Shape | None = None


class Shape(Record):
    """A Go struct: how its name is printed in errors, and its fields in Go's order."""

    package: str
    name: str
    fields: tuple[Field, ...]
    record: type[Record] | None = None

    def field(self, key: str) -> Field | None:
        """The field that encoding/json takes for a key: the same name, else the same but for case."""
        for field in self.fields:
            if field.key == key:
                return field
        folded = key.lower()
        for field in self.fields:
            if field.key.lower() == folded:
                return field
        return None


def read(text: str, shape: Shape) -> dict[str, Any] | None:
    """The fields that a YAML text sets, by attribute; None for an empty document.

    Raises YamlError and ChartError with Go's texts.
    """
    try:
        return decode(yaml.load(text), shape, exact=False)
    except _Inexact:
        return decode(document(text), shape)
    except yaml.YamlError as error:
        if UNSUPPORTED not in error.message:
            raise
    # A number that JSON has no words for is no fault where a text is wanted.
    value = document(text)
    problem = decoder.unsupported(value, shape, _place)
    if problem:
        raise yaml.YamlError(yaml_errors.CONVERTING + problem)
    return decode(value, shape)


UNSUPPORTED = "json: unsupported value: "


def _place(place: Shape | tuple[Shape] | str, key: str | int) -> Shape | tuple[Shape] | str | None:
    """What Go wants at a key or index of a struct, a list of structs (a tuple of one shape) or a kind of field; None for anything."""
    if isinstance(place, str):
        return decoder.IS_TEXT if place == (TEXT_MAP if isinstance(key, str) else TEXTS) else None
    if isinstance(place, tuple):
        return place[0] if isinstance(key, int) else None
    field = place.field(key) if isinstance(key, str) else None
    if field is None:
        return None
    if field.elements is not None:
        return (field.elements,)
    return decoder.IS_TEXT if field.kind == TEXT else field.kind


class _Inexact(Exception):
    """A text field holds a number. How Go writes it depends on what it was before it became a float: 20230101 is not 2.0230101e+07."""


def document(text: str) -> object:
    """The first document of a text as go-yaml reads it, before JSON makes every number a float. Raises YamlError.

    This is the thorough way; the reader that makes floats of all numbers is several times as fast.
    """
    try:
        characters, problem = reader.read(text)
        return decoder.decode(composer.compose(characters, problem))
    except yaml.YamlError as error:
        if error.message.startswith(yaml_errors.UNMARSHALING):
            raise
        raise yaml.YamlError(yaml_errors.CONVERTING + error.message, line=error.line) from None


def decode(value: object, shape: Shape, *, exact: bool = True, place: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """The fields that a document sets, by attribute; None for an empty one. Raises ChartError with Go's text.

    `exact` says that integers are int, so that numbers in text fields can be written as Go does. `place` is where the value lies
    when it is part of a JSON document that Go read as a whole: the name of that document's struct, and the keys.
    """
    if value is None:
        return None
    try:
        if not isinstance(value, dict):
            raise _Misfit(value, f"{shape.package}.{shape.name}", ())
        return _struct(value, shape, (), exact)
    except _Misfit as misfit:
        from steersman.golang.json import into_type

        value, wanted, path = misfit.args
        root, *keys = place or ("",)
        why = f"json: cannot unmarshal {_kind(value)} into {into_type((*keys, *path), wanted, root)}"
    except _BadTime as error:
        why = str(error)
    raise ChartError(why if place else f"error unmarshaling JSON: while decoding JSON: {why}", code="yaml-invalid")


class _Misfit(Exception):
    """A value, the Go type that is wanted in its place, and the path to it."""


class _BadTime(Exception):
    """A text that is no time, with Go's text of why."""


def encode(record: Any, shape: Shape, always: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The JSON object of a record as encoding/json writes it, in Go's order; empty fields are left out unless in `always`."""
    out: dict[str, Any] = {}
    for field in shape.fields:
        value = getattr(record, field.attribute)
        if field.elements is not None:
            value = [
                None if each is None else encode(each, field.elements, ALWAYS.get(field.elements.name, always)) for each in value
            ]
        elif isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, dict):
            value = dict(value)
        if value or field.key in always:
            out[field.key] = value
    return out


ALWAYS: dict[str, frozenset[str]] = {"Dependency": frozenset(("name", "repository"))}
"""Fields without `omitempty`."""


def _struct(table: dict[str, Any], shape: Shape, path: tuple[str | int, ...], exact: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    # Go writes the YAML as JSON first, and that sorts keys: of two that fold to one field, the last wins; maps are merged.
    for key in sorted(table):
        field = shape.field(key)
        if field is None:
            continue
        value = table[key]
        if value is None:
            # encoding/json: null empties a slice or map and leaves a string or bool as it is.
            if field.kind not in (TEXT, FLAG, TIME):
                found[field.attribute] = {} if field.kind == TEXT_MAP else ()
            continue
        if field.elements is not None:
            found[field.attribute] = _structs(value, field.elements, (*path, key), exact)
        else:
            made = _plain(value, field.kind, (*path, key), exact)
            if isinstance(made, dict) and field.attribute in found:
                made = found[field.attribute] | made
            found[field.attribute] = made
    return found


def _structs(value: object, shape: Shape, path: tuple[str | int, ...], exact: bool) -> tuple[Record | None, ...]:
    if not isinstance(value, list):
        raise _Misfit(value, f"[]*{shape.package}.{shape.name}", path)
    made: list[Record | None] = []
    for index, each in enumerate(value):
        if each is None:
            made.append(None)
        elif isinstance(each, dict):
            assert shape.record is not None
            made.append(shape.record(**_struct(each, shape, (*path, index), exact)))
        else:
            raise _Misfit(each, f"{shape.package}.{shape.name}", (*path, index))
    return tuple(made)


def _plain(value: object, kind: str, path: tuple[str | int, ...], exact: bool) -> object:
    if kind == TEXT:
        return _text(value, path, exact)
    if kind == FLAG:
        if not isinstance(value, bool):
            raise _Misfit(value, kind, path)
        return value
    if kind == TIME:
        return _time(value, path)
    if kind == TEXT_MAP:
        if not isinstance(value, dict):
            raise _Misfit(value, kind, path)
        return {key: _text(each, (*path, key), exact) for key, each in sorted(value.items())}
    if not isinstance(value, list):
        raise _Misfit(value, kind, path)
    if kind == ANYTHINGS:
        return tuple(value)
    return tuple(_text(each, (*path, index), exact) for index, each in enumerate(value))


def _text(value: object, path: tuple[str | int, ...], exact: bool) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not exact:
            raise _Inexact
        from steersman.golang.strconv import format_float

        return format_float(value, "g", -1, 32)
    raise _Misfit(value, TEXT, path)


def _time(value: object, path: tuple[str | int, ...]) -> str:
    """A time in RFC 3339, as encoding/json would write it again."""
    if not isinstance(value, str):
        raise _Misfit(value, TIME, path)
    from steersman.errors import GoError
    from steersman.golang.times import parse

    try:
        moment = parse("2006-01-02T15:04:05Z07:00", value)
    except GoError as error:
        raise _BadTime(str(error)) from None
    return moment.format("2006-01-02T15:04:05.999999999Z07:00")


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
