"""What a hostile chart may cost the command line: seconds of computing, and memory, from reading a chart to its manifest.

Theory of operation: each function bounds what one call may give, and the language how deep and how often templates run; neither bounds
what a great many small things add up to. So while a chart is read and rendered, the kernel sends SIGPROF after every TICK of computing
(not of waiting), and the handler looks at what has been used. Over the budget it raises OverBudget, which no stage takes for an error of
its own. This costs the code that does the work nothing.

Only a process that is the command's own is armed: a library must not touch its host's signals, and a server renders in a child process.
Where there are no such timers (Windows) there is no budget. Children do not inherit it.
"""

from __future__ import annotations

import os

from steersman.errors import Cancelled, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")

SECONDS = 8.0
"""Seconds of computing. The slowest of the twenty public charts that are slowest for Helm takes half a second."""

MEBIBYTES = 224
"""Memory that reading and rendering may add to what the process has before. The largest of the same charts adds 60."""

SECONDS_VARIABLE = "STEERSMAN_RENDER_SECONDS"
MEBIBYTES_VARIABLE = "STEERSMAN_RENDER_MEBIBYTES"
"""The environment variables that set other bounds; 0 is without."""

TICK = 0.01
"""Seconds of computing between two looks: in less, nothing that a template can call fills much more memory."""

GRACE = 1.0
"""Seconds, or shares of the memory, that are left for winding up, before it is raised again: a destructor may have swallowed it."""

_STATM = "/proc/self/statm"


class OverBudget(Cancelled):
    """A chart costs more than it may. Not a Cancelled for the user: it ends as a failure does."""

    default_code = "limit"


class _Budget:
    """The budget of this process, and what has been used of it."""

    def __init__(self, seconds: float, memory: int) -> None:
        self.seconds = seconds
        self.memory = memory
        self.depth = 0
        self.used = 0.0
        self.started = 0.0
        self.base = 0
        self.grace = 0.0

    def enter(self) -> None:
        signal: Any = __import__("_signal")  # what `signal` wraps in enums, which cost a millisecond
        from time import process_time

        if not self.base:
            self.base = resident()
            signal.signal(signal.SIGPROF, self.look)
        self.started = process_time()
        signal.setitimer(signal.ITIMER_PROF, TICK, TICK)

    def leave(self) -> None:
        signal: Any = __import__("_signal")
        from time import process_time

        signal.setitimer(signal.ITIMER_PROF, 0)
        self.used += process_time() - self.started

    def look(self, number: int, frame: object) -> None:
        from time import process_time

        if not self.depth:
            return
        if self.seconds and self.used + process_time() - self.started > self.seconds + self.grace:
            self.grace += GRACE
            raise OverBudget(
                f"this chart takes longer than {self.seconds:g} seconds of computing",
                hint=f"{SECONDS_VARIABLE} allows another number of seconds",
            )
        if self.memory and resident() - self.base > self.memory + self.grace * self.memory:
            self.grace += GRACE
            raise OverBudget(
                f"this chart takes more than {self.memory >> 20} MiB of memory",
                hint=f"{MEBIBYTES_VARIABLE} allows another number of MiB",
            )


_armed: list[_Budget] = []


def arm(environ: Mapping[str, str]) -> None:
    """Holds this process to the budget from now on, wherever `budgeted` says. Raises UsageError for a variable that is no number."""
    if hasattr(__import__("_signal"), "setitimer"):
        seconds = _variable(environ, SECONDS_VARIABLE, SECONDS)
        memory = _variable(environ, MEBIBYTES_VARIABLE, MEBIBYTES)
        _armed[:] = [_Budget(seconds, int(memory * 1024 * 1024))]


def renew() -> None:
    """Begins anew with the next chart."""
    for budget in _armed:
        budget.used = 0.0


def _variable(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name, "")
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e12:
        from steersman.golang.strconv import quote

        raise UsageError(f"{name}: {quote(text)} is no number of {'seconds' if name == SECONDS_VARIABLE else 'MiB'}")
    return number


def budgeted(function: Callable[P, T]) -> Callable[P, T]:
    """The function within the budget, if this process is armed. It raises OverBudget, too."""

    def held(*args: P.args, **kwargs: P.kwargs) -> T:
        if not _armed or _armed[0].depth:
            return function(*args, **kwargs)
        budget = _armed[0]
        budget.depth = 1
        budget.enter()
        try:
            return function(*args, **kwargs)
        finally:
            budget.depth = 0
            budget.leave()

    held.__doc__ = function.__doc__
    held.__name__ = function.__name__
    return held


def resident() -> int:
    """Bytes of memory that this process has now; where the kernel does not say, the most that it ever had."""
    try:
        file = os.open(_STATM, os.O_RDONLY)
    except OSError:
        return _peak()
    try:
        return int(os.read(file, 100).split()[1]) * _PAGE
    finally:
        os.close(file)


def _peak() -> int:
    import sys
    from resource import RUSAGE_SELF, getrusage

    return getrusage(RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
