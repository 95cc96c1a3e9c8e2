"""`lint` at the command line: what is printed where, the exit status, and the ways to name a chart."""

from __future__ import annotations

import io
import os
import pathlib
import subprocess
import sys
import tarfile

HEAD = "apiVersion: v2\nname: small\nversion: 1.0.0\nicon: https://example.com/icon.svg\n"
OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n"


def write(folder: pathlib.Path, **files: str) -> None:
    """A chart; "__" in a name is a slash, "_" a dot."""
    for name, text in {"Chart_yaml": HEAD, "values_yaml": "name: x\n", "templates__a_yaml": OBJECT, **files}.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def lint(folder: pathlib.Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": str(folder / "none")}
    command = [sys.executable, "-m", "steersman", "lint", *words]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    return done


def archive(path: pathlib.Path, files: dict[str, str]) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"small/{name}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))


def test_a_good_chart(tmp_path: pathlib.Path) -> None:
    write(tmp_path / "small")
    done = lint(tmp_path, "small/")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "==> Linting small/\n\n1 chart(s) linted, 0 chart(s) failed\n"
    assert lint(tmp_path, "small", "--quiet").stdout == ""


def test_errors_go_to_standard_error_and_findings_do_not(tmp_path: pathlib.Path) -> None:
    write(tmp_path / "small", templates__b_json="{}")
    done = lint(tmp_path, "small", "nowhere")
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "Error: 2 chart(s) linted, 2 chart(s) failed"
    assert done.stdout == (
        "==> Linting small\n"
        "[ERROR] templates/b.json: file extension '.json' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt\n\n"
        "==> Linting nowhere\n"
        "Error unable to check Chart.yaml file in chart: stat nowhere/Chart.yaml: no such file or directory\n\n"
    )


def test_strict_lets_warnings_fail(tmp_path: pathlib.Path) -> None:
    write(tmp_path / "small")
    assert lint(tmp_path, "small", "--set", "name=X").returncode == 0
    done = lint(tmp_path, "small", "--set", "name=X", "--strict")
    assert done.returncode == 1
    assert '[WARNING] templates/a.yaml: object name does not conform to Kubernetes naming requirements: "X": ' in done.stdout


def test_values_and_schema(tmp_path: pathlib.Path) -> None:
    write(tmp_path / "small", values_schema_json='{"properties": {"name": {"maxLength": 3}}}')
    (tmp_path / "more.yaml").write_text("name: long\n")
    done = lint(tmp_path, "small", "-f", "more.yaml")
    assert done.returncode == 1
    assert "[ERROR] values.yaml: - at '/name': maxLength: got 4, want 3\n" in done.stdout
    assert lint(tmp_path, "small", "-f", "more.yaml", "--skip-schema-validation").returncode == 0
    missing = lint(tmp_path, "small", "-f", "none.yaml")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr.splitlines()[0] == "Error: open none.yaml: no such file or directory"


def test_kube_version(tmp_path: pathlib.Path) -> None:
    write(tmp_path / "small", templates__b_yaml="apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: x}\n")
    assert "[WARNING]" not in lint(tmp_path, "small", "--kube-version", "1.20").stdout
    warned = lint(tmp_path, "small", "--kube-version", "1.21").stdout
    assert "batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob\n" in warned
    wrong = lint(tmp_path, "small", "--kube-version", "x")
    assert wrong.stderr.splitlines()[0] == "Error: invalid kube version 'x': could not parse \"x\" as version"


def test_subcharts(tmp_path: pathlib.Path) -> None:
    write(tmp_path / "small", Chart_yaml=HEAD + "dependencies: [{name: b, version: 1.0.0}, {name: c, version: 1.0.0}]\n")
    write(tmp_path / "small/charts/b", Chart_yaml=HEAD.replace("small", "b"))
    archive(tmp_path / "small/charts/a.tgz", {"Chart.yaml": HEAD.replace("small", "c")})
    done = lint(tmp_path, "small", "--with-subcharts")
    assert [line for line in done.stdout.splitlines() if line.startswith("==>")] == [
        "==> Linting small",
        "==> Linting small/charts/a.tgz",
        "==> Linting small/charts/b",
    ]
    assert done.stdout.endswith("3 chart(s) linted, 0 chart(s) failed\n")


def test_archives(tmp_path: pathlib.Path) -> None:
    """Unpacked, a chart is a folder like any other: .helmignore counts, too."""
    files = {"Chart.yaml": HEAD, "values.yaml": "name: x\n", "templates/a.yaml": OBJECT, "templates/b.yaml": "a: ["}
    archive(tmp_path / "good.tgz", {**files, ".helmignore": "b.yaml\n"})
    archive(tmp_path / "bad.tar.gz", files)
    archive(tmp_path / "nameless.tgz", {"Chart.yaml": "apiVersion: v2\n"})
    (tmp_path / "junk.tgz").write_text("junk" * 100)
    assert lint(tmp_path, "good.tgz").returncode == 0
    assert "[ERROR] templates/b.yaml: unable to parse YAML: " in lint(tmp_path, "bad.tar.gz").stdout
    assert "Error unable to extract tarball: chart name not specified\n" in lint(tmp_path, "nameless.tgz").stdout
    assert "Error unable to extract tarball: gzip: invalid header\n" in lint(tmp_path, "junk.tgz").stdout
    assert "Error unable to open tarball: open no.tgz: no such file or directory\n" in lint(tmp_path, "no.tgz").stdout


def test_what_required_and_fail_let_pass_is_logged(tmp_path: pathlib.Path) -> None:
    write(tmp_path / "small", templates__b_yaml='{{ required "one" .Values.a }}{{ required "two" "" }}{{ fail "three" }}')
    done = lint(tmp_path, "small")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        'level=WARN msg="missing required value" message=one',
        'level=WARN msg="missing required values" message=two',
        'level=INFO msg="funcMap fail" message=three',
    ]


def test_a_folder_in_the_place_of_a_file(tmp_path: pathlib.Path) -> None:
    write(tmp_path / "small")
    (tmp_path / "small/values.yaml").unlink()
    (tmp_path / "small/values.yaml").mkdir()
    where = tmp_path / "small/values.yaml"
    assert f"[ERROR] values.yaml: unable to parse YAML: read {where}: is a directory\n" in lint(tmp_path, "small").stdout


def test_an_argument_is_needed(tmp_path: pathlib.Path) -> None:
    done = lint(tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == 'Error: "steersman lint" requires at least 1 argument'
