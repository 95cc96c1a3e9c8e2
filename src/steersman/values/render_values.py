"""The values that templates see as `.Values` (Helm 4: ToRenderValuesWithSchemaValidation of pkg/chart/common/util/values.go)."""

from __future__ import annotations

from steersman.errors import ValuesError
from steersman.values.coalesce import coalesce_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from steersman.chart.files import Note
    from steersman.chart.model import Chart

    Tree = dict[str, Any]


def to_render_values(
    chart: Chart,
    values: Tree | None,
    *,
    skip_schema_validation: bool = False,
    resolve: Callable[[str], str] | None = None,
    notes: list[Note] | None = None,
) -> Tree:
    """The user's values over the chart's, checked by the schemas of the chart and of those inside it: a tree of the caller's own.

    `resolve` gives the text of what a schema refers to outside of the chart, by URL; without it that is an error.
    Raises ValuesError ("values don't meet the specifications of the schema(s) in the following chart(s): …").
    """
    tree = coalesce_values(chart, values, notes)
    if not skip_schema_validation and any(each.schema is not None for each in chart.walk()):
        # Few charts have a schema: the validator is not imported for the others.
        from steersman.values.schema import validate

        try:
            validate(chart, tree, notes, resolve)
        except ValuesError as error:
            raise ValuesError(
                f"values don't meet the specifications of the schema(s) in the following chart(s):\n{error}",
                code="values-schema",
                hint="--skip-schema-validation renders the chart all the same",
            ) from error
    return tree
