"""The nodes of a YAML document as it was written: values, and with them styles, tags, anchors and comments.

    text → comments.CommentScanner → nodes_reader.read_document → Node        Node → nodes_writer.Writer → text

This is what go.yaml.in/yaml v3 calls a Node (yaml.go). Unlike `load`, which wants to know what a text means, it serves those
who change a document a little and give it back. Reading and writing are not inverse: comments, blank lines and indentation
settle into v3's own layout, and after that they stay.
"""

from __future__ import annotations

from steersman.golang.yaml.resolver import TAG_PREFIX, is_timestamp, number
from steersman.golang.yaml.scalars import is_text_v3

DOCUMENT, SEQUENCE, MAPPING, SCALAR, ALIAS = range(1, 6)
"""What a node is."""

PLAIN, DOUBLE, SINGLE, LITERAL, FOLDED, FLOW = range(6)
"""How it was written. Block collections are PLAIN; whether there was a tag is said apart, by `tagged`."""

NULL_TAG, BOOL_TAG, STR_TAG, INT_TAG, FLOAT_TAG, TIMESTAMP_TAG, MERGE_TAG, SEQUENCE_TAG, MAPPING_TAG = (
    f"!!{name}" for name in ("null", "bool", "str", "int", "float", "timestamp", "merge", "seq", "map")
)

_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), BOOL_TAG),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL_TAG),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), FLOAT_TAG),
    **dict.fromkeys((sign + word for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")), FLOAT_TAG),
}


class Node:
    """A node. `children` of a document is its root, of a mapping its keys and values in turn.

    `value` is a scalar's text, or the name of the anchor that an alias means. `head` is the comment in the lines before the
    node, `line` the one behind it, `foot` the one in the lines after it and before a blank one; each with its '#'.
    `row` counts the lines of the text from 1; `target` is the node that an alias means.
    """

    __slots__ = ("anchor", "children", "foot", "head", "kind", "line", "row", "style", "tag", "tagged", "target", "value")

    def __init__(self, kind: int, value: str = "", style: int = PLAIN, tag: str = "") -> None:
        self.kind = kind
        self.value = value
        self.style = style
        self.tag = tag
        self.tagged = False
        self.anchor = ""
        self.children: list[Node] = []
        self.head = ""
        self.line = ""
        self.foot = ""
        self.row = 0
        self.target: Node | None = None

    @property
    def is_null(self) -> bool:
        return self.tag == NULL_TAG

    def get(self, key: str) -> Node | None:
        """The value of the first key of this text, None also where this is no mapping."""
        if self.kind == MAPPING:
            children = self.children
            for index in range(0, len(children) - 1, 2):
                if children[index].value == key:
                    return children[index + 1]
        return None


def resolve(text: str) -> str:
    """The short tag of a plain scalar in v3's mixture of YAML 1.1 and 1.2 (resolve.go): `yes` is text, 0777 a number."""
    word = _WORDS.get(text)
    if word is not None:
        return word
    if text[0] not in "+-.0123456789":
        return STR_TAG
    if text[0] != "." and is_timestamp(text):
        return TIMESTAMP_TAG
    value = number(text)
    if value is None:
        # The other spelling of octal numbers, which v2 does not know.
        return INT_TAG if text[:3] in ("0o+", "0o-") and not is_text_v3(text) else STR_TAG
    return FLOAT_TAG if isinstance(value, float) else INT_TAG


def short_tag(tag: str) -> str:
    return "!!" + tag[len(TAG_PREFIX) :] if tag.startswith(TAG_PREFIX) else tag


def long_tag(tag: str) -> str:
    return TAG_PREFIX + tag[2:] if tag.startswith("!!") else tag
