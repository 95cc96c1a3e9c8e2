"""Laws of patches: what they are made for, they do."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from steersman.objects import patches

SCALARS = st.sampled_from(["x", "y", 1, 2, True, False, 0, 1.5])
PLAIN = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8
)
TABLES = st.dictionaries(st.sampled_from("abcd"), PLAIN, max_size=4)

LABELS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2"]), max_size=3)
ENV = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(["A", "B", "C", "D"])}, optional={"value": st.sampled_from(["1", "2"])}),
    max_size=4,
    unique_by=lambda one: one["name"],
)
CONTAINERS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["a", "b", "c"])},
        optional={"image": st.sampled_from(["1", "2"]), "env": ENV, "args": st.lists(st.sampled_from(["-x", "-y"]), max_size=3)},
    ),
    max_size=3,
    unique_by=lambda one: one["name"],
)
STRATEGY = st.fixed_dictionaries({}, optional={"type": st.sampled_from(["R", "S"]), "rollingUpdate": st.just({"maxSurge": 1})})
DEPLOYMENTS = st.fixed_dictionaries(
    {
        "metadata": st.fixed_dictionaries(
            {"name": st.just("d")},
            optional={"labels": LABELS, "finalizers": st.lists(st.sampled_from("xyz"), max_size=3, unique=True)},
        ),
        "spec": st.fixed_dictionaries(
            {},
            optional={
                "replicas": st.integers(0, 3),
                "strategy": STRATEGY,
                "template": st.fixed_dictionaries({"spec": st.fixed_dictionaries({"containers": CONTAINERS})}),
            },
        ),
    }
)


def unordered(value: Any) -> Any:
    """The value with empty lists and tables left out, and lists in no order: what a merge may change without harm."""
    if isinstance(value, dict):
        return {name: kept for name, one in value.items() if (kept := unordered(one)) not in ([], {})}
    if isinstance(value, list):
        return sorted((unordered(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


@settings(max_examples=300, deadline=None)
@given(TABLES, TABLES)
def test_a_json_merge_patch_makes_the_one_the_other(original: dict[str, Any], modified: dict[str, Any]) -> None:
    """Applying create(a, b) to a gives b, nulls aside."""
    assert patches.apply_json_merge(original, patches.create_json_merge(original, modified)) == modified


@settings(max_examples=300, deadline=None)
@given(TABLES, TABLES)
def test_a_json_merge_patch_of_equals_is_empty(original: dict[str, Any], other: dict[str, Any]) -> None:
    """create(a, a) is empty, and a patch applied twice is a patch applied once."""
    assert patches.create_json_merge(original, original) == {}
    patch = patches.create_json_merge(original, other)
    once = patches.apply_json_merge(original, patch)
    assert patches.apply_json_merge(once, patch) == once


@settings(max_examples=300, deadline=None)
@given(TABLES, TABLES, TABLES)
def test_a_three_way_json_patch_sets_all_that_is_wanted(
    original: dict[str, Any], modified: dict[str, Any], current: dict[str, Any]
) -> None:
    """After it, the live object holds what the manifest says, and nothing that only the last one said."""
    merged = patches.apply_json_merge(current, patches.three_way_json(original, modified, current))
    for name, value in modified.items():
        if not isinstance(value, dict):
            assert merged[name] == value
    assert not [name for name in original if name not in modified and name in merged]
    assert all(merged[name] == value for name, value in current.items() if name not in original and name not in modified)


@settings(max_examples=300, deadline=None)
@given(DEPLOYMENTS, DEPLOYMENTS)
def test_a_strategic_patch_makes_the_one_the_other(original: dict[str, Any], modified: dict[str, Any]) -> None:
    """Applying two_way(a, b) to a gives b, up to empty collections."""
    patch = patches.two_way_strategic(original, modified, "apps/v1", "Deployment")
    assert unordered(patches.apply_strategic(original, patch, "apps/v1", "Deployment")) == unordered(modified)


@settings(max_examples=300, deadline=None)
@given(DEPLOYMENTS, DEPLOYMENTS)
def test_a_three_way_patch_of_an_untouched_object_is_a_two_way_patch(original: dict[str, Any], modified: dict[str, Any]) -> None:
    """Where nobody else wrote, the live object becomes the manifest; and where nothing changed, nothing is sent."""
    assert patches.three_way_strategic(original, original, original, "apps/v1", "Deployment") == {}
    patch = patches.three_way_strategic(original, modified, original, "apps/v1", "Deployment")
    assert unordered(patches.apply_strategic(original, patch, "apps/v1", "Deployment")) == unordered(modified)


@settings(max_examples=200, deadline=None)
@given(DEPLOYMENTS, DEPLOYMENTS, DEPLOYMENTS)
def test_a_three_way_patch_sets_all_that_is_wanted(
    original: dict[str, Any], modified: dict[str, Any], current: dict[str, Any]
) -> None:
    """After it a second patch has nothing to add, and the arguments are as they were."""
    before = repr((original, modified, current))
    patch = patches.three_way_strategic(original, modified, current, "apps/v1", "Deployment")
    live = patches.apply_strategic(current, patch, "apps/v1", "Deployment")
    for name in ("replicas",):
        if name in modified["spec"]:
            assert live["spec"][name] == modified["spec"][name]
    wanted = modified["spec"].get("template", {}).get("spec", {}).get("containers", [])
    names = [one["name"] for one in live["spec"].get("template", {}).get("spec", {}).get("containers", [])]
    assert [name for name in names if name in {one["name"] for one in wanted}] == [one["name"] for one in wanted]
    assert repr((original, modified, current)) == before
