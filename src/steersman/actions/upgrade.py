"""`upgrade`: a release is brought to another chart or other values. Helm 4: pkg/action/upgrade.go."""

from __future__ import annotations

from steersman.actions import rollback
from steersman.actions.execution import execute, fail
from steersman.actions.install import adoptable
from steersman.actions.prepare import render_chart
from steersman.actions.targets import as_owned, of_hooks, of_manifest, refs
from steersman.actions.world import check_labels, environment, use_server_side
from steersman.chart.files import Note
from steersman.chart.names import release_name_error
from steersman.errors import Error, ReleaseError, UsageError
from steersman.plan import build
from steersman.records import Record
from steersman.release.history import base_of_upgrade, last_good, to_prune
from steersman.release.model import Info, Release
from steersman.release.stored import chart_of, stored_chart
from steersman.rendering.env import ReleaseFacts
from steersman.values.coalesce import coalesce_tables, coalesce_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from typing import Any

    from steersman.actions.connect import World
    from steersman.chart.model import Chart
    from steersman.execute.events import Event

_HINTS = {
    "not-found": "`upgrade --install` installs it",
    "release-pending": "if nothing works on it any more, `rollback` or `uninstall` clears it",
}


class Upgrade(Record):
    """What to upgrade to, and how. `server_side` is "auto", "true" or "false"."""

    name: str
    chart: Chart
    config: dict[str, Any]
    options: build.Options = build.Options()
    server_side: str = "auto"
    reset_values: bool = False
    reuse_values: bool = False
    reset_then_reuse_values: bool = False
    labels: Mapping[str, str] = {}
    subchart_notes: bool = False
    skip_schema: bool = False
    enable_dns: bool = False
    hide_secret: bool = False
    dry_run: str = "none"
    rollback_on_failure: bool = False
    cleanup_on_fail: bool = False
    history_max: int = 10


def run(request: Upgrade, world: World, tell: Callable[[Note], None]) -> Generator[Event, None, Release]:
    """Upgrades; yields events and returns the release as recorded. Raises Error; the record then says "failed"."""
    world.check_reachable()
    if release_name_error(request.name):
        raise UsageError(f"release name is invalid: {request.name}")
    dry = request.dry_run != "none"
    if request.hide_secret and not dry:
        raise UsageError("hiding Kubernetes secrets requires a dry-run mode")
    history = world.history(request.name)
    try:
        base = base_of_upgrade(history, request.name)
    except ReleaseError as error:
        error.hint = error.hint or _HINTS.get(error.code, "")
        raise
    last, current = base.last, base.current
    server_side = use_server_side(request.server_side, last.apply_method)
    options = request.options.replace(server_side=server_side)
    if request.rollback_on_failure and options.wait == "hookOnly":
        options = options.replace(wait="watcher")
    chart, config = reused(request, current, tell)
    facts = ReleaseFacts(request.name, current.namespace, last.version + 1, is_install=False, is_upgrade=True)
    offline = request.dry_run == "client"
    env = environment(world.capabilities(), facts, lookup=None if offline else world.lookup, enable_dns=request.enable_dns)
    prepared = render_chart(
        chart,
        config,
        env,
        tell,
        skip_schema=request.skip_schema,
        subchart_notes=request.subchart_notes,
        hide_secrets=request.hide_secret,
    )
    check_labels(request.labels)
    release = Release(
        name=request.name,
        namespace=current.namespace,
        version=last.version + 1,
        info=Info(
            first_deployed=current.info.first_deployed,
            last_deployed=world.now(),
            status="pending-upgrade",
            description="Preparing upgrade",
            notes=prepared.notes,
        ),
        chart=stored_chart(prepared.chart),
        config=config,
        manifest=prepared.text,
        hooks=prepared.manifest.hooks,
        labels=merged_labels(last.labels, request.labels),
        apply_method="ssa" if server_side else "csa",
    )
    before = of_manifest(current.manifest, world, "current release manifest")
    targets = as_owned(of_manifest(prepared.text, world, "new release manifest"), request.name, current.namespace)
    hooks = of_hooks(prepared.manifest.hooks, world) if options.hooks else []
    known = {target.ref.identity for target in before}
    adopted = adoptable(
        [target for target in targets if target.ref.identity not in known],
        request.name,
        world,
        take=options.take_ownership,
        action="update",
    )
    if dry:
        return release.replace(info=release.info.replace(description=options.description or "Dry run complete"))
    existing = {**world.observe([ref for ref in {*refs(before), *refs(targets)} if ref.name and ref not in adopted]), **adopted}
    plan = build.upgrade(
        release,
        current,
        targets,
        before,
        existing,
        hooks,
        options,
        forget=[one.version for one in to_prune(history, request.history_max)],
    )
    outcome = yield from execute(plan, world, None)
    done = outcome.release or release
    if outcome.error is None:
        return done
    tell(Note("WARN", "upgrade failed", (("name", request.name), ("error", outcome.error.message))))
    done = yield from fail(plan, done, outcome, world, clean_up=request.cleanup_on_fail)
    if request.rollback_on_failure and outcome.release is not None:
        yield from _roll_back(request, options, world, outcome.error)
    raise outcome.error


def _roll_back(request: Upgrade, options: build.Options, world: World, error: Error) -> Generator[Event, None, None]:
    good = last_good(world.history(request.name))
    if good is None:
        error.message = (
            f"unable to find a previously successful release when attempting to rollback. original upgrade error: {error.message}"
        )
        return
    undo = rollback.Rollback(request.name, good.version, options, server_side=request.server_side)
    try:
        yield from rollback.run(undo, world)
    except Error as second:
        error.message = f"an error occurred while rolling back the release. original upgrade error: {error.message}: {second}"
        return
    error.message = (
        f"release {request.name} failed, and has been rolled back due to rollback-on-failure being set: {error.message}"
    )


def reused(request: Upgrade, current: Release, tell: Callable[[Note], None]) -> tuple[Chart, dict[str, Any]]:
    """(chart, values) as the flags about earlier values have it. Helm 4: action/upgrade.go reuseValues."""
    chart, config, old = request.chart, request.config, dict(current.config or {})
    if request.reset_values:
        return chart, config
    if request.reuse_values:
        notes: list[Note] = []
        defaults = coalesce_values(chart_of(current.chart or {}), old, notes)
        for note in notes:
            tell(note)
        return chart.replace(values=defaults), coalesce_tables(config, old) or {}
    if request.reset_then_reuse_values:
        return chart, coalesce_tables(config, old) or {}
    if not config and old:
        return chart, old
    return chart, config


def merged_labels(old: Mapping[str, str] | None, new: Mapping[str, str]) -> dict[str, str]:
    """The last revision's labels with the new ones over them; "null" removes one."""
    merged = {**(old or {}), **new}
    return {name: value for name, value in merged.items() if value != "null"}
