"""What the pump needs of the world, as Protocols: whoever offers these can be driven."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    from steersman.golang.times import Time
    from steersman.objects.refs import Ref
    from steersman.release.attempts import Attempt
    from steersman.release.model import Release

    class Cluster(Protocol):
        """A Kubernetes API, seen by references. All methods raise errors of the ClusterError family and nothing else."""

        def get(self, ref: Ref) -> dict[str, Any]: ...

        def create(self, body: Mapping[str, Any], *, namespace: str = "", field_manager: str = "") -> dict[str, Any]: ...

        def apply(
            self,
            body: Mapping[str, Any],
            *,
            namespace: str = "",
            field_manager: str = "",
            force: bool = False,
            field_validation: str = "",
        ) -> dict[str, Any]: ...

        def patch(self, ref: Ref, body: Any, *, kind: str, field_manager: str = "") -> dict[str, Any]: ...

        def replace(
            self, body: Mapping[str, Any], *, namespace: str = "", field_manager: str = "", field_validation: str = ""
        ) -> dict[str, Any]: ...

        def delete(self, ref: Ref, *, propagation: str = "") -> None: ...

        def list(
            self, api_version: str, kind: str, *, namespace: str = "", label_selector: str = "", field_selector: str = ""
        ) -> list[dict[str, Any]]: ...

        def logs(self, namespace: str, pod: str, *, container: str = "") -> str: ...

    class Store(Protocol):
        """Where release records lie. Helm's drivers, and ours."""

        def create(self, release: Release, *, attempt: Attempt | None = None) -> None: ...

        def update(self, release: Release, *, attempt: Attempt | None = None) -> None: ...

        def get(self, name: str, revision: int) -> Release: ...

        def delete(self, name: str, revision: int) -> Release: ...


class Ports:
    """The ports of one execution, made in one place: `actions.connect`.

    `now` gives the time of day, as records keep it; `sleep` waits for seconds. `attempt` tells who works, for the records;
    `settle` is called before a record is begun, and takes a lock that could not be taken before.
    """

    __slots__ = ("attempt", "cluster", "now", "settle", "sleep", "store")

    def __init__(
        self,
        cluster: Cluster,
        store: Store,
        now: Callable[[], Time],
        sleep: Callable[[float], None],
        *,
        attempt: Callable[[], Attempt | None] = lambda: None,
        settle: Callable[[], None] = lambda: None,
    ) -> None:
        self.cluster = cluster
        self.store = store
        self.now = now
        self.sleep = sleep
        self.attempt = attempt
        self.settle = settle
