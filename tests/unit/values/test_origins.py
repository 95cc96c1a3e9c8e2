"""Where values come from, and which names may have been meant."""

from __future__ import annotations

import pytest

from steersman.chart import Chart, File, load
from steersman.values import Overlay, process_dependencies
from steersman.values.origins import Answer, Given, Origins, documents, dotted, given
from steersman.values.spelling import distance, near


def chart_of(files: dict[str, str], config: dict[str, object] | None = None) -> Chart:
    """A chart as it is rendered."""
    head = "apiVersion: v2\nname: top\nversion: 1.0.0\n"
    chart = load([File(name, text.encode()) for name, text in {"Chart.yaml": head, **files}.items()])
    return process_dependencies(chart, config)


def found(answer: Answer) -> str:
    return answer.found.place if answer.found is not None else ""


def file(name: str, text: str | None) -> Given:
    return Given("-f", name, text)


def test_the_last_source_wins() -> None:
    chart = chart_of({"values.yaml": "a:\n  b: 1\n  c: 2\n"})
    sources = (file("one.yaml", "a:\n  b: 3\n"), file("two.yaml", "x: 1\n\na: {b: 4}\n"))
    assert found(Origins(chart).of(("a", "b"))) == "top/values.yaml:2"
    assert found(Origins(chart, sources[:1]).of(("a", "b"))) == "one.yaml:2"
    assert found(Origins(chart, sources).of(("a", "b"))) == "two.yaml:3"
    assert found(Origins(chart, sources).of(("a", "c"))) == "top/values.yaml:3"
    assert found(Origins(chart, (*sources, Given("--set", "x=1,a.b=5"))).of(("a", "b"))) == "--set a.b"
    assert Origins(chart, sources).of(("a", "d")) == Answer()


def test_flags_come_in_the_order_in_which_they_are_laid_over_each_other() -> None:
    overlay = Overlay(
        files=("f",), values=("a=1",), string_values=("b=1",), json_values=("c=1",), file_values=("d=1",), literal_values=("e=1",)
    )
    assert [one.flag for one in given(overlay, lambda path: "")] == [
        "-f",
        "--set-json",
        "--set",
        "--set-string",
        "--set-file",
        "--set-literal",
    ]


@pytest.mark.parametrize(
    ("flag", "argument", "path", "place"),
    [
        ("--set", "a.b[1].c=x", ("a", "b", 1, "c"), "--set a.b[1].c"),
        ("--set", r"a\.b=x", ("a.b",), r"--set a\.b"),
        ("--set", "a={x,y}", ("a", 1), "--set a[1]"),
        ("--set-string", "a=1", ("a",), "--set-string a"),
        ("--set-json", 'a={"b":[1]}', ("a", "b", 0), "--set-json a.b[0]"),
        ("--set-json", '{"a":{"b":1}}', ("a", "b"), "--set-json a.b"),
        ("--set-file", "a=/no/such/file", ("a",), "--set-file a"),
        ("--set-literal", "a=b,c=d", ("a",), "--set-literal a"),
        ("--set", "a=1,b", ("a",), "--set a"),
    ],
)
def test_each_flag_tells_its_path_and_no_value(flag: str, argument: str, path: tuple[str | int, ...], place: str) -> None:
    assert found(Origins(None, (Given(flag, argument),)).of(path)) == place


def test_a_flag_changes_single_elements_of_a_list() -> None:
    sources = (file("one.yaml", "a:\n  - x\n  - y\n"), Given("--set", "a[1]=z"))
    assert found(Origins(None, sources).of(("a", 0))) == "one.yaml:2"
    assert found(Origins(None, sources).of(("a", 1))) == "--set a[1]"


def test_null_and_texts_hide_what_lies_below() -> None:
    chart = chart_of({"values.yaml": "a:\n  b: 1\n"})
    null = Origins(chart, (file("n.yaml", "a: null\n"),)).of(("a",))
    assert null.found is None
    assert null.hidden is not None and null.hidden.is_null and null.hidden.place == "n.yaml:1"
    assert null.beneath is not None and null.beneath.place == "top/values.yaml:1"
    text = Origins(chart, (file("n.yaml", "a: none\n"),)).of(("a", "b"))
    assert text.hidden is not None and not text.hidden.is_null
    assert Origins(chart, (Given("--set", "a=null"),)).of(("a",)).hidden is not None


def test_a_file_that_cannot_be_read_again_may_have_said_it() -> None:
    sources = (file("one.yaml", "a: 1\n"), file("-", None), file("two.yaml", "b: 1\n"))
    assert Origins(None, sources).of(("a",)).unread == ("-",)
    assert Origins(None, sources).of(("b",)).unread == ()


def test_charts_inside_charts() -> None:
    chart = chart_of(
        {
            "values.yaml": "sub:\n  a: 1\nglobal:\n  g: 1\n",
            "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
            "charts/sub/values.yaml": "a: 2\nb: 3\nglobal:\n  g: 2\n  h: 3\n",
        }
    )
    sub = chart.dependencies[0]
    assert Origins(chart).prefix(sub) == ("sub",)
    assert found(Origins(chart).of(("a",), sub)) == "top/values.yaml:2"
    assert found(Origins(chart).of(("b",), sub)) == "top/charts/sub/values.yaml:2"
    assert found(Origins(chart).of(("global", "g"), sub)) == "top/values.yaml:4"
    assert found(Origins(chart).of(("global", "h"), sub)) == "top/charts/sub/values.yaml:5"
    assert found(Origins(chart, (Given("--set", "global.g=3"),)).of(("global", "g"), sub)) == "--set global.g"
    assert found(Origins(chart, (Given("--set", "sub.b=3"),)).of(("b",), sub)) == "--set sub.b"


def test_imported_values_are_followed() -> None:
    chart = chart_of(
        {
            "Chart.yaml": "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies:\n  - name: sub\n    version: 1.0.0\n"
            "    import-values:\n      - data\n      - child: inner\n        parent: outer.of\n",
            "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
            "charts/sub/values.yaml": "exports:\n  data:\n    a: 1\ninner:\n  b: 2\n",
        }
    )
    assert chart.values["a"] == 1 and chart.values["outer"] == {"of": {"b": 2}}
    assert found(Origins(chart).of(("a",))) == "top/charts/sub/values.yaml:3"
    assert found(Origins(chart).of(("outer", "of", "b"))) == "top/charts/sub/values.yaml:5"


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a: 1\na: 2\n", ("a",), 2),
        ("x: &x\n  a: 1\ny:\n  <<: *x\n  b: 2\n", ("y", "a"), 2),
        ("x: &x\n  a: 1\ny: *x\n", ("y",), 3),
        ("yes: 1\n", ("true",), 1),
        ("8: 1\n", ("8",), 1),
        ('"yes": 1\n', ("yes",), 1),
        ("a:\n  - b: 1\n    c: 2\n", ("a", 0, "c"), 3),
        ("a: 1\n---\nb: 2\n---\na: 3\n", ("a",), 5),
        ("---\na: 1\n---\nb: 2\n", ("a",), 2),
        ("a: 1\r\nb: 2\r\n", ("b",), 2),
        ("a: 1\n---\nb: [\n", ("a",), 1),
    ],
)
def test_lines_of_files(text: str, path: tuple[str | int, ...], line: int) -> None:
    assert found(Origins(None, (file("f", text),)).of(path)) == f"f:{line}"


def test_a_very_long_file_is_not_read_with_positions() -> None:
    assert Origins(None, (file("f", "a: 1\n" + "#" * 3_000_000),)).of(("a",)) == Answer(unread=("f",))


def test_documents_know_their_first_lines() -> None:
    assert documents("a\n---\n---\nb\nc\n") == [(1, "a\n"), (3, "---\nb\nc\n")]


def test_dotted_escapes_what_set_would_cut_at() -> None:
    assert dotted(("a.b", "c,d", 3, "e=f")) == r"a\.b.c\,d[3].e\=f"


@pytest.mark.parametrize(
    ("word", "names", "meant"),
    [
        ("repo", ["repository", "tag", "pullPolicy"], ["repository"]),
        ("replicaCuont", ["replicaCount", "image"], ["replicaCount"]),
        ("replicacount", ["replicaCount"], ["replicaCount"]),
        ("pull-policy", ["pullPolicy"], ["pullPolicy"]),
        ("toYml", ["toYaml", "toToml", "toJson"], ["toYaml"]),
        ("host", ["image", "service"], []),
        ("a", ["b", "c"], []),
        ("port", ["port"], []),
        ("", ["a"], []),
        ("x" * 300, ["x" * 299], []),
    ],
)
def test_names_that_are_near(word: str, names: list[str], meant: list[str]) -> None:
    assert near(word, names) == meant


def test_distance_is_levenshteins() -> None:
    assert [distance("kitten", other) for other in ("kitten", "Kitten", "sitten", "sitting", "")] == [0, 0, 1, 3, 6]
