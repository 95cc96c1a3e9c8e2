"""Records as Secrets or ConfigMaps in the release's namespace, named, typed and labelled as Helm's (Helm 4:
pkg/storage/driver/{secrets,cfgmaps}.go), so that Helm 3 and 4 see ours and we see theirs.

The fence is the API server's: the resourceVersion that this driver last saw of a record goes with the next write of it. A record
that it has never seen is written without one, as Helm does. A write whose answer was lost is recognised by its content, which
no two attempts share: the record holds the time at which it began, to the nanosecond.
"""

from __future__ import annotations

import threading
import time

from steersman.errors import AlreadyExists, ClusterError, Conflict, Error, NotFound, StorageError, Unreachable
from steersman.golang.strconv import quote
from steersman.objects.refs import Ref
from steersman.release import codec, record
from steersman.release.attempts import ANNOTATION, Trace, read_attempt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from steersman.kube.client import Client
    from steersman.release.attempts import Attempt
    from steersman.release.model import Release

NOT_FOUND = "release: not found"
EXISTS = "release: already exists"
PAGE = 100
"""Records that are fetched at a time: each may be a mebibyte."""


class _Objects:
    """A driver that keeps each record in an object of `kind`."""

    name = ""
    kind = ""

    def __init__(
        self,
        cluster: Client,
        namespace: str,
        *,
        on_broken: Callable[[str, Exception], None] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._on_broken = on_broken
        self._now = now
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], str] = {}
        self._traces: dict[tuple[str, str], Trace] = {}

    def create(self, release: Release, *, attempt: Attempt | None = None) -> None:
        key = record.record_name(release.name, release.version)
        body = self._body(key, release, attempt, created=True)
        try:
            self._remember(self._cluster.create(body, namespace=self._namespace))
        except AlreadyExists as error:
            if not self._is_written(key, body):
                raise AlreadyExists(EXISTS, http_status=error.http_status, reason=error.reason, status=error.status) from error
        except Unreachable as error:
            if not self._is_written(key, body):
                raise _while(error, "create: failed to create") from error
        except ClusterError as error:
            raise _while(error, "create: failed to create") from error

    def update(self, release: Release, *, attempt: Attempt | None = None) -> None:
        key = record.record_name(release.name, release.version)
        body = self._body(key, release, attempt, created=False)
        with self._lock:
            version = self._seen.get((self._namespace, key))
        if version:
            body["metadata"]["resourceVersion"] = version
        try:
            self._remember(self._cluster.replace(body, namespace=self._namespace, blindly=True))
        except (Conflict, Unreachable) as error:
            if not self._is_written(key, body):
                raise _while(error, "update: failed to update") from error
        except ClusterError as error:
            raise _while(error, "update: failed to update") from error

    def trace(self, name: str, revision: int) -> Trace:
        with self._lock:
            return self._traces.get((self._namespace, record.record_name(name, revision)), Trace())

    def _is_written(self, key: str, body: Mapping[str, Any]) -> bool:
        """Whether the record holds just what was to be written: the write arrived, and its answer was lost."""
        try:
            found = self._cluster.get(Ref("v1", self.kind, self._namespace, key))
        except ClusterError:
            return False
        wanted = body["metadata"].get("annotations")
        if found.get("data") != body["data"] or ((found.get("metadata") or {}).get("annotations") or None) != wanted:
            return False
        self._remember(found)
        return True

    def get(self, name: str, revision: int) -> Release:
        key = record.record_name(name, revision)
        try:
            found = self._cluster.get(Ref("v1", self.kind, self._namespace, key))
        except NotFound as error:
            raise NotFound(NOT_FOUND, http_status=error.http_status, reason=error.reason, status=error.status) from error
        except ClusterError as error:
            raise _while(error, f"get: failed to get {quote(key)}") from error
        self._remember(found)
        try:
            return codec.decode(self._text(found), record.user_labels(_labels(found)))
        except Error as error:
            raise StorageError(f"get: failed to decode data {quote(key)}: {error.message}", code="record-broken") from error

    def delete(self, name: str, revision: int) -> Release:
        release = self.get(name, revision)
        key = record.record_name(name, revision)
        try:
            self._cluster.delete(Ref("v1", self.kind, self._namespace, key))
        except NotFound as error:
            raise NotFound(NOT_FOUND, http_status=error.http_status, reason=error.reason, status=error.status) from error
        with self._lock:
            self._seen.pop((self._namespace, key), None)
        return release

    def history(self, name: str) -> tuple[Release, ...]:
        found = self._query(record.history_selector(name), "query: failed to query with labels")
        return tuple(sorted(found, key=lambda release: release.version))

    def list(self, labels: Mapping[str, str] | None = None) -> Iterator[Release]:
        return self._query({**record.OWNER_SELECTOR, **(labels or {})}, "list: failed to list")

    def _query(self, labels: Mapping[str, str], doing: str) -> Iterator[Release]:
        selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
        pages = self._cluster.pages("v1", self.kind, namespace=self._namespace, label_selector=selector, limit=PAGE)
        for page in _ahead(pages, doing):
            for found in page:
                self._remember(found)
                try:
                    yield codec.decode(self._text(found), _labels(found))
                except Error as error:
                    if self._on_broken is not None:
                        self._on_broken(str((found.get("metadata") or {}).get("name", "")), error)

    def _body(self, key: str, release: Release, attempt: Attempt | None, *, created: bool) -> dict[str, Any]:
        labels = record.record_labels(release, int(self._now()), created=created)
        try:
            text = codec.encode(release)
        except Error as error:
            doing = "create" if created else "update"
            raise StorageError(f"{doing}: failed to encode release {quote(release.name)}: {error.message}") from error
        metadata: dict[str, Any] = {"name": key, "labels": labels}
        if attempt is not None:
            metadata["annotations"] = {ANNOTATION: attempt.text()}
        return {"apiVersion": "v1", "kind": self.kind, "metadata": metadata, **self._data(text)}

    def _remember(self, found: Mapping[str, Any]) -> None:
        metadata = found.get("metadata") or {}
        place = metadata.get("namespace", ""), metadata.get("name", "")
        attempt = (metadata.get("annotations") or {}).get(ANNOTATION)
        with self._lock:
            self._seen[place] = metadata.get("resourceVersion", "")
            self._traces[place] = Trace(read_attempt(attempt) if attempt else None, written_at(found))

    def _data(self, text: str) -> dict[str, Any]:
        raise NotImplementedError

    def _text(self, found: Mapping[str, Any]) -> str | bytes:
        """The record's text as the codec takes it; empty when the object holds none."""
        text = (found.get("data") or {}).get(record.DATA_KEY)
        return text if isinstance(text, str) else ""


class Secrets(_Objects):
    """Helm's default driver. A Secret's data is base64 in the API, so the text of a record is base64 twice there."""

    name = "Secret"
    kind = "Secret"

    def _data(self, text: str) -> dict[str, Any]:
        from binascii import b2a_base64

        return {"type": record.SECRET_TYPE, "data": {record.DATA_KEY: b2a_base64(text.encode(), newline=False).decode()}}

    def _text(self, found: Mapping[str, Any]) -> str | bytes:
        from binascii import a2b_base64

        return a2b_base64(super()._text(found))


class ConfigMaps(_Objects):
    """The driver of `HELM_DRIVER=configmap`."""

    name = "ConfigMap"
    kind = "ConfigMap"

    def _data(self, text: str) -> dict[str, Any]:
        return {"data": {record.DATA_KEY: text}}


def _ahead(pages: Iterator[list[dict[str, Any]]], doing: str) -> Iterator[list[dict[str, Any]]]:
    """The pages, each fetched while the one before is decoded. Raises what fetching raised, saying what was being done."""

    def fetch() -> None:
        try:
            box.append(next(pages, None))
        except ClusterError as error:
            box.append(_while(error, doing))
        except BaseException as error:
            box.append(error)

    box: list[list[dict[str, Any]] | BaseException | None] = []
    fetch()
    while (page := box.pop()) is not None:
        if isinstance(page, BaseException):
            raise page
        thread = threading.Thread(target=fetch, name="steersman-page", daemon=True)
        thread.start()
        try:
            yield page
        finally:
            thread.join()


def written_at(found: Mapping[str, Any]) -> float | None:
    """When an object was last written, by the API server's own clock (Unix seconds); None when it does not tell."""
    metadata = found.get("metadata") or {}
    texts = [str(metadata.get("creationTimestamp") or "")]
    texts += [str(entry.get("time") or "") for entry in metadata.get("managedFields") or ()]
    newest = max(texts)
    return unix_seconds(newest) if newest else None


def unix_seconds(text: str) -> float | None:
    """A time of the API server ("2006-01-02T15:04:05Z", with or without a fraction) in Unix seconds; None for what is none."""
    import calendar

    head, _, fraction = text.rstrip("Z").partition(".")
    try:
        return calendar.timegm(time.strptime(head, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")
    except ValueError:
        return None


def _labels(found: Mapping[str, Any]) -> dict[str, str]:
    return dict((found.get("metadata") or {}).get("labels") or {})


def _while(error: ClusterError, doing: str) -> ClusterError:
    """The same error, saying in Helm's words what was being done."""
    return type(error)(
        f"{doing}: {error.message}",
        code=error.code,
        hint=error.hint,
        http_status=error.http_status,
        reason=error.reason,
        status=error.status,
    )
