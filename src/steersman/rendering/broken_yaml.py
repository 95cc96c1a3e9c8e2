"""YAML that cannot be read: the lines around, those of a values file or of what a template rendered to. They are shown masked."""

from __future__ import annotations

from steersman.errors import Error, GoError
from steersman.golang.values import to_str
from steersman.rendering.excerpts import AROUND, Frame, excerpt, masked, word_end
from steersman.spans import Span
from steersman.values.origins import documents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from steersman.rendering.excerpts import Line


def _yaml_lines(text: str, line: int, column: int) -> tuple[int, tuple[Line, ...]]:
    """(the line that is meant, the excerpt around it), masked. `column` 0 marks the whole line."""
    raw = text.replace("\r\n", "\n").split("\n")
    while len(raw) > 1 and not raw[-1]:
        raw.pop()
    if line > len(raw):
        line, column = len(raw), len(raw[-1]) + 1
    hidden = masked(raw)
    shown = hidden[line - 1]
    begin = len(shown) - len(shown.lstrip())
    start, end = begin, len(shown.rstrip())
    if column and shown == raw[line - 1] and column - 1 <= len(shown):
        start = column - 1
        end = word_end(shown, start)
    return line, excerpt(hidden, line, start, end, around=AROUND)


def of_manifest(error: Error, rendered: Mapping[str, str]) -> Frame | None:
    """The lines that a template rendered to, and that are no YAML."""
    from steersman.manifest.heads import read_head
    from steersman.manifest.split import split

    path = error.at.file if error.at is not None else ""
    text = rendered.get(path)
    if text is None:
        return None
    at = 0
    for document in split(text):
        at = max(text.find(document, at), at)
        first = text.count("\n", 0, at) + 1
        # Helm drops the space before a document, and with it the indentation of its first line.
        shift = at - (text.rfind("\n", 0, at) + 1)
        try:
            read_head(document)
        except GoError as problem:
            inner = getattr(problem, "line", 0)
            column = getattr(problem, "column", 0)
            if not inner:
                inner, column = _misfit(document)
            if not inner:
                lines = masked(document.rstrip("\n").split("\n"))
                found = tuple(
                    one.replace(number=one.number + first - 1, start=0, end=0)
                    for one in excerpt(lines, 1, 0, 0, around=AROUND * 2)
                )
                return Frame(f"{path}, rendered, line {first}", found, word="in")
            if inner == 1 and column:
                column += shift
            line, found = _yaml_lines(text, first + inner - 1, column)
            return Frame(f"{path}, rendered, line {line}", found, word="in")
        at += len(document)
    return None


def of_file(chain: Sequence[BaseException], setting: Mapping[str, Any]) -> Frame:
    """The line of a values file, or another YAML file of a chart, that cannot be read."""
    from steersman.golang import yaml

    name = str(setting.get("file", ""))
    inside = [one.setting["inside"] for one in chain if isinstance(one, Error) and "inside" in one.setting]
    if inside:
        # Each chart on the way in says its parent and itself: the first says where the next one lies.
        name = "/".join([inside[0], *(f"charts/{folder.rpartition('/')[2]}" for folder in inside[1:]), name])
    data = setting["data"]
    text = to_str(data) if isinstance(data, bytes) else str(data)
    line = column = 0
    for first, document in documents(text):
        try:
            yaml.load(document)
        except Error as problem:
            inner = getattr(problem, "line", 0)
            if inner:
                line, column = first + inner - 1, getattr(problem, "column", 0)
            break
    if not line:
        line = next((one.line for one in chain if isinstance(one, yaml.YamlError) and one.line), 0)
    if not line:
        return Frame(name)
    line, found = _yaml_lines(text, line, column)
    return Frame(str(Span(name, line, column)), found)


def _misfit(document: str) -> tuple[int, int]:
    """Line and column of what Helm cannot take in the head of a document: a list or a table in the place of a text, or the reverse."""
    from steersman.golang.yaml.composer import ALIAS_NODE, MAPPING_NODE, SCALAR_NODE, compose
    from steersman.golang.yaml.reader import read
    from steersman.golang.yaml.resolver import plain

    root = compose(*read(document))
    waiting = [(root, root, "")] if root is not None else []
    while waiting:
        key, value, place = waiting.pop()
        if value.kind == ALIAS_NODE and value.target is not None:
            value = value.target
        if value.kind == SCALAR_NODE and value.implicit and plain(value.value) is None:
            continue
        if value.kind != (SCALAR_NODE if place == "text" else MAPPING_NODE):
            return key.line + 1, key.column + 1
        if value.kind == MAPPING_NODE:
            for index in range(0, len(value.children) - 1, 2):
                name = value.children[index]
                inner = "text" if place == "annotations" else _HEAD.get(f"{place}.{name.value.lower()}", "")
                if inner:
                    waiting.append((name, value.children[index + 1], inner))
    return 0, 0


_HEAD = {
    ".apiversion": "text",
    ".kind": "text",
    ".metadata": "metadata",
    "metadata.name": "text",
    "metadata.annotations": "annotations",
}
"""What Helm reads of a document, and what it expects there (see manifest.heads)."""
