"""The calls to a Kubernetes API, by reference: get, list, create, apply, patch, replace, delete, watch, logs.

Theory of operation. A `Client` finds the resource that serves a kind by discovery, which it keeps for its life; when a kind is not
in it, its group and version are asked for once more (a CRD may just have been created). `requests` builds each call, `transport`
sends it. Objects are plain data, as JSON gives them. An object's own namespace wins; else `namespace` is taken, else the
configuration's, and none for kinds that have none. Every call takes an optional `deadline`; without one the client's own counts,
which an action sets for as long as it runs.

Sources: client-go dynamic and discovery clients; cli-runtime resource/helper.go (replace takes the live resourceVersion).
"""

from __future__ import annotations

import threading

from steersman.errors import ClusterError, NotFound, Unreachable
from steersman.kube import discovery, requests, statuses
from steersman.objects.refs import Ref, ref_of
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from steersman.clock import Deadline
    from steersman.kube.config import ClusterConfig
    from steersman.kube.discovery import Discovery
    from steersman.kube.identity import Identity
    from steersman.kube.requests import Request, Resource
    from steersman.kube.transport import Stream, Transport

    Object = dict[str, Any]
    Objects = list[Object]

WATCH_SECONDS = 290
"""How long one watch call lasts before it is taken up again where it ended (client-go asks for 5 to 10 minutes)."""
MAX_WATCH_FAILURES = 10
"""Calls in a row that may fail before a watch gives up."""
DISCOVERY_THREADS = 8
VERSION = requests.Request("GET", "/version")
EVERYWHERE = {
    kind: requests.Resource("", "v1", name, kind, namespaced)
    for kind, name, namespaced in (
        ("ConfigMap", "configmaps", True),
        ("Namespace", "namespaces", False),
        ("Pod", "pods", True),
        ("Secret", "secrets", True),
    )
}
"""Kinds that every cluster has served since Kubernetes 1.2: whoever needs only these need not ask for all there are."""


class Event(Record):
    """What a watch saw: "ADDED", "MODIFIED" or "DELETED" with the object, or "LISTED" with all objects there are."""

    kind: str
    object: Mapping[str, Any]
    objects: tuple[Mapping[str, Any], ...] = ()


class Version(Record):
    """The API server's version, as Capabilities.KubeVersion shows it."""

    major: str
    minor: str
    git_version: str
    platform: str = ""


class Client:
    """A Kubernetes API. Safe to use from several threads. Raises the ClusterError family, Cancelled, and nothing else."""

    def __init__(
        self,
        config: ClusterConfig,
        *,
        on_warning: Callable[[str], None] | None = None,
        user_agent: str = "",
        transport: Transport | None = None,
    ) -> None:
        """A client for `config`; no connection is made yet. `on_warning` gets the texts of the server's Warning headers."""
        if transport is None:
            from steersman.kube.transport import Transport

            named = {"user_agent": user_agent} if user_agent else {}
            transport = Transport(config, on_warning=on_warning, **named)
        self.config = config
        self.transport = transport
        self.namespace = config.namespace
        self.deadline: Deadline | None = None
        self._lock = threading.RLock()
        self._discovery: Discovery | None = None

    def acting_as(self, identity: Identity) -> Client:
        """A client with the same credentials whose every request is on behalf of `identity`."""
        return Client(self.config.acting_as(identity), on_warning=self.transport.on_warning)

    def close(self) -> None:
        self.transport.close()

    # --- what the cluster is ----------------------------------------------------------------------------------------

    def version(self, *, deadline: Deadline | None = None) -> Version:
        """The server's version; also the call that tells whether the cluster can be reached (Helm 4: Client.IsReachable)."""
        found = self._send(VERSION, deadline, trust_status=False).json()
        return Version(*(str(found.get(key, "")) for key in ("major", "minor", "gitVersion", "platform")))

    def whoami(self, *, deadline: Deadline | None = None) -> Mapping[str, Any]:
        """Who the server takes us for: `username`, `groups`, `uid`, `extra` (authentication.k8s.io/v1 SelfSubjectReview)."""
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        resource = requests.Resource("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", False)
        found = self._send(requests.create(resource, "", body), deadline).json()
        info = (found.get("status") or {}).get("userInfo") or {}
        return info if isinstance(info, dict) else {}

    def discover(self, *, deadline: Deadline | None = None) -> Discovery:
        """All kinds that the cluster serves; fetched once."""
        with self._lock:
            if self._discovery is None:
                self._discovery = self._discover(deadline)
            return self._discovery

    def forget_discovery(self) -> None:
        """The next call asks anew for the kinds that there are."""
        with self._lock:
            self._discovery = None

    def foresee(self, resources: Iterable[Resource]) -> None:
        """Takes these kinds as served from now on, which definitions would make so: their objects are not found, and that is all.

        Kinds that are served are left as they are.
        """
        with self._lock:
            known = self.discover()
            fresh = tuple(one for one in resources if known.find(one.api_version, one.kind) is None)
            versions = dict.fromkeys((*known.group_versions, *(one.api_version for one in fresh)))
            self._discovery = known.replace(resources=known.resources + fresh, group_versions=tuple(versions))

    def is_namespaced(self, api_version: str, kind: str, *, deadline: Deadline | None = None) -> bool:
        """Whether objects of a kind lie in namespaces. Raises NoMatch."""
        return self.resource(api_version, kind, deadline=deadline).namespaced

    def resource(self, api_version: str, kind: str, *, deadline: Deadline | None = None) -> Resource:
        """The resource that serves a kind. Raises NoMatch (code "no-match") when there is none."""
        if api_version == "v1" and kind in EVERYWHERE:
            return EVERYWHERE[kind]
        known = self.discover(deadline=deadline)
        found = known.find(api_version, kind)
        if found is None:
            known = self._discover_again(api_version, deadline)
            found = known.find(api_version, kind)
        if found is None:
            for failed, why in known.failed:
                if failed == api_version:
                    raise ClusterError(
                        f"unable to retrieve the complete list of server APIs: {failed}: {why}", code="unavailable"
                    )
            raise discovery.no_match(api_version, kind)
        return found

    def _discover_again(self, api_version: str, deadline: Deadline | None) -> Discovery:
        """Asks for one group and version, which a new CRD is in a second before the documents of all groups have it."""
        try:
            document = self._send(discovery.group_version_request(api_version), deadline).json()
        except NotFound:
            return self.discover(deadline=deadline)
        with self._lock:
            self._discovery = self.discover(deadline=deadline).updated(discovery.read_group_version(api_version, document))
            return self._discovery

    def _discover(self, deadline: Deadline | None) -> Discovery:
        parts: list[Discovery] = []
        legacy: list[str] = []
        for request in discovery.ROOTS:
            try:
                answer = self._send(request, deadline)
            except NotFound:
                continue  # a server without the core group, or without any other
            if discovery.is_aggregated(answer.content_type):
                parts.append(discovery.read_aggregated(answer.json()))
            else:
                legacy += discovery.group_versions(answer.json())
        if legacy:
            parts += self._discover_each(legacy, deadline)
        return discovery.merge(parts)

    def _discover_each(self, versions: list[str], deadline: Deadline | None) -> list[Discovery]:
        from concurrent.futures import ThreadPoolExecutor

        def one(api_version: str) -> Discovery:
            try:
                document = self._send(discovery.group_version_request(api_version), deadline).json()
            except Unreachable:
                raise
            except ClusterError as error:
                return discovery.Discovery((), ((api_version, error.message),), (api_version,))
            return discovery.read_group_version(api_version, document)

        with ThreadPoolExecutor(DISCOVERY_THREADS) as pool:
            return list(pool.map(one, versions))

    def _space(self, resource: Resource, *choices: str) -> str:
        if not resource.namespaced:
            return ""
        return next((choice for choice in (*choices, self.namespace) if choice), "default")

    # --- reading ----------------------------------------------------------------------------------------------------

    def get(self, ref: Ref, *, deadline: Deadline | None = None) -> Object:
        """The live object. Raises NotFound."""
        resource = self.resource(ref.api_version, ref.kind, deadline=deadline)
        request = requests.get(resource, self._space(resource, ref.namespace), ref.name)
        return _object(self._send(request, deadline).json())

    def list(
        self,
        api_version: str,
        kind: str,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        metadata_only: bool = False,
        deadline: Deadline | None = None,
    ) -> Objects:
        """All objects of a kind, in all namespaces when `namespace` is empty. `metadata_only` leaves out all but metadata."""
        pages = self.pages(
            api_version,
            kind,
            namespace=namespace,
            label_selector=label_selector,
            field_selector=field_selector,
            metadata_only=metadata_only,
            deadline=deadline,
        )
        return [item for page in pages for item in page]

    def table(
        self,
        api_version: str,
        kind: str,
        *,
        namespace: str = "",
        name: str = "",
        label_selector: str = "",
        deadline: Deadline | None = None,
    ) -> Object:
        """One object by name, or those that carry the labels, as the server's Table (meta.k8s.io/v1), objects included.

        A server that makes no tables answers with the object or the list itself. Raises NotFound.
        """
        resource = self.resource(api_version, kind, deadline=deadline)
        request = requests.table(resource, self._space(resource, namespace), name, labels=label_selector)
        return _object(self._send(request, deadline).json())

    def pages(
        self,
        api_version: str,
        kind: str,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        metadata_only: bool = False,
        limit: int = requests.PAGE_SIZE,
        deadline: Deadline | None = None,
    ) -> Iterator[Objects]:
        """As `list`, page by page, so that a long list never lies in memory as a whole."""
        resource = self.resource(api_version, kind, deadline=deadline)
        token = ""
        while True:
            request = requests.list_page(
                resource,
                namespace,
                labels=label_selector,
                fields=field_selector,
                limit=limit,
                token=token,
                metadata_only=metadata_only,
            )
            try:
                page = self._send(request, deadline).json()
            except ClusterError as error:
                if error.code != "expired" or not token:
                    raise
                # The list grew too old while it was read; the server offers to go on with what is now (KEP-365).
                token = str(((error.status or {}).get("metadata") or {}).get("continue") or "")  # type: ignore[attr-defined]
                if not token:
                    raise
                continue
            yield _items(page, resource)
            token = (page.get("metadata") or {}).get("continue") or ""
            if not token:
                return

    # --- writing ----------------------------------------------------------------------------------------------------

    def create(
        self,
        body: Mapping[str, Any],
        *,
        namespace: str = "",
        field_manager: str = "",
        field_validation: str = "",
        dry_run: bool = False,
        deadline: Deadline | None = None,
    ) -> Object:
        """Creates the object and gives it as stored. Raises AlreadyExists."""
        resource, space, _ = self._target(body, namespace, deadline)
        request = requests.create(
            resource, space, body, field_manager=field_manager, field_validation=field_validation, dry_run=dry_run
        )
        return _object(self._send(request, deadline).json())

    def apply(
        self,
        body: Mapping[str, Any],
        *,
        namespace: str = "",
        field_manager: str = "",
        force: bool = False,
        field_validation: str = "",
        dry_run: bool = False,
        deadline: Deadline | None = None,
    ) -> Object:
        """Server-side apply. Raises Conflict, its `status` naming the other managers, unless `force`."""
        resource, space, name = self._target(body, namespace, deadline)
        request = requests.patch(
            resource,
            space,
            name,
            body,
            kind="apply",
            field_manager=field_manager,
            field_validation=field_validation,
            force=force,
            dry_run=dry_run,
        )
        return _object(self._send(request, deadline).json())

    def patch(
        self,
        ref: Ref,
        body: Any,
        *,
        kind: str,
        field_manager: str = "",
        field_validation: str = "",
        subresource: str = "",
        dry_run: bool = False,
        deadline: Deadline | None = None,
    ) -> Object:
        """Patches the object; `kind` is "strategic", "merge" or "json", `body` the patch as data or as bytes."""
        resource = self.resource(ref.api_version, ref.kind, deadline=deadline)
        request = requests.patch(
            resource,
            self._space(resource, ref.namespace),
            ref.name,
            body,
            kind=kind,
            field_manager=field_manager,
            field_validation=field_validation,
            subresource=subresource,
            dry_run=dry_run,
        )
        return _object(self._send(request, deadline).json())

    def replace(
        self,
        body: Mapping[str, Any],
        *,
        namespace: str = "",
        field_manager: str = "",
        field_validation: str = "",
        subresource: str = "",
        dry_run: bool = False,
        blindly: bool = False,
        deadline: Deadline | None = None,
    ) -> Object:
        """Replaces the object. With a resourceVersion in `body` only that state is replaced (Conflict). Without one the live object's
        is read first, as kubectl does; `blindly` leaves that out, which not every kind of object allows."""
        resource, space, name = self._target(body, namespace, deadline)
        metadata = body.get("metadata") or {}
        if not metadata.get("resourceVersion") and not blindly:
            live = self._send(requests.get(resource, space, name), deadline).json()
            version = (live.get("metadata") or {}).get("resourceVersion", "")
            body = {**body, "metadata": {**metadata, "resourceVersion": version}}
        request = requests.replace(
            resource,
            space,
            name,
            body,
            field_manager=field_manager,
            field_validation=field_validation,
            subresource=subresource,
            dry_run=dry_run,
        )
        return _object(self._send(request, deadline).json())

    def delete(
        self,
        ref: Ref,
        *,
        propagation: str = "",
        uid: str = "",
        resource_version: str = "",
        grace_seconds: int | None = None,
        dry_run: bool = False,
        deadline: Deadline | None = None,
    ) -> None:
        """Asks for the deletion of an object; with `uid` or `resource_version`, of that very one (Conflict). Raises NotFound."""
        resource = self.resource(ref.api_version, ref.kind, deadline=deadline)
        request = requests.delete(
            resource,
            self._space(resource, ref.namespace),
            ref.name,
            propagation=propagation,
            uid=uid,
            resource_version=resource_version,
            grace_seconds=grace_seconds,
            dry_run=dry_run,
        )
        self._send(request, deadline)

    def _target(self, body: Mapping[str, Any], namespace: str, deadline: Deadline | None) -> tuple[Resource, str, str]:
        ref = ref_of(body)
        resource = self.resource(ref.api_version, ref.kind, deadline=deadline)
        return resource, self._space(resource, ref.namespace, namespace), ref.name

    # --- watching ---------------------------------------------------------------------------------------------------

    def watch(
        self,
        api_version: str,
        kind: str,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        deadline: Deadline | None = None,
    ) -> Iterator[Event]:
        """All objects there are as one "LISTED" event, then every change, until the deadline or until the caller stops.

        A watch that ends is taken up where it ended. One that is too old (410) begins again with "LISTED". Raises when the server
        refuses, or when MAX_WATCH_FAILURES calls in a row fail.
        """
        resource = self.resource(api_version, kind, deadline=deadline)
        failures = 0
        version = ""
        while True:
            try:
                if not version:
                    objects, version = self._list_for_watch(resource, namespace, label_selector, field_selector, deadline)
                    yield Event("LISTED", {}, tuple(objects))
                request = requests.watch(
                    resource,
                    namespace,
                    labels=label_selector,
                    fields=field_selector,
                    resource_version=version,
                    seconds=WATCH_SECONDS,
                )
                for event, found in self._events(request, deadline):
                    failures = 0
                    version = (found.get("metadata") or {}).get("resourceVersion") or version
                    if event != "BOOKMARK":
                        yield Event(event, _with_kind(found, resource))
            except ClusterError as error:
                if error.code == "expired":
                    version = ""
                elif not (isinstance(error, Unreachable) or error.http_status in (429, 500, 503, 504)):
                    raise
                failures += 1
                if failures > MAX_WATCH_FAILURES:
                    raise
                self._pause(min(0.1 * 2**failures, 5.0), deadline)

    def _list_for_watch(
        self, resource: Resource, namespace: str, labels: str, fields: str, deadline: Deadline | None
    ) -> tuple[Objects, str]:
        request = requests.list_page(resource, namespace, labels=labels, fields=fields, limit=0)
        page = self._send(request, deadline).json()
        return _items(page, resource), (page.get("metadata") or {}).get("resourceVersion") or "0"

    def _events(self, request: Request, deadline: Deadline | None) -> Iterator[tuple[str, Object]]:
        import json

        with self.transport.stream(request, deadline or self.deadline) as stream:
            for line in stream.lines():
                try:
                    event = json.loads(line)
                    kind, found = event["type"], event["object"]
                except (ValueError, KeyError, TypeError, RecursionError) as error:
                    raise ClusterError(
                        f"unable to decode an event from the watch stream: {error}", code="answer-invalid"
                    ) from error
                if kind == "ERROR":
                    raise statuses.from_status(found)
                yield kind, found

    def _pause(self, seconds: float, deadline: Deadline | None) -> None:
        import time

        deadline = deadline or self.deadline
        if deadline is not None:
            deadline.check()
            seconds = deadline.remaining(seconds)
        time.sleep(seconds)

    # --- logs -------------------------------------------------------------------------------------------------------

    def logs(
        self,
        namespace: str,
        pod: str,
        *,
        container: str = "",
        previous: bool = False,
        tail: int | None = None,
        deadline: Deadline | None = None,
    ) -> str:
        """What a container has written so far."""
        request = requests.logs(namespace or self.namespace, pod, container=container, previous=previous, tail=tail)
        text: str = self._send(request, deadline).body.decode("utf-8", "replace")
        return text

    def follow_logs(
        self, namespace: str, pod: str, *, container: str = "", tail: int | None = None, deadline: Deadline | None = None
    ) -> Stream:
        """A stream of what a container writes, until it ends or the caller closes it."""
        request = requests.logs(namespace or self.namespace, pod, container=container, follow=True, tail=tail)
        return self.transport.stream(request, deadline or self.deadline)

    def _send(self, request: Request, deadline: Deadline | None, *, trust_status: bool = True) -> Any:
        return self.transport.send(request, deadline or self.deadline, trust_status=trust_status)


def _object(found: Any) -> Object:
    if not isinstance(found, dict):
        raise ClusterError("the server answered with something that is no object", code="answer-invalid")
    if found.get("kind") == "Status" and found.get("apiVersion") == "v1" and found.get("status") == "Failure":
        raise statuses.from_status(found)
    return found


def _items(page: Any, resource: Resource) -> Objects:
    items = page.get("items") if isinstance(page, dict) else None
    if items is None:
        return []
    return [_with_kind(item, resource) for item in items]


def _with_kind(item: Object, resource: Resource) -> Object:
    """Items of a list do not say what they are."""
    if "kind" not in item or item["kind"] == "PartialObjectMetadata":
        item = {**item, "apiVersion": resource.api_version, "kind": resource.kind}
    return item
