"""Reading the head of a simple document without YAML gives what reading it as YAML gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from steersman.errors import GoError
from steersman.manifest.heads import Head, read_head_as_yaml
from steersman.manifest.simple import simple_head

KEYS = [
    "apiVersion:", "kind:", "metadata:", "name:", "annotations:", "spec:", "a:", '"q r":', "'s':", "x/y.z:", "Kind:", "null:", "y:",
    "1:", "b :", "helm.sh/hook:", "<<:", "? a", ".inf:", "~:",
]  # fmt: skip
VALUES = [
    "", "", "", "x", "v1", "3", "1e6", "true", "null", "~", '"x y"', "'it''s'", '"a\\n"', "{}", "[]", "[a, b]", '["a", 1]', "|", ">-", "|+",
    "a: b", "a:b", "x # c", "x#c", "#c", "- y", "-y", "--y", "*x", "&x", "!t", "{a: b}", "[a", "'open", '"open', ".inf", "-.nan", "x  ",
    "2001-01-01", "0x1F", "a:", "%", "@", "`", "é", "\u2028", "\t", "a\tb", "---", "...", "a ?", "1:30", "+1", "=", "<<", "-", "a, b", "a]",
    '"x"y', "'x' # c", "[a b , c]", "[-a, --b]", "[,]", "[a,]", "| # c", "|2", "x: # c",
]  # fmt: skip
LINES = st.tuples(
    st.sampled_from([0, 0, 0, 2, 2, 2, 4, 4, 1, 3, 6]),
    st.sampled_from(["", "", "", "- ", "-", "-   ", "- - "]),
    st.sampled_from([*KEYS, ""]),
    st.sampled_from([" ", " ", " ", "", "  "]),
    st.sampled_from(VALUES),
).map(lambda line: " " * line[0] + "".join(line[1:]))
DOCUMENTS = st.lists(LINES | st.sampled_from(["", "  ", "# c", "    # c", "\t", "...", "--- x"]), max_size=9).map("\n".join)


@settings(max_examples=1500, deadline=None)
@given(DOCUMENTS, st.sampled_from(["", "\n", "\n\n", "  "]))
def test_simple_heads_are_heads(text: str, tail: str) -> None:
    """Where `simple_head` answers, YAML finds no fault and the same head."""
    found = simple_head(text + tail)
    if found is not None:
        try:
            expected: Head | str = read_head_as_yaml(text + tail)
        except GoError as error:
            expected = error.message
        assert Head(*found) == expected


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["v1", "apps/v1", '"v1"']),
    st.sampled_from(["ConfigMap", "Pod", "'Job'"]),
    st.sampled_from(["a", "release-name", '"x"', "3"]),
    st.dictionaries(
        st.sampled_from(["a", "helm.sh/hook", '"b"', "c.d/e"]), st.sampled_from(["x", '"5"', "-5", "true", "'a,b'"]), min_size=1
    ),
    st.sampled_from(["data:\n  a: |\n    x: y\n\n    z\n", "spec:\n  l:\n  - a\n  - b: c\n    d: {}\n", ""]),
)
def test_usual_documents_are_simple(version: str, kind: str, name: str, annotations: dict[str, str], rest: str) -> None:
    """What charts render is read without YAML: otherwise the short way would be there for nothing."""
    lines = "".join(f"    {key}: {value}\n" for key, value in annotations.items())
    text = f"# Source: a\napiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n  annotations:\n{lines}{rest}"
    found = simple_head(text)
    assert found is not None
    assert Head(*found) == read_head_as_yaml(text)
