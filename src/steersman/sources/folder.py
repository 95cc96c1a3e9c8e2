"""A chart's folder on disk as files (Helm 4: pkg/chart/v2/loader/directory.go and internal/sympath).

Entries are walked in the order of their names. Symbolic links are followed, and each is noted: what they lead to becomes part of
the chart. A link back to a folder that the walk is in would never end and is refused at once, where Helm goes round until the
system stops it. Everything that is no file or folder is refused, and so is more than the budget.
"""

from __future__ import annotations

import errno
import os
import stat

from steersman.chart import ignore
from steersman.chart.archive import MAX_TOTAL_BYTES
from steersman.chart.files import File, Note, without_mark
from steersman.errors import ChartError, SourceError

MAX_DEPTH = 200
"""How deep folders may lie in each other."""
MAX_FILES = 50_000
"""How many files a chart's folder may have, links to folders followed."""
_PIECE = 1024 * 1024


def read_folder(path: str, notes: list[Note] | None = None, *, budget: int = MAX_TOTAL_BYTES) -> tuple[File, ...]:
    """The files below `path`, named relative to it, without those that its .helmignore leaves out.

    Raises ChartError or SourceError with Helm's text. Links that were followed are appended to `notes`.
    """
    top = os.path.abspath(path)
    chart_file = f"{top}/Chart.yaml"
    try:
        _read(chart_file, budget)
    except OSError as error:
        raise SourceError(
            f"unable to detect chart at {chart_file}: open {chart_file}: {reason(error)}", code="chart-missing"
        ) from None
    try:
        rules = ignore.parse(_read(f"{top}/{ignore.FILE_NAME}", budget))
    except (FileNotFoundError, NotADirectoryError):
        rules = ignore.parse()
    except OSError as error:
        raise SourceError(f"open {top}/{ignore.FILE_NAME}: {reason(error)}") from None
    walk = _Walk(top, rules, [] if notes is None else notes, budget)
    walk.folder(top, "", (os.path.realpath(top),))
    return tuple(walk.files)


def reason(error: OSError) -> str:
    """What Go prints for an error of the system: the text of the C library in lower case."""
    text = os.strerror(error.errno) if error.errno else str(error)
    return text[:1].lower() + text[1:]


class _Walk:
    __slots__ = ("budget", "files", "left", "notes", "rules", "top")

    def __init__(self, top: str, rules: ignore.Rules, notes: list[Note], budget: int) -> None:
        self.top = top
        self.rules = rules
        self.notes = notes
        self.budget = budget
        self.left = budget
        self.files: list[File] = []

    def folder(self, path: str, name: str, above: tuple[str, ...]) -> None:
        """Walks a folder. `name` is relative to the chart; `above` are the real paths of the folders being walked."""
        if len(above) > MAX_DEPTH:
            raise ChartError(f"folders are nested more than {MAX_DEPTH} deep at {path}")
        try:
            with os.scandir(path) as entries:
                found = sorted(entries, key=_by_name)
        except OSError as error:
            raise SourceError(f"open {path}: {reason(error)}") from None
        for entry in found:
            inner = f"{name}/{entry.name}" if name else entry.name
            full = f"{path}/{entry.name}"
            real = f"{above[-1]}/{entry.name}"
            if entry.is_symlink():
                real = self.resolved(full)
            try:
                kind = entry.stat()
            except OSError as error:
                raise SourceError(f"lstat {full}: {reason(error)}") from None
            if stat.S_ISDIR(kind.st_mode):
                if self.rules.ignores(inner, True):
                    continue
                if real in above:
                    raise ChartError(f"error evaluating symlink {full}: too many levels of symbolic links")
                self.folder(full, inner, (*above, real))
            elif not self.rules.ignores(inner, False):
                self.file(full, inner, kind)

    def resolved(self, path: str) -> str:
        """Where a link leads, noted. Raises ChartError when it leads nowhere."""
        try:
            real = os.path.realpath(path, strict=True)
        except OSError as error:
            why = (
                f"lstat {error.filename or path}: {reason(error)}"
                if error.errno != errno.ELOOP
                else "EvalSymlinks: too many links"
            )
            raise ChartError(f"error evaluating symlink {path}: {why}", code="chart-link-broken") from None
        self.notes.append(
            Note(
                "INFO",
                "found symbolic link in path. Contents of linked file included and used",
                (("path", path), ("resolved", real)),
            )
        )
        return real

    def file(self, path: str, name: str, kind: os.stat_result) -> None:
        if not stat.S_ISREG(kind.st_mode):
            raise ChartError(f"cannot load irregular file {path} as it has file mode type bits set")
        if len(self.files) >= MAX_FILES:
            raise ChartError(f"chart has more than {MAX_FILES} files")
        try:
            data = _read(path, self.left) if kind.st_size <= self.left else None
        except OSError as error:
            raise ChartError(f"error reading {name}: open {path}: {reason(error)}") from None
        if data is None or len(data) > self.left:
            raise ChartError(
                f"error reading {name}: chart exceeds maximum decompressed size of {self.budget} bytes", code="chart-too-large"
            )
        self.left -= len(data)
        self.files.append(File(name, without_mark(data), kind.st_mtime_ns))


def _by_name(entry: os.DirEntry[str]) -> bytes:
    return os.fsencode(entry.name)


def _read(path: str, budget: int) -> bytes:
    """The file's bytes, at most one more than the budget: a file can grow while it is read. Never waits for the writer of a pipe."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        asked = min(os.fstat(handle).st_size, budget) + 1
        pieces: list[bytes] = []
        while asked > 0:
            piece = os.read(handle, asked)
            pieces.append(piece)
            budget -= len(piece)
            if len(piece) < asked:
                break
            asked = min(_PIECE, budget + 1)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
    finally:
        os.close(handle)
