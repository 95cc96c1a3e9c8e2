"""The rules of a history, each with the text of Helm that breaks it."""

from __future__ import annotations

import pytest

from steersman.errors import ReleaseError, UsageError
from steersman.release import history, record
from steersman.release.model import Info, Release


def revisions(*statuses: str) -> list[Release]:
    """Revisions 1, 2, … in these statuses, newest first, as no store promises an order."""
    made = [Release("x", version=number, info=Info(status=status)) for number, status in enumerate(statuses, 1)]
    return made[::-1]


def test_last_and_deployed() -> None:
    known = revisions("superseded", "deployed", "failed")
    assert history.last(known) == known[0]
    assert history.deployed(known) == known[1]
    assert history.next_revision(known) == 4
    assert history.next_revision([]) == 1
    assert history.pending(revisions("deployed", "pending-upgrade")) is not None
    assert history.pending(revisions("pending-upgrade", "deployed")) is None


@pytest.mark.parametrize(
    ("statuses", "replace", "free"),
    [
        ((), False, True),
        (("deployed",), True, False),
        (("uninstalled",), False, False),
        (("uninstalled",), True, True),
        (("deployed", "failed"), True, True),
    ],
)
def test_free_names(statuses: tuple[str, ...], replace: bool, free: bool) -> None:
    if free:
        history.check_name_is_free(revisions(*statuses), replace=replace)
    else:
        with pytest.raises(ReleaseError, match=r"^cannot reuse a name that is still in use$"):
            history.check_name_is_free(revisions(*statuses), replace=replace)


@pytest.mark.parametrize(
    ("statuses", "current"),
    [
        (("deployed",), 1),
        (("deployed", "failed"), 1),
        (("failed",), 1),
        (("superseded", "superseded"), 2),
        (("deployed", "uninstalled"), 1),
    ],
)
def test_an_upgrade_starts_from_the_deployed_revision(statuses: tuple[str, ...], current: int) -> None:
    base = history.base_of_upgrade(revisions(*statuses), "x")
    assert (base.current.version, base.next_revision) == (current, len(statuses) + 1)


@pytest.mark.parametrize(
    ("statuses", "message"),
    [
        ((), '"x" has no deployed releases'),
        (("uninstalled",), '"x" has no deployed releases'),
        (("deployed", "pending-rollback"), "another operation (install/upgrade/rollback) is in progress"),
    ],
)
def test_upgrades_that_may_not_be(statuses: tuple[str, ...], message: str) -> None:
    with pytest.raises(ReleaseError) as raised:
        history.base_of_upgrade(revisions(*statuses), "x")
    assert str(raised.value) == message


def test_rollback_targets() -> None:
    known = revisions("superseded", "superseded", "deployed")
    assert history.rollback_target(known, 0).version == 2
    assert history.rollback_target(known, 1).version == 1
    for revision, message in ((7, "release has no 7 version"), (-1, "invalid release revision")):
        with pytest.raises(ReleaseError) as raised:
            history.rollback_target(known, revision)
        assert str(raised.value) == message
    with pytest.raises(ReleaseError, match=r"^release has no 0 version$"):
        history.rollback_target(revisions("deployed"), 0)
    good = history.last_good(revisions("superseded", "deployed", "failed"))
    assert good is not None
    assert good.version == 2


@pytest.mark.parametrize(
    ("statuses", "maximum", "gone"),
    [
        (("superseded",) * 3 + ("deployed",), 0, []),
        (("superseded",) * 3 + ("deployed",), 4, [1]),
        (("superseded",) * 3 + ("deployed",), 5, []),
        (("deployed", "failed", "failed"), 2, [2, 3]),
        (("superseded", "deployed", "failed"), 1, [1, 3]),
        (("failed", "failed"), 1, [1, 2]),
    ],
)
def test_pruning_keeps_what_is_deployed(statuses: tuple[str, ...], maximum: int, gone: list[int]) -> None:
    assert [release.version for release in history.to_prune(revisions(*statuses), maximum)] == gone


def test_upgrade_install_installs() -> None:
    assert history.installs_instead([])
    assert history.installs_instead(revisions("superseded", "uninstalled"))
    assert not history.installs_instead(revisions("failed"))
    assert history.replaced(revisions("failed")) is None
    assert history.replaced(revisions("uninstalled")) is not None


def test_names_and_labels_of_records() -> None:
    assert record.record_name("a.b", 12) == "sh.helm.release.v1.a.b.v12"
    assert record.parse_record_name("sh.helm.release.v1.a.v2.v12") == ("a.v2", 12)
    for other in ("sh.helm.release.v1.a", "sh.helm.release.v2.a.v1", "a.v1", "sh.helm.release.v1.a.vx"):
        assert record.parse_record_name(other) is None
    release = Release("x", version=3, info=Info(status="deployed"), labels={"mine": "1", "name": "no"})
    assert record.record_labels(release, 7, created=True) == {
        "createdAt": "7", "mine": "1", "name": "x", "owner": "helm", "status": "deployed", "version": "3",
    }  # fmt: skip
    assert record.record_labels(release.replace(labels={"modifiedAt": "5"}), 7, created=False)["modifiedAt"] == "5"
    assert record.user_labels({"mine": "1", "owner": "helm"}) == {"mine": "1"}
    assert record.merged_labels({"a": "1", "b": "2"}, {"b": "null", "c": "3"}) == {"a": "1", "c": "3"}
    record.check_labels(["mine"])
    with pytest.raises(UsageError) as raised:
        record.check_labels(["mine", "owner"])
    assert str(raised.value) == (
        "user supplied labels contains system reserved label name. System labels: [name owner status version createdAt modifiedAt]"
    )
