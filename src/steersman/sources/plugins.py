"""Plugins: what their plugin.yaml says, where they lie, and which command to run here.

    plugin = find(folders, "label", POST_RENDERER, tell)        of all plugins' folders the one of this name and type
    main, arguments = prepare_command(plugin.metadata.commands, ["--extra"], environ)

plugin.yaml comes in two formats: with `apiVersion: v1`, whose keys are checked, and the older one without. Both become the same
Metadata. A plugin that cannot be loaded is passed over with a warning; two of one name are an error. Helm 4: internal/plugin
(loader.go, metadata*.go, subprocess_commands.go).
"""

from __future__ import annotations

import re

from steersman.chart.files import Note
from steersman.errors import GoError, SourceError
from steersman.golang.semver import strict_new_version
from steersman.golang.strconv import quote
from steersman.golang.values import to_str
from steersman.golang.yaml import dump_pretty
from steersman.golang.yaml.nodes_reader import read_document
from steersman.golang.yaml.shapes import ANY, BOOL, STRING, List, Map, Struct, decode
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from steersman.golang.yaml.shapes import Shape

FILE = "plugin.yaml"
CLI, GETTER, POST_RENDERER, TEST = "cli/v1", "getter/v1", "postrenderer/v1", "test/v1"
SUBPROCESS, EXTISM = "subprocess", "extism/v1"
LEGACY = "legacy"
MAX_FILE_BYTES = 1024 * 1024
"""The longest plugin.yaml that is read."""

MODULE = "plugin.wasm"
"""The file that a plugin for the WebAssembly runtime must have."""


class PlatformCommand(Record):
    """A command for an operating system and an architecture, named as Go names them; "" is any."""

    os: str = ""
    architecture: str = ""
    command: str = ""
    arguments: tuple[str, ...] = ()


class ProtocolCommand(Record):
    """What fetches URLs of these schemes."""

    protocols: tuple[str, ...]
    commands: tuple[PlatformCommand, ...]


class Metadata(Record):
    """What plugin.yaml says, whichever format it has. `config` is that of the type, by plugin.yaml's own keys."""

    api_version: str
    name: str
    type: str
    runtime: str
    version: str
    source_url: str = ""
    config: Mapping[str, Any] = {}
    commands: tuple[PlatformCommand, ...] = ()
    hooks: Mapping[str, tuple[PlatformCommand, ...]] = {}
    protocols: tuple[ProtocolCommand, ...] = ()
    expand_hooks: bool = True
    """Whether variables in the hooks' arguments are expanded; in commands of the older format a shell does that."""


class Plugin(Record):
    folder: str
    metadata: Metadata


# ── plugin.yaml ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_COMMAND = Struct("plugin.PlatformCommand", {"os": STRING, "arch": STRING, "command": STRING, "args": List(STRING)})
_HOOKS = Map(List(_COMMAND), "plugin.PlatformHooks")
_PEEK = Struct("plugin.apiVersion", {"apiVersion": STRING})
_LEGACY = Struct(
    "plugin.MetadataLegacy",
    {
        "name": STRING,
        "version": STRING,
        "usage": STRING,
        "description": STRING,
        "platformCommand": List(_COMMAND),
        "command": STRING,
        "ignoreFlags": BOOL,
        "platformHooks": _HOOKS,
        "hooks": Map(STRING, "plugin.Hooks"),
        "downloaders": List(Struct("plugin.Downloaders", {"protocols": List(STRING), "command": STRING})),
    },
)
_V1 = Struct(
    "plugin.MetadataV1",
    {
        "apiVersion": STRING,
        "name": STRING,
        "type": STRING,
        "runtime": STRING,
        "version": STRING,
        "sourceURL": STRING,
        "config": Map(ANY),
        "runtimeConfig": Map(ANY),
    },
)
_CONFIGS: Mapping[str, Struct] = {
    CLI: Struct("schema.ConfigCLIV1", {"usage": STRING, "shortHelp": STRING, "longHelp": STRING, "ignoreFlags": BOOL}),
    GETTER: Struct("schema.ConfigGetterV1", {"protocols": List(STRING)}),
    POST_RENDERER: Struct("schema.ConfigPostRendererV1", {}),
    TEST: Struct("schema.ConfigTestV1", {}),
}
_SUBPROCESS = Struct(
    "plugin.RuntimeConfigSubprocess",
    {
        "platformCommand": List(_COMMAND),
        "platformHooks": _HOOKS,
        "protocolCommands": List(
            Struct("plugin.SubprocessProtocolCommand", {"protocols": List(STRING), "platformCommand": List(_COMMAND)})
        ),
    },
)
_is_name = re.compile("[A-Za-z0-9_-]+\\Z").match


def parse_metadata(text: str) -> Metadata:
    """What a plugin.yaml says. Raises SourceError in Helm's words."""
    try:
        version = (decode(read_document(text), _PEEK) or {}).get("apiVersion", "")
    except GoError as error:
        raise SourceError(f"failed to peek {FILE} API version: {error.message}") from error
    if version not in ("", "v1"):
        raise SourceError(f"invalid plugin apiVersion: {quote(version)}")
    try:
        if version:
            return _from_v1(decode(read_document(text), _V1, strict=True) or {})
        return _from_legacy(decode(read_document(text), _LEGACY) or {})
    except GoError as error:
        raise SourceError(error.message) from error


def _from_legacy(said: Mapping[str, Any]) -> Metadata:
    name, version = said.get("name", ""), said.get("version", "")
    if not _is_name(name):
        raise SourceError(_bad_name(name))
    if version and not _is_version(version):
        raise SourceError(f"invalid plugin version {quote(version)}: must be valid semver")
    commands, command = said.get("platformCommand") or [], said.get("command", "")
    if commands and command:
        raise SourceError("both platformCommand and command are set")
    hooks, scripts = said.get("platformHooks") or {}, said.get("hooks") or {}
    if hooks and scripts:
        raise SourceError("both platformHooks and hooks are set")
    downloaders = said.get("downloaders") or []
    _check_downloaders(downloaders)
    protocols = [protocol for downloader in downloaders for protocol in downloader["protocols"]]
    return Metadata(
        api_version=LEGACY,
        name=name,
        type=GETTER if downloaders else CLI,
        runtime=SUBPROCESS,
        version=version,
        config={"protocols": protocols}
        if downloaders
        else {
            "usage": "",
            "shortHelp": _one_line(said.get("usage", "")),
            "longHelp": said.get("description", ""),
            "ignoreFlags": said.get("ignoreFlags", False),
        },
        commands=_commands(commands) or ((PlatformCommand(command=command),) if command else ()),
        hooks=_hooks(hooks)
        or {event: (PlatformCommand(command="sh", arguments=("-c", script)),) for event, script in scripts.items()},
        protocols=tuple(
            ProtocolCommand(tuple(one["protocols"]), (PlatformCommand(command=one["command"]),)) for one in downloaders
        ),
        expand_hooks=bool(hooks) or not scripts,
    )


def _check_downloaders(downloaders: Sequence[Mapping[str, Any]]) -> None:
    for number, downloader in enumerate(downloaders):
        if not downloader.get("command"):
            raise SourceError(f"downloader {number} has empty command")
        if not downloader.get("protocols"):
            raise SourceError(f"downloader {number} has no protocols")
        for place, protocol in enumerate(downloader["protocols"]):
            if not protocol:
                raise SourceError(f"downloader {number} has empty protocol at index {place}")


def _from_v1(said: Mapping[str, Any]) -> Metadata:
    name, version = said.get("name", ""), said.get("version", "")
    if not _is_name(name):
        raise SourceError("invalid plugin `name`")
    if not version:
        raise SourceError("plugin `version` is required")
    if not _is_version(version):
        raise SourceError(f"invalid plugin `version` {quote(version)}: must be valid semver")
    kind, runtime = said.get("type", ""), said.get("runtime", "")
    if not kind:
        raise SourceError("`type` missing")
    if not runtime:
        raise SourceError("`runtime` missing")
    converting = "failed to convert MetadataV1 to Metadata: "
    if kind not in _CONFIGS:
        raise SourceError(f"{converting}unknown plugin type {quote(kind)}")
    try:
        config = _fit(said.get("config"), _CONFIGS[kind], strict=True)
    except GoError as error:
        raise SourceError(converting + error.message) from error
    if runtime not in (SUBPROCESS, EXTISM):
        raise SourceError(f"{converting}unsupported plugin runtime type: {quote(runtime)}")
    try:
        settings = _fit(said.get("runtimeConfig"), _SUBPROCESS) if runtime == SUBPROCESS else {}
    except GoError as error:
        raise SourceError(f"{converting}failed to unmarshal runtimeConfig for {runtime} runtime: {error.message}") from error
    if kind == GETTER:
        _check_protocols(config.get("protocols") or [])
    return Metadata(
        api_version="v1",
        name=name,
        type=kind,
        runtime=runtime,
        version=version,
        source_url=said.get("sourceURL", ""),
        config=config,
        commands=_commands(settings.get("platformCommand") or []),
        hooks=_hooks(settings.get("platformHooks") or {}),
        protocols=tuple(
            ProtocolCommand(tuple(one.get("protocols") or ()), _commands(one.get("platformCommand") or []))
            for one in settings.get("protocolCommands") or []
        ),
    )


def _check_protocols(protocols: Sequence[str]) -> None:
    if not protocols:
        raise SourceError("config validation failed: getter has no protocols")
    for place, protocol in enumerate(protocols):
        if not protocol:
            raise SourceError(f"config validation failed: getter has empty protocol at index {place}")


def _fit(said: Mapping[str, Any] | None, shape: Shape, *, strict: bool = False) -> Mapping[str, Any]:
    """A part read as anything into its shape. Helm writes it as YAML and reads that, so lines in errors count from there."""
    found: Mapping[str, Any] | None = decode(read_document(dump_pretty(said or {})), shape, strict=strict)
    return found or {}


def _commands(said: Sequence[Mapping[str, Any]]) -> tuple[PlatformCommand, ...]:
    return tuple(
        PlatformCommand(one.get("os", ""), one.get("arch", ""), one.get("command", ""), tuple(one.get("args") or ()))
        for one in said
    )


def _hooks(said: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[PlatformCommand, ...]]:
    return {event: _commands(commands or []) for event, commands in said.items()}


def _bad_name(name: str) -> str:
    return f"invalid plugin name {quote(name)}: must contain only a-z, A-Z, 0-9, _ and -"


def _is_version(text: str) -> bool:
    try:
        strict_new_version(text)
    except GoError:
        return False
    return True


def _one_line(text: str) -> str:
    """White space as spaces, and nothing that cannot be printed."""
    return "".join([" " if char.isspace() else char for char in text if char.isspace() or char.isprintable()])


# ── folders ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def load_folder(folder: str) -> Plugin:
    """The plugin in a folder. Raises SourceError."""
    import os

    path = os.path.join(folder, FILE)
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = f"open {path}: {(error.strerror or str(error)).lower()}"
        raise SourceError(f"failed to read plugin at {quote(path)}: {reason}") from None
    if len(data) > MAX_FILE_BYTES:
        raise SourceError(f"{path} is longer than {MAX_FILE_BYTES} bytes", code="limit")
    try:
        metadata = parse_metadata(to_str(data))
    except SourceError as error:
        raise SourceError(f"failed to load plugin {quote(folder)}: {error.message}") from error
    if metadata.runtime == EXTISM:
        module = os.path.join(folder, MODULE)
        if not os.path.exists(module):
            raise SourceError(f"wasm binary missing for {EXTISM} plugin: {quote(module)}")
    return Plugin(folder, metadata)


def load_all(folder: str, tell: Callable[[Note], None]) -> list[Plugin]:
    """The plugins in the folders of a folder, by their folders' names. `tell` hears of those that cannot be loaded.

    Raises SourceError when two have one name.
    """
    import os

    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    plugins: dict[str, Plugin] = {}
    for name in names:
        path = os.path.join(folder, name)
        if not os.path.lexists(os.path.join(path, FILE)):
            continue
        try:
            plugin = load_folder(path)
        except SourceError as error:
            facts = (("plugin_yaml", os.path.join(path, FILE)), ("error", error.message))
            tell(Note("WARN", "failed to load plugin (ignoring)", facts))
            continue
        other = plugins.setdefault(plugin.metadata.name, plugin)
        if other is not plugin:
            raise SourceError(
                f"two plugins claim the name {quote(plugin.metadata.name)} at {quote(other.folder)} and {quote(path)}",
                code="plugin-duplicate",
            )
    return list(plugins.values())


def find(folders: str, name: str, kind: str, tell: Callable[[Note], None]) -> Plugin:
    """The plugin of a name and type. `folders` is a list as $PATH is one.

    Raises SourceError: "plugin: {Name:x Type:postrenderer/v1} not found".
    """
    import os

    found: list[Plugin] = []
    for folder in folders.split(os.pathsep) if folders else []:
        found += [plugin for plugin in load_all(folder, tell) if plugin.metadata.name == name and plugin.metadata.type == kind]
    if not found:
        raise SourceError(f"plugin: {{Name:{name} Type:{kind}}} not found", code="plugin-missing")
    return found[0]


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64", "i686": "386", "i386": "386"}
_SYSTEMS = {"win32": "windows", "cygwin": "windows"}


def platform() -> tuple[str, str]:
    """(operating system, architecture) of this machine in Go's words."""
    import os
    import sys

    machine = os.uname().machine.lower() if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "").lower()
    if machine.startswith("armv"):
        machine = "arm"
    return _SYSTEMS.get(sys.platform, sys.platform), _ARCHITECTURES.get(machine, machine)


def prepare_command(
    commands: Sequence[PlatformCommand],
    arguments: Sequence[str],
    environ: Mapping[str, str],
    *,
    expand: bool = True,
    system: tuple[str, str] | None = None,
) -> tuple[str, list[str]]:
    """(program, arguments) of the command for this machine, variables in it expanded; `arguments` follow as they are.

    No shell is asked: the command is cut at each space. Raises SourceError when no command is for this machine.
    """
    chosen = _choose(commands, system or platform())
    words = chosen.command.split(" ") if chosen is not None else [""]
    if chosen is None or not words[0]:
        raise SourceError("no plugin command is applicable", code="plugin-command")
    own = [*words[1:], *chosen.arguments]
    if expand:
        own = [expand_variables(argument, environ) for argument in own]
    return expand_variables(words[0], environ), [*own, *arguments]


def _choose(commands: Sequence[PlatformCommand], system: tuple[str, str]) -> PlatformCommand | None:
    """The first command for the system and architecture, else the first for the system, else the first for any."""
    name, architecture = system
    for_system: PlatformCommand | None = None
    for_any: PlatformCommand | None = None
    for command in commands:
        own = command.os.lower() == name
        if own and command.architecture.lower() == architecture:
            return command
        if command.architecture:
            continue
        if own:
            for_system = for_system or command
        elif not command.os:
            for_any = for_any or command
    return for_system or for_any


_variable = re.compile(
    r"\$(?:\{(?P<special>[*#$@!?0-9-])\}|(?P<bad>\{\}|\{(?![^}]+\}))|\{(?P<braced>[^}]+)\}"
    r"|(?P<short>[*#$@!?0-9-])|(?P<name>[A-Za-z_][A-Za-z0-9_]*))"
)


def expand_variables(text: str, environ: Mapping[str, str]) -> str:
    """$NAME and ${NAME} replaced, by nothing where there is no such variable (Go: os.Expand)."""

    def value(found: re.Match[str]) -> str:
        if found["bad"] is not None:
            return ""
        return environ.get(found["special"] or found["braced"] or found["short"] or found["name"], "")

    return _variable.sub(value, text)
