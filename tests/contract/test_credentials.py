"""Every way to prove who we are, on the real API server."""

from __future__ import annotations

import base64
import contextlib
import json
import pathlib
import stat
from collections.abc import Callable
from typing import Any

import pytest

import clusters
from steersman.errors import Unauthorized
from steersman.kube.client import Client
from steersman.kube.config import Overrides, load

pytestmark = pytest.mark.cluster


@pytest.fixture
def who(api_server: clusters.Cluster, tmp_path: pathlib.Path) -> Callable[..., Any]:
    def ask(user: dict[str, Any], cluster: dict[str, Any] | None = None, times: int = 1) -> Any:
        cluster = cluster or {"certificate-authority": str(api_server.ca_file)}
        config = {
            "clusters": [{"name": "a", "cluster": {"server": api_server.url, **cluster}}],
            "users": [{"name": "a", "user": user}],
            "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
            "current-context": "a",
        }
        path = tmp_path / "kubeconfig"
        path.write_text(json.dumps(config))
        with contextlib.closing(Client(load(Overrides(kubeconfig=str(path))))) as client:
            return [client.whoami().get("username") for _ in range(times)][-1]

    return ask


def encoded(path: pathlib.Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def plugin(folder: pathlib.Path, script: str) -> dict[str, Any]:
    path = folder / "plugin"
    path.write_text(f"#!/bin/sh\necho run >> {folder}/runs\nn=$(wc -l < {folder}/runs)\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    version = "client.authentication.k8s.io/v1"
    return {"exec": {"command": str(path), "apiVersion": version, "interactiveMode": "Never"}}


def answer(**status: str) -> str:
    return json.dumps({"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": status})


def test_certificates_in_files_and_in_place(api_server: clusters.Cluster, who: Callable[..., Any]) -> None:
    certificate, key = api_server.authority.issue("jane")
    assert who({"client-certificate": str(certificate), "client-key": str(key)}) == "jane"
    inline = {"client-certificate-data": encoded(certificate), "client-key-data": encoded(key)}
    assert who(inline, {"certificate-authority-data": encoded(api_server.ca_file)}) == "jane"
    assert who(inline, {"insecure-skip-tls-verify": True}) == "jane"
    assert who(inline, {"certificate-authority": str(api_server.ca_file), "tls-server-name": "kubernetes.default"}) == "jane"


def test_tokens(who: Callable[..., Any], tmp_path: pathlib.Path) -> None:
    assert who({"token": clusters.ADMIN_TOKEN}) == "admin"
    (tmp_path / "token").write_text(clusters.ADMIN_TOKEN + "\n")
    assert who({"tokenFile": "token"}) == "admin"


def test_a_plugin_that_issues_a_certificate(
    api_server: clusters.Cluster, who: Callable[..., Any], tmp_path: pathlib.Path
) -> None:
    certificate, key = api_server.authority.issue("jane")
    text = answer(clientCertificateData=certificate.read_text(), clientKeyData=key.read_text())
    assert who(plugin(tmp_path, f"cat <<'END'\n{text}\nEND"), times=3) == "jane"
    assert (tmp_path / "runs").read_text() == "run\n"


def test_a_plugin_that_rotates_its_certificate(
    api_server: clusters.Cluster, who: Callable[..., Any], tmp_path: pathlib.Path
) -> None:
    for number, name in ((1, "jane"), (2, "joan")):
        certificate, key = api_server.authority.issue(name)
        text = answer(
            clientCertificateData=certificate.read_text(),
            clientKeyData=key.read_text(),
            expirationTimestamp="2020-01-01T00:00:00Z",
        )
        (tmp_path / f"answer-{number}").write_text(text)
    script = f"if [ $n -le 2 ]; then cat {tmp_path}/answer-1; else cat {tmp_path}/answer-2; fi"
    assert who(plugin(tmp_path, script)) == "jane"
    assert who(plugin(tmp_path, script), times=2) == "joan"


def test_refused_credentials_are_renewed_and_the_call_repeated(who: Callable[..., Any], tmp_path: pathlib.Path) -> None:
    script = f"if [ $n -eq 1 ]; then echo '{answer(token='stale')}'; else echo '{answer(token=clusters.ADMIN_TOKEN)}'; fi"
    assert who(plugin(tmp_path, script), times=2) == "admin"
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


def test_credentials_refused_twice_are_refused(who: Callable[..., Any], tmp_path: pathlib.Path) -> None:
    with pytest.raises(Unauthorized) as caught:
        who(plugin(tmp_path, f"echo '{answer(token='stale')}'"))
    assert caught.value.hint
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


def test_an_expired_certificate_is_named(api_server: clusters.Cluster, who: Callable[..., Any]) -> None:
    certificate, key = api_server.authority.issue("late", days=(-20, -10))
    with pytest.raises(Unauthorized) as caught:
        who({"client-certificate": str(certificate), "client-key": str(key)})
    assert caught.value.hint.startswith("the client certificate of your kubeconfig expired at 20")
