"""From rendered text to documents, and from documents to resources and hooks, each with the file that it came from.

manifest = parse(sources)            resources and hooks in the order of their kinds
text = manifest_text(manifest)       what is stored in a release and what `template` prints
"""

from __future__ import annotations

from steersman.manifest.heads import Head, read_head
from steersman.manifest.model import Hook, HookExecution, Manifest, Resource, hooks_for
from steersman.manifest.parse import ParseError, parse, parse_manifest
from steersman.manifest.split import split
from steersman.manifest.text import (
    dump_sources,
    hooks_text,
    manifest_text,
    show_only,
    split_notes,
    template_text,
    without_tests,
)

__all__ = [
    "Head",
    "Hook",
    "HookExecution",
    "Manifest",
    "ParseError",
    "Resource",
    "dump_sources",
    "hooks_for",
    "hooks_text",
    "manifest_text",
    "parse",
    "parse_manifest",
    "read_head",
    "show_only",
    "split",
    "split_notes",
    "template_text",
    "without_tests",
]
