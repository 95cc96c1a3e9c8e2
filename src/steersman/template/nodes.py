"""The parse tree, and how Go prints its nodes.

`pos` is where Go says a node stands, an index into the text: of a chain of fields (`.a.b.c`) that is the second field, of a
parenthesized pipeline what follows the parenthesis. `end` is the index after the node's last character. (pos, end) names a node within its
text as far as errors need it: nodes that share it print alike. The compiler stamps it on the code that it makes of the node.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Node:
    __slots__ = ("end", "pos")
    pos: int
    end: int


class Text(Node):
    __slots__ = ("text",)

    def __init__(self, pos: int, text: str) -> None:
        self.pos = pos
        self.end = pos + len(text)
        self.text = text


class Comment(Node):
    __slots__ = ("text",)

    def __init__(self, pos: int, text: str) -> None:
        self.pos = pos
        self.end = pos + len(text)
        self.text = text


class Dot(Node):
    __slots__ = ()

    def __init__(self, pos: int) -> None:
        self.pos = pos
        self.end = pos + 1


class Nil(Node):
    __slots__ = ()

    def __init__(self, pos: int) -> None:
        self.pos = pos
        self.end = pos + 3


class Bool(Node):
    __slots__ = ("value",)

    def __init__(self, pos: int, value: bool) -> None:
        self.pos = pos
        self.end = pos + (4 if value else 5)
        self.value = value


class Number(Node):
    """A constant, held under every type that can represent it, as Go's untyped constants are."""

    __slots__ = ("complex", "float", "int", "text", "uint")

    def __init__(
        self,
        pos: int,
        text: str,
        int: int | None = None,
        uint: int | None = None,
        float: float | None = None,
        complex: complex | None = None,
    ) -> None:
        self.pos = pos
        self.end = pos + len(text)
        self.text = text
        self.int = int
        self.uint = uint
        self.float = float
        self.complex = complex


class String(Node):
    __slots__ = ("quoted", "text")

    def __init__(self, pos: int, quoted: str, text: str) -> None:
        self.pos = pos
        self.end = pos + len(quoted)
        self.quoted = quoted
        self.text = text


class Identifier(Node):
    """The name of a function."""

    __slots__ = ("name",)

    def __init__(self, pos: int, name: str) -> None:
        self.pos = pos
        self.end = pos + len(name)
        self.name = name


class Field(Node):
    """`.a.b`: the names without their dots."""

    __slots__ = ("names",)

    def __init__(self, pos: int, end: int, names: list[str]) -> None:
        self.pos = pos
        self.end = end
        self.names = names


class Variable(Node):
    """`$x.a.b`: the variable with its dollar, and the fields after it."""

    __slots__ = ("fields", "name")

    def __init__(self, pos: int, end: int, name: str, fields: list[str]) -> None:
        self.pos = pos
        self.end = end
        self.name = name
        self.fields = fields


class Chain(Node):
    """A parenthesized pipeline, or a function, with fields after it."""

    __slots__ = ("fields", "node")

    def __init__(self, pos: int, end: int, node: Node, fields: list[str]) -> None:
        self.pos = pos
        self.end = end
        self.node = node
        self.fields = fields


class Command(Node):
    __slots__ = ("args",)

    def __init__(self, pos: int, end: int, args: list[Node]) -> None:
        self.pos = pos
        self.end = end
        self.args = args


class Pipe(Node):
    __slots__ = ("assign", "cmds", "decl")

    def __init__(self, pos: int, end: int, assign: bool, decl: list[Variable], cmds: list[Command]) -> None:
        self.pos = pos
        self.end = end
        self.assign = assign
        self.decl = decl
        self.cmds = cmds


class Action(Node):
    __slots__ = ("pipe",)

    def __init__(self, pos: int, end: int, pipe: Pipe) -> None:
        self.pos = pos
        self.end = end
        self.pipe = pipe


class List(Node):
    __slots__ = ("nodes",)

    def __init__(self, pos: int, nodes: list[Node]) -> None:
        self.pos = self.end = pos
        self.nodes = nodes


class Branch(Node):
    """`if`, `with` or `range`."""

    __slots__ = ("else_list", "list", "pipe", "word")

    def __init__(self, word: str, pipe: Pipe, list: List, else_list: List | None) -> None:
        self.word = word
        self.pos = pipe.pos
        self.end = pipe.end
        self.pipe = pipe
        self.list = list
        self.else_list = else_list


class Template(Node):
    __slots__ = ("name", "pipe")

    def __init__(self, pos: int, end: int, name: str, pipe: Pipe | None) -> None:
        self.pos = pos
        self.end = end
        self.name = name
        self.pipe = pipe


class Break(Node):
    __slots__ = ()

    def __init__(self, pos: int) -> None:
        self.pos = pos
        self.end = pos + 5


class Continue(Node):
    __slots__ = ()

    def __init__(self, pos: int) -> None:
        self.pos = pos
        self.end = pos + 8


class End(Node):
    """`{{end}}`, never in a finished tree."""

    __slots__ = ()

    def __init__(self, pos: int) -> None:
        self.pos = self.end = pos


class Else(Node):
    """`{{else}}`, never in a finished tree."""

    __slots__ = ()

    def __init__(self, pos: int) -> None:
        self.pos = self.end = pos


class Tree:
    """One definition: its name, the name and text of the file it stands in, its nodes, and a bound on how many calls nest in one
    of its expressions."""

    __slots__ = ("file", "name", "root", "stages", "text")
    stages: int

    def __init__(self, name: str, file: str, text: str, root: List) -> None:
        self.name = name
        self.file = file
        self.text = text
        self.root = root


def is_empty(tree: Tree) -> bool:
    """Whether the tree holds nothing but space and comments: such a definition replaces none (parse.IsEmptyTree)."""
    for node in tree.root.nodes:
        if type(node) is Text:
            if not node.text.isspace() and node.text:
                return False
        elif type(node) is not Comment:
            return False
    return True


def source(node: Node, *, quote_text: bool = False) -> str:
    """The node as Go's String() prints it; `quote_text` prints texts with %q, as Go's own parser tests do."""
    out: list[str] = []
    _write(node, out, quote_text)
    return "".join(out)


def _write(node: Node, out: list[str], quoting: bool) -> None:
    kind = type(node)
    if isinstance(node, Field):
        out += (f".{name}" for name in node.names)
    elif isinstance(node, Variable):
        out.append(".".join((node.name, *node.fields)))
    elif isinstance(node, Identifier):
        out.append(node.name)
    elif isinstance(node, String):
        out.append(node.quoted)
    elif isinstance(node, Number):
        out.append(node.text)
    elif isinstance(node, Bool):
        out.append("true" if node.value else "false")
    elif kind is Dot:
        out.append(".")
    elif kind is Nil:
        out.append("nil")
    elif isinstance(node, Command):
        for number, argument in enumerate(node.args):
            if number:
                out.append(" ")
            _write_term(argument, out, quoting)
    elif isinstance(node, Pipe):
        _write_pipe(node, out, quoting)
    elif isinstance(node, Chain):
        _write_term(node.node, out, quoting)
        out += (f".{name}" for name in node.fields)
    elif isinstance(node, Text):
        from steersman.golang.strconv import quote

        out.append(quote(node.text) if quoting else node.text)
    elif isinstance(node, List):
        for child in node.nodes:
            _write(child, out, quoting)
    else:
        out.append("{{")
        _write_action(node, out, quoting)
        out.append("}}")
        if isinstance(node, Branch):
            _write(node.list, out, quoting)
            if node.else_list is not None:
                out.append("{{else}}")
                _write(node.else_list, out, quoting)
            out.append("{{end}}")


def _write_term(node: Node, out: list[str], quoting: bool) -> None:
    if type(node) is Pipe:
        out.append("(")
        _write(node, out, quoting)
        out.append(")")
    else:
        _write(node, out, quoting)


def _write_pipe(node: Pipe, out: list[str], quoting: bool) -> None:
    if node.decl:
        out.append(", ".join(source(variable) for variable in node.decl))
        out.append(" = " if node.assign else " := ")
    for number, command in enumerate(node.cmds):
        if number:
            out.append(" | ")
        _write(command, out, quoting)


def _write_action(node: Node, out: list[str], quoting: bool) -> None:
    if isinstance(node, Action):
        _write(node.pipe, out, quoting)
    elif isinstance(node, Branch):
        out.append(f"{node.word} ")
        _write(node.pipe, out, quoting)
    elif isinstance(node, Template):
        from steersman.golang.strconv import quote

        out.append(f"template {quote(node.name)}")
        if node.pipe is not None:
            out.append(" ")
            _write(node.pipe, out, quoting)
    elif isinstance(node, Comment):
        out.append(node.text)
    else:
        out.append(
            "break" if type(node) is Break else "continue" if type(node) is Continue else "end" if type(node) is End else "else"
        )


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, outermost first, without recursion."""
    waiting: list[Node] = [node]
    while waiting:
        node = waiting.pop()
        yield node
        below: list[Node | None] = []
        if isinstance(node, List):
            below += node.nodes
        elif isinstance(node, (Action, Template)):
            below.append(node.pipe)
        elif isinstance(node, Branch):
            below += (node.pipe, node.list, node.else_list)
        elif isinstance(node, Pipe):
            below += node.cmds
        elif isinstance(node, Command):
            below += node.args
        elif isinstance(node, Chain):
            below.append(node.node)
        waiting += (child for child in reversed(below) if child is not None)
