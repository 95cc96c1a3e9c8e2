"""`make faults`: kills and faults at every call, counted and printed; beside ours, the figure of Helm 4.

    python tests/faults/run.py [--chart five] [--verb upgrade] [--kinds kill-before,kill-after] [--every 1] [--helm] [--rounds 100]

Ends with status 1 when anything is not as it must be.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from clusters import executable, shared
from faults.proxy import Fault
from faults.races import race
from faults.scenes import CHARTS, VERBS, Stage

KILLS = ("kill-before", "kill-after")
FAULTS = ("reset-before", "reset-after", "truncated", "500", "503", "429")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chart", choices=sorted(CHARTS), action="append")
    parser.add_argument("--verb", choices=VERBS, action="append")
    parser.add_argument("--kinds", default=",".join((*KILLS, *FAULTS)))
    parser.add_argument("--every", type=int, default=1, help="only every n-th call")
    parser.add_argument("--helm", action="store_true", help="Helm's own figure for the kills, too")
    parser.add_argument("--client-side", action="store_true", help="apply on the client")
    parser.add_argument("--rounds", type=int, default=0, help="rounds of six upgrades at once")
    given = parser.parse_args()
    helm = executable("helm4")
    bad = 0
    with tempfile.TemporaryDirectory() as folder, shared(pathlib.Path(folder), controllers=False) as cluster:
        stage = Stage(cluster, pathlib.Path(folder), helm)
        stage.more = ("--server-side=false",) if given.client_side else ()
        for chart in given.chart or sorted(CHARTS):
            for verb in given.verb or VERBS:
                bad += sweep(stage, "steersman", verb, chart, given.kinds.split(","), given.every)
        if given.helm:
            theirs = Stage(cluster, pathlib.Path(folder), helm, (str(helm),))
            for chart in given.chart or sorted(CHARTS):
                for verb in given.verb or VERBS:
                    sweep(theirs, "helm 4.3.1", verb, chart, KILLS, given.every)
            theirs.close()
        if given.rounds:
            bad += race(stage, given.rounds)
        stage.close()
    return 1 if bad else 0


def sweep(stage: Stage, who: str, verb: str, chart: str, kinds: list[str] | tuple[str, ...], every: int) -> int:
    """All faults of these kinds at each call of a verb; prints one line a kind, and gives how many ended badly."""
    calls = stage.count(verb, chart)
    bad = 0
    for kind in kinds:
        struck = refused = failed = complained = 0
        for at in range(1, calls + 1, every):
            verdict = stage.play(verb, chart, Fault(kind, at))
            struck += verdict.struck
            refused += bool(verdict.refused)
            complained += bool(verdict.complaints)
            failed += not kind.startswith("kill") and verdict.first.status != 0
            if stage.is_ours and (
                verdict.refused or verdict.complaints or (not kind.startswith("kill") and verdict.first.status)
            ):
                print(f"    {kind} at call {at}: first {verdict.first.status} {verdict.first.errors.strip()[-400:]!r}")
                print(f"      next refused: {verdict.refused[-400:]!r}; {'; '.join(verdict.complaints)}", flush=True)
        told = f"{who:10} {chart:5} {verb:9} {kind:12} {calls:3} calls, {struck:3} struck: {refused} next commands refused"
        if not kind.startswith("kill"):
            told += f", {failed} commands failed"
        if stage.is_ours:
            told += f", {complained} states not as they must be"
        print(told, flush=True)
        bad += refused + complained + failed
    return bad


if __name__ == "__main__":
    sys.exit(main())
