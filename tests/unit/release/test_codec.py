"""Records are read and written as Helm does. `records/lighthouse.json` is what Helm 4.3.1 wrote for a chart of ours."""

from __future__ import annotations

import base64
import gzip
import json
import pathlib
import zlib

import pytest

from steersman.chart import File, load
from steersman.errors import StorageError
from steersman.golang.times import Time, from_unix
from steersman.release import codec
from steersman.release.model import Hook, HookExecution, Info, Release
from steersman.release.stored import chart_of, stored_chart

RECORD = (pathlib.Path(__file__).parent / "records" / "lighthouse.json").read_text(encoding="utf-8")

CHART_YAML = b"""apiVersion: v2
name: lighthouse
version: 1.2.3
appVersion: "4"
description: Shows <where> the rocks & shoals are
home: https://example.org/lighthouse
keywords: [light, sea]
maintainers:
  - name: Keeper
    email: keeper@example.org
  - name: n
annotations:
  b: "2"
  a: first
kubeVersion: ">=1.20.0-0"
type: application
"""
VALUES_YAML = """lamp:
  watts: 1000000
  colour: white
  tilt: 0.5
fog: {}
names: [ada, "grüße", null]
zero: 0
""".encode()


def packed(document: object) -> str:
    return base64.b64encode(gzip.compress(json.dumps(document).encode(), mtime=0)).decode()


def test_a_record_of_helm_is_written_back_byte_for_byte() -> None:
    release = codec.decode(base64.b64encode(gzip.compress(RECORD.encode(), mtime=0)))
    assert codec.release_json(release) == RECORD
    assert codec.decode(codec.encode(release)) == release


def test_what_a_record_of_helm_says() -> None:
    release = codec.decode(base64.b64encode(RECORD.encode()), {"owner": "helm", "mine": "x"})
    assert (release.name, release.namespace, release.version, release.status) == ("rel", "ns", 1, "deployed")
    assert release.chart_metadata is not None
    assert release.chart_metadata["version"] == "1.2.3"
    assert release.is_server_side
    assert release.info.last_deployed == from_unix(1795469766, 117063079)
    assert release.labels == {"owner": "helm", "mine": "x"}
    (hook,) = release.hooks
    assert (hook.events, hook.weight, hook.last_run) == (("post-upgrade", "test"), -5, HookExecution())
    assert release.config == {"extra": {"f": 1.5, "n": 1e6, "s": "<a&b>", "u": "é\u2028"}}
    assert type(release.config["extra"]["n"]) is float


def test_a_chart_is_stored_as_helm_stores_it() -> None:
    """All of the chart's JSON, times included, from its files."""
    stored = json.loads(RECORD)["chart"]

    def time(text: str) -> int:
        fraction = text.rstrip("Z").partition(".")[2]
        return 1795469765 * 10**9 + int(fraction.ljust(9, "0"))

    files = [
        File(one["name"], base64.b64decode(one["data"]), time(one["modtime"])) for one in (*stored["templates"], *stored["files"])
    ]
    files.append(File("Chart.yaml", CHART_YAML, time(stored["modtime"])))
    files.append(File("values.yaml", VALUES_YAML, 5))
    files.append(File("values.schema.json", base64.b64decode(stored["schema"]), time(stored["schemamodtime"])))
    chart = load(files)
    release = codec.decode(base64.b64encode(RECORD.encode())).replace(chart=stored_chart(chart))
    assert codec.release_json(release) == RECORD
    assert chart_of(stored_chart(chart)) == chart.replace(raw=())


def test_a_chart_without_values_and_files() -> None:
    stored = stored_chart(load([File("Chart.yaml", b"apiVersion: v2\nname: a\nversion: 1.0.0\n")]))
    assert codec.release_json(Release("x", chart=stored)) == (
        '{"name":"x","info":{},"chart":{"metadata":{"name":"a","version":"1.0.0","apiVersion":"v2"},"lock":null,"templates":null,'
        '"values":null,"schema":null,"schemamodtime":"0001-01-01T00:00:00Z","files":null,"modtime":"1970-01-01T00:00:00Z"}}'
    )


def test_empty_fields_are_left_out_as_in_go() -> None:
    hook = Hook("h", "Pod", "a/h.yaml", "text", events=("test",), last_run=HookExecution(from_unix(0), None, "Running"))
    assert codec.release_json(Release("x", info=Info(deleted=Time(), status="failed"), config={}, hooks=(hook,))) == (
        '{"name":"x","info":{"status":"failed"},"hooks":[{"name":"h","kind":"Pod","path":"a/h.yaml","manifest":"text","events":["test"],'
        '"last_run":{"started_at":"1970-01-01T00:00:00Z","phase":"Running"}}]}'
    )


def test_records_of_helm_3_are_read() -> None:
    document = {
        "name": "x",
        "version": 2,
        "info": {"first_deployed": "2021-05-01T10:00:00.5+02:00", "deleted": "", "status": "deployed"},
    }
    document["hooks"] = [{"name": "h", "last_run": {"started_at": "", "completed_at": "", "phase": ""}}, None]
    release = codec.decode(packed(document))
    assert release.info.deleted is None
    assert release.info.first_deployed is not None
    assert release.info.first_deployed.go_json() == "2021-05-01T10:00:00.5+02:00"
    assert release.hooks == (Hook("h", "", "", ""),)
    assert release.apply_method == ""
    assert not release.is_server_side


def test_unknown_members_survive() -> None:
    document = {"name": "x", "info": {"status": "deployed", "mood": "calm"}, "version": 1, "future": {"b": 1, "a": 2}}
    release = codec.decode(packed(document)).with_status("superseded", "gone")
    assert codec.release_json(release) == (
        '{"name":"x","info":{"description":"gone","status":"superseded","mood":"calm"},"version":1,"future":{"a":2,"b":1}}'
    )


def test_the_gzip_is_as_go_writes_it() -> None:
    data = base64.b64decode(codec.encode(Release("x")))
    assert data[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])
    assert gzip.decompress(data) == b'{"name":"x","info":{}}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("*", "illegal base64 data at input byte 0"),
        ("QUJD*", "illegal base64 data at input byte 4"),
        (base64.b64encode(b"not json").decode(), "invalid character 'o' in literal null (expecting 'u')"),
        (base64.b64encode(b"[]").decode(), "json: cannot unmarshal array into Go value of type v1.Release"),
        (packed({"name": 3}), "json: cannot unmarshal number into Go struct field Release.name of type string"),
        (packed({"version": 1.5}), "json: cannot unmarshal number 1.5 into Go struct field Release.version of type int"),
        (packed({"info": []}), "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        (
            packed({"info": {"status": 5}}),
            "json: cannot unmarshal number into Go struct field infoJSON.status of type common.Status",
        ),
        (
            packed({"info": {"deleted": 5}}),
            "json: cannot unmarshal number into Go struct field infoJSON.deleted of type time.Time",
        ),
        (
            packed({"info": {"deleted": "x"}}),
            'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
        ),
        (packed({"hooks": [5]}), "json: cannot unmarshal number into Release.hooks.0 of type v1.Hook"),
        (
            packed({"hooks": [{"name": 5}]}),
            "json: cannot unmarshal number into Go struct field Release.hooks.0.name of type string",
        ),
        (
            packed({"hooks": [{"events": [5]}]}),
            "json: cannot unmarshal number into Release.hooks.0.events.0 of type v1.HookEvent",
        ),
        (
            packed({"hooks": [{"last_run": {"phase": 5}}]}),
            "json: cannot unmarshal number into Go struct field hookExecutionJSON.phase of type v1.HookPhase",
        ),
        (base64.b64encode(gzip.compress(b"{}", mtime=0)[:-9]).decode(), "unexpected EOF"),
        (base64.b64encode(gzip.compress(b"{}", mtime=0)[:-8] + bytes(8)).decode(), "gzip: invalid checksum"),
    ],
)
def test_broken_records(text: str, message: str) -> None:
    with pytest.raises(StorageError) as raised:
        codec.decode(text)
    assert str(raised.value) == message


def test_a_record_in_several_members_is_one() -> None:
    assert codec.decode(base64.b64encode(gzip.compress(b'{"name":', mtime=0) + gzip.compress(b'"x"}'))).name == "x"


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "MAX_RECORD_BYTES", 100_000)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = packer.compress(b" " * 1_000_000) + packer.flush()
    with pytest.raises(StorageError, match="larger than 100000 bytes"):
        codec.decode(base64.b64encode(data))


def test_deep_records_end_in_an_error() -> None:
    with pytest.raises(StorageError):
        codec.decode(base64.b64encode(b'{"config":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"}"))
