"""Characters become tokens, under exactly the rules of go-yaml v2's scanner (itself a port of libyaml 0.1).

Why not the C library that PyYAML brings: it is libyaml 0.2.5, which takes and refuses other texts than go-yaml does (flow
scalars with `?`, tabs, `%YAML 1.2`, depth), finds a missing ':' at another moment, so names another line, and its import
alone takes longer than reading a typical values file here.

A *simple key* is a key without `?`: that a scalar was one is known only when its ':' comes, so KEY (and BLOCK-MAPPING-START)
tokens are inserted behind the fact, and a token is not handed out while it may still turn out to be a key. go-yaml looks
at this only for the head of its queue, and when keys are saved, removed or used; each place where it looks can be the one
that finds the ':' missing, so the bookkeeping below follows it step by step.

Tokens are tuples: (kind, line, column, value, detail). Lines and columns count from 0.
"""

from __future__ import annotations

from steersman.golang.lazily import pattern
from steersman.golang.yaml.errors import YamlError, scanner_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    Token = tuple[int, int, int, str, str]

(
    STREAM_END,
    VERSION_DIRECTIVE,
    TAG_DIRECTIVE,
    DOCUMENT_START,
    DOCUMENT_END,
    BLOCK_SEQUENCE_START,
    BLOCK_MAPPING_START,
    BLOCK_END,
    FLOW_SEQUENCE_START,
    FLOW_SEQUENCE_END,
    FLOW_MAPPING_START,
    FLOW_MAPPING_END,
    BLOCK_ENTRY,
    FLOW_ENTRY,
    KEY,
    VALUE,
    ALIAS,
    ANCHOR,
    TAG,
    PLAIN,
    QUOTED,
) = range(21)

MAX_DEPTH = 10_000
"""How deep flow collections, and block collections, may nest (max_flow_level, max_indents)."""

MAX_KEY_LENGTH = 1024
"""How many characters may lie between the start of a simple key and its ':'."""

BREAKS = "\n\u2028\u2029"
_BREAKZ = BREAKS + "\0"
_BLANKZ = " \t" + _BREAKZ

_spaces = pattern(globals(), "_spaces", " *")
_blanks = pattern(globals(), "_blanks", "[ \t]*")
_to_line_end = pattern(globals(), "_to_line_end", f"[^{_BREAKZ}]*")
_block_plain = pattern(
    globals(), "_block_plain", f"(?:[^{_BLANKZ}:]++|:(?![{_BLANKZ}])|[ \t]++(?=[^{_BLANKZ}:#]|:(?![{_BLANKZ}])))*+"
)
_flow_plain = pattern(
    globals(),
    "_flow_plain",
    f"(?:[^{_BLANKZ}:,?\\[\\]{{}}]++|:(?![{_BLANKZ}])|[ \t]++(?=[^{_BLANKZ}:#,?\\[\\]{{}}]|:(?![{_BLANKZ}])))*+",
)
_single_whole = pattern(globals(), "_single_whole", f"'((?:[^'{_BREAKZ}]|'')*+)'")
_double_whole = pattern(globals(), "_double_whole", f'"([^"\\\\{_BREAKZ}]*)"')
_single_run = pattern(globals(), "_single_run", f"(?:[^'{_BREAKZ}]++|'')*+")
_double_run = pattern(globals(), "_double_run", f'[^"\\\\{_BREAKZ}]*')
_word = pattern(globals(), "_word", "[0-9A-Za-z_-]*")
_uri = pattern(globals(), "_uri", "[0-9A-Za-z_;/?:@&=+$,.!~*'()\\[\\]-]*")
_digits = pattern(globals(), "_digits", "[0-9]*")

_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "'": "'",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_HEX_ESCAPES = {"x": 2, "u": 4, "U": 8}
_HEX = frozenset("0123456789abcdefABCDEF")
_NO_PLAIN_START = frozenset(f"-?:,[]{{}}#&*!|>'\"%@`{_BLANKZ}")


class _SimpleKey:
    """A place that may turn out to be the start of a key without `?`."""

    __slots__ = ("column", "line", "position", "possible", "required", "token")

    def __init__(self, possible: bool, required: bool, token: int, position: int, line: int, column: int) -> None:
        self.possible = possible
        self.required = required
        self.token = token
        self.position = position
        self.line = line
        self.column = column


class Scanner:
    """Hands out the tokens of a text. `peek` and `skip` raise YamlError where go-yaml's scanner finds an error.

    `text` and `reader_problem` are what `reader.read` gave; `key_allowed` is whether the text may start with a simple key.
    """

    __slots__ = (
        "_allowed",
        "_by_token",
        "_flow_level",
        "_indent",
        "_indents",
        "_keys",
        "_line",
        "_line_start",
        "_position",
        "_queue",
        "_reader_problem",
        "_ready",
        "_taken",
        "_text",
    )

    def __init__(self, text: str, reader_problem: str = "", *, key_allowed: bool = True) -> None:
        self._text = text + "\0\0\0\0"
        self._reader_problem = reader_problem
        self._position = 0
        self._line = 0
        self._line_start = 0
        self._indent = -1
        self._indents: list[int] = []
        self._flow_level = 0
        self._allowed = key_allowed  # whether a simple key may start here
        self._keys = [_SimpleKey(False, False, 0, 0, 0, 0)]  # one per flow level
        self._by_token: dict[int, int] = {}  # number of a token → index in _keys of the key it may start
        self._queue: list[Token] = []
        self._taken = 1  # how many tokens were handed out; STREAM-START, which has no use here, was the first
        self._ready = False

    # ── handing out ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def peek(self) -> Token:
        """The next token, which stays next."""
        if not self._ready:
            queue = self._queue
            while True:
                if queue:
                    index = self._by_token.get(self._taken)
                    if index is None or not self._is_valid(self._keys[index]):
                        break
                self._fetch()
            self._ready = True
        return self._queue[0]

    def skip(self) -> None:
        """Steps over the token that `peek` gave."""
        self._ready = False
        self._taken += 1
        del self._queue[0]

    @property
    def place(self) -> tuple[int, int]:
        """The line and the column behind what was scanned."""
        return self._line, self._position - self._line_start

    # ── errors ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _error(self, problem: str) -> YamlError:
        if self._reader_problem and self._position + 4 >= len(self._text) - 4:
            return self._unreadable()
        return scanner_error(problem, self._line, self._position - self._line_start)

    def _unreadable(self) -> YamlError:
        return YamlError(f"yaml: {self._reader_problem}", line=self._line + 1)

    # ── keys and indents ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_valid(self, key: _SimpleKey) -> bool:
        if not key.possible:
            return False
        if key.line < self._line or key.position + MAX_KEY_LENGTH < self._position:
            if key.required:
                raise self._error("could not find expected ':'")
            key.possible = False
            return False
        return True

    def _save_key(self) -> None:
        column = self._position - self._line_start
        if self._allowed:
            required = not self._flow_level and self._indent == column
            self._remove_key()
            number = self._taken + len(self._queue)
            self._keys[-1] = _SimpleKey(True, required, number, self._position, self._line, column)
            self._by_token[number] = len(self._keys) - 1

    def _remove_key(self) -> None:
        key = self._keys[-1]
        if key.possible:
            if key.required:
                raise self._error("could not find expected ':'")
            key.possible = False
            self._by_token.pop(key.token, None)

    def _roll_indent(self, column: int, kind: int, line: int, number: int = -1) -> None:
        """Opens a block collection when the column is deeper than what is open; its token goes before token `number`."""
        if self._flow_level or self._indent >= column:
            return
        self._indents.append(self._indent)
        self._indent = column
        if len(self._indents) > MAX_DEPTH:
            raise self._error(f"exceeded max depth of {MAX_DEPTH}")
        self._insert(number, (kind, line, column, "", ""))

    def _insert(self, number: int, token: Token) -> None:
        place = number - self._taken
        if number < 0 or place < 0:
            self._queue.append(token)
        else:
            self._queue.insert(place, token)

    def _unroll_indent(self, column: int) -> None:
        if self._flow_level:
            return
        while self._indent > column:
            self._queue.append((BLOCK_END, self._line, self._position - self._line_start, "", ""))
            self._indent = self._indents.pop()

    # ── fetching ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _fetch(self) -> None:
        """Scans at least one token into the queue."""
        text = self._text
        self._to_next_token()
        position = self._position
        column = position - self._line_start
        if self._indent > column:
            self._unroll_indent(column)
        if self._reader_problem and position + 8 > len(text):
            # Go wants four characters before it looks at one, and there are only NULs to be had.
            raise self._unreadable()
        char = text[position]

        if char == "\0":
            self._fetch_stream_end()
            return
        if column == 0:
            if char == "%":
                self._fetch_directive()
                return
            if (char == "-" or char == ".") and text[position + 3] in _BLANKZ:
                head = text[position : position + 3]
                if head == "---" or head == "...":
                    self._fetch_document_mark(DOCUMENT_START if char == "-" else DOCUMENT_END)
                    return
        line = self._line
        if char in _NO_PLAIN_START:
            following = text[position + 1]
            if char == "[" or char == "{":
                self._fetch_flow_start(FLOW_SEQUENCE_START if char == "[" else FLOW_MAPPING_START)
            elif char == "]" or char == "}":
                self._fetch_flow_end(FLOW_SEQUENCE_END if char == "]" else FLOW_MAPPING_END)
            elif char == ",":
                self._remove_key()
                self._allowed = True
                self._advance((FLOW_ENTRY, line, column, "", ""))
            elif char == "-" and following in _BLANKZ:
                self._fetch_block_entry()
            elif char == "?" and (self._flow_level or following in _BLANKZ):
                self._fetch_key()
            elif char == ":" and (self._flow_level or following in _BLANKZ):
                self._fetch_value()
            elif char == "*" or char == "&":
                self._fetch_anchor(ALIAS if char == "*" else ANCHOR)
            elif char == "!":
                self._fetch_tag()
            elif (char == "|" or char == ">") and not self._flow_level:
                self._remove_key()
                self._allowed = True
                self._scan_block_scalar(char == "|")
            elif char == "'" or char == '"':
                self._save_key()
                self._allowed = False
                self._scan_quoted(char)
            elif char in "-?:" and following not in " \t" and (char == "-" or following not in _BLANKZ):
                self._fetch_plain()
            else:
                raise self._error("found character that cannot start any token")
        else:
            self._fetch_plain()

    def _advance(self, token: Token) -> None:
        self._position += 1
        self._queue.append(token)

    def _break(self, position: int) -> int:
        """Steps over the line break at `position`."""
        self._line += 1
        self._line_start = position = position + 1
        return position

    def _to_next_token(self) -> None:
        text = self._text
        position = self._position
        while True:
            eat = _blanks if self._flow_level or not self._allowed else _spaces
            position = eat(text, position).end()
            char = text[position]
            if char == "#":
                position = _to_line_end(text, position).end()
                char = text[position]
            if char not in BREAKS:
                break
            position = self._break(position)
            if not self._flow_level:
                self._allowed = True
        self._position = position

    def _fetch_stream_end(self) -> None:
        if self._position != self._line_start:
            self._line += 1
            self._line_start = self._position
        self._unroll_indent(-1)
        self._remove_key()
        self._allowed = False
        self._queue.append((STREAM_END, self._line, 0, "", ""))

    def _fetch_document_mark(self, kind: int) -> None:
        self._unroll_indent(-1)
        self._remove_key()
        self._allowed = False
        self._queue.append((kind, self._line, 0, "", ""))
        self._position += 3

    def _fetch_flow_start(self, kind: int) -> None:
        self._save_key()
        column = self._position - self._line_start
        self._keys.append(_SimpleKey(False, False, self._taken + len(self._queue), self._position, self._line, column))
        self._flow_level += 1
        if self._flow_level > MAX_DEPTH:
            raise self._error(f"exceeded max depth of {MAX_DEPTH}")
        self._allowed = True
        self._advance((kind, self._line, column, "", ""))

    def _fetch_flow_end(self, kind: int) -> None:
        self._remove_key()
        if self._flow_level:
            self._flow_level -= 1
            self._by_token.pop(self._keys.pop().token, None)
        self._allowed = False
        self._advance((kind, self._line, self._position - self._line_start, "", ""))

    def _fetch_block_entry(self) -> None:
        column = self._position - self._line_start
        if not self._flow_level:
            if not self._allowed:
                raise self._error("block sequence entries are not allowed in this context")
            self._roll_indent(column, BLOCK_SEQUENCE_START, self._line)
        self._remove_key()
        self._allowed = True
        self._advance((BLOCK_ENTRY, self._line, column, "", ""))

    def _fetch_key(self) -> None:
        column = self._position - self._line_start
        if not self._flow_level:
            if not self._allowed:
                raise self._error("mapping keys are not allowed in this context")
            self._roll_indent(column, BLOCK_MAPPING_START, self._line)
        self._remove_key()
        self._allowed = not self._flow_level
        self._advance((KEY, self._line, column, "", ""))

    def _fetch_value(self) -> None:
        key = self._keys[-1]
        column = self._position - self._line_start
        if self._is_valid(key):
            self._insert(key.token, (KEY, key.line, key.column, "", ""))
            self._roll_indent(key.column, BLOCK_MAPPING_START, key.line, key.token)
            key.possible = False
            self._by_token.pop(key.token, None)
            self._allowed = False
        else:
            if not self._flow_level:
                if not self._allowed:
                    raise self._error("mapping values are not allowed in this context")
                self._roll_indent(column, BLOCK_MAPPING_START, self._line)
            self._allowed = not self._flow_level
        self._advance((VALUE, self._line, column, "", ""))

    def _fetch_anchor(self, kind: int) -> None:
        self._save_key()
        self._allowed = False
        start = self._position
        end = _word(self._text, start + 1).end()
        self._position = end
        if end == start + 1 or self._text[end] not in _BLANKZ + "?:,]}%@`":
            raise self._error("did not find expected alphabetic or numeric character")
        self._queue.append((kind, self._line, start - self._line_start, self._text[start + 1 : end], ""))

    # ── tags and directives ──────────────────────────────────────────────────────────────────────────────────────────────

    def _fetch_tag(self) -> None:
        self._save_key()
        self._allowed = False
        text = self._text
        start = self._position
        if text[start + 1] == "<":
            handle = ""
            self._position = start + 2
            suffix = self._scan_uri("")
            if text[self._position] != ">":
                raise self._error("did not find the expected '>'")
            self._position += 1
        else:
            handle = self._scan_tag_handle(False)
            if len(handle) > 1 and handle[-1] == "!":
                suffix = self._scan_uri("")
            else:
                suffix = self._scan_uri(handle)
                handle = "!"
                if not suffix:
                    handle, suffix = suffix, handle
        if text[self._position] not in _BLANKZ:
            raise self._error("did not find expected whitespace or line break")
        self._queue.append((TAG, self._line, start - self._line_start, handle, suffix))

    def _scan_tag_handle(self, directive: bool) -> str:
        text = self._text
        start = self._position
        if text[start] != "!":
            raise self._error("did not find expected '!'")
        end = _word(text, start + 1).end()
        if text[end] == "!":
            end += 1
        elif directive and end != start + 1:
            self._position = end
            raise self._error("did not find expected '!'")
        self._position = end
        return text[start:end]

    def _scan_uri(self, head: str) -> str:
        text = self._text
        parts = [head[1:]]
        found = bool(head)
        while True:
            end = _uri(text, self._position).end()
            if end > self._position:
                parts.append(text[self._position : end])
                self._position = end
                found = True
            if text[end] != "%":
                break
            parts.append(self._scan_uri_escape())
            found = True
        if not found:
            raise self._error("did not find expected tag URI")
        return "".join(parts)

    def _scan_uri_escape(self) -> str:
        """One character written as %XX octets."""
        octets = bytearray()
        width = 0
        while not octets or len(octets) < width:
            position = self._position
            text = self._text
            if text[position] != "%" or text[position + 1] not in _HEX or text[position + 2] not in _HEX:
                raise self._error("did not find URI escaped octet")
            octet = int(text[position + 1 : position + 3], 16)
            if not octets:
                width = 1 if octet < 0x80 else 2 if octet & 0xE0 == 0xC0 else 3 if octet & 0xF0 == 0xE0 else 4
                if octet & 0xC0 == 0x80 or octet >= 0xF8:
                    raise self._error("found an incorrect leading UTF-8 octet")
            elif octet & 0xC0 != 0x80:
                raise self._error("found an incorrect trailing UTF-8 octet")
            octets.append(octet)
            self._position += 3
        return octets.decode("utf-8", "surrogateescape")

    def _fetch_directive(self) -> None:
        self._unroll_indent(-1)
        self._remove_key()
        self._allowed = False
        text = self._text
        line, column = self._line, self._position - self._line_start
        start = self._position + 1
        self._position = end = _word(text, start).end()
        name = text[start:end]
        if not name:
            raise self._error("could not find expected directive name")
        if text[end] not in _BLANKZ:
            raise self._error("found unexpected non-alphabetical character")
        if name == "YAML":
            self._position = _blanks(text, end).end()
            major = self._scan_version_number()
            if text[self._position] != ".":
                raise self._error("did not find expected digit or '.' character")
            self._position += 1
            minor = self._scan_version_number()
            token = (VERSION_DIRECTIVE, line, column, major, minor)
        elif name == "TAG":
            self._position = _blanks(text, end).end()
            handle = self._scan_tag_handle(True)
            if text[self._position] not in " \t":
                raise self._error("did not find expected whitespace")
            self._position = _blanks(text, self._position).end()
            prefix = self._scan_uri("")
            if text[self._position] not in _BLANKZ:
                raise self._error("did not find expected whitespace or line break")
            token = (TAG_DIRECTIVE, line, column, handle, prefix)
        else:
            raise self._error("found unknown directive name")
        self._finish_line()
        self._queue.append(token)

    def _scan_version_number(self) -> str:
        """At most two digits, their number without leading zeros."""
        start = self._position
        end = _digits(self._text, start).end()
        if end - start > 2:
            self._position = start + 2
            raise self._error("found extremely long version number")
        if end == start:
            raise self._error("did not find expected version number")
        self._position = end
        return str(int(self._text[start:end]))

    def _finish_line(self) -> None:
        """Steps over blanks, a comment and the line break."""
        text = self._text
        position = _blanks(text, self._position).end()
        if text[position] == "#":
            position = _to_line_end(text, position).end()
        if text[position] not in _BREAKZ:
            self._position = position
            raise self._error("did not find expected comment or line break")
        if text[position] != "\0":
            position = self._break(position)
        self._position = position

    # ── scalars ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _scan_block_scalar(self, literal: bool) -> None:
        text = self._text
        line, column = self._line, self._position - self._line_start
        position = self._position + 1
        chomping = ""
        increment = 0
        if text[position] in "+-":
            chomping = text[position]
            position += 1
        if text[position] in "0123456789":
            if text[position] == "0":
                self._position = position
                raise self._error("found an indentation indicator equal to 0")
            increment = int(text[position])
            position += 1
            if not chomping and text[position] in "+-":
                chomping = text[position]
                position += 1
        self._position = position
        self._finish_line()

        indent = max(self._indent, 0) + increment if increment else 0
        parts: list[str] = []
        indent, breaks = self._scan_block_breaks(indent)
        leading = ""
        after_blank = False
        while self._position - self._line_start == indent and text[self._position] != "\0":
            blank = text[self._position] in " \t"
            if not literal and leading == "\n" and not after_blank and not blank:
                if not breaks:
                    parts.append(" ")
            else:
                parts.append(leading)
            parts.append(breaks)
            after_blank = blank
            end = _to_line_end(text, self._position).end()
            parts.append(text[self._position : end])
            leading = ""
            if text[end] != "\0":
                leading = text[end]
                end = self._break(end)
            self._position = end
            indent, breaks = self._scan_block_breaks(indent)
        if chomping != "-":
            parts.append(leading)
        if chomping == "+":
            parts.append(breaks)
        if self._reader_problem and text[self._position] == "\0":
            raise self._unreadable()
        self._queue.append((QUOTED, line, column, "".join(parts), ""))

    def _scan_block_breaks(self, indent: int) -> tuple[int, str]:
        """Steps over indentation and empty lines: the indent of the scalar (found out when it was 0), and the line breaks."""
        text = self._text
        breaks = ""
        deepest = 0
        while True:
            start = self._line_start
            position = _spaces(text, self._position).end()
            if indent and position - start > indent:
                position = max(start + indent, self._position)
            self._position = position
            column = position - start
            deepest = max(deepest, column)
            if text[position] == "\t" and (not indent or column < indent):
                raise self._error("found a tab character where an indentation space is expected")
            if text[position] not in BREAKS:
                break
            breaks += text[position]
            self._position = self._break(position)
        if not indent:
            indent = max(deepest, self._indent + 1, 1)
        return indent, breaks

    def _at_document_mark(self, position: int) -> bool:
        text = self._text
        return (
            position == self._line_start
            and text[position] in "-."
            and text[position : position + 3] in ("---", "...")
            and text[position + 3] in _BLANKZ
        )

    def _scan_quoted(self, quote: str) -> None:
        text = self._text
        single = quote == "'"
        whole = (_single_whole if single else _double_whole)(text, self._position)
        line, column = self._line, self._position - self._line_start
        if whole is not None:
            value = whole[1]
            if single and "''" in value:
                value = value.replace("''", "'")
            self._position = whole.end()
            self._queue.append((QUOTED, line, column, value, ""))
            return

        run = _single_run if single else _double_run
        parts: list[str] = []
        position = self._position + 1
        while True:
            self._position = position
            if self._at_document_mark(position):
                raise self._error("found unexpected document indicator")
            if text[position] == "\0":
                raise self._error("found unexpected end of stream")
            end = run(text, position).end()
            part = text[position:end]
            if single and "''" in part:
                part = part.replace("''", "'")
            position = end
            char = text[position]
            if char == quote:
                parts.append(part)
                break
            first = breaks = ""
            if char == "\\" and text[position + 1] not in BREAKS:
                parts.append(part)
                self._position = position
                parts.append(self._scan_escape())
                position = self._position
                continue
            if char == "\\":
                parts.append(part)
                position = self._break(position + 1)
            elif char in BREAKS:
                # Blanks around a line break vanish with it.
                parts.append(part.rstrip(" \t"))
                first = char
                position = self._break(position)
            else:
                continue  # the end of the text
            while True:
                position = _blanks(text, position).end()
                char = text[position]
                if char not in BREAKS:
                    break
                breaks += char
                position = self._break(position)
            parts.append((breaks or " ") if first == "\n" else first + breaks)
        self._position = position + 1
        self._queue.append((QUOTED, line, column, "".join(parts), ""))

    def _scan_escape(self) -> str:
        text = self._text
        char = text[self._position + 1]
        known = _ESCAPES.get(char)
        if known is not None:
            self._position += 2
            return known
        length = _HEX_ESCAPES.get(char)
        if length is None:
            raise self._error("found unknown escape character")
        self._position += 2
        digits = text[self._position : self._position + length]
        if len(digits) < length or not _HEX.issuperset(digits):
            raise self._error("did not find expected hexdecimal number")
        value = int(digits, 16)
        if 0xD800 <= value <= 0xDFFF or value > 0x10FFFF:
            raise self._error("found invalid Unicode character escape code")
        self._position += length
        return chr(value)

    def _fetch_plain(self) -> None:
        self._save_key()
        self._allowed = False
        text = self._text
        position = self._position
        line, column = self._line, position - self._line_start
        run = _flow_plain if self._flow_level else _block_plain
        indent = self._indent + 1
        parts: list[str] = []
        blanks = first = breaks = ""
        folding = False
        while True:
            if text[position] == "#" or self._at_document_mark(position):
                break
            end = run(text, position).end()
            if end > position:
                if folding:
                    parts.append((breaks or " ") if first == "\n" else first + breaks)
                    folding = False
                    breaks = ""
                else:
                    parts.append(blanks)
                blanks = ""
                parts.append(text[position:end])
                position = end
            char = text[position]
            if char != " " and char != "\t" and char not in BREAKS:
                break
            while True:
                end = _blanks(text, position).end()
                if not folding:
                    blanks = text[position:end]
                else:
                    # Where the scalar's lines must be indented, only spaces do.
                    limit = min(end, self._line_start + indent)
                    tab = text.find("\t", position, limit) if limit > position else -1
                    if tab >= 0:
                        self._position = tab
                        raise self._error("found a tab character that violates indentation")
                position = end
                if text[position] not in BREAKS:
                    break
                if folding:
                    breaks += text[position]
                else:
                    blanks = ""
                    first = text[position]
                    folding = True
                position = self._break(position)
            if not self._flow_level and position - self._line_start < indent:
                break
        self._position = position
        if folding:
            self._allowed = True
        if self._reader_problem and text[position] == "\0":
            raise self._unreadable()
        self._queue.append((PLAIN, line, column, "".join(parts), ""))
