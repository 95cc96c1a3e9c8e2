"""`upgrade`: a release is brought to another chart or other values. Helm 4: pkg/action/upgrade.go."""

from __future__ import annotations

from steersman.actions import recover, rollback
from steersman.actions.execution import execute, fail
from steersman.actions.install import adoptable
from steersman.actions.lock import exclusively
from steersman.actions.prepare import render_chart
from steersman.actions.targets import as_owned, of_hooks, of_manifest, refs
from steersman.actions.world import check_labels, environment, use_server_side
from steersman.chart.files import Note
from steersman.chart.names import release_name_error
from steersman.errors import Error, ReleaseError, UsageError
from steersman.plan import build
from steersman.records import Record
from steersman.release.history import Base, base_of_upgrade, last_good, to_prune
from steersman.release.model import Info, Release
from steersman.release.stored import chart_of, stored_chart
from steersman.rendering.env import ReleaseFacts
from steersman.values.coalesce import coalesce_tables, coalesce_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from typing import Any

    from steersman.actions.connect import World
    from steersman.chart.model import Chart
    from steersman.execute.events import Event
    from steersman.objects.refs import Ref
    from steersman.plan.steps import Plan, Target

_HINTS = {
    "not-found": "`upgrade --install` installs it",
    "release-pending": "plain Helm may be at work on it; --pending-timeout says when it is taken for dead (0: at once)",
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
    post_render: Callable[[str], str] | None = None


class Ready(Record):
    """An upgrade that can begin: all of it was read and checked, nothing was written. `existing` are the live objects."""

    plan: Plan
    release: Release
    base: Base
    options: build.Options
    before: tuple[Target, ...]
    existing: Mapping[Ref, dict[str, Any]]
    earlier: recover.Earlier = {}


class Checked(Record):
    """The objects of an upgrade, none of them another's: `before` are the current revision's, `adopted` live ones that join."""

    before: tuple[Target, ...]
    targets: tuple[Target, ...]
    hooks: tuple[build.HookTargets, ...]
    adopted: Mapping[Ref, dict[str, Any]]


def run(request: Upgrade, world: World, tell: Callable[[Note], None]) -> Generator[Event, None, Release]:
    """Upgrades; yields events and returns the release as recorded. Raises Error; the record then says "failed"."""
    world.check_reachable()
    if release_name_error(request.name):
        raise UsageError(f"release name is invalid: {request.name}")
    dry = request.dry_run != "none"
    if request.hide_secret and not dry:
        raise UsageError("hiding Kubernetes secrets requires a dry-run mode")
    if dry:
        return (yield from _run(request, world, tell))
    return (yield from exclusively(request.name, "upgrade", world, lambda: _run(request, world, tell)))


def _run(request: Upgrade, world: World, tell: Callable[[Note], None]) -> Generator[Event, None, Release]:
    dry = request.dry_run != "none"
    history = world.history(request.name) if dry else (yield from recover.settle(request.name, world))
    base = base_of(history, request.name)
    options = options_of(request, base)
    release = new_release(request, base, options, world, tell)
    checked = check(release, base, world, options)
    if dry:
        return release.replace(info=release.info.replace(description=options.description or "Dry run complete"))
    ready = plan(release, base, checked, history, world, options, history_max=request.history_max)
    return (yield from carry_out(request, ready, world, tell))


def base_of(history: Sequence[Release], name: str) -> Base:
    """What the upgrade starts from. Raises ReleaseError when there is nothing to start from, or somebody works on it."""
    try:
        return base_of_upgrade(history, name)
    except ReleaseError as error:
        error.hint = error.hint or _HINTS.get(error.code, "")
        raise


def options_of(request: Upgrade, base: Base) -> build.Options:
    """The options as the last revision and the other flags complete them."""
    options = request.options.replace(server_side=use_server_side(request.server_side, base.last.apply_method))
    if request.rollback_on_failure and options.wait == "hookOnly":
        options = options.replace(wait="watcher")
    return options


def new_release(request: Upgrade, base: Base, options: build.Options, world: World, tell: Callable[[Note], None]) -> Release:
    """Renders the chart: the record that the upgrade begins with."""
    last, current = base.last, base.current
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
        post_render=request.post_render,
        upgrading=True,
    )
    check_labels(request.labels)
    return Release(
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
        apply_method="ssa" if options.server_side else "csa",
    )


def check(release: Release, base: Base, world: World, options: build.Options, *, take: bool = False) -> Checked:
    """The objects of both revisions. Raises ReleaseError when one is another's, unless `take` or the options take it."""
    before = of_manifest(base.current.manifest, world, "current release manifest")
    targets = as_owned(of_manifest(release.manifest, world, "new release manifest"), release.name, release.namespace)
    hooks = of_hooks(release.hooks, world) if options.hooks else []
    known = {target.ref.identity for target in before}
    adopted = adoptable(
        [target for target in targets if target.ref.identity not in known],
        release.name,
        world,
        take=take or options.take_ownership,
        action="update",
    )
    return Checked(tuple(before), tuple(targets), tuple(hooks), adopted)


def plan(
    release: Release,
    base: Base,
    checked: Checked,
    history: Sequence[Release],
    world: World,
    options: build.Options,
    *,
    history_max: int,
) -> Ready:
    """Looks at the live objects, and makes the plan."""
    targets, adopted = checked.targets, checked.adopted
    left = recover.leftovers(history, checked.before, world)
    wanted = {*refs(checked.before), *refs(targets), *refs(left)}
    existing = {**world.observe([ref for ref in wanted if ref.name and ref not in adopted]), **adopted}
    before = (*checked.before, *recover.still_ours(left, existing, release.name, release.namespace))
    made = build.upgrade(
        release,
        base.current,
        targets,
        before,
        existing,
        checked.hooks,
        options,
        forget=[one.version for one in to_prune(history, history_max)],
    )
    return Ready(made, release, base, options, before, existing, recover.earlier_hooks(history, release, "upgrade", world))


def carry_out(request: Upgrade, ready: Ready, world: World, tell: Callable[[Note], None]) -> Generator[Event, None, Release]:
    """Executes the plan; after a failure, records it and takes back what the request says."""
    options = ready.options
    outcome = yield from execute(ready.plan, world, None, earlier=ready.earlier)
    done = outcome.release or ready.release
    if outcome.error is None:
        return done
    tell(Note("WARN", "upgrade failed", (("name", request.name), ("error", outcome.error.message))))
    done = yield from fail(ready.plan, done, outcome, world, clean_up=request.cleanup_on_fail)
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
