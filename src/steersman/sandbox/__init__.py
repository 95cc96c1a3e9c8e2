"""An embedded Kubernetes API server for demos and chart tests: one process, no containers, nothing outside it.

`machinery` answers requests over an in-memory `store`, `life` plays the controllers, `front` speaks HTTP over TLS, `process`
starts and stops all of it. The door is `start`; `launch`, `inspect` and `halt` are for one that runs in the background.
"""

from __future__ import annotations

from steersman.sandbox.process import Sandbox, State, halt, inspect, launch, start

__all__ = ["Sandbox", "State", "halt", "inspect", "launch", "start"]
