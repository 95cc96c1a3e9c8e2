"""Patches where a person can see what they should be. That they are Kubernetes' own was compared on thousands of objects."""

from __future__ import annotations

from typing import Any

import pytest

from steersman.errors import GoError
from steersman.objects import patches, schema


def pod(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}


def three(
    original: dict[str, Any], modified: dict[str, Any], current: dict[str, Any], kind: str = "Pod", api_version: str = "v1"
) -> dict[str, Any]:
    return patches.three_way_strategic(original, modified, current, api_version, kind)


def test_containers_merge_by_name() -> None:
    old = pod(containers=[{"name": "a", "image": "1"}, {"name": "b", "image": "1"}])
    new = pod(containers=[{"name": "a", "image": "2"}, {"name": "c", "image": "1"}])
    live = pod(containers=[{"name": "a", "image": "1", "env": []}, {"name": "b", "image": "1"}, {"name": "injected"}])
    patch = three(old, new, live)
    assert patch == {
        "spec": {
            "$setElementOrder/containers": [{"name": "a"}, {"name": "c"}],
            "containers": [{"name": "a", "image": "2"}, {"name": "c", "image": "1"}, {"name": "b", "$patch": "delete"}],
        }
    }
    assert patches.apply_strategic(live, patch, "v1", "Pod")["spec"]["containers"] == [
        {"name": "a", "image": "2", "env": []},
        {"name": "c", "image": "1"},
        {"name": "injected"},
    ]


def test_what_others_set_stays() -> None:
    old, new = pod(nodeName="x"), pod(nodeName="x")
    assert three(old, new, {**pod(nodeName="x", priority=3), "status": {}}) == {}
    assert three(old, new, pod(nodeName="y")) == {"spec": {"nodeName": "x"}}
    assert three(old, pod(), pod(nodeName="x", priority=3)) == {"spec": {"nodeName": None}}


def test_sets_of_scalars() -> None:
    def meta(*finalizers: str) -> dict[str, Any]:
        return {"metadata": {"finalizers": list(finalizers)}}

    patch = patches.two_way_strategic(meta("a", "b"), meta("b", "c"), "v1", "ConfigMap")
    assert patch == {
        "metadata": {"finalizers": ["c"], "$deleteFromPrimitiveList/finalizers": ["a"], "$setElementOrder/finalizers": ["b", "c"]}
    }
    assert patches.apply_strategic(meta("a", "z", "b"), patch, "v1", "ConfigMap") == meta("z", "b", "c")


def test_strategies_that_are_exclusive_clear_what_was_there() -> None:
    old = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    new = {"spec": {"strategy": {"type": "Recreate"}}}
    patch = patches.two_way_strategic(old, new, "apps/v1", "Deployment")
    assert patch["spec"]["strategy"]["$retainKeys"] == ["type"]
    assert patches.apply_strategic(old, patch, "apps/v1", "Deployment") == new


def test_two_ports_with_one_number() -> None:
    """The case that client-side merging is known for: Service ports merge by number alone."""

    def service(*ports: tuple[int, str]) -> dict[str, Any]:
        return {"spec": {"ports": [{"port": port, "protocol": protocol} for port, protocol in ports]}}

    both = service((53, "UDP"), (53, "TCP"))
    assert three(both, both, both, "Service") == {}


def test_directives() -> None:
    live = pod(containers=[{"name": "a"}], nodeSelector={"x": "1", "y": "2"})
    assert patches.apply_strategic(live, {"spec": {"nodeSelector": {"$patch": "replace", "z": "3"}}}, "v1", "Pod")["spec"][
        "nodeSelector"
    ] == {"z": "3"}
    assert patches.apply_strategic(live, {"spec": {"containers": [{"$patch": "replace"}, {"name": "b"}]}}, "v1", "Pod")["spec"][
        "containers"
    ] == [{"name": "b"}]
    assert patches.apply_strategic(live, {"spec": {"$patch": "delete"}}, "v1", "Pod")["spec"] == {}


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ({"spec": {"containers": [{"image": "x"}]}}, "map: map[image:x] does not contain declared merge key: name"),
        ({"spec": {"containers": [{"name": "x", "$patch": "merge"}]}}, "merging lists cannot yet be specified in the patch"),
        ({"spec": {"$patch": "x"}}, "unknown patch type: x in map: map[$patch:x]"),
        ({"spec": {"containers": ["x"]}}, "list element types are not identical: [[map[name:a]] [x]]"),
        ({"spec": {"nope": {"b": 2}}}, 'unable to find api field in struct PodSpec for the json field "nope"'),
        ({"metadata": {"$retainKeys": ["x"], "y": 1}}, "invalid patch format of retainKeys"),
    ],
)
def test_patches_that_cannot_be_applied(patch: dict[str, Any], message: str) -> None:
    with pytest.raises(GoError) as raised:
        patches.apply_strategic(pod(containers=[{"name": "a"}], nope={"a": 1}), patch, "v1", "Pod")
    assert str(raised.value) == message


def test_kinds_that_merge_as_json() -> None:
    assert patches.has_merge_schema("apps/v1", "Deployment")
    assert patches.has_merge_schema("apiextensions.k8s.io/v1", "CustomResourceDefinition")
    for api_version, kind in (
        ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"),
        ("apiregistration.k8s.io/v1", "APIService"),
        ("x.io/v1", "Deployment"),
        ("apps/v1", "Pod"),
    ):
        assert not patches.has_merge_schema(api_version, kind)
    with pytest.raises(GoError, match="strategic merge patch format is not supported"):
        patches.two_way_strategic({}, {}, "x.io/v1", "Deployment")
    assert schema.served_type("apiregistration.k8s.io/v1", "APIService") == "apiregistration/v1.APIService"


def test_json_merge() -> None:
    assert patches.apply_json_merge({"a": {"b": 1, "c": 2}}, {"a": {"b": None, "d": {"e": None}}}) == {"a": {"c": 2, "d": {}}}
    assert patches.apply_json_merge([1], {"a": None, "b": [{"c": None}, None]}) == {"b": [{}, None]}
    assert patches.create_json_merge({"a": 1, "b": [1], "c": {"d": True}}, {"b": [1, 2], "c": {"d": 1}}) == {
        "a": None,
        "b": [1, 2],
        "c": {"d": 1},
    }
    live = {"a": 1, "kept": 1, "t": {"x": 1, "y": 1}}
    assert patches.three_way_json({"a": 1, "t": {"x": 1}}, {"t": {"z": 1}}, live) == {"a": None, "t": {"x": None, "z": 1}}
    with pytest.raises(GoError, match=r"^precondition failed for: map"):
        patches.three_way_json({"kind": "A"}, {"kind": "B"}, {"kind": "A"})


def test_deep_objects_are_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(50_000):
        deep = {"a": deep}
    for make in (
        lambda: patches.create_json_merge({"a": 1, "b": deep}, {"b": {"a": deep}}),
        lambda: patches.apply_json_merge({}, {"x": deep}),
    ):
        with pytest.raises(GoError, match="exceeded max depth"):
            make()


def test_the_schema_is_whole() -> None:
    """Every type that a field names is there, and every kind has one."""
    from steersman.objects.schema_data import KINDS, OTHER_KINDS, TYPES

    assert {*KINDS.values(), *OTHER_KINDS.values()} <= set(TYPES)
    for code in TYPES:
        for field in schema.fields_of(code).values():
            plain = field.type.lstrip("[{")
            assert plain in TYPES or plain in set("silbfy*"), (code, field)
    ports = schema.fields_of("core/v1.ServiceSpec")["ports"]
    assert (ports.merge_key, ports.list_type, ports.list_keys) == ("port", "map", ("port", "protocol"))
    assert schema.fields_of(ports.element)["protocol"].default == "TCP"
    assert schema.is_atomic("core/v1.SecretKeySelector")
    assert not schema.is_atomic("core/v1.PodSpec")
