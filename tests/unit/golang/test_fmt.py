from __future__ import annotations

from typing import Any, ClassVar

import pytest

from steersman.errors import GoError
from steersman.golang.fmt import format_value, sprint, sprintf, sprintln
from steersman.golang.values import Float32, Int64, Ints, Strings, Struct, Uint8, Values, map_type


class Point(Struct):
    GO_TYPE = "main.Point"
    FIELDS: ClassVar = {"X": "x", "Y": "y"}

    def __init__(self, x: object, y: object) -> None:
        self.x = x
        self.y = y


class Pointer(Point):
    GO_TYPE = "*main.Point"
    GO_KIND = "ptr"


class Named(Struct):
    GO_TYPE = "main.Named"
    FIELDS: ClassVar = {"Name": "name"}
    name = "n"

    def go_string(self) -> str:
        return "<n>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "<nil>"),
        (True, "true"),
        (80, "80"),
        (Int64(80), "80"),
        (80.0, "80"),
        (-0.0, "-0"),
        (0.5, "0.5"),
        (1000000.0, "1e+06"),
        (999999.0, "999999"),
        (1234567.0, "1.234567e+06"),
        (0.00001, "1e-05"),
        (float("inf"), "+Inf"),
        (Float32(0.10000000149011612), "0.1"),
        (1 + 2j, "(1+2i)"),
        ("text", "text"),
        (b"ab", "[97 98]"),
        ([1, None, "x", [2.0]], "[1 <nil> x [2]]"),
        ({"b": 1, "a": {"c": None}}, "map[a:map[c:<nil>] b:1]"),
        (map_type("int", "string")({10: "x", 9: "y"}), "map[9:y 10:x]"),
        (Values(a=1), "map[a:1]"),
        ({"\uff00": 1, "\udcff": 2, "😀": 3}, "map[\uff00:1 😀:3 \udcff:2]"),
        (GoError("boom"), "boom"),
        ([GoError("boom")], "[boom]"),
        (Point(1, "a"), "{1 a}"),
        (Pointer(1, None), "&{1 <nil>}"),
        (Named(), "<n>"),
        ({"k": Named()}, "map[k:<n>]"),
    ],
)
def test_format_value(value: Any, text: str) -> None:
    assert format_value(value) == text
    assert sprintf("%v", [value]) == text


@pytest.mark.parametrize(
    ("template", "arguments", "text"),
    [
        ("%s-%d%%", ["a", 1], "a-1%"),
        (
            "%5s|%-5s|%05d|%+d|%x|%X|%#x|%o|%b|%c|%U",
            ["a", "b", 42, 1, 255, 255, 255, 8, 5, 65, 0x1F600],
            "    a|b    |00042|+1|ff|FF|0xff|10|101|A|U+1F600",
        ),
        ("%6.2f|%e|%g|%8.3s|", [3.14159, 1.0, 1e20, "abcdef"], "  3.14|1.000000e+00|1e+20|     abc|"),
        ("%q %q %#q %+q", ["a\n", 65, "b", "é"], '"a\\n" \'A\' `b` "\\u00e9"'),
        ("%T %T %T %T", [None, 1.0, ["a"], {"a": 1}], "<nil> float64 []interface {} map[string]interface {}"),
        ("%d", ["x"], "%!d(string=x)"),
        ("%d", [[1, "x"]], "[1 %!d(string=x)]"),
        ("%s", [None], "%!s(<nil>)"),
        ("%d", [None], "%!d(<nil>)"),
        ("%s", [[None]], "[<nil>]"),
        ("%s", [1], "%!s(int=1)"),
        ("%s", [Int64(1)], "%!s(int64=1)"),
        ("%d %d", [1], "1 %!d(MISSING)"),
        ("x", [1, None, "b"], "x%!(EXTRA int=1, <nil>, string=b)"),
        ("%", [], "%!(NOVERB)"),
        ("%z", [1], "%!z(int=1)"),
        ("%[2]s %[1]s", ["a", "b"], "b a"),
        ("%[3]s", ["a"], "%!s(BADINDEX)"),
        ("%*d|%-*d|%.*f", [5, 1, 4, 2, 1, 3.14], "    1|2   |3.1"),
        ("%*d", ["x", 1], "%!(BADWIDTH)1"),
        ("%.*d", ["x", 1], "%!(BADPREC)1"),
        (
            "%#v",
            [{"a": [1, "x", None, 2.0, True]}],
            'map[string]interface {}{"a":[]interface {}{1, "x", interface {}(nil), 2, true}}',
        ),
        ("%#v %#v", [Strings(["a"]), b"a"], '[]string{"a"} []byte{0x61}'),
        ("%+v %#v", [Point(1, "a"), Pointer(1, "a")], '{X:1 Y:a} &main.Point{X:1, Y:"a"}'),
        ("%d", [Named()], "{%!d(string=n)}"),
        ("%s %x", [b"hi", "hi"], "hi 6869"),
        ("% x|%# x", ["hi", b"hi"], "68 69|0x68 0x69"),
        ("%d", [Ints([1, 2])], "[1 2]"),
        ("%t", [b"a"], "[%!t(uint8=97)]"),
        ("%x", [Uint8(10)], "a"),
        ("%w", [GoError("e")], "%!w(*errors.errorString=&{e})"),
        ("%q", [GoError("e")], '"e"'),
        ("%05v", ["a"], "0000a"),
        ("%6.3v|", [[1.5, "abcdef"]], "[   1.5    abc]|"),
        ("%.3s", ["\udcff\udcfeéx"], "\udcff\udcfeé"),
        ("%s%s", ["\udcc3", "\udca9"], "\udcc3\udca9"),
    ],
)
def test_sprintf(template: str, arguments: list[Any], text: str) -> None:
    assert sprintf(template, arguments) == text


def test_a_format_is_read_the_same_twice() -> None:
    for _ in range(2):
        assert sprintf("%s=%d%%;", ["a", 1]) == "a=1%;"
        assert sprintf("%s=%d%%;", ["a"]) == "a=%!d(MISSING)%;"


def test_sprint_puts_spaces_between_what_is_no_string() -> None:
    assert sprint(["a", 1, 2, "b", "c", None, True]) == "a1 2bc<nil> true"
    assert sprint([]) == ""
    assert sprintln(["a", 1, None]) == "a 1 <nil>\n"


def test_what_contains_itself_is_an_error() -> None:
    value: list[Any] = []
    value.append(value)
    for print_it in (lambda: format_value(value), lambda: sprintf("%v", [value]), lambda: sprintf("%5v", [value])):
        with pytest.raises(GoError, match="nested too deeply"):
            print_it()


def test_a_width_is_bounded() -> None:
    assert len(sprintf("%1000000d", [1])) == 1_000_000
    assert sprintf("%100000000d", [1]) == "%!(NOVERB)%!(EXTRA int=1)"
