"""Fuzzing by hand or for a while: `python tests/fuzz/run.py --seconds 60`, all targets or those named.

An input fails when anything but an error of steersman's escapes, when it takes longer than SLOW seconds of computing, or when the process
runs out of ADDRESS_BYTES. Every run of one seed tries the same inputs in the same order. Failing inputs are printed, and with `--save`
written to a folder.
"""

from __future__ import annotations

import argparse
import hashlib
import pathlib
import random
import re
import resource
import signal
import sys
import time
import traceback
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from fuzz.mutation import mutate, mutate_bytes
from fuzz.targets import TARGETS, Target

SLOW = 2.0
"""Seconds that one input may take: a second for most hostile input, and a machine half as fast."""
ADDRESS_BYTES = 2 << 30
MOST_KEPT = 4000
MOST_FAILURES = 20


class TooSlow(BaseException):
    """Raised by the timer: nothing that catches errors may catch it."""


def _too_slow(number: int, frame: object) -> None:
    raise TooSlow(f"more than {SLOW:g} seconds")


def attempt(target: Target, given: Any) -> tuple[object, BaseException | None]:
    """(what tells this outcome from others, what went wrong)."""
    from steersman.errors import Error

    signal.setitimer(signal.ITIMER_PROF, SLOW)
    try:
        return target.run(given), None
    except Error as error:
        return (type(error).__name__, re.sub(r"\d+|\"[^\"]*\"|`[^`]*`|'[^']*'", "", str(error))[:60]), None
    except (Exception, TooSlow) as error:
        return type(error).__name__, error
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def fuzz(name: str, seconds: float, seed: int, save: pathlib.Path | None) -> tuple[int, int, int]:
    """(inputs tried, outcomes seen, different failures)."""
    target = TARGETS[name]
    chance = random.Random(f"{name} {seed}")
    seeds: list[Any] = list(target.seeds())
    change: Any = mutate_bytes if target.is_binary else mutate
    outcomes: set[object] = set()
    failures: set[str] = set()
    tried = 0
    end = time.process_time() + seconds
    waiting = list(seeds)
    while (waiting or time.process_time() < end) and time.process_time() < end + seconds and len(failures) < MOST_FAILURES:
        given = waiting.pop() if waiting else change(chance, chance.choice(seeds), seeds, target.words)
        tried += 1
        outcome, failure = attempt(target, given)
        if outcome not in outcomes:
            outcomes.add(outcome)
            if failure is None and len(seeds) < MOST_KEPT:
                seeds.append(given)
        if failure is not None:
            last = traceback.extract_tb(failure.__traceback__)[-1]
            where = f"{type(failure).__name__} at {pathlib.Path(last.filename).name}:{last.lineno}"
            if isinstance(failure, RecursionError):
                where = "RecursionError"
            if where not in failures:
                failures.add(where)
                print(f"FAILED {name}: {where}: {str(failure)[:300]}\n  input: {given[:600]!r} ({len(given)} long)", flush=True)
                if save is not None:
                    save.mkdir(parents=True, exist_ok=True)
                    data = given if isinstance(given, bytes) else given.encode("utf-8", "surrogateescape")
                    (save / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}").write_bytes(data)
    return tried, len(outcomes), len(failures)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="which; all by default")
    parser.add_argument("--seconds", type=float, default=10, help="of computing, for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", type=pathlib.Path, help="a folder for failing inputs")
    wanted = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    signal.signal(signal.SIGPROF, _too_slow)
    failed = 0
    for name in wanted.targets or TARGETS:
        tried, outcomes, failures = fuzz(name, wanted.seconds, wanted.seed, wanted.save)
        print(f"{name:14} {tried:8} inputs {outcomes:6} outcomes {failures:3} failures", flush=True)
        failed += failures
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
