"""What is played before a fault, what is struck, and what must hold after the next command.

A `Scene` is one verb on one release of one chart, in a namespace of its own. `play` prepares it, does the verb under a fault, does
the same verb again without one, and looks at everything: is the next command refused, do both tools read the history, is at most
one revision deployed, do the live objects equal the last record, is anything left that no record names, did a hook run twice.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import urllib.error
from typing import Any, NamedTuple

from clusters import Cluster
from faults.proxy import Fault, Proxy

STEERSMAN = (sys.executable, "-m", "steersman")
VERBS = ("install", "upgrade", "rollback", "uninstall")
RELEASE = "web"
COMMAND_SECONDS = 120
GROUP = "faults.example.test"

_CONFIG = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-%s
data:
  message: {{ .Values.message | quote }}
"""
_HOOK = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-hook-%(name)s
  annotations:
    helm.sh/hook: %(events)s
    helm.sh/hook-weight: "%(weight)s"
%(policy)sdata:
  message: {{ .Values.message | quote }}
"""

FIVE = {
    "Chart.yaml": "apiVersion: v2\nname: five\nversion: 1.0.0\n",
    "values.yaml": "message: hello\nextra: false\ndropped: true\n",
    **{f"templates/{name}.yaml": _CONFIG % name for name in ("a", "b", "c", "d")},
    "templates/e.yaml": "{{- if .Values.dropped }}\n" + _CONFIG % "e" + "{{- end }}\n",
    "templates/f.yaml": "{{- if .Values.extra }}\n" + _CONFIG % "f" + "{{- end }}\n",
}
HOOKS = {
    "Chart.yaml": "apiVersion: v2\nname: hooks\nversion: 1.0.0\n",
    "values.yaml": "message: hello\nextra: false\ndropped: true\n",
    "crds/thing.yaml": (
        f"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.{GROUP}\nspec:\n"
        f"  group: {GROUP}\n  scope: Namespaced\n  names:\n    plural: things\n    singular: thing\n    kind: Thing\n"
        "  versions:\n    - name: v1\n      served: true\n      storage: true\n      schema:\n        openAPIV3Schema:\n"
        "          type: object\n          x-kubernetes-preserve-unknown-fields: true\n"
    ),
    "templates/thing.yaml": f"apiVersion: {GROUP}/v1\nkind: Thing\nmetadata:\n  name: {{{{ .Release.Name }}}}-thing\nspec:\n  message: {{{{ .Values.message }}}}\n",
    "templates/a.yaml": _CONFIG % "a",
    "templates/e.yaml": "{{- if .Values.dropped }}\n" + _CONFIG % "e" + "{{- end }}\n",
    "templates/f.yaml": "{{- if .Values.extra }}\n" + _CONFIG % "f" + "{{- end }}\n",
    "templates/before.yaml": _HOOK % {
        "name": "before", "events": "pre-install,pre-upgrade,pre-rollback,pre-delete", "weight": 1, "policy": "",
    },
    "templates/early.yaml": _HOOK % {
        "name": "early", "events": "pre-install,pre-upgrade,pre-rollback,pre-delete", "weight": 0,
        "policy": "    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded\n",
    },
    "templates/after.yaml": _HOOK % {
        "name": "after", "events": "post-install,post-upgrade,post-rollback,post-delete", "weight": 0,
        "policy": "    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded\n",
    },
}  # fmt: skip
CHARTS = {"five": FIVE, "hooks": HOOKS}

ONE = ("--set", "message=one")
TWO = ("--set", "message=two,extra=true,dropped=false")


class Done(NamedTuple):
    """A command that ended: its status (-9: killed), and what it wrote on standard error."""

    status: int
    errors: str
    output: str


class Verdict(NamedTuple):
    """What came of one fault. `struck` is False when the command made fewer calls; `complaints` must be empty."""

    struck: bool
    first: Done
    refused: str
    complaints: tuple[str, ...]


class Stage:
    """The cluster, the proxy, the charts on disk, and the tool that plays."""

    def __init__(self, cluster: Cluster, folder: pathlib.Path, helm: pathlib.Path, tool: tuple[str, ...] = STEERSMAN) -> None:
        self.cluster, self.helm, self.tool = cluster, helm, tool
        self.proxy = Proxy(cluster, folder)
        self.more: tuple[str, ...] = ()
        """Flags that every change is given, too."""
        self.folder = folder
        for chart, files in CHARTS.items():
            for name, text in files.items():
                path = folder / chart / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)

    @property
    def is_ours(self) -> bool:
        return self.tool == STEERSMAN

    def run(self, namespace: str, *words: str, tool: tuple[str, ...] = (), proxied: bool = False) -> Done:
        """Runs a command to its end; through the proxy, its process is the one that is killed."""
        environment = self.cluster.environment()
        if proxied:
            environment["KUBECONFIG"] = str(self.proxy.kubeconfig)
        process = subprocess.Popen(
            [*(tool or self.tool), "--namespace", namespace, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        if proxied:
            self.proxy.victim = process.pid
        try:
            output, errors = process.communicate(timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            errors += f"\nno end after {COMMAND_SECONDS} seconds"
        return Done(process.returncode, errors, output)

    def words(self, verb: str, chart: str) -> tuple[str, ...]:
        """The command line of a verb as the scene plays it."""
        folder = str(self.folder / chart)
        return {
            "install": ("install", RELEASE, folder, *ONE, *self.more),
            "upgrade": ("upgrade", RELEASE, folder, *TWO, *self.more),
            "rollback": ("rollback", RELEASE, "1", *self.more),
            "uninstall": ("uninstall", RELEASE),
        }[verb]

    def prepare(self, verb: str, chart: str) -> str:
        """A fresh namespace in which the verb can be played. The definitions are gone before an installation."""
        namespace = self.cluster.make_namespace("faults")
        if chart == "hooks" and verb == "install":
            self.remove_definition()
        steps = {"install": 0, "upgrade": 1, "uninstall": 1, "rollback": 2}[verb]
        for words in (self.words("install", chart), self.words("upgrade", chart))[:steps]:
            done = self.run(namespace, *words)
            if done.status:
                raise AssertionError(f"{' '.join(words)}: {done.errors}")
        return namespace

    def remove_definition(self) -> None:
        import time

        path = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.{GROUP}"
        try:
            self.cluster.call("DELETE", path)
            while True:
                self.cluster.call("GET", path)
                time.sleep(0.05)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise

    def count(self, verb: str, chart: str) -> int:
        """How many calls the verb makes when nothing goes wrong."""
        namespace = self.prepare(verb, chart)
        self.proxy.begin()
        done = self.run(namespace, *self.words(verb, chart), proxied=True)
        assert done.status == 0, done.errors
        found = len(self.proxy.calls)
        self.cluster.remove_namespace(namespace)
        return found

    def play(self, verb: str, chart: str, fault: Fault) -> Verdict:
        """One scene under one fault, and what must hold after it."""
        namespace = self.prepare(verb, chart)
        self.proxy.begin(fault)
        first = self.run(namespace, *self.words(verb, chart), proxied=True)
        struck = self.proxy.struck.is_set()
        calls = list(self.proxy.calls)
        self.proxy.begin()
        refused = ""
        again = (first.status != 0 or fault.kind.startswith("kill")) and not self._is_over(verb, namespace)
        if again:
            second = self.run(namespace, *self.words(verb, chart), proxied=True)
            refused = second.errors.strip() if second.status else ""
            calls += self.proxy.calls
        complaints = (
            self.complaints(verb, namespace, calls, locked=not again and first.status != 0)
            if self.is_ours and not refused
            else []
        )
        if os.environ.get("FAULTS_KEEP") != "1":
            self.cluster.remove_namespace(namespace)
        return Verdict(struck, first, refused, tuple(complaints))

    def _is_over(self, verb: str, namespace: str) -> bool:
        """Whether the verb had done its all before it was struck: then doing it again is another deed."""
        records = self._records(namespace)
        if verb == "uninstall":
            return not records
        wanted = {"install": 1, "upgrade": 2, "rollback": 3}[verb]
        return records.get(wanted) == "deployed"

    def _records(self, namespace: str) -> dict[int, str]:
        items = self.cluster.call("GET", f"/api/v1/namespaces/{namespace}/secrets?labelSelector=owner%3Dhelm")["items"]
        labels = [item["metadata"]["labels"] for item in items]
        return {int(one["version"]): one["status"] for one in labels}

    def complaints(self, verb: str, namespace: str, calls: list[Any], *, locked: bool) -> list[str]:
        """Everything that is not as it must be. A Lease may be left (`locked`) where no command came after the one that died."""
        found: list[str] = []
        history = self._histories(verb, namespace, found)
        deployed = [one for one in history if one["status"] == "deployed"]
        if len(deployed) != (0 if verb == "uninstall" else 1):
            found.append(f"{len(deployed)} revisions are deployed")
        if deployed and deployed[-1] is not history[-1]:
            found.append("the deployed revision is not the last")
        pending = [one for one in history if one["status"].startswith("pending") or one["status"] == "uninstalling"]
        if pending:
            found.append(f"left behind: {pending}")
        leases = self.cluster.call("GET", f"/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases")["items"]
        if leases and not locked:
            found.append(f"a Lease was left: {leases[0]['spec'].get('holderIdentity')}")
        found += self._differences(verb, namespace)
        made: dict[str, int] = {}
        for call in calls:
            name = call.path.rpartition("/")[2]
            if call.method == "PATCH" and call.status == 201 and "-hook-" in name:
                made[name] = made.get(name, 0) + 1
        found += [f"hook {name} ran {count} times" for name, count in made.items() if count > 1]
        return found

    def _histories(self, verb: str, namespace: str, found: list[str]) -> list[dict[str, Any]]:
        ours = self.run(namespace, "history", RELEASE, "-o", "json", tool=STEERSMAN)
        theirs = self.run(namespace, "history", RELEASE, "-o", "json", tool=(str(self.helm),))
        if verb == "uninstall":
            if ours.status == 0 or theirs.status == 0:
                found.append("there is a history after the uninstallation")
            return []
        if ours.status or theirs.status:
            found.append(f"the history cannot be read: {ours.errors} {theirs.errors}")
            return []
        history: list[dict[str, Any]] = json.loads(ours.output)
        if history != json.loads(theirs.output):
            found.append("steersman and Helm read different histories")
        return history

    def _differences(self, verb: str, namespace: str) -> list[str]:
        wanted = {"install": "one", "upgrade": "two", "rollback": "one", "uninstall": ""}[verb]
        live = {}
        for item in self.cluster.call("GET", f"/api/v1/namespaces/{namespace}/configmaps")["items"]:
            name = item["metadata"]["name"]
            if name != "kube-root-ca.crt" and "-hook-" not in name:
                live[name] = item["data"]["message"]
        try:
            for item in self.cluster.call("GET", f"/apis/{GROUP}/v1/namespaces/{namespace}/things")["items"]:
                live[item["metadata"]["name"]] = item["spec"]["message"]
        except urllib.error.HTTPError:
            pass
        recorded = {}
        if wanted:
            manifest = self.run(namespace, "get", "manifest", RELEASE, tool=STEERSMAN).output
            names = [line.split()[1] for line in manifest.splitlines() if line.startswith("  name: ")]
            recorded = dict.fromkeys(names, wanted)
        if live == recorded:
            return []
        return [f"live objects differ from the record: {sorted(live.items())} against {sorted(recorded.items())}"]

    def close(self) -> None:
        self.proxy.close()
