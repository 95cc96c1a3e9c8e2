"""What once differed from Go and Helm. Each folder has the input and what Go answers; no Go is needed to run them.

tests/cases/rendering/NAME/   template.yaml, values.json where there are values, `set` with a line for --set; `expected` or `error`
tests/cases/golang/NAME.json  a request to the oracle (tests/peers/oracle) and its answer
"""

from __future__ import annotations

import json
import pathlib

import pytest

from differential.answers import answer
from differential.oracle import Request
from differential.templates import CHART

HERE = pathlib.Path(__file__).resolve().parent
RENDERED = sorted(path.parent for path in (HERE / "rendering").glob("*/template.yaml"))
ANSWERED = sorted((HERE / "golang").glob("*.json"))


def read(folder: pathlib.Path, name: str) -> str:
    path = folder / name
    return path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""


def request_of(folder: pathlib.Path) -> Request:
    return {
        "mode": "render",
        "files": {**CHART, "templates/template.yaml": read(folder, "template.yaml")},
        "values": read(folder, "values.json"),
        "set": read(folder, "set").splitlines(),
        "release": {"name": "r", "namespace": "n", "revision": 1},
    }


@pytest.mark.parametrize("folder", RENDERED, ids=lambda folder: folder.name)
def test_the_template_renders_as_in_helm(folder: pathlib.Path) -> None:
    given = answer(request_of(folder))
    if (folder / "error").exists():
        assert given == {"error": read(folder, "error")}
    else:
        assert given == {"out": {"c/templates/template.yaml": read(folder, "expected")}}


@pytest.mark.parametrize("path", ANSWERED, ids=lambda path: path.stem)
def test_the_answer_is_gos(path: pathlib.Path) -> None:
    case = json.loads(path.read_text())
    assert answer(case["request"]) == case["answer"]


def test_there_are_cases() -> None:
    assert ANSWERED
    assert RENDERED
