"""Functions from and to other notations: JSON, YAML, TOML, base64, base32, and checksums.

The forms without "must" swallow errors in Helm's various ways: `toYaml` gives "", `toToml` the error's text, `fromYaml` a map with the
key Error, `fromYamlArray` a list with the text. Those with "must" panic, which a template sees as the same text.

Sources: Helm 4 pkg/engine/funcs.go; sprig v3.3 strings.go, defaults.go, crypto.go; Go's encoding/base64 and base32.
"""

from __future__ import annotations

from steersman.errors import GoError, GoPanic
from steersman.golang.json import PartialError, marshal, unmarshal
from steersman.golang.values import NilList, NilMap, to_bytes, to_str
from steersman.rendering.functions.strval import check_size
from steersman.template import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# JSON


def to_json(value: object) -> str:
    try:
        return marshal(value)
    except GoError:
        return ""


def must_to_json(value: object) -> str:
    return marshal(value)


def to_pretty_json(value: object) -> str:
    try:
        return marshal(value, indent="  ")
    except GoError:
        return ""


def must_to_pretty_json(value: object) -> str:
    return marshal(value, indent="  ")


def to_raw_json(value: object) -> str:
    return marshal(value, escape_html=False)


def from_json(text: str) -> dict[str, Any]:
    try:
        found = unmarshal(text, into="map")
    except PartialError as problem:
        return {**(problem.partial or {}), "Error": problem.message}
    except GoError as problem:
        return {"Error": problem.message}
    return NilMap() if found is None else found


def from_json_array(text: str) -> list[Any]:
    try:
        found = unmarshal(text, into="list")
    except GoError as problem:
        return [problem.message]
    return NilList() if found is None else found


# YAML and TOML: their modules are loaded when first used


def must_to_yaml(value: object) -> str:
    from steersman.golang.yaml import dump

    return dump(value).removesuffix("\n")


def to_yaml(value: object) -> str:
    try:
        return must_to_yaml(value)
    except GoError:
        return ""


def to_yaml_pretty(value: object) -> str:
    from steersman.golang.yaml import dump_pretty

    try:
        return dump_pretty(value).removesuffix("\n")
    except GoError:
        return ""


_JSON_NAMES = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}


def _read_yaml(text: str, wanted: type, go_type: str) -> Any:
    from steersman.golang.yaml import load

    value = load(text)
    if value is None:
        return wanted()
    if not isinstance(value, wanted):
        raise GoError(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
            f"{_JSON_NAMES.get(type(value), 'number')} into Go value of type {go_type}"
        )
    return value


def from_yaml(text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = _read_yaml(text, dict, "map[string]interface {}")
    except GoError as problem:
        return {"Error": problem.message}
    return found


def from_yaml_array(text: str) -> list[Any]:
    try:
        found: list[Any] = _read_yaml(text, list, "[]interface {}")
    except GoError as problem:
        return [problem.message]
    return found


def must_to_toml(value: object) -> str:
    from steersman.golang import toml

    return toml.marshal(value)


def to_toml(value: object) -> str:
    if value is None:
        raise GoPanic("reflect: call of reflect.Value.Type on zero Value")
    try:
        return must_to_toml(value)
    except GoError as problem:
        return problem.message


def from_toml(text: str) -> dict[str, Any]:
    from steersman.golang import toml

    try:
        return toml.unmarshal(text)
    except GoError as problem:
        return {"Error": problem.message}


# base64 and base32


def b64enc(text: str) -> str:
    from binascii import b2a_base64

    check_size(len(text) * 4 // 3)
    return b2a_base64(to_bytes(text), newline=False).decode()


_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def decode_base64(text: str) -> bytes:
    """base64.StdEncoding.DecodeString: new lines are skipped. Raises GoError `illegal base64 data at input byte N`."""
    from binascii import Error, a2b_base64

    plain = text.replace("\n", "").replace("\r", "") if "\n" in text or "\r" in text else text
    try:
        return a2b_base64(plain, strict_mode=True)
    except (Error, ValueError):
        pass
    data = to_bytes(text)
    offset = _base64_fault(data)
    if offset is None:
        # Bits after the last byte that are not zero: Go drops them, so do we.
        return a2b_base64(plain)
    raise GoError(f"illegal base64 data at input byte {offset}")


def _base64_fault(data: bytes) -> int | None:
    """Where Go finds the first fault (encoding/base64: Encoding.decodeQuantum), None for none."""
    alphabet = _BASE64.encode()
    size = len(data)
    position = 0
    while position < size:
        count = 0
        while count < 4:
            if position == size:
                return None if count == 0 else position - count
            byte = data[position]
            position += 1
            if byte in b"\r\n":
                continue
            if byte in alphabet:
                count += 1
                continue
            if byte != 0x3D or count < 2:
                return position - 1
            if count == 2:
                position = _after_newlines(data, position)
                if position == size:
                    return size
                if data[position] != 0x3D:
                    return position - 1
                position += 1
            position = _after_newlines(data, position)
            return position if position < size else None
    return None


def _after_newlines(data: bytes, position: int) -> int:
    while position < len(data) and data[position] in b"\r\n":
        position += 1
    return position


def b64dec(text: str) -> str:
    try:
        return to_str(decode_base64(text))
    except GoError as problem:
        return problem.message


def b32enc(text: str) -> str:
    from base64 import b32encode

    check_size(len(text) * 8 // 5)
    return b32encode(to_bytes(text)).decode()


def decode_base32(text: str) -> bytes:
    """base32.StdEncoding.DecodeString. Raises GoError `illegal base32 data at input byte N`."""
    data = to_bytes(text).replace(b"\r", b"").replace(b"\n", b"")
    size = len(data)
    out = bytearray()
    position = 0
    end = False
    while position < size and not end:
        bits = count = 0
        while count < 8:
            if position == size:
                raise GoError(f"illegal base32 data at input byte {size - count}")
            byte = data[position]
            position += 1
            left = size - position
            if byte == 0x3D and count >= 2 and left < 8:
                if left + count < 7:
                    raise GoError(f"illegal base32 data at input byte {size}")
                for step in range(7 - count):
                    if left > step and data[position + step] != 0x3D:
                        raise GoError(f"illegal base32 data at input byte {position + step - 1}")
                if count in (1, 3, 6):
                    raise GoError(f"illegal base32 data at input byte {position - 1}")
                end = True
                break
            value = _BASE32.find(chr(byte))
            if value < 0:
                raise GoError(f"illegal base32 data at input byte {position - 1}")
            bits = bits << 5 | value
            count += 1
        out += (bits << 5 * (8 - count)).to_bytes(5, "big")[: count * 5 // 8]
    return bytes(out)


def b32dec(text: str) -> str:
    try:
        return to_str(decode_base32(text))
    except GoError as problem:
        return problem.message


# checksums


def _sum(name: str) -> Callable[[str], str]:
    def call(text: str) -> str:
        digest: str = _hash(name)(to_bytes(text)).hexdigest()
        return digest

    return call


_hashes: dict[str, Any] = {}


def _hash(name: str) -> Any:
    """The interpreter's own implementation where it has one: hashlib would load OpenSSL first."""
    found = _hashes.get(name)
    if found is None:
        try:
            found = getattr(__import__(f"_{name}"), name)
        except (ImportError, AttributeError):
            import hashlib

            found = getattr(hashlib, name)
        _hashes[name] = found
    return found


def adler32sum(text: str) -> str:
    from zlib import adler32

    return str(adler32(to_bytes(text)))


_ANY = ("interface {}",)
_TEXT = ("string",)

TABLE = {
    "adler32sum": Function(adler32sum, _TEXT, result="string"),
    "b32dec": Function(b32dec, _TEXT, result="string"),
    "b32enc": Function(b32enc, _TEXT, result="string"),
    "b64dec": Function(b64dec, _TEXT, result="string"),
    "b64enc": Function(b64enc, _TEXT, result="string"),
    "fromJson": Function(from_json, _TEXT),
    "fromJsonArray": Function(from_json_array, _TEXT),
    "fromToml": Function(from_toml, _TEXT),
    "fromYaml": Function(from_yaml, _TEXT),
    "fromYamlArray": Function(from_yaml_array, _TEXT),
    "mustFromJson": Function(unmarshal, _TEXT),
    "mustToJson": Function(must_to_json, _ANY, result="string"),
    "mustToPrettyJson": Function(must_to_pretty_json, _ANY, result="string"),
    "mustToRawJson": Function(to_raw_json, _ANY, result="string"),
    "mustToToml": Function(must_to_toml, _ANY, result="string"),
    "mustToYaml": Function(must_to_yaml, _ANY, result="string"),
    "sha1sum": Function(_sum("sha1"), _TEXT, result="string"),
    "sha256sum": Function(_sum("sha256"), _TEXT, result="string"),
    "sha512sum": Function(_sum("sha512"), _TEXT, result="string"),
    "toJson": Function(to_json, _ANY, result="string"),
    "toPrettyJson": Function(to_pretty_json, _ANY, result="string"),
    "toRawJson": Function(to_raw_json, _ANY, result="string"),
    "toToml": Function(to_toml, _ANY, result="string"),
    "toYaml": Function(to_yaml, _ANY, result="string"),
    "toYamlPretty": Function(to_yaml_pretty, _ANY, result="string"),
}
