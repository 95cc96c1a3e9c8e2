"""URLs as net/url has them."""

from __future__ import annotations

import pytest

from steersman.errors import GoError
from steersman.golang.urls import URL, Userinfo, parse


@pytest.mark.parametrize(
    "text",
    [
        "https://u:p@host:80/p/a%2Fth?q=1&r=%20#frag",
        "mailto:x@y",
        "http://[fe80::1]:80/",
        "http://[fe80::1%25en0]/",
        "//host/path",
        "/a b/c".replace(" ", "%20"),
        "?q",
        "http://host?",
        "file:///x",
        "file:/x",
        "*",
        "",
        "postgres://a:1,b:2/db",
    ],
)
def test_prints_what_it_read(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("::bad", 'parse "::bad": missing protocol scheme'),
        ("a b:c", 'parse "a b:c": first path segment in URL cannot contain colon'),
        ("http://h/%zz", 'parse "http://h/%zz": invalid URL escape "%zz"'),
        ("http://a b/", 'parse "http://a b/": invalid character " " in host name'),
        ("http://h:x/", 'parse "http://h:x/": invalid port ":x" after host'),
        ("http://[::1/", "parse \"http://[::1/\": missing ']' in host"),
        ("http://a\x7f/", 'parse "http://a\\x7f/": net/url: invalid control character in URL'),
        ("http://u<@h/", 'parse "http://u<@h/": net/url: invalid userinfo'),
    ],
)
def test_refuses(text: str, error: str) -> None:
    with pytest.raises(GoError) as caught:
        parse(text)
    assert caught.value.message == error


def test_parts() -> None:
    url = parse("https://us%40er:p%3A@Host.example:8443/a%20b?x=y#z")
    assert (url.hostname, url.host, url.path, url.raw_query, url.fragment) == (
        "Host.example", "Host.example:8443", "/a b", "x=y", "z",
    )  # fmt: skip
    assert url.user == Userinfo("us@er", "p:", True)
    assert parse("http://[::1]:80").hostname == "::1"


def test_printing_adds_what_would_be_misread() -> None:
    assert str(URL(path="a:b")) == "./a:b"
    assert str(URL(host="h", path="p")) == "//h/p"
    assert str(URL(scheme="s", path="/p")) == "s:///p"
