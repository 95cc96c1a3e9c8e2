"""Which of a chart's dependencies are on, under which names, and what they export to their parent (Helm 4: pkg/chart/v2/util/dependencies.go).

`process_dependencies` takes a chart as loaded and the user's values, and gives the chart as it is rendered: dependencies that the
chart does not list are kept, listed ones appear once per listing (under the alias, if there is one), those switched off by tags or
conditions are gone, and the chart's defaults hold those of the charts inside it and what `import-values` took from them.

Helm does this by changing the loaded charts. An alias makes a shallow copy, so that the charts below an aliased one can have two
parents of which they know one: their template names show it. To give the same names, the work is done here on small mutable
nodes that are copied and shared as Helm does, and frozen at the end.
"""

from __future__ import annotations

from steersman.chart.files import Note
from steersman.errors import GoError
from steersman.golang.values import StringMap
from steersman.values.coalesce import coalesce_values, merge_tables, merge_values
from steersman.values.trees import NoTable, NoValue, table_at, too_deep, value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.chart.model import Chart, Dependency

    Tree = dict[str, Any]


def process_dependencies(chart: Chart, values: Tree | None, notes: list[Note] | None = None) -> Chart:
    """The chart with its dependencies chosen and their exports imported. Raises ValuesError.

    `values` are the user's; the chart's own defaults count, too, where the user says nothing. What Helm would log is appended to
    `notes`.
    """
    if not chart.dependencies and not chart.metadata.dependencies:
        return chart
    said: list[Note] = [] if notes is None else notes
    try:
        node = _Node(chart, None)
        _enable(node, values or {}, "", said)
        _import(node, said)
        return node.frozen()
    except RecursionError:
        raise too_deep() from None


def is_compatible(constraint: str, version: str) -> bool:
    """Whether the version is one that the constraint allows; False when either cannot be understood."""
    from steersman.golang.semver import new_constraint, new_version

    try:
        return new_constraint(constraint).check(new_version(version))
    except GoError:
        return False


class _Requirement:
    """A listed dependency while it is being decided."""

    __slots__ = ("enabled", "imports", "name", "written")

    def __init__(self, written: Dependency) -> None:
        self.written = written
        self.name = written.name
        self.enabled = written.enabled
        self.imports: tuple[object, ...] = written.import_values

    def copied(self) -> _Requirement:
        twin = _Requirement(self.written)
        twin.name, twin.enabled, twin.imports = self.name, self.enabled, self.imports
        return twin

    def frozen(self) -> Dependency:
        return self.written.replace(name=self.name, enabled=self.enabled, import_values=self.imports)


class _Listing:
    """The part of Chart.yaml that changes: the name, and what is listed. Several nodes can share one, as in Helm."""

    __slots__ = ("name", "requirements")

    def __init__(self, name: str, requirements: list[_Requirement]) -> None:
        self.name = name
        self.requirements = requirements


class _Node:
    """A chart in the tree being rebuilt."""

    __slots__ = ("chart", "dependencies", "listing", "parent", "values")

    def __init__(self, chart: Chart, parent: _Node | None) -> None:
        self.chart = chart
        self.parent = parent
        self.values = chart.values
        self.listing = _Listing(chart.name, [_Requirement(each) for each in chart.metadata.dependencies])
        self.dependencies = [_Node(inner, self) for inner in chart.dependencies]

    @property
    def name(self) -> str:
        return self.listing.name

    def adopt(self, nodes: list[_Node]) -> None:
        for node in nodes:
            node.parent = self
        self.dependencies = nodes

    def shallow(self) -> _Node:
        twin = object.__new__(_Node)
        twin.chart, twin.parent, twin.values = self.chart, self.parent, self.values
        twin.listing, twin.dependencies = self.listing, self.dependencies
        return twin

    def path(self) -> str:
        return f"{self.parent.path()}/charts/{self.name}" if self.parent else self.name

    def frozen(self) -> Chart:
        chart = self.chart
        listing = self.listing
        return chart.replace(
            metadata=chart.metadata.replace(
                name=listing.name, dependencies=tuple(requirement.frozen() for requirement in listing.requirements)
            ),
            values=self.values,
            dependencies=tuple(inner.frozen() for inner in self.dependencies),
            parent_path=self.parent.path() if self.parent else "",
        )


def _listed(nodes: list[_Node], written: Dependency) -> _Node | None:
    """A copy of the first chart that answers to the listing, under its alias."""
    for node in nodes:
        if node.name != written.name or not is_compatible(written.version, node.chart.metadata.version):
            continue
        twin = node.shallow()
        twin.listing = _Listing(written.alias or node.name, [requirement.copied() for requirement in node.listing.requirements])
        twin.adopt([inner.shallow() for inner in node.dependencies])
        return twin
    return None


def _enable(node: _Node, values: Tree, path: str, notes: list[Note]) -> None:
    """Chooses the dependencies of a chart, then of those. `path` is where the chart's values are in `values`, with a dot."""
    requirements = node.listing.requirements
    if not requirements:
        return
    chosen = [
        existing
        for existing in node.dependencies
        if not any(
            existing.name == requirement.name and is_compatible(requirement.written.version, existing.chart.metadata.version)
            for requirement in requirements
        )
    ]
    for requirement in requirements:
        # An earlier listing may have been renamed to its alias, never this one: its own name is still the chart's.
        found = _listed(node.dependencies, requirement.written.replace(name=requirement.name))
        if found is not None:
            chosen.append(found)
        if requirement.written.alias:
            requirement.name = requirement.written.alias
    node.adopt(chosen)
    for requirement in requirements:
        requirement.enabled = True
    tree = coalesce_values(node, values, notes)
    _decide_by_tags(requirements, tree, notes)
    _decide_by_conditions(requirements, tree, path, notes)
    off = {requirement.name for requirement in requirements if not requirement.enabled}
    chosen = [inner for inner in chosen if inner.name not in off]
    for inner in chosen:
        _enable(inner, tree, f"{path}{inner.name}.", notes)
    node.listing.requirements = [requirement for requirement in requirements if requirement.name not in off]
    node.adopt(chosen)


def _decide_by_tags(requirements: list[_Requirement], tree: Tree, notes: list[Note]) -> None:
    """Any tag that is true switches on, else any that is false switches off."""
    tags = tree.get("tags")
    if not isinstance(tags, dict):
        return
    for requirement in requirements:
        said = set()
        for tag in requirement.written.tags:
            if tag in tags:
                value = tags[tag]
                if isinstance(value, bool):
                    said.add(value)
                else:
                    notes.append(_not_bool("tag", tag, requirement))
        requirement.enabled = True in said or False not in said


def _decide_by_conditions(requirements: list[_Requirement], tree: Tree, path: str, notes: list[Note]) -> None:
    """The first of a listing's paths under which there is a bool decides."""
    for requirement in requirements:
        for condition in requirement.written.condition.strip().split(","):
            if not condition:
                continue
            try:
                value = value_at(tree, path + condition)
            except NoValue:
                continue
            if isinstance(value, bool):
                requirement.enabled = value
                break
            notes.append(_not_bool("path", condition, requirement))


def _not_bool(kind: str, name: str, requirement: _Requirement) -> Note:
    return Note("WARN", "returned non-bool value", ((kind, name), ("chart", requirement.name)))


def _import(node: _Node, notes: list[Note]) -> None:
    """Gives each chart, the innermost first, the values that it imports from those inside it, below its own."""
    for inner in node.dependencies:
        _import(inner, notes)
    requirements = node.listing.requirements
    if not requirements:
        return
    tree = merge_values(node, None, notes)
    imported: Tree = {}
    for requirement in requirements:
        written: list[object] = []
        for entry in requirement.imports:
            if type(entry) is dict:
                child, parent = _printed(entry.get("child")), _printed(entry.get("parent"))
                missing = "ImportValues missing table from chart"
                about: tuple[tuple[str, str], ...] = (("chart", requirement.name),)
            elif isinstance(entry, str):
                child, parent = f"exports.{entry}", "."
                missing, about = "ImportValues missing table", ()
            else:
                # Also what was written below, when an alias shares its listing: in Helm it is of a type that is not read again.
                continue
            written.append(StringMap({"child": child, "parent": parent}))
            try:
                # Helm makes a new table of an empty one: only what is in a table stays shared with the tree.
                table = table_at(tree, f"{requirement.name}.{child}") or {}
            except NoTable as error:
                notes.append(Note("WARN", missing, (*about, ("error", str(error)))))
                continue
            for name in [] if parent == "." else reversed(parent.split(".")):
                table = {name: table}
            merge_tables(imported, table, notes)
        requirement.imports = tuple(written)
    if imported:
        # What was imported may be part of the tree: apart from it, one can be laid over the other.
        from steersman.values.trees import copied

        tree = copied(tree)
        merge_tables(tree, imported, notes)
    node.values = tree


def _printed(value: object) -> str:
    if isinstance(value, str):
        return value
    from steersman.golang.fmt import format_value

    return format_value(value)
