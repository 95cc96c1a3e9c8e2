"""What is known of values, in sentences: that one is missing, or of another kind; where it comes from; what may have been meant.

Values are told of by path, kind and place. What they are is never shown.
"""

from __future__ import annotations

from steersman.errors import Error
from steersman.golang.values import to_str
from steersman.rendering.references import EVERY
from steersman.template.parser import parse
from steersman.values.origins import Origins, dotted
from steersman.values.spelling import near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from steersman.chart.model import Chart
    from steersman.rendering.references import Steps
    from steersman.values.jsonschema import Finding
    from steersman.values.origins import Given, Path

MAX_NOTES = 6
"""How many values, or findings of a schema, are told of."""
MAX_ELEMENTS = 1_000
"""How many elements of a list are looked at for the one that does not fit."""

_ROOT_NAMES: Mapping[str, tuple[str, ...]] = {
    "": ("Values", "Release", "Chart", "Files", "Capabilities", "Template", "Subcharts"),
    "Release": ("Name", "Namespace", "IsUpgrade", "IsInstall", "Revision", "Service"),
    "Template": ("Name", "BasePath"),
}


class KnownValues:
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

    def told(self, wanted: Sequence[Steps], *, all_of_them: bool = False) -> list[str]:
        """Sentences about these places: unless all are wanted, only about those that do not lead to their end, if there are such."""
        told = [answer for answer in map(self._told, wanted) if answer is not None]
        if all_of_them:
            return list(dict.fromkeys(text for _, text in told))
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
        question = f"; did you mean {either(likely)}?" if likely else ""
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
            beneath = f", which takes away what {answer.beneath.place} sets" if answer.beneath is not None else ""
            return f"is null ({answer.hidden.place}){beneath}"
        if isinstance(around, dict) and isinstance(path[-1], str):
            likely = []
            for name in near(path[-1], [key for key in around if isinstance(key, str)]):
                other = (*path[:-1], name)
                likely.append(_shown(other) + self._place(other, chart))
            if likely:
                return f"is not set; did you mean {either(likely)}?"
        return f"is not set{self.advice(path, chart)}"

    def advice(self, path: Path, chart: Chart) -> str:
        """How a value can be set. An element of a list cannot be without all others."""
        if any(isinstance(step, int) for step in path):
            return ""
        return f"; --set {dotted((*self.origins.prefix(chart), *path))}=… sets it, or a file given with -f"

    def place(self, path: Path, chart: Chart) -> str:
        """Where a value comes from; "" if that is not known."""
        answer = self.origins.of(path, chart)
        found = answer.found
        given: object = self._config
        for step in (*self.origins.prefix(chart), *path):
            given = _member(given, step)
        if given is _NOTHING:
            return found.place if found is not None else ""
        places = ["standard input" if name.strip() == "-" else name for name in answer.unread]
        if found is not None and not found.is_default:
            places.append(found.place)
        return " or ".join(places or ["given before"])

    def _place(self, path: Path, chart: Chart) -> str:
        place = self.place(path, chart)
        return f" ({place})" if place else ""


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


# ── schemas ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_schema(values: KnownValues) -> list[str]:
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


def _of_finding(finding: Finding, table: dict[str, Any], chart: Chart, values: KnownValues) -> list[str]:
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
        question = f"; did you mean {either(likely)}?" if likely else ""
        place = values.place((*path, name), chart)
        told.append(f"{_shown((*path, name))}{whose}{f' ({place})' if place else ''} is not in the schema{question}")
    for name in finding.missing:
        present = value if isinstance(value, dict) else {}
        likely = []
        for one in near(name, [key for key in present if isinstance(key, str)]):
            place = values.place((*path, one), chart)
            likely.append(f"{one} ({place})" if place else one)
        question = f"; is it {either(likely)}?" if likely else values.advice((*path, name), chart)
        told.append(f"{_shown((*path, name))}{whose} is not set{question}")
    if not told and path:
        place = values.place(path, chart)
        if place:
            told.append(f"{_shown(path)}{whose} comes from {place}")
    return told


def either(names: Sequence[str]) -> str:
    return " or ".join(names)
