"""Which dependencies are on and what they export, against what Helm gave."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.chart import Chart
from steersman.chart.metadata import metadata_json, parse_metadata
from steersman.errors import ValuesError
from steersman.values import process_dependencies


def chart_of(plain: dict[str, Any]) -> Chart:
    return Chart(
        metadata=parse_metadata(plain["metadata"]),
        values=plain["values"] or {},
        dependencies=tuple(chart_of(inner) for inner in plain["dependencies"] or ()),
    )


def plain_of(chart: Chart) -> dict[str, Any]:
    return {
        "metadata": metadata_json(chart.metadata),
        "values": chart.values,
        "dependencies": sorted((plain_of(inner) for inner in chart.dependencies), key=lambda inner: inner["metadata"]["name"]),
    }


def normalised(plain: dict[str, Any]) -> dict[str, Any]:
    """Helm gives dependencies in random order, and null or {} for none."""
    return {
        "metadata": plain["metadata"],
        "values": plain["values"] or {},
        "dependencies": sorted(
            (normalised(inner) for inner in plain["dependencies"] or ()), key=lambda inner: inner["metadata"]["name"]
        ),
    }


@pytest.mark.parametrize(("number", "pair"), pairs("process_dependencies"))
def test_process_dependencies(number: int, pair: dict[str, Any]) -> None:
    chart = chart_of(pair["chart"])
    error = None
    try:
        processed = process_dependencies(chart, pair["vals"])
    except ValuesError as raised:
        error = str(raised)
    assert error == pair["error"]
    if error is None:
        assert plain_of(processed) == normalised(pair["out_chart"])
    assert chart == chart_of(pair["chart"]), "the chart that came in is not changed"
