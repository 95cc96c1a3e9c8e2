"""`get`: what is recorded of a release. Helm 4: pkg/action/{get,get_values}.go."""

from __future__ import annotations

from steersman.chart.names import release_name_error
from steersman.errors import UsageError
from steersman.release.history import last, not_found
from steersman.release.stored import chart_of
from steersman.values.coalesce import coalesce_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from steersman.actions.connect import World
    from steersman.release.model import Release


def run(name: str, world: World, *, revision: int = 0) -> Release:
    """One revision; 0 is the last. Raises NotFound (`release: not found`)."""
    world.check_reachable()
    if release_name_error(name):
        raise UsageError(f"releaseContent: Release name is invalid: {name}")
    if revision > 0:
        return world.store.get(name, revision)
    newest = last(world.history(name))
    if newest is None:
        raise not_found()
    return newest


def values(name: str, world: World, *, revision: int = 0, computed: bool = False) -> Mapping[str, Any] | None:
    """The values that the release was given; with `computed`, as its templates saw them."""
    release = run(name, world, revision=revision)
    return coalesced(release) if computed else release.config


def coalesced(release: Release) -> dict[str, Any]:
    """The chart's defaults with the release's values over them."""
    return coalesce_values(chart_of(release.chart or {}), dict(release.config or {}))
