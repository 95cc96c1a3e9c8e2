"""`status`: a release as recorded, and its objects as they are now. Helm 4: pkg/action/status.go."""

from __future__ import annotations

from steersman.actions import get
from steersman.actions.targets import of_manifest
from steersman.errors import Error
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from steersman.actions.connect import World
    from steersman.objects.refs import Ref
    from steersman.release.model import Release

_SELECTING = {"ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job"}
"""Kinds whose pods are shown with them."""


class Status(Record):
    """The release, and for people a table of its objects by heading ("v1/Service")."""

    release: Release
    tables: Mapping[str, list[list[str]]]


def run(name: str, world: World, *, revision: int = 0, as_tables: bool = True) -> Status:
    """The status of a release. Without `as_tables`, the live objects are in the release's info, as `-o json` shows them."""
    release = get.run(name, world, revision=revision)
    try:
        targets = of_manifest(release.manifest, world, "release manifest")
    except Error:
        return Status(release, {})
    live = world.observe([target.ref for target in targets])
    found: dict[str, list[dict[str, Any]]] = {}
    seen: list[Any] = []
    for target in targets:
        if target.ref in live:
            found.setdefault(_heading(target.ref), []).append(live[target.ref])
            selector = _selector(live[target.ref])
            if selector and selector not in seen:
                seen.append(selector)
                label_selector = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
                pods = world.cluster.list("v1", "Pod", namespace=target.ref.namespace, label_selector=label_selector)
                if pods:
                    found.setdefault("v1/Pod(related)", []).extend(pods)
    if as_tables:
        return Status(release, {heading: table_of(objects, world) for heading, objects in found.items()})
    return Status(release.replace(info=release.info.replace(resources=found)), {})


def _heading(ref: Ref) -> str:
    return f"{ref.version}/{ref.kind}"


def _selector(obj: Mapping[str, Any]) -> dict[str, str] | None:
    spec = obj.get("spec") or {}
    if obj.get("kind") in _SELECTING:
        found = (spec.get("selector") or {}).get("matchLabels")
    elif obj.get("kind") == "ReplicationController":
        found = spec.get("selector")
    else:
        found = None
    return found if isinstance(found, dict) else None


def table_of(objects: list[dict[str, Any]], world: World) -> list[list[str]]:
    """The rows that people look for: names, what each kind says of its readiness, and the age."""
    from steersman.objects.readiness import status

    rows = [["NAME", "READY", "STATUS", "AGE"]]
    for one in objects:
        metadata = one.get("metadata") or {}
        readiness = status(one)
        rows.append([metadata.get("name", ""), _ready(one), readiness.status, age(metadata.get("creationTimestamp", ""), world)])
    return rows


def _ready(obj: Mapping[str, Any]) -> str:
    spec, state = obj.get("spec") or {}, obj.get("status") or {}
    kind = obj.get("kind")
    if kind in {"Deployment", "StatefulSet", "ReplicaSet"}:
        return f"{state.get('readyReplicas', 0)}/{spec.get('replicas', 1)}"
    if kind == "DaemonSet":
        return f"{state.get('numberReady', 0)}/{state.get('desiredNumberScheduled', 0)}"
    if kind == "Job":
        return f"{state.get('succeeded', 0)}/{spec.get('completions', 1)}"
    if kind == "Pod":
        containers = state.get("containerStatuses") or []
        return f"{sum(bool(one.get('ready')) for one in containers)}/{len(spec.get('containers') or [])}"
    return "-"


def age(created: str, world: World) -> str:
    """The time since then, as kubectl shortens it: 5s, 3m12s, 4h, 12d."""
    from steersman.errors import GoError
    from steersman.golang.times import RFC3339_NANO, parse

    try:
        seconds = int(world.now().unix()) - int(parse(RFC3339_NANO, created).unix())
    except GoError:
        return "<unknown>"
    if seconds < 120:
        return f"{max(seconds, 0)}s"
    minutes = seconds // 60
    if minutes < 10:
        rest = seconds % 60
        return f"{minutes}m{rest}s" if rest else f"{minutes}m"
    if minutes < 180:
        return f"{minutes}m"
    hours = minutes // 60
    if hours < 8:
        rest = minutes % 60
        return f"{hours}h{rest}m" if rest else f"{hours}h"
    return f"{hours}h" if hours < 48 else f"{hours // 24}d"
