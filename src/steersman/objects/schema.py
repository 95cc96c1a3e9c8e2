"""What is known of the fields of built-in kinds: their types, and how each merges. The data is in `schema_data`.

Helm asks client-go's scheme which kinds are built in; all others are custom for it, and merge as plain JSON
(Helm 4: pkg/kube/client.go, createPatch). The data is loaded when it is first asked for.
"""

from __future__ import annotations

from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_STRATEGIES = {"m": ("merge",), "r": ("retainKeys",), "mr": ("merge", "retainKeys"), "p": ("replace",)}
_KINDS_OF_CODES = {"s": "string", "i": "int32", "l": "int64", "b": "bool", "f": "float64", "y": "slice", "*": "interface"}


class Field(Record):
    """A field of a built-in type.

    `type` is a code of `schema_data` with the package spelled out. `list_type` is "", "atomic", "set" or "map" (of maps and
    structs "atomic" or ""), `list_keys` the keys of a list that is a map. `default` is the JSON value of the default or None.
    """

    name: str
    type: str
    required: bool = False
    strategies: tuple[str, ...] = ()
    merge_key: str = ""
    list_type: str = ""
    list_keys: tuple[str, ...] = ()
    default: str | int | bool | None = None

    @property
    def element(self) -> str:
        """The type of what a list or map holds."""
        return self.type[1:] if self.type[:1] in ("[", "{") else ""


_fields: dict[str, Mapping[str, Field]] = {}


def type_of_kind(api_version: str, kind: str) -> str | None:
    """The type of a kind that client-go knows, None for any other."""
    from steersman.objects.schema_data import KINDS

    return KINDS.get(f"{api_version} {kind}")


def served_type(api_version: str, kind: str) -> str | None:
    """As `type_of_kind`, with the kinds that clusters serve but client-go does not know."""
    from steersman.objects.schema_data import OTHER_KINDS

    return type_of_kind(api_version, kind) or OTHER_KINDS.get(f"{api_version} {kind}")


def is_struct(code: str) -> bool:
    """Whether the type is a struct of the table, whose fields are known."""
    return "." in code and code[0] not in "[{"


def is_atomic(code: str) -> bool:
    """Whether a struct is written as a whole under server-side apply."""
    from steersman.objects.schema_data import TYPES

    return TYPES.get(code, "").startswith("~a ")


def fields_of(code: str) -> Mapping[str, Field]:
    """The fields of a struct by their names in JSON, in Go's order. KeyError for a name that is not in the table."""
    found = _fields.get(code)
    if found is None:
        from steersman.objects.schema_data import TYPES

        package = code.rpartition(".")[0]
        described = (_field(text, package) for text in TYPES[code].removeprefix("~a ").split())
        found = _fields[code] = {field.name: field for field in described}
    return found


def go_kind(code: str) -> str:
    """reflect.Kind of a type, as Go prints it."""
    if code[0] == "[":
        return "slice"
    if code[0] == "{":
        return "map"
    return "struct" if "." in code else _KINDS_OF_CODES[code]


def _field(text: str, package: str) -> Field:
    name, _, rest = text.partition(":")
    rest, _, default = rest.partition("=")
    rest, _, topology = rest.partition("~")
    code, _, strategy = rest.partition("|")
    strategy, _, merge_key = strategy.partition(":")
    plain = code.lstrip("[{")
    if plain.startswith("."):
        code = code[: len(code) - len(plain)] + package + plain
    value: str | int | bool | None = None
    if default:
        value = default[1:-1] if default[0] == '"' else default == "true" if default in ("true", "false") else int(default)
    return Field(
        name=name.removesuffix("!"),
        type=code,
        required=name.endswith("!"),
        strategies=_STRATEGIES.get(strategy, ()),
        merge_key=merge_key,
        list_type={"": "", "a": "atomic", "s": "set", "m": "map"}[topology[:1]],
        list_keys=tuple(topology[1:].split(",")) if topology[:1] == "m" else (),
        default=value,
    )
