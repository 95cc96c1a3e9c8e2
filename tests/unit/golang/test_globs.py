"""Globs of two kinds."""

from __future__ import annotations

import time

import pytest

from steersman.errors import GoError
from steersman.golang.globs import Glob, match


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*", ["", "a"], ["a/b"]),
        ("a/*", ["a/b"], ["a", "a/b/c"]),
        ("[a-c]", ["b"], ["d", ""]),
        ("[^a]", ["b"], ["a"]),
        ("a?c", ["abc"], ["a/c", "ac"]),
        (r"\*", ["*"], ["a"]),
        ("**", ["ab"], ["a/b"]),
    ],
)
def test_filepath_match(pattern: str, yes: list[str], no: list[str]) -> None:
    assert all(match(pattern, name) for name in yes)
    assert not any(match(pattern, name) for name in no)


@pytest.mark.parametrize("pattern", ["[", "[]", "[a", "a[", "[-]", "a\\"])
def test_filepath_match_refuses(pattern: str) -> None:
    with pytest.raises(GoError, match="syntax error in pattern"):
        match(pattern, "a")


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("**", ["", "a", "a/b/c"], []),
        ("*", ["a"], ["a/b"]),
        ("config/**.json", ["config/a.json", "config/a/b.json"], ["x/config/a.json"]),
        ("{*.a,b/*}", ["x.a", "b/x"], ["x.b", "c/x"]),
        ("{a,{b,c}}d", ["ad", "bd", "cd"], ["d"]),
        ("[!a-c]x", ["dx"], ["ax"]),
        ("[abc]", ["b"], ["d"]),
        ("{a", ["a"], ["{a"]),
        ("a,b", ["a,b"], ["a"]),
        (r"\{a", ["{a"], ["a"]),
    ],
)
def test_gobwas(pattern: str, yes: list[str], no: list[str]) -> None:
    glob = Glob(pattern)
    assert all(glob.match(name) for name in yes)
    assert not any(glob.match(name) for name in no)


@pytest.mark.parametrize("pattern", ["[", "[]", "[a", "[c-a]", "{" * 100])
def test_gobwas_refuses(pattern: str) -> None:
    with pytest.raises(GoError):
        Glob(pattern)


def test_a_hostile_glob_ends() -> None:
    begin = time.perf_counter()
    assert not Glob("*a" * 200 + "b").match("a" * 2000)
    assert time.perf_counter() - begin < 5
