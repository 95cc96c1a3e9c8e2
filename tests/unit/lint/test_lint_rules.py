"""What the rules find, and in which order: charts are made in memory, no disk."""

from __future__ import annotations

from typing import Any

import pytest

from steersman.chart.files import File
from steersman.chart.loader import load
from steersman.errors import ChartError
from steersman.lint import Entry, Subject, lint
from steersman.lint.subject import FILE, FOLDER, UNKNOWN
from steersman.objects.capabilities import Capabilities, parse_kube_version
from steersman.rendering.env import ReleaseFacts, RenderEnv

HEAD = "apiVersion: v2\nname: small\nversion: 1.0.0\nicon: https://example.com/icon.svg\n"
OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"


def subject(**files: str) -> Subject:
    """A chart's folder; "__" in a name is a slash, "_" a dot."""
    texts = {"Chart_yaml": HEAD, "values_yaml": "a: 1\n", "templates__a_yaml": OBJECT, **files}
    named = {name.replace("__", "/").replace("_", "."): text.encode() for name, text in texts.items() if text is not None}
    held = tuple(File(name, data) for name, data in sorted(named.items()))

    def entry(name: str) -> Entry:
        if name in named:
            return Entry(FILE, named[name])
        return (
            Entry(FOLDER, problem=f"read {name}: is a directory") if any(key.startswith(f"{name}/") for key in named) else Entry()
        )

    return Subject(
        path="/charts/small",
        chart_file=entry("Chart.yaml"),
        values_file=entry("values.yaml"),
        schema_file=entry("values.schema.json"),
        templates=entry("templates"),
        definitions=entry("crds"),
        load=lambda: load(held, any_version=True),
    )


def world(version: str = "v1.37.0") -> RenderEnv:
    facts = ReleaseFacts("test-release", "default", 0, is_install=False)
    return RenderEnv(Capabilities(parse_kube_version(version)), facts, now=int, random=bytes, lint=True)


def found(
    values: dict[str, Any] | None = None, *, version: str = "v1.37.0", skip_schema: bool = False, **files: str
) -> list[str]:
    return [str(one) for one in lint(subject(**files), {} if values is None else values, world(version), skip_schema=skip_schema)]


def test_a_good_chart_has_no_findings() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", 5),
        (HEAD + "type: application\n", []),
        (HEAD + "flavour: sweet\n", ['failed to strictly parse chart metadata file\n\terror unmarshaling JSON: while decoding JSON: json: unknown field "flavour"']),
        (HEAD + "home: a\nhome: b\n", ['failed to strictly parse chart metadata file\n\terror converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key "home" already set in map']),
        (HEAD + "appVersion: 1.10\n", ["appVersion should be of type string but it's of type float64"]),
        (HEAD + "appVersion:\n", ["appVersion should be of type string but it's of type <nil>"]),
        (HEAD + "sources: [here]\n", ["invalid source URL 'here'"]),
        (HEAD + "maintainers: [{name: a, email: b}]\n", ["invalid email 'b' for maintainer 'a'"]),
        (HEAD + "maintainers: [{name: a, url: b}]\n", ["invalid url 'b' for maintainer 'a'"]),
        (HEAD.replace("1.0.0", "v1.2"), ["version 'v1.2' is not a valid SemVerV2"]),
        (HEAD.replace("v2", "v1") + "type: library\n", ["chart type is not valid in apiVersion 'v1'. It is valid in apiVersion 'v2'"]),
        (HEAD.replace("https://example.com/icon.svg", "icon"), ["invalid icon URL 'icon'"]),
    ],
)  # fmt: skip
def test_chart_yaml(text: str, messages: list[str] | int) -> None:
    lines = [line.partition(" Chart.yaml: ")[2] for line in found(Chart_yaml=text) if " Chart.yaml: " in line]
    assert (len(lines) if isinstance(messages, int) else lines) == messages


def test_a_broken_chart_yaml_ends_only_its_own_rules() -> None:
    lines = found(Chart_yaml="a: [", templates__b_yaml="{{ nonsense }}")
    assert lines[0].startswith("[ERROR] Chart.yaml: unable to parse YAML\n\terror converting YAML to JSON: yaml: line 1: ")
    assert [line.split(": ")[0] for line in lines[1:]] == ["[ERROR] templates/", "[ERROR] "]


def test_values_fit_the_schema_with_the_users_values() -> None:
    schema = '{"properties": {"a": {"type": "string"}}}'
    assert found(values_schema_json=schema)[0] == "[ERROR] values.yaml: - at '/a': got number, want string\n"
    assert found({"a": "x"}, values_schema_json=schema) == []
    assert found(values_schema_json=schema, skip_schema=True) == []


def test_the_charts_defaults_go_into_the_users_tables() -> None:
    """Helm's linter does so, and then looks the next chart over with them."""
    values: dict[str, Any] = {"a": {"mine": 1.0}}
    found(values, values_yaml="a: {default: 2}\nb: 3\n")
    assert values == {"a": {"mine": 1.0, "default": 2.0}}


def test_a_null_removes_no_default_from_templates() -> None:
    """Helm coalesces twice, and the second time the null is gone."""
    text = "metadata: {name: {{ if .Values.a }}there{{ else }}GONE{{ end }}}"
    assert found({"a": None}, templates__a_yaml=text) == []


def test_required_and_fail_let_pass() -> None:
    text = OBJECT + 'data: {a: "{{ required "needed" .Values.no }}{{ fail "no" }}{{ lookup "v1" "Pod" "" "" | len }}"}\n'
    assert found(templates__a_yaml=text) == []


def test_the_release_is_neither_installed_nor_upgraded() -> None:
    text = "metadata: {name: i-{{ .Release.IsInstall }}-{{ .Release.IsUpgrade }}-{{ .Release.Revision }}-{{ .Release.Name }}-}"
    assert '"i-false-false-0-test-release-"' in found(templates__a_yaml=text)[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  a: 1", '[WARNING] templates/a.yaml: document starts with an illegal indent: "  a: 1", which may cause parsing problems'),
        ("a: [", "[ERROR] templates/a.yaml: unable to parse YAML: error converting YAML to JSON: yaml: line 1: did not find expected node content"),
        ("{ {a", "[ERROR] templates/a.yaml: unable to parse YAML: json: offset 3: invalid character '{' looking for beginning of object key string"),
        ("a: 1\n--- b", "[ERROR] templates/a.yaml: unable to parse YAML: invalid Yaml document separator: b"),
        ("kind: Deployment\nmetadata: {name: x}", '[ERROR] templates/a.yaml: a Deployment must contain matchLabels or matchExpressions, and "x" does not'),
        ("kind: List\nmetadata: {name: x}\nitems: [{metadata: {annotations: {helm.sh/resource-policy: keep}}}]", "[ERROR] templates/a.yaml: annotation 'helm.sh/resource-policy' within List objects are ignored"),
        ("metadata: {name: [1]}", "[ERROR] templates/a.yaml: unable to parse YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field .metadata.name of type string"),
        ("kind: Role\nmetadata: {name: a/b%}", """[WARNING] templates/a.yaml: object name does not conform to Kubernetes naming requirements: "a/b%": [metadata.name: Invalid value: "a/b%": may not contain '/', metadata.name: Invalid value: "a/b%": may not contain '%']"""),
        ("x" * 65_536, "[WARNING] templates/a.yaml: bufio.Scanner: token too long"),
    ],
)  # fmt: skip
def test_rendered_objects(text: str, message: str) -> None:
    assert message in found(templates__a_yaml=text)


def test_names_of_templates() -> None:
    assert found(templates__a_json="x", templates__b="", templates__NOTES_txt="x", templates__c_tpl="x") == [
        "[ERROR] templates/a.json: file extension '.json' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt",
        "[ERROR] templates/b: file extension '' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt",
    ]


def test_what_is_no_yaml_ends_the_templates() -> None:
    lines = found(templates__a_yaml="a: [", templates__b_yaml="b: [", templates__c_json="x")
    assert len(lines) == 1


def test_dependencies() -> None:
    listed = HEAD + "dependencies: [{name: b, alias: c, version: 1.0.0}, {name: d, version: 1.0.0}]\n"
    assert found(Chart_yaml=listed, charts__a__Chart_yaml=HEAD.replace("small", "a")) == [
        "[ERROR] /charts/small: chart metadata is missing these dependencies: a",
        "[WARNING] /charts/small: chart directory is missing these dependencies: b,d",
    ]


def test_definitions() -> None:
    good = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    assert found(crds__a_yaml=good, crds__b_yaml=f"{good}---\n# nothing\n---\nkind: Other\n") == [
        "[ERROR] crds/b.yaml: apiVersion is not in 'apiextensions.k8s.io'",
        "[ERROR] crds/b.yaml: object kind is not 'CustomResourceDefinition'",
    ]
    lines = found(crds__a_yaml="{{ x }}", crds__b_yaml="kind: Other\n")
    assert lines == [
        "[ERROR] crds/a.yaml: unable to parse YAML: json: offset 2: invalid character '{' looking for beginning of object key string"
    ]


def test_folders_that_are_none() -> None:
    nothing = subject().replace(templates=Entry(FILE), definitions=Entry(FILE), values_file=Entry())
    assert [str(one) for one in lint(nothing, {}, world())] == [
        "[INFO] values.yaml: file does not exist",
        "[ERROR] templates/: not a directory",
        "[ERROR] crds/: not a directory",
    ]
    closed = subject().replace(templates=Entry(UNKNOWN, problem="stat t: permission denied"))
    assert [str(one) for one in lint(closed, {}, world())] == ["[ERROR] templates/: stat t: permission denied"]


def test_a_chart_that_does_not_load_is_said_by_each_rule_that_needs_it() -> None:
    def refuse() -> Any:
        raise ChartError("no")

    broken = subject(crds__a_yaml="x").replace(load=refuse)
    assert [str(one) for one in lint(broken, {}, world())] == [
        "[ERROR] templates/: no",
        "[ERROR] : unable to load chart\n\tno",
        "[ERROR] crds/: no",
    ]


def test_hostile_nesting_is_a_finding() -> None:
    """Depth in values, in rendered YAML and in JSON ends in a message, not in a stack overflow."""
    for text in ("a: " + "[" * 20_000, '{"a":' * 20_000, "a: " + "{a: " * 20_000):
        assert "unable to parse YAML" in found(templates__a_yaml=text)[-1]
    assert found(values_yaml="a: " + "{a: " * 20_000 + "}" * 20_000)[0].startswith("[ERROR] values.yaml: ")


@pytest.mark.parametrize(
    ("version", "warned"),
    [("v1.20.0", False), ("v1.21.0", True), ("v1.37.0", True), ("v0.0.0", True)],
)
def test_deprecated_apis(version: str, warned: bool) -> None:
    text = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: x}\n"
    warning = (
        "[WARNING] templates/a.yaml: policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+;"
        " use policy/v1 PodDisruptionBudget"
    )
    assert found(templates__a_yaml=text, version=version) == ([warning] if warned else [])
