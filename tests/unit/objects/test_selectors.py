from __future__ import annotations

import pytest

from steersman.errors import UsageError
from steersman.objects.selectors import parse_selector

LABELS = {"team": "a", "tier": "web", "rank": "7", "empty": ""}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("", True),
        ("team=a", True),
        ("team==a,tier=web", True),
        ("team!=a", False),
        ("missing!=a", True),
        ("team", True),
        ("!team", False),
        ("!missing", True),
        ("team in (a, b)", True),
        ("team in (b)", False),
        ("team notin (b,c)", True),
        ("missing notin (b)", True),
        ("rank>5", True),
        ("rank<5", False),
        ("team>5", False),
        ("empty=", True),
        ("empty=,team=a", True),
        ("empty in ()", True),
        (" team = a , tier = web ", True),
    ],
)
def test_selectors(selector: str, matches: bool) -> None:
    assert parse_selector(selector)(LABELS) is matches


@pytest.mark.parametrize("selector", ["=a", "team=a,", "team in a", "team in (a", "a b", "rank>x", "!", "team=a)"])
def test_what_is_no_selector(selector: str) -> None:
    with pytest.raises(UsageError, match="unable to parse requirement"):
        parse_selector(selector)
