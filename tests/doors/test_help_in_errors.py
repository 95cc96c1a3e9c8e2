"""What a user reads when a chart cannot be rendered: Helm's text alone where a program reads, and on a terminal or with --debug more.

The examples of docs/errors.md are run through a terminal, and every character is compared. `python tests/doors/test_help_in_errors.py`
writes what they print now into that page; the difference is then to be read.
"""

from __future__ import annotations

import os
import pathlib
import pty
import re
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable

import pytest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "errors.md"
DEBUG_HINT = "\n\nUse --debug flag to render out invalid YAML"

_BLOCK = re.compile(r"(?:^`([^`\n]+)`\n\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(folder: pathlib.Path, *words: str, terminal: bool = False, **environ: str) -> tuple[int, str, str]:
    """(exit status, standard output, standard error) of one command line; standard error is a terminal if asked for."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": str(folder / "none"), **environ}
    command = [sys.executable, "-m", "steersman", *words]
    if not terminal:
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr
    ours, theirs = pty.openpty()
    said = bytearray()

    def read() -> None:
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # how Linux says that the other side is closed
                return
            if not data:
                return
            said.extend(data)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        process = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=theirs, timeout=60)
    finally:
        os.close(theirs)
        reader.join(10)
        os.close(ours)
    return process.returncode, process.stdout.decode(), said.decode().replace("\r\n", "\n")


def write(folder: pathlib.Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def played(page: str, folder: pathlib.Path, said: Callable[[tuple[str, ...]], str]) -> str:
    """The page with what its commands print, as `said` gives it."""

    def fill(block: re.Match[str]) -> str:
        name, language, text = block.groups()
        if name:
            write(folder, name, text)
        if language != "console":
            return block[0]
        command = text.split("\n", 1)[0]
        return f"```console\n{command}\n{said(tuple(shlex.split(command.removeprefix('$ '))[1:]))}```"

    return _BLOCK.sub(fill, page)


def on_a_terminal(folder: pathlib.Path) -> Callable[[tuple[str, ...]], str]:
    def said(words: tuple[str, ...]) -> str:
        status, out, err = run(folder, *words, terminal=True, NO_COLOR="1")
        assert (status, out) == (1, ""), err
        return err

    return said


def test_the_page_shows_what_a_terminal_shows(tmp_path: pathlib.Path) -> None:
    page = PAGE.read_text()
    assert page.count("```console") >= 10
    assert played(page, tmp_path, on_a_terminal(tmp_path)) == page


def test_a_program_gets_helms_text_alone(tmp_path: pathlib.Path) -> None:
    """Every example again without a terminal: what is left is the beginning of what the page shows, up to the first place or note."""
    page = PAGE.read_text()
    shown = [text.split("\n", 1)[1] for _, language, text in _BLOCK.findall(page) if language == "console"]
    alone: list[str] = []

    def said(words: tuple[str, ...]) -> str:
        status, out, err = run(tmp_path, *words)
        assert (status, out) == (1, "")
        alone.append(err)
        return err

    played(page, tmp_path, said)
    assert len(alone) == len(shown)
    for helm, all_of_it in zip(alone, shown):
        assert all_of_it.startswith(helm)
        more = all_of_it[len(helm) :]
        assert re.match(r"  (at|in|no end of what begins at|\.Values|there is) ", more) or more.startswith("  .Values"), more
        assert "^" not in helm
        assert "did you mean" not in helm


def test_debug_shows_the_same_without_a_terminal(tmp_path: pathlib.Path) -> None:
    page = PAGE.read_text()

    def said(words: tuple[str, ...]) -> str:
        _, _, terminal = run(tmp_path, *words, terminal=True, NO_COLOR="1")
        _, _, debug = run(tmp_path, *words, "--debug")
        assert debug[debug.index("Error: ") :] == terminal.replace(DEBUG_HINT, "")
        return debug

    played(page, tmp_path, said)


# ── one case each ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def chart(tmp_path: pathlib.Path) -> Callable[..., pathlib.Path]:
    """Writes a chart with these files into the test's folder, `{"templates/a.yaml": text}`."""

    def make(files: dict[str, str]) -> pathlib.Path:
        write(tmp_path, "mychart/Chart.yaml", "apiVersion: v2\nname: mychart\nversion: 0.1.0\n")
        for name, text in files.items():
            write(tmp_path, name if name.startswith("/") else f"mychart/{name}", text)
        return tmp_path

    return make


def help_of(err: str) -> str:
    """What follows Helm's own text."""
    match = re.search(r"^  (?:at|in|no end) ", err, re.MULTILINE)
    assert match, err
    return err[match.start() :]


def test_colours_are_for_terminals_that_want_them(chart: Callable[..., pathlib.Path]) -> None:
    folder = chart({"templates/a.yaml": "a: {{ .Values.x.y }}\n"})
    words = "template", "x", "mychart"
    _, _, plain = run(folder, *words, terminal=True, NO_COLOR="1")
    assert "\x1b" not in plain
    _, _, coloured = run(folder, *words, terminal=True, TERM="xterm")
    assert "\x1b[1;31m^" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert run(folder, *words, terminal=True, TERM="dumb")[2] == plain
    assert run(folder, *words, "--color", "never", terminal=True, TERM="xterm")[2] == plain
    assert "\x1b" not in run(folder, *words, "--debug", TERM="xterm")[2]


def test_a_template_sends_no_control_sequences(chart: Callable[..., pathlib.Path]) -> None:
    folder = chart({"templates/a.yaml": "\x1b]0;title\x07 a: {{ .Values.x.y }}\t\n"})
    _, _, err = run(folder, "template", "x", "mychart", "--debug")
    assert help_of(err) == (
        "  at mychart/templates/a.yaml:1:18\n"
        "    1 | \ufffd]0;title\ufffd a: {{ .Values.x.y }}\n"
        "      |                  ^^^^^^^^^^^\n"
        "  .Values.x is not set; --set x=… sets it, or a file given with -f\n"
    )


def test_marks_stand_below_wide_letters(chart: Callable[..., pathlib.Path]) -> None:
    folder = chart({"templates/a.yaml": "名: é {{ .Values.x.y }}\n"})
    _, _, err = run(folder, "template", "x", "mychart", "--debug")
    assert "    1 | 名: é {{ .Values.x.y }}\n      |          ^^^^^^^^^^^\n" in err
    assert "mychart/templates/a.yaml:1:9\n" in help_of(err)


def test_of_a_long_line_the_part_is_shown_that_matters(chart: Callable[..., pathlib.Path]) -> None:
    folder = chart({"templates/a.yaml": "x" * 500 + "{{ .Values.x.y }}" + "z" * 500 + "\n"})
    _, _, err = run(folder, "template", "x", "mychart", "--debug")
    line, mark = help_of(err).splitlines()[1:3]
    assert len(line) < 140
    assert line[mark.index("^") : mark.rindex("^") + 1] == ".Values.x.y"


def test_secrets_are_not_shown(chart: Callable[..., pathlib.Path]) -> None:
    folder = chart(
        {
            "values.yaml": "db:\n  password: hunter2\n",
            "templates/a.yaml": "kind: Secret\nstringData:\n  a: {{ .Values.db.password }}\n b: c\n",
        }
    )
    _, _, err = run(folder, "template", "x", "mychart", terminal=True, NO_COLOR="1")
    assert "hunter2" not in err
    assert "    3 |   a: •••\n" in err
    write(folder, "mychart/templates/a.yaml", "a: {{ .Values.db.password.x }}\n")
    _, _, err = run(folder, "template", "x", "mychart", "--set", "db.password=hunter3", "--debug")
    assert "hunter" not in err
    assert ".Values.db.password is a string, not a table (--set db.password)\n" in err


def test_a_pipe_is_not_read_twice(chart: Callable[..., pathlib.Path]) -> None:
    folder = chart({"templates/a.yaml": "a: {{ .Values.image.tag.x }}\n", "values.yaml": "image:\n  tag: a\n"})
    os.mkfifo(folder / "pipe")
    writer = threading.Thread(target=(folder / "pipe").write_text, args=("image: {tag: b}\n",))
    writer.start()
    _, _, err = run(folder, "template", "x", "mychart", "-f", "pipe", "--debug")
    writer.join(10)
    assert help_of(err).endswith(".Values.image.tag is a string, not a table (pipe)\n")


def test_a_chart_inside_a_chart(chart: Callable[..., pathlib.Path]) -> None:
    folder = chart(
        {
            "values.yaml": "sub:\n  size: 3\n",
            "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
            "charts/sub/values.yaml": "size: 1\nlevel: {}\n",
            "charts/sub/templates/a.yaml": "a: {{ .Values.level.high.up }}{{ .Values.size.x }}\n",
        }
    )
    _, _, err = run(folder, "template", "x", "mychart", "--debug")
    assert help_of(err) == (
        "  at mychart/charts/sub/templates/a.yaml:1:7\n"
        "    1 | a: {{ .Values.level.high.up }}{{ .Values.size.x }}\n"
        "      |       ^^^^^^^^^^^^^^^^^^^^^\n"
        "  .Values.level.high of the chart mychart/charts/sub is not set; --set sub.level.high=… sets it, or a file given with -f\n"
    )
    _, _, err = run(folder, "template", "x", "mychart", "--debug", "--set", "sub.level.high.up=1")
    assert help_of(err).endswith(
        "  .Values.size of the chart mychart/charts/sub is a number, not a table (mychart/values.yaml:2)\n"
    )


def test_a_broken_file_inside_a_chart(chart: Callable[..., pathlib.Path]) -> None:
    folder = chart(
        {
            "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
            "charts/sub/values.yaml": "a: b\nc: d: e\n",
        }
    )
    status, _, err = run(folder, "template", "x", "mychart", "--debug")
    assert status == 1
    assert help_of(err) == ("  at mychart/charts/sub/values.yaml:2:5\n    1 | a: b\n    2 | c: d: e\n      |     ^\n")


def test_what_cannot_be_explained_is_reported_all_the_same(chart: Callable[..., pathlib.Path]) -> None:
    folder = chart({"templates/a.yaml": "a: b\n"})
    status, _, err = run(folder, "template", "x", "nothing", terminal=True, NO_COLOR="1")
    assert status == 1
    assert err.startswith("Error: ")
    assert "Traceback" not in err


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(played(PAGE.read_text(), pathlib.Path(name), on_a_terminal(pathlib.Path(name))))
