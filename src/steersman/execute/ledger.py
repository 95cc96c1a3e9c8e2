"""The ledger: the records of one release while an action runs. Every change of a record goes through here, one at a time.

A record is an immutable value; the ledger holds the newest of each revision and writes it to the store, so that a hook's run,
the verdict and a superseded revision never overwrite each other's facts. As long as the action is under way, its record carries
who works on it (`release.attempts`); a verdict takes that away.
"""

from __future__ import annotations

import threading

from steersman.errors import NotFound, StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from steersman.execute.ports import Store
    from steersman.golang.times import Time
    from steersman.plan.steps import Target
    from steersman.release.attempts import Attempt
    from steersman.release.model import Hook, Release


class Ledger:
    """`name` is the release's; `current` is the record of the action at hand, as last changed, None before it is begun."""

    def __init__(
        self, store: Store, name: str, release: Release | None, attempt: Callable[[], Attempt | None] = lambda: None
    ) -> None:
        self._store = store
        self._name = name
        self._attempt = attempt
        self._lock = threading.Lock()
        self.current = release
        self._is_saved = True
        self._targets: dict[str, tuple[Target, ...]] = {}

    def begin(self, release: Release) -> None:
        """Writes a new record. Raises AlreadyExists when another action took the revision."""
        with self._lock:
            self._store.create(release, attempt=self._attempt())
            self.current = release

    def conclude(self, revision: int, status: str, description: str, now: Time) -> None:
        """Writes the verdict on the record of this revision; `now` becomes the time of deletion where the status says so."""
        with self._lock:
            release = self._at(revision)
            info = release.info.replace(status=status, description=description)
            if status == "uninstalling" or (status == "uninstalled" and not info.deleted):
                info = info.replace(deleted=now)
            self._write(release.replace(info=info), attempt=self._attempt() if status == "uninstalling" else None)

    def supersede(self, revision: int, description: str | None) -> None:
        """Marks a revision as superseded; one that is gone by now needs no mark."""
        with self._lock:
            try:
                release = self._at(revision)
            except (NotFound, StorageError):
                return
            info = release.info.replace(status="superseded")
            if description is not None:
                info = info.replace(description=description)
            self._write(release.replace(info=info))

    def forget(self, revisions: Sequence[int]) -> None:
        """Deletes records; those that are gone already are well."""
        with self._lock:
            for revision in revisions:
                try:
                    self._store.delete(self._name, revision)
                except NotFound:
                    pass

    def change_hook(self, hook: Hook, *, save: bool = False, **changes: Any) -> Hook:
        """Changes one hook of the current record, and writes the record if `save` says so. Returns the changed hook."""
        with self._lock:
            changed = hook.replace(**changes)
            if self.current is not None:
                hooks = tuple(changed if _same(mine, hook) else mine for mine in self.current.hooks)
                self.current = self.current.replace(hooks=hooks)
                if save:
                    self._store.update(self.current, attempt=self._attempt())
                self._is_saved = save
            return changed

    def save(self) -> None:
        """Writes the current record as it is, at the end of the work."""
        with self._lock:
            if self.current is not None:
                self._store.update(self.current)
                self._is_saved = True

    def keep(self) -> None:
        """Writes what became of hooks, if that is not written yet: the work goes on."""
        with self._lock:
            if self.current is not None and not self._is_saved:
                self._store.update(self.current, attempt=self._attempt())
                self._is_saved = True

    def remember_targets(self, hook: Hook, targets: tuple[Target, ...]) -> None:
        """Keeps the objects of a hook at hand, for the clean-up after a later one fails."""
        self._targets[f"{hook.path}#{hook.name}#{hook.kind}"] = targets

    def targets_of(self, hook: Hook) -> tuple[Target, ...] | None:
        """The objects of a hook that ran, or was found to have run."""
        return self._targets.get(f"{hook.path}#{hook.name}#{hook.kind}")

    def place_of(self, hook: Hook) -> tuple[str, int]:
        """The file of a hook, and which of the file's hooks it is: its name may hold the number of the revision."""
        return place_of(hook, self.current.hooks if self.current is not None else ())

    def succeeded_hooks(self, event: str) -> list[tuple[Hook, tuple[Target, ...]]]:
        """The hooks of this event that ended well in this run, with their objects."""
        if self.current is None:
            return []
        found = []
        for hook in self.current.hooks:
            targets = self._targets.get(f"{hook.path}#{hook.name}#{hook.kind}")
            if targets and event in hook.events and hook.last_run.phase == "Succeeded":
                found.append((hook, targets))
        return found

    def _at(self, revision: int) -> Release:
        if self.current is not None and self.current.version == revision:
            return self.current
        return self._store.get(self._name, revision)

    def _write(self, release: Release, *, attempt: Attempt | None = None) -> None:
        self._store.update(release, attempt=attempt)
        if self.current is not None and self.current.version == release.version:
            self.current = release
            self._is_saved = True


def place_of(hook: Hook, hooks: Sequence[Hook]) -> tuple[str, int]:
    """(file of a hook, which of the hooks of this file it is)."""
    same_file = [one for one in hooks if one.path == hook.path]
    return hook.path, next((number for number, one in enumerate(same_file) if _same(one, hook)), 0)


def _same(one: Hook, other: Hook) -> bool:
    return (one.path, one.name, one.kind) == (other.path, other.name, other.kind)
