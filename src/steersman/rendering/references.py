"""Which values an expression of a template speaks of, found by reading the templates and not by running them.

A template says `.repo`, and means `.Values.image.repo` of its chart, because it stands inside `with .Values.image`, in a definition that was
included with `.`. So the way in is walked from the file's own dot: each definition on the way is searched for the place where it
executes the next one, and what `with`, `range`, variables, `include`, `template` and `tpl` make of the dot is followed. Of
functions only those are followed that hand on what they are given, or a member of it: `default`, `required`, `index`, `get`, `dig`, `dict`.
Where this does not lead on, nothing is known, and nothing is said.
"""

from __future__ import annotations

from steersman.records import Record
from steersman.template import nodes
from steersman.template.nodes import (
    Action,
    Branch,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    List,
    Node,
    Number,
    Pipe,
    String,
    Template,
    Variable,
    walk,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from steersman.template.nodes import Tree

    Steps: TypeAlias = tuple[str | int, ...]
    Meaning: TypeAlias = "Steps | dict[str, Meaning] | None"
    """A place below the dot of the file at the root, or a table made by `dict`; None for what is not known."""

EVERY = -1
"""The step into the elements of what `range` goes over, whichever is the one."""

MAX_REFERENCES = 100
"""More places are not looked at for one expression."""

_SAME = frozenset("default required coalesce deepCopy mustDeepCopy".split())
"""Functions that give their last argument as it is, if there is anything in it."""
_MEMBER = frozenset("index get dig mustDig".split())
_EXECUTING = frozenset(("include", "tpl"))


class Spot(Record):
    """A node where an execution failed, or went on elsewhere; the command and the pipeline that it is in; what the dot and the
    variables mean there; the conditions around it, the innermost last, each with its own scope; and the fields that are taken of it in
    parentheses: Go still names what stands in them when a field is not there."""

    node: Node
    command: Command | None
    pipe: Pipe | None
    scope: Scope
    conditions: tuple[tuple[Pipe, Scope], ...]
    chains: tuple[Chain, ...] = ()

    def callee(self) -> str:
        """The function that the command calls, if it does."""
        first = self.command.args[0] if self.command is not None else self.node
        return first.name if isinstance(first, Identifier) else ""

    def handed_on(self) -> Meaning:
        """What the dot means in the template that is executed here."""
        if isinstance(self.node, Template):
            return meaning(self.node.pipe, self.scope) if self.node.pipe is not None else None
        if self.command is None or self.callee() not in _EXECUTING:
            return None
        if len(self.command.args) > 2:
            return meaning(self.command.args[2], self.scope)
        return self._piped()

    def text_given(self) -> Meaning:
        """What the text is that `tpl` executes here."""
        if self.command is None or self.callee() != "tpl" or len(self.command.args) < 2:
            return None
        return meaning(self.command.args[1], self.scope)

    def _piped(self) -> Meaning:
        if self.pipe is None or self.command not in self.pipe.cmds:
            return None
        before = self.pipe.cmds[: self.pipe.cmds.index(self.command)]
        return _of_commands(before, self.scope) if before else None

    def references(self) -> list[Steps]:
        """The places that the failing expression reads: its own if it is one, else those of the call and what is piped into it."""
        fields = [means for chain in self.chains if isinstance(means := meaning(chain, self.scope), tuple)]
        return list(dict.fromkeys(self._references() + fields))

    def _references(self) -> list[Steps]:
        node = self.node
        if isinstance(node, (Field, Variable, Chain, Dot)):
            own = meaning(node, self.scope)
            if isinstance(own, tuple):
                return [own]
            return references(node, self.scope) if isinstance(node, Chain) else []
        if isinstance(node, Pipe):
            return references(node, self.scope)
        if isinstance(node, (nodes.Bool, nodes.Nil, Number, String)):
            return []
        if self.command is None or self.pipe is None:
            return references(node, self.scope)
        found: list[Steps] = []
        for command in self.pipe.cmds:
            found += references(command, self.scope)
            if command is self.command:
                break
        return found

    def conditions_references(self) -> list[Steps]:
        """The places that decide whether this is executed, those of the innermost condition that has any."""
        for pipe, scope in reversed(self.conditions):
            found = references(pipe, scope)
            if found:
                return found
        return []


class Scope:
    """What `.`, `$` and the variables mean at one place."""

    __slots__ = ("_around", "_own", "_read", "dot", "root")

    def __init__(self, dot: Meaning, root: Meaning, around: Scope | None = None) -> None:
        self.dot = dot
        self.root = root
        self._around = around
        self._own: dict[str, Meaning] = {}
        self._read: dict[str, list[Steps]] = {}

    def inner(self, dot: Meaning) -> Scope:
        return Scope(dot, self.root, self)

    def declare(self, name: str, value: Meaning, read: list[Steps]) -> None:
        """`read` are the places that the value was made of, whatever it means."""
        self._own[name] = value
        self._read[name] = read

    def assign(self, name: str, value: Meaning, read: list[Steps]) -> None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope._own:
                scope._own[name] = value
                scope._read[name] = [*scope._read[name], *read][:MAX_REFERENCES]
                return
            scope = scope._around

    def read(self, name: str) -> list[Steps]:
        """The places that a variable's value was made of."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope._read:
                return scope._read[name]
            scope = scope._around
        return []

    def variable(self, name: str) -> Meaning:
        if name == "$":
            return self.root
        scope: Scope | None = self
        while scope is not None:
            if name in scope._own:
                return scope._own[name]
            scope = scope._around
        return None


def node_at(tree: Tree, position: int, context: str = "") -> Node | None:
    """The node of a definition that stands at this position, and that Go prints as `context` if one is given."""
    found: Node | None = None
    for node in walk(tree.root):
        if node.pos != position or isinstance(node, (Branch, List, nodes.Text)):
            continue
        if context:
            if nodes.source(node) == context:
                if not isinstance(node, (Pipe, Action)):
                    return node
                found = found or node
        elif isinstance(node, Template):
            return node
    return found


def spot(tree: Tree, target: Node, dot: Meaning) -> Spot | None:
    """What surrounds a node of a definition that is executed with this dot."""
    return _search(tree.root.nodes, target, Scope(dot, dot), ())


def start_of(node: Node, text: str) -> int:
    """Where a node begins in its text: Go's own position of a chain of fields is that of its last part."""
    if isinstance(node, Field):
        return max(0, node.end - sum(len(name) + 1 for name in node.names))
    if isinstance(node, Variable):
        return max(0, node.end - len(nodes.source(node)))
    if isinstance(node, Chain):
        start = start_of(node.node, text)
        if isinstance(node.node, Pipe):
            start = max(0, text.rfind("(", 0, start))
        return start
    if isinstance(node, (Pipe, Action)):
        pipe = node.pipe if isinstance(node, Action) else node
        return node.pos if pipe.decl else start_of(pipe.cmds[0], text)
    if isinstance(node, Command):
        return start_of(node.args[0], text) if not isinstance(node.args[0], Pipe) else node.pos
    return node.pos


def end_of(node: Node, text: str) -> int:
    """Where a node ends in its text, without the braces that an action ends with."""
    if isinstance(node, (Action, Branch, Template)) and node.pipe is not None:
        return node.pipe.end
    if isinstance(node, Template):
        return node.pos + len(text[node.pos : node.end].removesuffix("}}").removesuffix("-").rstrip())
    return node.end


# ── the search ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _search(below: Sequence[Node], target: Node, scope: Scope, conditions: tuple[tuple[Pipe, Scope], ...]) -> Spot | None:
    for node in below:
        if isinstance(node, Action):
            if node is target or _holds(node.pipe, target):
                return _spot(node.pipe, target, scope, conditions)
            _bind(node.pipe, scope)
        elif isinstance(node, Template):
            if node is target or (node.pipe is not None and _holds(node.pipe, target)):
                if node is target or node.pipe is None:
                    return Spot(node, None, None, scope, conditions)
                return _spot(node.pipe, target, scope, conditions)
        elif isinstance(node, Branch):
            found = _search_branch(node, target, scope, conditions)
            if found is not None:
                return found
    return None


def _search_branch(node: Branch, target: Node, scope: Scope, conditions: tuple[tuple[Pipe, Scope], ...]) -> Spot | None:
    around = scope.inner(scope.dot)
    if node is target or _holds(node.pipe, target):
        return _spot(node.pipe, target, around, conditions)
    value = meaning(node.pipe, around)
    dot = scope.dot
    if node.word == "range":
        element = step(value, EVERY)
        dot = element
        for variable, means in zip(reversed(node.pipe.decl), (element, None)):
            around.declare(variable.name, means, [])
    else:
        if node.word == "with":
            dot = value
        _bind(node.pipe, around)
    deciding = (*conditions, (node.pipe, around))
    return _search(node.list.nodes, target, around.inner(dot), deciding) or (
        _search(node.else_list.nodes, target, around, deciding) if node.else_list is not None else None
    )


def _holds(node: Node, target: Node) -> bool:
    return any(one is target for one in walk(node))


def _bind(pipe: Pipe, scope: Scope) -> None:
    if pipe.decl:
        value, read = meaning(pipe, scope), references(pipe, scope)
        for variable in pipe.decl:
            (scope.assign if pipe.assign else scope.declare)(variable.name, value, read)


def _spot(pipe: Pipe, target: Node, scope: Scope, conditions: tuple[tuple[Pipe, Scope], ...]) -> Spot:
    """The innermost command and pipeline that hold the target."""
    command: Command | None = None
    if isinstance(target, Command):
        command = target
    inner = pipe
    for node in walk(pipe):
        if isinstance(node, Pipe) and node is not target and _holds(node, target):
            inner = node
            command = next((one for one in node.cmds if _holds(one, target)), command)
    if command is None and inner.cmds:
        command = next((one for one in inner.cmds if _holds(one, target)), inner.cmds[-1])
    chains = tuple(node for node in walk(pipe) if isinstance(node, Chain) and node is not target and _holds(node, target))
    return Spot(target, command, inner, scope, conditions, chains)


# ── what an expression means ─────────────────────────────────────────────────────────────────────────────────────────────────


def step(value: Meaning, name: str | int) -> Meaning:
    """A member of what is meant."""
    if isinstance(value, tuple):
        return (*value, name)
    if isinstance(value, dict) and isinstance(name, str):
        return value.get(name)
    return None


def _steps(value: Meaning, names: Iterable[str | int]) -> Meaning:
    for name in names:
        value = step(value, name)
    return value


def meaning(node: Node, scope: Scope) -> Meaning:
    """What a node means in its scope; None if that is not known."""
    if isinstance(node, Dot):
        return scope.dot
    if isinstance(node, Field):
        return _steps(scope.dot, node.names)
    if isinstance(node, Variable):
        return _steps(scope.variable(node.name), node.fields)
    if isinstance(node, Chain):
        return _steps(meaning(node.node, scope), node.fields)
    if isinstance(node, Pipe):
        return _of_commands(node.cmds, scope)
    if isinstance(node, Command):
        return _of_command(node, scope, None, False)
    return None


def _of_commands(commands: Sequence[Command], scope: Scope) -> Meaning:
    value = _of_command(commands[0], scope, None, False)
    for command in commands[1:]:
        value = _of_command(command, scope, value, True)
    return value


def _of_command(command: Command, scope: Scope, piped: Meaning, is_piped: bool) -> Meaning:
    first, rest = command.args[0], command.args[1:]
    if not isinstance(first, Identifier):
        return meaning(first, scope) if not rest else None
    name = first.name
    if name in _SAME:
        return piped if is_piped else meaning(rest[-1], scope) if rest else None
    if name == "dict":
        table: dict[str, Meaning] = {}
        given = [*rest]
        for key, value in zip(given[::2], given[1::2]):
            if isinstance(key, String):
                table[key.text] = meaning(value, scope)
        return table
    if name in _MEMBER:
        if name in ("dig", "mustDig"):
            base = piped if is_piped else meaning(rest[-1], scope) if rest else None
            keys = rest[:-1] if is_piped else rest[:-2]
        else:
            base = meaning(rest[0], scope) if rest else piped
            keys = rest[1:]
            if is_piped and rest:
                return None
        for key in keys:
            if isinstance(key, String):
                base = step(base, key.text)
            elif isinstance(key, Number) and key.int is not None and key.int >= 0:
                base = step(base, key.int)
            else:
                return None
        return base
    return None


def references(node: Node, scope: Scope) -> list[Steps]:
    """The places that an expression reads, each once, in the order in which they are written."""
    found: dict[Steps, None] = {}
    waiting: list[Node] = [node]
    while waiting and len(found) < MAX_REFERENCES:
        one = waiting.pop()
        if isinstance(one, (Field, Variable, Dot, Chain)):
            means = meaning(one, scope)
            if isinstance(means, tuple):
                found[means] = None
            elif isinstance(one, Chain):
                waiting.append(one.node)
            elif isinstance(one, Variable) and means is None:
                found.update(dict.fromkeys(scope.read(one.name)))
        elif isinstance(one, Command):
            first = one.args[0]
            means = _of_command(one, scope, None, False) if isinstance(first, Identifier) and first.name in _MEMBER else None
            if isinstance(means, tuple):
                found[means] = None
            else:
                waiting += reversed(one.args)
        elif isinstance(one, Pipe):
            waiting += reversed(one.cmds)
        elif isinstance(one, (Action, Template)) and one.pipe is not None:
            waiting.append(one.pipe)
    return list(found)
