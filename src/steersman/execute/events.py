"""What an execution tells, while it goes on. Outcomes are participles: created, configured, unchanged, deleted, skipped."""

from __future__ import annotations

from steersman.errors import Error
from steersman.objects.readiness import Readiness
from steersman.objects.refs import Ref
from steersman.plan.steps import Step
from steersman.records import Record


class Event(Record):
    """The base of all events."""


class Began(Event):
    step: Step


class Ended(Event):
    """A step went well. `outcome` is what became of its object."""

    step: Step
    outcome: str


class Failed(Event):
    step: Step
    error: Error


class Observed(Event):
    """While waiting: an object's readiness changed."""

    ref: Ref
    readiness: Readiness


class Logged(Event):
    """Output of a hook's container."""

    namespace: str
    pod: str
    container: str
    text: str


class Warned(Event):
    """Something that a person should know although the work goes on."""

    message: str


class Noted(Event):
    """Something that matters only to whoever looks closely (--debug)."""

    message: str
