"""YAML exactly as Helm reads and writes it.

Helm reads through sigs.k8s.io/yaml, that is go-yaml v2 and then JSON: YAML 1.1 words (`y`, `on`), numbers as float64, keys as
strings. It writes the same way back (`dump`), or with go-yaml v3 (`dump_pretty`).

    text → reader → scanner → composer → decoder → value          value → emitter → text
           (characters) (tokens) (nodes)                                  (v2 lines, folded at 80; v3 lines, never folded)

The line that go-yaml's message names is not always the line of the error; the texts keep its number, and the errors carry
the true one (`YamlError.line`).
"""

from __future__ import annotations

from steersman.golang.yaml.emitter import dump, dump_pretty
from steersman.golang.yaml.errors import YamlError
from steersman.golang.yaml.load import load, load_all, load_list, load_map, split, to_json

__all__ = ["YamlError", "dump", "dump_pretty", "load", "load_all", "load_list", "load_map", "split", "to_json"]
