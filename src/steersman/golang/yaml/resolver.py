"""What a plain scalar is: YAML 1.1 as go-yaml v2 understands it (resolve.go), and what v3 thinks differently when writing.

Base-60 numbers are text here (but quoted when written). Underscores vanish from numbers that start with a digit or a sign.
Dates stay text for whoever reads, since sigs.k8s.io/yaml goes through JSON; the writer must know them, to quote them.
"""

from __future__ import annotations

import re

from steersman.golang.lazily import pattern
from steersman.golang.values import Uint64, to_str
from steersman.golang.yaml.errors import YamlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

TAG_PREFIX = "tag:yaml.org,2002:"
STR, BOOL, INT, FLOAT, NULL, TIMESTAMP, BINARY, MERGE = (
    TAG_PREFIX + name for name in ("str", "bool", "int", "float", "null", "timestamp", "binary", "merge")
)
_RESOLVABLE = frozenset(("", STR, BOOL, INT, FLOAT, NULL, TIMESTAMP))


def _words() -> dict[str, object]:
    """The words that are not text."""
    table: dict[str, object] = {}
    inf = float("inf")
    for value, names in (
        (True, "y Y yes Yes YES true True TRUE on On ON"),
        (False, "n N no No NO false False FALSE off Off OFF"),
        (None, "~ null Null NULL"),
        (float("nan"), ".nan .NaN .NAN"),
        (inf, ".inf .Inf .INF +.inf +.Inf +.INF"),
        (-inf, "-.inf -.Inf -.INF"),
    ):
        for name in names.split():
            table[name] = value
    table[""] = None
    return table


WORDS: Mapping[str, object] = _words()

_FIRST_NUMBER = frozenset("+-.0123456789")
_float = pattern(globals(), "_float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_dot_float = pattern(globals(), "_dot_float", r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?\Z")
_int = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))\Z"
).match
_odd_binary = pattern(globals(), "_odd_binary", r"0b(?P<sign>[-+])(?P<bin>[01]+)\Z")
_base64 = pattern(globals(), "_base64", r"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z")
_base60 = pattern(globals(), "_base60", r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z")
_timestamp = pattern(
    globals(),
    "_timestamp",
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[-+]([0-9]{2}):([0-9]{2})))"
    r"| +([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?)?\Z",
)
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def number(text: str) -> int | float | None:
    """The number that a plain scalar is in YAML 1.1, or None. Integers beyond int64 are Uint64, beyond that floats."""
    first = text[:1]
    if first == ".":
        if _dot_float(text):
            return _finite(text.replace("_", ""))
        return None
    plain = text.replace("_", "")
    found = _int(plain)
    if found is not None:
        digits = found["dec"]
        if digits is not None:
            value = _decimal(digits)
        elif (digits := found["hex"]) is not None:
            value = int(digits, 16)
        elif (digits := found["oct"]) is not None:
            value = int(digits, 8)
        else:
            value = int(found["bin"], 2)
        sign = found["sign"]
        if sign == "-":
            if value <= 0x8000000000000000:
                return -value
        elif value <= 0x7FFFFFFFFFFFFFFF:
            return value
        elif value <= 0xFFFFFFFFFFFFFFFF and not sign:
            return Uint64(value)
    if _float(plain):
        return _finite(plain)
    odd = _odd_binary(plain)
    if odd is not None:
        value = int(odd["bin"], 2)
        if odd["sign"] == "-":
            if value <= 0x8000000000000000:
                return -value
        elif value <= 0x7FFFFFFFFFFFFFFF:
            return value
    return None


def _decimal(digits: str) -> int:
    # More than 20 digits cannot be a 64-bit integer, and reading thousands of them takes quadratic time.
    return int(digits) if len(digits) <= 20 else 1 << 64


def _finite(text: str) -> float | None:
    value = float(text)
    return None if value in (float("inf"), float("-inf")) else value


def is_timestamp(text: str) -> bool:
    """Whether go-yaml takes the text for a date or a time (parseTimestamp; Go's time.Parse decides)."""
    if text[4:5] != "-":
        return False
    found = _timestamp(text)
    if found is None:
        return False
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not 1 <= month <= 12:
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _MONTHS[month - 1] + leap:
        return False
    hour, minute, second = (found[4], found[5], found[6]) if found[4] else (found[9], found[10], found[11])
    if hour and (int(hour) > 23 or int(minute) > 59 or int(second) > 59):
        return False
    return not found[7] or (int(found[7]) <= 24 and int(found[8]) <= 60)


def is_base60(text: str) -> bool:
    """Whether YAML 1.1 would read the text as a base-60 number."""
    return ":" in text and text[0] in "+-0123456789" and _base60(text) is not None


def plain(text: str) -> object:
    """The value of an untagged plain scalar. Dates are text."""
    if text in WORDS:
        return WORDS[text]
    if text[0] in _FIRST_NUMBER:
        found = number(text)
        if found is not None:
            return found
    return text


def tagged(tag: str, text: str) -> object:
    """The value of a scalar with a tag ("" for a plain one). Raises YamlError when the text does not fit the tag."""
    if not tag:
        return plain(text)
    if tag == BINARY:
        return _binary(text)
    if tag == STR or tag not in _RESOLVABLE:
        return text
    value: object
    if tag == TIMESTAMP and is_timestamp(text):
        return text
    value = plain(text)
    kind = (
        NULL
        if value is None
        else BOOL
        if isinstance(value, bool)
        else INT
        if isinstance(value, int)
        else FLOAT
        if isinstance(value, float)
        else STR
    )
    if kind == tag:
        return value
    if tag == FLOAT and kind == INT and not isinstance(value, Uint64):
        return float(value)  # type: ignore[arg-type]
    raise YamlError(f"yaml: cannot decode {short_tag(kind)} `{text}` as a {short_tag(tag)}")


def short_tag(tag: str) -> str:
    return "!!" + tag[len(TAG_PREFIX) :] if tag.startswith(TAG_PREFIX) else tag


def _binary(text: str) -> str:
    """The text of base64 data."""
    from binascii import a2b_base64

    data = text.replace("\n", "").replace("\r", "")
    if not _base64(data):
        raise YamlError("yaml: !!binary value contains invalid base64 data")
    return to_str(a2b_base64(data))


def replace_invalid(text: str) -> str:
    """The text with every byte that is no UTF-8 replaced by U+FFFD, as encoding/json does."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udfff]", "\ufffd", text)
    return text
