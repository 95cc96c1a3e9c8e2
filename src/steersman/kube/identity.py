"""On whose behalf a request is made: the impersonation headers, and that they can never be half there.

An empty user name would make the API server ignore the other headers and act with our own rights: so an identity without a user
cannot be made, and whoever has one always sends the header.
"""

from __future__ import annotations

from steersman.errors import UsageError
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = frozenset("!#$&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""Characters of a header's name (RFC 9110), less `%`, which escapes the others (client-go: transport.headerKeyEscape)."""


class Identity(Record):
    """A user to act as: name, groups, uid, and extra fields as (key, values) pairs.

    Raises UsageError when the name is empty or any part holds a control character, which could forge another header.
    """

    user: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()

    if not TYPE_CHECKING:

        def __init__(self, *values, **named):
            super().__init__(*values, **named)
            if not self.user.strip():
                raise UsageError("an identity to impersonate needs a user name")
            if not all(self.groups):
                raise UsageError(f"an identity to impersonate has a group without a name: {self.groups!r}")
            for name, value in self.headers():
                if any(character < " " or character == "\x7f" for character in value):
                    raise UsageError(f"{name} must not hold control characters: {value!r}")

    def headers(self) -> Iterator[tuple[str, str]]:
        """The request headers, repeated where there are several values (client-go: transport.impersonatingRoundTripper)."""
        yield "Impersonate-User", self.user
        if self.uid:
            yield "Impersonate-Uid", self.uid
        for group in self.groups:
            yield "Impersonate-Group", group
        for key, values in self.extra:
            for value in values:
                yield f"Impersonate-Extra-{_escape(key)}", value


def _escape(key: str) -> str:
    return "".join(chr(byte) if chr(byte) in _TOKEN else f"%{byte:02X}" for byte in key.encode())
