"""What a call to the Kubernetes API looks like: verb, resource and object become method, path, query and body, and nothing is sent.

Sources: the API conventions; client-go rest/request.go (checks of names, order of the query) and cli-runtime resource/helper.go.
"""

from __future__ import annotations

from steersman.errors import UsageError
from steersman.golang.strconv import quote
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

JSON = "application/json"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
"""Asks for rows and columns for people, as the server makes them for kubectl."""
PATCH_TYPES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}
PROPAGATION = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}
PAGE_SIZE = 500
"""Objects a list call asks for at a time (client-go: pager)."""


class Resource(Record):
    """What serves objects of one kind: the plural in the path, and what may be done with it."""

    group: str
    version: str
    name: str
    kind: str
    namespaced: bool
    verbs: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    subresources: tuple[tuple[str, str], ...] = ()
    """(name, kind) of each subresource: ("status", "Deployment"), ("scale", "Scale")."""

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def group_resource(self) -> str:
        """As errors name it (apimachinery: schema.GroupResource.String)."""
        return f"{self.name}.{self.group}" if self.group else self.name


class Request(Record):
    """One call, not yet sent. `resource` and `name` are for error texts."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    content_type: str = JSON
    accept: str = JSON
    resource: str = ""
    name: str = ""

    @property
    def target(self) -> str:
        """Path and query, the query in Go's order and escaping."""
        if not self.query:
            return self.path
        from urllib.parse import urlencode

        return f"{self.path}?{urlencode(sorted(self.query))}"


def collection(resource: Resource, namespace: str = "") -> str:
    """The path of all objects of a kind, in one namespace when it is given and the kind has them."""
    base = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    if namespace and resource.namespaced:
        base += f"/namespaces/{_segment(namespace)}"
    return f"{base}/{resource.name}"


def _segment(text: str) -> str:
    from urllib.parse import quote as escape

    return escape(text, safe=":@!$&'()*+,;=~")


def _item(resource: Resource, namespace: str, name: str, subresource: str = "") -> str:
    if not name:
        raise UsageError("resource name may not be empty")
    wrong = ["may not be '.'"] if name == "." else ["may not be '..'"] if name == ".." else []
    wrong += [f"may not contain '{character}'" for character in "/%" if character in name]
    if wrong:
        raise UsageError(f"invalid resource name {quote(name)}: [{' '.join(wrong)}]")
    path = f"{collection(resource, namespace)}/{_segment(name)}"
    return f"{path}/{subresource}" if subresource else path


def _query(**given: str | int | bool | None) -> tuple[tuple[str, str], ...]:
    """Parameters by Kubernetes' names, those that say nothing left out."""
    found = []
    for key, value in given.items():
        if value is None or value == "" or value is False:
            continue
        found.append((key, "true" if value is True else str(value)))
    return tuple(found)


def _dump(body: object) -> bytes:
    import json

    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def get(resource: Resource, namespace: str, name: str, *, subresource: str = "") -> Request:
    return Request("GET", _item(resource, namespace, name, subresource), resource=resource.group_resource, name=name)


def table(resource: Resource, namespace: str, name: str = "", *, labels: str = "") -> Request:
    """One object, or all that carry these labels, as a Table whose rows hold the objects whole."""
    query = _query(labelSelector=labels, includeObject="Object")
    path = _item(resource, namespace, name, "") if name else collection(resource, namespace)
    return Request("GET", path, query, accept=TABLE, resource=resource.group_resource, name=name)


def list_page(
    resource: Resource,
    namespace: str = "",
    *,
    labels: str = "",
    fields: str = "",
    limit: int = PAGE_SIZE,
    token: str = "",
    resource_version: str = "",
    metadata_only: bool = False,
) -> Request:
    """One page of a list; `token` is the `continue` of the page before."""
    query = _query(
        labelSelector=labels,
        fieldSelector=fields,
        limit=limit or None,
        **{"continue": token},
        resourceVersion=None if token else resource_version,
    )
    accept = METADATA_LIST if metadata_only else JSON
    return Request("GET", collection(resource, namespace), query, accept=accept, resource=resource.group_resource)


def watch(
    resource: Resource,
    namespace: str = "",
    *,
    labels: str = "",
    fields: str = "",
    resource_version: str = "",
    seconds: int | None = None,
) -> Request:
    query = _query(
        labelSelector=labels,
        fieldSelector=fields,
        resourceVersion=resource_version,
        allowWatchBookmarks=True,
        timeoutSeconds=seconds,
        watch=True,
    )
    return Request("GET", collection(resource, namespace), query, resource=resource.group_resource)


def create(
    resource: Resource,
    namespace: str,
    body: Mapping[str, Any],
    *,
    field_manager: str = "",
    field_validation: str = "",
    dry_run: bool = False,
    subresource: str = "",
    name: str = "",
) -> Request:
    path = _item(resource, namespace, name, subresource) if subresource else collection(resource, namespace)
    query = _query(fieldManager=field_manager, fieldValidation=field_validation, dryRun="All" if dry_run else "")
    return Request("POST", path, query, _dump(body), resource=resource.group_resource)


def patch(
    resource: Resource,
    namespace: str,
    name: str,
    body: object,
    *,
    kind: str,
    field_manager: str = "",
    field_validation: str = "",
    force: bool | None = None,
    dry_run: bool = False,
    subresource: str = "",
) -> Request:
    """`kind` is a key of PATCH_TYPES; `force` only goes with "apply". `body` is data, or bytes sent as they are."""
    query = _query(fieldManager=field_manager, fieldValidation=field_validation, dryRun="All" if dry_run else "")
    if force is not None:
        query += (("force", "true" if force else "false"),)
    data = body if isinstance(body, bytes) else _dump(body)
    path = _item(resource, namespace, name, subresource)
    return Request("PATCH", path, query, data, PATCH_TYPES[kind], resource=resource.group_resource, name=name)


def replace(
    resource: Resource,
    namespace: str,
    name: str,
    body: Mapping[str, Any],
    *,
    field_manager: str = "",
    field_validation: str = "",
    dry_run: bool = False,
    subresource: str = "",
) -> Request:
    query = _query(fieldManager=field_manager, fieldValidation=field_validation, dryRun="All" if dry_run else "")
    path = _item(resource, namespace, name, subresource)
    return Request("PUT", path, query, _dump(body), resource=resource.group_resource, name=name)


def delete(
    resource: Resource,
    namespace: str,
    name: str,
    *,
    propagation: str = "",
    uid: str = "",
    resource_version: str = "",
    grace_seconds: int | None = None,
    dry_run: bool = False,
) -> Request:
    """`propagation` is background, foreground or orphan in any case; `uid` and `resource_version` are conditions."""
    options: dict[str, Any] = {"kind": "DeleteOptions", "apiVersion": "v1"}
    if propagation:
        options["propagationPolicy"] = PROPAGATION.get(propagation.lower(), propagation)
    conditions = {key: value for key, value in (("uid", uid), ("resourceVersion", resource_version)) if value}
    if conditions:
        options["preconditions"] = conditions
    if grace_seconds is not None:
        options["gracePeriodSeconds"] = grace_seconds
    if dry_run:
        options["dryRun"] = ["All"]
    path = _item(resource, namespace, name)
    return Request("DELETE", path, (), _dump(options), resource=resource.group_resource, name=name)


PODS = Resource("", "v1", "pods", "Pod", True)


def logs(
    namespace: str,
    pod: str,
    *,
    container: str = "",
    follow: bool = False,
    previous: bool = False,
    tail: int | None = None,
    since_seconds: int | None = None,
    timestamps: bool = False,
) -> Request:
    query = _query(
        container=container,
        follow=follow,
        previous=previous,
        tailLines=tail,
        sinceSeconds=since_seconds,
        timestamps=timestamps,
    )
    path = _item(PODS, namespace, pod, "log")
    return Request("GET", path, query, accept="application/json, */*", resource="pods", name=pod)
