"""What Helm 4 gives to a post-renderer, and how it takes the answer apart (pkg/action/action_test.go)."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.manifest.postrender import PostRenderError, annotate_and_merge, split_and_deannotate


@pytest.mark.parametrize(("number", "pair"), pairs("postrender"))
def test_postrender(number: int, pair: dict[str, Any]) -> None:
    error, out = None, None
    try:
        if pair["fn"] == "annotateAndMerge":
            out = annotate_and_merge(pair["files"])
        else:
            out = split_and_deannotate(pair["in"], pair["fallback_prefix"])
    except PostRenderError as raised:
        error = raised.message
    assert error == pair["error"]
    if error is None:
        assert out == pair["out"]
