"""Value → text: `dump` as sigs.k8s.io/yaml's Marshal (JSON, then go-yaml v2), `dump_pretty` as Helm's toYamlPretty (go-yaml v3).

v2 sees what JSON left of the value: sorted keys, structs by their JSON names, []byte as base64, integral floats below 1e21 as
digits; and it reads that JSON as YAML, with YAML's own dislikes: control characters that JSON leaves alone (U+007F…) are an
error, so are keys of more than 1024 characters. v3 sees the Go value itself.

Both are written by one walk with a stack of its own. Strings are what costs, and they repeat: how one is written when it
fits on its line is remembered.
"""

from __future__ import annotations

from steersman.errors import GoError, GoPanic
from steersman.golang.lazily import pattern
from steersman.golang.sizes import MAX_BLOCKS, MAX_PIECES, joined, too_long
from steersman.golang.strconv import format_float
from steersman.golang.values import Float32, Ordered, Slice, Struct, type_of
from steersman.golang.yaml import scalars
from steersman.golang.yaml.errors import YamlError
from steersman.golang.yaml.keys import sorted_keys
from steersman.golang.yaml.resolver import replace_invalid
from steersman.golang.yaml.syntax import yaml_float

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

MAX_DEPTH = 10_000
"""How deep a value may nest: v2 reads its JSON as flow collections, whose depth is limited (max_flow_level)."""

CYCLES_FROM = 1000
"""From this depth on encoding/json looks for values that contain themselves (startDetectCyclesAfter)."""

MAX_SIMPLE_KEY = 128
"""Longer keys (in bytes) are written after a `?`."""

MAX_JSON_KEY = 1024
"""How long a key of JSON, quotes and escapes counted, may be for YAML to take it for one."""

_MOST_REMEMBERED = 16_384
_LONGEST_REMEMBERED = 200

_odd_in_utf8 = pattern(globals(), "_odd_in_utf8", rb"[\x7f]|\xc2[\x80-\x9f]|\xef\xbf[\xbe\xbf]", "search")


class _Detour(Exception):
    """The value holds something that JSON, or YAML in reading that JSON, changes or refuses."""


def dump(value: object) -> str:
    """The value as sigs.k8s.io/yaml's Marshal writes it, with its trailing newline.

    Raises GoError: "error marshaling into JSON: json: unsupported value: NaN" (… unsupported type: func()), and YamlError
    ("yaml: control characters are not allowed", "yaml: exceeded max depth of 10000") where v2 cannot read the JSON.
    """
    try:
        return _V2().write(value)
    except _Detour:
        return _V2(went_through_json=True).write(_through_json(value))


def dump_pretty(value: object) -> str:
    """The value as go-yaml v3's Encoder writes it with an indent of 2, with its trailing newline: what toYamlPretty prints.

    Raises GoPanic for what it cannot write ("cannot marshal type: func()").
    """
    return _V3().write(value)


class _Writer:
    """The walk. Subclasses say how scalars look and what collections hold."""

    LIST_PAD: str  # how much deeper than its key a list stands
    TEXTS: dict[str, str]  # how strings are written that neither break nor fold
    KEYS: dict[str, str]  # how simple keys are written

    def view(self, value: Any) -> Any:
        """What a value is for this version: str, dict, list, or the text of any other scalar as `_Text`."""
        raise NotImplementedError

    def entries(self, mapping: dict[Any, Any]) -> tuple[Iterable[str], dict[Any, Any]]:
        """The keys of a map in their order, and the map with keys that are str."""
        raise NotImplementedError

    def string(self, text: str, column: int, pad: str) -> str:
        """How a string is written that starts at `column`, its further lines indented by `pad`."""
        raise NotImplementedError

    def key(self, text: str) -> str | None:
        """A key before its ':', None when it must stand after a `?`."""
        raise NotImplementedError

    def too_deep(self, stack: list[Any], value: object) -> None:
        """Raises when the value is too deep in the stack, or contains itself."""
        raise NotImplementedError

    def write(self, root: object) -> str:
        texts, keys = self.TEXTS, self.KEYS
        list_pad = self.LIST_PAD
        out: list[str] = []
        put = out.append
        value: Any = root
        kind = type(value)
        if kind is not dict and kind is not list and kind is not str:
            value = self.view(value)
            kind = type(value)
        if kind is str:
            return _ended(self.string(value, 0, "  "))
        if kind is _Text:
            return f"{value}\n"
        mapping: dict[Any, Any] | None
        iterator: Iterator[Any]
        if not value:
            return "{}\n" if isinstance(value, dict) else "[]\n"
        if isinstance(value, dict):
            names, mapping = self.entries(value)
            iterator = iter(names)
        else:
            iterator, mapping = iter(value), None
        pad = first = ""
        stack: list[tuple[Iterator[Any], dict[Any, Any] | None, str, object]] = []
        holder: object = value

        while True:
            for item in iterator:
                lead = first
                first = pad
                inline = True
                if mapping is None:
                    value = item
                    head = lead + "-"
                else:
                    value = mapping[item]
                    name = keys.get(item)
                    if name is None:
                        name = self.key(item)
                    if name is not None:
                        head = f"{lead}{name}:"
                        inline = False
                    else:
                        put(f"{lead}? {_ended(self.string(item, len(pad) + 2, pad + '  '))}")
                        lead = pad
                        head = pad + ":"

                kind = type(value)
                if kind is str:
                    text = texts.get(value)
                    column = len(head) + 1 if lead else len(pad) + len(head) + 1
                    # What ends within the width is not folded.
                    if text is not None and column + len(text) <= scalars.BEST_WIDTH:
                        put(f"{head} {text}\n")
                    else:
                        put(f"{head} {_ended(self.string(value, column, pad + '  '))}")
                    continue
                if kind is not dict and kind is not list:
                    value = self.view(value)
                    kind = type(value)
                    if kind is _Text:
                        put(f"{head} {value}\n")
                        continue
                    if kind is str:
                        column = len(head) + 1 if lead else len(pad) + len(head) + 1
                        put(f"{head} {_ended(self.string(value, column, pad + '  '))}")
                        continue
                is_map = isinstance(value, dict)
                if not value:
                    if len(stack) + 1 >= MAX_DEPTH:
                        self.too_deep([*stack, (iterator, mapping, pad, holder)], value)
                    put(f"{head} {{}}\n" if is_map else f"{head} []\n")
                    continue
                stack.append((iterator, mapping, pad, holder))
                if len(stack) > CYCLES_FROM:
                    self.too_deep(stack, value)
                if inline:
                    put(head + " ")
                    pad += "  "
                    first = ""
                else:
                    put(head + "\n")
                    pad = pad + "  " if is_map else pad + list_pad
                    first = pad
                holder = value
                if is_map:
                    names, mapping = self.entries(value)
                    iterator = iter(names)
                else:
                    iterator, mapping = iter(value), None
                break
            else:
                if not stack:
                    break
                iterator, mapping, pad, holder = stack.pop()
                first = pad
                if len(out) > MAX_PIECES or len(out) * len(pad) > 2 * MAX_BLOCKS:
                    raise too_long(MAX_BLOCKS)
        return joined("", out, MAX_BLOCKS)


class _Text(str):
    """A scalar that is written as it stands."""

    __slots__ = ()


_NULL, _TRUE, _FALSE = _Text("null"), _Text("true"), _Text("false")


def _ended(text: str) -> str:
    """The text with a line break after it, unless it ends with one that is its own."""
    return text if text[-1] in "\n\u2028\u2029" else text + "\n"


def _remember(texts: dict[str, str], text: str, written: str) -> None:
    if len(text) <= _LONGEST_REMEMBERED and "\u2028" not in text and "\u2029" not in text:
        if len(texts) >= _MOST_REMEMBERED:
            texts.clear()
        texts[text] = written


class _V2(_Writer):
    LIST_PAD = ""
    TEXTS = {}
    KEYS = {}

    def __init__(self, *, went_through_json: bool = False) -> None:
        self._plain = went_through_json  # what Go read from JSON itself is written without a second thought

    def view(self, value: Any) -> Any:
        if value is None:
            return _NULL
        if value is True:
            return _TRUE
        if value is False:
            return _FALSE
        if isinstance(value, float):
            return _json_float(value)
        if isinstance(value, int):
            return _Text(int(value))
        if isinstance(value, str):
            return str(value)
        if isinstance(value, (bytes, bytearray)) or (isinstance(value, Slice) and value.ELEMENT == "uint8"):
            from binascii import b2a_base64

            return b2a_base64(bytes(value), newline=False).decode("ascii")
        if isinstance(value, Struct):
            return self.view(value.go_json())
        if isinstance(value, (dict, list)):
            return value
        if isinstance(value, GoError):
            return {}
        raise _Detour

    def entries(self, mapping: dict[Any, Any]) -> tuple[Iterable[str], dict[Any, Any]]:
        if not all(type(name) is str for name in mapping):
            mapping = {_json_key(name): value for name, value in mapping.items()}
        return sorted_keys(mapping, 2), mapping

    def string(self, text: str, column: int, pad: str) -> str:
        if _odd_for_yaml(text) and not self._plain:
            raise _Detour
        known = self.TEXTS.get(text)
        if known is None:
            style = scalars.style_of(text, scalars.is_text(text))
            if style == scalars.LITERAL:
                return scalars.literal(text, pad)
            known = _quoted(text, style, pad)
            _remember(self.TEXTS, text, known)
        if column + len(known) > scalars.BEST_WIDTH and " " in known:
            return scalars.fold_double(known, column, pad) if known[0] == '"' else scalars.fold(known, column, pad)
        return known

    def key(self, text: str) -> str | None:
        # Escapes make six characters of one.
        if (_odd_for_yaml(text) or 6 * len(text) + 2 > MAX_JSON_KEY) and not self._plain:
            raise _Detour
        return _simple_key(text, scalars.is_text(text), self.KEYS, tabs_in_blocks=False)

    def too_deep(self, stack: list[Any], value: object) -> None:
        # Go looks at every level from here on; looking now and then finds the same, only later.
        if len(stack) >= MAX_DEPTH or (len(stack) % CYCLES_FROM == 1 and len({id(frame[3]) for frame in stack}) < len(stack)):
            raise _Detour


class _V3(_Writer):
    LIST_PAD = "  "
    TEXTS = {}
    KEYS = {}

    def view(self, value: Any) -> Any:
        if value is None:
            return _NULL
        if value is True:
            return _TRUE
        if value is False:
            return _FALSE
        go_type = getattr(value, "GO_TYPE", "")
        if go_type == "time.Duration":
            return value.go_string()
        if isinstance(value, float):
            return _Text(yaml_float(value, 32 if isinstance(value, Float32) else 64))
        if isinstance(value, int):
            return _Text(int(value))
        if isinstance(value, str):
            return str(value)
        if isinstance(value, (bytes, bytearray)):
            return list(value)
        if isinstance(value, (dict, list)):
            return value
        if go_type == "time.Time":
            return _Text(value.go_json())
        if isinstance(value, Struct):
            if "MarshalText" in value.METHODS or go_type in ("*semver.Version", "semver.Version"):
                return value.go_string()
            return Ordered((name.lower(), getattr(value, field)) for name, field in value.FIELDS.items())
        if isinstance(value, GoError):
            return {}
        raise GoPanic(f"cannot marshal type: {type_of(value)}")

    def entries(self, mapping: dict[Any, Any]) -> tuple[Iterable[str], dict[Any, Any]]:
        if type(mapping) is Ordered:
            return tuple(mapping), mapping
        if not all(type(name) is str for name in mapping):
            ordered = dict(sorted(mapping.items(), key=lambda entry: entry[0]))
            return tuple(map(str, ordered)), {str(name): value for name, value in ordered.items()}
        return sorted_keys(mapping, 3), mapping

    def string(self, text: str, column: int, pad: str) -> str:
        known = self.TEXTS.get(text)
        if known is None:
            if replace_invalid(text) != text:
                return _binary(text, pad)
            style = scalars.style_of(text, scalars.is_text_v3(text), tabs_in_blocks=True)
            if style == scalars.LITERAL:
                return scalars.literal(text, pad)
            known = _quoted(text, style, pad)
            _remember(self.TEXTS, text, known)
        return known

    def key(self, text: str) -> str | None:
        if replace_invalid(text) != text:
            written = _binary(text, "")
            return None if "\n" in written or len(written) > MAX_SIMPLE_KEY + 1 else written
        return _simple_key(text, scalars.is_text_v3(text), self.KEYS, tabs_in_blocks=True)

    def too_deep(self, stack: list[Any], value: object) -> None:
        if len(stack) >= MAX_DEPTH:
            raise YamlError(f"yaml: exceeded max depth of {MAX_DEPTH}")


def _quoted(text: str, style: int, pad: str) -> str:
    if style == scalars.PLAIN:
        return text
    return scalars.single_quoted(text, pad) if style == scalars.SINGLE else scalars.double_quoted(text)


def _simple_key(text: str, text_like: bool, keys: dict[str, str], *, tabs_in_blocks: bool) -> str | None:
    if len(text) > MAX_SIMPLE_KEY // 4 and len(text.encode("utf-8", "surrogateescape")) > MAX_SIMPLE_KEY:
        return None
    if "\n" in text or "\r" in text or (not text.isascii() and any(mark in text for mark in "\x85\u2028\u2029")):
        return None
    written = _quoted(text, scalars.style_of(text, text_like, key=True, tabs_in_blocks=tabs_in_blocks), "")
    _remember(keys, text, written)
    return written


def _json_float(value: float) -> _Text:
    """A float as JSON writes it and v2, reading that, writes it again: as digits if that is an integer of 64 bits."""
    if value != value or value in (float("inf"), float("-inf")):
        raise _Detour
    if isinstance(value, Float32):
        value = float(format_float(value, "g", -1, 32))
    if value.is_integer() and -1e21 < value < 1e21:
        # JSON pads the shortest digits with zeros; v2 then takes them for an integer if it can hold it.
        whole = int(value) if -1e15 < value < 1e15 else int(format_float(value, "f"))
        if -0x8000000000000000 <= whole <= 0xFFFFFFFFFFFFFFFF:
            return _Text(whole)
    return _Text(yaml_float(value))


def _odd_for_yaml(text: str) -> bool:
    """Whether JSON or YAML's reading of it changes or refuses a character of the text."""
    if text.isascii():
        return "\x7f" in text
    try:
        return _odd_in_utf8(text.encode("utf-8")) is not None
    except UnicodeEncodeError:
        return True


def _json_key(name: object) -> str:
    if isinstance(name, str):
        return str(name)
    if isinstance(name, int) and not isinstance(name, bool):
        return str(int(name))
    raise _Detour


def _through_json(value: object) -> object:
    """The value after JSON and v2's reading of it, the way that Go takes. Raises GoError in their words."""
    from steersman.golang.json import marshal
    from steersman.golang.yaml.composer import compose
    from steersman.golang.yaml.decoder import decode
    from steersman.golang.yaml.reader import read

    try:
        text = marshal(value)
    except GoError as error:
        raise GoError(f"error marshaling into JSON: {error.message}") from error
    return decode(compose(*read(text)))


def _binary(text: str, pad: str) -> str:
    """A string that is no UTF-8, as v3 writes it: base64 in lines of 70 characters."""
    from binascii import b2a_base64

    encoded = b2a_base64(text.encode("utf-8", "surrogateescape"), newline=False).decode("ascii")
    if len(encoded) < 70:
        return f"!!binary {encoded}"
    lines = "".join(encoded[start : start + 70] + "\n" for start in range(0, len(encoded), 70))
    return f"!!binary {scalars.literal(lines, pad)}"
