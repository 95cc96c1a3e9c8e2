"""How sprig turns any value into a string, a list of strings, or "empty": the conversions that most function families share.

Source: sprig's strings.go (strval, strslice) and defaults.go (empty).
"""

from __future__ import annotations

from steersman.errors import GoError, GoPanic
from steersman.golang.fmt import format_value
from steersman.golang.sizes import MAX_TEXT, OverLimit
from steersman.golang.values import Strings, Struct, Uint8, kind_of, to_str, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = MAX_TEXT
"""Bytes that one call of a function may produce: `repeat`, `indent`, `randAlpha` and their like stop here, as `printf` does."""

NIL_POINTER = "runtime error: invalid memory address or nil pointer dereference"


def strval(value: object) -> str:
    """The value as text: strings and bytes as they are, errors and Stringers by their own word, the rest as `%v`."""
    if type(value) is str:
        return value
    if isinstance(value, bytes):
        return to_str(value)
    if isinstance(value, GoError):
        return value.message
    if isinstance(value, Struct):
        text = value.go_string()
        if text is not None:
            return text
    return format_value(value)


def elements(value: object, failing: str) -> list[object]:
    """The elements of a slice. Raises GoPanic for nil, and GoError `FAILING KIND` for what is no slice."""
    if isinstance(value, list):
        return value
    if isinstance(value, bytes):
        return [Uint8(byte) for byte in value]
    if value is None:
        raise GoPanic(NIL_POINTER)
    raise GoError(f"{failing} {kind_of(value)}")


def strslice(value: object) -> list[str]:
    """The elements that are not nil as strings; of a single value a list of one, of nil none."""
    if type(value) is Strings:
        return value
    if isinstance(value, list):
        return [strval(element) for element in value if element is not None]
    if isinstance(value, bytes):
        return [str(byte) for byte in value]
    if value is None:
        return []
    return [strval(value)]


def empty(value: object) -> bool:
    """sprig's `empty`: the zero value of its type, or nothing in it. A struct never is."""
    return not truth(value)


def strings(values: Iterable[str]) -> list[str]:
    """A Go []string."""
    return Strings(values)


def check_size(size: int) -> None:
    """Raises OverLimit where a function would produce more than MAX_BYTES."""
    if size > MAX_BYTES:
        raise OverLimit(f"the result would have {size} bytes: more than the limit of {MAX_BYTES}")
