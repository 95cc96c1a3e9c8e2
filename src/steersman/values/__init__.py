"""Values: the `--set` grammar, files, coalescing, dependencies, import-values, and the schema of a chart.

What the user gives (`compose`) is laid over what the chart says (`coalesce`), after the chart's dependencies were switched on and
off by the same values (`dependencies`); the result is checked (`schema`) and handed to the templates (`render_values`).
A values tree is plain dict, list, float, str, bool and None; integers given with `--set` are Int64.
"""

from __future__ import annotations

from steersman.values.coalesce import coalesce_tables, coalesce_values, merge_tables, merge_values
from steersman.values.compose import Overlay, compose
from steersman.values.dependencies import process_dependencies
from steersman.values.render_values import to_render_values

__all__ = [
    "Overlay",
    "coalesce_tables",
    "coalesce_values",
    "compose",
    "merge_tables",
    "merge_values",
    "process_dependencies",
    "to_render_values",
]
