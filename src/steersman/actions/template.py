"""`template`: a chart rendered as an installation that stops before anything is touched. Helm 4: pkg/cmd/template.go."""

from __future__ import annotations

from steersman.actions.prepare import (
    Prepared,
    RenderFailure,
    check_dependencies,
    load,
    name_and_chart,
    read_overlay,
    render_chart,
)
from steersman.actions.world import check_labels, environment
from steersman.chart.files import Note
from steersman.chart.names import release_name_error
from steersman.errors import Error, GoError, UsageError
from steersman.golang.strconv import quote
from steersman.manifest import template_text, without_tests
from steersman.manifest.text import show_only
from steersman.objects.capabilities import Capabilities, parse_kube_version
from steersman.records import Record
from steersman.rendering.env import ReleaseFacts
from steersman.sources import locate
from steersman.values.compose import Overlay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from steersman.actions.connect import World
    from steersman.manifest.model import Hook

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
    labels: Mapping[str, str] = {}
    debug: bool = False
    post_render: Callable[[str], str] | None = None


class Templated(Record):
    """The text to print, and the error that came with it: with --debug both are shown."""

    text: str
    error: Error | None = None


def run(request: Template, world: World | None, tell: Callable[[Note], None]) -> Templated:
    """Renders. `world` is the cluster to ask for versions and lookups, None for none. Raises what the stages raise."""
    capabilities = _capabilities(request)
    name, reference = _name_and_chart(request)
    locate(reference)
    config = read_overlay(request.values)
    chart = load(reference, tell)
    if chart.metadata.deprecated:
        tell(Note("WARN", "this chart is deprecated"))
    check_dependencies(chart)
    problem = release_name_error(name)
    if problem:
        raise UsageError(f"release name check failed: release name {quote(name)}: {problem}")
    check_labels(request.labels)
    if world is not None:
        world.check_reachable()
        capabilities = world.capabilities()
    facts = ReleaseFacts(name, request.namespace, 1, is_install=not request.is_upgrade, is_upgrade=request.is_upgrade)
    env = environment(capabilities, facts, lookup=world.lookup if world else None, enable_dns=request.enable_dns)
    to_disk = bool(request.output_dir)
    try:
        prepared = render_chart(
            chart,
            config,
            env,
            tell,
            skip_schema=request.skip_schema,
            include_crds=request.include_crds and not to_disk,
            post_render=request.post_render,
        )
    except RenderFailure as failure:
        if not request.debug:
            failure.message += DEBUG_HINT
            raise
        return Templated(template_text(failure.text), failure)
    if to_disk:
        from steersman.actions.template_files import write_files

        return Templated(write_files(prepared, _hooks(prepared, request), request, name))
    text = template_text(prepared.text, _hooks(prepared, request))
    return Templated(show_only(text, request.show_only) if request.show_only else text)


def _capabilities(request: Template) -> Capabilities:
    capabilities = Capabilities()
    if request.kube_version:
        try:
            capabilities = Capabilities(parse_kube_version(request.kube_version))
        except GoError as error:
            raise UsageError(f"invalid kube version '{request.kube_version}': {error}") from None
    if request.api_versions:
        capabilities = Capabilities(capabilities.kube_version, [*capabilities.api_versions, *request.api_versions])
    return capabilities


def _name_and_chart(request: Template) -> tuple[str, str]:
    import time

    return name_and_chart(
        request.arguments,
        default=DEFAULT_NAME,
        generate=request.generate_name,
        template=request.name_template,
        now=lambda: int(time.time()),
    )


def _hooks(prepared: Prepared, request: Template) -> tuple[Hook, ...]:
    hooks = prepared.manifest.hooks if request.hooks else ()
    return without_tests(hooks) if request.skip_tests else hooks
