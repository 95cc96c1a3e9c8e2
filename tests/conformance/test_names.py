"""Names of releases and objects against what Helm said of them."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.chart.names import metadata_name_error, release_name_error

RULES = {"ValidateReleaseName": release_name_error, "ValidateMetadataName": metadata_name_error}


@pytest.mark.parametrize(("number", "pair"), pairs("names"))
def test_names(number: int, pair: dict[str, Any]) -> None:
    assert RULES[pair["fn"]](pair["in"]) == pair["error"]
