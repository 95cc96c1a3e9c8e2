"""Paths as Go's package path has them."""

from __future__ import annotations

from steersman.golang.paths import base, clean, directory, extension, is_absolute, join


def test_clean() -> None:
    given = ["", ".", "a//b", "a/./b", "a/../b", "../../a", "/../a", "/", "a/..", "//a/", "a/b/../../.."]
    assert [clean(path) for path in given] == [".", ".", "a/b", "a/b", "b", "../../a", "/a", "/", ".", "/a", ".."]


def test_parts() -> None:
    assert [base(path) for path in ("", "/", "a/b/", "a")] == [".", "/", "b", "a"]
    assert [directory(path) for path in ("", "/", "a/b", "/a", "a", "a//b")] == [".", "/", "a", "/", ".", "a"]
    assert [extension(path) for path in ("a.tar.gz", "a", "a.b/c", ".x", "a.")] == [".gz", "", "", ".x", "."]
    assert (is_absolute("/a"), is_absolute("a")) == (True, False)
    assert (join("a", "", "../b"), join("", "")) == ("b", "")
