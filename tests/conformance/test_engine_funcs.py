"""Templates of Helm's tests of its own functions and what they give."""

from __future__ import annotations

import math
from typing import Any

import pytest

from conformance.go_data import value_of
from conformance.pairs import pairs
from steersman.errors import TemplateError
from steersman.objects.capabilities import Capabilities
from steersman.rendering.engine import Calls
from steersman.rendering.env import ReleaseFacts, RenderEnv
from steersman.rendering.functions import NAMES, Functions
from steersman.template import Library, Runtime


def data_of(pair: dict[str, Any]) -> Any:
    data = pair["data"]
    if data == {"$unrepresentable": True}:
        # JSON has neither NaN nor infinities: the error names which it was.
        return -math.inf if "-Inf" in pair.get("error", "") else math.nan
    return value_of(data, pair["data_go"])


@pytest.mark.parametrize(("number", "pair"), pairs("engine_funcs"))
def test_pair(number: int, pair: dict[str, Any]) -> None:
    env = RenderEnv(Capabilities(), ReleaseFacts("test"), now=lambda: 0, random=bytes)
    functions = Functions(env).extended(Calls(env).table())
    try:
        found = Runtime(Library.compile([("test", pair["template"])], NAMES), functions).execute("test", data_of(pair))
    except TemplateError as error:
        assert error.message == pair["error"]
        return
    assert "error" not in pair
    assert found == pair["out"]
