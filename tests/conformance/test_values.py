"""Coalescing and merging against what Helm gave."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.chart import Chart, Metadata
from steersman.errors import ValuesError
from steersman.values import coalesce_tables, coalesce_values, merge_tables, merge_values

OF_CHARTS = {"CoalesceValues": coalesce_values, "MergeValues": merge_values}
OF_TABLES = {"CoalesceTables": coalesce_tables, "MergeTables": merge_tables}


def chart_of(plain: dict[str, Any]) -> Chart:
    return Chart(
        metadata=Metadata(name=plain["name"], version="1.0.0"),
        values=plain["values"] or {},
        schema=plain["schema"].encode() or None,
        dependencies=tuple(chart_of(inner) for inner in plain["dependencies"] or ()),
    )


@pytest.mark.parametrize(("number", "pair"), pairs("values"))
def test_values(number: int, pair: dict[str, Any]) -> None:
    if pair["fn"] in OF_TABLES:
        assert OF_TABLES[pair["fn"]](copy.deepcopy(pair["dst"]), copy.deepcopy(pair["src"])) == pair["out"]
        return
    chart, given = chart_of(pair["chart"]), copy.deepcopy(pair["vals"])
    error = None
    try:
        out = OF_CHARTS[pair["fn"]](chart, given)
    except ValuesError as raised:
        error = str(raised)
    assert error == pair["error"]
    if error is None:
        assert out == pair["out"]
    assert given == pair["vals"], "the user's values are not changed"
    assert chart == chart_of(pair["chart"]), "the chart's values are not changed"
