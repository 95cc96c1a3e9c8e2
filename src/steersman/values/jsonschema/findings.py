"""What is wrong with a value, as a tree of findings and as the text that Helm prints of it.

The wording and the layout are those of santhosh-tekuri/jsonschema v6 (kind/kind.go, output.go), which Helm shows as they are:
its numbers go through a printer for English, so that a million reads 1×10⁰⁶.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Where = tuple["Where | None", str]
    """A place in the values: the place around it, and the key or index."""

GROUP, REFERENCE, OTHER = 0, 1, 2


class Finding:
    """One thing that is wrong, with what it comes from. A GROUP is several at one place, a REFERENCE what a `$ref` found.

    `surplus` are the keys that stand there and may not, where the schema lists those that may: `allowed`. `missing` are the keys that do not
    stand there and must.
    """

    __slots__ = ("allowed", "causes", "kind", "message", "missing", "surplus", "where")

    def __init__(self, where: Where | None, message: str, causes: Sequence[Finding] = (), kind: int = OTHER) -> None:
        self.surplus: Sequence[str] = ()
        self.allowed: Sequence[str] = ()
        self.missing: Sequence[str] = ()
        self.where = where
        self.message = message
        self.causes = causes
        self.kind = kind


def group(where: Where | None, findings: list[Finding]) -> Finding:
    """One finding for all."""
    return findings[0] if len(findings) == 1 else Finding(where, "validation failed", findings, GROUP)


def reference(where: Where | None, finding: Finding) -> Finding:
    """What a reference leads to is wrong."""
    causes = finding.causes if finding.kind == GROUP else (finding,)
    return Finding(where, "validation failed", causes, REFERENCE)


def text_of(finding: Finding) -> str:
    """The lines `- at '/path': …`, causes indented below what they explain."""
    lines: list[str] = []
    todo = [(each, 0) for each in (finding.causes if finding.kind == GROUP else (finding,))][::-1]
    while todo:
        each, indent = todo.pop()
        if not (each.kind == REFERENCE and len(each.causes) == 1):
            lines.append(f"{'  ' * indent}- at {quoted(pointer(each.where))}: {each.message}")
            indent += 1
        todo += [(cause, indent) for cause in reversed(each.causes)]
    return "\n".join(lines)


def pointer(where: Where | None) -> str:
    """The place as a JSON pointer."""
    tokens: list[str] = []
    while where is not None:
        where, token = where
        tokens.append(escaped(token))
    return "".join(f"/{token}" for token in reversed(tokens))


def escaped(token: str) -> str:
    """A key as part of a JSON pointer."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def quoted(text: str) -> str:
    """The text in single quotes, escaped as in Go but for double quotes."""
    from steersman.golang.strconv import quote

    return "'" + quote(text)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


def all_quoted(texts: Iterable[str]) -> str:
    return ", ".join(quoted(text) for text in texts)


def shown(value: object) -> str:
    """A value inside of a message."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (list, dict)):
        return "value"
    if isinstance(value, Number):
        return value.text
    from steersman.golang.fmt import format_value

    return format_value(value)


class Number(float):
    """A number of a schema with its own spelling, which messages repeat."""

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> Number:
        made = super().__new__(cls, text)
        made.text = text
        return made


def localised(number: float) -> str:
    """A number as golang.org/x/text/message prints %v and %d in English: 65,536 and 1×10⁰⁶."""
    if isinstance(number, int):
        return f"{number:,}"
    from steersman.golang.strconv import format_float

    text = format_float(float(number), "g", -1, 64)
    mantissa, exponential, exponent = text.partition("e")
    whole, dot, fraction = mantissa.partition(".")
    sign = whole[:1] if whole[:1] == "-" else ""
    digits = whole[len(sign) :]
    text = f"{sign}{int(digits):,}{dot}{fraction}" if digits.isdigit() else mantissa
    if exponential:
        text += "×10" + exponent.removeprefix("+").translate(_SUPERSCRIPT)
    return text


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
