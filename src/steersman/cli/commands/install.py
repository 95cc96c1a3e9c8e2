"""`install`: a chart becomes a release."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import (
    CHANGE,
    CHART,
    NAMING,
    OUTPUT,
    POST_RENDER,
    RENDER,
    VALUES,
    dry_run,
    exclusive,
    output_format,
    overlay_of,
    post_renderer_of,
    wait_strategy,
)
from steersman.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.actions.connect import World
    from steersman.actions.install import Install
    from steersman.cli.invocation import Invocation
    from steersman.plan.build import Options
    from steersman.release.model import Release

LONG = """Install a chart as a release.

The chart is a folder or an archive (.tgz). Values come from the chart's values.yaml, then from each -f FILE in turn, then from
--set and its relatives; `steersman template` shows what they make.

  steersman install web ./mychart                     install, and return
  steersman install web ./mychart --wait              … and wait until all of it runs
  steersman install web ./mychart -f prod.yaml        … with values of your own
  steersman install web ./mychart --dry-run=server    … only show what would be"""

FLAGS = (
    *VALUES,
    *CHART,
    *RENDER,
    *POST_RENDER,
    *NAMING,
    *CHANGE,
    OUTPUT,
    Flag("replace", "bool", False, "take a name that a deleted release holds in the history"),
    Flag("server-side", "bool", True, "let the server apply objects (server-side apply)"),
)


def run(call: Invocation) -> int:
    exclusive(call, "force-replace", "force-conflicts")
    exclusive(call, "force", "force-conflicts")
    form = output_format(call)
    from steersman.cli.running import tell
    from steersman.cli.views.releases import status_view

    release = install(call, call.arguments, server_side=call["server-side"], post_render=post_renderer_of(call, tell))
    write(status_view(release, form, debug=call.settings.debug, notes=not call["hide-notes"]))
    return 0


def install(
    call: Invocation,
    arguments: tuple[str, ...],
    *,
    server_side: bool,
    replace: bool | None = None,
    post_render: Callable[[str], str] | None = None,
    world: World | None = None,
) -> Release:
    """Does what `install` does, for `upgrade --install`, too, which has a world already. Returns the release."""
    from steersman.actions import install as action
    from steersman.cli.running import finish, tell, world_of

    try:
        request = request_of(call, arguments, server_side=server_side, replace=replace).replace(post_render=post_render)
        return finish(action.run(request, world or world_of(call), tell))
    except Error as error:
        if replace is None:
            error.message = f"INSTALLATION FAILED: {error.message}"
        raise


def request_of(call: Invocation, arguments: tuple[str, ...], *, server_side: bool, replace: bool | None = None) -> Install:
    """What the flags of `install` ask for, the chart and the values read; but for the post-renderer. `replace` stands for the flag where there is none."""
    import time

    from steersman.actions import install as action
    from steersman.actions.prepare import check_dependencies, load, name_and_chart, read_overlay
    from steersman.chart.files import Note
    from steersman.cli.running import tell
    from steersman.sources import locate

    has_naming = "generate-name" in call.flags.values
    strategy = dry_run(call)
    name, reference = name_and_chart(
        arguments,
        generate=has_naming and call["generate-name"],
        template=call["name-template"] if has_naming else "",
        now=lambda: int(time.time()),
    )
    locate(reference)
    config = read_overlay(overlay_of(call))
    chart = load(reference, tell)
    if chart.metadata.deprecated:
        tell(Note("WARN", "this chart is deprecated"))
    check_dependencies(chart)
    return action.Install(
        name=name,
        chart=chart,
        config=config,
        options=options_of(call, server_side=server_side),
        create_namespace=call["create-namespace"],
        replace_name=call["replace"] if replace is None else replace,
        skip_crds=call["skip-crds"],
        labels=dict(call["labels"]),
        subchart_notes=call["render-subchart-notes"],
        skip_schema=call["skip-schema-validation"],
        enable_dns=call["enable-dns"],
        hide_secret=call["hide-secret"],
        dry_run=strategy,
        rollback_on_failure=call["rollback-on-failure"] or call["atomic"],
    )


def options_of(call: Invocation, *, server_side: bool) -> Options:
    """The options about applying and waiting that install and upgrade share."""
    from steersman.plan.build import Options

    return Options(
        timeout=call["timeout"],
        wait=wait_strategy(call),
        wait_for_jobs=call["wait-for-jobs"],
        hooks=not call["no-hooks"],
        server_side=server_side,
        force_conflicts=call["force-conflicts"],
        force_replace=call["force-replace"] or call["force"],
        take_ownership=call["take-ownership"],
        description=call["description"],
    )
