"""The library's door: what is public is a decision, written here."""

from __future__ import annotations

import steersman

PUBLIC = """Capabilities Chart ChartError ClusterError Connection Error ManifestError Release ReleaseError ReleaseFacts RenderEnv Rendered
SourceError StorageError TemplateError UsageError ValuesError World __version__ connect load_chart render""".split()


def test_the_public_names_are_these_and_each_can_be_had() -> None:
    assert sorted(steersman.__all__) == sorted(PUBLIC)
    for name in PUBLIC:
        assert getattr(steersman, name) is not None
