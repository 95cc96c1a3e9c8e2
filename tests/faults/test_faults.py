"""A sample of the fault harness, short enough for every run of the tests; `make faults` plays all of it."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator

import pytest

from clusters import Cluster
from faults.proxy import Fault
from faults.races import one_round
from faults.scenes import RELEASE, Stage

pytestmark = pytest.mark.cluster
ROUNDS = 2


@pytest.fixture(scope="module")
def stage(api_server: Cluster, tmp_path_factory: pytest.TempPathFactory, peer: Callable[[str], pathlib.Path]) -> Iterator[Stage]:
    made = Stage(api_server, tmp_path_factory.mktemp("faults"), peer("helm4"))
    yield made
    made.close()


# One point before the record, one amid the objects, one before the verdict of each verb.
@pytest.mark.parametrize(
    ("verb", "chart", "at"),
    [
        ("install", "five", 8), ("install", "five", 12), ("install", "hooks", 25), ("install", "hooks", 39),
        ("upgrade", "five", 14), ("upgrade", "five", 22), ("upgrade", "hooks", 24), ("upgrade", "hooks", 40),
        ("rollback", "five", 20), ("rollback", "hooks", 38), ("uninstall", "five", 9), ("uninstall", "hooks", 30),
    ],
)  # fmt: skip
def test_after_a_kill_the_next_command_succeeds_and_all_is_in_order(stage: Stage, verb: str, chart: str, at: int) -> None:
    verdict = stage.play(verb, chart, Fault("kill-after", at))
    assert verdict.struck and verdict.first.status == -9
    assert verdict.refused == ""
    assert verdict.complaints == ()


@pytest.mark.parametrize(
    ("kind", "at"), [("reset-after", 11), ("reset-after", 13), ("reset-before", 12), ("503", 13), ("500", 11), ("truncated", 12)]
)
def test_a_passing_fault_is_outlived(stage: Stage, kind: str, at: int) -> None:
    """The record is created around call 11, the objects after it."""
    verdict = stage.play("install", "five", Fault(kind, at))
    assert verdict.struck
    assert (verdict.first.status, verdict.first.errors) == (0, "")
    assert verdict.complaints == ()


def test_what_the_harness_counts_as_a_hook_run_twice_is_one(stage: Stage) -> None:
    """The harness sees what it looks for: with --rerun-hooks the next command does run a hook again."""
    namespace = stage.prepare("upgrade", "hooks")
    words = stage.words("upgrade", "hooks")
    stage.proxy.begin(Fault("kill-before", 40))
    assert stage.run(namespace, *words, proxied=True).status == -9
    calls = list(stage.proxy.calls)
    stage.proxy.begin()
    done = stage.run(namespace, *words, "--rerun-hooks", proxied=True)
    assert done.status == 0, done.errors
    complaints = stage.complaints("upgrade", namespace, calls + stage.proxy.calls, locked=False)
    stage.cluster.remove_namespace(namespace)
    assert [one for one in complaints if one.startswith("hook ")], complaints


def test_six_upgrades_at_once_succeed_in_turn(stage: Stage) -> None:
    for _ in range(ROUNDS):
        assert one_round(stage) == []


def test_a_second_command_is_told_who_is_at_work(stage: Stage) -> None:
    """With --wait-lock 0 it fails at once, in Helm's words and with the holder's name."""
    namespace = stage.prepare("upgrade", "five")
    spec = {"holderIdentity": "ann@elsewhere/7/1/another-machine/ff", "leaseDurationSeconds": 15}
    body = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": f"steersman.{RELEASE}"},
        "spec": spec,
    }
    stage.cluster.call("POST", f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases", body)
    done = stage.run(namespace, *stage.words("upgrade", "five"), "--wait-lock", "0")
    assert done.status == 1
    assert "another operation (install/upgrade/rollback) is in progress: ann@elsewhere (process 7)" in done.errors
    stage.cluster.remove_namespace(namespace)
