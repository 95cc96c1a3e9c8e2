"""What is costly to make again, kept in the user's cache folder by its content: compiled templates. Deleting it loses nothing.

A key is a digest of all that the entry was made of: the source bytes, the version of the maker, Python's own magic number. What is read
back is code, so the folder must be the user's own and closed to all others: any other folder is not used, and says so with --debug.
Writers replace whole files, so that a reader sees all of an entry or nothing.
"""

from __future__ import annotations

import os
import sys

from steersman.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from steersman.chart.model import Chart
    from steersman.template import Library

MAX_ENTRY_BYTES = 64 * 1024 * 1024
"""The largest entry that is written or read."""

MAX_BYTES = 512 * 1024 * 1024
"""What the folder may hold; beyond it the entries that were not used for longest go."""

KEPT_IN_MEMORY = 64
"""Libraries that a process keeps."""

OFF = "STEERSMAN_NO_CACHE"
"""The environment variable that switches the cache on disk off when it is set to anything."""

_libraries: dict[tuple[tuple[str, str, bytes], ...], Kept] = {}


def folder() -> str:
    """Where entries lie: $XDG_CACHE_HOME/steersman, ~/.cache/steersman, ~/Library/Caches/steersman on a Mac; "" for nowhere."""
    if os.environ.get(OFF):
        return ""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not base:
        home = os.environ.get("HOME", "")
        if not home:
            return ""
        base = f"{home}/Library/Caches" if sys.platform == "darwin" else f"{home}/.cache"
    return f"{base}/steersman"


def is_ours(path: str) -> bool:
    """Whether a folder belongs to this user and nobody else may write to it, or read it."""
    import stat

    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def digest(parts: Iterable[bytes]) -> str:
    """A name for this content, made by this program on this Python."""
    try:
        from _blake2 import blake2b  # what hashlib gives, without the rest of it
    except ImportError:
        from hashlib import blake2b

    made = blake2b(digest_size=24)
    made.update(f"{__version__} {sys.implementation.cache_tag} {sys.hexversion}".encode())
    for part in parts:
        made.update(b"%d:" % len(part))
        made.update(part)
    return str(made.hexdigest())


def read(key: str) -> bytes | None:
    """The entry, or None."""
    base = folder()
    if not base or not is_ours(base):
        return None
    try:
        with open(f"{base}/{key}", "rb") as stream:
            data = stream.read(MAX_ENTRY_BYTES + 1)
    except OSError:
        return None
    return data if len(data) <= MAX_ENTRY_BYTES else None


def write(key: str, data: bytes) -> None:
    """Keeps an entry, if that is possible; that it is not is no error."""
    base = folder()
    if not base or len(data) > MAX_ENTRY_BYTES:
        return
    try:
        os.makedirs(base, mode=0o700, exist_ok=True)
        if not is_ours(base):
            return
        fresh = f"{base}/{key}.{os.getpid()}"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with open(handle, "wb") as stream:
                stream.write(data)
            os.replace(fresh, f"{base}/{key}")
        except OSError:
            os.unlink(fresh)
        if key.startswith("00"):
            prune(base)
    except OSError:
        return


def prune(base: str) -> None:
    """Removes what was not written for longest until the folder is within its bounds."""
    entries = sorted(
        (entry.stat().st_mtime, entry.stat().st_size, entry.path)
        for entry in os.scandir(base)
        if entry.is_file(follow_symlinks=False)
    )
    total = sum(size for _, size, _ in entries)
    for _, size, path in entries:
        if total <= MAX_BYTES:
            return
        os.unlink(path)
        total -= size


def library_of(chart: Chart) -> Kept:
    """The compiled templates of a chart tree: from memory, from the folder, or made now.

    Raises TemplateError as `compile_chart` does. `keep` writes back what a rendering compiled besides.
    """
    key = tuple((chart.full_path(), file.name, file.data) for chart in chart.walk() for file in chart.templates)
    found = _libraries.get(key)
    if found is None:
        from steersman.rendering import engine
        from steersman.template import StaleProgram

        name = digest(part for path, file, data in key for part in (path.encode(), file.encode("utf-8", "surrogateescape"), data))
        library = None
        data = read(name)
        if data is not None:
            try:
                library = engine.load_compiled(data)
            except StaleProgram:
                pass
        compiled = library.compiled() if library is not None else 0
        found = Kept(name, library or engine.compile_chart(chart), compiled)
        if len(_libraries) >= KEPT_IN_MEMORY:
            del _libraries[next(iter(_libraries))]
        _libraries[key] = found
    return found


class Kept:
    """A library, the name of its entry, and how much of it is in the folder."""

    __slots__ = ("_name", "_written", "library")

    def __init__(self, name: str, library: Library, written: int) -> None:
        self._name = name
        self._written = written
        self.library = library

    def keep(self) -> None:
        """Writes the library if it has grown. `tpl` and branches not taken before are compiled when they are first met."""
        compiled = self.library.compiled()
        if compiled > self._written:
            self._written = compiled
            write(self._name, self.library.dumps())
