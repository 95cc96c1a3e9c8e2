"""A chart's archive on disk as files (Helm 4: pkg/chart/loader/load.go, LoadFile)."""

from __future__ import annotations

import os

from steersman.chart.archive import NOT_GZIP, unpack
from steersman.errors import ChartError, SourceError
from steersman.sources.folder import reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.chart.files import File

MAX_ARCHIVE_BYTES = 100 * 1024 * 1024
"""How large an archive may be before it is even inflated. Helm only limits what it inflates to."""

_SNIFFED = 512


def read_archive(path: str) -> tuple[File, ...]:
    """The files of the archive at `path`. Raises ChartError or SourceError with Helm's text; the hint says what Helm drops."""
    try:
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_ARCHIVE_BYTES:
                raise ChartError(
                    f"chart archive {path} is larger than the maximum size {MAX_ARCHIVE_BYTES}", code="chart-too-large"
                )
            data = file.read(MAX_ARCHIVE_BYTES + 1) or b""
    except OSError as error:
        raise SourceError(f"open {path}: {reason(error)}") from None
    _ensure_archive(path, data[:_SNIFFED])
    try:
        return unpack(data)
    except ChartError as error:
        if error.code == NOT_GZIP:
            raise ChartError(
                f"file '{path}' does not appear to be a valid chart file (details: {error})", code=error.code
            ) from None
        raise ChartError("unable to load chart archive", code=error.code, hint=str(error)) from error


def _ensure_archive(path: str, beginning: bytes) -> None:
    """Raises ChartError when the bytes do not begin as gzip does."""
    if beginning.startswith(b"\x1f\x8b\x08"):
        return
    from steersman.sources.sniff import content_type

    # Helm looks at 512 bytes even if the file has fewer: the rest are zeros, so that a short text counts as binary.
    kind = content_type(beginning.ljust(_SNIFFED, b"\0"))
    if kind == "application/x-gzip":
        return
    if path.endswith((".yml", ".yaml")):
        raise ChartError(f"file '{path}' seems to be a YAML file, but expected a gzipped archive", code=NOT_GZIP)
    raise ChartError(f"file '{path}' does not appear to be a gzipped archive; got '{kind}'", code=NOT_GZIP)
