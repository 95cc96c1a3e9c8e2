"""What the user gives, as one tree: files first, then the flags (Helm 4: pkg/cli/values/options.go).

Files are laid over each other from left to right, then come all of --set-json, --set, --set-string, --set-file and --set-literal in
this order, whatever their order on the command line. Nulls stay: they remove defaults later, when the tree is coalesced.
Reading a file is the caller's matter: it comes in as a function.
"""

from __future__ import annotations

from steersman.chart.values_file import load_values, merged_maps
from steersman.errors import Error, GoError, ValuesError
from steersman.golang.values import to_str
from steersman.records import Record
from steersman.values import strvals
from steersman.values.trees import too_deep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Tree = dict[str, Any]


class Overlay(Record):
    """The flags that say values, each in the order given."""

    files: tuple[str, ...] = ()
    json_values: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    string_values: tuple[str, ...] = ()
    file_values: tuple[str, ...] = ()
    literal_values: tuple[str, ...] = ()


def compose(overlay: Overlay, read: Callable[[str], bytes]) -> Tree:
    """The tree that the flags mean. `read` gives the bytes of a file by the name on the command line ("-" included).

    Raises ValuesError with Helm's text, and whatever `read` raises.
    """
    tree: Tree = {}
    try:
        for path in overlay.files:
            data = read(path)
            try:
                tree = merged_maps(tree, load_values(data))
            except (GoError, Error) as error:
                raise ValuesError(f"failed to parse {path}: {error}", at=error.at).within(file=path, data=data) from error
        for line in overlay.json_values:
            tree = _with_json(tree, line)
        _write(overlay.values, "--set", strvals.parse_into, tree)
        _write(overlay.string_values, "--set-string", strvals.parse_string_into, tree)
        _write(
            overlay.file_values,
            "--set-file",
            lambda line, into: strvals.parse_file_into(line, into, lambda path: to_str(read(path))),
            tree,
        )
        _write(overlay.literal_values, "--set-literal", strvals.parse_literal_into, tree)
    except RecursionError:
        raise too_deep() from None
    return tree


def _write(lines: tuple[str, ...], flag: str, parse_into: Callable[[str, Tree], None], tree: Tree) -> None:
    for line in lines:
        try:
            parse_into(line, tree)
        except Error as error:
            raise ValuesError(f"failed parsing {flag} data: {error}", code=error.code) from error


def _with_json(tree: Tree, line: str) -> Tree:
    from steersman.golang.json import unmarshal

    text = line.strip()
    if text.startswith("{"):
        try:
            given = unmarshal(text, "map")
        except GoError as error:
            raise ValuesError(f"failed parsing --set-json data JSON: {line}", hint=str(error)) from None
        assert isinstance(given, dict)
        return merged_maps(tree, given)
    try:
        strvals.parse_json_into(line, tree)
    except ValuesError as error:
        raise ValuesError(f"failed parsing --set-json data {line}", hint=str(error)) from None
    return tree
