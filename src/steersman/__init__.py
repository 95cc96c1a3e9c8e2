"""steersman: a Helm-compatible package manager for Kubernetes, as a typed library.

    chart = steersman.load_chart("./mychart")
    print(steersman.render(chart, {"replicaCount": 3}).text)

Names are imported when they are first used: importing this package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.actions.connect import Connection as Connection
    from steersman.actions.connect import World as World
    from steersman.actions.connect import connect as connect
    from steersman.actions.render import Rendered as Rendered
    from steersman.actions.render import load_chart as load_chart
    from steersman.actions.render import render as render
    from steersman.chart.model import Chart as Chart
    from steersman.errors import ChartError as ChartError
    from steersman.errors import ClusterError as ClusterError
    from steersman.errors import Error as Error
    from steersman.errors import ManifestError as ManifestError
    from steersman.errors import ReleaseError as ReleaseError
    from steersman.errors import SourceError as SourceError
    from steersman.errors import StorageError as StorageError
    from steersman.errors import TemplateError as TemplateError
    from steersman.errors import UsageError as UsageError
    from steersman.errors import ValuesError as ValuesError
    from steersman.objects.capabilities import Capabilities as Capabilities
    from steersman.release.model import Release as Release
    from steersman.rendering.env import ReleaseFacts as ReleaseFacts
    from steersman.rendering.env import RenderEnv as RenderEnv
    from steersman.version import __version__ as __version__

_HOMES = {
    "Connection": "actions.connect",
    "World": "actions.connect",
    "connect": "actions.connect",
    "Rendered": "actions.render",
    "load_chart": "actions.render",
    "render": "actions.render",
    "Chart": "chart.model",
    **dict.fromkeys(
        (
            "ChartError",
            "ClusterError",
            "Error",
            "ManifestError",
            "ReleaseError",
            "SourceError",
            "StorageError",
            "TemplateError",
            "UsageError",
            "ValuesError",
        ),
        "errors",
    ),
    "Capabilities": "objects.capabilities",
    "Release": "release.model",
    "ReleaseFacts": "rendering.env",
    "RenderEnv": "rendering.env",
    "__version__": "version",
}
"""public name → the module below this package that has it."""

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'steersman' has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"steersman.{home}"), name)
    return found


def __dir__() -> list[str]:
    return __all__
