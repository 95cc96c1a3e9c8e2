"""Label and field selectors: text → test. Source: apimachinery, pkg/labels/selector.go and pkg/fields/selector.go."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Labels = Mapping[str, str]

_TOKEN = re.compile(r"\s*(?:(!=|==|=|!|,|\(|\)|>|<)|([^\s!=,()<>]+))")
_LABEL_VALUE = re.compile(r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$")


class BadSelector(ValueError):
    """The selector cannot be parsed; the message is the server's."""


def labels(text: str) -> Callable[[Labels], bool]:
    """A test of labels. Raises BadSelector."""
    if not text.strip():
        return lambda found: True
    tests = []
    tokens = _tokens(text)
    place = 0

    def peek() -> str:
        return tokens[place] if place < len(tokens) else ""

    def take() -> str:
        nonlocal place
        place += 1
        return tokens[place - 1] if place <= len(tokens) else ""

    while place < len(tokens):
        negated = peek() == "!"
        if negated:
            take()
        key = take()
        if not key or key in ("=", "==", "!=", "!", "(", ")", ",", "<", ">"):
            raise BadSelector(f"found '{key}', expected: !, identifier, or 'end of string'")
        if negated:
            tests.append(_absent(key))
        elif peek() in ("", ","):
            tests.append(_present(key))
        else:
            operator = take()
            if operator in ("=", "=="):
                value = _value(take, peek)
                tests.append(_one_of(key, {value}))
            elif operator == "!=":
                value = _value(take, peek)
                tests.append(_none_of(key, {value}))
            elif operator in ("in", "notin"):
                values = _values(take, peek)
                tests.append(_one_of(key, values) if operator == "in" else _none_of(key, values))
            elif operator in ("<", ">"):
                tests.append(_compare(key, operator, take()))
            else:
                raise BadSelector(
                    f"unable to parse requirement: found '{operator}', expected: in, notin, =, ==, !=, gt, lt"
                    if operator
                    else "unable to parse requirement: found '', expected: identifier"
                )
        if peek() == ",":
            take()
            if peek() in ("", ","):
                raise BadSelector(f"found '{peek()}', expected: identifier after ','")
        elif peek():
            raise BadSelector(f"found '{peek()}', expected: ',' or 'end of string'")
    return lambda found: all(test(found) for test in tests)


def of_object(selector: Mapping[str, Any] | None) -> Callable[[Labels], bool]:
    """The test of a LabelSelector in an object: matchLabels and matchExpressions. None matches nothing, {} everything."""
    if selector is None:
        return lambda found: False
    tests = [_one_of(key, {value}) for key, value in (selector.get("matchLabels") or {}).items()]
    for rule in selector.get("matchExpressions") or ():
        key, operator, values = rule.get("key", ""), rule.get("operator"), set(rule.get("values") or ())
        if operator == "In":
            tests.append(_one_of(key, values))
        elif operator == "NotIn":
            tests.append(_none_of(key, values))
        elif operator == "Exists":
            tests.append(_present(key))
        else:
            tests.append(_absent(key))
    return lambda found: all(test(found) for test in tests)


def fields(text: str) -> list[tuple[str, bool, str]]:
    """(path, whether equal, value) for each term. Raises BadSelector."""
    found = []
    for term in filter(None, (part.strip() for part in text.split(","))):
        for operator, equal in (("!=", False), ("==", True), ("=", True)):
            path, separator, value = term.partition(operator)
            if separator:
                found.append((path, equal, value))
                break
        else:
            raise BadSelector(f"invalid selector: '{text}'; can't understand '{term}'")
    return found


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise BadSelector(f"unable to parse requirement: found '{text[place:]}'")
        found.append(token[1] or token[2])
        place = token.end()
    return found


def _value(take: Callable[[], str], peek: Callable[[], str]) -> str:
    if peek() in ("", ","):
        return ""
    value = take()
    if not _LABEL_VALUE.match(value) or len(value) > 63:
        from steersman.sandbox.validation import LABEL_VALUE_RULE

        raise BadSelector(f'unable to parse requirement: values[0][]: Invalid value: "{value}": {LABEL_VALUE_RULE}')
    return value


def _values(take: Callable[[], str], peek: Callable[[], str]) -> set[str]:
    if peek() != "(":
        raise BadSelector(f"unable to parse requirement: found '{peek()}' expected: '('")
    take()
    found, last = set(), ","
    while True:
        token = take()
        if token == ")":
            if last == ",":
                found.add("")
            return found
        if token == ",":
            if last == ",":
                found.add("")
        elif token and token not in "=!(<>":
            found.add(token)
        else:
            raise BadSelector(f"unable to parse requirement: found '{token}', expected: ',', ')' or identifier")
        last = token


def _one_of(key: str, values: set[str]) -> Callable[[Labels], bool]:
    return lambda found: key in found and found[key] in values


def _none_of(key: str, values: set[str]) -> Callable[[Labels], bool]:
    return lambda found: found.get(key) not in values


def _present(key: str) -> Callable[[Labels], bool]:
    return lambda found: key in found


def _absent(key: str) -> Callable[[Labels], bool]:
    return lambda found: key not in found


def _compare(key: str, operator: str, text: str) -> Callable[[Labels], bool]:
    try:
        bound = int(text)
    except ValueError:
        raise BadSelector(
            f"unable to parse requirement: values[0][]: Invalid value: \"{text}\": for 'Gt', 'Lt' operators, the value must be an integer"
        ) from None

    def test(found: Labels) -> bool:
        try:
            number = int(found.get(key, ""))
        except ValueError:
            return False
        return number > bound if operator == ">" else number < bound

    return test
