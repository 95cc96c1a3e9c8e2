"""What is foretold where the server's dry run cannot be had, or says no."""

from __future__ import annotations

from typing import Any, cast

import pytest

from steersman.actions.prediction import predict, told
from steersman.errors import ClusterError, Conflict, Error, Invalid, Unreachable
from steersman.kube.client import Client
from steersman.objects.refs import ref_of
from steersman.plan.steps import Apply, Target


class Refusing:
    """A cluster whose dry runs all end with one error, but for applies by force where `but_by_force`."""

    def __init__(self, error: Error, *, but_by_force: bool = False) -> None:
        self._error, self._but_by_force = error, but_by_force
        self.calls: list[str] = []

    def apply(self, body: Any, *, force: bool = False, dry_run: bool = False, **_: Any) -> Any:
        assert dry_run
        self.calls.append("apply by force" if force else "apply")
        if force and self._but_by_force:
            return {**body, "by": "server"}
        raise self._error

    def patch(self, ref: Any, body: Any, *, dry_run: bool = False, **_: Any) -> Any:
        assert dry_run
        self.calls.append("patch")
        raise self._error

    replace = apply


def step(method: str = "ssa", action: str = "update", kind: str = "ConfigMap", **data: str) -> Apply:
    def body(values: dict[str, str]) -> dict[str, Any]:
        return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a", "namespace": "ns"}, "data": values}

    target = Target(ref_of(body({})), body(data))
    return Apply("", "", (), (), target, action, method, body({"old": "1"}), False, False, False, False)


LIVE = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a", "namespace": "ns", "uid": "u"},
    "data": {"old": "1", "theirs": "2"},
}
NO_DRY_RUN = ClusterError('admission webhook "x" does not support dry run', http_status=400)


@pytest.mark.parametrize("method", ["ssa", "csa"])
@pytest.mark.parametrize("error", [NO_DRY_RUN, ClusterError("", http_status=405), ClusterError("", http_status=415)])
def test_without_a_dry_run_three_manifests_are_merged_here(method: str, error: Error) -> None:
    found = predict(step(method, new="3"), LIVE, cast(Client, Refusing(error)))
    assert (found.by, found.problems, found.immutable) == ("client", (), ())
    assert found.object["data"] == {"new": "3", "theirs": "2"} and found.object["metadata"]["uid"] == "u"


@pytest.mark.parametrize("method", ["ssa", "csa"])
def test_a_refusal_is_a_problem(method: str) -> None:
    found = predict(step(method, new="3"), LIVE, cast(Client, Refusing(ClusterError("quota exceeded", http_status=403))))
    assert found.problems == ("quota exceeded",) and found.by == "client"


def test_conflicts_are_problems_and_the_rest_is_foretold_by_force() -> None:
    causes = [{"reason": "FieldManagerConflict", "field": ".data.b", "message": 'conflict with "kubectl" using v1'},
              {"reason": "FieldManagerConflict", "field": ".data.a", "message": 'conflict with "kubectl" using v1'}]  # fmt: skip
    cluster = Refusing(Conflict("conflict", status={"details": {"causes": causes}}), but_by_force=True)
    found = predict(step(new="3"), LIVE, cast(Client, cluster))
    assert found.problems == ('"kubectl" manages data.a, data.b: --force-conflicts takes it over',)
    assert found.object["by"] == "server" and cluster.calls == ["apply", "apply by force"]


def test_no_answer_is_no_prediction() -> None:
    with pytest.raises(Unreachable):
        predict(step(new="3"), LIVE, cast(Client, Refusing(Unreachable("gone"))))


def test_of_a_refused_secret_only_fields_are_told() -> None:
    causes = [{"field": "data[p]", "message": 'Invalid value: "hunter2": no'}]
    error = Invalid('Secret "a" is invalid: data[p]: Invalid value: "hunter2": no', status={"details": {"causes": causes}})
    assert told(step(kind="Secret").target.ref, error) == "the server refuses it (invalid-object: data[p])"
    assert "hunter2" in told(step().target.ref, error)
