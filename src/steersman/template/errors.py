"""The errors of the template language, with Go's texts."""

from __future__ import annotations

from steersman.errors import TemplateError
from steersman.records import Record
from steersman.spans import Span

TYPE_CHECKING = False


class ParseError(TemplateError):
    """A text that is no template: `template: NAME:LINE: …` (text/template/parse)."""

    default_code = "template-parse"

    def __init__(self, name: str, line: int, reason: str, *, text: str = "", position: int = -1) -> None:
        """`text` is what could not be parsed, and `position` the index in it of the last token that was read."""
        super().__init__(f"template: {name}:{line}: {reason}", at=Span(name, line))
        self.name = name
        self.line = line
        self.reason = reason
        self.text = text
        self.position = position


class UnknownTemplate(TemplateError):
    """An execution of a template that is not defined (text/template/exec.go, ExecuteTemplate)."""

    default_code = "template-unknown"

    def __init__(self, name: str, among: str) -> None:
        from steersman.golang.strconv import quote

        super().__init__(f"template: no template {quote(name)} associated with template {quote(among)}")
        self.name = name


class Caller(Record):
    """A definition, the text it stands in, and the place in it (as in ExecError) of the `{{template}}` that is being executed."""

    name: str
    file: str
    text: str
    line: int
    column: int


class ExecError(TemplateError):
    """An execution that failed at one node of one template.

    `name` is the definition that was executing, `file` the name of the text that it was parsed from, `line` counts from 1 and
    `column` from 0 in bytes, as Go counts them. `context` is the node as Go prints it, `message` what follows it. `cause` is the
    error of the function that failed there: an ExecError where that function executed a template (`include`, `tpl`). `text` is what
    the definition was parsed from, and `callers` are the definitions that led to it by `{{template}}`, the outermost first: Go
    does not speak of them.
    """

    text: str = ""
    callers: tuple[Caller, ...] = ()

    default_code = "template-exec"

    def __init__(
        self,
        name: str,
        file: str,
        line: int,
        column: int,
        context: str,
        message: str,
        cause: BaseException | None = None,
        *,
        ends_with_cause: bool = False,
    ) -> None:
        from steersman.golang.strconv import quote

        super().__init__("", at=Span(file, line, column + 1))
        self._place = f"template: {file}:{line}:{column}: executing {quote(name)} at <{context}>: "
        self._said = message
        self._ends_with_cause = ends_with_cause
        self.name = name
        self.file = file
        self.line = line
        self.column = column
        self.context = context
        self.cause = cause

    @property
    def reason(self) -> str:
        """What follows the place. Of an error within an error it ends with all of that one's text: it is put together when it is asked
        for, or two thousand includes within each other would hold two thousand texts of up to 200 KB."""
        said = [self._said]
        error: BaseException | None = self
        while isinstance(error, ExecError) and error._ends_with_cause:
            error = error.cause
            said.append(error._place + error._said if isinstance(error, ExecError) else str(error))
        return "".join(said)

    @property
    def message(self) -> str:
        return self._place + self.reason

    @message.setter
    def message(self, text: str) -> None:
        """The root of all errors sets one; this has its own."""


class Fault(Exception):
    """Go's `errorf` in the middle of an execution: becomes an ExecError at the node that was being evaluated.

    `argument` is the number of the argument that does not fit `wanted`, when a call was made whose signature was not known
    before; `cause` the error behind it.
    """

    def __init__(self, message: str, *, argument: int = -1, wanted: str = "", cause: BaseException | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.argument = argument
        self.wanted = wanted
        self.cause = cause
