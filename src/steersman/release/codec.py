"""How Helm 3 and 4 write a release down: JSON, gzip, base64 (Helm 4: pkg/release/v1, pkg/storage/driver/util.go).

`encode` gives the text that lies under "release" in a Secret's or ConfigMap's data (in a Secret the API adds base64 once
more); `decode` reads it. The JSON is what Go's encoder makes of Helm's structs: fields in their order, empty ones left out
where Helm says so, maps sorted, `<`, `>` and `&` escaped, zero times left out (Helm 3 wrote "" for them, which is read too).

Reading is as tolerant as Helm's and a little more: records that were never compressed, missing fields, null for empty.
Members that nobody here knows are kept and written back, so that a newer Helm finds what it wrote. Numbers become floats,
as everywhere in values that Go read from JSON.
"""

from __future__ import annotations

from steersman.errors import Error, GoError, StorageError
from steersman.golang.values import Ordered
from steersman.release.model import Hook, HookExecution, Info, Release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

    from steersman.golang.times import Time

MAX_RECORD_BYTES = 512 * 1024 * 1024
"""How large a record may be once it is decompressed. A chart may have 100 MiB, and base64 and the manifest come on top."""

RFC3339 = "2006-01-02T15:04:05Z07:00"
"""The layout that Go's errors name. Its parser takes fractions of seconds all the same."""

GZIP_MAGIC = b"\x1f\x8b\x08"
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""What Go's gzip.Writer writes at its best compression: no name, no time, an unknown system."""


def encode(release: Release) -> str:
    """The text of a record. Raises GoError for values that JSON has no words for."""
    from binascii import b2a_base64

    return b2a_base64(_compress(_to_bytes(release_json(release))), newline=False).decode("ascii")


def decode(text: str | bytes, labels: Mapping[str, str] | None = None) -> Release:
    """The release of a record's text; `labels` are those of the object it came from.

    Raises StorageError with Go's text of what is wrong: no base64, no gzip, no JSON, or too large.
    """
    return release_of(_json(_decompress(_unbase64(text))), labels)


def release_json(release: Release) -> str:
    """The JSON of a release, as it is stored and as `-o json` prints it (without the newline)."""
    from steersman.golang.json import marshal

    return marshal(release_document(release))


def release_document(release: Release, *, chart: bool = True) -> Ordered:
    """What Go's encoder sees of a release; the chart left out if asked."""
    found = Ordered()
    if release.name:
        found["name"] = release.name
    found["info"] = _info_document(release.info)
    if chart and release.chart is not None:
        found["chart"] = _chart_document(release.chart)
    if release.config:
        found["config"] = release.config
    if release.manifest:
        found["manifest"] = release.manifest
    if release.hooks:
        found["hooks"] = [_hook_document(hook) for hook in release.hooks]
    if release.version:
        found["version"] = release.version
    if release.namespace:
        found["namespace"] = release.namespace
    if release.apply_method:
        found["apply_method"] = release.apply_method
    found.update(release.more)
    return found


def release_of(document: object, labels: Mapping[str, str] | None = None) -> Release:
    """The release of a record's JSON value. Raises StorageError where a field is of another type than Helm's."""
    table = _Table(document, "v1.Release", "Release")
    hooks = table.take("hooks", list, "[]*v1.Hook") or []
    return Release(
        name=table.take("name", str) or "",
        info=_info_of(table.left.pop("info", None)),
        chart=table.take("chart", dict, "v2.Chart"),
        config=table.take("config", dict),
        manifest=table.take("manifest", str) or "",
        hooks=tuple(_hook_of(hook, place) for place, hook in enumerate(hooks) if hook is not None),
        version=table.number("version"),
        namespace=table.take("namespace", str) or "",
        apply_method=table.take("apply_method", str) or "",
        labels=dict(labels or {}),
        more=table.rest(),
    )


# --- writing -----------------------------------------------------------------------------------------------------------


def _info_document(info: Info) -> Ordered:
    found = Ordered()
    for name in ("first_deployed", "last_deployed", "deleted"):
        _put_time(found, name, getattr(info, name))
    for name in ("description", "status", "rollback_revision", "notes", "resources"):
        value = getattr(info, name)
        if value:
            found[name] = value
    found.update(info.more)
    return found


def _hook_document(hook: Hook) -> Ordered:
    found = Ordered()
    for name, text in (("name", hook.name), ("kind", hook.kind), ("path", hook.path), ("manifest", hook.text)):
        if text:
            found[name] = text
    if hook.events:
        found["events"] = list(hook.events)
    run = found["last_run"] = Ordered()
    _put_time(run, "started_at", hook.last_run.started_at)
    _put_time(run, "completed_at", hook.last_run.completed_at)
    run["phase"] = hook.last_run.phase
    if hook.weight:
        found["weight"] = hook.weight
    if hook.delete_policies:
        found["delete_policies"] = list(hook.delete_policies)
    if hook.output_log_policies:
        found["output_log_policies"] = list(hook.output_log_policies)
    return found


def _put_time(table: Ordered, name: str, time: Time | None) -> None:
    if time is not None and not time.is_zero():
        table[name] = time.go_json()


_STRUCTS: Mapping[str, Mapping[str, Any]] = {
    "metadata": {"maintainers": {}, "dependencies": {}},
    "lock": {"dependencies": {}},
    "templates": {},
    "files": {},
}
"""Which tables of a stored chart are structs, so that their members keep their order; all others are maps, and sorted."""


def _chart_document(chart: Mapping[str, Any]) -> Ordered:
    return _as_struct(chart, _STRUCTS)


def _as_struct(table: Mapping[str, Any], structs: Mapping[str, Mapping[str, Any]]) -> Ordered:
    found = Ordered(table)
    for name, inner in structs.items():
        value = found.get(name)
        if isinstance(value, dict):
            found[name] = _as_struct(value, inner)
        elif isinstance(value, list):
            found[name] = [_as_struct(one, inner) if isinstance(one, dict) else one for one in value]
    return found


def _compress(data: bytes) -> bytes:
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    sums = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"".join((GZIP_HEADER, packer.compress(data), packer.flush(), sums))


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


# --- reading -----------------------------------------------------------------------------------------------------------


class _Table:
    """A JSON object being taken apart: each member is checked, and what nobody took is left over.

    `kind` is Go's type of the object, `root` the name of the struct that Go reads the JSON into of which the object is a part, and
    `path` the keys that lead to it there.
    """

    __slots__ = ("left", "path", "root")

    def __init__(self, value: object, kind: str, root: str, *path: str | int) -> None:
        self.root = root
        self.path = path
        if value is None:
            value = {}
        if not isinstance(value, dict):
            self.refuse(value, kind)
        self.left = dict(value)

    def refuse(self, value: object, kind: str, *path: str | int, shown: str = "") -> NoReturn:
        from steersman.golang.json import into_type

        end = into_type((*self.path, *path), kind, self.root)
        raise StorageError(f"json: cannot unmarshal {_json_kind(value)}{shown} into {end}")

    def take(self, name: str, kind: type, go: str = "") -> Any:
        """The member's value, None if there is none. `go` is Go's name of its type where that is not the usual one for `kind`."""
        value = self.left.pop(name, None)
        if value is not None and type(value) is not kind:
            self.refuse(value, go or _GO[kind], name)
        return value

    def number(self, name: str) -> int:
        value = self.take(name, float)
        if value is None:
            return 0
        if value != int(value):
            self.refuse(value, "int", name, shown=f" {value}")
        return int(value)

    def texts(self, name: str, go: str) -> tuple[str, ...]:
        found: list[str] = []
        for index, one in enumerate(self.take(name, list, f"[]{go}") or ()):
            if not isinstance(one, str) and one is not None:
                self.refuse(one, go, name, index)
            found.append(one or "")
        return tuple(found)

    def time(self, name: str) -> Time | None:
        from steersman.golang.times import parse

        text = self.take(name, str, "time.Time")
        if not text:
            return None
        try:
            time = parse(RFC3339, text)
        except GoError as error:
            raise StorageError(error.message) from error
        return None if time.is_zero() else time

    def rest(self) -> dict[str, Any]:
        return self.left


_GO: Mapping[type, str] = {str: "string", dict: "map[string]interface {}", float: "int"}


def _json_kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "number"


def _own_table(document: object, struct: str) -> _Table:
    """A table that Go reads by itself: first as a map, then, with its empty times taken out, into a struct."""
    if document is not None and not isinstance(document, dict):
        _Table(document, _GO[dict], "")
    return _Table(document, "", struct)


def _info_of(document: object) -> Info:
    table = _own_table(document, "infoJSON")
    return Info(
        first_deployed=table.time("first_deployed"),
        last_deployed=table.time("last_deployed"),
        deleted=table.time("deleted"),
        description=table.take("description", str) or "",
        status=table.take("status", str, "common.Status") or "",
        rollback_revision=table.number("rollback_revision"),
        notes=table.take("notes", str) or "",
        resources=table.take("resources", dict, "map[string][]runtime.Object") or {},
        more=table.rest(),
    )


def _hook_of(document: object, place: int) -> Hook:
    table = _Table(document, "v1.Hook", "Release", "hooks", place)
    run = _own_table(table.left.pop("last_run", None), "hookExecutionJSON")
    return Hook(
        name=table.take("name", str) or "",
        kind=table.take("kind", str) or "",
        path=table.take("path", str) or "",
        text=table.take("manifest", str) or "",
        events=table.texts("events", "v1.HookEvent"),
        last_run=HookExecution(run.time("started_at"), run.time("completed_at"), run.take("phase", str, "v1.HookPhase") or ""),
        weight=table.number("weight"),
        delete_policies=table.texts("delete_policies", "v1.HookDeletePolicy"),
        output_log_policies=table.texts("output_log_policies", "v1.HookOutputLogPolicy"),
    )


def _unbase64(text: str | bytes) -> bytes:
    from binascii import Error as Broken
    from binascii import a2b_base64

    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    if b"\n" in data or b"\r" in data:
        data = data.replace(b"\n", b"").replace(b"\r", b"")
    try:
        return a2b_base64(data, strict_mode=True)
    except (Broken, ValueError) as error:
        raise StorageError(f"illegal base64 data at input byte {_first_bad_byte(data)}") from error


def _first_bad_byte(data: bytes) -> int:
    """Where Go's decoder stops: at the first byte that is none of base64's, else at the end."""
    import re

    found = re.match(rb"[A-Za-z0-9+/]*", data)
    return found.end() if found else 0


def _decompress(data: bytes) -> bytes:
    """Go's gzip.Reader: one member after the other."""
    if len(data) <= 3 or data[:3] != GZIP_MAGIC:
        return data
    import zlib

    parts: list[bytes] = []
    left = MAX_RECORD_BYTES
    while data:
        if data[:2] != GZIP_MAGIC[:2]:
            raise StorageError("gzip: invalid header")
        unpacker = zlib.decompressobj(31)
        try:
            part = unpacker.decompress(data, left)
        except zlib.error as error:
            raise StorageError("gzip: invalid checksum" if "check" in str(error) else f"flate: corrupt input: {error}") from error
        if not unpacker.eof:
            if unpacker.unconsumed_tail or len(part) >= left:
                raise StorageError(f"release record is larger than {MAX_RECORD_BYTES} bytes", code="too-large")
            raise StorageError("unexpected EOF")
        parts.append(part)
        left -= len(part)
        data = unpacker.unused_data
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _json(data: bytes) -> object:
    from steersman.golang.json import unmarshal

    try:
        return unmarshal(data.decode("utf-8", "replace"))
    except Error as error:
        raise StorageError(error.message) from error
