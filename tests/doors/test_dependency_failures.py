"""An error while dependencies are looked at: install and template say what was being done, upgrade does not (as in Helm 4)."""

from __future__ import annotations

import pytest

from steersman.actions.prepare import render_chart
from steersman.actions.world import environment
from steersman.chart.files import File, Note
from steersman.chart.loader import load
from steersman.errors import Error
from steersman.objects.capabilities import Capabilities
from steersman.rendering.env import ReleaseFacts

FILES = {
    "Chart.yaml": b'{"apiVersion": "v2", "name": "top", "version": "0.1.0", "dependencies": [{"name": "sub", "version": "0.1.0"}]}',
    "values.yaml": b"sub: 1",
    "charts/sub/Chart.yaml": b'{"apiVersion": "v2", "name": "sub", "version": "0.1.0"}',
}
REASON = "type mismatch on sub: %!t(float64=1)"


@pytest.mark.parametrize("upgrading", [False, True])
def test_whose_words_the_error_has(upgrading: bool) -> None:
    chart = load([File(name, data) for name, data in FILES.items()])
    env = environment(Capabilities(), ReleaseFacts("r"))
    told: list[Note] = []
    with pytest.raises(Error) as raised:
        render_chart(chart, {}, env, told.append, upgrading=upgrading)
    assert str(raised.value) == (REASON if upgrading else f"chart dependencies processing failed: {REASON}")
    logged = [str(note) for note in told if note.level == "ERROR"]
    assert logged == ([] if upgrading else [f"chart dependencies processing failed error={REASON}"])
