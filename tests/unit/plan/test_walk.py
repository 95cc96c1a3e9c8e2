from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steersman.plan.steps import Builder, Forget, Plan
from steersman.plan.walk import Walk


def step(name: str, needs: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> Forget:
    return Forget(name, "a test", needs, after, ())


def plan(*steps: Forget) -> Plan:
    return Plan("test", "release", "ns", 1, steps)


def names(walk: Walk) -> list[str]:
    return [one.id for one in walk.free()]


def test_a_step_waits_for_what_it_needs() -> None:
    walk = Walk(plan(step("a"), step("b", needs=("a",)), step("c")))
    assert names(walk) == ["a", "c"]
    walk.begin("a")
    assert names(walk) == ["c"]
    walk.succeed("a")
    assert names(walk) == ["b", "c"]


def test_a_failure_skips_what_needs_it_and_frees_what_only_follows_it() -> None:
    walk = Walk(plan(step("a"), step("b", needs=("a",)), step("c", needs=("b",)), step("d", after=("a",))))
    walk.begin("a")
    assert names(walk) == []
    walk.fail("a")
    assert names(walk) == ["d"]
    assert walk.skipped == {"b", "c"}
    walk.begin("d")
    walk.succeed("d")
    assert walk.over


def test_two_steps_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="one id"):
        Walk(plan(step("a"), step("a")))


def test_stages_need_the_stage_before() -> None:
    build = Builder()
    build.stage(step("a"))
    build.stage(step("b1"), step("b2"))
    build.stage(step("c"))
    assert [one.needs for one in build.steps] == [(), ("a",), ("a",), ("b1", "b2")]


def test_soft_stages_go_on_past_failures_but_what_follows_needs_them_all() -> None:
    build = Builder()
    build.stage(step("a"))
    build.stage(step("b"), soft=True)
    build.stage(step("c"), soft=True)
    build.stage(step("d"))
    assert [(one.needs, one.after) for one in build.steps] == [((), ()), (("a",), ()), (("a",), ("b",)), (("b", "c"), ())]


@given(st.lists(st.tuples(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)), st.booleans()), max_size=10))
def test_every_walk_ends_and_offers_no_step_twice(shape: list[tuple[set[int], set[int], bool]]) -> None:
    """Whatever the edges to earlier steps and whichever steps fail: each step ends once, or is skipped for a need that failed."""
    steps = [
        step(
            str(number),
            tuple(str(need) for need in needs if need < number),
            tuple(str(other) for other in after if other < number),
        )
        for number, (needs, after, _) in enumerate(shape)
    ]
    walk, begun, failed = Walk(plan(*steps)), [], set()
    while not walk.over:
        one = walk.free()[0]
        walk.begin(one.id)
        begun.append(one.id)
        if shape[int(one.id)][2]:
            walk.fail(one.id)
            failed.add(one.id)
        else:
            walk.succeed(one.id)
    assert len(begun) == len(set(begun))
    assert set(begun) | walk.skipped == {one.id for one in steps}
    for one in steps:
        lost = any(need in failed or need in walk.skipped for need in one.needs)
        assert (one.id in walk.skipped) == lost
