"""Values against a compiled schema: what is wrong, in Helm's order and grouping (santhosh-tekuri/jsonschema v6, validator.go).

A wrong type, constant or format ends the check of a value; everything else is collected. Where only the answer counts (`not`, `if`,
the rest of `oneOf`), the check is quick: it stops at the first finding and does not word it.
"""

from __future__ import annotations

from steersman.values.jsonschema.findings import GROUP, Finding, Number, all_quoted, group, localised, quoted, reference, shown
from steersman.values.jsonschema.node import TYPES, Node, SchemaError, go_quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.values.jsonschema.findings import Where

MAX_CHECKS = 100_000
"""How many times one validation may apply a schema to a value: references can multiply without going in circles. As many take half a
second; of a hundred public charts, none needs five hundred."""


def check(node: Node, value: object) -> Finding | None:
    """What is wrong with the value; None when nothing is. Raises SchemaError when finding out would take too long."""
    try:
        return _Application(_Budget(), node, value, None, None, 0, "", False).outcome(None)
    except RecursionError:
        raise SchemaError("the values or the schema are nested too deeply to be checked") from None


class _Budget:
    """What is left of MAX_CHECKS."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_CHECKS


class _Unseen:
    """The keys, or the indexes, of a value that no schema has looked at yet; for `unevaluatedProperties` and `…Items`."""

    __slots__ = ("indexes", "keys")

    def __init__(self, keys: set[str], indexes: set[int]) -> None:
        self.keys = keys
        self.indexes = indexes

    def keep(self, other: _Unseen | None) -> None:
        """Takes out what another schema has looked at."""
        self.keys &= other.keys if other is not None else set()
        self.indexes &= other.indexes if other is not None else set()


_FAILED = Finding(None, "")


class _Application:
    """One schema applied to one value. `around` is the application that led here, by the reference `keyword` if there was one;
    `number` tells values apart: the same number is the same value."""

    __slots__ = ("around", "budget", "findings", "keyword", "node", "number", "quick", "unseen", "value", "where")

    def __init__(
        self,
        budget: _Budget,
        node: Node,
        value: Any,
        where: Where | None,
        around: _Application | None,
        number: int,
        keyword: str,
        quick: bool,
    ) -> None:
        self.budget = budget
        self.node = node
        self.value = value
        self.where = where
        self.around = around
        self.number = number
        self.keyword = keyword
        self.quick = quick
        self.findings: list[Finding] = []
        self.unseen: _Unseen | None = None

    def outcome(self, unseen: _Unseen | None) -> Finding | None:
        """What is wrong. `unseen` is the caller's account of this value, if it keeps one; it is told what was looked at."""
        node, value = self.node, self.value
        self.budget.left -= 1
        if self.budget.left < 0:
            raise SchemaError(f"checking the values takes more than {MAX_CHECKS} steps", code="schema-too-complex")
        if node.always is not None:
            return None if node.always else Finding(self.where, "false schema")
        self.refuse_cycle()
        if self.findings:
            return self.findings[0]
        kind = _type_of(value)
        types = node.types
        if types is not None and kind not in types and not (kind == "number" and "integer" in types and _is_integer(value)):
            if self.quick:
                return _FAILED
            return Finding(self.where, f"got {kind}, want {' or '.join(each for each in TYPES if each in types)}")
        if node.const is not None and not _equal(value, node.const[0]):
            wanted = node.const[0]
            return Finding(self.where, "'const' failed" if isinstance(wanted, (list, dict)) else f"value must be {shown(wanted)}")
        if node.enum is not None and not any(_equal(value, each) for each in node.enum):
            return Finding(self.where, _enum_message(node.enum))
        if node.format:
            from steersman.values.jsonschema.formats import format_error

            why = format_error(node.format, value)
            if why is not None:
                return Finding(self.where, f"{shown(value)} is not valid {node.format}: {why}")
        if node.draft >= 2019:
            self.unseen = _unseen(node, value, unseen is not None and bool(unseen.keys or unseen.indexes))
        if node.ref is not None:
            self.refer(node.ref, "$ref")
            if node.draft < 2019:
                return self.findings[0] if self.findings else None
        if kind == "object":
            self.check_object(value)
        elif kind == "array":
            self.check_array(value)
        elif kind == "string":
            self.check_string(value)
        elif kind == "number":
            self.check_number(value)
        if not self.findings or not self.quick:
            if node.recursive_ref is not None or node.dynamic_ref is not None:
                self.check_dynamic()
            self.check_combined()
            if self.unseen is not None:
                self.check_unseen(self.unseen)
        if self.findings:
            return group(self.where, self.findings)
        if unseen is not None:
            unseen.keep(self.unseen)
        return None

    def refuse_cycle(self) -> None:
        """The same schema must not be applied to the same value while it is being applied to it."""
        around = self.around
        while around is not None and around.number == self.number:
            if around.node is self.node:
                self.find(
                    f"both {self.path()} and {around.path()} resolve to {go_quoted(self.node.location())} causing reference cycle"
                )
                return
            around = around.around

    def path(self) -> str:
        """The keywords from the root to here."""
        from steersman.values.jsonschema.findings import escaped

        text, here = "", self
        while here.around is not None:
            if here.keyword:
                text = f"/{escaped(here.keyword)}{text}"
            else:
                text = here.node.location()[len(here.around.node.location()) :] + text
            here = here.around
        return text

    def find(self, message: str, causes: list[Finding] | None = None) -> None:
        self.findings.append(Finding(self.where, message, causes or ()))

    def add(self, found: Finding | None) -> None:
        if found is not None:
            self.findings.append(found)

    def same(self, node: Node, *, quick: bool = False, keyword: str = "") -> Finding | None:
        """What another schema has against the same value."""
        return _Application(self.budget, node, self.value, self.where, self, self.number, keyword, quick or self.quick).outcome(
            self.unseen
        )

    def inner(self, node: Node, value: Any, token: str) -> Finding | None:
        """What a schema has against a part of the value."""
        return _Application(self.budget, node, value, (self.where, token), self, self.number + 1, "", self.quick).outcome(None)

    def refer(self, node: Node, keyword: str) -> None:
        found = self.same(node, keyword=keyword)
        if found is not None:
            self.findings.append(_FAILED if self.quick else reference(self.where, found))

    def needs(self, key: str, needed: list[str], value: dict[str, Any]) -> None:
        missing = [each for each in needed if each not in value]
        if missing:
            self.find(f"properties {all_quoted(missing)} required, if {quoted(key)} exists")
            self.findings[-1].missing = missing

    def bound(self, keyword: str, got: int, least: int | None, most: int | None) -> None:
        """`minX` and `maxX` of something counted."""
        if least is not None and got < least:
            self.find(f"min{keyword}: got {localised(got)}, want {localised(least)}")
        if most is not None and got > most:
            self.find(f"max{keyword}: got {localised(got)}, want {localised(most)}")

    def check_object(self, value: dict[str, Any]) -> None:
        node = self.node
        self.bound("Properties", len(value), node.min_properties, node.max_properties)
        if node.required:
            missing = [each for each in node.required if each not in value]
            if missing:
                self.find(f"missing {'property' if len(missing) == 1 else 'properties'} {all_quoted(missing)}")
                self.findings[-1].missing = missing
        if self.quick and self.findings:
            return
        for key, needed in node.dependencies.items():
            if key in value:
                if isinstance(needed, list):
                    self.needs(key, needed, value)
                else:
                    self.add(self.same(needed))
        if node.properties or node.pattern_properties or node.additional_properties is not None:
            self.check_properties(value)
        if node.property_names is not None:
            for key in value:
                found = _Application(self.budget, node.property_names, key, None, None, 0, "", self.quick).outcome(None)
                if found is not None:
                    self.find(f"invalid propertyName {quoted(key)}", list(found.causes) if found.kind == GROUP else [found])
        for key, schema in node.dependent_schemas.items():
            if key in value:
                self.add(self.same(schema))
        for key, needed in node.dependent_required.items():
            if key in value:
                self.needs(key, needed, value)

    def check_properties(self, value: dict[str, Any]) -> None:
        node = self.node
        properties, patterns, additional = node.properties, node.pattern_properties, node.additional_properties
        surplus: list[str] = []
        for key, inner in value.items():
            if self.quick and self.findings:
                return
            looked = False
            schema = properties.get(key)
            if schema is not None:
                looked = True
                self.add(self.inner(schema, inner, key))
            for pattern, schema in patterns:
                if pattern.match(key):
                    looked = True
                    self.add(self.inner(schema, inner, key))
            if not looked and additional is not None:
                looked = True
                if additional is False:
                    surplus.append(key)
                elif additional is not True:
                    self.add(self.inner(additional, inner, key))
            if looked and self.unseen is not None:
                self.unseen.keys.discard(key)
        if surplus:
            self.find(f"additional properties {all_quoted(surplus)} not allowed")
            self.findings[-1].surplus, self.findings[-1].allowed = surplus, tuple(properties)

    def check_array(self, value: list[Any]) -> None:
        node, count = self.node, len(value)
        self.bound("Items", count, node.min_items, node.max_items)
        if node.unique_items:
            twins = _duplicates(value)
            if twins is not None:
                self.find(f"items at {localised(twins[0])} and {localised(twins[1])} are equal")
        if node.draft < 2020:
            first = node.items if isinstance(node.items, list) else []
            rest = node.items if isinstance(node.items, Node) else node.additional_items
        else:
            first, rest = node.prefix_items, node.items_2020
        done = 0
        for schema in first:
            if done == count:
                break
            self.add(self.inner(schema, value[done], str(done)))
            done += 1
        if rest is False:
            if done != count:
                self.find(f"last {localised(count - done)} additionalItem(s) not allowed")
        elif isinstance(rest, Node):
            for index in range(done, count):
                self.add(self.inner(rest, value[index], str(index)))
        if node.contains is not None:
            self.check_contains(node.contains, value)

    def check_contains(self, schema: Node, value: list[Any]) -> None:
        causes: list[Finding] = []
        matched: list[int] = []
        for index, inner in enumerate(value):
            found = self.inner(schema, inner, str(index))
            if found is not None:
                causes.append(found)
                continue
            matched.append(index)
            if self.node.draft >= 2020 and self.unseen is not None:
                self.unseen.indexes.discard(index)
        least, most = self.node.min_contains, self.node.max_contains
        which = f"but matched {localised(len(matched))} items at {' '.join(str(index) for index in matched)}"
        if least is not None:
            if len(matched) < least:
                but = which if matched else "but none matched"
                self.find(f"min {localised(least)} items required to match contains schema, {but}", causes)
        elif not matched:
            self.find("no items match contains schema", causes)
        if most is not None and len(matched) > most:
            self.find(f"max {localised(most)} items required to match contains schema, {which}")

    def check_string(self, value: str) -> None:
        node = self.node
        if node.min_length is not None or node.max_length is not None:
            self.bound("Length", len(value), node.min_length, node.max_length)
        if node.pattern is not None and not node.pattern.match(value):
            self.find(f"{quoted(value)} does not match pattern {quoted(node.pattern.pattern)}")

    def check_number(self, value: float) -> None:
        node = self.node
        if node.minimum is not None and value < node.minimum:
            self.out_of("minimum", value, node.minimum)
        if node.maximum is not None and value > node.maximum:
            self.out_of("maximum", value, node.maximum)
        if node.exclusive_minimum is not None and value <= node.exclusive_minimum:
            self.out_of("exclusiveMinimum", value, node.exclusive_minimum)
        if node.exclusive_maximum is not None and value >= node.exclusive_maximum:
            self.out_of("exclusiveMaximum", value, node.exclusive_maximum)
        if node.multiple_of is not None and not _is_multiple(value, node.multiple_of):
            self.out_of("multipleOf", value, node.multiple_of)

    def out_of(self, keyword: str, got: float, want: float) -> None:
        self.find(f"{keyword}: got {localised(float(got))}, want {localised(float(want))}")

    def check_dynamic(self) -> None:
        """References whose target depends on the way that led here: the outermost schema that bears the anchor."""
        target = self.node.recursive_ref
        around: _Application | None = self
        if target is not None:
            if not target.recursive_anchor:
                around = None
            while around is not None:
                if around.node.resource.recursive_anchor:
                    target = around.node
                around = around.around
            self.refer(target, "$recursiveRef")
        if self.node.dynamic_ref is not None:
            target, anchor = self.node.dynamic_ref
            if anchor and target.dynamic_anchor == anchor:
                around = self
                while around is not None:
                    target = around.node.resource.dynamic_anchors.get(anchor, target)
                    around = around.around
            self.refer(target, "$dynamicRef")

    def check_combined(self) -> None:
        """not, allOf, anyOf, oneOf, if."""
        node = self.node
        if node.not_ is not None and self.same(node.not_, quick=True) is None:
            self.find("'not' failed")
        if node.all_of:
            causes = []
            for schema in node.all_of:
                found = self.same(schema)
                if found is not None:
                    causes.append(found)
                    if self.quick:
                        break
            if causes:
                self.find("'allOf' failed", causes)
        if node.any_of:
            self.check_any_of(node.any_of)
        if node.one_of:
            self.check_one_of(node.one_of)
        if node.if_ is not None:
            then = node.then if self.same(node.if_, quick=True) is None else node.else_
            if then is not None:
                self.add(self.same(then))

    def check_any_of(self, schemas: list[Node]) -> None:
        causes: list[Finding] = []
        matched = False
        for schema in schemas:
            found = self.same(schema)
            if found is not None:
                causes.append(found)
                continue
            matched = True
            # While something is unseen, all of them must have a look.
            if self.unseen is None or not (self.unseen.keys or self.unseen.indexes):
                break
        if not matched:
            self.find("'anyOf' failed", causes)

    def check_one_of(self, schemas: list[Node]) -> None:
        causes: list[Finding] = []
        first = -1
        for index, schema in enumerate(schemas):
            found = self.same(schema, quick=first >= 0)
            if found is None and first >= 0:
                self.find(f"'oneOf' failed, subschemas {localised(first)}, {localised(index)} matched")
                return
            if found is None:
                first = index
            elif first < 0:
                causes.append(found)
        if first < 0:
            self.find("'oneOf' failed, none matched", causes)

    def check_unseen(self, unseen: _Unseen) -> None:
        node, value = self.node, self.value
        if node.unevaluated_properties is not None and isinstance(value, dict):
            for key in value:
                if key in unseen.keys:
                    self.add(self.inner(node.unevaluated_properties, value[key], key))
            unseen.keys.clear()
        if node.unevaluated_items is not None and isinstance(value, list):
            for index in sorted(unseen.indexes):
                self.add(self.inner(node.unevaluated_items, value[index], str(index)))
            unseen.indexes.clear()


def _unseen(node: Node, value: Any, asked: bool) -> _Unseen | None:
    """What this schema has to keep account of: something, when it or its caller asks for what is unevaluated."""
    if isinstance(value, dict):
        if not node.all_properties_evaluated and (asked or node.unevaluated_properties is not None):
            return _Unseen(set(value), set())
    elif isinstance(value, list):
        if not node.all_items_evaluated and (asked or node.unevaluated_items is not None) and node.items_evaluated < len(value):
            return _Unseen(set(), set(range(node.items_evaluated, len(value))))
    return None


def _type_of(value: Any) -> str:
    if isinstance(value, dict):
        return "object"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    if isinstance(value, bool):
        return "boolean"
    return "null" if value is None else "number"


def _is_integer(value: float) -> bool:
    return isinstance(value, int) or value.is_integer()


def _equal(one: Any, other: Any) -> bool:
    """Equality of JSON: true is not 1."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and len(one) == len(other)
            and all(key in other and _equal(inner, other[key]) for key, inner in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one == other
    return not isinstance(other, (dict, list)) and bool(one == other)


def _key(value: Any) -> object:
    """Something hashable that is the same for equal values."""
    if isinstance(value, dict):
        return ("o", frozenset((key, _key(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return ("a", tuple(_key(inner) for inner in value))
    if isinstance(value, bool):
        return ("b", value)
    return value


def _duplicates(value: list[Any]) -> tuple[int, int] | None:
    seen: dict[object, int] = {}
    for index, each in enumerate(value):
        key = _key(each)
        if key in seen:
            return seen[key], index
        seen[key] = index
    return None


def _enum_message(wanted: list[Any]) -> str:
    if any(isinstance(each, (list, dict)) for each in wanted):
        return "'enum' failed"
    if len(wanted) == 1:
        return f"value must be {shown(wanted[0])}"
    return f"value must be one of {', '.join(shown(each) for each in wanted)}"


def _is_multiple(value: float, of: Number) -> bool:
    """By the decimal digits that are written, not by the binary numbers nearest to them."""
    one, other = _decimal(value), _decimal(of)
    if one is None or other is None or not other[0]:
        return True
    shift = min(one[1], other[1])
    return bool(one[0] * 10 ** (one[1] - shift) % (other[0] * 10 ** (other[1] - shift)) == 0)


def _decimal(value: float) -> tuple[int, int] | None:
    """The number as (digits, power of ten)."""
    text = value.text if isinstance(value, Number) else repr(float(value)) if isinstance(value, float) else str(int(value))
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    power = int(exponent or 0) if len(exponent) < 6 else 1000
    if abs(power) > 400 or len(mantissa) > 1000:
        return None
    return int(whole + fraction), power - len(fraction)
