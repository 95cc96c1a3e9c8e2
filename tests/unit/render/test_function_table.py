"""The names of functions, their families, and what a table costs."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from steersman.rendering.engine import signatures
from steersman.rendering.env import RenderEnv
from steersman.rendering.functions import ENGINE_NAMES, FAMILIES, NAMES, Functions


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_family_defines_the_names_it_is_listed_with(family: str, env: RenderEnv) -> None:
    module = import_module(f"steersman.rendering.functions.{family}")
    defined = set(getattr(module, "TABLE", ())) | set(module.bound(env) if hasattr(module, "bound") else ())
    assert defined == set(FAMILIES[family].split())


def test_there_are_as_many_as_helm_has() -> None:
    assert len(NAMES) == 233
    assert "env" not in NAMES
    assert "expandenv" not in NAMES


def test_every_name_has_a_function_and_no_other_has_one(env: RenderEnv) -> None:
    table = signatures()
    assert all(name in table and callable(table[name].call) for name in NAMES)
    assert "env" not in table
    assert table.get("env") is None
    assert not ENGINE_NAMES & {name for name in ENGINE_NAMES if name in Functions(env)}


def test_a_hidden_name_is_not_there(env: RenderEnv) -> None:
    table = Functions(env, hidden={"toYaml"})
    assert "toYaml" not in table
    assert table.get("toYaml") is None
    assert "quote" in table


def test_a_chart_that_quotes_loads_no_cryptography() -> None:
    probe = """
import sys
from steersman.rendering.engine import signatures
signatures()["quote"], signatures()["default"], signatures()["toYaml"]
print(*[name for name in sys.modules if name.startswith("steersman.rendering.functions.")])
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    loaded = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert not loaded & {"crypto", "dates", "chance", "patterns", "wordcases"}
