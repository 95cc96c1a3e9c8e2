"""A stream of documents becomes values as Helm's LoadValues reads it (pairs/load_values.jsonl)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.golang import yaml


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Helm 4: pkg/chart/v2/loader, MergeMaps."""
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        result[key] = merged(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return result


@pytest.mark.parametrize(("number", "pair"), pairs("load_values"))
def test_the_documents_of_a_stream_are_gos(number: int, pair: dict[str, Any]) -> None:
    text = pair["in"]
    values: dict[str, Any] = {}
    error = None
    try:
        for document in yaml.split(text if text.endswith("\n") or not text else text + "\n"):
            values = merged(values, yaml.load_map(document))
    except yaml.YamlError as found:
        error = str(found)
    if pair["error"] is None:
        assert error is None
        assert json.dumps(values, sort_keys=True) == json.dumps(
            json.loads(json.dumps(pair["out"]), parse_int=float), sort_keys=True
        )
    else:
        assert error is not None
        assert pair["error"].endswith(error)
