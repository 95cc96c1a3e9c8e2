"""What a template can call: the record of a function, and the builtins of the language.

A function takes and gives values as `golang.values` holds them; it raises GoError for Go's second result and GoPanic for a panic.
The rules and texts are those of Go 1.26, text/template/funcs.go. `and`, `or` and `not` never come here: the compiler turns them
into Python's own operators, whose truth is Go's for every value that we hold.
"""

from __future__ import annotations

from steersman.errors import GoError, GoPanic
from steersman.golang.sizes import MAX_TEXT, too_long
from steersman.golang.values import ZEROS, Struct, Uint8, byte_length, kind_of, to_bytes, to_str, truth, type_of
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar


class Function(Record):
    """A function with its Go signature, so that wrong arguments read as Go's.

    `params` are the Go types of the fixed parameters ("string", "int", "interface {}", "map[string]interface {}" …), `variadic`
    the element type of a variadic last one. `result` is Go's type of the result where that is known to be exactly a string:
    the compiler then leaves out checks.
    """

    GO_KIND: ClassVar[str] = "func"

    call: Callable[..., Any]
    params: tuple[str, ...] = ()
    variadic: str | None = None
    result: str = ""

    @property
    def GO_TYPE(self) -> str:
        params = [*self.params, *([f"...{self.variadic}"] if self.variadic else [])]
        return f"func({', '.join(params)}) {self.result or 'interface {}'}"


NIL_TYPES = ("[]", "map[", "*", "chan ", "func(")
"""How the names of types begin whose values can be nil, beside interfaces."""


def can_be_nil(kind: str) -> bool:
    """Whether untyped nil fits a parameter of this Go type."""
    return kind in {"interface {}", "reflect.Value", "error"} or kind.startswith(NIL_TYPES)


def is_assignable(value: object, kind: str) -> bool:
    """Whether a value that is not nil can be given where Go wants `kind` (reflect's AssignableTo, and one indirection)."""
    if kind == "interface {}" or kind == "reflect.Value":
        return True
    found = type_of(value)
    if found == kind:
        return True
    if kind == "map[string]interface {}":
        return isinstance(value, dict) and getattr(type(value), "ELEMENT", kind) in (kind, "interface {}") and "[" not in found
    if kind.startswith("[]"):
        return isinstance(value, list) and "[" not in found and f"[]{getattr(type(value), 'ELEMENT', '')}" == kind
    if kind == "error":
        return isinstance(value, GoError)
    return found == f"*{kind}"


# Comparison


def _basic_kind(value: object) -> str:
    kind = type(value)
    if kind is str:
        return "string"
    if kind is bool:
        return "bool"
    if isinstance(value, int):
        return "int" if getattr(kind, "SIGNED", True) else "uint"
    if isinstance(value, float):
        return "float"
    if isinstance(value, complex):
        return "complex"
    return "string" if isinstance(value, str) else ""


def _is_comparable(value: object) -> bool:
    return not isinstance(value, (dict, list, bytes)) and kind_of(value) != "func"


def eq(first: object, *others: object) -> bool:
    """first == any of the others."""
    if not others:
        raise GoError("missing argument for comparison")
    kind = _basic_kind(first)
    for other in others:
        other_kind = _basic_kind(other)
        if kind != other_kind:
            if (kind == "int" and other_kind == "uint") or (kind == "uint" and other_kind == "int"):
                same = first == other
            elif first is not None and other is not None:
                raise GoError(f"incompatible types for comparison: {type_of(first)} and {type_of(other)}")
            else:
                same = False
        elif kind:
            same = first == other
        else:
            same = _eq_other(first, other)
        if same:
            return True
    return False


def _eq_other(first: object, other: object) -> bool:
    """Equality of what is not a basic kind: nil equals nil, pointers and structs compare, maps and slices do not."""
    from steersman.golang.fmt import sprintf

    if first is None or other is None:
        return first is other
    if kind_of(first) != kind_of(other):
        raise GoError(sprintf("non-comparable types %s: %v, %s: %v", [first, type_of(first), type_of(other), other]))
    if not _is_comparable(other):
        raise GoError(sprintf("non-comparable type %s: %v", [other, type_of(other)]))
    return type(first) is type(other) and first == other


def ne(first: object, other: object) -> bool:
    return not eq(first, other)


def lt(first: Any, other: Any) -> bool:
    kind, other_kind = _basic_kind(first), _basic_kind(other)
    if not kind or not other_kind:
        raise GoError("invalid type for comparison")
    if kind != other_kind:
        if {kind, other_kind} == {"int", "uint"}:
            return bool(first < other)
        raise GoError(f"incompatible types for comparison: {type_of(first)} and {type_of(other)}")
    if kind in ("bool", "complex"):
        raise GoError("invalid type for comparison")
    if kind == "string" and not (first.isascii() and other.isascii()):
        return to_bytes(first) < to_bytes(other)
    return bool(first < other)


def le(first: object, other: object) -> bool:
    return lt(first, other) or eq(first, other)


def gt(first: object, other: object) -> bool:
    return not le(first, other)


def ge(first: object, other: object) -> bool:
    return not lt(first, other)


# Indexing, slicing, length


def _index(position: Any, most: int) -> int:
    if isinstance(position, int) and type(position) is not bool:
        if position < 0 or position > most:
            raise GoError(f"index out of range: {int(position)}")
        return int(position)
    if position is None:
        raise GoError("cannot index slice/array with nil")
    raise GoError(f"cannot index slice/array with type {type_of(position)}")


def map_key(key: Any, kind: str) -> object:
    """The key as the map's key type wants it (funcs.go, prepareArg). Raises GoError when it does not fit."""
    if key is None:
        if not can_be_nil(kind):
            raise GoError(f"value is nil; should be of type {kind}")
        return None
    if is_assignable(key, kind):
        return key
    if isinstance(key, int) and type(key) is not bool and isinstance(ZEROS.get(kind), int) and kind != "bool":
        return type(ZEROS[kind])(key)  # type: ignore[call-arg]
    raise GoError(f"value has type {type_of(key)}; should be {kind}")


def zero_of(container: object) -> object:
    """The zero value of a container's element type."""
    return ZEROS.get(getattr(type(container), "ELEMENT", ""))


def index(item: Any, *positions: object) -> object:
    """item[first][second]… of maps, slices and strings."""
    if item is None:
        raise GoError("index of untyped nil")
    for position in positions:
        if isinstance(item, dict):
            if type(position) is str and getattr(type(item), "KEY", "string") in ("string", "interface {}"):
                found = item.get(position)
                if found is None and position not in item:
                    found = zero_of(item)
                item = found
            else:
                key = map_key(position, getattr(type(item), "KEY", "string"))
                item = item[key] if key in item else zero_of(item)
        elif isinstance(item, (list, str, bytes)):
            is_text = isinstance(item, str)
            length = byte_length(item) if is_text else len(item)  # type: ignore[arg-type]
            at = _index(position, length)
            if at == length:
                raise GoPanic(f"reflect: {'string' if is_text else 'slice'} index out of range")
            if is_text:
                item = Uint8(to_bytes(item)[at])  # type: ignore[arg-type]
            else:
                item = Uint8(item[at]) if isinstance(item, bytes) else item[at]
        elif item is None:
            raise GoError("index of nil pointer")
        else:
            raise GoError(f"can't index item of type {type_of(item)}")
    return item


def slice_(item: Any, *positions: object) -> object:
    """item[first:second:third] of a slice or a string, the latter by bytes."""
    if item is None:
        raise GoError("slice of untyped nil")
    if len(positions) > 3:
        raise GoError(f"too many slice indexes: {len(positions)}")
    if isinstance(item, str):
        if len(positions) == 3:
            raise GoError("cannot 3-index slice a string")
        length = byte_length(item)
    elif isinstance(item, (list, bytes)):
        length = len(item)
    else:
        raise GoError(f"can't slice item of type {type_of(item)}")
    ends = [0, length, length]
    for number, position in enumerate(positions):
        ends[number] = _index(position, length)
    if ends[0] > ends[1]:
        raise GoError(f"invalid slice index: {ends[0]} > {ends[1]}")
    if len(positions) == 3 and ends[1] > ends[2]:
        raise GoError(f"invalid slice index: {ends[1]} > {ends[2]}")
    if isinstance(item, str):
        return item[ends[0] : ends[1]] if item.isascii() else to_str(to_bytes(item)[ends[0] : ends[1]])
    if isinstance(item, bytes) or type(item) is list:
        return item[ends[0] : ends[1]]
    return type(item)(item[ends[0] : ends[1]])


def length(item: Any) -> int:
    if isinstance(item, str):
        return byte_length(item)
    if isinstance(item, (dict, list, bytes)):
        return len(item)
    if item is None:
        raise GoPanic("reflect: call of reflect.Value.Type on zero Value")
    raise GoError(f"len of type {type_of(item)}")


def length_of_field(item: Any) -> int:
    """`len` of an argument that Go holds in an interface: nil is a nil pointer there, and no value at all elsewhere."""
    if item is None:
        raise GoError("len of nil pointer")
    return length(item)


# Calls


def call(name: str, function: Any, *arguments: object) -> object:
    """Calls a function held as a value; `name` is how the template calls it."""
    if function is None:
        raise GoError("call of nil")
    if not isinstance(function, Function):
        raise GoError(f"non-function {name} of type {type_of(function)}")
    fixed = len(function.params)
    if function.variadic is not None:
        if len(arguments) < fixed:
            raise GoError(f"wrong number of args for {name}: got {len(arguments)} want at least {fixed}")
    elif len(arguments) != fixed:
        raise GoError(f"wrong number of args for {name}: got {len(arguments)} want {fixed}")
    given = []
    for number, argument in enumerate(arguments):
        kind = function.params[number] if number < fixed else function.variadic or ""
        try:
            given.append(map_key(argument, kind))
        except GoError as error:
            raise GoError(f"arg {number}: {error}") from error
    return function.call(*given)


def call_piped(function: Any) -> object:
    """`call` of nothing but the value of a pipeline: Go then names the function as reflect prints it."""
    return call(function if isinstance(function, str) else f"<{type_of(function)} Value>", function)


# Printing and escaping


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise too_long()
    return text


def print_(*arguments: object) -> str:
    from steersman.golang.fmt import sprint

    return _bounded(sprint(arguments))


def printf(template: str, *arguments: object) -> str:
    from steersman.golang.fmt import sprintf

    return _bounded(sprintf(template, arguments))


def println(*arguments: object) -> str:
    from steersman.golang.fmt import sprintln

    return _bounded(sprintln(arguments))


def _printed(arguments: tuple[object, ...]) -> str:
    """The arguments as one text (funcs.go, evalArgs): like print, but nil is no value."""
    from steersman.golang.fmt import sprint

    if len(arguments) == 1 and type(arguments[0]) is str:
        return arguments[0]
    return _bounded(sprint([_printable(argument) for argument in arguments]))


def _printable(value: object) -> object:
    """What stands for a value in print (exec.go, printableValue): what a pointer points to, and no value for nil."""
    if value is None:
        return "<no value>"
    if isinstance(value, Struct) and kind_of(value) == "ptr" and value.go_string() is None:
        from steersman.golang.fmt import format_value

        return format_value(value).removeprefix("&")
    return value


_HTML = {0: "\ufffd", 34: "&#34;", 39: "&#39;", 38: "&amp;", 60: "&lt;", 62: "&gt;"}


def html(*arguments: object) -> str:
    return _printed(arguments).translate(_HTML)


_JS = {code: f"\\u{code:04X}" for code in range(32)} | {
    92: "\\\\",
    39: "\\'",
    34: '\\"',
    60: "\\u003C",
    62: "\\u003E",
    38: "\\u0026",
    61: "\\u003D",
}


def js(*arguments: object) -> str:
    from steersman.golang.strconv import is_print, whole

    text = _printed(arguments)
    if text.isascii():
        return text.translate(_JS)
    out = []
    for character in whole(text):
        code = ord(character)
        if code < 128:
            out.append(_JS.get(code, character))
        elif 0xDC80 <= code <= 0xDCFF:
            out.append("\\uFFFD")  # a byte that is no UTF-8 reads as U+FFFD, which Go does not print as itself
        else:
            out.append(character if is_print(code) else f"\\u{code:04X}")
    return "".join(out)


_UNESCAPED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")


def urlquery(*arguments: object) -> str:
    """net/url's QueryEscape."""
    return "".join(
        chr(byte) if byte in _UNESCAPED else "+" if byte == 32 else f"%{byte:02X}" for byte in to_bytes(_printed(arguments))
    )


def _and(*values: object) -> object:
    result: object = None
    for result in values:
        if not truth(result):
            break
    return result


def _or(*values: object) -> object:
    result: object = None
    for result in values:
        if truth(result):
            break
    return result


_ANY = "interface {}"
_VALUE = "reflect.Value"

BUILTINS: Mapping[str, Function] = {
    "and": Function(_and, (_VALUE,), _VALUE),
    "call": Function(call, (_VALUE,), _VALUE),
    "html": Function(html, (), _ANY, "string"),
    "index": Function(index, (_VALUE,), _VALUE),
    "slice": Function(slice_, (_VALUE,), _VALUE),
    "js": Function(js, (), _ANY, "string"),
    "len": Function(length, (_VALUE,)),
    "not": Function(lambda value: not truth(value), (_VALUE,)),
    "or": Function(_or, (_VALUE,), _VALUE),
    "print": Function(print_, (), _ANY, "string"),
    "printf": Function(printf, ("string",), _ANY, "string"),
    "println": Function(println, (), _ANY, "string"),
    "urlquery": Function(urlquery, (), _ANY, "string"),
    "eq": Function(eq, (_VALUE,), _VALUE),
    "ge": Function(ge, (_VALUE, _VALUE)),
    "gt": Function(gt, (_VALUE, _VALUE)),
    "le": Function(le, (_VALUE, _VALUE)),
    "lt": Function(lt, (_VALUE, _VALUE)),
    "ne": Function(ne, (_VALUE, _VALUE)),
}
"""The language's own functions, any of which a table of functions may replace."""
