from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steersman.errors import GoError
from steersman.golang import strconv
from steersman.golang.values import to_str

go_strings = st.binary(max_size=20).map(to_str) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("plain", '"plain"'),
        ('a"b\\', '"a\\"b\\\\"'),
        ("\a\b\f\n\r\t\v\x00\x7f", '"\\a\\b\\f\\n\\r\\t\\v\\x00\\x7f"'),
        ("é日😀", '"é日😀"'),
        ("\u200b\ufeff\u00ad\u3000", '"\\u200b\\ufeff\\u00ad\\u3000"'),
        ("\U0010ffff", '"\\U0010ffff"'),
        ("\udcff\udcc3x", '"\\xff\\xc3x"'),
        ("\udcc3\udca9", '"é"'),
        ("\U0001fae8", '"\U0001fae8"'),
        ("\U0002ebf0", '"\\U0002ebf0"'),
    ],
)
def test_quote(text: str, quoted: str) -> None:
    assert strconv.quote(text) == quoted


def test_quote_to_ascii() -> None:
    assert strconv.quote_to_ascii("aé😀\n") == '"a\\u00e9\\U0001f600\\n"'


def test_quote_rune() -> None:
    assert [strconv.quote_rune(code) for code in (0x78, 0x27, 0x22, 0, -1, 0xD800)] == [
        "'x'",
        "'\\''",
        "'\"'",
        "'\\x00'",
        "'\ufffd'",
        "'\ufffd'",
    ]
    assert strconv.quote_rune(0xE9, ascii_only=True) == "'\\u00e9'"


@settings(max_examples=60)
@given(go_strings)
def test_unquoting_what_was_quoted_gives_the_text_back(text: str) -> None:
    text = strconv.whole(text)
    assert strconv.unquote(strconv.quote(text)) == text
    assert strconv.unquote(strconv.quote_to_ascii(text)) == text
    if strconv.can_backquote(text) and "\r" not in text:
        assert strconv.unquote(f"`{text}`") == text


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('""', ""),
        ("``", ""),
        ("''", ""),
        ("`a\\n\rb`", "a\\nb"),
        ("'é'", "é"),
        ("'\\''", "'"),
        ('"\\x41\\101\\u00e9\\U0001f600"', "AAé😀"),
        ('"\\xff"', "\udcff"),
        ('"\\xc3\\xa9"', "é"),
        ('"\udcff"', "\ufffd"),
    ],
)
def test_unquote(literal: str, text: str) -> None:
    assert strconv.unquote(literal) == text


@pytest.mark.parametrize(
    "literal",
    [
        "",
        '"',
        "x",
        '"a',
        '"a"b"',
        "'ab'",
        '"\\\'"',
        "'\\\"'",
        '"\n"',
        '"\\q"',
        '"\\400"',
        '"\\ud800"',
        '"\\x4"',
        '"a\\"',
        "`a`b`",
        '"a"x',
    ],
)
def test_unquote_refuses(literal: str) -> None:
    with pytest.raises(GoError, match=r"^invalid syntax$"):
        strconv.unquote(literal)


@pytest.mark.parametrize(
    ("value", "verb", "precision", "text"),
    [
        (1e6, "g", -1, "1e+06"),
        (123456.0, "g", -1, "123456"),
        (1e-5, "g", -1, "1e-05"),
        (0.0001, "g", -1, "0.0001"),
        (1e21, "f", -1, "1000000000000000000000"),
        (-0.0, "g", -1, "-0"),
        (0.0, "e", -1, "0e+00"),
        (2.5, "f", 0, "2"),
        (3.14159, "e", 2, "3.14e+00"),
        (100.0, "g", 2, "1e+02"),
        (1e100, "G", -1, "1E+100"),
        (1.0, "b", -1, "4503599627370496p-52"),
        (5e-324, "b", -1, "1p-1074"),
        (1.5, "x", -1, "0x1.8p+00"),
        (0.0, "x", -1, "0x0p+00"),
        (1.9999, "X", 1, "0X1.0P+01"),
        (float("inf"), "f", -1, "+Inf"),
        (float("nan"), "f", -1, "NaN"),
    ],
)
def test_format_float(value: float, verb: str, precision: int, text: str) -> None:
    assert strconv.format_float(value, verb, precision) == text


def test_format_float32() -> None:
    values = {
        0.1: "0.1",
        2.0**-12: "0.00024414063",
        3.4028234663852886e38: "3.4028235e+38",
        1e-45: "1e-45",
        16777216.0: "1.6777216e+07",
    }
    assert {value: strconv.format_float(value, bits=32) for value in values} == values


@settings(max_examples=100)
@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from("eEfgGxX"))
def test_parsing_the_shortest_digits_gives_the_number_back(value: float, verb: str) -> None:
    assert strconv.parse_float(strconv.format_float(value, verb)) == value


@settings(max_examples=100)
@given(
    st.binary(min_size=4, max_size=4)
    .map(lambda data: struct.unpack("<f", data)[0])
    .filter(lambda value: abs(value) < float("inf"))
)
def test_the_same_for_32_bits(value: float) -> None:
    assert strconv.parse_float(strconv.format_float(value, bits=32), 32) == value


@pytest.mark.parametrize(
    ("text", "base", "bits", "number"),
    [
        ("0", 10, 64, 0),
        ("-9223372036854775808", 10, 64, -(2**63)),
        ("+7", 10, 64, 7),
        ("0x_1F", 0, 64, 31),
        ("0b101", 0, 64, 5),
        ("017", 0, 64, 15),
        ("0o17", 0, 64, 15),
        ("1_000", 0, 64, 1000),
        ("zz", 36, 64, 1295),
        ("-128", 10, 8, -128),
    ],
)
def test_parse_int(text: str, base: int, bits: int, number: int) -> None:
    assert strconv.parse_int(text, base, bits) == number


@pytest.mark.parametrize(
    ("text", "base", "bits", "message"),
    [
        ("", 10, 64, 'strconv.ParseInt: parsing "": invalid syntax'),
        ("1_0", 10, 64, 'strconv.ParseInt: parsing "1_0": invalid syntax'),
        ("1__0", 0, 64, 'strconv.ParseInt: parsing "1__0": invalid syntax'),
        ("08", 0, 64, 'strconv.ParseInt: parsing "08": invalid syntax'),
        ("128", 10, 8, 'strconv.ParseInt: parsing "128": value out of range'),
        ("99999999999999999999x", 10, 64, 'strconv.ParseInt: parsing "99999999999999999999x": value out of range'),
        ("1", 1, 64, 'strconv.ParseInt: parsing "1": invalid base 1'),
        ("1", 10, 65, 'strconv.ParseInt: parsing "1": invalid bit size 65'),
        ("٣", 10, 64, 'strconv.ParseInt: parsing "٣": invalid syntax'),
        ("9" * 5000, 10, 64, f'strconv.ParseInt: parsing "{"9" * 5000}": value out of range'),
    ],
)
def test_parse_int_refuses(text: str, base: int, bits: int, message: str) -> None:
    with pytest.raises(GoError) as caught:
        strconv.parse_int(text, base, bits)
    assert str(caught.value) == message


def test_other_numbers_and_their_errors() -> None:
    assert strconv.atoi("-12") == -12
    assert strconv.parse_uint("18446744073709551615") == 2**64 - 1
    assert [strconv.parse_bool(text) for text in ("T", "0")] == [True, False]
    for call, message in [
        (lambda: strconv.atoi("x"), 'strconv.Atoi: parsing "x": invalid syntax'),
        (lambda: strconv.parse_uint("-1"), 'strconv.ParseUint: parsing "-1": invalid syntax'),
        (lambda: strconv.parse_bool("yes"), 'strconv.ParseBool: parsing "yes": invalid syntax'),
        (lambda: strconv.parse_float("1e400"), 'strconv.ParseFloat: parsing "1e400": value out of range'),
        (lambda: strconv.parse_float(" 1"), 'strconv.ParseFloat: parsing " 1": invalid syntax'),
        (lambda: strconv.parse_float("0x1"), 'strconv.ParseFloat: parsing "0x1": invalid syntax'),
        (lambda: strconv.parse_float("+nan"), 'strconv.ParseFloat: parsing "+nan": invalid syntax'),
    ]:
        with pytest.raises(GoError) as caught:
            call()
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1_0.5", 10.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("0x1p-2", 0.25),
        ("-Inf", float("-inf")),
        ("+infinity", float("inf")),
        ("1e-400", 0.0),
    ],
)
def test_parse_float(text: str, number: float) -> None:
    assert strconv.parse_float(text) == number
