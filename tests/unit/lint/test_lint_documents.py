"""The documents of a rendered text, read as Kubernetes' decoder of YAML or JSON reads them."""

from __future__ import annotations

import pytest

from steersman.errors import GoError
from steersman.lint.documents import Head, heads


def names(text: str) -> list[str | None]:
    return [None if head is None else head.name for head in heads(text)]


def test_fields_are_found_in_any_case_and_numbers_become_text() -> None:
    text = "APIVERSION: 1\nKind: true\nmetadata: {NAME: 20230101, namespace: 1.10}"
    assert list(heads(text)) == [Head("1", "true", "20230101", "1.1")]


def test_documents_are_cut_before_lines_of_dashes() -> None:
    text = "---\nmetadata: {name: a}\n---\n# nothing\n--- # more\nmetadata: {name: b}"
    assert names(text) == ["a", None, "b"]
    assert names(f"---\n{text}") == [None, "a", None, "b"]
    assert names("metadata: {name: a}\r\n---\r\nmetadata: {name: b}\r\n") == ["a", "b"]


def test_a_wrong_document_is_an_error_only_when_its_turn_comes() -> None:
    left = heads("metadata: {name: a}\n---\na: [\n")
    head = next(left)
    assert head is not None and head.name == "a"
    with pytest.raises(GoError) as raised:
        next(left)
    assert str(raised.value) == "error converting YAML to JSON: yaml: line 1: did not find expected node content"


def test_json_values_follow_each_other() -> None:
    assert names('{"metadata":{"name":"a"}} {"metadata":{"name":"b"}}\nnull') == ["a", "b", None]


def test_json_goes_on_as_yaml() -> None:
    assert names('{"metadata":{"name":"a"}}\n---\nmetadata: {name: b}\n') == ["a", "b"]
    assert names("{metadata: {name: a}}\n") == ["a"]
    assert list(heads('{"kind": 1}   ')) == [Head(kind="1")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ {a", "json: offset 3: invalid character '{' looking for beginning of object key string"),
        ("{", "unexpected EOF"),
        ('{"kind": {}}', "json: cannot unmarshal object into Go struct field .kind of type string"),
        ('{} {} {} {"kind": 5}', "json: cannot unmarshal number into Go struct field .kind of type string"),
        ('{} {} {} [', "unexpected EOF"),
        ('{"a": "\\u12x4"}', "json: offset 13: invalid escape sequence `\\u12x4` in string"),
        ("- a", "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type rules.k8sYamlStruct"),
        ("metadata: x", "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct field .metadata of type rules.k8sYamlMetadata"),
    ],
)  # fmt: skip
def test_errors(text: str, message: str) -> None:
    with pytest.raises(GoError) as raised:
        list(heads(text))
    assert str(raised.value) == message
