"""Which resources the sandbox serves: the built-in ones from the data file, custom ones as their definitions come and go."""

from __future__ import annotations

from steersman.records import Record
from steersman.sandbox.schema import API_VERSION, OBJECT_META, UNTYPED, Schema, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

SAME_STORE = {"events.k8s.io/events": "/events"}
"""Resources that two groups serve: the second name's objects are the first's."""

CUSTOM_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
HUB_VERSIONS = {"autoscaling/horizontalpodautoscalers": "v2", "/events": "v1"}
"""In which version objects are kept where two are served."""


class Subresource(Record):
    name: str
    group: str
    version: str
    kind: str
    verbs: tuple[str, ...]
    responds: Mapping[str, str] = {}
    accepts: tuple[Any, ...] = ()


class Resource(Record):
    """One resource in one version. `key` names its table in the store; `node` is its schema, None where anything goes."""

    group: str
    version: str
    name: str
    kind: str
    key: str
    namespaced: bool = True
    singular: str = ""
    list_kind: str = ""
    verbs: tuple[str, ...] = CUSTOM_VERBS
    short: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    hash: str = ""
    subresources: tuple[Subresource, ...] = ()
    columns: tuple[tuple[str, str, str, int], ...] = ()
    node: Any = None
    responds: Mapping[str, str] = {}
    custom: Any = None
    """The definition's version entry for a custom resource."""

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def subresource(self, name: str) -> Subresource | None:
        return next((found for found in self.subresources if found.name == name), None)

    @property
    def has_status(self) -> bool:
        return self.subresource("status") is not None


class Kinds:
    """The table of resources. Groups keep the order in which the real server tells them; custom groups come after."""

    def __init__(self) -> None:
        data, self.schema = load()
        self.version: str = data["version"]
        self.resources: dict[tuple[str, str], dict[str, Resource]] = {}
        self.order: list[tuple[str, str]] = []
        for group in data["groups"]:
            for version in group["versions"]:
                place = (group["group"], version["version"])
                self.order.append(place)
                self.resources[place] = {
                    entry["name"]: self._builtin(group["group"], version["version"], entry, data["columns"])
                    for entry in version["resources"]
                }
        self.builtin_groups = dict.fromkeys(group for group, _ in self.order)
        self.custom: dict[str, list[Resource]] = {}
        """By the name of their definition."""
        self._by_key: dict[str, Resource] = {}
        for resource in self:
            if HUB_VERSIONS.get(resource.key, resource.version) == resource.version:
                self._by_key.setdefault(resource.key, resource)

    def _builtin(self, group: str, version: str, entry: dict[str, Any], columns: dict[str, Any]) -> Resource:
        kind = entry["kind"]
        key = f"{group}/{entry['name']}"
        return Resource(
            group=group,
            version=version,
            name=entry["name"],
            kind=kind["kind"],
            key=SAME_STORE.get(key, key),
            namespaced=entry["namespaced"],
            singular=entry["singular"],
            list_kind=kind["kind"] + "List",
            verbs=tuple(entry["verbs"]),
            short=tuple(entry["short"]),
            categories=tuple(entry["categories"]),
            hash=entry["hash"],
            subresources=tuple(
                Subresource(
                    name=sub["name"],
                    group=sub["kind"].get("group", group),
                    version=sub["kind"].get("version", version),
                    kind=sub["kind"]["kind"],
                    verbs=tuple(sub["verbs"]),
                    responds=sub["kind"],
                    accepts=tuple(sub["accepts"]),
                )
                for sub in entry["subresources"]
            ),
            columns=tuple(tuple(column) for column in columns.get(f"{group}/{version}/{entry['name']}", ())),
            node=self.schema.node(group, version, kind["kind"]),
            responds=kind,
        )

    def __iter__(self) -> Iterator[Resource]:
        for place in self.order:
            yield from self.resources[place].values()

    def find(self, group: str, version: str, name: str) -> Resource | None:
        return self.resources.get((group, version), {}).get(name)

    def of_kind(self, group: str, version: str, kind: str) -> Resource | None:
        for resource in self.resources.get((group, version), {}).values():
            if resource.kind == kind and "get" in resource.verbs:
                return resource
        return None

    def by_key(self, key: str) -> Resource | None:
        return self._by_key.get(key)

    def is_served(self, group: str, version: str = "") -> bool:
        return any(place[0] == group and (not version or place[1] == version) for place in self.order)

    # --- custom resources -------------------------------------------------------------------------------------------------

    def define(self, definition: Mapping[str, Any]) -> None:
        """Serves (or serves anew) what a CustomResourceDefinition asks for."""
        self.forget(definition["metadata"]["name"])
        spec = definition["spec"]
        group, names = spec["group"], spec["names"]
        made = []
        for version in spec["versions"]:
            if not version.get("served"):
                continue
            subresources = []
            place = {"group": group, "version": str(version["name"]), "kind": str(names["kind"])}
            if "status" in (version.get("subresources") or {}):
                subresources.append(_subresource("status", place))
            if "scale" in (version.get("subresources") or {}):
                scale = {"group": "autoscaling", "version": "v1", "kind": "Scale"}
                subresources.append(_subresource("scale", scale))
            resource = Resource(
                group=group,
                version=version["name"],
                name=names["plural"],
                kind=names["kind"],
                key=f"{group}/{names['plural']}",
                namespaced=spec["scope"] == "Namespaced",
                singular=names.get("singular") or names["kind"].lower(),
                list_kind=names.get("listKind") or names["kind"] + "List",
                short=tuple(names.get("shortNames") or ()),
                categories=tuple(names.get("categories") or ()),
                subresources=tuple(subresources),
                node=custom_node((version.get("schema") or {}).get("openAPIV3Schema") or UNTYPED, place),
                responds=place,
                custom=version,
            )
            made.append(resource)
            where = (group, version["name"])
            self.resources.setdefault(where, {})[resource.name] = resource
            if where not in self.order:
                self.order.append(where)
            self._by_key[resource.key] = resource
        ranks = {group: rank for rank, group in enumerate(self.builtin_groups)}
        self.order.sort(key=lambda where: (ranks.get(where[0], len(ranks)), *(() if where[0] in ranks else _custom_place(where))))
        self.custom[definition["metadata"]["name"]] = made

    def forget(self, definition: str) -> None:
        """Serves the resources of a definition no longer."""
        for resource in self.custom.pop(definition, ()):
            where = (resource.group, resource.version)
            table = self.resources.get(where, {})
            table.pop(resource.name, None)
            self._by_key.pop(resource.key, None)
            if not table and where[0] not in self.builtin_groups:
                self.resources.pop(where, None)
                self.order.remove(where)


def _custom_place(where: tuple[str, str]) -> tuple[Any, ...]:
    return (where[0], version_rank(where[1]))


def _subresource(name: str, kind: Mapping[str, str]) -> Subresource:
    return Subresource(name, kind["group"], kind["version"], kind["kind"], ("get", "patch", "update"), kind)


def custom_node(node: Mapping[str, Any], kind: Mapping[str, str]) -> Mapping[str, Any]:
    """The schema of a custom resource with what every object has."""
    properties = {
        **(node.get("properties") or {}),
        "apiVersion": API_VERSION,
        "kind": API_VERSION,
        "metadata": {"$ref": OBJECT_META},
    }
    return {**node, "type": "object", "properties": properties, "x-kubernetes-group-version-kind": [kind]}


def version_rank(version: str) -> tuple[Any, ...]:
    """Sorts versions as Kubernetes prefers them: v2, v1, v1beta2, v1beta1, v1alpha1, then others by name."""
    import re

    found = re.match(r"^v(\d+)(?:(alpha|beta)(\d+))?$", version)
    if not found:
        return (1, version)
    stage = {None: 0, "beta": 1, "alpha": 2}[found[2]]
    return (0, stage, -int(found[1]), -int(found[3] or 0))


__all__ = ["Kinds", "Resource", "Schema", "Subresource", "version_rank"]
