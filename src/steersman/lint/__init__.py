"""Looking a chart over: what would keep it from being installed, and what breaks with convention.

Theory of operation: whoever asks describes what lies in the chart's folder (`Subject`); the rules are then asked in Helm's order,
file by file, and each adds what it finds. A rule that finds a thing no later rule can do without ends its own part, never the
whole. Rendering is done as for an installation that is none: `required` and `fail` let pass, and nothing is looked up.

    Subject → chart_file → values_file → templates → dependencies → definitions → findings

Source: Helm 4 pkg/chart/v2/lint.
"""

from __future__ import annotations

from steersman.lint.findings import ERROR, INFO, WARNING, Finding
from steersman.lint.rules import lint
from steersman.lint.subject import Entry, Subject

__all__ = ["ERROR", "INFO", "WARNING", "Entry", "Finding", "Subject", "lint"]
