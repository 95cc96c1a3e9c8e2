"""Nodes become text in go-yaml v3's layout (encode.go, node; emitterc.go), with indentation 2 as kyaml sets it.

    writer = Writer(); writer.document(node); …; writer.text()

Nodes become events, taken by a machine of states, so nesting costs no recursion. The pen below knows the little that v3's layout
depends on: the column, whether what was written last was white space or indentation, and where a foot comment ended, which
parts it from what follows by an empty line. Comments wait in the pen until a place comes that can show them; where two want
the same place, the later one wins, as it does in v3.
"""

from __future__ import annotations

import re

from steersman.golang.yaml.nodes import (
    ALIAS,
    DOCUMENT,
    DOUBLE,
    FLOW,
    FOLDED,
    LITERAL,
    MAPPING,
    MAPPING_TAG,
    SCALAR,
    SEQUENCE,
    SEQUENCE_TAG,
    SINGLE,
    STR_TAG,
    Node,
    long_tag,
    resolve,
)
from steersman.golang.yaml.nodes import PLAIN as PLAIN_STYLE
from steersman.golang.yaml.resolver import TAG_PREFIX
from steersman.golang.yaml.scalars import double_quoted, is_special

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    State = Callable[[int, Node], None]

INDENT = 2
MAX_SIMPLE_KEY = 128
"""How many bytes a key may have, with its anchor and tag, to do without `?`."""

START, END = range(2)

_BREAKS = "\n\r\x85\u2028\u2029"
_BLANKZ = " \t\0" + _BREAKS
_break_runs = re.compile(f"[{_BREAKS}]+")
_lines = re.compile(f"[^{_BREAKS}]+|[{_BREAKS}]").findall
_comment_like = re.compile(f"[{_BLANKZ}]#").search
_safe = r"[A-Z0-9!\"$-+\-./;<=>@\\^-z|~]"
_everywhere_plain = re.compile(rf"[A-Za-z0-9_/$(;<=\\^)+.~](?:{_safe}++| ++(?={_safe}))*+\Z").match
_tag_bytes = frozenset(b"-_;/?:@&=+$,.~*'()[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


class _Analysis:
    """What a scalar's text allows."""

    __slots__ = ("block", "block_plain", "flow_plain", "multiline", "single")

    def __init__(self, text: str) -> None:
        self.multiline = False
        self.flow_plain = self.block_plain = self.single = self.block = True
        if not text:
            self.flow_plain = self.block = False
            return
        if _everywhere_plain(text) and not text.startswith("..."):
            return
        first, last = text[0], text[-1]
        flow = block = text.startswith(("---", "..."))
        followed = len(text) == 1 or text[1] in " \t"
        if first in "#,[]{}&*!|>'\"%@`" or (first == "-" and followed):
            flow = block = True
        elif first in "?:":
            flow = True
            block = block or followed
        if not flow and any(char in ",?[]{}:" for char in text[1:]):
            flow = True
        if not block and ((last == ":" and len(text) > 1) or ": " in text[1:] or ":\t" in text[1:]):
            block = True
        if "#" in text and _comment_like(text):
            flow = block = True
        tabs = "\t" in text
        special = is_special(text.replace("\t", "") if tabs else text)
        runs = list(_break_runs.finditer(text))
        self.multiline = bool(runs)
        break_space = any(text[run.end() : run.end() + 1] == " " for run in runs)
        space_break = any(text[run.start() - 1] == " " for run in runs if run.start())
        if first == " " or last == " " or runs:
            self.flow_plain = self.block_plain = False
        if last == " ":
            self.block = False
        if break_space:
            self.flow_plain = self.block_plain = self.single = False
        if space_break or tabs or special:
            self.flow_plain = self.block_plain = self.single = False
        if space_break or special:
            self.block = False
        if flow:
            self.flow_plain = False
        if block:
            self.block_plain = False


class Writer:
    """Writes documents one after the other, each but the first after `---`."""

    __slots__ = (
        "_analysis",
        "_column",
        "_compact",
        "_flow_level",
        "_foot",
        "_foot_indent",
        "_forced",
        "_handle",
        "_head",
        "_indent",
        "_indention",
        "_indents",
        "_key_line",
        "_line",
        "_mapping_context",
        "_parts",
        "_state",
        "_states",
        "_suffix",
        "_tail",
        "_whitespace",
    )

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._column = 0
        self._whitespace = True
        self._indention = True
        self._foot_indent = -1  # the indentation of the foot comment just written
        self._indent = -1
        self._indents: list[int] = []
        self._flow_level = 0
        self._mapping_context = False
        self._compact = True
        self._head = self._line = self._foot = self._tail = self._key_line = ""
        self._state: State = self._root
        self._states: list[State] = []
        self._handle = self._suffix = ""
        self._forced = False
        self._analysis = _Analysis("")

    def text(self) -> str:
        return "".join(self._parts)

    def document(self, node: Node, *, compact: bool = True) -> None:
        """Writes a document, or a node as the root of one. Where `compact`, a sequence in a mapping is not indented."""
        self._compact = compact
        whole = node.kind == DOCUMENT
        if whole and node.head:
            self._head = node.head
        if self._parts:
            self._write_indent()
            self._indicator("---", True)
            self._write_indent()
        if self._head:
            self._process_head()
            self._put_break()
        self._state = self._root
        for event, part, tail, foot in _events(node.children[0] if whole else node):
            self._take_comments(event, part, tail, foot)
            if event != END:
                self._take_tag(part)
            self._state(event, part)
        if whole and node.foot:
            self._foot = node.foot
        self._foot_indent = 0
        self._process_foot()
        self._foot_indent = -1
        self._write_indent()

    # ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take_comments(self, event: int, node: Node, tail: str, foot: str) -> None:
        """Puts the comments of an event where they wait. A collection's line and foot comments come with its end."""
        if event == START and node.head:
            self._head = node.head
        if tail:
            self._tail = tail
        if event == END or node.kind == SCALAR or node.kind == ALIAS:
            if node.line:
                self._line = node.line
            if foot:
                self._foot = foot

    def _take_tag(self, node: Node) -> None:
        """Decides whether a node's tag must be said, or its text quoted to mean what it should."""
        self._handle = self._suffix = ""
        self._forced = False
        kind = node.kind
        if kind == ALIAS:
            return
        if kind == SCALAR:
            self._analysis = _Analysis(node.value)
        tag = node.tag
        if not tag:
            return
        if not node.tagged:
            if kind in (MAPPING, SEQUENCE):
                if tag == (MAPPING_TAG if kind == MAPPING else SEQUENCE_TAG):
                    return
            elif (tag == STR_TAG and node.style not in (PLAIN_STYLE, FLOW)) or resolve(node.value) == tag:
                return
            elif tag == STR_TAG:
                self._forced = True
                return
        tag = long_tag(tag)
        if tag.startswith("!"):
            self._handle, self._suffix = "!", tag[1:]
        elif tag.startswith(TAG_PREFIX):
            self._handle, self._suffix = "!!", tag[len(TAG_PREFIX) :]
        else:
            self._suffix = tag

    # ── the pen ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._column += len(text)

    def _put_break(self, char: str = "\n") -> None:
        self._parts.append(char)
        self._column = 0
        self._indention = True

    def _write_indent(self) -> None:
        indent = max(self._indent, 0)
        if not self._indention or self._column > indent or (self._column == indent and not self._whitespace):
            self._put_break()
        if self._foot_indent == indent:
            self._put_break()
        if self._column < indent:
            self._put(" " * (indent - self._column))
        self._whitespace = True
        self._foot_indent = -1

    def _indicator(self, text: str, apart: bool, *, whitespace: bool = False, indention: bool = False) -> None:
        if apart and not self._whitespace:
            self._put(" ")
        self._put(text)
        self._whitespace = whitespace
        self._indention = self._indention and indention

    def _increase_indent(self, *, flow: bool = False, compact: bool = False) -> None:
        self._indents.append(self._indent)
        if self._indent < 0:
            self._indent = INDENT if flow else 0
        elif self._states and self._states[-1] == self._sequence_item:
            self._indent += 2  # past the "- "
        else:
            self._indent = INDENT * ((self._indent + INDENT) // INDENT) - (2 if compact else 0)

    # ── comments ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _process_head(self) -> None:
        if self._tail:
            self._write_indent()
            self._write_comment(self._tail)
            self._tail = ""
            self._foot_indent = max(self._indent, 0)
        if self._head:
            self._write_indent()
            self._write_comment(self._head)
            self._head = ""

    def _process_line(self, *, line_break: bool = False) -> None:
        if not self._line:
            if line_break:
                self._put_break()
            return
        if not self._whitespace:
            self._put(" ")
        self._write_comment(self._line)
        self._line = ""

    def _process_foot(self) -> None:
        if not self._foot:
            return
        self._write_indent()
        self._write_comment(self._foot)
        self._foot = ""
        self._foot_indent = max(self._indent, 0)

    def _process_line_and_foot(self) -> None:
        if self._line:
            self._process_line()
        if self._foot:
            self._process_foot()

    def _write_comment(self, comment: str) -> None:
        breaks = pound = False
        for part in _lines(comment):
            if part in _BREAKS:
                self._put_break(part)
                breaks, pound = True, False
                continue
            if breaks:
                self._write_indent()
            if not pound and part[0] != "#":
                self._put("# ")
            pound = True
            self._put(part)
            self._indention = False
            breaks = False
        if not breaks:
            self._put_break()
        self._whitespace = True

    # ── states: each takes the next event, and says by _state and _states who takes those after it ────────────────────────

    def _pop(self) -> None:
        self._state = self._states.pop()

    def _dedent(self) -> None:
        self._indent = self._indents.pop()

    def _root(self, event: int, node: Node) -> None:
        self._states.append(self._root)
        self._process_head()
        self._node(node)
        self._process_line_and_foot()

    def _node(self, node: Node, *, mapping: bool = False, key: bool = False) -> None:
        """A scalar or an alias, or the start of a collection."""
        self._mapping_context = mapping
        if node.kind == ALIAS:
            self._indicator("*", True)
            self._put_name(node.value)
            self._pop()
            return
        if node.kind == SCALAR:
            style = self._scalar_style(node, key)
        if node.anchor:
            self._indicator("&", True)
            self._put_name(node.anchor)
        if self._handle or self._suffix:
            self._put_tag()
        if node.kind == SCALAR:
            self._increase_indent(flow=True)
            _WRITE[style](self, node.value)
            self._dedent()
            self._pop()
            return
        flow = self._flow_level or node.style == FLOW or not node.children
        if node.kind == SEQUENCE:
            self._state = self._flow_sequence_first if flow else self._sequence_first
        else:
            self._state = self._flow_mapping_first if flow else self._mapping_first

    def _put_name(self, name: str) -> None:
        self._put(name)
        self._whitespace = self._indention = False

    def _put_tag(self) -> None:
        handle = self._handle or "!<"
        if not self._whitespace:
            self._put(" ")
        self._put_name(handle)
        if self._suffix:
            data = self._suffix.encode("utf-8", "surrogateescape")
            self._put_name("".join([chr(octet) if octet in _tag_bytes else f"%{octet:02X}" for octet in data]))
        if not self._handle:
            self._indicator(">", False)

    def _is_simple_key(self, node: Node) -> bool:
        if node.kind == SCALAR:
            if self._analysis.multiline:
                return False
        elif node.kind == ALIAS:
            return _size(node.value) <= MAX_SIMPLE_KEY
        elif node.children:
            return False
        return _size(node.anchor) + _size(self._handle) + _size(self._suffix) + _size(node.value) <= MAX_SIMPLE_KEY

    def _any_comment_behind(self) -> bool:
        return bool(self._line or self._foot or self._tail)

    # Block collections.

    def _sequence_first(self, event: int, node: Node) -> None:
        self._increase_indent(compact=self._mapping_context and (self._column == 0 or not self._indention) and self._compact)
        self._sequence_item(event, node)

    def _sequence_item(self, event: int, node: Node) -> None:
        if event == END:
            self._dedent()
            self._pop()
            return
        self._process_head()
        self._write_indent()
        self._indicator("-", True, indention=True)
        self._states.append(self._sequence_item)
        self._node(node)
        self._process_line_and_foot()

    def _mapping_first(self, event: int, node: Node) -> None:
        self._increase_indent()
        self._mapping_key(event, node)

    def _mapping_key(self, event: int, node: Node) -> None:
        self._process_head()
        if event == END:
            self._dedent()
            self._pop()
            return
        self._write_indent()
        if self._line:
            # A key has no line of its own, its value takes the comment.
            self._key_line, self._line = self._line, ""
        if self._is_simple_key(node):
            self._states.append(self._mapping_simple_value)
            self._node(node, mapping=True, key=True)
        else:
            self._indicator("?", True, indention=True)
            self._states.append(self._mapping_value)
            self._node(node, mapping=True)

    def _mapping_simple_value(self, event: int, node: Node) -> None:
        self._indicator(":", False)
        self._block_value(node)

    def _mapping_value(self, event: int, node: Node) -> None:
        self._write_indent()
        self._indicator(":", True, indention=True)
        self._block_value(node)

    def _block_value(self, node: Node) -> None:
        if self._key_line:
            if node.kind == SCALAR:
                if not self._line:
                    self._line, self._key_line = self._key_line, ""
            elif node.kind != ALIAS and node.style != FLOW:
                self._line, self._key_line = self._key_line, self._line
                self._process_line()
                self._line, self._key_line = self._key_line, self._line
        self._states.append(self._mapping_key)
        self._node(node, mapping=True)
        self._process_line_and_foot()

    # Flow collections.

    def _flow_start(self, bracket: str) -> None:
        self._indicator(bracket, True, whitespace=True)
        self._increase_indent(flow=True)
        self._flow_level += 1

    def _flow_end(self, bracket: str) -> None:
        self._indicator(bracket, False)
        self._process_line_and_foot()
        self._pop()

    def _flow_sequence_first(self, event: int, node: Node) -> None:
        self._flow_start("[")
        self._flow_item(event, node)

    def _flow_sequence_next(self, event: int, node: Node) -> None:
        if event != END:
            self._indicator(",", False)
        self._flow_item(event, node)

    def _flow_item(self, event: int, node: Node) -> None:
        """An item, or the end, once the comma before it is written."""
        if event == END:
            self._flow_level -= 1
            self._dedent()
            if self._column == 0:
                self._write_indent()
            self._flow_end("]")
            return
        self._process_head()
        if self._column == 0:
            self._write_indent()
        # An item with comments has its comma before them.
        self._states.append(self._flow_item if self._any_comment_behind() else self._flow_sequence_next)
        self._node(node)
        if self._any_comment_behind():
            self._indicator(",", False)
        self._process_line_and_foot()

    def _flow_mapping_first(self, event: int, node: Node) -> None:
        self._flow_start("{")
        self._flow_key(event, node)

    def _flow_mapping_next(self, event: int, node: Node) -> None:
        if event != END or self._head or self._foot or self._tail:
            self._indicator(",", False)
        self._flow_key(event, node)

    def _flow_key(self, event: int, node: Node) -> None:
        """A key, or the end, once the comma before it is written."""
        self._process_head()
        if event == END:
            self._flow_level -= 1
            self._dedent()
            self._flow_end("}")
            return
        if self._column == 0:
            self._write_indent()
        if self._is_simple_key(node):
            self._states.append(self._flow_simple_value)
            self._node(node, mapping=True, key=True)
        else:
            self._indicator("?", True)
            self._states.append(self._flow_value)
            self._node(node, mapping=True)

    def _flow_simple_value(self, event: int, node: Node) -> None:
        self._indicator(":", False)
        self._flow_pair_value(node)

    def _flow_value(self, event: int, node: Node) -> None:
        self._indicator(":", True)
        self._flow_pair_value(node)

    def _flow_pair_value(self, node: Node) -> None:
        self._states.append(self._flow_key if self._any_comment_behind() else self._flow_mapping_next)
        self._node(node, mapping=True)
        if self._any_comment_behind():
            self._indicator(",", False)
        self._process_line_and_foot()

    # ── scalars ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _scalar_style(self, node: Node, key: bool) -> int:
        found = self._analysis
        style = node.style
        if style in (PLAIN_STYLE, FLOW):
            style = LITERAL if "\n" in node.value else DOUBLE if self._forced else PLAIN_STYLE
        if key and found.multiline:
            style = DOUBLE
        if style == PLAIN_STYLE and (
            not (found.flow_plain if self._flow_level else found.block_plain) or (not node.value and (self._flow_level or key))
        ):
            style = SINGLE
        if style == SINGLE and not found.single:
            style = DOUBLE
        if style in (LITERAL, FOLDED) and (not found.block or self._flow_level or key):
            style = DOUBLE
        return style

    def _write_plain(self, text: str) -> None:
        if text:
            if not self._whitespace:
                self._put(" ")
            self._write_lines(text)
            self._whitespace = False
        self._indention = False

    def _write_single(self, text: str) -> None:
        self._indicator("'", True)
        self._write_lines(text.replace("'", "''"))
        self._indicator("'", False)
        self._whitespace = self._indention = False

    def _write_lines(self, text: str) -> None:
        """A text in which a line break is said by two."""
        breaks = False
        for part in _lines(text):
            if part in _BREAKS:
                if not breaks and part == "\n":
                    self._put_break()
                self._put_break(part)
                breaks = True
            else:
                if breaks:
                    self._write_indent()
                self._put(part)
                self._indention = breaks = False

    def _write_double(self, text: str) -> None:
        if not self._whitespace:
            self._put(" ")
        self._put(double_quoted(text))
        self._whitespace = self._indention = False

    def _block_hints(self, text: str) -> None:
        if text[0] == " " or text[0] in _BREAKS:
            self._indicator(str(INDENT), False)
        if text[-1] not in _BREAKS:
            self._indicator("-", False)
        elif len(text) == 1 or text[-2] in _BREAKS:
            self._indicator("+", False)

    def _write_literal(self, text: str) -> None:
        self._indicator("|", True)
        self._block_hints(text)
        self._process_line(line_break=True)
        self._whitespace = True
        breaks = True
        for part in _lines(text):
            if part in _BREAKS:
                self._put_break(part)
                breaks = True
            else:
                if breaks:
                    self._write_indent()
                self._put(part)
                self._indention = breaks = False

    def _write_folded(self, text: str) -> None:
        self._indicator(">", True)
        self._block_hints(text)
        self._process_line(line_break=True)
        self._whitespace = True
        # v3 looks at the start of the text, not of the line, to see whether what follows a break is indented.
        start = text.lstrip(_BREAKS)[:1]
        doubled = bool(start) and start not in _BLANKZ
        breaks = leading = True
        for part in _lines(text):
            if part in _BREAKS:
                if not breaks and not leading and part == "\n" and doubled:
                    self._put_break()
                self._put_break(part)
                breaks = True
            else:
                if breaks:
                    self._write_indent()
                    leading = part[0] in " \t"
                self._put(part)
                self._indention = breaks = False


_WRITE: dict[int, Callable[[Writer, str], None]] = {
    PLAIN_STYLE: Writer._write_plain,
    SINGLE: Writer._write_single,
    DOUBLE: Writer._write_double,
    LITERAL: Writer._write_literal,
    FOLDED: Writer._write_folded,
}


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


def _events(root: Node) -> Iterator[tuple[int, Node, str, str]]:
    """(START or END, node, the foot comment of the key before it, its own foot comment) of a node and all in it.

    The foot comment of a key stands behind its value, so it goes to the next key, or to the end of the mapping.
    """
    # What is to come, last one next: nodes, and the collections to end.
    todo: list[tuple[int, Node, str, str]] = [(START, root, "", root.foot)]
    while todo:
        entry = todo.pop()
        event, node, tail, _ = entry
        if event == END or node.kind == SCALAR:
            yield entry
            continue
        if node.kind == ALIAS:
            yield START, node, "", node.foot
            continue
        children = node.children
        if node.kind == SEQUENCE:
            yield START, node, "", ""
            todo.append((END, node, "", node.foot))
            todo.extend([(START, child, "", child.foot) for child in reversed(children)])
            continue
        yield START, node, tail, ""
        inner: list[tuple[int, Node, str, str]] = []
        below = ""
        for index in range(0, len(children) - 1, 2):
            key, value = children[index], children[index + 1]
            inner.append((START, key, below, ""))
            inner.append((START, value, "", value.foot))
            below = key.foot
        inner.append((END, node, below, node.foot))
        todo.extend(reversed(inner))
