"""Texts and the trees or errors that Go's text/template/parse makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.template.errors import ParseError
from steersman.template.nodes import source
from steersman.template.parser import parse

SKIP_FUNCTION_CHECK = 2
PARSE_COMMENTS = 1
GO_TEST_PAREN_DEPTH = 3
"""Go's own test of that limit runs with this in place of 10,000."""


@pytest.mark.parametrize(("number", "pair"), pairs("gotemplate_parse"))
def test_pair(number: int, pair: dict[str, Any]) -> None:
    functions = None if pair["mode"] & SKIP_FUNCTION_CHECK else set(pair["custom_funcs_maybe_used"])
    if functions is not None and "{{break 20}}" in pair["text"] and pair["error"] is None:
        functions.add("break")  # the pair does not name the function that its test defines
    depth = {"max_nesting": GO_TEST_PAREN_DEPTH} if pair["name"].startswith("paren nesting") else {}
    try:
        main, _ = parse(
            pair["name"],
            pair["text"],
            functions,
            pair["left"],
            pair["right"],
            comments=bool(pair["mode"] & PARSE_COMMENTS),
            **depth,
        )
        root = main.root
        printed, error = (
            {source(root, quote_text=True), source(root)},
            None,
        )  # Go's parser tests print texts with %q, others plain
    except ParseError as failure:
        printed, error = {""}, str(failure)
    assert error == pair["error"]
    assert pair["root"] in printed
