"""The lock of a release on the real API server: who waits, who takes over, who stops."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

import clusters
from steersman.actions import lock as locks
from steersman.actions import recover
from steersman.actions.connect import Connection, World, connect
from steersman.actions.lock import Lock, exclusively, take
from steersman.errors import Conflict, ReleaseError
from steersman.golang.times import from_unix
from steersman.kube.config import Overrides
from steersman.release.model import Info, Release

pytestmark = pytest.mark.cluster


def finish(action: Generator[Any, None, Any]) -> Any:
    """Runs an action to its end; gives its result, and the texts of what it said."""
    said = []
    while True:
        try:
            event = next(action)
        except StopIteration as end:
            return end.value, said
        said.append(event.message)


@pytest.fixture
def open_world(api_server: clusters.Cluster, namespace: Callable[..., str]) -> Iterator[Callable[..., World]]:
    space = namespace("lock")
    made: list[World] = []

    def make(user: str = "", **more: Any) -> World:
        kubeconfig = api_server.kubeconfig_for(user) if user else api_server.kubeconfig
        made.append(connect(Connection(Overrides(kubeconfig=str(kubeconfig)), space, **more)))
        return made[-1]

    yield make
    for world in made:
        world.cluster.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases of one second, so that a dead holder is seen in one."""
    monkeypatch.setattr(locks, "LEASE_SECONDS", 1)
    monkeypatch.setattr(locks, "SAFETY_SECONDS", 0.3)


def lease_of(server: clusters.Cluster, world: World) -> Any:
    return server.call("GET", f"/apis/coordination.k8s.io/v1/namespaces/{world.namespace}/leases")["items"]


def pending(version: int = 1, status: str = "pending-install") -> Release:
    moment = from_unix(1_600_000_000)
    return Release("web", "", version, Info(first_deployed=moment, last_deployed=moment, status=status))


def test_the_lease_says_whose_it_is_and_goes_at_the_end(api_server: clusters.Cluster, open_world: Callable[..., World]) -> None:
    world = open_world()
    held, _ = finish(take("web", "upgrade", world))
    (lease,) = lease_of(api_server, world)
    assert lease["metadata"]["name"] == "steersman.web"
    assert lease["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "steersman"
    assert lease["spec"]["holderIdentity"] == held.holder
    held.release()
    assert lease_of(api_server, world) == []


def test_a_second_waits_for_the_first(api_server: clusters.Cluster, open_world: Callable[..., World]) -> None:
    world = open_world()
    first, _ = finish(take("web", "upgrade", world))
    waiting = take("web", "rollback", open_world())
    assert "is at work: upgrade" in next(waiting).message
    first.release()
    second, _ = finish(waiting)
    assert second.is_held
    second.release()


def test_who_may_not_wait_is_told_who_works(open_world: Callable[..., World]) -> None:
    first, _ = finish(take("web", "upgrade", open_world()))
    with pytest.raises(
        ReleaseError, match=r"^another operation \(install/upgrade/rollback\) is in progress: .+ is at work: upgrade$"
    ):
        finish(take("web", "rollback", open_world(wait_lock=0.0)))
    first.release()


@pytest.mark.usefixtures("quick")
def test_a_holder_that_is_not_heard_of_is_taken_over_and_its_next_write_refused(
    open_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "RENEW_SECONDS", 60.0)  # as if it were stopped
    zombie_world = open_world()
    zombie_world.lock, _ = finish(take("web", "upgrade", zombie_world))
    ports = zombie_world.ports()
    ports.store.create(pending(), attempt=ports.attempt())
    before = time.monotonic()
    heir_world = open_world()
    heir_world.lock, _ = finish(take("web", "upgrade", heir_world))
    assert time.monotonic() - before > 0.5
    history, said = finish(recover.settle("web", heir_world))
    assert [one.info.status for one in history] == ["failed"]
    assert "ended without a verdict; it is marked as failed" in said[0]
    with pytest.raises(ReleaseError, match="the lock on release web was lost") as caught:
        ports.store.update(pending(status="deployed"))
    assert caught.value.code == "lock-lost"
    # Were the check a moment too early, the record's own fence would hold.
    with pytest.raises(Conflict):
        zombie_world.store.update(pending(status="deployed"))
    heir_world.lock.release()


@pytest.mark.usefixtures("quick")
def test_a_holder_that_renews_is_not_taken_over(open_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "RENEW_SECONDS", 0.2)
    first, _ = finish(take("web", "upgrade", open_world()))
    with pytest.raises(ReleaseError, match="in progress"):
        finish(take("web", "upgrade", open_world(wait_lock=2.5)))
    first.check()
    first.release()


def test_without_the_right_to_leases_the_work_goes_on(api_server: clusters.Cluster, open_world: Callable[..., World]) -> None:
    world = open_world("nobody-special")
    held, said = finish(take("web", "upgrade", world))
    assert not held.is_held
    assert said[0].startswith("no lock is held on web: ")
    held.check()
    held.release()


def test_what_is_done_within_needs_no_second_lock(api_server: clusters.Cluster, open_world: Callable[..., World]) -> None:
    world = open_world(wait_lock=0.0)

    def inner() -> Generator[Any, None, int]:
        yield from ()
        return len(lease_of(api_server, world))

    def outer() -> Generator[Any, None, int]:
        return (yield from exclusively("web", "rollback", world, inner))

    assert finish(exclusively("web", "upgrade", world, outer)) == (1, [])
    assert lease_of(api_server, world) == []


def test_a_record_of_plain_helm_is_left_alone_until_it_is_old(open_world: Callable[..., World]) -> None:
    world = open_world(pending_timeout=600.0)
    world.store.create(pending())
    world.lock, _ = finish(take("web", "upgrade", world))
    assert world.lock.server_now() == pytest.approx(time.time(), abs=5.0)
    history, said = finish(recover.settle("web", world))
    assert [one.info.status for one in history] == ["pending-install"] and said == []
    world.pending_timeout = 0.0
    history, said = finish(recover.settle("web", world))
    assert [one.info.status for one in history] == ["failed"]
    world.lock.release()


def test_processes_are_known_by_more_than_their_number() -> None:
    mine = locks.holder_identity()
    assert not locks.is_dead_here(mine)
    user, process, started, machine, random = mine.split("/")
    assert locks.is_dead_here("/".join((user, process, str(int(started) - 1), machine, random)))
    assert not locks.is_dead_here("/".join((user, "999999999", started, "another", random)))
    assert locks.is_dead_here("/".join((user, "4194305", started, machine, random)))
    assert not locks.is_dead_here("a controller of somebody else's")
    assert Lock("web", "upgrade", "space").check() is None
