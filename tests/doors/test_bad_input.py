"""What a user gets for bad input at the command line: Helm's first line of error, exit status 1, no traceback, nothing half-written."""

from __future__ import annotations

import gzip
import io
import os
import pathlib
import subprocess
import sys
import tarfile
from collections.abc import Callable

import pytest

from clusters import Cluster

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: pathlib.Path) -> Run:
    """Runs steersman in a folder of its own, with no cluster to be found unless `environ` names one."""

    def call(*words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        base = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")}
        done = subprocess.run(
            [sys.executable, "-m", "steersman", *words],
            cwd=tmp_path,
            env={**base, **(environ or {})},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "Traceback" not in done.stderr
        return done

    return call


def write_chart(folder: pathlib.Path, **templates: str) -> pathlib.Path:
    """A small chart; `a=text` becomes templates/a.yaml."""
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: small\nversion: 0.1.0\n")
    (folder / "values.yaml").write_text("name: x\n")
    for name, text in templates.items():
        (folder / "templates" / f"{name}.yaml").write_text(text)
    return folder


def archive(path: pathlib.Path, **files: bytes) -> pathlib.Path:
    """A chart archive with these members; `__` in a name stands for a slash, `_DOT_DOT_` for two dots."""
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name.replace("_DOT_DOT_", "..").replace("__", "/").replace("_yaml", ".yaml"))
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def first_error(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stderr
    return next(line for line in done.stderr.splitlines() if line.startswith("Error: "))


CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n"


def test_a_missing_chart(run: Run) -> None:
    assert first_error(run("template", "./nope")) == 'Error: path "./nope" not found'
    assert (
        first_error(run("template", "nope")) == "Error: non-absolute URLs should be in form of repo_name/path_to_chart, got: nope"
    )


def test_a_folder_that_is_no_chart(run: Run, tmp_path: pathlib.Path) -> None:
    (tmp_path / "empty").mkdir()
    assert first_error(run("template", "./empty")).startswith("Error: unable to detect chart at ")


def test_a_broken_archive(run: Run, tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.tgz").write_bytes(gzip.compress(b"no tar at all" * 100)[:-20])
    assert first_error(run("template", "./a.tgz")).startswith("Error: ")
    (tmp_path / "b.tgz").write_bytes(b"plain text")
    assert "does not appear to be a gzipped archive" in first_error(run("template", "./b.tgz"))


@pytest.mark.parametrize("name", ["small___DOT_DOT___DOT_DOT___evil", "small____etc__evil"])
def test_a_path_that_leaves_the_archive(run: Run, tmp_path: pathlib.Path, name: str) -> None:
    archive(tmp_path / "a.tgz", small__Chart_yaml=b"apiVersion: v2\nname: small\nversion: 0.1.0\n", **{name: b"x"})
    done = run("template", "./a.tgz")
    assert first_error(done)
    assert not (tmp_path.parent / "evil").exists()
    assert done.stdout == ""


def test_values_that_are_no_yaml(run: Run, tmp_path: pathlib.Path) -> None:
    write_chart(tmp_path / "small", a=CONFIG)
    (tmp_path / "bad.yaml").write_text("a: [1,\nb: }")
    assert first_error(run("template", "./small", "-f", "bad.yaml")).startswith(
        "Error: failed to parse bad.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: line "
    )
    assert first_error(run("template", "./small", "-f", "none.yaml")) == "Error: open none.yaml: no such file or directory"
    assert first_error(run("template", "./small", "--set", "a")) == 'Error: failed parsing --set data: key "a" has no value'


def test_a_manifest_that_is_no_yaml(run: Run, tmp_path: pathlib.Path) -> None:
    write_chart(tmp_path / "small", a="apiVersion: v1\nkind: ConfigMap\n a: b\n")
    done = run("template", "./small")
    assert first_error(done).startswith(
        "Error: YAML parse error on small/templates/a.yaml: error converting YAML to JSON: yaml: line 3"
    )
    assert "Use --debug flag to render out invalid YAML" in done.stderr
    shown = run("template", "./small", "--debug")
    assert shown.returncode == 1
    assert "kind: ConfigMap" in shown.stdout


def test_template_errors(run: Run, tmp_path: pathlib.Path) -> None:
    write_chart(tmp_path / "one", a="{{ .Values.name | nosuch }}")
    assert (
        first_error(run("template", "./one")) == 'Error: parse error at (small/templates/a.yaml:1): function "nosuch" not defined'
    )
    write_chart(tmp_path / "two", a='a: 1\nb: {{ required "b is needed" .Values.b }}')
    assert first_error(run("template", "./two")) == "Error: execution error at (small/templates/a.yaml:2:6): b is needed"
    write_chart(tmp_path / "three", a="{{ .Values.name.deeper.still }}")
    assert first_error(run("template", "./three")) == "Error: small/templates/a.yaml:1:10"


def test_values_that_do_not_fit_the_schema(run: Run, tmp_path: pathlib.Path) -> None:
    write_chart(tmp_path / "small", a=CONFIG)
    (tmp_path / "small" / "values.schema.json").write_text('{"properties": {"name": {"type": "integer"}}}')
    done = run("template", "./small")
    assert first_error(done) == "Error: values don't meet the specifications of the schema(s) in the following chart(s):"
    assert "small:\n- at '/name': got string, want integer" in done.stderr


def test_wrong_flags_and_arguments(run: Run) -> None:
    assert first_error(run("template", "--nope", ".")) == "Error: unknown flag: --nope"
    assert first_error(run("template")) == 'Error: "steersman template" requires at least 1 argument'
    assert first_error(run("instal", "a", "b")) == 'Error: unknown command "instal" for "steersman"'
    assert (
        first_error(run("install", "./x")) == "Error: INSTALLATION FAILED: must either provide a name or specify --generate-name"
    )
    assert first_error(run("list", "-o", "xml")) == 'Error: invalid argument "xml" for "-o, --output" flag: invalid format type'


def test_no_cluster(run: Run, tmp_path: pathlib.Path) -> None:
    write_chart(tmp_path / "small", a=CONFIG)
    done = run("install", "web", "./small", environ={"KUBECONFIG": ""})
    assert first_error(done).startswith(
        "Error: INSTALLATION FAILED: cluster reachability check failed: kubernetes cluster unreachable: "
    )
    assert first_error(run("list", "--kube-apiserver", "http://127.0.0.1:9")).startswith(
        "Error: kubernetes cluster unreachable: "
    )


@pytest.mark.cluster
def test_an_expired_certificate(run: Run, api_server: Cluster, tmp_path: pathlib.Path) -> None:
    certificate, key = api_server.authority.issue("late", groups=("system:masters",), days=(-2.0, -1.0))
    done = run(
        "list",
        environ={"KUBECONFIG": str(kubeconfig(tmp_path, api_server, certificate, key))},
    )
    assert first_error(done).startswith("Error: kubernetes cluster unreachable: ")
    assert (
        "expired" in done.stderr or "Unauthorized" in done.stderr or "asked for the client to provide credentials" in done.stderr
    )


def kubeconfig(folder: pathlib.Path, cluster: Cluster, certificate: pathlib.Path, key: pathlib.Path) -> pathlib.Path:
    path = folder / "late.yaml"
    path.write_text(
        f"apiVersion: v1\nkind: Config\ncurrent-context: x\ncontexts: [{{name: x, context: {{cluster: x, user: x}}}}]\n"
        f"clusters: [{{name: x, cluster: {{server: '{cluster.url}', certificate-authority: '{cluster.ca_file}'}}}}]\n"
        f"users: [{{name: x, user: {{client-certificate: '{certificate}', client-key: '{key}'}}}}]\n"
    )
    path.chmod(0o600)
    return path


@pytest.mark.cluster
def test_a_name_in_use(run: Run, api_server: Cluster, tmp_path: pathlib.Path, namespace: Callable[..., str]) -> None:
    write_chart(tmp_path / "small", a=CONFIG)
    environ, space = {"KUBECONFIG": str(api_server.kubeconfig)}, namespace()
    assert run("install", "web", "./small", "-n", space, environ=environ).returncode == 0
    done = run("install", "web", "./small", "-n", space, environ=environ)
    assert first_error(done) == "Error: INSTALLATION FAILED: release name check failed: cannot reuse a name that is still in use"
    assert "hint" not in done.stderr
    assert (
        "  hint: revision 1 of web is deployed"
        in run("install", "web", "./small", "-n", space, "--debug", environ=environ).stderr
    )
    assert first_error(run("status", "nobody", "-n", space, environ=environ)) == "Error: release: not found"


@pytest.mark.cluster
def test_an_object_of_another(run: Run, api_server: Cluster, tmp_path: pathlib.Path, namespace: Callable[..., str]) -> None:
    """Nothing is recorded and nothing is written when the installation cannot go through."""
    write_chart(tmp_path / "small", a=CONFIG, b=CONFIG.replace("{{ .Values.name }}", "fresh"))
    environ, space = {"KUBECONFIG": str(api_server.kubeconfig)}, namespace()
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}
    api_server.call("POST", f"/api/v1/namespaces/{space}/configmaps", body)
    done = run("install", "web", "./small", "-n", space, environ=environ)
    assert first_error(done) == (
        f'Error: INSTALLATION FAILED: unable to continue with install: ConfigMap "x" in namespace "{space}" exists and cannot be imported into the '
        'current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; '
        'annotation validation error: missing key "meta.helm.sh/release-name": must be set to "web"; annotation validation error: missing key '
        f'"meta.helm.sh/release-namespace": must be set to "{space}"'
    )
    names = {item["metadata"]["name"] for item in api_server.call("GET", f"/api/v1/namespaces/{space}/configmaps")["items"]}
    assert "fresh" not in names
    assert api_server.call("GET", f"/api/v1/namespaces/{space}/secrets")["items"] == []
