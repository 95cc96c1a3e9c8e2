"""The plan after a failure: what is to be written, and what is to be taken back. Just another plan, for the same pump.

Helm 4: pkg/action/install.go failRelease, upgrade.go failRelease, rollback.go performRollback.
"""

from __future__ import annotations

from steersman.golang.strconv import quote
from steersman.plan.build import step_name
from steersman.plan.steps import Apply, Begin, Builder, Conclude, Plan, Remove, Supersede, Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from steersman.errors import Error
    from steersman.objects.refs import Ref
    from steersman.plan.steps import Step
    from steersman.release.model import Release

_VERDICTS = {"install": "Release {} failed: {}", "upgrade": "Upgrade {} failed: {}"}


def after_failure(
    plan: Plan,
    release: Release,
    error: Error,
    failed: Sequence[tuple[Step, Error]],
    created: Collection[Ref] = (),
    *,
    supersede: int = 0,
    clean_up: bool = False,
) -> Plan:
    """What to do after `plan` failed with `error`. An empty plan when its record was never begun: nothing names it.

    `created` are objects that did not exist before, deleted with `clean_up`; `supersede` is the revision that a rollback whose
    objects failed puts aside.
    """
    build = Builder()
    if not any(isinstance(step, Begin) for step in plan.steps) or any(isinstance(step, Begin) for step, _ in failed):
        return build.plan(plan.action, release)
    in_objects = any(isinstance(step, (Apply, Remove)) for step, _ in failed)
    if plan.action == "rollback":
        verdict = f"{'Rollback' if in_objects else 'Release'} {quote(release.name)} failed: {error}"
        if in_objects and supersede:
            build.stage(Supersede(f"supersede/{supersede}", "a rollback was begun over it", (), (), supersede, None), soft=True)
    else:
        verdict = _VERDICTS[plan.action].format(quote(release.name), error)
    build.stage(Conclude("failed", "so that the store says how it ended", (), (), release.version, "failed", verdict), soft=True)
    if clean_up:
        by_ref = {step.target.ref: step.target for step in plan.steps if isinstance(step, Apply)}
        gone: list[Target] = [by_ref[ref] for ref in created if ref in by_ref]
        for target in gone:
            step = Remove(f"clean-up/{step_name(target.ref)}", "--cleanup-on-fail was given", (), (), target, "Background", False)
            build.stage(step, soft=True)
    return build.plan(plan.action, release)
