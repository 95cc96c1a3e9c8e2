"""Trees of values: copying them, and finding something in them by a dotted path (Helm 4: pkg/chart/common/values.go)."""

from __future__ import annotations

from steersman.errors import ValuesError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Tree = dict[str, Any]

GLOBAL = "global"
"""The key that a chart shares with all charts inside it."""


class NoTable(ValuesError):
    """There is no table under that name."""

    def __init__(self, key: str) -> None:
        from steersman.golang.strconv import quote

        super().__init__(f"{quote(key)} is not a table", code="no-table")


class NoValue(ValuesError):
    """There is nothing under that path, or a table."""

    def __init__(self, key: str) -> None:
        from steersman.golang.strconv import quote

        super().__init__(f"{quote(key)} is not a value", code="no-value")


def too_deep() -> ValuesError:
    """What is raised instead of a RecursionError."""
    return ValuesError("values are nested too deeply", code="values-too-deep")


def copied(value: Any) -> Any:
    """A deep copy of a tree of plain dicts and lists; everything else in it is shared."""
    kind = type(value)
    return _copied_table(value) if kind is dict else _copied_list(value) if kind is list else value


def _copied_table(table: Tree) -> Tree:
    # Copied whole by C first, then again where a container must be another one: twice as fast as key by key.
    copy = dict(table)
    for key, value in table.items():
        kind = type(value)
        if kind is dict:
            copy[key] = _copied_table(value)
        elif kind is list:
            copy[key] = _copied_list(value)
    return copy


def _copied_list(items: list[Any]) -> list[Any]:
    return [
        _copied_table(value) if type(value) is dict else _copied_list(value) if type(value) is list else value for value in items
    ]


def without_nulls(table: Tree) -> Tree:
    """A deep copy of a table without the keys that are null, at any depth; nulls in lists stay."""
    copy = {key: value for key, value in table.items() if value is not None}
    for key, value in copy.items():
        kind = type(value)
        if kind is dict:
            copy[key] = without_nulls(value)
        elif kind is list:
            copy[key] = _copied_list(value)
    return copy


def table_at(tree: Tree, path: str) -> Tree:
    """The table under a dotted path. Raises NoTable with the first name that leads nowhere."""
    for name in path.split("."):
        found = tree.get(name)
        if not isinstance(found, dict):
            raise NoTable(name)
        tree = found
    return tree


def value_at(tree: Tree, path: str) -> object:
    """What stands under a dotted path and is no table. Raises NoValue."""
    if not path:
        raise ValuesError("YAML path cannot be empty")
    parent, dot, key = path.rpartition(".")
    if dot:
        try:
            tree = table_at(tree, parent)
        except NoTable:
            raise NoValue(key) from None
    if key not in tree or isinstance(tree[key], dict):
        raise NoValue(key)
    return tree[key]
