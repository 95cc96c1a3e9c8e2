"""From what is and what is wanted to a plan. Pure: the world is in the arguments.

The order of effects is Helm's (Helm 4: pkg/action/{install,upgrade,rollback,uninstall,hooks}.go), so that whoever reads the
records, Helm included, finds at each moment what it expects; the records' fences are ours.
"""

from __future__ import annotations

from steersman.objects.names import RESOURCE_POLICY, RESOURCE_POLICY_KEEP
from steersman.plan.steps import (
    Apply,
    Begin,
    Builder,
    Conclude,
    CreateCrd,
    CreateNamespace,
    FinishHooks,
    Forget,
    Plan,
    Remove,
    RunHook,
    SaveHooks,
    Step,
    Supersede,
    Target,
    WaitDeleted,
    WaitEstablished,
    WaitReady,
)
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from steersman.objects.refs import Ref
    from steersman.release.model import Hook, Release

CRD_TIMEOUT = 60.0
"""Seconds to wait for definitions to be served. Helm 4: action/install.go."""


class Options(Record):
    """How an action applies and waits. `timeout` is in seconds, for each wait by itself, as Helm means it."""

    timeout: float = 300.0
    wait: str = "hookOnly"
    wait_for_jobs: bool = False
    hooks: bool = True
    server_side: bool = True
    force_conflicts: bool = False
    force_replace: bool = False
    take_ownership: bool = False
    propagation: str = "Background"
    description: str = ""


class HookTargets(Record):
    """A hook of a release with the objects that its manifest holds."""

    hook: Hook
    targets: tuple[Target, ...]


def definitions(name: str, namespace: str, crds: Sequence[Target], options: Options) -> Plan:
    """The plan that comes before an installation: create the chart's definitions and wait until they are served."""
    build = Builder()
    for target in crds:
        why = f"{target.source} defines kinds that the chart may use"
        build.stage(CreateCrd(f"crd/{target.ref.name}", why, (), (), target, options.server_side))
    build.stage(WaitEstablished("wait/crds", "objects of the new kinds need them", (), (), tuple(crds), CRD_TIMEOUT))
    return Plan("definitions", name, namespace, 0, tuple(build.steps))


def install(
    release: Release,
    targets: Sequence[Target],
    existing: Mapping[Ref, dict[str, Any]],
    hooks: Sequence[HookTargets],
    options: Options,
    *,
    namespace: str = "",
    supersedes: int = 0,
    leftovers: Sequence[Target] = (),
) -> Plan:
    """The plan of an installation. `existing` are live objects that are adopted; `namespace` is created when not empty.

    `supersedes` is the revision that `--replace` puts aside, 0 for none; `leftovers` are live objects of dead attempts.
    """
    build = Builder()
    if namespace:
        build.stage(
            CreateNamespace(
                f"namespace/{namespace}", f"the release goes into {namespace}", (), (), namespace, options.server_side
            )
        )
    if supersedes:
        build.stage(_supersede(supersedes, "superseded by new release"))
    build.stage(Begin("begin", f"so that the store names this installation as revision {release.version}", (), (), release))
    _hooks(build, hooks, "pre-install", options, "failed pre-install: ")
    _apply_all(build, targets, {}, existing, options, adopting=bool(existing), adopt_fields=True)
    _remove_missing(build, targets, leftovers, {target.ref: target.object for target in leftovers})
    _wait(build, targets, options, "")
    _hooks(build, hooks, "post-install", options, "failed post-install: ")
    build.stage(
        Conclude("conclude", "all of it is done", (), (), release.version, "deployed", options.description or "Install complete")
    )
    return build.plan("install", release)


def upgrade(
    release: Release,
    previous: Release,
    targets: Sequence[Target],
    before: Sequence[Target],
    existing: Mapping[Ref, dict[str, Any]],
    hooks: Sequence[HookTargets],
    options: Options,
    *,
    forget: Sequence[int] = (),
) -> Plan:
    """The plan of an upgrade from the objects of `previous` (`before`) to `targets`.

    `existing` holds the live object for each reference of both that exists. `forget` are revisions beyond the history's limit.
    """
    build = Builder()
    build.stage(*_forget(forget))
    build.stage(Begin("begin", f"so that the store names this upgrade as revision {release.version}", (), (), release))
    _hooks(build, hooks, "pre-upgrade", options, "pre-upgrade hooks failed: ")
    old = {target.ref: target.object for target in before}
    from_client_side = previous.apply_method in {"", "csa"}
    _apply_all(build, targets, old, existing, options, adopting=True, adopt_fields=from_client_side)
    _remove_missing(build, targets, before, existing)
    _wait(build, targets, options, "")
    _hooks(build, hooks, "post-upgrade", options, "post-upgrade hooks failed: ")
    build.stage(_supersede(previous.version, None))
    build.stage(
        Conclude("conclude", "all of it is done", (), (), release.version, "deployed", options.description or "Upgrade complete")
    )
    return build.plan("upgrade", release)


def rollback(
    release: Release,
    current: Release,
    targets: Sequence[Target],
    before: Sequence[Target],
    existing: Mapping[Ref, dict[str, Any]],
    hooks: Sequence[HookTargets],
    options: Options,
    *,
    deployed: Sequence[int] = (),
    forget: Sequence[int] = (),
) -> Plan:
    """The plan of a rollback: `release` is a new revision with an old one's objects. `deployed` are the revisions to supersede."""
    build = Builder()
    build.stage(*_forget(forget))
    build.stage(Begin("begin", f"so that the store names this rollback as revision {release.version}", (), (), release))
    _hooks(build, hooks, "pre-rollback", options, "")
    old = {target.ref: target.object for target in before}
    _apply_all(build, targets, old, existing, options, adopting=True, adopt_fields=True)
    _remove_missing(build, targets, before, existing)
    _wait(build, targets, options, f"release {release.name} failed: ")
    _hooks(build, hooks, "post-rollback", options, "")
    build.stage(*(_supersede(revision, None) for revision in deployed))
    build.stage(Conclude("conclude", "all of it is done", (), (), release.version, "deployed", release.info.description))
    return build.plan("rollback", release)


def uninstall(
    release: Release,
    targets: Sequence[Target],
    hooks: Sequence[HookTargets],
    options: Options,
    *,
    history: Sequence[int],
    deployed: Sequence[int] = (),
    keep_history: bool = False,
) -> Plan:
    """The plan of an uninstallation. `targets` are the objects to delete, in the order to delete them; `history` all revisions."""
    build = Builder()
    server_side = options.replace(server_side=True)
    _hooks(build, hooks, "pre-delete", server_side, "")
    build.stage(
        Conclude(
            "uninstalling",
            "so that the store names what is being done",
            (),
            (),
            release.version,
            "uninstalling",
            "Deletion in progress (or silently failed)",
        )
    )
    for batch in _by_kind(targets):
        build.stage(*(_remove(target, "the release goes", options.propagation, keep=False) for target in batch), soft=True)
    if options.wait != "hookOnly" and targets:
        build.stage(WaitDeleted("wait/deleted", "--wait was given", (), (), tuple(targets), options.timeout))
    _hooks(build, hooks, "post-delete", server_side, "")
    if keep_history:
        build.stage(
            Conclude(
                "conclude",
                "all of it is done",
                (),
                (),
                release.version,
                "uninstalled",
                options.description or "Uninstallation complete",
            ),
            *(_supersede(revision, None) for revision in deployed if revision != release.version),
        )
    else:
        build.stage(Forget("forget", "the release is gone, and its history with it", (), (), tuple(history)))
    return build.plan("uninstall", release)


def test(release: Release, hooks: Sequence[HookTargets], options: Options) -> Plan:
    """The plan of a test run: the hooks of event "test", one after the other, and the record of how they ended."""
    build = Builder()
    for step in _hook_steps(hooks, "test", options, ""):
        build.stage(step)
    build.ending(SaveHooks("tests/record", "so that `status` tells how the tests ended", (), ()))
    return build.plan("test", release)


def finish_tests(release: Release, hooks: Sequence[HookTargets], options: Options, *, failed: bool) -> Plan:
    """What comes after a test run, when its logs were read: the hooks' own policies say which objects go."""
    build = Builder()
    if hooks and not failed:
        build.stage(_finish_hooks(_in_order(hooks, "test"), "test", options, ""))
    return build.plan("test", release)


def step_name(ref: Ref) -> str:
    """How a step names its object: `Deployment.apps/ns/name`."""
    return f"{ref.kind}.{ref.group}/{ref.namespace}/{ref.name}" if ref.group else f"{ref.kind}/{ref.namespace}/{ref.name}"


def _supersede(revision: int, description: str | None) -> Supersede:
    return Supersede(f"supersede/{revision}", f"revision {revision} is no longer what runs", (), (), revision, description)


def _forget(revisions: Sequence[int]) -> tuple[Step, ...]:
    return (Forget("forget", "history beyond its limit", (), (), tuple(revisions)),) if revisions else ()


def _hooks(build: Builder, hooks: Sequence[HookTargets], event: str, options: Options, blame: str) -> None:
    if options.hooks:
        _run_hooks(build, hooks, event, options, blame)


def _run_hooks(build: Builder, hooks: Sequence[HookTargets], event: str, options: Options, blame: str) -> None:
    for step in _hook_steps(hooks, event, options, blame):
        build.stage(step)
    chosen = _in_order(hooks, event)
    if chosen:
        build.stage(_finish_hooks(chosen, event, options, blame))


def _in_order(hooks: Sequence[HookTargets], event: str) -> list[HookTargets]:
    return sorted((one for one in hooks if event in one.hook.events), key=lambda one: (one.hook.weight, one.hook.name))


def _hook_steps(hooks: Sequence[HookTargets], event: str, options: Options, blame: str) -> list[Step]:
    steps: list[Step] = []
    for number, one in enumerate(_in_order(hooks, event)):
        name = f"hook/{event}/{number}/{one.hook.path}#{one.hook.name}"
        why = f"{one.hook.path} asks to run at {event}, weight {one.hook.weight}"
        steps.append(RunHook(name, why, (), (), one.hook, one.targets, event, options.server_side, options.timeout, blame))
    return steps


def _finish_hooks(hooks: Sequence[HookTargets], event: str, options: Options, blame: str) -> FinishHooks:
    return FinishHooks(
        f"hooks/{event}/finish",
        "their policies say what becomes of them",
        (),
        (),
        tuple(one.hook for one in hooks),
        tuple(one.targets for one in hooks),
        event,
        options.timeout,
        blame,
    )


def _by_kind(targets: Iterable[Target]) -> list[list[Target]]:
    """Neighbours of one kind together: they may be handled side by side. Helm 4: pkg/kube/client.go batchPerform."""
    batches: list[list[Target]] = []
    for target in targets:
        if batches and batches[-1][-1].ref.kind == target.ref.kind:
            batches[-1].append(target)
        else:
            batches.append([target])
    return batches


def _apply_all(
    build: Builder,
    targets: Sequence[Target],
    old: Mapping[Ref, dict[str, Any]],
    existing: Mapping[Ref, dict[str, Any]],
    options: Options,
    *,
    adopting: bool,
    adopt_fields: bool,
) -> None:
    method = "ssa" if options.server_side else "csa"
    seen: dict[str, int] = {}
    for batch in _by_kind(targets):
        steps = []
        for target in batch:
            live = existing.get(target.ref) if target.ref.name else None
            name = f"apply/{step_name(target.ref)}"
            seen[name] = count = seen.get(name, 0) + 1
            if live is None:
                action, why = "create", "it does not exist"
            elif options.force_replace:
                action, why = "replace", "--force-replace was given"
            else:
                action, why = "update", "it exists, and is ours" if target.ref in old else "it exists, and is adopted"
            steps.append(
                Apply(
                    name if count == 1 else f"{name}~{count}",
                    why,
                    (),
                    (),
                    target,
                    action,
                    method,
                    old.get(target.ref, live),
                    options.force_conflicts,
                    options.server_side and adopt_fields and live is not None,
                    options.take_ownership and not options.server_side,
                    live is None,
                )
            )
        build.stage(*steps, soft=adopting)


def _remove_missing(
    build: Builder, targets: Sequence[Target], before: Sequence[Target], existing: Mapping[Ref, dict[str, Any]]
) -> None:
    wanted = {target.ref.identity for target in targets}
    gone = [target for target in before if target.ref.identity not in wanted and target.ref in existing]
    for batch in _by_kind(gone):
        build.stage(*(_remove(target, "the new revision does not have it", "Background", keep=True) for target in batch))


def _remove(target: Target, why: str, propagation: str, *, keep: bool) -> Remove:
    return Remove(f"remove/{step_name(target.ref)}", why, (), (), target, propagation, keep)


def _wait(build: Builder, targets: Sequence[Target], options: Options, blame: str) -> None:
    if options.wait == "hookOnly":
        return
    waited = tuple(target for target in targets if not _is_paused(target))
    if waited:
        step = WaitReady(
            "wait/ready", f"--wait={options.wait}", (), (), waited, options.wait, options.wait_for_jobs, options.timeout, blame
        )
        build.stage(step)


def _is_paused(target: Target) -> bool:
    spec = target.object.get("spec")
    return target.ref.kind == "Deployment" and target.ref.group == "apps" and isinstance(spec, dict) and bool(spec.get("paused"))


def kept(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Those that carry helm.sh/resource-policy: keep."""
    return tuple(
        target for target in targets if _annotations(target).get(RESOURCE_POLICY, "").strip().lower() == RESOURCE_POLICY_KEEP
    )


def _annotations(target: Target) -> dict[str, str]:
    metadata = target.object.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}
