"""Charts whose templates recurse, loop, grow and compute without end. Each ends in a clear error, or in an answer, within its bounds."""

from __future__ import annotations

import pathlib

import pytest

from hostile.bounds import TEMPLATE_SECONDS, chart, refused, run, steersman
from steersman.actions.budget import MEBIBYTES_VARIABLE, SECONDS, SECONDS_VARIABLE

GROW = '{{- $s := "xxxxxxxxxxxxxxxx" }}{{ range until 64 }}{{ $s = %s }}{{ end }}{{ len $s }}'
CYCLE = '{{- $d := dict "a" 1 }}{{ $_ := set $d "x" $d }}'
LIST_CYCLE = '{{- $l := list 1 2 }}{{ $d := dict "l" $l }}{{ $_ := set $d "d" (list $d) }}'
SHARED = "{{- $a := list 1 }}{{ range until 60 }}{{ $a = list $a $a }}{{ end }}"
SHARED_MAPS = '{{- $a := dict "v" 1 }}{{ range until 60 }}{{ $a = dict "x" $a "y" $a }}{{ end }}'
LONG = '{{- $s := repeat 30000000 "a" }}'
WORDS = '{{- $s := repeat 5000000 "a b " }}'

REFUSED = {
    "include-self": '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
    "include-mutual": '{{ define "a" }}{{ include "b" . }}{{ end }}{{ define "b" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
    "include-many-names": "".join(f'{{{{ define "t{n}" }}}}{{{{ include "t{n + 1}" . }}}}{{{{ end }}}}' for n in range(3000))
    + '{{ define "t3000" }}{{ end }}{{ include "t0" . }}',
    "include-tree": "".join(
        f'{{{{ define "t{n}" }}}}{{{{ include "t{n + 1}" . }}}}{{{{ include "t{n + 1}" . }}}}{{{{ end }}}}' for n in range(60)
    )
    + '{{ define "t60" }}{{ end }}{{ include "t0" . }}',
    "template-self": '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
    "template-tree": "".join(
        f'{{{{ define "t{n}" }}}}{{{{ template "t{n + 1}" . }}}}{{{{ template "t{n + 1}" . }}}}{{{{ end }}}}' for n in range(60)
    )
    + '{{ define "t60" }}{{ end }}{{ template "t0" . }}',
    "tpl-self": '{{ $t := "{{ tpl .t . }}" }}{{ tpl $t (dict "t" $t "Template" .Template) }}',
    "tpl-growing": '{{ $t := "{{ tpl (cat .t .t) (dict `t` (cat .t .t) `Template` .Template) }}" }}{{ tpl $t (dict "t" $t "Template" .Template) }}',
    "tpl-new-texts": '{{ range $i := until 900000 }}{{ tpl (printf "{{ %d }}" $i) $ }}{{ end }}',
    "tpl-defines": '{{ range $i := until 900000 }}{{ tpl (printf "{{ define `x%d` }}{{ end }}" $i) $ }}{{ end }}',
    "tpl-deep-text": '{{ tpl (printf "{{ %s1%s }}" (repeat 100000 "(") (repeat 100000 ")")) . }}',
    "tpl-blocks": '{{ tpl (printf "%s%s" (repeat 5000 "{{ if 1 }}") (repeat 5000 "{{ end }}")) . }}',
    "tpl-long": '{{ tpl (repeat 1000000 "{{ 1 }}") . }}',
    "range-until": "{{ range until 200000000 }}{{ end }}",
    "range-int": "{{ range 200000000 }}{{ end }}",
    "range-nested": "{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}",
    "range-nested-quiet": "{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}",
    "range-printf": '{{ range 100000 }}{{ range 100000 }}{{ $_ := printf "%v%d%s" . 1 "x" }}{{ end }}{{ end }}',
    "range-regex": '{{ range 100000 }}{{ range 100000 }}{{ $_ := regexReplaceAll "(a+)+$" "aaaaaaaaaaaaaaaaaaab" "x" }}{{ end }}{{ end }}',
    "range-hash": '{{ $s := repeat 1000000 "x" }}{{ range 100000 }}{{ $_ := sha512sum $s }}{{ end }}',
    "range-fills-map": '{{ $d := dict }}{{ range until 900000 }}{{ $_ := set $d (toString .) (repeat 1000 "x") }}{{ end }}',
    "range-fills-list": "{{ $l := list }}{{ range until 900000 }}{{ $l = append $l . }}{{ end }}",
    "range-out": '{{ $s := repeat 1000000 "x" }}{{ range until 1000000 }}{{ $s }}{{ end }}',
    "straight-out": '{{ $s := repeat 10000000 "x" }}' + "{{ $s }}" * 1000,
    "straight-held": "".join(f'{{{{ $v{n} := repeat 30000000 "x" }}}}' for n in range(100)),
    "repeat": '{{ repeat 4000000000 "x" }}',
    "repeat-negative": '{{ repeat -1 "x" }}',
    "double-printf": GROW % '(printf "%s%s" $s $s)',
    "double-print": GROW % "(print $s $s)",
    "double-println": GROW % "(println $s $s)",
    "double-cat": GROW % "(cat $s $s)",
    "double-join": GROW % '(join "" (list $s $s))',
    "double-quote": GROW % "(quote $s $s)",
    "double-squote": GROW % "(squote $s $s)",
    "double-replace": GROW % '(replace "x" "xx" $s)',
    "double-regex": GROW % '(regexReplaceAll "x" $s "xx")',
    "double-html": GROW % "(html $s $s)",
    "double-js": GROW % "(js $s $s)",
    "double-urlquery": GROW % "(urlquery $s $s)",
    "double-b64": GROW % "(b64enc (b64enc $s))",
    "double-b32": GROW % "(b32enc $s)",
    "double-json": GROW % "(toJson (list $s $s))",
    "double-yaml": GROW % "(toYaml (list $s $s))",
    "double-yaml-pretty": GROW % "(toYamlPretty (list $s $s))",
    "double-toml": GROW % '(toToml (dict "a" $s "b" $s))',
    "double-string-of-list": GROW % "(toString (list $s $s))",
    "double-include": '{{ define "d" }}{{ . }}{{ . }}{{ end }}' + GROW % '(include "d" $s)',
    "double-tpl": GROW % '(tpl "{{ .s }}{{ .s }}" (dict "s" $s "Template" $.Template))',
    "double-aes": GROW % '(encryptAES "k" $s)',
    "double-indent": GROW % '(indent 100000 (replace " " "\\n" $s))',
    "nindent": '{{ nindent 1000000000 "x" }}',
    "indent-lines": '{{ indent 100000 (repeat 100000 "\\n") }}',
    "indent-negative": '{{ indent -5 "x" }}',
    "seq": "{{ seq 1 100000000 }}",
    "seq-step": "{{ seq 0 3 900000000000000000 }}",
    "until-negative": "{{ until -900000000000 }}",
    "until-step": "{{ untilStep 0 9000000000000000000 1 }}",
    "rand-alpha": "{{ randAlpha 1000000000 }}",
    "rand-alnum": "{{ randAlphaNum 1000000000 }}",
    "rand-ascii": "{{ randAscii 1000000000 }}",
    "rand-numeric": "{{ randNumeric 1000000000 }}",
    "rand-bytes": "{{ randBytes 1000000000 }}",
    "rand-int": "{{ randInt 9000000000000000000 -9000000000000000000 }}",
    "split-letters": LONG + '{{ len (splitList "" $s) }}',
    "split-map": WORDS + '{{ len (split " " $s) }}',
    "regex-split": LONG + '{{ len (regexSplit "" $s -1) }}',
    "regex-find-all": LONG + '{{ len (regexFindAll "a" $s -1) }}',
    "concat": "{{- $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}",
    "chunk": "{{ $l := until 1000000 }}{{ range until 1000 }}{{ $c := chunk 1 $l }}{{ end }}",
    "cycle-print": CYCLE + "{{ $d }}",
    "cycle-printf": CYCLE + '{{ printf "%v" $d }}',
    "cycle-printf-verbose": CYCLE + '{{ printf "%#v" $d }}',
    "cycle-printf-quoted": CYCLE + '{{ printf "%q" $d }}',
    "cycle-quote": CYCLE + "{{ quote $d }}",
    "cycle-string": CYCLE + "{{ toString $d }}",
    "cycle-must-json": CYCLE + "{{ mustToJson $d }}",
    "cycle-must-pretty-json": CYCLE + "{{ mustToPrettyJson $d }}",
    "cycle-raw-json": CYCLE + "{{ mustToRawJson $d }}",
    "cycle-must-yaml": CYCLE + "{{ mustToYaml $d }}",
    "cycle-must-toml": CYCLE + "{{ mustToToml $d }}",
    "cycle-copy": CYCLE + "{{ $_ := deepCopy $d }}",
    "cycle-must-copy": CYCLE + "{{ $_ := mustDeepCopy $d }}",
    "cycle-list-copy": LIST_CYCLE + "{{ $_ := mustDeepCopy $d }}",
    "cycle-list-print": LIST_CYCLE + "{{ print $d }}",
    "cycle-merge": CYCLE + '{{- $e := dict "a" 1 }}{{ $_ := set $e "x" (dict "x" $e) }}{{ $_ := merge $d $e }}',
    "shared-print": SHARED + "{{ $a }}",
    "shared-printf": SHARED + '{{ printf "%#v %d" $a $a }}',
    "shared-json": SHARED + "{{ mustToJson $a }}",
    "shared-pretty-json": SHARED + "{{ mustToPrettyJson $a }}",
    "shared-yaml": SHARED + "{{ mustToYaml $a }}",
    "shared-yaml-pretty": SHARED + "{{ toYamlPretty $a }}",
    "shared-copy": SHARED + "{{ $_ := mustDeepCopy $a }}",
    "shared-maps-print": SHARED_MAPS + "{{ $a }}",
    "shared-maps-json": SHARED_MAPS + "{{ mustToJson $a }}",
    "shared-maps-yaml": SHARED_MAPS + "{{ mustToYaml $a }}",
    "shared-maps-toml": SHARED_MAPS + "{{ mustToToml $a }}",
    "shared-maps-copy": SHARED_MAPS + "{{ $_ := mustDeepCopy $a }}",
    "shared-maps-merge": SHARED_MAPS
    + '{{- $b := dict "v" 2 }}{{ range until 60 }}{{ $b = dict "x" $b "y" $b }}{{ end }}{{ $_ := merge $a $b }}',
    "private-keys": '{{ range until 60 }}{{ $_ := genPrivateKey "rsa" }}{{ end }}',
    "authorities": '{{ range until 1000 }}{{ $_ := genCA "x" 1 }}{{ end }}',
    "derive-password": '{{ range until 1000 }}{{ $_ := derivePassword 1 "long" "password" "user" "site" }}{{ end }}',
    "bcrypt": '{{ range until 1000 }}{{ $_ := htpasswd "u" "p" }}{{ end }}',
    "regex-repeats": '{{ mustRegexMatch "((a{0,1000}){0,1000}){0,1000}" "aaaa" }}',
    "regex-many": '{{ range $i := until 100000 }}{{ $_ := mustRegexMatch (printf "(x{1,900}[^a]{0,%d}){1,9}" (mod $i 1000)) "xxxx" }}{{ end }}',
    "regex-depth": '{{ mustRegexMatch (printf "%sa%s" (repeat 100000 "(") (repeat 100000 ")")) "a" }}',
    "must-from-json-deep": '{{ mustFromJson (repeat 1000000 "[") }}',
    "semver-long": '{{ semver (repeat 1000000 "1") }}',
    "semver-constraint-long": '{{ semverCompare (repeat 1000000 ">1,") "1.2.3" }}',
    "to-date": '{{ mustToDate (repeat 1000000 "2006") "x" }}',
    "parentheses": "{{ " + "(" * 100_000 + "1" + ")" * 100_000 + " }}",
    "blocks": "{{ if 1 }}" * 20_000 + "{{ end }}" * 20_000,
    "unclosed": "{{ if 1 }}" * 100_000,
    "pipeline": "{{ 1" + " | quote" * 200_000 + " | nosuch }}",
    "comment": "{{/* " + "x" * 5_000_000,
    "raw-string": "{{ `" + "x" * 5_000_000,
    "shuffle": LONG + "{{ shuffle $s | len }}",
    "kinds-of-depth": '{{- $a := list 1 }}{{ range until 100000 }}{{ $a = list $a }}{{ end }}{{ mustToJson $a | len }}{{ fail "through" }}',
    "deep-copy-depth": "{{- $a := list 1 }}{{ range until 100000 }}{{ $a = list $a }}{{ end }}{{ mustDeepCopy $a }}",
    "deep-print": "{{- $a := list 1 }}{{ range until 100000 }}{{ $a = list $a }}{{ end }}{{ print $a }}",
    "output-yaml-nesting": '{{ repeat 1000000 "[" }}',
    "output-many-documents": "{{ range until 900000 }}\n---\na: {{ . }}\n{{ end }}",
    "output-huge": '{{ $s := repeat 1000 "x" }}{{ range until 60000 }}- {{ $s }}\n{{ end }}',
}
"""Templates that must be refused."""


BY_CLOCK = {
    "range-regex", "range-hash", "range-fills-list", "chunk", "private-keys", "authorities", "derive-password", "bcrypt",
    "shared-json", "shared-maps-print", "shared-maps-json", "shared-maps-toml", "shared-maps-merge", "tpl-new-texts", "tpl-defines",
    "output-many-documents", "output-huge", "include-tree",
}  # fmt: skip
"""What only the clock ends, or nearly so. It is set to a second for these, so that the suite need not wait; for the others it is not."""

TEXTS = {
    "include-self": "rendering template has a nested reference name: a: unable to execute template",
    "include-mutual": "rendering template has a nested reference name: a: unable to execute template",
    "include-many-names": "exceeded maximum template depth",
    "template-self": "exceeded maximum template depth (100000)",
    "template-tree": "more than 10000000 turns of loops and executions of templates",
    "range-until": "error calling until: the result would have 200000000 elements: more than the limit of 1000000",
    "range-int": "more than 10000000 turns of loops and executions of templates",
    "range-printf": "this chart takes longer than 8 seconds of computing",
    "range-fills-map": "this chart takes more than 224 MiB of memory",
    "range-out": "the output is longer than 67108864 characters",
    "repeat": "error calling repeat: the result would have 4000000000 bytes: more than the limit of 33554432",
    "repeat-negative": "error calling repeat: strings: negative Repeat count",
    "double-printf": "error calling printf: the text would be longer than 33554432 characters",
    "cycle-must-json": "json: unsupported value: encountered a cycle via map[string]interface {}",
    "cycle-copy": "deepCopy: values nest too deeply, or are part of themselves",
    "shared-copy": "deepCopy: more than 1000000 maps and lists",
    "private-keys": "this chart takes longer than 1 seconds of computing",
    "regex-repeats": "error parsing regexp: invalid repeat count",
    "must-from-json-deep": "exceeded max depth",
    "parentheses": "parse error at (small/templates/a.yaml:1): max expression depth exceeded",
    "output-yaml-nesting": "YAML parse error on small/templates/a.yaml: error converting YAML to JSON: yaml: exceeded max depth of 10000",
}
"""What some of the errors say: Helm's own words where it has the limit, ours where it has none."""


@pytest.mark.parametrize("name", REFUSED)
def test_a_template_without_end_is_refused(name: str, tmp_path: pathlib.Path) -> None:
    chart(tmp_path / "small", templates__a_yaml=REFUSED[name])
    environ = {SECONDS_VARIABLE: "1"} if name in BY_CLOCK else {}
    found = steersman("template", "./small", folder=tmp_path, environ=environ)
    refused(found, TEMPLATE_SECONDS)
    assert TEXTS.get(name, "") in found.err


def test_the_clock_leaves_time_to_end() -> None:
    assert SECONDS <= TEMPLATE_SECONDS - 2


@pytest.mark.parametrize(
    "command", [("lint", "./small"), ("template", "./small", "--debug"), ("install", "x", "./small", "--dry-run=client")]
)
def test_every_command_that_renders_is_bounded(command: tuple[str, ...], tmp_path: pathlib.Path) -> None:
    chart(tmp_path / "small", templates__a_yaml=REFUSED["range-printf"])
    refused(steersman(*command, folder=tmp_path, environ={SECONDS_VARIABLE: "1"}), TEMPLATE_SECONDS)
    chart(tmp_path / "other" / "small", templates__a_yaml=REFUSED["range-fills-map"])
    refused(steersman(*command, folder=tmp_path / "other"), TEMPLATE_SECONDS)


def test_the_budget_can_be_set(tmp_path: pathlib.Path) -> None:
    """0 is without bound; a chart that needs more than is allowed renders once it is allowed; what is no number is refused."""
    chart(
        tmp_path / "small",
        templates__a_yaml='# {{ $s := repeat 30000000 "x" }}{{ $t := repeat 30000000 "y" }}{{ len (list $s $t) }}',
    )
    assert steersman("template", "./small", folder=tmp_path).status == 0
    little = {MEBIBYTES_VARIABLE: "20"}
    # The memory is looked at every few milliseconds: a loop gives it the time.
    chart(tmp_path / "more" / "small", templates__a_yaml='# {{ $s := repeat 30000000 "x" }}{{ range until 1000000 }}{{ end }}')
    assert "more than 20 MiB" in refused(steersman("template", "./small", folder=tmp_path / "more", environ=little))
    assert steersman("template", "./small", folder=tmp_path / "more", environ={MEBIBYTES_VARIABLE: "0"}).status == 0
    for text in ("x", "-1", "nan", "inf"):
        assert "is no number of MiB" in refused(
            steersman("template", "./small", folder=tmp_path, environ={MEBIBYTES_VARIABLE: text})
        )


def test_the_library_is_bounded_without_a_clock(tmp_path: pathlib.Path) -> None:
    """What does not depend on the budget of a process: depth, turns, texts and elements are bounded for callers of the library, too."""
    # Those that take long without a budget are left to the command line, which has one.
    names = ("range-nested", "double-printf", "shared-copy", "cycle-merge", "straight-out", "tpl-self")
    for name in names:
        chart(tmp_path / name / "small", templates__a_yaml=REFUSED[name])
    program = (
        "import sys, steersman\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n"
        "        steersman.render(steersman.load_chart(f'{name}/small'))\n"
        "    except steersman.Error:\n"
        "        print('refused', name)\n"
        "    else:\n"
        "        print('rendered', name)\n"
    )
    found = run("-c", program, *names, folder=tmp_path)
    assert found.out.splitlines() == [f"refused {name}" for name in names], found
