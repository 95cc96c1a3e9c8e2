"""Files and flags become one tree, in Helm's order."""

from __future__ import annotations

import pytest

from steersman.errors import ValuesError
from steersman.values import Overlay, compose

FILES = {"one": b"a: {x: 1, z1: 1}\nb: 1\n", "two": b"a: {z1: 2}\nb: null\n---\nc: 3\n", "text": b"caf\xc3\xa9\xff"}


def test_the_order_of_files_and_flags() -> None:
    tree = compose(
        Overlay(
            files=("one", "two"),
            json_values=('{"a": {"z": 5}}', "j=[1]"),
            values=("a.x=9,s=1",),
            string_values=("s=2",),
            file_values=("f=text",),
            literal_values=("l=a,b\\c",),
        ),
        FILES.__getitem__,
    )
    assert tree == {
        "a": {"x": 9, "z1": 2.0, "z": 5.0}, "b": None, "c": 3.0, "j": [1.0], "s": "2", "f": "café\udcff", "l": "a,b\\c",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("overlay", "text"),
    [
        (Overlay(values=("a",)), 'failed parsing --set data: key "a" has no value'),
        (Overlay(string_values=("a",)), 'failed parsing --set-string data: key "a" has no value'),
        (Overlay(json_values=("a={",)), "failed parsing --set-json data a={"),
        (Overlay(json_values=('{"a"',)), 'failed parsing --set-json data JSON: {"a"'),
        (
            Overlay(files=("list",)),
            "failed to parse list: cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: "
            "json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
    ],
)
def test_the_texts_of_errors(overlay: Overlay, text: str) -> None:
    with pytest.raises(ValuesError) as raised:
        compose(overlay, {"list": b"- a\n"}.__getitem__)
    assert str(raised.value) == text
