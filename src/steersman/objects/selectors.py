"""Label selectors, as people type them: `team=a,tier!=test,env in (dev,prod),!legacy`. apimachinery: labels.Parse."""

from __future__ import annotations

import re

from steersman.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Matches = Callable[[Mapping[str, str]], bool]

_TOKEN = re.compile(r"\s*(?:(?P<word>[^\s,()=!<>]+)|(?P<sign>==|!=|=|!|<|>|\(|\)|,))")
_COMPARISONS = {"=", "==", "!=", "<", ">"}


def parse_selector(text: str) -> Matches:
    """A predicate over labels that holds where every requirement of the selector does; an empty selector matches all.

    Raises UsageError (`unable to parse requirement: …`) for what is no selector.
    """
    tokens = _tokens(text)
    tests: list[Matches] = []
    at = 0
    while at < len(tokens):
        test, at = _requirement(tokens, at, text)
        tests.append(test)
        if at < len(tokens):
            if tokens[at] != ",":
                raise _wrong(text, f"found '{tokens[at]}', expected: ',' or 'end of string'")
            at += 1
            if at == len(tokens):
                raise _wrong(text, "found '', expected: identifier after ','")
    return lambda labels: all(test(labels) for test in tests)


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise _wrong(text, f"found '{text[at:].strip()}'")
        tokens.append(found["word"] or found["sign"])
        at = found.end()
    return tokens


def _requirement(tokens: list[str], at: int, text: str) -> tuple[Matches, int]:
    if tokens[at] == "!":
        key = _word(tokens, at + 1, text)
        return (lambda labels: key not in labels), at + 2
    key = _word(tokens, at, text)
    at += 1
    if at == len(tokens) or tokens[at] == ",":
        return (lambda labels: key in labels), at
    sign = tokens[at]
    if sign in {"in", "notin"}:
        values, at = _values(tokens, at + 1, text)
        if sign == "in":
            return (lambda labels: labels.get(key) in values), at
        return (lambda labels: labels.get(key) not in values), at
    if sign not in _COMPARISONS:
        raise _wrong(text, f"found '{sign}', expected: in, notin, =, ==, !=, gt, lt")
    # A value may be empty: `team=` and `team=,tier=x`.
    if at + 1 < len(tokens) and tokens[at + 1] not in {",", "(", ")", *_COMPARISONS, "!"}:
        value, after = tokens[at + 1], at + 2
    else:
        value, after = "", at + 1
    if sign in {"<", ">"}:
        limit = _number(value)
        if limit is None:
            raise _wrong(text, f"for 'Gt', 'Lt' operators, the value must be an integer: {value}")
        return _compare(key, sign, limit), after
    if sign == "!=":
        return (lambda labels: labels.get(key) != value), after
    return (lambda labels: labels.get(key) == value), after


def _compare(key: str, sign: str, limit: int) -> Matches:
    def matches(labels: Mapping[str, str]) -> bool:
        number = _number(labels.get(key, ""))
        return number is not None and (number > limit if sign == ">" else number < limit)

    return matches


def _number(text: str) -> int | None:
    digits = text[1:] if text[:1] in {"-", "+"} else text
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


def _values(tokens: list[str], at: int, text: str) -> tuple[frozenset[str], int]:
    if at == len(tokens) or tokens[at] != "(":
        raise _wrong(text, "expected: '('")
    values, at = [], at + 1
    while at < len(tokens) and tokens[at] != ")":
        if tokens[at] == ",":
            values += [""] if tokens[at - 1] in {"(", ","} else []
        else:
            values.append(tokens[at])
        at += 1
    if at == len(tokens):
        raise _wrong(text, "expected: ',' or ')'")
    return frozenset(values or [""]), at + 1


def _word(tokens: list[str], at: int, text: str) -> str:
    if at == len(tokens) or tokens[at] in {",", "(", ")", "!", *_COMPARISONS}:
        found = tokens[at] if at < len(tokens) else ""
        raise _wrong(text, f"found '{found}', expected: identifier")
    return tokens[at]


def _wrong(text: str, why: str) -> UsageError:
    return UsageError(f"unable to parse requirement: {why}", hint=f"the selector was: {text}")
