"""Rendered files for a post-renderer, and back (Helm 4: annotateAndMerge and splitAndDeannotate in pkg/action/action.go).

    merged = annotate_and_merge(files)              one stream; each document says in an annotation which file it is from
    files = split_and_deannotate(of what came back)
    files = post_render(files, run)                 both, and `run` in between

Helm does it with kyaml, so every document is written anew in kyaml's layout, and what kyaml does along the way shows: a List
alone in a document is unwrapped, empty metadata vanishes, annotations of kyaml's own come and go. The functions below follow
kio.ParseAll, SetAnnotation, ClearAnnotation and kio.StringAll (sigs.k8s.io/kustomize/kyaml: kio/byteio_reader.go,
kio/byteio_writer.go, yaml/kfns.go, yaml/fns.go).
"""

from __future__ import annotations

import re

from steersman.errors import Cancelled, Error, GoError, ManifestError
from steersman.golang.yaml.nodes import ALIAS, DOCUMENT, MAPPING, SCALAR, SEQUENCE, SINGLE, STR_TAG, Node
from steersman.golang.yaml.nodes_reader import read_document
from steersman.golang.yaml.nodes_writer import Writer
from steersman.manifest.parse import as_files, is_partial
from steersman.manifest.split import SPACE, split
from steersman.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from steersman.manifest.parse import Source

FILENAME = "postrenderer.helm.sh/postrender-filename"
"""The annotation that names the file."""

_INTERNAL = "internal.config.kubernetes.io/"
_INDEX = _INTERNAL + "index"
_LEGACY_INDEX = "config.kubernetes.io/index"
_PATH = _INTERNAL + "path"
_LEGACY_PATH = "config.kubernetes.io/path"
_SEQUENCE_INDENT = _INTERNAL + "seqindent"
_LEGACY = (
    (_LEGACY_PATH, _PATH),
    (_LEGACY_INDEX, _INDEX),
    ("config.k8s.io/id", _INTERNAL + "id"),
)
_LISTS = ("ResourceList", "List")
_BARE_SEQUENCE = "bareSeqNodeWrappingKey"
_KINDS = {
    SEQUENCE: "SequenceNode",
    MAPPING: "MappingNode",
    SCALAR: "ScalarNode",
    DOCUMENT: "DocumentNode",
    ALIAS: "AliasNode",
}
_separator = re.compile("\n---[^\n]*\n").finditer


class PostRenderError(ManifestError):
    """The files cannot be given to a post-renderer, or what it gave back is no stream of objects."""

    default_code = "post-render"


def annotate_and_merge(files: Mapping[str, str] | Iterable[Source]) -> str:
    """All documents of rendered files (path → text), by file name, as one stream. Partials and blank files are left out.

    Raises PostRenderError in Helm's words: "parsing templates/a.yaml: MalformedYAMLError: yaml: line 3: …".
    """
    nodes: list[Node] = []
    for path, text in sorted(as_files(files).items(), key=lambda item: item[0].encode("utf-8", "surrogateescape")):
        if is_partial(path):
            continue
        for document in split(text):
            try:
                found = _parse(document)
            except GoError as error:
                raise PostRenderError(f"parsing {path}: {error.message}", at=Span(path)) from error
            for node in found:
                try:
                    _annotate(node, FILENAME, path)
                except GoError as error:
                    raise PostRenderError(f"annotating {path}: {error.message}") from error
                nodes.append(node)
    try:
        return _write(nodes)
    except GoError as error:
        raise PostRenderError(f"writing merged docs: {error.message}") from error


def split_and_deannotate(text: str, prefix: str = "") -> dict[str, str]:
    """A stream's documents as files again, by the annotation, which is removed.

    A document without it becomes "generated-by-postrender-N.yaml", with `prefix` before the number if there is one.
    Raises PostRenderError in Helm's words.
    """
    try:
        nodes = _parse(text)
    except GoError as error:
        raise PostRenderError(f"error parsing YAML: {error.message}") from error
    by_file: dict[str, list[Node]] = {}
    for number, node in enumerate(nodes):
        if not _has_head(node):
            raise PostRenderError("getting metadata: missing Resource metadata")
        path = _annotations(node).get(FILENAME, "")
        if not path:
            path = f"generated-by-postrender-{prefix}-{number}.yaml" if prefix else f"generated-by-postrender-{number}.yaml"
        try:
            _clear_annotation(node, FILENAME)
        except GoError as error:
            raise PostRenderError(f"clearing filename annotation: {error.message}") from error
        by_file.setdefault(path, []).append(node)
    files: dict[str, str] = {}
    for path, documents in by_file.items():
        try:
            files[path] = _write(documents)
        except GoError as error:
            raise PostRenderError(f"re-writing {path}: {error.message}") from error
    return files


def post_render(files: Mapping[str, str] | Iterable[Source], run: Callable[[str], str]) -> dict[str, str]:
    """Rendered files after a post-renderer: `run` takes the stream and gives another. Hooks go with the manifests.

    Raises PostRenderError in Helm's words (Helm 4: renderResources in pkg/action/action.go, the strategy "combined").
    """
    try:
        merged = annotate_and_merge(files)
    except PostRenderError as error:
        raise PostRenderError(f"error merging manifests: {error.message}", at=error.at) from error
    try:
        text = run(merged)
    except Cancelled:
        raise
    except Error as error:
        raise PostRenderError(f"error while running post render on files: {error.message}", hint=error.hint) from error
    try:
        return split_and_deannotate(text)
    except PostRenderError as error:
        raise PostRenderError(f"error while parsing post rendered output: {error.message}") from error


# ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _parse(text: str) -> list[Node]:
    """The documents of a stream, with kyaml's index in their annotations. Raises GoError."""
    text = text.replace("\r\n", "\n")
    texts = _split(text)
    nodes: list[Node] = []
    for number, document in enumerate(texts, 1):
        if number != len(texts):
            document += "\n"
        try:
            node = read_document(document)
        except GoError as error:
            raise GoError(f"MalformedYAMLError: {error.message}") from error
        if node is None or _root(node).is_null:
            continue
        _copy_legacy_annotations(node)
        index = str(len(nodes))
        _annotate(node, _LEGACY_INDEX, index)
        _annotate(node, _INDEX, index)
        root = _root(node)
        if len(texts) == 1 and _text(root, "kind") in _LISTS:
            items = root.get("items")
            if items is not None or root.get("functionConfig") is not None:
                return list(items.children) if items is not None else []
        nodes.append(node)
    return nodes


def _split(text: str) -> list[str]:
    if not text:
        return []
    documents: list[str] = []
    start = 0
    for found in _separator(text):
        rest = found[0][4:].strip(SPACE)
        if rest and rest[0] != "#":
            raise GoError(f"invalid document separator: {found[0].strip(SPACE)}")
        documents.append(text[start : found.start()])
        start = found.end()
    documents.append(text[start:])
    return documents


def _write(nodes: list[Node]) -> str:
    """A stream of documents, kyaml's own annotations removed (and the nodes with them changed). Raises GoError."""
    writer = Writer()
    as_json = len(nodes) == 1 and _path(nodes[0]).endswith(".json")
    wide = [_indents_sequences(node) for node in nodes]
    for node in nodes:
        for key in (_INDEX, _LEGACY_INDEX, _SEQUENCE_INDENT):
            _clear_annotation(node, key)
        _clear_empty_annotations(node)
    if as_json:
        return _write_json(nodes[0])
    for node, indented in zip(nodes, wide):
        bare = _root(node).get(_BARE_SEQUENCE)
        writer.document(node if bare is None or _is_empty(bare) else bare, compact=not indented)
    return writer.text()


def _path(node: Node) -> str:
    annotations = _annotations(node)
    return annotations.get(_PATH, annotations.get(_LEGACY_PATH, ""))


def _write_json(node: Node) -> str:
    """kyaml writes an object alone as JSON when its annotations say that it came from a JSON file."""
    from steersman.golang.json import marshal
    from steersman.golang.yaml.shapes import ANY, Map, decode

    return marshal(decode(node, Map(ANY)), indent="  ") + "\n"


def _indents_sequences(node: Node) -> bool:
    metadata = _filled(_root(node), "metadata")
    annotations = None if metadata is None else metadata.get("annotations")
    value = None if annotations is None else annotations.get(_SEQUENCE_INDENT)
    return value is not None and value.value == "wide"


# ── nodes ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _root(node: Node) -> Node:
    return node.children[0] if node.kind == DOCUMENT else node


def _is_empty(node: Node) -> bool:
    """Null, or a collection with nothing in it."""
    return node.is_null or (node.kind in (MAPPING, SEQUENCE) and not node.children)


def _filled(node: Node, key: str) -> Node | None:
    value = node.get(key)
    return None if value is None or _is_empty(value) else value


def _text(node: Node, key: str) -> str:
    value = _filled(node, key)
    return "" if value is None else value.value


def _has_head(node: Node) -> bool:
    """Whether kyaml finds anything by which it takes a node for an object (RNode.GetMeta); null passes, too."""
    root = _root(node)
    if root.is_null or _filled(root, "apiVersion") or _filled(root, "kind"):
        return True
    metadata = _filled(root, "metadata")
    return metadata is not None and any(_filled(metadata, key) for key in ("name", "namespace", "labels", "annotations"))


def _annotations(node: Node) -> dict[str, str]:
    metadata = _filled(_root(node), "metadata")
    annotations = None if metadata is None else _filled(metadata, "annotations")
    found: dict[str, str] = {}
    if annotations is not None and annotations.kind == MAPPING:
        children = annotations.children
        for key, value in zip(children[::2], children[1::2]):
            # Of keys written twice the first counts.
            found.setdefault("" if key.is_null else key.value, "" if value.is_null else value.value)
    return found


def _need_mapping(node: Node) -> None:
    if node.is_null or node.kind == MAPPING:
        return
    writer = Writer()
    writer.document(node)
    raise GoError(f"wrong node kind: expected MappingNode but got {_KINDS[node.kind]}: node contents:\n{writer.text()}")


def _look_up(node: Node, key: str) -> Node | None:
    """The value of a key. Raises GoError when the node is neither a mapping nor null."""
    if node.is_null:
        return None
    _need_mapping(node)
    return node.get(key)


def _remove(node: Node, key: str, *, if_empty: bool = False) -> None:
    """Removes the first pair with a key (whose value has nothing in it, which also goes for scalars and aliases)."""
    _need_mapping(node)
    children = node.children
    for index in range(0, len(children) - 1, 2):
        if children[index].value == key and not (if_empty and children[index + 1].children):
            del children[index : index + 2]
            return


def _clear_annotation(node: Node, key: str) -> None:
    metadata = _look_up(_root(node), "metadata")
    annotations = None if metadata is None else _look_up(metadata, "annotations")
    if annotations is not None:
        _remove(annotations, key)


def _clear_empty_annotations(node: Node) -> None:
    root = _root(node)
    metadata = _look_up(root, "metadata")
    if metadata is not None:
        _remove(metadata, "annotations", if_empty=True)
    _remove(root, "metadata", if_empty=True)


def _annotate(node: Node, key: str, text: str) -> None:
    """Sets an annotation. An existing one keeps its style, a new one is quoted."""
    _clear_empty_annotations(node)
    annotations = _root(node)
    for name in ("metadata", "annotations"):
        if annotations.is_null:
            return
        found = _look_up(annotations, name)
        if found is None:
            found = Node(MAPPING)
            annotations.children += (Node(SCALAR, name), found)
        annotations = found
    value = Node(SCALAR, text, SINGLE, STR_TAG)
    existing = _look_up(annotations, key)
    if existing is None:
        annotations.children += (Node(SCALAR, key), value)
        return
    value.style = existing.style
    value.tagged = existing.tagged
    index = annotations.children.index(existing)
    annotations.children[index] = value


def _copy_legacy_annotations(node: Node) -> None:
    """Annotations of kyaml's that stand only under their old or only under their new name get the other one, too."""
    if not _has_head(node):
        return
    annotations = _annotations(node)
    for old, new in _LEGACY:
        before, now = annotations.get(old, ""), annotations.get(new, "")
        if now and not before:
            _annotate(node, old, now)
        elif before and not now:
            _annotate(node, new, before)
