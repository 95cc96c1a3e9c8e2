"""Start-up is a budget: what `template` may not import, because each of these costs more milliseconds than it is worth there."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

FORBIDDEN = {
    "ssl", "http", "http.client", "asyncio", "logging", "subprocess", "importlib.metadata", "dataclasses", "inspect", "typing", "pathlib",
    "argparse", "tempfile", "tarfile", "zipfile", "socket", "urllib.request", "urllib3", "email", "concurrent.futures", "multiprocessing",
    "jsonschema", "cryptography", "bcrypt", "re2", "rich", "steersman.kube", "steersman.storage", "steersman.execute", "steersman.plan",
    "steersman.sandbox", "steersman.rendering.explain", "steersman.rendering.sentences", "steersman.rendering.references",
    "steersman.rendering.excerpts", "steersman.rendering.broken_yaml", "steersman.values.origins", "steersman.values.spelling",
    "steersman.cli.views.explanation",
}  # fmt: skip

PROBE = """
import sys, json
before = set(sys.modules)
from steersman.cli.main import main
status = main(sys.argv[1:])
sys.stdout.flush()
print("\\n@@" + json.dumps([status, sorted(set(sys.modules) - before)]))
"""


def modules_of(*arguments: str, cwd: str) -> list[str]:
    """The modules that a command line imports beyond a bare interpreter's. Fails when the command fails."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROBE, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=True
    )
    status, modules = json.loads(done.stdout.rpartition("@@")[2])
    assert status == 0, done.stderr
    found: list[str] = modules
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with the starter chart in it."""
    path = str(tmp_path_factory.mktemp("startup"))
    modules_of("create", "starter", cwd=path)
    return path


def test_template_imports_nothing_heavy(folder: str) -> None:
    assert not FORBIDDEN & set(modules_of("template", "demo", "./starter", cwd=folder))


def test_help_imports_next_to_nothing(folder: str) -> None:
    modules = modules_of("--help", cwd=folder)
    assert not FORBIDDEN & set(modules)
    assert not [name for name in modules if name.startswith(("steersman.template", "steersman.render", "yaml"))]
