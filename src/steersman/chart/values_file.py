"""values.yaml: YAML documents laid over each other (Helm 4: LoadValues of pkg/chart/v2/loader/load.go)."""

from __future__ import annotations

from steersman.errors import ChartError, GoError
from steersman.golang import yaml
from steersman.golang.values import to_str

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Tree = dict[str, Any]

_SEPARATOR = b"---"


def load_values(data: bytes) -> Tree:
    """The values that a file of one or more YAML documents holds; a later document wins, tables are merged.

    Raises ChartError with Helm's text ("cannot unmarshal yaml document: …").
    """
    values: Tree = {}
    for document in _documents(data):
        try:
            table = yaml.load_map(to_str(document))
        except GoError as error:
            raise ChartError(f"cannot unmarshal yaml document: {error}", code="yaml-invalid") from error
        values = merged_maps(values, table) if values else table
    return values


def merged_maps(under: Tree, over: Tree) -> Tree:
    """Both tables as one, `over` winning, tables merged: how values files and documents are laid over each other.

    Nulls are values here. Source: Helm 4, MergeMaps of pkg/chart/v2/loader/load.go.
    """
    out = dict(under)
    for key, value in over.items():
        if isinstance(value, dict):
            below = out.get(key)
            if isinstance(below, dict):
                out[key] = merged_maps(below, value)
                continue
        out[key] = value
    return out


def _documents(data: bytes) -> Iterator[bytes]:
    """The documents between lines that begin with `---`, wherever these stand (k8s.io/apimachinery: util/yaml YAMLReader).

    The first separator stays with its document; nothing but a comment may follow one on its line.
    """
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if not data.startswith(_SEPARATOR) and b"\n---" not in data:
        if data:
            yield data
        return
    held: list[bytes] = []
    for line in data.splitlines(keepends=True) if b"\r" not in data else _lines(data):
        if line.startswith(_SEPARATOR):
            behind = to_str(line[3:]).strip()
            if behind and not behind.startswith("#"):
                raise ChartError(f"error reading yaml document: invalid Yaml document separator: {behind}", code="yaml-invalid")
            if held:
                yield b"".join(held)
                held = []
                continue
        held.append(line)
    if held:
        yield b"".join(held)


def _lines(data: bytes) -> Iterator[bytes]:
    """Lines that end with a line feed only."""
    lines = data.split(b"\n")
    for line in lines[:-1]:
        yield line + b"\n"
    if lines[-1]:
        yield lines[-1]
