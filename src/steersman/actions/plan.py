"""`plan`: what an install or an upgrade would do, object by object and field by field, without doing it.

The action itself reads, renders and plans (`actions.install`, `actions.upgrade`); here the plan is taken to the cluster in dry runs
(`actions.prediction`) and told as a report. Objects that are another's do not end it: the report says whose they are.
"""

from __future__ import annotations

from steersman.actions import install as installation
from steersman.actions import upgrade as upgrading
from steersman.actions.prediction import of_apply, of_removal, rehearse_hook, side_by_side
from steersman.actions.targets import read_objects, refs
from steersman.actions.world import check_labels
from steersman.chart.names import release_name_error
from steersman.errors import Forbidden, NotFound, ReleaseError, UsageError
from steersman.kube.requests import Resource
from steersman.objects.names import RELEASE_NAME
from steersman.objects.ownership import check_adoption, is_owned
from steersman.objects.refs import Ref
from steersman.plan import saved
from steersman.plan.differences import (
    ADOPTABLE,
    FOREIGN,
    FREE,
    OURS,
    UNCHANGED,
    Difference,
    HookRun,
    Redactor,
    Report,
)
from steersman.plan.steps import Apply, CreateNamespace, Remove, RunHook, Target
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from steersman.actions.connect import World
    from steersman.chart.files import Note
    from steersman.kube.client import Client
    from steersman.manifest.model import Hook
    from steersman.plan.build import Options
    from steersman.plan.steps import Plan

KEY_BYTES = 32
CLUSTER_ID = Ref("v1", "Namespace", "", "kube-system")
"""The object whose uid tells clusters apart, by custom."""


class Planned(Record):
    """A plan that was shown, and what it takes to save it."""

    report: Report
    saved: saved.Saved


def new_redactor() -> Redactor:
    """A redactor with a key of its own, which is gone when the process is."""
    import secrets

    return Redactor(secrets.token_bytes(KEY_BYTES))


def of_install(request: installation.Install, world: World, tell: Callable[[Note], None], redact: Redactor) -> Planned:
    """The plan of an installation. Raises what the installation would raise before it begins, but for objects of others."""
    world.check_reachable()
    history = installation.check_name(request, world)
    check_labels(request.labels)
    options = request.options
    if request.rollback_on_failure and options.wait == "hookOnly":
        options = options.replace(wait="watcher")
    crds = () if request.skip_crds else tuple(installation.crds_of(request.chart, world))
    known = world.observe(refs(crds))
    foresee([crd for crd in crds if crd.ref not in known], world)
    release = installation.render(request, world, tell)
    checked = installation.check(release, world, options, take=True)
    ready = installation.plan(request, release, checked, history, world, options)
    made, release = ready.plan, ready.release
    left = [step.target.ref for step in made.steps if isinstance(step, Remove)]
    known = {**known, **world.observe(left)}  # what an attempt that died has left
    spaces = [step for step in made.steps if isinstance(step, CreateNamespace)]
    report = _report(
        made,
        world,
        options,
        redact,
        live={**known, **ready.existing},
        recorded=set(),
        definitions=crds,
        hooks_before=(),
        before=0,
        spaces=spaces,
    )
    settings = {
        "create_namespace": request.create_namespace,
        "replace_name": request.replace_name,
        "rollback_on_failure": request.rollback_on_failure,
    }
    fences = _fences([*refs(crds), *refs(checked.targets), *left], {**known, **ready.existing})
    return Planned(
        report,
        saved.Saved("install", release, options, settings, cluster_id(world), saved.history_of(history), fences, tuple(crds)),
    )


def of_upgrade(request: upgrading.Upgrade, world: World, tell: Callable[[Note], None], redact: Redactor) -> Planned:
    """The plan of an upgrade. Raises what the upgrade would raise before it begins, but for objects of others."""
    world.check_reachable()
    if release_name_error(request.name):
        raise UsageError(f"release name is invalid: {request.name}")
    history = world.history(request.name)
    try:
        base = upgrading.base_of(history, request.name)
    except ReleaseError as error:
        if error.code == "release-pending":
            error.hint = f"`recover {request.name}` marks it as failed, if nobody works on it any more"
        raise
    options = upgrading.options_of(request, base)
    release = upgrading.new_release(request, base, options, world, tell)
    checked = upgrading.check(release, base, world, options, take=True)
    ready = upgrading.plan(release, base, checked, history, world, options, history_max=request.history_max)
    report = _report(
        ready.plan,
        world,
        options,
        redact,
        live=ready.existing,
        recorded={target.ref.identity for target in ready.before},
        hooks_before=base.current.hooks,
        before=base.current.version,
    )
    settings = {
        "server_side": request.server_side,
        "history_max": request.history_max,
        "cleanup_on_fail": request.cleanup_on_fail,
        "rollback_on_failure": request.rollback_on_failure,
    }
    fences = _fences([*refs(ready.before), *refs(checked.targets)], ready.existing)
    return Planned(
        report, saved.Saved("upgrade", release, options, settings, cluster_id(world), saved.history_of(history), fences)
    )


def cluster_id(world: World) -> str:
    """What tells this cluster from others; "" where we may not know."""
    try:
        return str((world.cluster.get(CLUSTER_ID).get("metadata") or {}).get("uid", ""))
    except (Forbidden, NotFound):
        return ""


def foresee(definitions: Iterable[Target], world: World) -> None:
    """Has the world take the kinds that these definitions would make as served."""
    found = []
    for target in definitions:
        spec = target.object.get("spec")
        spec = spec if isinstance(spec, dict) else {}
        names = spec.get("names")
        names = names if isinstance(names, dict) else {}
        for version in spec.get("versions") or ():
            if isinstance(version, dict) and version.get("served"):
                found.append(
                    Resource(
                        str(spec.get("group", "")),
                        str(version.get("name", "")),
                        str(names.get("plural", "")),
                        str(names.get("kind", "")),
                        spec.get("scope") == "Namespaced",
                    )
                )
    if found:
        world.cluster.foresee(found)


def ownership_of(live: Mapping[str, Any] | None, release: str, namespace: str, *, recorded: bool) -> str:
    """Whose an object is, as the release sees it."""
    if live is None:
        return FREE
    if recorded or is_owned(live, release, namespace):
        return OURS
    annotations = (live.get("metadata") or {}).get("annotations") or {}
    return FOREIGN if RELEASE_NAME in annotations else ADOPTABLE


def _fences(wanted: Iterable[Ref], live: Mapping[Ref, Mapping[str, Any]]) -> tuple[saved.Fence, ...]:
    return tuple(saved.fence(ref, live.get(ref)) for ref in dict.fromkeys(wanted) if ref.name)


def _report(
    made: Plan,
    world: World,
    options: Options,
    redact: Redactor,
    *,
    live: Mapping[Ref, dict[str, Any]],
    recorded: set[tuple[str, str, str, str]],
    hooks_before: Sequence[Hook],
    before: int,
    definitions: Sequence[Target] = (),
    spaces: Sequence[CreateNamespace] = (),
) -> Report:
    """Takes the steps of a plan to the cluster."""
    name, namespace = made.release, made.namespace
    new_kinds = {
        (str(spec.get("group", "")), str((spec.get("names") or {}).get("kind", "")))
        for target in definitions
        if target.ref not in live and isinstance(spec := target.object.get("spec"), dict)
    }

    new_spaces = {space.namespace for space in spaces} | {
        step.target.ref.name for step in made.steps if isinstance(step, Apply) and step.target.ref.same_kind == ("", "Namespace")
    }

    def coming(ref: Ref) -> bool:
        return ref.namespace in new_spaces or ref.same_kind in new_kinds

    def look(step: Apply | Remove) -> Difference:
        ref = step.target.ref
        found = live.get(ref)
        ownership = ownership_of(found, name, namespace, recorded=ref.identity in recorded)
        if isinstance(step, Remove):
            return of_removal(step, found, ownership, redact)
        difference = of_apply(step, found, ownership, world.cluster, redact, coming=coming)
        if ownership in (ADOPTABLE, FOREIGN) and not options.take_ownership and found is not None:
            try:
                check_adoption(ref, found, name, namespace)
            except ReleaseError as error:
                difference = difference.replace(problems=(f"{error.message} (--take-ownership adopts it)", *difference.problems))
        return difference

    method = "ssa" if options.server_side else "csa"
    first: list[Difference] = []
    for target in definitions:
        known = live.get(target.ref)
        if known is not None:
            ours = ownership_of(known, name, namespace, recorded=False)
            first.append(Difference(target.ref, UNCHANGED, ours, "definitions that exist are left as they are"))
        else:
            step = Apply("", "", (), (), target, "create", method, None, False, False, False, True)
            first.append(of_apply(step, None, FREE, world.cluster, redact, coming=lambda ref: False))
    for space in spaces:
        body = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": space.namespace, "labels": {"name": space.namespace}},
        }
        target = Target(Ref("v1", "Namespace", "", space.namespace), body)
        known = world.observe([target.ref]).get(target.ref)
        if known is None or space.server_side:
            action = "create" if known is None else "update"
            step = Apply("", "", (), (), target, action, method, None, False, False, False, known is None)
            ours = ownership_of(known, name, namespace, recorded=False)
            first.append(of_apply(step, known, ours, world.cluster, redact, coming=lambda ref: False))
    objects = side_by_side(look, [step for step in made.steps if isinstance(step, (Apply, Remove))])
    old = by_name(hooks_before)
    runs = [step for step in made.steps if isinstance(step, RunHook)]
    hooks = side_by_side(lambda step: _hook(step, old, world.cluster, coming), runs)
    return Report(made.action, name, namespace, before, made.revision, tuple(objects), tuple(first), tuple(hooks))


def _hook(step: RunHook, before: Mapping[tuple[str, str, str], Hook], cluster: Client, coming: Callable[[Ref], bool]) -> HookRun:
    hook = step.hook
    problems = [
        problem
        for target in step.target
        for problem in rehearse_hook(target, cluster, server_side=step.server_side, missing_is_well=coming(target.ref))
    ]
    return HookRun(step.event, hook.name, hook.kind, hook.path, hook.weight, hook_state(hook, before), tuple(problems))


def by_name(hooks: Iterable[Hook]) -> dict[tuple[str, str, str], Hook]:
    """Hooks by what they are called."""
    return {(hook.path, hook.kind, hook.name): hook for hook in hooks}


def hook_state(hook: Hook, before: Mapping[tuple[str, str, str], Hook]) -> str:
    """What became of a hook since the revision before: "new", "changed" or "same"."""
    known = before.get((hook.path, hook.kind, hook.name))
    if known is None:
        return "new"
    return "same" if read_objects(known.text) == read_objects(hook.text) else "changed"
