"""Where charts come from: a folder or an archive on disk. What is read here goes on as files, by name and bytes."""

from __future__ import annotations

from steersman.sources.fetch import fetch, locate

__all__ = ["fetch", "locate"]
