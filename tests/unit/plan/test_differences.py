"""Comparing objects field by field, keeping Secrets secret, and reading what the server refuses."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from steersman.objects.refs import Ref
from steersman.plan.differences import (
    ABSENT,
    CHANGE,
    CREATE,
    FREE,
    OURS,
    UNCHANGED,
    Change,
    Difference,
    HookRun,
    Redactor,
    Report,
    compare,
    conflicts,
    document,
    immutable_fields,
    mark_immutable,
)

REDACT = Redactor(b"k" * 32)


def config(data: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "ns", **metadata}}
    return found if data is None else {**found, "data": data}


def deployment(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a"},
        "spec": {**spec, "template": {"spec": {"containers": list(containers)}}},
    }


def rows(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[tuple[str, str]]:
    return [(change.sign, change.path) for change in compare(before, after, REDACT)]


def test_fields_come_go_and_change() -> None:
    changes = compare(config({"same": "1", "old": "x", "gone": "y"}), config({"same": "1", "old": "z", "new": "n"}), REDACT)
    assert changes == (
        Change("data.gone", "y", ABSENT),
        Change("data.new", ABSENT, "n"),
        Change("data.old", "x", "z"),
    )
    assert [change.sign for change in changes] == ["-", "+", "~"]


def test_a_subtree_that_comes_is_one_change() -> None:
    assert compare(config(), config({"a": "1", "b": "2"}), REDACT) == (Change("data", ABSENT, {"a": "1", "b": "2"}),)
    assert rows(None, config({"a": "1"}, labels={"x": "y"})) == [("+", "data"), ("+", "metadata")]
    assert rows(config({"a": "1"}), None) == [("-", "data")]


def test_what_the_server_writes_is_no_change() -> None:
    before = config({"a": "1"}, resourceVersion="1", uid="u", generation=1, creationTimestamp="then", managedFields=[{"x": 1}])
    after = config({"a": "1"}, resourceVersion="2", uid="v", generation=2, creationTimestamp=None)
    assert rows({**before, "status": {"a": 1}}, {**after, "status": {"a": 2}}) == []


def test_kubectl_s_copy_of_the_manifest_is_never_shown() -> None:
    noted = config({"a": "1"}, annotations={"kubectl.kubernetes.io/last-applied-configuration": '{"password": "x"}'})
    assert rows(config({"a": "1"}), noted) == []
    assert rows(None, noted) == [("+", "data")]


def test_names_with_dots_and_slashes_are_quoted() -> None:
    assert rows(config({}, annotations={"a.b/c": "1"}), config({}, annotations={"a.b/c": "2"})) == [
        ("~", 'metadata.annotations["a.b/c"]')
    ]


def test_elements_of_lists_are_matched_by_their_keys() -> None:
    one, two = {"name": "one", "image": "a:1"}, {"name": "two", "image": "b:1"}
    assert rows(deployment(one), deployment(two, one)) == [("+", "spec.template.spec.containers[name=two]")]
    assert rows(deployment(one, two), deployment({**two, "image": "b:2"}, one)) == [
        ("~", "spec.template.spec.containers[name=two].image")
    ]


def test_ports_are_matched_by_number_and_protocol() -> None:
    def service(*ports: dict[str, Any]) -> dict[str, Any]:
        return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": list(ports)}}

    tcp, udp = {"port": 53, "protocol": "TCP", "targetPort": 1}, {"port": 53, "protocol": "UDP", "targetPort": 1}
    assert rows(service(tcp, udp), service(udp, {**tcp, "targetPort": 2})) == [
        ("~", "spec.ports[port=53,protocol=TCP].targetPort")
    ]


def test_lists_without_keys_are_matched_from_both_ends() -> None:
    def args(*words: str) -> dict[str, Any]:
        return deployment({"name": "main", "args": list(words)})

    path = "spec.template.spec.containers[name=main].args"
    assert rows(args("a", "b", "c"), args("a", "x", "b", "c")) == [("+", f"{path}[1]")]
    assert rows(args("a", "b", "c"), args("b", "c")) == [("-", f"{path}[0]")]
    assert rows(args("a", "b", "c"), args("a", "x", "c")) == [("~", f"{path}[1]")]


def test_two_elements_with_one_name_are_matched_by_place() -> None:
    one = {"name": "x", "image": "a"}
    assert rows(deployment(one, one), deployment(one, {**one, "image": "b"})) == [("~", "spec.template.spec.containers[1].image")]


@pytest.mark.parametrize(("one", "other"), [(True, 1), (False, 0), ("1", 1), (None, "")])
def test_values_of_other_types_are_other_values(one: Any, other: Any) -> None:
    assert rows(config({"a": one}), config({"a": other})) == [("~", "data.a")] if one is not None else [("+", "data.a")]


def test_null_is_nothing_and_an_empty_table_is_something() -> None:
    volumes = {"apiVersion": "example.com/v1", "kind": "X", "metadata": {"name": "a"}}
    assert rows({**volumes, "spec": {"a": None}}, {**volumes, "spec": {}}) == []
    assert rows({**volumes, "spec": {}}, {**volumes, "spec": {"emptyDir": {}}}) == [("+", "spec.emptyDir")]


# --- Secrets ---------------------------------------------------------------------------------------------------------------


def secret(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "ns"}, **fields}


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_changed_secret_shows_and_its_values_do_not() -> None:
    before, after = (
        secret(data={"p": encoded("hunter2"), "q": encoded("same")}),
        secret(data={"p": encoded("hunter3"), "q": encoded("same")}),
    )
    (change,) = compare(before, after, REDACT)
    assert change.path == "data.p"
    assert change.before.startswith("redacted:") and change.after.startswith("redacted:") and change.before != change.after
    for text in ("hunter", encoded("hunter2"), encoded("hunter3")):
        assert text not in repr(change)


def test_string_data_is_the_data_that_it_becomes() -> None:
    assert rows(secret(data={"p": encoded("x")}), secret(stringData={"p": "x"})) == []
    assert rows(secret(data={"p": encoded("x")}), secret(data={"p": encoded("old")}, stringData={"p": "x"})) == []


def test_fingerprints_are_of_one_run_one_object_and_one_key() -> None:
    def shown(redact: Redactor, name: str, key: str) -> str:
        found = redact({**secret(data={key: encoded("x")}), "metadata": {"name": name}})
        value: str = found["data"][key]
        return value

    first = shown(REDACT, "a", "k")
    assert first == shown(Redactor(b"k" * 32), "a", "k")
    assert len({first, shown(REDACT, "b", "k"), shown(REDACT, "a", "l"), shown(Redactor(b"o" * 32), "a", "k")}) == 4


@pytest.mark.parametrize("value", ["no base64!", "ünïcode", None, 7, {"a": 1}, ["x"]])
def test_values_that_are_no_base64_are_not_shown_either(value: Any) -> None:
    shown = REDACT(secret(data={"p": value}))["data"]["p"]
    assert shown.startswith("redacted:") and len(shown) == len("redacted:") + 12


def test_other_objects_are_shown_as_they_are() -> None:
    assert REDACT(config({"p": "x"})) == config({"p": "x"})
    custom = {"apiVersion": "example.com/v1", "kind": "Secret", "data": {"a": "b"}}
    assert REDACT(custom) == custom


# --- what the server refuses -------------------------------------------------------------------------------------------------


def refusal(*causes: dict[str, str]) -> dict[str, Any]:
    return {"details": {"causes": list(causes)}}


def test_immutable_fields_are_told_without_their_values() -> None:
    status = refusal(
        {"field": "spec.selector", "message": 'Invalid value: {"matchLabels":{"a":"b"}}: field is immutable'},
        {"field": "spec.clusterIPs[0]", "message": 'Invalid value: ["None"]: may not change once set'},
        {"field": "spec", "message": "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden"},
        {"field": "spec.replicas", "message": "Invalid value: -1: must be greater than or equal to 0"},
    )
    assert immutable_fields(status) == (
        ("spec.selector", "field is immutable"),
        ("spec.clusterIPs[0]", "may not change once set"),
        ("spec", "updates to statefulset spec for fields other than 'replicas' are forbidden"),
    )


@pytest.mark.parametrize(
    "status", [None, {}, {"details": None}, {"details": {"causes": "x"}}, refusal({}), {"details": {"causes": [1]}}]
)
def test_a_refusal_without_causes_names_no_fields(status: Any) -> None:
    assert immutable_fields(status) == conflicts(status) == ()


def test_conflicts_name_manager_and_field() -> None:
    status = refusal({"reason": "FieldManagerConflict", "field": ".data.a", "message": 'conflict with "kubectl" using v1'})
    assert conflicts(status) == (("kubectl", "data.a"),)


def test_changes_at_and_below_an_immutable_field_are_marked() -> None:
    changes = [
        Change("spec.selector.matchLabels.a", 1, 2),
        Change("spec.template", 1, 2),
        Change("spec.ports[port=80].nodePort", 1, 2),
        Change('metadata.annotations["spec"]', 1, 2),
    ]
    signs = [change.sign for change in mark_immutable(changes, ["spec.selector", "spec.ports[0].nodePort"])]
    assert signs == ["-/+", "~", "-/+", "~"]


# --- the document ----------------------------------------------------------------------------------------------------------------


def test_the_document_holds_all_of_it() -> None:
    objects = (
        Difference(Ref("apps/v1", "Deployment", "ns", "a"), CHANGE, OURS, "", (Change("spec.replicas", 1, None),), (), "server"),
        Difference(Ref("v1", "ConfigMap", "ns", "b"), CREATE, FREE, "why", (Change("data", ABSENT, {"a": 1}),), ("no",)),
    )
    hook = HookRun("pre-upgrade", "h", "Job", "c/templates/h.yaml", 5, "same")
    found = json.loads(json.dumps(document(Report("upgrade", "web", "ns", 1, 2, objects, (), (hook,)))))
    assert (found["format"], found["version"]) == ("steersman-plan", 1)
    assert found["revision"] == {"before": 1, "after": 2}
    assert found["totals"] == {"create": 1, "change": 1, "replace": 0, "delete": 0, "keep": 0, "unchanged": 0, "hooks": 1}
    assert found["problems"] == ["ConfigMap/ns/b: no"]
    assert found["objects"][0]["changes"] == [{"sign": "~", "path": "spec.replicas", "before": 1, "after": None}]
    assert found["objects"][1]["changes"] == [{"sign": "+", "path": "data", "after": {"a": 1}}]
    assert found["hooks"] == [
        {"event": "pre-upgrade", "kind": "Job", "name": "h", "path": "c/templates/h.yaml", "weight": 5, "state": "same"}
    ]


def test_hooks_count_as_changes_when_they_are_not_what_they_were() -> None:
    same = Difference(Ref("v1", "ConfigMap", "ns", "a"), UNCHANGED, OURS)

    def report(state: str) -> Report:
        return Report("upgrade", "web", "ns", 1, 2, (same,), (), (HookRun("pre-upgrade", "h", "Job", "p", 0, state),))

    assert not report("same").has_changes
    assert report("changed").has_changes and report("new").has_changes
