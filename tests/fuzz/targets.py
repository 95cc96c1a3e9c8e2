"""What is fuzzed: each target takes one input and may raise errors of steersman's only. Seeds are small and built in; where ../shared is
at hand, its pairs and charts join them."""

from __future__ import annotations

import gzip
import io
import json
import pathlib
import tarfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

SHARED = pathlib.Path(__file__).resolve().parents[3] / "shared"
PAIRS = SHARED / "helm4-testdata" / "pairs"
MOST_SEEDS = 3000


class Target(NamedTuple):
    """`run` takes an input and gives what tells outcomes apart; `seeds` are inputs, `words` pieces of the language."""

    run: Callable[[Any], object]
    seeds: Callable[[], list[Any]]
    words: list[Any]
    is_binary: bool = False


def pairs(name: str, *keys: str) -> Iterator[str]:
    """The texts under these keys in a file of pairs, where it is at hand."""
    path = PAIRS / f"{name}.jsonl"
    if path.exists():
        for line in path.read_text().split("\n")[:MOST_SEEDS]:
            if line:
                pair = json.loads(line)
                for key in keys:
                    value = pair.get(key)
                    for text in value if isinstance(value, list) else [value]:
                        if isinstance(text, str):
                            yield text


def files(*patterns: str, longest: int = 8000) -> Iterator[str]:
    """The texts of files in the charts of the starter and of tests, by patterns of their names."""
    root = pathlib.Path(__file__).resolve().parents[2]
    for pattern in patterns:
        for path in sorted((root / "src/steersman/chart/starter").rglob(pattern)):
            yield path.read_text()[:longest]


# Templates

TEMPLATE_WORDS = [
    "{{", "}}", "{{-", "-}}", "{{/*", "*/}}", "if ", "else", "else if ", "else with ", "end", "range ", "with ", "define ", "block ", "template ",
    "break", "continue", "$", "$x", ":=", "=", ",", "|", "(", ")", ".", "..", ".a", ".Values", "nil", "true", "'a'", '"s"', "`r`", "1", "1i", "0x1p4",
    "{{ end }}", "{{ range $i, $e := . }}", "{{ if . }}", '{{ define "x" }}', '{{ template "x" . }}', '{{ include "x" . }}',
]  # fmt: skip
TEMPLATES = [
    "a{{ .a }}b{{- $x := 1 -}}{{ $x }}",
    '{{ define "x" }}{{ .a | quote }}{{ end }}{{ template "x" . }}{{ include "x" . }}',
    "{{ range $i, $e := .b }}{{ if eq $i 1 }}{{ continue }}{{ else if gt $i 2 }}{{ break }}{{ end }}{{ $e }}{{ else }}none{{ end }}",
    '{{ with .c }}{{ .d.e | printf "%5.2f" }}{{ else with .a }}{{ . }}{{ end }}',
    '{{ block "y" .c }}{{ toYaml . | nindent 2 }}{{ end }}{{ (index .b 0) }}{{ .c.d.e }}',
    '{{ tpl "{{ .a }}" . }}{{ dict "k" (list 1 2.5 nil) | toJson }}{{ range untilStep 0 6 2 }}{{ . }}{{ end }}',
    '{{ $d := dict }}{{ set $d "x" (dict "y" 1) | toYaml }}{{ merge $d .c | toJson }}{{ deepCopy $d }}{{ len .b }}',
    '{{ regexReplaceAll "(a)(b)?" "ab" "${1}x" }}{{ semverCompare ">=1.2" "1.3.0" }}{{ now | date "2006" | trunc 2 }}',
    "{{ and .a .t (not .i) }}{{ or nil .i }}{{ 1 | add 2 3 | mul 2 }}{{ ternary 1 2 .t }}{{ slice .a 1 2 }}{{ html .a }}{{ call .x }}",
]


def template_seeds() -> list[str]:
    return [
        *TEMPLATES,
        *files("*.tpl", "*.yaml"),
        *pairs("gotemplate_exec", "texts"),
        *pairs("gotemplate_parse", "text", "in", "input"),
        *pairs("sprig", "template"),
        *pairs("engine_funcs", "template", "tpl"),
    ]


def run_lexer(text: str) -> object:
    from steersman.template.lexer import lex

    tokens = lex(text)
    return frozenset(token[0] for token in tokens), tokens[-1][2] if len(tokens[-1][2]) < 40 else ""


def run_parser(text: str) -> object:
    from steersman.rendering.functions import NAMES
    from steersman.template.parser import parse

    _, trees = parse("t", text, NAMES)
    return len(trees)


DATA: dict[str, Any] = {
    "a": "text\né",
    "b": [1, "x", None, 2.5, {"k": "v"}],
    "c": {"d": {"e": 1.5}, "n": None},
    "i": 3,
    "t": True,
    "Values": {"x": {"y": "z"}},
    "Template": {"Name": "t", "BasePath": "t"},
}


def run_execute(text: str) -> object:
    """Compiled and executed with all of Helm's functions, save those that only burn time with keys; loops are few."""
    import copy

    from steersman.objects.capabilities import Capabilities
    from steersman.rendering.engine import Calls, signatures
    from steersman.rendering.env import ReleaseFacts, RenderEnv
    from steersman.rendering.functions import Functions
    from steersman.template import Library, Limits, Runtime

    slow = ("genPrivateKey", "genCA", "genSelfSignedCert", "genSignedCert", "derivePassword", "bcrypt", "htpasswd")
    if any(name in text for name in slow):
        return None
    env = RenderEnv(
        Capabilities(), ReleaseFacts("r"), now=lambda: 1_700_000_000_000_000_000, random=lambda count: b"\x07" * count
    )
    library = Library.compile([("t", text)], signatures())
    calls = Calls(env)
    functions = Functions(env).extended(calls.table())
    runtime = Runtime(library, functions, limits=Limits(steps=3_000, output=1_000_000), name="gotpl")
    functions.update(calls.of_library(runtime))
    out = runtime.execute("t", copy.deepcopy(DATA))
    return len(out).bit_length()


# Documents

YAML_WORDS = [
    "- ", "? ", ": ", ":\n  ", "&a ", "*a", "<<: *a\n", "!!str ", "!!binary ", "!!map ", "!x ", "|\n  ", ">-\n  ", "|2+\n", "---\n", "...\n", "%YAML 1.1\n",
    "# c\n", "~", "null", "yes", "0o17", "1:30", "2001-01-01", "[", "]", "{", "}", ",", '"\\u00e9"', "''", "\n\n", "  ", "k: v\n", "%TAG ! a:b\n",
]  # fmt: skip
YAMLS = [
    "a: 1\nb: [1, 2.5, x]\nc: {d: e}\n",
    "a: &a {x: 1}\nb:\n  <<: *a\n  y: |-\n    text\n    more\n",
    "- 'single'\n- \"dou\\tble\"\n- >\n  folded\n  text\n\n- ? k\n  : v\n",
    "%YAML 1.1\n---\na: !!binary aGk=\nb: !!int '3'\n...\n---\nc: 0x1F\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  annotations: {helm.sh/hook: pre-install}\ndata: {}\n",
]


def yaml_seeds() -> list[str]:
    return [*YAMLS, *files("Chart.yaml", "values.yaml"), *pairs("yaml", "in"), *pairs("load_values", "in", "text", "values")]


def run_yaml(text: str) -> object:
    """Read, written, read again and written: the same text. But Go writes the string "<<" so that it reads back as a merge."""
    from steersman.golang.yaml import dump, load, load_all, split

    split(text)
    load_all(text)
    value = load(text)
    written = dump(value)
    again = load(written)
    if "<<" not in text and dump(again) != written:
        raise AssertionError(f"wrote {written!r}, then {dump(again)!r}")
    return type(value).__name__, len(written).bit_length()


def run_yaml_strictly(text: str) -> object:
    from steersman.golang.yaml import dump_pretty, load

    return len(dump_pretty(load(text, strict=True))).bit_length()


def run_manifest(text: str) -> object:
    from steersman.manifest import parse

    manifest = parse({"c/templates/a.yaml": text})
    return len(manifest.resources), len(manifest.hooks)


def manifest_seeds() -> list[str]:
    return [*YAMLS, *pairs("split_manifests", "in", "input", "text"), *pairs("engine_render", "out"), *pairs("postrender", "in")]


JSONS = ['{"a": [1, 2.5e3, null, true, "x\\u00e9\\n"], "b": {"c": {}}}', "[]", "-0.0", '"\\ud83d\\ude00"', "[[[1]]]"]
JSON_WORDS = ["{", "}", "[", "]", ",", ":", '"', "\\u", "\\ud800", "null", "true", "false", "1e5", "-", " ", '"k":']


def run_json(text: str) -> object:
    from steersman.golang.json import marshal, unmarshal

    value = unmarshal(text)
    written = marshal(value)
    if marshal(unmarshal(written)) != written:
        raise AssertionError(f"read {value!r}, wrote {written!r}")
    return type(value).__name__, len(marshal(value, indent="  ")).bit_length()


TOMLS = [
    'a = 1\nb = "x"\n[t]\nc = [1, 2]\n[[u]]\nd = 1979-05-27T07:32:00Z\n',
    "x = { y = 'z', w = 1_0.5e3 }\n",
    'm = """\na\\\n  b"""\n"k".d = inf\n',
]
TOML_WORDS = [
    "[",
    "]",
    "[[",
    "]]",
    "=",
    ".",
    '"""',
    "'''",
    "{",
    "}",
    ",",
    "#",
    "\n",
    "1979-05-27",
    "07:32:00.5",
    "nan",
    "0xff",
    "true",
]


def run_toml(text: str) -> object:
    from steersman.golang.toml import marshal, unmarshal

    value = unmarshal(text)
    return len(marshal(value)).bit_length()


# Values

SETS = [
    "a=b",
    "a.b=c,d=e",
    "a={x,y}",
    "a[0].b=1",
    "a[1][2]=x",
    "a=null,b=true",
    "a\\.b=1\\,2",
    'a={"x": [1]}',
    "a=[1,2]",
    "a.b[3].c={1,{2}}",
]
SET_WORDS = [",", "=", ".", "[", "]", "{", "}", "\\", "[0]", "[65536]", "a.", "null", "true", '"', "={", "=="]


def run_set(text: str) -> object:
    from steersman.errors import Error
    from steersman.values import strvals

    outcome = []
    for parse in (strvals.parse, strvals.parse_string, strvals.parse_literal):
        try:
            outcome.append(len(parse(text)))
        except Error as error:
            outcome.append(type(error).__name__)
    tree: dict[str, Any] = {"a": [1, {"b": 2}], "c": {"d": "x"}}
    strvals.parse_into(text, tree)
    strvals.parse_json_into(text, tree)
    return tuple(outcome)


COALESCE = [
    '[{"a": 1, "inner": {"b": 2}, "global": {"g": 1}}, {"b": {"c": null}, "global": {"g": {}}}, {"a": null, "inner": {"b": [1]}}]',
    '[{"inner": null}, {"x": {"y": 1}}, {"inner": {"x": null, "enabled": false}, "tags": {"t": true}}]',
    '[{"inner": "text", "global": []}, {}, {"global": {"a": 1}, "inner": {"global": "x"}}]',
    '[{"imported": 1}, {"data": {"z": {"q": 1}}, "exports": {"data": {"p": 2}}}, {"inner": {"exports": {"data": null}}}]',
]
COALESCE_WORDS = [
    '"inner":',
    '"global":',
    "null",
    "{}",
    "[]",
    '"exports":',
    '"data":',
    '"tags":',
    '"enabled":',
    "1",
    '"x"',
    "true",
    ",",
]


def run_coalesce(text: str) -> object:
    """Three trees: values of a chart, of a chart inside it, and the user's."""
    from steersman.chart.files import File
    from steersman.chart.loader import load
    from steersman.errors import Error
    from steersman.golang.json import marshal, unmarshal
    from steersman.values.coalesce import coalesce_values, merge_values
    from steersman.values.dependencies import process_dependencies

    trees = unmarshal(text)
    if not isinstance(trees, list) or len(trees) != 3:
        return None
    outer, inner, given = trees
    dependency = (
        "dependencies: [{name: inner, version: '*', condition: 'inner.enabled,global.e', tags: [t], repository: '',"
        " import-values: [data, {child: data.z, parent: imported}]}]\n"
    )
    chart = load(
        [
            File("Chart.yaml", f"apiVersion: v2\nname: outer\nversion: 1.0.0\n{dependency}".encode()),
            File("values.yaml", marshal(outer).encode()),
            File("charts/inner/Chart.yaml", b"apiVersion: v2\nname: inner\nversion: 1.0.0\n"),
            File("charts/inner/values.yaml", marshal(inner).encode()),
        ]
    )
    if given is not None and not isinstance(given, dict):
        return None
    outcome = []
    for stage in (coalesce_values, merge_values, process_dependencies):
        try:
            stage(chart, given)
            outcome.append("")
        except Error as error:
            outcome.append(type(error).__name__)
    return tuple(outcome)


SCHEMAS = [
    '{"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"]}',
    '{"$ref": "#/$defs/x", "$defs": {"x": {"anyOf": [{"const": 1}, {"enum": [2, "y"]}], "not": {"pattern": "^a+$"}}}}',
    '{"$schema": "http://json-schema.org/draft-07/schema#", "if": {"required": ["b"]}, "then": {"maxProperties": 1}, "dependencies": {"a": ["b"]}}',
    '{"patternProperties": {"^s": {"format": "email"}}, "additionalProperties": false, "unevaluatedProperties": false, "$id": "x:y"}',
    '{"properties": {"b": {"items": [{"type": "string"}], "contains": {"multipleOf": 0.1}, "uniqueItems": true, "minItems": 9}}}',
]
SCHEMA_WORDS = [
    '"$ref": "#"', '"$ref": "#/$defs/x"', '"allOf": [', '"anyOf": [', '"oneOf": [', '"not": {', '"type": ', '"items": ', '"$id": "', '"$anchor": "x"',
    '"$dynamicRef": "#x"', '"pattern": "', '"format": "', "true", "false", "null", "1e400", "{}", "[]", '"$defs": {"x": ', "{", "}", ",", '"dependentSchemas": {',
]  # fmt: skip


def run_schema(text: str) -> object:
    from steersman.values.schema import validate_one

    validate_one({"a": 1, "b": [1, "x", None, {"c": 2.5}], "s": "text", "n": {"m": {}}}, text.encode("utf-8", "surrogateescape"))
    return "valid"


# Small grammars


def run_semver(text: str) -> object:
    from steersman.errors import Error
    from steersman.golang.semver import new_constraint, new_version, strict_new_version

    one, _, other = text.partition("\n")
    outcome: list[object] = []
    version = None
    for make in (new_version, strict_new_version):
        try:
            version = make(other)
            outcome.append(True)
        except Error as error:
            outcome.append(str(error)[:20])
    constraint = new_constraint(one)
    if version is not None:
        outcome += [constraint.check(version), constraint.validate(version)[0], new_version(str(version)) == version]
        assert outcome[-1], text
    return tuple(outcome)


def run_regexp(text: str) -> object:
    from steersman.golang.regexps import parse

    pattern, _, given = text.partition("\n")
    expression = parse(pattern)
    given = given[:2000]
    found = expression.find_all(given, -1)
    expression.replace_all(given, "x${1}$2$$")
    return expression.match(given), len(expression.split(given, -1)).bit_length(), len(found).bit_length()


def run_printf(text: str) -> object:
    from steersman.golang.durations import Duration
    from steersman.golang.fmt import sprintf
    from steersman.golang.values import Int64, Strings, Uint8

    arguments = [
        1,
        "x\udc80é",
        2.5,
        None,
        True,
        [1, "a"],
        {"k": [None]},
        Int64(-5),
        b"ab",
        Strings(["q"]),
        Uint8(7),
        1 + 2j,
        Duration(5),
        float("nan"),
    ]
    return sum(len(sprintf(text, arguments[start:] + arguments[:start])) for start in range(0, len(arguments), 3)).bit_length()


def run_small(text: str) -> object:
    """The readers of a line: numbers, durations, times, URLs, globs, paths, quotes, ignore rules, versions of Kubernetes."""
    from steersman.chart.ignore import parse_lines
    from steersman.errors import Error
    from steersman.golang import durations, globs, paths, strconv, times, urls
    from steersman.objects.capabilities import parse_kube_version

    one, _, other = text.partition("\n")
    outcome = []
    for call in (
        lambda: strconv.parse_float(one),
        lambda: strconv.parse_int(one, 0),
        lambda: strconv.unquote(one),
        lambda: strconv.unquote(strconv.quote(one)) == one or "differs",
        lambda: durations.parse_duration(one),
        lambda: times.parse(one, other),
        lambda: times.from_unix(1_700_000_000).format(one),
        lambda: urls.parse(one),
        lambda: globs.match(one, other),
        lambda: paths.clean(one),
        lambda: parse_lines(text.split("\n")),
        lambda: parse_kube_version(one),
    ):
        try:
            outcome.append(call() != "differs")
        except Error as error:
            outcome.append(type(error).__name__)
    assert outcome[3] in (True, "GoError"), text
    return tuple(outcome)


LINES = [
    "1h30m5.5s\n", "-0x1p-3\n", '"a\\x41\\u00e9"\n', "2006-01-02T15:04:05.000Z07:00\n2020-02-29T00:00:00+01:00", "Mon Jan _2 MST\nTue Feb  3 CET",
    "https://u:p@host:80/a%20b?c=d#e\n", "*.{yaml,y[a-c]?}\nfile.yaml", "!/a/**/b\n# c\ntemp?/", "v1.31.0+k3s1\n", "../a//b/./c\n", "1_000.5e+10\n",
]  # fmt: skip
LINE_WORDS = [
    "**",
    "*",
    "?",
    "[",
    "]",
    "{",
    "}",
    "!",
    "/",
    "..",
    "%",
    ":",
    "@",
    "#",
    "2006",
    "01",
    "MST",
    "-07:00",
    "_2",
    ".000",
    "µs",
    "h",
    "0x",
    "p",
    "e",
]

# Archives


def archive_seeds() -> list[bytes]:
    """Tars, not gzipped: `run_archive` wraps them."""
    found = []
    for style in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=style) as tar:
            for name, data in {
                "small/Chart.yaml": b"apiVersion: v2\nname: small\nversion: 0.1.0\n",
                "small/values.yaml": b"a: 1\n",
                "small/templates/" + "d" * 60 + "/" + "long" * 20 + ".yaml": b"a: {{ .Values.a }}\n",
                "small/charts/in/Chart.yaml": b"apiVersion: v2\nname: in\nversion: 0.1.0\n",
                "small/é.txt": b"x" * 700,
            }.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
            link = tarfile.TarInfo("small/link")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(link)
        found.append(out.getvalue())
    return found


ARCHIVE_WORDS = [
    b"\x80" + b"\xff" * 11, b"ustar\x0000", b"ustar  \0", b"x", b"g", b"L", b"K", b"S", b"2", b"5", b"../", b"//", b"c:/", b"11 path=a\n", b"small/charts/",
    b"9999999 path=", b"GNU.sparse.major=1", b"77777777777\0", b"\\",
]  # fmt: skip


def run_archive(data: bytes) -> object:
    """The checksums of headers are made right half of the time: else nothing behind them would be reached."""
    from steersman.chart.archive import unpack
    from steersman.chart.loader import load

    if len(data) % 2:
        fixed = bytearray(data)
        for at in range(0, len(fixed) - 511, 512):
            if fixed[at + 257 : at + 262] == b"ustar":
                fixed[at + 148 : at + 156] = b" " * 8
                fixed[at + 148 : at + 156] = b"%06o\0 " % sum(fixed[at : at + 512])
        data = bytes(fixed)
    if data[:1] == b"\x1f":
        return len(unpack(data))
    files = unpack(gzip.compress(data, 1))
    return len(files), load(files).metadata.name[:10]


CHARTS = [
    "apiVersion: v2\nname: small\nversion: 0.1.0\ntype: application\ndependencies:\n- {name: a, version: 1.x, alias: b}\n",
    "apiVersion: v1\nname: old\nversion: 1.2.3\nmaintainers: [{name: x, email: y}]\nkeywords: [a]\nannotations: {k: v}\nkubeVersion: '>=1.20'\n",
]


def run_chart_file(text: str) -> object:
    from steersman.chart.files import File
    from steersman.chart.loader import load

    data = text.encode("utf-8", "surrogateescape")
    chart = load(
        [
            File("Chart.yaml", data),
            File("values.yaml", data),
            File(".helmignore", data),
            File("Chart.lock", data),
            File("requirements.yaml", data),
        ]
    )
    return chart.metadata.api_version, len(chart.metadata.dependencies)


def lines(*texts: Iterable[str]) -> Callable[[], list[str]]:
    return lambda: [text for group in texts for text in group]


TARGETS: dict[str, Target] = {
    "lexer": Target(run_lexer, template_seeds, TEMPLATE_WORDS),
    "parser": Target(run_parser, template_seeds, TEMPLATE_WORDS),
    "execute": Target(run_execute, template_seeds, TEMPLATE_WORDS),
    "yaml": Target(run_yaml, yaml_seeds, YAML_WORDS),
    "yaml-strictly": Target(run_yaml_strictly, yaml_seeds, YAML_WORDS),
    "manifest": Target(run_manifest, manifest_seeds, YAML_WORDS),
    "json": Target(run_json, lambda: JSONS, JSON_WORDS),
    "toml": Target(run_toml, lambda: TOMLS, TOML_WORDS),
    "set": Target(run_set, lambda: [*SETS, *pairs("strvals", "in")], SET_WORDS),
    "coalesce": Target(run_coalesce, lambda: COALESCE, COALESCE_WORDS),
    "schema": Target(run_schema, lambda: [*SCHEMAS, *pairs("schema", "schema")], SCHEMA_WORDS),
    "semver": Target(run_semver, lambda: [">=1.2.3 <2 || ~1.x\n1.2.3-rc.1+b", "^1 - 2\nv1"], [*"<>=!~^*xX.-+|, ", "||", "1.0", "-0", "alpha", "\n"]),
    "regexp": Target(
        run_regexp, lambda: ["(a+)+$\naaab", "^(?P<n>[a-z\\d]+)-(?i:x|y){2,5}?\nab-XX", "\\b\\pL*\\Qa\\E\né a"], [*"()[]{}|*+?^$.\\", "(?i", "{1,1000}", "\\p{Greek}", "[[:alpha:]]", "\\C", "(?P<a>", "\n"]
    ),
    "printf": Target(run_printf, lambda: ["%d %s %v %q %5.2f|%-5d|%+v %#v", "%[3]*.[2]*[1]f %x % X %T %p %c %U %t %e %%", *pairs("fmt_printf", "fmt")], [*"%dsvqxXeEfFgGtTpcUbo+-# 0.*[]!", "%[1]", "1000000", "%*d"]),
    "lines": Target(run_small, lambda: LINES, LINE_WORDS),
    "archive": Target(run_archive, archive_seeds, ARCHIVE_WORDS, True),
    "chart-file": Target(run_chart_file, lambda: [*CHARTS, *pairs("metadata_validate", "in", "text")], [*YAML_WORDS, "name: ", "version: ", "dependencies: ", "apiVersion: v2\n"]),
}  # fmt: skip
