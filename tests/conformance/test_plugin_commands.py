"""Which of a plugin's commands Helm 4 runs on a machine, and with which arguments."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.errors import SourceError
from steersman.sources.plugins import PlatformCommand, prepare_command

SYSTEM = ("linux", "amd64")
"""Where the pairs were made."""


@pytest.mark.parametrize(("number", "pair"), pairs("plugin_commands"))
def test_plugin_commands(number: int, pair: dict[str, Any]) -> None:
    commands = [
        PlatformCommand(one["OperatingSystem"], one["Architecture"], one["Command"], tuple(one["Args"] or ()))
        for one in pair["cmds"]
    ]
    if pair["error"] is not None:
        with pytest.raises(SourceError) as raised:
            prepare_command(commands, pair["extra_args"], pair["env"], expand=pair["expand_args"], system=SYSTEM)
        assert raised.value.message == pair["error"]
    else:
        main, arguments = prepare_command(commands, pair["extra_args"], pair["env"], expand=pair["expand_args"], system=SYSTEM)
        assert (main, arguments) == (pair["main"], pair["args"])
