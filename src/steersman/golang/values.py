"""How values of Go are held in Python: the one agreement between the template language, the functions and the codecs.

    Go                          Python
    nil                         None
    bool                        bool
    int                         int (exactly)
    int64, uint8, …             Int64, Uint8, …: subclasses of int
    float64, float32            float, Float32
    complex128                  complex
    string                      str; bytes that are no UTF-8 are held as Python's surrogateescape does (U+DC80…U+DCFF)
    []byte                      bytes
    []any                       list (exactly)
    []string, []int, …          Slice subclasses of list, made once per element type by `slice_type`
    map[string]any              dict (exactly)
    map[string]string, …        Map subclasses of dict, made by `map_type`
    common.Values               Values, a dict
    func                        Function (see `steersman.template`)
    a struct, or a pointer to   a subclass of Struct: field and method tables by Go's names
    error                       GoError as a value
    time.Duration, time.Time    golang.durations.Duration, golang.times.Time

`int` arithmetic in Python has no width: whoever computes wraps (`wrap_int64`). bool is a subclass of int in Python and
True == 1: every function that sorts by type asks for bool first.
"""

from __future__ import annotations

from steersman.errors import GoError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar


class SizedInt(int):
    """The base of Go's integer types other than int."""

    GO_TYPE: ClassVar[str] = "int"
    GO_KIND: ClassVar[str] = "int"
    BITS: ClassVar[int] = 64
    SIGNED: ClassVar[bool] = True
    __slots__ = ()

    # Python's own repr of a subclass of int prints the number: so do str() and format().


def _int_type(name: str, go: str, bits: int, signed: bool) -> type[SizedInt]:
    return type(
        name, (SizedInt,), {"GO_TYPE": go, "GO_KIND": go, "BITS": bits, "SIGNED": signed, "__slots__": (), "__module__": __name__}
    )


if TYPE_CHECKING:

    class Int64(SizedInt): ...

    class Int32(SizedInt): ...

    class Int16(SizedInt): ...

    class Int8(SizedInt): ...

    class Uint(SizedInt): ...

    class Uint64(SizedInt): ...

    class Uint32(SizedInt): ...

    class Uint16(SizedInt): ...

    class Uint8(SizedInt): ...

    class Uintptr(SizedInt): ...

else:
    Int64 = _int_type("Int64", "int64", 64, True)
    Int32 = _int_type("Int32", "int32", 32, True)
    Int16 = _int_type("Int16", "int16", 16, True)
    Int8 = _int_type("Int8", "int8", 8, True)
    Uint = _int_type("Uint", "uint", 64, False)
    Uint64 = _int_type("Uint64", "uint64", 64, False)
    Uint32 = _int_type("Uint32", "uint32", 32, False)
    Uint16 = _int_type("Uint16", "uint16", 16, False)
    Uint8 = _int_type("Uint8", "uint8", 8, False)
    Uintptr = _int_type("Uintptr", "uintptr", 64, False)


class Float32(float):
    """float32. The number held is already rounded to 32 bits by whoever made it."""

    GO_TYPE: ClassVar[str] = "float32"
    GO_KIND: ClassVar[str] = "float32"
    __slots__ = ()


class Slice(list):  # type: ignore[type-arg]
    """A slice whose element type is not interface{}. `ELEMENT` is Go's name of that type, `ZERO` makes its zero value."""

    GO_TYPE: ClassVar[str] = "[]interface {}"
    GO_KIND: ClassVar[str] = "slice"
    ELEMENT: ClassVar[str] = "interface {}"
    __slots__ = ()


class Map(dict):  # type: ignore[type-arg]
    """A map that is not map[string]interface{}."""

    GO_TYPE: ClassVar[str] = "map[string]interface {}"
    GO_KIND: ClassVar[str] = "map"
    KEY: ClassVar[str] = "string"
    ELEMENT: ClassVar[str] = "interface {}"
    __slots__ = ()


_slices: dict[str, type[Slice]] = {}
_maps: dict[tuple[str, str], type[Map]] = {}

ZEROS: Mapping[str, object] = {
    "bool": False,
    "int": 0,
    "int64": Int64(0),
    "int32": Int32(0),
    "int16": Int16(0),
    "int8": Int8(0),
    "uint": Uint(0),
    "uint64": Uint64(0),
    "uint32": Uint32(0),
    "uint16": Uint16(0),
    "uint8": Uint8(0),
    "float64": 0.0,
    "float32": Float32(0),
    "complex128": 0j,
    "string": "",
}
"""The zero value of each type that has one which is not nil."""


def slice_type(element: str) -> type[Slice]:
    """The class of Go slices of `element` (Go's name of a type): `slice_type("string")(["a"])` is a []string."""
    found = _slices.get(element)
    if found is None:
        found = _slices[element] = type(
            f"Slice[{element}]",
            (Slice,),
            {"GO_TYPE": f"[]{element}", "ELEMENT": element, "__slots__": (), "__module__": __name__},
        )
    return found


def map_type(key: str, element: str) -> type[Map]:
    """The class of Go maps from `key` to `element` (Go's names of types)."""
    found = _maps.get((key, element))
    if found is None:
        found = _maps[key, element] = type(
            f"Map[{key},{element}]",
            (Map,),
            {"GO_TYPE": f"map[{key}]{element}", "KEY": key, "ELEMENT": element, "__slots__": (), "__module__": __name__},
        )
    return found


Strings = slice_type("string")
Ints = slice_type("int")
Lists = slice_type("[]interface {}")
StringMap = map_type("string", "string")


class Values(dict):  # type: ignore[type-arg]
    """Helm's named map type of `.Values` and of `.Subcharts` dots; behaves as map[string]interface{}, and has methods.

    `plain` tells that it has been turned into a plain map (`.Values.AsMap`, `set .Values …`): in Go that is another type for the
    same map, here it is the same object.
    """

    GO_TYPE: ClassVar[str] = "common.Values"
    GO_KIND: ClassVar[str] = "map"
    KEY: ClassVar[str] = "string"
    ELEMENT: ClassVar[str] = "interface {}"
    __slots__ = ("plain",)

    @property
    def is_plain(self) -> bool:
        return getattr(self, "plain", False)

    def as_map(self) -> Values:
        """The same map as a map[string]interface {}."""
        self.plain = True
        return self

    def yaml(self) -> str:
        from steersman.golang.yaml import dump

        return dump(self)

    def table(self, path: str) -> dict[str, Any]:
        """The table at a path of keys joined by dots. Raises GoError `"KEY" is not a table`."""
        table: dict[str, Any] = self
        for key in path.split("."):
            found = table.get(key)
            if not isinstance(found, dict):
                from steersman.golang.strconv import quote

                raise GoError(f"{quote(key)} is not a table")
            table = found
        return table

    def path_value(self, path: str) -> object:
        """The value at a path, which must be none of a table. Raises GoError `"KEY" is not a value`."""
        if not path:
            raise GoError("YAML path cannot be empty")
        parent, _, key = path.rpartition(".")
        try:
            table = self.table(parent) if parent else self
        except GoError:
            table = {}
        if key not in table or isinstance(table[key], dict):
            from steersman.golang.strconv import quote

            raise GoError(f"{quote(key)} is not a value")
        return table[key]

    METHODS: ClassVar[Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]]] = {
        "AsMap": (as_map, ()),
        "PathValue": (path_value, ("string",)),
        "Table": (table, ("string",)),
        "YAML": (yaml, ()),
    }


class Struct:
    """A Go struct or pointer to one. Fields and methods are named as in Go; what is not in the tables does not exist.

    `FIELDS` maps a Go field name to a Python attribute name, in Go's order. `METHODS` maps a Go method name to
    (callable taking the receiver and the arguments, Go types of the parameters). `go_string` is what printing gives when the
    type has String() or Error(); None when it has neither (fmt then prints the fields).
    """

    GO_TYPE: ClassVar[str] = "struct {}"
    GO_KIND: ClassVar[str] = "struct"
    FIELDS: ClassVar[Mapping[str, str]] = {}
    METHODS: ClassVar[Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]]] = {}
    __slots__ = ()

    def go_string(self) -> str | None:
        return None

    def go_addressed(self) -> str | None:
        """What an action prints of a struct that can be addressed, when String() belongs to the pointer only: the struct itself,
        given to a function, has none, and `go_string` is then how its fields print. None where there is no such difference."""
        return None

    def go_json(self) -> object:
        """What encoding/json sees instead of this value: by default an Ordered of the exported fields by Go's names."""
        return Ordered((name, getattr(self, attribute)) for name, attribute in self.FIELDS.items())


class NilList(Slice, Struct):
    """A nil []interface {}: prints and behaves as an empty list, but JSON and YAML write null."""

    __slots__ = ()

    def go_json(self) -> object:
        return None


class NilStrings(Strings, Struct):  # type: ignore[misc,valid-type]
    """A nil []string."""

    __slots__ = ()

    def go_json(self) -> object:
        return None


class NilMap(Map, Struct):
    """A nil map[string]interface {}: reads and prints as an empty one, but JSON and YAML write null. Nothing can be put into it."""

    __slots__ = ()

    def go_json(self) -> object:
        return None


def is_nil(value: object) -> bool:
    """nil, or a map or slice that is nil."""
    return value is None or isinstance(value, (NilMap, NilList, NilStrings))


class Ordered(dict):  # type: ignore[type-arg]
    """The members of a JSON object in the order to be written, as encoding/json writes a struct: never sorted."""

    __slots__ = ()


_KINDS: dict[type, str] = {
    bool: "bool",
    int: "int",
    float: "float64",
    complex: "complex128",
    str: "string",
    bytes: "slice",
    list: "slice",
    dict: "map",
    type(None): "invalid",
}
_TYPES: dict[type, str] = {
    bool: "bool",
    int: "int",
    float: "float64",
    complex: "complex128",
    str: "string",
    bytes: "[]uint8",
    list: "[]interface {}",
    dict: "map[string]interface {}",
    type(None): "<nil>",
}


def kind_of(value: object) -> str:
    """reflect.Kind of the value as Go prints it: "string", "slice", "map", "float64", "invalid" for nil …"""
    found = _KINDS.get(type(value))
    if found is None:
        found = getattr(value, "GO_KIND", None)
        if found is None:
            found = "ptr" if isinstance(value, GoError) else "func" if callable(value) else "struct"
    return found


def type_of(value: object) -> str:
    """What `%T` prints: "string", "[]interface {}", "map[string]interface {}", "<nil>" for nil …"""
    found = _TYPES.get(type(value))
    if found is None:
        found = getattr(value, "GO_TYPE", None)
        if found is None:
            found = "*errors.errorString" if isinstance(value, GoError) else "func()" if callable(value) else type(value).__name__
    return found


def truth(value: object) -> bool:
    """Truth as `if` in a template has it (Go: template.IsTrue): not the zero value, not empty; a struct is always true."""
    kind = type(value)
    if kind is dict or kind is str or kind is list or kind is bool or kind is int or kind is float or value is None:
        return bool(value)
    if isinstance(value, (int, float, complex, str, bytes, list, dict)):
        return bool(value)
    return True


def is_map(value: object) -> bool:
    return isinstance(value, dict)


def is_list(value: object) -> bool:
    """A slice of any type, []byte included."""
    return isinstance(value, (list, bytes))


def wrap_int64(number: int) -> int:
    """Two's complement wrap-around of a Python integer to 64 bits, as Go's int and int64 arithmetic does."""
    if -0x8000000000000000 <= number <= 0x7FFFFFFFFFFFFFFF:
        return number
    return ((number + 0x8000000000000000) & 0xFFFFFFFFFFFFFFFF) - 0x8000000000000000


def to_bytes(text: str) -> bytes:
    """The bytes of a Go string."""
    return text.encode("utf-8", "surrogateescape")


def to_str(data: bytes) -> str:
    """The Go string of these bytes, whether they are UTF-8 or not."""
    return data.decode("utf-8", "surrogateescape")


def byte_length(text: str) -> int:
    """len() of a Go string."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
