"""Readiness against what kstatus computes for the objects of its own tests."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.errors import GoError
from steersman.objects.readiness import status

NOW = datetime.datetime(2026, 11, 23, 7, 3, 18, tzinfo=datetime.UTC).timestamp()
"""A second after the one object in the pairs that is new was created."""


@pytest.mark.parametrize(("number", "pair"), pairs("kstatus"))
def test_kstatus(number: int, pair: dict[str, Any]) -> None:
    if pair["error"] is not None:
        with pytest.raises(GoError) as raised:
            status(pair["object"], NOW)
        assert str(raised.value) == pair["error"]
        return
    verdict = status(pair["object"], NOW)
    conditions = [
        {name: value for name in ("type", "status", "reason", "message") if (value := getattr(condition, name))}
        for condition in verdict.conditions or ()
    ]
    assert {"Status": verdict.status, "Message": verdict.message, "Conditions": conditions} == pair["out"]
