"""Helm 4's texts of what goes wrong in templates, made of the language's own errors.

Three forms. A text that is no template: `parse error at (FILE:LINE): MESSAGE`. What `required` and `fail` raise, wherever it was:
`execution error at (FILE:LINE:COLUMN): MESSAGE` at the outermost place. Anything else is a stack of blocks, one per execution on
the way in, but only while every error in the chain reads as the language's own ("template: …"); an error of a function does not,
and then Go's own line stands as it is.

Helm takes Go's lines apart by their colons, and so does this: names with ": " in them come out as broken here as there.

Source: Helm 4 pkg/engine/engine.go (cleanupParseError, reformatExecErrorMsg).
"""

from __future__ import annotations

from steersman.errors import GoError, TemplateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

WARNING_START = "HELM_ERR_START"
WARNING_END = "HELM_ERR_END"
"""What Helm wraps the message of `required` and `fail` in, to find it again in the line that Go makes of it."""

PREFIX = "template: "


def warning(message: str) -> GoError:
    """The error that `required` and `fail` raise."""
    return GoError(f"{WARNING_START}{message}{WARNING_END}")


def of_parsing(name: str, error: TemplateError) -> TemplateError:
    """The error for a file that cannot be parsed."""
    tokens = error.message.split(": ")
    if len(tokens) == 1:
        text = f"parse error in ({name}): {error.message}"
    else:
        text = f"parse error at ({tokens[1]}): {tokens[-1]}"
    return TemplateError(text, at=error.at, code=error.code, hint=error.hint)


def of_execution(name: str, error: TemplateError) -> TemplateError:
    """The error for a file that cannot be rendered."""
    text = _execution_text(name, error)
    return TemplateError(text, at=error.at, code=error.code, hint=error.hint)


def _execution_text(name: str, error: TemplateError) -> str:
    tokens = error.message.split(": ", 2)
    if len(tokens) != 3:
        return f"execution error in ({name}): {error.message}"
    start = tokens[2].find(WARNING_START)
    if start >= 0:
        start += len(WARNING_START)
        end = tokens[2].rfind(WARNING_END)
        if end >= start:
            return f"execution error at ({tokens[1]}): {tokens[2][start:end]}"
    blocks: list[tuple[str, str, str]] = []
    for text in _chain(error):
        block = _block(text)
        if block is None:
            return error.message
        if not blocks or blocks[-1] != block:
            blocks.append(block)
    return "".join(map(_printed, blocks)).strip()


def _chain(error: BaseException | None) -> Iterator[str]:
    """The texts of the error and of all behind it, as Go's errors.Unwrap gives them."""
    while error is not None:
        yield str(error)
        error = getattr(error, "cause", None) or error.__cause__


def _printed(block: tuple[str, str, str]) -> str:
    place, executing, message = block
    text = f"{place}\n  " if place else ""
    if executing:
        text += f"{executing}\n    "
    return f"{text}{message}\n" if message else text


def _block(text: str) -> tuple[str, str, str] | None:
    """(place, what was executed, message) of one of Go's lines; None for a line of another kind."""
    if not text.startswith(PREFIX):
        return None
    rest = text[len(PREFIX) :]
    if rest.startswith("no template "):
        return "", "", text
    place, found, after = rest.partition(": executing ")
    if found:
        block = _executing(place, after)
        if block is not None:
            return block
    cut = rest.rfind(": ")
    return None if cut < 0 else (rest[:cut], "", _until_next(rest[cut + 2 :]))


def _executing(place: str, after: str) -> tuple[str, str, str] | None:
    if not after.startswith('"'):
        return None
    end = after.find('"', 1)
    if end < 0:
        return None
    name, rest = after[1:end], after[end + 1 :]
    if not rest.startswith(" at <"):
        return None
    node, found, message = rest[5:].partition(">: ")
    if not found:
        return None
    return place, f'executing "{name}" at <{node}>:', _until_next(message)


def _until_next(message: str) -> str:
    cut = message.find(" template:")
    return message if cut < 0 else message[:cut]
