"""Views of releases: the list, the status, the history. Texts are Helm 4's (pkg/cmd/{list,status,history,get_metadata}.go)."""

from __future__ import annotations

from steersman.cli.views.output import json_line, table, yaml_text
from steersman.golang.times import Time
from steersman.golang.values import Ordered
from steersman.release.codec import release_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from steersman.release.model import Release

ANSI_C = "Mon Jan _2 15:04:05 2006"
"""Go: time.ANSIC."""

RFC3339 = "2006-01-02T15:04:05Z07:00"


def chart_name(release: Release) -> str:
    """`name-version`, or MISSING where the record holds no chart."""
    metadata = release.chart_metadata
    return f"{metadata.get('name', '')}-{metadata.get('version', '')}" if metadata else "MISSING"


def app_version(release: Release) -> str:
    metadata = release.chart_metadata
    return str(metadata.get("appVersion", "")) if metadata else "MISSING"


def list_view(releases: Sequence[Release], form: str, *, time_format: str = "", headers: bool = True, short: bool = False) -> str:
    """What `list` prints."""
    if short:
        names = [release.name for release in releases]
        if form == "table":
            return "".join(name + "\n" for name in names)
        return json_line(names) if form == "json" else yaml_text(names)
    rows = []
    for release in releases:
        deployed = release.info.last_deployed
        updated = "-" if not deployed else deployed.format(time_format) if time_format else deployed.go_string()
        rows.append(
            Ordered(
                name=release.name,
                namespace=release.namespace,
                revision=str(release.version),
                updated=updated,
                status=release.info.status,
                chart=chart_name(release),
                app_version=app_version(release),
            )
        )
    if form == "json":
        return json_line(rows)
    if form == "yaml":
        return yaml_text(rows)
    head = [["NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION"]] if headers else []
    return table([*head, *([*row.values()] for row in rows)])


def history_view(releases: Sequence[Release], form: str, *, rollback: bool = False) -> str:
    """What `history` prints; the oldest revision first."""
    rows = []
    for release in releases:
        row = Ordered(revision=release.version)
        if release.info.last_deployed:
            row["updated"] = release.info.last_deployed
        row.update(status=release.info.status, chart=chart_name(release), app_version=app_version(release))
        if release.info.rollback_revision:
            row["rollback_revision"] = release.info.rollback_revision
        row["description"] = release.info.description
        rows.append(row)
    if form == "json":
        return json_line(rows)
    if form == "yaml":
        return yaml_text(rows)
    names = ["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", *(["ROLLBACK"] if rollback else []), "DESCRIPTION"]
    cells = [names]
    for release in releases:
        deployed = release.info.last_deployed or Time()
        number = str(release.info.rollback_revision) if release.info.rollback_revision else ""
        cells.append(
            [
                str(release.version),
                deployed.format(ANSI_C),
                release.info.status,
                chart_name(release),
                app_version(release),
                *([number] if rollback else []),
                release.info.description,
            ]
        )
    return table(cells)


def status_view(
    release: Release,
    form: str,
    *,
    debug: bool = False,
    metadata: bool = False,
    notes: bool = True,
    resources: Mapping[str, str] | None = None,
    computed: Mapping[str, Any] | None = None,
    strip_chart: bool = False,
) -> str:
    """What `status`, `install`, `upgrade` and `get all` print.

    `resources` maps a heading ("v1/Service") to the table of its objects; `computed` are the coalesced values, shown with `debug`.
    """
    if form != "table":
        document = release_document(release, chart=not strip_chart)
        return json_line(document) if form == "json" else yaml_text(document)
    info = release.info
    lines = [f"NAME: {release.name}"]
    if info.last_deployed:
        lines.append(f"LAST DEPLOYED: {info.last_deployed.format(ANSI_C)}")
    lines += [f"NAMESPACE: {release.namespace}", f"STATUS: {info.status}", f"REVISION: {release.version}"]
    if metadata:
        chart = release.chart_metadata or {}
        lines += [
            f"CHART: {chart.get('name', '')}",
            f"VERSION: {chart.get('version', '')}",
            f"APP_VERSION: {chart.get('appVersion', '')}",
        ]
    lines.append(f"DESCRIPTION: {info.description}")
    if resources:
        lines.append("RESOURCES:\n" + "".join(f"==> {heading}\n{text}\n" for heading, text in resources.items()))
    tests = [hook for hook in release.hooks if "test" in hook.events]
    if not tests:
        lines.append("TEST SUITE: None")
    for hook in tests:
        run = hook.last_run
        if run.started_at:
            ended = (run.completed_at or Time()).format(ANSI_C)
            lines += [
                f"TEST SUITE:     {hook.name}",
                f"Last Started:   {run.started_at.format(ANSI_C)}",
                f"Last Completed: {ended}",
                f"Phase:          {run.phase}",
            ]
    if debug:
        lines += ["USER-SUPPLIED VALUES:", yaml_text(release.config or {}), "COMPUTED VALUES:", yaml_text(computed or {})]
    if debug or info.description.lower() == "dry run complete":
        lines.append("HOOKS:")
        lines += [f"---\n# Source: {hook.path}\n{hook.manifest}" for hook in release.hooks]
        lines.append(f"MANIFEST:\n{release.manifest}")
    if notes and info.notes:
        lines.append(f"NOTES:\n{info.notes.strip()}")
    return "\n".join(lines) + "\n"


_APPLY_METHODS = {"": "client-side apply (defaulted)", "csa": "client-side apply", "ssa": "server-side apply"}


def metadata_view(release: Release, form: str) -> str:
    """What `get metadata` prints."""
    chart = release.chart_metadata or {}
    dependencies = chart.get("dependencies") or []
    deployed = (release.info.last_deployed or Time()).format(RFC3339)
    annotations, labels = chart.get("annotations") or {}, dict(release.labels or {})
    if form != "table":
        facts = Ordered(
            name=release.name,
            chart=chart.get("name", ""),
            version=chart.get("version", ""),
            appVersion=chart.get("appVersion", ""),
        )
        if annotations:
            facts["annotations"] = annotations
        if labels:
            facts["labels"] = labels
        if dependencies:
            facts["dependencies"] = dependencies
        facts.update(namespace=release.namespace, revision=release.version, status=release.info.status, deployedAt=deployed)
        if release.apply_method:
            facts["applyMethod"] = release.apply_method
        return json_line(facts) if form == "json" else yaml_text(facts)
    rows = {
        "NAME": release.name,
        "CHART": chart.get("name", ""),
        "VERSION": chart.get("version", ""),
        "APP_VERSION": chart.get("appVersion", ""),
        "ANNOTATIONS": _pairs(annotations),
        "LABELS": _pairs(labels),
        "DEPENDENCIES": ",".join(sorted(dependency.get("name", "") for dependency in dependencies)),
        "NAMESPACE": release.namespace,
        "REVISION": release.version,
        "STATUS": release.info.status,
        "DEPLOYED_AT": deployed,
        "APPLY_METHOD": _APPLY_METHODS.get(release.apply_method, f'unknown ("{release.apply_method}")'),
    }
    return "".join(f"{name}: {value}\n" for name, value in rows.items())


def _pairs(labels: Mapping[str, str]) -> str:
    return ",".join(f"{name}={labels[name]}" for name in sorted(labels))
