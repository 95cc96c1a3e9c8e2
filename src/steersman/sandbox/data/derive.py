"""Writes `kubernetes-1.37.json` and `wire-1.37.json`: what the sandbox knows of the built-in types, taken from Kubernetes itself.

    python derive.py OPENAPI_FOLDER SERVER_URL TOKEN SHAPES

SHAPES is what `shapes.go` prints: the field numbers of the types' protobuf form, and what Go leaves out when it is empty.
OPENAPI_FOLDER is `api/openapi-spec/v3` of the kubernetes module. The server, a kube-apiserver of that version with default
settings, tells which groups, resources and verbs it serves and which columns its tables have; descriptions are left out.
This program is no part of the running product: it is run when the Kubernetes version changes, and its output is committed.
"""

# mypy: ignore-errors
from __future__ import annotations

import json
import pathlib
import ssl
import sys
import urllib.request

DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PREFIX = "#/components/schemas/"


def fetch(url: str, token: str, path: str, accept: str = "application/json") -> dict:
    request = urllib.request.Request(url + path, headers={"Accept": accept, "Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, context=ssl._create_unverified_context()) as response:  # a server on loopback
        return json.load(response)


def lean(node: object) -> object:
    """An OpenAPI node without descriptions, references by bare name, and an allOf of one reference as that reference."""
    if isinstance(node, list):
        return [lean(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: lean(value) for key, value in node.items() if not (key == "description" and isinstance(value, str))}
    if isinstance(node.get("allOf"), list) and len(node["allOf"]) == 1 and "$ref" in node["allOf"][0]:
        node["$ref"] = node.pop("allOf")[0]["$ref"]
    if isinstance(node.get("$ref"), str):
        node["$ref"] = node["$ref"].removeprefix(PREFIX)
    return node


def references(node: object) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(references, node))
    if not isinstance(node, dict):
        return set()
    found = set().union(*map(references, node.values()))
    if isinstance(node.get("$ref"), str):
        found.add(node["$ref"])
    return found


def resource_lines(url: str, token: str) -> tuple[list[dict], dict[str, list]]:
    """The groups in the server's order with lean resources, and the columns by "group/resource"."""
    groups, columns = [], {}
    for root in ("/api", "/apis"):
        for group in fetch(url, token, root, DISCOVERY)["items"]:
            name = group["metadata"].get("name", "")
            versions = []
            for version in group["versions"]:
                base = f"/apis/{name}/{version['version']}" if name else f"/api/{version['version']}"
                hashes = {r["name"]: r.get("storageVersionHash", "") for r in fetch(url, token, base)["resources"]}
                resources = []
                for r in version["resources"]:
                    kind = {key: value for key, value in r["responseKind"].items() if value}
                    resources.append(
                        {
                            "name": r["resource"],
                            "singular": r["singularResource"],
                            "kind": kind,
                            "namespaced": r["scope"] == "Namespaced",
                            "verbs": r["verbs"],
                            "short": r.get("shortNames", []),
                            "categories": r.get("categories", []),
                            "hash": hashes.get(r["resource"], ""),
                            "subresources": [
                                {
                                    "name": s["subresource"],
                                    "kind": {key: value for key, value in s["responseKind"].items() if value},
                                    "verbs": s["verbs"],
                                    "accepts": s.get("acceptedTypes", []),
                                }
                                for s in r.get("subresources", [])
                            ],
                        }
                    )
                    if "list" in r["verbs"]:
                        table = fetch(url, token, f"{base}/{r['resource']}?limit=1", TABLE)
                        columns[f"{name}/{version['version']}/{r['resource']}"] = [
                            [c["name"], c["type"], c["format"], c["priority"]] for c in table["columnDefinitions"]
                        ]
                versions.append({"version": version["version"], "resources": resources})
            groups.append({"group": name, "versions": versions})
    return groups, columns


def go_name(definition: str) -> str:
    """io.k8s.api.core.v1.PodSpec → k8s.io/api/core/v1.PodSpec."""
    package, _, name = definition.removeprefix("io.k8s.").rpartition(".")
    return "k8s.io/" + package.replace(".", "/") + "." + name


def absent_fields(fields: list) -> dict:
    """What Go's JSON does with fields that hold nothing: `$omit` are left out when zero, `$zero` and `$null` are always there."""
    found = {"$omit": [], "$zero": {}, "$null": []}
    for _, name, what, flags in fields:
        if not name or "p" in flags:
            continue
        scalar = {"s": "", "i": 0, "b": False, "d": 0}.get(what)
        if scalar is not None and "o" in flags:
            found["$omit"].append(name)
        elif scalar is not None:
            found["$zero"][name] = scalar
        elif what[0] in "[{B" and "o" not in flags:
            found["$null"].append(name)
    return {key: value for key, value in found.items() if value}


def write_shapes(path: str, version: str) -> None:
    data = json.loads(pathlib.Path(path).read_text())
    lines = [json.dumps(name) + ":" + json.dumps(data["shapes"][name], separators=(",", ":")) for name in sorted(data["shapes"])]
    kinds = json.dumps(dict(sorted(data["kinds"].items())), separators=(",", ":"))
    output = pathlib.Path(__file__).with_name(f"wire-{version}.json")
    body = ",\n".join(lines)
    output.write_text(f'{{"kinds":{kinds},\n"shapes":{{\n{body}\n}}}}\n')


def main(folder: str, url: str, token: str, shapes: str) -> None:
    version = fetch(url, token, "/version")
    write_shapes(shapes, f"{version['major']}.{version['minor']}")
    write_schemas(folder, url, token, json.loads(pathlib.Path(shapes).read_text())["shapes"])


def write_schemas(folder: str, url: str, token: str, shapes: dict) -> None:
    schemas: dict[str, object] = {}
    for file in sorted(pathlib.Path(folder).glob("*.json")):
        for name, schema in json.loads(file.read_text()).get("components", {}).get("schemas", {}).items():
            schemas[name] = {**lean(schema), **absent_fields(shapes.get(go_name(name), []))}
    groups, columns = resource_lines(url, token)
    served = {(g["group"], v["version"]) for g in groups for v in g["versions"]}
    wanted = [
        name
        for name, schema in schemas.items()
        if any((k["group"], k["version"]) in served for k in schema.get("x-kubernetes-group-version-kind", []))
    ]
    kept: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept.add(name)
            wanted += references(schemas[name])
    for name in kept:
        kinds = schemas[name].get("x-kubernetes-group-version-kind")
        if kinds:  # DeleteOptions and WatchEvent are of every group
            schemas[name]["x-kubernetes-group-version-kind"] = [k for k in kinds if (k["group"], k["version"]) in served]
    version = fetch(url, token, "/version")
    output = pathlib.Path(__file__).with_name(f"kubernetes-{version['major']}.{version['minor']}.json")

    def lines(table: dict) -> str:
        return ",\n".join(f"{json.dumps(key)}:{json.dumps(table[key], separators=(',', ':'))}" for key in sorted(table))

    output.write_text(
        '{{"version":{},\n"groups":[\n{}\n],\n"columns":{{\n{}\n}},\n"definitions":{{\n{}\n}}}}\n'.format(
            json.dumps(version["gitVersion"]),
            ",\n".join(json.dumps(group, separators=(",", ":")) for group in groups),
            lines(columns),
            lines({name: schemas[name] for name in kept}),
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
