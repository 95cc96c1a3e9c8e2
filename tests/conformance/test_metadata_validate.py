"""The rules and the cleaning of Chart.yaml against what Helm did."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.chart.metadata import metadata_json, parse_metadata, validated
from steersman.errors import ChartError


@pytest.mark.parametrize(("number", "pair"), pairs("metadata_validate"))
def test_metadata_validate(number: int, pair: dict[str, Any]) -> None:
    given = pair["metadata"]
    metadata = None if given is None else parse_metadata(given)
    try:
        cleaned = validated(metadata)
    except ChartError as raised:
        assert str(raised) == pair["error"]
        return
    assert pair["error"] is None
    assert metadata_json(cleaned) == pair["sanitized"]
