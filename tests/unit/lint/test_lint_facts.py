"""Names of objects, addresses in Chart.yaml, and the life of Kubernetes' APIs: the tables and grammars behind the rules."""

from __future__ import annotations

import time

import pytest

from steersman.lint.addresses import is_email, is_request_url, is_url
from steersman.lint.deprecations import deprecation, lifecycles
from steersman.lint.object_names import name_problem
from steersman.objects.capabilities import parse_kube_version


@pytest.mark.parametrize("text", ["a@b.co", "A.b+c@sub.example.com", "é@é.éa", "a@b.c.", '"@b.cd', '"a"b"@c.de'])
def test_what_is_an_email_address(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize("text", ["", "a", "a@b", "@b.co", "a b@c.de", "a@b.c1", "a@-b.co", "a@b_.co", "a.@b.co", 'a"@b.co'])
def test_what_is_no_email_address(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "http://a.b",
        "a.io",
        "http://localhost:8080",
        "https://u:p@a-b.example.com/x?y#z",
        "1.2.3.4:80",
        "http://[::1]",
        "ftp://世界",
    ],
)
def test_what_is_a_url(text: str) -> None:
    assert is_url(text)


@pytest.mark.parametrize("text", ["", "abc", ".a.io", "localhost", "http://", "http://a b", "ssh://a.io", "http://-a.io", "http://a.io:123456", "http://[1::2::3]", "x" * 2083])  # fmt: skip
def test_what_is_no_url(text: str) -> None:
    assert not is_url(text)


def test_request_urls_need_a_scheme() -> None:
    assert is_request_url("https://a.io/b") and is_request_url("urn:x") and is_request_url("git@x:y") is False
    assert not is_request_url("") and not is_request_url("/a") and not is_request_url("a.io") and not is_request_url("http://a b")


def test_long_addresses_take_no_time() -> None:
    begun = time.perf_counter()
    for text in ("a." * 50_000 + "@", '"' * 100_000 + "@b.co", "a@" + "b-" * 50_000):
        assert not is_email(text)
    assert not is_url("http://" + "a-" * 1_000 + "!")
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("kind", "name", "problem"),
    [
        ("Pod", "a.b-c.1", ""),
        ("Pod", "", "a lowercase RFC 1123 subdomain must consist"),
        ("Pod", "a..b", "a lowercase RFC 1123 subdomain must consist"),
        ("Pod", "a" * 254, "must be no more than 253 characters"),
        ("Service", "1a", "a DNS-1035 label must consist"),
        ("SERVICE", "a.b", "a DNS-1035 label must consist"),
        ("Namespace", "1a", ""),
        ("Namespace", "a.b", "must not contain dots"),
        ("Namespace", "a_b", "a lowercase RFC 1123 label must consist"),
        ("ClusterRole", "system:x", ""),
        ("ClusterRole", "", ""),
        ("ClusterRole", "..", "may not be '..'"),
        ("CertificateSigningRequest", "/ %", ""),
    ],
)
def test_names(kind: str, name: str, problem: str) -> None:
    text = name_problem(kind, name)
    if problem:
        assert text.startswith(f'metadata.name: Invalid value: "{name}": {problem}')
    else:
        assert text == ""


def test_two_problems_of_a_name_are_listed() -> None:
    assert name_problem("Service", "A" * 64).startswith("[metadata.name: Invalid value: ")


def test_every_deprecation_reads_as_the_api_server_says_it() -> None:
    """Each line of the table gives one warning, from the version on that it names."""
    assert len(lifecycles()) == 167
    for name, life in lifecycles().items():
        api_version, kind = name.split(" ")
        major, minor = life.deprecated.split(".")
        text = deprecation(api_version, kind, parse_kube_version(f"v{life.deprecated}.0"))
        assert text.startswith(f"{name} is deprecated in v{life.deprecated}+")
        assert (", unavailable in v" in text) == bool(life.removed)
        assert not life.replacement or text.endswith(f"; use {life.replacement}")
        assert deprecation(api_version, kind, parse_kube_version(f"v{major}.{int(minor) - 1}.0")) == ""


def test_the_core_group_may_begin_with_a_slash() -> None:
    now = parse_kube_version("v1.37.0")
    assert deprecation("/v1", "Endpoints", now) == "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    assert deprecation("a/b/v1", "Endpoints", now) == deprecation("", "", now) == ""
