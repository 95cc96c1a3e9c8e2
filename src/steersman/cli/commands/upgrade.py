"""`upgrade`: a release is brought to another chart or other values."""

from __future__ import annotations

from steersman.chart.names import release_name_error
from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import (
    CHANGE,
    CHART,
    HISTORY_MAX,
    OUTPUT,
    POST_RENDER,
    RENDER,
    VALUES,
    dry_run,
    exclusive,
    output_format,
    overlay_of,
    post_renderer_of,
    server_side,
)
from steersman.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.actions.connect import World
    from steersman.actions.upgrade import Upgrade
    from steersman.cli.invocation import Invocation
    from steersman.release.model import Release

LONG = """Upgrade a release to a chart: a new version of it, or the same one with other values.

Values given now stand alone: those of the last time count only when none are given, or with --reuse-values (over the old chart's
defaults) or --reset-then-reuse-values (over the new chart's). With --install, a release that does not exist is installed."""

FLAGS = (
    *VALUES,
    *CHART,
    *RENDER,
    *POST_RENDER,
    *CHANGE,
    OUTPUT,
    Flag("cleanup-on-fail", "bool", False, "when it fails, delete the objects that it created"),
    HISTORY_MAX.replace(default=10),
    Flag("install", "bool", False, "install the release if it does not exist", short="i"),
    Flag(
        "reset-then-reuse-values",
        "bool",
        False,
        "start from the chart's defaults, lay the last values over them, then those given now",
    ),
    Flag("reset-values", "bool", False, "start from the chart's defaults, and forget the last values"),
    Flag("reuse-values", "bool", False, "start from the last values, and lay those given now over them"),
    Flag("server-side", "string", "auto", "let the server apply objects: true, false, or auto (as the last revision did)"),
)


def run(call: Invocation) -> int:
    exclusive(call, "force-replace", "force-conflicts")
    exclusive(call, "force", "force-conflicts")
    form = output_format(call)
    server_side(call)
    from steersman.cli.running import finish, tell, world_of

    name = call.arguments[0]
    post_render = post_renderer_of(call, tell)
    world = world_of(call)
    if not call["install"] or call["dry-run"] != "none" or release_name_error(name):
        return _run(call, world, form, post_render)
    # Whether to install or to upgrade is decided under the lock: two commands at once must not both install.
    from steersman.actions.lock import take

    world.check_reachable()
    try:
        lock = world.lock = finish(take(name, "upgrade", world))
    except Error as error:
        error.message = f"UPGRADE FAILED: {error.message}"
        raise
    try:
        return _run(call, world, form, post_render)
    finally:
        lock.release()


def _run(call: Invocation, world: World, form: str, post_render: Callable[[str], str] | None) -> int:
    from steersman.cli.commands.install import install
    from steersman.cli.running import finish, tell
    from steersman.cli.views.releases import status_view
    from steersman.release.history import installs_instead

    name, reference = call.arguments
    apply = server_side(call)
    if call["install"]:
        world.check_reachable()
        known = world.history(name)
        if installs_instead(known):
            if form == "table":
                from steersman.golang.strconv import quote

                write(f"Release {quote(name)} does not exist. Installing it now.\n")
            done = install(
                call, call.arguments, server_side=apply != "false", replace=bool(known), post_render=post_render, world=world
            )
            write(status_view(done, form, debug=call.settings.debug, notes=not call["hide-notes"]))
            return 0
    from steersman.actions import upgrade as action

    request = request_of(call, name, reference).replace(post_render=post_render)
    try:
        release: Release = finish(action.run(request, world, tell))
    except Error as error:
        error.message = f"UPGRADE FAILED: {error.message}"
        raise
    if form == "table":
        from steersman.golang.strconv import quote

        write(f"Release {quote(name)} has been upgraded. Happy Helming!\n")
    write(status_view(release, form, debug=call.settings.debug, notes=not call["hide-notes"]))
    return 0


def request_of(call: Invocation, name: str, reference: str) -> Upgrade:
    """What the flags of `upgrade` ask for, the chart and the values read; but for the post-renderer."""
    from steersman.actions import upgrade as action
    from steersman.actions.prepare import check_dependencies, load, read_overlay
    from steersman.chart.files import Note
    from steersman.cli.commands.install import options_of
    from steersman.cli.running import tell
    from steersman.sources import locate

    apply = server_side(call)
    strategy = dry_run(call)
    locate(reference)
    config = read_overlay(overlay_of(call))
    chart = load(reference, tell)
    check_dependencies(chart)
    if chart.metadata.deprecated:
        tell(Note("WARN", "this chart is deprecated"))
    limit = call["history-max"] if call.given("history-max") else call.settings.max_history
    return action.Upgrade(
        name=name,
        chart=chart,
        config=config,
        options=options_of(call, server_side=apply != "false"),
        server_side=apply,
        reset_values=call["reset-values"],
        reuse_values=call["reuse-values"],
        reset_then_reuse_values=call["reset-then-reuse-values"],
        labels=dict(call["labels"]),
        subchart_notes=call["render-subchart-notes"],
        skip_schema=call["skip-schema-validation"],
        enable_dns=call["enable-dns"],
        hide_secret=call["hide-secret"],
        dry_run=strategy,
        rollback_on_failure=call["rollback-on-failure"] or call["atomic"],
        cleanup_on_fail=call["cleanup-on-fail"],
        history_max=limit,
    )
