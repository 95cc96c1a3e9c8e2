"""`template` beside Helm 4's, in one run: whole processes, taken in turn, and rendering in process against a Helm subprocess.

    .venv/bin/python bench/template.py [--runs N] [--charts GLOB…]

Prints medians and ratios, steersman / Helm: under 1 is faster, or smaller. The machine's speed drifts, so only ratios of one run count.
Memory is the largest resident set of a process, as the kernel counted it.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
HELM = pathlib.Path(os.environ.get("STEERSMAN_PEERS") or ROOT / ".peers") / "helm4"
STEERSMAN = ROOT / ".venv" / "bin" / "steersman"
CORPUS = ROOT.parent / "shared" / "corpus"


def measure(command: list[str], cwd: str, environ: dict[str, str]) -> tuple[float, float]:
    """(seconds, MiB of memory) of one run. Raises RuntimeError when it fails."""
    with open(os.devnull, "wb") as sink:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environ, stdout=sink, stderr=sink)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return took, usage.ru_maxrss / 1024


def pair(
    arguments: list[str], cwd: str, environ: dict[str, str], runs: int
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Both commands in turn, after one run each that does not count."""
    ours, theirs = [str(STEERSMAN), *arguments], [str(HELM), *arguments]
    measure(ours, cwd, environ)
    measure(theirs, cwd, environ)
    found: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    for _ in range(runs):
        found[0].append(measure(ours, cwd, environ))
        found[1].append(measure(theirs, cwd, environ))
    return found


def median(rows: list[tuple[float, float]], column: int) -> float:
    return statistics.median(row[column] for row in rows)


def chosen(count: int) -> list[tuple[str, list[str]]]:
    """Charts of the corpus, spread over Helm's own times, that render without an error."""
    path = CORPUS / "cases.jsonl"
    if not path.exists():
        return []
    cases = [json.loads(line) for line in path.read_text().splitlines() if line]
    cases = sorted(
        (case for case in cases if case["exit"] == 0 and case["label"] == "default"), key=lambda case: case["helm_secs"]
    )
    step = max(1, (len(cases) - 1) // max(1, count - 1))
    return [(case["id"].split("__")[1], case["args"]) for case in cases[::step][:count]]


def every(cases: int) -> list[tuple[str, list[str], float]]:
    """(name, arguments, Helm's seconds) of one case for each chart of the corpus that renders; at most so many."""
    path = CORPUS / "cases.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines() if line] if path.exists() else []
    chosen = [
        (row["id"].split("__")[1], row["args"], row["helm_secs"])
        for row in rows
        if row["exit"] == 0 and row["label"] == "default"
    ]
    step = max(1, len(chosen) // cases) if cases else 1
    return chosen[::step]


def corpus(environ: dict[str, str], runs: int, cases: int) -> None:
    """The whole corpus: medians of the ratios, warm and cold, and the heaviest ten by Helm's time."""
    rows = []
    for name, arguments, _ in every(cases):
        shutil.rmtree(os.path.join(environ["HOME"], ".cache"), ignore_errors=True)
        cold = measure([str(STEERSMAN), *arguments], str(CORPUS), environ)[0]
        ours, theirs = pair(arguments, str(CORPUS), environ, runs)
        helm = median(theirs, 0)
        rows.append((helm, median(ours, 0) / helm, median(ours, 1) / median(theirs, 1), cold / helm, name))
    rows.sort(reverse=True)
    print(
        f"{len(rows)} charts: time {statistics.median(row[1] for row in rows):.2f}, memory {statistics.median(row[2] for row in rows):.2f},"
        f" cold cache {statistics.median(row[3] for row in rows):.2f} of Helm's, medians over the charts"
    )
    print("the ten heaviest for Helm:")
    for helm, warm, memory, cold, name in rows[:10]:
        print(f"  {name[:50]:50} helm {helm * 1000:7.1f}ms   time {warm:5.2f}   memory {memory:5.2f}   cold {cold:5.2f}")
    print(f"  median of these: time {statistics.median(row[1] for row in rows[:10]):.2f}")
    print("the ten worst ratios:")
    for helm, warm, memory, cold, name in sorted(rows, key=lambda row: -row[1])[:10]:
        print(f"  {name[:50]:50} helm {helm * 1000:7.1f}ms   time {warm:5.2f}   memory {memory:5.2f}   cold {cold:5.2f}")


def in_process(arguments: list[str], cwd: str) -> float:
    """Seconds of one render of a chart that is loaded, with values that change: the median of 20."""
    program = (
        "import sys, time, statistics, steersman\n"
        "chart = steersman.load_chart(sys.argv[1])\n"
        "times = []\n"
        "for number in range(21):\n"
        "    start = time.perf_counter()\n"
        "    steersman.render(chart, {'replicaCount': number}, release='release-name')\n"
        "    times.append(time.perf_counter() - start)\n"
        "print(statistics.median(times[1:]))\n"
    )
    python = ROOT / ".venv" / "bin" / "python"
    done = subprocess.run([str(python), "-c", program, arguments[1]], cwd=cwd, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--charts", type=int, default=5, help="how many charts of the corpus")
    parser.add_argument(
        "--corpus", type=int, default=0, metavar="N", help="measure about N charts of the corpus, spread evenly, too"
    )
    options = parser.parse_args()
    if not HELM.exists():
        print("Helm is not here: run `make peers` first", file=sys.stderr)
        return 2
    print(
        f"{'chart':40} {'steersman':>10} {'helm':>10} {'ratio':>6}   {'memory':>16} {'ratio':>6}   {'in process':>10} {'faster':>7}"
    )
    with tempfile.TemporaryDirectory() as folder:
        environ = {"PATH": os.environ["PATH"], "HOME": folder, "TZ": "UTC", "LANG": "C.UTF-8"}
        subprocess.run([str(HELM), "create", "starter"], cwd=folder, env=environ, check=True, capture_output=True)
        work = [("starter (helm create)", ["template", "./starter"], folder)]
        work += [(name, arguments, str(CORPUS)) for name, arguments in chosen(options.charts)]
        ratios: list[tuple[float, float]] = []
        for name, arguments, cwd in work:
            ours, theirs = pair(arguments, cwd, environ, options.runs)
            time_ratio, memory_ratio = median(ours, 0) / median(theirs, 0), median(ours, 1) / median(theirs, 1)
            ratios.append((time_ratio, memory_ratio))
            inside = in_process(arguments, cwd) if len(arguments) == 2 else None
            tail = f"{inside * 1000:8.1f}ms {median(theirs, 0) / inside:6.1f}x" if inside else ""
            print(
                f"{name[:40]:40} {median(ours, 0) * 1000:8.1f}ms {median(theirs, 0) * 1000:8.1f}ms {time_ratio:6.2f}"
                f"   {median(ours, 1):6.1f}/{median(theirs, 1):6.1f}MiB {memory_ratio:6.2f}   {tail}",
                flush=True,
            )
        if options.corpus:
            corpus(environ, options.runs, options.corpus)
        print(f"\nmedian ratio: time {median(ratios, 0):.2f}, memory {median(ratios, 1):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
