"""Choosing among values by whether they are empty. Source: sprig v3.3 defaults.go."""

from __future__ import annotations

from steersman.golang.values import truth
from steersman.rendering.functions.strval import empty
from steersman.template import Function


def default(fallback: object, *given: object) -> object:
    return given[0] if given and truth(given[0]) else fallback


def coalesce(*values: object) -> object:
    for value in values:
        if truth(value):
            return value
    return None


def every(*values: object) -> bool:
    return all(map(truth, values))


def some(*values: object) -> bool:
    return any(map(truth, values))


def ternary(when_true: object, when_false: object, test: bool) -> object:
    return when_true if test else when_false


TABLE = {
    "all": Function(every, (), "interface {}"),
    "any": Function(some, (), "interface {}"),
    "coalesce": Function(coalesce, (), "interface {}"),
    "default": Function(default, ("interface {}",), "interface {}"),
    "empty": Function(empty, ("interface {}",)),
    "ternary": Function(ternary, ("interface {}", "interface {}", "bool")),
}
