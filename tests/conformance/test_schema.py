"""Schemas against what Helm said of the same values."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.chart import Chart, Metadata
from steersman.errors import ValuesError
from steersman.values.schema import validate, validate_one


def chart_of(plain: dict[str, Any]) -> Chart:
    return Chart(
        metadata=Metadata(name=plain["name"], version="1.0.0"),
        values=plain["values"] or {},
        schema=plain["schema"].encode() if plain["schema"] else None,
        dependencies=tuple(chart_of(inner) for inner in plain["dependencies"] or ()),
    )


def numbers(value: Any) -> Any:
    """Numbers of values are floats, as they come from YAML."""
    if isinstance(value, dict):
        return {key: numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [numbers(inner) for inner in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize(("number", "pair"), pairs("schema"))
def test_schema(number: int, pair: dict[str, Any]) -> None:
    error = None
    try:
        if pair["fn"] == "ValidateAgainstSingleSchema":
            validate_one(numbers(pair["values"]), pair["schema"].encode())
        else:
            validate(chart_of(pair["chart"]), numbers(pair["values"]))
    except ValuesError as raised:
        error = str(raised)
    assert error == pair["error"]
