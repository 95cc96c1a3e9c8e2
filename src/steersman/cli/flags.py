"""Flags as Helm's users type them: the POSIX-like rules of Go's pflag, its value types and its error texts.

A `Flag` is data; `parse` turns arguments into `Values`. Rules that argparse does not have and scripts rely on: flags and
arguments mix freely; `--name=value` and `--name value`, but a flag with a `bare` value never takes the next argument;
`-abc` bundles; `-n5`, `-n=5` and `-n 5` are the same; slices split at commas as CSV and add up; a bad value is refused with
the words scripts grep for. (Go: github.com/spf13/pflag v1.0)
"""

from __future__ import annotations

from steersman.errors import GoError, UsageError
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any


class Flag(Record):
    """One flag. `kind` is a key of KINDS; `bare` is the text taken for `--name` without a value (pflag: NoOptDefVal)."""

    name: str
    kind: str = "bool"
    default: Any = None
    help: str = ""
    short: str = ""
    bare: str | None = None
    hidden: bool = False
    deprecated: str = ""
    replaces: str = ""
    """The flag that this deprecated one stands for: setting this one sets that."""


def _quoted(text: str) -> str:
    from steersman.golang.strconv import quote

    return quote(text)


def _bool(text: str) -> bool:
    from steersman.golang.strconv import parse_bool

    return parse_bool(text)


def _int(text: str) -> int:
    from steersman.golang.strconv import parse_int

    return int(parse_int(text, 0, 64))


def _float(text: str) -> float:
    from steersman.golang.strconv import parse_float

    return float(parse_float(text, 32))


def _duration(text: str) -> float:
    """Seconds."""
    from steersman.golang.durations import parse_duration

    return int(parse_duration(text)) / 1e9


def _csv(text: str) -> list[str]:
    """One CSV record, as pflag's stringSlice reads it. Raises GoError with encoding/csv's text."""
    if text == "":
        return []
    if '"' not in text and "\n" not in text:
        return text.split(",")
    fields, at = [], 0
    while True:
        if at < len(text) and text[at] == '"':
            field, at = "", at + 1
            while True:
                end = text.find('"', at)
                if end < 0:
                    raise GoError(f'parse error on line 1, column {len(text) + 1}: extraneous or missing " in quoted-field')
                field += text[at:end]
                if text[end + 1 : end + 2] == '"':
                    field, at = field + '"', end + 2
                    continue
                at = end + 1
                break
            if at < len(text) and text[at] not in ",\n":
                raise GoError(f'parse error on line 1, column {at + 1}: extraneous or missing " in quoted-field')
        else:
            end = min((found for found in (text.find(",", at), text.find("\n", at)) if found >= 0), default=len(text))
            field = text[at:end]
            if '"' in field:
                raise GoError(f'parse error on line 1, column {at + field.index(chr(34)) + 1}: bare " in non-quoted field')
            at = end
        fields.append(field)
        if at >= len(text) or text[at] == "\n":
            return fields
        at += 1


def _pairs(text: str) -> dict[str, str]:
    found = {}
    parts = [text] if text.count("=") == 1 else _csv(text)
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals:
            raise GoError(f"{part} must be formatted as key=value")
        found[name] = value
    return found


KINDS: Mapping[str, tuple[str, Callable[[str], Any], bool]] = {
    "bool": ("", _bool, False),
    "string": ("string", str, False),
    "int": ("int", _int, False),
    "float32": ("float32", _float, False),
    "duration": ("duration", _duration, False),
    "strings": ("strings", _csv, True),
    "stringArray": ("stringArray", lambda text: [text], True),
    "stringToString": ("stringToString", _pairs, True),
}
"""kind → (word that help prints, reader of one value, whether further values add to it)."""


class Values:
    """What the flags hold after parsing: by name the value, and whether it was given."""

    __slots__ = ("changed", "values", "warnings")

    def __init__(self, flags: Iterable[Flag]) -> None:
        self.values: dict[str, Any] = {}
        self.changed: set[str] = set()
        self.warnings: list[str] = []
        for flag in flags:
            if flag.default is not None:
                self.values[flag.name] = flag.default
            else:
                self.values[flag.name] = {
                    "bool": False,
                    "string": "",
                    "int": 0,
                    "float32": 0.0,
                    "duration": 0.0,
                    "stringToString": {},
                }.get(flag.kind, [])

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def given(self, name: str) -> bool:
        return name in self.changed


def describe(flag: Flag) -> str:
    """How an error names the flag: `--timeout`, or `-n, --namespace`."""
    return f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"


def set_value(values: Values, flag: Flag, text: str) -> None:
    """Reads one given value. Raises UsageError (pflag: `invalid argument "x" for "--flag" flag: …`)."""
    reader, adds = KINDS[flag.kind][1], KINDS[flag.kind][2]
    try:
        value = reader(text)
    except GoError as error:
        raise UsageError(f'invalid argument {_quoted(text)} for "{describe(flag)}" flag: {error.message}') from None
    if adds and flag.name in values.changed:
        held = values.values[flag.name]
        values.values[flag.name] = {**held, **value} if isinstance(held, dict) else [*held, *value]
    else:
        values.values[flag.name] = value
    if flag.name not in values.changed and flag.deprecated:
        values.warnings.append(f"Flag --{flag.name} has been deprecated, {flag.deprecated}")
    values.changed.add(flag.name)


def parse(flags: Sequence[Flag], arguments: Sequence[str], *, interspersed: bool = True) -> tuple[Values, list[str]]:
    """(values of all flags, arguments that are no flags).

    Raises UsageError with pflag's text. `--help` and `-h` must be among `flags` if they are to be understood.
    """
    by_name = {flag.name: flag for flag in flags}
    by_short = {flag.short: flag for flag in flags if flag.short}
    values, rest = Values(flags), []
    queue = list(arguments)
    at = 0
    while at < len(queue):
        argument = queue[at]
        at += 1
        if len(argument) < 2 or argument[0] != "-":
            if not interspersed:
                rest += [argument, *queue[at:]]
                break
            rest.append(argument)
        elif argument == "--":
            rest += queue[at:]
            break
        elif argument.startswith("--"):
            name, equals, text = argument[2:].partition("=")
            if not name or name[0] == "-":
                raise UsageError(f"bad flag syntax: {argument}")
            flag = by_name.get(name)
            if flag is None:
                raise UsageError(f"unknown flag: --{name}")
            if not equals:
                if flag.bare is not None or flag.kind == "bool":
                    text = "true" if flag.bare is None else flag.bare
                elif at < len(queue):
                    text, at = queue[at], at + 1
                else:
                    raise UsageError(f"flag needs an argument: --{name}")
            set_value(values, flag, text)
        else:
            bundle = argument[1:]
            while bundle:
                letter, bundle = bundle[0], bundle[1:]
                flag = by_short.get(letter)
                if flag is None:
                    raise UsageError(f"unknown shorthand flag: {_go_char(letter)} in -{letter}{bundle}")
                if len(bundle) > 1 and bundle[0] == "=":
                    text, bundle = bundle[1:], ""
                elif flag.bare is not None or flag.kind == "bool":
                    text = "true" if flag.bare is None else flag.bare
                elif bundle:
                    text, bundle = bundle, ""
                elif at < len(queue):
                    text, at = queue[at], at + 1
                else:
                    raise UsageError(f"flag needs an argument: {_go_char(letter)} in -{letter}")
                set_value(values, flag, text)
    return values, rest


def _go_char(letter: str) -> str:
    return f"'{letter}'"
