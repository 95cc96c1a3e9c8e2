"""From arguments to an exit status: find the command, read its flags, run it, and say what went wrong.

Only the module of the command at hand is imported. Texts of usage errors are cobra's, because scripts match them.
"""

from __future__ import annotations

import sys

from steersman.cli.commands import COMMANDS, Command
from steersman.cli.console import error, write
from steersman.cli.flags import Flag, parse
from steersman.cli.settings import persistent_flags, read_settings
from steersman.errors import Cancelled, Error, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

EXIT_STATUS: Mapping[str, int] = {"cancelled": 130}
"""error code → exit status; every other code is 1, as Helm has it."""

_HELP = Flag("help", "bool", False, "", short="h")


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Runs one command line (without the program's name) and gives its exit status. Without arguments it is this process's own,
    which is then held to the budget of `actions.budget`."""
    import os

    environ = os.environ if environ is None else environ
    program = "helm" if os.path.basename(sys.argv[0]) == "helm" else "steersman"
    typed = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in typed
    try:
        if arguments is None:
            from steersman.actions.budget import arm
            from steersman.template.depth import deep

            arm(environ)
            deep()
        return _run(program, typed, environ)
    except Error as problem:
        _report(problem, debug)
        return EXIT_STATUS.get(problem.code, 1)
    except BrokenPipeError:
        # Whoever read our output has gone, as `| head` does: nothing to say, and nothing left to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except KeyboardInterrupt:
        _report(Cancelled("interrupted"), debug)
        return 130
    except (MemoryError, RecursionError) as problem:
        # What no stage foresaw of a chart, or a document, that is too large or too deep.
        kind = "nests too deeply" if isinstance(problem, RecursionError) else "is too large for this machine's memory"
        _report(Error(f"the input {kind}", code="limit"), debug)
        return 1


def _run(program: str, typed: list[str], environ: Mapping[str, str]) -> int:
    common = persistent_flags(environ)
    command, rest = find_command(program, typed, common)
    if command is None or not command.module:
        return _run_group(program, command, rest, common)
    module = _module(command)
    flags = (*module.FLAGS, *common, _HELP)
    values, words = parse(flags, rest)
    if values["help"]:
        return _help(program, command, module, common)
    check_arguments(program, command, words)
    for name in values.warnings:
        error(name)
    from steersman.cli.invocation import Invocation

    settings = read_settings(values, environ)
    if settings.color not in {"never", "auto", "always"}:
        raise UsageError(f'invalid color mode "{settings.color}": must be one of: never, auto, always')
    call = Invocation(program, tuple(words), values, settings, environ)
    try:
        status: int = module.run(call) or 0
    except Error as problem:
        problem.within(call=call)
        raise
    return status


def _module(command: Command) -> ModuleType:
    from importlib import import_module

    return import_module(f"steersman.cli.commands.{command.module}")


def find_command(program: str, typed: Sequence[str], common: Sequence[Flag]) -> tuple[Command | None, list[str]]:
    """(the command named by the words among these arguments, the arguments without those words); None is the program itself.

    Raises UsageError for a word that names no command: `unknown command "x" for "helm"`.
    """
    takes_value = {f"--{flag.name}" for flag in common if flag.kind != "bool"} | {
        f"-{flag.short}" for flag in common if flag.short and flag.kind != "bool"
    }
    current: Command | None = None
    rest: list[str] = []
    at = 0
    while at < len(typed):
        word = typed[at]
        if word == "--":
            break
        if word.startswith("-") and len(word) > 1:
            rest.append(word)
            at += 1
            if word in takes_value and at < len(typed):
                rest.append(typed[at])
                at += 1
            continue
        children = children_of(current)
        if not children:
            break
        found = next((child for child in children if word == child.name or word in child.aliases), None)
        if found is None:
            if current is None:
                if word == "help":
                    rest.append("--help")
                    at += 1
                    continue
                raise _unknown_command(program, word)
            break
        current = found
        at += 1
    return current, rest + list(typed[at:])


def children_of(command: Command | None) -> list[Command]:
    """The commands right below this one; below the program for None."""
    if command is None:
        return [child for child in COMMANDS if " " not in child.path]
    return [child for child in COMMANDS if child.path.startswith(command.path + " ")]


def _unknown_command(program: str, word: str) -> UsageError:
    from steersman.values.spelling import distance

    near = [
        child.name
        for child in children_of(None)
        if not child.hidden and (distance(word, child.name) <= 2 or child.name.startswith(word.lower()))
    ]
    text = f'unknown command "{word}" for "{program}"\n'
    if near:
        text += "\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in near)
    return UsageError(f"{text}\nRun '{program} --help' for usage." if near else f"{text}Run '{program} --help' for usage.")


def check_arguments(program: str, command: Command, words: Sequence[str]) -> None:
    """Raises UsageError when the command does not take that many arguments. Helm 4: pkg/cmd/require/args.go."""
    path = f"{program} {command.path}"
    parent = command.path.rpartition(" ")[0]
    usage = f"Usage:  {program} {parent + ' ' if parent else ''}{command.use}" + (
        "" if command.use.endswith("[flags]") else " [flags]"
    )
    count = len(words)
    if command.most == 0 and count:
        raise UsageError(f'"{path}" accepts no arguments\n\n{usage}')
    if command.most == command.least and count != command.least:
        raise UsageError(f'"{path}" requires {command.least} {_arguments(command.least)}\n\n{usage}')
    if count < command.least:
        raise UsageError(f'"{path}" requires at least {command.least} {_arguments(command.least)}\n\n{usage}')
    if command.most >= 0 and count > command.most:
        raise UsageError(f'"{path}" accepts at most {command.most} {_arguments(command.most)}\n\n{usage}')


def _arguments(count: int) -> str:
    return "argument" if count == 1 else "arguments"


def _run_group(program: str, command: Command | None, rest: list[str], common: Sequence[Flag]) -> int:
    values, words = parse((*common, _HELP), rest)
    if words and not values["help"]:
        name = f"{program} {command.path}" if command else program
        raise UsageError(f'unknown command "{words[0]}" for "{name}"\n\nRun \'{name} --help\' for usage.')
    return _help(program, command, None, common)


def _help(program: str, command: Command | None, module: ModuleType | None, common: Sequence[Flag]) -> int:
    from steersman.cli.help import help_text

    write(help_text(program, command, module, common))
    return 0


def _report(problem: Error, debug: bool) -> None:
    """Helm's own text first, and alone where a program reads it; then, on a terminal or with --debug, why, where and what to try."""
    error(f"Error: {problem}")
    call = problem.setting.get("call")
    is_terminal = sys.stderr.isatty()
    if not (debug or is_terminal or (call is not None and call.settings.debug)):
        return
    import os

    from steersman.cli.views import explanation

    try:
        lines = explanation.lines_of(problem, colour=explanation.wants_colour(call, os.environ, is_terminal))
    except Exception:  # What only helps must not stand in the way of the error itself.
        lines = [f"  at {problem.at}"] if problem.at is not None else []
        lines += [f"  hint: {problem.hint}"] if problem.hint else []
    for line in lines:
        error(line)
