"""What the `sandbox` commands have in common: where its files lie, and how it is told of."""

from __future__ import annotations

from steersman.cli.flags import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation
    from steersman.sandbox import State

DIRECTORY = Flag("directory", "string", "", "where its files lie, the kubeconfig among them (default: in your data folder)")


def directory_of(call: Invocation) -> str:
    """The folder that was asked for, or the user's own one."""
    import os

    given: str = call["directory"]
    if given:
        return os.path.abspath(given)
    base = call.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(base, "steersman", "sandbox")


def describe(state: State, program: str) -> str:
    """How to reach it, and how to go on."""
    return (
        f"The sandbox runs at {state.url} (Kubernetes {state.version}, process {state.pid}).\n"
        f"To use it in this shell:\n\n  export KUBECONFIG={state.kubeconfig}\n\n"
        f"Everything in it is in memory, and gone after `{program} sandbox stop`.\n"
    )
