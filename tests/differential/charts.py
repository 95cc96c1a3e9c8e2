"""Charts with charts in them: how values meet, which dependencies are there, and what is passed up and down."""

from __future__ import annotations

import json
from typing import Any

from differential import texts
from differential.choices import Choices
from differential.oracle import Request

NAMES = ["a", "b", "c", "global", "enabled", "tags", "sub", "other", "data", "list"]
SHOWN = "{{ .Values | toJson }} {{ .Chart.Name }} {{ keys .Subcharts | sortAlpha }} {{ .Release.Name }} {{ .Template.Name }}\n"


def value(draw: Choices, depth: int) -> Any:
    """A value with the names that charts share, so that they meet; nulls, that remove what they meet, are frequent."""
    kind = draw.weighted([(40, "scalar"), (10, "null"), (45 if depth else 0, "map"), (10, "list")])
    if kind == "null":
        return None
    if kind == "map":
        return dict(draw.some(0, 3, lambda: (draw.one(NAMES), value(draw, depth - 1))))
    if kind == "list":
        return draw.some(0, 2, lambda: value(draw, 0))
    return draw.one([1, "x", True, False, 2.5, "", 0, "true"])


def table(draw: Choices, children: list[str], depth: int = 3) -> dict[str, Any]:
    """The values of a chart, with sections for the charts below."""
    made = dict(draw.some(0, 4, lambda: (draw.one(NAMES), value(draw, depth))))
    for child in children:
        if draw.percent(50):
            made[child] = (
                dict(draw.some(0, 3, lambda: (draw.one(NAMES), value(draw, 2)))) if not draw.percent(10) else value(draw, 1)
            )
    if draw.percent(30):
        made["global"] = (
            dict(draw.some(0, 3, lambda: (draw.one(NAMES), value(draw, 1)))) if not draw.percent(10) else value(draw, 0)
        )
    if draw.percent(15):
        made["exports"] = {draw.one(["data", "a"]): {draw.one(NAMES): value(draw, 1)}}
    if draw.percent(15):
        made["tags"] = {draw.one(["front", "back"]): draw.one([True, False, "x"])}
    return made


def dependency(draw: Choices, name: str, version: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": name, "version": draw.one([version, ">=0.1.0", "*", "^2", "~1.0"])}
    if draw.percent(25):
        entry["alias"] = draw.one(["other", "sub", "alias2"])
    if draw.percent(30):
        entry["condition"] = draw.one(
            [f"{name}.enabled", "enabled", "a.enabled,sub.enabled", "global.enabled", f"{name}.none", "tags.front", ""]
        )
    if draw.percent(25):
        entry["tags"] = draw.some(1, 2, lambda: draw.one(["front", "back"]))
    if draw.percent(30):
        paths = ["data", "a", "exports.data", ".", "none", "a.b", "global"]
        entry["import-values"] = draw.some(
            1,
            2,
            lambda: (
                draw.one(paths)
                if draw.percent(50)
                else {"child": draw.one(paths), "parent": draw.one(["a", "b.c", ".", "data", "sub"])}
            ),
        )
    if draw.percent(5):
        entry["enabled"] = draw.percent(50)
    return entry


def chart(draw: Choices, name: str, folder: str, depth: int, files: dict[str, str]) -> None:
    """Writes one chart into `files`, and those below it."""
    version = draw.one(["0.1.0", "1.0.3", "2.1.0-rc.1"])
    children = [] if not depth else draw.one([[], ["sub"], ["sub", "other"], ["other"]])
    about: dict[str, Any] = {"apiVersion": draw.one(["v2", "v2", "v1"]), "name": name, "version": version}
    if draw.percent(5):
        about["type"] = "library"
    entries = []
    for child in children:
        chart(draw, child, f"{folder}charts/{child}/", depth - 1, files)
        below = json.loads(files[f"{folder}charts/{child}/Chart.yaml"])["version"]
        if not draw.percent(20):
            entries.append(dependency(draw, child, below))
            if draw.percent(15):
                entries.append({**dependency(draw, child, below), "alias": "twice"})
    if entries:
        about["dependencies"] = entries
    files[f"{folder}Chart.yaml"] = json.dumps(about)
    below_names = [entry.get("alias") or entry["name"] for entry in entries] + children
    files[f"{folder}values.yaml"] = texts.as_json(table(draw, below_names))
    files[f"{folder}templates/{draw.one(['x.yaml', 'y/z.yaml', 'NOTES.txt'])}"] = SHOWN
    if draw.percent(20):
        files[f"{folder}templates/_h.tpl"] = f'{{{{ define "who" }}}}{folder}{{{{ end }}}}'
        files[f"{folder}templates/who.yaml"] = '{{ include "who" . }}'
    if draw.percent(5):
        files[f"{folder}values.schema.json"] = json.dumps({"type": "object", "required": [draw.one(NAMES)]})


def request(draw: Choices) -> Request:
    files: dict[str, str] = {}
    chart(draw, "top", "", 2, files)
    lines = []
    if draw.percent(40):
        lines = draw.some(
            1,
            2,
            lambda: (
                f"{draw.one(['a', 'sub.a', 'sub.enabled', 'other.a.b', 'global.a', 'tags.front', 'sub', 'sub.sub.a'])}={draw.one(['1', 'true', 'false', 'null', 'x', '{}'])}"
            ),
        )
    return {
        "mode": "render",
        "files": files,
        "values": texts.as_json(table(draw, ["sub", "other"])) if draw.percent(80) else "",
        "set": lines,
        "release": {"name": "r", "namespace": "n", "revision": 1},
    }
