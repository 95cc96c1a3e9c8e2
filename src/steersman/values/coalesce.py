"""Laying values over a chart's defaults, and down into the charts inside it (Helm 4: pkg/chart/common/util/coalesce.go).

The user's values win over the parent's defaults, which win over the subchart's. Tables merge, anything else replaces. Two modes:

- coalescing is what templates see: a null of the user removes the default, and a null in the defaults is as if it were not there;
- merging keeps nulls, for what will be coalesced later. What a parent says about a subchart's values is always merged, so that a
  null arrives where the default is that it shall remove.

Helm copies the defaults, cleans them of nulls and then merges them. Here they are copied where they are put in, once: a default that
is not used is never copied. What Helm shares is shared here, too: the nested tables of `global` are the same tables in a chart
and the charts inside it, so that a template that writes into one writes into all.
"""

from __future__ import annotations

from steersman.chart.files import Note
from steersman.errors import ValuesError
from steersman.values.trees import GLOBAL, copied, too_deep, without_nulls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    Tree = dict[str, Any]

    class Layer(Protocol):
        """What coalescing needs of a chart."""

        @property
        def name(self) -> str: ...
        @property
        def values(self) -> Tree: ...
        @property
        def dependencies(self) -> Sequence[Layer]: ...


def coalesce_values(chart: Layer, values: Tree | None, notes: list[Note] | None = None) -> Tree:
    """The values that the chart and all inside it are rendered with: a new tree, nothing of it shared with the arguments.

    Raises ValuesError when a subchart's values are no table. What Helm would log is appended to `notes`.
    """
    return _coalesced(chart, values, notes, merge=False)


def merge_values(chart: Layer, values: Tree | None, notes: list[Note] | None = None) -> Tree:
    """As `coalesce_values`, but nulls stay: for values that will be coalesced again."""
    return _coalesced(chart, values, notes, merge=True)


def coalesce_tables(over: Tree | None, under: Tree | None, notes: list[Note] | None = None) -> Tree | None:
    """Puts into `over`, in place, what only `under` has; a null in `over` removes the key if `under` has something there."""
    return _tables(over, under, notes, merge=False)


def merge_tables(over: Tree | None, under: Tree | None, notes: list[Note] | None = None) -> Tree | None:
    """As `coalesce_tables`, but nulls in `over` stay."""
    return _tables(over, under, notes, merge=True)


def _coalesced(chart: Layer, values: Tree | None, notes: list[Note] | None, *, merge: bool) -> Tree:
    layers = _Layers([] if notes is None else notes)
    try:
        tree: Tree = copied(values) if values else {}
        layers.lay(chart, tree, "", merge)
    except RecursionError:
        raise too_deep() from None
    return tree


def _tables(over: Tree | None, under: Tree | None, notes: list[Note] | None, *, merge: bool) -> Tree | None:
    if under is None:
        return over
    if over is None:
        return under
    try:
        _Layers([] if notes is None else notes).join(over, under, "", merge)
    except RecursionError:
        raise too_deep() from None
    return over


class _Layers:
    """The recursion, with the list that notes go to. `prefix` is for the notes only."""

    __slots__ = ("notes",)

    def __init__(self, notes: list[Note]) -> None:
        self.notes = notes

    def note(self, message: str) -> None:
        self.notes.append(Note("INFO", message))

    def lay(self, chart: Layer, tree: Tree, prefix: str, merge: bool) -> None:
        """Puts the defaults of the chart under `tree`, then those of the charts inside it."""
        path = _joined(prefix, chart.name)
        self.defaults(chart, tree, path, merge)
        for inner in chart.dependencies:
            name = inner.name
            table = tree.setdefault(name, {})
            if not isinstance(table, dict):
                from steersman.golang.fmt import sprintf

                raise ValuesError(sprintf("type mismatch on %s: %t", [name, table]))
            self.globals(table, tree, path)
            self.lay(inner, table, path, merge)

    def defaults(self, chart: Layer, tree: Tree, path: str, merge: bool) -> None:
        inside = {inner.name for inner in chart.dependencies}
        for key, default in chart.values.items():
            if key in tree:
                value = tree[key]
                if value is None:
                    if not merge:
                        del tree[key]
                elif isinstance(value, dict):
                    if isinstance(default, dict):
                        self.fill(value, default, f"{path}.{key}", merge or key in inside)
                    elif default is not None:
                        self.note(f"warning: skipped value for {path}.{key}: Not a table.")
            elif merge:
                tree[key] = copied(default)
            elif default is not None:
                tree[key] = without_nulls(default) if isinstance(default, dict) else copied(default)

    def fill(self, over: Tree, under: Tree, path: str, merge: bool) -> None:
        """Puts copies of what only `under` has into `over`. `under` is not changed; its nulls count only when merging."""
        for key, value in under.items():
            if key not in over:
                if isinstance(value, dict):
                    over[key] = copied(value) if merge else without_nulls(value)
                elif value is not None or merge:
                    over[key] = copied(value) if isinstance(value, list) else value
            else:
                self.conflict(over, key, value, path, merge, self.fill)

    def join(self, over: Tree, under: Tree, path: str, merge: bool) -> None:
        """Puts what only `under` has into `over`, without copying: both are the caller's own."""
        nulls = [key for key, value in over.items() if value is None]
        removed = set() if merge else {key for key in nulls if under.get(key) is not None}
        for key in nulls:
            # Helm hands the nulls on to the lower table; what imports values can see it there.
            under[key] = None
        # One table can be part of the other, and grow while it is read.
        for key, value in list(under.items()):
            if key in removed:
                del over[key]
            elif key not in over:
                over[key] = value
            else:
                self.conflict(over, key, value, path, merge, self.join)

    def conflict(self, over: Tree, key: str, value: object, path: str, merge: bool, deeper: Any) -> None:
        """Both tables have the key."""
        mine = over[key]
        if mine is None:
            if not merge and value is not None:
                del over[key]
        elif isinstance(value, dict):
            if isinstance(mine, dict):
                deeper(mine, value, _joined(path, key), merge)
            else:
                self.note(f"warning: cannot overwrite table with non table for {_joined(path, key)} ({_printed(value)})")
        elif value is not None and isinstance(mine, dict):
            self.note(f"warning: destination for {_joined(path, key)} is a table. Ignoring non-table value ({_printed(value)})")

    def globals(self, table: Tree, parent: Tree, path: str) -> None:
        """Hands the globals of `parent` down to `table`; the parent's win."""
        mine = table.get(GLOBAL, _ABSENT)
        theirs = parent.get(GLOBAL, _ABSENT)
        if mine is _ABSENT:
            mine = {}
        elif not isinstance(mine, dict):
            self.note(f"warning: skipping globals because destination {GLOBAL} is not a table.")
            return
        if theirs is _ABSENT:
            theirs = {}
        elif not isinstance(theirs, dict):
            self.note(f"warning: skipping globals because source {GLOBAL} is not a table.")
            return
        # A subchart may itself be called "global": then the tables are parts of each other.
        for key, value in list(theirs.items()):
            if isinstance(value, dict):
                handed = dict(value)
                if key not in mine:
                    mine[key] = handed
                elif isinstance(mine[key], dict):
                    self.join(handed, mine[key], _joined(path, key), True)
                    mine[key] = handed
                else:
                    self.note(f"Conflict: cannot merge map onto non-map for {_quoted(key)}. Skipping.")
            elif isinstance(mine.get(key), dict):
                self.note(f"key {key} is table. Skipping")
            else:
                mine[key] = value
        table[GLOBAL] = mine


_ABSENT: Any = object()


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _quoted(text: str) -> str:
    from steersman.golang.strconv import quote

    return quote(text)


def _printed(value: object) -> str:
    from steersman.golang.fmt import format_value

    return format_value(value)
