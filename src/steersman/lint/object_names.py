"""Which names Kubernetes lets an object of a kind have, in its words.

Sources: Helm 4 pkg/chart/v2/lint/rules/template.go (which kind has which rule); k8s.io/apimachinery pkg/util/validation and
pkg/api/validate/content (the rules). Written out, because the regular expressions of the messages backtrack in Python.
"""

from __future__ import annotations

from steersman.golang.strconv import quote
from steersman.golang.values import byte_length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LABEL_BYTES = 63
MAX_SUBDOMAIN_BYTES = 253

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
_ENDS = _LOWER | frozenset("0123456789")
_INNER = _ENDS | {"-"}


def name_problem(kind: str, name: str) -> str:
    """What is wrong with `metadata.name` of an object of this kind; "" for nothing."""
    problems = [
        f"metadata.name: Invalid value: {quote(name)}: {problem}"
        for problem in _RULES.get(kind.lower(), subdomain_problems)(name)
    ]
    return problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]" if problems else ""


def subdomain_problems(name: str) -> list[str]:
    """DNS-1123: labels joined by dots."""
    problems = _too_long(name, MAX_SUBDOMAIN_BYTES)
    if not _is_subdomain(name):
        problems.append(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with"
            f" an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
        )
    return problems


def label_problems(name: str) -> list[str]:
    """DNS-1123: one label."""
    problems = _too_long(name, MAX_LABEL_BYTES)
    if _is_label(name):
        return problems
    if _is_subdomain(name):
        return [*problems, "must not contain dots"]
    return [
        *problems,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an"
        f" alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL}')",
    ]


def old_label_problems(name: str) -> list[str]:
    """DNS-1035: one label that begins with a letter."""
    problems = _too_long(name, MAX_LABEL_BYTES)
    if not _is_label(name) or name[0] not in _LOWER:
        problems.append(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with"
            " an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
        )
    return problems


def path_problems(name: str) -> list[str]:
    """What can be one segment of a path."""
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{part}'" for part in ("/", "%") if part in name]


def _no_problems(name: str) -> list[str]:
    return []


def _too_long(name: str, limit: int) -> list[str]:
    return [f"must be no more than {limit} characters"] if byte_length(name) > limit else []


def _is_label(text: str) -> bool:
    return bool(text) and text[0] in _ENDS and text[-1] in _ENDS and _INNER.issuperset(text)


def _is_subdomain(text: str) -> bool:
    return all(map(_is_label, text.split(".")))


_RULES: dict[str, Callable[[str], list[str]]] = {
    "certificatesigningrequest": _no_problems,
    "clusterrole": path_problems,
    "clusterrolebinding": path_problems,
    "namespace": label_problems,
    "role": path_problems,
    "rolebinding": path_problems,
    "service": old_label_problems,
}
"""The kinds whose names have a rule of their own; all others are subdomains."""
