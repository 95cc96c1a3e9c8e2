"""A manifest as text: what a release stores, what `template` prints, and what --show-only picks from it
(Helm 4: renderResources in pkg/action/action.go, pkg/cmd/template.go).
"""

from __future__ import annotations

from steersman.errors import GoError, ManifestError
from steersman.manifest.parse import as_files
from steersman.manifest.split import SPACE, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from steersman.manifest.model import Hook, Manifest
    from steersman.manifest.parse import Source

NOTES_SUFFIX = "NOTES.txt"
HIDDEN_SECRET = "# HIDDEN: The Secret output has been suppressed"


def document_text(path: str, text: str) -> str:
    """One document under its header. Whatever space ends the document stays, and one newline more."""
    return f"---\n# Source: {path}\n{text}\n"


def manifest_text(manifest: Manifest, *, crds: Iterable[tuple[str, str]] = (), hide_secrets: bool = False) -> str:
    """The resources as one text, after the CRD files (name, text) that are asked for, which are not cut into documents."""
    parts = [document_text(name, text) for name, text in crds]
    parts += [
        document_text(
            resource.path,
            HIDDEN_SECRET
            if hide_secrets and resource.head.kind == "Secret" and resource.head.api_version == "v1"
            else resource.text,
        )
        for resource in manifest.resources
    ]
    return "".join(parts)


def hooks_text(hooks: Iterable[Hook]) -> str:
    """Hooks as `template` and `get hooks` print them, in the order given (that of their kinds, not of their weights)."""
    return "".join([document_text(hook.path, hook.text) for hook in hooks])


def without_tests(hooks: Iterable[Hook]) -> tuple[Hook, ...]:
    """The hooks but those of `helm test` (--skip-tests)."""
    return tuple(hook for hook in hooks if not hook.is_test)


def template_text(text: str, hooks: Iterable[Hook] = ()) -> str:
    """What `template` prints for a manifest's text and the hooks to show: the text trimmed, then the hooks."""
    return f"{text.strip(SPACE)}\n{hooks_text(hooks)}"


def dump_sources(sources: Mapping[str, str] | Iterable[Source]) -> str:
    """All rendered files uncut, for people to find the error in them. Helm's order is random; this one is by name."""
    return "".join([document_text(path, text) for path, text in sorted(as_files(sources).items()) if text.strip(SPACE)])


def split_notes(
    sources: Mapping[str, str] | Iterable[Source], chart: str, *, subcharts: bool = False
) -> tuple[str, dict[str, str]]:
    """(the notes, the sources that are no notes). `chart` is the name of the top chart; only its notes count unless
    `subcharts`, which joins all by newlines, in the order of the sources (Helm's is random)."""
    notes: list[str] = []
    rest: dict[str, str] = {}
    own = f"{chart}/templates/{NOTES_SUFFIX}"
    for path, text in as_files(sources).items():
        if not path.endswith(NOTES_SUFFIX):
            rest[path] = text
        elif path == own or subcharts:
            # Go's buffer adds a newline only once something has been written.
            if any(notes):
                notes.append("\n")
            notes.append(text)
    return "".join(notes), rest


def show_only(text: str, patterns: Sequence[str]) -> str:
    """The documents of a `template` output whose files match, pattern by pattern (--show-only).

    A pattern is matched against the file's path below its chart: "templates/*.yaml" (Go: filepath.Match; a broken pattern
    matches nothing). Raises ManifestError in Helm's words for a pattern that matches none.
    """
    import re

    named = re.compile(r"# Source: [^/]+/(.+)")
    documents = [(found[1], document) for document in split(text) if (found := named.search(document))]
    chosen = []
    for pattern in patterns:
        matching = [document for path, document in documents if _fits(pattern, path)]
        if not matching:
            missing = ManifestError(f"could not find template {pattern} in chart", code="template-not-found")
            raise missing.within(wanted=pattern, among=tuple(path for path, _ in documents))
        chosen += matching
    return "".join([f"---\n{document}\n" for document in chosen])


def _fits(pattern: str, path: str) -> bool:
    from steersman.golang.globs import match

    try:
        return match(pattern, path)
    except GoError:
        return False
