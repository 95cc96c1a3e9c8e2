"""Cutting a stream into documents against Helm's SplitManifests."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.manifest import split


@pytest.mark.parametrize(("number", "pair"), pairs("split_manifests"))
def test_split_manifests(number: int, pair: dict[str, Any]) -> None:
    assert {f"manifest-{place}": document for place, document in enumerate(split(pair["in"]))} == pair["out"]
