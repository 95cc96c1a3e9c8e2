"""The grammar of `--set`, `--set-string`, `--set-file`, `--set-json` and `--set-literal` (Helm 4: pkg/strvals).

    line   = key "=" value { "," key "=" value }
    key    = name { "." name | "[" index "]" }
    value  = text | "{" text { "," text } "}" | JSON

One reader walks the line rune by rune and writes into the tree as it goes. Helm ends in the same way whether the line is over
before a key, inside an index or behind `=`: the end of the text travels upwards as an error that the top takes for success, and
each level it passes decides whether what was read so far is kept. `_End` is that end of text here, so that half-written
lines (`a[0`, `a[0].b=`) mean what they mean in Helm.
"""

from __future__ import annotations

from steersman.errors import ValuesError
from steersman.golang.values import Int64, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Tree = dict[str, Any]

MAX_INDEX = 65536
"""The highest index of a list (Helm: MaxIndex)."""
MAX_NESTED_NAME_LEVEL = 30
"""How many dots a name may have (Helm: MaxNestedNameLevel)."""
MAX_NESTED_INDEXES = 200
"""How many indexes may follow each other, as in `a[0][0]`. Helm has no such limit; it keeps the recursion shallow."""
MAX_ELEMENTS = 1_000_000
"""How many list elements one line may create. Helm bounds each list but not their number (CVE-2022-36055 asks for both)."""


class _End(Exception):
    """The text is over."""


def parse(line: str) -> Tree:
    """The tree that a `--set` line means. Raises ValuesError with Helm's text."""
    tree: Tree = {}
    parse_into(line, tree)
    return tree


def parse_into(line: str, tree: Tree) -> None:
    """Writes a `--set` line into `tree`. Raises ValuesError; what was read before the error stays written."""
    _Reader(line, typed_value).read_into(tree)


def parse_string(line: str) -> Tree:
    """The tree that a `--set-string` line means: every value is a string."""
    tree: Tree = {}
    parse_string_into(line, tree)
    return tree


def parse_string_into(line: str, tree: Tree) -> None:
    """Writes a `--set-string` line into `tree`."""
    _Reader(line, str).read_into(tree)


def parse_file_into(line: str, tree: Tree, read: Callable[[str], object]) -> None:
    """Writes a `--set-file` line into `tree`; `read` turns each value (a path) into what is set."""
    _Reader(line, read).read_into(tree)


def parse_json_into(line: str, tree: Tree) -> None:
    """Writes a `--set-json` line of the form `k=JSON,k2=JSON` into `tree`; nothing after `=` means null."""
    _Reader(line, None).read_into(tree)


def parse_literal(line: str) -> Tree:
    """The tree that a `--set-literal` line means: all after the first `=` is the value, without escapes."""
    tree: Tree = {}
    parse_literal_into(line, tree)
    return tree


def parse_literal_into(line: str, tree: Tree) -> None:
    """Writes a `--set-literal` line into `tree`."""
    _LiteralReader(line, str).read_into(tree)


def typed_value(text: str) -> object:
    """A value of `--set` as Helm types it: true, false, null in any case; whole numbers as int64 unless they begin with 0."""
    if len(text) in (4, 5):
        folded = text.casefold()
        if folded == "true":
            return True
        if folded == "false":
            return False
        if folded == "null":
            return None
    if text == "0":
        return Int64(0)
    if text and text[0] in "+-123456789":
        digits = text[1:] if text[0] in "+-" else text
        if digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) <= 19:
            number = int(text)
            if -0x8000000000000000 <= number <= 0x7FFFFFFFFFFFFFFF:
                return Int64(number)
    return text


class _Reader:
    """Reads one line. `convert` turns the text of a value into what is set; None means that values are JSON."""

    KEY_ENDS = frozenset("=[,.")
    ESCAPES = True

    def __init__(self, line: str, convert: Callable[[str], object] | None) -> None:
        # Go reads a byte that is no UTF-8 as U+FFFD.
        self.text = line if line.isascii() else "".join("\ufffd" if "\ud800" <= rune <= "\udfff" else rune for rune in line)
        self.at = 0
        self.convert = convert
        self.room = MAX_ELEMENTS

    def read_into(self, tree: Tree) -> None:
        try:
            while True:
                self.key(tree, 0)
        except _End:
            return

    def until(self, ends: frozenset[str]) -> tuple[str, str]:
        """The text up to one of `ends`, escapes resolved, and that end; "" when the line is over."""
        text, at = self.text, self.at
        length = len(text)
        taken: list[str] = []
        escapes = self.ESCAPES
        while at < length:
            rune = text[at]
            at += 1
            if rune in ends:
                self.at = at
                return "".join(taken), rune
            if escapes and rune == "\\":
                if at == length:
                    break
                rune = text[at]
                at += 1
            taken.append(rune)
        self.at = length
        return "".join(taken), ""

    def key(self, tree: Tree, level: int) -> None:
        name, end = self.until(self.KEY_ENDS)
        if end == "":
            if not name:
                raise _End
            raise ValuesError(f"key {_quote(name)} has no value")
        if end == "[":
            index = self.index()
            items = _existing(tree, name, list)
            try:
                items = self.item(items, index, level, 0)
            finally:
                _set(tree, name, items)
        elif end == "=":
            self.value(tree, name)
        elif end == ",":
            raise ValuesError(f"key {_quote(name)} has no value (cannot end with ,)")
        else:
            level += 1
            if level > MAX_NESTED_NAME_LEVEL:
                raise ValuesError(
                    f"value name nested level is greater than maximum supported nested level of {MAX_NESTED_NAME_LEVEL}"
                )
            inner = _existing(tree, name, dict)
            try:
                self.key(inner, level)
            except _End:
                if inner:
                    _set(tree, name, inner)
                raise
            if not inner:
                raise ValuesError(f"key map {_quote(name)} has no value")
            _set(tree, name, inner)

    def value(self, tree: Tree, name: str) -> None:
        """What stands behind `name=`."""
        if self.convert is None:
            _set(tree, name, self.json_value())
        elif self.at == len(self.text):
            _set(tree, name, "")
            raise _End
        elif self.text[self.at] == "{":
            _set(tree, name, self.braces())
        else:
            _set(tree, name, self.convert(self.until(_COMMA)[0]))

    def braces(self) -> list[object]:
        """A list in braces, the comma behind it included."""
        assert self.convert is not None
        self.at += 1
        items: list[object] = []
        while True:
            text, end = self.until(_LIST_ENDS)
            if end == "":
                raise ValuesError("list must terminate with '}'")
            self.take(1)
            items.append(self.convert(text))
            if end == "}":
                if self.text.startswith(",", self.at):
                    self.at += 1
                return items

    def index(self) -> int:
        from steersman.errors import GoError
        from steersman.golang.strconv import atoi

        text, end = self.until(_BRACKET)
        if end == "":
            raise _End
        try:
            return atoi(text)
        except GoError as error:
            raise ValuesError(f"error parsing index: {error}") from None

    def item(self, items: list[object], index: int, level: int, depth: int) -> list[object]:
        """Sets what the line says about `items[index]`; the list, or a longer copy of it."""
        if index < 0:
            raise ValuesError(f"negative {index} index not allowed")
        if depth > MAX_NESTED_INDEXES:
            raise ValuesError(f"more than {MAX_NESTED_INDEXES} indexes in a row are not supported")
        text, end = self.until(_INDEX_ENDS)
        if text:
            raise ValuesError(f"unexpected data at end of array index: {_quote_runes(text)}")
        if end == "":
            raise _End
        if end == "=":
            return self.set_index(items, index, self.item_value())
        if end == "[":
            following = self.index()
            inner: list[object] = []
            if len(items) > index and items[index] is not None:
                found = items[index]
                if not isinstance(found, list):
                    raise _conversion(found, list)
                inner = found
            return self.set_index(items, index, self.item(inner, following, level, depth + 1))
        table: Tree = {}
        if len(items) > index:
            found = items[index]
            if isinstance(found, dict):
                table = found
            else:
                items[index] = table
        self.key(table, level)
        return self.set_index(items, index, table)

    def item_value(self) -> object:
        """What stands behind `[n]=`."""
        if self.convert is None:
            return self.json_value()
        if self.at == len(self.text):
            return ""
        if self.text[self.at] == "{":
            return self.braces()
        return self.convert(self.until(_COMMA)[0])

    def set_index(self, items: list[object], index: int, value: object) -> list[object]:
        if index > MAX_INDEX:
            raise ValuesError(f"index of {index} is greater than maximum supported index of {MAX_INDEX}")
        if len(items) <= index:
            self.take(index + 1 - len(items))
            items = items + [None] * (index + 1 - len(items))
        items[index] = value
        return items

    def take(self, elements: int) -> None:
        self.room -= elements
        if self.room < 0:
            raise ValuesError(f"the lists of one line have more than {MAX_ELEMENTS} elements")

    def json_value(self) -> object:
        """One JSON value and the blanks and comma behind it; None when there is nothing before the next comma."""
        from steersman.errors import GoError
        from steersman.golang.json import UNEXPECTED_END, unmarshal

        if self.blank():
            return None
        end = _json_end(self.text, self.at)
        try:
            value = unmarshal(self.text[self.at : end])
        except GoError as error:
            # Go's Decoder, which is asked here, has other words than its Unmarshal for a text that is over.
            raise ValuesError("unexpected EOF" if error.message == UNEXPECTED_END else error.message) from None
        self.at = end
        self.blank()
        return value

    def blank(self) -> bool:
        """Skips spaces and one comma; True when the value is empty, that is, a comma or the end came first."""
        text = self.text
        while self.at < len(text):
            rune = text[self.at]
            if rune == ",":
                self.at += 1
                return True
            if not rune.isspace() or "\x1c" <= rune <= "\x1f":
                return False
            self.at += 1
        return True


class _LiteralReader(_Reader):
    """`--set-literal`: no escapes, no lists in braces, no second pair."""

    KEY_ENDS = frozenset("=[.")
    ESCAPES = False

    def value(self, tree: Tree, name: str) -> None:
        _set(tree, name, self.item_value())

    def item_value(self) -> object:
        rest = self.text[self.at :]
        self.at = len(self.text)
        return rest


_COMMA = frozenset(",")
_BRACKET = frozenset("]")
_LIST_ENDS = frozenset(",}")
_INDEX_ENDS = frozenset("[.=")


def _set(tree: Tree, name: str, value: object) -> None:
    if name:
        tree[name] = value


def _existing(tree: Tree, name: str, kind: type[Any]) -> Any:
    """What `tree` has under that name, or an empty `kind`. Anything of another kind is an error with Go's text."""
    if name not in tree:
        return kind()
    found = tree[name]
    if not isinstance(found, kind):
        raise _conversion(found, kind)
    return found


def _conversion(found: object, kind: type[Any]) -> ValuesError:
    wanted = type_of(kind())
    is_now = "nil" if found is None else type_of(found)
    return ValuesError(f"unable to parse key: interface conversion: interface {{}} is {is_now}, not {wanted}")


def _quote(text: str) -> str:
    from steersman.golang.strconv import quote

    return quote(text)


def _quote_runes(text: str) -> str:
    """%q of Go's []rune."""
    from steersman.golang.fmt import sprintf
    from steersman.golang.values import Int32, slice_type

    return sprintf("%q", [slice_type("int32")(Int32(ord(rune)) for rune in text)])


def _json_end(text: str, start: int) -> int:
    """Where the JSON value that begins at or after `start` ends; the end of the text where it is broken or incomplete."""
    at, length = start, len(text)
    while at < length and text[at] in " \t\r\n":
        at += 1
    if at == length:
        return length
    depth = 0
    while at < length:
        rune = text[at]
        if rune == '"':
            at += 1
            while at < length and text[at] != '"':
                at += 2 if text[at] == "\\" else 1
            at += 1
        elif rune in "[{":
            depth += 1
            at += 1
        elif rune in "]}":
            depth -= 1
            at += 1
        elif depth:
            at += 1
        else:
            return _scalar_end(text, at)
        if depth <= 0:
            return min(at, length)
    return length


def _scalar_end(text: str, at: int) -> int:
    for word in ("true", "false", "null"):
        if text.startswith(word, at):
            return at + len(word)
    import re

    number = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.([0-9]*))?(?:[eE][+-]?([0-9]*))?").match(text, at)
    # A point or an exponent without digits is an error, not the end of the number.
    return len(text) if number is None or "" in number.groups() else number.end()
