"""Deadlines and cancellation. Time comes in as an argument: nothing here reads a clock that the caller did not give."""

from __future__ import annotations

from steersman.errors import Cancelled, DeadlineExceeded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Deadline:
    """How long an action may still take, and whether somebody has called it off.

    `now` is a monotonic clock in seconds. `seconds` None means without end. `cancel()` may be called from any thread or from a
    signal handler; whoever waits asks `remaining()` in short steps.
    """

    __slots__ = ("_cancelled", "_end", "now")

    def __init__(self, now: Callable[[], float], seconds: float | None = None) -> None:
        self.now = now
        self._end = None if seconds is None else now() + seconds
        self._cancelled: str | None = None

    def cancel(self, why: str = "cancelled") -> None:
        """Calls the action off: the next `check()` raises."""
        self._cancelled = why

    @property
    def cancelled(self) -> bool:
        return self._cancelled is not None

    def remaining(self, at_most: float | None = None) -> float:
        """Seconds left, at most `at_most`; 0.0 when over or cancelled; `inf` without an end."""
        if self._cancelled is not None:
            return 0.0
        left = float("inf") if self._end is None else max(0.0, self._end - self.now())
        return left if at_most is None else min(left, at_most)

    def check(self) -> None:
        """Raises Cancelled or DeadlineExceeded (Go: `context deadline exceeded`) when the action must not go on."""
        if self._cancelled is not None:
            raise Cancelled(self._cancelled)
        if self._end is not None and self.now() >= self._end:
            raise DeadlineExceeded("context deadline exceeded")
