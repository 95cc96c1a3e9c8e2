"""A chart's archive (gzip, tar) as files, from bytes and in memory (Helm 4: pkg/chart/loader/archive; Go: archive/tar, gzip).

The archive is inflated piece by piece as members are read, so that a bomb is refused before it has unfolded. Nothing is
written anywhere: links, devices and the like are members without content, as in Helm, and a name only ever becomes a key. Still a name
that leaves the chart's folder is refused, with Helm's text, because charts are unpacked elsewhere, too.

tarfile would do, but costs 18 ms to import and follows other rules than Go's reader; the part of tar that charts use is small.
"""

from __future__ import annotations

import zlib

from steersman.chart.files import File, without_mark
from steersman.errors import ChartError
from steersman.golang.paths import clean
from steersman.golang.values import to_str

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TOTAL_BYTES = 100 * 1024 * 1024
"""What the files of a chart may hold together (Helm: MaxDecompressedChartSize). Helm 4 no longer enforces a limit per file."""
MAX_MEMBERS = 20_000
"""How many members an archive may have. Helm has no such limit; 300,000 empty ones fit into 2 MB."""
MAX_STREAM_BYTES = MAX_TOTAL_BYTES + MAX_MEMBERS * 1024
"""What an archive may inflate to, headers and all: a bound for what is skipped and never counted as a file."""
MAX_EXTENDED_HEADER_BYTES = 1024 * 1024
"""Long names and pax records of one member (Go: maxSpecialFileSize)."""

NOT_GZIP = "archive-not-gzip"
"""The error code for bytes that do not even begin as gzip: Helm words that case differently."""

_BLOCK = 512
_ZEROS = bytes(_BLOCK)
_PIECE = 256 * 1024
_WITHOUT_CONTENT = b"123456"
_INVALID_HEADER = "archive/tar: invalid tar header"


def unpack(data: bytes, *, at_most: int = MAX_TOTAL_BYTES) -> tuple[File, ...]:
    """The files of a chart's archive, their names without the first folder. They may hold `at_most` bytes together.

    Raises ChartError with Helm's or Go's text; its code is NOT_GZIP when the bytes are no gzip at all.
    """
    files = tuple(File(path, without_mark(content), modified) for path, modified, content in _members(_Stream(data), at_most))
    if not files:
        raise ChartError("no files in chart archive")
    return files


def _path_in_chart(name: str) -> str:
    """The member's name inside the chart. Raises ChartError when it would lie elsewhere."""
    delimiter = "\\" if "\\" in name else "/"
    first, _, rest = name.partition(delimiter)
    path = rest.replace(delimiter, "/")
    if path.startswith("/"):
        raise ChartError("chart illegally contains absolute paths")
    path = clean(path)
    if path == ".":
        from steersman.golang.strconv import quote

        raise ChartError(f"chart illegally contains content outside the base directory: {quote(name)}")
    if path.startswith(".."):
        raise ChartError("chart illegally references parent directory")
    if path[1:3] == ":/" and path[0].isascii() and path[0].isalpha():
        raise ChartError("chart contains illegally named files")
    if first == "Chart.yaml":
        raise ChartError("chart yaml not in base directory")
    return path


def _too_large() -> ChartError:
    return ChartError(f"decompressed chart is larger than the maximum size {MAX_TOTAL_BYTES}", code="chart-too-large")


def _broken(message: str) -> ChartError:
    return ChartError(message, code="archive-broken")


class _Stream:
    """What the gzip members inflate to, read in order and never further than asked plus one piece."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 10:
            raise _broken("unexpected EOF" if data else "EOF")
        if data[:3] != b"\x1f\x8b\x08":
            raise ChartError("gzip: invalid header", code=NOT_GZIP)
        self.data = data
        self.next = 0
        self.rest = b""
        self.inflater = zlib.decompressobj(wbits=31)
        self.held = b""
        self.at = 0
        self.total = 0
        self.over = False

    def read(self, size: int) -> bytes:
        """The next `size` bytes; fewer at the end."""
        taken = self.held[self.at : self.at + size]
        self.at += len(taken)
        if len(taken) == size:
            return taken
        pieces = [taken]
        size -= len(taken)
        while size > 0 and not self.over:
            self._inflate(max(_PIECE, size))
            taken = self.held[:size]
            self.at = len(taken)
            size -= len(taken)
            pieces.append(taken)
        return b"".join(pieces)

    def skip(self, size: int) -> bool:
        """Passes over `size` bytes; False when there are fewer."""
        while size > 0:
            taken = len(self.read(min(size, _PIECE)))
            if not taken:
                return False
            size -= taken
        return True

    def _inflate(self, at_most: int) -> None:
        """Inflates the next piece into `held`, which must be used up. The compressed bytes go in piece by piece, too: zlib copies what it leaves over."""
        if not self.rest and not self.inflater.eof:
            self.rest = self._compressed()
            if not self.rest:
                raise _broken("unexpected EOF")
        if self.inflater.eof:
            # gzip members may follow each other (RFC 1952); Go's reader joins them, and takes anything else for an error.
            self.rest = self.inflater.unused_data
            if len(self.rest) < 10:
                self.rest += self._compressed()
            if not self.rest:
                self.over = True
                self.held, self.at = b"", 0
                return
            if self.rest[:3] != b"\x1f\x8b\x08":
                raise _broken("unexpected EOF" if len(self.rest) < 10 else "gzip: invalid header")
            self.inflater = zlib.decompressobj(wbits=31)
        try:
            piece = self.inflater.decompress(self.rest, at_most)
        except zlib.error as error:
            raise _broken("gzip: invalid checksum" if "check" in str(error) else "flate: corrupt input") from None
        self.rest = self.inflater.unconsumed_tail
        self.total += len(piece)
        if self.total > MAX_STREAM_BYTES:
            raise _too_large()
        self.held = piece
        self.at = 0

    def _compressed(self) -> bytes:
        start = self.next
        self.next = min(start + _PIECE, len(self.data))
        return self.data[start : self.next]


def _members(stream: _Stream, left: int) -> Iterator[tuple[str, int, bytes]]:
    """(path in the chart, time in ns, content) of each member but folders; extended headers are applied. `left` bytes may come."""
    pax: dict[str, str] = {}
    long_name = ""
    count = 0
    while True:
        header = stream.read(_BLOCK)
        if not header:
            return
        if len(header) == _BLOCK and header == _ZEROS:
            header = stream.read(_BLOCK)
            if not header or header == _ZEROS:
                return
            raise _broken("unexpected EOF" if len(header) < _BLOCK else _INVALID_HEADER)
        if len(header) < _BLOCK:
            raise _broken("unexpected EOF")
        name, kind, size, mode, modified = _header(header)
        if size < 0:
            raise _broken(_INVALID_HEADER)
        if kind in (b"x", b"g", b"L", b"K"):
            if size > MAX_EXTENDED_HEADER_BYTES:
                raise _broken("archive/tar: header field too long")
            content = _content(stream, size)
            if kind == b"x":
                pax = _pax_records(content)
            elif kind == b"g":
                _pax_records(content)
            elif kind == b"L":
                long_name = _text(content)
            continue
        count += 1
        if count > MAX_MEMBERS:
            raise ChartError(f"chart archive has more than {MAX_MEMBERS} members", code="chart-too-large")
        if pax:
            name, size, modified = _with_pax(pax, name, size, modified)
            pax = {}
        if long_name:
            name, long_name = long_name, ""
        if kind == b"S":
            raise _broken("archive/tar: sparse files are not supported")
        if kind == b"\0" and name.endswith("/"):
            kind = b"5"
        if kind == b"5" or mode & ~0o7777 == 0o040000:
            # A folder by its mode may still have content, in Go too; one by its type has none.
            if kind not in _WITHOUT_CONTENT and not stream.skip(size + -size % _BLOCK):
                raise _broken("unexpected EOF")
            continue
        # The name is looked at before the content is read: what is wrong first is said first.
        path = _path_in_chart(name)
        left -= size
        if left <= 0 or (size and kind in _WITHOUT_CONTENT):
            # Helm takes a link that claims to have content for a file that is cut off by the limit.
            raise _too_large()
        yield path, modified, b"" if kind in _WITHOUT_CONTENT else _content(stream, size)


def _content(stream: _Stream, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise _broken("unexpected EOF")
    # The padding of the last member may be missing.
    stream.read(-size % _BLOCK)
    return content


def _header(block: bytes) -> tuple[str, bytes, int, int, int]:
    """(name, type, size, mode, time in ns) of a header block. Raises ChartError when it is none."""
    declared = _number(block[148:156])
    unsigned = sum(block) - sum(block[148:156]) + 8 * 32
    if declared != unsigned:
        signed = unsigned - 256 * sum(1 for byte in block[:148] + block[156:] if byte > 127)
        if declared != signed:
            raise _broken(_INVALID_HEADER)
    name = _text(block[:100])
    magic = block[257:263]
    # Owners and devices do not matter here, but Go refuses a header in which they are no numbers.
    _number(block[108:116])
    _number(block[116:124])
    if magic in (b"ustar\0", b"ustar "):
        _number(block[329:337])
        _number(block[337:345])
    if magic == b"ustar\0":
        prefix = _text(block[345:476] if block[508:512] == b"tar\0" else block[345:500])
        if prefix:
            name = f"{prefix}/{name}"
    return name, block[156:157], _number(block[124:136]), _number(block[100:108]), _number(block[136:148]) * 1_000_000_000


def _text(field: bytes) -> str:
    return to_str(field.partition(b"\0")[0])


def _number(field: bytes) -> int:
    """A number of a header: octal digits, or, with the top bit set, a big-endian one (GNU)."""
    if field[0] & 0x80:
        number = int.from_bytes(bytes((field[0] & 0x7F,)) + field[1:], "big")
        if field[0] & 0x40:
            number -= 1 << (8 * len(field) - 1)
    else:
        digits = field.strip(b" \0").partition(b"\0")[0]
        if not digits:
            return 0
        if not digits.isdigit() or b"8" in digits or b"9" in digits:
            raise _broken(_INVALID_HEADER)
        number = int(digits, 8)
    if not -0x8000000000000000 <= number <= 0x7FFFFFFFFFFFFFFF:
        raise _broken(_INVALID_HEADER)
    return number


def _pax_records(content: bytes) -> dict[str, str]:
    """The records `LENGTH NAME=VALUE\\n` of an extended header."""
    records: dict[str, str] = {}
    at = 0
    while at < len(content):
        space = content.find(b" ", at, at + 20)
        digits = content[at:space] if space >= 0 else b""
        if not digits.isdigit() or not digits.isascii():
            raise _broken(_INVALID_HEADER)
        end = at + int(digits)
        name, equals, value = content[space + 1 : end - 1].partition(b"=")
        if end <= space + 1 or end > len(content) or content[end - 1 : end] != b"\n" or not equals or not name:
            raise _broken(_INVALID_HEADER)
        records[to_str(name)] = to_str(value)
        at = end
    return records


def _with_pax(pax: dict[str, str], name: str, size: int, modified: int) -> tuple[str, int, int]:
    if any(key.startswith("GNU.sparse.") for key in pax):
        raise _broken("archive/tar: sparse files are not supported")
    path = pax.get("path", "")
    if "\0" in path:
        raise _broken(_INVALID_HEADER)
    if path:
        name = path
    if pax.get("size"):
        digits = pax["size"]
        if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
            raise _broken(_INVALID_HEADER)
        size = int(digits)
    if pax.get("mtime"):
        whole, _, part = pax["mtime"].partition(".")
        negative = whole.startswith("-")
        seconds = whole[1:] if negative else whole
        if (
            not seconds.isascii()
            or not seconds.isdigit()
            or len(seconds) > 18
            or (part and not (part.isascii() and part.isdigit()))
        ):
            raise _broken(_INVALID_HEADER)
        modified = int(seconds) * 1_000_000_000 + int((part + "000000000")[:9])
        if negative:
            modified = -modified
    return name, size, modified
