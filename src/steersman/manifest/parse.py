"""Rendered sources into a manifest (Helm 4: SortManifests in pkg/release/v1/util/manifest_sorter.go).

Files are taken by name; partials ("_helpers.tpl") and blank ones are passed over. Of each document only the head is read.
A hook annotation makes it a hook; one with an unknown event in it is dropped silently, as Helm drops it.
"""

from __future__ import annotations

from steersman.errors import GoError, ManifestError
from steersman.manifest.heads import Head, read_head
from steersman.manifest.model import Hook, Manifest, Resource
from steersman.manifest.split import SPACE, split
from steersman.objects.kinds import INSTALL_ORDER, UNINSTALL_ORDER, sorted_by_kind
from steersman.objects.names import HOOK, HOOK_DELETE_POLICY, HOOK_EVENTS, HOOK_OUTPUT_LOG_POLICY, HOOK_WEIGHT
from steersman.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    class Source(Protocol):
        """A rendered file."""

        @property
        def path(self) -> str: ...
        @property
        def text(self) -> str: ...


class ParseError(ManifestError):
    """A document is no YAML, or no object. `partial` holds what was found before it, unsorted."""

    def __init__(self, message: str, partial: Manifest, *, at: Span | None = None) -> None:
        super().__init__(message, at=at, code="manifest-yaml")
        self.partial = partial


def parse(sources: Mapping[str, str] | Iterable[Source], order: tuple[str, ...] = INSTALL_ORDER) -> Manifest:
    """The resources and hooks of rendered files (path → text, or things with `path` and `text`), sorted by kind.

    Raises ParseError in Helm's words: "YAML parse error on PATH: …".
    """
    resources: list[Resource] = []
    hooks: list[Hook] = []
    for path, text in sorted(as_files(sources).items(), key=lambda item: item[0].encode("utf-8", "surrogateescape")):
        if is_partial(path):
            continue
        for document in split(text):
            try:
                head = read_head(document)
            except GoError as error:
                raise ParseError(
                    f"YAML parse error on {path}: {error.message}",
                    Manifest(tuple(resources), tuple(hooks)),
                    at=Span(path),
                ) from error
            if head.annotations and HOOK in head.annotations:
                hook = _hook(path, document, head)
                if hook is not None:
                    hooks.append(hook)
            else:
                resources.append(Resource(path, document, head))
    return Manifest(
        tuple(sorted_by_kind(resources, lambda resource: resource.head.kind, order)),
        tuple(sorted_by_kind(hooks, lambda hook: hook.kind, order)),
    )


def parse_manifest(text: str, order: tuple[str, ...] = UNINSTALL_ORDER) -> tuple[Resource, ...]:
    """The resources of a stored manifest's text, for uninstalling unless told otherwise. Their paths are "manifest-0", …

    Among resources of one kind Helm goes by these names as text, so that the eleventh document comes before the third
    (Helm 4: pkg/action/uninstall.go). A document with a hook annotation is no resource here either.
    """
    return parse({f"manifest-{number}": document for number, document in enumerate(split(text))}, order).resources


def as_files(sources: Mapping[str, str] | Iterable[Source]) -> Mapping[str, str]:
    """path → text, whichever way the sources came."""
    return sources if isinstance(sources, dict) else {source.path: source.text for source in sources}  # type: ignore[union-attr]


def is_partial(path: str) -> bool:
    """Whether the base name begins with an underscore (Go: path.Base, which trims trailing slashes)."""
    return path.rstrip("/").rpartition("/")[2].startswith("_")


def _hook(path: str, document: str, head: Head) -> Hook | None:
    annotations = head.annotations or {}
    events = []
    for word in _words(annotations[HOOK]):
        event = HOOK_EVENTS.get(word)
        if event is None:
            return None
        events.append(event)
    return Hook(
        name=head.name,
        kind=head.kind,
        path=path,
        text=document,
        events=tuple(events),
        weight=_weight(annotations.get(HOOK_WEIGHT, "")),
        delete_policies=_policies(annotations, HOOK_DELETE_POLICY),
        output_log_policies=_policies(annotations, HOOK_OUTPUT_LOG_POLICY),
    )


def _words(text: str) -> list[str]:
    return [word.strip(SPACE).lower() for word in text.split(",")]


def _policies(annotations: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(_words(annotations[name])) if name in annotations else ()


def _weight(text: str) -> int:
    """strconv.Atoi, 0 where it fails: an optional sign and ASCII digits, within 64 bits."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 1000:
        return 0
    number = int(text)
    return number if -0x8000000000000000 <= number <= 0x7FFFFFFFFFFFFFFF else 0
