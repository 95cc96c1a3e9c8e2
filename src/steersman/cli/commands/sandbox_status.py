"""`sandbox status`: whether a sandbox runs, and how to reach it."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.sandboxing import DIRECTORY, describe, directory_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Say whether the sandbox runs, and how to reach it. The exit status is 1 when it does not."""

FLAGS = (DIRECTORY,)


def run(call: Invocation) -> int:
    from steersman import sandbox

    found = sandbox.inspect(directory_of(call))
    if found is None:
        write(f"No sandbox runs. `{call.program} sandbox start` starts one.\n")
        return 1
    write(describe(found, call.program))
    return 0
