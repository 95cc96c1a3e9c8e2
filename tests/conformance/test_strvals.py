"""The `--set` grammar against what Helm's own parsers gave."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.errors import ValuesError
from steersman.values import strvals

INTO = {
    "Parse": strvals.parse_into,
    "ParseInto": strvals.parse_into,
    "ParseString": strvals.parse_string_into,
    "ParseIntoString": strvals.parse_string_into,
    "ParseJSON": strvals.parse_json_into,
    "ParseLiteral": strvals.parse_literal_into,
    "ParseLiteralInto": strvals.parse_literal_into,
}


@pytest.mark.parametrize(("number", "pair"), pairs("strvals"))
def test_strvals(number: int, pair: dict[str, Any]) -> None:
    tree = copy.deepcopy(pair.get("dest") or {})
    error = None
    try:
        INTO[pair["fn"]](pair["in"], tree)
    except ValuesError as raised:
        error = str(raised)
    assert error == pair["error"]
    if error is None:
        assert tree == pair["out"]
