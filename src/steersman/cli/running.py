"""Between a command and its action: the request's common parts, the connection, and the events while it goes on."""

from __future__ import annotations

from steersman.actions.connect import Connection, World, connect
from steersman.cli.console import error, log, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import TypeVar

    from steersman.chart.files import Note
    from steersman.cli.invocation import Invocation
    from steersman.execute.events import Event

    T = TypeVar("T")


def connection(call: Invocation) -> Connection:
    """How to reach the cluster, from the settings."""
    flags = call.flags.values
    chosen = {
        field: flags[name]
        for field, name in (("wait_lock", "wait-lock"), ("pending_timeout", "pending-timeout"), ("rerun_hooks", "rerun-hooks"))
        if name in flags
    }
    return Connection(call.settings.overrides(), call.settings.namespace(), call.settings.driver, **chosen)


def world_of(call: Invocation) -> World:
    return connect(connection(call))


def tell(note: Note) -> None:
    """Prints a note as Helm's log line; the lesser ones only where they are asked for."""
    if note.level != "DEBUG":
        log(note.level, note.message, **dict(note.attributes))


def finish(action: Generator[Event, None, T], *, quiet: bool = False) -> T:
    """Runs an action to its end, showing what happens, and returns its result."""
    from steersman.chart.files import Note
    from steersman.execute.events import Logged, Noted, Warned

    while True:
        try:
            event = next(action)
        except StopIteration as end:
            result: T = end.value
            return result
        if isinstance(event, Logged):
            write(event.text if event.text.endswith("\n") or not event.text else event.text + "\n")
        elif isinstance(event, Warned):
            log("WARN", event.message)
        elif isinstance(event, Noted):
            tell(Note("DEBUG", event.message))
        elif not quiet:
            show(event)


def show(event: Event) -> None:
    """Progress for people, on standard error, where that is a terminal."""
    import sys

    if not sys.stderr.isatty():
        return
    from steersman.execute.events import Ended, Observed
    from steersman.plan.steps import Apply, Remove

    if isinstance(event, Observed):
        error(f"  … {event.ref}: {event.readiness.status} {event.readiness.message}".rstrip())
    elif isinstance(event, Ended) and isinstance(event.step, (Apply, Remove)):
        error(f"  {event.step.target.ref}: {event.outcome}")
