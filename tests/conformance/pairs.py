"""Input and output pairs that Helm's own tests and libraries gave, read in place from ../shared; absent, the tests skip."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
TESTDATA = SHARED / "helm4-testdata"


def differences() -> dict[tuple[str, int], str]:
    """(pair file, line number from 1) → why that pair cannot or should not pass. One file for all: differences.tsv."""
    found = {}
    for line in (pathlib.Path(__file__).parent / "differences.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            name, number, reason = line.split("\t", 2)
            found[name, int(number)] = reason
    return found


def pairs(name: str) -> list[Any]:
    """pytest params of (line number, pair) for pairs/NAME.jsonl, those in differences.tsv left out; one skipped param where absent."""
    path = TESTDATA / "pairs" / f"{name}.jsonl"
    if not path.exists():
        return [pytest.param(0, {}, marks=pytest.mark.skip(reason=f"../shared/helm4-testdata/pairs/{name}.jsonl is not here"))]
    known = differences()
    return [
        pytest.param(number, json.loads(line), id=str(number))
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if line and (name, number) not in known
    ]
