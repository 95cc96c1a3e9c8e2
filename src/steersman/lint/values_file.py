"""The rules for values.yaml: it is YAML, and what it says with the user's values fits the schema (Helm 4: lint/rules/values.go).

Values of the charts inside are not looked at. values.yaml may hold several documents, but this rule reads the first only.
"""

from __future__ import annotations

from steersman.errors import GoError, ValuesError
from steersman.golang import yaml
from steersman.golang.values import to_str
from steersman.lint.findings import ERROR, INFO
from steersman.lint.subject import MISSING, UNKNOWN
from steersman.values.coalesce import coalesce_tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.chart.files import Note
    from steersman.lint.findings import Findings
    from steersman.lint.subject import Entry, Subject

    Tree = dict[str, Any]

NAME = "values.yaml"


def check(subject: Subject, values: Tree, found: Findings, notes: list[Note], *, skip_schema: bool) -> None:
    entry = subject.values_file
    if found.add(INFO, NAME, "file does not exist" if entry.kind in (MISSING, UNKNOWN) else ""):
        schema = b"" if skip_schema else subject.schema_file.data
        found.add(ERROR, NAME, _problem(entry, values, schema, notes))


def _problem(entry: Entry, values: Tree, schema: bytes, notes: list[Note]) -> str:
    if entry.problem:
        return f"unable to parse YAML: {entry.problem}"
    try:
        document = yaml.load(to_str(entry.data))
    except GoError as error:
        return f"unable to parse YAML: {error}"
    if document is not None and not isinstance(document, dict):
        kind = {bool: "bool", float: "number", str: "string", list: "array"}[type(document)]
        wrong = f"json: cannot unmarshal {kind} into Go value of type common.Values"
        return f"unable to parse YAML: error unmarshaling JSON: while decoding JSON: {wrong}"
    try:
        tree = coalesce_tables(dict(values), document or {}, notes) or {}
        if schema:
            from steersman.values.schema import validate_one

            validate_one(tree, schema, notes)
    except ValuesError as error:
        return str(error)
    return ""
