"""`.Files`: a chart's other files, as templates read them. Source: Helm 4 pkg/engine/files.go."""

from __future__ import annotations

from steersman.golang.values import Map, StringMap, Struct, map_type, to_str
from steersman.rendering.functions.strval import strings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar

_BYTES_MAP: type[Map] = map_type("string", "[]uint8")


class Files(_BYTES_MAP, Struct):  # type: ignore[misc,valid-type]
    """name → bytes. Ranging over it visits the names in order; `.Get` and the others are its methods."""

    GO_TYPE: ClassVar[str] = "engine.files"
    __slots__ = ()

    def go_json(self) -> object:
        return dict(self)

    def get_bytes(self, name: str) -> bytes:
        """The file's bytes; empty for one that is not there."""
        found: bytes = self.get(name, b"")
        return found

    def get_text(self, name: str) -> str:
        return to_str(self.get_bytes(name))

    def glob(self, pattern: str) -> Files:
        """The files whose names match a gobwas pattern; all of them for a pattern that is none."""
        from steersman.errors import GoError
        from steersman.golang.globs import Glob

        try:
            compiled = Glob(pattern)
        except GoError:
            return Files(self)
        return Files((name, data) for name, data in self.items() if compiled.match(name))

    def as_config(self) -> str:
        """The YAML of a ConfigMap's data: base name → text."""
        return _yaml(StringMap((_base(name), to_str(data)) for name, data in sorted(self.items())))

    def as_secrets(self) -> str:
        """The YAML of a Secret's data: base name → base64."""
        from binascii import b2a_base64

        return _yaml(StringMap((_base(name), b2a_base64(data, newline=False).decode()) for name, data in sorted(self.items())))

    def lines(self, name: str) -> list[str]:
        """The lines of a file, without the last newline."""
        text = self.get_text(name)
        return strings(text.removesuffix("\n").split("\n")) if text else strings(())

    METHODS: ClassVar[Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]]] = {
        "AsConfig": (as_config, ()),
        "AsSecrets": (as_secrets, ()),
        "Get": (get_text, ("string",)),
        "GetBytes": (get_bytes, ("string",)),
        "Glob": (glob, ("string",)),
        "Lines": (lines, ("string",)),
    }


def _base(name: str) -> str:
    from steersman.golang.paths import base

    return base(name)


def _yaml(data: Map) -> str:
    from steersman.rendering.functions.encodings import to_yaml

    return to_yaml(data)
