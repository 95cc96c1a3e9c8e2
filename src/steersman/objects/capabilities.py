"""What a cluster can do, as templates see it under `.Capabilities`: its version and the API versions that it serves.

`KubeVersion` keeps the version as the cluster says it ("v1.30.1-gke.5") for `.Version`, and a normalised one ("v1.30.1") that
printing and constraints use.

Sources: Helm 4 pkg/chart/common/capabilities.go; k8s.io/apimachinery pkg/util/version (ParseGeneric).
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.golang.values import Ordered, Struct, slice_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, ClassVar

DEFAULT_VERSION = "v1.37.0"
"""What Helm 4.3.1 assumes without a cluster: the version of the client library it was built with."""

HELM_VERSION = "v4.3.1"
HELM_GIT_COMMIT = "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff"
HELM_GO_VERSION = "go1.27.2"
HELM_KUBE_CLIENT_VERSION = "v1.37"

MAX_COMPONENT = (1 << 64) - 1
MAX_DIGITS = 1000

DEFAULT_API_VERSIONS = """
v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 admissionregistration.k8s.io/v1beta1
internal.apiserver.k8s.io/v1alpha1 apps/v1 apps/v1beta1 apps/v1beta2 authentication.k8s.io/v1
authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 authorization.k8s.io/v1 authorization.k8s.io/v1beta1
autoscaling/v1 autoscaling/v2 batch/v1 batch/v1beta1 certificates.k8s.io/v1 certificates.k8s.io/v1beta1
certificates.k8s.io/v1alpha1 coordination.k8s.io/v1alpha2 coordination.k8s.io/v1beta1 coordination.k8s.io/v1
discovery.k8s.io/v1 discovery.k8s.io/v1beta1 events.k8s.io/v1 events.k8s.io/v1beta1 extensions/v1beta1
flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1 flowcontrol.apiserver.k8s.io/v1beta2
flowcontrol.apiserver.k8s.io/v1beta3 lifecycle.k8s.io/v1alpha1 networking.k8s.io/v1 networking.k8s.io/v1beta1
node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1 policy/v1beta1 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1alpha1 resource.k8s.io/v1 resource.k8s.io/v1beta2
resource.k8s.io/v1beta1 resource.k8s.io/v1alpha3 scheduling.k8s.io/v1alpha3 scheduling.k8s.io/v1beta1
scheduling.k8s.io/v1 storage.k8s.io/v1beta1 storage.k8s.io/v1 storage.k8s.io/v1alpha1 storagemigration.k8s.io/v1
storagemigration.k8s.io/v1beta1 apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1
"""
"""The API versions that the client library of Helm 4.3.1 knows, in its order: what is assumed without a cluster."""


class KubeVersion(Struct):
    """The version of a cluster."""

    GO_TYPE: ClassVar[str] = "common.KubeVersion"
    FIELDS: ClassVar[Mapping[str, str]] = {"Version": "version", "Major": "major", "Minor": "minor"}
    __slots__ = ("major", "minor", "normalized", "version")

    def __init__(self, version: str, normalized: str, major: str, minor: str) -> None:
        self.version = version
        self.normalized = normalized
        self.major = major
        self.minor = minor

    def __str__(self) -> str:
        return self.normalized or self.version

    def go_addressed(self) -> str:
        return str(self)

    def go_string(self) -> str:
        """String() belongs to the pointer: given to a function, the struct prints its fields, the unexported one among them."""
        return f"{{{self.version} {self.normalized} {self.major} {self.minor}}}"

    def git_version(self) -> str:
        return self.version

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KubeVersion) and (self.version, self.normalized) == (other.version, other.normalized)

    def __hash__(self) -> int:
        return hash(self.version)

    METHODS: ClassVar[Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]]] = {
        "String": (__str__, ()),
        "GitVersion": (git_version, ()),
    }


class VersionSet(slice_type("string"), Struct):  # type: ignore[misc]
    """`.Capabilities.APIVersions`: a list of "group/version" and, with a cluster, "group/version/Kind"."""

    GO_TYPE: ClassVar[str] = "common.VersionSet"
    __slots__ = ()

    def go_json(self) -> object:
        return list(self)

    def has(self, api_version: str) -> bool:
        return api_version in self

    METHODS: ClassVar[Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]]] = {"Has": (has, ("string",))}


class BuildInfo(Struct):
    """`.Capabilities.HelmVersion`: the Helm that charts believe to run in."""

    GO_TYPE: ClassVar[str] = "version.BuildInfo"
    FIELDS: ClassVar[Mapping[str, str]] = {
        "Version": "version",
        "GitCommit": "git_commit",
        "GitTreeState": "git_tree_state",
        "GoVersion": "go_version",
        "KubeClientVersion": "kube_client_version",
    }
    __slots__ = ("git_commit", "git_tree_state", "go_version", "kube_client_version", "version")

    def __init__(
        self,
        version: str = HELM_VERSION,
        git_commit: str = HELM_GIT_COMMIT,
        git_tree_state: str = "clean",
        go_version: str = HELM_GO_VERSION,
        kube_client_version: str = HELM_KUBE_CLIENT_VERSION,
    ) -> None:
        self.version = version
        self.git_commit = git_commit
        self.git_tree_state = git_tree_state
        self.go_version = go_version
        self.kube_client_version = kube_client_version

    def go_json(self) -> object:
        named = Ordered()
        for name in ("version", "git_commit", "git_tree_state", "go_version", "kube_client_version"):
            value = getattr(self, name)
            if value or name == "kube_client_version":
                named[name] = value
        return named


class Capabilities(Struct):
    """`.Capabilities`."""

    GO_TYPE: ClassVar[str] = "*common.Capabilities"
    GO_KIND: ClassVar[str] = "ptr"
    FIELDS: ClassVar[Mapping[str, str]] = {
        "KubeVersion": "kube_version",
        "APIVersions": "api_versions",
        "HelmVersion": "helm_version",
    }
    __slots__ = ("api_versions", "helm_version", "kube_version")

    def __init__(
        self,
        kube_version: KubeVersion | None = None,
        api_versions: Iterable[str] | None = None,
        helm_version: BuildInfo | None = None,
    ) -> None:
        self.kube_version = kube_version or parse_kube_version(DEFAULT_VERSION)
        self.api_versions = VersionSet(DEFAULT_API_VERSIONS.split() if api_versions is None else api_versions)
        self.helm_version = helm_version or BuildInfo()

    def copy(self) -> Capabilities:
        """The same capabilities with a list of API versions of its own."""
        return Capabilities(self.kube_version, self.api_versions, self.helm_version)

    METHODS: ClassVar[Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]]] = {"Copy": (copy, ())}


def parse_kube_version(text: str) -> KubeVersion:
    """The version that `--kube-version` or a cluster names. Raises GoError with Go's text for what is none.

    Accepted is "v" at the front, two or more numbers joined by dots, and after them anything that does not go on with a number.
    """
    from steersman.golang.strconv import quote

    body = text.lstrip("\t\n\f\r ").removeprefix("v")
    end = 0
    while end < len(body) and (body[end] in "0123456789" or (body[end] == "." and end and body[end + 1 : end + 2].isdecimal())):
        end += 1
    numbers = body[:end]
    if not numbers or not numbers.isascii() or "\n" in body[end:]:
        raise GoError(f"could not parse {quote(text)} as version")
    components = numbers.split(".")
    if len(components) < 2:
        raise GoError(f"illegal version string {quote(text)}")
    if components[0].startswith("0") and components[0] != "0":
        raise GoError(f"illegal zero-prefixed version component {quote(components[0])} in {quote(text)}")
    for component in components:
        if len(component) > MAX_DIGITS or int(component) > MAX_COMPONENT:
            why = f"strconv.ParseUint: parsing {quote(component)}: value out of range"
            raise GoError(f"illegal non-numeric version component {quote(component)} in {quote(text)}: {why}")
    parts = [str(int(component)) for component in components]
    version = text if text.startswith("v") else f"v{text}"
    return KubeVersion(version, "v" + ".".join(parts), parts[0], parts[1])
