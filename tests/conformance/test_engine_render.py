"""Charts and values of Helm's tests, and the files that its engine rendered or the error it gave."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.chart.files import File
from steersman.chart.model import Chart, Dependency, Maintainer, Metadata, placed
from steersman.errors import GoError, TemplateError
from steersman.objects.capabilities import Capabilities, parse_kube_version
from steersman.rendering.dot import _FIELDS
from steersman.rendering.engine import render
from steersman.rendering.env import ReleaseFacts, RenderEnv
from steersman.template import Function

RELEASE = {
    "Name": "name",
    "Namespace": "namespace",
    "Revision": "revision",
    "IsInstall": "is_install",
    "IsUpgrade": "is_upgrade",
    "Service": "service",
}
OBJECTS = [("Namespace", "", "default"), ("Pod", "default", "pod1"), ("Pod", "ns1", "pod2"), ("Pod", "ns1", "pod3")]
"""What Helm's test has in its cluster."""


def lookup(api_version: str, kind: str, namespace: str, name: str) -> dict[str, object]:
    if kind == "Error":
        raise GoError("kaboom")
    found: list[object] = [
        {"kind": of, "metadata": {"name": called, "namespace": within}}
        for of, within, called in OBJECTS
        if of == kind and (not namespace or within == namespace) and (not name or called == name)
    ]
    if not name:
        return {"items": found}
    return found[0] if found else {}  # type: ignore[return-value]


def files(data: list[dict[str, str]] | None) -> tuple[File, ...]:
    return tuple(File(one["name"], one["data"].encode()) for one in data or ())


def chart_of(data: dict[str, Any]) -> Chart:
    about = data["metadata"] or {}
    given = {attribute: about[name] for name, attribute in _FIELDS.items() if name in about}
    metadata = Metadata(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in given.items()},
        annotations=about.get("Annotations") or {},
        maintainers=tuple(Maintainer(one["Name"], one["Email"], one["URL"]) for one in about.get("Maintainers") or ()),
        dependencies=tuple(
            Dependency(
                name=one["Name"],
                version=one["Version"],
                repository=one["Repository"],
                condition=one["Condition"],
                tags=tuple(one["Tags"] or ()),
                enabled=one["Enabled"],
                alias=one["Alias"],
            )
            for one in about.get("Dependencies") or ()
        ),
    )
    return Chart(
        metadata=metadata,
        templates=files(data["templates"]),
        values=data["values"] or {},
        files=files(data["files"]),
        dependencies=tuple(chart_of(inner) for inner in data["dependencies"] or ()),
    )


def env_of(pair: dict[str, Any]) -> RenderEnv:
    given = pair["render_values"] or {}
    release = {RELEASE[name]: value for name, value in (given.get("Release") or {"Name": ""}).items()}
    known = given.get("Capabilities")
    capabilities = Capabilities()
    if known:
        capabilities = Capabilities(parse_kube_version(known["KubeVersion"]["Version"]), known["APIVersions"])
    own = {
        "exclaim": Function(lambda text: f"{text}!!!", ("string",)),
        "upper": Function(lambda text: f"custom:{text}", ("string",)),
    }
    return RenderEnv(
        capabilities=capabilities,
        release=ReleaseFacts(**release),
        now=lambda: 0,
        random=bytes,
        lookup=lookup if pair["client"] else None,
        resolve_host=(lambda name: []) if pair["enable_dns"] else None,
        lint=pair["lint_mode"],
        strict=pair["strict"],
        functions=own if pair["custom_funcs"] else {},
    )


@pytest.mark.parametrize(("number", "pair"), pairs("engine_render"))
def test_pair(number: int, pair: dict[str, Any]) -> None:
    values = (pair["render_values"] or {}).get("Values")
    try:
        found = render(placed(chart_of(pair["chart"])), values, env_of(pair))
    except TemplateError as error:
        assert error.message == pair["error"]
        return
    assert pair["error"] is None
    assert {source.path: source.text for source in found} == pair["out"]
