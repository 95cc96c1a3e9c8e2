"""What steersman answers to the oracle's questions, mode by mode, in the oracle's form."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from differential.oracle import Answer, Request
from steersman.chart.files import File
from steersman.chart.loader import load as load_chart
from steersman.chart.values_file import load_values
from steersman.errors import Error, GoError, GoPanic
from steersman.golang import durations, fmt, regexps, semver, strconv, times, toml, yaml
from steersman.golang import json as go_json
from steersman.golang.values import Int64, Strings, Uint8, type_of
from steersman.objects.capabilities import Capabilities, parse_kube_version
from steersman.rendering.engine import render as render_chart
from steersman.rendering.env import ReleaseFacts, RenderEnv
from steersman.template import parse as parse_template
from steersman.values import strvals
from steersman.values.dependencies import process_dependencies
from steersman.values.render_values import to_render_values


def to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def render(request: Request) -> Any:
    values = load_values(to_bytes(request.get("values", "")))
    for flag, into, lines in (("--set", strvals.parse_into, "set"), ("--set-string", strvals.parse_string_into, "setString")):
        for line in request.get(lines, ()):
            try:
                into(line, values)
            except Error as error:
                raise GoError(f"failed parsing {flag} data: {error}") from error
    chart = load_chart([File(path, to_bytes(data)) for path, data in request["files"].items()])
    try:
        chart = process_dependencies(chart, values)
    except Error as error:  # `actions.prepare` says so, too.
        raise GoError(f"chart dependencies processing failed: {error}") from error
    given = request.get("release", {})
    capabilities = Capabilities()
    if "kubeVersion" in request:
        capabilities = Capabilities(parse_kube_version(request["kubeVersion"]), capabilities.api_versions)
    if "apiVersions" in request:
        capabilities = Capabilities(capabilities.kube_version, request["apiVersions"])
    upgrade = given.get("isUpgrade", False)
    facts = ReleaseFacts(given.get("name", ""), given.get("namespace", ""), given.get("revision", 0), not upgrade, upgrade)
    env = RenderEnv(
        capabilities, facts, now=lambda: 0, random=bytes, lint=request.get("lint", False), strict=request.get("strict", False)
    )
    return {source.path: source.text for source in render_chart(chart, to_render_values(chart, values), env)}


def functions() -> Any:
    from steersman.rendering.engine import signatures

    return signatures()


def parse(request: Request) -> Any:
    parse_template(request["name"], request["text"], functions())
    return True


def value_of(tagged: dict[str, Any]) -> Any:
    ((kind, given),) = tagged.items()
    if kind == "list":
        return [value_of(item) for item in given]
    if kind == "map":
        return {name: value_of(member) for name, member in given.items()}
    if kind == "float64":
        return float(given)
    made: dict[str, Callable[[Any], Any]] = {
        "nil": lambda _: None,
        "bool": bool,
        "string": str,
        "int": int,
        "int64": lambda number: Int64(int(number)),
        "uint8": lambda number: Uint8(int(number)),
        "duration": lambda number: durations.Duration(int(number)),
        "bytes": to_bytes,
        "strings": Strings,
        "error": GoError,
    }
    return made[kind](given)


def tagged(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"map": {name: tagged(member) for name, member in value.items()}}
    if isinstance(value, list):
        return {"list": [tagged(item) for item in value]}
    if value is None:
        return {"nil": True}
    if isinstance(value, bool):
        return {"bool": value}
    return {type_of(value): fmt.sprint([value])}


def printf(request: Request) -> str:
    arguments = [value_of(one) for one in request.get("args", ())]
    if "function" in request:
        return (fmt.sprintln if request["function"] == "sprintln" else fmt.sprint)(arguments)
    return fmt.sprintf(request["text"], arguments)


def written(value: Any) -> dict[str, str]:
    pretty, text, as_json = yaml.dump_pretty(value), yaml.dump(value), go_json.marshal(value)
    try:
        as_toml = toml.marshal(value)
    except GoError as error:
        as_toml = f"error: {error}"
    return {"json": as_json, "pretty": pretty, "yaml": text, "toml": as_toml}


def read_yaml(request: Request) -> Any:
    function = request.get("function", "")
    if function == "map":
        return written(yaml.load_map(request["text"]))
    return written(yaml.load(request["text"], strict=function == "strict"))


def read_values(request: Request) -> Any:
    return written(load_values(to_bytes(request["text"])))


def write_yaml(request: Request) -> Any:
    return written(value_of(request["args"][0]))


def read_json(request: Request) -> Any:
    return go_json.marshal(go_json.unmarshal(request["text"], request.get("function") or "any"))


def read_toml(request: Request) -> Any:
    return go_json.marshal(toml.unmarshal(request["text"]))


SETTERS: dict[str, Callable[[str, dict[str, Any]], None]] = {
    "set": strvals.parse_into,
    "string": strvals.parse_string_into,
    "json": strvals.parse_json_into,
    "literal": strvals.parse_literal_into,
    "file": lambda line, into: strvals.parse_file_into(line, into, lambda path: f"<{path}>"),
}


def set_values(request: Request) -> Any:
    into = go_json.unmarshal(json.dumps(request.get("into", {})))
    SETTERS[request["function"]](request["text"], into)  # type: ignore[arg-type]
    return tagged(into)


def compare_versions(request: Request) -> Any:
    limits, text = request["texts"]
    try:
        version = semver.new_version(text)
    except GoError as error:
        raise GoError(f"version: {error}") from error
    try:
        constraint = semver.new_constraint(limits)
    except GoError as error:
        raise GoError(f"constraint: {error}") from error
    fits, reasons = constraint.validate(version)
    return {
        "version": str(version),
        "check": constraint.check(version),
        "fits": fits,
        "reasons": [str(reason) for reason in reasons],
    }


def match_regex(request: Request) -> Any:
    pattern, text, by = request["texts"]
    expression = regexps.parse(pattern)
    number = request["number"]
    return {
        "match": expression.match(text),
        "find": expression.find(text),
        "all": list(expression.find_all(text, number)),
        "split": list(expression.split(text, number)),
        "replace": expression.replace_all(text, by),
        "literal": expression.replace_all_literal(text, by),
        "quoted": regexps.quote_meta(text),
    }


def read_duration(request: Request) -> Any:
    duration = durations.parse_duration(request["text"])
    return [fmt.sprint([duration]), str(int(duration))]


def read_time(request: Request) -> Any:
    layout, text, by = request["texts"]
    moment = times.parse(layout, text)
    return {"printed": fmt.sprint([moment]), "formatted": moment.format(by)}


def quoted(request: Request) -> Any:
    text = request["text"]
    word, said = "", "ok"
    try:
        word = strconv.unquote(text)
    except GoError as error:
        said = str(error)
    return {"quote": strconv.quote(text), "ascii": strconv.quote_to_ascii(text), "unquote": word, "said": said}


def read_kube_version(request: Request) -> Any:
    version = parse_kube_version(request["text"])
    return [version.version, version.normalized, version.major, version.minor]


MODES: dict[str, Callable[[Request], Any]] = {
    "render": render,
    "parse": parse,
    "printf": printf,
    "yaml": read_yaml,
    "values": read_values,
    "toyaml": write_yaml,
    "json": read_json,
    "toml": read_toml,
    "strvals": set_values,
    "semver": compare_versions,
    "regex": match_regex,
    "duration": read_duration,
    "time": read_time,
    "quote": quoted,
    "kubeversion": read_kube_version,
}


def answer(request: Request) -> Answer:
    """What steersman makes of the request. Any exception that is none of its errors is a "bug"."""
    try:
        return {"out": MODES[request["mode"]](request)}
    except GoPanic as error:
        return {"panic": str(error)}
    except Error as error:
        return {"error": str(error)}
    except Exception as error:
        return {"bug": f"{type(error).__name__}: {error}"}
