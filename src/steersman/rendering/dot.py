"""The dot: what `.` is in the templates of each chart of a tree.

One map per chart, shared by all its templates: `set .Values …` in one is seen by those that run later. A subchart's `.Values` is the
very table `.Values.<name>` of its parent. `.Chart` is a map of Go's field names, so `.Chart.name` is nothing.

Source: Helm 4 pkg/engine/engine.go (recAllTpls), pkg/chart/common.go (structToMap).
"""

from __future__ import annotations

from steersman.golang.paths import base, join
from steersman.golang.values import StringMap, Values, to_str
from steersman.records import Record
from steersman.rendering.files import Files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from steersman.chart.model import Chart, Dependency, Metadata
    from steersman.rendering.env import RenderEnv


class Template(Record):
    """A template to parse, and perhaps to render: its name, its text, the chart's prefix for `.Template.BasePath`."""

    name: str
    text: str
    base_path: str
    chart: int

    @property
    def is_partial(self) -> bool:
        return base(self.name).startswith("_")


def templates_of(chart: Chart) -> tuple[Template, ...]:
    """All templates of the tree in the order in which Helm parses and renders them.

    `chart` in each is the number of its chart in the order of `Chart.walk`. Sorted by the number of slashes, then by name, both
    downwards: so of two definitions of one name the one in the shallowest, alphabetically first file wins.
    """
    found: dict[str, Template] = {}
    for number, each in enumerate(_walk(chart)):
        path = each.full_path()
        for file in each.templates:
            if each.is_library and not base(file.name).startswith("_"):
                continue
            name = join(path, file.name)
            found[name] = Template(name, to_str(file.data), join(path, "templates"), number)
    return tuple(sorted(found.values(), key=lambda template: (template.name.count("/"), template.name), reverse=True))


def _walk(chart: Chart) -> list[Chart]:
    """The charts of the tree, those inside a chart before the chart's later siblings; Helm visits them so, too."""
    return list(chart.walk())


def dots_of(chart: Chart, values: dict[str, Any], env: RenderEnv) -> list[Values]:
    """The dot of each chart, in the order of `Chart.walk`. `values` is the coalesced tree; its tables become the dots' own."""
    release = {
        "Name": env.release.name,
        "Namespace": env.release.namespace,
        "IsUpgrade": env.release.is_upgrade,
        "IsInstall": env.release.is_install,
        "Revision": env.release.revision,
        "Service": env.release.service,
    }
    dots: list[Values] = []
    root = Values(values) if type(values) is dict else values
    _collect(chart, root, release, env.capabilities, dots)
    return dots


def _collect(chart: Chart, values: Any, release: dict[str, Any], capabilities: object, dots: list[Values]) -> Values:
    about = chart_map(chart.metadata)
    about["IsRoot"] = chart.is_root
    subcharts: dict[str, Values] = {}
    dot = Values(
        Chart=about,
        Files=Files((file.name, file.data) for file in chart.files),
        Release=release,
        Capabilities=capabilities,
        Values=values,
        Subcharts=subcharts,
    )
    dots.append(dot)
    for inner in chart.dependencies:
        table = values.get(inner.name) if isinstance(values, dict) and "." not in inner.name else None
        if not isinstance(table, dict):
            table = Values()
        subcharts[inner.name] = _collect(inner, table, release, capabilities, dots)
    return dot


_FIELDS: Mapping[str, str] = {
    "Name": "name",
    "Home": "home",
    "Sources": "sources",
    "Version": "version",
    "Description": "description",
    "Keywords": "keywords",
    "Icon": "icon",
    "APIVersion": "api_version",
    "Condition": "condition",
    "Tags": "tags",
    "AppVersion": "app_version",
    "Deprecated": "deprecated",
    "KubeVersion": "kube_version",
    "Type": "type",
}


def chart_map(metadata: Metadata) -> dict[str, Any]:
    """`.Chart`: every field by its Go name, empty ones too."""
    about: dict[str, Any] = {}
    for name, attribute in _FIELDS.items():
        value = getattr(metadata, attribute)
        about[name] = list(value) if isinstance(value, tuple) else value
    about["Annotations"] = StringMap(metadata.annotations)
    about["Maintainers"] = [{"Name": one.name, "Email": one.email, "URL": one.url} for one in metadata.maintainers]
    about["Dependencies"] = [_dependency_map(one) for one in metadata.dependencies]
    return about


def _dependency_map(dependency: Dependency) -> dict[str, Any]:
    return {
        "Name": dependency.name,
        "Version": dependency.version,
        "Repository": dependency.repository,
        "Condition": dependency.condition,
        "Tags": list(dependency.tags),
        "Enabled": dependency.enabled,
        "ImportValues": list(dependency.import_values),
        "Alias": dependency.alias,
    }
