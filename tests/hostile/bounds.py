"""Running steersman on hostile input with its time and memory measured, and cut off by the kernel where they get out of hand.

Time is the processor's, so that a busy machine does not matter. The kernel's own limits stand well above what the tests allow: a run
that meets one of them fails its test, and cannot hang the suite.
"""

from __future__ import annotations

import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
from typing import NamedTuple

TEMPLATE_SECONDS = 10.0
SECONDS = 1.0
"""What a hostile template may take, and any other hostile input."""
MEBIBYTES = 300
"""The largest resident set that any of them may have."""

CPU_LIMIT = 20
ADDRESS_LIMIT = 2 << 30
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Run(NamedTuple):
    """How a process ended, and what it took."""

    status: int
    out: str
    err: str
    seconds: float
    mebibytes: float

    @property
    def error(self) -> str:
        """The first line that begins with "Error: "."""
        return next((line for line in self.err.splitlines() if line.startswith("Error: ")), "")


def run(*words: str, folder: pathlib.Path, environ: dict[str, str] | None = None, text: str = "") -> Run:
    """Runs `python WORDS…` in a folder, bounded and measured."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT + 2))
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_LIMIT, ADDRESS_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    base = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": str(folder / "none"), "STEERSMAN_NO_CACHE": "1"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as given:
        given.write(text.encode())
        given.seek(0)
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=folder,
            env={**base, **(environ or {})},
            stdin=given,
            stdout=out,
            stderr=err,
            preexec_fn=bound,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        out.seek(0)
        return Run(
            process.returncode,
            out.read(1 << 20).decode(errors="replace"),
            err.read(1 << 20).decode(errors="replace"),
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / 1024,
        )


def steersman(*words: str, folder: pathlib.Path, environ: dict[str, str] | None = None) -> Run:
    """One command line."""
    return run("-m", "steersman", *words, folder=folder, environ=environ)


def held(found: Run, seconds: float = SECONDS) -> Run:
    """The run, which must have ended by itself, without a traceback, within its bounds."""
    assert found.status not in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGABRT), found
    assert "Traceback" not in found.err, found.err[-2000:]
    assert found.seconds <= seconds, (found.seconds, found.err[:500])
    assert found.mebibytes <= MEBIBYTES, (found.mebibytes, found.err[:500])
    return found


def refused(found: Run, seconds: float = SECONDS) -> str:
    """The error of a run that must have ended with one, within its bounds."""
    held(found, seconds)
    assert found.status == 1, found
    assert found.error, found.err
    return found.error


def chart(folder: pathlib.Path, **files: str | bytes) -> pathlib.Path:
    """A small chart with these files; `__` in a name stands for a slash, `_yaml`, `_json` and `_tpl` for those endings."""
    (folder / "templates").mkdir(parents=True)
    written: dict[str, str | bytes] = {"Chart_yaml": "apiVersion: v2\nname: small\nversion: 0.1.0\n", **files}
    for name, data in written.items():
        for ending in ("yaml", "json", "tpl"):
            name = name.replace(f"_{ending}", f".{ending}")
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder
