"""Templates of sprig's own tests and what they give."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from conformance.go_data import value_of
from conformance.pairs import pairs
from steersman.errors import TemplateError
from steersman.objects.capabilities import Capabilities
from steersman.rendering.env import ReleaseFacts, RenderEnv
from steersman.rendering.names import sprig
from steersman.template import Library, Runtime

NOW = 1795417340_754605001
"""When the pairs were made: 2026-11-23T07:02:20Z."""


class Drawn:
    """Random enough for the shapes that these tests look at, and the same in each run."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, count: int) -> bytes:
        self.calls += 1
        return hashlib.shake_128(str(self.calls).encode()).digest(count)


def execute(template: str, data: Any) -> str:
    env = RenderEnv(Capabilities(), ReleaseFacts("test"), now=lambda: NOW, random=Drawn(), resolve_host=lambda name: [])
    functions = sprig(env, {"FOO": "bar"})
    return Runtime(Library.compile([("test", template)], functions), functions, missing_key="default").execute("test", data)


def shape(text: str) -> list[str]:
    """What stays the same between two runs of a random template: PEM lines, or how long each word is."""
    marks = re.findall(r"-----[A-Z ]+-----", text)
    return marks or [re.sub(r"\w", "x", word) if len(word) < 40 else "long" for word in text.split()[:1]]


@pytest.mark.parametrize(("number", "pair"), pairs("sprig"))
def test_pair(number: int, pair: dict[str, Any]) -> None:
    data = value_of(pair["data"], pair["data_type"])
    try:
        found = execute(pair["template"], data)
    except TemplateError as error:
        assert error.message == pair["error"]
        return
    assert pair["error"] is None
    if pair["repeatable"]:
        assert found == pair["out"]
    else:
        assert shape(found) == shape(pair["out"]) or re.search("rand|bcrypt|htpasswd|shuffle", pair["template"])
        if not found.lstrip().startswith("-----"):
            assert abs(len(found) - len(pair["out"])) <= 8
