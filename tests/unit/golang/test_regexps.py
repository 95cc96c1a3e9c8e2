"""Regular expressions: what the engine is not asked, and the errors' words."""

from __future__ import annotations

import time

import pytest

from steersman.errors import GoError, GoPanic
from steersman.golang.regexps import must_compile, parse, quote_meta
from steersman.golang.values import NilStrings


@pytest.mark.parametrize(
    ("pattern", "text", "replacement", "wanted"),
    [
        ("a*", "baaac", "x", "xbxcx"),
        ("", "abc", "-", "-a-b-c-"),
        ("(a)(b)?", "ab a", "<$1|$2>", "<a|b> <a|>"),
        ("(a)", "a", "$1x", ""),
        ("(a)", "a", "${1}x", "ax"),
        ("(?P<n>a)", "a", "${n}$n$$", "aa$"),
        ("a", "a", "$", "$"),
        ("(?m)^", "a\nb", "> ", "> a\n> b"),
        ("é|ü", "éaü", "", "a"),
        ("$", "é", "!", "é!"),
        ("x*", "éx", "-", "-é-"),
    ],
)
def test_replaces(pattern: str, text: str, replacement: str, wanted: str) -> None:
    assert parse(pattern).replace_all(text, replacement) == wanted


@pytest.mark.parametrize(
    ("pattern", "text", "limit", "wanted"),
    [
        ("/", "a/b//c", -1, ["a", "b", "", "c"]),
        ("/", "a/b//c", 2, ["a", "b//c"]),
        ("a*", "baac", -1, ["b", "c"]),
        ("", "abc", -1, ["a", "b", "c"]),
        ("/", "", -1, [""]),
        ("/", "a/b", 0, []),
    ],
)
def test_splits(pattern: str, text: str, limit: int, wanted: list[str]) -> None:
    assert parse(pattern).split(text, limit) == wanted


def test_finds_all() -> None:
    assert parse("a*").find_all("baac", -1) == ["", "aa", ""]
    assert parse(".").find_all("日本", 1) == ["日"]
    assert isinstance(parse("x").find_all("a", -1), NilStrings)


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("[a", "missing closing ]: `[a`"),
        ("a)", "unexpected ): `a)`"),
        ("(a", "missing closing ): `(a`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        (r"\8", r"invalid escape sequence: `\8`"),
        (r"a\Cb", r"invalid escape sequence: `\C`"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        ("(?<=a)b", "invalid named capture: `(?<=a)b`"),
        ("a\\", "trailing backslash at end of expression: ``"),
        ("(" * 2000 + ")" * 2000, "expression nests too deeply: `" + "(" * 2000 + ")" * 2000 + "`"),
    ],
)
def test_refuses(pattern: str, error: str) -> None:
    with pytest.raises(GoError) as caught:
        parse(pattern)
    assert caught.value.message == f"error parsing regexp: {error}"


def test_must_compile_panics_with_the_pattern() -> None:
    with pytest.raises(GoPanic) as caught:
        must_compile("[a")
    assert caught.value.message == "regexp: Compile(`[a`): error parsing regexp: missing closing ]: `[a`"


def test_a_literal_backslash_c_in_a_quotation_is_text() -> None:
    assert parse(r"\Qa\C\E").find(r"xa\C") == r"a\C"


def test_a_hostile_expression_takes_linear_time() -> None:
    begin = time.perf_counter()
    assert not parse("(a+)+$").match("a" * 50_000 + "b")
    assert time.perf_counter() - begin < 5


def test_quotes() -> None:
    assert quote_meta("1.2+[x]") == r"1\.2\+\[x\]"
