"""From a Python exception to Go's error: which node was being evaluated, and what Go says of it.

The traceback's innermost frame of compiled code gives the place: its `co_positions()` are the `pos` and `end` that the compiler took
from the node that Go blames. The tree, read again from the text if the code came from a cache, gives the node and so the text that Go
prints. Under `python -X no_debug_ranges` there are no columns: then the first fitting node of the line is named, at column 0.
"""

from __future__ import annotations

from itertools import islice

from steersman.errors import Cancelled, Error
from steersman.template.errors import Caller, ExecError, Fault
from steersman.template.limits import GO_MAX_DEPTH
from steersman.template.nodes import (
    Action,
    Branch,
    Chain,
    Command,
    Field,
    Identifier,
    List,
    Nil,
    Node,
    Number,
    Pipe,
    String,
    Template,
    Variable,
    source,
    walk,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from steersman.template.compile import Lines
    from steersman.template.program import Definition

MOST_CALLERS = 50
"""How many definitions on the way to the one that failed are remembered."""

TOO_DEEP = f"exceeded maximum template depth ({GO_MAX_DEPTH})"


def failure(
    error: BaseException, scope: dict[str, object], definitions: Mapping[str, Definition], main: Definition | None
) -> BaseException:
    """What to raise instead of an exception that came out of code whose globals are `scope`."""
    if isinstance(error, Cancelled):
        return error
    found = _innermost(error.__traceback__, scope)
    if found is None:
        return error
    name, file, frame_position, is_innermost = found
    definition = definitions.get(name)
    if definition is None or definition.file != file:
        definition = main
    if definition is None:
        return error
    from steersman.template.compile import Lines

    lines = Lines(definition.text)
    node = _node_at(definition, lines, frame_position)
    cause: BaseException | None = error
    ends_with_cause = False
    if isinstance(error, Fault):
        message = error.message
        cause = error.cause
        if error.wanted == "print" and node is not None:
            message = f"can't print {source(node)} of type {message}"
        elif error.argument >= 0 and node is not None:
            node, message = _argument(definition, node, error)
    elif isinstance(error, RecursionError):
        message = TOO_DEEP
    elif is_innermost and isinstance(error, UnboundLocalError):
        message = f"undefined variable: {source(node) if node is not None else '$'}"
    elif isinstance(error, ExecError):
        message = f"error calling {_callee(node)}: "
        ends_with_cause = True
    elif isinstance(error, Error):
        message = f"error calling {_callee(node)}: {error}"
    else:
        message = f"error calling {_callee(node)}: {type(error).__name__}: {error}"
    if node is None:
        failed = ExecError(name, file, frame_position[0] or 0, 0, name, message, cause, ends_with_cause=ends_with_cause)
    else:
        failed = ExecError(name, file, *lines.place(node.pos), source(node), message, cause, ends_with_cause=ends_with_cause)
    failed.text = definition.text
    failed.callers = _callers(error.__traceback__, scope, definitions, main)
    return failed


def _callers(
    trace: TracebackType | None, scope: dict[str, object], definitions: Mapping[str, Definition], main: Definition | None
) -> tuple[Caller, ...]:
    """The definitions on the way to the innermost one, and where each of them executes the next."""
    found: list[tuple[str, str, int, int]] = []
    while trace is not None and len(found) <= MOST_CALLERS:
        code = trace.tb_frame.f_code
        if trace.tb_frame.f_globals is scope:
            line, _, column, _ = next(islice(code.co_positions(), trace.tb_lasti // 2, None), (None,) * 4)
            if "<locals>" not in code.co_qualname or code.co_qualname == code.co_name:
                found.append((code.co_name, code.co_filename, line or 0, column or 0))
            elif found:
                found[-1] = (*found[-1][:2], line or 0, column or 0)
        trace = trace.tb_next
    callers = []
    for name, file, line, column in found[:-1]:
        definition = definitions.get(name)
        if definition is None or definition.file != file:
            definition = main
        callers.append(Caller(name, file, definition.text if definition is not None else "", line, column))
    return tuple(callers)


def _innermost(
    trace: TracebackType | None, scope: dict[str, object]
) -> tuple[str, str, tuple[int | None, int | None, int | None, int | None], bool] | None:
    """The definition, its file, and the place in it, of the last frame of compiled code."""
    name = file = ""
    found = None
    while trace is not None:
        code = trace.tb_frame.f_code
        if trace.tb_frame.f_globals is scope:
            if "<locals>" not in code.co_qualname or code.co_qualname == code.co_name:
                name, file = code.co_name, code.co_filename
            position: tuple[int | None, int | None, int | None, int | None] = (trace.tb_lineno, None, None, None)
            for number, place in enumerate(code.co_positions()):
                if number * 2 == trace.tb_lasti:
                    position = place
                    break
            found = name, file, position, trace.tb_next is None
        trace = trace.tb_next
    return found


def _node_at(
    definition: Definition, lines: Lines, position: tuple[int | None, int | None, int | None, int | None]
) -> Node | None:
    line, end_line, column, end_column = position  # in the order of co_positions()
    found: Node | None = None
    for node in walk(definition.tree.root):
        if isinstance(node, (Branch, List)):
            continue
        if column is None:
            if lines.place(node.pos)[0] == line and isinstance(node, (Command, Template)):
                return node
        elif lines.place(node.pos) == (line, column) and lines.place(node.end) == (end_line, end_column):
            if not isinstance(node, Pipe):
                return node
            found = node  # a command in the same place says more
    return found


def _callee(node: Node | None) -> str:
    """The name of the function or method that a node calls."""
    if isinstance(node, Action):
        node = node.pipe.cmds[-1]
    if isinstance(node, Command):
        node = node.args[0]
    if isinstance(node, Identifier):
        return node.name
    if isinstance(node, Field):
        return node.names[-1]
    if isinstance(node, (Variable, Chain)) and node.fields:
        return node.fields[-1]
    return "function"


def _argument(definition: Definition, node: Node, error: Fault) -> tuple[Node, str]:
    """The node to blame, and Go's text, for an argument that does not fit a signature unknown to the compiler."""
    from steersman.template.compile import constant_as, last

    args: list[Node] = []
    if isinstance(node, Command):
        args = node.args[1:]
        at = node.args[0]
    else:
        at = node
        for command in walk(definition.tree.root):
            if isinstance(command, Command) and command.args[0] is node:
                args = command.args[1:]
                break
    if args:
        at = args[min(error.argument, len(args) - 1)]
    message = error.message
    if error.argument < len(args):
        argument = args[error.argument]
        if isinstance(argument, Nil):
            message = f"cannot assign nil to {error.wanted}"
        elif isinstance(argument, (String, Number)) or source(argument) in ("true", "false"):
            message = str(constant_as(argument, error.wanted))
        elif (
            isinstance(argument, (Field, Chain)) or (isinstance(argument, Variable) and argument.fields)
        ) and message.startswith("invalid value"):
            message = f"wrong type for value; expected {error.wanted}; got interface {{}}"
    return last(at), message
