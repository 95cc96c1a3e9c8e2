"""What the server tells about itself: versions, groups, resources, health, and enough OpenAPI for clients to trust.

The OpenAPI v3 documents are made from the same schemas that requests are decoded with; their paths carry what clients look for:
which kinds are served and that fieldValidation is understood. Made when first asked for.
"""

from __future__ import annotations

import hashlib
import json

from steersman.sandbox.messages import Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from steersman.sandbox.kinds import Kinds, Resource, Subresource
    from steersman.sandbox.machinery import World

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
REFERENCE = "#/components/schemas/"
PLAIN = "text/plain; charset=utf-8"


def answer(kinds: Kinds, request: Request, world: World) -> Response | None:
    """The response to a path that is no resource; None when there is no such path."""
    path = request.path.rstrip("/") or "/"
    if path in ("/healthz", "/livez", "/readyz"):
        return Response(200, "ok", PLAIN)
    if path == "/version":
        return Response(200, version(kinds))
    if path == "/":
        return Response(200, {"paths": sorted(_paths(kinds))})
    if path in ("/api", "/apis"):
        if _wants_aggregated(request):
            return _aggregated(kinds, core=path == "/api")
        return Response(200, _versions(request.headers.get("host", "")) if path == "/api" else _group_list(kinds))
    if path == "/openapi/v3":
        return Response(200, _openapi_index(kinds))
    if path.startswith("/openapi/v3/"):
        return _openapi(kinds, path.removeprefix("/openapi/v3/"), request)
    if path == "/openapi/v2" and "protobuf" in request.headers.get("accept", "").partition(",")[0]:
        # A document without definitions: clients look here only for what is not served, and skip what they do not find.
        return Response(200, b"", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
    if path == "/openapi/v2":
        return Response(200, _openapi_v2(kinds))
    parts = path.strip("/").split("/")
    if parts[0] == "api" and len(parts) == 2:
        return _resource_list(kinds, "", parts[1])
    if parts[0] == "apis" and len(parts) == 2 and kinds.is_served(parts[1]):
        return Response(200, {"kind": "APIGroup", "apiVersion": "v1", **_group(kinds, parts[1])})
    if parts[0] == "apis" and len(parts) == 3:
        return _resource_list(kinds, parts[1], parts[2])
    return None


def parted(api_version: str) -> tuple[str, str]:
    group, _, version_name = api_version.rpartition("/")
    return group, version_name


def version(kinds: Kinds) -> dict[str, Any]:
    major, minor = kinds.version.removeprefix("v").split(".")[:2]
    return {
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(int(minor) - 1),
        "gitVersion": kinds.version,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "",
        "platform": "steersman/sandbox",
    }


def _paths(kinds: Kinds) -> list[str]:
    found = [
        "/api",
        "/api/v1",
        "/apis",
        "/apis/",
        "/healthz",
        "/livez",
        "/openapi/v2",
        "/openapi/v3",
        "/openapi/v3/",
        "/readyz",
        "/version",
    ]
    for group, version_name in kinds.order:
        if group:
            found += [f"/apis/{group}", f"/apis/{group}/{version_name}"]
    return list(dict.fromkeys(found))


def _versions(host: str) -> dict[str, Any]:
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": host}],
    }


def _groups(kinds: Kinds) -> list[str]:
    return list(dict.fromkeys(group for group, _ in kinds.order))


def _group(kinds: Kinds, group: str) -> dict[str, Any]:
    versions = [
        {"groupVersion": f"{group}/{version_name}", "version": version_name}
        for name, version_name in kinds.order
        if name == group
    ]
    return {"name": group, "versions": versions, "preferredVersion": versions[0]}


def _group_list(kinds: Kinds) -> dict[str, Any]:
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [_group(kinds, group) for group in _groups(kinds) if group],
    }


def _resource_list(kinds: Kinds, group: str, version_name: str) -> Response | None:
    if (group, version_name) not in kinds.resources:
        return None
    found = []
    for resource in kinds.resources[group, version_name].values():
        entry: dict[str, Any] = {
            "name": resource.name,
            "singularName": resource.singular,
            "namespaced": resource.namespaced,
            "kind": resource.kind,
            "verbs": list(resource.verbs),
        }
        if resource.short:
            entry["shortNames"] = list(resource.short)
        if resource.categories:
            entry["categories"] = list(resource.categories)
        if resource.hash:
            entry["storageVersionHash"] = resource.hash
        elif resource.custom is not None:
            entry["storageVersionHash"] = storage_hash(resource.group, resource.version, resource.kind)
        found.append(entry)
        for sub in resource.subresources:
            about: dict[str, Any] = {
                "name": f"{resource.name}/{sub.name}",
                "singularName": "",
                "namespaced": resource.namespaced,
                "kind": sub.kind,
                "verbs": list(sub.verbs),
            }
            if (sub.group, sub.version) != (group, version_name):
                about = {**about, "group": sub.group, "version": sub.version}
            found.append(about)
    group_version = f"{group}/{version_name}" if group else version_name
    head = {"kind": "APIResourceList", "apiVersion": "v1"} if group else {"kind": "APIResourceList"}
    return Response(200, {**head, "groupVersion": group_version, "resources": found})


def storage_hash(group: str, version_name: str, kind: str) -> str:
    """Eight bytes that change with the stored version (apiserver: pkg/endpoints/discovery/storageversionhash.go)."""
    import base64

    return base64.b64encode(hashlib.sha256(f"{group}/{version_name}/{kind}".encode()).digest()[:8]).decode()


def _wants_aggregated(request: Request) -> bool:
    for part in request.headers.get("accept", "").split(","):
        options = {piece.strip() for piece in part.split(";")}
        if {"application/json", "g=apidiscovery.k8s.io", "as=APIGroupDiscoveryList"} <= options and "v=v2" in options:
            return True
        if options & {"application/json", "*/*"} and not any(option.startswith("as=") for option in options):
            return False
    return False


def _aggregated(kinds: Kinds, *, core: bool) -> Response:
    items = []
    for group in _groups(kinds):
        if (group == "") != core:
            continue
        versions = []
        for name, version_name in kinds.order:
            if name == group:
                resources = [_aggregated_resource(resource) for resource in kinds.resources[group, version_name].values()]
                versions.append({"version": version_name, "resources": resources, "freshness": "Current"})
        items.append({"metadata": {"name": group} if group else {}, "versions": versions})
    body = {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}
    tag = hashlib.sha512(json.dumps(items).encode()).hexdigest().upper()
    return Response(200, body, AGGREGATED, (("ETag", f'"{tag}"'), ("Vary", "Accept"), ("Cache-Control", "public")))


def _told(kind: Mapping[str, str]) -> dict[str, str]:
    return {"group": kind.get("group", ""), "version": kind.get("version", ""), "kind": kind["kind"]}


def _aggregated_resource(resource: Resource) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "resource": resource.name,
        "responseKind": _told(resource.responds),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short:
        entry["shortNames"] = list(resource.short)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    if resource.subresources:
        entry["subresources"] = [_aggregated_subresource(sub) for sub in resource.subresources]
    return entry


def _aggregated_subresource(sub: Subresource) -> dict[str, Any]:
    entry: dict[str, Any] = {"subresource": sub.name, "responseKind": _told(sub.responds)}
    if sub.accepts:
        entry["acceptedTypes"] = list(sub.accepts)
    return {**entry, "verbs": list(sub.verbs)}


# --- OpenAPI --------------------------------------------------------------------------------------------------------------


def _openapi_index(kinds: Kinds) -> dict[str, Any]:
    paths = {}
    for group, version_name in kinds.order:
        path = f"apis/{group}/{version_name}" if group else f"api/{version_name}"
        told = sorted((resource.name, str(resource.custom)) for resource in kinds.resources[group, version_name].values())
        tag = hashlib.sha256(json.dumps([kinds.version, path, told]).encode()).hexdigest().upper()
        paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={tag}"}
    return {"paths": paths}


def _openapi(kinds: Kinds, path: str, request: Request) -> Response | None:
    parts = path.split("/")
    if parts[0] == "api" and len(parts) == 2:
        place = ("", parts[1])
    elif parts[0] == "apis" and len(parts) == 3:
        place = (parts[1], parts[2])
    else:
        return None
    if place not in kinds.resources:
        return None
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    base = "/" + path
    for resource in kinds.resources[place].values():
        paths.update(_openapi_paths(base, resource))
        if resource.custom is not None:
            name = ".".join([*reversed(resource.group.split(".")), resource.version, resource.kind])
            _collect(kinds, resource.node, schemas)
            schemas[name] = _public(resource.node)
        elif resource.node is not None:
            _collect(kinds, resource.node, schemas)
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": kinds.version.removeprefix("v").rpartition(".")[0]},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    headers = (("Cache-Control", "public, immutable"), ("Vary", "Accept")) if request.option("hash") else ()
    return Response(200, document, headers=headers)


def _openapi_paths(base: str, resource: Resource) -> dict[str, Any]:
    kind = {"group": resource.group, "version": resource.version, "kind": resource.kind}
    prefix = f"{base}/namespaces/{{namespace}}/{resource.name}" if resource.namespaced else f"{base}/{resource.name}"

    def operation(action: str, *options: str) -> dict[str, Any]:
        parameters = [{"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": True}} for name in options]
        return {
            "parameters": parameters,
            "responses": {"200": {"description": "OK"}},
            "x-kubernetes-action": action,
            "x-kubernetes-group-version-kind": kind,
        }

    options = ("dryRun", "fieldManager", "fieldValidation")
    collection: dict[str, Any] = {}
    one: dict[str, Any] = {}
    if "list" in resource.verbs:
        collection["get"] = operation("list", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "watch")
    if "create" in resource.verbs:
        collection["post"] = operation("post", *options)
    if "get" in resource.verbs:
        one["get"] = operation("get")
    if "update" in resource.verbs:
        one["put"] = operation("put", *options)
    if "patch" in resource.verbs:
        one["patch"] = operation("patch", *options, "force")
    if "delete" in resource.verbs:
        one["delete"] = operation("delete", "dryRun", "gracePeriodSeconds", "propagationPolicy")
    found = {}
    if collection:
        found[prefix] = collection
    if one:
        found[f"{prefix}/{{name}}"] = one
    return found


def _collect(kinds: Kinds, node: Any, schemas: dict[str, Any]) -> None:
    """Adds every definition that the node reaches."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += found
        elif isinstance(found, dict):
            name = found.get("$ref")
            if isinstance(name, str) and name not in schemas and name in kinds.schema.definitions:
                schemas[name] = _public(kinds.schema.definitions[name])
                waiting.append(kinds.schema.definitions[name])
            waiting += list(found.values())


def _public(node: Any) -> Any:
    """A node as OpenAPI 3 writes it: a reference with other words beside it stands in allOf."""
    if isinstance(node, list):
        return [_public(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _public(value) for key, value in node.items() if key == "$ref" or not key.startswith("$")}
    name = found.get("$ref")
    if isinstance(name, str):
        del found["$ref"]
        reference = {"$ref": REFERENCE + name}
        return {**found, "allOf": [reference]} if found else reference
    return found


def _openapi_v2(kinds: Kinds) -> dict[str, Any]:
    """The definitions in the older form, for clients that still ask."""

    def older(node: Any) -> Any:
        if isinstance(node, list):
            return [older(item) for item in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            return {"$ref": "#/definitions/" + node["$ref"]}
        apart = ("default", "oneOf", "anyOf", "nullable", "$omit", "$zero", "$null")
        return {key: older(value) for key, value in node.items() if key not in apart}

    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": kinds.version},
        "paths": {},
        "definitions": {name: older(node) for name, node in kinds.schema.definitions.items()},
    }
