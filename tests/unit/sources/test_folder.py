"""Folders and archives on disk."""

from __future__ import annotations

import os
import pathlib

import pytest

from steersman.chart import Note, load
from steersman.errors import ChartError, Error, SourceError
from steersman.sources import fetch
from steersman.sources.folder import read_folder

HEAD = "apiVersion: v2\nname: x\nversion: 1.0.0\n"


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    top = tmp_path / "chart"
    (top / "templates").mkdir(parents=True)
    (top / "Chart.yaml").write_text("\ufeff" + HEAD)
    (top / "templates" / "b.yaml").write_text("b")
    (top / "templates" / "a.yaml").write_text("a")
    return top


def names(top: pathlib.Path, notes: list[Note] | None = None) -> list[str]:
    return [file.name for file in read_folder(str(top), notes)]


def test_files_come_in_order_without_what_is_ignored(folder: pathlib.Path) -> None:
    (folder / ".helmignore").write_text("# no drafts\n*.bak\n/secret/\n")
    (folder / "templates" / "old.bak").write_text("")
    (folder / "templates" / ".hidden").write_text("")
    (folder / "secret").mkdir()
    (folder / "secret" / "key").write_text("")
    assert names(folder) == [".helmignore", "Chart.yaml", "templates/a.yaml", "templates/b.yaml"]
    assert load(fetch(str(folder))).name == "x"


def test_links_are_followed_and_noted(folder: pathlib.Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "f.txt").write_text("f")
    (folder / "linked").symlink_to(outside)
    notes: list[Note] = []
    assert "linked/f.txt" in names(folder, notes)
    assert [dict(note.attributes)["resolved"] for note in notes] == [str(outside.resolve())]


@pytest.mark.parametrize("target", ["..", ".", "templates"])
def test_a_link_back_into_the_walk_is_refused_at_once(folder: pathlib.Path, target: str) -> None:
    for name in ("one", "two"):
        (folder / "templates" / name).symlink_to(folder / target)
    with pytest.raises(ChartError, match=r"error evaluating symlink .*: too many levels of symbolic links"):
        names(folder)


def test_a_link_to_nowhere(folder: pathlib.Path) -> None:
    (folder / "templates" / "l").symlink_to("nowhere")
    with pytest.raises(ChartError) as raised:
        names(folder)
    at = folder / "templates"
    assert str(raised.value) == f"error evaluating symlink {at}/l: lstat {at}/nowhere: no such file or directory"


def test_a_pipe_is_refused_and_not_waited_for(folder: pathlib.Path) -> None:
    os.mkfifo(folder / "templates" / "pipe")
    with pytest.raises(ChartError, match=r"cannot load irregular file .*/pipe as it has file mode type bits set"):
        names(folder)


def test_the_budget(folder: pathlib.Path) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert len(read_folder(str(folder), budget=size)) == 3
    with pytest.raises(
        ChartError, match=f"error reading templates/b.yaml: chart exceeds maximum decompressed size of {size - 1} bytes"
    ):
        read_folder(str(folder), budget=size - 1)


def test_a_folder_without_a_chart(tmp_path: pathlib.Path) -> None:
    with pytest.raises(SourceError) as raised:
        fetch(str(tmp_path))
    at = tmp_path / "Chart.yaml"
    assert str(raised.value) == f"unable to detect chart at {at}: open {at}: no such file or directory"


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("./nope", 'path "./nope" not found'),
        ("/nope/x", 'path "/nope/x" not found'),
        ("nope", "non-absolute URLs should be in form of repo_name/path_to_chart, got: nope"),
        ("nope/x", "repo nope not found"),
        ("a\0b", "non-absolute URLs should be in form of repo_name/path_to_chart, got: a\0b"),
    ],
)
def test_what_is_not_there(reference: str, text: str) -> None:
    with pytest.raises(SourceError) as raised:
        fetch(reference)
    assert str(raised.value) == text


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("x.yaml", b"a: b", "file '{}' seems to be a YAML file, but expected a gzipped archive"),
        ("x.tgz", b"a: b", "file '{}' does not appear to be a gzipped archive; got 'application/octet-stream'"),
        ("x.tgz", b"text " * 200, "file '{}' does not appear to be a gzipped archive; got 'text/plain; charset=utf-8'"),
        (
            "x.tgz",
            b"<!DOCTYPE html>" + b" " * 600,
            "file '{}' does not appear to be a gzipped archive; got 'text/html; charset=utf-8'",
        ),
        ("x.zip", b"PK\x03\x04", "file '{}' does not appear to be a gzipped archive; got 'application/zip'"),
        ("x.tgz", b"\x1f\x8b\x08 and so on and on", "unable to load chart archive"),
        ("x.tgz", b"", "file '{}' does not appear to be a gzipped archive; got 'application/octet-stream'"),
    ],
)
def test_what_is_no_archive(tmp_path: pathlib.Path, name: str, data: bytes, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Error) as raised:
        fetch(str(path))
    assert str(raised.value) == text.format(path)
