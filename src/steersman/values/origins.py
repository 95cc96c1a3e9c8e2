"""Where a value comes from: the line of a values file, or the flag, that said it last.

Only asked for when an error is explained. Composing values keeps no trace of where each came from, because that would cost every
run that succeeds; so here the sources are read again, this time with positions, and asked in the order in which they win: the user's
own, the last first, then the defaults of the chart at the root, down to those of the chart whose value it is. What was
imported from a dependency (`import-values`) is followed there.

A source can also hide what lies below it: `image: null`, or a text where a table was. That answers why a key is not there.
Of values nothing but the place is told: they may be secret.
"""

from __future__ import annotations

from steersman.errors import Error
from steersman.golang.values import to_str
from steersman.golang.yaml.composer import ALIAS_NODE, MAPPING_NODE, SCALAR_NODE, SEQUENCE_NODE, compose
from steersman.golang.yaml.reader import read
from steersman.golang.yaml.resolver import MERGE, plain
from steersman.golang.yaml.syntax import key_text
from steersman.records import Record
from steersman.spans import Span
from steersman.values import strvals
from steersman.values.trees import GLOBAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from steersman.chart.model import Chart
    from steersman.golang.yaml.composer import Node
    from steersman.values.compose import Overlay

    Path = tuple[str | int, ...]

MAX_IMPORTS = 20
"""How many dependencies a value is followed through."""
MAX_TEXT = 2 * 1024 * 1024
"""The longest file that is read again: with positions that takes a second for each MiB."""
MAX_MERGES = 100
"""How many tables, merged into each other by `<<`, are looked at for one key."""


class Given(Record):
    """One thing that the user gave: a file, with its text or None where it cannot be read again; or a flag with its argument."""

    flag: str
    argument: str
    text: str | None = None


class Origin(Record):
    """Where a value was said: `place` as people name it, `span` in a file. `is_null` where what was said is null, `is_default` where a
    chart says it and not the user."""

    place: str
    span: Span | None = None
    is_null: bool = False
    is_default: bool = False


class Answer(Record):
    """`found` is where the value comes from; `hidden` what took it away, where it is not there, and `beneath` what would be there then.
    `unread` are the files that win over that and cannot be read again: they may have said it."""

    found: Origin | None = None
    hidden: Origin | None = None
    beneath: Origin | None = None
    unread: tuple[str, ...] = ()


FILE = "-f"


def given(overlay: Overlay, read_text: Callable[[str], str | None]) -> tuple[Given, ...]:
    """What the flags gave, in the order in which it is laid over each other (see `compose`)."""
    return (
        *(Given(FILE, path, read_text(path)) for path in overlay.files),
        *(Given("--set-json", line) for line in overlay.json_values),
        *(Given("--set", line) for line in overlay.values),
        *(Given("--set-string", line) for line in overlay.string_values),
        *(Given("--set-file", line) for line in overlay.file_values),
        *(Given("--set-literal", line) for line in overlay.literal_values),
    )


def dotted(path: Path) -> str:
    """A path as `--set` spells it."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            for char in "\\.,=[":
                step = step.replace(char, "\\" + char)
            text += f".{step}" if text else step
    return text


_ABSENT, _FOUND, _HIDDEN = range(3)


class Origins:
    """The sources of one rendering. `chart` is the chart at the root, as its dependencies left it."""

    def __init__(self, chart: Chart | None, sources: Sequence[Given] = ()) -> None:
        self._chart = chart
        self._sources = [_source(one) for one in reversed(sources)]
        self._defaults: dict[str, _File] = {}

    def of(self, path: Path, chart: Chart | None = None) -> Answer:
        """Where the value under `path` of `.Values` of this chart (the root's, for None) comes from."""
        return self._of(path, self._line(chart), MAX_IMPORTS)

    def prefix(self, chart: Chart | None = None) -> tuple[str, ...]:
        """Where the values of a chart stand in what the user gives."""
        return tuple(one.name for one in self._line(chart)[1:])

    def _line(self, chart: Chart | None) -> list[Chart]:
        """The charts from the root to this one."""
        if self._chart is None:
            return []
        line = [self._chart]
        if chart is not None:
            wanted = chart.full_path()
            while line[-1].full_path() != wanted:
                inner = next((one for one in line[-1].dependencies if f"{wanted}/".startswith(f"{one.full_path()}/")), None)
                if inner is None:
                    return [self._chart]
                line.append(inner)
        return line

    def _of(self, path: Path, line: list[Chart], imports: int) -> Answer:
        hidden: Origin | None = None
        unread: list[str] = []
        for source, inside in self._asked(path, line):
            if isinstance(source, _Unread):
                unread += [] if source.name in unread else [source.name]
                continue
            state, origin = source.look(inside)
            if state == _FOUND and origin is not None and not origin.is_null:
                return Answer(origin, unread=tuple(unread)) if hidden is None else Answer(hidden=hidden, beneath=origin)
            if state != _ABSENT:
                hidden = hidden or origin
        if hidden is not None:
            return Answer(hidden=hidden)
        if line and imports:
            for inner, inside in _imported(line[-1], path):
                answer = self._of(inside, [*line, inner], imports - 1)
                if answer.found is not None:
                    return answer.replace(unread=tuple(unread))
        return Answer(unread=tuple(unread))

    def _asked(self, path: Path, line: list[Chart]) -> Iterator[tuple[_Source, Path]]:
        """The sources of a path, and where in each it stands, the one that wins first."""
        names = tuple(chart.name for chart in line[1:])
        levels = range(len(names) + 1) if path[:1] == (GLOBAL,) else range(len(names), len(names) + 1)
        for level in levels:
            for source in self._sources:
                yield source, names[:level] + path
            for number, chart in enumerate(line[: level + 1]):
                yield self._of_chart(chart), names[number:level] + path

    def _of_chart(self, chart: Chart) -> _File:
        name = f"{chart.full_path()}/values.yaml"
        found = self._defaults.get(name)
        if found is None:
            text = next((to_str(file.data) for file in chart.raw if file.name == "values.yaml"), "")
            found = self._defaults[name] = _File(name, text, is_default=True)
        return found


def _imported(chart: Chart, path: Path) -> Iterator[tuple[Chart, Path]]:
    """The dependencies that a chart may have imported a value from, and where it stands there."""
    for listed in chart.metadata.dependencies:
        inner = next((one for one in chart.dependencies if one.name == listed.name), None)
        for entry in listed.import_values if inner is not None else ():
            child, parent = "", "."
            if isinstance(entry, str):
                child = f"exports.{entry}"
            elif isinstance(entry, dict):
                child, parent = str(entry.get("child", "")), str(entry.get("parent", ""))
            names: Path = () if parent == "." else tuple(parent.split("."))
            if inner is not None and child and path[: len(names)] == names:
                yield inner, (*child.split("."), *path[len(names) :])


# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Source:
    def look(self, path: Path) -> tuple[int, Origin | None]:
        """Whether this source says something at the path, or hides what others say there, and where it does."""
        raise NotImplementedError


def _source(one: Given) -> _Source:
    if one.flag != FILE:
        return _Line(one)
    is_read = one.text is not None and len(one.text) <= MAX_TEXT
    return _File(one.argument, one.text) if is_read else _Unread(one.argument)


class _Unread(_Source):
    """Standard input, or a pipe, which is gone."""

    def __init__(self, name: str) -> None:
        self.name = name

    def look(self, path: Path) -> tuple[int, Origin | None]:
        return _ABSENT, None


class _Line(_Source):
    """The argument of a flag of the --set family."""

    def __init__(self, one: Given) -> None:
        self.flag = one.flag
        self.tree: dict[str, Any] = {}
        try:
            if one.flag == "--set-json":
                text = one.argument.strip()
                if text.startswith("{"):
                    from steersman.golang.json import unmarshal

                    self.tree = unmarshal(text, "map")
                else:
                    strvals.parse_json_into(text, self.tree)
            elif one.flag == "--set-file":
                strvals.parse_file_into(one.argument, self.tree, lambda path: "")
            elif one.flag == "--set-literal":
                strvals.parse_literal_into(one.argument, self.tree)
            elif one.flag == "--set-string":
                strvals.parse_string_into(one.argument, self.tree)
            else:
                strvals.parse_into(one.argument, self.tree)
        except Error:
            pass  # what was read before the fault was written, and is kept

    def look(self, path: Path) -> tuple[int, Origin | None]:
        here: object = self.tree
        for number, step in enumerate(path):
            if isinstance(here, dict) and step in here:
                here = here[step]
            elif isinstance(here, list) and isinstance(step, int):
                # Such a line changes single elements of a list, and says nothing of the others.
                if step >= len(here) or here[step] is None:
                    return _ABSENT, None
                here = here[step]
            elif isinstance(here, dict):
                return _ABSENT, None
            else:
                return _HIDDEN, self._origin(path[:number], here)
        return _FOUND, self._origin(path, here)

    def _origin(self, path: Path, value: object) -> Origin:
        return Origin(f"{self.flag} {dotted(path)}", is_null=value is None)


class _File(_Source):
    """A file of YAML documents, of which a later one wins."""

    def __init__(self, name: str, text: str | None, *, is_default: bool = False) -> None:
        self.name = name
        self.is_default = is_default
        self.roots: list[tuple[int, Node]] = []
        for first, document in documents(text) if text and len(text) <= MAX_TEXT else ():
            try:
                root = compose(*read(document))
            except Error:
                continue
            if root is not None:
                self.roots.append((first, root))
        self.roots.reverse()

    def look(self, path: Path) -> tuple[int, Origin | None]:
        for first, root in self.roots:
            state, place, is_null = _look(root, path)
            if state != _ABSENT and place is not None:
                span = Span(self.name, first + place.line, place.column + 1)
                return state, Origin(f"{span.file}:{span.line}", span, is_null, self.is_default)
        return _ABSENT, None


def documents(text: str) -> list[tuple[int, str]]:
    """The documents of a values file, each with the number of its first line (Helm 4: pkg/chart/v2/loader/load.go, LoadValues)."""
    found: list[tuple[int, str]] = []
    held: list[str] = []
    first = 1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.startswith("---") and held:
            found.append((first, "\n".join(held) + "\n"))
            held = []
        else:
            if not held:
                first = number
            held.append(line)
    if held:
        found.append((first, "\n".join(held)))
    return found


def _look(root: Node, path: Path) -> tuple[int, Node | None, bool]:
    """(whether it is there, the node whose place is told, whether it is null). The place of a member is that of its key."""
    node, place = _meant(root), root
    for step in path:
        if node.kind == MAPPING_NODE:
            member = _member(node, str(step)) if isinstance(step, str) else None
            if member is None:
                return _ABSENT, None, False
            place, node = member[0], _meant(member[1])
        elif node.kind == SEQUENCE_NODE and isinstance(step, int) and step < len(node.children):
            place = node.children[step]
            node = _meant(place)
        else:
            return _HIDDEN, place, _is_null(node)
    return _FOUND, place, _is_null(node)


def _meant(node: Node) -> Node:
    return node.target if node.kind == ALIAS_NODE and node.target is not None else node


def _is_null(node: Node) -> bool:
    return node.kind == SCALAR_NODE and node.implicit and plain(node.value) is None


def _member(node: Node, key: str) -> tuple[Node, Node] | None:
    """The key and the value of a member, the last of its name; else what is merged in by `<<`."""
    waiting, looked = [node], 0
    while waiting and looked < MAX_MERGES:
        table = _meant(waiting.pop())
        looked += 1
        if table.kind == SEQUENCE_NODE:
            waiting += reversed(table.children)
            continue
        found: tuple[Node, Node] | None = None
        merged: list[Node] = []
        for index in range(0, len(table.children) - 1, 2):
            name, value = table.children[index], table.children[index + 1]
            if name.kind == SCALAR_NODE:
                if name.value == key or (name.implicit and _spelled(name.value) == key):
                    found = name, value
                elif name.value == "<<" and (name.implicit or name.tag == MERGE):
                    merged.append(value)
        if found is not None:
            return found
        waiting += merged
    return None


def _spelled(text: str) -> str:
    """A plain key as JSON has it: `yes` is "true"."""
    value = plain(text)
    return text if isinstance(value, str) or value is None else key_text(value)
