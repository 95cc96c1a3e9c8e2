"""Files into a post-renderer's stream and back. What is expected was written by kyaml v0.21.2."""

from __future__ import annotations

import pytest

from steersman.errors import Cancelled, SourceError
from steersman.manifest.postrender import PostRenderError, annotate_and_merge, post_render, split_and_deannotate

NAME = "postrenderer.helm.sh/postrender-filename"


def test_the_file_is_named_in_an_annotation() -> None:
    assert annotate_and_merge({"t/a.yaml": "kind: A\nmetadata:\n  name: a\n"}) == (
        f"kind: A\nmetadata:\n  name: a\n  annotations:\n    {NAME}: 't/a.yaml'\n"
    )


def test_files_go_by_the_bytes_of_their_names_and_partials_stay() -> None:
    merged = annotate_and_merge({"b": "n: 1", "a/_x": "n: 2", "a/y": "n: 3\n---\nn: 4", "B": "n: 5", "c": " \n"})
    assert [line for line in merged.split("\n") if line.startswith("n:")] == ["n: 5", "n: 3", "n: 4", "n: 1"]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("a: 1 # line\n# foot\n\n# head\nb:\n- x # of x\n# below\n", id="comments"),
        pytest.param('a: "q"\nb: \'s\'\nc: |\n  lit\nd: >-\n  fold\ne: {f: [g, "h"]}\n', id="styles"),
        pytest.param("a: &x\n  b: !!str 1\nc: *x\nd: !own e\n", id="anchors and tags"),
        pytest.param(f"a: {'word ' * 60}end\n", id="long lines"),
        pytest.param("yes: no\non: off\nold: 0777\nday: 2020-01-01\n", id="words of YAML 1.1"),
    ],
)
def test_a_document_comes_back_as_it_was(document: str) -> None:
    assert split_and_deannotate(annotate_and_merge({"f": document})) == {"f": document}


@pytest.mark.parametrize(
    ("document", "back"),
    [
        pytest.param("a:\n    b:\n      - c\n", "a:\n  b:\n  - c\n", id="indentation"),
        pytest.param("a: &d {b: c}\ne:\n  <<: *d\n", "a: &d {b: c}\ne:\n  !!merge <<: *d\n", id="merge keys"),
        pytest.param('a: "\U0001f600"\n', 'a: "\\U0001F600"\n', id="characters that v3 does not print"),
        pytest.param("metadata: null\na: b\n", "a: b\n", id="empty metadata"),
        pytest.param("metadata:\n  annotations: {}\n  name: a\n", "metadata:\n  name: a\n", id="empty annotations"),
        pytest.param("# of the file\n\n# of a\na: b\n", "# of the file\n\n# of a\na: b\n", id="the document's own head"),
        pytest.param("a: b\n...\nc: d\n", "a: b\n", id="a second document after dots"),
    ],
)
def test_a_document_is_written_anew(document: str, back: str) -> None:
    assert split_and_deannotate(annotate_and_merge({"f": document})) == {"f": back}


def test_a_list_alone_in_a_document_is_unwrapped() -> None:
    merged = annotate_and_merge({"f": "kind: List\nitems:\n- kind: A\n- kind: B\n"})
    assert merged.count(NAME) == 2
    assert split_and_deannotate(merged) == {"f": "kind: A\n---\nkind: B\n"}


def test_the_names_of_new_documents_count_all_documents() -> None:
    text = f"kind: A\n---\nkind: B\nmetadata:\n  annotations:\n    {NAME}: f\n---\nkind: C\n"
    assert split_and_deannotate(text) == {
        "generated-by-postrender-0.yaml": "kind: A\n",
        "f": "kind: B\n",
        "generated-by-postrender-2.yaml": "kind: C\n",
    }
    assert "generated-by-postrender-hooks-0.yaml" in split_and_deannotate(text, "hooks")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("- a\n", "parsing f: wrong node kind: expected MappingNode but got SequenceNode: node contents:\n- a\n"),
        ("a: *b\n", "parsing f: MalformedYAMLError: yaml: unknown anchor 'b' referenced"),
        ("a: 1\nb: 'x\n", "parsing f: MalformedYAMLError: yaml: line 2: found unexpected end of stream"),
        (
            "kind: List\nitems:\n- a\n",
            "annotating f: wrong node kind: expected MappingNode but got ScalarNode: node contents:\na\n",
        ),
    ],
)
def test_errors_are_kyamls(text: str, error: str) -> None:
    with pytest.raises(PostRenderError) as raised:
        annotate_and_merge({"f": text})
    assert raised.value.message == error


def test_a_separator_with_content_is_refused() -> None:
    with pytest.raises(PostRenderError, match=r"^error parsing YAML: invalid document separator: ---b: c$"):
        split_and_deannotate("a: b\n---b: c\nd: e\n")


def test_what_fails_in_between_says_where() -> None:
    def fails(_: str) -> str:
        raise SourceError("no")

    with pytest.raises(PostRenderError, match=r"^error while running post render on files: no$"):
        post_render({"f": "a: b"}, fails)
    with pytest.raises(PostRenderError, match=r"^error merging manifests: parsing f: "):
        post_render({"f": "a: b: c"}, str)
    with pytest.raises(PostRenderError, match=r"^error while parsing post rendered output: error parsing YAML: "):
        post_render({"f": "a: b"}, lambda _: "a: b: c")


def test_a_cancelled_run_stays_cancelled() -> None:
    def stops(_: str) -> str:
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        post_render({"f": "a: b"}, stops)


@pytest.mark.parametrize("text", ["a: " + "[" * 20_000, "- " * 11_000 + "a", "a: " + "{b: " * 15_000])
def test_deep_nesting_ends_in_an_error(text: str) -> None:
    with pytest.raises(PostRenderError, match="exceeded max depth of 10000"):
        annotate_and_merge({"f": text})


def test_aliases_are_not_written_out() -> None:
    levels = ["a0: &a0 x"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 60)]
    merged = annotate_and_merge({"f": "\n".join(levels)})
    assert len(merged) < 10_000
