"""The scanner of go-yaml v3: that of v2, and it keeps the comments (scannerc.go, the parts marked [Go]).

A comment belongs to a token. When it is found, the tokens around it are not all known, so it is noted with the position
that a token must reach for the comment to be its (`token`), and whoever takes tokens collects what lies behind them:

- a *line* comment follows a token on its line;
- a *head* comment stands in the lines before one;
- a *foot* comment stands in the lines after one, at the same indentation, before an empty line or a dedent.

To know of feet in time, a token is handed out only when two more lie behind it. The end of a block moves back before the
comments that stand at its parents' indentation, so that they become feet of what ended, not heads of what follows.

v3's errors name the line of what was being scanned, where v2's name the line that was reached.
"""

from __future__ import annotations

import re

from steersman.golang.yaml.errors import YamlError
from steersman.golang.yaml.scanner import (
    BLOCK_END,
    BLOCK_ENTRY,
    BLOCK_SEQUENCE_START,
    BREAKS,
    DOCUMENT_END,
    DOCUMENT_START,
    FLOW_ENTRY,
    STREAM_END,
    TAG_DIRECTIVE,
    VALUE,
    VERSION_DIRECTIVE,
    Scanner,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.golang.yaml.scanner import Token, _SimpleKey

STREAM_START = 21
"""The token before all others: v3 looks two tokens ahead from it, too."""

LOOK_AHEAD = 512
"""How many blank characters are looked through for the next line of a comment."""

SINGLE_QUOTED, DOUBLE_QUOTED, LITERAL, FOLDED = "'", '"', "|", ">"
"""The style of a scalar, in its token's detail; a plain scalar has none there."""

_BREAKZ = BREAKS + "\0"
_WIDE_BREAKS = "\u2028\u2029"
_CONTENT = "\x80"
_NO_LINE_COMMENT = frozenset(
    (STREAM_END, DOCUMENT_START, DOCUMENT_END, VERSION_DIRECTIVE, TAG_DIRECTIVE, BLOCK_ENTRY, STREAM_START)
)
_line_ends = re.compile(f"[{BREAKS}]").finditer
_to_line_end = re.compile(f"[^{_BREAKZ}]*").match
_blanks = re.compile("[ \t]*").match
_spaces = re.compile(" *").match
_line_comment = re.compile(f"[ \t]{{0,{LOOK_AHEAD - 1}}}(#[^{_BREAKZ}]*)").match


class Comment:
    """A comment and its marks: `token` the position of what it belongs to, `scan`…`end` what was looked through for it."""

    __slots__ = ("column", "end", "foot", "head", "line", "scan", "start", "start_line", "token")

    def __init__(self, token: int, start: int, start_line: int, column: int, scan: int = 0, end: int = 0) -> None:
        self.token = token
        self.start = start
        self.start_line = start_line
        self.column = column  # counts from 1, if the comment is no line comment
        self.scan = scan
        self.end = end
        self.head = ""
        self.line = ""
        self.foot = ""

    def clear(self) -> None:
        self.head = self.line = self.foot = ""
        self.token = self.start = self.start_line = self.column = self.scan = self.end = 0


class CommentScanner(Scanner):
    """As Scanner, and `take_comments` gives the comments that lie behind the token that `peek` gave."""

    __slots__ = ("_comment_token", "_comments", "_context", "_in_block_scalar", "_starts", "_unread_comment")

    def __init__(self, text: str, reader_problem: str = "") -> None:
        super().__init__(text, reader_problem)
        self._starts = [0, *(found.end() for found in _line_ends(text)), len(text)]
        self._queue.append((STREAM_START, 0, 0, "", ""))
        self._taken = 0
        self._comments: list[Comment] = []
        self._unread_comment = 0  # the first comment that nobody has taken
        self._comment_token = 0  # where the token starts that a line comment would belong to
        self._context = 0  # the line of what is being scanned
        self._in_block_scalar = False

    # ── handing out ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def peek(self) -> Token:
        if not self._ready:
            queue = self._queue
            while True:
                if len(queue) > 2:
                    index = self._by_token.get(self._taken)
                    if index is None or not self._is_valid(self._keys[index]):
                        break
                self._fetch()
            self._ready = True
        return self._queue[0]

    def start_of(self, token: Token) -> int:
        """The position in the text at which a token starts."""
        return self._starts[token[1]] + token[2]

    def take_comments(self, token: Token) -> list[tuple[str, str, str]]:
        """The comments (head, line, foot) up to a token, each only once. Heads before a block's end wait for what follows it."""
        comments = self._comments
        index = self._unread_comment
        found: list[tuple[str, str, str]] = []
        if index == len(comments):
            return found
        start = self.start_of(token)
        while index < len(comments) and start >= comments[index].token:
            comment = comments[index]
            if comment.head and token[0] == BLOCK_END:
                break
            found.append((comment.head, comment.line, comment.foot))
            comment.clear()
            index += 1
        self._unread_comment = index
        return found

    # ── errors ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _error(self, problem: str) -> YamlError:
        if self._reader_problem and self._position + 4 >= len(self._text) - 4:
            return self._unreadable()
        line = self._context or self._line
        return YamlError(f"yaml: line {line + 1}: {problem}" if line else f"yaml: {problem}", line=line + 1)

    def _is_valid(self, key: _SimpleKey) -> bool:
        context, self._context = self._context, key.line
        valid = super()._is_valid(key)
        self._context = context
        return valid

    def _remove_key(self) -> None:
        context, self._context = self._context, self._keys[-1].line
        super()._remove_key()
        self._context = context

    # ── fetching ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _fetch(self) -> None:
        super()._fetch()
        if self._queue[-1][0] not in _NO_LINE_COMMENT:
            self._scan_line_comment(self._comment_token)

    def _to_next_token(self) -> None:
        text = self._text
        queue = self._queue
        scan, scan_line = self._position, self._line
        position = scan
        while True:
            eat = _blanks if self._flow_level or not self._allowed else _spaces
            position = eat(text, position).end()  # type: ignore[union-attr]
            char = text[position]
            if self._comments and len(queue) > 1 and queue[-1][0] == BLOCK_ENTRY and queue[-2][0] == BLOCK_SEQUENCE_START:
                # What seemed to follow the key, or the dash, heads the first item:  "- # comment\n  - item".
                comment = self._comments[-1]
                if comment.line and char not in BREAKS:
                    comment.head, comment.line = comment.line, ""
                    if comment.start_line == self._line - 1:
                        comment.token = position
            if char == "#":
                self._position = position
                self._scan_comments(scan, scan_line)
                position = self._position
                char = text[position]
            if char not in BREAKS:
                break
            position = self._break(position)
            if not self._flow_level:
                self._allowed = True
        self._position = position
        self._context = self._line
        column = position - self._line_start
        if self._indent > column:
            self._unroll(column, scan, scan_line)
        last = queue[-1]
        self._comment_token = self.start_of(last) if char == (":" if not self._flow_level else ",") else position

    def _unroll_indent(self, column: int) -> None:
        self._unroll(column, self._position, self._line)

    def _unroll(self, column: int, block: int, line: int) -> None:
        """Ends the blocks deeper than a column, before the comments that are at a parent's indentation."""
        if self._flow_level:
            return
        block -= 1
        while self._indent > column:
            stop = block
            for comment in reversed(self._comments):
                if comment.end < stop:
                    break
                if comment.column == self._indent + 1:
                    block, line = comment.start, comment.start_line
                stop = comment.scan
            self._queue.append((BLOCK_END, line, block - self._starts[line], "", ""))
            self._indent = self._indents.pop()

    # ── comments ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _line_breaks_before(self) -> int:
        """How many line breaks lie between here and the last character that is no blank."""
        text = self._text
        count = 0
        position = self._position
        while position:
            char = text[position - 1]
            if char in BREAKS:
                count += 1
            elif char not in " \t":
                break
            position -= 1
        return count

    def _scan_line_comment(self, token: int) -> None:
        found = _line_comment(self._text, self._position)
        if found is None or self._line_breaks_before():
            return
        start = found.start(1)
        comment = Comment(token, start, self._line, start - self._line_start)
        comment.line = found[1]
        self._comments.append(comment)
        self._position = found.end()

    def _finish_line(self) -> None:
        # A comment behind the indicator of a block scalar counts, one behind a directive does not.
        if self._in_block_scalar:
            self._scan_line_comment(self._comment_token)
        super()._finish_line()

    def _scan_comments(self, scan: int, scan_line: int) -> None:
        """Steps over the comment here and those below it, and notes whose they are."""
        text = self._text
        queue = self._queue
        position = self._position
        last = queue[-1]
        if last[0] == FLOW_ENTRY and len(queue) > 1:
            last = queue[-2]
        token = self.start_of(last)
        start = start_line = start_column = 0
        next_indent = max(self._indent, 0)
        breaks = self._line_breaks_before()
        recent_empty = False
        first_empty = breaks <= 1
        line = self._line
        column = position - self._line_start
        # Where a comment must start to still be a foot of what came before: the line below it.
        foot_line = -1
        if scan_line > 0:
            foot_line = self._line - breaks + 1
            if not breaks and column > 1:
                foot_line += 1
        body: list[str] = []
        peek = 0
        while peek < LOOK_AHEAD:
            column += 1
            char = text[position + peek]
            if peek and text[position + peek - 1] in _WIDE_BREAKS:
                char = _CONTENT  # v3 goes by bytes here, and takes the rest of a wide line break for content
            if char == " " or char == "\t":
                peek += 1
                continue
            closing = self._flow_level > 0 and char in "]}"
            if closing or char in _BREAKZ:
                if closing or not recent_empty:
                    if closing or (
                        first_empty and ((start_line == foot_line and last[0] != VALUE) or start_column - 1 < next_indent)
                    ):
                        if body:
                            if start_column - 1 < next_indent:
                                token = start  # dedented, so not of the token before
                            comment = Comment(token, start, start_line, start_column, scan, position + peek)
                            comment.foot = "".join(body)
                            self._comments.append(comment)
                            scan = token = position + peek
                            body = []
                    elif body and char != "\0":
                        body.append("\n")
                if char not in BREAKS:
                    break
                first_empty = False
                recent_empty = True
                column = 0
                line += 1
                peek += 1
                continue
            if body and (closing or (column - 1 < next_indent and column != start_column)):
                # At another indentation: a foot of what came before, not a head of what comes.
                comment = Comment(token, start, start_line, start_column, scan, position + peek)
                comment.foot = "".join(body)
                self._comments.append(comment)
                scan = token = position + peek
                body = []
            if char != "#":
                break
            if not body:
                start, start_line, start_column = position + peek, line, column
            else:
                body.append("\n")
            recent_empty = False
            seen = position + peek
            while position < seen:
                if text[position] in BREAKS:
                    position = self._break(position)
                else:
                    position += 1
            position = _to_line_end(text, seen).end()  # type: ignore[union-attr]
            body.append(text[seen:position])
            # The line break behind the comment is not looked at again, nor does it count.
            peek = 1
            column = 0
            line = self._line
        self._position = position
        if body:
            comment = Comment(start, start, start_line, start_column, scan, position + peek - 1)
            comment.head = "".join(body)
            self._comments.append(comment)

    # ── scalars ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _scan_quoted(self, quote: str) -> None:
        super()._scan_quoted(quote)
        self._queue[-1] = (*self._queue[-1][:4], quote)

    def _scan_block_scalar(self, literal: bool) -> None:
        self._in_block_scalar = True
        super()._scan_block_scalar(literal)
        self._in_block_scalar = False
        self._queue[-1] = (*self._queue[-1][:4], LITERAL if literal else FOLDED)
