"""The library's own verbs: load a chart once, render it often. No cluster, no command line."""

from __future__ import annotations

from steersman.actions.prepare import check_dependencies, load, render_chart
from steersman.actions.world import environment
from steersman.chart.names import release_name_error
from steersman.errors import UsageError
from steersman.golang.strconv import quote
from steersman.manifest import template_text
from steersman.objects.capabilities import Capabilities, parse_kube_version
from steersman.records import Record
from steersman.rendering.env import ReleaseFacts, RenderEnv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from steersman.chart.files import Note
    from steersman.chart.model import Chart
    from steersman.manifest import Hook, Manifest


class Rendered(Record):
    """A rendered chart. `text` is what `template` prints; `warnings` is what Helm would have logged."""

    manifest: Manifest
    resources_text: str
    notes: str
    warnings: tuple[str, ...] = ()

    @property
    def hooks(self) -> tuple[Hook, ...]:
        return self.manifest.hooks

    @property
    def text(self) -> str:
        return template_text(self.resources_text, self.manifest.hooks)

    def objects(self) -> list[dict[str, Any]]:
        """The resources as plain data, in the order of their kinds; hooks are not among them."""
        from steersman.actions.targets import read_objects

        return read_objects(self.resources_text)


def load_chart(path: str) -> Chart:
    """The chart in a folder or an archive, its dependencies in charts/ included.

    Raises SourceError when there is none, ChartError when it is not one that can be installed.
    """
    chart = load(str(path), lambda note: None)
    check_dependencies(chart)
    return chart


def render(
    chart: Chart,
    values: Mapping[str, Any] | None = None,
    *,
    release: str = "release-name",
    namespace: str = "default",
    revision: int = 1,
    is_upgrade: bool = False,
    kube_version: str = "",
    api_versions: Sequence[str] = (),
    include_crds: bool = False,
    skip_schema_validation: bool = False,
    env: RenderEnv | None = None,
) -> Rendered:
    """Renders a chart with values laid over its own, as `template` does; the chart's templates are compiled once.

    `values` are plain dicts, lists, strings, numbers, booleans and None, and are not changed. `env` brings a world of your own:
    the other arguments about release and cluster are then not looked at.

    Raises ValuesError, TemplateError, ManifestError or ChartError, each with Helm's text and the place.
    """
    if env is None:
        problem = release_name_error(release)
        if problem:
            raise UsageError(f"release name {quote(release)}: {problem}")
        capabilities = Capabilities(parse_kube_version(kube_version)) if kube_version else Capabilities()
        if api_versions:
            capabilities = Capabilities(capabilities.kube_version, [*capabilities.api_versions, *api_versions])
        facts = ReleaseFacts(release, namespace, revision, is_install=not is_upgrade, is_upgrade=is_upgrade)
        env = environment(capabilities, facts)
    notes: list[Note] = []
    prepared = render_chart(
        chart, dict(values or {}), env, notes.append, skip_schema=skip_schema_validation, include_crds=include_crds
    )
    return Rendered(prepared.manifest, prepared.text, prepared.notes, tuple(str(note) for note in notes))
