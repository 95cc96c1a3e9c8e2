"""YAML against sigs.k8s.io/yaml and go-yaml: what is read, refused and written (pairs/yaml.jsonl)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.pairs import pairs
from steersman.golang import yaml

PAIRS = pairs("yaml")
CONVERTING = "error converting YAML to JSON: "


def outcome(read: Any, *arguments: Any, **options: Any) -> tuple[Any, str | None]:
    try:
        return read(*arguments, **options), None
    except yaml.YamlError as error:
        return None, str(error)


def as_floats(text: str) -> str:
    """JSON text in one spelling, every number as Go's `any` holds it."""
    return json.dumps(json.loads(text, parse_int=float), sort_keys=True)


@pytest.mark.parametrize(("number", "pair"), PAIRS)
def test_the_value_or_the_error_is_gos(number: int, pair: dict[str, Any]) -> None:
    if not pair:
        pytest.skip("no pairs")
    value, error = outcome(yaml.load, pair["in"])
    assert error == pair.get("unmarshal_error")
    if error is None:
        assert json.dumps(value, sort_keys=True) == as_floats(pair["json"])


@pytest.mark.parametrize(("number", "pair"), PAIRS)
def test_the_json_is_gos(number: int, pair: dict[str, Any]) -> None:
    # The pairs are of Go 1.26, which escaped U+FFFD where it stood for a byte that is no UTF-8. Go 1.27, of which Helm 4.3.1
    # is built, writes the character.
    expected = "json" in pair and pair["json"].replace("\\ufffd", "\ufffd")
    assert outcome(yaml.to_json, pair["in"]) == (expected or None, pair.get("json_error"))


@pytest.mark.parametrize(("number", "pair"), PAIRS)
def test_strict_reading_refuses_what_go_refuses(number: int, pair: dict[str, Any]) -> None:
    _, error = outcome(yaml.load, pair["in"], strict=True)
    assert (error and error.removeprefix(CONVERTING)) == pair.get("strict_error")


@pytest.mark.parametrize(("number", "pair"), PAIRS)
def test_maps_and_lists_are_asked_for_as_in_templates(number: int, pair: dict[str, Any]) -> None:
    unreadable = pair.get("unmarshal_error")
    assert outcome(yaml.load_map, pair["in"])[1] == (unreadable or pair.get("fromYaml_Error"))
    assert outcome(yaml.load_list, pair["in"])[1] == (unreadable or pair.get("fromYamlArray_Error"))


@pytest.mark.parametrize(("number", "pair"), PAIRS)
def test_the_value_is_written_as_go_writes_it(number: int, pair: dict[str, Any]) -> None:
    if "toYaml" not in pair:
        assert "unmarshal_error" in pair
        return
    value = yaml.load(pair["in"])
    assert yaml.dump(value).removesuffix("\n") == pair["toYaml"]
    assert yaml.dump_pretty(value).removesuffix("\n") == pair["toYamlPretty"]
