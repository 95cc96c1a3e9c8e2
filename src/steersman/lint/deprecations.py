"""Whether an API is deprecated in a version of Kubernetes, in the API server's words (k8s.io/apiserver pkg/endpoints/deprecation)."""

from __future__ import annotations

from steersman.lint.deprecation_data import DEPRECATED
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.objects.capabilities import KubeVersion


class Lifecycle(Record):
    """When an API is deprecated and removed (never is ""), and the API to use instead."""

    deprecated: str
    removed: str
    replacement: str


_known: dict[str, Lifecycle] = {}


def lifecycles() -> dict[str, Lifecycle]:
    """ "apiVersion kind" → its lifecycle, for the kinds that are or will be deprecated."""
    if not _known:
        for line in DEPRECATED.strip().split("\n"):
            api_version, deprecated, removed, instead, *kinds = line.split(" ")
            for word in kinds:
                kind, _, other = word.partition("=")
                names = (kind[:-1], f"{kind[:-1]}List") if kind.endswith("*") else (kind,)
                for name in names:
                    replacement = "" if instead == "-" else f"{instead} {other or name}"
                    _known[f"{api_version} {name}"] = Lifecycle(deprecated, "" if removed == "-" else removed, replacement)
    return _known


def deprecation(api_version: str, kind: str, version: KubeVersion) -> str:
    """The warning for an object of this API in this version of Kubernetes; "" for none."""
    if api_version.startswith("/") and api_version.count("/") == 1:
        api_version = api_version[1:]  # Kubernetes takes "/v1" for the core group
    name = f"{api_version} {kind}"
    found = lifecycles().get(name)
    if found is None:
        return ""
    now = int(version.major), int(version.minor)
    major, _, minor = found.deprecated.partition(".")
    if now != (0, 0) and (int(major), int(minor)) > now:
        return ""
    text = f"{name} is deprecated in v{found.deprecated}+"
    if found.removed:
        text += f", unavailable in v{found.removed}+"
    return f"{text}; use {found.replacement}" if found.replacement else text
