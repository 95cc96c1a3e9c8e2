"""`install`: a chart becomes a release.

Helm 4: pkg/action/install.go. The order of checks is Helm's: what can be refused is refused before anything is touched.
"""

from __future__ import annotations

from steersman.actions import recover, uninstall
from steersman.actions.execution import execute, fail
from steersman.actions.lock import exclusively
from steersman.actions.prepare import Prepared, render_chart
from steersman.actions.targets import as_owned, of_hooks, of_manifest, refs
from steersman.actions.world import check_labels, environment
from steersman.chart.files import Note
from steersman.chart.names import release_name_error
from steersman.errors import Error, ManifestError, ReleaseError, UsageError
from steersman.execute.events import Warned
from steersman.golang.strconv import quote
from steersman.objects.ownership import check_adoption, check_names
from steersman.objects.refs import resource_string
from steersman.plan import build
from steersman.records import Record
from steersman.release.attempts import never_succeeded
from steersman.release.history import check_name_is_free, next_revision, replaced
from steersman.release.model import Info, Release
from steersman.release.stored import stored_chart
from steersman.rendering.env import ReleaseFacts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from typing import Any

    from steersman.actions.connect import World
    from steersman.chart.model import Chart
    from steersman.execute.events import Event
    from steersman.objects.refs import Ref
    from steersman.plan.steps import Plan, Target


class Install(Record):
    """What to install, and how."""

    name: str
    chart: Chart
    config: dict[str, Any]
    options: build.Options = build.Options()
    create_namespace: bool = False
    replace_name: bool = False
    skip_crds: bool = False
    labels: Mapping[str, str] = {}
    subchart_notes: bool = False
    skip_schema: bool = False
    enable_dns: bool = False
    hide_secret: bool = False
    dry_run: str = "none"
    rollback_on_failure: bool = False
    validate: bool = True
    post_render: Callable[[str], str] | None = None


class Checked(Record):
    """The objects of an installation, none of them another's: `existing` are live ones that join."""

    targets: tuple[Target, ...]
    hooks: tuple[build.HookTargets, ...]
    existing: Mapping[Ref, dict[str, Any]]


class Ready(Record):
    """An installation that can begin: all of it was read and checked, nothing was written."""

    plan: Plan
    release: Release
    options: build.Options
    existing: Mapping[Ref, dict[str, Any]]
    earlier: recover.Earlier = {}


def run(request: Install, world: World, tell: Callable[[Note], None]) -> Generator[Event, None, Release]:
    """Installs; yields events and returns the release as recorded. Raises Error; the record then says "failed"."""
    dry = request.dry_run != "none"
    if request.dry_run != "client":
        try:
            world.check_reachable()
        except Error as error:
            error.message = f"cluster reachability check failed: {error.message}"
            tell(Note("ERROR", error.message))
            raise
    if request.hide_secret and not dry:
        tell(Note("ERROR", "hiding Kubernetes secrets requires a dry-run mode"))
        raise UsageError("hiding Kubernetes secrets requires a dry-run mode")
    if dry or release_name_error(request.name):
        return (yield from _run(request, world, tell))
    return (yield from exclusively(request.name, "install", world, lambda: _run(request, world, tell)))


def _run(request: Install, world: World, tell: Callable[[Note], None]) -> Generator[Event, None, Release]:
    dry = request.dry_run != "none"
    known = None
    if world.lock is not None and not dry:
        known = yield from recover.settle(request.name, world)
        if known and never_succeeded(known):
            yield Warned(f"installing {request.name} over what its interrupted attempt left, as revision {known[-1].version + 1}")
    try:
        history = check_name(request, world, known)
    except Error as error:
        tell(Note("ERROR", "release name check failed", (("error", error.message),)))
        error.message = f"release name check failed: {error.message}"
        raise
    check_labels(request.labels)
    crds = () if request.skip_crds or request.dry_run == "client" else crds_of(request.chart, world)
    if crds and dry:
        tell(Note("WARN", "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies."))
    options = request.options
    if request.rollback_on_failure and options.wait == "hookOnly":
        options = options.replace(wait="watcher")

    if crds and not dry:
        # Templates may ask which APIs there are, so the definitions come before the rendering.
        defined = yield from execute(build.definitions(request.name, world.namespace, crds, options), world, None)
        if defined.error is not None:
            raise defined.error
        world.forget_discovery()
    release = render(request, world, tell)
    if request.dry_run == "client":
        return release.replace(info=release.info.replace(description="Dry run complete"))
    checked = check(release, world, options)
    if dry:
        return release.replace(info=release.info.replace(description="Dry run complete"))
    ready = plan(request, release, checked, history, world, options)
    return (yield from carry_out(request, ready, world))


def render(request: Install, world: World, tell: Callable[[Note], None]) -> Release:
    """Renders the chart: the record that the installation begins with."""
    facts = ReleaseFacts(request.name, world.namespace, 1, is_install=True, is_upgrade=False)
    offline = request.dry_run == "client"
    env = environment(
        world.default_capabilities() if offline else world.capabilities(),
        facts,
        lookup=None if offline else world.lookup,
        enable_dns=request.enable_dns,
    )
    prepared = render_chart(
        request.chart,
        request.config,
        env,
        tell,
        skip_schema=request.skip_schema,
        subchart_notes=request.subchart_notes,
        hide_secrets=request.hide_secret,
        post_render=request.post_render,
    )
    return new_release(request, prepared, world)


def check(release: Release, world: World, options: build.Options, *, take: bool = False) -> Checked:
    """The objects of the release. Raises ReleaseError when a live one is another's, unless `take` or the options take it."""
    targets = as_owned(of_manifest(release.manifest, world, "release manifest"), release.name, world.namespace)
    hooks = of_hooks(release.hooks, world) if options.hooks else []
    existing = adoptable(targets, release.name, world, take=take or options.take_ownership, action="install")
    return Checked(tuple(targets), tuple(hooks), existing)


def plan(
    request: Install, release: Release, checked: Checked, history: Sequence[Release], world: World, options: build.Options
) -> Ready:
    """Makes the plan; with --replace the release takes the number after the last."""
    supersedes = 0
    left = recover.leftovers(history, checked.targets, world)
    if left:
        left = recover.still_ours(left, world.observe(refs(left)), request.name, world.namespace)
    if history:
        release = release.replace(version=next_revision(history))
        old = replaced(history)
        supersedes = old.version if old is not None else 0
    made = build.install(
        release,
        checked.targets,
        checked.existing,
        checked.hooks,
        options,
        namespace=world.namespace if request.create_namespace else "",
        supersedes=supersedes,
        leftovers=left,
    )
    return Ready(made, release, options, checked.existing, recover.earlier_hooks(history, release, "install", world))


def carry_out(request: Install, ready: Ready, world: World) -> Generator[Event, None, Release]:
    """Executes the plan; after a failure, records it and takes back what the request says."""
    outcome = yield from execute(ready.plan, world, None, earlier=ready.earlier)
    done = outcome.release or ready.release
    if outcome.error is None:
        return done
    done = yield from fail(ready.plan, done, outcome, world)
    if request.rollback_on_failure and outcome.release is not None:
        undo = uninstall.Uninstall(request.name, ready.options.replace(wait="hookOnly"))
        try:
            yield from uninstall.run(undo, world)
        except Error as error:
            raise Error(
                f"an error occurred while uninstalling the release. original install error: {outcome.error}: {error}",
                code=error.code,
            ) from error
        outcome.error.message = f"release {request.name} failed, and has been uninstalled due to rollback-on-failure being set: {outcome.error.message}"
    raise outcome.error


def check_name(request: Install, world: World, known: Sequence[Release] | None = None) -> Sequence[Release]:
    """The revisions that a release of this name has already (`known`, if they were read). Raises ReleaseError when the name is not
    free; an installation that died, or died over uninstalling, frees it."""
    problem = release_name_error(request.name)
    if problem:
        raise UsageError(f"release name {quote(request.name)}: {problem}")
    if request.dry_run != "none":
        return ()
    history = world.history(request.name) if known is None else known
    try:
        if not never_succeeded(history):
            check_name_is_free(history, replace=request.replace_name)
    except ReleaseError as error:
        error.hint = f"revision {history[-1].version} of {request.name} is {history[-1].status}; `upgrade --install` changes it, `uninstall` frees the name"
        raise
    return history


def new_release(request: Install, prepared: Prepared, world: World) -> Release:
    """The record that an installation begins with."""
    now = world.now()
    return Release(
        name=request.name,
        namespace=world.namespace,
        version=1,
        info=Info(
            first_deployed=now,
            last_deployed=now,
            status="pending-install",
            description="Initial install underway",
            notes=prepared.notes,
        ),
        chart=stored_chart(prepared.chart),
        config=request.config,
        manifest=prepared.text,
        hooks=prepared.manifest.hooks,
        labels=dict(request.labels),
        apply_method="ssa" if request.options.server_side else "csa",
    )


def adoptable(targets: Sequence[Target], name: str, world: World, *, take: bool, action: str) -> dict[Ref, dict[str, Any]]:
    """The live objects among the targets. Raises ReleaseError when one is another's (`take` asks for none to be checked)."""
    named = [target for target in targets if not check_names(target.ref, target.object)]
    for target in named:
        if not target.ref.name:
            raise ManifestError(
                f"unable to continue with {action}: could not get information about the resource {resource_string(target.ref)}: resource name may not"
                " be empty"
            )
    live = world.observe(refs(named))
    if not take:
        for target in named:
            if target.ref in live:
                try:
                    check_adoption(target.ref, live[target.ref], name, world.namespace)
                except ReleaseError as error:
                    error.message = f"unable to continue with {action}: {error.message}"
                    raise
    return live


def crds_of(chart: Chart, world: World) -> Sequence[Target]:
    """The chart's custom resource definitions."""
    from steersman.actions.targets import read_objects, resolve
    from steersman.chart.model import crds
    from steersman.golang.values import to_str

    found: list[Target] = []
    for one in crds(chart):
        try:
            found += resolve(read_objects(to_str(one.file.data), source=one.path), world, source=one.file.name)
        except Error as error:
            error.message = f"failed to install CRD {one.file.name}: {error.message}"
            raise
    return found
