"""Helm's IsCompatibleRange: whether a version is in a range, false where one of them cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.errors import GoError
from steersman.golang.semver import new_constraint, new_version


@pytest.mark.parametrize(("number", "pair"), pairs("semver_range"))
def test_compatible(number: int, pair: dict[str, Any]) -> None:
    try:
        compatible = new_constraint(pair["constraint"]).check(new_version(pair["version"]))
    except GoError:
        compatible = False
    assert compatible is pair["ok"]
