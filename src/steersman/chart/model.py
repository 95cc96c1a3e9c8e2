"""The chart and what it says of itself, as records (Helm 4: pkg/chart/v2)."""

from __future__ import annotations

from steersman.chart.files import File
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    Values = dict[str, Any]

API_V1 = "v1"
API_V2 = "v2"
TYPE_LIBRARY = "library"
NO_ANNOTATIONS: Mapping[str, str] = {}


class Maintainer(Record):
    name: str = ""
    email: str = ""
    url: str = ""


class Dependency(Record):
    """A chart that another depends on. `import_values` holds strings and dicts as written, until dependencies are processed."""

    name: str = ""
    version: str = ""
    repository: str = ""
    condition: str = ""
    tags: tuple[str, ...] = ()
    enabled: bool = False
    import_values: tuple[object, ...] = ()
    alias: str = ""


class Metadata(Record):
    """Chart.yaml. An absent list is an empty one; `annotations` is a mapping that nobody writes to."""

    name: str = ""
    home: str = ""
    sources: tuple[str, ...] = ()
    version: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    maintainers: tuple[Maintainer, ...] = ()
    icon: str = ""
    api_version: str = ""
    condition: str = ""
    tags: str = ""
    app_version: str = ""
    deprecated: bool = False
    annotations: Mapping[str, str] = NO_ANNOTATIONS
    kube_version: str = ""
    dependencies: tuple[Dependency, ...] = ()
    type: str = ""


class Lock(Record):
    """Chart.lock: `generated` is a time in RFC 3339, Go's zero time when there is none."""

    generated: str = "0001-01-01T00:00:00Z"
    digest: str = ""
    dependencies: tuple[Dependency, ...] = ()


class Chart(Record):
    """A chart with the charts inside it.

    `values` are the defaults of values.yaml, and `raw` all files as they came. `parent_path` is where the chart hangs in its tree
    ("" at the root): Helm makes template names of it, and keeps it apart from the name because an alias changes the one only.
    """

    metadata: Metadata
    templates: tuple[File, ...] = ()
    values: Values = {}
    schema: bytes | None = None
    files: tuple[File, ...] = ()
    lock: Lock | None = None
    dependencies: tuple[Chart, ...] = ()
    raw: tuple[File, ...] = ()
    parent_path: str = ""
    modified: int = 0
    schema_modified: int = 0

    @property
    def name(self) -> str:
        return self.metadata.name

    @property
    def is_root(self) -> bool:
        return not self.parent_path

    @property
    def is_library(self) -> bool:
        return self.metadata.type.lower() == TYPE_LIBRARY

    def full_path(self) -> str:
        """Where the chart hangs: "top/charts/sub", by the names of the charts, not of folders (Helm: ChartFullPath)."""
        return f"{self.parent_path}/charts/{self.metadata.name}" if self.parent_path else self.metadata.name

    def walk(self) -> Iterator[Chart]:
        """This chart and all inside it, each before those it contains."""
        yield self
        for dependency in self.dependencies:
            yield from dependency.walk()


class CustomResourceFile(Record):
    """A file of `crds/`: `path` is its name below the chart's full path."""

    path: str
    file: File


def crds(chart: Chart) -> tuple[CustomResourceFile, ...]:
    """The files of `crds/` that look like manifests, a chart's own before those of the charts inside it (Helm: CRDObjects)."""
    from steersman.golang.paths import join

    return tuple(
        CustomResourceFile(join(each.full_path(), file.name), file)
        for each in chart.walk()
        for file in each.files
        if file.name.startswith("crds/") and file.name.lower().endswith((".yaml", ".yml", ".json"))
    )


def placed(chart: Chart, parent_path: str = "") -> Chart:
    """The same chart hung below `parent_path`, and all inside it below it."""
    path = f"{parent_path}/charts/{chart.name}" if parent_path else chart.name
    if chart.parent_path == parent_path and all(inner.parent_path == path for inner in chart.dependencies):
        return chart
    return chart.replace(parent_path=parent_path, dependencies=tuple(placed(inner, path) for inner in chart.dependencies))
