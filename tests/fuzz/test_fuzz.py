"""Each target is fuzzed for a short while, with a seed that is always the same. `python tests/fuzz/run.py --seconds 600` goes on."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import sys

import pytest

from fuzz import run
from fuzz.targets import TARGETS, Target

SECONDS = 2.0
"""Of computing, for each target: half a minute in all."""


def test_the_fuzzer_finds_what_is_wrong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A reader with two faults: an exception that is not ours, behind two brackets, and a loop without end."""

    def reader(text: str) -> object:
        if "[[" in text:
            raise IndexError(text)
        while "}}" in text:
            pass
        return len(text)

    monkeypatch.setitem(TARGETS, "planted", Target(reader, lambda: ["a[b]}"], ["[", "}"]))
    monkeypatch.setattr(run, "SLOW", 0.2)
    before = signal.signal(signal.SIGPROF, run._too_slow)
    try:
        _, _, failures = run.fuzz("planted", 1.0, 1, None)
    finally:
        signal.signal(signal.SIGPROF, before)
    assert failures == 2
    found = capsys.readouterr().out
    assert "IndexError" in found
    assert "TooSlow" in found


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_but_our_errors_escapes(name: str) -> None:
    done = subprocess.run(
        [sys.executable, str(pathlib.Path(__file__).with_name("run.py")), name, "--seconds", str(SECONDS)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert " 0 failures" in done.stdout
