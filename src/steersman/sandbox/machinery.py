"""The API server itself, without a network: a Request in, a Response out, over the store.

Theory of operation. `Api.answer` takes a request through the same doors as kube-apiserver: route → authorize → decode → default →
record who manages which fields → admit and prepare (`strategy`) → validate → store. Each verb is a method; what it refuses it
raises as `Refused`, which `answer` turns into a Status. Time, uids and random suffixes come from the World given. Nothing here
blocks: a watch is answered with a `Watch`, which the front asks for lines when the store has changed. The Api has no lock of its
own: whoever calls it from several threads holds one.
"""

from __future__ import annotations

import base64
import copy
import datetime
import json

from steersman.errors import GoError
from steersman.objects import patches
from steersman.records import Record
from steersman.sandbox import apply as applying
from steersman.sandbox import columns, discovery, fields, patching, protobuf, refusals, selectors, strategy, validation
from steersman.sandbox.authorization import authorize, refusal
from steersman.sandbox.kinds import Kinds, Resource, Subresource
from steersman.sandbox.messages import Attributes, Decision, Request, Response, User
from steersman.sandbox.refusals import Cause, Refused
from steersman.sandbox.schema import WrongType, read_json
from steersman.sandbox.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

MAX_BODY = 3 * 1024 * 1024
MAX_NAME_ATTEMPTS = 8
SERVER = "kube-apiserver"
GARBAGE_FINALIZERS = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}
INITIAL_EVENTS_END = "k8s.io/initial-events-end"
DEFINITIONS = "apiextensions.k8s.io/customresourcedefinitions"
CUSTOM_CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
PROTECTED_NAMESPACES = ("default", "kube-system", "kube-public")
CREATE_ON_UPDATE = {"/endpoints", "coordination.k8s.io/leases"}
PATCHES = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
    "application/apply-patch+yaml": "apply",
}
JSON_TYPES = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")


class World(Record):
    """What the machinery asks of the world: the time in seconds, a fresh uid, five random letters."""

    now: Callable[[], float]
    uid: Callable[[], str]
    suffix: Callable[[], str]


class Route(Record):
    """Where a request goes."""

    resource: Resource
    subresource: Subresource | None
    namespace: str
    name: str
    verb: str


def timestamp(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Api:
    """The served kinds, the store, and the verbs. `handlers` may add subresources: "pods/log" → (route, request) → Response."""

    def __init__(
        self,
        world: World,
        *,
        kinds: Kinds | None = None,
        store: Store | None = None,
        authorizer: Callable[[Attributes, User], Decision] = authorize,
    ) -> None:
        self.world = world
        self.kinds = kinds or Kinds()
        self.store = store or Store()
        self.schema = self.kinds.schema
        self.authorize = authorizer
        self.allocations = strategy.Allocations(self.store)
        self.handlers: dict[str, Callable[[Route, Request], Response]] = {}

    @property
    def now(self) -> str:
        return timestamp(self.world.now())

    # --- the way in -------------------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Response:
        """The response, whatever the request is."""
        try:
            return self._answer(request)
        except Refused as refused:
            return Response(refused.code, refused.status(), headers=refused.headers)
        except RecursionError:
            return Response(400, refusals.bad_request("exceeded max depth").status())

    def _answer(self, request: Request) -> Response:
        if len(request.body) > MAX_BODY:
            raise refusals.too_large(MAX_BODY)
        route = self.route(request)
        if isinstance(route, Route):
            self._authorized(self._attributes(route, request), request.user)
            return self._serve(route, request)
        self._authorized(Attributes(verb=request.method.lower(), path=request.path), request.user)
        if route is not None:
            raise route
        found = discovery.answer(self.kinds, request, self.world)
        if found is None:
            return Response(404, "404 page not found\n", "text/plain; charset=utf-8")
        return found

    def _authorized(self, attributes: Attributes, user: User) -> None:
        decision = self.authorize(attributes, user)
        if decision.allowed:
            return
        why = refusal(attributes, user) + (f": {decision.reason}" if decision.reason else "")
        if not attributes.resource:
            raise Refused(403, "Forbidden", f"forbidden: {why}", {})
        raise refusals.forbidden(attributes.group, attributes.resource, attributes.name, why)

    def _attributes(self, route: Route, request: Request) -> Attributes:
        return Attributes(
            verb=route.verb,
            path=request.path,
            group=route.resource.group,
            version=route.resource.version,
            resource=route.resource.name,
            subresource=route.subresource.name if route.subresource else "",
            namespace=route.namespace,
            name=route.name,
        )

    def route(self, request: Request) -> Route | Refused | None:
        """The resource meant by the path; None for what is no resource; a refusal for what the group does not serve."""
        parts = [part for part in request.path.split("/") if part]
        if parts[:1] == ["api"] and len(parts) >= 3:
            group, version, rest = "", parts[1], parts[2:]
        elif parts[:1] == ["apis"] and len(parts) >= 4:
            group, version, rest = parts[1], parts[2], parts[3:]
        else:
            if (parts[:1] == ["api"] and len(parts) == 2) or (parts[:1] == ["apis"] and len(parts) == 3):
                group, version = (parts[1], parts[2]) if len(parts) == 3 else ("", parts[1])
                if self.kinds.is_served(group) and not self.kinds.is_served(group, version):
                    return refusals.no_such_resource()
            return None
        namespace = ""
        if (
            rest[0] == "namespaces"
            and len(rest) >= 3
            and not (len(rest) == 3 and rest[2] in ("status", "finalize") and not group)
        ):
            namespace, rest = rest[1], rest[2:]
        resource = self.kinds.find(group, version, rest[0])
        if resource is None or (resource.namespaced != bool(namespace) and (namespace or len(rest) > 1)):
            if group not in self.kinds.builtin_groups:
                return None
            return refusals.no_such_resource()
        name = rest[1] if len(rest) > 1 else ""
        subresource = None
        if len(rest) > 2:
            subresource = resource.subresource(rest[2])
            if subresource is None or (len(rest) > 3 and rest[2] != "proxy"):
                return refusals.no_such_resource() if resource.custom is None else None
        verb = self._verb(request, resource, name, subresource)
        allowed = subresource.verbs if subresource else resource.verbs
        if verb == "" or verb not in allowed:
            return refusals.method_not_allowed()
        if resource.namespaced and not namespace and verb == "create":
            return refusals.method_not_allowed()
        if not resource.namespaced and resource.key == "/namespaces":
            namespace = name
        return Route(resource, subresource, namespace, name, verb)

    def _verb(self, request: Request, resource: Resource, name: str, subresource: Subresource | None) -> str:
        method = request.method
        if method in ("GET", "HEAD"):
            if name:
                return "get"
            return "watch" if request.flag("watch") else "list"
        if method == "POST":
            return "create" if not name or subresource else ""
        if method == "PUT":
            return "update" if name else ""
        if method == "PATCH":
            return "patch" if name else ""
        if method == "DELETE":
            return "delete" if name else "deletecollection"
        return ""

    def _serve(self, route: Route, request: Request) -> Response:
        resource, sub = route.resource, route.subresource
        if sub is not None:
            handler = self.handlers.get(f"{resource.name}/{sub.name}")
            if handler is not None:
                return handler(route, request)
            if sub.name == "scale":
                return self._scale(route, request)
            if sub.name == "finalize":
                return self._finalize(route, request)
            if sub.name == "eviction":
                return self._evict(route, request)
            if sub.name == "binding" and resource.key == "/pods":
                return self._bind(route, request)
            if sub.name not in ("status", "resize", "ephemeralcontainers", "approval"):
                raise Refused(
                    501, "NotImplemented", f"the sandbox does not serve {resource.name}/{sub.name}", {"name": route.name}
                )
        if resource.group in ("authorization.k8s.io", "authentication.k8s.io"):
            return self._review(route, request)
        verbs: dict[str, Callable[[Route, Request], Response]] = {
            "get": self._get,
            "list": self._list,
            "watch": self._watch,
            "create": self._create,
            "update": self._update,
            "patch": self._patch,
            "delete": self._delete,
            "deletecollection": self._delete_collection,
        }
        return verbs[route.verb](route, request)

    # --- reading ----------------------------------------------------------------------------------------------------------

    def existing(self, route: Route) -> dict[str, Any]:
        """The object the route names. Raises Refused (NotFound)."""
        resource = route.resource
        namespace = route.namespace if resource.namespaced else ""
        found = self.store.get(resource.key, namespace, route.name)
        if found is None:
            raise refusals.not_found(resource.group, resource.name, route.name)
        return self.versioned(found, resource)

    def versioned(self, obj: dict[str, Any], resource: Resource) -> dict[str, Any]:
        """The object in the version of this resource."""
        if obj["apiVersion"] == resource.api_version and obj["kind"] == resource.kind:
            return obj
        return {**obj, "apiVersion": resource.api_version, "kind": resource.kind}

    def _get(self, route: Route, request: Request) -> Response:
        view = View.of(request, route.resource, self.world)
        revision = request.option("resourceVersion")
        if revision and int(_whole(revision)) > self.store.revision:
            raise _too_large_revision(revision, self.store.revision)
        return view.one(self.existing(route))

    def _selection(self, route: Route, request: Request) -> Callable[[dict[str, Any]], bool]:
        try:
            by_labels = selectors.labels(request.option("labelSelector"))
            terms = selectors.fields(request.option("fieldSelector"))
        except selectors.BadSelector as error:
            raise refusals.bad_request(str(error)) from None
        resource = route.resource
        known = _FIELD_SELECTORS.get(resource.key, ())
        selectable = tuple(
            field.get("jsonPath", "").removeprefix(".") for field in (resource.custom or {}).get("selectableFields") or ()
        )
        for path, _, _ in terms:
            if path not in ("metadata.name", "metadata.namespace", *known, *selectable):
                raise refusals.bad_request(_unknown_field(resource, path))
        if route.name and not terms:
            terms = [("metadata.name", True, route.name)]

        def test(obj: dict[str, Any]) -> bool:
            if not by_labels(obj["metadata"].get("labels") or {}):
                return False
            return all((_field(obj, path) == value) == equal for path, equal, value in terms)

        return test

    def _list(self, route: Route, request: Request) -> Response:
        resource = route.resource
        view = View.of(request, resource, self.world)
        limit = _number(request.option("limit"))
        test = self._selection(route, request)
        revision = request.option("resourceVersion")
        if revision and int(_whole(revision)) > self.store.revision:
            raise _too_large_revision(revision, self.store.revision)
        namespace = route.namespace if resource.namespaced else ""
        items = [self.versioned(obj, resource) for obj in self.store.all(resource.key, namespace) if test(obj)]
        meta: dict[str, Any] = {"resourceVersion": str(self.store.revision)}
        start = request.option("continue")
        if start:
            place, told = _continued(start)
            if self.store.is_too_old(resource.key, told):
                raise refusals.expired(
                    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
                    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
                    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
                    "deleted between the time the first chunk was returned and now may show up in the list."
                )
            meta["resourceVersion"] = str(told)
            items = [obj for obj in items if (obj["metadata"].get("namespace", ""), obj["metadata"]["name"]) > place]
        if limit and len(items) > limit:
            last = items[limit - 1]["metadata"]
            meta["continue"] = _token((last.get("namespace", ""), last["name"]), int(meta["resourceVersion"]))
            if not request.option("labelSelector") and not request.option("fieldSelector"):
                meta["remainingItemCount"] = len(items) - limit
            items = items[:limit]
        return view.many(items, meta)

    def _watch(self, route: Route, request: Request) -> Response:
        resource = route.resource
        view = View.of(request, resource, self.world, watch=True)
        test = self._selection(route, request)
        revision = request.option("resourceVersion")
        if revision and not revision.isdigit():
            message = f'resourceVersion: Invalid value: "{revision}": strconv.ParseUint: parsing "{revision}": invalid syntax'
            raise Refused(500, "", message)
        namespace = route.namespace if resource.namespaced else ""
        initial = request.option("sendInitialEvents")
        if initial and request.option("resourceVersionMatch") != "NotOlderThan":
            why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
            cause = Cause("resourceVersionMatch", f"Forbidden: {why}", "FieldValueForbidden")
            raise refusals.invalid("meta.k8s.io", "ListOptions", "", [cause])
        start = int(revision or 0)
        watch = Watch(
            self,
            resource,
            namespace,
            test,
            view,
            start=None
            if initial in ("true", "1") or (start == 0 and initial not in ("false", "0"))
            else start or self.store.revision,
            bookmarks=request.flag("allowWatchBookmarks"),
            announce=initial in ("true", "1"),
            seconds=_number(request.option("timeoutSeconds")),
        )
        return Response(200, None, view.content_type, stream=watch)

    # --- writing ----------------------------------------------------------------------------------------------------------

    def _create(self, route: Route, request: Request) -> Response:
        resource = route.resource
        view = View.of(request, resource, self.world)
        self._options(request, "CreateOptions")
        body = self._body(request, resource)
        obj, warnings = self._decoded(body, resource, request)
        metadata = dict(obj.get("metadata") or {})
        namespace = metadata.get("namespace", "")
        if resource.namespaced:
            if namespace and namespace != route.namespace:
                raise refusals.bad_request(
                    "the namespace of the provided object does not match the namespace sent on the request"
                )
            metadata["namespace"] = route.namespace
        else:
            if namespace:
                raise refusals.bad_request("namespace is not allowed on this type")
            metadata.pop("namespace", None)
        if metadata.get("resourceVersion"):
            raise Refused(500, "", "resourceVersion should not be set on objects to be created")
        obj["metadata"] = metadata
        if resource.node is not None:
            manager = applying.Manager(self._manager(request), "Update", resource.api_version)
            obj = applying.update(
                self.schema,
                resource.node,
                None,
                self._unstatused(obj, resource),
                manager,
                self.now,
                _STATUS_FIELDS if resource.has_status else (),
            )
        stored = self.create(resource, obj, dry_run=self._dry_run(request))
        return view.one(stored, 201, warnings)

    def create(self, resource: Resource, obj: dict[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
        """Admits, completes, validates and stores a decoded object. Raises Refused."""
        obj = copy.deepcopy(obj)
        metadata = obj["metadata"]
        if resource.namespaced:
            self._namespace_takes(resource, metadata["namespace"], metadata.get("name", ""))
        generate = metadata.get("generateName", "")
        if not metadata.get("name") and generate:
            for _ in range(MAX_NAME_ATTEMPTS):
                metadata["name"] = generate[: validation.MAX_LABEL - 5] + self.world.suffix()
                if self.store.get(resource.key, metadata.get("namespace", ""), metadata["name"]) is None:
                    break
        for field in ("selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion"):
            metadata.pop(field, None)
        metadata["uid"] = self.world.uid()
        metadata["creationTimestamp"] = self.now
        if resource.key in strategy.GENERATIONS or resource.custom is not None:
            metadata["generation"] = 1
        obj = self._unstatused(obj, resource)
        prepare = strategy.CREATE.get(resource.key)
        if prepare is not None:
            prepare(obj, self.allocations)
        causes = validation.check(resource.key, obj)
        causes += self._custom_causes(resource, obj)
        if causes:
            raise refusals.invalid(resource.group, resource.kind, metadata.get("name", ""), causes)
        if self.store.get(resource.key, metadata.get("namespace", ""), metadata["name"]) is not None:
            raise refusals.already_exists(resource.group, resource.name, metadata["name"])
        if dry_run:
            return obj
        stored = self.store.put(resource.key, _ordered(obj))
        if resource.key == DEFINITIONS:
            self.establish(stored)
        return stored

    def establish(self, definition: dict[str, Any]) -> None:
        """Serves what a CustomResourceDefinition defines, and says so in its status, as the API server itself does."""
        self.kinds.define(definition)
        status = definition.get("status") or {}
        names = {key: value for key, value in definition["spec"]["names"].items() if key != "categories" or value}
        conditions = [item for item in status.get("conditions") or () if item["type"] not in ("NamesAccepted", "Established")]
        known = {item["type"]: item for item in status.get("conditions") or ()}
        for kind, reason, message in (
            ("NamesAccepted", "NoConflicts", "no conflicts found"),
            ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ):
            conditions.append(
                known.get(kind)
                or {"type": kind, "status": "True", "lastTransitionTime": self.now, "reason": reason, "message": message}
            )
        stored = [version["name"] for version in definition["spec"]["versions"] if version.get("storage")]
        new_status = {
            "conditions": conditions,
            "acceptedNames": names,
            "storedVersions": list(dict.fromkeys([*(status.get("storedVersions") or ()), *stored])),
        }
        if new_status != status:
            resource = self.kinds.by_key(DEFINITIONS)
            assert resource is not None
            manager = applying.Manager(SERVER, "Update", resource.api_version, "status")
            self.write(resource, definition, {**definition, "status": new_status}, manager, resource.subresource("status"))

    def _unstatused(self, obj: dict[str, Any], resource: Resource) -> dict[str, Any]:
        """The object with the status that a new one has."""
        if not resource.has_status:
            return obj
        obj = {key: value for key, value in obj.items() if key != "status"}
        properties = self.schema.resolve(resource.node or {}).get("properties", {})
        if resource.custom is None and "status" in properties and properties["status"].get("default") == {}:
            empty = self.schema.decode(properties["status"], {}).value
            obj["status"] = empty
        return obj

    def _namespace_takes(self, resource: Resource, namespace: str, name: str) -> None:
        found = self.store.get("/namespaces", "", namespace)
        if found is None:
            raise refusals.not_found("", "namespaces", namespace)
        if found["metadata"].get("deletionTimestamp"):
            why = f"unable to create new content in namespace {namespace} because it is being terminated"
            refused = refusals.forbidden(resource.group, resource.name, name, why)
            assert refused.details is not None
            refused.details["causes"] = [
                {
                    "reason": "NamespaceTerminating",
                    "message": f"namespace {namespace} is being terminated",
                    "field": "metadata.namespace",
                }
            ]
            raise refused

    def _update(self, route: Route, request: Request) -> Response:
        resource = route.resource
        view = View.of(request, resource, self.world)
        self._options(request, "UpdateOptions")
        body = self._body(request, resource)
        obj, warnings = self._decoded(body, resource, request)
        metadata = obj.get("metadata") or {}
        name = metadata.get("name", "")
        if not name:
            raise refusals.bad_request(
                f"the name of the object ({route.name} based on URL) was undeterminable: name must be provided"
            )
        if name != route.name:
            raise refusals.bad_request(f"the name of the object ({name}) does not match the name on the URL ({route.name})")
        if resource.namespaced and metadata.get("namespace", route.namespace) != route.namespace:
            raise refusals.bad_request("the namespace of the provided object does not match the namespace sent on the request")
        try:
            old = self.existing(route)
        except Refused:
            if resource.key in CREATE_ON_UPDATE and route.subresource is None:
                return self._create(route.replace(name=""), request)
            raise
        if resource.custom is not None and not metadata.get("resourceVersion"):
            cause = Cause("metadata.resourceVersion", "Invalid value: 0: must be specified for an update")
            raise refusals.invalid(resource.group, resource.name, name, [cause])
        manager = applying.Manager(
            self._manager(request), "Update", resource.api_version, route.subresource.name if route.subresource else ""
        )
        stored = self.write(resource, old, obj, manager, route.subresource, dry_run=self._dry_run(request))
        return view.one(stored, 200, warnings)

    def write(
        self,
        resource: Resource,
        old: dict[str, Any],
        obj: dict[str, Any],
        manager: applying.Manager | None,
        subresource: Subresource | None = None,
        *,
        dry_run: bool = False,
    ) -> dict[str, Any]:
        """Stores a decoded object over the old one. `manager` None: its managedFields are right already. Raises Refused."""
        old_meta = old["metadata"]
        name = old_meta["name"]
        metadata = dict(obj.get("metadata") or {})
        wanted = metadata.get("resourceVersion")
        if metadata.get("uid") and metadata["uid"] != old_meta["uid"]:
            raise refusals.conflict(resource.group, resource.name, name, self._precondition(resource, old, metadata["uid"]))
        if wanted and wanted != old_meta["resourceVersion"]:
            raise refusals.conflict(resource.group, resource.name, name)
        for field in (
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "generateName",
            "resourceVersion",
        ):
            metadata.pop(field, None)
            if field in old_meta:
                metadata[field] = old_meta[field]
        new = copy.deepcopy({**obj, "metadata": metadata})
        part = subresource.name if subresource else ""
        if part == "status":
            new = {**copy.deepcopy(old), "status": new.get("status", {})}
            if "status" not in obj:
                new.pop("status", None)
            new["metadata"] = {**old_meta, **{k: v for k, v in metadata.items() if k in ("managedFields",)}}
        elif resource.has_status:
            new.pop("status", None)
            if "status" in old:
                new["status"] = old["status"]
        ignored = _SPEC_FIELDS if part == "status" else _STATUS_FIELDS if resource.has_status else ()
        if manager is not None and resource.node is not None:
            new = applying.update(self.schema, resource.node, old, new, manager, self.now, ignored)
        prepare = strategy.UPDATE.get(resource.key)
        if prepare is not None and not part:
            prepare(old, new, self.allocations)
        if part != "status" and "generation" in old_meta and self._is_wanted_otherwise(resource, old, new):
            new["metadata"]["generation"] = old_meta["generation"] + 1
        if part != "status":
            causes = validation.check(resource.key, new, old)
            causes += self._custom_causes(resource, new)
            if causes:
                raise refusals.invalid(resource.group, resource.kind, name, causes)
        if new == old:
            return old
        if dry_run:
            return new
        if new["metadata"].get("finalizers") == []:
            del new["metadata"]["finalizers"]
        stored = self.store.put(resource.key, _ordered(new))
        if self._is_over(resource, stored):
            self.store.remove(resource.key, old_meta.get("namespace", ""), name)
            if resource.key == DEFINITIONS:
                self.kinds.forget(name)
        elif resource.key == DEFINITIONS and not part:
            self.establish(stored)
        return stored

    def _is_over(self, resource: Resource, obj: Mapping[str, Any]) -> bool:
        """Whether an object that is being deleted has nothing left that holds it."""
        meta = obj["metadata"]
        if not meta.get("deletionTimestamp") or meta.get("finalizers") or meta.get("deletionGracePeriodSeconds"):
            return False
        return not (resource.key == "/namespaces" and (obj.get("spec") or {}).get("finalizers"))

    def _is_wanted_otherwise(self, resource: Resource, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        apart = {"metadata", "apiVersion", "kind"}
        if resource.has_status or resource.custom is None:
            apart.add("status")
        keys = {*old, *new} - apart
        return any(old.get(key) != new.get(key) for key in keys)

    def _precondition(self, resource: Resource, old: Mapping[str, Any], uid: str) -> str:
        meta = old["metadata"]
        place = f"{resource.group}/{resource.name}" if resource.custom is not None else resource.name
        key = "/".join(part for part in ("/registry", place, meta.get("namespace", ""), meta["name"]) if part)
        return (
            f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: "
            f"Precondition failed: UID in precondition: {uid}, UID in object meta: {meta['uid']}"
        )

    def _patch(self, route: Route, request: Request) -> Response:
        resource = route.resource
        view = View.of(request, resource, self.world)
        media = request.headers.get("content-type", "").partition(";")[0].strip()
        kind = PATCHES.get(media)
        if kind is None or (kind == "strategic" and resource.custom is not None):
            if resource.custom is not None and media in (*PATCHES, "application/json"):
                known = "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
                message = f"the body of the request was in an unknown format - accepted media types include: {known}"
                raise refusals.unsupported_media_type(message, details=False)
            raise refusals.unsupported_media_type()
        self._options(request, "PatchOptions", applies=kind == "apply")
        if kind == "apply":
            return self._apply(route, request, view)
        old = self.existing(route)
        try:
            patch = read_json(request.body)
        except ValueError:
            raise refusals.bad_request("invalid JSON patch" if kind == "merge" else _json_error(request.body)) from None
        try:
            if kind == "json":
                new = patching.json_patch(old, patch)
            elif kind == "merge":
                new = patches.apply_json_merge(old, patch)
            else:
                new = patches.apply_strategic(old, patch, resource.api_version, resource.kind)
                patch = _Strategic(patch)
        except GoError as error:
            raise refusals.bad_request(str(error)) from None
        except patching.Malformed as error:
            raise refusals.bad_request(f"error decoding patch: {error}") from None
        except patching.BadPatch as error:
            if kind == "json":
                raise refusals.unprocessable() from None
            raise refusals.bad_request(str(error)) from None
        if not isinstance(new, dict):
            raise refusals.unprocessable()
        obj, warnings = self._decoded(new, resource, request, patch=patch)
        if (obj.get("metadata") or {}).get("name") != route.name:
            raise refusals.bad_request(
                f"the name of the object ({(obj.get('metadata') or {}).get('name')}) does not match the name on the URL ({route.name})"
            )
        uid = obj["metadata"].get("uid")
        if uid and uid != old["metadata"]["uid"]:
            raise refusals.invalid(
                resource.group, resource.kind, route.name, [validation.wrong("metadata.uid", uid, validation.IMMUTABLE)]
            )
        manager = applying.Manager(
            self._manager(request), "Update", resource.api_version, route.subresource.name if route.subresource else ""
        )
        stored = self.write(resource, old, obj, manager, route.subresource, dry_run=self._dry_run(request))
        return view.one(stored, 200, warnings)

    def _apply(self, route: Route, request: Request, view: View) -> Response:
        resource = route.resource
        config = self._loaded(request, resource)
        if config.get("apiVersion", "") != resource.api_version or config.get("kind", "") != resource.kind:
            group, version = discovery.parted(str(config.get("apiVersion", "")))
            if not config.get("kind"):
                raise refusals.bad_request(f"invalid object type: {group}/{version}, Kind={config.get('kind', '')}")
            told = f"{config.get('apiVersion')}, Kind={config['kind']}"
            raise refusals.bad_request(f"invalid object type: {told}")
        if (config.get("metadata") or {}).get("managedFields"):
            raise refusals.bad_request("metadata.managedFields must be nil")
        node = resource.node or {}
        misfits = fields.misfits(self.schema, node, config)
        if misfits:
            told = misfits[0] if len(misfits) == 1 else "errors:\n  " + "\n  ".join(misfits)
            raise Refused(500, "", f"failed to create typed patch object ({self._called(route, config, resource)}): {told}")
        try:
            decoded = self.schema.decode(node, config, custom=resource.custom is not None, apply=True)
        except WrongType as error:
            group_version = f"{resource.group}/{resource.version}, Kind={resource.kind}"
            why = f"error decoding from json: {error}" if "base64" in str(error) else str(error)
            message = (
                f"failed to convert new object ({self._called(route, config, resource)}) to proper version: "
                f"unable to convert unstructured object to {group_version}: {why}"
            )
            raise Refused(500, "", message) from None
        config = decoded.value
        metadata = dict(config.get("metadata") or {})
        manager = applying.Manager(
            self._manager(request), "Apply", resource.api_version, route.subresource.name if route.subresource else ""
        )
        ignored = _SPEC_FIELDS if manager.subresource == "status" else _STATUS_FIELDS if resource.has_status else ()
        try:
            old: dict[str, Any] | None = self.existing(route)
        except Refused:
            if route.subresource is not None:
                raise
            old = None
        applied = applying.apply(
            self.schema,
            node,
            old,
            {**config, "metadata": metadata},
            manager,
            self.now,
            force=request.flag("force"),
            ignored=ignored,
        )
        name = applied["metadata"].get("name", "")
        if not name:
            raise refusals.bad_request(
                f"the name of the object ({route.name} based on URL) was undeterminable: name must be provided"
            )
        if name != route.name:
            raise refusals.bad_request(f"the name of the object ({name}) does not match the name on the URL ({route.name})")
        if resource.namespaced and metadata.get("namespace", route.namespace) != route.namespace:
            raise refusals.bad_request("the namespace of the provided object does not match the namespace sent on the request")
        obj, warnings = self._decoded(applied, resource, request, strict=False)
        if old is None:
            if metadata.get("uid") or metadata.get("resourceVersion"):
                raise refusals.conflict(
                    resource.group,
                    resource.name,
                    name,
                    "uid mismatch: the provided object specified uid or version, and no existing object was found",
                )
            obj["metadata"] = {**obj["metadata"], **({"namespace": route.namespace} if resource.namespaced else {})}
            return view.one(self.create(resource, obj, dry_run=self._dry_run(request)), 201, warnings)
        stored = self.write(resource, old, obj, None, route.subresource, dry_run=self._dry_run(request))
        return view.one(stored, 200, warnings)

    def _called(self, route: Route, config: Mapping[str, Any], resource: Resource) -> str:
        meta = config.get("metadata") or {}
        group_version = f"{resource.group}/{resource.version}" if resource.group else f"/{resource.version}"
        return f"{meta.get('namespace', '')}/{meta.get('name', '')}; {group_version}, Kind={resource.kind}"

    def _delete(self, route: Route, request: Request) -> Response:
        resource = route.resource
        view = View.of(request, resource, self.world)
        options = self._delete_options(request)
        old = self.existing(route)
        warnings = self._orphan_warnings(resource, options)
        gone, over = self.delete(resource, old, options)
        if over and resource.key not in strategy.DELETED_IS_ANSWERED:
            details = {"name": route.name, "group": resource.group, "kind": resource.name, "uid": old["metadata"]["uid"]}
            status = {
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": {},
                "status": "Success",
                "details": {key: value for key, value in details.items() if value},
            }
            return Response(200, status, headers=warnings)
        found = view.one(gone)
        return found.replace(headers=(*found.headers, *warnings))

    def delete(
        self, resource: Resource, old: dict[str, Any], options: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], bool]:
        """Deletes, or marks for deletion; gives the object and whether it is gone. Raises Refused."""
        options = options or {}
        meta = old["metadata"]
        name, namespace = meta["name"], meta.get("namespace", "")
        conditions = options.get("preconditions") or {}
        for field, key, done in (
            ("UID", "uid", "deleted and then recreated"),
            ("ResourceVersion", "resourceVersion", "modified"),
        ):
            if conditions.get(key) and conditions[key] != meta[key]:
                why = f"the {field} in the precondition ({conditions[key]}) does not match the {field} in record ({meta[key]})."
                raise refusals.conflict(resource.group, resource.kind, name, f"{why} The object might have been {done}")
        dry_run = bool(options.get("dryRun"))
        if resource.key == "/namespaces":
            if name in PROTECTED_NAMESPACES:
                raise refusals.forbidden("", "namespaces", name, "this namespace may not be deleted")
        finalizers = list(meta.get("finalizers") or ())
        if resource.key == DEFINITIONS and CUSTOM_CLEANUP not in finalizers and not meta.get("deletionTimestamp"):
            finalizers.append(CUSTOM_CLEANUP)
        policy = options.get("propagationPolicy") or (
            "Orphan" if resource.key in strategy.ORPHANED_BY_DEFAULT and "orphanDependents" not in options else ""
        )
        if options.get("orphanDependents") is True:
            policy = "Orphan"
        if policy:
            finalizers = [item for item in finalizers if item not in GARBAGE_FINALIZERS.values()]
            if policy in GARBAGE_FINALIZERS:
                finalizers.append(GARBAGE_FINALIZERS[policy])
        grace = self._grace(resource, old, options)
        held = (
            bool(finalizers) or grace > 0 or (resource.key == "/namespaces" and bool((old.get("spec") or {}).get("finalizers")))
        )
        new_meta = {key: value for key, value in meta.items() if key != "finalizers"}
        if finalizers:
            new_meta["finalizers"] = finalizers
        if not meta.get("deletionTimestamp"):
            if held or resource.key == "/pods":
                new_meta["deletionTimestamp"] = timestamp(self.world.now() + grace)
                if resource.key != "/namespaces" and not (resource.custom is None and resource.key.startswith("apiextensions")):
                    new_meta["deletionGracePeriodSeconds"] = grace
                if "generation" in meta and not resource.key.startswith("apiextensions"):
                    new_meta["generation"] = meta["generation"] + 1
        elif resource.key == "/pods" and grace < meta.get("deletionGracePeriodSeconds", 0):
            new_meta["deletionGracePeriodSeconds"] = grace
            new_meta["deletionTimestamp"] = timestamp(self.world.now() + grace)
        new = {**old, "metadata": new_meta}
        if resource.key == "/namespaces":
            new["status"] = {**(old.get("status") or {}), "phase": "Terminating"}
        if resource.key == DEFINITIONS and held:
            new = self._ending_definition(new)
        if dry_run:
            return new, not held
        if held:
            stored = self.store.put(resource.key, _ordered(new)) if new != old else old
            if resource.key == DEFINITIONS:
                return self._clear_definition(resource, stored), False
            return stored, False
        if new != old:
            self.store.put(resource.key, _ordered(new))
        gone = self.store.remove(resource.key, namespace, name)
        return gone or new, True

    def _clear_definition(self, resource: Resource, definition: dict[str, Any]) -> dict[str, Any]:
        """Deletes the custom resources of a definition that goes, then lets go of it. Gives the definition as the client sees it."""
        name = definition["metadata"]["name"]
        for custom in self.kinds.custom.get(name, ())[:1]:
            for obj in self.store.all(custom.key):
                self.delete(custom, obj, {})
            if self.store.all(custom.key):
                return definition  # some have finalizers; the life cycle looks again
        kept = [item for item in definition["metadata"].get("finalizers") or () if item != CUSTOM_CLEANUP]
        self.write(resource, definition, {**definition, "metadata": {**definition["metadata"], "finalizers": kept}}, None)
        return definition

    def _grace(self, resource: Resource, old: Mapping[str, Any], options: Mapping[str, Any]) -> int:
        if resource.key != "/pods":
            return 0
        spec, status = old.get("spec") or {}, old.get("status") or {}
        if not spec.get("nodeName") or status.get("phase") in ("Failed", "Succeeded"):
            return 0
        given = options.get("gracePeriodSeconds")
        return max(0, int(given if given is not None else spec.get("terminationGracePeriodSeconds", 30)))

    def _ending_definition(self, obj: dict[str, Any]) -> dict[str, Any]:
        status = dict(obj.get("status") or {})
        conditions = [item for item in status.get("conditions") or () if item["type"] != "Terminating"]
        conditions.append(
            {
                "type": "Terminating",
                "status": "True",
                "lastTransitionTime": self.now,
                "reason": "InstanceDeletionPending",
                "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
            }
        )
        return {**obj, "status": {**status, "conditions": conditions}}

    def _orphan_warnings(self, resource: Resource, options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        if resource.key != "batch/jobs" or options.get("propagationPolicy") or "orphanDependents" in options:
            return ()
        return _warnings(
            [
                "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
                "propagationPolicy=Orphan to suppress this warning"
            ]
        )

    def _delete_collection(self, route: Route, request: Request) -> Response:
        resource = route.resource
        view = View.of(request, resource, self.world)
        options = self._delete_options(request)
        test = self._selection(route, request)
        namespace = route.namespace if resource.namespaced else ""
        meta = {"resourceVersion": str(self.store.revision)}
        chosen = [obj for obj in self.store.all(resource.key, namespace) if test(obj)]
        for obj in chosen:
            self.delete(resource, obj, options)
        return view.many([self.versioned(obj, resource) for obj in chosen], meta)

    # --- subresources and reviews -----------------------------------------------------------------------------------------

    def _scale(self, route: Route, request: Request) -> Response:
        resource = route.resource
        old = self.existing(route)
        if route.verb == "get":
            return Response(200, self._scale_of(resource, old))
        current = self._scale_of(resource, old)
        try:
            body = read_json(request.body)
            if route.verb == "patch":
                media = request.headers.get("content-type", "").partition(";")[0]
                kind = PATCHES.get(media)
                if kind is None:
                    raise refusals.unsupported_media_type()
                body = patching.json_patch(current, body) if kind == "json" else patches.apply_json_merge(current, body)
            wanted = int((body.get("spec") or {}).get("replicas", 0))
        except (ValueError, AttributeError, TypeError) as error:
            raise refusals.bad_request(str(error)) from None
        if wanted < 0:
            cause = validation.wrong("spec.replicas", wanted, "must be greater than or equal to 0")
            raise refusals.invalid("autoscaling", "Scale", route.name, [cause])
        told = (body.get("metadata") or {}).get("resourceVersion")
        if told and told != old["metadata"]["resourceVersion"]:
            raise refusals.conflict(resource.group, resource.name, route.name)
        manager = applying.Manager(self._manager(request), "Update", resource.api_version, "scale")
        new = applying.scaled({**old, "spec": {**old["spec"], "replicas": wanted}}, manager)
        stored = self.write(resource, old, new, None, dry_run=self._dry_run(request))
        return Response(200, self._scale_of(resource, stored))

    def _scale_of(self, resource: Resource, obj: Mapping[str, Any]) -> dict[str, Any]:
        meta = obj["metadata"]
        kept = {k: meta[k] for k in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp") if k in meta}
        selector = (obj.get("spec") or {}).get("selector")
        told = columns._selector(
            selector if isinstance(selector, dict) and "matchLabels" in selector else {"matchLabels": selector or {}}
        )
        status: dict[str, Any] = {"replicas": (obj.get("status") or {}).get("replicas", 0)}
        if selector:
            status["selector"] = told
        replicas = (obj.get("spec") or {}).get("replicas", 0)
        spec = {"replicas": replicas} if replicas else {}
        return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": kept, "spec": spec, "status": status}

    def _finalize(self, route: Route, request: Request) -> Response:
        resource = route.resource
        old = self.existing(route)
        obj, _ = self._decoded(self._body(request, resource), resource, request)
        if not (obj.get("spec") or {}).get("finalizers"):
            obj["spec"] = {}
        manager = applying.Manager(self._manager(request), "Update", resource.api_version, "finalize")
        return Response(200, self.write(resource, old, obj, manager, route.subresource))

    def _evict(self, route: Route, request: Request) -> Response:
        pod = self.existing(route)
        self.delete(route.resource, pod, {})
        return Response(201, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201})

    def _bind(self, route: Route, request: Request) -> Response:
        pod = self.existing(route)
        body = read_json(request.body)
        node = (body.get("target") or {}).get("name", "")
        self.store.put(route.resource.key, {**pod, "spec": {**pod["spec"], "nodeName": node}})
        return Response(201, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201})

    def _review(self, route: Route, request: Request) -> Response:
        resource = route.resource
        body = self._body(request, resource)
        obj, _ = self._decoded(body, resource, request)
        spec, user = obj.get("spec") or {}, request.user
        if resource.kind == "SelfSubjectReview":
            info: dict[str, Any] = {
                "username": user.name,
                "uid": user.uid,
                "groups": list(user.groups),
                "extra": {k: list(v) for k, v in user.extra.items()},
            }
            status: dict[str, Any] = {"userInfo": {key: value for key, value in info.items() if value}}
        elif resource.kind in ("SelfSubjectAccessReview", "SubjectAccessReview", "LocalSubjectAccessReview"):
            if resource.kind != "SelfSubjectAccessReview":
                user = User(spec.get("user", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""))
            wanted, path = spec.get("resourceAttributes") or {}, spec.get("nonResourceAttributes") or {}
            decision = self.authorize(
                Attributes(
                    verb=wanted.get("verb") or path.get("verb", ""),
                    path=path.get("path", ""),
                    group=wanted.get("group", ""),
                    version=wanted.get("version", ""),
                    resource=wanted.get("resource", ""),
                    subresource=wanted.get("subresource", ""),
                    namespace=wanted.get("namespace", ""),
                    name=wanted.get("name", ""),
                ),
                user,
            )
            status = {"allowed": decision.allowed}
            if decision.reason:
                status["reason"] = decision.reason
        else:
            raise Refused(501, "NotImplemented", f"the sandbox does not serve {resource.name} yet", {})
        if resource.kind == "SelfSubjectReview":
            obj["metadata"] = {**obj["metadata"], "creationTimestamp": self.now}
        return Response(201, {**obj, "kind": resource.kind, "apiVersion": resource.api_version, "status": status})

    # --- bodies and options -----------------------------------------------------------------------------------------------

    def _loaded(self, request: Request, resource: Resource) -> dict[str, Any]:
        """The body as an object; YAML where it is no JSON. Raises Refused."""
        try:
            found = read_json(request.body)
        except (ValueError, UnicodeDecodeError):
            from steersman.errors import GoError

            try:
                from steersman.golang.yaml import load

                found = load(request.body.decode())
            except (GoError, ImportError, UnicodeDecodeError) as error:
                raise refusals.bad_request(f"error decoding YAML: {error}") from None
        if not isinstance(found, dict):
            raise refusals.bad_request(f"json: cannot unmarshal into Go value of type {resource.kind}")
        return found

    def _body(self, request: Request, resource: Resource) -> dict[str, Any]:
        """The body as an object of the resource's kind. Raises Refused."""
        media = _media(request)
        known = "application/json, application/yaml"
        if media not in ("application/json", "application/yaml") and (media != protobuf.MEDIA or resource.custom is not None):
            if resource.custom is None:
                known += ", application/vnd.kubernetes.protobuf"
            message = f"the body of the request was in an unknown format - accepted media types include: {known}"
            raise refusals.unsupported_media_type(message, details=False)
        kind, version = resource.kind, resource.version
        if route_kind := request.headers.get(":kind"):
            kind = route_kind
        try:
            found: Any
            if media == "application/yaml":
                found = self._loaded(request, resource)
            elif media == protobuf.MEDIA:
                found = protobuf.decode(request.body)
            else:
                found = read_json(request.body)
        except protobuf.Malformed as error:
            raise refusals.bad_request(f"the object provided is unrecognized (must be of type {kind}): {error}") from None
        except ValueError:
            told = request.body.decode("utf-8", "replace")
            why = f"couldn't get version/kind; json parse error: {_json_error(request.body)} ({told})"
            raise refusals.bad_request(f"the object provided is unrecognized (must be of type {kind}): {why}") from None
        if not isinstance(found, dict):
            why = (
                "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type runtime.TypeMeta"
            )
            raise refusals.bad_request(
                f"the object provided is unrecognized (must be of type {kind}): {why} ({request.body.decode('utf-8', 'replace')})"
            )
        if resource.custom is not None and not found.get("kind"):
            raw = request.body.decode("utf-8", "replace")
            why = f"Object 'Kind' is missing in '{raw}' ({raw})"
            raise refusals.bad_request(f"the object provided is unrecognized (must be of type {kind}): {why}")
        told_version, told_kind = found.get("apiVersion") or "", found.get("kind") or ""
        if told_version and told_version != resource.api_version:
            if resource.custom is not None or discovery.parted(told_version)[0] == resource.group:
                raise refusals.bad_request(
                    f"the API version in the data ({told_version}) does not match the expected API version ({resource.api_version})"
                )
            raise refusals.bad_request(
                f'{told_kind or kind} in version "{discovery.parted(told_version)[1]}" cannot be handled as a {kind}: '
                f'no kind "{told_kind or kind}" is registered for version "{told_version}" in scheme "pkg/runtime/scheme.go:111"'
            )
        if told_kind and told_kind != kind:
            if resource.custom is not None:
                raise refusals.bad_request(f"the kind in the data ({told_kind}) does not match the expected kind ({kind})")
            internal = resource.group.partition(".")[0] or "core"
            external = f"{version}.{told_kind}"
            raise refusals.bad_request(
                f'{told_kind} in version "{version}" cannot be handled as a {kind}: converting ({external}) to ({internal}.{kind}): unknown conversion'
            )
        return found

    def _decoded(
        self, body: dict[str, Any], resource: Resource, request: Request, *, patch: Any = None, strict: bool = True
    ) -> tuple[dict[str, Any], list[str]]:
        """The body along the schema, and warnings. Raises Refused."""
        kind, version = resource.kind, resource.version
        node = resource.node
        if node is None:
            return {**body, "kind": kind, "apiVersion": resource.api_version}, []
        try:
            decoded = self.schema.decode(node, body, custom=resource.custom is not None)
        except WrongType as error:
            if patch is not None:
                raise self._bad_patch(patch, body, str(error)) from None
            raise refusals.bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {error}') from None
        obj: dict[str, Any] = {**decoded.value, "kind": kind, "apiVersion": resource.api_version}
        obj.setdefault("metadata", {})
        problems = list(dict.fromkeys(decoded.problems)) if strict else []
        mode = request.option("fieldValidation") or "Warn"
        if problems and mode == "Strict":
            told = "strict decoding error: " + ", ".join(problems)
            if patch is not None:
                raise self._bad_patch(patch, body, told)
            raise refusals.bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {told}')
        if mode == "Ignore":
            problems = []
        return obj, sorted(problems)

    def _bad_patch(self, patch: Any, patched: Mapping[str, Any], why: str) -> Refused:
        """A patch whose result is no object of the kind: the server tells a strategic patch, or what the other kinds led to."""
        from steersman.golang.fmt import sprint

        shown = sprint([patch]) if patch is not patched and isinstance(patch, _Strategic) else validation.shown(patched)
        return refusals.invalid("", "", "", [Cause("patch", f"Invalid value: {validation.shown(shown)}: {why}")])

    def _custom_causes(self, resource: Resource, obj: Mapping[str, Any]) -> list[Cause]:
        """What the schema of a custom resource refuses beyond types."""
        if resource.custom is None:
            return []
        from steersman.sandbox.structural import causes

        return causes(self.schema, resource.node, obj)

    def _manager(self, request: Request) -> str:
        given = request.option("fieldManager")
        if given:
            return given
        return request.headers.get("user-agent", "").partition("/")[0] or "unknown"

    def _dry_run(self, request: Request) -> bool:
        return "All" in request.query.get("dryRun", ())

    def _options(self, request: Request, kind: str, *, applies: bool = False) -> None:
        """Checks what is common to all writes. Raises Refused."""
        causes = []
        for value in request.query.get("dryRun", ()):
            if value != "All":
                causes.append(validation.unsupported("dryRun", [value], ("All",)))
        mode = request.option("fieldValidation")
        if mode not in ("", "Ignore", "Strict", "Warn"):
            causes.append(validation.unsupported("fieldValidation", mode, ("", "Ignore", "Strict", "Warn")))
        manager = request.option("fieldManager")
        if len(manager.encode()) > 128:
            causes.append(Cause("fieldManager", "Too long: may not be more than 128 bytes", "FieldValueTooLong"))
        if kind == "PatchOptions":
            if applies and not manager:
                causes.append(validation.missing("fieldManager", "is required for apply patch"))
            if not applies and request.flag("force"):
                causes.append(validation.forbidden("force", "may not be specified for non-apply patch"))
        if causes:
            raise refusals.invalid("meta.k8s.io", kind, "", causes)

    def _delete_options(self, request: Request) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if request.body.strip():
            try:
                found = protobuf.decode(request.body) if _media(request) == protobuf.MEDIA else read_json(request.body)
            except ValueError:
                raise refusals.bad_request(f"couldn't get version/kind; json parse error: {_json_error(request.body)}") from None
            if isinstance(found, dict):
                options = {key: value for key, value in found.items() if value is not None}
        for name in ("propagationPolicy", "gracePeriodSeconds", "orphanDependents"):
            if request.option(name):
                options[name] = request.option(name)
        if "gracePeriodSeconds" in options:
            options["gracePeriodSeconds"] = int(options["gracePeriodSeconds"])
        if "orphanDependents" in options:
            options["orphanDependents"] = str(options["orphanDependents"]).lower() in ("true", "1")
        if self._dry_run(request):
            options["dryRun"] = ["All"]
        policy = options.get("propagationPolicy")
        if policy not in (None, "", "Background", "Foreground", "Orphan"):
            causes = [validation.unsupported("propagationPolicy", policy, ("Foreground", "Background", "Orphan", "nil"))]
            raise refusals.invalid("meta.k8s.io", "DeleteOptions", "", causes)
        return options


class _Strategic(dict):  # type: ignore[type-arg]
    """A strategic merge patch, marked as one for the message that tells it."""


_STATUS_FIELDS: tuple[tuple[str, ...], ...] = (("f:status",),)
_SPEC_FIELDS: tuple[tuple[str, ...], ...] = (("f:spec",), ("f:metadata", "f:labels"))

_FIELD_SELECTORS: Mapping[str, tuple[str, ...]] = {
    "/pods": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.podIPs",
        "status.nominatedNodeName",
    ),
    "/events": (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
    "/secrets": ("type",),
    "/namespaces": ("status.phase",),
    "/nodes": ("spec.unschedulable",),
    "/services": ("spec.clusterIP", "spec.type"),
    "/replicationcontrollers": ("status.replicas",),
    "apps/replicasets": ("status.replicas",),
    "batch/jobs": ("status.successful",),
    "certificates.k8s.io/certificatesigningrequests": ("spec.signerName",),
}


def _unknown_field(resource: Resource, path: str) -> str:
    if resource.key in (
        "/pods",
        "/events",
        "/secrets",
        "/namespaces",
        "/nodes",
        "/services",
        "/replicationcontrollers",
        "apps/replicasets",
        "batch/jobs",
    ):
        return (
            f"field label not supported: {path}"
            if resource.key != "batch/jobs"
            else f'field label "{path}" not supported for {resource.kind}'
        )
    if resource.custom is not None:
        return f"field label not supported: {path}"
    return f'"{path}" is not a known field selector: only "metadata.name", "metadata.namespace"'


def _field(obj: Mapping[str, Any], path: str) -> str:
    if path == "source":
        path = "source.component"
    value: Any = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _ordered(obj: dict[str, Any]) -> dict[str, Any]:
    """Kind and version first, then metadata, then the rest; status last: as the server prints."""
    first: dict[str, Any] = {key: obj[key] for key in ("kind", "apiVersion", "metadata") if key in obj}
    rest = {key: value for key, value in obj.items() if key not in first and key != "status"}
    last = {"status": obj["status"]} if "status" in obj else {}
    return {**first, **rest, **last}


def _media(request: Request) -> str:
    """The media type of the body, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip() or "application/json"


def _number(text: str) -> int:
    if not text:
        return 0
    try:
        return int(text)
    except ValueError:
        raise refusals.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


def _whole(text: str) -> str:
    if not text.isdigit():
        message = f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        raise Refused(500, "", message)
    return text


def _too_large_revision(text: str, current: int) -> Refused:
    details = {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    }
    return Refused(504, "Timeout", f"Timeout: Too large resource version: {text}, current: {current}", details)


def _token(place: tuple[str, str], revision: int) -> str:
    body = json.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": "/".join(part for part in place if part) + "\u0000"})
    return base64.urlsafe_b64encode(body.encode()).rstrip(b"=").decode()


def _continued(token: str) -> tuple[tuple[str, str], int]:
    try:
        body = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, _, name = body["start"].rstrip("\u0000").rpartition("/")
        return (namespace, name), int(body["rv"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refusals.bad_request(f"invalid continue token: continue key is not valid: {token}") from None


def _json_error(body: bytes) -> str:
    """Go's words for what is no JSON."""
    from steersman.errors import GoError

    text = body.decode("utf-8", "replace")
    try:
        from steersman.golang.json import unmarshal

        unmarshal(text)
    except GoError as error:
        return str(error)
    except RecursionError:
        pass
    return "exceeded max depth"


def _warnings(texts: list[str]) -> tuple[tuple[str, str], ...]:
    from steersman.golang.strconv import quote

    return tuple(("Warning", f"299 - {quote(text)}") for text in texts)


# --- how objects are shown ------------------------------------------------------------------------------------------------


class View(Record):
    """The representation a client accepts: whole objects, their metadata only, or rows of a table."""

    resource: Resource
    kind: str
    version: str
    world: World
    content_type: str = "application/json"
    include: str = "Metadata"

    @classmethod
    def of(cls, request: Request, resource: Resource, world: World, *, watch: bool = False) -> View:
        """The first representation in the Accept header that the sandbox has. Raises Refused (NotAcceptable)."""
        accept = request.headers.get("accept") or "*/*"
        include = request.option("includeObject") or "Metadata"
        for part in accept.split(","):
            media, *parameters = (piece.strip() for piece in part.split(";"))
            options = dict(parameter.partition("=")[::2] for parameter in parameters)
            if media not in ("application/json", "*/*", "application/*", "application/yaml"):
                continue
            wanted = options.get("as", "")
            if wanted and options.get("g", "meta.k8s.io") != "meta.k8s.io":
                continue
            if media == "application/yaml" and (watch or wanted):
                continue
            if wanted in ("", "Table", "PartialObjectMetadata", "PartialObjectMetadataList"):
                kind = {"": "", "Table": "Table"}.get(wanted, "Partial")
                return cls(
                    resource,
                    kind,
                    options.get("v", "v1"),
                    world,
                    "application/yaml" if media.endswith("yaml") else "application/json",
                    include,
                )
        known = list(JSON_TYPES)
        if resource.custom is not None:
            known = known[:2]
        streams = [f"{name};stream=watch" for name in known if not name.endswith("yaml")]
        raise refusals.not_acceptable(", ".join([*known, *streams]))

    def one(self, obj: dict[str, Any], code: int = 200, warnings: list[str] | None = None) -> Response:
        headers = _warnings(warnings or [])
        if self.kind == "Table":
            body = self.table([obj], {"resourceVersion": obj["metadata"].get("resourceVersion", "")})
        elif self.kind == "Partial":
            body = self.partial(obj)
        else:
            body = obj
        return self._response(code, body, headers)

    def many(self, items: list[dict[str, Any]], meta: dict[str, Any]) -> Response:
        resource = self.resource
        if self.kind == "Table":
            return self._response(200, self.table(items, meta))
        if self.kind == "Partial":
            body = {
                "kind": "PartialObjectMetadataList",
                "apiVersion": f"meta.k8s.io/{self.version}",
                "metadata": meta,
                "items": [self.partial(obj) for obj in items],
            }
            return self._response(200, body)
        if resource.custom is not None:
            meta = {"continue": "", **meta}
        else:
            items = [{key: value for key, value in obj.items() if key not in ("kind", "apiVersion")} for obj in items]
        body = {"kind": resource.list_kind, "apiVersion": resource.api_version, "metadata": meta, "items": items}
        return self._response(200, body)

    def _response(self, code: int, body: Any, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        if self.content_type == "application/yaml":
            from steersman.golang.yaml import dump

            return Response(code, dump(body), self.content_type, headers)
        return Response(code, body, self.content_type, headers)

    def partial(self, obj: Mapping[str, Any]) -> dict[str, Any]:
        return {"kind": "PartialObjectMetadata", "apiVersion": f"meta.k8s.io/{self.version}", "metadata": obj["metadata"]}

    def table(self, items: list[dict[str, Any]], meta: dict[str, Any], *, headed: bool = True) -> dict[str, Any]:
        now = self.world.now()
        rows = []
        for obj in items:
            row: dict[str, Any] = {"cells": columns.cells(self.resource, obj, now)}
            row["object"] = {"None": None, "Object": obj}.get(self.include) if self.include != "Metadata" else self.partial(obj)
            rows.append(row)
        return {
            "kind": "Table",
            "apiVersion": f"meta.k8s.io/{self.version}",
            "metadata": meta,
            "columnDefinitions": columns.definitions(self.resource) if headed else None,
            "rows": rows,
        }

    def event(self, kind: str, obj: dict[str, Any], *, headed: bool) -> bytes:
        """One line of a watch."""
        if self.kind == "Table" and kind != "ERROR":
            shown: Any = self.table(
                [obj] if kind != "BOOKMARK" else [], {"resourceVersion": obj["metadata"]["resourceVersion"]}, headed=headed
            )
            if kind == "BOOKMARK":
                shown["metadata"] = {k: v for k, v in obj["metadata"].items() if k in ("resourceVersion", "annotations")}
        elif self.kind == "Partial" and kind != "ERROR":
            shown = self.partial(obj)
        else:
            shown = obj
        return (
            json.dumps({"type": kind, "object": shown}, separators=(",", ":"), ensure_ascii=False).encode(
                "utf-8", "surrogatepass"
            )
            + b"\n"
        )


class Watch:
    """A place in the log of a resource. `take` gives the lines that are new, None when the watch is over."""

    def __init__(
        self,
        api: Api,
        resource: Resource,
        namespace: str,
        test: Callable[[dict[str, Any]], bool],
        view: View,
        *,
        start: int | None,
        bookmarks: bool,
        announce: bool,
        seconds: int,
    ) -> None:
        self.api, self.resource, self.namespace, self.test, self.view = api, resource, namespace, test, view
        self.cursor, self.bookmarks, self.announce = start, bookmarks, announce
        self.seconds = seconds
        self.resources = (resource.key,)
        self._headed = True
        self._told = 0
        self._over = False

    def take(self, *, bookmark: bool = False) -> list[bytes] | None:
        """The lines since the last time. With `bookmark`, one that tells how far the watch is, if it asked for such."""
        if self._over:
            return None
        store, key = self.api.store, self.resource.key
        lines = []
        if self.cursor is None:
            for obj in store.all(key, self.namespace):
                if self.test(obj):
                    lines.append(self._line("ADDED", obj))
            self.cursor = store.revision
            if self.announce:
                lines.append(self._bookmark({INITIAL_EVENTS_END: "true"}))
            return lines
        if store.is_too_old(key, self.cursor):
            self._over = True
            status = refusals.expired(f"too old resource version: {self.cursor} ({store.compacted[key]})").status()
            return [self.view.event("ERROR", status, headed=False)]
        for event in store.events_after(key, self.cursor):
            self.cursor = event.revision
            if self.namespace and event.object["metadata"].get("namespace", "") != self.namespace:
                continue
            now = event.type != "DELETED" and self.test(event.object)
            before = event.before is not None and self.test(event.before)
            if now:
                lines.append(self._line("MODIFIED" if before else "ADDED", event.object))
            elif before:
                gone = event.object
                if event.type != "DELETED":
                    assert event.before is not None
                    version = event.object["metadata"]["resourceVersion"]
                    gone = {**event.before, "metadata": {**event.before["metadata"], "resourceVersion": version}}
                lines.append(self._line("DELETED", gone))
        self.cursor = max(self.cursor, store.revision)
        if bookmark and self.bookmarks and not lines and self.cursor > self._told:
            lines.append(self._bookmark())
        return lines

    def has_news(self) -> bool:
        """Whether there may be lines to take."""
        log = self.api.store.logs.get(self.resource.key)
        if self.cursor is None or self._over:
            return True
        return bool(log and log[-1].revision > self.cursor) or self.api.store.is_too_old(self.resource.key, self.cursor)

    def _line(self, kind: str, obj: dict[str, Any]) -> bytes:
        headed, self._headed = self._headed, False
        return self.view.event(kind, self.api.versioned(obj, self.resource), headed=headed)

    def _bookmark(self, annotations: dict[str, str] | None = None) -> bytes:
        self._told = self.cursor or 0
        meta: dict[str, Any] = {"resourceVersion": str(self.cursor)}
        if annotations:
            meta["annotations"] = annotations
        obj = {"kind": self.resource.kind, "apiVersion": self.resource.api_version, "metadata": meta}
        headed, self._headed = self._headed, False
        return self.view.event("BOOKMARK", obj, headed=headed)
