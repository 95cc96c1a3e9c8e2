"""Plugins in folders, and the variables in their commands."""

from __future__ import annotations

import pathlib

import pytest

from steersman.chart.files import Note
from steersman.errors import SourceError
from steersman.sources.plugins import MAX_FILE_BYTES, POST_RENDERER, expand_variables, find, load_folder, parse_metadata

GOOD = "apiVersion: v1\nname: NAME\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\n"


def write(folder: pathlib.Path, name: str, text: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "plugin.yaml").write_text(text)


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("$A-${B}", "a-b"),
        ("$AB", ""),
        ("${A}B", "aB"),
        ("$1$$ x", " x"),
        ("a$", "a$"),
        ("$ $.", "$ $."),
        ("${}x", "x"),
        ("${A", "A"),
        ("${?}", ""),
        ("${a b}", "spaced"),
        ("$é", "$é"),
    ],
)
def test_variables_are_expanded_as_go_does(text: str, expanded: str) -> None:
    assert expand_variables(text, {"A": "a", "B": "b", "a b": "spaced"}) == expanded


def test_the_first_folder_that_has_the_plugin_counts(tmp_path: pathlib.Path) -> None:
    for folder in ("one", "two"):
        write(tmp_path / folder, "x", GOOD.replace("NAME", "same"))
    folders = f"{tmp_path / 'none'}:{tmp_path / 'two'}:{tmp_path / 'one'}"
    assert find(folders, "same", POST_RENDERER, print).folder == str(tmp_path / "two" / "x")


def test_what_cannot_be_loaded_is_told(tmp_path: pathlib.Path) -> None:
    write(tmp_path, "bad", "a: b: c")
    write(tmp_path, "good", GOOD.replace("NAME", "good"))
    (tmp_path / "empty").mkdir()
    told: list[Note] = []
    assert find(str(tmp_path), "good", POST_RENDERER, told.append).metadata.name == "good"
    assert [note.message for note in told] == ["failed to load plugin (ignoring)"]


def test_a_huge_file_is_refused(tmp_path: pathlib.Path) -> None:
    write(tmp_path, "huge", "#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(SourceError, match="is longer than"):
        load_folder(str(tmp_path / "huge"))


def test_aliases_do_not_multiply() -> None:
    levels = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    text = GOOD.replace("NAME", "bomb") + "config:\n  " + "\n  ".join(levels)
    with pytest.raises(SourceError, match="excessive aliasing"):
        parse_metadata(text)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(SourceError, match="exceeded max depth"):
        parse_metadata(GOOD.replace("NAME", "deep") + "config: " + "{a: " * 500 + "b" + "}" * 500)
