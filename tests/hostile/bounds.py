"""Running steersman on hostile input with its time and memory measured, and cut off by the kernel where they get out of hand.

Time is the processor's, so that a busy machine does not matter. The kernel's own limits stand well above what the tests allow: a run
that meets one of them fails its test, and cannot hang the suite.
"""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
from typing import NamedTuple

TEMPLATE_SECONDS = 12.0
SECONDS = 3.0
"""Seconds of computing that a hostile template may take, and any other hostile input. The aims are ten and one; neighbours on a busy
machine make the same work count for more, and a test must not fail for that."""
MEBIBYTES = 300
"""The largest resident set that any of them may have."""


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


def run(*words: str, folder: pathlib.Path, environ: dict[str, str] | None = None) -> Run:
    """Runs `python WORDS…` in a folder, bounded and measured."""

    base = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": str(folder / "none"), "STEERSMAN_NO_CACHE": "1"}
    launch = pathlib.Path(__file__).with_name("launch.py")
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.NamedTemporaryFile("r") as report:
        subprocess.run(
            [sys.executable, "-I", "-S", str(launch), report.name, *words],
            cwd=folder,
            env={**base, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            timeout=600,
            check=True,
        )
        status, seconds, kibibytes = report.read().split()
        err.seek(0)
        out.seek(0)
        return Run(
            int(status),
            out.read(1 << 20).decode(errors="replace"),
            err.read(1 << 20).decode(errors="replace"),
            float(seconds),
            int(kibibytes) / 1024,
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
    """A small chart with these files; `__` in a name stands for a slash, `_yaml` and `_schema_json` for those endings."""
    (folder / "templates").mkdir(parents=True)
    written: dict[str, str | bytes] = {"Chart_yaml": "apiVersion: v2\nname: small\nversion: 0.1.0\n", **files}
    for name, data in written.items():
        path = folder / name.replace("__", "/").replace("_schema_json", ".schema.json").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder
