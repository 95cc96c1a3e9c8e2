"""`plan`, `apply`, `diff` and `drift` from the command line, on the real API server and on the sandbox.

What a plan foretells is held against what the upgrade then does, field by field.
"""

from __future__ import annotations

import json
import os
import pathlib
import pty
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clusters import Cluster
from steersman import sandbox
from steersman.errors import NotFound
from steersman.kube.client import Client
from steersman.kube.config import Overrides, load
from steersman.objects.refs import Ref

STEERSMAN = (sys.executable, "-m", "steersman")

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: pair\nversion: 1.2.3\n",
    "values.yaml": "message: hello\nreplicas: 1\nimage: main:1\napp: web\n",
    "templates/config.yaml": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n"
        "data:\n  message: {{ .Values.message | quote }}\n{{- if .Values.more }}\n  more: {{ .Values.more | quote }}\n{{- end }}\n"
    ),
    "templates/secret.yaml": (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\n"
        "stringData:\n  password: {{ .Values.message | quote }}\n  constant: never-to-be-shown\n"
    ),
    "templates/deployment.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  replicas: {{ .Values.replicas }}\n"
        "  selector:\n    matchLabels:\n      app: {{ .Values.app }}\n  template:\n    metadata:\n      labels:\n        app: {{ .Values.app }}\n"
        "    spec:\n      containers:\n        - name: main\n          image: {{ .Values.image }}\n"
        "{{- if .Values.sidecar }}\n        - name: a-sidecar\n          image: side:1\n{{- end }}\n"
    ),
    "templates/extra.yaml": (
        "{{- if .Values.extra }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-extra\n"
        "  annotations:\n    note: {{ .Values.extra }}\n{{- if eq .Values.extra \"keep\" }}\n    helm.sh/resource-policy: keep\n{{- end }}\n{{- end }}\n"
    ),
    "templates/hook.yaml": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-hook\n  annotations:\n"
        "    helm.sh/hook: pre-install,pre-upgrade\n    helm.sh/hook-weight: '5'\ndata:\n  word: {{ .Values.hook | default \"x\" }}\n"
    ),
}  # fmt: skip

DEFINITION = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %(plural)s.plans.example.com}
spec:
  group: plans.example.com
  scope: Namespaced
  names: {plural: %(plural)s, singular: %(plural)s, kind: %(kind)s}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
"""


def write_chart(folder: pathlib.Path, **more: str) -> pathlib.Path:
    for name, text in {**CHART, **more}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return write_chart(tmp_path_factory.mktemp("charts") / "pair")


class Done:
    """How a command ended."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


class Stage:
    """A namespace on some cluster, and the command line to play in it."""

    def __init__(self, environment: dict[str, str], namespace: str, folder: pathlib.Path) -> None:
        self.environment, self.namespace, self.folder = environment, namespace, folder
        self.client = Client(load(Overrides(kubeconfig=environment["KUBECONFIG"])))
        self.config = Ref("v1", "ConfigMap", namespace, "web")
        self.secret = Ref("v1", "Secret", namespace, "web")
        self.deployment = Ref("apps/v1", "Deployment", namespace, "web")

    def play(self, *words: str | pathlib.Path, status: int | None = None) -> Done:
        """Runs one command; fails when it ends with another status than `status`."""
        done = Done(
            subprocess.run(
                [*STEERSMAN, "--namespace", self.namespace, *map(str, words)],
                capture_output=True,
                text=True,
                timeout=120,
                env=self.environment,
                check=False,
                cwd=self.folder,
            )
        )
        if status is not None:
            assert done.status == status, f"{words}: {done.status}\n{done.out}\n{done.err}"
        return done

    def exists(self, ref: Ref) -> bool:
        try:
            self.client.get(ref)
        except NotFound:
            return False
        return True

    def names(self, kind: str) -> set[str]:
        return {one["metadata"]["name"] for one in self.client.list("v1", kind, namespace=self.namespace)}

    def edit(self, ref: Ref, patch: dict[str, Any], manager: str = "somebody") -> None:
        self.client.patch(ref, patch, kind="merge", field_manager=manager)


@pytest.fixture(scope="module")
def box() -> Iterator[sandbox.Sandbox]:
    with sandbox.start() as running:
        yield running


@pytest.fixture(params=["real", "sandbox"])
def stage(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[Stage]:
    if request.param == "real":
        cluster: Cluster = request.getfixturevalue("api_server")
        namespace: Callable[[str], str] = request.getfixturevalue("namespace")
        found = Stage(cluster.environment(), namespace("plan"), tmp_path)
    else:
        running: sandbox.Sandbox = request.getfixturevalue("box")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELM_", "KUBE"))}
        found = Stage(
            {**kept, "KUBECONFIG": str(running.kubeconfig), "HOME": str(tmp_path)},
            f"plan-{tmp_path.name[-40:]}".lower(),
            tmp_path,
        )
        found.namespace = found.namespace.replace("_", "-").strip("-")
        found = Stage(found.environment, found.namespace, tmp_path)
        found.client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": found.namespace}})
    yield found
    found.client.close()


def row(document: dict[str, Any], kind: str, name: str = "web") -> dict[str, Any]:
    (found,) = [one for one in document["objects"] if (one["kind"], one["name"]) == (kind, name)]
    return dict(found)


def paths(one: dict[str, Any]) -> dict[str, str]:
    return {change["path"]: change["sign"] for change in one["changes"]}


# --- install -------------------------------------------------------------------------------------------------------------


def test_the_plan_of_an_installation_changes_nothing(stage: Stage, chart: pathlib.Path) -> None:
    before = stage.names("ConfigMap"), stage.names("Secret")
    for words in (("plan", "web", chart), ("plan", "install", "web", chart)):
        done = stage.play(*words, status=2)
        assert done.out.startswith(f"Plan to install web in namespace {stage.namespace} as revision 1\n")
        assert f"+   Deployment.apps {stage.namespace}/web [free]" in done.out
        assert "+   pre-install  ConfigMap web-hook  (weight 5, new)" in done.out
        assert done.out.endswith("Plan: 3 to create; 1 hook to run.\n")
    assert (stage.names("ConfigMap"), stage.names("Secret")) == before


def test_a_chart_that_the_server_would_refuse_is_no_plan(stage: Stage, chart: pathlib.Path) -> None:
    done = stage.play("plan", "web", chart, "--set", "replicas=-1", "--save", "it.plan", status=1)
    assert "Error: this plan would fail: Deployment/" in done.err and "spec.replicas" in done.err
    assert not (stage.folder / "it.plan").exists()


def test_a_hook_that_the_server_would_refuse_is_no_plan(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, status=0)
    done = stage.play("plan", "web", chart, "--set", "hook=true", status=1)
    assert "Error: this plan would fail: hook ConfigMap web-hook: " in done.err and "data" in done.err
    assert "pre-upgrade hooks failed" in stage.play("upgrade", "web", chart, "--set", "hook=true", status=1).err


def test_definitions_come_first_and_their_objects_are_planned(stage: Stage, tmp_path: pathlib.Path) -> None:
    kind = "R" + stage.namespace.replace("-", "")
    widget = f"apiVersion: plans.example.com/v1\nkind: {kind}\nmetadata: {{name: it}}\nspec: {{size: 3}}\n"
    asks = f'{{{{- if .Capabilities.APIVersions.Has "plans.example.com/v1/{kind}" }}}}\n{widget}\n{{{{- end }}}}\n'
    chart = write_chart(
        tmp_path / "chart", **{"crds/it.yaml": DEFINITION % {"plural": kind.lower(), "kind": kind}, "templates/it.yaml": asks}
    )
    found = stage.play("plan", "install", "web", chart, "-o", "json", "--save", "it.plan", status=2).document
    assert [(one["action"], one["ownership"]) for one in found["definitions"]] == [("create", "free")]
    assert row(found, kind, "it")["action"] == "create"
    stage.play("apply", "it.plan", status=0)
    assert stage.client.get(Ref("plans.example.com/v1", kind, stage.namespace, "it"))["spec"] == {"size": 3}


def test_a_namespace_that_would_be_created_is_planned(stage: Stage, chart: pathlib.Path) -> None:
    name = f"{stage.namespace}-new"
    assert stage.play("plan", "web", chart, "--namespace", name).status == 1
    found = stage.play("plan", "web", chart, "--namespace", name, "--create-namespace", "-o", "json", status=2).document
    assert [(one["kind"], one["name"], one["action"]) for one in found["definitions"]] == [("Namespace", name, "create")]
    assert found["problems"] == [] and not stage.exists(Ref("v1", "Namespace", "", name))
    stage.play("plan", "web", chart, "--namespace", name, "--create-namespace", "--save", "it.plan", status=2)
    stage.namespace = name
    stage.play("apply", "it.plan", status=0)
    assert stage.exists(Ref("v1", "ConfigMap", name, "web"))


def test_a_namespace_that_the_chart_makes_is_taken_as_made(stage: Stage, tmp_path: pathlib.Path) -> None:
    space = f"{stage.namespace}-of-chart"
    made = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {space}}}\n---\n"
    inside = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: it, namespace: {space}}}\n"
    chart = write_chart(tmp_path / "chart", **{"templates/it.yaml": made + inside})
    found = stage.play("plan", "web", chart, "-o", "json", status=2).document
    assert row(found, "ConfigMap", "it")["namespace"] == space and found["problems"] == []
    alone = write_chart(tmp_path / "alone", **{"templates/it.yaml": inside})
    assert f'namespaces "{space}" not found' in stage.play("plan", "web", alone, status=1).err
    stage.play("install", "web", alone, status=1)
    stage.play("uninstall", "web", status=0)
    stage.play("install", "web", chart, status=0)


# --- upgrade -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["true", "false"])
def test_what_the_plan_foretells_is_what_the_upgrade_does(stage: Stage, chart: pathlib.Path, method: str) -> None:
    stage.play("install", "web", chart, f"--server-side={method}", "--set", "extra=a,more=gone", status=0)
    same = stage.play("plan", "web", chart, "--set", "extra=a,more=gone", status=0)
    assert same.out.endswith("No changes: 4 unchanged; 1 hook to run.\n")

    change = ("--set", "message=bye,replicas=3,image=main:2,sidecar=true,hook=z")
    found = stage.play("plan", "upgrade", "web", chart, *change, "-o", "json", status=2).document
    assert found["totals"] == {"create": 0, "change": 3, "replace": 0, "delete": 1, "keep": 0, "unchanged": 0, "hooks": 1}
    assert found["problems"] == [] and found["revision"] == {"before": 1, "after": 2}
    assert paths(row(found, "ConfigMap")) == {"data.message": "~", "data.more": "-"}
    assert paths(row(found, "Secret")) == {"data.password": "~"}
    assert paths(row(found, "Deployment")) == {
        "spec.replicas": "~",
        "spec.template.spec.containers[name=main].image": "~",
        "spec.template.spec.containers[name=a-sidecar]": "+",
    }
    assert row(found, "ConfigMap", "web-extra")["action"] == "delete"
    assert {one["predicted"] for one in found["objects"] if "predicted" in one} == {"server"}
    assert [(hook["event"], hook["state"]) for hook in found["hooks"]] == [("pre-upgrade", "changed")]

    stage.play("upgrade", "web", chart, *change, status=0)
    assert stage.client.get(stage.config)["data"] == {"message": "bye"}
    live = stage.client.get(stage.deployment)["spec"]
    by_name = {one["name"]: one for one in live["template"]["spec"]["containers"]}
    after = {one["path"]: one["after"] for one in row(found, "Deployment")["changes"]}
    assert live["replicas"] == after["spec.replicas"] == 3
    assert by_name["a-sidecar"] == after["spec.template.spec.containers[name=a-sidecar]"]
    assert not stage.exists(Ref("v1", "ConfigMap", stage.namespace, "web-extra"))
    assert stage.play("plan", "web", chart, *change, status=0).out.startswith("Plan to upgrade web")


def test_moving_from_client_side_to_server_side_apply_is_foretold(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, "--server-side=false", "--set", "more=gone", status=0)
    found = stage.play(
        "plan", "upgrade", "web", chart, "--server-side=true", "--set", "message=bye", "-o", "json", status=2
    ).document
    assert paths(row(found, "ConfigMap")) == {"data.message": "~", "data.more": "-"} and found["problems"] == []
    stage.play("upgrade", "web", chart, "--server-side=true", "--set", "message=bye", status=0)
    assert stage.client.get(stage.config)["data"] == {"message": "bye"}


def test_an_immutable_field_says_why(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, status=0)
    done = stage.play("plan", "web", chart, "--set", "app=other", status=1)
    assert f"-/+ Deployment.apps {stage.namespace}/web  replaces because spec.selector: field is immutable\n" in done.out
    assert '    -/+ spec.selector.matchLabels.app: "web" → "other"\n' in done.out
    assert "Error: this plan would fail: Deployment/" in done.err
    # … and it is no false alarm:
    assert "field is immutable" in stage.play("upgrade", "web", chart, "--set", "app=other", status=1).err


def test_secrets_are_not_shown_in_any_form(stage: Stage, chart: pathlib.Path) -> None:
    shown = []
    for form in ("table", "json", "yaml"):
        shown.append(stage.play("plan", "web", chart, "--set", "message=hunter2", "-o", form, status=2))
    stage.play("install", "web", chart, "--set", "message=one", status=0)
    stage.edit(stage.secret, {"data": {"password": "aHVudGVyMg=="}})
    for form in ("table", "json", "yaml"):
        shown.append(stage.play("plan", "web", chart, "--set", "message=one", "-o", form, status=2))
        shown.append(stage.play("drift", "web", "-o", form, status=2))
    stage.play("upgrade", "web", chart, "--set", "message=two", "--force-conflicts", status=0)
    for form in ("table", "json", "yaml"):
        shown.append(stage.play("diff", "revision", "web", "1", "2", "-o", form, status=2))
    for done in shown:
        # `message` is in a ConfigMap, too, where it may be seen: only what is the Secret's alone is looked for.
        for text in ("never-to-be-shown", "bmV2ZXItdG8tYmUtc2hvd24=", "aHVudGVyMg==", "password: hunter2", "b25l", "dHdv"):
            assert text not in done.out + done.err
    fingerprints = [row(done.document, "Secret")["changes"] for done in shown if done.out.startswith("{")]
    assert all(changes for changes in fingerprints)
    assert len({json.dumps(changes) for changes in fingerprints}) == len(fingerprints)


def test_conflicts_name_the_manager(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, status=0)
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 7}}
    stage.client.apply(body, namespace=stage.namespace, field_manager="autoscaler", force=True)
    done = stage.play("plan", "web", chart, "--set", "replicas=3", status=1)
    assert '! "autoscaler" manages spec.replicas: --force-conflicts takes it over' in done.out
    assert "    ~   spec.replicas: 7 → 3\n" in done.out
    assert "conflict" in stage.play("upgrade", "web", chart, "--set", "replicas=3", status=1).err
    forced = stage.play("plan", "web", chart, "--set", "replicas=3", "--force-conflicts", "-o", "json", status=2).document
    assert paths(row(forced, "Deployment")) == {"spec.replicas": "~"} and forced["problems"] == []


def test_objects_of_others_are_told_apart(stage: Stage, chart: pathlib.Path) -> None:
    theirs = {"meta.helm.sh/release-name": "other", "meta.helm.sh/release-namespace": stage.namespace}
    stage.client.apply(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "annotations": theirs, "labels": {"app.kubernetes.io/managed-by": "Helm"}}},
        namespace=stage.namespace,
        field_manager="helm",
    )  # fmt: skip
    stage.client.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web"}}, namespace=stage.namespace)
    refused = stage.play("plan", "web", chart, "-o", "json", status=1)
    found = json.loads(refused.out)
    assert {(one["kind"], one["ownership"]) for one in found["objects"]} == {
        ("ConfigMap", "foreign"),
        ("Secret", "adoptable"),
        ("Deployment", "free"),
    }
    assert len(found["problems"]) == 2 and all("cannot be imported into the current release" in one for one in found["problems"])
    taken = stage.play("plan", "web", chart, "--take-ownership", "-o", "json", status=2).document
    assert paths(row(taken, "ConfigMap"))['metadata.annotations["meta.helm.sh/release-name"]'] == "~"
    stage.play("install", "web", chart, "--take-ownership", status=0)
    assert {one["ownership"] for one in stage.play("plan", "web", chart, "-o", "json", status=0).document["objects"]} == {"ours"}


def test_what_the_resource_policy_keeps_is_let_go_of(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, "--set", "extra=keep", status=0)
    found = stage.play("plan", "web", chart, "--set", "message=hello", "-o", "json", status=2).document
    assert row(found, "ConfigMap", "web-extra")["action"] == "keep"
    stage.play("upgrade", "web", chart, "--set", "message=hello", status=0)
    assert stage.exists(Ref("v1", "ConfigMap", stage.namespace, "web-extra"))


# --- saving and applying ---------------------------------------------------------------------------------------------------


def test_a_saved_plan_is_applied_once(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("plan", "web", chart, "--save", "one.plan", status=2)
    assert stat.S_IMODE((stage.folder / "one.plan").stat().st_mode) == 0o600
    assert "STATUS: deployed\nREVISION: 1\n" in stage.play("apply", "one.plan", status=0).out
    assert stage.exists(stage.deployment)
    again = stage.play("apply", "one.plan", status=1)
    assert "Error: the world has moved since the plan was made: the release was not installed and is at revision 1" in again.err

    stage.play("plan", "web", chart, "--set", "message=bye", "--save", "two.plan", status=2)
    assert "STATUS: deployed\nREVISION: 2\n" in stage.play("apply", "two.plan", status=0).out
    assert stage.client.get(stage.config)["data"] == {"message": "bye"}
    assert [one["status"] for one in json.loads(stage.play("history", "web", "-o", "json").out)] == ["superseded", "deployed"]


def test_a_saved_plan_is_refused_when_an_object_moved(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, status=0)
    stage.play("plan", "web", chart, "--set", "message=bye", "--save", "it.plan", status=2)
    stage.client.patch(stage.deployment, {"status": {"observedGeneration": 1}}, kind="merge", subresource="status")
    stage.edit(stage.config, {"data": {"message": "mine"}})
    refused = stage.play("apply", "it.plan", status=1)
    assert f"ConfigMap/{stage.namespace}/web was changed (resourceVersion" in refused.err and "Deployment" not in refused.err
    assert stage.client.get(stage.config)["data"] == {"message": "mine"}
    assert len(json.loads(stage.play("history", "web", "-o", "json").out)) == 1


def test_a_status_that_changed_does_not_stop_a_saved_plan(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, status=0)
    stage.play("plan", "web", chart, "--set", "message=bye", "--save", "it.plan", status=2)
    before = stage.client.get(stage.deployment)["metadata"]["resourceVersion"]
    stage.client.patch(stage.deployment, {"status": {"replicas": 5}}, kind="merge", subresource="status")
    assert stage.client.get(stage.deployment)["metadata"]["resourceVersion"] != before
    stage.play("apply", "it.plan", status=0)


def test_a_failed_upgrade_moves_the_world(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, status=0)
    stage.play("plan", "web", chart, "--set", "message=bye", "--save", "it.plan", status=2)
    stage.play("upgrade", "web", chart, "--set", "replicas=-1", status=1)
    assert "is at revision 2 (failed)" in stage.play("apply", "it.plan", status=1).err
    found = stage.play("plan", "web", chart, "--set", "message=bye", "-o", "json", status=2).document
    assert found["revision"] == {"before": 1, "after": 3} and paths(row(found, "ConfigMap")) == {"data.message": "~"}


def test_a_plan_for_another_namespace_is_refused(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("plan", "web", chart, "--save", "it.plan", status=2)
    done = stage.play("apply", "it.plan", "--namespace", "elsewhere", status=1)
    assert done.err.startswith(f"Error: the plan is for namespace {stage.namespace}, not elsewhere")


# --- diff and drift ----------------------------------------------------------------------------------------------------------


def test_revisions_are_compared_as_they_were_recorded(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, status=0)
    stage.play("upgrade", "web", chart, "--set", "replicas=3,extra=a", status=0)
    stage.play("upgrade", "web", chart, "--set", "replicas=3,extra=a", status=0)
    found = stage.play("diff", "revision", "web", "1", "-o", "json", status=2).document
    assert found["revision"] == {"before": 1, "after": 3}
    assert paths(row(found, "Deployment")) == {"spec.replicas": "~"}
    assert row(found, "ConfigMap", "web-extra")["action"] == "create"
    back = stage.play("diff", "revision", "web", "2", "1", status=2)
    assert "    ~   spec.replicas: 3 → 1\n" in back.out and "\n-   ConfigMap web-extra\n" in back.out
    assert stage.play("diff", "revision", "web", "2", "3", status=0).out.startswith("Revision 2 → 3 of web in namespace")
    assert stage.play("diff", "revision", "web", "1", "9", status=1).err.startswith("Error: ")
    assert "could not convert revision to a number" in stage.play("diff", "revision", "web", "x", status=1).err
    assert stage.play("diff", "nobody", status=1).err.startswith("Error: release: not found")


@pytest.mark.parametrize("method", ["true", "false"])
def test_drift_is_seen_and_taken_back(stage: Stage, chart: pathlib.Path, method: str) -> None:
    stage.play("install", "web", chart, f"--server-side={method}", "--set", "more=stays", status=0)
    stage.edit(stage.deployment, {"metadata": {"labels": {"added": "by-others"}}})
    assert stage.play("drift", "web", status=0).out.endswith("No changes: 3 as recorded.\n")

    stage.edit(stage.deployment, {"spec": {"replicas": 5}})
    stage.edit(stage.config, {"data": {"message": None}})
    stage.client.delete(stage.secret)
    for words in (("diff", "web"), ("drift", "web")):
        done = stage.play(*words, status=2)
        assert "    ~   spec.replicas: 1 → 5\n" in done.out
        assert '    -   data.message: "hello"\n' in done.out
        assert f"-   Secret {stage.namespace}/web [free]  it does not exist" in done.out
        assert done.out.endswith("Drift: 2 changed, 1 gone.\n")
    hook = Ref("v1", "ConfigMap", stage.namespace, "web-hook")
    ran = stage.client.get(hook)["metadata"]["uid"]

    done = stage.play("drift", "web", "--fix", status=0)
    assert "The drift is taken back: revision 2 of web is what revision 1 was." in done.err
    live = stage.client.get(stage.deployment)
    assert live["spec"]["replicas"] == 1 and live["metadata"]["labels"]["added"] == "by-others"
    assert stage.client.get(stage.config)["data"] == {"message": "hello", "more": "stays"} and stage.exists(stage.secret)
    assert stage.client.get(hook)["metadata"]["uid"] == ran
    assert json.loads(stage.play("history", "web", "-o", "json").out)[-1]["description"] == "Drift from revision 1 taken back"
    assert stage.play("drift", "web", "--fix", status=0).out.endswith("No changes: 3 as recorded.\n")


# --- how it looks ------------------------------------------------------------------------------------------------------------


def test_colour_is_for_terminals(stage: Stage, chart: pathlib.Path) -> None:
    assert "\x1b" not in stage.play("plan", "web", chart, status=2).out
    assert "\x1b[32m" in stage.play("plan", "web", chart, "--color", "always", status=2).out
    main, side = pty.openpty()
    try:
        done = subprocess.run(
            [*STEERSMAN, "-n", stage.namespace, "plan", "web", str(chart)],
            stdout=side, stderr=subprocess.PIPE, env={**stage.environment, "TERM": "xterm"}, timeout=60, check=False,
        )  # fmt: skip
        os.close(side)
        shown = b""
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
    finally:
        os.close(main)
    assert done.returncode == 2 and b"\x1b[32m+" in shown


def test_a_terminal_is_not_at_the_mercy_of_values(stage: Stage, chart: pathlib.Path) -> None:
    stage.play("install", "web", chart, status=0)
    stage.edit(stage.config, {"data": {"message": "\x1b]0;owned\x07\x1b[2J", "lines": "a\n\x1b[31mb"}})
    done = stage.play("drift", "web", status=2)
    assert "\x1b" not in done.out and "\x07" not in done.out and "owned" in done.out


def test_flags_that_mean_nothing_are_refused(stage: Stage, chart: pathlib.Path) -> None:
    done = stage.play("plan", "web", chart, "--dry-run=client", status=1)
    assert done.err.startswith("Error: --dry-run means nothing with plan")
    assert 'invalid argument "xml"' in stage.play("plan", "web", chart, "-o", "xml", status=1).err
