"""The layer table of ARCHITECTURE.md, held by reading the imports.

A room imports only rooms in rows below its own; rooms in one row do not know each other; rooms above the purity line touch
no socket, disk, clock, randomness, subprocess or log.
"""

from __future__ import annotations

import ast
import pathlib

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "src" / "steersman"

ROWS: list[set[str]] = [
    {"records", "spans", "errors", "clock", "version"},
    {"golang"},
    {"template", "objects", "chart"},
    {"values", "manifest", "provenance"},
    {"rendering", "release"},
    {"plan", "lint", "installer"},
    {"kube"},
    {"storage", "sources"},
    {"execute"},
    {"actions"},
    {"cli", "tiller"},
]
LEAVES = ROWS[0]
PURE = set().union(*ROWS[:6])
SANDBOX_MAY = {"objects", "golang", *LEAVES}
DOORS = {"__init__", "__main__", "testing"}

IMPURE = {
    "socket", "ssl", "http", "urllib.request", "urllib3", "asyncio", "subprocess", "logging", "os", "pathlib", "shutil", "tempfile",
    "random", "secrets", "time", "select", "threading", "concurrent", "multiprocessing", "signal", "io", "glob", "sqlite3", "pg8000",
}  # fmt: skip
"""Modules whose import above the purity line needs a reason. `os.path` on strings is refused too: posixpath is pure."""

ROW_OF = {room: number for number, row in enumerate(ROWS) for room in row}


def modules() -> list[pathlib.Path]:
    return sorted(SOURCE.rglob("*.py"))


def room_of(path: pathlib.Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imports_of(path: pathlib.Path) -> list[tuple[int, str]]:
    """(line, absolute dotted name) of each import in the file, those for type checkers included."""
    found = []
    package = ("steersman", *path.relative_to(SOURCE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            found += [(node.lineno, f"{module}.{alias.name}" if module == "steersman" else module) for alias in node.names]
    return found


def test_every_room_is_in_the_table() -> None:
    rooms = {room_of(path) for path in modules()} - DOORS - {"sandbox"}
    assert rooms <= set(ROW_OF), f"rooms without a row: {sorted(rooms - set(ROW_OF))}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: pathlib.Path) -> None:
    room = room_of(path)
    if room in DOORS:
        return
    wrong = []
    for line, name in imports_of(path):
        parts = name.split(".")
        if parts[0] != "steersman" or len(parts) == 1:
            continue
        target = parts[1]
        if target == room:
            continue
        if room == "sandbox":
            allowed = target in SANDBOX_MAY
        elif target == "sandbox":
            allowed = room in {"cli", "tiller"}
        elif room in LEAVES:
            allowed = target in LEAVES
        else:
            allowed = target in ROW_OF and ROW_OF[target] < ROW_OF[room]
        if not allowed:
            wrong.append(f"{path.name}:{line} imports {name}")
    assert not wrong, "; ".join(wrong)


@pytest.mark.parametrize(
    "path", [path for path in modules() if room_of(path) in PURE], ids=lambda path: str(path.relative_to(SOURCE))
)
def test_pure_rooms_stay_pure(path: pathlib.Path) -> None:
    tree = ast.parse(path.read_text(), str(path))
    wrong = []
    for line, name in imports_of(path):
        if any(name == module or name.startswith(module + ".") for module in IMPURE):
            wrong.append(f"{path.name}:{line} imports {name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"}:
            wrong.append(f"{path.name}:{node.lineno} calls {node.func.id}")
    assert not wrong, "; ".join(wrong)


def test_only_the_template_program_executes_code() -> None:
    wrong = []
    for path in modules():
        if path.relative_to(SOURCE).as_posix() == "template/program.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(), str(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"exec", "eval", "compile"}:
                wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert not wrong, wrong


def test_yaml_is_never_loaded_into_objects() -> None:
    """PyYAML's loaders can build Python objects: nothing here may use one, only its event parser."""
    wrong = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(), str(path))):
            if isinstance(node, ast.Attribute) and node.attr in {
                "load",
                "load_all",
                "full_load",
                "unsafe_load",
                "UnsafeLoader",
                "FullLoader",
            }:
                if isinstance(node.value, ast.Name) and node.value.id == "yaml" and "golang import yaml" not in path.read_text():
                    wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert not wrong, wrong
