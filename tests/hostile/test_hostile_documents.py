"""Hostile YAML, JSON, TOML, flags and schemas: bombs, deep nesting, huge numbers. Refused, or read, within a second and 300 MB."""

from __future__ import annotations

import pathlib

import pytest

from hostile.bounds import SECONDS, TEMPLATE_SECONDS, chart, held, refused, steersman

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"
HEAD = "apiVersion: v2\nname: small\nversion: 0.1.0\n"

LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
MERGES = "m0: &m0 {k0: 1}\n" + "".join(
    f"m{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 20)}]\n  k{n}: 1\n" for n in range(1, 31)
)
BOMBS = {
    "laughs": LAUGHS,
    "merges": MERGES,
    "alias-in-itself": "a: &a [*a]\n",
    "brackets": "a: " + "[" * 20_000 + "]" * 20_000 + "\n",
    "braces": "a: " + "{a: " * 20_000 + "}" * 20_000 + "\n",
    "open-brackets": "a: " + "[" * 1_000_000 + "\n",
    "block-lists": "a:\n  " + "- " * 20_000 + "x\n",
    "question-marks": "? " * 20_000 + "x\n",
    "tag": "a: !!python/object/apply:os.system [id]\nb: [\n",
    "anchors-without-end": "".join(f"a{n}: &a{n} x\n" for n in range(3000)) + "b: *nobody\n",
    "quote-without-end": 'a: "' + "x" * 2_000_000,
    "tabs": "a:\n" + "\t" * 1_000_000 + "x\n",
    "duplicate-keys": "a: {b: 1\n",
    "binary": "a: \x00\x01\n",
}
"""Documents that are refused wherever they stand."""


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("where", ["values_yaml", "Chart_yaml", "templates__a_yaml", "overlay"])
def test_a_bomb_is_refused(name: str, where: str, tmp_path: pathlib.Path) -> None:
    text = BOMBS[name]
    if where == "overlay":
        chart(tmp_path / "small")
        (tmp_path / "more.yaml").write_text(text)
        refused(steersman("template", "./small", "-f", "more.yaml", folder=tmp_path))
        return
    before = {"values_yaml": "", "Chart_yaml": HEAD, "templates__a_yaml": CONFIG}[where]
    chart(tmp_path / "small", **{where: before + text})
    refused(steersman("template", "./small", folder=tmp_path))


def test_deep_blocks(tmp_path: pathlib.Path) -> None:
    """Depth costs its square in bytes: 3000 levels of blocks are 9 MB, and 1000 are read."""
    deep = "".join(" " * n + f"a{n}:\n" for n in range(1000)) + " " * 1000 + "x: 1\n"
    chart(tmp_path / "small", values_yaml=deep, templates__a_yaml=CONFIG)
    assert held(steersman("template", "./small", folder=tmp_path)).status == 0


def test_a_huge_scalar(tmp_path: pathlib.Path) -> None:
    chart(tmp_path / "small", values_yaml="a: " + "x" * 10_000_000 + "\n", templates__a_yaml=CONFIG)
    assert held(steersman("template", "./small", folder=tmp_path)).status == 0


def test_huge_numbers(tmp_path: pathlib.Path) -> None:
    """Integers of a million digits are floats to Go; nothing is computed with them."""
    numbers = f"a: 1{'0' * 1_000_000}\nb: 0x{'f' * 1_000_000}\nc: 1e{'9' * 100_000}\nd: 1_{'0_' * 100_000}0\n"
    chart(tmp_path / "small", values_yaml=numbers, templates__a_yaml=CONFIG)
    held(steersman("template", "./small", folder=tmp_path))


INNER = {
    "from-json-brackets": '{{ fromJson (repeat 1000000 "[") | toJson | len }}',
    "from-json-braces": '{{ fromJson (repeat 500000 "{\\"a\\":") | toJson | len }}',
    "from-json-number": '{{ fromJson (printf "{\\"a\\": %s}" (repeat 1000000 "9")) | toJson | len }}',
    "from-json-exponent": '{{ fromJson "{\\"a\\": 1e999999999999999999999}" | toJson | len }}',
    "from-yaml-laughs": "{{ fromYaml .Values.bomb | toJson | len }}",
    "from-yaml-brackets": '{{ fromYaml (printf "a: %s" (repeat 1000000 "[")) | toJson | len }}',
    "from-yaml-array": '{{ fromYamlArray (repeat 1000000 "- ") | toJson | len }}',
    "from-yaml-integer": '{{ fromYaml (printf "a: %s" (repeat 1000000 "9")) | toJson | len }}',
    "from-toml-brackets": '{{ fromToml (printf "a = %s" (repeat 1000000 "[")) | toJson | len }}',
    "from-toml-tables": '{{ fromToml (printf "[%sa]" (repeat 100000 "a.")) | toJson | len }}',
    "from-toml-integer": '{{ fromToml (printf "a = %s" (repeat 1000000 "9")) | toJson | len }}',
    "int-of-digits": '{{ int (repeat 1000000 "9") }} {{ int64 (repeat 1000000 "9") }} {{ atoi (repeat 1000000 "9") }}',
    "float-of-digits": '{{ float64 (repeat 1000000 "9") }} {{ addf (repeat 1000000 "9") 1 }} {{ float64 "1e999999999" }}',
    "to-decimal": '{{ toDecimal (repeat 1000000 "7") }}',
    "add-wraps": "{{ add 9223372036854775807 9223372036854775807 }} {{ mul 9223372036854775807 9223372036854775807 }}",
    "mul-many": "{{ $x := 3 }}{{ range until 100000 }}{{ $x = mul $x $x }}{{ end }}{{ $x }}",
    "mulf-many": "{{ $x := 1.1 }}{{ range until 1000 }}{{ $x = mulf $x $x }}{{ end }}{{ $x }}",
    "divf-many": "{{ $x := 1.1 }}{{ range until 1000 }}{{ $x = divf $x 3 7 11 }}{{ end }}{{ $x }}",
    "round-places": "{{ round 1.5 2147483647 }} {{ round 1.5 -2147483647 }}",
    "printf-width": '{{ printf "%1000000000d|%.1000000000f|%*d" 1 1.0 1000000000 1 }}',
    "printf-index": '{{ printf "%[999999999999]d" 1 }}',
    "printf-bad": '{{ printf (repeat 100000 "%z") }}',
    "trunc": '{{ trunc 9223372036854775807 "abc" }}{{ trunc -9223372036854775808 "abc" }}',
    "abbrev": '{{ abbrev 9223372036854775807 "abc" }}{{ abbrev -9223372036854775808 "abc" }}',
    "abbrev-both": '{{ abbrevboth 9223372036854775807 9223372036854775807 "abc" }}',
    "wrap": '{{ wrap 9223372036854775807 "a b c" }}{{ wrap -5 "a b c" }}{{ wrapWith 1 "xyz" (repeat 10000 "a") | len }}',
    "substr-negative": '{{ substr -1 2 "abc" }}{{ substr 0 9223372036854775807 "abc" }}',
    "split-n": '{{ splitn "," 9223372036854775807 "a,b" }}',
    "huge-dict": "{{ $d := dict " + " ".join(f'"k{n}" {n}' for n in range(5000)) + " }}{{ len $d }}",
    "huge-list": "{{ $l := list" + " 1" * 20_000 + " }}{{ len $l }}",
    "b64dec": '{{ b64dec (repeat 4000000 "QUJD") | len }}{{ b64dec (repeat 100000 "=") | len }}',
    "b32dec": '{{ b32dec (repeat 100000 "MFRGGZDF") | len }}',
    "regex-nested": '{{ regexMatch "(a+)+$" (printf "%sb" (repeat 100000 "a")) }}{{ regexMatch "(a|aa)+$" (printf "%sb" (repeat 100000 "a")) }}',
    "regex-class": '{{ regexMatch (printf "[%s]" (repeat 100000 "a-z")) "b" }}',
    "semver": '{{ semverCompare ">= 1.0.0 || * || x" "99999999999.0.0" }}',
    "durations": '{{ duration "9223372036854775807" }}{{ durationRound "9223372036854775807" }}{{ ago now }}',
    "dates": '{{ dateModify "9999999h" now | date "2006" | len }}{{ unixEpoch now | len }}',
    "layout": '{{ now | date (repeat 10000 "2006-01-02") | len }}',
    "url": '{{ (urlParse (printf "http://%s" (repeat 100000 "a"))).host | len }}',
    "paths": '{{ clean (repeat 100000 "../a/") | len }}{{ base (repeat 1000000 "/") }}',
    "cases": '{{ $s := repeat 20000 "aB_" }}{{ snakecase $s | len }}{{ camelcase $s | len }}{{ kebabcase $s | len }}{{ swapcase $s | len }}',
    "initials": '{{ initials (repeat 100000 "a ") | len }}{{ nospace (repeat 100000 "a ") | len }}{{ title (repeat 100000 "a ") | len }}',
    "cycle-to-json": '{{ $d := dict }}{{ $_ := set $d "x" $d }}{{ toJson $d | len }}{{ toPrettyJson $d | len }}',
    "cycle-to-yaml": '{{ $d := dict }}{{ $_ := set $d "x" $d }}{{ toYaml $d | len }}',
    "cycle-to-toml": '{{ $d := dict }}{{ $_ := set $d "x" $d }}{{ toToml $d | len }}',
    "cycle-deep-equal": '{{ $d := dict }}{{ $_ := set $d "x" $d }}{{ $e := dict }}{{ $_ := set $e "x" $e }}{{ deepEqual $d $e }}',
    "cycle-keys": '{{ $d := dict }}{{ $_ := set $d "x" $d }}{{ keys $d | len }}{{ dig "x" "x" "x" 1 $d | len }}{{ pick $d "x" | len }}',
    "cycle-self-merge": '{{ $d := dict }}{{ $_ := set $d "x" $d }}{{ merge $d $d | len }}{{ mergeOverwrite $d $d | len }}',
    "files-get": '{{ .Files.Get "/etc/passwd" }}{{ .Files.Get "../../x" }}{{ len (.Files.Glob "../**") }}{{ .Files.Get "Chart.yaml" }}',
    "files-glob": '{{ len (.Files.Glob (repeat 10000 "*")) }}{{ len (.Files.Glob (repeat 9 "{a,b")) }}',
}
"""Templates that hold hostile data and must end, with an answer or an error, as quickly as any other input."""

SLOWER = {"cycle-to-toml"}
"""These have a template's time: a table in itself is written down to the depth where it is seen to have no end."""


@pytest.mark.parametrize("name", INNER)
def test_hostile_arguments_are_answered_quickly(name: str, tmp_path: pathlib.Path) -> None:
    bomb = "bomb: |\n" + "".join(f"  {line}\n" for line in LAUGHS.splitlines()) if "laughs" in name else ""
    chart(tmp_path / "small", templates__a_yaml="# " + INNER[name], values_yaml=bomb)
    found = held(steersman("template", "./small", folder=tmp_path), TEMPLATE_SECONDS if name in SLOWER else SECONDS)
    assert found.status == 0 or found.error, found


SETS = {
    "index": ["--set", "a[65537]=x"],
    "indexes": ["--set", ",".join(f"a{n}[65000]=1" for n in range(200))],
    "index-huge": ["--set", "a[99999999999999999999]=x"],
    "index-nested": ["--set", "a" + "[0]" * 1000 + "=x"],
    "names": ["--set", ".".join("abcdefgh"[n % 8] for n in range(10_000)) + "=x"],
    "names-json": ["--set-json", ".".join("a" * 40) + "=1"],
    "names-string": ["--set-string", ".".join("a" * 40) + "=1"],
    "names-literal": ["--set-literal", ".".join("a" * 40) + "=1"],
    "names-file": ["--set-file", ".".join("a" * 40) + "=Chart.yaml"],
    "braces": ["--set", "a=" + "{" * 100_000],
    "json-deep": ["--set-json", "a=" + "[" * 100_000],
    "json-objects": ["--set-json", '{"a":' * 20_000],
    "negative": ["--set", "a[-1]=x"],
}
"""Flags that are refused."""


@pytest.mark.parametrize("name", SETS)
def test_a_hostile_flag_is_refused(name: str, tmp_path: pathlib.Path) -> None:
    chart(tmp_path / "small", templates__a_yaml=CONFIG)
    refused(steersman("template", "./small", *SETS[name], folder=tmp_path))


ANSWERED_SETS = {
    "indexes-nested": ["--set", "a[60000][60000][60000]=x"] * 5,
    "commas": ["--set", "," * 100_000],
    "backslashes": ["--set", "a=" + "\\" * 100_000],
    "many-keys": ["--set", ",".join(f"k{n}=v" for n in range(10_000))],
    "long-list": ["--set", "a={" + ",".join("x" * 50_000) + "}"],
    "dots": ["--set", "." * 100_000 + "=1"],
    "equals": ["--set", "=" * 100_000],
    "same-index": ["--set", ",".join("a[0]=x" for _ in range(10_000))],
}
"""Flags that Helm takes, or not: what counts is that it is quick."""


@pytest.mark.parametrize("name", ANSWERED_SETS)
def test_a_long_flag_is_answered(name: str, tmp_path: pathlib.Path) -> None:
    chart(tmp_path / "small", templates__a_yaml=CONFIG)
    found = held(steersman("template", "./small", *ANSWERED_SETS[name], folder=tmp_path))
    assert found.status == 0 or found.error


SCHEMAS = {
    "all-of": '{"allOf":[' * 10_000 + "{}" + "]}" * 10_000,
    "self": '{"$ref": "#"}',
    "self-in-all-of": '{"allOf": [{"$ref": "#"}]}',
    "mutual": '{"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}}',
    "chain": '{"$ref": "#/definitions/d0", "definitions": {'
    + ", ".join(f'"d{n}": {{"$ref": "#/definitions/d{n + 1}"}}' for n in range(10_000))
    + ', "d10000": {"type": "string"}}}',
    "device": '{"$ref": "file:///dev/zero"}',
    "remote": '{"$ref": "http://127.0.0.1:9/x.json"}',
    "number": "1E1111111",
    "bare-number": "12",
    "nan": "NaN",
    "array": "[]",
    "text": '"x"',
    "empty-file": "",
    "open": "{" * 100_000,
    "pattern": '{"properties": {"a": {"pattern": "((a{0,1000}){0,1000}){0,1000}"}}}',
    "multiple-of": '{"properties": {"n": {"multipleOf": 1e-308}}, "required": ["missing"]}',
    "exponential": '{"$ref": "#/definitions/d0", "definitions": {'
    + ", ".join(
        f'"d{n}": {{"allOf": [{{"$ref": "#/definitions/d{n + 1}"}}, {{"$ref": "#/definitions/d{n + 1}"}}]}}' for n in range(60)
    )
    + ', "d60": {"type": "string"}}}',
}
"""Schemas that are refused, or that the values do not fit."""


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_hostile_schema_is_refused(name: str, tmp_path: pathlib.Path) -> None:
    chart(tmp_path / "small", templates__a_yaml=CONFIG, values_schema_json=SCHEMAS[name], values_yaml="a: aaaa\nn: 1e300\n")
    refused(steersman("template", "./small", folder=tmp_path))


ANSWERED_SCHEMAS = {
    "null": "null",
    "true": "true",
    "regex": '{"properties": {"a": {"pattern": "(a+)+$"}}}',
    "unique": '{"properties": {"l": {"uniqueItems": true}}}',
    "enum": '{"properties": {"a": {"enum": [' + ",".join(f'"{n}"' for n in range(20_000)) + ', "aaaa"]}}}',
    "recursive": '{"properties": {"a": {"$ref": "#"}}, "additionalProperties": {"$ref": "#"}}',
}


@pytest.mark.parametrize("name", ANSWERED_SCHEMAS)
def test_a_costly_schema_is_answered(name: str, tmp_path: pathlib.Path) -> None:
    values = "a: " + "a" * 50_000 + "b\nl: [" + ",".join(map(str, range(2000))) + "]\n"
    chart(tmp_path / "small", templates__a_yaml=CONFIG, values_schema_json=ANSWERED_SCHEMAS[name], values_yaml=values)
    found = held(steersman("template", "./small", folder=tmp_path))
    assert found.status == 0 or found.error


def test_a_long_manifest_is_bounded(tmp_path: pathlib.Path) -> None:
    """A bomb in a manifest is a second stage's matter: what the templates print is read as YAML again."""
    chart(tmp_path / "small", templates__a_yaml=CONFIG + "data:\n  {{ range until 100000 }}k{{ . }}: v\n  {{ end }}")
    assert held(steersman("template", "./small", folder=tmp_path), TEMPLATE_SECONDS).status == 0
