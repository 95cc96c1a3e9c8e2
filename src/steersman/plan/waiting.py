"""Waiting: objects in, verdicts out. It never asks for an object and never looks at a clock; whoever pumps it does.

    waiting = Waiting(refs, judge)
    while not waiting.over: for ref in waiting.open: waiting.see(ref, live object or None)
    waiting.complaints()   → one line per object that is not where it should be

A failed object is final: nothing but a person's deed makes it ready (Helm 4: pkg/kube/statuswait.go statusObserver).
"""

from __future__ import annotations

from steersman.objects.readiness import Readiness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from steersman.objects.refs import Ref

CURRENT, FAILED, NOT_FOUND, UNKNOWN = "Current", "Failed", "NotFound", "Unknown"


class Waiting:
    """Waits for objects to be as `judge` wants them: Current by default, gone with `for_deletion`."""

    __slots__ = ("_for_deletion", "_judge", "_seen")

    def __init__(self, refs: Iterable[Ref], judge: Callable[[dict[str, Any]], Readiness], *, for_deletion: bool = False) -> None:
        self._judge = judge
        self._for_deletion = for_deletion
        self._seen: dict[Ref, Readiness | None] = dict.fromkeys(refs)

    def see(self, ref: Ref, live: dict[str, Any] | None) -> Readiness:
        """Takes in what an object is now; None: it does not exist. Returns the readiness that follows."""
        if live is None:
            readiness = Readiness(NOT_FOUND, "Resource not found")
        else:
            readiness = self._judge(live)
        self._seen[ref] = readiness
        return readiness

    @property
    def open(self) -> tuple[Ref, ...]:
        """The objects that are still to be asked about."""
        return tuple(ref for ref, readiness in self._seen.items() if not self._is_final(readiness))

    def _is_final(self, readiness: Readiness | None) -> bool:
        if readiness is None:
            return False
        if self._for_deletion:
            return readiness.status == NOT_FOUND
        return readiness.status in {CURRENT, FAILED}

    @property
    def over(self) -> bool:
        return not self.open

    def complaints(self) -> list[str]:
        """What is wrong, one line an object, in the order given. Helm 4: `resource Kind/ns/name not ready. status: …, message: …`."""
        lines = []
        for ref, readiness in self._seen.items():
            status = readiness.status if readiness is not None else UNKNOWN
            message = readiness.message if readiness is not None else ""
            if self._for_deletion:
                if status not in {NOT_FOUND, UNKNOWN}:
                    lines.append(
                        f"resource {ref.kind}/{ref.namespace}/{ref.name} still exists. status: {status}, message: {message}"
                    )
            elif status != CURRENT:
                lines.append(f"resource {ref.kind}/{ref.namespace}/{ref.name} not ready. status: {status}, message: {message}")
        return lines
