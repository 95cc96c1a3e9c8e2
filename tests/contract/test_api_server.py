"""The test cluster itself: it answers, it knows who asks, and it leaves nothing behind."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

import clusters

pytestmark = pytest.mark.cluster


def test_kubeconfigs_name_their_user(api_server: clusters.Cluster, peer: Callable[[str], pathlib.Path]) -> None:
    config = api_server.kubeconfig_for("jane", "dev", "ops")
    command = [peer("kubectl"), "--kubeconfig", config, "auth", "whoami", "-o", "jsonpath={.status.userInfo}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert '"username":"jane"' in told
    assert '"dev","ops","system:authenticated"' in told


def test_a_namespace_goes_with_all_it_holds(api_server: clusters.Cluster, namespace: Callable[..., str]) -> None:
    name = namespace()
    path = f"/api/v1/namespaces/{name}/configmaps"
    api_server.call("POST", path, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})
    api_server.remove_namespace(name)
    assert api_server.call("GET", path)["items"] == []
    assert name not in {item["metadata"]["name"] for item in api_server.call("GET", "/api/v1/namespaces")["items"]}


def test_servers_end_with_the_process_that_used_them(tmp_path: pathlib.Path, peer: Callable[[str], pathlib.Path]) -> None:
    peer("etcd")
    peer("kube-apiserver")
    code = (
        "import sys, os, pathlib, clusters\n"
        "with clusters.shared(pathlib.Path(sys.argv[1]), controllers=False) as cluster:\n"
        "    print(cluster.folder, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(clusters.__file__).parent)}
    told = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=environment).stdout
    folder = told.strip().encode()
    assert folder
    end = time.monotonic() + 30
    while found := _processes_of(folder):
        assert time.monotonic() < end, f"still running: {found}"
        time.sleep(0.1)


def _processes_of(word: bytes) -> list[str]:
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def test_controllers_make_what_a_deployment_asks_for(controller_manager: clusters.Cluster) -> None:
    name = controller_manager.make_namespace()
    labels = {"app": "a"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "example.test/a:1"}]}}
    controller_manager.call(
        "POST",
        f"/apis/apps/v1/namespaces/{name}/deployments",
        {"metadata": {"name": "a"}, "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": pod}},
    )
    end = time.monotonic() + 30
    while len(controller_manager.call("GET", f"/api/v1/namespaces/{name}/pods")["items"]) != 2:
        assert time.monotonic() < end, "no Pods were made"
        time.sleep(0.1)
    controller_manager.call("DELETE", f"/api/v1/namespaces/{name}")
