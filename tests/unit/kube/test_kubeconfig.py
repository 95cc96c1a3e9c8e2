"""Kubeconfig: merging, choosing, flags over files; lightkube reads the same files as an oracle."""

from __future__ import annotations

import base64
import os
import pathlib
from typing import Any

import pytest
from lightkube.config.kubeconfig import KubeConfig

from steersman.errors import ClusterError, UsageError
from steersman.kube import config as kubeconfig
from steersman.kube.config import ClusterConfig, Overrides, address, load, load_namespace, parse
from steersman.kube.identity import Identity

PEM = base64.b64encode(b"-----BEGIN CERTIFICATE-----").decode()
FULL = f"""
apiVersion: v1
kind: Config
preferences: {{}}
current-context: prod
clusters:
- name: prod
  cluster:
    server: https://prod.example.test:6443/prefix/
    certificate-authority-data: {PEM}
    tls-server-name: inner.example.test
    proxy-url: http://proxy.example.test:3128
    disable-compression: true
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {{audience: x}}
- name: dev
  cluster:
    server: https://dev.example.test
    insecure-skip-tls-verify: true
users:
- name: cert
  user:
    client-certificate-data: {PEM}
    client-key-data: {PEM}
- name: token
  user:
    token: secret-token
    as: jane
    as-uid: "7"
    as-groups: [dev, ops]
    as-user-extra: {{scopes: [a, b]}}
- name: plugin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [eks, get-token]
      env: [{{name: A, value: b}}]
      provideClusterInfo: true
- name: basic
  user: {{username: u, password: p}}
contexts:
- name: prod
  context: {{cluster: prod, user: cert, namespace: shop}}
- name: dev
  context: {{cluster: dev, user: token}}
- name: plugin
  context: {{cluster: prod, user: plugin}}
- name: basic
  context: {{cluster: dev, user: basic}}
"""


@pytest.fixture
def environ(tmp_path: pathlib.Path) -> dict[str, str]:
    (tmp_path / "full").write_text(FULL)
    return {"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "full")}


def test_everything_a_file_says(environ: dict[str, str]) -> None:
    found = load(environ=environ)
    assert found == ClusterConfig(
        "https://prod.example.test:6443/prefix",
        "shop",
        ca_data=base64.b64decode(PEM),
        tls_server_name="inner.example.test",
        certificate_data=base64.b64decode(PEM),
        key_data=base64.b64decode(PEM),
        proxy_url="http://proxy.example.test:3128",
        disable_compression=True,
        context="prod",
    )


def test_impersonation_in_a_file(environ: dict[str, str]) -> None:
    found = load(Overrides(context="dev"), environ)
    assert (found.token, found.insecure, found.namespace) == ("secret-token", True, "default")
    assert found.impersonate == Identity("jane", ("dev", "ops"), "7", (("scopes", ("a", "b")),))


def test_a_plugin_of_v1beta1_may_use_the_terminal(environ: dict[str, str]) -> None:
    plugin = load(Overrides(context="plugin"), environ).exec_plugin
    assert plugin is not None
    assert (plugin.command, plugin.args, plugin.env) == ("aws", ("eks", "get-token"), (("A", "b"),))
    assert (plugin.interactive_mode, plugin.provide_cluster_info, plugin.cluster_config) == (
        "IfAvailable",
        True,
        {"audience": "x"},
    )


@pytest.mark.parametrize("context", ["prod", "dev", "plugin", "basic"])
def test_as_lightkube_reads_it(context: str, environ: dict[str, str]) -> None:
    theirs = KubeConfig.from_file(environ["KUBECONFIG"]).get(context)
    ours = load(Overrides(context=context), environ)
    assert theirs is not None and theirs.user is not None
    assert ours.namespace == theirs.namespace
    assert ours.server == theirs.cluster.server.rstrip("/")
    assert ours.insecure == theirs.cluster.insecure
    for mine, other in (
        (ours.ca_data, theirs.cluster.certificate_auth_data),
        (ours.certificate_data, theirs.user.client_cert_data),
        (ours.key_data, theirs.user.client_key_data),
    ):
        assert mine == base64.b64decode(other or "")
    for name in ("username", "password", "token"):
        assert getattr(ours, name) == (getattr(theirs.user, name) or "")
    if theirs.user.exec is not None:
        assert ours.exec_plugin is not None
        assert (ours.exec_plugin.command, list(ours.exec_plugin.args)) == (theirs.user.exec.command, theirs.user.exec.args)


def test_the_first_file_wins_whole_entries(tmp_path: pathlib.Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text(
        "clusters: [{name: a, cluster: {server: 'https://one'}}]\ncontexts: [{name: a, context: {cluster: a, namespace: n1}}]"
    )
    two.write_text(
        "current-context: a\nclusters: [{name: a, cluster: {server: 'https://two', tls-server-name: x}}, {name: b, cluster: {server: 'https://b'}}]\n"
        "contexts: [{name: a, context: {cluster: b}}, {name: b, context: {cluster: b, namespace: n2}}]"
    )
    environ = {"HOME": str(tmp_path), "KUBECONFIG": os.pathsep.join([str(one), str(tmp_path / "none"), "", str(two), str(one)])}
    found = load(environ=environ)
    assert (found.server, found.tls_server_name, found.namespace, found.context) == ("https://one", "", "n1", "a")
    assert load(Overrides(context="b"), environ).server == "https://b"
    environ["KUBECONFIG"] = os.pathsep.join([str(two), str(one)])
    assert load(environ=environ).server == "https://b"
    assert load(Overrides(kubeconfig=str(one), context="a"), environ).server == "https://one"


def test_paths_are_taken_from_the_files_folder(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "deep"
    (folder / "pki").mkdir(parents=True)
    for name in ("pki/ca", "pki/crt", "pki/key"):
        (folder / name).write_text("x")
    (folder / "config").write_text(
        "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n"
        "clusters: [{name: a, cluster: {server: 'https://a', certificate-authority: pki/ca}}]\n"
        "users: [{name: a, user: {client-certificate: ../deep/pki/crt, client-key: pki/key,"
        " exec: {command: bin/x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}}]"
    )
    found = load(environ={"HOME": str(tmp_path), "KUBECONFIG": str(folder / "config")})
    assert (found.ca_file, found.certificate_file, found.key_file) == tuple(
        str(folder / "pki" / name) for name in ("ca", "crt", "key")
    )
    assert found.exec_plugin is not None
    assert found.exec_plugin.command == str(folder / "bin" / "x")


def test_flags_lie_over_the_file(environ: dict[str, str], tmp_path: pathlib.Path) -> None:
    (tmp_path / "ca").write_text("x")
    found = load(
        Overrides(
            namespace="flag", server="https://other", token="t", ca_file=str(tmp_path / "ca"), as_user="bob", as_groups=("g",)
        ),
        environ,
    )
    assert (found.server, found.namespace, found.token, found.ca_file, found.ca_data) == (
        "https://other",
        "flag",
        "t",
        str(tmp_path / "ca"),
        b"",
    )
    assert found.tls_server_name == "", "another server is not checked for the name of the file's"
    assert found.impersonate == Identity("bob", ("g",))
    insecure = load(Overrides(insecure_skip_tls_verify=True, tls_server_name="n"), environ)
    assert (insecure.insecure, insecure.ca_data, insecure.tls_server_name) == (True, b"", "n")


def test_a_token_given_by_hand_is_not_ignored(tmp_path: pathlib.Path) -> None:
    (tmp_path / "token").write_text("from-file")
    (tmp_path / "c").write_text(
        "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n"
        "clusters: [{name: a, cluster: {server: 'https://a'}}]\nusers: [{name: a, user: {tokenFile: token}}]"
    )
    environ = {"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "c")}
    assert load(environ=environ).token_file == str(tmp_path / "token")
    found = load(Overrides(token="by-hand"), environ)
    assert (found.token, found.token_file) == ("by-hand", "")


def test_no_credential_goes_over_plain_http(environ: dict[str, str]) -> None:
    found = load(Overrides(context="dev", server="http://other"), environ)
    assert (found.token, found.username, found.exec_plugin) == ("", "", None)


def test_nothing_configured_is_localhost(tmp_path: pathlib.Path) -> None:
    environ = {"HOME": str(tmp_path)}
    assert load(environ=environ).server == "http://localhost:8080"
    assert load(environ={**environ, "KUBERNETES_MASTER": "http://master:1"}).server == "http://master:1"
    assert load_namespace(environ=environ) == "default"


def test_nothing_configured_in_a_pod_is_the_pods_account(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("token", "abc"), ("ca.crt", "x"), ("namespace", "pods\n")):
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(kubeconfig, "SERVICE_ACCOUNT", str(tmp_path))
    environ = {"HOME": str(tmp_path), "KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    found = load(environ=environ)
    assert found == ClusterConfig("https://[fd00::1]:443", "pods", ca_file=f"{tmp_path}/ca.crt", token_file=f"{tmp_path}/token")
    assert load(Overrides(namespace="n", as_user="jane"), environ).impersonate == Identity("jane")
    assert load(Overrides(namespace="n", token="t"), environ).token == "t"
    assert load(environ={**environ, "POD_NAMESPACE": "mine"}).namespace == "mine"
    assert load(Overrides(server="https://a"), environ).token_file == ""


def test_the_namespace_is_known_without_a_usable_cluster(tmp_path: pathlib.Path) -> None:
    (tmp_path / "broken").write_text("{")
    environ = {"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "broken")}
    assert load_namespace(environ=environ) == "default"
    assert load_namespace(Overrides(namespace="n"), environ) == "n"


def test_oidc_is_refused_with_a_way_out(environ: dict[str, str], tmp_path: pathlib.Path) -> None:
    (tmp_path / "c").write_text(
        "current-context: a\ncontexts: [{name: a, context: {cluster: a, user: a}}]\n"
        "clusters: [{name: a, cluster: {server: 'https://a'}}]\n"
        "users: [{name: a, user: {auth-provider: {name: oidc, config: {id-token: canary}}}}]"
    )
    with pytest.raises(ClusterError, match='the auth provider "oidc" is not supported') as caught:
        load(Overrides(kubeconfig=str(tmp_path / "c")), environ)
    assert "exec credential plugin" in caught.value.hint


def test_an_unknown_context_names_those_there_are(environ: dict[str, str]) -> None:
    with pytest.raises(ClusterError) as caught:
        load(Overrides(context="nope"), environ)
    assert caught.value.hint == "contexts in your kubeconfig: basic, dev, plugin, prod"


def test_a_configuration_shows_no_secret(environ: dict[str, str]) -> None:
    assert "secret-token" not in repr(load(Overrides(context="dev"), environ))


def test_an_install_hint_cannot_reach_the_terminal() -> None:
    text = (
        "users: [{name: a, user: {exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, "
        'installHint: "\\e[1mx\\ny"}}}]'
    )
    user = parse(text).users["a"]
    plugin = kubeconfig._exec_plugin(user["exec"], {})
    assert plugin is not None
    assert plugin.install_hint == "U+001B[1mx\ny"


def test_hostile_files_end_in_an_error(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "c")}
    for data in (b"[" * 100_000, b"{" * 100_000, b"\xff\xfe\x00", b"- " * 50_000, b"a: &a [*a]", b"'"):
        (tmp_path / "c").write_bytes(data)
        with pytest.raises(ClusterError):
            load(environ=environ)
    monkeypatch.setattr(kubeconfig, "MAX_BYTES", 10)
    (tmp_path / "c").write_text("a: " + "b" * 20)
    with pytest.raises(ClusterError, match="larger than"):
        load(environ=environ)


@pytest.mark.parametrize(
    ("server", "secure", "expected"),
    [
        ("https://a:6443/", True, "https://a:6443"),
        ("a:6443", True, "https://a:6443"),
        ("a", False, "http://a"),
        ("https://a/b/c/", False, "https://a/b/c"),
        ("[::1]:6443", True, "https://[::1]:6443"),
        ("HTTPS://A", True, "https://A"),
    ],
)
def test_addresses(server: str, secure: bool, expected: str) -> None:
    assert address(server, secure=secure) == expected


@pytest.mark.parametrize("server", ["a/b", "ftp://a", "https://a:99999", "https://a:x", "https://a b"])
def test_addresses_that_are_none(server: str) -> None:
    with pytest.raises(ClusterError):
        address(server, secure=True)


# --- identity -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"user": ""}, {"user": "  "}, {"user": "a\r\nImpersonate-Group: system:masters"}])
def test_an_identity_is_never_half_there(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Identity(**wrong)
    with pytest.raises(UsageError):
        Identity("jane").replace(**wrong)
    with pytest.raises(UsageError):
        Identity("jane", groups=("a\nb",))
    with pytest.raises(UsageError):
        Identity("jane", groups=("a", ""))


def test_the_headers_of_an_identity() -> None:
    found = list(Identity("jane", ("a", "b"), "7", (("example.test/Scope s", ("x", "y")),)).headers())
    assert found == [
        ("Impersonate-User", "jane"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Group", "a"),
        ("Impersonate-Group", "b"),
        ("Impersonate-Extra-example.test%2FScope%20s", "x"),
        ("Impersonate-Extra-example.test%2FScope%20s", "y"),
    ]
