"""The rules for templates/: it renders, and to objects that Kubernetes would take (Helm 4: lint/rules/template.go).

The values are coalesced twice, as Helm does: a null that removed a default the first time is gone the second time, so that the default is
back. `import-values` count, unlike what Helm's own comment says. Only the chart's own templates are looked at, not those of the
charts inside it, though these are rendered, too.
"""

from __future__ import annotations

from steersman.errors import Error, GoError, ValuesError
from steersman.golang import yaml
from steersman.golang.paths import extension, join
from steersman.golang.strconv import quote
from steersman.golang.values import to_bytes
from steersman.lint.deprecations import deprecation
from steersman.lint.documents import SPACE, ListItems, heads
from steersman.lint.findings import ERROR, WARNING
from steersman.lint.object_names import name_problem
from steersman.lint.subject import FOLDER, MISSING, UNKNOWN
from steersman.rendering.engine import render
from steersman.values.coalesce import coalesce_values
from steersman.values.dependencies import process_dependencies
from steersman.values.render_values import to_render_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.chart.files import Note
    from steersman.lint.documents import Head
    from steersman.lint.findings import Findings
    from steersman.lint.subject import Subject
    from steersman.rendering.env import RenderEnv

    Tree = dict[str, Any]

FOLDER_NAME = "templates/"
EXTENSIONS = (".yaml", ".yml", ".tpl", ".txt")
MAX_LINE_BYTES = 64 * 1024
"""Go's bufio.Scanner, which looks for the first line, takes no longer ones."""
SELECTING_KINDS = ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")
RESOURCE_POLICY = "helm.sh/resource-policy"


def check(subject: Subject, values: Tree, env: RenderEnv, found: Findings, notes: list[Note], *, skip_schema: bool) -> None:
    entry = subject.templates
    if not found.add(WARNING, FOLDER_NAME, "directory does not exist" if entry.kind == MISSING else ""):
        return
    problem = entry.problem if entry.kind == UNKNOWN else "" if entry.kind == FOLDER else "not a directory"
    if not found.add(ERROR, FOLDER_NAME, problem):
        return
    try:
        chart = subject.load()
    except Error as error:
        found.add(ERROR, FOLDER_NAME, str(error))
        return
    try:
        chart = process_dependencies(chart, values, notes)
        tree = coalesce_values(chart, values, notes)
    except ValuesError:
        return  # as Helm does: values that cannot be laid over each other are no finding
    try:
        tree = to_render_values(chart, tree, skip_schema_validation=skip_schema, notes=notes)
        rendered = {source.path: source.text for source in render(chart, tree, env)}
    except Error as error:
        found.add(ERROR, FOLDER_NAME, str(error))
        return
    for template in chart.templates:
        name = template.name
        found.add(ERROR, name, _extension_problem(name))
        if extension(name).lower() not in (".yaml", ".yml"):
            continue
        text = rendered.get(join(chart.name, name), "")
        if text.strip(SPACE) and not _check_text(name, text, env, found):
            return


def _check_text(name: str, text: str, env: RenderEnv, found: Findings) -> bool:
    """Checks what a template rendered to. False when it is no YAML, which ends the whole part."""
    found.add(WARNING, name, indent_problem(text))
    try:
        for head in heads(text):
            if head is not None:
                found.add(WARNING, name, _name_problem(head))
                found.add(WARNING, name, deprecation(head.api_version, head.kind, env.capabilities.kube_version))
                found.add(ERROR, name, _selector_problem(head, text))
                found.add(ERROR, name, _list_problem(head, text))
    except GoError as error:
        found.add(ERROR, name, f"unable to parse YAML: {error}")
        return False
    return True


def _extension_problem(name: str) -> str:
    found = extension(name)
    if found in EXTENSIONS:
        return ""
    return f"file extension '{found}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"


def indent_problem(text: str) -> str:
    """What is wrong with the first line that is not blank: it begins with a space."""
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        line = text[at:] if end < 0 else text[at:end]
        if len(line) >= MAX_LINE_BYTES // 4 and len(to_bytes(line)) >= MAX_LINE_BYTES:
            return "bufio.Scanner: token too long"
        line = line.removesuffix("\r")
        if line.strip(SPACE):
            if line[0] in " \t":
                return f"document starts with an illegal indent: {quote(line)}, which may cause parsing problems"
            return ""
        if end < 0:
            break
        at = end + 1
    return ""


def _name_problem(head: Head) -> str:
    problem = name_problem(head.kind, head.name)
    return f"object name does not conform to Kubernetes naming requirements: {quote(head.name)}: {problem}" if problem else ""


def _selector_problem(head: Head, text: str) -> str:
    """Helm looks for the words anywhere in the file."""
    if head.kind not in SELECTING_KINDS or "matchLabels" in text or "matchExpressions" in text:
        return ""
    return f"a {head.kind} must contain matchLabels or matchExpressions, and {quote(head.name)} does not"


def _list_problem(head: Head, text: str) -> str:
    """Helm looks at the first document of the file, whichever holds the List."""
    if head.kind != "List":
        return ""
    try:
        annotations = ListItems().read(yaml.load(text))
    except GoError as error:
        return f"unable to parse YAML: {error}"
    if any(RESOURCE_POLICY in each for each in annotations):
        return f"annotation '{RESOURCE_POLICY}' within List objects are ignored"
    return ""
