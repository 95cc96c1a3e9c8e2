"""How go-yaml and sigs.k8s.io/yaml word their errors."""

from __future__ import annotations

from steersman.errors import GoError

CONVERTING = "error converting YAML to JSON: "
"""Before every error of reading (sigs.k8s.io/yaml, Unmarshal)."""

UNMARSHALING = "error unmarshaling JSON: while decoding JSON: "
"""Before every error of fitting what was read into what was asked for."""


class YamlError(GoError):
    """The text is no YAML that go-yaml would read, or the value none that it would write. `line` and `column` count from 1; 0 is unknown."""

    default_code = "yaml"

    def __init__(self, message: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def scanner_error(problem: str, line: int, column: int = -1) -> YamlError:
    """An error of go-yaml's scanner found on `line` (from 0). Its first line is never named (decode.go, parser.fail)."""
    return YamlError(f"yaml: line {line + 1}: {problem}" if line else f"yaml: {problem}", line=line + 1, column=column + 1)


def parser_error(problem: str, line: int, column: int = -1) -> YamlError:
    """An error of go-yaml's parser at a token on `line` (from 0). go-yaml names that number as it is, so one too low."""
    return YamlError(f"yaml: line {line}: {problem}" if line else f"yaml: {problem}", line=line + 1, column=column + 1)


def type_errors(problems: list[tuple[int, str]]) -> YamlError:
    """go-yaml's TypeError: what did not fit, each with its line (from 0)."""
    lines = "\n  ".join(f"line {line + 1}: {problem}" for line, problem in problems)
    return YamlError(f"yaml: unmarshal errors:\n  {lines}", line=problems[0][0] + 1)
