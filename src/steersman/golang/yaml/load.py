"""Text → value, as sigs.k8s.io/yaml's Unmarshal does it: YAML to a Go value, to JSON, to `any`.

That detour is why every number ends as a float64, why keys are strings, and why NaN is an error. It is not taken here: the
value is made in the shape that it would have at the end.
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.golang.yaml.blocks import Unsure, read_blocks
from steersman.golang.yaml.errors import CONVERTING, UNMARSHALING, YamlError
from steersman.golang.yaml.reader import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def load(text: str, *, strict: bool = False) -> Any:
    """The first document of a text, None for an empty one, as `yaml.Unmarshal` (`yaml.UnmarshalStrict`) reads it into `any`.

    Maps are dict with str keys, numbers float. Raises YamlError with the texts of sigs.k8s.io/yaml:
    "error converting YAML to JSON: yaml: line 2: did not find expected key". With `strict`, keys set twice are errors.
    """
    characters, problem = read(text)
    if not problem:
        try:
            return read_blocks(characters)
        except Unsure:
            pass
    from steersman.golang.yaml.composer import compose
    from steersman.golang.yaml.decoder import as_any, decode

    try:
        return as_any(decode(compose(characters, problem), strict=strict))
    except YamlError as error:
        if error.message.startswith(UNMARSHALING):
            raise
        raise YamlError(CONVERTING + error.message, line=error.line, column=error.column) from None


def load_map(text: str, *, strict: bool = False) -> dict[str, Any]:
    """As `load`, for a document that must be a map (or nothing, which is the empty map). As `fromYaml` reads."""
    value = load(text, strict=strict)
    if value is None:
        return {}
    if type(value) is not dict:
        raise _misfit(value, "map[string]interface {}")
    return value


def load_list(text: str) -> list[Any]:
    """As `load`, for a document that must be a list (or nothing, which is the empty list). As `fromYamlArray` reads."""
    value = load(text)
    if value is None:
        return []
    if type(value) is not list:
        raise _misfit(value, "[]interface {}")
    return value


def _misfit(value: object, wanted: str) -> YamlError:
    found = {bool: "bool", float: "number", str: "string", list: "array", dict: "object"}[type(value)]
    return YamlError(f"{UNMARSHALING}json: cannot unmarshal {found} into Go value of type {wanted}")


def to_json(text: str, *, strict: bool = False) -> str:
    """The first document as JSON text (sigs.k8s.io/yaml, YAMLToJSON): integers stay as they are. Raises YamlError, unprefixed."""
    from steersman.golang.json import marshal
    from steersman.golang.yaml.composer import compose
    from steersman.golang.yaml.decoder import decode

    value = decode(compose(*read(text)), strict=strict, raw=True)
    try:
        return marshal(value)
    except GoError as error:
        raise YamlError(error.message) from error


SEPARATOR = "---"


def split(text: str) -> list[str]:
    """The documents of a stream as k8s.io/apimachinery's YAMLReader cuts them: before every line that starts with `---`.

    The line itself is dropped between two documents, and kept where nothing came before it. Raises YamlError when more than a comment follows the dashes.
    """
    if not text:
        return []
    text = text.replace("\r\n", "\n")
    if text[-1] != "\n":
        text += "\n"
    if SEPARATOR not in text:
        return [text]
    documents: list[str] = []
    current: list[str] = []
    for line in text.split("\n")[:-1]:
        if line.startswith(SEPARATOR):
            rest = line[len(SEPARATOR) :].strip()
            if rest and rest[0] != "#":
                raise YamlError(f"invalid Yaml document separator: {rest}")
            if current:
                documents.append("\n".join(current) + "\n")
                current = []
                continue
        current.append(line)
    if current:
        documents.append("\n".join(current) + "\n")
    return documents


def load_all(text: str) -> list[Any]:
    """Every document of a stream, cut as `split` does and read as `load` does."""
    return [load(document) for document in split(text)]
