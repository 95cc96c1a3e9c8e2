"""The schema of a chart, and of the charts inside it, against the values (Helm 4: pkg/chart/common/util/jsonschema.go)."""

from __future__ import annotations

from steersman.errors import ValuesError
from steersman.golang.values import to_str, type_of
from steersman.values.jsonschema import check, compile_schema, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from steersman.chart.files import Note
    from steersman.chart.model import Chart

    Tree = dict[str, Any]
    Resolve = Callable[[str], str]
    """Gives the text of the document that a schema refers to outside of its chart, by URL. Without one that is an error."""


def validate(chart: Chart, values: Tree, notes: list[Note] | None = None, resolve: Resolve | None = None) -> None:
    """Raises ValuesError naming each chart whose values do not fit its schema, and what is wrong. `values` are coalesced."""
    wrong = "".join(_wrong(chart, values, notes, resolve))
    if wrong:
        raise ValuesError(wrong, code="values-schema")


def validate_one(values: Tree, schema: bytes, notes: list[Note] | None = None, resolve: Resolve | None = None) -> None:
    """Checks values against one schema. Raises ValuesError: lines `- at '/path': …`, or why the schema cannot be used."""
    finding = check(compile_schema(to_str(schema), notes, resolve), values)
    if finding is not None:
        raise ValuesError(f"{text_of(finding)}\n", code="values-schema")


def _wrong(chart: Chart, values: Tree, notes: list[Note] | None, resolve: Resolve | None) -> list[str]:
    """What is wrong with the values of a chart, then of those inside it."""
    wrong: list[str] = []
    if chart.schema is not None:
        try:
            validate_one(values, chart.schema, notes, resolve)
        except ValuesError as error:
            wrong.append(f"{chart.name}:\n{error}")
    for inner in chart.dependencies:
        table = values.get(inner.name)
        if table is None:
            continue
        if isinstance(table, dict):
            wrong += _wrong(inner, table, notes, resolve)
        else:
            wrong.append(f"{inner.name}:\ninvalid type for values: expected object (map), got {type_of(table)}\n")
    return wrong
