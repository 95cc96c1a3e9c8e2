"""Files become a chart."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from steersman.chart import File, Note, crds, load
from steersman.chart import archive as archives
from steersman.chart.metadata import read_metadata
from steersman.errors import ChartError
from steersman.golang.yaml import YamlError

HEAD = "apiVersion: v2\nname: top\nversion: 1.0.0\n"


def files(**texts: str) -> list[File]:
    """File(s) by name, `__` for `/` and `_yaml` for `.yaml`."""
    return [File(name.replace("__", "/").replace("_yaml", ".yaml"), text.encode()) for name, text in texts.items()]


def tgz(*members: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, text in members:
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return gzip.compress(buffer.getvalue(), mtime=0)


def test_an_infinite_number_is_a_text_where_a_text_is_wanted() -> None:
    metadata = read_metadata(HEAD + "description: .inf\nannotations: {a: .nan}\nkeywords: [-.inf]\n")
    assert (metadata.description, metadata.annotations, metadata.keywords) == ("+Inf", {"a": "NaN"}, ("-Inf",))
    with pytest.raises(YamlError, match=r"^error converting YAML to JSON: json: unsupported value: NaN$"):
        read_metadata(HEAD + "description: .inf\nkeywords: {a: .nan}\n")


def test_spellings_of_one_map_are_merged() -> None:
    metadata = read_metadata(HEAD + "annotations: {b: 2}\nAnnotations: {a: 1, b: 1}\n")
    assert metadata.annotations == {"a": "1", "b": "2"}


def test_which_file_goes_where() -> None:
    chart = load(
        [
            *files(Chart_yaml=HEAD, values_yaml="a: 1\n---\na: {b: 2}\nc: 3\n", templates__a_yaml="x", templates__sub__b="y"),
            *files(README="r", crds__one_yaml="kind: X", charts__sub__Chart_yaml=HEAD.replace("top", "sub")),
            *files(charts__sub__crds__two_yaml="kind: Y", charts___hidden__x=""),
            File("values.schema.json", b"{}"),
            File("charts/sub-1.tgz.prov", b"signed"),
        ]
    )
    assert chart.values == {"a": {"b": 2.0}, "c": 3.0}
    assert chart.schema == b"{}"
    assert [file.name for file in chart.templates] == ["templates/a.yaml", "templates/sub/b"]
    assert [file.name for file in chart.files] == ["README", "crds/one.yaml", "charts/sub-1.tgz.prov"]
    assert [inner.full_path() for inner in chart.dependencies] == ["top/charts/sub"]
    assert [each.path for each in crds(chart)] == ["top/crds/one.yaml", "top/charts/sub/crds/two.yaml"]
    assert len(chart.raw) == 11


def test_the_texts_of_chart_yaml_as_go_reads_them() -> None:
    metadata = load(
        files(
            Chart_yaml="APIVERSION: v2\nName: l\nversion: 1.10\nappVersion: 20230101\ndescription: 0755\nhome: 1e9\nicon: true\n"
            "keywords: [1, 1.50, y]\nannotations: {a: 1, c: yes, d: null}\nsources: null\ndeprecated: yes\n"
        )
    ).metadata
    assert (metadata.name, metadata.version, metadata.app_version) == ("l", "1.1", "20230101")
    assert (metadata.description, metadata.home, metadata.icon) == ("493", "1e+09", "true")
    assert metadata.keywords == ("1", "1.5", "true")
    assert metadata.annotations == {"a": "1", "c": "true", "d": ""}
    assert metadata.sources == ()
    assert metadata.deprecated is True


def test_version_1_charts_keep_their_requirements_in_a_file() -> None:
    old = HEAD.replace("apiVersion: v2\n", "")
    notes: list[Note] = []
    chart = load(files(Chart_yaml=old, requirements_yaml="dependencies: [{name: db, version: 1.x}]"), notes)
    assert chart.metadata.api_version == "v1"
    assert [each.name for each in chart.metadata.dependencies] == ["db"]
    assert [file.name for file in chart.files] == ["requirements.yaml"]
    assert notes == []
    assert load(files(Chart_yaml=HEAD, requirements_yaml="dependencies: []"), notes).files == ()
    assert [note.level for note in notes] == ["INFO"]


PREFIX = "error unmarshaling JSON: while decoding JSON: "


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"values_yaml": "a: 1"}, "unable to detect chart version, no Chart.yaml found"),
        ({"Chart_yaml": HEAD.replace("v2", "v9")}, "unsupported chart version"),
        ({"Chart_yaml": HEAD.replace("v2", "v3")}, "invalid chart apiVersion"),
        ({"Chart_yaml": ""}, "validation: chart.metadata.name is required"),
        ({"Chart_yaml": "- a"}, f"{PREFIX}json: cannot unmarshal array into Go value of type loader.chartBase"),
        (
            {"Chart_yaml": HEAD + "home: [1]"},
            f"{PREFIX}json: cannot unmarshal array into Go struct field .home of type string",
        ),
        (
            {"Chart_yaml": HEAD + "maintainers: [{name: {}}]"},
            f"{PREFIX}json: cannot unmarshal object into Go struct field .maintainers.0.name of type string",
        ),
        (
            {"Chart_yaml": HEAD + "dependencies: [{name: x, tags: 3}]"},
            f"{PREFIX}json: cannot unmarshal number into Go struct field .dependencies.0.tags of type []string",
        ),
        ({"Chart_yaml": HEAD + "maintainers: [null]"}, "validation: maintainers must not contain empty or null nodes"),
        (
            {"Chart_yaml": HEAD + 'dependencies: [{name: x, alias: "a b"}]'},
            'validation: dependency "x" has disallowed characters in the alias',
        ),
        ({"Chart_yaml": HEAD.replace("top", "../x")}, 'validation: chart.metadata.name "../x" is invalid'),
        ({"Chart_yaml": HEAD, "charts__sub__values_yaml": ""}, "error unpacking subchart sub in top: Chart.yaml file is missing"),
        (
            {"Chart_yaml": HEAD, "values_yaml": "a: 1\n--- b\n"},
            "cannot load values.yaml: error reading yaml document: invalid Yaml document separator: b",
        ),
    ],
)
def test_what_is_no_chart(given: dict[str, str], text: str) -> None:
    with pytest.raises(ChartError) as raised:
        load(files(**given))
    assert str(raised.value).removeprefix("cannot load Chart.yaml: ") == text


def test_a_lock_without_a_time_has_gos_zero_time() -> None:
    chart = load([*files(Chart_yaml=HEAD), File("Chart.lock", b"digest: sha256:0")])
    assert chart.lock is not None
    assert chart.lock.generated == "0001-01-01T00:00:00Z"


def test_archives_inside_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = [File(f"charts/{name}.tgz", tgz((f"{name}/Chart.yaml", HEAD.replace("top", name)))) for name in ("a", "b")]
    assert len(load([*files(Chart_yaml=HEAD), *inner]).dependencies) == 2
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 60)
    with pytest.raises(ChartError, match=r"error unpacking subchart b\.tgz in top: decompressed chart is larger"):
        load([*files(Chart_yaml=HEAD), *inner])


def test_charts_in_charts_without_end() -> None:
    many = [File("charts/x/" * depth + "Chart.yaml", HEAD.encode()) for depth in range(120)]
    with pytest.raises(ChartError, match="nested more than 100 deep"):
        load(many)
