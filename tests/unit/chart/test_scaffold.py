"""The chart that `create` writes."""

from __future__ import annotations

import pathlib
import subprocess

import pytest

from steersman.chart import load
from steersman.chart.scaffold import FILES, scaffold
from steersman.errors import ChartError

HELM = pathlib.Path(__file__).resolve().parents[3] / ".peers" / "helm4"


def test_the_new_chart_loads_under_its_name() -> None:
    chart = load(scaffold("my-app"))
    assert (chart.name, chart.metadata.version, chart.metadata.app_version) == ("my-app", "0.1.0", "1.16.0")
    assert len(chart.templates) == 9
    assert all(b"<CHARTNAME>" not in file.data for file in scaffold("my-app"))


@pytest.mark.parametrize("name", ["", "a" * 251, "bad/name", "späß", "a b"])
def test_a_name_that_helm_refuses(name: str) -> None:
    with pytest.raises(ChartError, match="chart name must"):
        scaffold(name)


@pytest.mark.peers
@pytest.mark.skipif(not HELM.exists(), reason="make peers has not built Helm 4")
def test_byte_for_byte_what_helm_writes(tmp_path: pathlib.Path) -> None:
    subprocess.run([HELM, "create", "some.Chart_1"], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    top = tmp_path / "some.Chart_1"
    written = {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()}
    assert {file.name: file.data for file in scaffold("some.Chart_1")} == written
    assert set(FILES) == set(written)
