"""Texts and the cluster versions that Helm reads from them."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.errors import GoError
from steersman.objects.capabilities import parse_kube_version


@pytest.mark.parametrize(("number", "pair"), pairs("kube_version"))
def test_pair(number: int, pair: dict[str, Any]) -> None:
    try:
        version = parse_kube_version(pair["in"])
    except GoError as error:
        assert error.message == pair["error"]
        return
    assert pair["error"] is None
    assert {"Version": version.version, "Major": version.major, "Minor": version.minor} == pair["out"]
    assert str(version) == pair["string"]
