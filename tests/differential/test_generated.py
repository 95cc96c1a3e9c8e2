"""A short comparison with Go and Helm, the same inputs in each run; `tests/differential/run.py` makes long ones."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator

import pytest

from differential.answers import answer
from differential.choices import Choices, shrink
from differential.oracle import Oracle
from differential.run import Comparison
from differential.strategies import STRATEGIES
from differential.templates import BY_RESULT, FUNCTIONS
from steersman.rendering.engine import signatures
from steersman.rendering.functions import _FAMILY_OF
from steersman.template import BUILTINS

COUNTS = {"render": 400, "parse": 400, "yaml": 400, "values": 200}
OTHERS = 150

RANDOM = set(
    """
    ago bcrypt derivePassword encryptAES genCA genCAWithKey genPrivateKey genSelfSignedCert genSelfSignedCertWithKey
    genSignedCert genSignedCertWithKey htpasswd now randAlpha randAlphaNum randAscii randBytes randInt randNumeric
    shuffle uuidv4
""".split()
)
"""What is random, tells the time, or takes long by design."""

WRITTEN_OUT = {"call", "include", "tpl", "keys", "values"}
"""What the grammar writes in forms of their own; there is no function in the values for `call`."""


@pytest.fixture(scope="module")
def oracle(peer: Callable[[str], pathlib.Path]) -> Iterator[Oracle]:
    with Oracle(pathlib.Path(peer("oracle"))) as asked:
        yield asked


@pytest.mark.peers
@pytest.mark.parametrize("mode", STRATEGIES)
def test_steersman_answers_as_go_does(oracle: Oracle, mode: str) -> None:
    comparison = Comparison(oracle, mode, seed=2026)
    found = [comparison.look(number) for number in range(COUNTS.get(mode, OTHERS))]
    different = [comparison.smallest(difference, choices, 100) for difference, choices in found if difference is not None]
    assert not different, "\n".join(map(str, different))


def test_every_function_is_generated_or_left_out_on_purpose() -> None:
    assert set(FUNCTIONS) | RANDOM | WRITTEN_OUT == {*_FAMILY_OF, *signatures(), *BUILTINS}
    assert {name for names in BY_RESULT.values() for name in names} <= set(FUNCTIONS)


@pytest.mark.parametrize("mode", STRATEGIES)
def test_nothing_generated_makes_steersman_fail_by_itself(mode: str) -> None:
    for number in range(60):
        request = STRATEGIES[mode](Choices(seed=f"alone/{number}"))
        assert request == STRATEGIES[mode](Choices(seed=f"alone/{number}")), "the same seed makes the same input"
        assert "bug" not in answer(request), request


def test_differences_are_made_small() -> None:
    def still(taken: list[int]) -> list[int] | None:
        drawn = Choices(taken=taken)
        numbers = drawn.some(0, 20, lambda: drawn.below(100))
        return drawn.taken if any(number >= 37 for number in numbers) else None

    first = Choices(seed="7")
    first.some(0, 20, lambda: first.below(100))
    assert shrink(first.taken, still) == [1, 37]
