"""Explanations as data: frames and notes for one chart and one error each."""

from __future__ import annotations

from time import process_time

import pytest

from steersman.chart import File, load
from steersman.errors import Error
from steersman.manifest import parse as parse_manifest
from steersman.manifest.parse import ParseError as ManifestParseError
from steersman.objects.capabilities import Capabilities
from steersman.rendering.engine import render
from steersman.rendering.env import ReleaseFacts, RenderEnv
from steersman.rendering.excerpts import MASK, Frame, masked, sounds_secret
from steersman.rendering.explain import MAX_FRAMES, Explanation, explain
from steersman.values import to_render_values
from steersman.values.origins import Given

VALUES = """\
image:
  repository: nginx
  tag: "1"
replicas: 3
ports:
  - name: http
    number: 80
  - name: admin
hosts: {}
more: 'a: {{ .Values.image.nope.x }}'
"""


def explained(template: str, *, helpers: str = "", values: str = VALUES, config: dict[str, object] | None = None) -> Explanation:
    """What is said of a template that fails, in a chart with these helpers and defaults."""
    files = {
        "Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
        "values.yaml": values,
        "templates/a.yaml": template,
        "templates/_h.tpl": helpers,
    }
    chart = load([File(name, text.encode()) for name, text in files.items()])
    env = RenderEnv(Capabilities(), ReleaseFacts("r"), now=lambda: 0, random=bytes)
    try:
        render(chart, to_render_values(chart, config or {}), env)
    except Error as error:
        return explain(error.within(chart=chart, config=config or {}), ())
    raise AssertionError("the template rendered")


def marked(frame: Frame) -> str:
    """What is underlined in a frame."""
    line = next(line for line in frame.lines if line.end > line.start)
    return line.text[line.start : line.end]


def marks(explanation: Explanation) -> list[str]:
    return [marked(frame) for frame in explanation.frames if frame.lines]


@pytest.mark.parametrize(
    ("template", "expression"),
    [
        ("a: {{ .Values.image.x.y }}", ".Values.image.x.y"),
        ("a: {{ $.Values.image.x.y }}", "$.Values.image.x.y"),
        ("é: {{ $x := .Values.image }}{{ $x.a.b }}", "$x.a.b"),
        ('a: {{ (index .Values "image").x.y }}', '"image"'),
        ('a: {{ ( .Values.image ).x.y | default "z" }}', ".Values.image"),
        ("a: {{ (.Values.image).tag.x.y }}", ".Values.image"),
        ("a: {{ trunc .Values.image .Values.more }}", ".Values.image"),
        ("a: {{ if gt .Values.image 3 }}{{ end }}", "gt .Values.image 3"),
        ("a: {{ range .Values.image.x.y }}{{ end }}", ".Values.image.x.y"),
        ("a: {{ with .Values.image.x.y }}{{ end }}", ".Values.image.x.y"),
        ('a: {{ template "nothing" . }}', '"nothing" .'),
        ("a:\n{{-\n.Values.image.x.y\n-}}", ".Values.image.x.y"),
        ('a: {{ include\n "b" . }}', "include"),
    ],
)
def test_the_failing_expression_is_underlined(template: str, expression: str) -> None:
    assert marks(explained(template))[0] == expression


@pytest.mark.parametrize(
    ("template", "token"),
    [
        ("a: {{ nope .Values }}", "nope"),
        ("a: {{ $x }}", "$x"),
        ("a: {{ .a b }}", "b"),
        ('a: {{ "abc }}', '"abc }}'),
        ("a: {{ else }}", "else"),
        ("a\n{{ if .a }}\nb {{ if .b }}{{ end }}", "if .a"),
        ("a\n{{ range .a -}} {{ else }}\nb", "range .a"),
        ("a {{ .b ", "{{ .b"),
    ],
)
def test_the_token_that_cannot_be_parsed_is_underlined(template: str, token: str) -> None:
    assert marks(explained(template)) == [token]


@pytest.mark.parametrize(
    ("template", "note"),
    [
        ("{{ .Values.image.repo.x }}", ".Values.image.repo is not set; did you mean .Values.image.repository (c/values.yaml:2)?"),
        ("{{ with .Values.image }}{{ .repo.x }}{{ end }}", ".Values.image.repo is not set; did you mean .Values.image.repository (c/values.yaml:2)?"),
        ("{{ with $v := .Values }}{{ $v.replicas.x }}{{ end }}", ".Values.replicas is a number, not a table (c/values.yaml:4)"),
        ("{{ $x := 1 }}{{ $x = .Values.replicas }}{{ $x.y.z }}", ".Values.replicas is a number, not a table (c/values.yaml:4)"),
        ("{{ if .Values.replicas }}{{ else }}{{ end }}{{ .Values.replicas.y }}", ".Values.replicas is a number, not a table (c/values.yaml:4)"),
        ("{{ range .Values.ports }}{{ .number.x }}{{ end }}", ".Values.ports[0].number is a number, not a table (c/values.yaml:7)"),
        ("{{ range $i, $p := .Values.ports }}{{ required \"n\" $p.number }}{{ end }}", ".Values.ports[1].number is not set"),
        ("{{ range $k, $v := .Values.image }}{{ $v.x }}{{ end }}", ".Values.image.repository is a string, not a table (c/values.yaml:2)"),
        ("{{ required \"h\" .Values.hosts.main }}", ".Values.hosts.main is not set; --set hosts.main=… sets it, or a file given with -f"),
        ("{{ .Values.hosts.main | required \"h\" | quote }}", ".Values.hosts.main is not set; --set hosts.main=… sets it, or a file given with -f"),
        ("{{ if not .Values.replica }}{{ fail \"x\" }}{{ end }}", ".Values.replica is not set; did you mean .Values.replicas (c/values.yaml:4)?"),
        ("{{ b64enc .Values.ports }}", ".Values.ports is a list (c/values.yaml:5)"),
        ("{{ .Values.replicas | b64enc }}", ".Values.replicas is a number (c/values.yaml:4)"),
        ("{{ index .Values.image \"tagg\" \"x\" }}", ".Values.image.tagg is not set; did you mean .Values.image.tag (c/values.yaml:3)?"),
        ("{{ dig \"tag\" \"x\" \"y\" .Values.image }}", ".Values.image.tag is a string, not a table (c/values.yaml:3)"),
        ("{{ (index .Values \"image\").x.y }}", ".Values.image.x is not set; --set image.x=… sets it, or a file given with -f"),
        ("{{ ( .Values.image ).repo.y }}", ".Values.image.repo is not set; did you mean .Values.image.repository (c/values.yaml:2)?"),
        ("{{ .Vaules.image.tag }}", ".Vaules is not set; did you mean .Values?"),
        ("{{ .Release.Naem.x }}", ".Release.Naem is not set; did you mean .Release.Name?"),
        ("{{ .Chart.appVersion.x }}", ".Chart.appVersion is not set; did you mean .Chart.AppVersion?"),
        ("{{ $x := upper .Values.replica }}{{ if not $x }}{{ fail \"z\" }}{{ end }}", ".Values.replica is not set; did you mean .Values.replicas (c/values.yaml:4)?"),
        ("{{ .Values.my-image.x }}", 'a name with a dash in it is written as (index .Values "my-image")'),
        ("{{ .Values.my-image }}{{ .Values.other-image }}", 'a name with a dash in it is written as (index .Values "my-image")'),
        ("{{ toYml . }}", "there is no function toYml; did you mean toYaml?"),
    ],
)  # fmt: skip
def test_what_is_said_of_the_value(template: str, note: str) -> None:
    assert explained(template).notes == (note,)


@pytest.mark.parametrize("template", ['{{ fail "x" }}', '{{ "x" | atoi | b64enc }}', '{{ $x := dict "a" 1 }}{{ $x.a.b.c }}'])
def test_nothing_is_said_of_what_is_no_value(template: str) -> None:
    assert explained(template).notes == ()


def test_the_way_through_definitions_is_followed() -> None:
    helpers = (
        '{{ define "a" }}{{ template "b" (dict "of" .Values.image "all" $) }}{{ end }}\n'
        '{{ define "b" }}{{ with .of }}{{ include "c" . }}{{ end }}{{ end }}\n'
        '{{ define "c" }}{{ .repo.x }}{{ end }}\n'
    )
    found = explained('x: {{ . | include "a" }}', helpers=helpers)
    assert [(frame.word, frame.place) for frame in found.frames] == [
        ("at", "c/templates/_h.tpl:3:20"),
        ("reached from", "c/templates/_h.tpl:2:34"),
        ("reached from", "c/templates/_h.tpl:1:29"),
        ("reached from", "c/templates/a.yaml:1:11"),
    ]
    assert marks(found) == [".repo.x", 'include "c" .', '"b" (dict "of" .Values.image "all" $)', 'include "a"']
    assert found.notes == (".Values.image.repo is not set; did you mean .Values.image.repository (c/values.yaml:2)?",)


def test_a_text_given_to_tpl() -> None:
    found = explained("{{ tpl .Values.more . }}")
    assert [frame.place for frame in found.frames] == ["text given to tpl:1:7", "c/templates/a.yaml:1:4"]
    assert found.notes == (".Values.image.nope is not set; --set image.nope=… sets it, or a file given with -f",)


def test_a_text_given_to_tpl_that_cannot_be_parsed() -> None:
    found = explained("{{ tpl .Values.more . }}", values="more: '{{ nope }}'\n")
    assert marks(found) == ["nope", "tpl .Values.more ."]
    assert found.notes == (".Values.more is a string (c/values.yaml:1)",)


def test_a_text_given_to_tpl_that_may_be_secret_is_not_shown() -> None:
    found = explained("{{ tpl .Values.more . }}", values="more: 'password: hunter2 {{ .Values.x.y }}'\n")
    assert found.frames[0].lines == ()


def test_a_long_way_is_shortened() -> None:
    helpers = '{{ define "r" }}{{ if lt (int .n) 50 }}{{ include "r" (dict "n" (add1 .n) "all" .all) }}{{ end }}{{ .all.Values.x.y }}{{ end }}'
    found = explained('{{ include "r" (dict "n" 1 "all" .) }}', helpers=helpers)
    assert len(found.frames) == MAX_FRAMES + 1
    assert [frame.place for frame in found.frames if not frame.lines] == ["43 more places"]
    assert found.notes == (".Values.x is not set; --set x=… sets it, or a file given with -f",)


def test_names_of_templates() -> None:
    found = explained('\n{{ include "c.labls" . }}', helpers='\n{{ define "c.labels" }}{{ end }}')
    assert found.notes == ('there is no template "c.labls"; did you mean "c.labels" (c/templates/_h.tpl:2)?',)


def test_flags_and_files_of_the_user() -> None:
    files = {"Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "templates/a.yaml": "{{ .Values.a.b.c }}"}
    chart = load([File(name, text.encode()) for name, text in files.items()])
    config: dict[str, object] = {"a": {"b": 3}}
    env = RenderEnv(Capabilities(), ReleaseFacts("r"), now=lambda: 0, random=bytes)
    with pytest.raises(Error) as caught:
        render(chart, to_render_values(chart, config), env)
    error = caught.value.within(chart=chart, config=config)
    for sources, place in (
        ((Given("-f", "prod.yaml", "a:\n  b: 3\n"),), "prod.yaml:2"),
        ((Given("-f", "-", None),), "standard input"),
        ((), "given before"),
    ):
        assert explain(error, sources).notes == (f".Values.a.b is a number, not a table ({place})",)


def test_rendered_lines() -> None:
    rendered = {"c/templates/a.yaml": "\nkind: A\n---\nkind: Secret\ndata:\n  x: y\n z: a\n"}
    with pytest.raises(ManifestParseError) as caught:
        parse_manifest(rendered)
    (frame,) = explain(caught.value.within(rendered=rendered)).frames
    assert (frame.word, frame.place) == ("in", "c/templates/a.yaml, rendered, line 7")
    assert [(line.number, line.text) for line in frame.lines] == [(5, "data:"), (6, "  x: •••"), (7, " z: •••")]


@pytest.mark.parametrize(
    ("text", "number", "mark"),
    [
        ("kind: A\nmetadata:\n  annotations:\n    a: b\n    c: {x: y}\n", 5, "c"),
        ("kind: [a]\n", 1, "kind"),
        ("KIND: [a]\n", 1, "KIND"),
        ("- a\n", 1, "-"),
        ("metadata:\n  name: {}\n", 2, "name"),
        ("x: 1\nmetadata: x\n", 2, "metadata"),
        ("a: b\nc: d: e\n", 2, ":"),
        ("a:\n\tb: c\n", 2, "\t"),
        ("a: [b\n", 1, ""),
    ],
)
def test_what_is_wrong_in_rendered_lines_is_underlined(text: str, number: int, mark: str) -> None:
    rendered = {"c/templates/a.yaml": text}
    with pytest.raises(ManifestParseError) as caught:
        parse_manifest(rendered)
    (frame,) = explain(caught.value.within(rendered=rendered)).frames
    line = next(line for line in frame.lines if line.end > line.start)
    assert (line.number, line.text[line.start : line.end]) == (number, mark)


def test_the_conditions_of_a_caller_decide_where_there_are_none_within() -> None:
    found = explained(
        '{{ if and .Values.image.tag (not .Values.replica) }}{{ include "no" . }}{{ end }}',
        helpers='{{ define "no" }}{{ fail "x" }}{{ end }}',
    )
    assert found.notes == (
        ".Values.image.tag is a string (c/values.yaml:3)",
        ".Values.replica is not set; did you mean .Values.replicas (c/values.yaml:4)?",
    )


def test_a_document_to_show_that_there_is_not() -> None:
    error = Error("could not find template").within(
        wanted="templates/ingres.yaml", among=("templates/ingress.yaml", "templates/x.yaml")
    )
    assert explain(error).notes == ("did you mean templates/ingress.yaml?",)


def test_an_error_of_another_kind_has_no_explanation() -> None:
    assert explain(Error("no")) == Explanation()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password: a", f"password: {MASK}"),
        ("dbPassword: 'a'", f"dbPassword: {MASK}"),
        ("API_KEY: a", f"API_KEY: {MASK}"),
        ("tls:\n  key: |\n    abc\n    def\n  port: 1", f"tls:\n  key: |\n    {MASK}\n    {MASK}\n  port: 1"),
        ("auth:\n  user: a\nb: c", f"auth:\n  user: {MASK}\nb: c"),
        ("env:\n- name: DB_PASSWORD\n  value: a\n- name: X\n  value: b", f"env:\n- name: DB_PASSWORD\n  value: {MASK}\n- name: X\n  value: b"),
        ("kind: Secret\ndata:\n  a: b\n---\nkind: A\ndata:\n  a: b", f"kind: Secret\ndata:\n  a: {MASK}\n---\nkind: A\ndata:\n  a: b"),
        ("kind: Secret\nmetadata:\n  name: a", "kind: Secret\nmetadata:\n  name: a"),
        ("a: {password: x}", f"a: {MASK}"),
        ("url: postgres://u:p@host/x", f"url: postgres://{MASK}@host/x"),
        ("a: 0123456789abcdef0123456789abcdef", f"a: {MASK}"),
        ("password:\nhunter2", f"password:\n{MASK}"),
        ("  password hunter2", f"  {MASK}"),
        ("monkey: a\nkeyboard: b\nauthor: c\npassage: d", "monkey: a\nkeyboard: b\nauthor: c\npassage: d"),
        ("image:\n  tag: 1\n # a comment\n- x", "image:\n  tag: 1\n # a comment\n- x"),
    ],
)  # fmt: skip
def test_secrets_are_masked(text: str, shown: str) -> None:
    assert "\n".join(masked(text.split("\n"))) == shown


@pytest.mark.parametrize(
    "line",
    [
        "a" * 500_000,
        "a: " + "b" * 500_000,
        "a: {" + "b-" * 250_000,
        "a: " + "://" * 150_000,
        "- " * 250_000,
        "a:" * 250_000,
        "." * 500_000,
    ],
    ids=["word", "value", "flow", "urls", "dashes", "colons", "dots"],
)
def test_masking_takes_time_in_proportion(line: str) -> None:
    started = process_time()
    masked([line])
    assert process_time() - started < 2


def test_near_names_of_hostile_tables_take_bounded_time() -> None:
    values = {"x" * 60 + str(number): {} for number in range(900)}
    found = explained("{{ .Values.a.b }}", values="".join(f"{name}: {{}}\n" for name in values))
    assert found.notes == (".Values.a is not set; --set a=… sets it, or a file given with -f",)


def test_a_long_way_through_long_texts_is_not_searched_whole() -> None:
    helpers = '{{ define "r" }}{{ if lt (int .n) 300 }}{{ include "r" (dict "n" (add1 .n) "all" .all) }}{{ end }}{{ .all.Values.x.y }}{{ end }}'
    started = process_time()
    found = explained('{{ include "r" (dict "n" 1 "all" .) }}', helpers=helpers + "{{ .x }}" * 20_000)
    assert process_time() - started < 30
    assert len(found.frames) == MAX_FRAMES + 1
    assert found.notes == ()


def test_which_names_sound_secret() -> None:
    secret = "password adminPassword DB_PASS passphrase clientSecret token accessKey api-key tlsCert privateKey pwd auth"
    plain = "name keyboard monkey author authority passage image replicas certificateIssuer"
    assert [name for name in secret.split() if not sounds_secret(name)] == []
    assert [name for name in plain.split() if sounds_secret(name)] == []
