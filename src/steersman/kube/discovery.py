"""What kinds of objects a cluster has: discovery documents in, an index of resources out. Nothing is fetched here.

Both forms are read: the aggregated one (two documents for all groups) and the one document per group and version of older servers.
Sources: client-go discovery/aggregated_discovery.go and discovery_client.go; apimachinery api/meta/errors.go for the texts;
Helm 4: pkg/action/install.go (GetVersionSet) for the list of versions that templates see.
"""

from __future__ import annotations

from steersman.errors import ClusterError
from steersman.golang.strconv import quote
from steersman.kube.requests import Request, Resource
from steersman.objects.refs import join_api_version, split_api_version
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

AGGREGATED = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json"
)
ROOTS = (Request("GET", "/api", accept=AGGREGATED), Request("GET", "/apis", accept=AGGREGATED))
HINT_NO_MATCH = "ensure CRDs are installed first"


class NoMatch(ClusterError):
    """The cluster has no such kind."""

    default_code = "no-match"


class Discovery(Record):
    """All resources of a cluster, in the server's order of preference.

    `failed` holds (group/version, why) of the groups whose own server does not answer: their kinds are unknown, not absent.
    """

    resources: tuple[Resource, ...]
    failed: tuple[tuple[str, str], ...] = ()
    group_versions: tuple[str, ...] = ()

    def find(self, api_version: str, kind: str) -> Resource | None:
        """The resource that serves a kind in this very version."""
        group, version = split_api_version(api_version)
        return next((one for one in self.resources if one.kind == kind and one.group == group and one.version == version), None)

    def served(self, group: str, kind: str) -> tuple[Resource, ...]:
        """The resources that serve a kind in any version, the server's preferred first."""
        return tuple(one for one in self.resources if one.kind == kind and one.group == group)

    def updated(self, fresh: Discovery) -> Discovery:
        """The same, with all that `fresh` knows of its versions in place of what was known of them."""
        versions = set(fresh.group_versions)
        return Discovery(
            tuple(one for one in self.resources if one.api_version not in versions) + fresh.resources,
            tuple(failure for failure in self.failed if failure[0] not in versions),
            tuple(dict.fromkeys(self.group_versions + fresh.group_versions)),
        )

    def api_versions(self) -> tuple[str, ...]:
        """What `.Capabilities.APIVersions` holds: "apps/v1" and "apps/v1/Deployment" for everything served."""
        found = dict.fromkeys(self.group_versions)
        for one in self.resources:
            found[one.api_version] = None
            found[f"{one.api_version}/{one.kind}"] = None
            for _, kind in one.subresources:
                found[f"{one.api_version}/{kind}"] = None
        return tuple(found)


def no_match(api_version: str, kind: str) -> NoMatch:
    """The error for a kind that is not there (apimachinery: meta.NoKindMatchError)."""
    return NoMatch(f"no matches for kind {quote(kind)} in version {quote(api_version)}", hint=HINT_NO_MATCH)


def is_aggregated(content_type: str) -> bool:
    """Whether an answer to one of ROOTS is the aggregated form."""
    return "apidiscovery.k8s.io" in content_type and "APIGroupDiscoveryList" in content_type


def merge(parts: Iterable[Discovery]) -> Discovery:
    found = tuple(parts)
    return Discovery(
        tuple(resource for part in found for resource in part.resources),
        tuple(failure for part in found for failure in part.failed),
        tuple(version for part in found for version in part.group_versions),
    )


def read_aggregated(document: Mapping[str, Any]) -> Discovery:
    """One aggregated document (APIGroupDiscoveryList of apidiscovery.k8s.io/v2 or v2beta1)."""
    resources: list[Resource] = []
    failed: list[tuple[str, str]] = []
    versions: list[str] = []
    for item in document.get("items") or ():
        group = (item.get("metadata") or {}).get("name", "")
        for version in item.get("versions") or ():
            name = version.get("version", "")
            api_version = join_api_version(group, name)
            if version.get("freshness") == "Stale":
                failed.append((api_version, f"stale GroupVersion discovery: {api_version}"))
                continue
            versions.append(api_version)
            for entry in version.get("resources") or ():
                kind = (entry.get("responseKind") or {}).get("kind", "")
                parts = tuple(
                    (sub.get("subresource", ""), (sub.get("responseKind") or {}).get("kind", ""))
                    for sub in entry.get("subresources") or ()
                    if (sub.get("responseKind") or {}).get("kind")
                )
                if not kind and not parts:
                    continue
                resources.append(
                    Resource(
                        group,
                        name,
                        entry.get("resource", ""),
                        kind,
                        entry.get("scope") == "Namespaced",
                        tuple(entry.get("verbs") or ()),
                        tuple(entry.get("shortNames") or ()),
                        parts,
                    )
                )
    return Discovery(tuple(resources), tuple(failed), tuple(versions))


def group_versions(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The versions that `/api` (APIVersions) or `/apis` (APIGroupList) names, each group's preferred first."""
    if "versions" in document:
        return tuple(str(version) for version in document["versions"] or ())
    found: list[str] = []
    for group in document.get("groups") or ():
        versions = [version.get("groupVersion", "") for version in group.get("versions") or ()]
        preferred = (group.get("preferredVersion") or {}).get("groupVersion", "")
        found += sorted(versions, key=lambda version: version != preferred)
    return tuple(found)


def group_version_request(api_version: str) -> Request:
    """The call for the resources of one group and version."""
    return Request("GET", f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}")


def read_group_version(api_version: str, document: Mapping[str, Any]) -> Discovery:
    """One APIResourceList."""
    group, version = split_api_version(api_version)
    entries = [entry for entry in document.get("resources") or () if isinstance(entry.get("name"), str)]
    parts: dict[str, list[tuple[str, str]]] = {}
    for entry in entries:
        name, slash, part = entry["name"].partition("/")
        if slash:
            parts.setdefault(name, []).append((part, entry.get("kind", "")))
    resources = [
        Resource(
            group,
            version,
            entry["name"],
            entry.get("kind", ""),
            bool(entry.get("namespaced")),
            tuple(entry.get("verbs") or ()),
            tuple(entry.get("shortNames") or ()),
            tuple(parts.get(entry["name"], ())),
        )
        for entry in entries
        if "/" not in entry["name"]
    ]
    return Discovery(tuple(resources), (), (api_version,))
