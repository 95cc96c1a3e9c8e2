"""How long a text may become: one bound for all that writes values, so that a value which holds itself many times ends in an error.

A value is written from its leaves up. Sixty lists, each of them holding the one before twice, are small, and write 2^60 texts: so
each container's text is measured when it is put together, and a writer that only collects pieces counts them where a container ends.
"""

from __future__ import annotations

from steersman.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class OverLimit(Error):
    """A value, a text or a computation is larger than is allowed. No GoError: what swallows an error as Go does must not swallow this."""

    default_code = "limit"


MAX_TEXT = 32 * 1024 * 1024
"""The longest text that writing a value, or a function, gives. A record of a release holds 1 MiB, compressed; a manifest that fits into
one never has 32. A string may take four bytes a character, and be held twice."""

MAX_BLOCKS = 4 * MAX_TEXT
"""The longest text in YAML's block style: its deepest value, 10,000 levels that are indented by two, takes 100 MB of spaces."""

MAX_PIECES = 1024 * 1024
"""The most pieces that such a text is collected of: thirty-two characters for each, if the text is at its longest."""

MAX_ELEMENTS = 1_000_000
"""The most elements that one call may give. A million of them take 40 to 160 MiB; charts count replicas, ports and lines."""


def joined(separator: str, parts: Sequence[str], most: int = MAX_TEXT) -> str:
    """`separator.join(parts)`, unless that were longer than `most`: one long string may be there many times. Raises OverLimit."""
    if sum(map(len, parts)) + len(separator) * len(parts) > most:
        raise too_long(most)
    return separator.join(parts)


def too_long(most: int = MAX_TEXT) -> OverLimit:
    return OverLimit(f"the text would be longer than {most} characters")


def check_elements(count: int) -> None:
    """Raises OverLimit where a function would give more than MAX_ELEMENTS."""
    if count > MAX_ELEMENTS:
        raise OverLimit(f"the result would have {count} elements: more than the limit of {MAX_ELEMENTS}")
