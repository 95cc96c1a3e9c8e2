"""One execution of one plan: the threads, the queue, the walk.

Every step runs in a worker thread; the workers put events on a queue; the thread that iterates takes them off, tells the walk
what ended, and starts what became free. Ctrl-C arrives in the iterating thread: it calls the deadline off, lets the steps that
run come to their end (each asks the deadline before it waits), and reports a cancelled outcome, so that the caller can still
record it.
"""

from __future__ import annotations

import queue
import threading

from steersman.errors import Cancelled, Error
from steersman.execute.events import Began, Ended, Event, Failed
from steersman.execute.steps import Doer
from steersman.plan.steps import Plan, Step
from steersman.plan.walk import Walk
from steersman.records import Record
from steersman.release.model import Release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steersman.clock import Deadline
    from steersman.execute.ports import Ports
    from steersman.objects.refs import Ref
    from steersman.plan.build import HookTargets

MAX_PARALLEL_STEPS = 8
"""Objects of one kind that are handled side by side."""


class Outcome(Record):
    """How a plan ended. `error` is None when all steps went well; `created` are objects that did not exist before."""

    error: Error | None
    failed: tuple[tuple[Step, Error], ...]
    skipped: frozenset[str]
    created: tuple[Ref, ...]
    release: Release | None


class Run:
    """Iterate over it once to execute the plan; then `outcome` says how it ended."""

    def __init__(
        self,
        plan: Plan,
        ports: Ports,
        deadline: Deadline,
        release: Release | None = None,
        earlier: Mapping[tuple[str, int], HookTargets] | None = None,
    ) -> None:
        self.plan = plan
        self._deadline = deadline
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._doer = Doer(ports, deadline, self._queue.put, plan.release, release, earlier)
        self.outcome: Outcome | None = None

    def __iter__(self) -> Iterator[Event]:
        walk = Walk(self.plan)
        failed: list[tuple[Step, Error]] = []
        interrupted = False
        while True:
            if not interrupted:
                for step in walk.free()[: MAX_PARALLEL_STEPS - len(walk.running)]:
                    walk.begin(step.id)
                    threading.Thread(target=self._do, args=(step,), name=step.id, daemon=True).start()
            if not walk.running:
                break
            try:
                event = self._queue.get()
                yield event
            except KeyboardInterrupt:
                interrupted = True
                self._deadline.cancel("interrupted")
                continue
            if isinstance(event, Ended):
                walk.succeed(event.step.id)
            elif isinstance(event, Failed):
                walk.fail(event.step.id)
                failed.append((event.step, event.error))
        walk.free()
        error = combine(failed)
        if interrupted:
            error = Cancelled("interrupted")
        self.outcome = Outcome(error, tuple(failed), walk.skipped, tuple(self._doer.created), self._doer.ledger.current)

    def _do(self, step: Step) -> None:
        self._queue.put(Began(step))
        try:
            outcome = self._doer.do(step)
        except Error as error:
            self._queue.put(Failed(step, error))
        except BaseException as error:
            # A defect of ours must not hang the caller, who waits for this step's end.
            self._queue.put(Failed(step, Error(f"{step.id}: {type(error).__name__}: {error}", code="internal")))
        else:
            self._queue.put(Ended(step, outcome))


def combine(failed: list[tuple[Step, Error]]) -> Error | None:
    """One error of all that failed. Helm joins creations by newlines and updates by ` && `."""
    from steersman.errors import Group
    from steersman.plan.steps import Apply

    errors = [error for _, error in failed]
    if not errors:
        return None
    if len(errors) == 1:
        return errors[0]
    updates = any(isinstance(step, Apply) and step.action != "create" for step, _ in failed)
    return Group((" && " if updates else "\n").join(error.message for error in errors), errors)
