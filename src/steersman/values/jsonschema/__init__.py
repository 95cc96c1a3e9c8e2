"""JSON Schema, drafts 4, 6, 7, 2019-09 and 2020-12: a schema is compiled once and then checks values.

Importing the library that would do this takes 135 ms, twice what a whole `template` may. And what it finds would have to be put
in order again: Helm prints the findings of santhosh-tekuri/jsonschema v6, whose order of checks, grouping and wording are kept here.

    text → documents → (plausible | metaschema) → compiler → Node        Node + value → check → Finding → text_of
"""

from __future__ import annotations

from steersman.values.jsonschema.check import check
from steersman.values.jsonschema.compiler import compile_schema
from steersman.values.jsonschema.findings import Finding, text_of
from steersman.values.jsonschema.node import Node, SchemaError

__all__ = ["Finding", "Node", "SchemaError", "check", "compile_schema", "text_of"]
