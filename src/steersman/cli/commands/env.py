"""`env`: where things lie, and which settings were read."""

from __future__ import annotations

from steersman.cli.console import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show where steersman keeps things and which settings it read, one variable a line; or the value of the one that is named."""

FLAGS = ()


def run(call: Invocation) -> int:
    import sys

    settings = call.settings
    facts = {
        "HELM_BIN": sys.argv[0],
        "HELM_BURST_LIMIT": str(settings.burst_limit),
        "HELM_CACHE_HOME": settings.cache_home,
        "HELM_CONFIG_HOME": settings.config_home,
        "HELM_CONTENT_CACHE": settings.content_cache,
        "HELM_DATA_HOME": settings.data_home,
        "HELM_DEBUG": "true" if settings.debug else "false",
        "HELM_KUBEAPISERVER": settings.kube_api_server,
        "HELM_KUBEASGROUPS": ",".join(settings.kube_as_groups),
        "HELM_KUBEASUSER": settings.kube_as_user,
        "HELM_KUBECAFILE": settings.kube_ca_file,
        "HELM_KUBECONTEXT": settings.kube_context,
        "HELM_KUBEINSECURE_SKIP_TLS_VERIFY": "true" if settings.kube_insecure_skip_tls_verify else "false",
        "HELM_KUBETLS_SERVER_NAME": settings.kube_tls_server_name,
        "HELM_KUBETOKEN": settings.kube_token,
        "HELM_MAX_HISTORY": str(settings.max_history),
        "HELM_NAMESPACE": settings.namespace(),
        "HELM_PLUGINS": settings.plugins,
        "HELM_QPS": f"{settings.qps:.2f}",
        "HELM_REGISTRY_CONFIG": settings.registry_config,
        "HELM_REPOSITORY_CACHE": settings.repository_cache,
        "HELM_REPOSITORY_CONFIG": settings.repository_config,
    }
    kubeconfig = settings.kubeconfig or call.environ.get("KUBECONFIG", "")
    if kubeconfig:
        facts["KUBECONFIG"] = kubeconfig
    if call.arguments:
        write(facts.get(call.arguments[0], "") + "\n")
    else:
        write("".join(f'{name}="{facts[name]}"\n' for name in sorted(facts)))
    return 0
