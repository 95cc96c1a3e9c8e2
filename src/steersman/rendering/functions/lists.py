"""Functions of lists. All but `slice` give new lists of interface{}; the argument is never changed.

Sources: sprig v3.3 list.go, defaults.go (compact).
"""

from __future__ import annotations

import math

from steersman.errors import GoError, GoPanic
from steersman.golang.casts import to_int64, truncate_float
from steersman.golang.sizes import check_elements
from steersman.golang.values import Lists, NilList, kind_of
from steersman.rendering.functions.strval import NIL_POINTER, elements, empty
from steersman.rendering.functions.types import deep_equal
from steersman.template import Function


def new_list(*values: object) -> list[object]:
    return list(values)


def push(values: object, value: object) -> list[object]:
    return [*elements(values, "Cannot push on type"), value]


def prepend(values: object, value: object) -> list[object]:
    return [value, *elements(values, "Cannot prepend on type")]


def first(values: object) -> object:
    given = elements(values, "Cannot find first on type")
    return given[0] if given else None


def last(values: object) -> object:
    given = elements(values, "Cannot find last on type")
    return given[-1] if given else None


def rest(values: object) -> list[object]:
    given = elements(values, "Cannot find rest on type")
    return list(given[1:]) if given else NilList()


def initial(values: object) -> list[object]:
    given = elements(values, "Cannot find initial on type")
    return list(given[:-1]) if given else NilList()


def reverse(values: object) -> list[object]:
    return list(elements(values, "Cannot find reverse on type")[::-1])


def compact(values: object) -> list[object]:
    return [value for value in elements(values, "Cannot compact on type") if not empty(value)]


def _contains(values: list[object], needle: object) -> bool:
    kind = type(needle)
    if kind is str or kind is int or kind is bool:
        return any(type(value) is kind and value == needle for value in values)
    return any(deep_equal(needle, value) for value in values)


def uniq(values: object) -> list[object]:
    found: list[object] = []
    seen: set[object] = set()
    for value in elements(values, "Cannot find uniq on type"):
        if type(value) is str:
            if value not in seen:
                seen.add(value)
                found.append(value)
        elif not _contains(found, value):
            found.append(value)
    return found


def without(values: object, *omitted: object) -> list[object]:
    dropped = list(omitted)
    return [value for value in elements(values, "Cannot find without on type") if not _contains(dropped, value)]


def has(needle: object, values: object) -> bool:
    return values is not None and _contains(elements(values, "Cannot find has on type"), needle)


def cut(values: object, *indices: object) -> object:
    """`slice list [from [to]]`: a part of the same type; nil of an empty list."""
    if values is None:
        raise GoPanic(NIL_POINTER)
    if not isinstance(values, (list, bytes)):
        raise GoError(f"list should be type of slice or array but {kind_of(values)}")
    if not values:
        return None
    start = to_int64(indices[0]) if indices else 0
    end = to_int64(indices[1]) if len(indices) > 1 else len(values)
    if not 0 <= start <= end <= len(values):
        raise GoPanic("reflect.Value.Slice: slice index out of bounds")
    part = values[start:end]
    return part if isinstance(values, bytes) or type(values) is list else type(values)(part)


def concat(*lists: object) -> object:
    """All elements in one list; a nil slice when there are none."""
    joined: list[object] = []
    for values in lists:
        if values is None:
            raise GoPanic(NIL_POINTER)
        if not isinstance(values, (list, bytes)):
            raise GoPanic(f"Cannot concat type {kind_of(values)} as list")
        joined += elements(values, "")
        check_elements(len(joined))
    return joined or NilList()


def chunk(size: int, values: object) -> list[list[object]]:
    """Lists of `size` elements, the last one shorter."""
    given = elements(values, "Cannot chunk type")
    count = len(given)
    if size == 0:
        groups = truncate_float(math.nan)
    else:
        groups = math.floor((count - 1) / size) + 1
    if groups < 0:
        raise GoPanic("runtime error: makeslice: len out of range")
    check_elements(groups)
    chunks: list[list[object]] = []
    for number in range(groups):
        length = size
        if number == groups - 1:
            length = math.floor(math.fmod(count, size)) or size
        if length < 0:
            raise GoPanic("runtime error: makeslice: len out of range")
        chunks.append(list(given[number * size : number * size + length]))
    return Lists(chunks)


_LIST = ("interface {}",)
_PAIR = ("interface {}", "interface {}")

TABLE = {
    "append": Function(push, _PAIR),
    "chunk": Function(chunk, ("int", "interface {}")),
    "compact": Function(compact, _LIST),
    "concat": Function(concat, (), "interface {}"),
    "first": Function(first, _LIST),
    "has": Function(has, _PAIR),
    "initial": Function(initial, _LIST),
    "last": Function(last, _LIST),
    "list": Function(new_list, (), "interface {}"),
    "prepend": Function(prepend, _PAIR),
    "push": Function(push, _PAIR),
    "rest": Function(rest, _LIST),
    "reverse": Function(reverse, _LIST),
    "slice": Function(cut, _LIST, "interface {}"),
    "tuple": Function(new_list, (), "interface {}"),
    "uniq": Function(uniq, _LIST),
    "without": Function(without, _LIST, "interface {}"),
}
# The forms with "must" return the error, the others panic with it: a template sees the same text.
_MUST = (
    "append", "chunk", "compact", "first", "has", "initial", "last", "prepend", "push", "rest", "reverse", "slice", "uniq", "without",
)  # fmt: skip
for _name in _MUST:
    TABLE[f"must{_name[0].upper()}{_name[1:]}"] = TABLE[_name]
