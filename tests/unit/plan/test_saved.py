"""Saved plans: what is written is read again, what is damaged is refused, and what moved is seen."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steersman.errors import PlanError
from steersman.objects.refs import Ref
from steersman.plan.build import Options
from steersman.plan.saved import Saved, dump, fence, history_of, load, moved
from steersman.plan.steps import Target
from steersman.release.model import Info, Release

LIVE = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "namespace": "ns", "uid": "u1", "resourceVersion": "7", "managedFields": [{}]},
    "data": {"a": "1"},
    "status": {"x": 1},
}
REF = Ref("v1", "ConfigMap", "ns", "a")
ABSENT = Ref("v1", "ConfigMap", "ns", "b")
HISTORY = (Release("web", "ns", 1, Info(status="superseded")), Release("web", "ns", 2, Info(status="deployed")))


def saved(**changes: Any) -> Saved:
    return Saved(
        "upgrade",
        Release("web", "ns", 3, Info(status="pending-upgrade"), manifest="kind: X\n", labels={"team": "a"}, apply_method="ssa"),
        Options(timeout=7.0, wait="watcher", force_conflicts=True),
        {"history_max": 10, "server_side": "auto"},
        "c1",
        history_of(HISTORY),
        (fence(REF, LIVE), fence(ABSENT, None)),
        (Target(Ref("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "x"), {
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "x"},
        }, "crds/x.yaml"),),
    ).replace(**changes)  # fmt: skip


def test_what_is_written_is_read() -> None:
    again = load(dump(saved()))
    assert again.release.manifest == "kind: X\n" and again.release.labels == {"team": "a"}
    assert again.release.version == 3 and again.release.apply_method == "ssa"
    assert again.replace(release=saved().release) == saved()


def test_a_world_that_stood_still_has_not_moved() -> None:
    assert moved(saved(), "c1", HISTORY, {REF: LIVE}) == []
    assert moved(saved(), "", HISTORY, {REF: LIVE}) == []


def test_a_status_that_changed_is_no_move() -> None:
    busy = {**LIVE, "status": {"x": 2}, "metadata": {**LIVE["metadata"], "resourceVersion": "9"}}  # type: ignore[dict-item]
    assert moved(saved(), "c1", HISTORY, {REF: busy}) == []


def changed(**metadata: str) -> dict[str, Any]:
    return {**LIVE, "data": {"a": "2"}, "metadata": {**LIVE["metadata"], "resourceVersion": "9", **metadata}}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("live", "text"),
    [
        ({REF: changed()}, "ConfigMap/ns/a was changed (resourceVersion 7 → 9)"),
        ({REF: changed(uid="u2")}, "ConfigMap/ns/a was deleted and made anew"),
        ({REF: {**LIVE, "metadata": {**LIVE["metadata"], "uid": "u2"}}}, "ConfigMap/ns/a was deleted and made anew"),  # type: ignore[dict-item]
        ({}, "ConfigMap/ns/a existed, and does not any more"),
        ({REF: LIVE, ABSENT: changed()}, "ConfigMap/ns/b did not exist, and does now"),
    ],
)
def test_objects_that_moved_are_named(live: Any, text: str) -> None:
    assert moved(saved(), "c1", HISTORY, live) == [text]


@pytest.mark.parametrize(
    "history",
    [(), HISTORY[:1], (*HISTORY, Release("web", "ns", 3, Info(status="failed"))), (HISTORY[0], HISTORY[1].with_status("failed"))],
)
def test_another_history_is_a_move(history: tuple[Release, ...]) -> None:
    (text,) = moved(saved(), "c1", history, {REF: LIVE})
    assert text.startswith("the release was at revision 2 (deployed) of 2 and is ")


def test_another_cluster_is_said_first() -> None:
    assert moved(saved(), "c2", (), {}) == ["it was made for another cluster"]


def edited(**changes: Any) -> str:
    return json.dumps({**json.loads(dump(saved())), **changes})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[]", "it is no saved plan"),
        ('{"format": "steersman-plan"}', "it is no saved plan"),
        (edited(version=2), "version 2"),
        (edited(version=None), "version None"),
        (edited(action="uninstall"), "no action 'uninstall'"),
        (edited(release="?"), "cannot be read"),
        (edited(release=None), "cannot be read"),
        (edited(options={}), "cannot be read"),
        (edited(options={**json.loads(dump(saved()))["options"], "hooks": "yes"}), "hooks is 'yes'"),
        (edited(history=[[True, "deployed"]]), "True is no number"),
        (edited(objects=[{}]), "cannot be read"),
        (edited(objects="x"), "cannot be read"),
        (edited(definitions=[{"source": "x"}]), "cannot be read"),
        (edited(labels={"a": 1}), "1 is no text"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused(text: str, why: str) -> None:
    with pytest.raises(PlanError) as caught:
        load(text)
    assert why in str(caught.value)
