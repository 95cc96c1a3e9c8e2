"""The rules for Chart.yaml (Helm 4: pkg/chart/v2/lint/rules/chartfile.go)."""

from __future__ import annotations

from steersman.chart.metadata import METADATA, read_metadata
from steersman.chart.model import API_V1, API_V2
from steersman.errors import ChartError, GoError
from steersman.golang import yaml
from steersman.golang.paths import base
from steersman.golang.strconv import quote
from steersman.golang.values import to_str, type_of
from steersman.lint.findings import ERROR, INFO, WARNING
from steersman.lint.subject import FOLDER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from steersman.chart.model import Maintainer, Metadata
    from steersman.chart.structs import Shape
    from steersman.lint.findings import Findings
    from steersman.lint.subject import Subject

NAME = "Chart.yaml"


def check(subject: Subject, found: Findings) -> None:
    entry = subject.chart_file
    found.add(ERROR, NAME, "should be a file, not a directory" if entry.kind == FOLDER else "")
    text = to_str(entry.data)
    problem = entry.problem
    if not problem:
        try:
            metadata = read_metadata(text)
        except (GoError, ChartError) as error:
            problem = str(error)
    if problem:
        found.add(ERROR, NAME, f"unable to parse YAML\n\t{problem}")
        return
    found.add(WARNING, NAME, _not_strict(text))
    document = yaml.load(text)
    types = document if isinstance(document, dict) else {}
    found.add(ERROR, NAME, _name(metadata))
    found.add(ERROR, NAME, _api_version(metadata))
    found.add(ERROR, NAME, _not_text(types, "version"))
    found.add(ERROR, NAME, _version(metadata))
    found.add(ERROR, NAME, _not_text(types, "appVersion"))
    for severity, rule in _RULES:
        found.add(severity, NAME, rule(metadata))


def _not_strict(text: str) -> str:
    """What sigs.k8s.io/yaml's UnmarshalStrict says: keys that are set twice, and the first that is no field."""
    try:
        document = yaml.load(text, strict=True)
    except GoError as error:
        return f"failed to strictly parse chart metadata file\n\t{error}"
    unknown = _unknown_field(document, METADATA)
    if unknown is None:
        return ""
    where = f"error unmarshaling JSON: while decoding JSON: json: unknown field {quote(unknown)}"
    return f"failed to strictly parse chart metadata file\n\t{where}"


def _unknown_field(document: object, shape: Shape) -> str | None:
    """The first key, in the order of JSON's sorted keys, that is no field of the struct."""
    if not isinstance(document, dict):
        return None
    for key in sorted(document):
        field = shape.field(key)
        if field is None:
            return str(key)
        if field.elements is None:
            continue
        elements = document[key]
        for element in elements if isinstance(elements, list) else ():
            unknown = _unknown_field(element, field.elements)
            if unknown is not None:
                return unknown
    return None


def _not_text(document: dict[str, object], key: str) -> str:
    if key not in document or isinstance(document[key], str):
        return ""
    return f"{key} should be of type string but it's of type {type_of(document[key])}"


def _name(metadata: Metadata) -> str:
    if not metadata.name:
        return "name is required"
    return "" if base(metadata.name) == metadata.name else f"chart name {quote(metadata.name)} is invalid"


def _api_version(metadata: Metadata) -> str:
    allowed = 'The value must be either "v1" or "v2"'
    if not metadata.api_version:
        return f"apiVersion is required. {allowed}"
    return "" if metadata.api_version in (API_V1, API_V2) else f"apiVersion '{metadata.api_version}' is not valid. {allowed}"


def _version(metadata: Metadata) -> str:
    from steersman.golang.semver import new_constraint, new_version

    if not metadata.version:
        return "version is required"
    try:
        version = new_version(metadata.version)
    except GoError:
        return f"version '{metadata.version}' is not a valid SemVer"
    _, objections = new_constraint(">0.0.0-0").validate(version)
    return f"version {objections[0]}" if objections else ""


def _strict_version(metadata: Metadata) -> str:
    from steersman.golang.semver import strict_new_version

    try:
        strict_new_version(metadata.version)
    except GoError:
        return f"version '{metadata.version}' is not a valid SemVerV2"
    return ""


def _maintainers(metadata: Metadata) -> str:
    from steersman.lint.addresses import is_email, is_url

    maintainers: Iterable[Maintainer | None] = metadata.maintainers  # an empty entry is None until the chart is validated
    for maintainer in maintainers:
        if maintainer is None:
            return "a maintainer entry is empty"
        if not maintainer.name:
            return "each maintainer requires a name"
        if maintainer.email and not is_email(maintainer.email):
            return f"invalid email '{maintainer.email}' for maintainer '{maintainer.name}'"
        if maintainer.url and not is_url(maintainer.url):
            return f"invalid url '{maintainer.url}' for maintainer '{maintainer.name}'"
    return ""


def _sources(metadata: Metadata) -> str:
    from steersman.lint.addresses import is_request_url

    for source in metadata.sources:
        if not is_request_url(source):
            return f"invalid source URL '{source}'"
    return ""


def _icon(metadata: Metadata) -> str:
    return "" if metadata.icon else "icon is recommended"


def _icon_url(metadata: Metadata) -> str:
    from steersman.lint.addresses import is_request_url

    return f"invalid icon URL '{metadata.icon}'" if metadata.icon and not is_request_url(metadata.icon) else ""


def _type(metadata: Metadata) -> str:
    if not metadata.type or metadata.api_version == API_V2:
        return ""
    return f"chart type is not valid in apiVersion '{metadata.api_version}'. It is valid in apiVersion '{API_V2}'"


def _dependencies(metadata: Metadata) -> str:
    if not metadata.dependencies or metadata.api_version == API_V2:
        return ""
    return (
        f"dependencies are not valid in the Chart file with apiVersion '{metadata.api_version}'."
        f" They are valid in apiVersion '{API_V2}'"
    )


_RULES: tuple[tuple[int, Callable[[Metadata], str]], ...] = (
    (ERROR, _maintainers),
    (ERROR, _sources),
    (INFO, _icon),
    (ERROR, _icon_url),
    (ERROR, _type),
    (ERROR, _dependencies),
    (WARNING, _strict_version),
)
