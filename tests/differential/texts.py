"""Odd texts of every sort, and trees of values: what templates, YAML and `--set` lines are made of."""

from __future__ import annotations

import json
import re
from typing import Any

from differential.choices import Choices

WORDS = [
    "a", "b", "foo", "Bar", "", "x y", "some-name", "snake_case", "camelCase", "HTTPServer", "1.2.3", "v1", "hello world",
    "a,b,c",
]  # fmt: skip
YAML_WORDS = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "Y", "N", "True", "FALSE", "null", "~", "Null", "NULL", "nil", ".inf",
    "-.inf", ".nan", ".NaN", "+.Inf", "0x1F", "0o17", "017", "0b101", "1_000", "+1", "-1", "1e3", "1E-3", ".5", "5.", "08",
    "1:20", "190:20:30", "2001-12-14", "2001-12-14T21:59:43.10-05:00", "2001-12-14 21:59:43 Z", "<<", "=", "!!str", "&a", "*a",
    "-", "?", ":", "- a", "a: b", "a #b", "#a", "a:", ": a", "[a]", "{a: b}", "[", "]", "{", "}", ",", "|", ">", "'", '"', "%",
    "@", "`", "---", "...", "'a'", '"a"', " a", "a ", "a\tb", "\ta", "!", "!a", "&", "*", "- ", "? a", "1e", "e1", "0.0", "-0",
    "00", "1.0", "1e400", "_1", "1_", "12345678901234567890", "-9223372036854775808", "9223372036854775807",
    "1.7976931348623157e308", "0x", "0b2", "-0x1", "0xFFFFFFFFFFFFFFFF",
]  # fmt: skip
LINES = [
    "a\nb", "a\n", "\na", "a\n\nb\n", "a\n\n", " a\nb", "a\n b", "a \nb", "\n", "\n\n", "a\r\nb", "a\rb", "# a\nb", "\ta\nb",
    "a: b\nc: d\n", "key: value\nlist:\n  - a\n  - b\n", "- a\n- b", "a\nb: c", "a\n\tb", "a\n  \nb", "...\na", "---\na",
    "a\n---\nb", "x\u2028y", "x\u0085y",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen",
    "one two three four five six seven eight nine ten eleven twelve  thirteen   fourteen fifteen sixteen\nseventeen", "w" * 90,
    "one two three four five six seven eight nine ten eleven twelve: thirteen # fourteen 'fifteen' \"sixteen\" \\seventeen",
]  # fmt: skip
UNICODE = [
    "é", "ß", "ÄÖÜ", "日本語", "😀", "e\u0301", "\u200b", "\u00a0", "\ufeff", "ǆ", "İ", "ı", "ﬃ", "Σίσυφος", "\u2029", "ñandú-Ñ",
    "\ufffd", "\x00", "\x07", "\x1b[0m", "\x7f", "\x80", "\x9f", "\x0b\x0c", "\ue000", "\U0010ffff", "\ufffe", "\u061c",
    "\u3000x", "x\u2003y",
]  # fmt: skip
SIGNS = [
    "<a href='x'>&amp;</a>", "$1", "${1}x", "%d", "%", "100%", "\\", "a\\nb", "\\n", "{{ .a }}", "{{", "}}", "/a/b/../c.txt",
    "../x", "//", "/", "a.tar.gz", "?q=a b&c=d", "-", "--", "_", ".", "..", "'", '"', "`", "\"'`", "a=b", "a|b", "(a)",
    "[a-z]+", "*",
]  # fmt: skip
LETTERS = "abcXYZ019 _-.:/#,\n\t'\"\\{}[]&*!|>%@`=~?éß日😀"


def text(draw: Choices) -> str:
    """Any text."""
    options = draw.weighted([(30, WORDS), (20, YAML_WORDS), (14, LINES), (12, UNICODE), (12, SIGNS), (12, [])])
    if options:
        return draw.one(options)
    return "".join(draw.some(0, 8, lambda: draw.one(LETTERS)))


def name(draw: Choices) -> str:
    """A key that a template can write behind a dot."""
    return draw.one(["a", "b", "c", "name", "enabled", "fooBar", "x1", "_u", "é"])


def key(draw: Choices) -> str:
    """Any key of a map."""
    return name(draw) if not draw.percent(25) else text(draw)


NUMBERS = [
    0, 1, 2, 3, -1, 10, 42, 100, 0.5, 1.5, -2.5, 255, 65536, 1e6, 999999.0, 1e20, 1e21, 123456789.0, 1e-5, 1e-7, 0.1, 3.0,
    -0.0, 2.5, 3.14159,
]  # fmt: skip
BIG = [
    2**31, 2**53, 2**53 + 2, 2**63 - 1, -(2**63), 2**64, 1e100, 1.7976931348623157e308, 5e-324, 1234567890123456789,
    0.30000000000000004,
]  # fmt: skip


def number(draw: Choices) -> float | int:
    return draw.one(NUMBERS) if not draw.percent(15) else draw.one(BIG)


def scalar(draw: Choices) -> Any:
    return draw.weighted([(40, text), (25, number), (15, lambda _: draw.one([False, True])), (8, lambda _: None)])(draw)


def tree(draw: Choices, depth: int = 3) -> Any:
    """A value as YAML and JSON have it."""
    kind = draw.weighted([(50, "scalar"), (25, "map"), (25, "list")]) if depth else "scalar"
    if kind == "scalar":
        return scalar(draw)
    if kind == "list":
        return draw.some(0, 4, lambda: tree(draw, depth - 1))
    return dict(draw.some(0, 4, lambda: (key(draw), tree(draw, depth - 1))))


UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ue000-\uf8ff]")


def as_json(value: Any) -> str:
    """The value as JSON that is YAML, too: what YAML readers refuse is escaped."""
    return UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


GO_NUMBERS = ["0", "1", "-1", "7", "42", "255", "65", "128512", "1000000", "-9223372036854775808", "9223372036854775807"]
GO_FLOATS = [
    "0", "1", "1.5", "-2.25", "3.14159265358979", "1e6", "1e20", "1e21", "1e-7", "-0", "NaN", "+Inf", "-Inf", "123456789",
    "5e-324", "0.1",
]  # fmt: skip


def typed(draw: Choices, depth: int = 2) -> dict[str, Any]:
    """A Go value in the oracle's notation."""
    kind = draw.weighted(
        [
            *[(20, "string"), (14, "int"), (14, "float64"), (8, "bool"), (6, "nil"), (8, "int64"), (4, "uint8"), (3, "bytes")],
            *[(3, "duration"), (4, "strings"), *([(8, "list"), (8, "map")] if depth else [])],
        ]
    )
    if kind == "nil":
        return {"nil": True}
    if kind == "bool":
        return {"bool": draw.percent(50)}
    if kind == "list":
        return {"list": draw.some(0, 3, lambda: typed(draw, depth - 1))}
    if kind == "map":
        return {"map": dict(draw.some(0, 3, lambda: (key(draw), typed(draw, depth - 1))))}
    if kind == "strings":
        return {"strings": draw.some(0, 3, lambda: text(draw))}
    if kind == "float64":
        return {"float64": draw.one(GO_FLOATS)}
    if kind in {"int", "int64", "duration"}:
        return {kind: draw.one(GO_NUMBERS)}
    if kind == "uint8":
        return {kind: draw.one(["0", "1", "65", "200", "255"])}
    return {kind: text(draw)}


def format_text(draw: Choices) -> str:
    """A format of fmt.Sprintf. No pointers: their text is an address."""

    def verb() -> str:
        flags = "".join(draw.some(0, 2, lambda: draw.one("+-# 0")))
        width = draw.one(["", "", "5", "12", "*", "[1]*", "[2]", "[5]", "[x]", "[0]"]) if draw.percent(40) else ""
        precision = draw.one(["", ".2", ".0", ".", ".*", ".10", ".[1]*"]) if draw.percent(30) else ""
        return f"%{flags}{width}{precision}{draw.one('vsdqTtxXfgeGEFcobOUw%zZ!y')}"

    parts = draw.some(1, 4, lambda: verb() if not draw.percent(25) else draw.one(["a", "-", "%%", " ", "é", "%", "%!", "\n"]))
    return "".join(parts)


REGEX_ATOMS = [
    "a", "b", ".", "[a-z]", "[^a]", "\\d", "\\w", "\\s", "\\b", "^", "$", "()", "(a|b)", "(?:x|y)", "(?P<n>a)", "[[:alpha:]]",
    "\\.", "x*", "\\pL", "\\p{Greek}", "[\\d.]", "(?i)a", "(?s).", "(?m)^", "\\A", "\\z", "\\x41", "\\Qa.b\\E", "é", "日",
    "[é-ü]", "(?<n>b)", "-", "\\B", "(?=a)", "\\1", "[b-a]", "[", "(", ")", "*", "a**", "a{2,1}", "a{1001}", "\\8", "\\Z",
    "(?P<n", "(?z)", "[[:nope:]]", "\\p{Nope}", "\\", "a{,2}", "{", "}", "]", "a{2}", "\\C", "(?i:k)", "[\\w-z]", "[a-\\d]",
    "(?U)a+", "\\x{10FFFF}", "\\x{110000}", "|", "||", "(?i)ſ", "[^\\n]",
]  # fmt: skip


def regex(draw: Choices) -> str:
    last = len(REGEX_ATOMS) if draw.percent(25) else 35
    return "".join(
        draw.some(
            0,
            4,
            lambda: (
                draw.one(REGEX_ATOMS[:last])
                + (draw.one(["*", "+", "?", "{2}", "{1,2}", "*?", "+?", "??"]) if draw.percent(30) else "")
            ),
        )
    )


VERSIONS = [
    "1.2.3", "1.2", "1", "v1.2.3", "1.2.3-alpha.1", "1.2.3-beta", "1.2.3+build", "v2", "0.0.1", "0.1.0", "1.30.1-gke.5",
    "10.0.0", "2.0.0-rc.1+x", "", "a", "1.2.3.4", "1.x", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.-3", " 1.2.3", "1.2.3 ",
    "99999999999999999999.0.0", "1..2", "V1.2.3", "1.2.3-é",
]  # fmt: skip
LIMITS = [
    "1.2.3", "1.2", "1", "1.x", "1.2.*", "*", "x", "v1.2.0", "2.0.0-0", "0.1", "0", "0.0.3", "1.2.3-alpha", "1.2.X", "",
    "1.*.3", "a", ">", "1.2.3+b",
]  # fmt: skip


def version(draw: Choices) -> str:
    return draw.one(VERSIONS)


def constraint(draw: Choices) -> str:
    def condition() -> str:
        return draw.one([">=", "", "=", "<", ">", "<=", "!=", "~", "^", "=>", "=<", "~>", ">= ", "^ "]) + draw.one(LIMITS)

    def group() -> str:
        if draw.percent(15):
            return f"{draw.one(LIMITS)}{draw.one([' - ', ' -', '-', '  -  '])}{draw.one(LIMITS)}"
        return draw.one([", ", " ", ",", " , ", "  "]).join(draw.some(1, 3, condition))

    return draw.one([" || ", "||", " ||", " | "]).join(draw.some(1, 2, group))


LAYOUTS = [
    "2006-01-02", "2006-01-02T15:04:05Z07:00", "Mon Jan _2 15:04:05 MST 2006", "02 Jan 06 15:04 -0700", "Monday, January 2",
    "3:04PM", ".000", "002", "15:04:05.999999999", "pm", "Jan", "__2", "06", "1/2/06", "2006-01-02 15:04:05 -07:00:00",
    "Z0700", "", "literal", "5.00", "04,000", "2006 2006",
]  # fmt: skip
MOMENTS = [
    "2006-01-02", "2024-02-29T23:59:60Z", "2024-02-29T12:30:45+02:00", "Mon Jan  2 15:04:05 UTC 2006", "02 Jan 06 15:04 +0100",
    "3:04AM", "1999-13-01", "2023-02-29", "15:04:05.123456789", "", "x", "2006", "06", "0001-01-01",
    "9999-12-31T23:59:59.999Z", "Tuesday, March 3", "12:00PM", "24:00:00", "1/2/06",
]  # fmt: skip
DURATIONS = [
    "1h", "90m", "1h30m5s", "1.5h", "-2m", "0", "100ms", "1us", "1µs", "3ns", "36h", "", "x", "5", "1d",
    "9223372036854775807ns", "1e3s", ".5s", "+1s", "2540400h", "1h-1m",
]  # fmt: skip
URLS = [
    "http://a.b/c?d=e#f", "https://user:pw@host:8080/p%20q", "a/b", "//h/p", "mailto:a@b", "", "http://[::1]:80/",
    "http://a b/", "%zz", "http://h:x/", "/p?q=%zz", "s3://b/k;x", ":x", "http://é/ü?ä", "http://h/a%2fb", "http://h?",
]  # fmt: skip
SET_PIECES = [
    "a", "b", "c.d", "=", "=1", "=true", "=null", "=x", ",", "[0]", "[1]", "[", "]", "{", "}", "{1,2}", "\\", "\\,", "\\.",
    ".", '="q"', "=0123", "=-5", "=1.5", "=", " ", "é", "[-1]", "[65537]", "[x]", "{}", "={a,b}", "=[1,2]", '={"x":1}', "\n",
    "=9223372036854775808", "\\=", "\\[",
]  # fmt: skip


def set_line(draw: Choices) -> str:
    def pair() -> str:
        path = ".".join(
            draw.some(
                1,
                3,
                lambda: (
                    draw.one(["a", "b", "c", "a\\.b", "é", "", "x y"])
                    + "".join(draw.some(0, 2, lambda: draw.one(["", "[0]", "[1]", "[2]", "[3]", "[00]"])))
                ),
            )
        )
        value = draw.one(
            [
                "1",
                "x",
                "true",
                "null",
                "",
                "{1,2}",
                "{a,{b}",
                "{}",
                "{a}",
                "0123",
                "-1",
                "1.5",
                "a\\,b",
                "a=b",
                '"q"',
                '{"k": 1}',
                "[1, 2]",
                " x ",
                "TRUE",
                "nUll",
                "{null,true,1}",
                "1e3",
                "é",
                "{a,b}c",
                "\\{a}",
            ]
        )
        return f"{path}={value}"

    if draw.percent(35):
        return "".join(draw.some(0, 7, lambda: draw.one(SET_PIECES)))
    return ",".join(draw.some(1, 3, pair))
