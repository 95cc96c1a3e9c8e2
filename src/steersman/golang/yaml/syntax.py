"""Numbers as Go prints them, map keys as sigs.k8s.io/yaml makes them text, and values in Go's own syntax (`%#v`), for errors."""

from __future__ import annotations

from steersman.golang.strconv import format_float, quote
from steersman.golang.values import Uint64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SPECIAL = {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}


def key_text(key: object) -> str:
    """A map key of YAML as a key of JSON (sigs.k8s.io/yaml, convertToJSONableObject): floats lose their second half."""
    if key is True:
        return "true"
    if key is False:
        return "false"
    if isinstance(key, float):
        return yaml_float(key, 32)
    return str(key)


def yaml_float(value: float, bits: int = 64) -> str:
    """A float as go-yaml writes it: 1e+06, 0.5, .inf, .nan."""
    text = format_float(value, "g", -1, bits)
    return _SPECIAL.get(text, text)


def go_syntax(value: object) -> str:
    """What `%#v` prints of a value that go-yaml decoded into an interface."""
    if value is None:
        return "<nil>"
    if not isinstance(value, (dict, list)):
        return _scalar(value)
    parts: list[str] = []
    # Texts still to be said and values still to be printed, last one next.
    todo: list[Any] = [(value,)]
    while todo:
        item = todo.pop()
        if type(item) is str:
            parts.append(item)
            continue
        (shown,) = item
        if isinstance(shown, dict):
            parts.append("map[interface {}]interface {}{")
            todo.append("}")
            entries = sorted(shown.items(), key=_place)
            for place, (key, inner) in enumerate(reversed(entries)):
                if place:
                    todo.append(", ")
                todo.append((inner,))
                todo.append(f"{_scalar(key)}:")
        elif isinstance(shown, list):
            parts.append("[]interface {}{")
            todo.append("}")
            for place, inner in enumerate(reversed(shown)):
                if place:
                    todo.append(", ")
                todo.append((inner,))
        else:
            parts.append(_scalar(shown))
    return "".join(parts)


_TYPES = (type(None), str, Uint64, int, float, bool)


def _place(entry: tuple[object, object]) -> tuple[int, Any]:
    """Go's fmt sorts keys of several types by type first: by where its linker put them, which is the same in every Helm."""
    kind, key = type(entry[0]), entry[0]
    return _TYPES.index(kind), 0 if key is None else key


def _scalar(value: object) -> str:
    if value is None:
        return "interface {}(nil)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Uint64):
        return hex(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format_float(value)
    return quote(str(value))
