from __future__ import annotations

import pickle

import pytest

from steersman.records import Record


class Point(Record):
    x: int
    y: int = 0


class Named(Point):
    name: str = "origin"


def test_fields_defaults_and_equality() -> None:
    assert Point(1) == Point(x=1, y=0)
    assert Point(1) != Point(2)
    assert Point(1, 2).replace(y=5) == Point(1, 5)
    assert repr(Named(1, 2)) == "Named(x=1, y=2, name='origin')"
    assert len({Point(1), Point(1), Point(2)}) == 2
    assert Named(1) != Point(1)


def test_records_are_frozen_and_slotted() -> None:
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        point.other = 2  # type: ignore[attr-defined]
    assert not hasattr(point, "__dict__")


@pytest.mark.parametrize(
    "call", [lambda: Point(), lambda: Point(1, 2, 3), lambda: Point(1, z=2), lambda: Point(1, x=2), lambda: Point(1).replace(z=1)]
)
def test_wrong_fields_are_refused(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypeError):
        call()


def test_pickle() -> None:
    assert pickle.loads(pickle.dumps(Named(1, 2, "n"))) == Named(1, 2, "n")


def test_match() -> None:
    match Point(3, 4):
        case Point(x, y):
            assert (x, y) == (3, 4)
