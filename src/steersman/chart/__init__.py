"""Charts: the model, and how files become one. Nothing here touches disk or network: files come in, records go out."""

from __future__ import annotations

from steersman.chart.files import File, Note
from steersman.chart.loader import load
from steersman.chart.model import Chart, Dependency, Lock, Maintainer, Metadata, crds

__all__ = ["Chart", "Dependency", "File", "Lock", "Maintainer", "Metadata", "Note", "crds", "load"]
