"""A frozen world, and a template run in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from steersman.objects.capabilities import Capabilities
from steersman.rendering.engine import Calls, signatures
from steersman.rendering.env import ReleaseFacts, RenderEnv
from steersman.rendering.functions import Functions
from steersman.template import Library

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1795417340_754605001
"""2026-11-23T07:02:20.754605001Z"""


class Drawn:
    """Random bytes that are the same in each run."""

    def __init__(self) -> None:
        self.state = 0

    def __call__(self, count: int) -> bytes:
        drawn = bytes((self.state + 37 * step) % 256 for step in range(count))
        self.state += 101
        return drawn


@pytest.fixture
def env() -> RenderEnv:
    return RenderEnv(Capabilities(), ReleaseFacts("demo", "space"), now=lambda: NOW, random=Drawn())


@pytest.fixture
def run(env: RenderEnv) -> Callable[..., str]:
    """Executes one template in the frozen world: run(text, values, env=…)."""

    def execute(text: str, values: Any = None, env: RenderEnv = env) -> str:
        calls = Calls(env)
        library = Library.compile([("t", text)], signatures())
        return calls.runtime(library, Functions(env).extended(calls.table())).execute("t", values or {})

    return execute
