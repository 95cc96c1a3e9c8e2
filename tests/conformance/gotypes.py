"""The data of Go's own template tests (text/template/exec_test.go), held as the house holds Go values.

Pointers to basic types, channels and iterators have no form here: no template of a chart can meet one. The fields that hold them
are left out, and the pairs that need them stand in differences.tsv.
"""

from __future__ import annotations

from typing import Any, ClassVar

from steersman.errors import GoError, GoPanic
from steersman.golang.fmt import sprint, sprintf, sprintln
from steersman.golang.values import Ints, Struct, Uint, Uint16, map_type, slice_type, type_of
from steersman.template import Function


class Object(Struct):
    """A pointer to a Go struct whose fields are given by name."""

    def __init__(self, **fields: Any) -> None:
        for go_name, attribute in self.FIELDS.items():
            setattr(self, attribute, fields.get(go_name))


def _fields(*names: str) -> dict[str, str]:
    return {name: name for name in names}


class U(Object):
    GO_TYPE = "*template.U"
    GO_KIND = "ptr"
    FIELDS = _fields("V")
    METHODS: ClassVar[Any] = {"TrueFalse": (lambda self, flag: "true" if flag else "", ("bool",))}


class V(Object):
    GO_TYPE = "template.V"
    FIELDS: ClassVar[Any] = {}

    def __init__(self, j: int, go_type: str = "template.V") -> None:
        self.j = j

    def __eq__(self, other: object) -> bool:
        return isinstance(other, V) and other.j == self.j

    def __hash__(self) -> int:
        return self.j


class PrintedV(V):
    """A V that can be addressed: then its String method prints it."""

    def go_string(self) -> str | None:
        return f"<{self.j}>"


class NilV(PrintedV):
    """(*V)(nil)"""

    GO_TYPE = "*template.V"

    def __init__(self) -> None:
        self.j = 0

    def __bool__(self) -> bool:
        return False

    def go_string(self) -> str | None:
        return "nilV"


class Pointer(Struct):
    """A pointer to a number, which prints as what it points to."""

    GO_TYPE = "*int"
    GO_KIND = "ptr"

    def __init__(self, text: str = "<nil>") -> None:
        self.text = text

    def __bool__(self) -> bool:
        return self.text != "<nil>"

    def go_string(self) -> str | None:
        return self.text


class PointerV(PrintedV):
    GO_TYPE = "*template.V"


class W(PrintedV):
    GO_TYPE = "template.W"

    def go_string(self) -> str | None:
        return f"[{self.j}]"


class PointerW(W):
    GO_TYPE = "*template.W"


class NilW(NilV):
    GO_TYPE = "*template.W"

    def go_string(self) -> str | None:
        return "nilW"


class Buffer(Struct):
    GO_TYPE = "*bytes.Buffer"
    GO_KIND = "ptr"

    def go_string(self) -> str | None:
        return "foozle"


class MethodStrings(slice_type("string")):  # type: ignore[misc]
    """type S []string, with a method."""

    METHODS: ClassVar[Any] = {"Method0": (lambda self: "M0", ())}


def _my_error(self: object, wanted: bool) -> bool:
    if wanted:
        raise GoError("my error")
    return False


class T(Object):
    GO_TYPE = "*template.T"
    GO_KIND = "ptr"
    FIELDS = _fields(
        *[
            "True",
            "I",
            "U16",
            "X",
            "S",
            "FloatZero",
            "ComplexZero",
            "U",
            "V0",
            "V1",
            "V2",
            "W0",
            "W1",
            "W2",
            "SI",
            "SICap",
            "SIEmpty",
            "SB",
            "AI",
            "PAI",
            "MSI",
            "MSIone",
            "MSIEmpty",
            "MXI",
            "MII",
        ],
        *[
            "MI32S",
            "MI64S",
            "MUI32S",
            "MUI64S",
            "MI8S",
            "MUI8S",
            "SMSI",
            "Empty0",
            "Empty1",
            "Empty2",
            "Empty3",
            "Empty4",
            "NonEmptyInterface",
            "NonEmptyInterfacePtS",
        ],
        *["NonEmptyInterfaceNil", "NonEmptyInterfaceTypedNil", "Str", "Err", "PI", "PS", "PSI", "NIL", "UPI", "EmptyUPI"],
        *["BinaryFunc", "VariadicFunc", "VariadicFuncInt", "NilOKFunc", "ErrFunc", "PanicFunc", "Tmpl"],
    )
    FIELD_TYPES: ClassVar[Any] = {
        **dict.fromkeys(("Empty0", "Empty1", "Empty2", "Empty3", "Empty4"), "interface {}"),
        **dict.fromkeys(("NonEmptyInterface", "NonEmptyInterfaceNil", "NonEmptyInterfaceTypedNil"), "template.I"),
    }
    METHODS: ClassVar[Any] = {
        "Method0": (lambda self: "M0", ()),
        "Method1": (lambda self, a: a, ("int",)),
        "Method2": (lambda self, a, b: f"Method2: {a} {b}", ("uint16", "string")),
        "Method3": (lambda self, v: sprintf("Method3: %v", [v]), ("interface {}",)),
        "Copy": (lambda self: self, ()),
        "MAdd": (lambda self, a, b: Ints(a + x for x in b), ("int", "[]int")),
        "MyError": (_my_error, ("bool",)),
        "GetU": (lambda self: self.U, ()),
    }


class NilT(T):
    """(*T)(nil)"""

    def __bool__(self) -> bool:
        return False


class Template(Struct):
    GO_TYPE = "*template.Template"
    GO_KIND = "ptr"
    FIELDS = _fields("Name")
    Name = "x"


def _panic(text: str) -> Any:
    def call(*_: object) -> object:
        raise GoPanic(text)

    return call


def t_value() -> T:
    ints = map_type("string", "int")
    return T(
        **{"True": True},
        I=17,
        U16=Uint16(16),
        X="x",
        S="xyz",
        FloatZero=0.0,
        ComplexZero=0j,
        U=U(V="v"),
        V0=PrintedV(6666),
        V1=PointerV(7777),
        V2=NilV(),
        W0=W(888),
        W1=PointerW(999),
        W2=NilW(),
        SI=Ints([3, 4, 5]),
        SICap=Ints([0] * 5),
        SIEmpty=Ints(),
        SB=slice_type("bool")([True, False]),
        AI=Ints([3, 4, 5]),
        PAI=Ints([3, 4, 5]),
        MSI=ints(one=1, two=2, three=3),
        MSIone=ints(one=1),
        MSIEmpty=ints(),
        MXI=map_type("interface {}", "int")(one=1),
        MII=map_type("int", "int")({1: 1}),
        MI32S=map_type("int32", "string")({1: "one", 2: "two"}),
        MI64S=map_type("int64", "string")({2: "i642", 3: "i643"}),
        MUI32S=map_type("uint32", "string")({2: "u322", 3: "u323"}),
        MUI64S=map_type("uint64", "string")({2: "ui642", 3: "ui643"}),
        MI8S=map_type("int8", "string")({2: "i82", 3: "i83"}),
        MUI8S=map_type("uint8", "string")({2: "u82", 3: "u83"}),
        SMSI=slice_type("map[string]int")([ints(one=1, two=2), ints(eleven=11, twelve=12)]),
        Empty1=3,
        Empty2="empty2",
        Empty3=Ints([7, 8]),
        Empty4=U(V="UinEmpty"),
        NonEmptyInterface=T(X="x"),
        NonEmptyInterfacePtS=MethodStrings(["a", "b"]),
        Str=Buffer(),
        Err=GoError("erroozle"),
        PI=Pointer("23"),
        NIL=Pointer(),
        UPI=Pointer("0xc000012120"),
        NonEmptyInterfaceTypedNil=NilT(),
        PS="a string",
        PSI=Ints([21, 22, 23]),
        BinaryFunc=Function(lambda a, b: f"[{a}={b}]", ("string", "string")),
        VariadicFunc=Function(lambda *s: f"<{'+'.join(s)}>", (), "string"),
        VariadicFuncInt=Function(lambda a, *s: f"{a}=<{'+'.join(s)}>", ("int",), "string"),
        NilOKFunc=Function(lambda s: s is None, ("*int",)),
        ErrFunc=Function(lambda: "bla", ()),
        PanicFunc=Function(_panic("test panic"), ()),
        Tmpl=Template(),
    )


class Comparisons(Object):
    """The data of Go's tests of eq, lt and their like."""

    GO_TYPE = "*struct {}"
    GO_KIND = "ptr"
    FIELDS = _fields(
        *["Uthree", "Ufour", "NegOne", "Three", "Ptr", "NilPtr", "NonNilMap", "Map", "V1", "V2", "Iface1", "NilIface"]
    )


def comparisons() -> Comparisons:
    ints = map_type("int", "int")
    return Comparisons(
        Uthree=Uint(3),
        Ufour=Uint(4),
        NegOne=-1,
        Three=3,
        Ptr=Pointer("0"),
        NilPtr=Pointer(),
        NonNilMap=ints(),
        V1=V(0),
        V2=V(0),
        Iface1=Buffer(),
    )


def _fail(text: str) -> Any:
    def call() -> object:
        raise GoError(text)

    return call


FUNCTIONS = {
    "add": Function(lambda *args: sum(args), (), "int"),
    "dddArg": Function(lambda a, *b: sprintln([a, slice_type("string")(b)]), ("int",), "string"),
    "die": Function(_panic("die"), ()),
    "doPanic": Function(_panic("custom panic string"), ()),
    "echo": Function(lambda arg: arg, ("interface {}",)),
    "err": Function(_fail("heyo !"), ()),
    "makemap": Function(lambda *arg: map_type("string", "string")(zip(arg[::2], arg[1::2])), (), "string"),
    "mapOfThree": Function(lambda: map_type("string", "int")(three=3), ()),
    "oneArg": Function(lambda a: f"oneArg={a}", ("string",)),
    "returnInt": Function(lambda: 7, ()),
    "stringer": Function(lambda s: s.go_string(), ("*bytes.Buffer",)),
    "twoArgs": Function(lambda a, b: f"twoArgs={a}{b}", ("string", "string")),
    "typeOf": Function(type_of, ("interface {}",)),
    "valueString": Function(lambda v: "value is ignored", ("string",)),
    "vfunc": Function(lambda *_: "vfunc", ("template.V", "*template.V")),
    "zeroArgs": Function(lambda: "zeroArgs", ()),
    "always": Function(lambda: sprint(["always"]), ()),
}
"""The functions of Go's tests that take or give what can be held here."""
