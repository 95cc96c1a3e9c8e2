"""The vocabulary of plans. Steps are imperatives; each says why it is there and what must come first.

`needs` names steps that must have succeeded; `after` names steps that must have ended, well or not. A step whose needs failed is
never begun.
"""

from __future__ import annotations

from steersman.objects.refs import Ref
from steersman.records import Record
from steersman.release.model import Hook, Release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Target(Record):
    """One object that the plan is about: its reference, the object as it should be, and the template it came from."""

    ref: Ref
    object: dict[str, Any]
    source: str = ""


class Step(Record):
    """What all steps have. `id` is unique within its plan and the same in every run; `blame` is put before its error's text."""

    id: str
    why: str
    needs: tuple[str, ...]
    after: tuple[str, ...]


class CreateNamespace(Step):
    """Create the release's namespace; one that exists already is well."""

    namespace: str
    server_side: bool


class CreateCrd(Step):
    """Create one custom resource definition; one that exists already is left as it is. Helm 4: action/install.go installCRDs."""

    target: Target
    server_side: bool


class WaitEstablished(Step):
    """Wait until these definitions are served, so that objects of their kinds can be made."""

    targets: tuple[Target, ...]
    timeout: float


class Begin(Step):
    """Write a new record: from here on the store names what this action is doing."""

    release: Release


class Conclude(Step):
    """Give the record of this action its verdict: a status and a description."""

    revision: int
    status: str
    description: str


class Supersede(Step):
    """Mark an earlier revision as superseded."""

    revision: int
    description: str | None


class Forget(Step):
    """Delete the records of these revisions: history beyond its limit, or a release that is gone."""

    revisions: tuple[int, ...]


class RunHook(Step):
    """Run one hook: delete what its policy says, create it, wait for its end, and record when it ran and how it ended."""

    hook: Hook
    target: tuple[Target, ...]
    event: str
    server_side: bool
    timeout: float
    blame: str


class FinishHooks(Step):
    """After all hooks of an event went well: print their logs and delete them, as their policies say; the last one first."""

    hooks: tuple[Hook, ...]
    targets: tuple[tuple[Target, ...], ...]
    event: str
    timeout: float
    blame: str


class SaveHooks(Step):
    """Write down how the hooks ended that ran in this action."""


class Apply(Step):
    """Bring one object to what the chart says.

    `action` is "create" (it does not exist), "update" or "replace"; `previous` is the object as the last release had it, for
    three-way merges; `method` is "ssa" or "csa"; `adopt_fields` moves what client-side apply owned over to server-side apply.
    """

    target: Target
    action: str
    method: str
    previous: dict[str, Any] | None
    force_conflicts: bool
    adopt_fields: bool
    three_way: bool
    created_anew: bool


class Remove(Step):
    """Delete one object. `respect_keep` leaves one that says helm.sh/resource-policy: keep in the cluster."""

    target: Target
    propagation: str
    respect_keep: bool


class WaitReady(Step):
    """Wait until the objects are ready. `strategy` is "watcher" or "legacy"; `jobs` waits for Jobs to complete, too."""

    targets: tuple[Target, ...]
    strategy: str
    jobs: bool
    timeout: float
    blame: str


class WaitDeleted(Step):
    """Wait until the objects are gone."""

    targets: tuple[Target, ...]
    timeout: float


class Plan(Record):
    """Steps in an order that respects their edges. `action` and `release` name what it is for."""

    action: str
    release: str
    namespace: str
    revision: int
    steps: tuple[Step, ...]


class Builder:
    """Makes a plan as a list of stages: the steps of a stage may run side by side, and need all of the stage before.

    A run of `soft` stages keeps its order, but goes on past failures within the run; whatever comes after the run needs all of it.
    """

    __slots__ = ("_base", "_last", "_run", "steps")

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._last: tuple[str, ...] = ()
        self._base: tuple[str, ...] = ()
        self._run: tuple[str, ...] = ()

    def stage(self, *steps: Step, soft: bool = False) -> None:
        """Adds steps that may run side by side; sets their `needs` and `after`."""
        if not steps:
            return
        names = tuple(step.id for step in steps)
        if soft:
            if not self._run:
                self._base = self._last
            before = self._last if self._run else ()
            self.steps += [step.replace(needs=self._base, after=before) for step in steps]
            self._run += names
        else:
            self.steps += [step.replace(needs=self._run or self._last, after=()) for step in steps]
            self._run = ()
        self._last = names

    def ending(self, *steps: Step) -> None:
        """Adds steps that run when all others have ended, well or not."""
        names = tuple(step.id for step in self.steps)
        self.steps += [step.replace(needs=(), after=names) for step in steps]

    def plan(self, action: str, release: Release) -> Plan:
        return Plan(action, release.name, release.namespace, release.version, tuple(self.steps))
