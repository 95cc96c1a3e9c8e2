"""Rendering a chart: order, dots, include and tpl, and the texts of what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from steersman.chart.files import File
from steersman.chart.model import Chart, Metadata, placed
from steersman.errors import NotFound, TemplateError
from steersman.rendering.engine import compile_chart, load_compiled, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.rendering.env import RenderEnv


def chart(
    templates: dict[str, str], *inner: Chart, name: str = "top", kind: str = "", files: dict[str, str] | None = None
) -> Chart:
    return placed(
        Chart(
            metadata=Metadata(name=name, version="1.0.0", api_version="v2", type=kind),
            templates=tuple(File(f"templates/{path}", text.encode()) for path, text in templates.items()),
            files=tuple(File(path, text.encode()) for path, text in (files or {}).items()),
            dependencies=inner,
        )
    )


def rendered(which: Chart, env: RenderEnv, values: Any = None) -> dict[str, str]:
    return {source.path: source.text for source in render(which, {} if values is None else values, env)}


def failure(which: Chart, env: RenderEnv, values: Any = None) -> str:
    with pytest.raises(TemplateError) as caught:
        rendered(which, env, values)
    return caught.value.message


def test_of_two_definitions_the_first_file_of_the_top_wins(env: RenderEnv) -> None:
    sub = chart({"_x.tpl": '{{ define "name" }}sub{{ end }}'}, name="sub")
    top = chart(
        {"a.tpl": '{{ define "name" }}a{{ end }}', "b.tpl": '{{ define "name" }}b{{ end }}', "z.yaml": '{{ include "name" . }}'},
        sub,
    )
    assert rendered(top, env)["top/templates/z.yaml"] == "a"


def test_the_dot_of_a_chart_is_one_map_and_a_subchart_has_its_own(env: RenderEnv) -> None:
    sub = chart({"s.yaml": "{{ .Values.x }} {{ .Chart.Name }} {{ .Chart.IsRoot }} {{ .Template.Name }}"}, name="sub")
    top = chart(
        {
            "b.yaml": '{{ $_ := set .Values "seen" "yes" }}{{ .Release.Name }}/{{ .Release.Namespace }}/{{ .Release.Revision }}',
            "a.yaml": "{{ .Values.seen }} {{ .Subcharts.sub.Values.x }} {{ .Template.BasePath }} {{ .Chart.name }}",
        },
        sub,
    )
    assert rendered(top, env, {"sub": {"x": 1}}) == {
        "top/charts/sub/templates/s.yaml": "1 sub false top/charts/sub/templates/s.yaml",
        "top/templates/b.yaml": "demo/space/1",
        "top/templates/a.yaml": "yes 1 top/templates ",
    }


def test_partials_and_libraries_give_no_files(env: RenderEnv) -> None:
    library = chart({"_l.tpl": '{{ define "l" }}from the library{{ end }}', "not.yaml": "{{ bad"}, name="lib", kind="Library")
    top = chart({"_p.tpl": "x", "NOTES.txt": '{{ include "l" . }}'}, library)
    assert rendered(top, env) == {"top/templates/NOTES.txt": "from the library"}


def test_tpl_sees_the_chart_and_keeps_what_it_defines(env: RenderEnv) -> None:
    text = '{{ define "a" }}outer{{ end }}{{ tpl "{{ define \\"a\\" }}inner{{ end }}{{ include \\"a\\" . }}{{ .x }}" (dict) }} {{ include "a" . }}'
    assert rendered(chart({"t": text}), env)["top/templates/t"] == "inner outer"


def test_no_value_is_cut(env: RenderEnv) -> None:
    assert rendered(chart({"t": '[{{ .Values.missing }}]<no value>{{ tpl "<no value>" . }}'}), env)["top/templates/t"] == "[]"


def test_files(env: RenderEnv) -> None:
    text = '{{ .Files.Get "a.txt" }}|{{ .Files.Get "none" }}|{{ (.Files.Glob "c/*").AsConfig }}|{{ (.Files.Glob "c/*").AsSecrets }}|{{ range .Files.Lines "c/l" }}<{{ . }}>{{ end }}|{{ range $name, $data := .Files }}{{ $name }} {{ end }}'
    files = {"a.txt": "A", "c/l": "1\n2\n"}
    assert rendered(chart({"t": text}, files=files), env)["top/templates/t"] == "A||l: |\n  1\n  2|l: MQoyCg==|<1><2>|a.txt c/l "


def test_capabilities(env: RenderEnv) -> None:
    text = '{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion | quote }} {{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.APIVersions.Has "apps/v1" }} {{ .Capabilities.APIVersions.Has "x/v1" }} {{ .Capabilities.HelmVersion.Version }} {{ semverCompare ">=1.20-0" .Capabilities.KubeVersion.Version }}'
    assert rendered(chart({"t": text}), env)["top/templates/t"] == 'v1.37.0 "{v1.37.0 v1.37.0 1 37}" 37 true false v4.3.1 true'


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{{ nope }}", 'parse error at (top/templates/t:1): function "nope" not defined'),
        ('{{ required "give it" .Values.x }}', "execution error at (top/templates/t:1:3): give it"),
        ('\n{{ include "f" . }}{{ define "f" }}{{ fail "two\nlines" | quote }}{{ end }}'.replace("\nlines", "\\nlines"), "execution error at (top/templates/t:2:3): two\nlines"),
        (
            '{{ include "f" . }}{{ define "f" }}{{ .Values.a.b }}{{ end }}',
            'top/templates/t:1:3\n  executing "top/templates/t" at <include "f" .>:\n    error calling include:\n'
            'top/templates/t:1:45\n  executing "f" at <.Values.a.b>:\n    nil pointer evaluating interface {}.b',
        ),
        (
            "{{ index .Values.l 3 }}",
            'template: top/templates/t:1:3: executing "top/templates/t" at <index .Values.l 3>: error calling index: index of untyped nil',
        ),
        (
            '{{ tpl "{{ .a" . }}',
            'template: top/templates/t:1:3: executing "top/templates/t" at <tpl "{{ .a" .>: error calling tpl: cannot parse template "{{ .a": '
            "template: gotpl:1: unclosed action",
        ),
        (
            '{{ include "none" . }}',
            'top/templates/t:1:3\n  executing "top/templates/t" at <include "none" .>:\n    error calling include:\n'
            'template: no template "none" associated with template "gotpl"',
        ),
    ],
)  # fmt: skip
def test_errors_read_as_helms(text: str, error: str, env: RenderEnv) -> None:
    assert failure(chart({"t": text}), env) == error


def test_including_oneself_ends(env: RenderEnv) -> None:
    text = '{{ define "loop" }}{{ include "loop" . }}{{ end }}{{ include "loop" . }}'
    assert failure(chart({"t": text}), env).endswith(
        "rendering template has a nested reference name: loop: unable to execute template"
    )


def test_lint_mode_lets_required_and_fail_pass(env: RenderEnv) -> None:
    said: list[str] = []
    text = '[{{ required "r" .Values.x }}{{ fail "f" }}{{ lookup "v1" "Pod" "" "" }}]'
    lenient = env.replace(lint=True, warn=said.append, lookup=lambda *asked: {"a": 1})
    assert rendered(chart({"t": text}), lenient)["top/templates/t"] == "[map[]]"
    assert said == ["missing required value: r", "funcMap fail: f"]


def test_strict_mode_refuses_missing_keys(env: RenderEnv) -> None:
    assert 'map has no entry for key "x"' in failure(chart({"t": "{{ .Values.x }}"}), env.replace(strict=True))


def test_lookup(env: RenderEnv) -> None:
    text = '{{ lookup "v1" "Pod" "ns" "a" }}'
    assert rendered(chart({"t": text}), env)["top/templates/t"] == "map[]"
    online = env.replace(lookup=lambda *asked: {"asked": list(asked)})
    assert rendered(chart({"t": text}), online)["top/templates/t"] == "map[asked:[v1 Pod ns a]]"

    def refuse(*asked: str) -> dict[str, object]:
        raise NotFound("the server said no")

    assert failure(chart({"t": text}), env.replace(lookup=refuse)).endswith("error calling lookup: the server said no")


def test_hosts_are_resolved_only_where_allowed(env: RenderEnv) -> None:
    text = '{{ getHostByName "h" }}'
    assert rendered(chart({"t": text}), env)["top/templates/t"] == ""
    assert rendered(chart({"t": text}), env.replace(resolve_host=lambda name: ["10.0.0.1"]))["top/templates/t"] == "10.0.0.1"
    assert failure(chart({"t": text}), env.replace(resolve_host=lambda name: [])).endswith("invalid argument to Intn")


def test_a_compiled_chart_is_used_again_and_survives_being_written_down(env: RenderEnv) -> None:
    which = chart({"t": '{{ include "f" . }}{{ define "f" }}{{ .Values.x | quote }}{{ end }}'})
    library = compile_chart(which)
    assert [render(which, {"x": x}, env, library)[0].text for x in (1, "b")] == ['"1"', '"b"']
    again = load_compiled(library.dumps())
    assert render(which, {"x": 2}, env, again)[0].text == '"2"'


def test_own_functions(env: RenderEnv, run: Callable[..., str]) -> None:
    from steersman.template import Function

    with_own = env.replace(functions={"shout": Function(lambda text: f"{text}!", ("string",))})
    assert rendered(chart({"t": '{{ shout "a" }}'}), with_own)["top/templates/t"] == "a!"


def test_values_have_helms_methods(env: RenderEnv) -> None:
    text = '{{ .Values.AsMap }} {{ (.Values.Table "a.b").c }} {{ .Values.PathValue "a.b.c" }} {{ .Values.YAML }}'
    assert rendered(chart({"t": text}), env, {"a": {"b": {"c": 1}}})["top/templates/t"] == (
        "map[a:map[b:map[c:1]]] 1 1 a:\n  b:\n    c: 1\n"
    )
    assert failure(chart({"t": '{{ .Values.Table "x" }}'}), env).endswith('"x" is not a table')
