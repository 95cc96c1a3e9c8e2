"""What a template can reach beyond its chart and values: every impurity of a render, in one record.

Freeze it and the bytes are the same for ever: `now` and `random` are functions that the caller gives, `lookup` asks a cluster or
nobody, and names of hosts are resolved only where `resolve_host` is there (Helm: --enable-dns).
"""

from __future__ import annotations

from steersman.objects.capabilities import Capabilities
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from steersman.template import Function

NO_FUNCTIONS: Mapping[str, Function] = {}


class ReleaseFacts(Record):
    """`.Release`: the release that is being rendered for."""

    name: str
    namespace: str = "default"
    revision: int = 1
    is_install: bool = True
    is_upgrade: bool = False
    service: str = "Helm"


class RenderEnv(Record):
    """The world of one render.

    `lookup(api_version, kind, namespace, name)` gives an object, a list object, or {}; it raises GoError, or any steersman error, to
    abort; None means that there is no cluster. `now()` is nanoseconds since 1970; `random(n)` is n bytes; `zone` is the IANA name
    of the machine's own time zone. `warn(text)` takes what lint mode lets pass. `strict` makes missing keys errors. `functions` are
    the caller's own, over Helm's (Helm 4: Engine.CustomTemplateFuncs).
    """

    capabilities: Capabilities
    release: ReleaseFacts
    now: Callable[[], int]
    random: Callable[[int], bytes]
    lookup: Callable[[str, str, str, str], dict[str, object]] | None = None
    resolve_host: Callable[[str], Sequence[str]] | None = None
    lint: bool = False
    strict: bool = False
    functions: Mapping[str, Function] = NO_FUNCTIONS
    zone: str = "UTC"
    warn: Callable[[str], None] | None = None
