"""Small decisions that several verbs share, and the impure parts of a rendering's environment."""

from __future__ import annotations

from steersman.errors import UsageError
from steersman.rendering.env import ReleaseFacts, RenderEnv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from steersman.objects.capabilities import Capabilities

    Lookup = Callable[[str, str, str, str], dict[str, Any]]


def environment(
    capabilities: Capabilities, facts: ReleaseFacts, *, lookup: Lookup | None = None, enable_dns: bool = False
) -> RenderEnv:
    """The world of one rendering: this machine's clock, zone and randomness; names are resolved only when asked for."""
    import os
    import time

    return RenderEnv(
        capabilities=capabilities,
        release=facts,
        now=time.time_ns,
        random=os.urandom,
        lookup=lookup,
        resolve_host=resolve_host if enable_dns else None,
        zone=local_zone(),
    )


def resolve_host(name: str) -> Sequence[str]:
    """The addresses of a host. Raises OSError when there are none."""
    import socket

    return list(dict.fromkeys(str(address[4][0]) for address in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)))


def local_zone() -> str:
    """The IANA name of this machine's time zone, "UTC" where it cannot be told. Go: time.Local (TZ, then /etc/localtime)."""
    import os

    named = os.environ.get("TZ")
    if named is not None:
        return named.lstrip(":") or "UTC"
    try:
        path = os.readlink("/etc/localtime")
    except OSError:
        return "UTC"
    return path.partition("/zoneinfo/")[2] or "UTC"


def check_labels(labels: Mapping[str, str]) -> None:
    """Raises UsageError when labels for the record would be mistaken for the driver's own (Helm 4: driver.ContainsSystemLabels)."""
    from steersman.release.record import SYSTEM_LABELS

    if any(name in SYSTEM_LABELS for name in labels):
        raise UsageError(
            f"user supplied labels contains system reserved label name. System labels: [{' '.join(SYSTEM_LABELS)}]",
            code="labels-reserved",
        )


def use_server_side(flag: str, previous: str) -> bool:
    """Whether to apply on the server: as the flag says, or with "auto" as the previous revision was applied."""
    return flag == "true" if flag != "auto" else previous == "ssa"
