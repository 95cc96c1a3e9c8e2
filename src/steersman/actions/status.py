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
    from steersman.release.model import Release

RELATED = "v1/Pod(related)"
"""The heading over the pods of the release's workloads."""

_SELECTING = {"ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job"}
"""Kinds whose pods are shown with them."""


class Table(Record):
    """What the server shows of objects: the columns that are always shown, the rows, and the objects themselves."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    objects: tuple[Mapping[str, Any], ...]
    metadata: Mapping[str, Any] = {}


class Status(Record):
    """The release, and the tables of its live objects by heading ("v1/Service"), one for each object."""

    release: Release
    tables: Mapping[str, list[Table]]


def run(name: str, world: World, *, revision: int = 0, as_tables: bool = True) -> Status:
    """The status of a release. Without `as_tables`, the live objects are in the release's info, as `-o json` shows them."""
    release = get.run(name, world, revision=revision)
    try:
        targets = of_manifest(release.manifest, world, "release manifest")
    except Error:
        return Status(release, {})
    tables: dict[str, list[Table]] = {}
    seen: list[dict[str, str]] = []
    for target in targets:
        ref = target.ref
        try:
            found = table_of(world.cluster.table(ref.api_version, ref.kind, namespace=ref.namespace, name=ref.name))
        except Error:
            continue  # what is not there, or may not be seen, is not shown
        tables.setdefault(f"{ref.version}/{ref.kind}", []).append(found)
        selector = _selector(target.object)
        if selector and selector not in seen:
            seen.append(selector)
            labels = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
            pods = table_of(world.cluster.table("v1", "Pod", namespace=ref.namespace, label_selector=labels))
            if pods.rows:
                tables.setdefault(RELATED, []).append(pods)
    if as_tables:
        return Status(release, tables)
    objects = {heading: [one for table in found for one in table.objects] for heading, found in tables.items()}
    if RELATED in objects:
        # Helm keeps the pods of a workload as one list object.
        objects[RELATED] = [
            {"apiVersion": "v1", "items": list(table.objects), "kind": "PodList", "metadata": dict(table.metadata)}
            for table in tables[RELATED]
        ]
    return Status(release.replace(info=release.info.replace(resources=objects)), {})


def _selector(obj: Mapping[str, Any]) -> dict[str, str] | None:
    spec = obj.get("spec") or {}
    if obj.get("kind") in _SELECTING:
        found = (spec.get("selector") or {}).get("matchLabels")
    elif obj.get("kind") == "ReplicationController":
        found = spec.get("selector")
    else:
        found = None
    return found if isinstance(found, dict) else None


def table_of(answer: Mapping[str, Any]) -> Table:
    """The table in a server's answer; an object that came without one has its name and nothing more to show."""
    if answer.get("kind") != "Table":
        items = answer.get("items")
        objects = items if isinstance(items, list) else [answer]
        return Table(("Name",), tuple((one.get("metadata", {}).get("name", ""),) for one in objects), tuple(objects))
    columns = answer.get("columnDefinitions") or []
    shown = [number for number, column in enumerate(columns) if not column.get("priority")]
    rows = answer.get("rows") or []
    return Table(
        tuple(columns[number].get("name", "") for number in shown),
        tuple(tuple(_cell(row["cells"][number]) for number in shown if number < len(row["cells"])) for row in rows),
        tuple(row.get("object") or {} for row in rows),
        answer.get("metadata") or {},
    )


def _cell(value: object) -> str:
    from steersman.golang.fmt import format_value

    return "" if value is None else format_value(value)
