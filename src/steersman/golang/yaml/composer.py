"""Tokens become the nodes of one document: go-yaml's parser (parserc.go) and node builder (decode.go, parser) in one.

A machine of states, not a recursive descent: hostile nesting costs memory in proportion, never Python's stack. Every node
keeps its line and column. An alias must name an anchor already seen, and may name a node that is still open.

Only the first document of a text is composed; what follows it is never looked at, as in go-yaml's Unmarshal.
"""

from __future__ import annotations

from steersman.golang.yaml.errors import YamlError, parser_error
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
    Scanner,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.golang.yaml.scanner import Token

SCALAR_NODE, SEQUENCE_NODE, MAPPING_NODE, ALIAS_NODE = range(4)

TAG_PREFIX = "tag:yaml.org,2002:"
_DEFAULT_HANDLES = {"!": "!", "!!": TAG_PREFIX}
_BEFORE_CONTENT = frozenset((VERSION_DIRECTIVE, TAG_DIRECTIVE, DOCUMENT_START, DOCUMENT_END, STREAM_END))
_NO_MAP_NODE = frozenset((KEY, VALUE, BLOCK_END))
_NO_INDENTLESS_NODE = frozenset((BLOCK_ENTRY, KEY, VALUE, BLOCK_END))


class Node:
    """A node of a document. `children` of a mapping are its keys and values in turn; `target` is what an alias names.

    `implicit` is whether a scalar was written plain (or tagged `!`), so that its text decides what it is. Lines and columns
    count from 0.
    """

    __slots__ = ("children", "column", "implicit", "kind", "line", "tag", "target", "value")

    def __init__(self, kind: int, line: int, column: int, tag: str = "", value: str = "", implicit: bool = False) -> None:
        self.kind = kind
        self.line = line
        self.column = column
        self.tag = tag
        self.value = value
        self.implicit = implicit
        self.children: list[Node] = []
        self.target: Node | None = None


def compose(text: str, reader_problem: str = "") -> Node | None:
    """The root node of the first document of a text that `reader.read` gave; None when there is no document.

    Raises YamlError as go-yaml words it.
    """
    return _Composer(Scanner(text, reader_problem)).document()


def compose_collection(scanner: Scanner) -> Node:
    """The flow collection that starts a scanner's text, and not a token more. Raises YamlError, for anchors as well."""
    composer = _Composer(scanner)
    node = composer.node()
    if composer.anchored or node is None:
        raise YamlError("yaml: an anchor has its document as its scope")
    return node


class _Composer:
    __slots__ = ("_anchors", "_handles", "_open", "_peek", "_root", "_skip", "_state", "_states")

    def __init__(self, scanner: Scanner) -> None:
        self._peek = scanner.peek
        self._skip = scanner.skip
        self._handles: dict[str, str] = {}
        self._anchors: dict[str, Node] = {}
        self._root: Node | None = None
        self._open: list[Node] = []  # the collections not yet ended
        self._states: list[Callable[[], None]] = []  # where to go on when the current node is over
        self._state: Callable[[], None] = self._document_end

    def document(self) -> Node | None:
        token = self._peek()
        if token[0] in _BEFORE_CONTENT and token[0] != DOCUMENT_END:
            if token[0] == STREAM_END:
                return None
            token = self._directives(token)
            if token[0] != DOCUMENT_START:
                raise parser_error("did not find expected <document start>", token[1], token[2])
            self._skip()
            token = self._peek()
            explicit = True
        else:
            self._handles = _DEFAULT_HANDLES
            explicit = False
        if explicit and token[0] in _BEFORE_CONTENT:
            self._add(Node(SCALAR_NODE, token[1], token[2], implicit=True))
        else:
            self.node()
        # Go asks for the end of the document, and with it for one more token, before it decodes.
        self._peek()
        return self._root

    def node(self) -> Node | None:
        """Composes one node with all that is in it."""
        self._states.append(self._document_end)
        self._node(True, False)
        while self._states:
            self._state()
        return self._root

    @property
    def anchored(self) -> bool:
        return bool(self._anchors)

    def _document_end(self) -> None:
        """The state after the root node: never entered, it ends the loop."""

    def _directives(self, token: Token) -> Token:
        version = False
        handles: dict[str, str] = {}
        while token[0] == VERSION_DIRECTIVE or token[0] == TAG_DIRECTIVE:
            if token[0] == VERSION_DIRECTIVE:
                if version:
                    raise parser_error("found duplicate %YAML directive", token[1], token[2])
                if token[3] != "1" or token[4] != "1":
                    raise parser_error("found incompatible YAML document", token[1], token[2])
                version = True
            else:
                if token[3] in handles:
                    raise parser_error("found duplicate %TAG directive", token[1], token[2])
                handles[token[3]] = token[4]
            self._skip()
            token = self._peek()
        self._handles = {**_DEFAULT_HANDLES, **handles}
        return token

    # ── nodes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node

    def _empty(self, line: int, column: int) -> None:
        """The null that stands where nothing was written."""
        self._add(Node(SCALAR_NODE, line, column, implicit=True))

    def _collection(self, node: Node, state: Callable[[], None]) -> None:
        self._add(node)
        self._open.append(node)
        self._state = state

    def _pop(self) -> None:
        """The current node is over."""
        self._state = self._states.pop()

    def _node(self, block: bool, indentless: bool) -> None:
        """Parses a node, or the start of one that is a collection."""
        token = self._peek()
        kind = token[0]
        line, column = token[1], token[2]
        if kind == ALIAS:
            self._pop()
            target = self._anchors.get(token[3])
            if target is None:
                raise YamlError(f"yaml: unknown anchor '{token[3]}' referenced", line=line + 1)
            node = Node(ALIAS_NODE, line, column, value=token[3])
            node.target = target
            self._add(node)
            self._skip()
            return

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
                    raise parser_error("found undefined tag handle", tagged[1], tagged[2])

        if kind in (PLAIN, QUOTED):
            implicit = (not tag and kind == PLAIN) or tag == "!"
            node = Node(SCALAR_NODE, line, column, tag, token[3], implicit)
            if anchor:
                self._anchors[anchor] = node
            self._pop()
            self._add(node)
            self._skip()
            return
        state: Callable[[], None]
        if indentless and kind == BLOCK_ENTRY:
            node, state = Node(SEQUENCE_NODE, line, column, tag), self._indentless_entry
        elif kind == FLOW_SEQUENCE_START:
            node, state = Node(SEQUENCE_NODE, line, column, tag), self._flow_sequence_first
        elif kind == FLOW_MAPPING_START:
            node, state = Node(MAPPING_NODE, line, column, tag), self._flow_mapping_first
        elif block and kind == BLOCK_SEQUENCE_START:
            node, state = Node(SEQUENCE_NODE, line, column, tag), self._block_sequence_first
        elif block and kind == BLOCK_MAPPING_START:
            node, state = Node(MAPPING_NODE, line, column, tag), self._block_mapping_first
        elif anchor or tag:
            node = Node(SCALAR_NODE, line, column, tag, "", not tag)
            if anchor:
                self._anchors[anchor] = node
            self._pop()
            self._add(node)
            return
        else:
            raise parser_error("did not find expected node content", token[1], token[2])
        if anchor:
            self._anchors[anchor] = node
        self._collection(node, state)

    def _end_collection(self) -> None:
        self._open.pop()
        self._pop()

    # ── block collections ────────────────────────────────────────────────────────────────────────────────────────────────

    def _block_sequence_first(self) -> None:
        self._skip()
        self._block_sequence_entry()

    def _block_sequence_entry(self) -> None:
        token = self._peek()
        if token[0] == BLOCK_ENTRY:
            self._skip()
            kind = self._peek()[0]
            if kind != BLOCK_ENTRY and kind != BLOCK_END:
                self._states.append(self._block_sequence_entry)
                self._node(True, False)
            else:
                self._state = self._block_sequence_entry
                self._empty(token[1], token[2] + 1)
        elif token[0] == BLOCK_END:
            self._end_collection()
            self._skip()
        else:
            raise parser_error("did not find expected '-' indicator", token[1], token[2])

    def _indentless_entry(self) -> None:
        token = self._peek()
        if token[0] == BLOCK_ENTRY:
            self._skip()
            if self._peek()[0] not in _NO_INDENTLESS_NODE:
                self._states.append(self._indentless_entry)
                self._node(True, False)
            else:
                self._state = self._indentless_entry
                self._empty(token[1], token[2] + 1)
        else:
            self._end_collection()

    def _block_mapping_first(self) -> None:
        self._skip()
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
                self._empty(token[1], token[2])
        elif token[0] == BLOCK_END:
            self._end_collection()
            self._skip()
        else:
            raise parser_error("did not find expected key", token[1], token[2])

    def _block_mapping_value(self) -> None:
        token = self._peek()
        if token[0] == VALUE:
            self._skip()
            if self._peek()[0] not in _NO_MAP_NODE:
                self._states.append(self._block_mapping_key)
                self._node(True, True)
                return
        self._state = self._block_mapping_key
        self._empty(token[1], token[2])

    # ── flow collections ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _flow_sequence_first(self) -> None:
        self._skip()
        self._flow_sequence_item(self._peek())

    def _flow_sequence_entry(self) -> None:
        token = self._peek()
        if token[0] != FLOW_SEQUENCE_END:
            if token[0] != FLOW_ENTRY:
                raise parser_error("did not find expected ',' or ']'", token[1], token[2])
            self._skip()
            token = self._peek()
        self._flow_sequence_item(token)

    def _flow_sequence_item(self, token: Token) -> None:
        if token[0] == KEY:
            self._collection(Node(MAPPING_NODE, token[1], token[2]), self._flow_pair_key)
            self._skip()
        elif token[0] != FLOW_SEQUENCE_END:
            self._states.append(self._flow_sequence_entry)
            self._node(False, False)
        else:
            self._end_collection()
            self._skip()

    def _flow_pair_key(self) -> None:
        """The key of a pair in a sequence, `[a: b]`."""
        token = self._peek()
        if token[0] != VALUE and token[0] != FLOW_ENTRY and token[0] != FLOW_SEQUENCE_END:
            self._states.append(self._flow_pair_value)
            self._node(False, False)
        else:
            # go-yaml steps over this token, which is thus lost: `[? : b]` is not what it seems.
            self._skip()
            self._state = self._flow_pair_value
            self._empty(token[1], token[2])

    def _flow_pair_value(self) -> None:
        token = self._peek()
        if token[0] == VALUE:
            self._skip()
            following = self._peek()[0]
            if following != FLOW_ENTRY and following != FLOW_SEQUENCE_END:
                self._states.append(self._flow_pair_end)
                self._node(False, False)
                return
        self._state = self._flow_pair_end
        self._empty(token[1], token[2])

    def _flow_pair_end(self) -> None:
        self._peek()
        self._open.pop()
        self._state = self._flow_sequence_entry

    def _flow_mapping_first(self) -> None:
        self._skip()
        self._flow_mapping_item(self._peek())

    def _flow_mapping_key(self) -> None:
        token = self._peek()
        if token[0] != FLOW_MAPPING_END:
            if token[0] != FLOW_ENTRY:
                raise parser_error("did not find expected ',' or '}'", token[1], token[2])
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
                self._empty(token[1], token[2])
        elif token[0] != FLOW_MAPPING_END:
            self._states.append(self._flow_mapping_no_value)
            self._node(False, False)
        else:
            self._end_collection()
            self._skip()

    def _flow_mapping_value(self) -> None:
        token = self._peek()
        if token[0] == VALUE:
            self._skip()
            following = self._peek()
            if following[0] != FLOW_ENTRY and following[0] != FLOW_MAPPING_END:
                self._states.append(self._flow_mapping_key)
                self._node(False, False)
                return
            token = following
        self._state = self._flow_mapping_key
        self._empty(token[1], token[2])

    def _flow_mapping_no_value(self) -> None:
        """After a key without ':', `{a, b: c}`."""
        token = self._peek()
        self._state = self._flow_mapping_key
        self._empty(token[1], token[2])
