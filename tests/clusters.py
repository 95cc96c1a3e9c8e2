"""A real Kubernetes API server for the tests, on loopback, in about three seconds.

Theory of operation. The fixtures `api_server` and `controller_manager` each give a `Cluster`: etcd and kube-apiserver (the latter
fixture's with kube-controller-manager too) with a certificate authority of their own. One cluster of each kind is shared by all
pytest-xdist workers of a run: the first worker that asks starts a supervisor (this file run as a program), and every user holds a
shared lock on `users.lock` in its folder. The supervisor tries for the exclusive lock: when it gets it, nobody is left, however
they went, and it stops the servers and goes too. Should the supervisor itself be killed, the kernel ends its children
(PR_SET_PDEATHSIG), so nothing outlives a test run.

By hand: `.venv/bin/python tests/clusters.py FOLDER [--controllers]` starts one, prints its kubeconfig, and stops on Ctrl-C.
The executables come from `make peers`. Where they are absent the tests skip and say so; with CI=true they fail.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import datetime
import fcntl
import hashlib
import ipaddress
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import IO, Any

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
PEERS = pathlib.Path(os.environ.get("STEERSMAN_PEERS") or ROOT / ".peers")
START_SECONDS = 90.0
"""How long a cluster may take to become ready on a busy machine; an idle one needs three."""
POLL_SECONDS = 0.05
PR_SET_PDEATHSIG = 1
ADMIN = "admin"
ADMIN_TOKEN = "steersman-test-admin-token"
"""A static bearer token of the group system:masters, for the tests of tokens."""


# --- which executables there are ------------------------------------------------------------------------------------------


def executable(name: str) -> pathlib.Path:
    """The path of an executable that `make peers` builds; without it the test is skipped, or fails where CI=true."""
    path = PEERS / name
    if not path.exists():
        message = f"{name} is not built: run `make peers`"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    return path


# --- certificates ---------------------------------------------------------------------------------------------------------


class Authority:
    """A certificate authority in a folder: `ca.crt`, `ca.key`, and what it signs. Another process may open the same folder."""

    def __init__(self, folder: pathlib.Path, name: str = "steersman-test-ca") -> None:
        self.folder = folder
        self.certificate = folder / "ca.crt"
        self._key_file = folder / "ca.key"
        if not self.certificate.exists():
            from cryptography import x509
            from cryptography.hazmat.primitives import hashes
            from cryptography.hazmat.primitives.asymmetric import ec

            key = ec.generate_private_key(ec.SECP256R1())
            subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
            certificate = (
                self._builder(subject, subject, key.public_key(), days=(-1, 3650))
                .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                .add_extension(
                    x509.KeyUsage(
                        digital_signature=True,
                        key_cert_sign=True,
                        crl_sign=True,
                        content_commitment=False,
                        key_encipherment=False,
                        data_encipherment=False,
                        key_agreement=False,
                        encipher_only=False,
                        decipher_only=False,
                    ),
                    critical=True,
                )
                .sign(key, hashes.SHA256())
            )
            _write_key(self._key_file, key)
            _write_certificate(self.certificate, certificate)

    @staticmethod
    def _builder(subject: Any, issuer: Any, public_key: Any, days: tuple[float, float]) -> Any:
        from cryptography import x509

        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(days=days[0]))
            .not_valid_after(now + datetime.timedelta(days=days[1]))
        )

    def issue(
        self,
        name: str,
        *,
        groups: tuple[str, ...] = (),
        hosts: tuple[str, ...] = (),
        days: tuple[float, float] = (-1.0, 365.0),
        file: str = "",
    ) -> tuple[pathlib.Path, pathlib.Path]:
        """A certificate and its key as two files: for a server when `hosts` are given, else for the client `name` in `groups`.

        `days` is when it begins and ends to be valid, counted from now.
        """
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID

        file = file or hashlib.sha256(repr((name, groups, hosts, days)).encode()).hexdigest()[:16]
        certificate_file, key_file = self.folder / f"{file}.crt", self.folder / f"{file}.key"
        if certificate_file.exists():
            return certificate_file, key_file
        authority_key = serialization.load_pem_private_key(self._key_file.read_bytes(), None)
        authority = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, group) for group in groups]
        attributes.append(x509.NameAttribute(x509.NameOID.COMMON_NAME, name))
        usage = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = (
            self._builder(x509.Name(attributes), authority.subject, key.public_key(), days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(_identifier(authority), critical=False)
        )
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        _write_key(key_file, key)
        _write_certificate(certificate_file, builder.sign(authority_key, hashes.SHA256()))
        return certificate_file, key_file


def _identifier(authority: Any) -> Any:
    from cryptography import x509

    return x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())


def _host(text: str) -> Any:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _write_key(path: pathlib.Path, key: Any) -> None:
    from cryptography.hazmat.primitives import serialization

    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _write_certificate(path: pathlib.Path, certificate: Any) -> None:
    from cryptography.hazmat.primitives import serialization

    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    fresh.replace(path)  # whoever sees the certificate may rely on the key


# --- a running cluster, as tests see it -----------------------------------------------------------------------------------


class Cluster:
    """A running API server: where it is, credentials for any user, and namespaces to work in."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.url = (folder / "url").read_text()
        self.authority = Authority(folder)
        self.ca_file = self.authority.certificate
        self.audit_log = folder / "audit.log"
        self._opener: urllib.request.OpenerDirector | None = None
        self._names = itertools.count(1)
        self._collections: list[tuple[str, str]] = []

    @property
    def kubeconfig(self) -> pathlib.Path:
        """The administrator's kubeconfig (group system:masters)."""
        return self.kubeconfig_for(ADMIN, "system:masters")

    def kubeconfig_for(self, user: str, *groups: str, namespace: str = "", token: str = "") -> pathlib.Path:
        """The path of a kubeconfig with a client certificate for `user` in `groups`, or with a bearer token."""
        name = hashlib.sha256(repr((user, groups, namespace, token)).encode()).hexdigest()[:16]
        path = self.folder / f"kubeconfig-{name}.yaml"
        if path.exists():
            return path
        if token:
            credentials: dict[str, str] = {"token": token}
        else:
            certificate, key = self.authority.issue(user, groups=groups)
            credentials = {"client-certificate": str(certificate), "client-key": str(key)}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": {"server": self.url, "certificate-authority": str(self.ca_file)}}],
            "users": [{"name": user, "user": credentials}],
            "contexts": [
                {"name": "test", "context": {"cluster": "test", "user": user, **({"namespace": namespace} if namespace else {})}}
            ],
            "current-context": "test",
        }
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(config, indent=2))
        fresh.replace(path)
        return path

    def environment(self, **more: str) -> dict[str, str]:
        """An environment for an executable: KUBECONFIG of the administrator, and no setting of the user who runs the tests."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELM_", "KUBE"))}
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return {**kept, "HOME": str(home), "KUBECONFIG": str(self.kubeconfig), **more}

    def call(self, method: str, path: str, body: object = None, *, content_type: str = "application/json") -> Any:
        """One request as the administrator, apart from the code under test. Raises urllib.error.HTTPError."""
        if self._opener is None:
            context = ssl.create_default_context(cafile=str(self.ca_file))
            context.load_cert_chain(*self.authority.issue(ADMIN, groups=("system:masters",)))
            self._opener = urllib.request.build_opener(
                urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
            )
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": content_type}, method=method)
        try:
            with self._opener.open(request, timeout=60) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            error.msg = f"{error.msg}: {error.read().decode()}"
            error.close()
            raise
        try:
            return json.loads(text)
        except ValueError:
            return text.decode()

    def is_up(self) -> bool:
        with contextlib.suppress(OSError, urllib.error.HTTPError):
            return bool(self.call("GET", "/readyz") == "ok")
        return False

    def make_namespace(self, prefix: str = "test") -> str:
        """Makes a namespace whose name no other test uses."""
        name = f"{prefix}-{os.getpid()}-{next(self._names)}"
        self.call("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        return name

    def remove_namespace(self, name: str) -> None:
        """Removes a namespace with all it holds, which the controllers would do where they run."""
        for group_version, resource in self._deletable():
            with contextlib.suppress(urllib.error.HTTPError):
                self.call(
                    "DELETE", f"{group_version}/namespaces/{urllib.parse.quote(name)}/{resource}?propagationPolicy=Background"
                )
        with contextlib.suppress(urllib.error.HTTPError):
            self.call("DELETE", f"/api/v1/namespaces/{name}")
            space = self.call("GET", f"/api/v1/namespaces/{name}")
            space["spec"]["finalizers"] = []
            self.call("PUT", f"/api/v1/namespaces/{name}/finalize", space)

    def _deletable(self) -> list[tuple[str, str]]:
        if not self._collections:
            versions = ["/api/v1"]
            for group in self.call("GET", "/apis")["groups"]:
                versions.append(f"/apis/{group['preferredVersion']['groupVersion']}")
            for version in versions:
                for resource in self.call("GET", version).get("resources", []):
                    if resource["namespaced"] and "deletecollection" in resource["verbs"] and resource["name"] != "events":
                        self._collections.append((version, resource["name"]))
        return self._collections


# --- the supervisor: starts the servers, and stops them when nobody is left ----------------------------------------------


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _start(folder: pathlib.Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    log: IO[bytes]
    with open(folder / f"{name}.log", "ab") as log:
        return subprocess.Popen(
            [str(PEERS / name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def _wait(ready: Callable[[], bool], what: str, folder: pathlib.Path, processes: list[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + START_SECONDS
    while not ready():
        for process in processes:
            if process.poll() is not None:
                name = pathlib.Path(str(process.args[0])).name  # type: ignore[index]
                tail = (folder / f"{name}.log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{name} ended with status {process.returncode}:\n{tail}")
        if time.monotonic() > end:
            raise RuntimeError(f"{what} was not ready after {START_SECONDS:.0f} s; see {folder}/*.log")
        time.sleep(POLL_SECONDS)


def start(folder: pathlib.Path, *, controllers: bool) -> list[subprocess.Popen[bytes]]:
    """Starts the servers with their state in `folder`, waits until they are ready, and gives their processes."""
    authority = Authority(folder)
    etcd_port, peer_port, port = _free_port(), _free_port(), _free_port()
    hosts = ("localhost", "127.0.0.1", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "10.0.0.1")
    certificate, key = authority.issue("kube-apiserver", hosts=hosts, file="apiserver")
    signer, signer_key = authority.issue("service-accounts", file="service-accounts")
    (folder / "tokens.csv").write_text(f'{ADMIN_TOKEN},{ADMIN},1,"system:masters"\n')
    (folder / "audit.yaml").write_text('{"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}]}')
    (folder / "url").write_text(f"https://127.0.0.1:{port}")
    etcd = f"http://127.0.0.1:{etcd_port}"
    processes = [
        _start(
            folder,
            "etcd",
            f"--data-dir={folder}/etcd",
            f"--listen-client-urls={etcd}",
            f"--advertise-client-urls={etcd}",
            f"--listen-peer-urls=http://127.0.0.1:{peer_port}",
            "--unsafe-no-fsync",
            "--log-level=warn",
        )
    ]
    try:
        processes.append(
            _start(
                folder,
                "kube-apiserver",
                f"--etcd-servers={etcd}",
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                f"--secure-port={port}",
                f"--tls-cert-file={certificate}",
                f"--tls-private-key-file={key}",
                f"--client-ca-file={authority.certificate}",
                f"--cert-dir={folder}",
                f"--token-auth-file={folder}/tokens.csv",
                "--service-cluster-ip-range=10.0.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc",
                f"--service-account-key-file={signer}",
                f"--service-account-signing-key-file={signer_key}",
                "--authorization-mode=Node,RBAC",
                "--endpoint-reconciler-type=none",
                "--disable-admission-plugins=ServiceAccount",
                "--allow-privileged=true",
                "--profiling=false",
                *(
                    [f"--audit-policy-file={folder}/audit.yaml", f"--audit-log-path={folder}/audit.log"]
                    if os.environ.get("STEERSMAN_TEST_AUDIT")
                    else []
                ),
            )
        )
        cluster = Cluster(folder)
        _wait(cluster.is_up, "kube-apiserver", folder, processes)

        def has_namespaces() -> bool:
            found = {item["metadata"]["name"] for item in cluster.call("GET", "/api/v1/namespaces")["items"]}
            return {"default", "kube-system"} <= found

        _wait(has_namespaces, "the namespace default", folder, processes)
        if controllers:
            processes.append(
                _start(
                    folder,
                    "kube-controller-manager",
                    f"--kubeconfig={cluster.kubeconfig}",
                    f"--service-account-private-key-file={signer_key}",
                    f"--root-ca-file={authority.certificate}",
                    "--bind-address=127.0.0.1",
                    "--secure-port=0",
                    "--leader-elect=false",
                )
            )
            accounts = "/api/v1/namespaces/default/serviceaccounts"
            _wait(lambda: bool(cluster.call("GET", accounts)["items"]), "kube-controller-manager", folder, processes)
    except BaseException:
        stop(processes)
        raise
    return processes


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ends the processes, the last started first; nothing in them is worth a grace period."""
    for process in reversed(processes):
        process.kill()
        process.wait()


def supervise(folder: pathlib.Path, *, controllers: bool, while_locked: bool) -> int:
    """Runs a cluster in `folder` until nobody holds its `users.lock`, or, by hand, until Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    processes: list[subprocess.Popen[bytes]] = []
    folder.mkdir(parents=True, exist_ok=True)
    try:
        try:
            processes = start(folder, controllers=controllers)
        except Exception as error:
            (folder / "failed").write_text(str(error))
            raise
        (folder / "ready").touch()
        if not while_locked:
            print(f"export KUBECONFIG={Cluster(folder).kubeconfig}", flush=True)
        with open(folder / "users.lock", "w") as lock:
            while all(process.poll() is None for process in processes):
                time.sleep(0.25)
                if while_locked:
                    with contextlib.suppress(BlockingIOError):
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        (folder / "ready").unlink()
                        break
    except KeyboardInterrupt:
        pass
    finally:
        (folder / "ready").unlink(missing_ok=True)
        stop(processes)
        shutil.rmtree(folder / "etcd", ignore_errors=True)
    return 0


# --- the users' side: join the run's cluster, or start it ----------------------------------------------------------------


def _join(folder: pathlib.Path) -> IO[str] | None:
    """A held shared lock on a cluster that is up, or None."""
    if not (folder / "ready").exists():
        return None
    lock = open(folder / "users.lock", "a")  # noqa: SIM115 held as long as the cluster is used
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if (folder / "ready").exists():
            return lock
    lock.close()
    return None


@contextlib.contextmanager
def shared(base: pathlib.Path, *, controllers: bool) -> Iterator[Cluster]:
    """The cluster of this test run: joined when another worker started it already, else started."""
    kind = "controllers" if controllers else "plain"
    base.mkdir(parents=True, exist_ok=True)
    with open(base / f"{kind}.lock", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        folders = sorted(base.glob(f"{kind}-*"))
        lock = _join(folders[-1]) if folders else None
        folder = folders[-1] if lock else base / f"{kind}-{len(folders):03}"
        if lock is None:
            folder.mkdir()
            lock = open(folder / "users.lock", "w")  # noqa: SIM115
            fcntl.flock(lock, fcntl.LOCK_SH)
            arguments = [str(folder), "--while-locked", *(["--controllers"] if controllers else [])]
            with open(folder / "supervisor.log", "wb") as log:
                supervisor = subprocess.Popen(
                    [sys.executable, str(pathlib.Path(__file__).resolve()), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is for pytest; its end is seen by the lock
                )
            while not (folder / "ready").exists():
                if supervisor.poll() is not None:
                    failed = folder / "failed"
                    text = failed.read_text() if failed.exists() else (folder / "supervisor.log").read_text()
                    pytest.fail(f"the test cluster did not start: {text}", pytrace=False)
                time.sleep(POLL_SECONDS)
            supervisor.returncode = 0  # it is no longer ours to wait for: others may use it when we are gone
    try:
        yield Cluster(folder)
    finally:
        lock.close()


def _base(factory: pytest.TempPathFactory) -> pathlib.Path:
    temporary = factory.getbasetemp()
    return (temporary.parent if os.environ.get("PYTEST_XDIST_WORKER") else temporary) / "clusters"


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """etcd and kube-apiserver without controllers: what a test writes stays as it is. One for all workers of a run."""
    executable("etcd")
    executable("kube-apiserver")
    with shared(_base(tmp_path_factory), controllers=False) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def controller_manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A second API server, with kube-controller-manager: Deployments make Pods, Jobs count, garbage is collected."""
    for name in ("etcd", "kube-apiserver", "kube-controller-manager"):
        executable(name)
    with shared(_base(tmp_path_factory), controllers=True) as cluster:
        yield cluster


@pytest.fixture
def namespace(api_server: Cluster) -> Iterator[Callable[..., str]]:
    """`namespace(prefix)` makes a fresh namespace on `api_server`; all are removed when the test ends."""
    made: list[str] = []

    def make(prefix: str = "test") -> str:
        made.append(api_server.make_namespace(prefix))
        return made[-1]

    yield make
    for name in made:
        api_server.remove_namespace(name)


@pytest.fixture(scope="session")
def peer() -> Callable[[str], pathlib.Path]:
    """`peer("helm4")`: the path of an executable that `make peers` builds, or a skip that says so."""
    return executable


def main() -> int:
    parser = argparse.ArgumentParser(description="Run etcd and kube-apiserver on loopback, for the tests.")
    parser.add_argument("folder", type=lambda text: pathlib.Path(text).resolve(), help="where their state and kubeconfigs go")
    parser.add_argument("--controllers", action="store_true", help="run kube-controller-manager, too")
    parser.add_argument("--while-locked", action="store_true", help="end when nobody holds a lock on FOLDER/users.lock")
    given = parser.parse_args()
    return supervise(given.folder, controllers=given.controllers, while_locked=given.while_locked)


if __name__ == "__main__":
    sys.exit(main())
