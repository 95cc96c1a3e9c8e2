"""What `--help` prints, in the layout that cobra's users know."""

from __future__ import annotations

from steersman.cli.commands import Command
from steersman.cli.flags import KINDS, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

WELCOME = """Install, upgrade and watch over software on Kubernetes with Helm charts.

The usual way:
  steersman template ./chart               see what a chart would make
  steersman install NAME ./chart --wait    install it, and wait until it runs
  steersman status NAME                    see how it is doing
  steersman upgrade NAME ./chart --set k=v change it
  steersman rollback NAME                  take the change back
No cluster at hand? `steersman sandbox start` gives you one in this machine's memory."""


def help_text(program: str, command: Command | None, module: ModuleType | None, common: Sequence[Flag]) -> str:
    """The whole help page of a command, a group of commands, or of the program (None)."""
    from steersman.cli.main import children_of

    children = [child for child in children_of(command) if not child.hidden]
    lead = WELCOME if command is None else (getattr(module, "LONG", "") or command.short)
    lines = [lead.strip("\n"), "", "Usage:"]
    if command is None:
        lines.append(f"  {program} [command]")
    elif module is None:
        lines.append(f"  {program} {command.path} [command]")
    else:
        parent = command.path.rpartition(" ")[0]
        lines.append(f"  {program} {parent + ' ' if parent else ''}{command.use} [flags]")
    if command is not None and command.aliases:
        lines += ["", "Aliases:", "  " + ", ".join((command.name, *command.aliases))]
    if children:
        width = max(len(child.name) for child in children)
        lines += ["", "Available Commands:", *(f"  {child.name:<{width}} {child.short}" for child in children)]
    own = [
        *getattr(module, "FLAGS", ()),
        Flag("help", "bool", False, f"help for {command.name if command else program}", short="h"),
    ]
    if module is None and command is None:
        own = [*common, *own]
    lines += ["", "Flags:", *flag_lines(own)]
    if command is not None:
        lines += ["", "Global Flags:", *flag_lines(common)]
    if children:
        name = f"{program} {command.path}" if command else program
        lines += ["", f'Use "{name} [command] --help" for more information about a command.']
    return "\n".join(lines) + "\n"


def flag_lines(flags: Sequence[Flag]) -> list[str]:
    """One line per visible flag, in the order of names, the texts aligned."""
    rows = []
    for flag in sorted((flag for flag in flags if not flag.hidden and not flag.deprecated), key=lambda flag: flag.name):
        head = f"  -{flag.short}, --{flag.name}" if flag.short else f"      --{flag.name}"
        word = KINDS[flag.kind][0]
        if word:
            head += f" {word}"
        if flag.bare is not None:
            head += f'[="{flag.bare}"]' if flag.kind == "string" else f"[={flag.bare}]"
        text = flag.help
        if flag.default not in (None, False, "", 0, 0.0, [], {}):
            text += f' (default "{flag.default}")' if flag.kind == "string" else f" (default {_default(flag)})"
        rows.append((head, text))
    width = max((len(head) for head, _ in rows), default=0)
    return [f"{head:<{width}}   {text}".rstrip() for head, text in rows]


def _default(flag: Flag) -> str:
    if flag.kind == "duration":
        from steersman.golang.durations import Duration

        return Duration(int(flag.default * 1e9)).go_string()
    if isinstance(flag.default, (list, tuple)):
        return "[" + ",".join(flag.default) + "]"
    return str(flag.default)
