"""One call of a command: what was typed, understood."""

from __future__ import annotations

from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from steersman.cli.flags import Values
    from steersman.cli.settings import Settings


class Invocation(Record):
    """The arguments and flags of one call, and the settings; `program` is the name that texts use for us."""

    program: str
    arguments: tuple[str, ...]
    flags: Values
    settings: Settings
    environ: Mapping[str, str]

    def __getitem__(self, name: str) -> Any:
        """The value of a flag."""
        return self.flags[name]

    def given(self, name: str) -> bool:
        return self.flags.given(name)
