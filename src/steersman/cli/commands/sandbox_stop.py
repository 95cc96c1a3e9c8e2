"""`sandbox stop`: end the sandbox that runs in the background."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.sandboxing import DIRECTORY, directory_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Stop the sandbox; everything in it is gone."""

FLAGS = (DIRECTORY,)


def run(call: Invocation) -> int:
    from steersman import sandbox

    write("The sandbox is stopped.\n" if sandbox.halt(directory_of(call)) else "No sandbox runs.\n")
    return 0
