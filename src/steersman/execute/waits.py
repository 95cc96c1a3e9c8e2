"""Pumps a Waiting: asks for the objects that are still open, in growing steps, until all are as they should be or time is up."""

from __future__ import annotations

from steersman.clock import Deadline
from steersman.errors import Cancelled, DeadlineExceeded, Error, NotFound, Unreachable
from steersman.execute.events import Event, Observed
from steersman.objects.readiness import Readiness
from steersman.plan.waiting import Waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from steersman.execute.ports import Cluster
    from steersman.objects.refs import Ref

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0
"""Seconds between two looks: they grow by half each time, so that what is quick is seen quickly."""

DEFAULT_TIMEOUT = 30.0
"""Seconds, where --timeout 0 was given. Helm 4: pkg/kube/statuswait.go DefaultStatusWatcherTimeout."""


class Waiter:
    """Waits in the thread that calls."""

    def __init__(
        self, cluster: Cluster, deadline: Deadline, tell: Callable[[Event], None], sleep: Callable[[float], None]
    ) -> None:
        self._cluster = cluster
        self._deadline = deadline
        self._tell = tell
        self._sleep = sleep

    def wait(self, refs: Sequence[Ref], judge: Callable[[dict[str, Any]], Readiness], timeout: float) -> None:
        """Returns when all are ready. Raises Error with one line for each that is not; Cancelled when called off."""
        self._pump(Waiting(refs, judge), timeout)

    def wait_gone(self, refs: Sequence[Ref], timeout: float) -> None:
        """Returns when none exists any more."""
        self._pump(
            Waiting(refs, lambda live: Readiness("Terminating", "Resource scheduled for deletion"), for_deletion=True), timeout
        )

    def _pump(self, waiting: Waiting, timeout: float) -> None:
        limit = Deadline(self._deadline.now, timeout or DEFAULT_TIMEOUT)
        pause = FIRST_PAUSE
        last: dict[Ref, Readiness] = {}
        late: list[str] = []
        while True:
            for ref in waiting.open:
                readiness = self._look(waiting, ref)
                if readiness is not None and last.get(ref) != readiness:
                    last[ref] = readiness
                    self._tell(Observed(ref, readiness))
            if waiting.over:
                break
            if self._deadline.cancelled:
                raise Cancelled("\n".join([*waiting.complaints(), "context canceled"]))
            left = min(limit.remaining(), self._deadline.remaining())
            if left <= 0:
                late = ["context deadline exceeded"]
                break
            self._sleep(min(pause, left))
            pause = min(pause * 1.5, LONGEST_PAUSE)
        lines = waiting.complaints()
        if late:
            raise DeadlineExceeded(
                "\n".join([*lines, *late]), hint="`status` shows what the release waits for; --timeout gives it longer"
            )
        if lines:
            raise Error("\n".join(lines), code="not-ready")

    def _look(self, waiting: Waiting, ref: Ref) -> Readiness | None:
        try:
            return waiting.see(ref, self._cluster.get(ref))
        except NotFound:
            return waiting.see(ref, None)
        except Unreachable:
            return None  # a lost connection is not a verdict; the deadline is
