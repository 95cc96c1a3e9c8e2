"""Tokens → trees, as Go's text/template/parse/parse.go builds them, with its error texts.

The parser walks a list of tokens by index. Go reads tokens one by one and reports errors at the line of the last token it has read,
which look-ahead may have carried beyond the one being judged: `_seen` keeps that mark. The grammar stands in Go's file; here each
method names its rule. Nesting is bounded (limits.MAX_NESTING), so that recursion ends in an error and not in a crash.
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.template import lexer
from steersman.template.errors import ParseError
from steersman.template.functions import BUILTINS
from steersman.template.lexer import (
    ASSIGN,
    BLOCK,
    BOOL,
    BREAK,
    CHAR,
    CHAR_CONSTANT,
    COMMENT,
    COMPLEX,
    CONTINUE,
    DECLARE,
    DEFINE,
    DOT,
    ELSE,
    END,
    EOF,
    ERROR,
    FIELD,
    IDENTIFIER,
    IF,
    KEYWORD,
    LEFT_DELIM,
    LEFT_PAREN,
    NIL,
    NUMBER,
    PIPE,
    RANGE,
    RAW_STRING,
    RIGHT_DELIM,
    RIGHT_PAREN,
    SPACE,
    STRING,
    TEMPLATE,
    TEXT,
    VARIABLE,
    WITH,
)
from steersman.template.limits import MAX_NESTING
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
    Else,
    End,
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
    is_empty,
    source,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import NoReturn

    from steersman.template.lexer import Token

_OPERANDS = frozenset(
    (BOOL, CHAR_CONSTANT, COMPLEX, DOT, FIELD, IDENTIFIER, NUMBER, NIL, RAW_STRING, STRING, VARIABLE, LEFT_PAREN)
)
_QUOTED = frozenset((STRING, RAW_STRING))
_CLOSING = frozenset((RIGHT_DELIM, RIGHT_PAREN))
_NUMBERS = frozenset((NUMBER, CHAR_CONSTANT, COMPLEX))
_IF_OR_WITH = frozenset((IF, WITH))
_NOT_EXECUTABLE = frozenset((Bool, Dot, Nil, Number, String))
_LITERALS = frozenset((Bool, Dot, Nil, Number, String))


def parse(
    name: str,
    text: str,
    functions: Container[str] | None = None,
    left: str = "{{",
    right: str = "}}",
    *,
    comments: bool = False,
    max_nesting: int = MAX_NESTING,
) -> tuple[Tree, dict[str, Tree]]:
    """The text's own tree, and all definitions in it by name, in the order that Go adds them.

    The own tree is among them under `name`, unless it is empty and a `define` of that name is not. `functions` are the names that a template may call beside the builtins; None checks no names. `comments` keeps comments in the
    trees. Raises ParseError with Go's text.
    """
    from steersman.template.depth import deep

    deep()
    parser = _Parser(name, text, functions, left or "{{", right or "}}", comments, max_nesting)
    return parser.parse()


class _Parser:
    def __init__(
        self, name: str, text: str, functions: Container[str] | None, left: str, right: str, comments: bool, max_nesting: int
    ) -> None:
        self.file = name
        self.text = text
        self.functions = functions
        self.max_nesting = max_nesting
        known = functions if functions is not None else ()
        self.tokens = lexer.lex(
            text, left, right, comments=comments, break_ok="break" not in known, continue_ok="continue" not in known
        )
        self.tokens += [self.tokens[-1]] * 4  # whoever reads on at the end reads the end again
        self.at = 0
        self._seen = 0
        self.right = right
        self.trees: dict[str, Tree] = {}
        self.vars = ["$"]
        self.range_depth = 0
        self.paren_depth = 0
        self.block_depth = 0
        self.stages = 0
        self.action_pos = -1

    # Tokens

    def line_of(self, pos: int) -> int:
        return self.text.count("\n", 0, pos) + 1

    def fail(self, reason: str) -> NoReturn:
        """Go's errorf: at the line of the last token read."""
        last = max(self._seen, self.at) - 1
        position = self.tokens[last][1] if last >= 0 else -1
        raise ParseError(self.file, self.line_of(position) if last >= 0 else 0, reason, text=self.text, position=position)

    def unexpected(self, token: Token, context: str) -> NoReturn:
        kind, pos, text = token
        if kind == ERROR:
            line = self.line_of(pos)
            if self.action_pos >= 0 and (started := self.line_of(self.action_pos)) != line:
                words = " started at" if text.endswith(" action") else " in action started at"
                text += f"{words} {self.file}:{started}"
            self.fail(text)
        self.fail(f"unexpected {_shown(token)} in {context}")

    def next(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def peek(self) -> Token:
        at = self.at
        if at >= self._seen:
            self._seen = at + 1
        return self.tokens[at]

    def next_nonspace(self) -> Token:
        at = self.at
        token = self.tokens[at]
        while token[0] == SPACE:
            at += 1
            token = self.tokens[at]
        self.at = at + 1
        return token

    def peek_nonspace(self) -> Token:
        token = self.next_nonspace()
        self.backup()
        return token

    def backup(self) -> None:
        at = self.at
        if at > self._seen:
            self._seen = at
        self.at = at - 1

    def expect(self, kind: int, context: str) -> Token:
        token = self.next_nonspace()
        if token[0] != kind:
            self.unexpected(token, context)
        return token

    # Definitions

    def parse(self) -> tuple[Tree, dict[str, Tree]]:
        nodes: list[Node] = []
        tokens = self.tokens
        start = tokens[0][1]
        while self.peek()[0] != EOF:
            if tokens[self.at][0] == LEFT_DELIM:
                mark = self.at
                self.at += 1
                if self.next_nonspace()[0] == DEFINE:
                    self.definition()
                    continue
                if self.at > self._seen:
                    self._seen = self.at
                self.at = mark
            node = self.text_or_action()
            if type(node) is End or type(node) is Else:
                self.fail(f"unexpected {source(node)}")
            nodes.append(node)
        main = self.tree(self.file, List(start, nodes), 0)
        self.add(main)
        return main, self.trees

    def tree(self, name: str, root: List, outer: int) -> Tree:
        """The finished tree; `outer` is the measure of the tree around it, to go on with."""
        tree = Tree(name, self.file, self.text, root)
        tree.stages = self.stages
        self.stages = outer
        return tree

    def add(self, tree: Tree) -> None:
        found = self.trees.get(tree.name)
        if found is None or is_empty(found):
            self.trees[tree.name] = tree
        elif not is_empty(tree):
            from steersman.golang.strconv import quote

            self.fail(f"template: multiple definition of template {quote(tree.name)}")

    def definition(self) -> None:
        """`{{define "name"}} … {{end}}`; the keyword is past."""
        context = "define clause"
        token = self.next_nonspace()
        if token[0] not in _QUOTED:
            self.unexpected(token, context)
        name = self.unquoted(token[2])
        self.expect(RIGHT_DELIM, context)
        self.add(self.inner_tree(name, context))

    def inner_tree(self, name: str, context: str, head: int = 0) -> Tree:
        """The body of a define or block up to its end: a tree with variables, depths and an action line of its own.

        `head` is where the tokens of a block's head end: in Go the tree around the block refuses a wrong end, and has read so far.
        """
        saved = self.vars, self.range_depth, self.paren_depth, self.block_depth, self.action_pos
        outer = self.stages
        self.vars, self.range_depth, self.paren_depth, self.action_pos = ["$"], 0, 0, -1
        self.stages = 0
        root, end = self.item_list()
        if type(end) is not End:
            if head:
                self.at = self._seen = head
            self.fail(f"unexpected {source(end)} in {context}")
        tree = self.tree(name, root, outer)
        self.vars, self.range_depth, self.paren_depth, self.block_depth, self.action_pos = saved
        return tree

    def unquoted(self, quoted: str) -> str:
        if "\\" not in quoted and (quoted[0] == '"' or "\r" not in quoted) and quoted.isascii():
            return quoted[1:-1]
        from steersman.golang.strconv import unquote

        try:
            return unquote(quoted)
        except GoError as error:
            return self.fail(str(error))

    # Lists and actions

    def item_list(self) -> tuple[List, Node]:
        """textOrAction* up to `{{end}}` or `{{else}}`, which is returned beside the list."""
        self.block_depth += 1
        if self.block_depth > self.max_nesting:
            self.fail("max block depth exceeded")
        nodes: list[Node] = []
        start = self.peek_nonspace()[1]
        while self.peek_nonspace()[0] != EOF:
            node = self.text_or_action()
            kind = type(node)
            if kind is End or kind is Else:
                self.block_depth -= 1
                return List(start, nodes), node
            nodes.append(node)
        return self.fail("unexpected EOF")

    def text_or_action(self) -> Node:
        token = self.next_nonspace()
        kind = token[0]
        if kind == TEXT:
            return Text(token[1], token[2])
        if kind == LEFT_DELIM:
            self.action_pos = token[1]
            node = self.action()
            self.action_pos = -1
            return node
        if kind == COMMENT:
            return Comment(token[1], token[2])
        return self.unexpected(token, "input")

    def action(self) -> Node:
        """control | pipeline; the left delimiter is past. Variables declared by a pipeline live on until the next end."""
        token = self.next_nonspace()
        kind = token[0]
        if kind > KEYWORD:
            if kind in _IF_OR_WITH:
                return self.control(token[2])
            if kind == RANGE:
                return self.control("range")
            if kind == END:
                return End(self.expect(RIGHT_DELIM, "end")[1])
            if kind == ELSE:
                following = self.peek_nonspace()
                if following[0] in _IF_OR_WITH:  # the keyword stays: `control` takes it up
                    return Else(following[1])
                return Else(self.expect(RIGHT_DELIM, "else")[1])
            if kind == TEMPLATE:
                return self.template_control()
            if kind == BLOCK:
                return self.block_control()
            if kind in (BREAK, CONTINUE):
                return self.loop_control(token)
        self.backup()
        start = self.tokens[self.at][1]
        pipe = self.pipeline("command", RIGHT_DELIM)
        return Action(start, self.tokens[self.at - 1][1] + len(self.right), pipe)

    def loop_control(self, token: Token) -> Node:
        word = f"{{{{{token[2]}}}}}"
        following = self.next_nonspace()
        if following[0] != RIGHT_DELIM:
            self.unexpected(following, word)
        if self.range_depth == 0:
            self.fail(f"{word} outside {{{{range}}}}")
        return Break(token[1]) if token[0] == BREAK else Continue(token[1])

    def control(self, word: str) -> Branch:
        """`if`, `with`, `range`: pipeline, list, and what follows an else. The keyword is past."""
        mark = len(self.vars)
        pipe = self.pipeline(word, RIGHT_DELIM)
        if word == "range":
            self.range_depth += 1
        body, end = self.item_list()
        if word == "range":
            self.range_depth -= 1
        else_list: List | None = None
        if type(end) is Else:
            following = self.tokens[self.at]
            if (word == "if" and following[0] == IF) or (word == "with" and following[0] == WITH):
                # `else if` reads as an else that holds an if, both closed by one end
                self.at += 1
                self.block_depth += 1
                if self.block_depth > self.max_nesting:
                    self.fail("max block depth exceeded")
                else_list = List(end.pos, [self.control(word)])
                self.block_depth -= 1
            else:
                if following[0] in _IF_OR_WITH:
                    self.peek()
                else_list, end = self.item_list()
                if type(end) is not End:
                    self.fail(f"expected end; found {source(end)}")
        del self.vars[mark:]
        return Branch(word, pipe, body, else_list)

    def block_control(self) -> Node:
        """`{{block "name" pipeline}} … {{end}}`: a definition, and its use on the spot."""
        context = "block clause"
        token = self.next_nonspace()
        name = self.template_name(token, context)
        pipe = self.pipeline(context, RIGHT_DELIM)
        end = self.tokens[self.at - 1][1] + len(self.right)
        self.add(self.inner_tree(name, context, self.at))
        return Template(token[1], end, name, pipe)

    def template_control(self) -> Node:
        context = "template clause"
        token = self.next_nonspace()
        name = self.template_name(token, context)
        pipe: Pipe | None = None
        if self.next_nonspace()[0] != RIGHT_DELIM:
            self.backup()
            pipe = self.pipeline(context, RIGHT_DELIM)
        return Template(token[1], self.tokens[self.at - 1][1] + len(self.right), name, pipe)

    def template_name(self, token: Token, context: str) -> str:
        if token[0] not in _QUOTED:
            self.unexpected(token, context)
        return self.unquoted(token[2])

    # Pipelines

    def pipeline(self, context: str, end: int) -> Pipe:
        """declarations? command ('|' command)*, up to and with the token `end`."""
        tokens = self.tokens
        at = self.at
        if tokens[at][0] == SPACE:
            at += 1
            self.at = at
        start = tokens[at][1]
        decl: list[Variable] = []
        assign = False
        while tokens[at][0] == VARIABLE:
            token = tokens[at]
            after = at + 2 if tokens[at + 1][0] == SPACE else at + 1
            if after >= self._seen:
                self._seen = after + 1
            kind = tokens[after][0]
            if kind in (ASSIGN, DECLARE):
                assign = kind == ASSIGN
                self.at = after + 1
                decl.append(Variable(token[1], token[1] + len(token[2]), token[2], []))
                self.vars.append(token[2])
            elif kind == CHAR and tokens[after][2] == ",":
                self.at = after + 1
                decl.append(Variable(token[1], token[1] + len(token[2]), token[2], []))
                self.vars.append(token[2])
                if context == "range" and len(decl) < 2:
                    following = self.peek_nonspace()[0]
                    if following == VARIABLE or following in _CLOSING:
                        at = self.at
                        continue
                    self.fail("range can only initialize variables")
                self.fail(f"too many declarations in {context}")
            break
        cmds: list[Command] = []
        while True:
            token = self.next_nonspace()
            kind = token[0]
            if kind == end:
                break
            if kind not in _OPERANDS:
                self.unexpected(token, context)
            self.at -= 1
            if self.at + 1 > self._seen:
                self._seen = self.at + 1
            cmds.append(self.command())
        if not cmds:
            self.fail(f"missing value for {context}")
        if len(cmds) > 1:
            for stage, command in enumerate(cmds[1:], 2):
                if type(command.args[0]) in _NOT_EXECUTABLE:
                    self.fail(f"non executable command in pipeline stage {stage}")
        measure = (self.paren_depth + 1) * len(cmds)
        if measure > self.stages:
            self.stages = measure
        return Pipe(start, cmds[-1].end, assign, decl, cmds)

    def command(self) -> Command:
        """operand (space operand)*; a pipe sign is consumed, a closing token stays."""
        args: list[Node] = []
        tokens = self.tokens
        start = tokens[self.at][1]
        end = start
        while True:
            operand = self.operand()
            if operand is not None:
                args.append(operand)
                end = tokens[self.at - 1][1] + len(tokens[self.at - 1][2])
            token = tokens[self.at]
            self.at += 1
            kind = token[0]
            if kind == SPACE:
                continue
            if kind in _CLOSING:
                self.backup()
            elif kind != PIPE:
                self.unexpected(token, "operand")
            break
        if not args:
            self.fail("empty command")
        return Command(start, end, args)

    def operand(self) -> Node | None:
        """term .Field*"""
        tokens = self.tokens
        node = self.term()
        if node is None:
            return None
        at = self.at
        if at >= self._seen:
            self._seen = at + 1
        token = tokens[at]
        if token[0] != FIELD:
            return node
        self.at = at + 1
        _, pos, text = token
        names = text[1:].split(".")
        end = pos + len(text)
        if isinstance(node, Field):
            return Field(pos, end, node.names + names)
        if isinstance(node, Variable):
            return Variable(pos, end, node.name, node.fields + names)
        if type(node) in _LITERALS:
            from steersman.golang.strconv import quote

            self.fail(f"unexpected . after term {quote(source(node))}")
        return Chain(pos, end, node, names)

    def term(self) -> Node | None:
        kind, pos, text = self.next_nonspace()
        if kind == FIELD:
            names = text[1:].split(".")
            # of several fields, Go takes the second one's place for the place of all
            return Field(pos + len(names[0]) + 1 if len(names) > 1 else pos, pos + len(text), names)
        if kind == IDENTIFIER:
            if self.functions is not None and text not in self.functions and text not in BUILTINS:
                from steersman.golang.strconv import quote

                self.fail(f"function {quote(text)} not defined")
            return Identifier(pos, text)
        if kind in _QUOTED:
            return String(pos, text, self.unquoted(text))
        if kind == DOT:
            return Dot(pos)
        if kind == VARIABLE:
            if text not in self.vars:
                from steersman.golang.strconv import quote

                self.fail(f"undefined variable {quote(text)}")
            return Variable(pos, pos + len(text), text, [])
        if kind == LEFT_PAREN:
            if self.paren_depth >= self.max_nesting:
                self.fail("max expression depth exceeded")
            self.paren_depth += 1
            pipe = self.pipeline("parenthesized pipeline", RIGHT_PAREN)
            self.paren_depth -= 1
            return pipe
        if kind in _NUMBERS:
            try:
                return number(pos, text, kind)
            except GoError as error:
                return self.fail(str(error))
        if kind == BOOL:
            return Bool(pos, text == "true")
        if kind == NIL:
            return Nil(pos)
        self.backup()
        return None


def _shown(token: Token) -> str:
    """A token as Go's item.String() prints it."""
    from steersman.golang.strconv import quote
    from steersman.golang.values import byte_length

    kind, _, text = token
    if kind == EOF:
        return "EOF"
    if kind > KEYWORD:
        return f"<{text}>"
    if kind == FIELD:
        text = text[: text.find(".", 1)] if "." in text[1:] else text
    return f"{quote(text[:10])}..." if byte_length(text) > 10 else quote(text)


def number(pos: int, text: str, kind: int = NUMBER) -> Number:
    """A numeric constant under each type that holds it. Raises GoError with Go's text for one that none holds (node.go, newNumber)."""
    from steersman.golang.strconv import parse_float, parse_int, parse_uint, quote

    if text.isascii() and text.isdigit() and (text[0] != "0" or len(text) == 1) and len(text) < 19:
        value = int(text)
        return Number(pos, text, value, value, float(value))
    if kind == CHAR_CONSTANT:
        from steersman.template.constants import rune

        value = rune(text)
        return Number(pos, text, value, value % 2**64, float(value))
    if kind == COMPLEX:
        from steersman.template.constants import sum_of_parts

        return _simplified(pos, text, sum_of_parts(text))
    if text.endswith("i"):
        try:
            return _simplified(pos, text, complex(0, parse_float(text[:-1])))
        except GoError:
            pass
    node = Number(pos, text)
    try:
        node.uint = parse_uint(text, 0)
    except GoError:
        pass
    try:
        node.int = parse_int(text, 0)
        if node.int == 0:
            node.uint = 0
    except GoError:
        pass
    if node.int is not None:
        node.float = float(node.int)
    elif node.uint is not None:
        node.float = float(node.uint)
    else:
        try:
            value_float = parse_float(text)
        except GoError:
            raise GoError(f"illegal number syntax: {quote(text)}") from None
        if not any(sign in text for sign in ".eEpP"):
            raise GoError(f"integer overflow: {quote(text)}")
        node.float = value_float
        _integers(node, value_float)
    return node


def _integers(node: Number, value: float) -> None:
    """The integers equal to a float. Go converts and compares; what does not fit converts to something else on amd64."""
    if value == value and value not in (float("inf"), float("-inf")) and value == int(value):
        if -(2**63) <= value < 2**63:
            node.int = int(value)
        if 0 <= value < 2**64:
            node.uint = int(value)


def _simplified(pos: int, text: str, value: complex) -> Number:
    node = Number(pos, text)
    node.complex = value
    if value.imag == 0:
        node.float = value.real
        _integers(node, value.real)
    return node
