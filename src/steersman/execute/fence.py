"""The fence around what an execution writes: whoever has lost the lock of the release stops before the next write.

Reads pass. The records have a fence of their own, too (the resourceVersion of each), which holds even where the check came a
moment too early.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from steersman.execute.ports import Cluster, Store
    from steersman.objects.refs import Ref
    from steersman.release.attempts import Attempt
    from steersman.release.model import Release


class FencedCluster:
    """A cluster whose every write is preceded by `check`, which raises when the lock is lost."""

    def __init__(self, cluster: Cluster, check: Callable[[], None]) -> None:
        self._cluster = cluster
        self._check = check

    def get(self, ref: Ref) -> dict[str, Any]:
        return self._cluster.get(ref)

    def list(
        self, api_version: str, kind: str, *, namespace: str = "", label_selector: str = "", field_selector: str = ""
    ) -> list[dict[str, Any]]:
        return self._cluster.list(
            api_version, kind, namespace=namespace, label_selector=label_selector, field_selector=field_selector
        )

    def logs(self, namespace: str, pod: str, *, container: str = "") -> str:
        return self._cluster.logs(namespace, pod, container=container)

    def create(self, body: Mapping[str, Any], *, namespace: str = "", field_manager: str = "") -> dict[str, Any]:
        self._check()
        return self._cluster.create(body, namespace=namespace, field_manager=field_manager)

    def apply(
        self,
        body: Mapping[str, Any],
        *,
        namespace: str = "",
        field_manager: str = "",
        force: bool = False,
        field_validation: str = "",
    ) -> dict[str, Any]:
        self._check()
        return self._cluster.apply(
            body, namespace=namespace, field_manager=field_manager, force=force, field_validation=field_validation
        )

    def patch(self, ref: Ref, body: Any, *, kind: str, field_manager: str = "") -> dict[str, Any]:
        self._check()
        return self._cluster.patch(ref, body, kind=kind, field_manager=field_manager)

    def replace(
        self, body: Mapping[str, Any], *, namespace: str = "", field_manager: str = "", field_validation: str = ""
    ) -> dict[str, Any]:
        self._check()
        return self._cluster.replace(body, namespace=namespace, field_manager=field_manager, field_validation=field_validation)

    def delete(self, ref: Ref, *, propagation: str = "") -> None:
        self._check()
        self._cluster.delete(ref, propagation=propagation)


class FencedStore:
    """A store of records whose every write is preceded by `check`."""

    def __init__(self, store: Store, check: Callable[[], None]) -> None:
        self._store = store
        self._check = check

    def create(self, release: Release, *, attempt: Attempt | None = None) -> None:
        self._check()
        self._store.create(release, attempt=attempt)

    def update(self, release: Release, *, attempt: Attempt | None = None) -> None:
        self._check()
        self._store.update(release, attempt=attempt)

    def get(self, name: str, revision: int) -> Release:
        return self._store.get(name, revision)

    def delete(self, name: str, revision: int) -> Release:
        self._check()
        return self._store.delete(name, revision)
