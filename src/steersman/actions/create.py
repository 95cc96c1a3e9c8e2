"""`create`: a folder with a new chart in it. Helm 4: pkg/chart/v2/util/create.go."""

from __future__ import annotations

from steersman.chart.files import Note
from steersman.chart.names import chart_name_error
from steersman.chart.scaffold import scaffold
from steersman.errors import ChartError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def run(path: str, tell: Callable[[Note], None]) -> None:
    """Writes the chart's folder at `path`, whose last part is its name. A file that is there is written over, and said.

    Raises ChartError for a name that no chart may have, SourceError when the folder cannot be written.
    """
    import os

    folder = os.path.abspath(path)
    name = os.path.basename(folder)
    problem = chart_name_error(name)
    if problem:
        raise ChartError(problem, code="chart-name")
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise SourceError(f"file {folder} already exists and is not a directory")
    try:
        if not os.path.isdir(os.path.dirname(folder)):
            raise FileNotFoundError(2, "no such file or directory", os.path.dirname(folder))
        for file in scaffold(name):
            target = os.path.join(folder, *file.name.split("/"))
            if os.path.exists(target):
                tell(Note("WARN", f'File "{target}" already exists. Overwriting.'))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as stream:
                stream.write(file.data)
        os.makedirs(os.path.join(folder, "charts"), exist_ok=True)
    except OSError as error:
        raise SourceError(f"writing the chart at {folder}: {(error.strerror or str(error)).lower()}") from None
