"""The choice among the places a chart can come from (Helm 4: LocateChart of pkg/action/install.go)."""

from __future__ import annotations

import os

from steersman.errors import SourceError
from steersman.sources.folder import read_folder, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.chart.files import File, Note


def fetch(reference: str, notes: list[Note] | None = None) -> tuple[File, ...]:
    """The files of the chart that `reference` names: a folder or an archive on disk.

    Raises SourceError when there is nothing, ChartError when it is no chart; both with Helm's text.
    """
    path, is_folder = locate(reference)
    if is_folder:
        return read_folder(path, notes)
    from steersman.sources.archive import read_archive

    return read_archive(path)


def locate(reference: str) -> tuple[str, bool]:
    """(the absolute path that a reference means, whether it is a folder). Raises SourceError with Helm's text for none."""
    reference = reference.strip()
    try:
        is_folder = _is_folder(reference)
    except OSError as error:
        raise _not_found(reference, error) from None
    return os.path.abspath(reference), is_folder


def _is_folder(path: str) -> bool:
    import stat

    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except ValueError:
        # A name with a zero byte is none.
        raise FileNotFoundError(2, "No such file or directory", path) from None


def _not_found(reference: str, error: OSError) -> SourceError:
    from steersman.golang.strconv import quote

    if os.path.isabs(reference) or reference.startswith("."):
        return SourceError(f"path {quote(reference)} not found", code="chart-missing", hint=reason(error))
    if "/" in reference:
        return SourceError(f"repo {reference.partition('/')[0]} not found", code="chart-missing")
    return SourceError(
        f"non-absolute URLs should be in form of repo_name/path_to_chart, got: {reference}",
        code="chart-missing",
        hint="there is no such folder or archive here; name a chart of a repository as repository/chart",
    )
