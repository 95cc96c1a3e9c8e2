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
    """A deep copy of dicts and lists; everything else is shared."""
    if isinstance(value, dict):
        return {key: copied(inner) if isinstance(inner, (dict, list)) else inner for key, inner in value.items()}
    if isinstance(value, list):
        return [copied(inner) if isinstance(inner, (dict, list)) else inner for inner in value]
    return value


def without_nulls(table: Tree) -> Tree:
    """A deep copy of a table without the keys that are null, at any depth; nulls in lists stay."""
    return {
        key: (without_nulls(inner) if isinstance(inner, dict) else copied(inner)) if isinstance(inner, (dict, list)) else inner
        for key, inner in table.items()
        if inner is not None
    }


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
