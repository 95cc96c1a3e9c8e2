"""`make demo`: the main job from start to end, told step by step, in a sandbox or on a cluster of yours.

Every step is a command line that anyone can type; this module only types them, and says why.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile

RELEASE, CHART = "demo", "mychart"

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Make a chart to begin with.", ("create", CHART)),
    (
        "See what it would make, before anything is touched.",
        ("template", RELEASE, f"./{CHART}", "--show-only", "templates/service.yaml"),
    ),
    ("Install it, and wait until all of it runs.", ("install", RELEASE, f"./{CHART}", "--wait", "--timeout", "60s")),
    ("Ask how it is doing.", ("status", RELEASE)),
    (
        "Change a value: three replicas instead of one.",
        ("upgrade", RELEASE, f"./{CHART}", "--set", "replicaCount=3", "--wait", "--timeout", "60s"),
    ),
    ("Which values does it run with?", ("get", "values", RELEASE)),
    ("That was a mistake: back to the first revision.", ("rollback", RELEASE, "1", "--wait", "--timeout", "60s")),
    ("Everything is in the history.", ("history", RELEASE)),
    ("And away with it.", ("uninstall", RELEASE, "--wait", "--timeout", "60s")),
    ("Nothing is left.", ("list",)),
)


def main() -> int:
    """Runs the demo; returns an exit status."""
    parser = argparse.ArgumentParser(
        prog="make demo", description="Install, upgrade, roll back and uninstall a chart, step by step."
    )
    parser.add_argument("--kubeconfig", default="", help="use this cluster instead of the sandbox")
    given = parser.parse_args().kubeconfig
    with tempfile.TemporaryDirectory(prefix="steersman-demo-") as folder:
        environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
        for name in [name for name in environ if name.startswith("HELM_")]:
            del environ[name]
        if given:
            environ["KUBECONFIG"] = os.path.abspath(given)
            say(f"Using the cluster of {given}, in its context's namespace.")
            return walk(folder, environ)
        from steersman.sandbox import start

        with start(directory=os.path.join(folder, "sandbox")) as sandbox:
            environ["KUBECONFIG"] = sandbox.kubeconfig
            say(
                f"No cluster needed: an API server runs in this process now, at {sandbox.url}.\nIts kubeconfig is {sandbox.kubeconfig}."
            )
            return walk(folder, environ)


def walk(folder: str, environ: dict[str, str]) -> int:
    """Types the steps one after the other; stops at the first that fails."""
    for number, (why, words) in enumerate(STEPS, 1):
        say(f"\n{number}. {why}\n   $ steersman {shlex.join(words)}")
        done = subprocess.run([sys.executable, "-m", "steersman", *words], cwd=folder, env=environ, check=False)
        if done.returncode:
            say(f"\nThis step failed with exit status {done.returncode}. The demo stops here.")
            return 1
    say(
        "\nThat was the demo. To go on by hand:\n"
        "   $ .venv/bin/steersman sandbox start          an API server that stays, and prints how to use it\n"
        "   $ .venv/bin/steersman create mychart         a chart of your own\n"
        "   $ .venv/bin/steersman install web ./mychart --wait\n"
        "   $ .venv/bin/steersman --help"
    )
    return 0


def say(text: str) -> None:
    """Prints, in bold on a terminal."""
    if sys.stdout.isatty():
        text = f"\x1b[1m{text}\x1b[0m"
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
