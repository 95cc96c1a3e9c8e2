"""The pure pieces of the sandbox: quantities, selectors, patches, ages, field sets, protobuf bodies, routes."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest

from steersman.sandbox import fields, patching, protobuf, quantities, selectors
from steersman.sandbox.columns import age
from steersman.sandbox.kinds import Kinds, version_rank
from steersman.sandbox.schema import depth_of, read_json


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("100m", "100m"),
        ("0.5", "500m"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1000", "1k"),
        ("1", "1"),
        ("0", "0"),
        ("1e3", "1e3"),
        ("512Ki", "512Ki"),
        ("0.1", "100m"),
    ],
)
def test_quantities_are_canonical(given: str, wanted: str) -> None:
    assert quantities.canonical(given) == wanted


@pytest.mark.parametrize("given", ["", "x", "1 Gi", "1ki", "--1", "1e99999", "1" * 100])
def test_what_is_no_quantity_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="quantities must match"):
        quantities.canonical(given)


@pytest.mark.parametrize(
    ("text", "labels", "matches"),
    [
        ("a=1", {"a": "1"}, True),
        ("a!=1", {}, True),
        ("a in (1,2),!b", {"a": "2"}, True),
        ("a in (1,2),!b", {"a": "2", "b": ""}, False),
        ("a notin (1)", {"a": "1"}, False),
        ("a>3", {"a": "4"}, True),
        ("a>3", {"a": "x"}, False),
        ("a", {"a": ""}, True),
        ("a=", {"a": ""}, True),
        ("", {}, True),
    ],
)
def test_label_selectors(text: str, labels: dict[str, str], matches: bool) -> None:
    assert selectors.labels(text)(labels) is matches


def test_a_selector_in_an_object_matches_nothing_when_absent_and_everything_when_empty() -> None:
    assert not selectors.of_object(None)({"a": "1"})
    assert selectors.of_object({})({"a": "1"})
    rule = {"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["1"]}]}
    assert not selectors.of_object(rule)({"a": "1"})


@pytest.mark.parametrize(
    ("operations", "wanted"),
    [
        ([{"op": "add", "path": "/l/1", "value": 9}], {"l": [1, 9, 2], "t": {"a/b": 1}}),
        ([{"op": "add", "path": "/l/-", "value": 9}], {"l": [1, 2, 9], "t": {"a/b": 1}}),
        ([{"op": "remove", "path": "/t/a~1b"}], {"l": [1, 2], "t": {}}),
        ([{"op": "move", "from": "/l/0", "path": "/t/m"}], {"l": [2], "t": {"a/b": 1, "m": 1}}),
        ([{"op": "copy", "from": "/l", "path": "/c"}], {"l": [1, 2], "t": {"a/b": 1}, "c": [1, 2]}),
        ([{"op": "replace", "path": "", "value": 5}], 5),
    ],
)
def test_json_patches(operations: list[dict[str, Any]], wanted: Any) -> None:
    value = {"l": [1, 2], "t": {"a/b": 1}}
    assert patching.json_patch(value, operations) == wanted
    assert value == {"l": [1, 2], "t": {"a/b": 1}}, "what is patched stays as it was"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/none"},
        {"op": "replace", "path": "/none", "value": 1},
        {"op": "add", "path": "/l/7", "value": 1},
        {"op": "test", "path": "/l/0", "value": 2},
        {"op": "add", "path": "/l/x", "value": 1},
    ],
)
def test_json_patches_that_do_not_fit(operation: dict[str, Any]) -> None:
    with pytest.raises(patching.BadPatch):
        patching.json_patch({"l": [1]}, [operation])


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(0, "0s"), (119, "119s"), (121, "2m1s"), (600, "10m"), (3 * 3600, "3h"), (49 * 3600, "2d1h"), (9 * 86400, "9d")],
)
def test_ages_are_told_as_kubectl_does(seconds: int, wanted: str) -> None:
    assert age("1970-01-01T00:00:00Z", float(seconds)) == wanted


def test_fields_survive_being_written_and_read() -> None:
    paths = {("f:spec", 'k:{"name":"a"}'), ("f:spec", 'k:{"name":"a"}', "f:image"), ("f:data",)}
    written = fields.to_fields_v1(paths)
    assert written == {"f:data": {}, "f:spec": {'k:{"name":"a"}': {".": {}, "f:image": {}}}}
    assert fields.from_fields_v1(written) == paths


def test_paths_are_shown_as_the_server_shows_them() -> None:
    path = ("f:spec", "f:containers", 'k:{"name":"c"}', "f:image")
    assert fields.shown(path) == '.spec.containers[name="c"].image'


def test_lists_with_keys_merge_item_by_item(kinds: Kinds) -> None:
    node = {"$ref": "io.k8s.api.core.v1.PodSpec"}
    live = {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]}
    config = {"containers": [{"name": "b", "image": "z"}, {"name": "c", "image": "w"}]}
    merged = fields.merged(kinds.schema, node, live, config)
    assert [(item["name"], item["image"]) for item in merged["containers"]] == [("a", "x"), ("b", "z"), ("c", "w")]


def test_versions_are_ranked_by_stability() -> None:
    names = ["v1beta1", "v1", "v10", "v2", "v1alpha1", "zebra", "v2beta1"]
    assert sorted(names, key=version_rank) == ["v10", "v2", "v1", "v2beta1", "v1beta1", "v1alpha1", "zebra"]


def test_nesting_is_counted_without_recursion() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    assert depth_of(deep) > 5000
    with pytest.raises(ValueError, match="max depth"):
        read_json("[" * 100000)
    with pytest.raises(ValueError, match="max depth"):
        read_json("[" * 300 + "]" * 300)


def test_doubled_names_are_remembered() -> None:
    assert read_json('{"a": 1, "a": 2}').names == ("a",)


# --- protobuf -------------------------------------------------------------------------------------------------------------


def field(number: int, data: bytes | int) -> bytes:
    if isinstance(data, int):
        return bytes([number << 3]) + varint(data)
    return bytes([number << 3 | 2]) + varint(len(data)) + data


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def body(kind: str, message: bytes) -> bytes:
    return b"k8s\x00" + field(1, field(1, b"v1") + field(2, kind.encode())) + field(2, message)


def test_a_config_map_in_protobuf() -> None:
    message = field(1, field(1, b"a") + field(3, b"ns") + field(11, field(1, b"l") + field(2, b"v")))
    message += field(2, field(1, b"k") + field(2, b"v"))
    found = protobuf.decode(body("ConfigMap", message))
    assert found == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "a", "namespace": "ns", "labels": {"l": "v"}},
        "data": {"k": "v"},
    }


def test_a_secret_in_protobuf_has_its_data_in_base64() -> None:
    found = protobuf.decode(body("Secret", field(2, field(1, b"k") + field(2, b"\x00\xff"))))
    assert found["data"] == {"k": "AP8="}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"k8s\x00" + b"\xff" * 30,
        b"k8s\x00" + field(1, field(1, b"v1") + field(2, b"Nope")),
        body("ConfigMap", b"\x0a\xff\xff\xff\x7f"),
        body("ConfigMap", b"\x0f"),
    ],
)
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    with pytest.raises((protobuf.Malformed, IndexError, struct.error)):
        protobuf.decode(data)


def test_every_kind_with_a_schema_has_a_wire_form(kinds: Kinds) -> None:
    with pytest.raises(protobuf.Malformed, match="prefix"):
        protobuf.decode(b"")
    protobuf.decode(body("ConfigMap", b""))
    known = protobuf._tables["kinds"]
    missing = [
        f"{resource.group}/{resource.version}/{resource.kind}"
        for resource in kinds
        if "create" in resource.verbs and f"{resource.group}/{resource.version}/{resource.kind}" not in known
    ]
    assert missing == []


def test_references_in_the_schema_lead_somewhere(kinds: Kinds) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [name for value in node.values() for name in references(value)]
        if isinstance(node, list):
            return [name for item in node for name in references(item)]
        return []

    text = json.dumps(kinds.schema.definitions)
    assert text
    assert [name for name in references(kinds.schema.definitions) if name not in kinds.schema.definitions] == []
