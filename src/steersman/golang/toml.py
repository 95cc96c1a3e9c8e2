"""TOML as github.com/BurntSushi/toml (v1.6.0, TOML 1.1) writes and reads it: `toToml` and `fromToml`.

Writing: the keys of a table are sorted, those that hold values come before those that hold tables, sub-tables are indented by two
spaces, a list of nothing but tables becomes `[[key]]` blocks and any other list stands on one line with its tables inline.

Reading: `_Lexer` steps through the text character by character with the states that the library has, because its error texts and
line numbers come from them; `_Parser` puts the values where they belong and knows which tables were only implied. Python's tomllib
is of no use here: it has other texts, and refuses what TOML 1.1 brought. Integers become Int64, times steersman.golang.times.Time.
"""

from __future__ import annotations

from math import copysign, isfinite

from steersman.errors import GoError, GoPanic
from steersman.golang.sizes import MAX_PIECES, joined, too_long
from steersman.golang.strconv import RANGE, format_float, parse_float, parse_int, quote, quote_rune
from steersman.golang.values import Float32, Int64, Struct, is_nil, kind_of, slice_type, to_bytes, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

Key = tuple[str, ...]

Tables = slice_type("map[string]interface {}")

_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_ESCAPES = {
    **{code: f"\\u{code:04x}" for code in (*range(0x20), 0x7F)},
    8: "\\b",
    9: "\\t",
    10: "\\n",
    12: "\\f",
    13: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}
_TOO_DEEP = "toml: value is nested too deeply"


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _key(part: str) -> str:
    """One part of a key, in quotes unless it is bare."""
    return part if part and _BARE.issuperset(part) else _quoted(part)


def _dotted(key: Key) -> str:
    return ".".join(map(_key, key))


# Writing

_LOCAL_LAYOUTS = {
    "datetime-local": "2006-01-02T15:04:05.999999999",
    "date-local": "2006-01-02",
    "time-local": "15:04:05.999999999",
}


def marshal(value: Any) -> str:
    """toml.Marshal. A value that is no map is written as it would stand after a `=`.

    Raises GoError: a list with nil in it, a list of tables without a name, a map whose keys are no strings, a function or complex
    number. nil itself is a GoPanic, as in Go.
    """
    if value is None:
        raise GoPanic("reflect: call of reflect.Value.Type on zero Value")
    writer = _Writer()
    try:
        writer.write((), value)
    except RecursionError:
        raise GoError(_TOO_DEEP) from None
    return joined("", writer.out)


def _text_of(value: Any) -> str | None:
    """What a type that implements encoding.TextMarshaler gives; None for all others."""
    if isinstance(value, Struct) and not isinstance(value, int):
        text = value.go_json()
        return text if isinstance(text, str) else None
    return None


def _toml_type(value: Any) -> str:
    """ "" for nil, "table", "tables" for a list of nothing but tables, "value" for all else. Raises GoError for what has no type."""
    if is_nil(value):
        return ""
    if isinstance(value, dict):
        return "table"
    if isinstance(value, list):
        all_tables = bool(value)
        for element in value:
            kind = _toml_type(element)
            if not kind:
                raise GoError("toml: cannot encode array with nil element")
            all_tables = all_tables and kind == "table"
        return "tables" if all_tables else "value"
    if isinstance(value, (str, int, float, bytes)):
        return "value"
    if isinstance(value, Struct):
        return "table" if _text_of(value) is None else "value"
    if isinstance(value, GoError):
        return "table"
    raise GoError(f"unsupported type: {kind_of(value)}")


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []

    def newline(self) -> None:
        if self.out:
            self.out.append("\n")

    def write(self, key: Key, value: Any) -> None:
        """A value under its full key: as a table, as tables, or as `key = value`."""
        if isinstance(value, (list, bytes)):
            if isinstance(value, list) and _toml_type(value) == "tables":
                self.write_tables(key, value)
            else:
                self.write_pair(key, value, inline=False)
        elif isinstance(value, dict) or (isinstance(value, (Struct, GoError)) and _toml_type(value) == "table"):
            self.write_table(key, value)
        elif isinstance(value, (str, int, float, Struct)):
            self.write_pair(key, value, inline=False)
        else:
            raise GoError(f"unsupported type for key '{_dotted(key)}': {kind_of(value)}")

    def write_tables(self, key: Key, value: list[Any]) -> None:
        if not key:
            raise GoError("toml: top-level values must be Go maps or structs")
        for table in value:
            self.newline()
            self.out.append(f"{'  ' * (len(key) - 1)}[[{_dotted(key)}]]\n")
            self.write_members(key, table)

    def write_table(self, key: Key, value: Any) -> None:
        if len(key) == 1:
            self.newline()
        if key:
            self.out.append(f"{'  ' * (len(key) - 1)}[{_dotted(key)}]\n")
        self.write_members(key, value)

    def write_members(self, key: Key, value: Any) -> None:
        if len(self.out) > MAX_PIECES:
            raise too_long()
        direct, tables = _members(value)
        for name, member in direct + tables:
            if not is_nil(member):
                self.write((*key, name), member)

    def write_pair(self, key: Key, value: Any, *, inline: bool) -> None:
        if key:
            self.out.append(f"{'  ' * (len(key) - 1)}{_key(key[-1])} = ")
        self.write_element(value)
        if key and not inline:
            self.newline()

    def write_inline(self, value: Any) -> None:
        """A table in braces. The library writes the comma before it knows whether a member follows that is not nil."""
        direct, tables = _members(value)
        is_struct = not isinstance(value, dict)
        self.out.append("{")
        for members, trailing in ((direct, bool(tables)), (tables, False)):
            for index, (name, member) in enumerate(members):
                if not is_nil(member):
                    self.write_pair((name,), member, inline=True)
                    last = (name == list(value.FIELDS)[-1]) if is_struct else index == len(members) - 1 and not trailing
                    if not last:
                        self.out.append(", ")
        self.out.append("}")

    def write_element(self, value: Any) -> None:
        out = self.out
        if isinstance(value, bool):
            out.append("true" if value else "false")
        elif isinstance(value, Struct) and type_of(value) == "time.Duration":
            out.append(f'"{value.go_string()}"')
        elif isinstance(value, Struct) and type_of(value) == "time.Time":
            out.append(_time_text(value))
        elif isinstance(value, int):
            out.append(str(int(value)))
        elif isinstance(value, float):
            out.append(_float_text(value))
        elif isinstance(value, str):
            out.append(_quoted(value))
        elif isinstance(value, (list, bytes)):
            out.append("[")
            for index, element in enumerate(value):
                if index:
                    out.append(", ")
                self.write_element(element)
            out.append("]")
            if len(out) > MAX_PIECES:
                raise too_long()
        elif (text := _text_of(value)) is not None:
            out.append(_quoted(text))
        elif isinstance(value, (dict, Struct)):
            self.write_inline(value)
        else:
            raise GoError(f"unexpected type: {type_of(value)}")


def _members(value: Any) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """The members of a table: those that are values, then those that are tables; of a map sorted, of a struct in its order."""
    members: list[tuple[str, Any]]
    if isinstance(value, dict):
        if any(not isinstance(key, str) for key in value) or getattr(value, "KEY", "string") != "string":
            raise GoError("toml: cannot encode a map with non-string key type")
        members = [(key, value[key]) for key in sorted(value, key=to_bytes)]
    else:
        members = [(name, getattr(value, attribute)) for name, attribute in getattr(value, "FIELDS", {}).items()]
    direct: list[tuple[str, Any]] = []
    tables: list[tuple[str, Any]] = []
    for member in members:
        (tables if _toml_type(member[1]) in ("table", "tables") else direct).append(member)
    return direct, tables


def _time_text(value: Any) -> str:
    name = value.location.name
    if name in _LOCAL_LAYOUTS:
        from steersman.golang.times import utc

        return str(value.within(utc).format(_LOCAL_LAYOUTS[name]))
    return str(value.format("2006-01-02T15:04:05.999999999Z07:00"))


def _float_text(value: float) -> str:
    if not isfinite(value):
        return ("-" if copysign(1, value) < 0 else "") + ("nan" if value != value else "inf")
    text = format_float(value, "g", -1, 32 if isinstance(value, Float32) else 64)
    return text if "." in text or "e" in text else text + ".0"


# Reading


def unmarshal(text: str) -> dict[str, Any]:
    """toml.Unmarshal into a map[string]any. Raises GoError with the library's text: `toml: line 1 (last key "a"): …`."""
    try:
        return _Parser(text).parse()
    except RecursionError:
        raise GoError(_TOO_DEEP) from None


_END = ""
_SPACES = frozenset((" ", "\t"))
_NEWLINES = frozenset(("\n", "\r"))
_DIGITS = frozenset("0123456789")
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_RADIX_DIGITS = {
    "b": (frozenset("01"), "a binary"),
    "o": (frozenset("01234567"), "an octal"),
    "x": (_HEX_DIGITS, "a hexadecimal"),
}
_DATE_CHARACTERS = frozenset("0123456789-:Tt .Zz+")
_FLOAT_CHARACTERS = frozenset("0123456789_.-+eE")
_UNESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_ESCAPE_LENGTHS = {"x": (2, "two"), "u": (4, "four"), "U": (8, "eight")}


def _rune(char: str) -> str:
    """A character as `%q` prints it; the end of the text is character 0."""
    return quote_rune(ord(char) if char else 0)


class _Lexer:
    """The text, the place in it, and the errors that name the line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.at_end = False
        self.start = 0
        # What `last key` in an error names: the table at hand and the key whose value is being read.
        self.context: Key = ()
        self.current_key = ""

    def refuse(self, message: str, line: int) -> NoReturn:
        if not self.current_key:
            last = _dotted(self.context)
        elif self.context:
            last = f"{_dotted(self.context)}.{self.current_key}"
        else:
            last = self.current_key
        where = f" (last key {quote(last)})" if last else ""
        raise GoError(f"toml: line {line}{where}: {message}")

    def fail(self, message: str) -> NoReturn:
        """An error here; at the end of the text on the line before, if that is where the text ends."""
        self.refuse(message, self.line - (self.at_end and self.at > 0 and self.text[self.at - 1] == "\n"))

    def next(self) -> str:
        """The next character, "" at the end. Raises GoError for control characters and bytes that are no UTF-8."""
        if self.at >= len(self.text):
            self.at_end = True
            return _END
        char = self.text[self.at]
        if char == "\n":
            self.line += 1
        elif "\ud800" <= char <= "\udfff":
            self.refuse(f"invalid UTF-8 byte: 0x{ord(char) - 0xDC00:02x}", self.line)
        elif (char < " " and char != "\t" and char != "\r") or char == "\x7f":
            self.refuse(f"TOML files cannot contain control characters: '0x{ord(char):02x}'", self.line)
        elif char == "\r" and self.text[self.at + 1 : self.at + 2] != "\n":
            self.refuse("TOML files cannot contain control characters: '0x0d'", self.line)
        self.at += 1
        return char

    def backup(self) -> None:
        if self.at_end:
            self.at_end = False
            return
        self.at -= 1
        if self.text[self.at] == "\n":
            self.line -= 1

    def peek(self) -> str:
        char = self.next()
        self.backup()
        return char

    def accept(self, wanted: str) -> bool:
        if self.next() == wanted:
            return True
        self.backup()
        return False

    def skip_spaces(self) -> None:
        while self.next() in _SPACES:
            pass
        self.backup()

    def skip_comment(self) -> None:
        char = self.next()
        while char not in _NEWLINES and char != _END:
            char = self.next()
        self.backup()

    def taken(self) -> str:
        """What has been read since `start`."""
        return self.text[self.start : self.at]

    def ends_with(self, suffix: str) -> bool:
        return self.text.endswith(suffix, self.start, self.at)

    # Strings; the opening quotation mark has been read, the closing one is read here

    def string_escape(self) -> None:
        char = self.next()
        if char in _ESCAPE_LENGTHS:
            length, name = _ESCAPE_LENGTHS[char]
            for _ in range(length):
                if self.next() not in _HEX_DIGITS or self.at_end:
                    self.fail(f"expected {name} hexadecimal digits after '\\{char}', but got {quote(self.taken())} instead")
        elif (char not in _UNESCAPES and char not in _SPACES) or self.at_end:
            self.refuse(f"invalid escape in string '\\{char or chr(0)}'", self.line - self.at_end)

    def basic_string(self) -> str:
        self.start = self.at
        escaped = False
        while True:
            char = self.next()
            if char == _END:
                self.fail("unexpected EOF; expected '\"'")
            if char in _NEWLINES:
                self.refuse("strings cannot contain newlines", self.line - 1)
            if char == "\\":
                self.string_escape()
                escaped = True
            elif char == '"':
                text = self.text[self.start : self.at - 1]
                return self.unescape(text) if escaped else text

    def raw_string(self) -> str:
        self.start = self.at
        while True:
            char = self.next()
            if char == _END:
                self.fail('unexpected EOF; expected "\'"')
            if char in _NEWLINES:
                self.refuse("strings cannot contain newlines", self.line - 1)
            if char == "'":
                return self.text[self.start : self.at - 1]

    def multiline_string(self, mark: str) -> str:
        """A string in three `"` or three `'`. Two of them may stand before the closing three."""
        self.start = self.at
        while True:
            char = self.next()
            if char == _END:
                self.fail('unexpected EOF; expected \'"""\'' if mark == '"' else "unexpected EOF; expected \"'''\"")
            if char == "\\" and mark == '"':
                if self.next() not in _NEWLINES or self.at_end:
                    self.backup()
                    self.string_escape()
            elif char == mark and self.accept(mark):
                if not self.accept(mark):
                    self.backup()
                elif self.peek() != mark:
                    text = _without_first_newline(self.text[self.start : self.at - 3])
                    return self.unescape(_without_escaped_newlines(text)) if mark == '"' else text
                elif self.ends_with(mark * 5) and not (mark == '"' and self.ends_with('\\"""""')):
                    self.fail(f"unexpected '{mark * 6}'" if mark == '"' else f'unexpected "{mark * 6}"')
                else:
                    self.backup()
                    self.backup()

    def unescape(self, text: str) -> str:
        out: list[str] = []
        at = 0
        while True:
            found = text.find("\\", at)
            if found < 0:
                out.append(text[at:])
                return "".join(out)
            out.append(text[at:found])
            char = text[found + 1]
            at = found + 2
            if char in _UNESCAPES:
                out.append(_UNESCAPES[char])
            elif char in _ESCAPE_LENGTHS:
                digits = text[at : at + _ESCAPE_LENGTHS[char][0]]
                at += len(digits)
                code = int(digits, 16)
                if code > 0x10FFFF or 0xD800 <= code < 0xE000:
                    self.refuse(f"Escaped character '\\u{digits}' is not valid UTF-8.", self.line)
                out.append(chr(code))
            else:
                self.refuse(f"invalid escape: '\\{char}'", self.line)


def _without_first_newline(text: str) -> str:
    return text[1:] if text[:1] == "\n" else text[2:] if text[:2] == "\r\n" else text


def _without_escaped_newlines(text: str) -> str:
    """The text without each `\\` that ends a line, and the white space after it."""
    out: list[str] = []
    at = start = 0
    while True:
        at = text.find("\\", at)
        if at < 0:
            out.append(text[start:])
            return "".join(out)
        if text[at + 1 : at + 2] == "\\":
            at += 2
            continue
        stop = at + 1
        while stop < len(text) and text[stop] in " \t\r\n":
            stop += 1
        if "\n" in text[at + 1 : stop]:
            out.append(text[start:at])
            at = start = stop
        else:
            at += 1


class _Parser(_Lexer):
    """Reads one document into `mapping`."""

    def __init__(self, text: str) -> None:
        if text[:2] in ("\udcff\udcfe", "\udcfe\udcff"):
            text = text[2:]
        elif text[:1] == "\ufeff":
            text = text[1:]
        super().__init__(text)
        self.mapping: dict[str, Any] = {}
        self.implicit: set[Key] = set()
        self.arrays: set[Key] = set()
        # The line of the first part of the latest key: errors about what is defined twice name it.
        self.key_line = 1

    def parse(self) -> dict[str, Any]:
        if b"\0" in to_bytes(self.text[:6])[:6]:
            self.refuse("files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8", 1)
        while True:
            char = self.next()
            if char == _END:
                return self.mapping
            if char in _SPACES or char in _NEWLINES:
                continue
            if char == "#":
                self.skip_comment()
                continue
            if char == "[":
                self.read_header()
            else:
                self.backup()
                outer = self.context
                self.read_member()
                self.context = outer
                self.current_key = ""
            self.skip_spaces()
            char = self.next()
            if char == "#":
                self.skip_comment()
            elif char == _END:
                return self.mapping
            elif char not in _NEWLINES:
                self.fail(f"expected a top-level item to end with a newline, comment, or EOF, but got {_rune(char)} instead")

    # Keys

    def bare_name(self) -> str:
        self.start = self.at
        while self.next() in _BARE and not self.at_end:
            pass
        self.backup()
        return self.taken()

    def name(self, char: str) -> str:
        """One part of a key, whose first character is `char`."""
        if char == '"':
            self.next()
            return self.basic_string()
        if char == "'":
            self.next()
            return self.raw_string()
        return self.bare_name()

    def read_header(self) -> None:
        """`[table]` or `[[array of tables]]`, of which one `[` has been read."""
        is_array = self.accept("[")
        key: list[str] = []
        while True:
            self.skip_spaces()
            char = self.peek()
            if char == "]" or char == _END:
                self.fail("unexpected end of table name (table names cannot be empty)")
            if char == ".":
                self.fail("unexpected table separator (table names cannot be empty)")
            key.append(self.name(char))
            if len(key) == 1:
                self.key_line = self.line
            self.skip_spaces()
            char = self.next()
            if char == "]":
                break
            if char != ".":
                self.fail(f"expected '.' or ']' to end table name, but got {_rune(char)} instead")
        if is_array:
            char = self.next()
            if char != "]":
                self.fail(f"expected end of table array name delimiter ']', but got {_rune(char)} instead")
        self.enter(tuple(key), is_array)
        self.note_array("", False)

    def read_member(self) -> tuple[Key, Any]:
        """`key = value`: the key's parts and the value, which by then is in its place. Changes context and current_key."""
        self.skip_spaces()
        char = self.peek()
        if char == "=" or char == _END:
            self.fail("unexpected '=': key name appears blank")
        if char == ".":
            self.fail("unexpected '.': keys cannot start with a '.'")
        key: list[str] = []
        while True:
            self.skip_spaces()
            char = self.peek()
            if key and (char == "=" or char == _END):
                self.fail("unexpected '='")
            if key and char == ".":
                self.fail("unexpected '.'")
            key.append(self.name(char))
            if len(key) == 1:
                self.key_line = self.line
            self.skip_spaces()
            char = self.next()
            if char == "=":
                break
            if char == _END:
                self.fail("unexpected EOF; expected key separator '='")
            if char != ".":
                message = f"expected '.' or '=', but got {_rune(char)} instead"
                if char == "\n":
                    self.refuse(message, self.line - 1)
                self.fail(message)
        self.current_key = key[-1]
        for part in key[:-1]:
            path = (*self.context, part)
            self.implicit.add(path)
            self.enter(path, False)
        context, name = self.context, self.current_key
        value = self.read_value(False)
        self.context, self.current_key = context, name
        self.set_value(name, value)
        self.note_array(name, isinstance(value, list))
        return tuple(key), value

    # Where values go

    def already(self, key: Key, what: str) -> NoReturn:
        self.refuse(f"Key '{_dotted(key)}' {what}", self.key_line)

    def enter(self, key: Key, is_array: bool) -> None:
        """Makes `key` the table at hand: what it lacks above is implied, it itself is new."""
        table = self.mapping
        for index, part in enumerate(key[:-1], 1):
            if part not in table:
                self.implicit.add(key[:index])
                table[part] = {}
            inner = table[part]
            if isinstance(inner, Tables):
                table = inner[-1]
            elif isinstance(inner, dict):
                table = inner
            else:
                self.already(key[:index], "was already created as a hash.")
        self.context = key[:-1]
        if is_array:
            tables = table.setdefault(key[-1], Tables())
            if not isinstance(tables, Tables):
                self.already(key, "was already created and cannot be used as an array.")
            tables.append({})
        else:
            self.set_value(key[-1], {})
        self.context = key

    def set_value(self, name: str, value: Any) -> None:
        """Puts the value into the table at hand. A table that was implied may be defined once."""
        table = self.mapping
        for index, part in enumerate(self.context, 1):
            inner = table[part]
            if isinstance(inner, Tables):
                table = inner[-1]
            elif isinstance(inner, dict):
                table = inner
            else:
                self.already(self.context[:index], "has already been defined.")
        path = (*self.context, name)
        if name not in table:
            table[name] = value
        elif path not in self.implicit:
            self.already(path, "has already been defined.")
        else:
            self.implicit.discard(path)
            if path in self.arrays:
                table[name] = value

    def note_array(self, name: str, is_array: bool) -> None:
        """Remembers whether the key holds a list written in brackets."""
        path = (*self.context, name) if name else self.context or ("",)
        if is_array:
            self.arrays.add(path)
        else:
            self.arrays.discard(path)

    # Values

    def read_value(self, in_array: bool) -> Any:
        self.skip_spaces()
        self.start = self.at
        char = self.next()
        if char == _END:
            self.fail("unexpected EOF; expected value")
        if char in _DIGITS:
            return self.read_number(char)
        if char == '"' or char == "'":
            if self.accept(char):
                if self.accept(char):
                    return self.multiline_string(char)
                self.backup()
            return self.basic_string() if char == '"' else self.raw_string()
        if char == "[":
            return self.read_array()
        if char == "{":
            return self.read_inline_table(in_array)
        if char == "+" or char == "-":
            return self.read_signed_number()
        if char == ".":
            self.fail("floats must start with a digit, not '.'")
        if char in "in" and ((self.accept("n") and self.accept("f")) or (self.accept("a") and self.accept("n"))):
            return self.float_of(self.taken())
        if char.isalpha():
            return self.read_bool()
        message = f"expected value but found {_rune(char)} instead"
        if char == "\n":
            self.refuse(message, self.line - 1)
        return self.fail(message)

    def read_bool(self) -> bool:
        # After `in` or `na` that did not become a number the library goes back one character only; so does its message.
        self.backup()
        start = self.at
        while self.next().isalpha():
            pass
        self.backup()
        word = self.text[start : self.at]
        if word not in ("true", "false"):
            self.fail(f"expected value but found {quote(word)} instead")
        return self.taken() == "true"

    def read_array(self) -> list[Any]:
        self.note_array(self.current_key, True)
        values: list[Any] = []
        while True:
            char = self.next()
            if char in _SPACES or char in _NEWLINES:
                continue
            if char == "#":
                self.skip_comment()
                continue
            if char == ",":
                self.fail("unexpected comma")
            if char == "]":
                return values
            self.backup()
            values.append(self.read_value(True))
            while True:
                char = self.next()
                if char == "#":
                    self.skip_comment()
                elif char == ",":
                    break
                elif char == "]":
                    return values
                elif char not in _SPACES and char not in _NEWLINES:
                    got = f"'{char}'" if char else "end of file"
                    self.fail(f"expected a comma (',') or array terminator (']'), but got {got}")

    def read_inline_table(self, in_array: bool) -> dict[str, Any]:
        table: dict[str, Any] = {}
        outer, outer_key = self.context, self.current_key
        context = (*outer, outer_key)
        self.current_key = ""
        self.implicit.add(context)
        self.context = context
        self.enter(context, in_array)
        after_member = False
        while True:
            char = self.next()
            if char in _SPACES or char in _NEWLINES:
                continue
            if char == "#":
                self.skip_comment()
            elif char == "}":
                break
            elif after_member:
                if char != ",":
                    got = f"'{char}'" if char else "end of file"
                    self.fail(f"expected a comma or an inline table terminator '}}', but got {got} instead")
                self.skip_spaces()
                after_member = self.peek() == "}"
            elif char == ",":
                self.fail("unexpected comma")
            else:
                self.backup()
                key, value = self.read_member()
                inner = table
                for part in key[:-1]:
                    inner = inner.setdefault(part, {})
                    if not isinstance(inner, dict):
                        self.refuse(f"{quote(_dotted(self.context))} is not a table", self.key_line)
                inner[key[-1]] = value
                self.context = context
                after_member = True
        self.context, self.current_key = outer, outer_key
        return table

    # Numbers and times; the first character has been read

    def read_number(self, first: str) -> Any:
        char = self.next()
        if first == "0" and char in _RADIX_DIGITS:
            digits, name = _RADIX_DIGITS[char]
            char = self.peek()
            if char not in digits or not char:
                self.refuse(f"not {name} number: '{self.taken()}{char or chr(0)}'", self.line)
            while (char := self.next()) and (char in digits or char == "_"):
                pass
            self.backup()
            return self.integer_of(self.taken())
        plain = first == "0"
        while char and char in _DIGITS:
            plain = False
            char = self.next()
        if char and char in "-:" and not plain:
            while (char := self.next()) and char in _DATE_CHARACTERS:
                pass
            self.backup()
            return self.time_of(self.taken().strip())
        return self.read_decimal(char)

    def read_decimal(self, char: str) -> Any:
        """The rest of a decimal number, `char` being the latest character."""
        while char and (char in _DIGITS or char == "_"):
            char = self.next()
        if not char or char not in ".eE":
            self.backup()
            return self.integer_of(self.taken())
        while (char := self.next()) and char in _FLOAT_CHARACTERS:
            pass
        self.backup()
        return self.float_of(self.taken())

    def read_signed_number(self) -> Any:
        char = self.next()
        if char in ("i", "n"):
            second, third = ("n", "f") if char == "i" else ("a", "n")
            if not self.accept(second) or not self.accept(third):
                self.fail(f"invalid float: '{self.taken()}'")
            return self.float_of(self.taken())
        if char == ".":
            self.fail("floats must start with a digit, not '.'")
        if char == "0" and (prefix := self.peek()) in _RADIX_DIGITS:
            self.fail(f"cannot use sign with non-decimal numbers: '{self.taken()}{prefix}'")
        if not char or char not in _DIGITS:
            self.fail(f"expected a digit but got {_rune(char)}")
        return self.read_decimal(char)

    def integer_of(self, text: str) -> Int64:
        if not _underscores_fit(text):
            self.refuse(f"Invalid integer {quote(text)}: underscores must be surrounded by digits", self.line)
        if _has_leading_zero(text):
            self.refuse(f"Invalid integer {quote(text)}: cannot have leading zeroes", self.line)
        try:
            return Int64(parse_int(text, 0))
        except GoError as error:
            if error.message.endswith(RANGE):
                self.refuse(f"{text} is out of range for int64", self.line)
            raise GoPanic(f"BUG: Expected integer value, but got '{text}'.\n\n") from None

    def float_of(self, text: str) -> float:
        parts = [part for part in text.replace("e", ".").replace("E", ".").split(".") if part]
        if not all(map(_underscores_fit, parts)):
            self.refuse(f"Invalid float {quote(text)}: underscores must be surrounded by digits", self.line)
        if parts and _has_leading_zero(parts[0]):
            self.refuse(f"Invalid float {quote(text)}: cannot have leading zeroes", self.line)
        if any(piece[:1] not in _DIGITS for piece in text.split(".")[1:]):
            self.refuse(f"Invalid float {quote(text)}: '.' must be followed by one or more digits", self.line)
        if text in ("+nan", "-nan"):
            return copysign(float("nan"), -1 if text[0] == "-" else 1)
        try:
            return parse_float(text.replace("_", ""))
        except GoError as error:
            if error.message.endswith(RANGE):
                self.refuse(f"{text} is out of range for float64", self.line)
            return self.refuse(f"Invalid float value: {quote(text)}", self.line)

    def time_of(self, text: str) -> Any:
        from steersman.golang.times import fixed_zone, parse, utc

        text = text.replace("z", "Z").replace("t", "T").replace(" ", "T")
        for layout, zone in _TIME_LAYOUTS:
            try:
                time = parse(layout, text, fixed_zone(zone, 0) if zone else utc)
            except GoError:
                continue
            if not _lacks_leading_zero(text, layout):
                return time
            break
        return self.refuse(f"invalid datetime: {quote(text)}", self.line)


_TIME_LAYOUTS = (
    ("2006-01-02T15:04:05.999999999Z07:00", ""),
    ("2006-01-02T15:04:05.999999999", "datetime-local"),
    ("2006-01-02", "date-local"),
    ("15:04:05.999999999", "time-local"),
    ("2006-01-02T15:04Z07:00", ""),
    ("2006-01-02T15:04", "datetime-local"),
    ("15:04", "time-local"),
)


def _lacks_leading_zero(text: str, layout: str) -> bool:
    """Whether a number is shorter than the layout has it, which Go's time.Parse lets through: the separators are then misplaced."""
    for index, char in enumerate(layout):
        if char in ".Z":
            return False
        if char not in _DIGITS and text[index : index + 1] != char:
            return True
    return False


def _has_leading_zero(text: str) -> bool:
    if len(text) > 1 and text[0] == "0" and text[1] not in "box":
        return True
    return len(text) > 2 and text[0] in "+-" and text[1] == "0"


def _underscores_fit(text: str) -> bool:
    if text in ("nan", "+nan", "-nan", "inf", "+inf", "-inf"):
        return True
    accept = False
    for char in text:
        if char == "_" and not accept:
            return False
        accept = char in _HEX_DIGITS
    return accept
