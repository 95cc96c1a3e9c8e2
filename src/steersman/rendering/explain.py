"""Why rendering failed, told to a person: the places with their lines, and what is known of the values involved.

`explain` is pure, and is asked when an error is about to be shown and never before: what succeeds pays nothing for it. It reads
the chain of errors and their settings (see errors.Error), goes through templates and values files again, now with positions,
and gives frames (the failing place first, then those that led to it) and notes, each a sentence. It never raises for what it does
not understand: it then says less.

Values are told of by path and place and never shown; lines of rendered text and of values files are shown masked (see excerpts).
"""

from __future__ import annotations

from steersman.errors import Error
from steersman.golang.values import to_str
from steersman.manifest.parse import ParseError as ManifestParseError
from steersman.records import Record
from steersman.rendering.excerpts import AROUND, Frame, excerpt, masked, word_end
from steersman.rendering.references import EVERY, end_of, node_at, spot, start_of
from steersman.spans import Span
from steersman.template.errors import ExecError, ParseError, UnknownTemplate
from steersman.template.nodes import Identifier, Template, walk
from steersman.template.parser import parse
from steersman.values.origins import Origins, documents, dotted
from steersman.values.spelling import near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from steersman.chart.model import Chart
    from steersman.rendering.references import Meaning, Spot, Steps
    from steersman.template.nodes import Tree
    from steersman.values.jsonschema import Finding
    from steersman.values.origins import Given, Path

MAX_FRAMES = 8
"""How many places are shown; of a longer chain those in the middle are left out."""
MAX_NOTES = 6
"""How many values, or findings of a schema, are told of."""
MAX_CHAIN = 2_000
"""How far the errors behind an error are followed."""
MAX_ELEMENTS = 1_000
"""How many elements of a list are looked at for the one that does not fit."""

NESTED_TEXT = "text given to tpl"
"""What the places in a text that was given to `tpl` are called: it has no file."""


class Explanation(Record):
    """The places, the one that failed first, and sentences about them."""

    frames: tuple[Frame, ...] = ()
    notes: tuple[str, ...] = ()


def explain(error: Error, sources: Sequence[Given] = ()) -> Explanation:
    """What can be said of an error beyond its message. `sources` are what the user gave (see values.origins.given)."""
    chain = list(_chain(error))
    setting: dict[str, Any] = {}
    for one in chain:
        if isinstance(one, Error):
            setting = {**one.setting, **setting}
    values = _Values(setting.get("chart"), setting.get("config") or {}, sources)
    if any(isinstance(one, (ExecError, ParseError)) for one in chain):
        return _of_templates(chain, values)
    if any(isinstance(one, ManifestParseError) for one in chain):
        return _of_manifest(error, setting.get("rendered") or {})
    if "data" in setting:
        return _of_file(chain, setting)
    if error.code == "values-schema":
        return Explanation(notes=tuple(_of_schema(values)))
    return Explanation()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all behind it."""
    for _ in range(MAX_CHAIN):
        if error is None:
            return
        yield error
        error = getattr(error, "cause", None) or error.__cause__


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Stop(Record):
    """One definition on the way to the failure, and the place in it."""

    name: str
    file: str
    text: str
    line: int
    column: int
    context: str = ""

    @property
    def position(self) -> int:
        start = 0
        for _ in range(self.line - 1):
            start = self.text.find("\n", start) + 1
        if self.text.isascii():
            return start + self.column
        line = self.text[start : self.text.find("\n", start) if "\n" in self.text[start:] else len(self.text)]
        return start + len(line.encode("utf-8", "surrogateescape")[: self.column].decode("utf-8", "ignore"))


def _of_templates(chain: Sequence[BaseException], values: _Values) -> Explanation:
    stops: list[_Stop] = []
    for error in chain:
        if isinstance(error, ExecError):
            stops += (_Stop(one.name, one.file, one.text, one.line, one.column) for one in error.callers)
            stops.append(_Stop(error.name, error.file, error.text, error.line, error.column, error.context))
    parsing = next((one for one in chain if isinstance(one, ParseError)), None)
    failing = next((one for one in reversed(chain) if isinstance(one, ExecError)), None)
    values.stand(stops[0].file if stops else "")
    notes: list[str] = []
    frames: list[Frame] = []
    dot: Meaning = ()
    found: Spot | None = None
    text_of: Meaning = None
    for stop in stops:
        tree = _tree(stop)
        node = node_at(tree, stop.position, stop.context) if tree is not None else None
        found = spot(tree, node, dot) if tree is not None and node is not None else None
        frames.append(_frame(stop, node))
        dot = found.handed_on() if found is not None else None
        text_of = found.text_given() if found is not None else None
    if parsing is not None:
        frames.append(_parse_frame(parsing, is_nested=bool(stops)))
        notes += _misspelt_function(parsing)
        if isinstance(text_of, tuple):
            notes += values.told([text_of])
    elif failing is not None:
        notes += _misspelt_template(chain, found, values)
        if found is not None and not notes:
            wanted = found.references()
            if not wanted and found.callee() == "fail":
                wanted = found.conditions_references()
            notes += values.told(wanted)
    frames.reverse()
    return Explanation(_shortened(_announced(frames)), tuple(notes[:MAX_NOTES]))


def _announced(frames: list[Frame]) -> list[Frame]:
    return [frame if not number else frame.replace(word="reached from") for number, frame in enumerate(frames)]


def _shortened(frames: list[Frame]) -> tuple[Frame, ...]:
    if len(frames) <= MAX_FRAMES:
        return tuple(frames)
    left_out = len(frames) - MAX_FRAMES
    middle = Frame(f"{left_out} more places", word="…")
    return (*frames[: MAX_FRAMES - 2], middle, *frames[-2:])


def _tree(stop: _Stop) -> Tree | None:
    try:
        main, trees = parse(stop.file, stop.text, None)
    except Error:
        return None
    return trees.get(stop.name, main if stop.name == stop.file else None)


def _is_nested(file: str) -> bool:
    """Whether this is the name of a text given to `tpl`: the files of a chart have a slash in theirs."""
    return "/" not in file


def _frame(stop: _Stop, node: Any) -> Frame:
    start, end = (stop.position, stop.position) if node is None else (start_of(node, stop.text), end_of(node))
    return _template_frame(stop.file, stop.text, start, end)


def _template_frame(file: str, text: str, start: int, end: int) -> Frame:
    start = max(0, min(start, len(text)))
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1)
    lines = text.split("\n")
    length = len(lines[line - 1])
    nested = _is_nested(file)
    shown = excerpt(lines, line, column, min(column + max(end - start, 1), max(length, column + 1)))
    if nested and masked([lines[line - 1]]) != [lines[line - 1]]:
        shown = ()
    return Frame(str(Span(NESTED_TEXT if nested else file, line, column + 1)), shown)


def _parse_frame(error: ParseError, *, is_nested: bool) -> Frame:
    text = error.text
    position = error.position if 0 <= error.position <= len(text) else -1
    unknown = _unknown_function(error)
    if unknown is not None:
        return _template_frame(error.name, text, unknown.pos, unknown.end)
    if position >= 0:
        while position < len(text) and text[position] in " \t":
            position += 1
        return _template_frame(error.name, text, position, word_end(text, position))
    return Frame(str(Span(NESTED_TEXT if is_nested else error.name, error.line)))


def _unknown_function(error: ParseError) -> Identifier | None:
    """The first call of a function that there is not, where this is all that is wrong with the text up to it."""
    from steersman.rendering.engine import signatures
    from steersman.template.functions import BUILTINS

    try:
        main, trees = parse(error.name, error.text, None)
    except Error:
        return None
    known = signatures()
    found = [
        node
        for tree in {id(one): one for one in (main, *trees.values())}.values()
        for node in walk(tree.root)
        if isinstance(node, Identifier) and node.name not in known and node.name not in BUILTINS
    ]
    return min(found, key=lambda node: node.pos, default=None)


def _misspelt_function(error: ParseError) -> list[str]:
    from steersman.rendering.engine import signatures
    from steersman.template.functions import BUILTINS

    unknown = _unknown_function(error)
    if unknown is None:
        return []
    names = near(unknown.name, {*signatures(), *BUILTINS})
    return [f"there is no function {unknown.name}; did you mean {_either(names)}?"] if names else []


def _misspelt_template(chain: Sequence[BaseException], found: Spot | None, values: _Values) -> list[str]:
    """Which template was meant, where one was executed that there is not."""
    unknown = next((one.name for one in chain if isinstance(one, UnknownTemplate)), "")
    defined = values.definitions() if unknown or (found is not None and isinstance(found.node, Template)) else {}
    if not unknown and found is not None and isinstance(found.node, Template) and found.node.name not in defined:
        unknown = found.node.name
    if not unknown:
        return []
    names = [f'"{name}" ({defined[name]})' for name in near(unknown, defined)]
    return [f'there is no template "{unknown}"; did you mean {_either(names)}?'] if names else []


def _either(names: Sequence[str]) -> str:
    return " or ".join(names)


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

_ROOT_NAMES: Mapping[str, tuple[str, ...]] = {
    "": ("Values", "Release", "Chart", "Files", "Capabilities", "Template", "Subcharts"),
    "Release": ("Name", "Namespace", "IsUpgrade", "IsInstall", "Revision", "Service"),
    "Template": ("Name", "BasePath"),
}


class _Values:
    """The values of one rendering as the templates saw them at first, and where they come from. `chart` is the root."""

    def __init__(self, chart: Chart | None, config: dict[str, Any], sources: Sequence[Given]) -> None:
        self.root = chart
        self.chart = chart
        self.origins = Origins(chart, sources)
        self._config = config
        self._tree: dict[str, Any] | None = None

    def stand(self, file: str) -> None:
        """Says which template is rendered: its chart is the one whose values it sees."""
        if self.root is None:
            return
        from steersman.rendering.dot import templates_of

        charts = list(self.root.walk())
        self.chart = next((charts[one.chart] for one in templates_of(self.root) if one.name == file), self.root)

    def tree(self, chart: Chart | None) -> object:
        """The values of a chart."""
        if self.root is None:
            return {}
        if self._tree is None:
            from steersman.values.coalesce import coalesce_values

            try:
                self._tree = coalesce_values(self.root, self._config)
            except Error:
                self._tree = {}
        found: object = self._tree
        for name in self.origins.prefix(chart):
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def definitions(self) -> dict[str, str]:
        """The name of every template of the chart, and where it is defined."""
        from steersman.rendering.dot import templates_of

        found: dict[str, str] = {}
        for template in templates_of(self.root) if self.root is not None else ():
            try:
                _, trees = parse(template.name, template.text, None)
            except Error:
                continue
            for name, tree in trees.items():
                line = template.text.count("\n", 0, tree.root.pos) + 1
                found[name] = template.name if name == template.name else f"{template.name}:{line}"
        return found

    def told(self, wanted: Sequence[Steps]) -> list[str]:
        """Sentences about these places: only about those that do not lead to their end, if there are such."""
        told = [answer for answer in map(self._told, wanted) if answer is not None]
        worst = max((answer[0] for answer in told), default=0)
        return list(dict.fromkeys(text for level, text in told if level == worst or (level and worst == _MISSING)))

    def _told(self, steps: Steps) -> tuple[int, str] | None:
        """(how bad, sentence) for one place below the dot."""
        chart = self.chart
        names = list(steps)
        while names[:1] == ["Subcharts"] and len(names) > 1 and chart is not None:
            chart = next((one for one in chart.dependencies if one.name == names[1]), None)
            del names[:2]
        if chart is None or not names:
            return None
        if names[0] != "Values":
            return self._told_of_root(chart, names)
        path = tuple(names[1:])
        return self._told_of_value(chart, path) if path else None

    def _told_of_root(self, chart: Chart, names: list[str | int]) -> tuple[int, str] | None:
        """Of what is below the dot and no value: only what is not there."""
        first = str(names[0])
        known: Sequence[str] = _ROOT_NAMES[""]
        missing, before = first, "."
        if first in known:
            if len(names) < 2 or not isinstance(names[1], str):
                return None
            if first == "Chart":
                from steersman.rendering.dot import chart_map

                known = (*chart_map(chart.metadata), "IsRoot")
            else:
                known = _ROOT_NAMES.get(first, ())
            missing, before = names[1], f".{first}."
            if not known or missing in known:
                return None
        likely = [before + name for name in near(missing, known)]
        question = f"; did you mean {_either(likely)}?" if likely else ""
        return _BROKEN if len(names) > 1 else _MISSING, f"{before}{missing} is not set{question}"

    def _told_of_value(self, chart: Chart, path: Path) -> tuple[int, str] | None:
        worst: tuple[int, Path, int, object] | None = None
        for number, (concrete, reached, value) in enumerate(_ways(self.tree(chart), path)):
            level = _THERE if reached == len(concrete) and value is not None else _MISSING
            if level == _MISSING and reached < len(concrete) - 1:
                level = _BROKEN
            if level == _MISSING and reached < len(concrete) and not isinstance(value, dict):
                level = _BROKEN
            if worst is None or level > worst[0]:
                worst = level, concrete, reached, value
            if level == _BROKEN or number >= MAX_ELEMENTS:
                break
        if worst is None:
            # A list that is gone through has no elements, or is none.
            cut = path.index(EVERY) if EVERY in path else len(path)
            return self._told_of_value(chart, path[:cut]) if 0 < cut < len(path) else None
        level, concrete, reached, value = worst
        whose = "" if chart is self.root else f" of the chart {chart.full_path()}"
        if level == _THERE:
            return level, f"{_shown(concrete)}{whose} is {_kind(value)}{self._place(concrete, chart)}"
        if reached < len(concrete) and value is not None and not isinstance(value, dict):
            upto = concrete[:reached]
            return level, f"{_shown(upto)}{whose} is {_kind(value)}, not a table{self._place(upto, chart)}"
        upto = concrete[: reached + 1] if isinstance(value, dict) else concrete[:reached]
        return level, f"{_shown(upto)}{whose} {self._absent(upto, chart, value)}"

    def _absent(self, path: Path, chart: Chart, around: object) -> str:
        """Why there is nothing under a path, and what may have been meant."""
        answer = self.origins.of(path, chart)
        if answer.hidden is not None and answer.hidden.is_null:
            return f"is null ({answer.hidden.place})"
        if isinstance(around, dict) and isinstance(path[-1], str):
            likely = []
            for name in near(path[-1], [key for key in around if isinstance(key, str)]):
                other = (*path[:-1], name)
                likely.append(_shown(other) + self._place(other, chart))
            if likely:
                return f"is not set; did you mean {_either(likely)}?"
        if any(isinstance(step, int) for step in path):
            return "is not set"
        return f"is not set; --set {dotted((*self.origins.prefix(chart), *path))}=… sets it, or a file given with -f"

    def _place(self, path: Path, chart: Chart | None) -> str:
        found = self.origins.of(path, chart).found
        return f" ({found.place})" if found is not None else ""

    def place(self, path: Path, chart: Chart | None) -> str:
        """Where a value comes from, in brackets; "" if that is not known."""
        return self._place(path, chart)


_THERE, _MISSING, _BROKEN = range(3)


def _ways(tree: object, path: Path) -> Iterator[tuple[Path, int, object]]:
    """Each way that a path leads through a tree: the steps taken, how many of them led somewhere, and what stands there."""
    waiting: list[tuple[Path, int, object]] = [(path, 0, tree)]
    while waiting:
        steps, at, value = waiting.pop()
        while at < len(steps):
            step = steps[at]
            if step == EVERY:
                keys: list[str | int] = []
                if isinstance(value, dict):
                    keys = [key for key in sorted(value) if isinstance(key, str)]
                elif isinstance(value, (list, tuple)):
                    keys = list(range(min(len(value), MAX_ELEMENTS)))
                waiting += [((*steps[:at], key, *steps[at + 1 :]), at, value) for key in reversed(keys[:MAX_ELEMENTS])]
                break
            inner = _member(value, step)
            if inner is _NOTHING:
                yield steps, at, value
                break
            value = inner
            at += 1
        else:
            yield steps, at, value


_NOTHING: Any = object()


def _member(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(step, _NOTHING)
    if isinstance(value, (list, tuple)) and isinstance(step, int) and step < len(value):
        return value[step]
    return _NOTHING


def _shown(path: Path) -> str:
    """A path as templates spell it."""
    text = ".Values"
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier():
            text += f".{step}"
        else:
            from steersman.golang.strconv import quote

            text += f"[{quote(step)}]"
    return text


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a string" if value else "an empty string"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    return "a table" if value else "an empty table"


# ── schemas ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_schema(values: _Values) -> list[str]:
    """Where each value comes from that does not fit its chart's schema."""
    from steersman.values.jsonschema import check, compile_schema

    told: list[str] = []
    for chart in values.root.walk() if values.root is not None else ():
        table = values.tree(chart)
        if chart.schema is None or not isinstance(table, dict):
            continue
        try:
            finding = check(compile_schema(to_str(chart.schema), None, None), table)
        except Error:
            continue
        for leaf in _leaves(finding):
            told += _of_finding(leaf, table, chart, values)
    told = list(dict.fromkeys(told))
    if len(told) > MAX_NOTES:
        told = [*told[:MAX_NOTES], f"… and {len(told) - MAX_NOTES} more"]
    return told


def _leaves(finding: Finding | None) -> Iterator[Finding]:
    waiting = [finding] if finding is not None else []
    while waiting:
        one = waiting.pop()
        if one.causes:
            waiting += reversed(one.causes)
        else:
            yield one


def _of_finding(finding: Finding, table: dict[str, Any], chart: Chart, values: _Values) -> list[str]:
    tokens: list[str] = []
    where = finding.where
    while where is not None:
        where, token = where
        tokens.append(token)
    path: Path = ()
    value: object = table
    for token in reversed(tokens):
        if isinstance(value, (list, tuple)):
            path = (*path, int(token))
            value = value[int(token)]
        else:
            path = (*path, token)
            value = value.get(token) if isinstance(value, dict) else None
    whose = "" if chart is values.root else f" of the chart {chart.full_path()}"
    told: list[str] = []
    for name in finding.surplus:
        likely = near(name, finding.allowed)
        question = f"; did you mean {_either(likely)}?" if likely else ""
        told.append(f"{_shown((*path, name))}{whose}{values.place((*path, name), chart)} is not in the schema{question}")
    for name in finding.missing:
        present = value if isinstance(value, dict) else {}
        likely = [
            f"{one}{values.place((*path, one), chart)}" for one in near(name, [key for key in present if isinstance(key, str)])
        ]
        question = f"; is it {_either(likely)}?" if likely else ""
        if not question:
            question = f"; --set {dotted((*values.origins.prefix(chart), *path, name))}=… sets it, or a file given with -f"
        told.append(f"{_shown((*path, name))}{whose} is not set{question}")
    if not told and path:
        place = values.place(path, chart)
        if place:
            told.append(f"{_shown(path)}{whose} comes from {place.strip(' ()')}")
    return told


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _yaml_lines(text: str, line: int, column: int) -> tuple[int, tuple[Any, ...]]:
    """(the line that is meant, the excerpt around it), masked. `column` 0 marks the whole line."""
    raw = text.replace("\r\n", "\n").split("\n")
    while len(raw) > 1 and not raw[-1]:
        raw.pop()
    line = max(1, min(line, len(raw)))
    hidden = masked(raw)
    shown = hidden[line - 1]
    begin = len(shown) - len(shown.lstrip())
    start, end = begin, len(shown.rstrip())
    if column and shown == raw[line - 1] and column - 1 <= len(shown):
        start = column - 1
        end = word_end(shown, start)
    return line, excerpt(hidden, line, start, end, around=AROUND)


def _of_manifest(error: Error, rendered: Mapping[str, str]) -> Explanation:
    """The lines that a template rendered to, and that are no YAML."""
    from steersman.errors import GoError
    from steersman.manifest.heads import read_head
    from steersman.manifest.split import split

    path = error.at.file if error.at is not None else ""
    text = rendered.get(path)
    if text is None:
        return Explanation()
    note = (f"these are lines of what {path} rendered to",)
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
                lines = masked(document.rstrip("\n").split("\n"))
                found = tuple(
                    one.replace(number=one.number + first - 1, start=0, end=0)
                    for one in excerpt(lines, 1, 0, 0, around=AROUND * 2)
                )
                return Explanation((Frame(f"{path}, rendered, line {first}", found, word="in"),), note)
            if inner == 1 and column:
                column += shift
            line, found = _yaml_lines(text, first + inner - 1, column)
            return Explanation((Frame(f"{path}, rendered, line {line}", found, word="in"),), note)
        at += len(document)
    return Explanation()


def _of_file(chain: Sequence[BaseException], setting: Mapping[str, Any]) -> Explanation:
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
        return Explanation((Frame(name),))
    line, found = _yaml_lines(text, line, column)
    return Explanation((Frame(str(Span(name, line, column)), found),))
