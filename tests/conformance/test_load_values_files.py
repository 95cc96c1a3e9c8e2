"""Values files of one or more documents against what Helm read."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.chart.values_file import load_values
from steersman.errors import ChartError
from steersman.golang.values import to_bytes


@pytest.mark.parametrize(("number", "pair"), pairs("load_values"))
def test_load_values(number: int, pair: dict[str, Any]) -> None:
    try:
        values = load_values(to_bytes(pair["in"]))
    except ChartError as raised:
        assert str(raised) == pair["error"]
        return
    assert pair["error"] is None
    assert values == (pair["out"] or {})
