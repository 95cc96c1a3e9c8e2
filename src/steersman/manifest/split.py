"""A stream of YAML documents into documents, as Helm cuts it (Helm 4: pkg/release/v1/util/manifest.go).

Helm cuts before it knows what YAML is: wherever a line begins with three dashes, be it inside a block scalar, and what
follows the dashes on that line is already the next document.
"""

from __future__ import annotations

import re

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's unicode.IsSpace takes for space. (Python's own idea adds four control characters.)"""

_SEPARATOR = re.compile(r"^---[ \t]*", re.MULTILINE)


def split(text: str) -> list[str]:
    """The documents in order. Blank ones are dropped; each loses the space before it and keeps the space after it."""
    if "---" not in text:
        document = text.lstrip(SPACE)
        return [document] if document else []
    documents = (document.lstrip(SPACE) for document in _SEPARATOR.split(text.lstrip(SPACE)))
    return [document for document in documents if document]
