"""Files become a chart: which file goes where, and the charts inside (Helm 4: pkg/chart/v2/loader/load.go).

Helm keeps the charts inside in a Go map and so gives them in a random order. Here their order is that of their first file, which
for a folder is that of their names.
"""

from __future__ import annotations

from steersman.chart import archive
from steersman.chart.files import File, Note
from steersman.chart.metadata import HEAD, read_lock, read_metadata, validated
from steersman.chart.model import API_V1, API_V2, Chart, Lock, Metadata, placed
from steersman.chart.structs import read
from steersman.chart.values_file import load_values
from steersman.errors import ChartError, GoError
from steersman.golang.paths import extension
from steersman.golang.values import to_str

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeVar

    T = TypeVar("T")

MAX_NESTED_CHARTS = 100
"""How deep charts may lie in charts. Helm ends only where the archive does."""

API_V3 = "v3"


def load(files: Iterable[File], notes: list[Note] | None = None, *, any_version: bool = False) -> Chart:
    """The chart that these files are, their names relative to its folder. Raises ChartError with Helm's text.

    What Helm would log is appended to `notes`. With `any_version` it is read as a v1 or v2 chart whatever it says, as lint does.
    """
    given = tuple(files)
    if any_version:
        return placed(_load(given, _Loading([] if notes is None else notes), 0))
    head = next((file for file in given if file.name == "Chart.yaml"), None)
    if head is None:
        raise ChartError("unable to detect chart version, no Chart.yaml found")
    version = _parsed(head, lambda text: read(text, HEAD) or {}).get("api_version", "")
    if version not in ("", API_V1, API_V2, API_V3):
        raise ChartError("unsupported chart version")
    chart = placed(_load(given, _Loading([] if notes is None else notes), 0))
    if version == API_V3:
        # Helm 4.3 loads these behind a feature gate, and then renders and installs none.
        raise ChartError("invalid chart apiVersion")
    return chart


class _Loading:
    """What the charts of one tree share: the notes, and how much the archives inside of it may still unfold to."""

    __slots__ = ("left", "notes")

    def __init__(self, notes: list[Note]) -> None:
        self.notes = notes
        self.left = archive.MAX_TOTAL_BYTES

    def unpacked(self, data: bytes) -> tuple[File, ...]:
        """The files of an archive in `charts/`. Helm lets each of them have the limit of a whole chart."""
        files = archive.unpack(data, at_most=self.left)
        self.left -= sum(len(file.data) for file in files)
        return files


def _load(files: Sequence[File], loading: _Loading, depth: int) -> Chart:
    if depth > MAX_NESTED_CHARTS:
        raise ChartError(f"charts are nested more than {MAX_NESTED_CHARTS} deep")
    metadata: Metadata | None = None
    modified = 0
    for file in files:
        if file.name == "Chart.yaml":
            metadata = _parsed(file, _over(metadata))
            if not metadata.api_version:
                metadata = metadata.replace(api_version=API_V1)
            modified = file.modified
    lock: Lock | None = None
    values: dict[str, Any] = {}
    schema: bytes | None = None
    schema_modified = 0
    templates: list[File] = []
    others: list[File] = []
    inside: dict[str, list[File]] = {}
    for file in files:
        name = file.name
        if name.startswith("templates/"):
            templates.append(file)
        elif name.startswith("charts/"):
            if extension(name) == ".prov":
                others.append(file)
            else:
                inner = name[len("charts/") :]
                inside.setdefault(inner.partition("/")[0], []).append(file.replace(name=inner))
        elif name == "Chart.yaml":
            continue
        elif name == "Chart.lock":
            lock = _parsed(file, read_lock)
        elif name == "values.yaml":
            try:
                values = load_values(file.data)
            except ChartError as error:
                found = ChartError(f"cannot load values.yaml: {error}", code=error.code)
                raise found.within(file=name, data=file.data) from error
        elif name == "values.schema.json":
            schema, schema_modified = file.data, file.modified
        elif name in ("requirements.yaml", "requirements.lock"):
            metadata = metadata or Metadata()
            if metadata.api_version == API_V1:
                others.append(file)
            else:
                loading.notes.append(Note("INFO", _MOVED[name]))
            if name == "requirements.lock":
                lock = _parsed(file, read_lock)
            else:
                metadata = _parsed(file, _over(metadata))
        else:
            others.append(file)
    if metadata is None:
        raise ChartError("Chart.yaml file is missing")
    metadata = validated(metadata)
    return Chart(
        metadata=metadata,
        templates=tuple(templates),
        values=values,
        schema=schema,
        files=tuple(others),
        lock=lock,
        dependencies=tuple(
            _inner(name, held, metadata.name, loading, depth + 1) for name, held in inside.items() if name[:1] not in ("_", ".")
        ),
        raw=tuple(files),
        modified=modified,
        schema_modified=schema_modified,
    )


def _over(known: Metadata | None) -> Callable[[str], Metadata]:
    """Reads a document over what is known already."""
    return lambda text: read_metadata(text, known)


_MOVED = {
    "requirements.yaml": 'Warning: Dependencies are handled in Chart.yaml since apiVersion "v2". '
    "We recommend migrating dependencies to Chart.yaml.",
    "requirements.lock": 'Warning: Dependency locking is handled in Chart.lock since apiVersion "v2". '
    "We recommend migrating to Chart.lock.",
}


def _inner(name: str, files: list[File], parent: str, loading: _Loading, depth: int) -> Chart:
    """A chart in `charts/`: a folder's files, or an archive."""
    if extension(name) == ".tgz":
        first = files[0]
        if first.name != name:
            raise ChartError(f"error unpacking subchart tar in {parent}: expected {name}, got {first.name}")
    try:
        if extension(name) == ".tgz":
            return _load(loading.unpacked(first.data), loading, depth)
        below = [file.replace(name=file.name.partition("/")[2]) for file in files if "/" in file.name]
        return _load(below, loading, depth)
    except ChartError as error:
        found = ChartError(f"error unpacking subchart {name} in {parent}: {error}", at=error.at, hint=error.hint)
        raise found.within(inside=f"{parent}/charts/{name}") from error


def _parsed(file: File, use: Callable[[str], T]) -> T:
    """What `use` makes of the file's YAML. Raises ChartError with Helm's text."""
    try:
        return use(to_str(file.data))
    except (GoError, ChartError) as error:
        found = ChartError(f"cannot load {file.name}: {error}", code="yaml-invalid")
        raise found.within(file=file.name, data=file.data) from error
