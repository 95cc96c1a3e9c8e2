"""Chart.yaml, requirements.yaml and Chart.lock: reading them, and the rules that they keep (Helm 4: pkg/chart/v2/metadata.go).

Text fields lose what cannot be printed, so that nothing of a chart can steer a terminal; then names, versions and aliases are checked.
"""

from __future__ import annotations

from steersman.chart.model import Dependency, Lock, Maintainer, Metadata
from steersman.chart.structs import ANYTHINGS, FLAG, TEXT_MAP, TEXTS, TIME, Field, Shape, decode, encode, read
from steersman.errors import ChartError, GoError
from steersman.golang.paths import base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAINTAINER = Shape("v2", "Maintainer", (Field("name", "name"), Field("email", "email"), Field("url", "url")), Maintainer)
DEPENDENCY = Shape(
    "v2",
    "Dependency",
    (
        Field("name", "name"),
        Field("version", "version"),
        Field("repository", "repository"),
        Field("condition", "condition"),
        Field("tags", "tags", TEXTS),
        Field("enabled", "enabled", FLAG),
        Field("import-values", "import_values", ANYTHINGS),
        Field("alias", "alias"),
    ),
    Dependency,
)
METADATA = Shape(
    "v2",
    "Metadata",
    (
        Field("name", "name"),
        Field("home", "home"),
        Field("sources", "sources", TEXTS),
        Field("version", "version"),
        Field("description", "description"),
        Field("keywords", "keywords", TEXTS),
        Field("maintainers", "maintainers", "", MAINTAINER),
        Field("icon", "icon"),
        Field("apiVersion", "api_version"),
        Field("condition", "condition"),
        Field("tags", "tags"),
        Field("appVersion", "app_version"),
        Field("deprecated", "deprecated", FLAG),
        Field("annotations", "annotations", TEXT_MAP),
        Field("kubeVersion", "kube_version"),
        Field("dependencies", "dependencies", "", DEPENDENCY),
        Field("type", "type"),
    ),
    Metadata,
)
LOCK = Shape(
    "v2",
    "Lock",
    (Field("generated", "generated", TIME), Field("digest", "digest"), Field("dependencies", "dependencies", "", DEPENDENCY)),
    Lock,
)
HEAD = Shape("loader", "chartBase", (Field("apiVersion", "api_version"),))
"""What Helm looks at to choose among its loaders."""

CHART_TYPES = ("", "application", "library")

_LINES = (
    "name", "description", "home", "icon", "condition", "tags", "app_version", "kube_version",
)  # fmt: skip
"""The fields of Chart.yaml that are cleaned. Helm leaves `version`, `type` and `apiVersion` as they are: they are checked."""


def read_metadata(text: str, known: Metadata | None = None) -> Metadata:
    """Chart.yaml (or requirements.yaml, over what is `known`) from its YAML, unchecked. Raises ChartError or YamlError."""
    return _over(read(text, METADATA), known)


def parse_metadata(document: object, known: Metadata | None = None) -> Metadata:
    """The metadata from its JSON value in a release record, unchecked. Raises ChartError."""
    return _over(decode(document, METADATA, place=("Release", "chart", "metadata")), known)


def _over(found: dict[str, Any] | None, known: Metadata | None) -> Metadata:
    if known is None:
        known = Metadata()
    return known.replace(**found) if found else known


def read_lock(text: str) -> Lock | None:
    """Chart.lock from its YAML; None for an empty file. Raises ChartError or YamlError."""
    found = read(text, LOCK)
    return None if found is None else Lock(**found)


def parse_lock(document: object) -> Lock | None:
    """The lock from its JSON value (of a record); None for null. Raises ChartError."""
    found = decode(document, LOCK, place=("Release", "chart", "lock"))
    return None if found is None else Lock(**found)


def metadata_json(metadata: Metadata) -> dict[str, Any]:
    """The object that encoding/json makes of Helm's Metadata: what Chart.yaml, indexes and release records hold."""
    return encode(metadata, METADATA)


def lock_json(lock: Lock) -> dict[str, Any]:
    """The object that encoding/json makes of Helm's Lock."""
    return encode(lock, LOCK, frozenset(("generated", "digest", "dependencies")))


def validated(metadata: Metadata | None) -> Metadata:
    """The metadata with its texts cleaned. Raises ChartError ("validation: …") for the first rule that is broken."""
    if metadata is None:
        raise _invalid("chart.metadata is required")
    changes: dict[str, Any] = {name: printable(getattr(metadata, name)) for name in _LINES}
    changes["sources"] = tuple(printable(text) for text in metadata.sources)
    changes["keywords"] = tuple(printable(text) for text in metadata.keywords)
    name, version = changes["name"], metadata.version
    if not metadata.api_version:
        raise _invalid("chart.metadata.apiVersion is required")
    if not name:
        raise _invalid("chart.metadata.name is required")
    if name in (".", ".."):
        raise _invalid(f"chart.metadata.name {_quoted(name)} is not allowed")
    if name != base(name):
        raise _invalid(f"chart.metadata.name {_quoted(name)} is invalid")
    if not version:
        raise _invalid("chart.metadata.version is required")
    if not is_version(version):
        raise _invalid(f"chart.metadata.version {_quoted(version)} is invalid")
    if metadata.type not in CHART_TYPES:
        raise _invalid("chart.metadata.type must be application or library")
    changes["maintainers"] = tuple(_maintainer(each) for each in metadata.maintainers)
    dependencies: dict[str, Dependency] = {}
    for each in metadata.dependencies:
        dependency = _dependency(each)
        key = dependency.alias or dependency.name
        if key in dependencies:
            raise _invalid(f"more than one dependency with name or alias {_quoted(key)}")
        dependencies[key] = dependency
    changes["dependencies"] = tuple(dependencies.values())
    return metadata.replace(**changes)


def is_version(text: str) -> bool:
    """Whether Masterminds/semver takes the text for a version, a leading v and missing parts allowed."""
    from steersman.golang.semver import new_version

    try:
        new_version(text)
    except GoError:
        return False
    return True


def printable(text: str) -> str:
    """The text with every kind of space as a space, and without what Go's unicode.IsPrint does not take (Helm: sanitizeString)."""
    if text.isascii() and text.isprintable():
        return text
    from steersman.golang.strconv import is_print

    kept = []
    for rune in text:
        if rune.isspace() and not "\x1c" <= rune <= "\x1f":
            kept.append(" ")
        elif "\ud800" <= rune <= "\udfff":
            kept.append("\ufffd")
        elif is_print(ord(rune)):
            kept.append(rune)
    return "".join(kept)


def _maintainer(maintainer: Maintainer | None) -> Maintainer:
    if maintainer is None:
        raise _invalid("maintainers must not contain empty or null nodes")
    return Maintainer(printable(maintainer.name), printable(maintainer.email), printable(maintainer.url))


def _dependency(dependency: Dependency | None) -> Dependency:
    if dependency is None:
        raise _invalid("dependencies must not contain empty or null nodes")
    name = printable(dependency.name)
    alias = dependency.alias
    if alias and not (alias.isascii() and alias.replace("_", "a").replace("-", "a").isalnum()):
        raise _invalid(f"dependency {_quoted(name)} has disallowed characters in the alias")
    return dependency.replace(
        name=name,
        version=printable(dependency.version),
        repository=printable(dependency.repository),
        condition=printable(dependency.condition),
        tags=tuple(printable(tag) for tag in dependency.tags),
    )


def _invalid(why: str) -> ChartError:
    return ChartError(f"validation: {why}")


def _quoted(text: str) -> str:
    from steersman.golang.strconv import quote

    return quote(text)
