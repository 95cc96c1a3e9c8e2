"""Executing compiled templates: what their code calls, and the door to it.

The code of a definition is made a function over one dictionary of globals per Runtime, into which the helpers and functions that it
names are put when it is first executed. The helpers here are Go's rules for what is not Python's own: walking fields, printing, ranging,
checking arguments. Each has a short way for what charts do all day, and leaves the rest to an exact slow one.

`execute` may be called from a function that a template calls: so are `include` and `tpl` made. One Runtime serves one thread at a time.
"""

from __future__ import annotations

from types import FunctionType

from steersman.errors import Error
from steersman.golang.sizes import OverLimit
from steersman.golang.values import ZEROS, Struct, type_of
from steersman.template.depth import deep
from steersman.template.errors import Fault, UnknownTemplate
from steersman.template.functions import (
    BUILTINS,
    Function,
    call_piped,
    can_be_nil,
    is_assignable,
    length,
    length_of_field,
    zero_of,
)
from steersman.template.limits import GO_MAX_DEPTH, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, NoReturn

    from steersman.template.program import Definition, Library

_ANYTHING = frozenset(("interface {}", "reflect.Value"))
_CLASSES: dict[str, type] = {
    "string": str,
    "int": int,
    "bool": bool,
    "float64": float,
    "map[string]interface {}": dict,
    "[]interface {}": list,
}
"""The Python class that is all of a Go type."""
_PLAIN = frozenset((dict,))
"""Maps whose missing elements are nil, and which have no methods: Helm's Values has some (`.Values.AsMap`)."""
_TOO_DEEP = f"exceeded maximum template depth ({GO_MAX_DEPTH})"
_BIG_RANGE = 1_000_000
_get: Any = dict.get


# Fields


def _methods(value: object) -> Mapping[str, Any]:
    return getattr(type(value), "METHODS", {})


def _element_type(container: object) -> str:
    """Go's static type of what a container or struct holds, as far as error texts show it."""
    if isinstance(container, (dict, list)):
        return getattr(type(container), "ELEMENT", "interface {}")
    return ""


def element_type(container: Any) -> str:
    """Go's static type of an element of what a loop goes over, where an interface: "" where nil in it is no value.

    A map or list of interfaces gives interfaces; a number, a typed slice or map gives values of the type itself."""
    if isinstance(container, tuple) or (container and isinstance(container, (dict, list))):
        kind = getattr(type(container), "ELEMENT", "interface {}")
        return kind if kind == "interface {}" else ""
    return ""


class _Nil:
    """Whether the nil that a walk gave last is a nil interface ("interface {}") or no value at all ("")."""

    __slots__ = ("kind",)

    def __init__(self) -> None:
        self.kind = ""


def _walk(value: Any, names: tuple[str, ...], container: object, missing_key: str, nil: _Nil) -> object:
    """The exact way along a chain of fields (exec.go, evalField); `container` is what the value is an element of, or None."""
    static = element_type(container)
    is_valid = value is not None or bool(static)
    for name in names:
        if value is None:
            if not is_valid:
                if missing_key == "error":
                    from steersman.golang.strconv import quote

                    raise Fault(f"nil data; no entry for key {quote(name)}")
                nil.kind = ""
                return None
            raise Fault(f"nil pointer evaluating {static or 'interface {}'}.{name}")
        method = _methods(value).get(name)
        if method is not None:
            value = _call_method(name, method, value)
            static = "interface {}"
            is_valid = True
            continue
        if isinstance(value, dict) and getattr(type(value), "KEY", "string") in ("string", "interface {}"):
            found = value.get(name)
            is_valid = True
            if found is None and name not in value:
                if missing_key == "error":
                    from steersman.golang.strconv import quote

                    raise Fault(f"map has no entry for key {quote(name)}")
                if missing_key == "zero":
                    found = zero_of(value)
                else:
                    is_valid = False
            static = _element_type(value)
            value = found
            continue
        if isinstance(value, Struct):
            attribute = value.FIELDS.get(name)
            if attribute is not None:
                types = getattr(type(value), "FIELD_TYPES", {})
                value = getattr(value, attribute)
                static = types.get(name, "")
                is_valid = True
                continue
        raise Fault(f"can't evaluate field {name} in type {static or type_of(value)}")
    nil.kind = "interface {}" if is_valid else ""
    return value


def _call_method(
    name: str, method: tuple[Callable[..., Any], tuple[str, ...]], receiver: object, args: tuple[object, ...] = ()
) -> object:
    call, params = method[0], method[1]
    if len(params) != len(args):
        raise Fault(f"wrong number of args for {name}: want {len(params)} got {len(args)}")
    try:
        return call(receiver, *args)
    except Error as error:
        raise Fault(f"error calling {name}: {error}", cause=error) from error


def _getters(missing_key: str, nil: _Nil) -> dict[str, Callable[..., object]]:
    """The field walkers of each arity. The short way: every step a map with string keys that has the element.

    `get…` walks from a plain value, `elem…` from an element of a loop, whose container comes last.
    """
    plain = _PLAIN if missing_key == "zero" else frozenset()

    def get1(value: Any, a: str, container: object = None) -> object:
        if value.__class__ in plain:
            found = _get(value, a)
            if found is None:
                nil.kind = "interface {}"
            return found
        return _walk(value, (a,), container, missing_key, nil)

    def get2(value: Any, a: str, b: str, container: object = None) -> object:
        try:
            inner = _get(value, a)
            found = _get(inner, b)
        except TypeError:
            return _walk(value, (a, b), container, missing_key, nil)
        if found is not None:
            return found
        if inner.__class__ in plain:
            nil.kind = "interface {}"
            return None
        return _walk(value, (a, b), container, missing_key, nil)

    def get3(value: Any, a: str, b: str, c: str, container: object = None) -> object:
        try:
            inner = _get(_get(value, a), b)
            found = _get(inner, c)
        except TypeError:
            return _walk(value, (a, b, c), container, missing_key, nil)
        if found is not None:
            return found
        if inner.__class__ in plain:
            nil.kind = "interface {}"
            return None
        return _walk(value, (a, b, c), container, missing_key, nil)

    def get4(value: Any, a: str, b: str, c: str, d: str, container: object = None) -> object:
        try:
            inner = _get(_get(_get(value, a), b), c)
            found = _get(inner, d)
        except TypeError:
            return _walk(value, (a, b, c, d), container, missing_key, nil)
        if found is not None:
            return found
        if inner.__class__ in plain:
            nil.kind = "interface {}"
            return None
        return _walk(value, (a, b, c, d), container, missing_key, nil)

    def getn(value: Any, names: tuple[str, ...], container: object = None) -> object:
        found = value
        try:
            for name in names:
                found = _get(found, name)
        except TypeError:
            found = None
        return found if found is not None else _walk(value, names, container, missing_key, nil)

    getters: dict[str, Callable[..., object]] = {"1": get1, "2": get2, "3": get3, "4": get4, "n": getn}
    return {f"{prefix}{arity}": getter for prefix in ("get", "elem") for arity, getter in getters.items()}


# Printing


def show(value: Any) -> str:
    """What an action prints (exec.go, printValue)."""
    kind = value.__class__
    if kind is str:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value)
    if value is None:
        return "<no value>"
    if kind is Function:
        raise Fault(type_of(value), wanted="print")
    from steersman.golang.fmt import format_value

    if isinstance(value, Struct):
        addressed = value.go_addressed()
        if addressed is not None:
            return addressed
    text = format_value(value)
    if text.startswith("&") and isinstance(value, Struct) and value.go_string() is None:
        return text[1:]  # a template prints what a pointer points to
    return text


# Arguments


def _fits_or_fails(value: object, wanted: str, nil: str) -> object:
    if value is None:
        if nil == "interface {}":
            if wanted in ("interface {}", "error"):
                return None
            raise Fault(f"wrong type for value; expected {wanted}; got interface {{}}")
        if can_be_nil(wanted):
            return None
        raise Fault(f"invalid value; expected {wanted}")
    if is_assignable(value, wanted):
        return value
    raise Fault(f"wrong type for value; expected {wanted}; got {type_of(value)}")


def need_string(value: object) -> object:
    return value if value.__class__ is str else _fits_or_fails(value, "string", "")


def need(value: object, wanted: str) -> object:
    return _fits_or_fails(value, wanted, "")


def need_element_string(value: object, container: object) -> object:
    return value if value.__class__ is str else _fits_or_fails(value, "string", element_type(container))


def need_element(value: object, wanted: str, container: object) -> object:
    return _fits_or_fails(value, wanted, element_type(container))


def len_of_element(value: object, container: object) -> int:
    return length_of_field(value) if element_type(container) else length(value)


def fault(message: str) -> NoReturn:
    raise Fault(message)


def _wrapped(kind: str) -> Callable[[int], object]:
    zero: Any = ZEROS.get(kind, 0)
    bits = getattr(type(zero), "BITS", 64)
    signed = getattr(type(zero), "SIGNED", True)

    def convert(number: int) -> object:
        number &= (1 << bits) - 1
        if signed and number >> (bits - 1):
            number -= 1 << bits
        return type(zero)(number)

    return convert


def _checked(
    name: str,
    call: Callable[..., Any],
    params: tuple[str, ...],
    variadic: str | None,
    count: int,
    final: bool,
    numbers: tuple[tuple[int, str], ...],
) -> Callable[..., object]:
    """The call with its arguments checked as they come: for functions and methods whose signature the compiler did not know."""
    given = count + final
    fixed = len(params)
    if variadic is not None:
        if given < fixed:
            raise Fault(f"wrong number of args for {name}: want at least {fixed} got {count}")
    elif given != fixed:
        raise Fault(f"wrong number of args for {name}: want {fixed} got {given}")

    if _ANYTHING.issuperset(params) and (variadic is None or variadic in _ANYTHING):
        return call

    constants = dict(numbers)
    kinds = [params[number] if number < fixed else variadic or "" for number in range(given)]

    def exact(*args: object) -> object:
        fitting = []
        for number, (value, wanted) in enumerate(zip(args, kinds)):
            if number in constants and wanted not in _ANYTHING:
                value = _constant(constants[number], number, wanted)
            try:
                fitting.append(_fits_or_fails(value, wanted, ""))
            except Fault as misfit:
                raise Fault(misfit.message, argument=number, wanted=wanted) from None
        return call(*fitting)

    quick = [(number, _CLASSES.get(wanted)) for number, wanted in enumerate(kinds) if wanted not in _ANYTHING]

    def checked(*args: object) -> object:
        for number, kind in quick:
            if args[number].__class__ is not kind:
                return exact(*args)
        return call(*args)

    return checked


def _constant(text: str, argument: int, wanted: str) -> object:
    """A number constant as an argument of the type wanted."""
    from steersman.template.compile import constant_as
    from steersman.template.lexer import CHAR_CONSTANT, COMPLEX, NUMBER
    from steersman.template.parser import number as parse_number

    kind = CHAR_CONSTANT if text[0] == "'" else COMPLEX if "i" in text and ("+" in text[1:] or "-" in text[1:]) else NUMBER
    value = constant_as(parse_number(0, text, kind), wanted)
    if isinstance(value, str):
        raise Fault(value, argument=argument, wanted=wanted)
    return _wrapped(wanted)(value) if isinstance(value, int) and wanted in ZEROS else value


class Runtime:
    """Executes the definitions of a library with one table of functions.

    `functions` maps names to Function, and is asked for one only when a template that calls it is executed. `missing_key` is Go's
    option: "default", "zero" (Helm's) or "error". `name` is what Go calls the root template in its errors ("gotpl" in Helm).
    """

    def __init__(
        self,
        library: Library,
        functions: Mapping[str, Function],
        *,
        missing_key: str = "zero",
        limits: Limits | None = None,
        name: str = "gotpl",
    ) -> None:
        self.library = library
        self.functions = functions
        self.limits = limits or Limits()
        self.missing_key = "default" if missing_key == "invalid" else missing_key
        self.name = name
        self._max_depth = self.limits.depth or GO_MAX_DEPTH
        self._max_output = self.limits.output
        self._depth = 0
        self._steps = self.limits.steps or 1 << 62
        self._nil = _Nil()
        self._dynamics: dict[tuple[object, ...], Callable[..., object]] = {}
        self._linked: dict[Definition, FunctionType] = {}
        self._executable: dict[str, FunctionType] = {}
        self._scope: dict[str, Any] = {"__builtins__": {}, "__name__": "steersman.template.compiled"}

    # The door

    def execute(self, name: str, dot: object) -> str:
        """The output of the definition `name` for a dot. Raises UnknownTemplate, or ExecError with Go's text."""
        function = self._executable.get(name)
        if function is None:
            function = self._executable[name] = self._find(name)
        return self._run(function, dot)

    def execute_text(self, text: str, dot: object) -> str:
        """The output of a text that sees the library, and whose definitions are seen while it runs (Helm's `tpl`).
        Raises ParseError or ExecError."""
        if self.library.delimiters[0] not in text:
            return text
        saved = self.library, self._executable
        extended = self.library.extended(self.name, text)
        main = extended.main
        assert main is not None
        known = self.library.definitions
        executable = self._executable.copy()
        # Only a text that defines something can hide what was known.
        for name, definition in extended.definitions.items() if "define" in text or "block" in text else ():
            if known.get(name) is not definition:
                executable.pop(name, None)
        executable.pop(self.name, None)
        self.library, self._executable = extended, executable
        try:
            return self._run(self._link(main), dot)
        finally:
            self.library, self._executable = saved

    def _run(self, function: FunctionType, dot: object) -> str:
        depth = self._depth
        if depth == 0:
            deep()
        elif depth >= self._max_depth:
            raise Fault(_TOO_DEEP)
        self._depth = depth + 1
        self._steps -= 1
        if self._steps < 0:
            self._charge(0)
        out: list[str] = []
        try:
            function(dot, out.append, out.extend)
        except Exception as error:
            failed = self._failure(error)
            if failed is error:
                raise
            raise failed from getattr(failed, "cause", None)
        finally:
            self._depth = depth
        # Pieces may be one long string many times over: their sum is looked at before they are joined.
        if self._max_output and sum(map(len, out)) > self._max_output:
            raise OverLimit(f"the output is longer than {self._max_output} characters")
        return "".join(out)

    def _failure(self, error: Exception) -> BaseException:
        from steersman.template.failures import failure

        return failure(error, self._scope, self.library.definitions, self.library.main)

    # Linking

    def _find(self, name: str) -> FunctionType:
        definition = self.library.definitions.get(name)
        if definition is None:
            raise UnknownTemplate(name, self.name)
        return self._link(definition)

    def _link(self, definition: Definition) -> FunctionType:
        function = self._linked.get(definition)
        if function is None:
            code = definition.code()
            scope = self._scope
            for name in definition.names:
                if name not in scope:
                    scope[name] = self._resolve(name)
            function = self._linked[definition] = FunctionType(code, scope)
        return function

    def _resolve(self, name: str) -> object:
        prefix, _, rest = name.partition("_")
        if prefix == "f":
            return self.functions[rest].call
        if name == "b_len_of_field":
            return self._len_of_field
        if prefix == "b":
            return _BUILTIN_HELPERS[rest] if rest in _BUILTIN_HELPERS else BUILTINS[rest].call
        if prefix == "to":
            return _wrapped(rest)
        if name.startswith(("get", "elem")):
            self._scope.update(_getters(self.missing_key, self._nil))
            return self._scope[name]
        helper = _HELPERS.get(name)
        return getattr(self, f"_{name}") if helper is None else helper

    # What compiled code calls

    def _template(self, name: str) -> Callable[[object, Any, Any], None]:
        function = self._executable.get(name)
        if function is None:
            definition = self.library.definitions.get(name)
            if definition is None:
                from steersman.golang.strconv import quote

                raise Fault(f"template {quote(name)} not defined")
            function = self._executable[name] = self._link(definition)
        if self._depth >= self._max_depth:
            raise Fault(_TOO_DEEP)
        self._steps -= 1
        if self._steps < 0:
            self._charge(0)

        def run(dot: object, append: Any, extend: Any) -> None:
            self._depth += 1
            try:
                function(dot, append, extend)
            finally:
                self._depth -= 1

        return run

    def _dynamic(self, name: str, count: int, final: bool, numbers: tuple[tuple[int, str], ...]) -> Callable[..., object]:
        key = name, count, final, numbers
        found = self._dynamics.get(key)
        if found is None:
            function = self.functions[name]
            found = _checked(name, function.call, function.params, function.variadic, count, final, numbers)
            self._dynamics[key] = found
        return found

    def _bind(
        self,
        receiver: Any,
        names: tuple[str, ...],
        container: object,
        count: int,
        final: bool,
        numbers: tuple[tuple[int, str], ...],
    ) -> Callable[..., object]:
        """A method by the chain of names that leads to it, ready to be called with arguments."""
        value = _walk(receiver, names[:-1], container, self.missing_key, self._nil) if len(names) > 1 else receiver
        name = names[-1]
        method = _methods(value).get(name) if value is not None else None
        if method is not None:
            call, params = method[0], method[1]
            variadic = method[2] if len(method) > 2 else None
            return _checked(name, lambda *args: call(value, *args), params, variadic, count, final, numbers)
        if isinstance(value, dict) and getattr(type(value), "KEY", "string") in ("string", "interface {}"):
            raise Fault(f"{name} is not a method but has arguments")
        _walk(receiver, names, container, self.missing_key, self._nil)  # raises what Go raises where there is no such field
        if value is None:
            return lambda *args: None
        raise Fault(f"{name} has arguments but cannot be invoked as function")

    def _need_field(self, value: object, wanted: str) -> object:
        return _fits_or_fails(value, wanted, self._nil.kind)

    def _need_field_string(self, value: object) -> object:
        return value if value.__class__ is str else _fits_or_fails(value, "string", self._nil.kind)

    def _len_of_field(self, value: object) -> int:
        return length_of_field(value) if self._nil.kind else length(value)

    def _charge(self, turns: int) -> None:
        self._steps -= turns
        if self._steps < 0:
            raise Fault(f"more than {self.limits.steps} turns of loops and executions of templates")

    def _items(self, value: Any) -> Any:
        """What a range without or with one variable goes over; false when empty."""
        kind = value.__class__
        if kind is list:
            self._steps -= len(value)
            if self._steps < 0:
                self._charge(0)
            return value
        if value is None:
            return ()
        if isinstance(value, dict):
            self._charge(len(value))
            if not value:
                return ()
            return [value[key] for key in _sorted_keys(value)]
        if isinstance(value, list):
            self._charge(len(value))
            return value
        if isinstance(value, int) and kind is not bool:
            turns: Iterable[int] = range(value)
            if value > _BIG_RANGE:
                return self._counted(value)
            self._charge(max(value, 0))
            return turns if kind is int else [kind(turn) for turn in turns]
        if isinstance(value, bytes):
            from steersman.golang.values import Uint8

            self._charge(len(value))
            return [Uint8(byte) for byte in value]
        from steersman.golang.fmt import format_value

        raise Fault(f"range can't iterate over {format_value(value)}")

    def _counted(self, end: Any) -> Iterable[object]:
        """0 … end - 1, each turn counted as it is made: the loop may be left early."""
        make = end.__class__
        for turn in range(end):
            self._charge(1)
            yield turn if make is int else make(turn)

    def _pairs(self, value: Any) -> Any:
        """What a range with two variables goes over: pairs of index or key and element; false when empty."""
        if isinstance(value, dict):
            self._charge(len(value))
            if not value:
                return ()
            return [(key, value[key]) for key in _sorted_keys(value)]
        if isinstance(value, int) and value.__class__ is not bool:
            raise Fault(f"can't use {int(value)} to iterate over more than one variable")
        items = self._items(value)
        return enumerate(items) if items else ()


def _sorted_keys(value: dict[Any, Any]) -> list[Any]:
    try:
        return sorted(value)
    except TypeError:
        from steersman.golang.fmt import sorted_keys

        return sorted_keys(value)


_BUILTIN_HELPERS: dict[str, Callable[..., Any]] = {"len_of_element": len_of_element, "call_piped": call_piped}

_HELPERS: dict[str, Callable[..., Any]] = {
    "show": show,
    "need": need,
    "need_element": need_element,
    "need_string": need_string,
    "need_element_string": need_element_string,
    "fault": fault,
}
"""Helpers that need no Runtime; the others are its methods with an underscore before."""
