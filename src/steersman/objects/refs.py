"""What a Kubernetes object is called: API version, kind, namespace and name, and how Kubernetes and Helm print these.

A reference is made from an object's text alone: whether its kind is namespaced, and which resource serves it, only the
cluster knows. An empty namespace is "the release's, or none".
"""

from __future__ import annotations

from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Ref(Record):
    """The name of an object. `api_version` is as written in it: "v1", "apps/v1"."""

    api_version: str
    kind: str
    namespace: str = ""
    name: str = ""

    @property
    def group(self) -> str:
        """The API group: "" for the core one."""
        return split_api_version(self.api_version)[0]

    @property
    def version(self) -> str:
        return split_api_version(self.api_version)[1]

    @property
    def same_kind(self) -> tuple[str, str]:
        """Group and kind: what stays when an object moves to another version of its API."""
        return self.group, self.kind

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Group, kind, namespace and name: two references with one identity name one object."""
        return self.group, self.kind, self.namespace, self.name

    def in_namespace(self, namespace: str) -> Ref:
        """The same name in another namespace."""
        return self if namespace == self.namespace else Ref(self.api_version, self.kind, namespace, self.name)

    def __str__(self) -> str:
        """Kind/namespace/name as Helm's wait errors print it (Helm 4: pkg/kube/statuswait.go), without an empty namespace."""
        return f"{self.kind}/{self.namespace}/{self.name}" if self.namespace else f"{self.kind}/{self.name}"


def split_api_version(api_version: str) -> tuple[str, str]:
    """(group, version): "apps/v1" → ("apps", "v1"), "v1" → ("", "v1") (apimachinery: schema.ParseGroupVersion)."""
    group, slash, version = api_version.rpartition("/")
    return (group, version) if slash else ("", api_version)


def join_api_version(group: str, version: str) -> str:
    return f"{group}/{version}" if group else version


def ref_of(obj: Mapping[str, object]) -> Ref:
    """The reference of an object held as plain data. Fields that are missing or no strings are empty."""
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    return Ref(
        _text(obj.get("apiVersion")), _text(obj.get("kind")), _text(metadata.get("namespace")), _text(metadata.get("name"))
    )


def group_version_kind(api_version: str, kind: str) -> str:
    """As Go prints a GroupVersionKind: "apps/v1, Kind=Deployment" (apimachinery: schema.GroupVersionKind.String)."""
    group, version = split_api_version(api_version)
    return f"{group}/{version}, Kind={kind}"


def resource_string(ref: Ref) -> str:
    """As Helm names an object in ownership errors: `ConfigMap "a" in namespace "b"` (Helm 4: pkg/action/validate.go)."""
    return f"{ref.kind} {_quoted(ref.name)} in namespace {_quoted(ref.namespace)}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _quoted(text: str) -> str:
    from steersman.golang.strconv import quote

    return quote(text)
