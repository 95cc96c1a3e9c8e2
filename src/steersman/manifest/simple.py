"""The head of a simple document, without reading it as YAML.

Rendered manifests are thousands of documents of the plainest YAML there is: block mappings and sequences, one scalar to a
line, literal blocks. `simple_head` recognises exactly that, line by line, and keeps only the stack of indentations; whatever
else it meets, it gives up, and the document is read as YAML.

It may only answer where go-yaml and Go's JSON would succeed, and then with their answer. Why that holds:

- Each line is `key: scalar`, `key:`, `- scalar`, `- key: scalar`, `-`, a scalar alone, a comment, or blank, by a grammar
  narrower than YAML's: a plain scalar starts with none of YAML's indicators and holds no ": " and no " #"; flow lists hold
  scalars only; anchors, aliases, tags, `?`, markers and tabs do not occur.
- A line may open a deeper collection, or be a scalar alone, only right after `key:` or `-` without a value. Otherwise a
  deeper line continues a plain scalar, which must again hold no ": " and no " #", or it makes us give up; so does a line
  between two indentations. A quoted scalar may go over any lines but those that begin like document markers.
- A block scalar's indentation is that of its first line with text, which must be deeper than the collection it is in, and
  no blank line before it may be longer, because that changes the rule. It ends where a line is less indented.
- What JSON refuses is not there: null keys, infinities, NaN.
- The four fields are answered only if spelled as Kubernetes spells them, once, with a string or what resolves to a scalar.

`tests/property/test_heads.py` holds it to this against the YAML reader.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 200
"""How many collections may be open; deeper documents are read as YAML, which knows Go's limits."""

MAX_INDENT = 200
"""How far a line may be indented: for each depth of a block a pattern is kept."""

_ODD_CHARACTERS = "\r\x85\u2028\u2029\ufeff"
"""What go-yaml's reader takes but treats as a line break or byte order mark. (A tab is taken or not by the grammar.)"""

_LINE = re.compile(
    r"""
    (?:\ *+(?:\#[^\n]*+)?\n)*+                                   # comments and blank lines before it
    (\ *+)                                                       # 1 indentation
    (?:(-)(\ ++|(?=\n)))?                                        # 2 a sequence entry 3 the gap after its dash
    (?:(?:([A-Za-z0-9_./][A-Za-z0-9_./-]{0,200}+|"[^"\\\t\n]{0,200}+"|'[^'\t\n]{0,200}+')\ {0,20}+:(?:\ ++|(?=\n))))?    # 4 key
    (?:
        ([|>][-+]?)                                              # 5 the header of a block scalar
      | "((?:[^"\\\t\n]++|\\["\\/nrt]|\n(?!---|\.\.\.))*+)"                         # 6 double-quoted
      | '((?:[^'\t\n]++|''|\n(?!---|\.\.\.))*+)'                                    # 7 single-quoted
      | (\{\}|\[\]|\[\ *+(?:                                     # 8 empty flow collections, flow lists of scalars
            (?:"[^"\\\t\n]*+"|'[^'\t\n]*+'|(?:[A-Za-z0-9_/]|-(?=[A-Za-z0-9-]))(?:[A-Za-z0-9_/.=%+@$();~^*-]|\ (?=[A-Za-z0-9_/]))*+)
            \ *+(?:,\ *+(?=[^\] ])|(?=\])))++\])
      | ((?:[A-Za-z0-9/_$(+.~\\^;]|-(?=[^\ \t\n]))(?:[^:\#\ \t\n]++|:(?=[^\ \t\n])|(?<!\ )\#|\ ++(?=[^\ \#\t\n]))*+)    # 9 plain
    )?
    \ *+(?:(?<=\ )\#[^\n]*+)?\n
    """,
    re.VERBOSE,
)
_REST = re.compile(r"(?: *+(?:#[^\n]*+)?\n)*+\Z")
_FIRST_TEXT = re.compile(r"((?: *+\n)*+)( *+)(?=[^ \t\n])")
_BLANK_TO_END = re.compile(r"[ \n]*+\Z")
_CONTINUED = r"(?: *+\n)*+ {%d,}+(?=[^ #\t\n])(?:[^:# \t\n]++|:(?=[^ \t\n])|(?<! )#| ++(?=[^ #\t\n]))*+ *+\n"
_NULL_WORDS = frozenset(("null", "Null", "NULL"))
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|nan)", re.IGNORECASE)

_block_lines: dict[int, Callable[[str, int], re.Match[str] | None]] = {}
_continuations: dict[int, Callable[[str, int], re.Match[str] | None]] = {}

_NOTHING, _ROOT, _METADATA, _ANNOTATIONS = range(4)
_ROOT_FIELDS = {"apiVersion": 0, "kind": 1, "metadata": 2}
_METADATA_FIELDS = {"name": 0, "annotations": 1}
_FOLDED = {
    _ROOT: frozenset(("apiversion", "kind", "metadata")),
    _METADATA: frozenset(("name", "annotations")),
}


def simple_head(text: str) -> tuple[str, str, str, dict[str, str] | None, bool] | None:
    """(api version, kind, name, annotations, whether there is a metadata table), or None: to be read as YAML."""
    from steersman.golang.yaml.reader import is_clean

    if not is_clean(text) or any(odd in text for odd in (_ODD_CHARACTERS[:1] if text.isascii() else _ODD_CHARACTERS)):
        return None
    if not text.endswith("\n"):
        text += "\n"
    fields: dict[tuple[int, str], object] = {}
    annotations: dict[str, str] | None = None
    has_metadata = False
    # Of each open collection: its indentation, whether it is a mapping, what it is in the head, and for mappings whether
    # the value being written is a sequence at the mapping's own indentation.
    indents, mappings, roles, flush = [-1], [False], [_NOTHING], [False]
    open_value, next_role = True, _ROOT
    position, end = 0, len(text)
    match = _LINE.match
    while position < end:
        line = match(text, position)
        if line is None:
            if _REST.match(text, position):
                break
            return None
        spaces, dash, gap, key, block, double, single, flow, plain = line.groups()
        indent = len(spaces)
        if indent > MAX_INDENT:
            return None
        position = line.end()
        popped = False
        while indents[-1] > indent:
            indents.pop()
            mappings.pop()
            roles.pop()
            flush.pop()
            popped = True
        top = indents[-1]
        role = _NOTHING
        if dash:
            if top == indent:
                if mappings[-1]:
                    if not flush[-1]:
                        if popped or not open_value or next_role:
                            return None
                        flush[-1] = True
            else:
                if popped or not open_value or next_role or len(indents) > MAX_DEPTH:
                    return None
                indents.append(indent)
                mappings.append(False)
                roles.append(_NOTHING)
                flush.append(False)
            if key is not None:
                indent += 1 + len(gap)
                indents.append(indent)
                mappings.append(True)
                roles.append(_NOTHING)
                flush.append(False)
        elif key is not None:
            if top == indent:
                if not mappings[-1]:
                    return None
                flush[-1] = False
                role = roles[-1]
            else:
                if popped or not open_value or len(indents) > MAX_DEPTH:
                    return None
                role = next_role
                if role == _METADATA:
                    has_metadata = True
                elif role == _ANNOTATIONS:
                    annotations = {}
                indents.append(indent)
                mappings.append(True)
                roles.append(role)
                flush.append(False)
        else:
            if popped or not open_value or top == indent or block is not None or next_role in (_ROOT, _METADATA):
                return None
            if next_role == _ANNOTATIONS:
                if flow != "{}":
                    return None
                annotations = {}
            indent = top
        next_role = _NOTHING
        open_value = block is None and double is None and single is None and flow is None and plain is None
        if plain is not None and plain[0] in ".+-" and _NO_NUMBER.match(plain):
            return None
        if key is not None:
            if key in _NULL_WORDS:
                return None
            if role:
                if key[0] in "\"'":
                    key = key[1:-1]
                elif role == _ANNOTATIONS and (not key[0].isalpha() or _is_word(key)):
                    return None
                if role == _ANNOTATIONS:
                    value = _scalar(double, single, plain)
                    if value is None or annotations is None or key in annotations:
                        return None
                    annotations[key] = value
                elif key.lower() in _FOLDED[role] or not key.isascii():
                    if (role, key) in fields or key not in (_ROOT_FIELDS if role == _ROOT else _METADATA_FIELDS):
                        return None
                    if key == "metadata" or key == "annotations":
                        # A table must follow, and nothing else: `_scalar` has no word for null.
                        if not open_value:
                            return None
                        next_role = _METADATA if role == _ROOT else _ANNOTATIONS
                        fields[role, key] = None
                    else:
                        value = _scalar(double, single, plain)
                        if value is None:
                            return None
                        fields[role, key] = value
        if block is not None:
            first = _FIRST_TEXT.match(text, position)
            if first is None:
                if not _BLANK_TO_END.match(text, position):
                    return None
                break
            width = len(first[2])
            if width > indents[-1]:
                if width > MAX_INDENT:
                    return None
                blanks = first[1]
                if len(blanks) > width and max(map(len, blanks.split("\n"))) > width:
                    return None
                skip = _block_lines.get(width)
                if skip is None:
                    skip = _block_lines[width] = re.compile(rf"(?: {{{width}}}[^\n]*+\n| *+\n)*+").match
                skipped = skip(text, position)
                assert skipped is not None
                position = skipped.end()
        elif plain is not None:
            deeper = indents[-1] + 1
            more = _continuations.get(deeper)
            if more is None:
                more = _continuations[deeper] = re.compile(_CONTINUED % deeper).match
            following = more(text, position)
            if following is not None:
                if role or "#" in text[line.end(9) : line.end()]:
                    return None
                while following is not None:
                    position = following.end()
                    following = more(text, position)
    api_version, kind, name = (fields.get(place, "") for place in ((_ROOT, "apiVersion"), (_ROOT, "kind"), (_METADATA, "name")))
    return api_version, kind, name, annotations, has_metadata  # type: ignore[return-value]


def _is_word(text: str) -> bool:
    from steersman.golang.yaml.resolver import plain

    return not isinstance(plain(text), str)


def _scalar(double: str | None, single: str | None, plain: str | None) -> str | None:
    """The string that a field gets of this scalar, None where that is not plain to see."""
    if plain is not None:
        if plain[0].isalpha() and len(plain) > 5:
            # No word that YAML knows is that long, and no number starts with a letter.
            return plain
        from steersman.golang.yaml.resolver import plain as resolve

        value = resolve(plain)
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if type(value) is int else None
    if double is not None:
        return None if "\\" in double or "\n" in double else double
    return None if single is None or "\n" in single else single.replace("''", "'")
