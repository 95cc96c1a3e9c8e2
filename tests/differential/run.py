#!/usr/bin/env python3
"""Compares steersman with Go and Helm on generated inputs: `python tests/differential/run.py --count 10000 --seed 1 --mode render`.

Input number N of a seed is always the same: `--only N` looks at it again. Each difference is made as small as possible, and
those that look alike are shown once.
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import re
import sys
import time
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from differential.answers import answer
from differential.choices import Choices, TooMany, shrink
from differential.oracle import Answer, Oracle, Request, Silence
from differential.strategies import STRATEGIES
from differential.templates import CHART

REPEATS = 30
"""How often Go is asked again where the answers differ."""


class Difference:
    """An input that steersman and Go do not answer alike."""

    def __init__(self, number: int, request: Request, go: Answer, ours: Answer) -> None:
        self.number, self.request, self.go, self.ours = number, request, go, ours

    @property
    def signature(self) -> str:
        """The two answers without what varies: differences of one cause mostly have one."""
        ((kind, said),) = list(self.go.items()) or [("out", None)]
        ((other, ours),) = self.ours.items()
        if kind == other == "out":
            return f"out: {_shape(str(said))[:60]} / {_shape(str(ours))[:60]}"
        return f"{kind}: {_shape(str(said)) if kind != 'out' else ''} / {other}: {_shape(str(ours)) if other != 'out' else ''}"

    def __str__(self) -> str:
        told = {key: value for key, value in self.request.items() if value not in ("", [], {}, 0, False)}
        lines = [
            f"#{self.number} {json.dumps(told, ensure_ascii=False)}",
            f"    Go:   {told_of(self.go)}",
            f"    ours: {told_of(self.ours)}",
        ]
        return "\n".join(lines)


def told_of(given: Answer) -> str:
    return json.dumps(given, ensure_ascii=False)


def _shape(text: str) -> str:
    text = re.sub(r"<.*?>", "<>", text)
    return re.sub(r"\"[^\"]*\"|'[^']*'|`[^`]*`|\d+", "#", text)


def comparable(given: Answer) -> Any:
    if not given:
        return {"out": None}
    return given if ADDRESS.search(str(given)) is None else _masked(given)


ADDRESS = re.compile(r"0x[0-9a-f]{9,12}\b")


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return ADDRESS.sub("0xADDRESS", value)
    if isinstance(value, dict):
        return {key: _masked(member) for key, member in value.items()}
    return [_masked(item) for item in value] if isinstance(value, list) else value


PLAIN = "map[string]interface {}"


def is_known(request: Request, go: Answer, ours: Answer) -> bool:
    """What is left as it is.

    A slice in Go may be cut beyond its length, up to the capacity that happened to be allocated for it: `slice .Values.l 0 4` of
    three elements may give four. Lists here have no capacity.

    `merge .Values …` and `set .Values …` give the same map as a plain map[string]interface {}. Here it is the same object, and texts
    that name its type say common.Values.
    """
    if "slice index out of bounds" in ours.get("error", ""):
        return True
    return "common.Values" in str(ours) and str(ours).replace("common.Values", PLAIN) == str(go).replace("common.Values", PLAIN)


class Comparison:
    """One oracle, one mode, one seed."""

    def __init__(self, oracle: Oracle, mode: str, seed: int) -> None:
        self._oracle, self._mode, self._seed = oracle, mode, seed
        self.silent: list[int] = []
        self.errors = self.unstable = self.known = 0
        self.seconds = collections.Counter[str]()

    def _made(self, choices: Choices) -> Request | None:
        try:
            return STRATEGIES[self._mode](choices)
        except TooMany:
            return None

    def look(self, number: int) -> tuple[Difference | None, Choices]:
        """Asks both about input `number`."""
        choices = Choices(seed=f"{self._seed}/{self._mode}/{number}")
        return self._ask(number, choices), choices

    def _ask(self, number: int, choices: Choices) -> Difference | None:
        request = self._made(choices)
        if request is None:
            return None
        started = time.perf_counter()
        try:
            go = comparable(self._oracle.ask(request))
        except Silence:  # Where Go itself dies of an input, steersman must still answer.
            self.silent.append(number)
            ours = answer(request)
            return Difference(number, request, {"error": "no answer"}, ours) if "bug" in ours else None
        between = time.perf_counter()
        ours = comparable(answer(request))
        self.seconds["oracle"] += between - started
        self.seconds["steersman"] += time.perf_counter() - between
        self.errors += "out" not in go
        if go == ours:
            return None
        if is_known(request, go, ours):
            self.known += 1
            return None
        for _ in range(REPEATS):  # Go walks over maps in any order: where that can be seen, one of its answers must be ours.
            try:
                if comparable(self._oracle.ask(request)) == ours:
                    self.unstable += 1
                    return None
            except Silence:
                break
        return Difference(number, request, go, ours)

    def smallest(self, found: Difference, choices: Choices, budget: int = 500) -> Difference:
        """A smaller input with a difference of the same kind."""
        best = found
        kinds = (set(found.go), set(found.ours))

        def still(candidate: list[int]) -> list[int] | None:
            nonlocal best
            drawn = Choices(taken=candidate)
            different = self._ask(found.number, drawn)
            if different is None or (set(different.go), set(different.ours)) != kinds:
                return None
            best = different
            return drawn.taken

        kept = shrink(choices.taken, still, budget)
        self._ask(found.number, Choices(taken=kept))
        final = self._ask(found.number, Choices(taken=kept))
        return final or best


CASES = pathlib.Path(__file__).resolve().parents[1] / "cases"


def save(name: str, found: Difference) -> None:
    """Writes a case that tests/cases/test_differences.py replays. A request of several files is kept as it is."""
    request = found.request
    files = {path: text for path, text in request.get("files", {}).items() if path not in CHART}
    if request["mode"] == "render" and len(files) == 1:
        folder = CASES / "rendering" / name
        folder.mkdir(parents=True, exist_ok=True)
        (template,) = files.values()
        written = {"template.yaml": template, "values.json": request.get("values", ""), "set": "\n".join(request.get("set", ()))}
        written["error" if "error" in found.go else "expected"] = found.go.get("error") or next(iter(found.go["out"].values()))
        for path, text in written.items():
            if text or path in {"expected", "template.yaml"}:
                (folder / path).write_bytes(text.encode("utf-8", "surrogateescape"))
    else:
        told = json.dumps({"request": request, "answer": found.go}, indent=1, sort_keys=True)
        (CASES / "golang" / f"{name}.json").write_text(told + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare steersman with Go and Helm on generated inputs.")
    parser.add_argument("--mode", action="append", choices=[*STRATEGIES], help="what to compare; all without one")
    parser.add_argument("--count", type=int, default=1000, help="inputs per mode")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="this input alone")
    parser.add_argument("--shown", type=int, default=20, help="differences to show per mode")
    parser.add_argument(
        "--save", metavar="NAME", help="with --only: write the smallest difference and Go's answer to tests/cases"
    )
    parser.add_argument("--budget", type=int, default=500, help="trials to make one difference smaller")
    given = parser.parse_args()
    different = 0
    with Oracle() as oracle:
        for mode in given.mode or STRATEGIES:
            comparison = Comparison(oracle, mode, given.seed)
            groups: dict[str, list[tuple[Difference, Choices]]] = {}
            for number in [given.only] if given.only is not None else range(given.count):
                found, choices = comparison.look(number)
                if found is not None:
                    groups.setdefault(found.signature, []).append((found, choices))
            total = sum(map(len, groups.values()))
            different += total
            spent = ", ".join(f"{who} {seconds:.1f} s" for who, seconds in comparison.seconds.items())
            count = 1 if given.only is not None else given.count
            print(
                f"{mode}: {count} inputs, {comparison.errors} of them errors in Go, {comparison.unstable} unstable, {comparison.known} known; {total} differences ({spent})",
                flush=True,
            )
            if comparison.silent:
                print(f"  without an answer: {comparison.silent[:10]}")
            smallest: dict[str, tuple[int, Difference]] = {}
            for members in sorted(groups.values(), key=len, reverse=True)[: given.shown]:
                least = comparison.smallest(*min(members, key=lambda member: len(member[1].taken)), given.budget)
                before = smallest.get(least.signature, (0, least))
                smallest[least.signature] = (before[0] + len(members), before[1])
            for times, least in smallest.values():
                print(f"  {times} × {least}")
                if given.save:
                    save(given.save, least)
            if len(groups) > given.shown:
                print(f"  … and {len(groups) - given.shown} more kinds")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
