"""The chart that `create` writes (Helm 4: pkg/chart/v2/util/create.go).

The files are Helm's own, byte for byte, in `starter/` (Apache-2.0, see NOTICE), with <CHARTNAME> where the name goes.
"""

from __future__ import annotations

from steersman.chart.files import File
from steersman.chart.names import chart_name_error
from steersman.errors import ChartError

PLACEHOLDER = b"<CHARTNAME>"
FOLDERS = ("charts",)
"""Folders of the new chart that no file is in."""
FILES = (
    "Chart.yaml",
    "values.yaml",
    ".helmignore",
    "templates/ingress.yaml",
    "templates/httproute.yaml",
    "templates/deployment.yaml",
    "templates/service.yaml",
    "templates/serviceaccount.yaml",
    "templates/hpa.yaml",
    "templates/NOTES.txt",
    "templates/_helpers.tpl",
    "templates/tests/test-connection.yaml",
)
"""In the order in which Helm writes them."""


def scaffold(name: str) -> tuple[File, ...]:
    """The files of a new chart of that name. Raises ChartError with Helm's text when a chart cannot be called so."""
    wrong = chart_name_error(name)
    if wrong is not None:
        raise ChartError(wrong)
    written = name.encode()
    return tuple(File(path, _starter(path).replace(PLACEHOLDER, written)) for path in FILES)


def _starter(path: str) -> bytes:
    """A file that lies beside this module, read the way the module itself was: from a folder or from an archive."""
    assert __spec__ is not None and __spec__.origin is not None
    data: bytes = __spec__.loader.get_data(f"{__spec__.origin.rpartition('/')[0]}/starter/{path}")  # type: ignore[union-attr]
    return data
