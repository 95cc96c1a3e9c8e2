"""Constants that charts hardly ever write: runes, and complex numbers of two parts."""

from __future__ import annotations

from steersman.errors import GoError


def rune(text: str) -> int:
    """The value of a character constant with its quotes (strconv.UnquoteChar). Raises GoError with Go's text."""
    from steersman.golang.strconv import unquote
    from steersman.golang.values import to_bytes

    body = text[1:-1]
    if not body:
        raise GoError("invalid syntax")
    if body[0] != "\\":
        if body[0] == "'":
            raise GoError("invalid syntax")
        if len(body) > 1:
            raise GoError(f"malformed character constant: {text}")
        return 0xFFFD if "\udc80" <= body <= "\udcff" else ord(body)
    size = {"x": 4, "u": 6, "U": 10}.get(body[1:2], 4 if body[1:2] in tuple("01234567") else 2)
    escape, rest = body[:size], body[size:]
    if escape == '\\"':
        raise GoError("invalid syntax")
    value = "'" if escape == "\\'" else unquote(f'"{escape}"')
    if rest:
        raise GoError(f"malformed character constant: {text}")
    data = to_bytes(value)
    return data[0] if len(data) == 1 else ord(value)


def sum_of_parts(text: str) -> complex:
    """A complex constant like 1+2i (fmt.Sscan into a complex128). Raises GoError with Go's text."""
    from steersman.golang.strconv import parse_float

    split = max(text.rfind("+"), text.rfind("-"))
    if split > 1 and text[split - 1] in "eEpP" and not text.startswith(("0x", "0X")):
        split = max(text.rfind("+", 0, split - 1), text.rfind("-", 0, split - 1))
    try:
        return complex(parse_float(text[:split]), parse_float(text[split:-1]))
    except GoError:
        raise GoError("syntax error scanning complex number") from None
