"""fmt.Sprintf against the cases of Go's own test of it."""

from __future__ import annotations

import base64
from math import inf, nan
from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.golang import values
from steersman.golang.fmt import sprintf
from steersman.golang.times import Month

LOST: dict[int, list[Any]] = {
    7: ["\udcff\udcf0\x0f\udcff"],
    8: ["\udcff\udcf0\x0f\udcff"],
    **{line: ["abc\udcffdef"] for line in range(76, 80)},
    **{
        317 + index: [number]
        for index, number in enumerate(
            [inf, -inf, nan, inf, inf, -inf, -inf, -inf, -inf, -inf, inf, nan, nan, nan, nan, nan, nan, inf, inf, -inf, nan, nan]
        )
    },
    **{line: [0j] for line in (*range(339, 347), *range(351, 357))},
    **{line: [1 + 2j] for line in (*range(347, 351), *range(357, 361), 367, 368, 384, 386, 387, 492, 727)},
    **{line: [-1 - 2j] for line in (*range(361, 367), 728)},
    369: [123456 + 789012j],
    370: [1e-10j],
    371: [complex(-1e10, -1.11e100)],
    372: [1.23 + 1j],
    **{line: [1 + 1j] for line in (373, 374, 375)},
    376: [1e5j],
    377: [1.23e6 + 0j],
    378: [1 + 1.23j],
    379: [123 + 1j],
    380: [123 + 1j],
    381: [123 + 1.23j],
    382: [1e5j],
    383: [1.23e6 + 0j],
    **{line: [complex(inf, inf)] for line in (389, 392, 393, 396, 397, 398, 399, 404)},
    **{line: [complex(-inf, -inf)] for line in (390, 394, 400, 401, 405)},
    **{line: [complex(nan, nan)] for line in (391, 395, 402, 403, 406)},
    **{line: ["\udcab"] for line in (*range(610, 618), 626, 627)},
    **{line: ["\udcab\udccd"] for line in (*range(618, 626), 628, 629)},
    661: [1j],
    706: [values.map_type("float64", "int")({float("nan"): 1, float("NaN"): 1})],
    733: [[10 + 10j, 10]],
    734: [[-10 + 10j, 10]],
    735: [[1, 2.0, "x"]],
    736: [[0, 2.0, "x"]],
    738: [values.slice_type("complex128")([1 + 0j, 2 + 0j, 3 + 0j])],
    740: [104.66 + 440.51j],
    741: [-104.66 + 440.51j],
    742: [104.66 - 440.51j],
    743: [-104.66 - 440.51j],
    744: [104.66 + 440.51j],
    745: [-104.66 + 440.51j],
    746: [104.66 - 440.51j],
    747: [-104.66 - 440.51j],
    779: [1.2345678 + 1.2345678j],
    789: [values.map_type("float64", "int")({float("nan"): 1})],
}
"""Arguments that JSON cannot hold, by the line of the pair: complex numbers, infinities, NaN, 2.0, bytes that are no UTF-8."""

SIZED = {kind.GO_TYPE: kind for kind in values.SizedInt.__subclasses__() if kind.__module__ == values.__name__}


class I(values.SizedInt, values.Struct):  # noqa: E742
    """A named int with String()."""

    GO_TYPE = "fmt_test.I"

    def go_string(self) -> str:
        return f"<{int(self)}>"


class A(values.Struct):
    GO_TYPE = "fmt_test.A"
    FIELDS = {"i": "i", "j": "j", "s": "s", "x": "x"}
    i, j, s, x = 1, values.Uint(2), "a", values.Ints([1, 2])


class B(values.Struct):
    GO_TYPE = "fmt_test.B"
    FIELDS = {"I": "number", "j": "j"}

    def __init__(self, number: int, j: int) -> None:
        self.number = I(number)
        self.j = j


class C(values.Struct):
    GO_TYPE = "fmt_test.C"
    FIELDS = {"i": "i", "B": "b"}
    i, b = 1, B(2, 3)


class SI(values.Struct):
    GO_TYPE = "fmt_test.SI"
    FIELDS = {"I": "value"}
    value = None


class P(values.Struct):
    """A pointer with String()."""

    GO_TYPE = "*fmt_test.P"
    GO_KIND = "ptr"

    def go_string(self) -> str:
        return "String(p)"


def named(kind: str) -> Any:
    """A type of Go's test named renamedInt, renamedString …, as a subclass of what holds its values."""
    below = kind.removeprefix("fmt_test.renamed").lower()
    base = SIZED.get(below) or {"int": values.SizedInt, "string": str, "float32": values.Float32, "float64": float}[below]
    return type(below, (base,), {"GO_TYPE": kind, "GO_KIND": below})


def array(kind: str, element: str, members: list[Any]) -> Any:
    return type(kind, (values.Slice,), {"GO_TYPE": kind, "ELEMENT": element})(members)


def go_value(kind: str, value: Any) -> Any:
    """The value of this Go type as steersman holds it. Raises LookupError for types that no template can reach."""
    if kind == "nil":
        return None
    if kind in ("string", "bool", "int"):
        return value
    if kind == "float64":
        return float(value)
    if kind == "float32":
        return values.Float32(value)
    if kind in SIZED:
        return SIZED[kind](value)
    if kind == "[]uint8":
        return base64.b64decode(value)
    if kind == "[]interface {}":
        return value
    if kind in ("[]int", "[]string"):
        return values.slice_type(kind[2:])(value)
    if kind in ("[5]int", "[4]interface {}"):
        return array(kind, kind[3:], value)
    if kind in ("[3]uint8", "[1]uint8"):
        return array(kind, "uint8", [values.Uint8(each) for each in value])
    if kind.startswith("map["):
        key, _, element = kind[4:].partition("]")
        convert = int if key == "int" else str
        return values.map_type(key, element)({convert(name): go_value(element, each) for name, each in value.items()})
    if kind == "time.Month":
        return Month(value)
    if kind == "fmt_test.I":
        return I(value)
    if kind == "fmt_test.B":
        return B(value["I"], 2)
    if kind in ("fmt_test.A", "fmt_test.C", "fmt_test.SI", "*fmt_test.P"):
        return {"fmt_test.A": A, "fmt_test.C": C, "fmt_test.SI": SI, "*fmt_test.P": P}[kind]()
    return named(kind)(value)


@pytest.mark.parametrize(("number", "pair"), pairs("fmt_printf"))
def test_sprintf(number: int, pair: dict[str, Any]) -> None:
    arguments = LOST[number] if number in LOST else [go_value(*each) for each in zip(pair["arg_types"] or [], pair["args"])]
    assert sprintf(pair["fmt"], arguments).encode("utf-8", "surrogateescape") == pair["out"].encode()
