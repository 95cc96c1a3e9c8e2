"""Random inputs that can be made smaller: a generator draws numbers from `Choices`, and what it made is a function of these numbers.

A smaller sequence of numbers makes a simpler input, because generators put what is simplest first: `shrink` deletes and lowers numbers
as long as the property of interest stays. No generator has to know about it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

MAX_DRAWS = 20_000


class TooMany(Exception):
    """The generator drew more than any input that is worth looking at needs."""


class Choices:
    """Numbers drawn at random from a seed, or taken from an earlier run; zeros once these are used up."""

    def __init__(self, *, seed: str | None = None, taken: Sequence[int] = ()) -> None:
        self._random = random.Random(seed) if seed is not None else None
        self._given = taken
        self.taken: list[int] = []

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1."""
        if len(self.taken) >= MAX_DRAWS:
            raise TooMany
        if self._random is not None:
            number = self._random.randrange(limit)
        else:
            at = len(self.taken)
            number = min(self._given[at], limit - 1) if at < len(self._given) else 0
        self.taken.append(number)
        return number

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def percent(self, chance: int) -> bool:
        """True in so many of a hundred cases; False is simpler."""
        return self.below(100) >= 100 - chance

    def one(self, options: Sequence[T]) -> T:
        """One of these, the first being the simplest."""
        return options[self.below(len(options))]

    def some(self, low: int, high: int, make: Callable[[], T]) -> list[T]:
        """So many of them."""
        return [make() for _ in range(self.between(low, high))]

    def weighted(self, options: Sequence[tuple[int, T]]) -> T:
        """One of these by weight, the first being the simplest."""
        at = self.below(sum(weight for weight, _ in options))
        for weight, option in options:
            if at < weight:
                return option
            at -= weight
        raise AssertionError("weights changed while they were looked at")


def shrink(taken: Sequence[int], still: Callable[[list[int]], list[int] | None], budget: int = 600) -> list[int]:
    """The smallest sequence that was found for which `still` holds: it gives what was really drawn, or None."""
    best = list(taken)
    left = budget

    def tried(candidate: list[int]) -> bool:
        nonlocal best, left
        if left <= 0 or candidate == best:
            return False
        left -= 1
        drawn = still(candidate)
        if drawn is None or (len(drawn), drawn) >= (len(best), best):
            return False
        best = drawn
        return True

    progress = True
    while progress and left > 0:
        before = list(best)
        size = max(1, len(best) // 2)
        while size:
            at = len(best) - size
            while at >= 0:
                if not tried(best[:at] + best[at + size :]):
                    lowered = best[:at] + [0] * size + best[at + size :]
                    tried(lowered)
                at -= size
            size //= 2
        for at in range(len(best) - 1, -1, -1):
            if at < len(best) and best[at]:
                number = best[at]
                while number and tried([*best[:at], number // 2, *best[at + 1 :]]) and at < len(best):
                    number = best[at]
                if at < len(best) and best[at]:
                    tried([*best[:at], best[at] - 1, *best[at + 1 :]])
                if 0 < at < len(best) and best[at - 1]:  # One loop less, and what it held as well.
                    tried([*best[: at - 1], best[at - 1] - 1, *best[at + 1 :]])
        progress = best != before
    return best
