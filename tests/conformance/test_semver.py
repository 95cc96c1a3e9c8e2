"""Versions and constraints against the cases of Masterminds/semver's own tests."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.errors import GoError
from steersman.golang.semver import Constraint, Version, new_constraint, new_version, strict_new_version


def parts(version: Version) -> dict[str, object]:
    return {
        "major": version.major,
        "minor": version.minor,
        "patch": version.patch,
        "prerelease": version.prerelease,
        "metadata": version.metadata,
        "original": version.original,
        "string": str(version),
    }


def constraint_of(pair: dict[str, Any]) -> Constraint:
    constraint = new_constraint(pair["constraint"])
    constraint.include_prerelease = pair["include_prerelease"]
    return constraint


@pytest.mark.parametrize(("number", "pair"), pairs("semver"))
def test_pair(number: int, pair: dict[str, Any]) -> None:
    match pair["fn"]:
        case "NewVersion" | "StrictNewVersion":
            read = new_version if pair["fn"] == "NewVersion" else strict_new_version
            if pair["error"] is None:
                assert parts(read(pair["in"])) == pair["out"]
            else:
                with pytest.raises(GoError) as caught:
                    read(pair["in"])
                assert str(caught.value) == pair["error"]
        case "NewConstraint":
            if pair["error"] is None:
                assert str(new_constraint(pair["in"])) == pair["string"]
            else:
                with pytest.raises(GoError) as caught:
                    new_constraint(pair["in"])
                assert str(caught.value) == pair["error"]
        case "Compare":
            a, b = new_version(pair["a"]), new_version(pair["b"])
            assert a.compare(b) == pair["out"]
            assert (a.sort_key() > b.sort_key()) - (a.sort_key() < b.sort_key()) == pair["out"]
        case "Check":
            assert constraint_of(pair).check(new_version(pair["version"])) is pair["out"]
        case "Validate":
            met, objections = constraint_of(pair).validate(new_version(pair["version"]))
            assert met is pair["out"]
            assert [str(objection) for objection in objections] == (pair["errors"] or [])
        case other:
            pytest.fail(f"a pair for {other}, which is not tested")
