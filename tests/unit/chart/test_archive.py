"""Archives in memory: what Go's readers take, Helm's refusals, and the limits."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from steersman.chart import archive
from steersman.chart.archive import NOT_GZIP, unpack
from steersman.errors import ChartError


def packed(*members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.type, info.size, info.mtime = kind, len(data) if kind == tarfile.REGTYPE else 0, 1700000000
            info.linkname = "elsewhere"
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), mtime=0)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_names_times_and_content(form: int) -> None:
    long = "chart/" + "folder/" * 25 + "file.yaml"
    files = unpack(packed(("chart/Chart.yaml", b"\xef\xbb\xbfname: x"), ("./chart/a", b"1"), (long, b"y" * 1000), form=form))
    assert [file.name for file in files] == ["Chart.yaml", "chart/a", "folder/" * 25 + "file.yaml"]
    assert files[0].data == b"name: x", "the byte order mark is gone"
    assert files[2].data == b"y" * 1000
    assert files[0].modified == 1_700_000_000 * 10**9


def test_backslashes_separate_when_there_are_any() -> None:
    assert unpack(packed(("chart\\templates\\a.yaml", b"")))[0].name == "templates/a.yaml"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x/../../evil", "chart illegally references parent directory"),
        ("x\\..\\..\\evil", "chart illegally references parent directory"),
        ("x//evil", "chart illegally contains absolute paths"),
        ("x/c:/evil", "chart contains illegally named files"),
        ("evil", 'chart illegally contains content outside the base directory: "evil"'),
        ("x/..", "chart illegally references parent directory"),
    ],
)
def test_a_name_that_leaves_the_chart(name: str, text: str) -> None:
    with pytest.raises(ChartError) as raised:
        unpack(packed(("x/Chart.yaml", b"name: x"), (name, b"boo")))
    assert str(raised.value) == text


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_empty_files(kind: bytes) -> None:
    assert [(file.name, file.data) for file in unpack(packed(("x/link", b""), kind=kind))] == [("link", b"")]


def test_folders_are_no_files() -> None:
    with pytest.raises(ChartError, match=r"^no files in chart archive$"):
        unpack(packed(("x/folder", b""), kind=tarfile.DIRTYPE))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "EOF"),
        (b"hello", "unexpected EOF"),
        (b"hello, world, hello", "gzip: invalid header"),
        (packed(("x/a", b"1" * 5000))[:-40], "unexpected EOF"),
        (gzip.compress(b"x" * 512, mtime=0), "archive/tar: invalid tar header"),
        (gzip.compress(b"x" * 100, mtime=0), "unexpected EOF"),
    ],
)
def test_broken_archives(data: bytes, text: str) -> None:
    with pytest.raises(ChartError) as raised:
        unpack(data)
    assert str(raised.value) == text
    assert (raised.value.code == NOT_GZIP) is (text == "gzip: invalid header")


def test_a_wrong_checksum_is_refused() -> None:
    data = bytearray(packed(("x/a", b"1")))
    data[-6] ^= 1
    with pytest.raises(ChartError, match="gzip: invalid checksum"):
        unpack(bytes(data))


def test_gzip_members_follow_each_other() -> None:
    whole = gzip.decompress(packed(("x/a", b"1" * 3000)))
    assert unpack(gzip.compress(whole[:700]) + gzip.compress(whole[700:]))[0].data == b"1" * 3000


def test_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(("x/a", b"1" * 600), ("x/b", b"1" * 600))
    assert len(unpack(data, at_most=1201)) == 2
    with pytest.raises(ChartError, match="decompressed chart is larger than the maximum size"):
        unpack(data, at_most=1200)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 1)
    with pytest.raises(ChartError, match="more than 1 members"):
        unpack(data)


def test_a_header_that_promises_too_much_is_refused_unread() -> None:
    header = bytearray(gzip.decompress(packed(("x/a", b""), form=tarfile.USTAR_FORMAT))[:512])
    header[124:136] = b"77777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(ChartError, match="larger than the maximum size"):
        unpack(gzip.compress(bytes(header)))


def test_sparse_files_are_refused() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("x/a")
        info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
        tar.addfile(info)
    with pytest.raises(ChartError, match="sparse"):
        unpack(gzip.compress(buffer.getvalue()))
