"""Frozen, slotted records: the one way in which this house makes values.

A record is a class whose annotated names are its fields. It is immutable, compared and hashed by its fields, printed with
them, and costs about 15 µs to define: `dataclasses` costs 15 ms to import and half a millisecond a class, which a start-up
budget of some tens of milliseconds cannot pay (docs/adr/0001-records.md has the figures).

    class Source(Record):
        path: str
        text: str = ""

    Source("a.yaml").replace(text="x")
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, ClassVar, Self, dataclass_transform
else:

    def dataclass_transform(**_options):
        return lambda cls: cls


_set = object.__setattr__


@dataclass_transform(frozen_default=True, eq_default=True)
class _RecordType(type):
    """Turns annotations into slots, and class attributes of the same names into defaults."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _RecordType:
        own = tuple(field for field, kind in namespace.get("__annotations__", {}).items() if not str(kind).startswith("ClassVar"))
        inherited: tuple[str, ...] = ()
        defaults: dict[str, Any] = {}
        for base in reversed(bases):
            inherited += getattr(base, "__fields__", ())
            defaults.update(getattr(base, "__defaults__", {}))
        for field in own:
            if field in namespace:
                defaults[field] = namespace.pop(field)
        namespace["__slots__"] = tuple(field for field in own if field not in inherited)
        namespace["__fields__"] = inherited + namespace["__slots__"]
        namespace["__defaults__"] = defaults
        namespace.setdefault("__match_args__", namespace["__fields__"])
        return super().__new__(mcs, name, bases, namespace)


class Record(metaclass=_RecordType):
    """The base of all records. Subclasses only annotate their fields; see the module's text."""

    if TYPE_CHECKING:
        __fields__: ClassVar[tuple[str, ...]]
        __defaults__: ClassVar[dict[str, Any]]
    else:

        def __init__(self, *values, **named):
            fields = self.__fields__
            if len(values) > len(fields):
                raise TypeError(f"{type(self).__name__} takes {len(fields)} fields, got {len(values)}")
            for field, value in zip(fields, values):
                _set(self, field, value)
            if len(values) < len(fields):
                defaults = self.__defaults__
                for field in fields[len(values) :]:
                    if field in named:
                        _set(self, field, named.pop(field))
                    elif field in defaults:
                        _set(self, field, defaults[field])
                    else:
                        raise TypeError(f"{type(self).__name__} needs the field {field!r}")
            if named:
                raise TypeError(f"{type(self).__name__} has no field {next(iter(named))!r} left to set")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: use .replace({name}=…)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def replace(self, **changes: Any) -> Self:
        """The same record with the named fields changed. Raises TypeError for a name that is not a field."""
        for field in self.__fields__:
            if field not in changes:
                changes[field] = getattr(self, field)
        return type(self)(**changes)

    def _values(self) -> Iterator[object]:
        for field in self.__fields__:
            yield getattr(self, field)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(mine == theirs for mine, theirs in zip(self._values(), other._values()))

    def __hash__(self) -> int:
        return hash((type(self), *self._values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{field}={getattr(self, field)!r}' for field in self.__fields__)})"

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), tuple(self._values())
