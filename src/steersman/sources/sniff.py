"""What kind of file the first bytes promise, in the words of Go's net/http.DetectContentType: for the error that says so.

Source: the WHATWG MIME Sniffing standard as net/http/sniff.go applies it.
"""

from __future__ import annotations

_SPACE = b"\t\n\x0c\r "
_HTML = (
    b"<!DOCTYPE HTML", b"<HTML", b"<HEAD", b"<SCRIPT", b"<IFRAME", b"<H1", b"<DIV", b"<FONT", b"<TABLE", b"<A", b"<STYLE", b"<TITLE",
    b"<B", b"<BODY", b"<BR", b"<P", b"<!--",
)  # fmt: skip
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"\xfe\xff", "text/plain; charset=utf-16be"),
    (b"\xff\xfe", "text/plain; charset=utf-16le"),
    (b"\xef\xbb\xbf", "text/plain; charset=utf-8"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\x00\x00\x02\x00", "image/x-icon"),
    (b"BM", "image/bmp"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"ID3", "audio/mpeg"),
    (b"OggS\x00", "application/ogg"),
    (b"MThd\x00\x00\x00\x06", "audio/midi"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\x00\x01\x00\x00", "font/ttf"),
    (b"OTTO", "font/otf"),
    (b"ttcf", "font/collection"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x1f\x8b\x08", "application/x-gzip"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07\x00", "application/x-rar-compressed"),
    (b"Rar!\x1a\x07\x01\x00", "application/x-rar-compressed"),
    (b"\x00asm", "application/wasm"),
)
_FORMS = {b"WEBPVP": "image/webp", b"AVI ": "video/avi", b"WAVE": "audio/wave"}
_BINARY = bytes((*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)))


def content_type(data: bytes) -> str:
    """The MIME type of a file that begins with these (at most 512) bytes."""
    text = data.lstrip(_SPACE)
    upper = text[:32].upper()
    for tag in _HTML:
        if upper.startswith(tag) and upper[len(tag) : len(tag) + 1] in (b" ", b">"):
            return "text/html; charset=utf-8"
    if text.startswith(b"<?xml"):
        return "text/xml; charset=utf-8"
    if data[34:36] == b"LP":
        return "application/vnd.ms-fontobject"
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data.startswith(b"RIFF"):
        for form, kind in _FORMS.items():
            if data[8:].startswith(form):
                return kind
    if data.startswith(b"FORM") and data[8:12] == b"AIFF":
        return "audio/aiff"
    if _is_mp4(data):
        return "video/mp4"
    return "application/octet-stream" if text.translate(None, _BINARY) != text else "text/plain; charset=utf-8"


def _is_mp4(data: bytes) -> bool:
    size = int.from_bytes(data[:4], "big")
    if len(data) < 12 or size % 4 or len(data) < size or data[4:8] != b"ftyp":
        return False
    return any(at != 12 and data[at : at + 3] == b"mp4" for at in range(8, size, 4))
