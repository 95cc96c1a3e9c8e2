"""Helm and steersman on one cluster in turn: each reads what the other wrote, and leaves the same behind.

The rehearsal of one release, verb by verb, is done by four casts: Helm 4 and steersman alternating from either side, Helm 3 and
steersman, and each tool alone; then what lies in the cluster is compared, object by object, record by record.
"""

from __future__ import annotations

import base64
import gzip
import json
import pathlib
import subprocess
import sys
from typing import Any

import pytest

from clusters import Cluster

STEERSMAN = (sys.executable, "-m", "steersman")

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: pair\nversion: 1.2.3\nappVersion: '4.5'\ndescription: two tools, one release\n",
    "values.yaml": "replicas: 1\nmessage: hello\nports:\n  - 80\n",
    "templates/_helpers.tpl": '{{- define "pair.labels" }}\napp: {{ .Release.Name }}\nchart: {{ .Chart.Name }}-{{ .Chart.Version }}\n{{- end }}\n',
    "templates/config.yaml": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  labels: {{- include \"pair.labels\" . | nindent 4 }}\n"
        "data:\n  message: {{ .Values.message | quote }}\n  revision: {{ .Release.Revision | quote }}\n"
    ),
    "templates/secret.yaml": (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\n  labels: {{- include \"pair.labels\" . | nindent 4 }}\n"
        "stringData:\n  word: {{ .Values.message | b64enc }}\n"
    ),
    "templates/service.yaml": (
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  selector:\n    app: {{ .Release.Name }}\n  ports:\n"
        "{{- range .Values.ports }}\n    - name: p{{ . }}\n      port: {{ . }}\n{{- end }}\n"
    ),
    "templates/deployment.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  replicas: {{ .Values.replicas }}\n"
        "  selector:\n    matchLabels:\n      app: {{ .Release.Name }}\n  template:\n    metadata:\n      labels:\n        app: {{ .Release.Name }}\n"
        "    spec:\n      containers:\n        - name: main\n          image: example.test/main:{{ .Chart.AppVersion }}\n"
        "          env:\n            - name: MESSAGE\n              value: {{ .Values.message }}\n"
    ),
    "templates/extra.yaml": (
        "{{- if .Values.extra }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-extra\n{{- end }}\n"
    ),
    "templates/hook.yaml": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-hook\n  annotations:\n"
        "    helm.sh/hook: pre-install,pre-upgrade,pre-rollback\n    helm.sh/hook-weight: '5'\ndata:\n  message: {{ .Values.message }}\n"
    ),
    "templates/NOTES.txt": "This is {{ .Release.Name }}, revision {{ .Release.Revision }}.\n",
}  # fmt: skip

KINDS = {
    "configmaps": "/api/v1", "secrets": "/api/v1", "services": "/api/v1", "deployments": "/apis/apps/v1",
}  # fmt: skip


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("charts") / "pair"
    for name, text in CHART.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


class Stage:
    """A namespace, a chart, and tools that play in it."""

    def __init__(self, cluster: Cluster, chart: pathlib.Path) -> None:
        self.cluster, self.chart = cluster, chart
        self.namespace = cluster.make_namespace("interop")

    def play(self, tool: tuple[str, ...], *words: str) -> str:
        """Runs one command and gives its standard output. Fails with what was said on standard error."""
        done = subprocess.run(
            [*tool, "--namespace", self.namespace, *words],
            capture_output=True,
            text=True,
            timeout=120,
            env=self.cluster.environment(),
            check=False,
        )
        assert done.returncode == 0, f"{tool[-1]} {' '.join(words)}: {done.stderr}"
        return done.stdout

    def objects(self) -> dict[str, Any]:
        """Everything that releases made here, as it is in the cluster, less what differs by nature."""
        found = {}
        for plural, base in KINDS.items():
            for item in self.cluster.call("GET", f"{base}/namespaces/{self.namespace}/{plural}")["items"]:
                name = item["metadata"]["name"]
                if name.startswith("sh.helm.release.") or name == "kube-root-ca.crt":
                    continue
                found[f"{plural}/{name}"] = bare(item)
        return found

    def records(self) -> dict[str, Any]:
        """The release records: labels, and the JSON inside."""
        found = {}
        for item in self.cluster.call("GET", f"/api/v1/namespaces/{self.namespace}/secrets")["items"]:
            if item["type"] == "helm.sh/release.v1":
                text = gzip.decompress(base64.b64decode(base64.b64decode(item["data"]["release"])))
                labels = {
                    name: value for name, value in item["metadata"]["labels"].items() if name not in {"createdAt", "modifiedAt"}
                }
                found[item["metadata"]["name"]] = {"labels": labels, "type": item["type"], "release": timeless(json.loads(text))}
        return found


def bare(item: dict[str, Any]) -> dict[str, Any]:
    """An object without uid, times, versions, addresses and the namespace's name."""
    metadata = item["metadata"]
    for name in ("uid", "creationTimestamp", "resourceVersion", "namespace"):
        metadata.pop(name, None)
    for entry in metadata.get("managedFields", ()):
        entry.pop("time", None)
    metadata.get("annotations", {}).pop("meta.helm.sh/release-namespace", None)
    for name in ("clusterIP", "clusterIPs"):
        item.get("spec", {}).pop(name, None)
    return item


def timeless(value: Any) -> Any:
    """A release without its times and its namespace."""
    if isinstance(value, dict):
        times = {
            "first_deployed",
            "last_deployed",
            "deleted",
            "started_at",
            "completed_at",
            "modtime",
            "schemamodtime",
            "namespace",
        }
        return {name: timeless(inner) for name, inner in value.items() if name not in times}
    if isinstance(value, list):
        return [timeless(inner) for inner in value]
    return value


def rehearse(stage: Stage, first: tuple[str, ...], second: tuple[str, ...]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Four verbs by two tools in turn; gives what lies in the cluster after each."""
    seen = []
    chart = str(stage.chart)
    stage.play(first, "install", "web", chart, "--set", "message=one")
    seen.append((stage.objects(), stage.records()))
    listed = json.loads(stage.play(second, "list", "-o", "json"))
    assert [(one["name"], one["revision"], one["status"]) for one in listed] == [("web", "1", "deployed")]
    stage.play(second, "upgrade", "web", chart, "--set", "message=two,replicas=2,extra=true,ports={80,443}")
    seen.append((stage.objects(), stage.records()))
    stage.play(first, "rollback", "web", "1")
    seen.append((stage.objects(), stage.records()))
    history = json.loads(stage.play(second, "history", "web", "-o", "json"))
    assert [(one["revision"], one["status"]) for one in history] == [(1, "superseded"), (2, "superseded"), (3, "deployed")]
    assert "This is web, revision 1." in stage.play(second, "get", "notes", "web")
    stage.play(second, "uninstall", "web", "--keep-history")
    seen.append((stage.objects(), stage.records()))
    stage.play(first, "uninstall", "web")
    seen.append((stage.objects(), stage.records()))
    return seen


@pytest.mark.cluster
@pytest.mark.parametrize("helm", ["helm4", "helm3"])
def test_helm_and_steersman_in_turn(api_server: Cluster, chart: pathlib.Path, peer: Any, helm: str) -> None:
    """Whoever plays which verb, the cluster looks the same after it as if Helm had played alone."""
    theirs = (str(peer(helm)),)
    alone = rehearse(Stage(api_server, chart), theirs, theirs)
    assert alone[-1][1] == {}
    for first, second in ((theirs, STEERSMAN), (STEERSMAN, theirs)):
        mixed = rehearse(Stage(api_server, chart), first, second)
        for number, (ours, wanted) in enumerate(zip(mixed, alone), 1):
            if helm == "helm4":
                assert ours == wanted, f"after verb {number}"
            else:
                # Helm 3 applies on the client and stores a little less; what is in the objects is the same.
                assert strip_managers(ours[0]) == strip_managers(wanted[0]), f"after verb {number}"
                assert sorted(ours[1]) == sorted(wanted[1])


def strip_managers(objects: dict[str, Any]) -> dict[str, Any]:
    for item in objects.values():
        item["metadata"].pop("managedFields", None)
        item["metadata"].get("annotations", {}).pop("deployment.kubernetes.io/revision", None)
        item["metadata"].pop("generation", None)
    return objects
