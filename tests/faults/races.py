"""Six upgrades of one release at once: all succeed in turn, and what lies in the cluster is what the last record says."""

from __future__ import annotations

import concurrent.futures
import json

from faults.scenes import RELEASE, STEERSMAN, Stage

CALLERS = 6


def race(stage: Stage, rounds: int) -> int:
    """Plays rounds of CALLERS upgrades at once; prints a line, and gives how many upgrades or states were not as they must be."""
    bad = 0
    for number in range(rounds):
        found = one_round(stage)
        bad += len(found)
        for complaint in found:
            print(f"    round {number + 1}: {complaint}", flush=True)
    print(f"steersman  {CALLERS} upgrades at once, {rounds} rounds: {bad} not as they must be", flush=True)
    return bad


def one_round(stage: Stage) -> list[str]:
    """One release, upgraded by all callers at once; gives what is not as it must be."""
    namespace = stage.prepare("upgrade", "five")
    chart = str(stage.folder / "five")

    def upgrade(caller: int) -> str:
        done = stage.run(namespace, "upgrade", RELEASE, chart, "--set", f"message=m{caller}")
        return f"caller {caller}: {done.errors.strip()[-300:]}" if done.status else ""

    with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
        found = [complaint for complaint in pool.map(upgrade, range(CALLERS)) if complaint]
    history = json.loads(stage.run(namespace, "history", RELEASE, "-o", "json", tool=STEERSMAN).output)
    if [one["status"] for one in history] != ["superseded"] * CALLERS + ["deployed"]:
        found.append(f"history: {[(one['revision'], one['status']) for one in history]}")
    wanted = json.loads(stage.run(namespace, "get", "values", RELEASE, "-o", "json", tool=STEERSMAN).output)["message"]
    items = stage.cluster.call("GET", f"/api/v1/namespaces/{namespace}/configmaps")["items"]
    live = {item["data"]["message"] for item in items if item["metadata"]["name"] != "kube-root-ca.crt"}
    if live != {wanted}:
        found.append(f"live objects say {sorted(live)}, the last record {wanted!r}")
    stage.cluster.remove_namespace(namespace)
    return found
