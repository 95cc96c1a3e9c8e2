"""From a manifest's text to the objects in it, each named as the cluster knows it: kind looked up, namespace filled in.

Helm 4: pkg/kube/client.go Build (kubectl's resource builder). A list object stands for its items.
"""

from __future__ import annotations

from steersman.errors import ClusterError, Error, GoError, ManifestError
from steersman.manifest.split import split
from steersman.objects.ownership import owned
from steersman.objects.refs import Ref, ref_of
from steersman.plan.build import HookTargets
from steersman.plan.steps import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from steersman.actions.connect import World
    from steersman.manifest.model import Hook

MAX_LIST_DEPTH = 10
"""How deep lists of lists may go."""


def read_objects(text: str, *, source: str = "") -> list[dict[str, Any]]:
    """The objects of a text of YAML documents, in their order; numbers as they are written, integers as integers.

    Raises ManifestError for what is no object.
    """
    import json

    from steersman.golang.yaml import to_json

    objects: list[dict[str, Any]] = []
    for document in split(text):
        try:
            value = json.loads(to_json(document))
        except GoError as error:
            raise ManifestError(f"error parsing {source or 'manifest'}: {error}") from error
        if value is None:
            continue
        _flatten(value, source, objects, MAX_LIST_DEPTH)
    return objects


def _flatten(value: Any, source: str, into: list[dict[str, Any]], depth: int) -> None:
    if not isinstance(value, dict):
        raise ManifestError(f"error parsing {source or 'manifest'}: a document is no object", code="manifest-invalid")
    unset = [name for name in ("apiVersion", "kind") if not value.get(name)]
    if unset:
        said = [f"{name} not set" for name in unset]
        listed = said[0] if len(said) == 1 else f"[{', '.join(said)}]"
        raise ManifestError(
            f'error validating "": error validating data: {listed}', code="manifest-invalid", hint=f"it is {_short(value)}"
        )
    _check_metadata(value.get("metadata"))
    items = value.get("items")
    if str(value["kind"]).endswith("List") and isinstance(items, list):
        if depth == 0:
            raise ManifestError("lists of lists are nested too deeply", code="limit")
        for item in items:
            _flatten(item, source, into, depth - 1)
    else:
        into.append(value)


_TEXTS = ("name", "namespace", "generateName")
_TABLES = ("labels", "annotations")


def _check_metadata(metadata: object) -> None:
    """Raises ManifestError where metadata holds something else than Kubernetes' ObjectMeta does: a label that YAML reads as a bool.

    Helm finds it before it touches anything, and could not uninstall a release that was recorded with it.
    """
    if metadata is None:
        return
    if not isinstance(metadata, dict):
        raise _undecodable(metadata, "metadataOnlyObject.metadata of type v1.ObjectMeta")
    for name in _TEXTS:
        found = metadata.get(name)
        if found is not None and not isinstance(found, str):
            raise _undecodable(found, f"ObjectMeta.metadata.{name} of type string")
    for name in _TABLES:
        found = metadata.get(name)
        if found is None:
            continue
        if not isinstance(found, dict):
            raise _undecodable(found, f"ObjectMeta.metadata.{name} of type map[string]string")
        for inner in found.values():
            if inner is not None and not isinstance(inner, str):
                raise _undecodable(inner, f"ObjectMeta.metadata.{name} of type string")


def _undecodable(value: object, field: str) -> ManifestError:
    kind = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}[type(value)]
    return ManifestError(
        f'unable to decode "": json: cannot unmarshal {kind} into Go struct field {field}',
        code="manifest-invalid",
        hint="quote it: YAML takes yes, no, on, off, y, n and digits for what is no text",
    )


def _short(value: object) -> str:
    import json

    text = json.dumps(value, separators=(",", ":"), sort_keys=True)
    return text if len(text) <= 200 else text[:200] + "…"


def resolve(objects: Iterable[dict[str, Any]], world: World, *, source: str = "") -> list[Target]:
    """Each object with its full reference. Raises ClusterError for a kind that the cluster does not serve."""
    targets = []
    for value in objects:
        ref = ref_of(value)
        try:
            namespaced = world.cluster.resource(ref.api_version, ref.kind).namespaced
        except ClusterError as error:
            error.message = f'resource mapping not found for name: "{ref.name}" namespace: "{ref.namespace}" from "": {error.message}\nensure CRDs are installed first'
            raise
        if namespaced and not ref.namespace:
            ref = ref.in_namespace(world.namespace)
            value = {**value, "metadata": {**(value.get("metadata") or {}), "namespace": world.namespace}}
        elif not namespaced:
            ref = ref.in_namespace("")
        targets.append(Target(ref, value, source))
    return targets


def of_manifest(text: str, world: World, what: str) -> list[Target]:
    """The objects of a release's manifest. `what` completes the error: "release manifest", "current release manifest"."""
    try:
        return resolve(read_objects(text), world)
    except Error as error:
        error.message = f"unable to build kubernetes objects from {what}: {error.message}"
        raise


def of_hooks(hooks: Iterable[Hook], world: World) -> list[HookTargets]:
    """The objects of hooks, hook by hook."""
    found = []
    for hook in hooks:
        try:
            found.append(HookTargets(hook, tuple(resolve(read_objects(hook.text, source=hook.path), world, source=hook.path))))
        except Error as error:
            error.message = f"unable to build kubernetes object for {'/'.join(hook.events)} hook {hook.path}: {error.message}"
            raise
    return found


def as_owned(targets: Iterable[Target], release: str, namespace: str) -> list[Target]:
    """The objects with the release's ownership metadata on them."""
    return [target.replace(object=owned(target.object, release, namespace)) for target in targets]


def refs(targets: Iterable[Target]) -> list[Ref]:
    return [target.ref for target in targets]
