"""`template`: a chart rendered as an installation that stops before anything is touched.

Helm 4: pkg/cmd/template.go.
"""

from __future__ import annotations

from steersman.actions.prepare import RenderFailure, check_dependencies, load, name_and_chart, read_overlay, render_chart
from steersman.chart.files import Note
from steersman.errors import Error, UsageError
from steersman.manifest import template_text, without_tests
from steersman.manifest.text import show_only
from steersman.objects.capabilities import Capabilities, default_capabilities, parse_kube_version
from steersman.records import Record
from steersman.render import ReleaseFacts, RenderEnv
from steersman.values.compose import Overlay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.actions.connect import World
    from steersman.manifest.model import Manifest

DEFAULT_NAME = "release-name"
DEBUG_HINT = "\n\nUse --debug flag to render out invalid YAML"


class Template(Record):
    """What to render, and for what."""

    arguments: tuple[str, ...]
    values: Overlay = Overlay()
    namespace: str = "default"
    generate_name: bool = False
    name_template: str = ""
    api_versions: tuple[str, ...] = ()
    kube_version: str = ""
    include_crds: bool = False
    is_upgrade: bool = False
    hooks: bool = True
    skip_tests: bool = False
    skip_schema: bool = False
    enable_dns: bool = False
    show_only: tuple[str, ...] = ()
    output_dir: str = ""
    use_release_name: bool = False
    debug: bool = False


class Templated(Record):
    """The text to print, and the error that came with it: with --debug both are shown."""

    text: str
    error: Error | None = None


def run(request: Template, world: World | None, tell: Callable[[Note], None]) -> Templated:
    """Renders. `world` is the cluster to ask for versions and lookups, None for none. Raises what the stages raise."""
    import time

    capabilities = default_capabilities()
    if request.kube_version:
        try:
            capabilities = capabilities.with_kube_version(parse_kube_version(request.kube_version))
        except Error as error:
            raise UsageError(f"invalid kube version '{request.kube_version}': {error}") from None
    # The name is not free to choose here: without one it is release-name, whatever --generate-name says.
    name, reference = name_and_chart(
        request.arguments, default="" if request.generate_name and False else DEFAULT_NAME, generate=request.generate_name, template=request.name_template, now=lambda: int(time.time())
    )
    config = None
    if world is None:
        chart_and_config = _read(reference, request, tell)
        chart, config = chart_and_config
        if request.api_versions:
            capabilities = capabilities.with_api_versions(request.api_versions)
        lookup = None
    else:
        chart, config = _read(reference, request, tell)
        capabilities = world.capabilities()
        lookup = world.lookup
    check_name(name)
    env = make_env(capabilities, name, request.namespace, request, lookup)
    try:
        prepared = render_chart(chart, config, env, tell, skip_schema=request.skip_schema, include_crds=request.include_crds and not request.output_dir)
    except RenderFailure as failure:
        if not request.debug:
            failure.message += DEBUG_HINT
            raise
        return Templated(template_text(failure.text), failure)
    if request.output_dir:
        from steersman.actions.template_files import write_files

        return Templated(write_files(prepared, request, name))
    return Templated(_text(prepared.text, prepared.manifest, request))


def _read(reference, request, tell):  # type: ignore[no-untyped-def]
    chart_config = None
    del chart_config
    from steersman.sources import locate

    locate(reference)
    config = read_overlay(request.values)
    chart = load(reference, tell)
    if chart.metadata.deprecated:
        tell(Note("WARN", "this chart is deprecated"))
    check_dependencies(chart)
    return chart, config


def check_name(name: str) -> None:
    """Raises UsageError when this cannot be a release's name (Helm 4: action/install.go availableName)."""
    from steersman.chart.names import release_name_error
    from steersman.golang.strconv import quote

    problem = release_name_error(name)
    if problem:
        raise UsageError(f"release name check failed: release name {quote(name)}: {problem}")


def make_env(capabilities: Capabilities, name: str, namespace: str, request: Template, lookup) -> RenderEnv:  # type: ignore[no-untyped-def]
    """The environment of a rendering that nothing will come of."""
    facts = ReleaseFacts(name, namespace, 1, is_install=not request.is_upgrade, is_upgrade=request.is_upgrade)
    from steersman.actions.world import environment

    return environment(capabilities, facts, lookup=lookup, enable_dns=request.enable_dns)


def _text(text: str, manifest: Manifest, request: Template) -> str:
    hooks = manifest.hooks if request.hooks else ()
    whole = template_text(text, without_tests(hooks) if request.skip_tests else hooks)
    return show_only(whole, request.show_only) if request.show_only else whole
