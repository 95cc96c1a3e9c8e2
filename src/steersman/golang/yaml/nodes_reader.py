"""Tokens and comments become nodes: go-yaml v3's parser (parserc.go) and node builder (decode.go, parser).

A machine of states that hands out events, and a builder with a stack of its own: hostile nesting costs memory in proportion,
never Python's stack. It differs from `composer` in what it keeps (styles, anchors, comments) and in what it forgets (places).

Comments gather in three lots while tokens are looked at; the next event that takes comments takes all of them. Which events
do is v3's choice, quirks included: the start of a block collection takes none (but see `_stem`), the end of a block sequence none.
"""

from __future__ import annotations

from steersman.golang.yaml.comments import (
    DOUBLE_QUOTED,
    FOLDED,
    LITERAL,
    SINGLE_QUOTED,
    CommentScanner,
)
from steersman.golang.yaml.errors import YamlError
from steersman.golang.yaml.nodes import ALIAS as ALIAS_NODE
from steersman.golang.yaml.nodes import (
    DOCUMENT,
    DOUBLE,
    FLOW,
    MAPPING,
    MAPPING_TAG,
    MERGE_TAG,
    SCALAR,
    SEQUENCE,
    SEQUENCE_TAG,
    SINGLE,
    STR_TAG,
    Node,
    resolve,
    short_tag,
)
from steersman.golang.yaml.nodes import FOLDED as FOLDED_STYLE
from steersman.golang.yaml.nodes import LITERAL as LITERAL_STYLE
from steersman.golang.yaml.nodes import PLAIN as PLAIN_STYLE
from steersman.golang.yaml.reader import read
from steersman.golang.yaml.resolver import TAG_PREFIX
from steersman.golang.yaml.scanner import (
    ALIAS,
    ANCHOR,
    BLOCK_END,
    BLOCK_ENTRY,
    BLOCK_MAPPING_START,
    BLOCK_SEQUENCE_START,
    DOCUMENT_END,
    DOCUMENT_START,
    FLOW_ENTRY,
    FLOW_MAPPING_END,
    FLOW_MAPPING_START,
    FLOW_SEQUENCE_END,
    FLOW_SEQUENCE_START,
    KEY,
    PLAIN,
    QUOTED,
    STREAM_END,
    TAG,
    TAG_DIRECTIVE,
    VALUE,
    VERSION_DIRECTIVE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.golang.yaml.scanner import Token

_DEFAULT_HANDLES = {"!": "!", "!!": TAG_PREFIX}
_NO_CONTENT = frozenset((VERSION_DIRECTIVE, TAG_DIRECTIVE, DOCUMENT_START, DOCUMENT_END, STREAM_END))
_NO_MAP_NODE = frozenset((KEY, VALUE, BLOCK_END))
_NO_INDENTLESS_NODE = frozenset((BLOCK_ENTRY, KEY, VALUE, BLOCK_END))
_STYLES = {
    "": PLAIN_STYLE,
    SINGLE_QUOTED: SINGLE,
    DOUBLE_QUOTED: DOUBLE,
    LITERAL: LITERAL_STYLE,
    FOLDED: FOLDED_STYLE,
}


def read_document(text: str) -> Node | None:
    """The first document of a text, as a node of kind DOCUMENT; None when there is none, comments or not.

    Raises YamlError in v3's words.
    """
    return _Reader(CommentScanner(*read(text))).document()


def _parser_error(problem: str, token: Token, context: int = 0) -> YamlError:
    """An error at a token, said of the line on which the thing began that it stands in; v3 counts lines from 0 here."""
    line = context or token[1]
    return YamlError(f"yaml: line {line}: {problem}" if line else f"yaml: {problem}", line=line + 1)


class _Reader:
    __slots__ = (
        "_anchors",
        "_foot",
        "_handles",
        "_head",
        "_line",
        "_marks",
        "_open",
        "_root",
        "_scanner",
        "_state",
        "_states",
        "_stem",
    )

    def __init__(self, scanner: CommentScanner) -> None:
        self._scanner = scanner
        self._head = self._line = self._foot = ""
        self._stem: str | None = None
        self._handles: dict[str, str] = {}
        self._anchors: dict[str, Node] = {}
        self._root: Node | None = None
        self._open: list[Node] = []  # the collections not yet ended
        self._marks: list[int] = []  # the lines on which they started, but for the indentless ones
        self._states: list[Callable[[], None]] = []
        self._state: Callable[[], None] = self._over

    # ── tokens and comments ──────────────────────────────────────────────────────────────────────────────────────────────

    def _peek(self) -> Token:
        token = self._scanner.peek()
        for head, line, foot in self._scanner.take_comments(token):
            if head:
                self._head = f"{self._head}\n{head}" if self._head else head
            if foot:
                self._foot = f"{self._foot}\n{foot}" if self._foot else foot
            if line:
                self._line = f"{self._line}\n{line}" if self._line else line
        return token

    def _skip(self) -> None:
        self._scanner.skip()

    def _give_comments(self, node: Node) -> None:
        node.head, node.line, node.foot = self._head, self._line, self._foot
        self._head = self._line = self._foot = ""
        self._stem = None

    # ── documents ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def document(self) -> Node | None:
        self._peek()
        self._skip()  # STREAM-START
        token = self._peek()
        if token[0] == STREAM_END:
            return None
        document = Node(DOCUMENT)
        explicit = token[0] in (VERSION_DIRECTIVE, TAG_DIRECTIVE, DOCUMENT_START)
        token = self._directives(token)
        if explicit:
            if token[0] != DOCUMENT_START:
                raise _parser_error("did not find expected <document start>", token)
            self._skip()
            token = self._peek()
        else:
            document.head = self._split_head()
        if explicit and token[0] in _NO_CONTENT:
            self._empty()
        else:
            self._states.append(self._over)
            self._node(True, False)
            while self._states:
                self._state()
        token = self._peek()
        if token[0] == DOCUMENT_END:
            self._skip()
        end = Node(DOCUMENT)
        self._give_comments(end)
        document.foot = end.foot or end.head
        assert self._root is not None
        document.children.append(self._root)
        return document

    def _split_head(self) -> str:
        """Takes from the comments before a document what an empty line parts from the rest: that heads the document itself."""
        head = self._head
        for index in range(len(head) - 1, 0, -1):
            if head[index] == "\n":
                if index == len(head) - 1:
                    self._head = ""
                    return head[:index]
                if head[index - 1] == "\n":
                    self._head = head[index + 1 :]
                    return head[: index - 1]
        return ""

    def _over(self) -> None:
        """The state after the root node: never entered, it ends the loop."""

    def _directives(self, token: Token) -> Token:
        version = False
        handles: dict[str, str] = {}
        while token[0] == VERSION_DIRECTIVE or token[0] == TAG_DIRECTIVE:
            if token[0] == VERSION_DIRECTIVE:
                if version:
                    raise _parser_error("found duplicate %YAML directive", token)
                if token[3] != "1" or token[4] != "1":
                    raise _parser_error("found incompatible YAML document", token)
                version = True
            else:
                if token[3] in handles:
                    raise _parser_error("found duplicate %TAG directive", token)
                handles[token[3]] = token[4]
            self._skip()
            token = self._peek()
        self._handles = {**_DEFAULT_HANDLES, **handles}
        return token

    # ── nodes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _add(self, node: Node) -> None:
        """Puts a node into the innermost collection, and settles whose its foot comment is when it is a key."""
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        children = parent.children
        children.append(node)
        if parent.kind == MAPPING and node.kind not in (MAPPING, SEQUENCE):
            self._settle(parent)

    def _settle(self, parent: Node) -> None:
        """The last child of a mapping is complete: a dedented comment below a key is the foot of the pair before it."""
        children = parent.children
        count = len(children)
        last = children[-1]
        if not last.foot:
            return
        if count % 2:
            if parent.style != FLOW and count > 2:
                children[-3].foot = last.foot
                last.foot = ""
        elif not children[-2].foot:
            children[-2].foot = last.foot
            last.foot = ""

    def _empty(self) -> None:
        """The null that stands where nothing was written. It takes no comments."""
        node = Node(SCALAR, tag=resolve(""))
        node.row = self._peek()[1] + 1
        self._add(node)

    def _collection(self, node: Node, state: Callable[[], None]) -> None:
        self._add(node)
        self._open.append(node)
        self._state = state

    def _end_collection(self, *, comments: bool) -> None:
        node = self._open.pop()
        if comments:
            head = node.head
            self._give_comments(node)
            node.head = head
        if node.kind == MAPPING and node.style != FLOW and node.foot and len(node.children) > 1:
            node.children[-2].foot = node.foot
            node.foot = ""
        if self._open and self._open[-1].kind == MAPPING:
            self._settle(self._open[-1])

    def _pop(self) -> None:
        self._state = self._states.pop()

    def _node(self, block: bool, indentless: bool) -> None:
        token = self._peek()
        kind = token[0]
        if kind == ALIAS:
            self._pop()
            node = Node(ALIAS_NODE, token[3])
            self._give_comments(node)
            self._skip()
            if token[3] not in self._anchors:
                raise YamlError(f"yaml: unknown anchor '{token[3]}' referenced", line=token[1] + 1)
            node.row = token[1] + 1
            node.target = self._anchors[token[3]]
            self._add(node)
            return

        start = token[1]
        anchor = tag = ""
        if kind in (ANCHOR, TAG):
            tagged: Token | None = None
            for _ in range(2):
                if kind == ANCHOR and not anchor:
                    anchor = token[3]
                elif kind == TAG and tagged is None:
                    tagged = token
                else:
                    break
                self._skip()
                token = self._peek()
                kind = token[0]
            if tagged is not None:
                handle, suffix = tagged[3], tagged[4]
                tag = suffix if not handle else self._handles[handle] + suffix if handle in self._handles else ""
                if handle and not tag:
                    raise _parser_error("found undefined tag handle", tagged, start)

        if kind in (PLAIN, QUOTED):
            node = self._scalar(token[3], _STYLES[token[4]], tag)
            self._pop()
            self._give_comments(node)
            self._skip()
            self._name(node, anchor, start)
            self._add(node)
            return
        state: Callable[[], None]
        if indentless and kind == BLOCK_ENTRY:
            node, state = _tag(Node(SEQUENCE, tag=SEQUENCE_TAG), tag), self._indentless_entry
        elif kind == FLOW_SEQUENCE_START:
            node, state = _tag(Node(SEQUENCE, style=FLOW, tag=SEQUENCE_TAG), tag), self._flow_sequence_first
            self._give_comments(node)
        elif kind == FLOW_MAPPING_START:
            node, state = _tag(Node(MAPPING, style=FLOW, tag=MAPPING_TAG), tag), self._flow_mapping_first
            self._give_comments(node)
        elif block and kind == BLOCK_SEQUENCE_START:
            node, state = _tag(Node(SEQUENCE, tag=SEQUENCE_TAG), tag), self._block_sequence_first
            self._give_stem(node)
        elif block and kind == BLOCK_MAPPING_START:
            node, state = _tag(Node(MAPPING, tag=MAPPING_TAG), tag), self._block_mapping_first
            self._give_stem(node)
        elif anchor or tag:
            node = self._scalar("", PLAIN_STYLE, tag)
            self._pop()
            self._name(node, anchor, start)
            self._add(node)
            return
        else:
            raise _parser_error("did not find expected node content", token, start)
        self._name(node, anchor, start)
        # A flow collection's line and foot comments are those at its end; the ones at its start are lost.
        node.line = node.foot = ""
        self._collection(node, state)

    def _scalar(self, text: str, style: int, tag: str) -> Node:
        node = Node(SCALAR, text, style)
        if tag and tag != "!":
            return _tag(node, tag)
        node.tag = STR_TAG if style else MERGE_TAG if text == "<<" else resolve(text)
        return node

    def _name(self, node: Node, anchor: str, line: int) -> None:
        node.row = line + 1
        if anchor:
            node.anchor = anchor
            self._anchors[anchor] = node

    def _give_stem(self, node: Node) -> None:
        if self._stem is not None:
            node.head = self._stem
            self._stem = None

    def _split_stem(self, length: int) -> None:
        """Before a collection in a sequence's entry: the head comment so far heads the collection, not its first item."""
        if not length:
            return
        try:
            kind = self._peek()[0]
        except YamlError:
            # v3 overlooks an error here and scans on, so that it names the next one, if there is one.
            self._peek()
            raise
        if kind in (BLOCK_SEQUENCE_START, BLOCK_MAPPING_START):
            self._stem = self._head[:length]
            self._head = self._head[length + 1 :]

    # ── block collections ────────────────────────────────────────────────────────────────────────────────────────────────

    def _open_mark(self) -> None:
        self._marks.append(self._peek()[1])
        self._skip()

    def _block_sequence_first(self) -> None:
        self._open_mark()
        self._block_sequence_entry()

    def _block_sequence_entry(self) -> None:
        token = self._peek()
        if token[0] == BLOCK_ENTRY:
            length = len(self._head)
            self._skip()
            self._split_stem(length)
            kind = self._peek()[0]
            if kind != BLOCK_ENTRY and kind != BLOCK_END:
                self._states.append(self._block_sequence_entry)
                self._node(True, False)
            else:
                self._state = self._block_sequence_entry
                self._empty()
        elif token[0] == BLOCK_END:
            self._pop()
            self._marks.pop()
            self._skip()
            self._end_collection(comments=False)
        else:
            raise _parser_error("did not find expected '-' indicator", token, self._marks[-1])

    def _indentless_entry(self) -> None:
        if self._peek()[0] == BLOCK_ENTRY:
            length = len(self._head)
            self._skip()
            self._split_stem(length)
            if self._peek()[0] not in _NO_INDENTLESS_NODE:
                self._states.append(self._indentless_entry)
                self._node(True, False)
            else:
                self._state = self._indentless_entry
                self._empty()
        else:
            self._pop()
            self._end_collection(comments=False)

    def _block_mapping_first(self) -> None:
        self._open_mark()
        self._block_mapping_key()

    def _block_mapping_key(self) -> None:
        token = self._peek()
        if token[0] == KEY:
            self._skip()
            if self._peek()[0] not in _NO_MAP_NODE:
                self._states.append(self._block_mapping_value)
                self._node(True, True)
            else:
                self._state = self._block_mapping_value
                self._empty()
        elif token[0] == BLOCK_END:
            self._pop()
            self._marks.pop()
            self._end_collection(comments=True)
            self._skip()
        else:
            raise _parser_error("did not find expected key", token, self._marks[-1])

    def _block_mapping_value(self) -> None:
        if self._peek()[0] == VALUE:
            self._skip()
            if self._peek()[0] not in _NO_MAP_NODE:
                self._states.append(self._block_mapping_key)
                self._node(True, True)
                return
        self._state = self._block_mapping_key
        self._empty()

    # ── flow collections ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _flow_sequence_first(self) -> None:
        self._open_mark()
        self._flow_sequence_item(self._peek())

    def _flow_sequence_entry(self) -> None:
        token = self._peek()
        if token[0] != FLOW_SEQUENCE_END:
            if token[0] != FLOW_ENTRY:
                raise _parser_error("did not find expected ',' or ']'", token, self._marks[-1])
            self._skip()
            token = self._peek()
        self._flow_sequence_item(token)

    def _flow_sequence_item(self, token: Token) -> None:
        if token[0] == KEY:
            self._collection(Node(MAPPING, style=FLOW, tag=MAPPING_TAG), self._flow_pair_key)
            self._skip()
        elif token[0] != FLOW_SEQUENCE_END:
            self._states.append(self._flow_sequence_entry)
            self._node(False, False)
        else:
            self._end_flow()

    def _end_flow(self) -> None:
        self._pop()
        self._marks.pop()
        self._end_collection(comments=True)
        self._skip()

    def _flow_pair_key(self) -> None:
        """The key of a pair in a sequence, `[a: b]`."""
        token = self._peek()
        if token[0] != VALUE and token[0] != FLOW_ENTRY and token[0] != FLOW_SEQUENCE_END:
            self._states.append(self._flow_pair_value)
            self._node(False, False)
        else:
            # go-yaml steps over this token, which is thus lost.
            self._skip()
            self._state = self._flow_pair_value
            self._empty()

    def _flow_pair_value(self) -> None:
        if self._peek()[0] == VALUE:
            self._skip()
            following = self._peek()[0]
            if following != FLOW_ENTRY and following != FLOW_SEQUENCE_END:
                self._states.append(self._flow_pair_end)
                self._node(False, False)
                return
        self._state = self._flow_pair_end
        self._empty()

    def _flow_pair_end(self) -> None:
        self._peek()
        self._state = self._flow_sequence_entry
        self._end_collection(comments=False)

    def _flow_mapping_first(self) -> None:
        self._open_mark()
        self._flow_mapping_item(self._peek())

    def _flow_mapping_key(self) -> None:
        token = self._peek()
        if token[0] != FLOW_MAPPING_END:
            if token[0] != FLOW_ENTRY:
                raise _parser_error("did not find expected ',' or '}'", token, self._marks[-1])
            self._skip()
            token = self._peek()
        self._flow_mapping_item(token)

    def _flow_mapping_item(self, token: Token) -> None:
        if token[0] == KEY:
            self._skip()
            token = self._peek()
            if token[0] != VALUE and token[0] != FLOW_ENTRY and token[0] != FLOW_MAPPING_END:
                self._states.append(self._flow_mapping_value)
                self._node(False, False)
            else:
                self._state = self._flow_mapping_value
                self._empty()
        elif token[0] != FLOW_MAPPING_END:
            self._states.append(self._flow_mapping_no_value)
            self._node(False, False)
        else:
            self._end_flow()

    def _flow_mapping_value(self) -> None:
        if self._peek()[0] == VALUE:
            self._skip()
            following = self._peek()[0]
            if following != FLOW_ENTRY and following != FLOW_MAPPING_END:
                self._states.append(self._flow_mapping_key)
                self._node(False, False)
                return
        self._state = self._flow_mapping_key
        self._empty()

    def _flow_mapping_no_value(self) -> None:
        self._peek()
        self._state = self._flow_mapping_key
        self._empty()


def _tag(node: Node, tag: str) -> Node:
    if tag and tag != "!":
        node.tag = short_tag(tag)
        node.tagged = True
    return node
