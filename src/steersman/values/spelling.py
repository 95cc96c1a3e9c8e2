"""Which of the names that there are somebody may have meant."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_NAMES = 1_000
"""Among more names nothing is looked for."""
LONGEST = 64
"""The longest name that is compared."""
SUGGESTIONS = 2
"""So many names are suggested at most."""


def distance(one: str, other: str) -> int:
    """Levenshtein's distance, letters in any case, as cobra measures it for its suggestions."""
    row = list(range(len(other) + 1))
    for number, char in enumerate(one.lower(), 1):
        previous, row[0] = row[0], number
        for column, letter in enumerate(other.lower(), 1):
            previous, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, previous + (char != letter))
    return row[-1]


def near(word: str, names: Iterable[str]) -> list[str]:
    """The names that `word` may stand for, those equally likely.

    A name is near when a third of its letters or fewer differ (case, dashes and underscores do not count), two being swapped
    counting once; or when one begins the other, as "repo" and "repository".
    """
    known = [name for name in names if name != word and len(name) <= LONGEST]
    if not word or len(word) > LONGEST or len(known) > MOST_NAMES:
        return []
    found = []
    for name in known:
        one, other = _folded(word), _folded(name)
        if one == other:
            found.append((0, name))
            continue
        if abs(len(one) - len(other)) > max(len(one), len(other)) // 3:
            away = LONGEST
        else:
            away = distance(one, other) - _is_swapped(one, other)
        if away <= max(1, max(len(one), len(other)) // 3) and away < min(len(one), len(other)):
            found.append((away, name))
        elif min(len(one), len(other)) >= 3 and (one.startswith(other) or other.startswith(one)):
            found.append((abs(len(one) - len(other)) + 1, name))
    found.sort()
    return [name for away, name in found if away == found[0][0]][:SUGGESTIONS]


def _folded(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _is_swapped(one: str, other: str) -> bool:
    """Whether two letters next to each other changed places."""
    if len(one) != len(other):
        return False
    wrong = [place for place, (left, right) in enumerate(zip(one, other)) if left != right]
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]
