"""What the environment and the flags that every command takes say: where things lie, which cluster, which namespace.

The order is Helm's: a flag, else its HELM_* variable, else the default. Helm 4: pkg/cli/environment.go, pkg/helmpath.
"""

from __future__ import annotations

from steersman.cli.flags import Flag
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from steersman.cli.flags import Values
    from steersman.kube.config import Overrides


def home(environ: Mapping[str, str], kind: str) -> str:
    """The folder for "cache", "config" or "data". Helm 4: pkg/helmpath/lazypath.go."""
    import sys

    own = environ.get(f"HELM_{kind.upper()}_HOME", "")
    if own:
        return own
    base = environ.get(f"XDG_{kind.upper()}_HOME", "")
    if not base:
        user = environ.get("HOME", "")
        if sys.platform == "darwin":
            return f"{user}/Library/" + {"cache": "Caches/helm", "config": "Preferences/helm", "data": "helm"}[kind]
        base = f"{user}/" + {"cache": ".cache", "config": ".config", "data": ".local/share"}[kind]
    return f"{base}/helm"


class Settings(Record):
    """The whole of it, as one value."""

    debug: bool
    kubeconfig: str
    kube_context: str
    kube_token: str
    kube_as_user: str
    kube_as_groups: tuple[str, ...]
    kube_api_server: str
    kube_ca_file: str
    kube_tls_server_name: str
    kube_insecure_skip_tls_verify: bool
    namespace_given: str
    color: str
    driver: str
    max_history: int
    cache_home: str
    config_home: str
    data_home: str
    plugins: str
    registry_config: str
    repository_config: str
    repository_cache: str
    content_cache: str
    burst_limit: int
    qps: float

    def namespace(self) -> str:
        """The namespace to work in: the one given, else that of the kubeconfig's context, else "default"."""
        if self.namespace_given:
            return self.namespace_given
        import os

        paths = [self.kubeconfig] if self.kubeconfig else os.environ.get("KUBECONFIG", "").split(os.pathsep)
        if paths == [""]:
            paths = [os.path.expanduser("~/.kube/config")]
        if not any(path and os.path.exists(path) for path in paths):
            return "default"
        from steersman.actions.connect import context_namespace

        return context_namespace(self.overrides())

    def overrides(self) -> Overrides:
        """What flags and environment say about the cluster."""
        from steersman.kube.config import Overrides

        return Overrides(
            kubeconfig=self.kubeconfig,
            context=self.kube_context,
            namespace=self.namespace_given,
            server=self.kube_api_server,
            token=self.kube_token,
            ca_file=self.kube_ca_file,
            as_user=self.kube_as_user,
            as_groups=self.kube_as_groups,
            tls_server_name=self.kube_tls_server_name,
            insecure_skip_tls_verify=self.kube_insecure_skip_tls_verify,
        )


def persistent_flags(environ: Mapping[str, str]) -> tuple[Flag, ...]:
    """The flags that every command takes, their defaults read from the environment."""
    cache, config = home(environ, "cache"), home(environ, "config")
    number = environ.get
    groups = [group for group in number("HELM_KUBEASGROUPS", "").split(",") if group]
    return (
        Flag("burst-limit", "int", _int(number("HELM_BURST_LIMIT", ""), 100), "client-side default throttling limit"),
        Flag("color", "string", _color(environ), "use colored output (never, auto, always)"),
        Flag("colour", "string", _color(environ), "use colored output (never, auto, always)"),
        Flag(
            "content-cache",
            "string",
            number("HELM_CONTENT_CACHE", "") or f"{cache}/content",
            "path to the directory containing cached content (e.g. charts)",
        ),
        Flag("debug", "bool", _truthy(number("HELM_DEBUG", "")), "enable verbose output"),
        Flag(
            "kube-apiserver", "string", number("HELM_KUBEAPISERVER", ""), "the address and the port for the Kubernetes API server"
        ),
        Flag(
            "kube-as-group",
            "stringArray",
            groups,
            "group to impersonate for the operation, this flag can be repeated to specify multiple groups.",
        ),
        Flag("kube-as-user", "string", number("HELM_KUBEASUSER", ""), "username to impersonate for the operation"),
        Flag(
            "kube-ca-file",
            "string",
            number("HELM_KUBECAFILE", ""),
            "the certificate authority file for the Kubernetes API server connection",
        ),
        Flag("kube-context", "string", number("HELM_KUBECONTEXT", ""), "name of the kubeconfig context to use"),
        Flag(
            "kube-insecure-skip-tls-verify",
            "bool",
            _truthy(number("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "")),
            "if true, the Kubernetes API server's certificate will not be checked for validity. This will make your HTTPS connections insecure",
        ),
        Flag(
            "kube-tls-server-name",
            "string",
            number("HELM_KUBETLS_SERVER_NAME", ""),
            "server name to use for Kubernetes API server certificate validation",
        ),
        Flag("kube-token", "string", number("HELM_KUBETOKEN", ""), "bearer token used for authentication"),
        Flag("kubeconfig", "string", "", "path to the kubeconfig file"),
        Flag("namespace", "string", number("HELM_NAMESPACE", ""), "namespace scope for this request", short="n"),
        Flag(
            "qps",
            "float32",
            _float(number("HELM_QPS", "")),
            "queries per second used when communicating with the Kubernetes API, not including bursting",
        ),
        Flag(
            "registry-config",
            "string",
            number("HELM_REGISTRY_CONFIG", "") or f"{config}/registry/config.json",
            "path to the registry config file",
        ),
        Flag(
            "repository-cache",
            "string",
            number("HELM_REPOSITORY_CACHE", "") or f"{cache}/repository",
            "path to the directory containing cached repository indexes",
        ),
        Flag(
            "repository-config",
            "string",
            number("HELM_REPOSITORY_CONFIG", "") or f"{config}/repositories.yaml",
            "path to the file containing repository names and URLs",
        ),
    )


def _color(environ: Mapping[str, str]) -> str:
    return "never" if environ.get("NO_COLOR") else environ.get("HELM_COLOR", "") or "auto"


def _truthy(text: str) -> bool:
    return text in {"1", "t", "T", "TRUE", "true", "True"}


def _int(text: str, default: int) -> int:
    try:
        return int(text)
    except ValueError:
        return default


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def read_settings(values: Values, environ: Mapping[str, str]) -> Settings:
    """The settings that these parsed flags and this environment make."""
    data = home(environ, "data")
    return Settings(
        debug=values["debug"],
        kubeconfig=values["kubeconfig"],
        kube_context=values["kube-context"],
        kube_token=values["kube-token"],
        kube_as_user=values["kube-as-user"],
        kube_as_groups=tuple(values["kube-as-group"]),
        kube_api_server=values["kube-apiserver"],
        kube_ca_file=values["kube-ca-file"],
        kube_tls_server_name=values["kube-tls-server-name"],
        kube_insecure_skip_tls_verify=values["kube-insecure-skip-tls-verify"],
        namespace_given=values["namespace"],
        color=values["colour"] if values.given("colour") else values["color"],
        driver=environ.get("HELM_DRIVER", ""),
        max_history=_int(environ.get("HELM_MAX_HISTORY", ""), 10),
        cache_home=home(environ, "cache"),
        config_home=home(environ, "config"),
        data_home=data,
        plugins=environ.get("HELM_PLUGINS", "") or f"{data}/plugins",
        registry_config=values["registry-config"],
        repository_config=values["repository-config"],
        repository_cache=values["repository-cache"],
        content_cache=values["content-cache"],
        burst_limit=values["burst-limit"],
        qps=values["qps"],
    )
