"""`template --output-dir`: what was rendered, as files. Helm 4: action/install.go writeToFile."""

from __future__ import annotations

from steersman.errors import SourceError
from steersman.golang.values import to_bytes, to_str
from steersman.manifest.text import document_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from steersman.actions.prepare import Prepared
    from steersman.actions.template import Template
    from steersman.manifest.model import Hook


def write_files(prepared: Prepared, hooks: Iterable[Hook], request: Template, name: str) -> str:
    """Writes every document into the file named as its template, below the folder asked for; the text tells which.

    Raises SourceError when a file cannot be written, or would lie outside of the folder.
    """
    import os

    folder = os.path.join(request.output_dir, name) if request.use_release_name else request.output_dir
    documents: list[tuple[str, str, str]] = []
    if request.include_crds:
        from steersman.chart.model import crds

        documents += [(request.output_dir, one.path, to_str(one.file.data)) for one in crds(prepared.chart)]
    documents += [(folder, one.path, one.text) for one in prepared.manifest.resources]
    documents += [(folder, hook.path, hook.text) for hook in hooks]
    lines, written = [], set()
    for base, path, text in documents:
        target = f"{base}{os.sep}{path}"
        if ".." in path.split("/") or path.startswith("/"):
            raise SourceError(f"{path} leaves the folder {base}", code="path-traversal")
        try:
            os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
            with open(target, "ab" if target in written else "wb") as stream:
                stream.write(to_bytes(document_text(path, text)))
        except OSError as error:
            raise SourceError(f"open {target}: {(error.strerror or str(error)).lower()}") from None
        written.add(target)
        lines.append(f"wrote {target}\n")
    # Helm prints the manifest's text after it, which is empty here, trimmed and with a newline.
    return "".join(lines) + "\n"
