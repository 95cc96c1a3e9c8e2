"""`template`: render a chart, and print what it would make."""

from __future__ import annotations

from steersman.cli.console import log, write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import (
    CHANGE,
    CHART,
    DRY_RUN,
    NAMING,
    POST_RENDER,
    RENDER,
    VALUES,
    dry_run,
    exclusive,
    overlay_of,
    post_renderer_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.actions.connect import World
    from steersman.chart.files import Note
    from steersman.cli.invocation import Invocation

LONG = """Render a chart's templates here, and print the result.

What would be looked up in a cluster is left empty. To render as for a certain cluster, name its version with --kube-version and
its APIs with --api-versions, or ask the cluster itself with --dry-run=server."""

_NO_EFFECT = "this flag has no effect for 'helm template' and will be removed in Helm 5"

FLAGS = (
    *VALUES,
    *CHART,
    *RENDER,
    *POST_RENDER,
    *NAMING,
    *(flag for flag in CHANGE if flag.name not in {"dry-run", "hide-notes", "render-subchart-notes", "hide-secret"}),
    DRY_RUN.replace(default="client", help="client renders without a cluster, server asks it"),
    Flag("hide-notes", "bool", False, "", hidden=True, deprecated=_NO_EFFECT),
    Flag("render-subchart-notes", "bool", False, "", hidden=True, deprecated=_NO_EFFECT),
    Flag("replace", "bool", False, "", hidden=True),
    Flag("server-side", "bool", True, "", hidden=True),
    Flag("api-versions", "strings", None, "API versions that the cluster is to have, for .Capabilities.APIVersions", short="a"),
    Flag("include-crds", "bool", False, "print the custom resource definitions, too"),
    Flag("is-upgrade", "bool", False, "set .Release.IsUpgrade instead of .Release.IsInstall"),
    Flag("kube-version", "string", "", "the cluster's version, for .Capabilities.KubeVersion"),
    Flag("output-dir", "string", "", "write files into this folder instead of printing"),
    Flag("release-name", "bool", False, "with --output-dir, put a folder named as the release in between"),
    Flag("show-only", "stringArray", None, "print only what these templates made (may be given several times)", short="s"),
    Flag("skip-tests", "bool", False, "leave tests out"),
    Flag("validate", "bool", False, "", hidden=True, deprecated="use '--dry-run=server' instead"),
)


def run(call: Invocation) -> int:
    exclusive(call, "validate", "dry-run")
    exclusive(call, "force-replace", "force-conflicts")
    from steersman.actions import template

    strategy = dry_run(call, template=True)
    if call["validate"]:
        strategy = "server"
    post_render = post_renderer_of(call, _tell)
    request = template.Template(
        arguments=call.arguments,
        values=overlay_of(call),
        namespace=call.settings.namespace(),
        generate_name=call["generate-name"],
        name_template=call["name-template"],
        api_versions=tuple(call["api-versions"]),
        kube_version=call["kube-version"],
        include_crds=call["include-crds"],
        is_upgrade=call["is-upgrade"],
        hooks=not call["no-hooks"],
        skip_tests=call["skip-tests"],
        skip_schema=call["skip-schema-validation"],
        enable_dns=call["enable-dns"],
        show_only=tuple(call["show-only"]),
        output_dir=call["output-dir"],
        use_release_name=call["release-name"],
        labels=dict(call["labels"]),
        debug=call.settings.debug,
        post_render=post_render,
    )
    result = template.run(request, _world(call) if strategy == "server" else None, _tell)
    write(result.text)
    if result.error is not None:
        raise result.error
    return 0


def _tell(note: Note) -> None:
    if note.level != "DEBUG":
        log(note.level, note.message, **dict(note.attributes))


def _world(call: Invocation) -> World:
    # The modules that reach a cluster are not imported unless it is asked for.
    from steersman.cli.running import world_of

    return world_of(call)
