"""The rules for crds/: nothing but custom resource definitions, and no templates (Helm 4: lint/rules/crds.go)."""

from __future__ import annotations

from steersman.chart.model import crds
from steersman.errors import Error, GoError
from steersman.golang.values import to_str
from steersman.lint.documents import heads
from steersman.lint.findings import ERROR
from steersman.lint.subject import FILE, MISSING, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.lint.findings import Findings
    from steersman.lint.subject import Subject

FOLDER_NAME = "crds/"
GROUP = "apiextensions.k8s.io"
KIND = "CustomResourceDefinition"


def check(subject: Subject, found: Findings) -> None:
    entry = subject.definitions
    if entry.kind == MISSING:
        return
    problem = entry.problem if entry.kind == UNKNOWN else "not a directory" if entry.kind == FILE else ""
    if not found.add(ERROR, FOLDER_NAME, problem):
        return
    try:
        chart = subject.load()
    except Error as error:
        found.add(ERROR, FOLDER_NAME, str(error))
        return
    for definition in crds(chart):
        name = definition.file.name
        try:
            for head in heads(to_str(definition.file.data)):
                if head is not None:
                    found.add(ERROR, name, "" if head.api_version.startswith(GROUP) else f"apiVersion is not in '{GROUP}'")
                    found.add(ERROR, name, "" if head.kind == KIND else f"object kind is not '{KIND}'")
        except GoError as error:
            # A template is no YAML: it ends here, too.
            found.add(ERROR, name, f"unable to parse YAML: {error}")
            return
