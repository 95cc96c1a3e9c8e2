"""What becomes of a release when things go well and when they do not, on the sandbox: the command line, its texts, the records.

The interop tests compare with Helm on the real API server; here pods run, fail and write logs, which no real one does without nodes.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from steersman import sandbox as sandboxes

WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: {{ .Release.Name }}}
  template:
    metadata:
      labels: {app: {{ .Release.Name }}}
    spec:
      containers:
        - name: main
          image: {{ .Values.image }}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-config\ndata:\n  a: {{ .Values.a | quote }}\n"
HOOK = """apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-hook
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
    helm.sh/hook-output-log-policy: hook-succeeded,hook-failed
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: {{ .Values.hookImage }}
"""


class Place:
    """A sandbox, a namespace of its own in it, and charts."""

    def __init__(self, sandbox: sandboxes.Sandbox, folder: pathlib.Path, namespace: str) -> None:
        self.folder, self.namespace = folder, namespace
        self._environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": sandbox.kubeconfig}
        assert self("install", "space", str(self.chart("space", a=CONFIG)), "--create-namespace").returncode == 0
        assert self("uninstall", "space").returncode == 0

    def chart(self, name: str, **templates: str) -> pathlib.Path:
        path = self.folder / name
        (path / "templates").mkdir(parents=True, exist_ok=True)
        (path / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 0.1.0\n")
        (path / "values.yaml").write_text("replicas: 1\nimage: example.test/good\nhookImage: example.test/good\na: one\n")
        for file, text in templates.items():
            (path / "templates" / f"{file}.yaml").write_text(text)
        return path

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "steersman", "--namespace", self.namespace, *words]
        done = subprocess.run(command, env=self._environ, capture_output=True, text=True, timeout=90, check=False)
        assert "Traceback" not in done.stderr
        return done

    def history(self, name: str) -> list[tuple[int, str]]:
        done = self("history", name, "-o", "json")
        return [(one["revision"], one["status"]) for one in json.loads(done.stdout)] if done.returncode == 0 else []

    def values_of(self, release: str) -> str:
        """The data of the ConfigMap, by way of a lookup in a template."""
        text = f'{{{{ with lookup "v1" "ConfigMap" "{self.namespace}" "{release}-config" }}}}a: {{{{ .data.a }}}}{{{{ else }}}}a: gone{{{{ end }}}}'
        done = self("template", "x", str(self.chart("peek", look=text)), "--dry-run=server")
        return done.stdout.rpartition("a: ")[2].strip()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[sandboxes.Sandbox]:
    with sandboxes.start(
        fail={"*bad": "pull", "*broken": "exit"}, logs={"*good": "all is well\n", "*broken": "it is broken\n"}
    ) as running:
        yield running


@pytest.fixture
def place(sandbox: sandboxes.Sandbox, tmp_path: pathlib.Path, request: pytest.FixtureRequest) -> Place:
    name = request.node.name.replace("_", "-")[:50].strip("-")
    return Place(sandbox, tmp_path, name)


Run = Callable[..., subprocess.CompletedProcess[str]]


def test_an_installation_that_never_gets_ready_is_recorded_as_failed(place: Place) -> None:
    chart = str(place.chart("web", a=CONFIG, b=WORKLOAD))
    done = place("install", "web", chart, "--set", "image=example.test/bad", "--wait", "--timeout", "2s")
    assert done.returncode == 1
    assert f"Error: INSTALLATION FAILED: resource Deployment/{place.namespace}/web not ready. status: InProgress" in done.stderr
    assert "context deadline exceeded" in done.stderr
    assert place.history("web") == [(1, "failed")]
    assert place("upgrade", "web", chart, "--reset-values", "--wait", "--timeout", "20s").returncode == 0
    assert place.history("web") == [(1, "superseded"), (2, "deployed")]


def test_rollback_on_failure_takes_an_installation_back(place: Place) -> None:
    chart = str(place.chart("web", a=CONFIG, b=WORKLOAD))
    done = place("install", "web", chart, "--set", "image=example.test/bad", "--rollback-on-failure", "--timeout", "2s")
    assert done.returncode == 1
    assert (
        "release web failed, and has been uninstalled due to rollback-on-failure being set: resource Deployment/" in done.stderr
    )
    assert place.history("web") == []
    assert place.values_of("web") == "gone"


def test_rollback_on_failure_takes_an_upgrade_back(place: Place) -> None:
    chart = str(place.chart("web", a=CONFIG, b=WORKLOAD))
    assert place("install", "web", chart, "--wait").returncode == 0
    done = place("upgrade", "web", chart, "--set", "image=example.test/bad,a=two", "--rollback-on-failure", "--timeout", "2s")
    assert done.returncode == 1
    assert "release web failed, and has been rolled back due to rollback-on-failure being set: " in done.stderr
    assert place.history("web") == [(1, "superseded"), (2, "failed"), (3, "deployed")]
    assert place.values_of("web") == "one"


def test_cleanup_on_fail_deletes_what_the_upgrade_made(place: Place) -> None:
    assert place("install", "web", str(place.chart("web", b=WORKLOAD)), "--wait").returncode == 0
    chart = str(place.chart("web", a=CONFIG, b=WORKLOAD))
    assert place("upgrade", "web", chart, "--set", "image=example.test/bad", "--wait", "--timeout", "2s").returncode == 1
    assert place.values_of("web") == "one"
    assert place("rollback", "web", "1", "--wait").returncode == 0
    done = place("upgrade", "web", chart, "--set", "image=example.test/bad", "--wait", "--timeout", "2s", "--cleanup-on-fail")
    assert done.returncode == 1
    assert place.values_of("web") == "gone"


def test_hooks_run_print_their_logs_and_go(place: Place) -> None:
    chart = str(place.chart("web", a=CONFIG, h=HOOK))
    done = place("install", "web", chart)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("all is well\nNAME: web\n")
    assert '"phase":"Succeeded"' in place("status", "web", "-o", "json").stdout.replace(" ", "")
    look = f'{{{{ if lookup "batch/v1" "Job" "{place.namespace}" "web-hook" }}}}a: there{{{{ else }}}}a: gone{{{{ end }}}}'
    assert "a: gone" in place("template", "x", str(place.chart("peek", look=look)), "--dry-run=server").stdout


def test_a_hook_that_fails_ends_it_before_anything_else_is_touched(place: Place) -> None:
    chart = str(place.chart("web", a=CONFIG, h=HOOK))
    assert place("install", "web", chart).returncode == 0
    done = place("upgrade", "web", chart, "--set", "hookImage=example.test/broken,a=two", "--timeout", "20s")
    assert done.returncode == 1
    assert (
        f"UPGRADE FAILED: pre-upgrade hooks failed: resource Job/{place.namespace}/web-hook not ready. status: Failed"
        in done.stderr
    )
    assert "it is broken" in done.stdout
    assert place.history("web") == [(1, "deployed"), (2, "failed")]
    assert place.values_of("web") == "one"


def test_definitions_come_first_and_their_objects_are_merged(place: Place) -> None:
    chart = place.chart(
        "web", w="apiVersion: example.test/v1\nkind: Widget\nmetadata:\n  name: w\nspec:\n  size: {{ .Values.a }}\n"
    )
    (chart / "crds").mkdir()
    schema = "{type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}"
    (chart / "crds" / "widget.yaml").write_text(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: widgets.example.test\nspec:\n  group: example.test\n"
        "  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}\n  scope: Namespaced\n"
        f"  versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {schema}}}}}]\n"
    )
    for side in ("true", "false"):
        done = place("install", f"web-{side}", str(chart), f"--server-side={side}", "--set", "a=small")
        assert done.returncode == 0, done.stderr
        done = place("upgrade", f"web-{side}", str(chart), "--set", "a=large")
        assert done.returncode == 0, done.stderr
        look = f'{{{{ with lookup "example.test/v1" "Widget" "{place.namespace}" "w" }}}}a: {{{{ .spec.size }}}}{{{{ end }}}}'
        assert "a: large" in place("template", "x", str(place.chart("peek", look=look)), "--dry-run=server").stdout
        assert place("uninstall", f"web-{side}").returncode == 0


def test_a_definition_that_is_refused_ends_the_installation(place: Place) -> None:
    chart = place.chart("web", a=CONFIG)
    (chart / "crds").mkdir()
    (chart / "crds" / "bad.yaml").write_text(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: wrong.example.test\nspec:\n  group: example.test\n"
        "  names: {kind: Gadget, plural: gadgets}\n  scope: Namespaced\n  versions: []\n"
    )
    done = place("install", "web", str(chart))
    assert done.returncode == 1
    assert "Error: INSTALLATION FAILED: failed to install CRD crds/bad.yaml: " in done.stderr
    assert place.history("web") == []
    assert place.values_of("web") == "gone"


def test_what_is_to_be_kept_stays_and_is_adopted_again(place: Place) -> None:
    kept = CONFIG.replace("  name: ", "  annotations: {helm.sh/resource-policy: keep}\n  name: ")
    chart = str(place.chart("web", a=kept))
    assert place("install", "web", chart).returncode == 0
    done = place("uninstall", "web")
    assert "These resources were kept due to the resource policy:\n[ConfigMap] web-config\n" in done.stdout
    assert place.values_of("web") == "one"
    assert place("install", "web", chart, "--set", "a=two").returncode == 0
    assert place.values_of("web") == "two"


def test_a_release_that_is_gone_leaves_its_name_free(place: Place) -> None:
    chart = str(place.chart("web", a=CONFIG))
    assert place("install", "web", chart).returncode == 0
    assert place("uninstall", "web", "--keep-history").returncode == 0
    assert place.history("web") == [(1, "uninstalled")]
    assert "cannot reuse a name that is still in use" in place("install", "web", chart).stderr
    assert place("upgrade", "--install", "web", chart).stdout.startswith('Release "web" does not exist. Installing it now.\n')
    assert place.history("web")[-1] == (2, "deployed")


def test_old_revisions_go_beyond_the_limit_but_never_the_deployed_one(place: Place) -> None:
    chart = str(place.chart("web", a=CONFIG))
    assert place("install", "web", chart).returncode == 0
    for number in range(4):
        assert place("upgrade", "web", chart, "--set", f"a={number}", "--history-max", "2").returncode == 0
    assert place.history("web") == [(4, "superseded"), (5, "deployed")]
