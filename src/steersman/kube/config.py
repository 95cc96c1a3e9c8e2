"""Which cluster, as whom: kubeconfig files, flags, the environment and the pod we run in become one `ClusterConfig`.

Theory of operation. `read` turns files into one `Kubeconfig` (the first file that names an entry wins); `load` picks context,
cluster and user, lays the flags over them, checks the result as client-go does, with its words, and falls back to the pod's own
service account where nothing at all was configured. No secret is read here but what kubeconfig itself holds or names, and no
connection is made. Sources: client-go tools/clientcmd (loader.go, client_config.go, validation.go, merge.go); Helm 4:
pkg/cli/environment.go; rest/url_utils.go for addresses without a scheme.
"""

from __future__ import annotations

import os

from steersman.errors import ClusterError, GoError
from steersman.golang.strconv import quote
from steersman.kube.identity import Identity
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
DEFAULT_SERVER = "http://localhost:8080"
MAX_BYTES = 16 << 20
"""A kubeconfig larger than this is not one."""
EXEC_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_INTERACTIVE = ("Never", "IfAvailable", "Always")
_CLUSTER_INFO = "client.authentication.k8s.io/exec"
"""The extension of a cluster entry that is passed on to exec plugins (client-go: clusterExtensionKey)."""


class Overrides(Record):
    """What flags and Helm's environment say about the cluster; an empty field says nothing."""

    kubeconfig: str = ""
    context: str = ""
    namespace: str = ""
    server: str = ""
    token: str = ""
    ca_file: str = ""
    as_user: str = ""
    as_groups: tuple[str, ...] = ()
    tls_server_name: str = ""
    insecure_skip_tls_verify: bool = False


class ExecPlugin(Record):
    """A program that prints credentials (client.authentication.k8s.io)."""

    command: str
    api_version: str
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    install_hint: str = ""
    interactive_mode: str = "IfAvailable"
    provide_cluster_info: bool = False
    cluster_config: object = None


class ClusterConfig(Record):
    """Everything that is needed to open a connection. Files are named by absolute paths; `*_data` are PEM bytes and win over files."""

    server: str
    namespace: str = "default"
    ca_file: str = ""
    ca_data: bytes = b""
    insecure: bool = False
    tls_server_name: str = ""
    certificate_file: str = ""
    certificate_data: bytes = b""
    key_file: str = ""
    key_data: bytes = b""
    token: str = ""
    token_file: str = ""
    username: str = ""
    password: str = ""
    exec_plugin: ExecPlugin | None = None
    impersonate: Identity | None = None
    proxy_url: str = ""
    disable_compression: bool = False
    context: str = ""

    def __repr__(self) -> str:
        """Without any credential: configurations end up in logs and tracebacks."""
        return f"ClusterConfig(server={self.server!r}, namespace={self.namespace!r}, context={self.context!r}, …)"

    @property
    def is_tls(self) -> bool:
        return self.server.lower().startswith("https://")

    def acting_as(self, identity: Identity) -> ClusterConfig:
        """The same cluster and credentials, every request on behalf of `identity`."""
        return self.replace(impersonate=identity)


class Kubeconfig(Record):
    """One kubeconfig, or several merged: entries by name, their relative paths made absolute."""

    clusters: Mapping[str, Mapping[str, Any]]
    users: Mapping[str, Mapping[str, Any]]
    contexts: Mapping[str, Mapping[str, Any]]
    current_context: str = ""


def load(overrides: Overrides | None = None, environ: Mapping[str, str] | None = None) -> ClusterConfig:
    """The cluster to talk to. `environ` is os.environ unless given.

    Raises ClusterError (code "kubeconfig-invalid") with client-go's text when files cannot be read or the choice is not usable.
    """
    overrides = overrides or Overrides()
    environ = os.environ if environ is None else environ
    kubeconfig = read(overrides, environ)
    context, cluster, user = _choose(kubeconfig, overrides, environ)
    problems = _problems(kubeconfig, context, cluster, user, overrides)
    if problems == [_EMPTY_CLUSTER]:
        raise _invalid(
            "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable"
        )
    if problems:
        raise _invalid(f"invalid configuration: {_aggregate(problems)}")
    namespace = namespace_of(kubeconfig, overrides, environ)
    config = _connection(cluster, user, context, namespace)
    if _is_default(config, environ) and _in_pod(environ):
        return _from_pod(overrides, environ, namespace)
    return config


def load_namespace(overrides: Overrides | None = None, environ: Mapping[str, str] | None = None) -> str:
    """The namespace that a command works in, found without a usable cluster (Helm 4: EnvSettings.Namespace): a broken kubeconfig
    gives the flag's namespace, or "default"."""
    overrides = overrides or Overrides()
    environ = os.environ if environ is None else environ
    if overrides.namespace:
        return overrides.namespace
    try:
        kubeconfig = read(overrides, environ)
        context, cluster, user = _choose(kubeconfig, overrides, environ)
        if _problems(kubeconfig, context, cluster, user, overrides):
            return "default"
        return namespace_of(kubeconfig, overrides, environ)
    except ClusterError:
        return "default"


# --- files → Kubeconfig -------------------------------------------------------------------------------------------------


def read(overrides: Overrides, environ: Mapping[str, str]) -> Kubeconfig:
    """The kubeconfig files that flags and KUBECONFIG name, merged. A missing file is skipped, unless `--kubeconfig` names it."""
    if overrides.kubeconfig:
        if not os.path.exists(overrides.kubeconfig):
            raise _invalid(f"stat {overrides.kubeconfig}: no such file or directory", hint="check --kubeconfig and KUBECONFIG")
        files = [overrides.kubeconfig]
    elif environ.get("KUBECONFIG"):
        files = list(dict.fromkeys(environ["KUBECONFIG"].split(os.pathsep)))
    else:
        files = [os.path.join(_home(environ), ".kube", "config")]
    found, problems = [], []
    for file in files:
        if not file:
            continue
        try:
            with open(file, "rb") as stream:
                data = stream.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                raise _invalid(f"the file is larger than {MAX_BYTES >> 20} MiB")
            found.append(parse(data.decode("utf-8", "replace"), os.path.abspath(os.path.dirname(file))))
        except FileNotFoundError:
            continue
        except IsADirectoryError:
            problems.append(f'error loading config file "{file}": read {file}: is a directory')
        except OSError as error:
            problems.append(f'error loading config file "{file}": open {file}: {_reason(error)}')
        except ClusterError as error:
            problems.append(f'error loading config file "{file}": {error.message}')
    if problems:
        raise _invalid(_aggregate(problems))
    merged: dict[str, dict[str, Mapping[str, Any]]] = {"clusters": {}, "users": {}, "contexts": {}}
    for one in reversed(found):
        for name, entries in merged.items():
            entries.update(getattr(one, name))
    current = next((one.current_context for one in found if one.current_context), "")
    return Kubeconfig(merged["clusters"], merged["users"], merged["contexts"], current)


def parse(text: str, folder: str = "") -> Kubeconfig:
    """One kubeconfig. Relative paths in it are taken from `folder`. Raises ClusterError with Go's text for what it cannot be."""
    from steersman.golang.yaml import load as load_yaml

    try:
        tree = load_yaml(text)
    except GoError as error:
        raise _invalid(error.message.removeprefix("error converting YAML to JSON: ")) from error
    if tree is None:
        tree = {}
    if isinstance(tree, dict):
        kind, version = tree.get("kind") or "Config", tree.get("apiVersion") or "v1"
        if (kind, version) != ("Config", "v1"):
            raise _invalid(
                f'no kind {quote(str(kind))} is registered for version {quote(str(version))} in scheme "pkg/runtime/scheme.go:111"'
            )
    config = _decode(tree, "Config", "", "Config")
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for name, entry, shown in (
        ("clusters", "cluster", "Cluster"),
        ("users", "user", "AuthInfo"),
        ("contexts", "context", "Context"),
    ):
        table = tables[name] = {}
        for item in config.get(name) or []:
            key = item.get("name", "")
            if key in table:
                raise _invalid(f'error converting *[]Named{shown} into *map[string]*api.{shown}: duplicate name "{key}" in list')
            table[key] = dict(item.get(entry) or {})
    for cluster in tables["clusters"].values():
        _make_absolute(cluster, ("certificate-authority",), folder)
    for user in tables["users"].values():
        _make_absolute(user, ("client-certificate", "client-key", "tokenFile"), folder)
        plugin = user.get("exec")
        if plugin:
            if not plugin.get("interactiveMode") and plugin.get("apiVersion") == EXEC_VERSIONS[1]:
                plugin["interactiveMode"] = "IfAvailable"
            if "/" in plugin.get("command", ""):  # a bare name is looked up in PATH
                _make_absolute(plugin, ("command",), folder)
    return Kubeconfig(tables["clusters"], tables["users"], tables["contexts"], config.get("current-context", ""))


def _make_absolute(entry: dict[str, Any], names: tuple[str, ...], folder: str) -> None:
    for name in names:
        if entry.get(name) and folder:
            entry[name] = os.path.normpath(os.path.join(folder, entry[name])) if not os.path.isabs(entry[name]) else entry[name]


_FIELDS: dict[str, dict[str, str]] = {
    "Config": {
        "kind": "string",
        "apiVersion": "string",
        "clusters": "[]NamedCluster",
        "users": "[]NamedAuthInfo",
        "contexts": "[]NamedContext",
        "current-context": "string",
    },
    "NamedCluster": {"name": "string", "cluster": "Cluster"},
    "NamedAuthInfo": {"name": "string", "user": "AuthInfo"},
    "NamedContext": {"name": "string", "context": "Context"},
    "NamedExtension": {"name": "string", "extension": "any"},
    "Cluster": {
        "server": "string",
        "tls-server-name": "string",
        "insecure-skip-tls-verify": "bool",
        "certificate-authority": "string",
        "certificate-authority-data": "[]uint8",
        "proxy-url": "string",
        "disable-compression": "bool",
        "extensions": "[]NamedExtension",
    },
    "AuthInfo": {
        "client-certificate": "string",
        "client-certificate-data": "[]uint8",
        "client-key": "string",
        "client-key-data": "[]uint8",
        "token": "string",
        "tokenFile": "string",
        "as": "string",
        "as-uid": "string",
        "as-groups": "[]string",
        "as-user-extra": "map[string][]string",
        "username": "string",
        "password": "string",
        "auth-provider": "AuthProviderConfig",
        "exec": "ExecConfig",
        "extensions": "[]NamedExtension",
    },
    "AuthProviderConfig": {"name": "string", "config": "map[string]string"},
    "ExecConfig": {
        "command": "string",
        "args": "[]string",
        "env": "[]ExecEnvVar",
        "apiVersion": "string",
        "installHint": "string",
        "provideClusterInfo": "bool",
        "interactiveMode": "string",
    },
    "ExecEnvVar": {"name": "string", "value": "string"},
    "Context": {"cluster": "string", "user": "string", "namespace": "string", "extensions": "[]NamedExtension"},
}
"""The Go types of kubeconfig (client-go: tools/clientcmd/api/v1/types.go), for decoding as strictly, and failing in the same words."""


def _decode(value: object, kind: str, path: str, struct: str) -> Any:
    """`value` as Go's encoding/json would put it into a field of the Go type `kind`."""
    if value is None or kind == "any":
        return value if kind == "any" else _zero(kind)
    if kind.startswith("[]") and kind != "[]uint8":
        if isinstance(value, list):
            return [_decode(item, kind[2:], path, struct) for item in value]
    elif kind.startswith("map[string]"):
        if isinstance(value, dict):
            return {str(key): _decode(item, kind[len("map[string]") :], path, struct) for key, item in value.items()}
    elif kind in _FIELDS:
        if isinstance(value, dict):
            fields = _FIELDS[kind]
            return {
                key: _decode(item, fields[key], f"{path}.{key}" if path else key, kind)
                for key, item in sorted(value.items(), key=lambda pair: str(pair[0]))
                if key in fields
            }
    elif kind == "bool":
        if isinstance(value, bool):
            return value
    elif isinstance(value, str):
        return _from_base64(value) if kind == "[]uint8" else value
    found = {dict: "object", list: "array", str: "string", bool: "bool"}.get(type(value), "number")
    if not path:
        raise _invalid(
            f"couldn't get version/kind; json parse error: json: cannot unmarshal {found} into Go value of type "
            'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
        )
    named = kind.lstrip("[]") in _FIELDS
    shown = kind.replace(kind.lstrip("[]"), f"v1.{kind.lstrip('[]')}") if named else kind
    raise _invalid(f"json: cannot unmarshal {found} into Go struct field {struct}.{path} of type {shown}")


def _zero(kind: str) -> Any:
    if kind == "[]uint8":
        return b""
    if kind.startswith("[]"):
        return []
    if kind.startswith("map") or kind in _FIELDS:
        return {}
    return False if kind == "bool" else ""


def _from_base64(text: str) -> bytes:
    import base64
    import re

    plain = text.replace("\r", "").replace("\n", "")
    wrong = re.search(r"[^A-Za-z0-9+/]", plain.rstrip("="))
    if wrong or len(plain) % 4:
        raise _invalid(f"illegal base64 data at input byte {wrong.start() if wrong else len(plain) - len(plain) % 4}")
    return base64.b64decode(plain)


# --- the choice of context, cluster and user ----------------------------------------------------------------------------

_EMPTY_CLUSTER = "cluster has no server defined"


def _choose(
    kubeconfig: Kubeconfig, overrides: Overrides, environ: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """(context, cluster, user) with the flags laid over them. Raises ClusterError when `--kube-context` names none."""
    name = overrides.context or kubeconfig.current_context
    if overrides.context and name not in kubeconfig.contexts:
        known = ", ".join(sorted(kubeconfig.contexts))
        raise _invalid(
            f"context {quote(name)} does not exist",
            hint=f"contexts in your kubeconfig: {known}" if known else "your kubeconfig has no contexts",
        )
    context: dict[str, Any] = {"name": name, **kubeconfig.contexts.get(name, {})}
    cluster: dict[str, Any] = {"server": environ.get("KUBERNETES_MASTER") or DEFAULT_SERVER}
    cluster.update(_given(kubeconfig.clusters.get(context.get("cluster", ""), {})))
    if overrides.server:
        cluster["server"] = overrides.server
    if overrides.insecure_skip_tls_verify or overrides.ca_file:
        cluster["insecure-skip-tls-verify"] = overrides.insecure_skip_tls_verify
        cluster["certificate-authority"] = overrides.ca_file
        cluster["certificate-authority-data"] = b""
    if overrides.tls_server_name or overrides.server:
        cluster["tls-server-name"] = overrides.tls_server_name
    user: dict[str, Any] = _given(kubeconfig.users.get(context.get("user", ""), {}))
    if overrides.token:
        user["token"] = overrides.token
        user.pop("tokenFile", None)  # client-go would prefer the file's: a token given by hand must not be ignored
    if overrides.as_user:
        user["as"] = overrides.as_user
    if overrides.as_groups:
        user["as-groups"] = list(overrides.as_groups)
    return context, cluster, user


def _given(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Only the fields that say something: merging never overwrites with a zero value (client-go: merge.go)."""
    return {key: value for key, value in entry.items() if value}


def _problems(
    kubeconfig: Kubeconfig, context: Mapping[str, Any], cluster: Mapping[str, Any], user: Mapping[str, Any], overrides: Overrides
) -> list[str]:
    """What makes the choice unusable, in the order and words of client-go (DirectClientConfig.ConfirmUsable)."""
    found = []
    if context["name"] and context["name"] not in kubeconfig.contexts:
        found.append(f"context was not found for specified context: {context['name']}")
    found += _user_problems(context.get("user", ""), user)
    found += _cluster_problems(context.get("cluster", ""), cluster)
    return found


def _cluster_problems(name: str, cluster: Mapping[str, Any]) -> list[str]:
    if not _given(cluster):
        return [_EMPTY_CLUSTER]
    found = []
    if not cluster.get("server"):
        found.append(f"no server found for cluster {quote(name)}" if name else "default cluster has no server defined")
    proxy = cluster.get("proxy-url")
    if proxy:
        scheme = proxy.partition(":")[0] if "://" in proxy else ""
        if scheme not in ("http", "https", "socks5"):
            found.append(
                f"invalid 'proxy-url' {quote(proxy)} for cluster {quote(name)}: "
                f"unsupported scheme {quote(scheme)}, must be http, https, or socks5"
            )
    file = cluster.get("certificate-authority")
    if file and cluster.get("certificate-authority-data"):
        found.append(
            "certificate-authority-data and certificate-authority are both specified for "
            f"{name}. certificate-authority-data will override."
        )
    if file:
        found += _unreadable(file, "certificate-authority", name)
    return found


def _user_problems(name: str, user: Mapping[str, Any]) -> list[str]:
    found = []
    methods = []
    if user.get("token"):
        methods.append("token")
    if user.get("username") or user.get("password"):
        methods.append("basicAuth")
    certificate, key = user.get("client-certificate"), user.get("client-key")
    if certificate or user.get("client-certificate-data"):
        if certificate and user.get("client-certificate-data"):
            found.append(f"client-cert-data and client-cert are both specified for {name}. client-cert-data will override.")
        if key and user.get("client-key-data"):
            found.append(f"client-key-data and client-key are both specified for {name}; client-key-data will override")
        if not key and not user.get("client-key-data"):
            found.append(
                f"client-key-data or client-key must be specified for {name} to use the clientCert authentication method."
            )
        if certificate:
            found += _unreadable(certificate, "client-cert", name)
        if key:
            found += _unreadable(key, "client-key", name)
    plugin = user.get("exec")
    if plugin:
        if user.get("auth-provider"):
            found.append(f"authProvider cannot be provided in combination with an exec plugin for {name}")
        for field in ("command", "apiVersion"):
            if not plugin.get(field):
                found.append(f"{field} must be specified for {name} to use exec authentication plugin")
        for variable in plugin.get("env") or []:
            if not variable.get("name"):
                found.append(f"env variable name must be specified for {name} to use exec authentication plugin")
        mode = plugin.get("interactiveMode", "")
        if not mode:
            found.append(f"interactiveMode must be specified for {name} to use exec authentication plugin")
        elif mode not in _INTERACTIVE:
            found.append(f"invalid interactiveMode for {name}: {quote(mode)}")
    if len(methods) > 1:
        found.append(f"more than one authentication method found for {name}; found [{' '.join(methods)}], only one is allowed")
    if not user.get("as") and any(user.get(field) for field in ("as-uid", "as-groups", "as-user-extra")):
        found.append(f"requesting uid, groups or user-extra for {name} without impersonating a user")
    return found


def _unreadable(file: str, what: str, name: str) -> list[str]:
    try:
        with open(file, "rb"):
            return []
    except OSError as error:
        return [f"unable to read {what} {file} for {name} due to open {file}: {_reason(error)}"]


def namespace_of(kubeconfig: Kubeconfig, overrides: Overrides, environ: Mapping[str, str]) -> str:
    """The flag's, the context's, the pod's own, or "default" (client-go: DeferredLoadingClientConfig.Namespace)."""
    if overrides.namespace:
        return overrides.namespace
    context = kubeconfig.contexts.get(overrides.context or kubeconfig.current_context, {})
    if context.get("namespace"):
        return str(context["namespace"])
    if _in_pod(environ):
        if environ.get("POD_NAMESPACE"):
            return environ["POD_NAMESPACE"]
        try:
            with open(f"{SERVICE_ACCOUNT}/namespace", encoding="utf-8") as file:
                return file.read().strip() or "default"
        except OSError:
            pass
    return "default"


# --- the result ---------------------------------------------------------------------------------------------------------


def _connection(cluster: Mapping[str, Any], user: Mapping[str, Any], context: Mapping[str, Any], namespace: str) -> ClusterConfig:
    has_ca = bool(cluster.get("certificate-authority") or cluster.get("certificate-authority-data"))
    has_certificate = bool(user.get("client-certificate") or user.get("client-certificate-data"))
    insecure = bool(cluster.get("insecure-skip-tls-verify"))
    server = address(cluster["server"], secure=has_ca or has_certificate or insecure)
    identity = None
    if user.get("as"):
        extra = tuple(sorted((key, tuple(values)) for key, values in (user.get("as-user-extra") or {}).items()))
        identity = Identity(user["as"], tuple(user.get("as-groups") or ()), user.get("as-uid", ""), extra)
    config = ClusterConfig(
        server,
        namespace,
        impersonate=identity,
        proxy_url=cluster.get("proxy-url", ""),
        disable_compression=bool(cluster.get("disable-compression")),
        context=context["name"],
    )
    if not config.is_tls:
        return config  # credentials are never sent in the clear (client-go: IsConfigTransportTLS)
    if has_ca and insecure:
        raise _invalid("specifying a root certificates file with the insecure flag is not allowed")
    if user.get("tokenFile") and not user.get("token"):
        try:
            with open(user["tokenFile"], "rb"):
                pass
        except OSError as error:
            raise _invalid(f"open {user['tokenFile']}: {_reason(error)}") from error
    provider = user.get("auth-provider")
    if provider:
        name = provider.get("name", "")
        if name != "oidc":
            raise _invalid(
                f"no Auth Provider found for name {quote(name)}", hint="use an exec credential plugin in your kubeconfig"
            )
        raise _invalid(
            'the auth provider "oidc" is not supported',
            hint="use an exec credential plugin, such as kubelogin, in your kubeconfig; or pass a token with --kube-token",
        )
    return config.replace(
        ca_file="" if cluster.get("certificate-authority-data") else cluster.get("certificate-authority", ""),
        ca_data=cluster.get("certificate-authority-data", b""),
        insecure=insecure,
        tls_server_name=cluster.get("tls-server-name", ""),
        certificate_file=user.get("client-certificate", ""),
        certificate_data=user.get("client-certificate-data", b""),
        key_file=user.get("client-key", ""),
        key_data=user.get("client-key-data", b""),
        token=user.get("token", ""),
        token_file=user.get("tokenFile", ""),
        username=user.get("username", ""),
        password=user.get("password", ""),
        exec_plugin=_exec_plugin(user.get("exec"), cluster),
    )


def _exec_plugin(plugin: Mapping[str, Any] | None, cluster: Mapping[str, Any]) -> ExecPlugin | None:
    if not plugin:
        return None
    if plugin["apiVersion"] not in EXEC_VERSIONS:
        raise _invalid(
            f"exec plugin: invalid apiVersion {quote(plugin['apiVersion'])}", hint=f"these are spoken: {', '.join(EXEC_VERSIONS)}"
        )
    passed_on = [item.get("extension") for item in cluster.get("extensions") or [] if item.get("name") == _CLUSTER_INFO]
    return ExecPlugin(
        plugin["command"],
        plugin["apiVersion"],
        tuple(plugin.get("args") or ()),
        tuple((item.get("name", ""), item.get("value", "")) for item in plugin.get("env") or ()),
        _printable(plugin.get("installHint", "")),
        plugin["interactiveMode"],
        bool(plugin.get("provideClusterInfo")),
        passed_on[0] if passed_on else None,
    )


def _printable(text: str) -> str:
    """Without escape sequences, which could do anything to a terminal (client-go: cleanANSIEscapeCodes)."""
    return "".join(
        character if character.isprintable() or character in "\t\n\v\f\r" else f"U+{ord(character):04X}" for character in text
    )


def address(server: str, *, secure: bool) -> str:
    """The base URL of an API server given as a URL or as host:port (client-go: rest/url_utils.go). Raises ClusterError."""
    from steersman.golang.urls import parse as parse_url

    try:
        url = parse_url(server)
    except GoError:
        url = None
    if url is None or not url.scheme or not url.host:
        try:
            url = parse_url(f"{'https' if secure else 'http'}://{server}")
        except GoError as error:
            raise _invalid(error.message) from error
        if url.path not in ("", "/"):
            raise _invalid(f"host must be a URL or a host:port pair: {quote(server)}")
    if url.scheme not in ("http", "https"):
        raise _invalid(f"unsupported protocol scheme {quote(url.scheme)}", hint="the address of a cluster begins with https://")
    port = url.host.rpartition(":")[2] if not url.host.endswith("]") and ":" in url.host else ""
    if port and int(port) > 65535:
        raise _invalid(f"dial tcp: address {port}: invalid port")
    return f"{url.scheme}://{url.host}{url.path.rstrip('/')}"


def _is_default(config: ClusterConfig, environ: Mapping[str, str]) -> bool:
    """Whether nothing was configured. Unlike client-go we also take the pod's account when only a user to act as was given."""
    default = address(environ.get("KUBERNETES_MASTER") or DEFAULT_SERVER, secure=False)
    return config.replace(namespace="default", context="", impersonate=None) == ClusterConfig(default)


def _in_pod(environ: Mapping[str, str]) -> bool:
    if not environ.get("KUBERNETES_SERVICE_HOST") or not environ.get("KUBERNETES_SERVICE_PORT"):
        return False
    return os.path.isfile(f"{SERVICE_ACCOUNT}/token")


def _from_pod(overrides: Overrides, environ: Mapping[str, str], namespace: str) -> ClusterConfig:
    """The service account of the pod we run in (client-go: rest.InClusterConfig, inClusterClientConfig)."""
    host, port = environ["KUBERNETES_SERVICE_HOST"], environ["KUBERNETES_SERVICE_PORT"]
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    authority = f"{SERVICE_ACCOUNT}/ca.crt"
    return ClusterConfig(
        address(overrides.server or server, secure=True),
        namespace,
        ca_file=overrides.ca_file or (authority if os.path.isfile(authority) else ""),
        token=overrides.token,
        token_file="" if overrides.token else f"{SERVICE_ACCOUNT}/token",
        impersonate=Identity(overrides.as_user, overrides.as_groups) if overrides.as_user else None,
    )


def _home(environ: Mapping[str, str]) -> str:
    return environ.get("HOME") or os.path.expanduser("~")


def _aggregate(problems: list[str]) -> str:
    """Several errors as one text (apimachinery: util/errors.aggregate)."""
    unique = list(dict.fromkeys(problems))
    return unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]"


def _reason(error: OSError) -> str:
    text = (error.strerror or str(error)).lower()
    return {"is a directory": "is a directory"}.get(text, text)


def _invalid(message: str, *, hint: str = "") -> ClusterError:
    return ClusterError(message, code="kubeconfig-invalid", hint=hint)
