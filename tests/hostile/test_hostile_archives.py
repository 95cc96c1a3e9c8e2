"""Hostile archives: bombs, floods of members, names and links that lead outside, headers that lie. Refused within a second and 300 MB,
nothing written; what Helm takes for an empty file is one."""

from __future__ import annotations

import gzip
import io
import pathlib
import tarfile
import zlib
from collections.abc import Callable

import pytest

from hostile.bounds import held, refused, steersman

HEAD = b"apiVersion: v2\nname: small\nversion: 0.1.0\n"
BLOCK = 512


def header(
    name: str | bytes, size: int | bytes = 0, kind: bytes = b"0", *, magic: bytes = b"ustar\x0000", checksum: int | None = None
) -> bytes:
    """A header block; `size` as bytes stands in it as it is."""
    name = name.encode() if isinstance(name, str) else name
    field = size if isinstance(size, bytes) else b"%011o\0" % size
    block = bytearray(
        name[:100].ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + field.ljust(12, b"\0") + b"00000000000\0" + b" " * 8 + kind
        + b"\0" * 100 + magic
    ).ljust(BLOCK, b"\0")  # fmt: skip
    total = sum(block) if checksum is None else checksum
    block[148:156] = b"%06o\0 " % total
    return bytes(block)


def member(name: str | bytes, data: bytes = b"", kind: bytes = b"0") -> bytes:
    return header(name, len(data), kind) + data + bytes(-len(data) % BLOCK)


def tar(*members: bytes) -> bytes:
    return gzip.compress(member("small/Chart.yaml", HEAD) + b"".join(members) + bytes(2 * BLOCK), 6)


def bomb(*parts: tuple[bytes, int]) -> bytes:
    """gzip of each piece repeated so many times, made without holding it."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(deflate.compress(piece) for piece, count in parts for _ in range(count)) + deflate.flush()


def pax(**records: str) -> bytes:
    text = b""
    for name, value in records.items():
        record = f" {name.replace('__', '.')}={value}\n".encode()
        length = len(record)
        while length != len(record) + len(str(length)):
            length = len(record) + len(str(length))
        text += str(length).encode() + record
    return member("pax", text, b"x")


MEBIBYTE = bytes(1 << 20)

REFUSED: dict[str, Callable[[], bytes]] = {
    "bomb-one-file": lambda: bomb((header("small/big", 1 << 33), 1), (MEBIBYTE, 256)),
    "bomb-many-files": lambda: bomb(*[(part, n) for i in range(30) for part, n in ((header(f"small/f{i}", 4 << 20), 1), (MEBIBYTE, 4))]),
    "bomb-skipped": lambda: bomb((member("small/Chart.yaml", HEAD), 1), (header("small/d", 1 << 33, b"5"), 1), (MEBIBYTE, 256)),
    "bomb-of-zeros": lambda: bomb((MEBIBYTE, 256)),
    "members": lambda: bomb((member("small/Chart.yaml", HEAD), 1), (header("small/files/x") * 1000, 300)),
    "concatenated": lambda: gzip.compress(member("small/Chart.yaml", HEAD)) + b"".join([gzip.compress(b"")] * 1000) + b"trash",
    "concatenated-bombs": lambda: gzip.compress(member("small/Chart.yaml", HEAD)) + bomb((header("small/x", 60 << 20), 1), (MEBIBYTE, 60)) * 3,
    "parent": lambda: tar(member("small/../../evil", b"x")),
    "parent-backslash": lambda: tar(member("small\\..\\..\\evil", b"x")),
    "absolute-inside": lambda: tar(member("small//etc/passwd", b"x")),
    "drive": lambda: tar(member("small/c:/evil", b"x")),
    "chart-at-top": lambda: gzip.compress(member("Chart.yaml", HEAD) + bytes(1024)),
    "link-with-size": lambda: tar(header("small/l", 100, b"2") + bytes(512)),
    "size-too-long": lambda: gzip.compress(header("small/Chart.yaml", 1 << 20) + HEAD),
    "size-negative": lambda: tar(header("small/x", b"\xff" * 12)),
    "size-huge": lambda: tar(header("small/x", b"\x80" + b"\x7f" * 11)),
    "size-no-number": lambda: tar(header("small/x", b"99999999999\0")),
    "checksum": lambda: tar(header("small/x", checksum=1)),
    "sparse": lambda: tar(header("small/x", 0, b"S", magic=b"ustar  \0")),
    "sparse-pax": lambda: tar(pax(GNU__sparse__major="1", GNU__sparse__size="99999999999"), member("small/x", b"x")),
    "pax-size": lambda: tar(pax(size="99999999999"), member("small/x", b"x")),
    "pax-size-negative": lambda: tar(pax(size="-1"), member("small/x", b"x")),
    "pax-size-digits": lambda: tar(pax(size="9" * 5000), member("small/x", b"x")),
    "pax-path": lambda: tar(pax(path="small/../../evil"), member("small/x", b"x")),
    "pax-length": lambda: tar(member("pax", b"99999999999 path=x\n", b"x"), member("small/x", b"x")),
    "pax-zero": lambda: tar(member("pax", b"0 path=x\n", b"x"), member("small/x", b"x")),
    "pax-garbage": lambda: tar(member("pax", b"\xff" * 1000, b"x"), member("small/x", b"x")),
    "pax-long": lambda: tar(header("pax", 1 << 30, b"x")),
    "long-name": lambda: tar(header("././@LongLink", 1 << 30, b"L")),
    "long-name-parent": lambda: tar(member("././@LongLink", b"small/" + b"../" * 1400 + b"evil\0", b"L"), member("x", b"x")),
    "no-checksum-in-gzip": lambda: tar(member("small/x", b"x"))[:-8] + bytes(8),
    "cut": lambda: tar(member("small/x", b"x" * 10_000))[:-50],
    "cut-in-header": lambda: gzip.compress(member("small/Chart.yaml", HEAD) + header("small/x")[:100]),
    "no-deflate": lambda: b"\x1f\x8b\x08" + bytes(100),
    "gzip-name-without-end": lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * 5_000_000,
    "no-chart": lambda: gzip.compress(bytes(1024)),
    "no-tar": lambda: gzip.compress(b"x" * 10_000),
    "nested-charts": lambda: nested(200),
    "inner-bomb": lambda: tar(member("small/charts/inner.tgz", bomb((header("inner/big", 1 << 33), 1), (MEBIBYTE, 200)))),
}  # fmt: skip
"""Archives that are refused."""


def nested(levels: int) -> bytes:
    """Charts within charts, each as an archive."""
    data = tar()
    for _ in range(levels):
        data = tar(member("small/charts/small.tgz", data))
    return data


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_archive_is_refused(name: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.tgz").write_bytes(REFUSED[name]())
    found = steersman("template", "./a.tgz", folder=tmp_path / "in")
    refused(found)
    assert found.out == ""
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "a.tgz"], "something was written"


ANSWERED: dict[str, Callable[[], bytes]] = {
    "absolute": lambda: tar(member("/abs", b"x")),
    "parent-of-root": lambda: tar(member("../evil", b"x")),
    "symlink": lambda: tar(header("small/templates/l.yaml", 0, b"2")),
    "hardlink": lambda: tar(header("small/templates/l.yaml", 0, b"1")),
    "device": lambda: tar(header("small/templates/c.yaml", 0, b"3"), header("small/templates/b.yaml", 0, b"4")),
    "fifo": lambda: tar(header("small/templates/f.yaml", 0, b"6")),
    "link-then-file": lambda: tar(header("small/d", 0, b"2"), member("small/d/f", b"x")),
    "path-of-4096": lambda: tar(member("././@LongLink", b"small/" + b"a/" * 2045 + b"\0", b"L"), member("x", b"x")),
    "newline-in-name": lambda: tar(member("small/files/a\n\x1b[2Jb", b"x")),
    "twice": lambda: tar(member("small/Chart.yaml", HEAD)),
    "two-roots": lambda: tar(member("other/templates/a.yaml", b"a: 1\n")),
    "concatenated": lambda: (
        gzip.compress(member("small/Chart.yaml", HEAD)) + gzip.compress(member("small/x", b"x") + bytes(1024))
    ),
    "big-but-allowed": lambda: tar(member("small/files/a", bytes(30 << 20))),
    "setuid": lambda: tar(member("small/files/a", b"x").replace(b"0000644", b"0004755")),
}
"""Archives that Helm takes as well: the first part of a name is dropped, whatever it is; links and devices are empty files."""


@pytest.mark.parametrize("name", ANSWERED)
def test_an_odd_archive_is_answered(name: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.tgz").write_bytes(ANSWERED[name]())
    found = held(steersman("template", "./a.tgz", folder=tmp_path / "in"))
    assert found.status == 0 or found.error
    assert "\x1b" not in found.err
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "a.tgz"], "something was written"


def test_python_reads_what_is_built_here() -> None:
    """The builder of these archives is right where nothing is wrong: Python's own reader agrees."""
    with tarfile.open(fileobj=io.BytesIO(tar(pax(path="small/y"), member("small/x", b"content")))) as opened:
        assert opened.getnames() == ["small/Chart.yaml", "small/y"]
        assert opened.extractfile("small/y").read() == b"content"  # type: ignore[union-attr]
