"""Records as Secrets or ConfigMaps in the release's namespace, named, typed and labelled as Helm's (Helm 4:
pkg/storage/driver/{secrets,cfgmaps}.go), so that Helm 3 and 4 see ours and we see theirs.

The fence is the API server's: the resourceVersion that this driver last saw of a record goes with the next write of it. A record
that it has never seen is written without one, as Helm does.
"""

from __future__ import annotations

import threading
import time

from steersman.errors import AlreadyExists, ClusterError, Error, NotFound, StorageError
from steersman.golang.strconv import quote
from steersman.objects.refs import Ref
from steersman.release import codec, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from steersman.kube.client import Client
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

    def create(self, release: Release) -> None:
        key = record.record_name(release.name, release.version)
        body = self._body(key, release, created=True)
        try:
            self._remember(self._cluster.create(body, namespace=self._namespace))
        except AlreadyExists as error:
            raise AlreadyExists(EXISTS, http_status=error.http_status, reason=error.reason, status=error.status) from error
        except ClusterError as error:
            raise _while(error, "create: failed to create") from error

    def update(self, release: Release) -> None:
        key = record.record_name(release.name, release.version)
        body = self._body(key, release, created=False)
        with self._lock:
            version = self._seen.get((self._namespace, key))
        if version:
            body["metadata"]["resourceVersion"] = version
        try:
            self._remember(self._cluster.replace(body, namespace=self._namespace, blindly=True))
        except ClusterError as error:
            raise _while(error, "update: failed to update") from error

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

    def _body(self, key: str, release: Release, *, created: bool) -> dict[str, Any]:
        labels = record.record_labels(release, int(self._now()), created=created)
        try:
            text = codec.encode(release)
        except Error as error:
            doing = "create" if created else "update"
            raise StorageError(f"{doing}: failed to encode release {quote(release.name)}: {error.message}") from error
        return {"apiVersion": "v1", "kind": self.kind, "metadata": {"name": key, "labels": labels}, **self._data(text)}

    def _remember(self, found: Mapping[str, Any]) -> None:
        metadata = found.get("metadata") or {}
        with self._lock:
            self._seen[metadata.get("namespace", ""), metadata.get("name", "")] = metadata.get("resourceVersion", "")

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
