"""`lint` against what Helm's own linter and its command gave on Helm's test charts."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
from typing import Any

import pytest

from conformance.pairs import TESTDATA, pairs
from steersman.actions.lint import subject_at
from steersman.actions.world import environment
from steersman.cli.main import main
from steersman.lint import lint
from steersman.objects.capabilities import Capabilities, parse_kube_version
from steersman.rendering.env import ReleaseFacts

VERSION_IN_TESTS = "v1.20.0"
"""What Helm assumes of a cluster while its own tests run (pkg/chart/common/capabilities.go)."""


@pytest.mark.parametrize(("number", "pair"), pairs("lint"))
def test_lint(number: int, pair: dict[str, Any]) -> None:
    version = pair["kube_version"]
    capabilities = Capabilities(parse_kube_version(version["Version"] if version else VERSION_IN_TESTS))
    facts = ReleaseFacts("test-release", pair["namespace"], 0, is_install=False)
    env = environment(capabilities, facts).replace(lint=True)
    subject = subject_at(str(TESTDATA / pair["dir"]), lambda note: None)
    found = lint(subject, pair["values"] or {}, env, skip_schema=pair["skip_schema"])
    assert [str(finding) for finding in found] == (pair["messages"] or [])
    assert max((finding.severity for finding in found), default=0) == pair["highest_severity"]


def invocations() -> list[Any]:
    path = TESTDATA / "cli_cases.jsonl"
    if not path.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason="../shared/helm4-testdata/cli_cases.jsonl is not here"))]
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    return [pytest.param(case, id=case["name"]) for case in cases if case["cmd"].split()[:1] == ["lint"]]


@pytest.mark.parametrize("case", invocations())
def test_command(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Helm's tests see both streams as one: what is printed, then the line of the error."""
    monkeypatch.chdir(TESTDATA / case["cwd"])
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.setattr("sys.argv", ["helm"])
    monkeypatch.setattr("steersman.objects.capabilities.DEFAULT_VERSION", VERSION_IN_TESTS)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = main(shlex.split(case["cmd"]), {"HOME": str(tmp_path)})
    assert out.getvalue() == case["out"]
    assert status == (1 if case["error"] else 0)
    if case["golden"]:
        # A golden file says "Error:" only where Helm's test joins it; its text is a part of what was compared.
        assert (TESTDATA / case["golden"]).read_text().rstrip("\n") in out.getvalue()
