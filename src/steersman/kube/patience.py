"""A transport that tries again what a passing fault of the API server or of the network spoiled.

client-go tries again only where the server asks for it (Retry-After), and reads whose connection was cut; everything else ends
the command. Here each call may be sent a few times more, after growing pauses, when its connection was cut or the server answered
that it could not (429, 500, 502, 503, 504). A write may have arrived although its answer did not, so a repeated one may be told
that its object exists already, has changed, or is gone: whoever writes knows its own work by its content.

Nothing is tried again where no connection came about: a wrong address is told at once.
"""

from __future__ import annotations

import time

from steersman.errors import ClusterError, Unreachable
from steersman.kube import wire
from steersman.kube.transport import Transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.clock import Deadline
    from steersman.kube.requests import Request
    from steersman.kube.transport import Response

PAUSES = (0.1, 0.4, 1.0, 2.0)
"""Seconds before each further try."""
PASSING = frozenset({429, 500, 502, 503, 504})
"""HTTP statuses that may be another the next time."""


class PatientTransport(Transport):
    """A Transport with further tries in `send`. A stream is not tried again: whoever watches resumes it."""

    def send(self, request: Request, deadline: Deadline | None = None, *, trust_status: bool = True) -> Response:
        """Sends a call and reads its whole answer. Raises as Transport.send does, what the last try raised."""
        for pause in PAUSES:
            try:
                return super().send(request, deadline, trust_status=trust_status)
            except ClusterError as error:
                if not _may_pass(request, error):
                    raise
            time.sleep(pause if deadline is None else min(pause, deadline.remaining()))
        return super().send(request, deadline, trust_status=trust_status)


def _may_pass(request: Request, error: ClusterError) -> bool:
    """Whether another try may end otherwise. Reads that were cut have been tried again already."""
    if isinstance(error, Unreachable):
        if request.method == "GET":
            return False
        cause = error.__cause__
        if isinstance(cause, wire.Cut):
            return True
        return isinstance(cause, wire.WireError) and isinstance(cause.__cause__, (ConnectionResetError, BrokenPipeError))
    return error.http_status in PASSING
