"""Compiled definitions, alone and in sets: the only module of the house that makes code of text.

A `Definition` holds its tree or its code: the tree is compiled when the definition is first executed, since most definitions of
a library chart never are; the code, read from a cache, is unmarshalled then. A `Library` is a set of definitions by name with Go's rules of
redefinition; it is immutable but for what it remembers: code already compiled, and the texts that `tpl` has added. `dumps` writes all
of that, so a second run of the same chart needs neither lexer nor compiler.

Marshalled code is executable: `loads` must only be given bytes from a place that nobody else can write.
"""

from __future__ import annotations

import marshal
import sys

from steersman.errors import TemplateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from types import CodeType

    from steersman.template.compile import Lines
    from steersman.template.nodes import Tree

FORMAT = 2
"""Raise it whenever the code that the compiler makes, or the runtime that it calls, changes meaning."""
TEXTS_KEPT = 4_096
"""How many texts of `tpl` a library remembers."""
TEXT_KEPT = 64 * 1024
"""The longest text of `tpl` that is remembered."""

_STAMP = (FORMAT, sys.implementation.cache_tag, sys.hexversion)


class StaleProgram(TemplateError):
    """Bytes that another version of the compiler or of Python wrote, or that are damaged: compile anew."""

    default_code = "template-stale"


class Definition:
    """One named template: where it stands, and its code."""

    __slots__ = ("_code", "_functions", "_lines", "_tree", "delimiters", "file", "is_empty", "name", "names", "text")

    def __init__(
        self,
        name: str,
        file: str,
        text: str,
        is_empty: bool,
        delimiters: tuple[str, str],
        tree: Tree | None,
        functions: Container[str],
        lines: Lines | None = None,
        code: bytes | None = None,
        names: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.file = file
        self.text = text
        self.is_empty = is_empty
        self.delimiters = delimiters
        self.names = names
        self._tree = tree
        self._functions = functions
        self._lines = lines
        self._code: CodeType | bytes | None = code

    @property
    def tree(self) -> Tree:
        """The parse tree, read again from the text if need be."""
        if self._tree is None:
            from steersman.template.parser import parse

            main, trees = parse(self.file, self.text, None, *self.delimiters)
            self._tree = main if self.name == self.file and self.name not in trees else trees[self.name]
        return self._tree

    @property
    def is_compiled(self) -> bool:
        return self._code is not None

    def code(self) -> CodeType:
        """The code of the function `t(d0, w, x)`; `names` are then the globals that it needs."""
        if type(self._code) is bytes:
            self._code = marshal.loads(self._code)
        elif self._code is None:
            self._code = self._compile()
        return self._code  # type: ignore[return-value]

    def _compile(self) -> CodeType:
        from steersman.template.compile import Lines, compile_tree
        from steersman.template.depth import deep

        deep()
        module, self.names = compile_tree(self.tree, self._functions, self._lines or Lines(self.text))
        file = "template" if "\0" in self.file else self.file
        code = compile(module, file, "exec", dont_inherit=True, optimize=0)
        function: CodeType = next(constant for constant in code.co_consts if hasattr(constant, "co_code"))
        return function.replace(co_name=self.name, co_qualname=self.name, co_filename=self.file)

    def dump(self) -> tuple[str, bool, bytes | None, tuple[str, ...]]:
        code = self._code
        data = code if code is None or isinstance(code, bytes) else marshal.dumps(code)
        return self.name, self.is_empty, data, self.names


class Library:
    """Templates that see each other. Made by `compile`, `loads` or `extended`; never changed afterwards."""

    __slots__ = ("_base", "_extensions", "_stored", "definitions", "delimiters", "functions", "main")

    def __init__(
        self,
        definitions: dict[str, Definition],
        functions: Container[str],
        delimiters: tuple[str, str] = ("{{", "}}"),
        main: Definition | None = None,
    ) -> None:
        self.definitions = definitions
        self.functions = functions
        self.delimiters = delimiters
        self.main = main
        """What executing an extended library's own text executes, whatever is defined by its name."""
        self._base: Library | None = None
        self._stored: dict[tuple[str, str], tuple[int, list[tuple[object, ...]]]] = {}
        """Extensions that a dump brought and nobody has asked for yet."""
        self._extensions: dict[tuple[str, str], Library] = {}

    @classmethod
    def compile(
        cls, files: Iterable[tuple[str, str]], functions: Container[str], *, left: str = "{{", right: str = "}}"
    ) -> Library:
        """The definitions of (name, text) pairs, parsed in this order: a later definition replaces an earlier one of its name,
        unless it holds nothing but space. `functions` are names that templates may call beside the builtins; where it is
        a mapping to Function, calls follow the signatures. Raises ParseError."""
        library = cls({}, functions, (left or "{{", right or "}}"))
        for name, text in files:
            library._add(name, text)
        return library

    def _add(self, name: str, text: str) -> Definition:
        from steersman.template.compile import Lines
        from steersman.template.nodes import is_empty
        from steersman.template.parser import parse

        main, trees = parse(name, text, self.functions, *self.delimiters)
        lines = Lines(text)
        definitions = self.definitions
        for key, tree in trees.items():
            empty = is_empty(tree)
            if empty and key in definitions:
                continue
            definitions[key] = Definition(key, name, text, empty, self.delimiters, tree, self.functions, lines)
        own = definitions.get(name)
        if own is not None and own._tree is main:
            return own
        return Definition(name, name, text, is_empty(main), self.delimiters, main, self.functions, lines)

    def extended(self, name: str, text: str) -> Library:
        """This library with the definitions of one more text, whose own is `main` of the result. Remembered by text.
        Raises ParseError."""
        if self._base is not None and self.main is not None and self.main.name == name:
            return self._base.extended(name, text)
        key = name, text
        found = self._extensions.get(key)
        if found is None:
            found = Library(dict(self.definitions), self.functions, self.delimiters)
            stored = self._stored.pop(key, None)
            if stored is not None:
                main, rows = stored
                found.main = found._load_rows(rows)[main]
            else:
                found.main = found._add(name, text)
            found._rest_on(self, text)
            self._remember(key, found)
        return found

    def _rest_on(self, base: Library, text: str) -> None:
        """Notes that the text adds nothing to `base` but itself: another text of its name then sees the same with or without this
        one, and is compiled once for both."""
        if "define" not in text and "block" not in text:
            self._base = base

    def _remember(self, key: tuple[str, str], extension: Library) -> None:
        if len(key[1]) <= TEXT_KEPT:
            if len(self._extensions) >= TEXTS_KEPT:
                self._extensions.clear()
            self._extensions[key] = extension

    def __contains__(self, name: object) -> bool:
        return name in self.definitions

    def compiled(self) -> int:
        """How much code this holds: it grows when something is executed for the first time, and `dumps` is worth it again."""
        own = sum(found.is_compiled for found in self.definitions.values())
        extensions = self._extensions.values()
        return own + len(self._stored) + sum(found.main is not None and found.main.is_compiled for found in extensions)

    def dumps(self) -> bytes:
        """All of this as bytes, with the code compiled so far."""
        return marshal.dumps((_STAMP, self.delimiters, self._rows(self.definitions.values()), self._extension_rows()))

    def _rows(self, definitions: Iterable[Definition]) -> list[tuple[object, ...]]:
        return [(found.file, found.text, *found.dump()) for found in definitions]

    def _extension_rows(self) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = [(*key, main, added) for key, (main, added) in self._stored.items()]
        for (name, text), extension in self._extensions.items():
            added = [found for key, found in extension.definitions.items() if self.definitions.get(key) is not found]
            if extension.main is not None and extension.main not in added:
                added.append(extension.main)
            rows.append((name, text, extension.main is not None and added.index(extension.main), self._rows(added)))
        return rows

    @classmethod
    def loads(cls, data: bytes, functions: Container[str]) -> Library:
        """What `dumps` wrote. Raises StaleProgram when this Python or this compiler did not write it."""
        try:
            stamp, delimiters, rows, extensions = marshal.loads(data)
        except (EOFError, ValueError, TypeError) as error:
            raise StaleProgram("the compiled templates are damaged") from error
        if stamp != _STAMP:
            raise StaleProgram("the compiled templates are another version's")
        library = cls({}, functions, delimiters)
        library._load_rows(rows)
        library._stored = {(name, text): (main, added) for name, text, main, added in extensions}
        return library

    def _load_rows(self, rows: list[tuple[object, ...]]) -> list[Definition]:
        loaded = []
        for file, text, name, is_empty, code, names in rows:
            found = Definition(name, file, text, is_empty, self.delimiters, None, self.functions, None, code, names)  # type: ignore[arg-type]
            loaded.append(found)
            if not (is_empty and name in self.definitions):
                self.definitions[name] = found  # type: ignore[index]
        return loaded
