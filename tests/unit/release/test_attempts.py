"""How a record of a dead attempt is told from one that ended."""

from __future__ import annotations

import pytest

from steersman.release.attempts import (
    Attempt,
    interrupted,
    is_interrupted,
    is_under_way,
    never_succeeded,
    read_attempt,
    traces_of,
    verb_of_interrupted,
)
from steersman.release.model import Info, Release


def release(version: int, status: str) -> Release:
    return Release("web", "", version, Info(status=status, description="as it was"))


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("pending-install", "install"),
        ("pending-upgrade", "upgrade"),
        ("pending-rollback", "rollback"),
        ("uninstalling", "uninstall"),
    ],
)
def test_a_dead_attempt_is_marked_as_failed_and_says_what_it_was(status: str, verb: str) -> None:
    was = release(2, status)
    assert is_under_way(was) and not is_interrupted(was)
    marked = interrupted(was)
    assert marked.info.status == "failed" and marked.info.description.startswith("Interrupted: ")
    assert is_interrupted(marked) and is_interrupted(marked, verb) and verb_of_interrupted(marked) == verb
    assert not is_interrupted(marked, "other")
    assert never_succeeded([release(1, "superseded"), marked]) == (verb in {"install", "uninstall"})


def test_a_failure_with_a_verdict_is_no_interruption() -> None:
    assert not is_interrupted(release(1, "failed"))
    assert not never_succeeded([release(1, "failed")])
    assert not never_succeeded([])


def test_traces_go_back_to_the_first_revision_that_had_a_verdict() -> None:
    history = [release(1, "superseded"), release(2, "deployed")]
    history += [interrupted(release(3, "pending-upgrade")), interrupted(release(4, "pending-upgrade"))]
    assert [one.version for one in traces_of(history)] == [4, 3, 2]
    assert [one.version for one in traces_of(history[:2])] == [2]
    assert traces_of([]) == []


def test_an_attempt_is_read_as_it_was_written_and_rubbish_is_none() -> None:
    attempt = Attempt("ann@host/1/2/3/4", "upgrade", 12.5)
    assert read_attempt(attempt.text()) == attempt
    for text in ("", "{}", "[]", "null", '{"holder": "x", "since": "soon"}', "[" * 100_000):
        assert read_attempt(text) is None
