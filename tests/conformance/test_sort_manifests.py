"""Rendered files into resources and hooks against Helm's SortManifests."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.manifest import Hook, Manifest, ParseError, parse
from steersman.objects.kinds import INSTALL_ORDER, UNINSTALL_ORDER

ORDERS = {"install": INSTALL_ORDER, "uninstall": UNINSTALL_ORDER}


def hook_document(hook: Hook) -> dict[str, Any]:
    """A hook as the pairs write it: the JSON of Helm's record."""
    found: dict[str, Any] = {"name": hook.name, "kind": hook.kind, "path": hook.path, "manifest": hook.text}
    found["events"] = list(hook.events)
    found["weight"] = hook.weight
    found["delete_policies"] = list(hook.delete_policies)
    found["output_log_policies"] = list(hook.output_log_policies)
    return {name: value for name, value in found.items() if value} | {"last_run": {"phase": ""}}


@pytest.mark.parametrize(("number", "pair"), pairs("sort_manifests"))
def test_sort_manifests(number: int, pair: dict[str, Any]) -> None:
    error = None
    try:
        manifest = parse(pair["files"], ORDERS[pair["order"]])
    except ParseError as raised:
        error, manifest = str(raised), raised.partial
    assert error == pair["error"]
    assert isinstance(manifest, Manifest)
    assert [hook_document(hook) for hook in manifest.hooks] == (pair["hooks"] or [])
    resources = [{"content": one.text, "kind": one.kind, "name": one.path} for one in manifest.resources]
    assert resources == (pair["manifests"] or [])
