"""Which names charts and releases may have (Helm 4: pkg/chart/v2/util/validate_name.go and create.go)."""

from __future__ import annotations

import re

MAX_RELEASE_NAME_BYTES = 53
"""Helm keeps ten of a label's 63 characters for what templates add to the release's name."""
MAX_METADATA_NAME_BYTES = 253
MAX_CHART_NAME_BYTES = 250

_NAME = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
_CHART_NAME = "^[a-zA-Z0-9._-]+$"


def release_name_error(name: str) -> str | None:
    """What is wrong with the name of a release, in Helm's words; None when nothing is."""
    if not name:
        return "no name provided"
    if _is_name(name, MAX_RELEASE_NAME_BYTES):
        return None
    return f"invalid release name, must match regex {_NAME} and the length must not be longer than {MAX_RELEASE_NAME_BYTES}"


def metadata_name_error(name: str) -> str | None:
    """What is wrong with the `metadata.name` of an object by Helm's own rule; None when nothing is."""
    if _is_name(name, MAX_METADATA_NAME_BYTES):
        return None
    return f"invalid metadata name, must match regex {_NAME} and the length must not be longer than {MAX_METADATA_NAME_BYTES}"


def chart_name_error(name: str) -> str | None:
    """What is wrong with the name of a chart to be created; None when nothing is."""
    if not name or len(name.encode("utf-8", "surrogateescape")) > MAX_CHART_NAME_BYTES:
        return f"chart name must be between 1 and {MAX_CHART_NAME_BYTES} characters"
    if re.fullmatch(r"[a-zA-Z0-9._-]+", name) is None:
        return f'chart name must match the regular expression "{_CHART_NAME}"'
    return None


def _is_name(name: str, at_most: int) -> bool:
    """DNS-1123 labels joined by dots. Written out: the regular expression of the message backtracks in Python."""
    if not name or len(name) > at_most or not name.isascii():
        return False
    for label in name.split("."):
        if not label or label[0] == "-" or label[-1] == "-":
            return False
        if not label.replace("-", "a").isalnum() or (not label.islower() and not label.replace("-", "").isdigit()):
            return False
    return True
