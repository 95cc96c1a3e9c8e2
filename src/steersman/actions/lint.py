"""`lint`: charts looked over, each by the rules of the room of that name. Helm 4: pkg/action/lint.go, pkg/cmd/lint.go.

This reads what lies on disk and hands it to the rules, which touch nothing. Helm unpacks an archive into a temporary folder; here its
files are looked over where they are, in memory, and findings about the folder as a whole name the archive.
"""

from __future__ import annotations

import os
import stat

from steersman.actions.budget import budgeted, renew
from steersman.actions.prepare import read_overlay
from steersman.actions.world import environment
from steersman.chart import ignore
from steersman.chart.archive import unpack
from steersman.chart.files import File, Note
from steersman.chart.loader import load
from steersman.chart.metadata import read_metadata
from steersman.errors import ChartError, Error, GoError, SourceError, UsageError
from steersman.golang.paths import base, clean, join
from steersman.golang.strconv import quote
from steersman.golang.values import to_str
from steersman.lint import ERROR, INFO, WARNING, Entry, Finding, Subject, lint
from steersman.lint.subject import FILE, FOLDER, MISSING, UNKNOWN
from steersman.objects.capabilities import Capabilities, parse_kube_version
from steersman.records import Record
from steersman.rendering.env import ReleaseFacts
from steersman.sources.archive import MAX_ARCHIVE_BYTES
from steersman.sources.folder import read_folder, reason
from steersman.values.compose import Overlay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steersman.chart.model import Chart

RELEASE_NAME = "test-release"
MAX_FILE_BYTES = 100 * 1024 * 1024
"""How long a file may be that a rule looks at."""
MAX_SUBCHARTS = 10_000
"""How many charts `with_subcharts` looks for."""


class Lint(Record):
    """What to look over, and how. `with_subcharts` adds what charts/ holds, `strict` lets warnings fail a chart, too."""

    paths: tuple[str, ...]
    values: Overlay = Overlay()
    namespace: str = "default"
    kube_version: str = ""
    strict: bool = False
    quiet: bool = False
    with_subcharts: bool = False
    skip_schema: bool = False


class Linted(Record):
    """One chart's result; `problem` is why nothing could be looked over."""

    path: str
    findings: tuple[Finding, ...] = ()
    problem: str = ""
    failed: bool = False

    @property
    def is_worth_telling(self) -> bool:
        """Whether there is more than information."""
        return bool(self.problem) or any(finding.severity > INFO for finding in self.findings)


class Report(Record):
    """All results, in order. `text` is what Helm prints before the summary."""

    charts: tuple[Linted, ...]
    quiet: bool = False

    @property
    def failed(self) -> int:
        return sum(chart.failed for chart in self.charts)

    @property
    def summary(self) -> str:
        """The last line; "" where there is nothing to say. With a failed chart it is the error's text."""
        if self.quiet and not self.failed and not any(chart.is_worth_telling for chart in self.charts):
            return ""
        return f"{len(self.charts)} chart(s) linted, {self.failed} chart(s) failed"

    @property
    def text(self) -> str:
        return "".join(self._chart(chart) for chart in self.charts if chart.is_worth_telling or not self.quiet)

    def _chart(self, chart: Linted) -> str:
        lines = [f"==> Linting {chart.path}"]
        if chart.problem:
            lines.append(f"Error {chart.problem}")
        lines += [str(finding) for finding in chart.findings if finding.severity > INFO or not self.quiet]
        return "\n".join(lines) + "\n\n"


def run(request: Lint, tell: Callable[[Note], None]) -> Report:
    """Looks the charts over. `tell` gets what Helm would log. Raises UsageError or ValuesError for a wrong request."""
    capabilities = Capabilities()
    if request.kube_version:
        try:
            capabilities = Capabilities(parse_kube_version(request.kube_version))
        except GoError as error:
            raise UsageError(f"invalid kube version '{request.kube_version}': {error}") from None
    paths = list(request.paths)
    if request.with_subcharts:
        for path in request.paths:
            paths += subcharts(path)
    values = read_overlay(request.values)
    facts = ReleaseFacts(RELEASE_NAME, request.namespace, 0, is_install=False)
    env = environment(capabilities, facts).replace(lint=True, warn=lambda text: tell(_note(text)))
    lowest = WARNING if request.strict else ERROR
    charts = []
    looked, judged = budgeted(subject_at), budgeted(lint)
    for path in paths:
        renew()
        try:
            subject = looked(path, tell)
        except Error as error:
            charts.append(Linted(path, problem=str(error), failed=True))
            continue
        notes = _Told(tell)
        findings = judged(subject, values, env, skip_schema=request.skip_schema, notes=notes)
        charts.append(Linted(path, findings, failed=any(finding.severity >= lowest for finding in findings)))
    return Report(tuple(charts), request.quiet)


class _Told(list[Note]):
    """Notes that are told as soon as they are appended, so that they come in Helm's order."""

    def __init__(self, tell: Callable[[Note], None]) -> None:
        super().__init__()
        self._tell = tell

    def append(self, note: Note) -> None:
        self._tell(note)


def _note(text: str) -> Note:
    """Helm's log line of what `required` or `fail` let pass."""
    title, _, message = text.partition(": ")
    return Note("INFO" if title == "funcMap fail" else "WARN", title, (("message", message),))


def subcharts(path: str) -> list[str]:
    """The charts that lie below charts/: folders with a Chart.yaml, and archives, in the order of their names (filepath.Walk)."""
    return list(_charts_below(join(path, "charts")))


def _charts_below(top: str) -> Iterator[str]:
    left = MAX_SUBCHARTS
    # Folders are entered once, and links are not followed: the walk ends.
    open_now = [top]
    while open_now:
        path = open_now.pop()
        try:
            mode = os.lstat(path).st_mode
        except (OSError, ValueError):
            continue
        if base(path) == "Chart.yaml" or path.endswith((".tgz", ".tar.gz")):
            left -= 1
            if left < 0:
                raise UsageError(f"more than {MAX_SUBCHARTS} charts in {top}", code="limit")
            yield clean(os.path.dirname(path)) if base(path) == "Chart.yaml" else path
        if stat.S_ISDIR(mode):
            try:
                names = sorted(os.listdir(path), key=os.fsencode, reverse=True)
            except OSError:
                continue
            open_now += [join(path, name) for name in names]


def subject_at(path: str, tell: Callable[[Note], None]) -> Subject:
    """The chart at a path as rules look at it. Raises SourceError or ChartError, with Helm's text, when there is none."""
    if path.endswith((".tgz", ".tar.gz")):
        return _in_archive(path, tell)
    return _in_folder(path, tell)


def _in_folder(path: str, tell: Callable[[Note], None]) -> Subject:
    head = join(path, "Chart.yaml")
    try:
        os.stat(head)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "invalid argument"
        raise SourceError(f"unable to check Chart.yaml file in chart: stat {head}: {why}", code="chart-missing") from None
    top = os.path.abspath(path)
    chart_file = _entry(f"{top}/Chart.yaml", read=True)

    def read(notes: list[Note]) -> tuple[File, ...]:
        if chart_file.kind != FILE:
            raise ChartError("Chart.yaml file is missing")
        return read_folder(top, notes)

    return Subject(
        path=top,
        chart_file=chart_file,
        values_file=_entry(f"{top}/values.yaml", read=True),
        schema_file=_entry(f"{top}/values.schema.json", read=True),
        templates=_entry(f"{top}/templates"),
        definitions=_entry(f"{top}/crds"),
        load=_Loading(read, tell),
    )


def _entry(path: str, *, read: bool = False) -> Entry:
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return Entry(MISSING)
    except OSError as error:
        return Entry(UNKNOWN, problem=f"stat {path}: {reason(error)}")
    if stat.S_ISDIR(mode):
        return Entry(FOLDER, problem=f"read {path}: is a directory")
    if not read:
        return Entry(FILE)
    if not stat.S_ISREG(mode):
        # Helm would wait for whoever writes into a pipe.
        return Entry(FILE, problem=f"read {path}: not a regular file")
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return Entry(FILE, problem=f"open {path}: {reason(error)}")
    if len(data) > MAX_FILE_BYTES:
        return Entry(FILE, problem=f"read {path}: longer than {MAX_FILE_BYTES} bytes")
    return Entry(FILE, data)


def _in_archive(path: str, tell: Callable[[Note], None]) -> Subject:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_ARCHIVE_BYTES + 1)
    except IsADirectoryError:
        raise SourceError(f"unable to extract tarball: read {path}: is a directory") from None
    except OSError as error:
        raise SourceError(f"unable to open tarball: open {path}: {reason(error)}", code="chart-missing") from None
    if len(data) > MAX_ARCHIVE_BYTES:
        raise ChartError(
            f"unable to extract tarball: {path} is larger than the maximum size {MAX_ARCHIVE_BYTES}", code="chart-too-large"
        )
    try:
        files = _files_of(data)
    except ChartError as error:
        raise ChartError(f"unable to extract tarball: {error}", code=error.code) from None
    by_name = {file.name: file for file in files}
    folders = {name[:at] for name in by_name for at in range(len(name)) if name[at] == "/"}

    def entry(name: str) -> Entry:
        if name in folders:
            return Entry(FOLDER, problem=f"read {path}/{name}: is a directory")
        return Entry(FILE, by_name[name].data) if name in by_name else Entry(MISSING)

    def read(notes: list[Note]) -> tuple[File, ...]:
        return _without_ignored(tuple(sorted(by_name.values(), key=_walked)), by_name.get(ignore.FILE_NAME))

    return Subject(
        path=os.path.abspath(path),
        chart_file=entry("Chart.yaml"),
        values_file=entry("values.yaml"),
        schema_file=entry("values.schema.json"),
        templates=entry("templates"),
        definitions=entry("crds"),
        load=_Loading(read, tell),
    )


def _files_of(data: bytes) -> tuple[File, ...]:
    """The archive's files. Raises ChartError as unpacking them to a folder named after the chart would (Helm 4: util/expand.go)."""
    files = unpack(data)
    name = ""
    for file in files:
        if file.name == "Chart.yaml":
            try:
                name = read_metadata(to_str(file.data)).name
            except (GoError, ChartError) as error:
                raise ChartError(f"cannot load Chart.yaml: {error}") from None
    if not name:
        raise ChartError("chart name not specified")
    if name in (".", ".."):
        raise ChartError(f"chart name {quote(name)} is not allowed")
    if base(name) != name:
        raise ChartError(f"chart name {quote(name)} must not contain path separators")
    return files


def _walked(file: File) -> list[bytes]:
    """The order in which a walk through the unpacked folder comes by."""
    return [os.fsencode(part) for part in file.name.split("/")]


def _without_ignored(files: tuple[File, ...], rules_file: File | None) -> tuple[File, ...]:
    """The files that .helmignore leaves: once unpacked, a chart is a folder like any other."""
    rules = ignore.parse(rules_file.data if rules_file else b"")

    def is_ignored(name: str) -> bool:
        above = [name[:at] for at in range(len(name)) if name[at] == "/"]
        return any(rules.ignores(folder, True) for folder in above) or rules.ignores(name, False)

    return tuple(file for file in files if not is_ignored(file.name))


class _Loading:
    """`Subject.load`: reads and loads once, and says at every call what Helm would say each time it loads anew."""

    __slots__ = ("chart", "error", "notes", "read", "tell")

    def __init__(self, read: Callable[[list[Note]], tuple[File, ...]], tell: Callable[[Note], None]) -> None:
        self.read = read
        self.tell = tell
        self.notes: list[Note] = []
        self.chart: Chart | None = None
        self.error: Error | None = None

    def __call__(self) -> Chart:
        if self.chart is None and self.error is None:
            try:
                self.chart = load(self.read(self.notes), self.notes, any_version=True)
            except Error as error:
                self.error = error
        for note in self.notes:
            self.tell(note)
        if self.chart is None:
            assert self.error is not None
            raise self.error
        return self.chart
