"""The executable: `steersman …`, `python -m steersman …`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Runs the command line and ends the process at once: tearing down the interpreter would cost milliseconds."""
    import gc
    import os
    import sys

    gc.disable()  # a command is short; what it makes, it uses
    from steersman.cli.main import main as run

    status = run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        status = status or 1
    os._exit(status)


if __name__ == "__main__":
    main()
