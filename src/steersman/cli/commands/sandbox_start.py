"""`sandbox start`: a Kubernetes API server in the background."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.sandboxing import DIRECTORY, describe, directory_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Start a Kubernetes API server in the background, with nothing behind it but this machine's memory.

Deployments, Jobs and their like reach the states that real controllers give them, but no container ever runs. It listens on loopback only,
with TLS and certificates of its own, and writes a kubeconfig that nobody else can read."""

FLAGS = (DIRECTORY, Flag("port", "int", 0, "the port to listen on; 0 takes a free one"))


def run(call: Invocation) -> int:
    from steersman import sandbox

    folder = directory_of(call)
    found = sandbox.inspect(folder)
    if found is not None:
        write("It runs already.\n" + describe(found, call.program))
        return 0
    write(describe(sandbox.launch(folder, port=call["port"]), call.program))
    return 0
