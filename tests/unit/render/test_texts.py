"""Functions of strings, where they surprise."""

from __future__ import annotations

import pytest

from steersman.errors import Error, GoPanic
from steersman.golang.values import to_bytes
from steersman.rendering.functions import texts
from steersman.rendering.functions.strval import MAX_BYTES
from steersman.rendering.functions.wordcases import kebab, pascal, snake


def test_quote_skips_nil_and_escapes_as_go() -> None:
    assert texts.quote("a\n", None, 1, True, 1.5, [1, "x"]) == r'"a\n" "1" "true" "1.5" "[1 x]"'
    assert texts.quote() == ""
    assert texts.squote("it's", None, 2) == "'it's' '2'"


def test_indentation_covers_empty_lines() -> None:
    assert texts.indent(2, "a\n\nb") == "  a\n  \n  b"
    assert texts.nindent(0, "") == "\n"
    with pytest.raises(GoPanic, match="strings: negative Repeat count"):
        texts.indent(-1, "a")


def test_cutting_counts_bytes() -> None:
    assert texts.trunc(3, "abcdef") == "abc"
    assert texts.trunc(-2, "abcdef") == "ef"
    assert texts.trunc(-9, "abc") == "abc"
    assert to_bytes(texts.trunc(1, "é")) == b"\xc3"
    assert texts.substr(1, -1, "abc") == "bc"
    for start, end, text in ((-1, 9, "[:9] with length 3"), (5, 9, "[5:3]"), (2, 1, "[2:1]")):
        with pytest.raises(GoPanic) as caught:
            texts.substr(start, end, "abc")
        assert caught.value.message == f"runtime error: slice bounds out of range {text}"


def test_cases_map_character_by_character() -> None:
    assert texts.upper("straße") == "STRAßE"
    assert texts.lower("İ") == "i"
    assert texts.title("hello wOrld-of x_y") == "Hello WOrld-Of X_y"
    assert texts.untitle("First Try") == "first try"
    assert texts.swapcase("This Is a.Test") == "tHIS iS A.tEST"


@pytest.mark.parametrize(
    ("text", "snaked", "kebabed", "pascaled"),
    [
        ("HTTPServer", "http_server", "http-server", "Httpserver"),
        ("http2xx", "http_2xx", "http-2xx", "Http2xx"),
        ("Bld4Floor3rd", "bld4_floor_3rd", "bld4-floor-3rd", "Bld4Floor3rd"),
        ("GO_PATH", "go_path", "go-path", "GoPath"),
        ("_complex__case_", "_complex__case_", "-complex--case-", "_Complex_Case_"),
        ("some words", "some_words", "some-words", "SomeWords"),
        ("", "", "", ""),
    ],
)
def test_word_cases(text: str, snaked: str, kebabed: str, pascaled: str) -> None:
    assert (snake(text), kebab(text), pascal(text)) == (snaked, kebabed, pascaled)


def test_splitting() -> None:
    assert texts.split("$", "a$b") == {"_0": "a", "_1": "b"}
    assert texts.splitn("/", 2, "a/b/c") == {"_0": "a", "_1": "b/c"}
    assert texts.splitn("", 2, "abc") == {"_0": "a", "_1": "bc"}
    assert texts.split_list("", "") == []


def test_joining_drops_nil() -> None:
    assert texts.join("-", ["a", None, 1]) == "a-1"
    assert texts.join("-", "abc") == "abc"
    assert texts.sort_alpha([2, 10, "b", "B"]) == ["10", "2", "B", "b"]
    assert texts.cat("a", None, 1.5) == "a 1.5"


def test_wrapping_and_abbreviation() -> None:
    assert texts.wrap(5, "Hello World") == "Hello\nWorld"
    assert texts.wrap_with(4, "|", "abcdefgh ij") == "abcd|efgh|ij"
    assert texts.abbrev(5, "hello world") == "he..."
    assert texts.abbrevboth(5, 10, "1234 5678 9123") == "...5678..."


def test_what_would_fill_the_memory_is_refused() -> None:
    for call in (
        lambda: texts.repeat(MAX_BYTES, "ab"),
        lambda: texts.indent(MAX_BYTES, "a\nb"),
        lambda: texts.replace("", "x" * 10**6, "y" * 200),
    ):
        with pytest.raises(Error, match="more than the limit"):
            call()
