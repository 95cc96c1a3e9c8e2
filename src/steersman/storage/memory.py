"""Records in memory: for tests, and for `HELM_DRIVER=memory`, whose records begin as the files of HELM_MEMORY_DRIVER_DATA.

A `Memory` is a view of one namespace, or of all, on records that several views may share: `view.of("other")` looks at the same
records. The fence is a counter per record, as the API server's resourceVersion.
"""

from __future__ import annotations

import threading
import time

from steersman.errors import AlreadyExists, Conflict, Error, NotFound, StorageError
from steersman.release import record
from steersman.release.attempts import Trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from steersman.release.attempts import Attempt
    from steersman.release.model import Release

NOT_FOUND = "release: not found"
EXISTS = "release: already exists"
CHANGED = "the object has been modified; please apply your changes to the latest version and try again"


class _Shelf:
    """The records themselves: (namespace, key) → (number of the write, release with all its labels)."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.records: dict[tuple[str, str], tuple[int, Release]] = {}
        self.traces: dict[tuple[str, str], Trace] = {}
        self.writes = 0


class Memory:
    """A driver whose records end with the process."""

    name = "Memory"

    def __init__(self, namespace: str = "default", *, shelf: _Shelf | None = None, now: Callable[[], float] = time.time) -> None:
        self._namespace = namespace
        self._shelf = shelf or _Shelf()
        self._now = now
        self._seen: dict[tuple[str, str], int] = {}

    def of(self, namespace: str) -> Memory:
        """Another namespace's view of the same records."""
        return Memory(namespace, shelf=self._shelf, now=self._now)

    def load(self, files: str) -> None:
        """Adds the releases of YAML files, named with `:` between them, each a list of releases in Helm's JSON form.

        Raises StorageError when a file cannot be read or is no such list (Helm 4: pkg/cmd/root.go, loadReleasesInMemory).
        """
        if not files:
            return
        from steersman.golang.yaml import load as load_yaml
        from steersman.release import codec

        for file in files.split(":"):
            try:
                with open(file, encoding="utf-8") as stream:
                    found = load_yaml(stream.read())
                releases = [codec.release_of(item) for item in found or []]
            except OSError as error:
                raise StorageError(f"unable to read memory driver data: open {file}: {(error.strerror or '').lower()}") from error
            except (Error, TypeError) as error:
                raise StorageError(f"unable to unmarshal memory driver data: {error}") from error
            for release in releases:
                self.of(release.namespace or "default").create(release)

    def create(self, release: Release, *, attempt: Attempt | None = None) -> None:
        place = self._place(release.name, release.version)
        with self._shelf.lock:
            if place in self._shelf.records:
                raise AlreadyExists(EXISTS)
            self._write(place, release, attempt, created=True)

    def update(self, release: Release, *, attempt: Attempt | None = None) -> None:
        place = self._place(release.name, release.version)
        with self._shelf.lock:
            if place not in self._shelf.records:
                raise NotFound(NOT_FOUND)
            if self._seen.get(place, self._shelf.records[place][0]) != self._shelf.records[place][0]:
                raise Conflict(f'update: failed to update: Operation cannot be fulfilled on releases "{place[1]}": {CHANGED}')
            self._write(place, release, attempt, created=False)

    def trace(self, name: str, revision: int) -> Trace:
        with self._shelf.lock:
            return self._shelf.traces.get(self._place(name, revision), Trace())

    def get(self, name: str, revision: int) -> Release:
        place = self._place(name, revision)
        with self._shelf.lock:
            if place not in self._shelf.records:
                raise NotFound(NOT_FOUND)
            self._seen[place], release = self._shelf.records[place]
        return release.replace(labels=record.user_labels(release.labels))

    def delete(self, name: str, revision: int) -> Release:
        release = self.get(name, revision)
        place = self._place(name, revision)
        with self._shelf.lock:
            if self._shelf.records.pop(place, None) is None:
                raise NotFound(NOT_FOUND)
            self._seen.pop(place, None)
        return release

    def history(self, name: str) -> tuple[Release, ...]:
        found = self.list(record.history_selector(name))
        return tuple(sorted(found, key=lambda release: release.version))

    def list(self, labels: Mapping[str, str] | None = None) -> Iterator[Release]:
        wanted = {**record.OWNER_SELECTOR, **(labels or {})}.items()
        with self._shelf.lock:
            found = [
                (place, number, release)
                for place, (number, release) in sorted(self._shelf.records.items())
                if self._namespace in ("", place[0]) and wanted <= release.labels.items()
            ]
            for place, number, _ in found:
                self._seen[place] = number
        return iter([release for _, _, release in found])

    def _place(self, name: str, revision: int) -> tuple[str, str]:
        return self._namespace or "default", record.record_name(name, revision)

    def _write(self, place: tuple[str, str], release: Release, attempt: Attempt | None, *, created: bool) -> None:
        labels = record.record_labels(release, int(self._now()), created=created)
        self._shelf.writes += 1
        self._shelf.records[place] = (self._shelf.writes, release.replace(labels=labels))
        self._shelf.traces[place] = Trace(attempt, self._now())
        self._seen[place] = self._shelf.writes
