"""How each kind of step is done: one method a kind, found by a table, and the ledger that keeps the records true.

Texts of errors are Helm's (Helm 4: pkg/kube/client.go, pkg/action/hooks.go), formed here and matched nowhere.
"""

from __future__ import annotations

from steersman.errors import AlreadyExists, Conflict, Error, NotFound
from steersman.execute.apply import Applier
from steersman.execute.ledger import Ledger
from steersman.execute.waits import Waiter
from steersman.objects import readiness
from steersman.objects.names import FIELD_MANAGER, RESOURCE_POLICY, RESOURCE_POLICY_KEEP
from steersman.plan import steps as plan
from steersman.release.model import HookExecution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from steersman.clock import Deadline
    from steersman.execute.events import Event
    from steersman.execute.ports import Ports
    from steersman.objects.refs import Ref
    from steersman.plan.build import HookTargets
    from steersman.plan.steps import Step, Target
    from steersman.release.model import Hook, Release

CONFLICT_RETRIES = 5
"""How often a delete that met a conflict is tried. client-go: retry.DefaultRetry."""


class Doer:
    """Does steps. `created` lists the objects that did not exist before.

    `earlier` are hooks of a dead attempt at this very work, by `ledger.place_of`: one that ran to its end is not run again, and
    one that was begun is waited for. See docs/recovery.md.
    """

    def __init__(
        self,
        ports: Ports,
        deadline: Deadline,
        tell: Callable[[Event], None],
        name: str,
        release: Release | None,
        earlier: Mapping[tuple[str, int], HookTargets] | None = None,
    ) -> None:
        self._cluster = ports.cluster
        self._now = ports.now
        self._deadline = deadline
        self._tell = tell
        self.ledger = Ledger(ports.store, name, release, ports.attempt)
        self._settle = ports.settle
        self._earlier = dict(earlier or {})
        self._applier = Applier(ports.cluster, ports.sleep)
        self._waiter = Waiter(ports.cluster, deadline, tell, ports.sleep)
        self.created: list[Ref] = []

    def do(self, step: Step) -> str:
        """Does one step and returns its outcome as a participle. Raises an Error whose message begins with the step's blame."""
        self._deadline.check()
        method = _METHODS[type(step)]
        blame = getattr(step, "blame", "")
        try:
            return method(self, step)
        except Error as error:
            if blame:
                error.message = blame + error.message
            raise

    def _create_namespace(self, step: plan.CreateNamespace) -> str:
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": step.namespace, "labels": {"name": step.namespace}}}
        try:
            if step.server_side:
                self._cluster.apply(body, field_manager=FIELD_MANAGER, field_validation="Strict")
            else:
                self._cluster.create(body, field_manager=FIELD_MANAGER)
        except AlreadyExists:
            return "unchanged"
        return "created"

    def _create_crd(self, step: plan.CreateCrd) -> str:
        try:
            self._cluster.get(step.target.ref)
        except NotFound:
            pass
        else:
            return "unchanged"
        try:
            if step.server_side:
                self._cluster.apply(step.target.object, field_manager=FIELD_MANAGER, field_validation="Strict")
            else:
                self._cluster.create(step.target.object, field_manager=FIELD_MANAGER)
        except AlreadyExists:
            return "unchanged"
        except Error as error:
            error.message = f"failed to install CRD {step.target.source}: {error.message}"
            raise
        return "created"

    def _wait_established(self, step: plan.WaitEstablished) -> str:
        self._waiter.wait([target.ref for target in step.targets], readiness.status, step.timeout)
        return "ready"

    def _begin(self, step: plan.Begin) -> str:
        self._settle()
        self.ledger.begin(step.release)
        return "recorded"

    def _conclude(self, step: plan.Conclude) -> str:
        self.ledger.conclude(step.revision, step.status, step.description, self._now())
        return "recorded"

    def _supersede(self, step: plan.Supersede) -> str:
        self.ledger.supersede(step.revision, step.description)
        return "recorded"

    def _forget(self, step: plan.Forget) -> str:
        self.ledger.forget(step.revisions)
        return "deleted"

    def _run_hook(self, step: plan.RunHook) -> str:
        hook = step.hook
        if not hook.delete_policies:
            # The policy that holds when none is given is written down, as Helm does.
            hook = self.ledger.change_hook(hook, delete_policies=("before-hook-creation",))
        earlier = self._earlier.pop(self.ledger.place_of(hook), None)
        if earlier is not None and self._has_run(step, hook, earlier):
            return "succeeded before"
        self.ledger.remember_targets(hook, step.target)
        self._delete_hook(hook, step.target, "before-hook-creation", step.timeout)
        started = self._now()
        hook = self.ledger.change_hook(hook, last_run=HookExecution(started_at=started, phase="Running"), save=True)
        try:
            for target in step.target:
                self._create(target, step.server_side)
        except Error as error:
            self.ledger.change_hook(hook, last_run=HookExecution(started_at=started, completed_at=self._now(), phase="Failed"))
            error.message = f"warning: Hook {step.event} {hook.path} failed: {error.message}"
            raise
        try:
            self._waiter.wait([target.ref for target in step.target], readiness.hook_status, step.timeout)
        except Error:
            self.ledger.change_hook(hook, last_run=HookExecution(started_at=started, completed_at=self._now(), phase="Failed"))
            self._print_logs(hook, step.target, "hook-failed")
            self._clean_after_failure(step, hook)
            raise
        self.ledger.change_hook(hook, last_run=HookExecution(started_at=started, completed_at=self._now(), phase="Succeeded"))
        return "succeeded"

    def _has_run(self, step: plan.RunHook, hook: Hook, earlier: HookTargets) -> bool:
        """Whether a dead attempt ran this hook; one that it began is waited for first. False: the hook is to be run."""
        from steersman.execute.events import Warned

        ran = earlier.hook.last_run
        if ran.phase == "Running":
            refs = [target.ref for target in earlier.targets]
            try:
                for ref in refs:
                    self._cluster.get(ref)
                self._waiter.wait(refs, readiness.hook_status, step.timeout)
            except Error as error:
                if error.code not in {"not-found", "not-ready"}:
                    raise
                return False  # nothing is left of it, or it failed
            ran = ran.replace(completed_at=self._now(), phase="Succeeded")
        elif ran.phase != "Succeeded":
            return False
        self.ledger.remember_targets(hook, earlier.targets)
        self.ledger.change_hook(hook, last_run=ran)
        self._tell(Warned(f"hook {hook.path} ran in the interrupted attempt already, and is not run again"))
        return True

    def _create(self, target: Target, server_side: bool) -> None:
        if server_side and target.ref.name:
            self._applier.apply(target, force=False)
        else:
            self._applier.create(target)

    def _clean_after_failure(self, step: plan.RunHook, hook: Hook) -> None:
        """Deletes what policies say after a failure: this hook, and the earlier ones of the event that went well."""
        try:
            self._delete_hook(hook, step.target, "hook-failed", step.timeout)
        except Error as error:
            from steersman.execute.events import Warned

            self._tell(Warned(f"error deleting the hook resource on hook failure: {error}"))
        for earlier, targets in self.ledger.succeeded_hooks(step.event):
            self._delete_hook(earlier, targets, "hook-succeeded", step.timeout)

    def _finish_hooks(self, step: plan.FinishHooks) -> str:
        self.ledger.keep()  # before what proves their end is deleted
        for hook, planned in reversed(list(zip(step.hooks, step.targets))):
            targets = self.ledger.targets_of(hook) or planned
            self._print_logs(hook, targets, "hook-succeeded")
            self._delete_hook(hook, targets, "hook-succeeded", step.timeout)
        return "finished"

    def _save_hooks(self, step: plan.SaveHooks) -> str:
        self.ledger.save()
        return "recorded"

    def _delete_hook(self, hook: Hook, targets: Sequence[Target], policy: str, timeout: float) -> None:
        if hook.kind == "CustomResourceDefinition" or policy not in (hook.delete_policies or ("before-hook-creation",)):
            return  # deleting a definition would delete every object of its kind
        gone = [target.ref for target in targets if target.ref.name]
        for ref in gone:
            self._delete(ref, "Background")
        self._waiter.wait_gone(gone, timeout)

    def _delete(self, ref: Ref, propagation: str) -> bool:
        for attempt in range(CONFLICT_RETRIES):
            try:
                self._cluster.delete(ref, propagation=propagation)
            except NotFound:
                return False
            except Conflict:
                if attempt == CONFLICT_RETRIES - 1:
                    raise
            else:
                return True
        return True

    def _print_logs(self, hook: Hook, targets: Sequence[Target], policy: str) -> None:
        if policy not in hook.output_log_policies:
            return
        from steersman.execute.events import Logged, Warned

        for target in targets:
            if target.ref.kind == "Job":
                selector = {"label_selector": f"job-name={target.ref.name}"}
            elif target.ref.kind == "Pod":
                selector = {"field_selector": f"metadata.name={target.ref.name}"}
            else:
                continue
            try:
                for pod in self._cluster.list("v1", "Pod", namespace=target.ref.namespace, **selector):
                    for container in pod.get("spec", {}).get("containers", ()):
                        name = pod["metadata"]["name"]
                        text = self._cluster.logs(target.ref.namespace, name, container=container["name"])
                        self._tell(Logged(target.ref.namespace, name, container["name"], text))
            except Error as error:
                self._tell(Warned(f"error outputting logs for hook failure: {error}"))

    def _apply(self, step: plan.Apply) -> str:
        outcome = self._applier.do(step)
        if step.created_anew:
            self.created.append(step.target.ref)
        return outcome

    def _remove(self, step: plan.Remove) -> str:
        ref = step.target.ref
        if step.respect_keep:
            try:
                live = self._cluster.get(ref)
            except NotFound:
                return "unchanged"
            if (live.get("metadata", {}).get("annotations") or {}).get(RESOURCE_POLICY) == RESOURCE_POLICY_KEEP:
                return "kept"
        try:
            return "deleted" if self._delete(ref, step.propagation) else "unchanged"
        except Error as error:
            if step.respect_keep:
                error.message = (
                    f"failed to delete resource namespace={ref.namespace}, name={ref.name}, kind={ref.kind}: {error.message}"
                )
            raise

    def _wait_ready(self, step: plan.WaitReady) -> str:
        judge: Callable[[dict[str, Any]], readiness.Readiness] = readiness.status_with_jobs if step.jobs else readiness.status
        self._waiter.wait([target.ref for target in step.targets], judge, step.timeout)
        return "ready"

    def _wait_deleted(self, step: plan.WaitDeleted) -> str:
        self._waiter.wait_gone([target.ref for target in step.targets], step.timeout)
        return "deleted"


_METHODS: dict[type, Callable[[Doer, Any], str]] = {
    plan.CreateNamespace: Doer._create_namespace,
    plan.CreateCrd: Doer._create_crd,
    plan.WaitEstablished: Doer._wait_established,
    plan.Begin: Doer._begin,
    plan.Conclude: Doer._conclude,
    plan.Supersede: Doer._supersede,
    plan.Forget: Doer._forget,
    plan.RunHook: Doer._run_hook,
    plan.FinishHooks: Doer._finish_hooks,
    plan.SaveHooks: Doer._save_hooks,
    plan.Apply: Doer._apply,
    plan.Remove: Doer._remove,
    plan.WaitReady: Doer._wait_ready,
    plan.WaitDeleted: Doer._wait_deleted,
}
