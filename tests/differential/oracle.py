"""Asks the oracle (tests/peers/oracle) what Go and Helm make of an input.

One process answers all questions of a run, one JSON line each. A question that it cannot answer in time, or at all, ends the process;
the next question starts another.
"""

from __future__ import annotations

import base64
import json
import os
import pathlib
import resource
import select
import subprocess
from typing import Any

Request = dict[str, Any]
Answer = dict[str, Any]

PATH = pathlib.Path(os.environ.get("STEERSMAN_PEERS") or pathlib.Path(__file__).resolve().parents[2] / ".peers") / "oracle"
PATIENCE = 20.0
"""Seconds for one answer."""
MAX_MEMORY = 6 << 30
"""Bytes of address space: what asks for more kills the oracle, not the machine."""


class Silence(Exception):
    """The oracle gave no answer: it died of the question, or thinks for ever."""


def _sendable(value: Any) -> Any:
    """The value with every string that is no UTF-8 in the oracle's own notation."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return {"base64": base64.b64encode(value.encode("utf-8", "surrogateescape")).decode()}
    elif isinstance(value, dict):
        return {key: _sendable(member) for key, member in value.items()}
    elif isinstance(value, (list, tuple)):
        return [_sendable(item) for item in value]
    return value


def _received(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(value.get("base64"), str):
            return base64.b64decode(value["base64"]).decode("utf-8", "surrogateescape")
        return {key: _received(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_received(item) for item in value]
    return value


class Oracle:
    def __init__(self, path: pathlib.Path = PATH) -> None:
        self._path = path
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def __enter__(self) -> Oracle:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process = None
            self._rest = b""

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [str(self._path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"TZ": "UTC", "HOME": "/nonexistent", "GOMAXPROCS": "2"},
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY)),
            )
        return self._process

    def ask(self, request: Request) -> Answer:
        """What Go answers: {"out": …}, {"error": …} or {"panic": …}. Raises Silence."""
        process = self._start()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(_sendable(request)).encode() + b"\n")
            process.stdin.flush()
            while b"\n" not in self._rest:
                ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
                data = os.read(process.stdout.fileno(), 1 << 16) if ready else b""
                if not data:
                    raise Silence("no answer" if ready else f"no answer in {PATIENCE:.0f} s")
                self._rest += data
        except (BrokenPipeError, Silence) as error:
            self.close()
            raise Silence(str(error)) from None
        line, _, self._rest = self._rest.partition(b"\n")
        answer = _received(json.loads(line))
        assert isinstance(answer, dict)
        return answer
