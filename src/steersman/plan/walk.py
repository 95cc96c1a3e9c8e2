"""Walk: the machine that knows which steps of a plan are free. It does nothing and waits for nothing.

    walk = Walk(plan)
    while not walk.over:
        for step in walk.free(): walk.begin(step.id)   … then, as they end:
        walk.succeed(id) / walk.fail(id)

A step is free when all its needs succeeded and all its afters ended. A step whose need failed, or was never begun for that
reason, is skipped. Ending is monotone: no step is ever offered twice.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.plan.steps import Plan, Step


class Walk:
    __slots__ = ("_begun", "_failed", "_skipped", "_succeeded", "_waiting")

    def __init__(self, plan: Plan) -> None:
        self._waiting: dict[str, Step] = {step.id: step for step in plan.steps}
        if len(self._waiting) != len(plan.steps):
            raise ValueError("two steps of a plan have one id")
        self._begun: set[str] = set()
        self._succeeded: set[str] = set()
        self._failed: set[str] = set()
        self._skipped: set[str] = set()

    def free(self) -> list[Step]:
        """The steps that may begin now, in the plan's order."""
        self._skip()
        ended = self._succeeded | self._failed | self._skipped
        return [
            step
            for step in self._waiting.values()
            if all(need in self._succeeded for need in step.needs) and all(other in ended for other in step.after)
        ]

    def begin(self, step_id: str) -> None:
        del self._waiting[step_id]
        self._begun.add(step_id)

    def succeed(self, step_id: str) -> None:
        self._begun.remove(step_id)
        self._succeeded.add(step_id)

    def fail(self, step_id: str) -> None:
        self._begun.remove(step_id)
        self._failed.add(step_id)

    def _skip(self) -> None:
        """Moves aside whatever can never become free."""
        while True:
            bad = self._failed | self._skipped
            lost = {step.id for step in self._waiting.values() if any(need in bad for need in step.needs)}
            if not lost:
                return
            for step_id in lost:
                del self._waiting[step_id]
                self._skipped.add(step_id)

    @property
    def running(self) -> frozenset[str]:
        return frozenset(self._begun)

    @property
    def skipped(self) -> frozenset[str]:
        return frozenset(self._skipped)

    @property
    def over(self) -> bool:
        """True when nothing runs and nothing can run any more."""
        return not self._begun and not self.free()
