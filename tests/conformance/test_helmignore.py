"""`.helmignore` rules against what Helm decided."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.chart import ignore


@pytest.mark.parametrize(("number", "pair"), pairs("helmignore"))
def test_helmignore(number: int, pair: dict[str, Any]) -> None:
    rules = ignore.parse_lines(pair["patterns"])
    assert rules.ignores(pair["path"], pair["is_dir"]) is pair["ignored"]
