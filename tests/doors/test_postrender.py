"""`--post-renderer`: a plugin between rendering and the manifest, beside Helm's own executable."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

TEMPLATES = {
    "deployment.yaml": """# What runs
apiVersion: apps/v1
kind: Deployment
metadata:
    name: {{ .Release.Name }} # of the release
spec:
    replicas: 1
    template:
      spec:
        containers:
          - name: main
            image: "nginx:{{ .Chart.Version }}"
            args: ["--a", '--b', --c]
            # the environment
            env: &env
              - {name: TEXT, value: 'it''s'}
        initContainers:
        - name: first
          env: *env
""",
    "config.yaml": """---
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data:
  text: |-
    # no comment
    two  lines
  folded: >
    some
    words
---apiVersion: v1
kind: ConfigMap
metadata:
  name: two
  annotations: {}
""",
    "hook.yaml": """apiVersion: batch/v1
kind: Job
metadata:
  name: hook
  annotations:
    "helm.sh/hook": pre-install
    # how heavy
    "helm.sh/hook-weight": "5"
""",
    "_partial.yaml": "not: sent",
    "NOTES.txt": "not: sent either",
}

CHANGE = """
import os, sys
text = sys.stdin.read().replace("replicas: 1", "replicas: 3  # " + "|".join(sys.argv[1:]))
sys.stderr.write("told on the side\\n")
print(text + f"---\\nkind: New\\nmetadata:\\n  name: {os.environ['HELM_PLUGIN_NAME']}\\n  of: {os.path.basename(os.environ['HELM_PLUGIN_DIR'])}")
"""


def plugin_yaml(name: str, command: str, *arguments: str, kind: str = "postrenderer/v1") -> str:
    commands = [{"command": command, "args": list(arguments)}]
    return json.dumps(
        {
            "apiVersion": "v1",
            "name": name,
            "version": "1.0.0",
            "type": kind,
            "runtime": "subprocess",
            "runtimeConfig": {"platformCommand": commands},
        }
    )


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with a chart, and plugins in `plugins`."""
    chart = tmp_path / "small"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: small\nversion: 0.1.0\n")
    for name, text in TEMPLATES.items():
        (chart / "templates" / name).write_text(text)
    plugins = {
        "change": plugin_yaml("change", sys.executable, "${HELM_PLUGIN_DIR}/change.py", "$WORD a", "${MISSING}"),
        "as-is": plugin_yaml("as-is", "cat"),
        "words": plugin_yaml("words", "sed s/replicas/$WORD/"),
        "fails": plugin_yaml("fails", "sh", "-c", "cat > /dev/null; exit 7"),
        "silent": plugin_yaml("silent", "sh", "-c", "cat > /dev/null; echo"),
        "broken": plugin_yaml("broken", "sh", "-c", "cat; echo 'a: b: c'"),
        "absent": plugin_yaml("absent", "no-such-program"),
        "nowhere": plugin_yaml("nowhere", "./no/such/program"),
        "elsewhere": plugin_yaml("elsewhere", "cat").replace('"command"', '"os": "plan9", "command"'),
        "command": plugin_yaml("command", "cat", kind="cli/v1"),
    }
    for name, text in plugins.items():
        (tmp_path / "plugins" / name).mkdir(parents=True)
        (tmp_path / "plugins" / name / "plugin.yaml").write_text(text)
    (tmp_path / "plugins" / "change" / "change.py").write_text(CHANGE)
    return tmp_path


def environment(folder: pathlib.Path, **more: str) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "KUBECONFIG": str(folder / "none"),
        "HELM_PLUGINS": str(folder / "plugins"),
        "WORD": "word",
        **more,
    }


def call(folder: pathlib.Path, program: list[str], *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*program, *words], cwd=folder, env=environment(folder, **more), capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def ours(folder: pathlib.Path) -> Run:
    return lambda *words, **more: call(folder, [sys.executable, "-m", "steersman"], *words, **more)


@pytest.fixture
def helm(folder: pathlib.Path, peer: Callable[[str], pathlib.Path]) -> Run:
    return lambda *words, **more: call(folder, [str(peer("helm4"))], *words, **more)


def test_the_plugin_changes_what_is_printed(ours: Run) -> None:
    done = ours("template", "web", "small", "--post-renderer", "change", "--post-renderer-args", "x y")
    assert done.returncode == 0
    assert "replicas: 3 # word a||x y\n" in done.stdout
    assert "# Source: generated-by-postrender-4.yaml\nkind: New\nmetadata:\n  name: change\n  of: change\n" in done.stdout
    assert "told on the side" in done.stderr


def test_hooks_go_with_the_manifests(ours: Run) -> None:
    done = ours("template", "web", "small", "--post-renderer", "as-is")
    assert '    # how heavy\n    "helm.sh/hook-weight": "5"\n' in done.stdout
    assert "postrenderer.helm.sh" not in done.stdout
    assert "not: sent" not in done.stdout


CASES = [
    pytest.param(("--post-renderer", "as-is"), id="as it is"),
    pytest.param(("--post-renderer", "change", "--post-renderer-args", "x y", "--post-renderer-args", ""), id="arguments"),
    pytest.param(("--post-renderer-args", "early", "--post-renderer", "change"), id="arguments before"),
    pytest.param(("--post-renderer", "words"), id="a command of words"),
    pytest.param(("--post-renderer", "as-is", "--no-hooks"), id="no hooks"),
    pytest.param(("--post-renderer", "as-is", "--show-only", "templates/config.yaml"), id="show only"),
    pytest.param(("--post-renderer", ""), id="no name"),
    pytest.param(("--post-renderer-args", "alone"), id="arguments alone"),
    pytest.param(("--post-renderer", "as-is", "--output-dir", "out"), id="to a folder"),
]


@pytest.mark.peers
@pytest.mark.parametrize("flags", CASES)
def test_the_output_is_helms(ours: Run, helm: Run, flags: tuple[str, ...]) -> None:
    expected = helm("template", "web", "small", *flags)
    assert expected.returncode == 0, expected.stderr
    done = ours("template", "web", "small", *flags)
    assert (done.returncode, done.stdout) == (0, expected.stdout)


@pytest.mark.peers
@pytest.mark.parametrize("name", ["change", "fails", "unknown"])
def test_install_is_helms(ours: Run, helm: Run, name: str) -> None:
    words = ("install", "web", "small", "--dry-run=client", "--post-renderer", name, "-o", "json")
    expected, done = helm(*words), ours(*words)
    assert done.returncode == expected.returncode
    if expected.returncode:
        assert done.stderr.splitlines()[-1] == expected.stderr.splitlines()[-1]
    else:
        assert json.loads(done.stdout)["manifest"] == json.loads(expected.stdout)["manifest"]


FAILURES = [
    pytest.param(("fails",), id="it fails"),
    pytest.param(("silent",), id="it says nothing"),
    pytest.param(("broken",), id="it says what is no YAML"),
    pytest.param(("absent",), id="its program is not there"),
    pytest.param(("nowhere",), id="its program's path is wrong"),
    pytest.param(("elsewhere",), id="it is for another system"),
    pytest.param(("command",), id="it is of another type"),
    pytest.param(("unknown",), id="there is none"),
    pytest.param(("as-is", "--post-renderer", "as-is"), id="two are named"),
]


@pytest.mark.peers
@pytest.mark.parametrize("flags", FAILURES)
def test_failures_are_helms(ours: Run, helm: Run, flags: tuple[str, ...]) -> None:
    words = ("template", "web", "small", "--post-renderer", *flags)
    expected, done = helm(*words), ours(*words)
    said = [line for line in expected.stderr.splitlines() if line.startswith("Error: ")]
    assert said
    assert [line for line in done.stderr.splitlines() if line.startswith("Error: ")] == said
    assert (done.returncode, done.stdout) == (expected.returncode, expected.stdout)


V1 = "apiVersion: v1\nname: good\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\n"

BROKEN = [
    V1 + "runtimeConfig: []\n",
    V1 + "runtimeConfig:\n  platformCommand: x\n",
    V1 + "runtimeConfig:\n  platformCommand:\n  - x\n",
    V1 + "runtimeConfig:\n  platformCommand:\n  - command: [a]\n    args: b\n    os: {a: b}\n",
    V1 + "config: {a: b, c: d}\n",
    V1 + "config: null\n",
    V1.replace("1.0.0", "1.0"),
    V1.replace("1.0.0", "v1.0.0"),
    V1.replace("good", '"a b"'),
    V1.replace("good", '""'),
    V1.replace("postrenderer/v1", "foo/v1"),
    V1.replace("runtime: subprocess", "runtime: foo"),
    V1.replace("runtime: subprocess\n", ""),
    V1.replace("type: postrenderer/v1\n", ""),
    V1 + "name: x\n",
    V1 + "a: 1\nb: 2\n",
    V1 + "sourceURL: [a]\n",
    V1 + "sourceURL: {a: b}\n",
    V1 + "runtimeConfig: &a\n  platformHooks: *a\n",
    V1 + "<<: {a: b}\n",
    V1 + "<<: 3\n",
    V1 + "? [a]\n: b\n",
    V1 + "true: b\n",
    V1 + "config: 12345678901234\n",
    "",
    "# c\n",
    "null\n",
    "- a\n",
    "text\n",
    "apiVersion: [a]\n",
    "apiVersion: 1\n",
    "apiVersion: null\nname: q\nversion: 1.0.0\n",
    "name: x\nversion: a\n",
    "name: x y\n",
    "name: x\ncommand: a\nplatformCommand:\n- command: b\n",
    "name: x\nhooks: {install: a}\nplatformHooks:\n  install:\n  - command: b\n",
    "name: x\ndownloaders:\n- command: a\n",
    "name: x\ndownloaders:\n- protocols: [a]\n",
    "name: x\ndownloaders:\n- protocols: [a, '']\n  command: b\n",
    "name: x\ndownloaders: a\n",
    "name: x\nignoreFlags: yesss\n",
    "name: x\nignoreFlags: 1\n",
    "name: x\nhooks: [a]\n",
    "name: x\nhooks: {a: [b]}\n",
    "name: x\nname: y\nname: z\nusage: a\nusage: b\n",
    "a: \u0001\n",
    'name: "x\n',
    "a: &a [*a]\n",
    V1.replace("postrenderer", "getter"),
    V1.replace("postrenderer", "getter") + "config:\n  protocols: ['']\n",
    V1.replace("postrenderer", "getter") + "config:\n  protocols: {}\n",
    V1.replace("runtime: subprocess\n", "") + "runtime: extism/v1\nruntimeConfig: {a: b}\n",
    V1 + "runtimeConfig:\n  platformCommand:\n  - command: 1.0\n    args: [1, true, null, 2020-01-01, 0x10]\n",
    V1.replace("postrenderer", "test"),
    V1.replace("postrenderer", "cli") + "config:\n  ignoreFlags: maybe\n  usage: [a]\n",
]
"""Files that Helm reads or refuses, each with its own words."""


@pytest.mark.peers
def test_broken_plugins_are_passed_over_as_helm_does(folder: pathlib.Path, ours: Run, helm: Run) -> None:
    for number, text in enumerate(BROKEN):
        (folder / "many" / f"p{number:02}").mkdir(parents=True)
        (folder / "many" / f"p{number:02}" / "plugin.yaml").write_text(text.replace("good", f"good{number}"))
    words = ("template", "web", "small", "--post-renderer", "none")
    many = {"HELM_PLUGINS": str(folder / "many")}
    expected, done = helm(*words, **many), ours(*words, **many)
    assert expected.returncode == done.returncode == 1
    # Helm loads the plugins twice, and says it twice.
    assert sorted(done.stderr.splitlines()) == sorted(set(expected.stderr.splitlines()))
    assert len(done.stderr.splitlines()) > 50


@pytest.mark.peers
def test_two_plugins_of_one_name_are_an_error(folder: pathlib.Path, ours: Run, helm: Run) -> None:
    (folder / "plugins" / "words" / "plugin.yaml").write_text(plugin_yaml("as-is", "cat"))
    words = ("template", "web", "small", "--post-renderer", "as-is")
    expected, done = helm(*words), ours(*words)
    assert done.stderr.splitlines()[-1] in expected.stderr.splitlines()
    assert "two plugins claim the name" in done.stderr
