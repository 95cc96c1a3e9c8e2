"""Bytes become characters as go-yaml's reader does it: encodings, forbidden characters, line breaks.

go-yaml (go.yaml.in/yaml v2, readerc.go) decodes its input in windows of 512 bytes and refuses control characters, surrogates
and malformed UTF-8 when the window that holds them is filled. So a document which ends, or which is wrong, in an earlier
window never meets the error. `read` gives the characters up to that window and the error that waits behind them.

All line breaks but U+2028 and U+2029 mean the same to the scanner, whose only output of them is "\\n": they are made equal
here, so that the scanner knows three break characters instead of six sequences.
"""

from __future__ import annotations

import re

from steersman.golang.values import to_bytes, to_str

WINDOW = 512
"""How many bytes go-yaml decodes at a time (input_raw_buffer_size)."""

_ALLOWED_ASCII = b"\t\n\r" + bytes(range(0x20, 0x7F))
# In UTF-8, because sets of characters beyond ASCII take milliseconds to compile.
_forbidden = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x84\x86-\x9f]|\xef\xbf[\xbe\xbf]").search
_BREAKS = re.compile("\r\n|[\r\x85]")


def is_clean(text: str) -> bool:
    """Whether go-yaml's reader takes every character of the text."""
    if text.isascii():
        return not text.encode("ascii").translate(None, _ALLOWED_ASCII)
    try:
        return _forbidden(text.encode("utf-8")) is None
    except UnicodeEncodeError:
        return False


def read(text: str) -> tuple[str, str]:
    """The characters that the scanner may see, with line breaks made equal, and the error waiting at their end ("" for none)."""
    problem = ""
    if text.startswith("\ufeff"):
        dirty = not is_clean(text)
        if not dirty:
            text = text[1:]
    else:
        dirty = not is_clean(text)
    if dirty:
        text, problem = _read_dirty(to_bytes(text))
    if "\r" in text or "\x85" in text:
        text = _BREAKS.sub("\n", text)
    return text, problem


def _read_dirty(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _read_utf16(data)
    begin = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    position, window = begin, 0
    last = len(data)
    while True:
        # One filling of go-yaml's raw buffer; characters cut by its end wait for the next one.
        end = min(window + WINDOW, last)
        while position < end:
            width, problem = _utf8_character(data, position, last)
            if width and position + width > end and end < last:
                break
            if problem:
                return to_str(data[begin:window] if window else b""), problem
            position += width
        if end == last:
            return to_str(data[begin:]), ""
        window = position


def _utf8_character(data: bytes, position: int, last: int) -> tuple[int, str]:
    """The width of the character that starts here (0: no character can start so), and what go-yaml has against it."""
    octet = data[position]
    if octet < 0x80:
        if octet in _ALLOWED_ASCII:
            return 1, ""
        return 1, "control characters are not allowed"
    width = 2 if octet & 0xE0 == 0xC0 else 3 if octet & 0xF0 == 0xE0 else 4 if octet & 0xF8 == 0xF0 else 0
    if not width:
        return 0, "invalid leading UTF-8 octet"
    if position + width > last:
        return width, "incomplete UTF-8 octet sequence"
    value = octet & (0x7F >> width)
    for trailing in data[position + 1 : position + width]:
        if trailing & 0xC0 != 0x80:
            return width, "invalid trailing UTF-8 octet"
        value = (value << 6) + (trailing & 0x3F)
    if value < (0, 0, 0x80, 0x800, 0x10000)[width]:
        return width, "invalid length of a UTF-8 sequence"
    if 0xD800 <= value <= 0xDFFF or value > 0x10FFFF:
        return width, "invalid Unicode character"
    if _forbidden(data[position : position + width]):
        return width, "control characters are not allowed"
    return width, ""


def _read_utf16(data: bytes) -> tuple[str, str]:
    order = "little" if data[0] == 0xFF else "big"
    characters: list[str] = []
    problem = ""
    position = 2
    while position < len(data) and not problem:
        unit = int.from_bytes(data[position : position + 2], "little" if order == "little" else "big")
        if position + 2 > len(data):
            problem = "incomplete UTF-16 character"
        elif unit & 0xFC00 == 0xDC00:
            problem = "unexpected low surrogate area"
        elif unit & 0xFC00 == 0xD800:
            low = int.from_bytes(data[position + 2 : position + 4], "little" if order == "little" else "big")
            if position + 4 > len(data):
                problem = "incomplete UTF-16 surrogate pair"
            elif low & 0xFC00 != 0xDC00:
                problem = "expected low surrogate area"
            else:
                characters.append(chr(0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF)))
                position += 4
        elif _forbidden(chr(unit).encode("utf-8")):
            problem = "control characters are not allowed"
        else:
            characters.append(chr(unit))
            position += 2
    if problem:
        # Windows count bytes; nothing but the moment of the error depends on them.
        del characters[(position // WINDOW) * (WINDOW // 2) :]
    return "".join(characters), problem
