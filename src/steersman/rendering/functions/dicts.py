"""Functions of maps: making, reading, changing in place, merging, copying, digging.

`set`, `unset` and the merges write into their first argument: charts rely on it. Where Go's order of keys is random (`keys`,
`values`) ours is sorted.

Merging follows mergo, which is not quite what its name says: without overwriting, a value of the destination that is *empty* (false,
0, "") is replaced; maps are merged in place; a map that the destination lacks is shared with the source, not copied.

Sources: sprig v3.3 dict.go; dario.cat/mergo v1.0.1 (merge.go: deepMerge); mitchellh/copystructure.
"""

from __future__ import annotations

from steersman.errors import GoPanic
from steersman.golang.sizes import OverLimit
from steersman.golang.values import NilMap, Struct, Values, kind_of, truth, type_of
from steersman.rendering.functions.strval import strings, strval
from steersman.template import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Dict = dict[Any, Any]

ANYTHING = "interface {}"

MAX_NODES = 1_000_000
"""Maps and lists that one copy or merge may visit: lists that hold the one before twice, sixty times over, are small and have 2^60."""


def new_dict(*pairs: object) -> Dict:
    if len(pairs) % 2:
        pairs = (*pairs, "")
    keys = iter(pairs)
    return {key if type(key) is str else strval(key): value for key, value in zip(keys, keys)}


def get(mapping: Dict | None, key: str) -> object:
    return "" if mapping is None else mapping.get(key, "")


def put(mapping: Dict | None, key: str, value: object) -> Dict:
    if mapping is None or type(mapping) is NilMap:
        raise GoPanic("assignment to entry in nil map")
    mapping[key] = value
    return _plain(mapping)


def unset(mapping: Dict | None, key: str) -> Dict:
    if mapping is None:
        return NilMap()
    mapping.pop(key, None)
    return _plain(mapping)


def _plain(mapping: Dict) -> Dict:
    """The map as the result of a function, which is a map[string]interface {} whatever it was before."""
    return mapping.as_map() if type(mapping) is Values else mapping


def has_key(mapping: Dict | None, key: str) -> bool:
    return mapping is not None and key in mapping


def pluck(key: str, *mappings: Dict | None) -> list[object]:
    return [mapping[key] for mapping in mappings if mapping is not None and key in mapping]


def keys(*mappings: Dict | None) -> list[str]:
    return strings(key for mapping in mappings if mapping is not None for key in sorted(mapping))


def values(mapping: Dict | None) -> list[object]:
    return [] if mapping is None else [mapping[key] for key in sorted(mapping)]


def pick(mapping: Dict | None, *names: str) -> Dict:
    return {} if mapping is None else {name: mapping[name] for name in names if name in mapping}


def omit(mapping: Dict | None, *names: str) -> Dict:
    return {} if mapping is None else {key: value for key, value in mapping.items() if key not in names}


# merging


def merge(target: Dict | None, *sources: Dict | None) -> Dict:
    return _merge_all(target, sources, False)


def merge_overwrite(target: Dict | None, *sources: Dict | None) -> Dict:
    return _merge_all(target, sources, True)


def _merge_all(target: Dict | None, sources: tuple[Dict | None, ...], overwrite: bool) -> Dict:
    left = [MAX_NODES]
    for source in sources:
        if source is None or type(source) is NilMap:
            continue
        if target is None or type(target) is NilMap:
            target = {}
        try:
            _merge(target, source, overwrite, left)
        except RecursionError:
            raise OverLimit("merge: maps nest too deeply, or are part of themselves") from None
    return NilMap() if target is None else _plain(target)


def _merge(target: Dict, source: Dict, overwrite: bool, left: list[int]) -> None:
    left[0] -= 1
    if left[0] < 0:
        raise OverLimit(f"merge: more than {MAX_NODES} maps")
    given, wanted = (getattr(type(mapping), "ELEMENT", ANYTHING) for mapping in (source, target))
    if wanted not in (ANYTHING, given) and any(value is not None for value in source.values()):
        raise GoPanic(f"reflect.Value.SetMapIndex: value of type {given} is not assignable to type {wanted}")
    for key, value in list(source.items()):
        if value is None:
            if overwrite:
                target[key] = None
            continue
        present = key in target
        current = target.get(key)
        source_is_map = isinstance(value, dict)
        if source_is_map and isinstance(current, dict) and current is not value and type(current) is not NilMap:
            _merge(current, value, overwrite, left)
        if present and _filled(current):
            if isinstance(value, (list, bytes)):
                if overwrite:
                    target[key] = value
                continue
            if source_is_map and isinstance(current, dict):
                continue
        if overwrite or not present or not _filled(current):
            target[key] = value


def _filled(value: object) -> bool:
    """Not empty as mergo sees it: a struct is never empty."""
    return truth(value) if not isinstance(value, Struct) or isinstance(value, (int, list, dict)) else True


# copying


def must_deep_copy(value: object) -> object:
    if value is None:
        raise GoPanic("reflect: call of reflect.Value.Type on zero Value")
    try:
        return _copy(value, [MAX_NODES])
    except RecursionError:
        raise OverLimit("deepCopy: values nest too deeply, or are part of themselves") from None


def deep_copy(value: object) -> object:
    return must_deep_copy(value)


def _copy(value: Any, left: list[int]) -> Any:
    kind = type(value)
    if kind is str or kind is bool or kind is int or kind is float or value is None:
        return value
    left[0] -= 1
    if left[0] < 0:
        raise OverLimit(f"deepCopy: more than {MAX_NODES} maps and lists")
    if kind is dict:
        return {key: _copy(item, left) for key, item in value.items()}
    if kind is list:
        return [_copy(item, left) for item in value]
    if isinstance(value, dict):
        return kind((key, _copy(item, left)) for key, item in value.items())
    if isinstance(value, list):
        return kind(_copy(item, left) for item in value)
    return value


def dig(*arguments: object) -> object:
    """`dig "a" "b" default dict`. Raises GoPanic with Go's texts for what is no plain map on the way."""
    if len(arguments) < 3:
        raise GoPanic("dig needs at least three arguments")
    current = _plain_map(arguments[-1])
    names = []
    for name in arguments[:-2]:
        if type(name) is not str:
            raise GoPanic(f"interface conversion: interface {{}} is {_dynamic(name)}, not string")
        names.append(name)
    for position, name in enumerate(names):
        if name not in current:
            return arguments[-2]
        if position == len(names) - 1:
            return current[name]
        current = _plain_map(current[name])
    return None


def _plain_map(value: object) -> Dict:
    if type(value) is dict or type(value) is NilMap or (type(value) is Values and value.is_plain):
        return value
    raise GoPanic(f"interface conversion: interface {{}} is {_dynamic(value)}, not map[string]interface {{}}")


def _dynamic(value: object) -> str:
    return "nil" if kind_of(value) == "invalid" else type_of(value)


_MAP = ("map[string]interface {}",)
_KEYED = ("map[string]interface {}", "string")

TABLE = {
    "deepCopy": Function(deep_copy, ("interface {}",)),
    "dict": Function(new_dict, (), "interface {}"),
    "dig": Function(dig, (), "interface {}"),
    "get": Function(get, _KEYED),
    "hasKey": Function(has_key, _KEYED),
    "keys": Function(keys, (), "map[string]interface {}"),
    "merge": Function(merge, _MAP, "map[string]interface {}"),
    "mergeOverwrite": Function(merge_overwrite, _MAP, "map[string]interface {}"),
    "mustDeepCopy": Function(must_deep_copy, ("interface {}",)),
    "mustMerge": Function(merge, _MAP, "map[string]interface {}"),
    "mustMergeOverwrite": Function(merge_overwrite, _MAP, "map[string]interface {}"),
    "omit": Function(omit, _MAP, "string"),
    "pick": Function(pick, _MAP, "string"),
    "pluck": Function(pluck, ("string",), "map[string]interface {}"),
    "set": Function(put, ("map[string]interface {}", "string", "interface {}")),
    "unset": Function(unset, _KEYED),
    "values": Function(values, _MAP),
}
