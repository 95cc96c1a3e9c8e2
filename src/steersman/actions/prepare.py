"""The pipeline that all verbs share: from a chart's reference and the user's values to a manifest. Reads, decides nothing.

    chart = load(reference)                    sources.fetch → chart.load
    overlay = read_overlay(flags)              -f and --set
    prepared = render_chart(chart, overlay, facts, …)

Helm 4: pkg/cmd/install.go runInstall, pkg/action/action.go renderResources.
"""

from __future__ import annotations

from steersman.actions.budget import budgeted
from steersman.actions.cache import library_of
from steersman.chart.files import Note
from steersman.chart.loader import load as load_chart
from steersman.errors import ChartError, Error, UsageError, ValuesError
from steersman.manifest import Manifest, dump_sources, manifest_text, parse, split_notes
from steersman.manifest.parse import ParseError
from steersman.records import Record
from steersman.rendering.engine import render
from steersman.sources import fetch
from steersman.values.compose import compose
from steersman.values.dependencies import is_compatible, process_dependencies
from steersman.values.render_values import to_render_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from steersman.chart.model import Chart
    from steersman.rendering.env import RenderEnv
    from steersman.values.compose import Overlay

    Tree = dict[str, Any]
    Tell = Callable[[Note], None]

STANDARD_INPUT = "-"
MAX_VALUES_BYTES = 100 * 1024 * 1024
"""The longest values file that is read."""


class Prepared(Record):
    """A chart rendered for one release. `chart` is as its dependencies left it; `config` is what the user gave."""

    chart: Chart
    config: Tree
    manifest: Manifest
    text: str
    notes: str


class RenderFailure(Error):
    """Rendering came so far that there is text to look at: `text` holds it, for --debug."""

    default_code = "render"

    def __init__(self, cause: Error, text: str) -> None:
        super().__init__(cause.message, at=cause.at, code=cause.code, hint=cause.hint)
        self.__cause__ = cause
        self.setting = cause.setting
        self.text = text


@budgeted
def load(reference: str, tell: Tell) -> Chart:
    """The chart at this folder or archive, checked to be installable.

    Raises SourceError when there is none, ChartError when it is no chart, a library, or lacks a dependency.
    """
    notes: list[Note] = []
    chart = load_chart(fetch(reference, notes), notes)
    for note in notes:
        tell(note)
    kind = chart.metadata.type
    if kind not in {"", "application"}:
        raise ChartError(f"{kind} charts are not installable", code="chart-not-installable")
    return chart


def check_dependencies(chart: Chart) -> None:
    """Raises ChartError when Chart.yaml names charts that charts/ does not hold. Helm 4: action.CheckDependencies."""
    have = {dependency.name for dependency in chart.dependencies}
    missing = [wanted.name for wanted in chart.metadata.dependencies if wanted.name not in have]
    if missing:
        raise ChartError(
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing"
            f" dependencies: found in Chart.yaml, but missing in charts/ directory: {', '.join(missing)}",
            code="chart-dependencies",
        )


@budgeted
def read_overlay(overlay: Overlay) -> Tree:
    """The values that the user gave. Raises ValuesError with Helm's text for a file that is missing or no YAML."""
    return compose(overlay, read_values_file)


def read_values_file(path: str) -> bytes:
    """The bytes of a values file; "-" is standard input. Raises ValuesError (Go: `open x: no such file or directory`)."""
    import sys

    if path.strip() == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_VALUES_BYTES)
    if path.startswith(("http://", "https://")):
        raise ValuesError(
            f"{path}: values cannot be fetched from a URL yet", code="unsupported", hint="download the file, and name it with -f"
        )
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_VALUES_BYTES + 1)
    except OSError as error:
        raise ValuesError(f"open {path}: {(error.strerror or str(error)).lower()}", code="values-missing") from None
    if len(data) > MAX_VALUES_BYTES:
        raise ValuesError(f"{path} is longer than {MAX_VALUES_BYTES} bytes", code="limit")
    return data


@budgeted
def render_chart(
    chart: Chart,
    config: Tree,
    env: RenderEnv,
    tell: Tell,
    *,
    skip_schema: bool = False,
    include_crds: bool = False,
    subchart_notes: bool = False,
    hide_secrets: bool = False,
    post_render: Callable[[str], str] | None = None,
    upgrading: bool = False,
) -> Prepared:
    """Renders a chart with the user's values. Raises what each stage raises; RenderFailure once there is text to show.

    `upgrading` tells whose words an error about dependencies has: upgrade gives it as it is, install says what was being done.
    `post_render` takes all manifests, hooks among them, and gives others. `env` brings the world in: capabilities, release facts, lookup, time, randomness.
    """
    said: list[Note] = []
    try:
        try:
            chart = process_dependencies(chart, config, said)
        except Error as error:
            if not upgrading:
                said.append(Note("ERROR", "chart dependencies processing failed", (("error", error.message),)))
                error.message = f"chart dependencies processing failed: {error.message}"
            raise
        values = to_render_values(chart, config, skip_schema_validation=skip_schema, notes=said)
    except Error as error:
        error.within(chart=chart, config=config)
        raise
    finally:
        for note in said:
            tell(note)
    try:
        check_kube_version(chart, env)
        kept = library_of(chart)
        sources = render(chart, values, env, kept.library)
        kept.keep()
    except Error as error:
        raise RenderFailure(error.within(chart=chart, config=config), "") from error
    notes, rest = split_notes(sources, chart.name, subcharts=subchart_notes)
    if post_render is not None:
        rest = post_rendered(rest, post_render)
    try:
        manifest = parse(rest)
    except ParseError as error:
        raise RenderFailure(error.within(chart=chart, config=config, rendered=rest), dump_sources(rest)) from error
    crds: list[tuple[str, str]] = []
    if include_crds:
        from steersman.chart.model import crds as crds_of
        from steersman.golang.values import to_str

        crds = [(one.path, to_str(one.file.data)) for one in crds_of(chart)]
    return Prepared(chart, config, manifest, manifest_text(manifest, crds=crds, hide_secrets=hide_secrets), notes)


def post_rendered(files: Mapping[str, str], run: Callable[[str], str]) -> dict[str, str]:
    """The rendered files after the post-renderer. Raises RenderFailure."""
    from steersman.manifest.postrender import post_render

    try:
        return post_render(files, run)
    except Error as error:
        raise RenderFailure(error, "") from error


def check_kube_version(chart: Chart, env: RenderEnv) -> None:
    """Raises ChartError when the chart does not want this version of Kubernetes."""
    wanted, version = chart.metadata.kube_version, env.capabilities.kube_version
    if wanted and not is_compatible(wanted, str(version)):
        raise ChartError(
            f"chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {version.version}",
            code="chart-kube-version",
            hint="--kube-version says which version to render for",
        )


def name_and_chart(
    arguments: tuple[str, ...], *, default: str = "", generate: bool = False, template: str = "", now: Callable[[], int]
) -> tuple[str, str]:
    """(release name, chart reference) from the arguments of install and template. `now` gives seconds since 1970.

    Raises UsageError with Helm's texts (Helm 4: action/install.go NameAndChart).
    """
    if len(arguments) > 2:
        raise UsageError(f"expected at most two arguments, unexpected arguments: {', '.join(arguments[2:])}")
    if len(arguments) == 2:
        if generate:
            raise UsageError("cannot set --generate-name and also specify a name")
        if template:
            raise UsageError("cannot set --name-template and also specify a name")
        return arguments[0], arguments[1]
    if template:
        from steersman.actions.names import from_template

        return from_template(template), arguments[0]
    if default:
        return default, arguments[0]
    if not generate:
        raise UsageError("must either provide a name or specify --generate-name", hint="steersman install NAME CHART")
    base = arguments[0].rstrip("/").rpartition("/")[2]
    if base in {"", "."}:
        base = "chart"
    return f"{base.partition('.')[0]}-{now()}", arguments[0]
