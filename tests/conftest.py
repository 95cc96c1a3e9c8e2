"""Fixtures for all tests: the real API server (tests/clusters.py) and the executables that `make peers` builds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clusters import api_server, controller_manager, namespace, peer

__all__ = ["api_server", "controller_manager", "namespace", "peer"]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    """Says last how many tests were skipped, and why: a skip must never look like a pass."""
    yield
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    if reasons:
        told = "; ".join(f"{count} × {reason}" for reason, count in sorted(reasons.items()))
        terminalreporter.write_line(f"skipped: {sum(reasons.values())} ({told})", yellow=True)
