"""plugin.yaml files, in both formats, and what Helm 4 reads from them."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.errors import SourceError
from steersman.sources.plugins import GETTER, Metadata, PlatformCommand, parse_metadata

CONFIG_NAMES = {
    "usage": "Usage",
    "shortHelp": "ShortHelp",
    "longHelp": "LongHelp",
    "ignoreFlags": "IgnoreFlags",
    "protocols": "Protocols",
}
CONFIG_DEFAULTS = {"cli/v1": {"Usage": "", "ShortHelp": "", "LongHelp": "", "IgnoreFlags": False}, GETTER: {"Protocols": None}}


def as_commands(commands: tuple[PlatformCommand, ...]) -> list[dict[str, Any]] | None:
    return [
        {
            "OperatingSystem": one.os,
            "Architecture": one.architecture,
            "Command": one.command,
            "Args": list(one.arguments) or None,
        }
        for one in commands
    ] or None


def as_go(metadata: Metadata) -> dict[str, Any]:
    """The metadata in the shape of Go's structs. An empty slice and none are the same here."""
    return {
        "APIVersion": metadata.api_version,
        "Name": metadata.name,
        "Type": metadata.type,
        "Runtime": metadata.runtime,
        "Version": metadata.version,
        "SourceURL": metadata.source_url,
        "Config": {
            **CONFIG_DEFAULTS.get(metadata.type, {}),
            **{CONFIG_NAMES[key]: value for key, value in metadata.config.items()},
        },
        "RuntimeConfig": {
            "PlatformCommand": as_commands(metadata.commands),
            "PlatformHooks": {event: as_commands(commands) for event, commands in metadata.hooks.items()} or None,
            "ProtocolCommands": [
                {"Protocols": list(one.protocols), "PlatformCommand": as_commands(one.commands)} for one in metadata.protocols
            ]
            or None,
        },
    }


@pytest.mark.parametrize(("number", "pair"), pairs("plugin_yaml"))
def test_plugin_yaml(number: int, pair: dict[str, Any]) -> None:
    if pair["error"] is not None:
        with pytest.raises(SourceError) as raised:
            parse_metadata(pair["in"])
        assert raised.value.message == pair["error"]
    else:
        assert as_go(parse_metadata(pair["in"])) == pair["out"]
