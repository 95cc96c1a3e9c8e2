"""Reading YAML: what a text is, which error it is, and that the short way and the long way agree."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steersman.golang import yaml
from steersman.golang.yaml.blocks import Unsure, read_blocks
from steersman.golang.yaml.composer import compose
from steersman.golang.yaml.decoder import as_any, decode
from steersman.golang.yaml.reader import read

CONVERTING = "error converting YAML to JSON: yaml: "


def long_way(text: str) -> Any:
    return as_any(decode(compose(*read(text))))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# nothing\n", None),
        ("---\n", None),
        ("a: b", {"a": "b"}),
        ("a: 1", {"a": 1.0}),
        ("a: 0x1F", {"a": 31.0}),
        ("a: 017", {"a": 15.0}),
        ("a: 0o17", {"a": 15.0}),
        ("a: 08", {"a": 8.0}),
        ("a: 0b101", {"a": 5.0}),
        ("a: 1_000", {"a": 1000.0}),
        ("a: +1", {"a": 1.0}),
        ("a: .5", {"a": 0.5}),
        ("a: 1.", {"a": 1.0}),
        ("a: 1e3", {"a": 1000.0}),
        ("a: 1e999", {"a": "1e999"}),
        ("a: 1:30", {"a": "1:30"}),
        ("a: 2001-01-01", {"a": "2001-01-01"}),
        ("a: 18446744073709551616", {"a": 18446744073709551616.0}),
        ("a: yes\nb: off\nc: ~\nd: 'no'", {"a": True, "b": False, "c": None, "d": "no"}),
        ("y: 1\n1: b\n1.5: c", {"true": 1.0, "1": "b", "1.5": "c"}),
        ("a: 1\na: 2", {"a": 2.0}),
        ("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2", {"a": {"b": 1.0}, "c": {"b": 1.0, "d": 2.0}}),
        ("a:\n- b\n- c:\n  - d\ne: f", {"a": ["b", {"c": ["d"]}], "e": "f"}),
        ("a: b\n  c\n\n  d", {"a": "b c\nd"}),
        ("a: |\n  b\n   c\n\nd: e", {"a": "b\n c\n", "d": "e"}),
        ("a: |+\n  b\n\nd: e", {"a": "b\n\n", "d": "e"}),
        ("a: >-\n  b\n  c\n\n  d\n   e\n  f", {"a": "b c\nd\n e\nf"}),
        ("a: |\nb: c", {"a": "", "b": "c"}),
        ("a: |2-\n    b\n   c", {"a": "  b\n c"}),
        ("a: 'it''s\n  b'", {"a": "it's b"}),
        ('a: "\\u00e9\\\n  b\\n"', {"a": "éb\n"}),
        ("a: [b, 'c', {d: e}, [f: g]]", {"a": ["b", "c", {"d": "e"}, [{"f": "g"}]]}),
        ("a: [b,\n  c]", {"a": ["b", "c"]}),
        ("? a\n: b", {"a": "b"}),
        ("a: !!str 1\nb: !!int '2'\nc: !!binary aGk=\nd: !x y", {"a": "1", "b": 2.0, "c": "hi", "d": "y"}),
        ("\ufeffa: b", {"a": "b"}),
        ("a: b\r\nc: d\r\n", {"a": "b", "c": "d"}),
        ("a: b\n---\nc: d", {"a": "b"}),
        ("a: b\n...\n}", {"a": "b"}),
        ("%YAML 1.1\n---\na: b", {"a": "b"}),
        ("%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 1", {"a": "1"}),
        ("\udcff\udcfea\x00:\x00 \x00b\x00", {"a": "b"}),
    ],
)
def test_a_text_is_read_as_go_reads_it(text: str, value: Any) -> None:
    assert repr(yaml.load(text)) == repr(value)
    assert repr(long_way(text)) == repr(value)


@pytest.mark.parametrize(
    ("text", "error", "line"),
    [
        ("a: b: c", "mapping values are not allowed in this context", 1),
        ("a: b\nfoo\nc: d", "line 3: could not find expected ':'", 3),
        ("a:\n  b: c\n d: e", "line 2: did not find expected key", 3),
        ("a:\n\t- b", "line 2: found character that cannot start any token", 2),
        ("a: [b", "line 1: did not find expected ',' or ']'", 2),
        ("a: {b: c", "line 1: did not find expected ',' or '}'", 2),
        ("- a\nb", "line 3: could not find expected ':'", 3),
        ("a: *b", "unknown anchor 'b' referenced", 1),
        ("a: &a [*a]", "anchor 'a' value contains itself", 1),
        ("a: 'b", "found unexpected end of stream", 1),
        ('a: "\\q"', "found unknown escape character", 1),
        ("a: {{ b }}", 'invalid map key: map[interface {}]interface {}{"b":interface {}(nil)}', 0),
        ("a: {{ 1 }}", "invalid map key: map[interface {}]interface {}{1:interface {}(nil)}", 0),
        ("<<: a", "map merge requires map or sequence of maps as the value", 0),
        ("a: !!int b", "cannot decode !!str `b` as a !!int", 0),
        ("a: !!binary a", "!!binary value contains invalid base64 data", 0),
        ("%YAML 1.2\n---\na: b", "found incompatible YAML document", 1),
        ("a: \x01", "control characters are not allowed", 1),
        ("a: \udcff", "invalid leading UTF-8 octet", 1),
        ("a: \udcc3", "incomplete UTF-8 octet sequence", 1),
        ("a: @b", "found character that cannot start any token", 1),
    ],
)
def test_an_error_has_gos_text_and_its_own_line(text: str, error: str, line: int) -> None:
    with pytest.raises(yaml.YamlError) as caught:
        yaml.load(text)
    assert str(caught.value) == CONVERTING + error
    assert caught.value.line == line


def test_what_json_cannot_say_is_an_error() -> None:
    for text, error in (
        ("a: .nan", "json: unsupported value: NaN"),
        ("a: -.inf", "json: unsupported value: -Inf"),
        ("~: b", 'unsupported map key of type: %!s(<nil>), key: <nil>, value: "b"'),
        ("18446744073709551615: b", 'unsupported map key of type: uint64, key: 0xffffffffffffffff, value: "b"'),
    ):
        with pytest.raises(yaml.YamlError) as caught:
            yaml.load(text)
        assert str(caught.value) == "error converting YAML to JSON: " + error


def test_strict_reading_names_every_repeated_key() -> None:
    with pytest.raises(yaml.YamlError) as caught:
        yaml.load("a: 1\nb:\n  c: 1\n  c: 2\na: 3", strict=True)
    assert str(caught.value) == (
        'error converting YAML to JSON: yaml: unmarshal errors:\n  line 4: key "c" already set in map\n'
        '  line 5: key "a" already set in map'
    )
    assert yaml.load("a: 1\n'1': 2\n1: 3", strict=True) == {"a": 1.0, "1": 3.0}


def test_what_is_no_map_or_list_says_so_in_jsons_words() -> None:
    decoding = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
    for text, found in (("- a", "array"), ("a", "string"), ("1", "number"), ("yes", "bool")):
        with pytest.raises(yaml.YamlError) as caught:
            yaml.load_map(text)
        assert str(caught.value) == f"{decoding}{found} into Go value of type map[string]interface {{}}"
    with pytest.raises(yaml.YamlError) as caught:
        yaml.load_list("a: b")
    assert str(caught.value) == f"{decoding}object into Go value of type []interface {{}}"
    assert yaml.load_map("") == {}
    assert yaml.load_list("# nothing") == []


def test_integers_stay_integers_in_json() -> None:
    assert yaml.to_json("b: 9007199254740993\na: [1.0, 0x10, 1e21, <]\ny: ~") == (
        '{"a":[1,16,1e+21,"\\u003c"],"b":9007199254740993,"true":null}'
    )


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("", []),
        ("a", ["a\n"]),
        ("a\n", ["a\n"]),
        ("a\r\n", ["a\n"]),
        ("---\na\n---\nb", ["---\na\n", "b\n"]),
        ("a\n--- # note\nb\r\n", ["a\n", "b\n"]),
        ("a\n---\n---\nb\n", ["a\n", "---\nb\n"]),
        ("a\n ---\nb\n", ["a\n ---\nb\n"]),
    ],
)
def test_a_stream_is_cut_before_lines_of_dashes(text: str, documents: list[str]) -> None:
    assert yaml.split(text) == documents


def test_a_stream_is_not_cut_where_text_follows_the_dashes() -> None:
    with pytest.raises(yaml.YamlError, match="invalid Yaml document separator: b"):
        yaml.split("a\n--- b\n")


def test_all_documents_of_a_stream_are_read() -> None:
    assert yaml.load_all("a: 1\n---\n# nothing\n---\n- b\n") == [{"a": 1.0}, None, ["b"]]


# ── hostile texts ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[" * 20_000, "exceeded max depth of 10000"),
        ("{a: " * 20_000, "exceeded max depth of 10000"),
        ("- " * 20_000, "exceeded max depth of 10000"),
        ("? " * 20_000, "exceeded max depth of 10000"),
        (
            "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi")),
            "document contains excessive aliasing",
        ),
    ],
)
def test_depth_and_aliases_have_limits(text: str, error: str) -> None:
    with pytest.raises(yaml.YamlError) as caught:
        yaml.load(text)
    assert str(caught.value) == CONVERTING + error


def test_deep_nesting_within_the_limit_is_read_and_written() -> None:
    deep = "[" * 9_000 + "]" * 9_000
    assert yaml.dump(yaml.load(deep)) == "- " * 8_999 + "[]\n"


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "x y " * 100_000,
        "a: " + "''" * 100_000,
        'a: "' + "\\n" * 100_000 + '"',
        "a:" + " #" * 100_000,
        "a: " + ":" * 100_000,
    ],
    ids=["words", "quotes", "escapes", "comments", "colons"],
)
def test_long_lines_take_no_more_than_their_length(text: str) -> None:
    try:
        yaml.load(text)
    except yaml.YamlError:
        pass


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

PIECES = [
    "a", "b: c", "key:", ":", ": ", "- ", "-", "? ", "\n", "\n  ", "\n    ", " ", "'", '"', "''", "[", "]", "{", "}", ",", "#", " #",
    "|", ">", "|-", ">+", "&a ", "*a", "!!str ", "---", "...", "1", "~", "yes", "<<", "\t", "\\n", "é", "%", "@",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_the_short_way_never_disagrees_with_the_long_one(text: str) -> None:
    """Whatever the line reader makes of a text is what scanner, composer and decoder make of it."""
    characters, problem = read(text)
    try:
        short = read_blocks(characters)
    except Unsure:
        return
    assert problem == ""
    assert json.dumps(short, sort_keys=True) == json.dumps(long_way(text), sort_keys=True)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_what_is_written_reads_back(value: Any) -> None:
    """load(dump(value)) is the value, where the value can be written at all; and so it is with the pretty form."""
    try:
        text = yaml.dump(value)
    except yaml.YamlError as error:
        assert str(error).startswith("yaml: ")
        return
    once = yaml.load(text)
    assert yaml.dump(once) == text
    if "\x85" not in json.dumps(value, ensure_ascii=False):
        assert json.dumps(once, sort_keys=True) == json.dumps(_floats(value), sort_keys=True)


def _floats(value: Any) -> Any:
    if isinstance(value, list):
        return [_floats(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _floats(inner) for key, inner in value.items()}
    # JSON has no minus zero once YAML took it for an integer.
    return value + 0.0 if isinstance(value, float) else value
