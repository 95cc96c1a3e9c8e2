"""Data of pairs, given as JSON with Go's type names, as the values that templates see."""

from __future__ import annotations

from typing import Any

from steersman.golang.durations import Duration
from steersman.golang.times import parse
from steersman.golang.values import ZEROS, Ints, StringMap, Strings, Struct, map_type

RFC3339 = "2006-01-02T15:04:05Z07:00"


class Fixture(Struct):
    """A struct of Go's tests, made of the pair's data."""

    def __init__(self, kind: str, data: dict[str, Any] | None) -> None:
        self.GO_TYPE = kind  # type: ignore[misc]
        self.GO_KIND = "ptr" if kind.startswith("*") else "struct"  # type: ignore[misc]
        self.FIELDS = {name: name for name in data or {}}  # type: ignore[misc]
        for name, value in (data or {}).items():
            setattr(self, name, value)


def value_of(data: Any, kind: str) -> Any:
    """The value of this Go type."""
    if kind == "map[string]string":
        return StringMap(data or {})
    if kind == "map[string]map[string]string":
        return map_type("string", "map[string]string")((key, StringMap(value)) for key, value in data.items())
    if kind == "[]string":
        return Strings(data)
    if kind == "[]int":
        return Ints(data)
    if kind == "time.Duration":
        return Duration(data)
    if kind in ZEROS and kind not in ("string", "int", "bool"):
        return type(ZEROS[kind])(data)  # type: ignore[call-overload]
    if "sprig." in kind or kind == "*string":
        return Fixture(kind, data if isinstance(data, dict) else {})
    return timed(data)


def timed(data: Any) -> Any:
    """The data with the texts of RFC 3339 under "Time" as times."""
    if isinstance(data, dict):
        return {
            key: parse(RFC3339, value) if key == "Time" and "T" in str(value) else timed(value) for key, value in data.items()
        }
    return data
