"""Templates from a grammar of the language, with values for them.

Every expression is drawn for a *kind*: what the function around it wants. Mostly it gets that, now and then anything else, so that both
what works and how it fails are seen. Left out is what differs from run to run: random and time-dependent functions, the order of
`keys` and `values` (they are sorted or counted here), and addresses.
"""

from __future__ import annotations

import json
from typing import Any

from differential import texts
from differential.choices import Choices
from differential.oracle import Request

CHART = {"Chart.yaml": 'apiVersion: v2\nname: c\nversion: 1.2.3\nappVersion: "4.5"\nkeywords: [k]\n'}

SIGNATURES = """
abbrev: string small string
abbrevboth: string small small string
add: int number*
add1: int number
add1f: float number
addf: float number*
adler32sum: string string
all: bool any*
and: any any any*
any: bool any*
append: list list any
atoi: int numeral
b32dec: string b32
b32enc: string string
b64dec: string b64
b64enc: string string
base: string path
biggest: int number number*
camelcase: string string
cat: string any*
ceil: float number
chunk: list small list
clean: string path
coalesce: any any*
compact: list list
concat: list list*
contains: bool string string
dateInZone: string layout unix zone
dateModify: time duration time
date: string layout unix
date_in_zone: string layout unix zone
date_modify: time duration time
buildCustomCert: any b64 b64
decryptAES: string string b64
deepCopy: map map
deepEqual: bool any any
default: any any any
dict: map key any
dig: any key any map
dir: string path
div: int number nonzero
divf: float number number*
duration: string seconds
durationDays: float duration
durationHours: float duration
durationMicroseconds: int duration
durationMilliseconds: int duration
durationMinutes: float duration
durationNanoseconds: int duration
durationRound: string span
durationRoundTo: any duration duration
durationSeconds: float duration
durationTruncateTo: any duration duration
durationWeeks: float duration
empty: bool any
eq: bool same same same*
ext: string path
fail: string string
first: any list
float64: float number
floor: float number
fromJson: map json
fromJsonArray: list json
fromToml: map toml
fromYaml: map yaml
fromYamlArray: list yaml
ge: bool number number
get: any map key
getHostByName: string string
gt: bool number number
has: bool any list
hasKey: bool map key
hasPrefix: bool string string
hasSuffix: bool string string
hello: string
html: string any*
htmlDate: string unix
htmlDateInZone: string unix zone
indent: string small string
index: any map key
initial: list list
initials: string string
int: int number
int64: int number
isAbs: bool path
join: string string list
js: string any*
kebabcase: string string
kindIs: bool typename any
kindOf: string any
last: any list
le: bool number number
len: int sized
list: list any*
lookup: map string string string string
lower: string string
lt: bool same same
max: int number number*
maxf: float number number*
merge: map map map*
mergeOverwrite: map map map*
min: int number number*
minf: float number number*
mod: int number nonzero
mul: int number number*
mulf: float number number*
mustAppend: list list any
mustChunk: list small list
mustCompact: list list
mustDateModify: time duration time
mustDeepCopy: map map
mustFirst: any list
mustFromJson: any json
mustHas: bool any list
mustInitial: list list
mustLast: any list
mustMerge: map map map*
mustMergeOverwrite: map map map*
mustPrepend: list list any
mustPush: list list any
mustRegexFind: string regex string
mustRegexFindAll: list regex string count
mustRegexMatch: bool regex string
mustRegexReplaceAll: string regex string replacement
mustRegexReplaceAllLiteral: string regex string string
mustRegexSplit: list regex string count
mustRest: list list
mustReverse: list list
mustSlice: list list small small*
mustToDate: time layout moment
mustToDuration: any duration
mustToJson: string any
mustToPrettyJson: string any
mustToRawJson: string any
mustToToml: string map
mustToYaml: string any
mustUniq: list list
mustWithout: list list any*
must_date_modify: time duration time
ne: bool same same
nindent: string small string
nospace: string string
not: bool any
omit: map map key*
or: any any any*
osBase: string path
osClean: string path
osDir: string path
osExt: string path
osIsAbs: bool path
pick: map map key*
pluck: list key map*
plural: string string string small
prepend: list list any
print: string any*
printf: string format any*
println: string any*
push: list list any
quote: string any*
regexFind: string regex string
regexFindAll: list regex string count
regexMatch: bool regex string
regexQuoteMeta: string string
regexReplaceAll: string regex string replacement
regexReplaceAllLiteral: string regex string string
regexSplit: list regex string count
repeat: string small string
replace: string string string string
required: any string any
rest: list list
reverse: list list
round: float number small
semver: version version
semverCompare: bool constraint version
seq: string small*
set: map map key any
sha1sum: string string
sha256sum: string string
sha512sum: string string
slice: list list small*
snakecase: string string
sortAlpha: list list
split: map string string
splitList: list string string
splitn: map string small string
squote: string any*
sub: int number number
subf: float number number*
substr: string count small string
swapcase: string string
ternary: any any any bool
title: string string
toDate: time layout moment
toDecimal: int numeral
toJson: string any
toPrettyJson: string any
toRawJson: string any
toString: string any
toStrings: list list
toToml: string map
toYaml: string any
toYamlPretty: string any
trim: string string
trimAll: string string string
trimPrefix: string string string
trimSuffix: string string string
trimall: string string string
trunc: string count string
tuple: list any*
typeIs: bool typename any
typeIsLike: bool typename any
typeOf: string any
uniq: list list
unixEpoch: string time
unset: map map key
until: list small
untilStep: list small small nonzero
untitle: string string
upper: string string
urlJoin: string map
urlParse: map url
urlquery: string any*
without: list list any*
wrap: string small string
wrapWith: string small string string
"""
"""name: result kind, argument kinds; the last one may be repeated where a star follows."""

FUNCTIONS: dict[str, tuple[str, list[str]]] = {}
for _line in SIGNATURES.strip().splitlines():
    _name, _, _kinds = _line.partition(": ")
    _result, *_arguments = _kinds.split()
    FUNCTIONS[_name] = (_result, _arguments)

BY_RESULT: dict[str, list[str]] = {}
for _name, (_result, _) in FUNCTIONS.items():
    BY_RESULT.setdefault(_result, []).append(_name)
BY_RESULT["any"] = [name for name in FUNCTIONS if name != "fail"]
BY_RESULT["string"] = [name for name in BY_RESULT["string"] if name not in {"fail", "hello"}] + ["hello"]
BY_RESULT["number"] = BY_RESULT["int"] + BY_RESULT["float"]
BY_RESULT["sized"] = ["toYaml", *BY_RESULT["list"], *BY_RESULT["map"]]

PRECISE = {"unix", "small", "nonzero", "format", "time", "span", "layout", "zone"}
"""Kinds that are always met: anything else would be slow, or the time of day."""

LITERALS: dict[str, list[str]] = {
    "int": [
        "0",
        "1",
        "2",
        "3",
        "-1",
        "42",
        "0x1F",
        "0b101",
        "0o17",
        "017",
        "1_000",
        "'a'",
        "9223372036854775807",
        "-9223372036854775808",
        "'\\n'",
        "'é'",
        "1e3",
        "3.0",
    ],
    "float": ["0.5", "1.5", "2.0", "-2.5", "1e6", "1e21", "0x1p4", ".5", "3.", "1e-7", "1_0.5", "123456789.0"],
    "bool": ["true", "false"],
    "small": ["0", "1", "2", "3", "4", "5", "8", "-1"],
    "nonzero": ["1", "2", "3", "-1", "7"],
    "count": ["-1", "0", "1", "2", "3"],
    "seconds": ["60", '"95"', "3600", "0", "86401", '"x"', "-5"],
    "unix": ["0", "1", "1700000000", "(int64 86400)", "-1"],
    "b32": ['"MFRGG==="', '"x"', '""', '"NBSWY3DP"'],
    "b64": ['"YWJj"', '"YQ=="', '"x"', '""', '"aGVsbG8gd29ybGQ="', '"/+8="', '"Y W J j"'],
    "zone": ['"UTC"', '""', '"Europe/Paris"', '"America/New_York"', '"Nowhere/At_All"', '"Asia/Kolkata"'],
    "typename": [
        *map(
            json.dumps,
            [
                "string",
                "int",
                "float64",
                "map",
                "slice",
                "bool",
                "invalid",
                "map[string]interface {}",
                "[]interface {}",
                "int64",
                "[]string",
                "ptr",
            ],
        )
    ],
    "numeral": [
        *map(
            json.dumps,
            ["1", "42", "-7", "0755", "755", "0x10", "1.5", "", "x", " 1", "1_000", "99999999999999999999", "+3", "08"],
        )
    ],
    "toml": [
        *map(
            json.dumps,
            [
                "a = 1",
                "a = 'x'\n[b]\nc = [1, 2.5]\nd = 1979-05-27T07:32:00Z",
                "a = ",
                "",
                "[[t]]\nx = 1\n[[t]]\nx = 2",
                "a.b = true",
                "t = 07:32:00",
            ],
        )
    ],
}


class Scope:
    """What can be referred to where an expression is written: `references` are (text, kind) pairs."""

    def __init__(self, references: list[tuple[str, str]], dot: str, loops: int = 0) -> None:
        self.references = references
        self.dot = dot
        self.loops = loops

    def inner(self, dot: str, more: list[tuple[str, str]] | None = None, loops: int | None = None) -> Scope:
        """The scope of a block with this kind of dot; "root" is the dot of a whole template."""
        kept = [(text, kind) for text, kind in self.references if not text.startswith(".")]
        if dot == "root":
            kept = list(self.references)
        elif self.dot == "root":  # Values are still there, behind the dollar.
            kept += [("$" + text, kind) for text, kind in self.references if text.startswith(".")]
        return Scope(kept + (more or []), dot, self.loops if loops is None else loops)


def kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "float"
    return {str: "string", list: "list", dict: "map"}.get(type(value), "nil")


def is_name(key: str) -> bool:
    return key.isidentifier() and key.isascii()


class Grammar:
    """Writes one template after another over the same values and definitions."""

    def __init__(self, draw: Choices) -> None:
        self.draw = draw
        self.defined: list[tuple[str, str]] = []
        self.variables = 0

    # Literals

    def string(self, text: str) -> str:
        """The text as a string of the language."""
        if "`" not in text and self.draw.percent(30) and "\r" not in text and "\x00" not in text:
            return f"`{text}`"
        parts = []
        for char in text:
            if char in '"\\':
                parts.append("\\" + char)
            elif char == "\n":
                parts.append("\\n")
            elif ord(char) < 32 or ord(char) == 0x7F:
                parts.append(f"\\x{ord(char):02x}")
            elif 0x80 <= ord(char) < 0xA0 or char in "\u2028\u2029\ufeff":
                parts.append(f"\\u{ord(char):04x}")
            else:
                parts.append(char)
        return f'"{"".join(parts)}"'

    def literal(self, kind: str) -> str:
        draw = self.draw
        if kind in LITERALS:
            return draw.one(LITERALS[kind])
        if kind == "string":
            return self.string(texts.text(draw))
        if kind == "key":
            return self.string(draw.one(["a", "b", "c", "name", "x1", "", "no"]))
        if kind == "path":
            return self.string(
                draw.one(["a/b.c", "/a/../b", "", ".", "/", "a//b/", "../x", "x.tar.gz", "a/./b/..", ".hid", "a b/c"])
            )
        if kind == "url":
            return self.string(draw.one(texts.URLS))
        if kind == "regex":
            return self.string(texts.regex(draw))
        if kind == "replacement":
            return self.string(draw.one(["x", "$1", "${1}", "$n-", "${n}", "$$", "$0x", "", "${", "é"]))
        if kind == "constraint":
            return self.string(texts.constraint(draw))
        if kind == "version":
            return self.string(texts.version(draw))
        if kind == "layout":
            return self.string(draw.one(texts.LAYOUTS))
        if kind == "moment":
            return self.string(draw.one(texts.MOMENTS))
        if kind in {"duration", "span"}:
            return self.string(draw.one(texts.DURATIONS))
        if kind == "json":
            return self.string(json.dumps(texts.tree(draw, 2), ensure_ascii=draw.percent(30)))
        if kind == "yaml":
            from differential import documents

            return self.string(documents.document(draw))
        if kind == "format":
            return self.string(texts.format_text(draw).replace("p", "v"))
        if kind == "list":
            return (
                "(list"
                + "".join(draw.some(0, 4, lambda: " " + self.literal(draw.one(["string", "int", "bool", "float", "nil"]))))
                + ")"
            )
        if kind == "map":
            pairs = draw.some(
                0, 3, lambda: f" {self.literal('key')} {self.literal(draw.one(['string', 'int', 'bool', 'list', 'nil']))}"
            )
            return f"(dict{''.join(pairs)})"
        if kind == "time":
            return '(toDate "2006-01-02" "2024-02-29")'
        if kind == "nil":
            return '(index (dict) "none")'
        if kind in {"number", "same"}:
            return self.literal(
                draw.one(["int", "int", "float"]) if kind == "number" else draw.one(["string", "int", "float", "bool"])
            )
        if kind == "sized":
            return self.literal(draw.one(["list", "map", "string"]))
        return self.literal(draw.one(["string", "int", "float", "bool", "list", "map", "nil"]))

    # Expressions

    def reference(self, kind: str, scope: Scope) -> str | None:
        """Something in scope of that kind."""
        matching = {
            "any": None,
            "same": None,
            "number": ("int", "float"),
            "sized": ("list", "map", "string"),
            "key": ("key",),
        }.get(kind, (kind,))
        found = [text for text, known in scope.references if matching is None or known in matching]
        if scope.dot == kind or (kind in {"any", "same"} and scope.dot != "root"):
            found.append(".")
        return self.draw.one(found) if found else None

    def operand(self, kind: str, scope: Scope, depth: int) -> str:
        """An expression that can stand as an argument."""
        draw = self.draw
        if kind not in PRECISE and draw.percent(4):
            kind = draw.one(["string", "int", "float", "bool", "list", "map", "nil", "any"])
        way = draw.weighted([(30, "literal"), (40, "reference"), (25 if depth > 0 else 0, "call")])
        if way == "reference":
            found = self.reference(kind, scope)
            if found is not None:
                return found
        if way == "call" and kind in BY_RESULT:
            return f"({self.pipeline(kind, scope, depth - 1)})"
        return self.literal(kind)

    def arguments(self, kinds: list[str], scope: Scope, depth: int) -> list[str]:
        made: list[str] = []
        for kind in kinds:
            times = self.draw.between(0, 3) if kind.endswith("*") else 1
            made += [self.operand(kind.rstrip("*"), scope, depth) for _ in range(times)]
        if self.draw.percent(2):
            made = made[:-1] if self.draw.percent(50) else [*made, self.operand("any", scope, 0)]
        return made

    def call(self, name: str, scope: Scope, depth: int, piped: bool = False) -> str:
        kinds = FUNCTIONS[name][1]
        kept = kinds[:-1] if piped and kinds and not kinds[-1].endswith("*") else kinds
        return " ".join([name, *self.arguments(kept, scope, depth)])

    def pipeline(self, kind: str, scope: Scope, depth: int) -> str:
        """An expression of that kind, possibly with pipes."""
        draw = self.draw
        if kind not in BY_RESULT:
            kind = "any"
        name = draw.one(BY_RESULT[kind])
        kinds = FUNCTIONS[name][1]
        if name == "len" and draw.percent(15):
            return f"len ({draw.one(['keys', 'values'])} {self.operand('map', scope, depth)})"
        if name == "sortAlpha" and draw.percent(20):
            return f"keys {self.operand('map', scope, depth)} | sortAlpha"
        if name == "include" or (kind == "string" and self.defined and draw.percent(6)):
            return self.inclusion(scope, depth)
        if kinds and draw.percent(40):
            last = kinds[-1].rstrip("*")
            chained = depth > 0 and last not in PRECISE and draw.percent(30)
            first = self.pipeline(last, scope, depth - 1) if chained else self.operand(last, scope, depth)
            return f"{first} | {self.call(name, scope, depth, piped=True)}"
        return self.call(name, scope, depth)

    def inclusion(self, scope: Scope, depth: int) -> str:
        if not self.defined or self.draw.percent(15):
            inner = self.nested_text()
            return f"tpl {self.string(inner)} {'$' if scope.dot == 'root' or self.draw.percent(50) else '.'}"
        name, dot = self.draw.one(self.defined)
        data = "$" if dot == "root" else self.operand(dot, scope, depth)
        return f'include "{name}" {data}'

    def nested_text(self) -> str:
        """A small template, for `tpl`."""
        return self.draw.one(
            [
                *[
                    "x",
                    "{{ . }}",
                    "{{ .Values.a }}",
                    "a{{ $ }}b",
                    "{{ 1 }}",
                    "{{ .a }}",
                    "{{- if . }}y{{ else }}n{{ end -}}",
                    '{{ fail "x" }}',
                ],
                *[
                    '{{ define "t" }}T{{ end }}{{ include "t" . }}',
                    "{{",
                    "{{ nope }}",
                    '{{ include "d0" . }}',
                    "{{ .Values.a.b.c }}",
                    "{{ .Values | toYaml }}",
                ],
                *[
                    "{{ .Template.Name }}",
                    "{{ range .Values }}{{ . }}{{ end }}",
                    "{{/* c */}}",
                    "{{ $x := 1 }}{{ $x }}",
                    '{{ tpl "{{ . }}" 1 }}',
                    "{{ index . 0 }}",
                ],
            ]
        )

    # Statements

    def open(self) -> str:
        return "{{- " if self.draw.percent(15) else "{{" + self.draw.one([" ", "", "\n", "  "])

    def close(self) -> str:
        return " -}}" if self.draw.percent(15) else self.draw.one([" ", "", "\n"]) + "}}"

    def action(self, inner: str) -> str:
        return f"{self.open()}{inner}{self.close()}"

    def text(self) -> str:
        return self.draw.one(["\n", " ", "a", "key: ", "- ", "\n  ", "é\n", "", "{ ", "}}", "\t", "x: y\n"])

    def printed(self, scope: Scope) -> str:
        """A pipeline whose value is printed."""
        draw = self.draw
        kind = draw.weighted(
            [
                (40, "string"),
                (25, "any"),
                (8, "int"),
                (8, "float"),
                (6, "bool"),
                (8, "list"),
                (8, "map"),
                (3, "time"),
                (2, "version"),
            ]
        )
        if draw.percent(20):
            found = self.reference(kind, scope)
            if found is not None:
                return found + (f".{draw.one(['a', 'b', 'name', 'Major', 'x y'])}" if draw.percent(8) else "")
        if draw.percent(6):
            return self.special()
        if draw.percent(3):
            return self.literal(kind)
        return self.pipeline(kind, scope, 2)

    def special(self) -> str:
        """What Helm puts beside the values."""
        return self.draw.one(
            [
                *[
                    "$.Release.Name",
                    "$.Release.Revision",
                    "$.Chart.Name",
                    "$.Chart.Version",
                    "$.Chart.AppVersion",
                    "$.Template.Name",
                    "$.Template.BasePath",
                ],
                *[
                    "$.Capabilities.KubeVersion",
                    "$.Capabilities.KubeVersion.Version",
                    "$.Capabilities.KubeVersion.Major",
                    "$.Release",
                    "$.Chart.IsRoot",
                ],
                *[
                    '$.Capabilities.APIVersions.Has "v1"',
                    '$.Files.Get "f/a.txt"',
                    '$.Files.Get "none"',
                    '$.Files.Lines "f/a.txt"',
                    "$.Chart.Keywords",
                ],
                *[
                    '(($.Files.Glob "f/*").AsConfig)',
                    '(($.Files.Glob "**").AsSecrets)',
                    "$.Files.AsConfig",
                    "$.Chart.Nope",
                    "$.Release.IsUpgrade",
                    "$.Values.none.x",
                ],
                *[
                    'range $p, $b := $.Files.Glob "f/*"}}{{ $p }}={{ $b | toString }}{{ end',
                    "$.Subcharts",
                    "$.Nope",
                    "$.Chart.Maintainers",
                    "$.Template",
                ],
                *[
                    '(semver "1.2.3-a+b").Prerelease',
                    '(semver "1.2.3").Compare (semver "2.0.0")',
                    '(semver "1.2.3").IncMinor',
                    "$.Values.AsMap | len",
                    "$.Capabilities.APIVersions",
                ],
                *[
                    "$.Release.Service",
                    "$.Chart.Annotations",
                    "$.Chart.Type",
                    '(urlParse "http://a/b?c").host',
                    '(toDate "2006" "2024").Year',
                    "(list 1 2).x",
                    "$.Files",
                ],
            ]
        )

    def variable(self, scope: Scope) -> tuple[str, str]:
        kind = self.draw.one(["string", "any", "int", "list", "map", "float", "bool"])
        self.variables += 1
        return f"$v{self.variables}", kind

    def condition(self, scope: Scope) -> str:
        if self.draw.percent(50):
            return self.reference(self.draw.one(["any", "bool", "list", "map", "string"]), scope) or "true"
        return self.pipeline(self.draw.one(["bool", "any"]), scope, 1)

    def statement(self, scope: Scope, depth: int) -> str:
        draw = self.draw
        kinds = [(34, "print"), (16, "text"), (8, "declare"), (4, "assign"), (3, "comment"), (3, "call")]
        if depth:
            kinds += [(10, "if"), (8, "range"), (7, "with"), (2, "block")]
        if scope.loops:
            kinds += [(2, "break")]
        made = draw.weighted(kinds)
        if made == "text":
            return self.text()
        if made == "print":
            return self.action(self.printed(scope))
        if made == "declare":
            name, kind = self.variable(scope)
            written = self.action(f"{name} := {self.pipeline(kind, scope, 2)}")
            scope.references.append((name, kind))
            return written
        if made == "assign":
            known = [(text, kind) for text, kind in scope.references if text.startswith("$v")]
            if not known:
                return self.action("$v := 1") if draw.percent(90) else self.action("$nope = 1")
            name, kind = draw.one(known)
            return self.action(f"{name} = {self.pipeline(kind, scope, 1)}")
        if made == "comment":
            return draw.one(["{{/* c */}}", "{{- /* c\n*/ -}}", "{{/* }} */}}", "{{ /* c */ }}"])
        if made == "call":
            if not self.defined:
                return ""
            name, dot = draw.one(self.defined)
            data = "$" if dot == "root" else self.operand(dot, scope, 1)
            return self.action(f'template "{name}" {data}' if not draw.percent(15) else f'template "{draw.one([name, "none"])}"')
        if made == "break":
            return self.action(draw.one(["break", "continue"]))
        if made == "block":
            self.variables += 1
            name = f"b{self.variables}"
            # `$` is the block's own data.
            data = draw.one(["$", "."]) if scope.dot == "root" else "."
            inner = Scope([one for one in scope.references if one[0].startswith(".")] if scope.dot == "root" else [], scope.dot)
            return self.action(f'block "{name}" {data}') + self.body(inner, depth - 1) + self.action("end")
        return getattr(self, "_" + made)(scope, depth)  # type: ignore[no-any-return]

    def body(self, scope: Scope, depth: int) -> str:
        return "".join(self.draw.some(1, 3, lambda: self.statement(scope, depth)))

    def _if(self, scope: Scope, depth: int) -> str:
        draw = self.draw
        parts = [self.action(f"if {self.condition(scope)}") + self.body(scope.inner(scope.dot), depth - 1)]
        for _ in range(draw.weighted([(70, 0), (20, 1), (10, 2)])):
            parts.append(self.action(f"else if {self.condition(scope)}") + self.body(scope.inner(scope.dot), depth - 1))
        if draw.percent(50):
            parts.append(self.action("else") + self.body(scope.inner(scope.dot), depth - 1))
        return "".join(parts) + self.action("end")

    def _with(self, scope: Scope, depth: int) -> str:
        draw = self.draw
        kind = draw.one(["map", "any", "string", "list"])
        subject = (self.reference(kind, scope) if draw.percent(50) else None) or self.pipeline(kind, scope, 1)
        named = ""
        more: list[tuple[str, str]] = []
        if draw.percent(25):
            self.variables += 1
            named = f"$v{self.variables} := "
            more = [(f"$v{self.variables}", kind)]
        made = self.action(f"with {named}{subject}") + self.body(scope.inner(kind, more), depth - 1)
        if draw.percent(15):
            made += self.action(f"else with {self.condition(scope)}") + self.body(scope.inner("any"), depth - 1)
        if draw.percent(40):
            made += self.action("else") + self.body(scope.inner(scope.dot), depth - 1)
        return made + self.action("end")

    def _range(self, scope: Scope, depth: int) -> str:
        draw = self.draw
        kind = draw.weighted([(40, "list"), (40, "map"), (8, "small"), (4, "any")])
        subject = self.reference(kind, scope) if draw.percent(50) and kind != "any" else None
        if subject is None:
            subject = (
                self.literal("small")
                if kind == "small"
                else self.pipeline(kind, scope, 1)
                if kind != "any"
                else self.operand(draw.one(["string", "nil", "bool", "float"]), scope, 0)
            )
        self.variables += 2
        first, second = f"$v{self.variables}", f"$v{self.variables - 1}"
        named, more = draw.weighted(
            [
                (40, ("", [])),
                (20, (f"{first} := ", [(first, "any")])),
                (30, (f"{first}, {second} := ", [(first, "key" if kind == "map" else "int"), (second, "any")])),
            ]
        )
        made = self.action(f"range {named}{subject}") + self.body(scope.inner("any", list(more), scope.loops + 1), depth - 1)
        if draw.percent(30):
            made += self.action("else") + self.body(scope.inner(scope.dot), depth - 1)
        return made + self.action("end")


def references_of(values: dict[str, Any], prefix: str = ".Values", depth: int = 3) -> list[tuple[str, str]]:
    """The paths of all values that a chain of names can reach."""
    found = []
    for key, value in values.items():
        if is_name(key):
            text = f"{prefix}.{key}"
            found.append((text, kind_of(value)))
            if isinstance(value, dict) and depth:
                found += references_of(value, text, depth - 1)
    return found


FILES = {"f/a.txt": "one\ntwo\n", "f/b.json": '{"x": [1]}', "g.yaml": "a: 1\n"}


def request(draw: Choices) -> Request:
    """A chart of one template, and now and then a partial, with values."""
    values: dict[str, Any] = {}
    for name in ["s", "t", "m", "l", "n", "f", "o", "a"][: draw.between(1, 8)]:
        kind = {"s": "string", "t": "string", "m": "map", "l": "list", "f": "bool"}.get(name, "any")
        if kind == "string":
            values[name] = texts.text(draw)
        elif kind == "map":
            values[name] = dict(draw.some(0, 4, lambda: (texts.key(draw), texts.tree(draw, 2))))
        elif kind == "list":
            values[name] = draw.some(0, 4, lambda: texts.tree(draw, 1))
        elif kind == "bool":
            values[name] = draw.percent(50)
        elif name == "n":
            values[name] = texts.number(draw)
        else:
            values[name] = texts.tree(draw, 2)
    references = references_of(values)
    lines = []
    if draw.percent(40):
        lines = [
            "i=" + draw.one(["0", "5", "-3", "9223372036854775807", "65536"]),
            *(["k.j=7,k.s=x"] if draw.percent(30) else []),
        ]
        references.append((".Values.i", "int"))
        if len(lines) > 1:
            references += [(".Values.k.j", "int"), (".Values.k", "map")]
    if draw.percent(10):
        references += [
            (".Values.none", "nil"),
            (".Values.none.x", "nil"),
            (".Values", "map"),
            (".Chart.Name", "string"),
            (".Release.Name", "string"),
        ]
    grammar = Grammar(draw)
    files = dict(CHART)
    parts = []
    for number in range(draw.weighted([(60, 0), (25, 1), (15, 2)])):
        dot = draw.one(["root", "any", "map", "string", "list"])
        scope = Scope(list(references) if dot == "root" else [], dot)
        body = grammar.body(scope, 2)
        parts.append(grammar.action(f'define "d{number}"') + body + grammar.action("end") + draw.one(["\n", ""]))
        grammar.defined.append((f"d{number}", dot))
    scope = Scope(list(references), "root")
    main = "".join(draw.some(1, 5, lambda: grammar.statement(scope, 3)))
    if parts and draw.percent(40):
        files["templates/_parts.tpl"] = "".join(parts)
        parts = []
    files["templates/template.yaml"] = "".join([*parts, main])
    if "Files" in main:
        files |= FILES
    made: Request = {
        "mode": "render",
        "files": files,
        "values": texts.as_json(values),
        "set": lines,
        "release": {"name": "r", "namespace": "n", "revision": 1},
        "apiVersions": ["v1", "apps/v1"],
    }
    if draw.percent(6):
        made["strict"] = True
    if draw.percent(6):
        made["lint"] = True
    return made


NOISE = [
    "{{", "}}", "{{-", "-}}", "{{- ", " -}}", "|", "(", ")", ":=", "=", ",", ".", "$", "$x", '"', "`", "'", "/*", "*/", "end",
    "else", "if", "range", "with", "define", "template", "block", "break", "continue", "nil", "true", "1", "0x", "1.5", "'a'",
    ".a", "$.a", "quote", "nope", "\n", " ", "é", "\x00", "\\", "#", "@", "%", "..", ".1", "1a", "'ab'", '"a', "$x := 1",
    "$x, $y := .", "else if", "else with", '"d0"', "{{end}}", "{{else}}", "{{if .}}", "{{break}}", '{{template "a"}}', "1_",
    "1i", "0b2", "0o8", "1e", "-", "--1", "+1", "'", "''", "'\\q'", '"\\q"', "\t", "\r\n", "{{/* a", "-/*", "&", "!", "1.2.3",
    ".a.b.", "a.b", "$x.y", "(.)", "().x", "nil.x",
]  # fmt: skip


def parse_request(draw: Choices) -> Request:
    """A template, most often with something wrong in it."""
    if draw.percent(40):
        text = "".join(draw.some(0, 8, lambda: draw.one(NOISE)))
        if draw.percent(60):
            text = "{{" + " ".join(draw.some(0, 6, lambda: draw.one(NOISE))) + "}}" + text
    else:
        text = request(draw)["files"]["templates/template.yaml"]
        for _ in range(draw.below(3)):
            at = draw.below(len(text) + 1)
            text = text[:at] + draw.one(NOISE) + text[at + draw.below(4) :]
    return {"mode": "parse", "name": draw.one(["t", "c/templates/a.yaml"]), "text": text}
