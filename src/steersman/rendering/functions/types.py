"""What a value is: type and kind names, and reflect.DeepEqual. Source: sprig v3.3 reflect.go; Go's reflect/deepequal.go."""

from __future__ import annotations

from steersman.golang.values import kind_of, type_of
from steersman.template import Function

_SCALARS = frozenset((str, int, float, bool, bytes, type(None)))


def deep_equal(left: object, right: object) -> bool:
    """reflect.DeepEqual: the same types and the same content; 1 is not 1.0, and a nil slice is not an empty one."""
    return _equal(left, right, set())


def _equal(left: object, right: object, visited: set[tuple[int, int]]) -> bool:
    kind = type(left)
    if kind is not type(right):
        return False
    if kind in _SCALARS:
        return left == right
    if isinstance(left, (dict, list)):
        if left is right:
            return True
        assert isinstance(right, (dict, list))
        if len(left) != len(right):
            return False
        pair = (id(left), id(right))
        if pair in visited:
            return True
        visited.add(pair)
        if isinstance(left, dict):
            return all(key in right and _equal(value, right[key], visited) for key, value in left.items())
        return all(_equal(mine, theirs, visited) for mine, theirs in zip(left, right))
    return left == right


def type_is(target: str, value: object) -> bool:
    return type_of(value) == target


def type_is_like(target: str, value: object) -> bool:
    found = type_of(value)
    return found == target or found == f"*{target}"


def kind_is(target: str, value: object) -> bool:
    return kind_of(value) == target


TABLE = {
    "deepEqual": Function(deep_equal, ("interface {}", "interface {}")),
    "kindIs": Function(kind_is, ("string", "interface {}")),
    "kindOf": Function(kind_of, ("interface {}",), result="string"),
    "typeIs": Function(type_is, ("string", "interface {}")),
    "typeIsLike": Function(type_is_like, ("string", "interface {}")),
    "typeOf": Function(type_of, ("interface {}",), result="string"),
}
