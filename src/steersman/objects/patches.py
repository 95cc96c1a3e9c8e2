"""Patches: what has to be sent so that one object becomes another, and what an object becomes by a patch.

Two languages. *JSON merge* (RFC 7386): tables merge, all else is replaced, null deletes. *Strategic merge* (Kubernetes'
own): as JSON merge, but lists may merge by a key of their elements, or as sets, as the type of the object says; directives
in the patch say the rest ("$patch", "$retainKeys", "$setElementOrder/x", "$deleteFromPrimitiveList/x").

A *three-way* patch leaves alone what the last manifest did not set: it consists of what has to change from the live object
to the new manifest, and of deletions only for what the last manifest had and the new one has not.

Sources: k8s.io/apimachinery v0.37.2, pkg/util/strategicpatch and pkg/util/jsonmergepatch; Helm 4: createPatch in
pkg/kube/client.go. Objects are plain data from JSON, are never changed, and may share parts with what is returned.
GoError carries Go's text where a patch cannot be made. Where the order of Go's maps would decide, keys go by name here.
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.objects import schema
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    T = TypeVar("T")
    Table = dict[str, Any]
    Object = Mapping[str, Any]

DIRECTIVE = "$patch"
DELETE, REPLACE, MERGE = "delete", "replace", "merge"
RETAIN_KEYS = "$retainKeys"
DELETE_FROM_LIST = "$deleteFromPrimitiveList"
ELEMENT_ORDER = "$setElementOrder"

BETA_DEFINITIONS = ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition")


def has_merge_schema(api_version: str, kind: str) -> bool:
    """Whether Helm merges the kind strategically: it is built in, and not a definition of the old beta version."""
    return schema.type_of_kind(api_version, kind) is not None and (api_version, kind) != BETA_DEFINITIONS


# --- JSON merge --------------------------------------------------------------------------------------------------------


def apply_json_merge(target: object, patch: object) -> Any:
    """What becomes of a value by a JSON merge patch, as the API server applies it (evanphx/json-patch v4, MergePatch).

    Beyond RFC 7386, nulls in the tables of a new list are left out, too, but not where the list takes the place of a table.
    """
    return _bounded(lambda: _json_merged(target, patch))


def create_json_merge(original: Object, modified: Object) -> Table:
    """The JSON merge patch that makes the one table the other (Go: jsonpatch.CreateMergePatch)."""
    return _bounded(lambda: _json_diff(original, modified))


def three_way_json(original: Object, modified: Object, current: Object) -> Table:
    """The JSON merge patch for a live object, from the last manifest and the new one.

    Raises GoError when apiVersion, kind or name would change.
    """

    def make() -> Table:
        changes = _without_nulls(_json_diff(current, modified))
        deletions = _only_nulls(_json_diff(original, modified))
        # The nulls of the table that is merged into are no deletions for this merge: they stay.
        patch: Table = _json_merged(deletions, changes)
        metadata = patch.get("metadata")
        if "apiVersion" in patch or "kind" in patch or (isinstance(metadata, dict) and "name" in metadata):
            raise GoError(f"precondition failed for: {_shown(patch)}", code="patch-precondition")
        return patch

    return _bounded(make)


def _json_merged(target: Any, patch: Any) -> Any:
    if not isinstance(target, dict):
        return _non_null(patch)
    if not isinstance(patch, dict):
        return patch
    merged = dict(target)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _json_merged(merged.get(name), value)
    return merged


def _json_diff(original: Object, modified: Object) -> Table:
    patch: Table = {}
    for name, value in modified.items():
        if name not in original:
            patch[name] = value
            continue
        before = original[name]
        if isinstance(before, dict) and isinstance(value, dict):
            inner = _json_diff(before, value)
            if inner:
                patch[name] = inner
        elif not _equal(before, value):
            patch[name] = value
    for name in original:
        if name not in modified:
            patch[name] = None
    return patch


def _without_nulls(patch: Object) -> Table:
    """The changes and additions of a JSON merge patch. A table that is empty from the start is a value."""
    kept: Table = {}
    for name, value in patch.items():
        if isinstance(value, dict) and value:
            value = _without_nulls(value)
            if not value:
                continue
        if value is not None:
            kept[name] = value
    return kept


def _only_nulls(patch: Object) -> Table:
    """The deletions of a JSON merge patch."""
    kept: Table = {}
    for name, value in patch.items():
        if value is None:
            kept[name] = None
        elif isinstance(value, dict):
            inner = _only_nulls(value)
            if inner:
                kept[name] = inner
    return kept


# --- strategic merge: making patches ---------------------------------------------------------------------------------


class _Diff(Record):
    """What a comparison is to find."""

    changes: bool = True
    deletions: bool = True
    retain_keys: bool = False


def two_way_strategic(original: Object, modified: Object, api_version: str, kind: str) -> Table:
    """The strategic merge patch that makes the one object the other. Raises GoError for a kind that is not built in."""
    code = _type(api_version, kind)
    return _bounded(lambda: _diff_tables(original, modified, code, _Diff()))


def three_way_strategic(original: Object, modified: Object, current: Object, api_version: str, kind: str) -> Table:
    """The strategic merge patch for a live object, from the last manifest and the new one, which wins over all others."""
    code = _type(api_version, kind)

    def make() -> Table:
        changes = _diff_tables(current, modified, code, _Diff(deletions=False))
        deletions = _diff_tables(original, modified, code, _Diff(changes=False))
        return _merge_tables(_copy(deletions), _copy(changes), code, applying=False)

    return _bounded(make)


def _diff_tables(original: Object, modified: Object, code: str, diff: _Diff) -> Table:
    patch: Table = {}
    retained: list[str] = []
    for name, value in modified.items():
        if diff.retain_keys and value is not None:
            retained.append(name)
        if name not in original:
            if diff.changes:
                patch[name] = value
            continue
        before = original[name]
        if name == DIRECTIVE:
            if not isinstance(before, str) or not isinstance(value, str):
                raise GoError(f"invalid value for special key: {DIRECTIVE}")
            if before != value:
                patch[name] = value
        elif isinstance(before, dict) and isinstance(value, dict):
            _diff_inner_tables(name, before, value, patch, code, diff)
        elif isinstance(before, list) and isinstance(value, list):
            _diff_inner_lists(name, before, value, patch, code, diff)
        elif diff.changes and not _equal(before, value):
            patch[name] = value
    if diff.deletions:
        for name in original:
            if name not in modified:
                patch[name] = None
    if retained and (patch or any(value is not None and name not in modified for name, value in original.items())):
        patch[RETAIN_KEYS] = sorted(retained, key=_bytes)
    return patch


def _diff_inner_tables(name: str, before: Table, value: Table, patch: Table, code: str, diff: _Diff) -> None:
    try:
        field = _lookup(code, name)
    except GoError:
        if _equal(before, value):
            return
        raise
    retain, strategy = _strategies(field)
    if strategy == REPLACE:
        if diff.changes:
            patch[name] = value
        return
    inner = _diff_tables(before, value, field.type, diff.replace(retain_keys=retain))
    if inner:
        patch[name] = inner


def _diff_inner_lists(name: str, before: list[Any], value: list[Any], patch: Table, code: str, diff: _Diff) -> None:
    try:
        field, element = _lookup_list(code, name)
    except GoError:
        if _equal(before, value):
            return
        raise
    retain, strategy = _strategies(field)
    if strategy != MERGE:
        if diff.changes and not _equal(before, value):
            patch[name] = value
        return
    added, deleted, order = _diff_lists(before, value, element, field.merge_key, diff.replace(retain_keys=retain))
    if added:
        patch[name] = added
    if deleted:
        patch[f"{DELETE_FROM_LIST}/{name}"] = deleted
    if order:
        patch[f"{ELEMENT_ORDER}/{name}"] = order


def _diff_lists(
    before: list[Any], value: list[Any], element: str, key: str, diff: _Diff
) -> tuple[list[Any], list[Any], list[Any]]:
    """(what to merge, what to delete from a list of scalars, the order of all elements)"""
    if not before:
        return (value if diff.changes else []), [], []
    order: list[Any] = []
    if _are_tables(before, value):
        patch, deletions = _diff_lists_of_tables(before, value, element, key, diff)
        patch = _sorted_like(patch, value, key)
        same = len(before) == len(value) and all(_same_key(one, other, key) for one, other in zip(before, value))
        patch += deletions
        if (diff.changes and (patch or not same)) or (diff.deletions and patch):
            order = [{key: one.get(key)} for one in value]
        return patch, [], order
    added, deleted = _diff_scalars(before, value, diff)
    added = _sorted_like(added, value, "")
    if (diff.deletions and deleted) or (diff.changes and not _equal(before, value)):
        order = value
    return added, deleted, order


def _diff_scalars(before: list[Any], value: list[Any], diff: _Diff) -> tuple[list[Any], list[Any]]:
    old, new = _sorted_by_text(before), _sorted_by_text(value)
    added: list[Any] = []
    deleted: list[Any] = []
    i = j = 0
    while i < len(old) or j < len(new):
        left = _text_bytes(old[i]) if i < len(old) else None
        right = _text_bytes(new[j]) if j < len(new) else None
        if left == right:
            i, j = i + 1, j + 1
        elif left is None or (right is not None and left > right):
            if diff.changes:
                added.append(new[j])
            j += 1
        else:
            if diff.deletions:
                deleted.append(old[i])
            i += 1
    return added, _deduplicated(deleted)


def _diff_lists_of_tables(
    before: list[Any], value: list[Any], element: str, key: str, diff: _Diff
) -> tuple[list[Any], list[Any]]:
    patch: list[Any] = []
    deletions: list[Any] = []
    old, new = _sorted_by_text(before, key), _sorted_by_text(value, key)
    i = j = 0
    while i < len(old) or j < len(new):
        left = _text_bytes(_key_of(old[i], key)) if i < len(old) else None
        right = _text_bytes(_key_of(new[j], key)) if j < len(new) else None
        if left == right:
            inner = _diff_tables(old[i], new[j], element, diff)
            if inner:
                inner[key] = new[j][key]
                patch.append(inner)
            i, j = i + 1, j + 1
        elif left is None or (right is not None and left > right):
            if diff.changes:
                patch.append(new[j])
            j += 1
        else:
            if diff.deletions:
                deletions.append({key: old[i][key], DIRECTIVE: DELETE})
            i += 1
    return patch, deletions


# --- strategic merge: applying patches -------------------------------------------------------------------------------


def apply_strategic(original: Object, patch: Object, api_version: str, kind: str) -> Table:
    """What becomes of an object by a strategic merge patch, as the API server applies it.

    Raises GoError for a kind that is not built in, and for a patch that contradicts itself.
    """
    code = _type(api_version, kind)
    return _bounded(lambda: _merge_tables(_copy(original), _copy(patch), code, applying=True))


def _merge_tables(original: Table, patch: Table, code: str, *, applying: bool) -> Table:
    """Merges a patch into a table; both are used up. `applying`, the table is an object and directives are obeyed; otherwise
    it is a patch itself, and directives and nulls are kept for whoever applies it."""
    if DIRECTIVE in patch:
        directive = patch[DIRECTIVE]
        if directive == REPLACE:
            del patch[DIRECTIVE]
            return patch
        if directive == DELETE:
            return {}
        raise _unknown_directive(directive, patch)
    _merge_retained_keys(original, patch, applying)
    _merge_ordered_lists(original, patch, code, applying)
    for name in sorted(patch, key=_bytes):
        value = patch[name]
        deleting = False
        if name.startswith(DELETE_FROM_LIST):
            if not applying:
                original[name] = value
                continue
            name = _directed(name, DELETE_FROM_LIST)
            deleting = True
        if value is None:
            original.pop(name, None)
            if applying:
                continue
        before = original.get(name)
        if name not in original or not _same_type(before, value):
            if not deleting:
                _set(original, name, _non_null(value) if applying else value)
        elif isinstance(value, dict):
            field = _lookup(code, name)
            if _strategies(field)[1] == REPLACE:
                original[name] = value
            else:
                assert isinstance(before, dict)
                original[name] = _merge_tables(before, value, field.type, applying=applying)
        elif isinstance(value, list):
            field, element = _lookup_list(code, name)
            if _strategies(field)[1] == MERGE or deleting:
                assert isinstance(before, list)
                original[name] = _merge_lists(before, value, element, field.merge_key, applying, deleting)
            else:
                original[name] = value
        else:
            _set(original, name, value)
    return original


def _merge_retained_keys(original: Table, patch: Table, applying: bool) -> None:
    if RETAIN_KEYS not in patch:
        return
    retained = patch.pop(RETAIN_KEYS)
    if not applying:
        if RETAIN_KEYS in original and not _equal(original[RETAIN_KEYS], retained):
            raise GoError(
                f"{_shown(original[RETAIN_KEYS])} and {_shown(retained)} are not deep equal: "
                "this may happen when calculating the 3-way diff patch"
            )
        original[RETAIN_KEYS] = retained
        return
    if not isinstance(retained, list):
        raise GoError("invalid patch format of retainKeys")
    names = {name for name in retained if isinstance(name, str)}
    for name, value in patch.items():
        if value is not None and name not in names and not name.startswith((DELETE_FROM_LIST, ELEMENT_ORDER)):
            raise GoError("invalid patch format of retainKeys")
    for name in [name for name in original if name not in names]:
        del original[name]


def _merge_ordered_lists(original: Table, patch: Table, code: str, applying: bool) -> None:
    """Merges the lists for which the patch gives an order, and brings them into it; they are then gone from the patch."""
    for directive in sorted((name for name in patch if name.startswith(ELEMENT_ORDER)), key=_bytes):
        order = patch.pop(directive)
        if not applying:
            if directive not in original:
                original[directive] = order
            elif not _equal(original[directive], order):
                raise GoError("invalid patch format of setElementOrder list")
        _check_list(order)
        name = _directed(directive, ELEMENT_ORDER)
        before, value = original.get(name), patch.get(name)
        if name in original:
            _check_list(before)
        if name in patch:
            _check_list(value)
        field, element = _lookup_list(code, name)
        strategy = _strategies(field)[1]
        key = field.merge_key
        _check_order(value or [], order, key)
        if name in original and name in patch:
            assert before is not None
            assert value is not None
            merged = _merge_lists(before, value, element, key, applying, False) if strategy == MERGE else value
        elif name in original:
            assert before is not None
            merged = before
        elif name in patch:
            merged = _undirected(value)
        else:
            continue
        known, others = _partition(merged, order, key)
        tables = _are_tables(before or [], value or [])
        original[name] = _interleaved(
            _sorted_like(others, before or [], key if tables else ""),
            _sorted_like(known, order, key if tables else ""),
            before or [],
            key if tables else "",
        )
        patch.pop(name, None)


def _merge_lists(before: list[Any], value: list[Any], element: str, key: str, applying: bool, deleting: bool) -> list[Any]:
    if not before and not value:
        return before
    tables = _are_tables(before, value)
    if not tables:
        if applying and deleting:
            gone = _Places(value, "")
            return [one for one in before if gone.of(one) < 0]
        merged = _deduplicated([*before, *value])
        order = value
    else:
        if not key:
            raise GoError(f"cannot merge lists without merge key for {schema.go_kind(element)}")
        before, order = _without_directed(before, value, key)
        merged = list(before)
        for one in order:
            place = _find(merged, key, _key_of(one, key))
            if place < 0:
                merged.append(one)
            else:
                merged[place] = _merge_tables(merged[place], one, element, applying=applying)
        before = merged[: len(before)]
    known, others = _partition(merged, order, key)
    sort_key = key if tables else ""
    return _interleaved(_sorted_like(others, before, sort_key), _sorted_like(known, order, sort_key), before, sort_key)


def _without_directed(before: list[Any], value: list[Any], key: str) -> tuple[list[Any], list[Any]]:
    """The list without what the patch deletes, and the patch without what only says so."""
    plain: list[Any] = []
    replaces = False
    for one in value:
        if DIRECTIVE not in one:
            plain.append(one)
            continue
        directive = one[DIRECTIVE]
        if directive == DELETE:
            wanted = _key_of(one, key)
            before = [item for item in before if not (key in item and _same(item[key], wanted))]
        elif directive == REPLACE:
            replaces = True
        elif directive == MERGE:
            raise GoError("merging lists cannot yet be specified in the patch")
        else:
            raise _unknown_directive(directive, one)
    return (plain, []) if replaces else (before, plain)


def _check_order(value: list[Any], order: list[Any], key: str) -> None:
    """The elements of a patch have to be in its order, and in the order that it gives."""
    if not value or not order:
        return
    wanted = [one for one in value if not (key and isinstance(one, dict) and one.get(DIRECTIVE) == DELETE)]
    place = 0
    for one in order:
        while place < len(wanted) and isinstance(wanted[place], dict) and DIRECTIVE in wanted[place]:
            place += 1
        if place >= len(wanted):
            return
        if _same_key(wanted[place], one, key):
            place += 1
    if place < len(wanted):
        raise GoError(f"The order in patch list:\n{_shown(value)}\n doesn't match {ELEMENT_ORDER} list:\n{_shown(order)}\n")


def _partition(merged: list[Any], order: list[Any], key: str) -> tuple[list[Any], list[Any]]:
    """(the elements that the order names, the others)"""
    places = _Places(order, key)
    known: list[Any] = []
    others: list[Any] = []
    for one in merged:
        (known if places.of(one) >= 0 else others).append(one)
        if key:
            _key_of(one, key)
    return known, others


def _interleaved(left: list[Any], right: list[Any], order: list[Any], key: str) -> list[Any]:
    """Both lists in one, each in its own order; what stood before another in `order` stays before it where that is possible."""
    places = _Places(order, key)
    merged: list[Any] = []
    i = 0
    for one in right:
        there = places.of(one)
        while i < len(left) and 0 <= places.of(left[i]) < there:
            merged.append(left[i])
            i += 1
        merged.append(one)
    return merged + left[i:]


def _undirected(value: Any) -> Any:
    """The value without the tables in it that are directives."""
    if isinstance(value, dict):
        return {name: _undirected(one) for name, one in value.items() if not (isinstance(one, dict) and DIRECTIVE in one)}
    if isinstance(value, list):
        return [_undirected(one) for one in value if not (isinstance(one, dict) and DIRECTIVE in one)]
    return value


def _set(table: Table, name: str, value: Any) -> None:
    if isinstance(value, dict) and DIRECTIVE in value:
        table.pop(name, None)
    else:
        table[name] = _undirected(value)


def _non_null(value: Any) -> Any:
    """The value without the nulls in its tables, at any depth."""
    if isinstance(value, dict):
        return {name: _non_null(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_non_null(one) for one in value]
    return value


# --- what both use ---------------------------------------------------------------------------------------------------


def _type(api_version: str, kind: str) -> str:
    code = schema.type_of_kind(api_version, kind)
    if code is None:
        raise GoError("strategic merge patch format is not supported")
    return code


def _lookup(code: str, name: str) -> schema.Field:
    """The field of a struct. Raises GoError as apimachinery's lookup does, which falls back to names in any case."""
    if not schema.is_struct(code):
        raise GoError(f"merging an object in json but data type is not struct, instead is: {schema.go_kind(code)}")
    fields = schema.fields_of(code)
    field = fields.get(name)
    if field is None:
        folded = name.lower()
        for one in fields.values():
            if one.name.lower() == folded:
                return one
        struct = code.rpartition(".")[2]
        from steersman.golang.strconv import quote

        raise GoError(f"unable to find api field in struct {struct} for the json field {quote(name)}")
    return field


def _lookup_list(code: str, name: str) -> tuple[schema.Field, str]:
    """The field, and the type of its elements."""
    field = _lookup(code, name)
    if field.type == "y":
        return field, "i"
    if field.type[0] != "[":
        raise GoError("expected slice or array type, but got: struct")
    if field.element[0] == "[" or field.element == "y":
        raise GoError("unexpected slice of slice")
    return field, field.element


def _strategies(field: schema.Field) -> tuple[bool, str]:
    """(whether keys are retained, the other strategy)"""
    others = [strategy for strategy in field.strategies if strategy != "retainKeys"]
    return len(others) < len(field.strategies), others[0] if others else ""


def _are_tables(*lists: Sequence[Any]) -> bool:
    """Whether the elements of the lists are tables. Raises GoError when they are lists, of several types, or none."""
    first: Any = None
    found = False
    for one in lists:
        for item in one:
            if not found:
                if isinstance(item, list):
                    raise GoError("lists of lists are not supported")
                first, found = item, True
            elif not _same_type(first, item):
                raise GoError(f"list element types are not identical: {_shown(list(lists))}")
    if not found:
        raise GoError("no elements in any of the given slices")
    return isinstance(first, dict)


def _unknown_directive(directive: object, table: Table) -> GoError:
    from steersman.golang.fmt import sprintf

    return GoError(sprintf("unknown patch type: %s in map: %v", [directive, table]))


def _key_of(one: Any, key: str) -> Any:
    if key not in one:
        raise GoError(f"map: {_shown(one)} does not contain declared merge key: {key}")
    return one[key]


def _same_key(one: Any, other: Any, key: str) -> bool:
    if not key:
        return _same(one, other)
    for table in (one, other):
        if not isinstance(table, dict):
            raise GoError(f"expected a map[string]interface {{}}, but received a {_go_type(table)}")
    return _same(_key_of(one, key), _key_of(other, key))


def _find(items: list[Any], key: str, wanted: Any) -> int:
    for place, one in enumerate(items):
        if not isinstance(one, dict):
            raise GoError(f"value for key {place} is not a map")
        if key in one and _same(one[key], wanted):
            return place
    return -1


class _Places:
    """Where the elements of a list stand: the first place of each merge key, or of each scalar."""

    __slots__ = ("_key", "_places")

    def __init__(self, items: list[Any], key: str) -> None:
        self._key = key
        self._places: dict[Any, int] = {}
        for place, one in enumerate(items):
            self._places.setdefault(self._mark(one), place)

    def _mark(self, one: Any) -> Any:
        value = one.get(self._key) if self._key and isinstance(one, dict) else one
        if isinstance(value, (dict, list)):
            return (type(value).__name__, _shown(value))
        return (isinstance(value, bool), value)

    def of(self, one: Any) -> int:
        return self._places.get(self._mark(one), -1)


def _sorted_like(items: list[Any], order: list[Any], key: str) -> list[Any]:
    """The items in the order of another list; those that only ask to be deleted last (Go: normalizeSliceOrder)."""
    deletions: list[Any] = []
    if key:
        for one in (*items, *order):
            if not isinstance(one, dict):
                raise GoError(f"expected a map[string]interface {{}}, but received a {_go_type(one)}")
            _key_of(one, key)
        deletions = [one for one in items if one.get(DIRECTIVE) == DELETE]
        items = [one for one in items if one.get(DIRECTIVE) != DELETE]
    places = _Places(order, key)
    ranked = [(places.of(one), one) for one in items]
    if all(rank >= 0 for rank, _ in ranked):
        ranked.sort(key=lambda pair: pair[0])
    else:
        # An item that the order does not know goes before whatever it is compared with: Go's insertion sort, then.
        _insertion_sort(ranked, lambda left, right: left[0] < right[0] if left[0] >= 0 and right[0] >= 0 else True)
    return [one for _, one in ranked] + deletions


def _sorted_by_text(items: list[Any], key: str = "") -> list[Any]:
    """Items by the text of their merge key, or by their own text (Go: sort.Sort, whose comparison takes equals for less).

    Of equal ones Go's insertion sort, which it uses for up to twelve items, puts the later first: that decides which of two
    ports with one number is compared with which.
    """
    if not items:
        return items
    if _are_tables(items):
        pairs = [(_text_bytes(one.get(key)), one) for one in items]
    else:
        if key:
            items = _deduplicated(list(items))
        pairs = [(_text_bytes(one), one) for one in items]
    if len({text for text, _ in pairs}) == len(pairs):
        pairs.sort(key=lambda pair: pair[0])
    else:
        _insertion_sort(pairs, lambda left, right: left[0] <= right[0])
    return [one for _, one in pairs]


def _insertion_sort(items: list[T], less: Callable[[T, T], bool]) -> None:
    for start in range(1, len(items)):
        place = start
        while place > 0 and less(items[place], items[place - 1]):
            items[place], items[place - 1] = items[place - 1], items[place]
            place -= 1


def _deduplicated(items: list[Any]) -> list[Any]:
    """Scalars without repetitions. Go fills the gap of a repetition with the last item, which shows in the order."""
    items = list(items)
    if len({(isinstance(one, bool), one) for one in items if not isinstance(one, (dict, list))}) == len(items):
        return items
    last = len(items) - 1
    i = 0
    while i < last:
        j = i + 1
        while j <= last:
            if _same(items[i], items[j]):
                items[j] = items[last]
                del items[last]
                last -= 1
            else:
                j += 1
        i += 1
    return items


def _directed(name: str, prefix: str) -> str:
    head, slash, rest = name.partition("/")
    if not slash or head != prefix:
        what = "primitive" if prefix == DELETE_FROM_LIST else "setElementOrder"
        raise GoError(f"invalid patch format of {what} list")
    return rest


def _check_list(value: object) -> None:
    if not isinstance(value, list):
        raise GoError(f"expected a []interface {{}}, but received a {_go_type(value)}")


def _same_type(one: object, other: object) -> bool:
    """One Go type. All numbers count as one: which of int64 and float64 a number is, only its notation decides."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return isinstance(one, bool) == isinstance(other, bool)
    for kind in (dict, list, str):
        if isinstance(one, kind):
            return isinstance(other, kind)
    return one is None and other is None


def _same(one: object, other: object) -> bool:
    """Equality of two scalars in Go: true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _equal(one: object, other: object) -> bool:
    """Deep equality of JSON values: true is not 1, 3 is 3.0."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and len(one) == len(other)
            and all(name in other and _equal(value, other[name]) for name, value in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(_equal, one, other))
    return _same(one, other)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_copy(one) for one in value]
    return value


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text_bytes(value: object) -> bytes:
    return _bytes(value if isinstance(value, str) else _shown(value))


def _shown(value: object) -> str:
    """What Go's %v prints."""
    from steersman.golang.fmt import format_value

    return format_value(value)


def _go_type(value: object) -> str:
    from steersman.golang.values import type_of

    return "int64" if type(value) is int else type_of(value)


def _bounded(make: Callable[[], T]) -> T:
    """Objects nested so deeply that Python's stack ends are refused."""
    try:
        return make()
    except RecursionError:
        raise GoError("exceeded max depth", code="too-deep") from None
