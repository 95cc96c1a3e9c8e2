"""Whose an object is: the label and annotations that Helm puts on all it applies, and the check that they are ours.

Source: Helm 4, pkg/action/validate.go. The metadata is set when an object is applied; it is neither in the stored manifest
nor in what `template` prints.
"""

from __future__ import annotations

from steersman.errors import ReleaseError
from steersman.golang.strconv import quote
from steersman.objects.names import MANAGED_BY, MANAGED_BY_HELM, RELEASE_NAME, RELEASE_NAMESPACE
from steersman.objects.refs import Ref, resource_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def owned(obj: Mapping[str, Any], release: str, namespace: str) -> dict[str, Any]:
    """The object carrying the ownership metadata of the release; the object given is not changed."""
    metadata = _table(obj.get("metadata"))
    labels = {**_table(metadata.get("labels")), MANAGED_BY: MANAGED_BY_HELM}
    annotations = {**_table(metadata.get("annotations")), RELEASE_NAME: release, RELEASE_NAMESPACE: namespace}
    return {**obj, "metadata": {**metadata, "labels": labels, "annotations": annotations}}


def ownership_problem(obj: Mapping[str, Any], release: str, namespace: str) -> str | None:
    """None when the object carries the release's ownership metadata, else Helm's text: "invalid ownership metadata; …"."""
    metadata = _table(obj.get("metadata"))
    labels, annotations = _table(metadata.get("labels")), _table(metadata.get("annotations"))
    problems = [
        f"{where} validation error: {problem}"
        for where, values, key, wanted in (
            ("label", labels, MANAGED_BY, MANAGED_BY_HELM),
            ("annotation", annotations, RELEASE_NAME, release),
            ("annotation", annotations, RELEASE_NAMESPACE, namespace),
        )
        if (problem := _requirement(values, key, wanted))
    ]
    return "invalid ownership metadata; " + "; ".join(problems) if problems else None


def is_owned(obj: Mapping[str, Any], release: str, namespace: str) -> bool:
    return ownership_problem(obj, release, namespace) is None


def check_adoption(ref: Ref, live: Mapping[str, Any], release: str, namespace: str) -> None:
    """Raises ReleaseError in Helm's words when a live object may not become part of the release.

    Whoever acts puts its own words before: "unable to continue with install: …".
    """
    problem = ownership_problem(live, release, namespace)
    if problem:
        raise ReleaseError(
            f"{resource_string(ref)} exists and cannot be imported into the current release: {problem}",
            code="not-owned",
            hint="--take-ownership adopts it as it is",
        )


def check_names(ref: Ref, obj: Mapping[str, Any]) -> bool:
    """Whether the server will choose the object's name (only generateName is set).

    Raises ReleaseError when name and generateName are both set.
    """
    generated = bool(_table(obj.get("metadata")).get("generateName"))
    if generated and ref.name:
        raise ReleaseError("metadata.name and metadata.generateName cannot both be set", code="manifest-invalid")
    return generated


def _requirement(values: Mapping[str, Any], key: str, wanted: str) -> str | None:
    if key not in values:
        return f"missing key {quote(key)}: must be set to {quote(wanted)}"
    if values[key] != wanted:
        return f"key {quote(key)} must equal {quote(wanted)}: current value is {quote(str(values[key]))}"
    return None


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
