"""Bodies in protobuf: client-go's typed clients send the built-in types so, and nothing else. Decoded only; answers are JSON.

A body is four magic bytes and a runtime.Unknown: the kind, and the object's own bytes. `data/wire-*.json` tells which field number
is which JSON name, what it holds, and whether Go's JSON leaves it out when it is empty, so that the result is what the same
object would have been in JSON. Source: apimachinery, pkg/runtime/serializer/protobuf; the types' protobuf tags.
"""

from __future__ import annotations

import base64
import json
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DATA = "data/wire-1.37.json"
MEDIA = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\x00"
MAX_DEPTH = 100

_tables: dict[str, Any] = {}


class Malformed(ValueError):
    """The bytes are no message of this kind."""


def decode(body: bytes) -> dict[str, Any]:
    """The object in a body. Raises Malformed."""
    if body[:4] != MAGIC:
        found = " ".join(str(byte) for byte in MAGIC[:3])
        raise Malformed(f"provided data does not appear to be a protobuf message, expected prefix [{found} 0]")
    kind: dict[str, str] = {"apiVersion": "", "kind": ""}
    raw = b""
    for number, _, value in _fields(body[4:]):
        if number == 1:
            for inner, _, text in _fields(value):
                kind["apiVersion" if inner == 1 else "kind"] = text.decode()
        elif number == 2:
            raw = value
    if not _tables:
        from importlib.resources import files

        _tables.update(json.loads((files("steersman.sandbox") / DATA).read_bytes()))
    group, _, version = kind["apiVersion"].rpartition("/")
    name = _tables["kinds"].get(f"{group}/{version}/{kind['kind']}")
    if name is None:
        raise Malformed(f'no kind "{kind["kind"]}" is registered for version "{kind["apiVersion"]}"')
    try:
        return {**kind, **_message(name, raw, 0)}
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise Malformed(str(error)) from None


def _varint(data: bytes, place: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = data[place]
        place += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, place
        shift += 7
        if shift > 63:
            raise Malformed("proto: integer overflow")


def _fields(data: bytes) -> list[tuple[int, int, Any]]:
    """(number, wire type, value) of each field."""
    found: list[tuple[int, int, Any]] = []
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        number, wire = key >> 3, key & 7
        value: Any
        if wire == 0:
            value, place = _varint(data, place)
        elif wire == 2:
            length, place = _varint(data, place)
            if place + length > len(data):
                raise Malformed("unexpected EOF")
            value = data[place : place + length]
            place += length
        elif wire == 1:
            value, place = data[place : place + 8], place + 8
        elif wire == 5:
            value, place = data[place : place + 4], place + 4
        else:
            raise Malformed(f"proto: illegal wireType {wire}")
        found.append((number, wire, value))
    return found


def _message(name: str, data: bytes, depth: int) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        raise Malformed("exceeded max depth")
    shape = {field[0]: field for field in _tables["shapes"][name]}
    found: dict[str, Any] = {}
    for number, _, value in _fields(data):
        field = shape.get(number)
        if field is None:
            continue
        _, key, what, flags = field
        if "w" in flags:  # a list in a message of its own
            found[key] = [_value(what[1:], item, depth) for inner, _, item in _fields(value) if inner == 1]
        elif what[0] == "[":
            found.setdefault(key, []).append(_value(what[1:], value, depth))
        elif what[0] == "{":
            pair = {inner: item for inner, _, item in _fields(value)}
            inner = what[1:]
            if inner[0] == "[":
                items = [_value(inner[1:], item, depth) for number, _, item in _fields(pair.get(2, b"")) if number == 1]
                found.setdefault(key, {})[pair.get(1, b"").decode()] = items
            else:
                found.setdefault(key, {})[pair.get(1, b"").decode()] = _value(inner, pair.get(2, b""), depth)
        elif "n" in flags:
            found.update(_message(what, value, depth + 1))
        else:
            item = _value(what, value, depth)
            if "p" not in flags and "o" in flags and (item is None or item == "" or item == 0 or item is False):
                continue
            if item is None:
                continue
            found[key] = item
    return found


def _value(what: str, value: Any, depth: int) -> Any:
    if what == "s":
        return value.decode("utf-8", "surrogateescape")
    if what == "i":
        if isinstance(value, bytes):
            value = _varint(value, 0)[0] if value else 0
        return value - (1 << 64) if value >= 1 << 63 else value
    if what == "b":
        return bool(value) if not isinstance(value, bytes) else bool(value and value[0])
    if what == "B":
        return base64.b64encode(value).decode()
    if what == "d":
        return struct.unpack("<d", value)[0]
    if what[0] == "!":
        return _special(what[1:], value, depth)
    return _message(what, value, depth + 1)


def _special(what: str, data: bytes, depth: int) -> Any:
    """The types whose JSON is not what their protobuf form suggests."""
    parts = {number: value for number, _, value in _fields(data)}
    if what in ("time", "microtime"):
        import datetime

        seconds, nanos = _value("i", parts.get(1, 0), depth), _value("i", parts.get(2, 0), depth)
        if not parts or (seconds == -62135596800 and not nanos):
            return None
        moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        fraction = f".{nanos // 1000:06d}" if what == "microtime" else ""
        return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"
    if what == "duration":
        from steersman.golang.durations import Duration

        return str(Duration(_value("i", parts.get(1, 0), depth)))
    if what == "intorstring":
        return parts.get(3, b"").decode() if parts.get(1) == 1 else _value("i", parts.get(2, 0), depth)
    if what == "quantity":
        return parts.get(1, b"").decode()
    if what == "raw":
        text = parts.get(1, b"")
        return json.loads(text) if text else None
    name = "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaProps"
    if what == "schemaorbool":
        return _message(name, parts[2], depth + 1) if 2 in parts else bool(parts.get(1))
    if what == "schemaorarray":
        if 1 in parts:
            return _message(name, parts[1], depth + 1)
        return [_message(name, value, depth + 1) for number, _, value in _fields(data) if number == 2]
    if 1 in parts:
        return _message(name, parts[1], depth + 1)
    return [value.decode() for number, _, value in _fields(data) if number == 2]
