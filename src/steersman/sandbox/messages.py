"""What goes into the machinery and what comes out: requests, users, decisions, responses. Plain values without sockets."""

from __future__ import annotations

from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

ANONYMOUS_NAME = "system:anonymous"
UNAUTHENTICATED_GROUP = "system:unauthenticated"
AUTHENTICATED_GROUP = "system:authenticated"
MASTERS_GROUP = "system:masters"


class User(Record):
    """Who asks. `groups` holds system:authenticated already."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: Mapping[str, tuple[str, ...]] = {}


ANONYMOUS = User(ANONYMOUS_NAME, (UNAUTHENTICATED_GROUP,))


class Request(Record):
    """One HTTP request. `query` maps a name to its values; `headers` has lower-case names."""

    method: str
    path: str
    query: Mapping[str, list[str]] = {}
    headers: Mapping[str, str] = {}
    body: bytes = b""
    user: User = ANONYMOUS

    def option(self, name: str, default: str = "") -> str:
        values = self.query.get(name)
        return values[0] if values else default

    def flag(self, name: str) -> bool:
        return self.option(name).lower() in ("1", "true", "t")


class Attributes(Record):
    """What a request is about to do, as authorization sees it. `resource` is empty for paths that are no resources."""

    verb: str
    path: str = ""
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""


class Decision(Record):
    allowed: bool
    reason: str = ""


class Response(Record):
    """`body` is an object to be sent as JSON, or text or bytes to be sent as they are. With `stream` the answer goes on:
    it has `take()` → lines that are there, None when it is over, and `resources`, whose changes are worth another take."""

    code: int = 200
    body: Any = None
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    stream: Any = None
