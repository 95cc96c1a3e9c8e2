"""Word cases: CamelCase, snake_case, kebab-case by the rules of huandu/xstrings.

Theory of operation: the text is cut into words of one kind (numbers, upper case, letters, connectors, punctuation, other); the kinds
of neighbours decide where a connector goes. "HTTPServer" is HTTP + Server, "http2xx" is http + 2xx, "Bld4Floor" is bld4 + floor.

Source: github.com/huandu/xstrings v1.5 (convert.go).
"""

from __future__ import annotations

from unicodedata import category

from steersman.rendering.functions.texts import _SPACE_SET, _lower, _upper

_INVALID, _NUMBER, _UPPER, _ALPHABET, _CONNECTOR, _PUNCTUATION, _OTHER = range(7)

# Ideographs of Chinese, Japanese and Korean, which xstrings does not count as letters of words.
_IDEOGRAPHS = ((0x4E00, 0x9FCC), (0x3400, 0x4D85), (0x20000, 0x2B81D))


def _is_connector(char: str) -> bool:
    return char in "-_" or char in _SPACE_SET


def _is_upper(char: str) -> bool:
    return category(char) == "Lu"


def _is_alphabet(char: str) -> bool:
    return category(char)[0] == "L" and not any(low <= ord(char) <= high for low, high in _IDEOGRAPHS)


def _is_number(char: str) -> bool:
    return category(char)[0] == "N"


def _is_punctuation(char: str) -> bool:
    return category(char)[0] == "P"


def pascal(text: str) -> str:
    """`http_server` → `HttpServer`: the first letter of each word in upper case, words run together, leading connectors kept."""
    if not text:
        return ""
    out: list[str] = []
    position = 0
    first_upper = False
    current = ""
    while position < len(text):
        current = text[position]
        position += 1
        if not _is_connector(current):
            first_upper = _is_upper(current)
            current = _upper(current)
            break
        out.append(current)
    if position >= len(text):
        # xstrings writes the last character again when the text is nothing but connectors
        return "".join(out) + current
    while position < len(text):
        previous, current = current, text[position]
        position += 1
        if _is_connector(current) and _is_connector(previous):
            out.append(previous)
            continue
        if _is_connector(previous):
            first_upper = _is_upper(current)
            current = _upper(current)
        else:
            if first_upper:
                if _is_upper(current):
                    current = _lower(current)
                else:
                    first_upper = False
            out.append(previous)
    return "".join(out) + current


def snake(text: str) -> str:
    return _lowered(text, "_")


def kebab(text: str) -> str:
    return _lowered(text, "-")


def _next_word(text: str, start: int) -> tuple[int, int]:
    """(kind, end) of the word that starts here; _INVALID at the end of the text."""
    size = len(text)
    if start >= size:
        return _INVALID, start
    char = text[start]
    end = start + 1
    if _is_connector(char):
        while end < size and _is_connector(text[end]):
            end += 1
        return _CONNECTOR, end
    if _is_punctuation(char):
        while end < size and _is_punctuation(text[end]):
            end += 1
        return _PUNCTUATION, end
    if _is_upper(char):
        if end < size and _is_upper(text[end]):
            while end < size and _is_upper(text[end]):
                end += 1
            if end < size and _is_alphabet(text[end]):
                end -= 1  # "HTTPStatus" is HTTP and Status
        elif end < size and _is_alphabet(text[end]):
            while end < size and _is_alphabet(text[end]) and not _is_upper(text[end]):
                end += 1
        return _UPPER, end
    if _is_alphabet(char):
        while end < size and _is_alphabet(text[end]) and not _is_upper(text[end]):
            end += 1
        return _ALPHABET, end
    if _is_number(char):
        while end < size and _is_number(text[end]):
            end += 1
        return _NUMBER, end
    while end < size and not (
        _is_connector(text[end]) or _is_alphabet(text[end]) or _is_number(text[end]) or _is_punctuation(text[end])
    ):
        end += 1
    return _OTHER, end


def _lowered(text: str, connector: str) -> str:
    out: list[str] = []

    def write(kind: int, word: str) -> None:
        if kind not in (_UPPER, _CONNECTOR):
            out.append(word)
            return
        out.extend(connector if _is_connector(char) else _lower(char) if _is_upper(char) else char for char in word)

    if not text:
        return ""
    start = 0
    kind, end = _next_word(text, 0)
    word = text[start:end]
    while end < len(text):
        if kind != _CONNECTOR:
            write(kind, word)
        previous, last = kind, word
        start = end
        kind, end = _next_word(text, start)
        word = text[start:end]
        if previous == _NUMBER:
            while kind in (_ALPHABET, _NUMBER):
                write(kind, word)
                start = end
                kind, end = _next_word(text, start)
                word = text[start:end]
            if kind not in (_INVALID, _PUNCTUATION, _CONNECTOR):
                out.append(connector)
        elif previous == _CONNECTOR:
            write(previous, last)
        elif previous == _PUNCTUATION:
            pass
        elif kind != _NUMBER:
            if kind not in (_CONNECTOR, _PUNCTUATION):
                out.append(connector)
        elif end < len(text):
            number = word
            start = end
            kind, end = _next_word(text, start)
            word = text[start:end]
            if kind != _ALPHABET:
                # a number belongs to the word before it: "Bld4Floor" is bld4_floor
                write(_NUMBER, number)
                if kind not in (_CONNECTOR, _PUNCTUATION):
                    out.append(connector)
            else:
                # lower case letters after it: "HTTP2xx" is http_2xx
                out.append(connector)
                write(_NUMBER, number)
                while kind in (_ALPHABET, _NUMBER):
                    write(kind, word)
                    start = end
                    kind, end = _next_word(text, start)
                    word = text[start:end]
                if kind not in (_INVALID, _CONNECTOR, _PUNCTUATION):
                    out.append(connector)
    write(kind, word)
    return "".join(out)
