"""The head of a document: API version, kind, name and annotations, which is all that sorting needs.

Helm reads each document whole, as YAML, into a Go struct of these four fields (Helm 4: SimpleHead in
pkg/release/v1/util/manifest.go; sigs.k8s.io/yaml). So every fault anywhere in a document has to be found, with the text
that Go's YAML and JSON give it, field names match in any case, and a number or a boolean in the place of a string becomes
the string that Go prints.
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.manifest.simple import simple_head
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

STRUCT = "util.SimpleHead"
METADATA_TYPE = (
    'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }'  # as %T prints it
)


class Head(Record):
    """What a document says about itself. `annotations` is None where there is no such table (an empty one is {})."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    annotations: dict[str, str] | None = None
    has_metadata: bool = False


def read_head(text: str) -> Head:
    """The head of the first YAML document in the text. Raises GoError with the text of sigs.k8s.io/yaml's Unmarshal."""
    found = simple_head(text)
    if found is not None:
        return Head(*found)
    return read_head_as_yaml(text)


def read_head_as_yaml(text: str) -> Head:
    """What `read_head` does for documents that are not simple."""
    from steersman.golang.yaml.blocks import Unsure, read_blocks
    from steersman.golang.yaml.reader import read

    characters, problem = read(text)
    if not problem:
        try:
            value = read_blocks(characters)
        except Unsure:
            pass
        else:
            # Where the head holds nothing but text, how numbers are written elsewhere does not show.
            if _is_text_only(value):
                return head_of(value)
    from steersman.golang.yaml.composer import compose
    from steersman.golang.yaml.decoder import decode, unsupported
    from steersman.golang.yaml.errors import CONVERTING, YamlError

    try:
        value = decode(compose(characters, problem))
        problem = unsupported(value, "", _place)
    except YamlError as error:
        raise YamlError(CONVERTING + error.message, line=error.line, column=error.column) from None
    if problem:
        raise GoError(CONVERTING + problem)
    return head_of(value)


def head_of(value: object) -> Head:
    """The head of a value read from YAML. Raises GoError where a field is of the wrong type, as Go's JSON decoder does."""
    if value is None:
        return Head()
    faults: list[str] = []
    if not isinstance(value, dict):
        raise GoError(_fault(value, STRUCT))
    api_version = kind = name = ""
    annotations: dict[str, str] | None = None
    has_metadata = False
    for key, member in _members(value):
        folded = _fold(key)
        if folded == "apiversion":
            api_version = _string(member, api_version, faults, key)
        elif folded == "kind":
            kind = _string(member, kind, faults, key)
        elif folded == "metadata":
            if member is None:
                name, annotations, has_metadata = "", None, False
            elif not isinstance(member, dict):
                faults.append(_fault(member, METADATA_TYPE, key))
            else:
                has_metadata = True
                for inner, item in _members(member):
                    folded = _fold(inner)
                    if folded == "name":
                        name = _string(item, name, faults, key, inner)
                    elif folded == "annotations":
                        annotations = _annotations(item, annotations, faults, key, inner)
    if faults:
        raise GoError(faults[0])
    return Head(api_version, kind, name, annotations, has_metadata)


def _is_text_only(value: object) -> bool:
    """Whether the head's fields are all text where text belongs."""
    if not isinstance(value, dict):
        return False
    for key, member in value.items():
        folded = _fold(key)
        if folded in ("apiversion", "kind"):
            if not isinstance(member, str):
                return False
        elif folded == "metadata":
            if not isinstance(member, dict):
                return False
            for inner, item in member.items():
                folded = _fold(inner)
                if folded == "name" and not isinstance(item, str):
                    return False
                if folded == "annotations" and not (
                    isinstance(item, dict) and all(isinstance(text, str) for text in item.values())
                ):
                    return False
    return True


def _place(place: str, key: str | int) -> str | None:
    """What the struct that Helm reads a document into wants at a key; "" is the place of the whole struct."""
    from steersman.golang.yaml.decoder import IS_TEXT

    if isinstance(key, int):
        return None
    if place == "annotations":
        return IS_TEXT
    folded = _fold(key)
    if place == "metadata":
        return IS_TEXT if folded == "name" else folded if folded == "annotations" else None
    if place:
        return None
    return IS_TEXT if folded in ("apiversion", "kind") else folded if folded == "metadata" else None


def _annotations(value: object, before: dict[str, str] | None, faults: list[str], *path: str) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        faults.append(_fault(value, "map[string]string", *path))
        return before
    found = dict(before or {})
    for key, item in _members(value):
        found[key] = _string(item, "", faults, *path, key)
    return found


def _members(table: dict[str, object]) -> Iterator[tuple[str, object]]:
    """The members as Go's JSON has them: sorted by key."""
    return iter(sorted(table.items(), key=lambda member: member[0].encode("utf-8", "surrogateescape")))


_SPECIAL_FOLDS = {"\u017f": "s", "\u212a": "k"}
"""The two characters beyond ASCII that Go's case folding takes for ASCII letters: long s and the kelvin sign."""


def _fold(key: str) -> str:
    if not key.isascii():
        for special, plain in _SPECIAL_FOLDS.items():
            key = key.replace(special, plain)
        if not key.isascii():
            return key
    return key.lower()


def _string(value: object, before: str, faults: list[str], *path: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return before
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        from steersman.golang.strconv import format_float

        return format_float(value, "g", -1, 32)
    faults.append(_fault(value, "string", *path))
    return before


def _fault(value: object, target: str, *path: str) -> str:
    """Go's text for a value that does not fit; `path` has the keys that lead to it, as the document spells them."""
    from steersman.golang.json import into_type

    end = into_type(path, target)
    return f"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {_json_kind(value)} into {end}"


def _json_kind(value: object) -> str:
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return "string"
