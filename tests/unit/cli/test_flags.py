"""The rules of pflag that scripts rely on."""

from __future__ import annotations

import pytest

from steersman.cli.flags import Flag, parse
from steersman.errors import UsageError

FLAGS = (
    Flag("wait", "string", "hookOnly", "", bare="watcher"),
    Flag("debug", "bool", False, ""),
    Flag("quiet", "bool", False, "", short="q"),
    Flag("reverse", "bool", False, "", short="r"),
    Flag("namespace", "string", "", "", short="n"),
    Flag("set", "stringArray", None, ""),
    Flag("values", "strings", None, "", short="f"),
    Flag("labels", "stringToString", None, "", short="l"),
    Flag("max", "int", 256, "", short="m"),
    Flag("timeout", "duration", 300.0, ""),
    Flag("force", "bool", False, "", deprecated="use --force-replace instead"),
)


@pytest.mark.parametrize(
    ("arguments", "name", "value", "rest"),
    [
        (["--namespace", "x", "a"], "namespace", "x", ["a"]),
        (["--namespace=x=y"], "namespace", "x=y", []),
        (["-nx"], "namespace", "x", []),
        (["-n=x"], "namespace", "x", []),
        (["-n", "x"], "namespace", "x", []),
        (["-qrn", "x"], "namespace", "x", []),
        (["a", "--wait", "b"], "wait", "watcher", ["a", "b"]),
        (["--wait=legacy"], "wait", "legacy", []),
        (["--debug=false"], "debug", False, []),
        (["--debug", "false"], "debug", True, ["false"]),
        (["--set", "a=1,b=2", "--set", "c=3"], "set", ["a=1,b=2", "c=3"], []),
        (["-f", "a,b", "-f", '"c,d"'], "values", ["a", "b", "c,d"], []),
        (["-l", "a=1,b=2", "-l", "c=3"], "labels", {"a": "1", "b": "2", "c": "3"}, []),
        (["-m", "0x10"], "max", 16, []),
        (["--timeout", "1m30s"], "timeout", 90.0, []),
        (["--", "--debug"], "debug", False, ["--debug"]),
        (["-"], "debug", False, ["-"]),
    ],
)
def test_values(arguments: list[str], name: str, value: object, rest: list[str]) -> None:
    values, words = parse(FLAGS, arguments)
    assert values[name] == value
    assert words == rest


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nope"], "unknown flag: --nope"),
        (["--nope=1"], "unknown flag: --nope"),
        (["-x"], "unknown shorthand flag: 'x' in -x"),
        (["-qx"], "unknown shorthand flag: 'x' in -x"),
        (["--namespace"], "flag needs an argument: --namespace"),
        (["-n"], "flag needs an argument: 'n' in -n"),
        (["--=x"], "bad flag syntax: --=x"),
        (["--max", "x"], 'invalid argument "x" for "-m, --max" flag: strconv.ParseInt: parsing "x": invalid syntax'),
        (["--debug=x"], 'invalid argument "x" for "--debug" flag: strconv.ParseBool: parsing "x": invalid syntax'),
        (["--timeout", "x"], 'invalid argument "x" for "--timeout" flag: time: invalid duration "x"'),
        (["-l", "a"], 'invalid argument "a" for "-l, --labels" flag: a must be formatted as key=value'),
    ],
)
def test_errors(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(FLAGS, arguments)
    assert str(caught.value) == message


def test_what_was_given_is_known_and_deprecation_is_said_once() -> None:
    values, _ = parse(FLAGS, ["--force", "--force", "--max=1"])
    assert values.given("max")
    assert not values.given("timeout")
    assert values.warnings == ["Flag --force has been deprecated, use --force-replace instead"]
