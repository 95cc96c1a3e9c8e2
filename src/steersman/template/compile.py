"""Trees → Python, through `ast`.

Theory of operation. Each definition becomes one function `t(d0, w, x)`: the dot, and `append` and `extend` of the list of pieces of
output. Runs of texts and actions become one `x((…))`. The dot of a `with` or `range` body is a local `d1`, `d2` …; a template's variable
is a local of its own for each declaration, since its scope is known here; `$` is `d0`. `if`, `and`, `or` and `not` are Python's own, whose
truth of the values that we hold is Go's. Field chains, printing, checks of arguments and everything that can fail are calls of functions in
`runtime`, each stamped with the place of the *node that Go would blame*: line, and columns in bytes, of the node's `pos` and `end`.
When one raises, the traceback's `co_positions()` lead back to the node (see `failures`). Go blames the node that it looked at
last (`last`), which after `and` and `or` depends on the values: there a check is put into each branch (`tail`).

CPython takes at most 20 loops within loops, and its compiler recurses: what nests deeper moves into functions beside, which
share the variables as closures (`outline`). Law: whatever parses, compiles.

The code does not depend on the values of functions, only on their signatures: pass the functions themselves for direct calls, or
only their names, and calls are checked as they are made.
"""

from __future__ import annotations

import ast
from ast import Assign, Call, Constant, Expr, IfExp, Load, Name, NamedExpr, Store

from steersman.template.functions import BUILTINS, Function, can_be_nil
from steersman.template.nodes import (
    Action,
    Bool,
    Branch,
    Break,
    Chain,
    Command,
    Comment,
    Continue,
    Dot,
    Field,
    Identifier,
    List,
    Nil,
    Node,
    Number,
    Pipe,
    String,
    Template,
    Text,
    Tree,
    Variable,
    source,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable
    from typing import Any

    Place = tuple[int, int, int, int]
    Wrap = Callable[[ast.expr, Node], ast.expr]

MAX_LOOPS = 15
"""Loops within loops in one Python function: CPython takes 20."""
MAX_BLOCKS = 60
"""Blocks within blocks in one Python function."""
MAX_STAGES = 40
"""Calls within calls in one Python expression."""
MAX_PIECES = 60
"""Pieces of output in one tuple."""
MAX_GETTER = 4
"""Fields in a chain for which the runtime has a function of that arity."""

_LOAD = Load()
_STORE = Store()
_NOWHERE: Any = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
_FUNCTION = "()"
"""Stands for the container of what a function gives: nil in that is a nil interface."""
_ANYTHING = frozenset(("interface {}", "reflect.Value"))
_SIZED = ("int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr")


_SHARED = frozenset((str, int, bool, tuple, type(None)))
"""Types whose constants are one node wherever they appear. Not float: 0.0 equals -0.0."""


class Lines:
    """Where the lines of a text begin, counted when first asked for."""

    __slots__ = ("_ascii", "_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] | None = None
        self._ascii = text.isascii()

    def place(self, pos: int) -> tuple[int, int]:
        """Line from 1, and column from 0 in bytes, of an index into the text."""
        from bisect import bisect_right

        starts = self._starts
        if starts is None:
            starts = self._starts = [0]
            at = self._text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self._text.find("\n", at + 1)
        line = bisect_right(starts, pos)
        start = starts[line - 1]
        if self._ascii:
            return line, pos - start
        return line, len(self._text[start:pos].encode("utf-8", "surrogateescape"))


class _Restart(Exception):
    """`$` is assigned to somewhere: it needs a variable of its own."""


class _Bound:
    """A template's variable within its scope. `container` is the local that holds what a loop goes over whose element this is: its
    element type is what Go's errors name, and nil in it may be a nil interface and not no value."""

    __slots__ = ("container", "local", "name")

    def __init__(self, name: str, local: str, container: str) -> None:
        self.name = name
        self.local = local
        self.container = container


def compile_tree(tree: Tree, functions: Container[str], lines: Lines) -> tuple[ast.Module, tuple[str, ...]]:
    """A module holding the one function of a definition, and the global names that it uses.

    `functions` may be a mapping to Function: calls then follow the signatures.
    """
    try:
        return _Compiler(tree, functions, lines).module()
    except _Restart:
        return _Compiler(tree, functions, lines, own_root=True).module()


class _Compiler:
    def __init__(self, tree: Tree, functions: Container[str], lines: Lines, *, own_root: bool = False) -> None:
        self.tree = tree
        self.functions = functions
        self.lines = lines
        self.own_root = own_root
        self.scope = [_Bound("$", "v0" if own_root else "d0", "")]
        self.variables: list[str] = ["v0"] if own_root else []
        self.dot = "d0"
        self.dot_container = ""
        self.early: list[str] = []
        self.names: dict[str, Name] = {}
        self.constants: dict[tuple[type, Any], Constant] = {}
        self.used: dict[str, None] = {}
        self.dots = 0
        self.temporaries = 0
        self.level = 0
        self.loops = 0
        self.stage = 0
        self.deep = tree.stages > MAX_STAGES
        self.outlined: list[ast.stmt] = []
        self.outlines = 0
        self.escapes = False

    def module(self) -> tuple[ast.Module, tuple[str, ...]]:
        body = self.block(self.tree.root)
        head: list[ast.stmt] = []
        if self.outlined:
            head += (self.assign(local, Constant(None, **_NOWHERE)) for local in self.variables)
            if self.variables:
                for function in self.outlined:
                    function.body.insert(0, ast.Nonlocal(list(self.variables), **_NOWHERE))  # type: ignore[attr-defined]
            head += self.outlined
        else:
            head += (self.assign(local, self.constant(None)) for local in self.early)
        if self.own_root:
            head.append(self.assign("v0", self.local("d0")))
        function = self.function_def("t", ["d0", "w", "x"], head + body)
        return ast.Module([function], []), tuple(self.used)

    # Pieces of Python

    def place(self, node: Node) -> Place:
        line, column = self.lines.place(node.pos)
        end_line, end_column = self.lines.place(node.end)
        return line, column, end_line, end_column

    def local(self, name: str) -> Name:
        found = self.names.get(name)
        if found is None:
            found = self.names[name] = Name(name, _LOAD, **_NOWHERE)
        return found

    def glob(self, name: str) -> Name:
        self.used[name] = None
        return self.local(name)

    def call(self, name: str, args: list[ast.expr], node: Node) -> Call:
        return self.call_of(self.glob(name), args, node)

    def call_of(self, function: ast.expr, args: list[ast.expr], node: Node) -> Call:
        line, column, end_line, end_column = self.place(node)
        return Call(function, args, [], lineno=line, col_offset=column, end_lineno=end_line, end_col_offset=end_column)

    def assign(self, local: str, value: ast.expr) -> Assign:
        return Assign([Name(local, _STORE, **_NOWHERE)], value, **_NOWHERE)

    def function_def(self, name: str, parameters: Iterable[str], body: list[ast.stmt]) -> ast.FunctionDef:
        arguments = ast.arguments([], [ast.arg(parameter, **_NOWHERE) for parameter in parameters], None, [], [], None, [])
        return ast.FunctionDef(name, arguments, body or [ast.Pass(**_NOWHERE)], [], None, **_NOWHERE)

    def temporary(self) -> str:
        self.temporaries += 1
        return f"t{self.temporaries}"

    def walrus(self, local: str, value: ast.expr) -> NamedExpr:
        return NamedExpr(Name(local, _STORE, **_NOWHERE), value, **_NOWHERE)

    def in_order(self, first: ast.expr, second: ast.expr) -> ast.expr:
        """Evaluates the first for its effect, then gives the second."""
        pair = ast.Tuple([first, second], _LOAD, **_NOWHERE)
        return ast.Subscript(pair, Constant(1, **_NOWHERE), _LOAD, **_NOWHERE)

    def constant(self, value: Any) -> Constant:
        key = value.__class__, value
        if value.__class__ not in _SHARED:
            return Constant(value, **_NOWHERE)
        found = self.constants.get(key)
        if found is None:
            found = self.constants[key] = Constant(value, **_NOWHERE)
        return found

    def fault(self, message: str, node: Node, after: ast.expr | None = None) -> ast.expr:
        """Raises Go's error at the node, once `after` is evaluated."""
        raising = self.call("fault", [self.constant(message)], node)
        return raising if after is None else self.in_order(after, raising)

    # Blocks

    def block(self, block: List) -> list[ast.stmt]:
        body: list[ast.stmt] = []
        pieces: list[str | ast.expr] = []
        for node in block.nodes:
            if isinstance(node, Text):
                if pieces and isinstance(pieces[-1], str):
                    pieces[-1] += node.text
                else:
                    pieces.append(node.text)
            elif isinstance(node, Action):
                if node.pipe.decl:
                    self.flush(pieces, body)
                    body.append(self.declare(node.pipe, self.stages(node.pipe)))
                else:
                    value = self.pipe(node.pipe)
                    pieces.append(value if self.is_string(node.pipe) else self.call("show", [value], node))
            elif isinstance(node, Comment):
                pass
            else:
                self.flush(pieces, body)
                if isinstance(node, Branch):
                    body += self.range(node) if node.word == "range" else self.branch(node)
                elif isinstance(node, Template):
                    body.append(self.template(node))
                else:
                    body.append(self.leave(node))
        self.flush(pieces, body)
        return body

    def flush(self, pieces: list[str | ast.expr], body: list[ast.stmt]) -> None:
        for start in range(0, len(pieces), MAX_PIECES):
            values = [self.constant(piece) if isinstance(piece, str) else piece for piece in pieces[start : start + MAX_PIECES]]
            if len(values) == 1:
                value: ast.expr = Call(self.local("w"), values, [], **_NOWHERE)
            else:
                value = Call(self.local("x"), [ast.Tuple(values, _LOAD, **_NOWHERE)], [], **_NOWHERE)
            body.append(Expr(value, **_NOWHERE))
        pieces.clear()

    def nested(self, block: List) -> list[ast.stmt]:
        """The statements of a list within another. What it declares ends with it: an `else` does not see it."""
        if self.level >= MAX_BLOCKS or self.loops > MAX_LOOPS:
            return self.outline(block)
        mark = len(self.scope)
        self.level += 1
        body = self.block(block)
        self.level -= 1
        del self.scope[mark:]
        return body or [ast.Pass(**_NOWHERE)]

    def outline(self, block: List, codes: tuple[int, ...] = (1, 2)) -> list[ast.stmt]:
        """Moves a list into a function of its own; a break or continue in it comes back as 1 or 2, to go on if it is in `codes`."""
        self.outlines += 1
        name = f"o{self.outlines}"
        mark = len(self.scope)
        saved = self.level, self.loops, self.stage, self.escapes
        self.level = self.loops = self.stage = 0
        self.escapes = False
        body = self.block(block)
        escapes = self.escapes
        self.level, self.loops, self.stage, self.escapes = saved
        del self.scope[mark:]
        self.outlined.append(self.function_def(name, [self.dot], body))
        call = Call(self.local(name), [self.local(self.dot)], [], **_NOWHERE)
        if not escapes:
            return [Expr(call, **_NOWHERE)]
        result = self.temporary()
        return [
            self.assign(result, call),
            *(
                ast.If(
                    ast.Compare(self.local(result), [ast.Eq()], [self.constant(code)], **_NOWHERE),
                    [self.leave_by(code)],
                    [],
                    **_NOWHERE,
                )
                for code in codes
            ),
        ]

    def leave(self, node: Node) -> ast.stmt:
        assert isinstance(node, (Break, Continue))
        return self.leave_by(1 if isinstance(node, Break) else 2)

    def leave_by(self, code: int) -> ast.stmt:
        if self.loops:
            return ast.Break(**_NOWHERE) if code == 1 else ast.Continue(**_NOWHERE)
        self.escapes = True
        return ast.Return(self.constant(code), **_NOWHERE)

    def branch(self, node: Branch) -> list[ast.stmt]:
        """`if` and `with`."""
        mark = len(self.scope)
        outer = self.dot, self.dot_container
        body: list[ast.stmt] = []
        test = self.stages(node.pipe)
        if node.pipe.decl:
            body.append(self.declare(node.pipe, test))
            bound = self.bound(node.pipe.decl[0].name)
            test = self.local(bound.local) if bound else self.constant(None)
        if node.word == "with":
            self.dots += 1
            inner = f"d{self.dots}"
            if isinstance(test, Name):
                body.append(self.assign(inner, test))
            else:
                test = self.walrus(inner, test)
            self.dot, self.dot_container = inner, ""
            taken = self.nested(node.list)
            self.dot, self.dot_container = outer
        else:
            taken = self.nested(node.list)
        otherwise = self.nested(node.else_list) if node.else_list is not None else []
        body.append(ast.If(test, taken, otherwise, **_NOWHERE))
        del self.scope[mark:]
        return body

    def range(self, node: Branch) -> list[ast.stmt]:
        mark = len(self.scope)
        outer = self.dot, self.dot_container
        pipe = node.pipe
        body: list[ast.stmt] = []
        helper = "pairs" if len(pipe.decl) > 1 else "items"
        locals_: list[str] = []
        value = self.stages(pipe) if pipe.decl else self.pipe(pipe)
        container = self.new_local()
        if pipe.decl:
            known = not pipe.assign or self.bound(pipe.decl[0].name) is not None
            body.append(self.declare(pipe, value))
            for variable in pipe.decl:
                bound = self.bound(variable.name)
                if bound is not None and known:
                    bound.container = container
                locals_.append(bound.local if bound is not None else "v_")
            if len(pipe.decl) > 1 and (keys := self.bound(pipe.decl[0].name)) is not None:
                keys.container = ""
            if pipe.assign:
                self.early.append(container)  # seen wherever the variable is, which is older than this loop
            if known and node.else_list is None and not pipe.assign:
                body.pop()  # nobody can see the variable before the loop sets it
            else:
                value = self.local(locals_[-1])
        if isinstance(value, Name):
            iterated: ast.expr = self.call(helper, [self.walrus(container, value)], last(pipe))
        else:
            iterated = self.tail(pipe, lambda each, at: self.call(helper, [self.walrus(container, each)], at), value)
        self.dots += 1
        inner = f"d{self.dots}"
        target: ast.expr = Name(inner, _STORE, **_NOWHERE)
        start: list[ast.stmt] = []
        if len(locals_) == 2:
            target = ast.Tuple([Name(locals_[0], _STORE, **_NOWHERE), target], _STORE, **_NOWHERE)
        if locals_:
            start.append(self.assign(locals_[-1], self.local(inner)))
        self.dot, self.dot_container = inner, container
        if self.loops >= MAX_LOOPS:
            self.loops = 0  # the body becomes a function of its own
            level, self.level = self.level, MAX_BLOCKS
            loop_body = self.outline_loop_body(node.list)
            self.level = level
            self.loops = MAX_LOOPS
        else:
            self.loops += 1
            loop_body = self.nested(node.list)
            self.loops -= 1
        self.dot, self.dot_container = outer
        if node.else_list is None:
            body.append(ast.For(target, iterated, start + loop_body, [], **_NOWHERE))
        else:
            turns = self.temporary()
            bounds = [bound for bound in self.scope if bound.container == container]
            for bound in bounds:
                bound.container = ""  # without a turn, the variables hold the value of the pipeline itself
            # In Go a range without a turn still ends a break in its else; a continue is that of the loop around.
            otherwise = self.outline(node.else_list, (2,)) if _breaks(node.else_list) else self.nested(node.else_list)
            for bound in bounds:
                bound.container = container
            loop = ast.For(target, self.local(turns), start + loop_body, [], **_NOWHERE)
            body.append(self.assign(turns, iterated))
            body.append(ast.If(self.local(turns), [loop], otherwise, **_NOWHERE))
        del self.scope[mark:]
        return body

    def outline_loop_body(self, block: List) -> list[ast.stmt]:
        self.loops = 1  # its breaks come back into this loop
        body = self.outline(block)
        self.loops = 0
        return body

    def template(self, node: Template) -> ast.stmt:
        dot = self.constant(None) if node.pipe is None else self.pipe(node.pipe)
        runner = self.call("template", [self.constant(node.name)], node)
        return Expr(self.call_of(runner, [dot, self.local("w"), self.local("x")], node), **_NOWHERE)

    # Variables

    def bound(self, name: str) -> _Bound | None:
        for bound in reversed(self.scope):
            if bound.name == name:
                return bound
        return None

    def new_local(self) -> str:
        local = f"v{len(self.variables) + 1}"
        self.variables.append(local)
        return local

    def new_variable(self, name: str) -> _Bound:
        bound = _Bound(name, self.new_local(), "")
        self.scope.append(bound)
        return bound

    def declare(self, pipe: Pipe, value: ast.expr) -> ast.stmt:
        """The statement that gives the value of a pipeline to its variables."""
        targets: list[ast.expr] = []
        for variable in pipe.decl:
            if pipe.assign:
                found = self.bound(variable.name)
                if found is None:
                    undefined = self.call("fault", [self.constant(f"undefined variable: {variable.name}")], last(pipe))
                    return Expr(self.in_order(value, undefined), **_NOWHERE)
                if found.local == "d0":
                    raise _Restart
                found.container = ""
                targets.append(Name(found.local, _STORE, **_NOWHERE))
            else:
                targets.append(Name(self.new_variable(variable.name).local, _STORE, **_NOWHERE))
        return Assign(targets, value, **_NOWHERE)

    def variable(self, node: Variable) -> tuple[ast.expr, str] | None:
        """The variable's value, and the local of the container that it is an element of; None where it is not in scope."""
        bound = self.bound(node.name)
        if bound is None:
            return None
        return self.local(bound.local), bound.container

    # Pipelines

    def pipe(self, pipe: Pipe) -> ast.expr:
        value = self.stages(pipe)
        if not pipe.decl:
            return value
        statement = self.declare(pipe, value)
        if isinstance(statement, Assign):
            target = statement.targets[0]
            assert isinstance(target, Name)
            return self.walrus(target.id, value)
        assert isinstance(statement, Expr)
        return statement.value

    def stages(self, pipe: Pipe) -> ast.expr:
        """The value of a pipeline's commands, each the last argument of the next."""
        if self.deep:
            self.stage += len(pipe.cmds)
            if self.stage > MAX_STAGES and len(pipe.cmds) < self.stage:
                return self.outline_stages(pipe)
        value: ast.expr | None = None
        before: Node = pipe
        is_string = False
        for number, command in enumerate(pipe.cmds):
            if self.deep and number and number % MAX_STAGES == 0 and value is not None:
                value = self.outline_expression(value)
            value = self.command(command, value, before, is_string)
            is_string = self.command_is_string(command)
            before = last(command)
        if self.deep:
            self.stage -= len(pipe.cmds)
        assert value is not None
        return value

    def outline_stages(self, pipe: Pipe) -> ast.expr:
        saved, self.stage = self.stage, 0
        value = self.stages(pipe)
        self.stage = saved - len(pipe.cmds)
        return self.outline_expression(value)

    def outline_expression(self, value: ast.expr) -> ast.expr:
        self.outlines += 1
        name = f"o{self.outlines}"
        self.outlined.append(self.function_def(name, [self.dot], [ast.Return(value, **_NOWHERE)]))
        return Call(self.local(name), [self.local(self.dot)], [], **_NOWHERE)

    def tail(self, node: Node, wrap: Wrap, value: ast.expr | None = None) -> ast.expr:
        """`wrap(value, the node that Go has looked at last)`; where `and` or `or` ends the pipeline, in each of its branches.
        `value` is the node's value where the caller has it already."""
        if isinstance(node, Pipe) and not (node.decl and value is None):
            command = node.cmds[-1]
            first = command.args[0]
            if len(node.cmds) == 1 and len(command.args) == 1 and isinstance(first, Pipe) and not first.decl and value is None:
                return self.tail(first, wrap)
            if isinstance(first, Identifier) and first.name in ("and", "or") and first.name not in self.functions:
                if len(command.args) > 1 and not self.deep:
                    return self.branches(node, command, first.name == "or", wrap)
        return wrap(self.value(node) if value is None else value, last(node))

    def branches(self, pipe: Pipe, command: Command, is_or: bool, wrap: Wrap) -> ast.expr:
        """`and` and `or` with `wrap` on the value that each branch gives."""
        args = command.args[1:]
        final: ast.expr | None = None
        if len(pipe.cmds) > 1:
            local = self.temporary()
            before = Pipe(pipe.pos, pipe.cmds[-2].end, False, [], pipe.cmds[:-1])
            first = self.walrus(local, self.stages(before))
            final = self.local(local)
            result = wrap(final, last(args[-1]))
            rest = args
        else:
            result = self.tail(args[-1], wrap)
            rest = args[:-1]
        for argument in reversed(rest):
            local = self.temporary()
            given = wrap(self.local(local), last(argument))
            test = self.walrus(local, self.value(argument))
            result = IfExp(test, given, result, **_NOWHERE) if is_or else IfExp(test, result, given, **_NOWHERE)
        return result if final is None else self.in_order(first, result)

    def command(self, command: Command, final: ast.expr | None, before: Node, final_is_string: bool) -> ast.expr:
        first = command.args[0]
        if isinstance(first, Identifier):
            return self.function(command, first, command.args[1:], final, final_is_string)
        has_arguments = len(command.args) > 1 or final is not None
        if isinstance(first, Field):
            if has_arguments:
                return self.method(self.local(self.dot), first.names, self.dot_container, first, first, command.args[1:], final)
            return self.value(first)
        if isinstance(first, Variable) and first.fields:
            if has_arguments:
                found = self.variable(first)
                if found is None:
                    return self.fault(f"undefined variable: {first.name}", first, final)
                return self.method(found[0], first.fields, found[1], first, first, command.args[1:], final)
            return self.value(first)
        if isinstance(first, Chain) and has_arguments:
            inner = first.node
            return self.method(
                self.value(inner),
                first.fields,
                _FUNCTION if isinstance(inner, Identifier) else "",
                last(inner),
                first,
                command.args[1:],
                final,
            )
        if has_arguments and not isinstance(first, Chain):
            if isinstance(first, Variable) and self.bound(first.name) is None:
                return self.fault(f"undefined variable: {first.name}", first, final)
            at = before if isinstance(first, Pipe) else first
            return self.fault(f"can't give argument to non-function {source(first)}", at, final)
        if isinstance(first, Nil):
            return self.fault("nil is not a command", first)
        return self.value(first)

    def value(self, node: Node) -> ast.expr:
        """A node as an argument of any type."""
        if isinstance(node, Field):
            return self.fields(self.local(self.dot), node.names, node, self.dot_container)
        if isinstance(node, String):
            return self.constant(node.text)
        if isinstance(node, Dot):
            return self.local(self.dot)
        if isinstance(node, Variable):
            found = self.variable(node)
            if found is None:
                return self.fault(f"undefined variable: {node.name}", node)
            return self.fields(found[0], node.fields, node, found[1]) if node.fields else found[0]
        if isinstance(node, Pipe):
            return self.pipe(node)
        if isinstance(node, Identifier):
            return self.function(node, node, [], None, False)
        if isinstance(node, Chain):
            fields = node.fields
            container = _FUNCTION if isinstance(node.node, Identifier) else ""
            return self.tail(node.node, lambda value, at: self.fields(value, fields, at, container))
        if isinstance(node, Bool):
            return self.constant(node.value)
        if isinstance(node, Number):
            return self.ideal(node)
        assert isinstance(node, Nil)
        return self.constant(None)

    def fields(self, receiver: ast.expr, names: list[str], node: Node, container: str) -> ast.expr:
        """A walk along fields. What is an element of a container passes that too, for Go's errors name its element type."""
        helper, rest = ("elem", [self.container(container)]) if container else ("get", [])
        if len(names) <= MAX_GETTER:
            return self.call(f"{helper}{len(names)}", [receiver, *map(self.constant, names), *rest], node)
        return self.call(f"{helper}n", [receiver, self.constant(tuple(names)), *rest], node)

    def container(self, local: str) -> ast.expr:
        """What a value is an element of; of a function's result, an interface at least."""
        return (
            self.local(local)
            if local not in ("", _FUNCTION)
            else ast.Tuple([], _LOAD, **_NOWHERE)
            if local
            else self.constant(None)
        )

    def ideal(self, node: Number) -> ast.expr:
        """A number where nothing says its type: its syntax does (exec.go, idealConstant)."""
        text = node.text
        if node.complex is not None:
            return self.constant(node.complex)
        if node.float is not None and not _is_hex(text) and text[0] != "'" and any(sign in text for sign in ".eEpP"):
            return self.constant(node.float)
        if node.int is not None:
            return self.constant(node.int)
        return self.fault(f"{text} overflows int", node)

    # Calls

    def signature(self, name: str) -> tuple[Function | None, bool]:
        """The function's signature if it is known, and whether it is the language's own."""
        if name in self.functions:
            get = getattr(self.functions, "get", None)
            found = get(name) if get is not None else None
            return (found if isinstance(found, Function) else None), False
        return BUILTINS.get(name), True

    def is_string(self, node: Node) -> bool:
        """Whether a node's value is a string for sure."""
        if isinstance(node, String):
            return True
        if isinstance(node, Pipe):
            return self.command_is_string(node.cmds[-1])
        if isinstance(node, Identifier):
            found, _ = self.signature(node.name)
            return found is not None and found.result == "string"
        return False

    def command_is_string(self, command: Command) -> bool:
        first = command.args[0]
        if isinstance(first, Identifier):
            return self.is_string(first)
        return len(command.args) == 1 and self.is_string(first)

    def nil_kind(self, node: Node) -> str:
        """What nil from this node is to Go, whose error texts differ: "" no value at all, "field" what the walk along the fields has
        said, "element" what the container of the element says, which is the second word."""
        if isinstance(node, Variable):
            bound = self.bound(node.name)
            return "field" if node.fields else bound.container if bound is not None else ""
        if isinstance(node, Dot):
            return self.dot_container
        if isinstance(node, Identifier):
            return _FUNCTION
        return "field" if isinstance(node, (Field, Chain)) else ""

    def typed(self, node: Node, wanted: str) -> ast.expr:
        """A node as an argument where the function wants the Go type `wanted` (exec.go, evalArg)."""
        if isinstance(node, Nil):
            return self.constant(None) if can_be_nil(wanted) else self.fault(f"cannot assign nil to {wanted}", node)
        if wanted in _ANYTHING:
            return self.value(node)
        if isinstance(node, (String, Number, Bool)):
            return self.typed_constant(node, wanted)
        if wanted == "string" and self.is_string(node):
            return self.value(node)
        nil = self.nil_kind(node)
        return self.tail(node, lambda value, at: self.needed(value, wanted, nil, at))

    def needed(self, value: ast.expr, wanted: str, nil: str, at: Node) -> ast.expr:
        """The value, checked to be of the Go type wanted."""
        kind = "_field" if nil == "field" else "_element" if nil else ""
        rest = [self.container(nil)] if kind == "_element" else []
        if wanted == "string":
            return self.call(f"need{kind}_string", [value, *rest], at)
        return self.call(f"need{kind}", [value, self.constant(wanted), *rest], at)

    def typed_constant(self, node: String | Number | Bool, wanted: str) -> ast.expr:
        value = constant_as(node, wanted)
        if isinstance(value, str) and not (isinstance(node, String) and wanted == "string"):
            return self.fault(value, node)
        if wanted in _SIZED:
            return self.call(f"to_{wanted}", [self.constant(value)], node)
        return self.constant(value)

    def function(
        self, node: Command | Identifier, ident: Identifier, args: list[Node], final: ast.expr | None, final_is_string: bool
    ) -> ast.expr:
        """A call of a function by name; `node` is what Go blames for the function's own error."""
        name = ident.name
        signature, is_builtin = self.signature(name)
        count = len(args) + (final is not None)
        if signature is None:
            if is_builtin:
                return self.fault(f'"{name}" is not a defined function', ident, final)
            function = self.call("dynamic", [self.constant(name), *self.shape(args, final)], ident)
            return self.applied(function, [self.value(argument) for argument in args], final, node)
        fixed = len(signature.params)
        if signature.variadic is not None:
            if count < fixed:
                return self.fault(f"wrong number of args for {name}: want at least {fixed} got {len(args)}", ident, final)
        elif count != fixed:
            return self.fault(f"wrong number of args for {name}: want {fixed} got {count}", ident, final)
        if is_builtin and name in ("and", "or", "not"):
            return self.logic(name, args, final)
        given = [
            self.typed(argument, signature.params[number] if number < fixed else signature.variadic or "")
            for number, argument in enumerate(args)
        ]
        wanted = signature.params[count - 1] if count <= fixed and count else signature.variadic or ""
        check: Callable[[ast.expr], ast.expr] | None = None
        if final is not None and wanted not in _ANYTHING and not (wanted == "string" and final_is_string):
            at = last(args[-1]) if args else ident

            def check(value: ast.expr) -> ast.expr:
                return self.needed(value, wanted, "", at)

        prefix = "f_"
        if is_builtin:
            prefix = "b_"
            if name == "call":
                if not args:
                    return self.applied(self.glob("b_call_piped"), given, final, node, check)
                return self.applied(self.glob("b_call"), given, final, node, check, [self.constant(source(args[0]))])
            if name == "len" and args and (nil := self.nil_kind(args[0])):
                if nil == "field":
                    name = "len_of_field"
                else:
                    name = "len_of_element"
                    given.append(self.container(nil))
        return self.applied(self.glob(prefix + name), given, final, node, check)

    def shape(self, args: list[Node], final: ast.expr | None) -> list[ast.expr]:
        """What a call whose signature is unknown here says of its arguments: how many, and which are number constants."""
        numbers = tuple((number, argument.text) for number, argument in enumerate(args) if isinstance(argument, Number))
        return [self.constant(len(args)), self.constant(final is not None), self.constant(numbers)]

    def applied(
        self,
        function: ast.expr,
        given: list[ast.expr],
        final: ast.expr | None,
        node: Node,
        check: Callable[[ast.expr], ast.expr] | None = None,
        before: list[ast.expr] | None = None,
    ) -> ast.expr:
        """The call, its last argument from the pipeline evaluated before the others, as Go does."""
        before = before or []
        if final is None:
            return self.call_of(function, before + given, node)
        if isinstance(final, (Constant, Name)) or _are_plain([function, *given]):
            return self.call_of(function, [*before, *given, check(final) if check else final], node)
        local = self.temporary()
        value: ast.expr = self.local(local)
        return self.in_order(
            self.walrus(local, final), self.call_of(function, [*before, *given, check(value) if check else value], node)
        )

    def logic(self, name: str, args: list[Node], final: ast.expr | None) -> ast.expr:
        values = [self.value(argument) for argument in args]
        if name == "not":
            return ast.UnaryOp(ast.Not(), values[0] if final is None else final, **_NOWHERE)
        first: ast.expr | None = None
        if final is not None:
            if isinstance(final, (Constant, Name)):
                values.append(final)
            else:
                local = self.temporary()
                first = self.walrus(local, final)
                values.append(self.local(local))
        if len(values) == 1:
            return values[0] if final is None else final
        result = ast.BoolOp(ast.Or() if name == "or" else ast.And(), values, **_NOWHERE)
        return result if first is None else self.in_order(first, result)

    def method(
        self,
        receiver: ast.expr,
        names: list[str],
        container: str,
        at: Node,
        node: Node,
        args: list[Node],
        final: ast.expr | None,
    ) -> ast.expr:
        """A field with arguments: a method, which is looked up before the arguments are evaluated."""
        bind = self.call("bind", [receiver, self.constant(tuple(names)), self.container(container), *self.shape(args, final)], at)
        return self.applied(bind, [self.value(argument) for argument in args], final, node)


def _breaks(block: List) -> bool:
    """Whether a break of the list ends a range around it, and not one within it."""
    todo = [block]
    while todo:
        for node in todo.pop().nodes:
            if isinstance(node, Break):
                return True
            if isinstance(node, Branch) and node.word != "range":
                todo.append(node.list)
                if node.else_list is not None:
                    todo.append(node.else_list)
    return False


def last(node: Node) -> Node:
    """The node that Go has looked at last once this one is evaluated: errors of a whole are reported there."""
    while True:
        if isinstance(node, Pipe):
            node = node.cmds[-1]
        elif isinstance(node, Command):
            node = node.args[-1]
        elif isinstance(node, Chain):
            node = node.node
        else:
            return node


def _are_plain(values: list[ast.expr]) -> bool:
    """Whether evaluating these can neither fail nor have an effect, so that their order does not matter."""
    return all(isinstance(value, (Constant, Name)) for value in values)


def _is_hex(text: str) -> bool:
    return text[:2] in ("0x", "0X") and len(text) > 2 and "p" not in text and "P" not in text


def constant_as(node: Node, wanted: str) -> object:
    """A constant as a value of the Go type `wanted`; where it cannot be one, Go's error text (exec.go, evalArg)."""
    if wanted == "bool":
        return node.value if isinstance(node, Bool) else f"expected bool; found {source(node)}"
    if wanted == "string":
        return node.text if isinstance(node, String) else f"expected string; found {source(node)}"
    number = node if isinstance(node, Number) else None
    if wanted.startswith("int") and not wanted.startswith("interface"):
        return number.int if number and number.int is not None else f"expected integer; found {source(node)}"
    if wanted.startswith("uint"):
        return number.uint if number and number.uint is not None else f"expected unsigned integer; found {source(node)}"
    if wanted.startswith("float"):
        return number.float if number and number.float is not None else f"expected float; found {source(node)}"
    if wanted.startswith("complex"):
        return number.complex if number and number.complex is not None else f"expected complex; found {source(node)}"
    return f"can't handle {source(node)} for arg of type {wanted}"
