"""A place in a file, as people and editors name it."""

from __future__ import annotations

from steersman.records import Record


class Span(Record):
    """Where something stands: a file (or any other name of a source), and from 1 a line and a column; 0 is unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        text = self.file
        if self.line:
            text += f":{self.line}"
            if self.column:
                text += f":{self.column}"
        return text
