"""What the rules find, and how grave it is (Helm 4: pkg/chart/v2/lint/support)."""

from __future__ import annotations

from steersman.records import Record

INFO = 1
WARNING = 2
ERROR = 3

SEVERITIES = {INFO: "INFO", WARNING: "WARNING", ERROR: "ERROR"}


class Finding(Record):
    """One thing that is wrong. `path` names the file or folder it was found in, as Helm names it."""

    severity: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"[{SEVERITIES[self.severity]}] {self.path}: {self.message}"


class Findings(list[Finding]):
    """The findings so far, in order."""

    def add(self, severity: int, path: str, problem: str) -> bool:
        """Notes the problem of a rule, "" for none. Gives whether there was none."""
        if problem:
            self.append(Finding(severity, path, problem))
        return not problem
