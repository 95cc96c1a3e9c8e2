"""Objects as rows: the Table that `kubectl get` asks for. Columns are data; a function per kind makes the cells.

A kind without a function gets its name and age, the other cells empty. Custom resources tell their columns themselves.
"""

from __future__ import annotations

import datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from steersman.sandbox.kinds import Resource

    Object = Mapping[str, Any]

NONE, UNKNOWN = "<none>", "<unknown>"


def age(then: str | None, now: float) -> str:
    """How long ago, as kubectl prints it (apimachinery: duration.HumanDuration)."""
    if not then:
        return UNKNOWN
    seconds = int(now - datetime.datetime.fromisoformat(then.replace("Z", "+00:00")).timestamp())
    if seconds < -1:
        return "<invalid>"
    seconds = max(seconds, 0)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return f"{minutes}m{seconds % 60}s" if seconds % 60 else f"{minutes}m"
    if hours < 3:
        return f"{minutes}m"
    if hours < 8:
        return f"{hours}h{minutes % 60}m" if minutes % 60 else f"{hours}h"
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return f"{days}d{hours % 24}h" if hours % 24 else f"{days}d"
    if days < 730:
        return f"{days}d"
    years = days // 365
    if days < 8 * 365:
        return f"{years}y{days % 365}d" if days % 365 else f"{years}y"
    return f"{years}y"


def _containers(spec: Object) -> list[str]:
    items = spec.get("containers") or ()
    return [",".join(item.get("name", "") for item in items), ",".join(item.get("image", "") for item in items)]


def _selector(selector: Object | None) -> str:
    parts = [f"{key}={value}" for key, value in sorted((selector or {}).get("matchLabels", {}).items())]
    for rule in (selector or {}).get("matchExpressions") or ():
        operator = {"In": "in", "NotIn": "notin"}.get(rule["operator"])
        if operator:
            parts.append(f"{rule['key']} {operator} ({','.join(sorted(rule.get('values') or ()))})")
        else:
            parts.append(rule["key"] if rule["operator"] == "Exists" else "!" + rule["key"])
    return ",".join(parts) or NONE


def _labels(found: Object | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted((found or {}).items())) or NONE


def _template(obj: Object) -> list[str]:
    return _containers(((obj["spec"].get("template") or {}).get("spec")) or {})


def _pod(obj: Object, old: str, now: float) -> list[Any]:
    spec, status, meta = obj.get("spec") or {}, obj.get("status") or {}, obj["metadata"]
    reason = status.get("reason") or status.get("phase", "")
    restarts = ready = 0
    statuses = status.get("containerStatuses") or ()
    initializing = False
    for number, item in enumerate(status.get("initContainerStatuses") or ()):
        restarts += item.get("restartCount", 0)
        state = item.get("state") or {}
        ended = state.get("terminated")
        if ended and ended.get("exitCode") == 0:
            continue
        initializing = True
        if ended:
            reason = "Init:" + (ended.get("reason") or f"ExitCode:{ended.get('exitCode')}")
        elif state.get("waiting", {}).get("reason") not in (None, "", "PodInitializing"):
            reason = "Init:" + state["waiting"]["reason"]
        else:
            reason = f"Init:{number}/{len(spec.get('initContainers') or ())}"
        break
    if not initializing:
        restarts = 0
        running = False
        for item in reversed(statuses):
            restarts += item.get("restartCount", 0)
            state = item.get("state") or {}
            if (state.get("waiting") or {}).get("reason"):
                reason = state["waiting"]["reason"]
            elif "terminated" in state:
                reason = state["terminated"].get("reason") or f"ExitCode:{state['terminated'].get('exitCode')}"
            elif item.get("ready") and "running" in state:
                running = True
                ready += 1
        if reason == "Completed" and running:
            reason = "Running"
    if meta.get("deletionTimestamp"):
        reason = "Terminating"
    return [
        meta["name"],
        f"{ready}/{len(spec.get('containers') or ())}",
        reason,
        str(restarts),
        old,
        status.get("podIP") or NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        NONE,
    ]


def _deployment(obj: Object, old: str, now: float) -> list[Any]:
    status = obj.get("status") or {}
    return [
        obj["metadata"]["name"],
        f"{status.get('readyReplicas', 0)}/{obj['spec'].get('replicas', 0)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        old,
        *_template(obj),
        _selector(obj["spec"].get("selector")),
    ]


def _replica_set(obj: Object, old: str, now: float) -> list[Any]:
    status = obj.get("status") or {}
    counts = [obj["spec"].get("replicas", 0), status.get("replicas", 0), status.get("readyReplicas", 0)]
    return [obj["metadata"]["name"], *counts, old, *_template(obj), _selector(obj["spec"].get("selector"))]


def _stateful_set(obj: Object, old: str, now: float) -> list[Any]:
    ready = (obj.get("status") or {}).get("readyReplicas", 0)
    return [obj["metadata"]["name"], f"{ready}/{obj['spec'].get('replicas', 0)}", old, *_template(obj)]


def _daemon_set(obj: Object, old: str, now: float) -> list[Any]:
    status = obj.get("status") or {}
    names = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable")
    node = _labels(((obj["spec"].get("template") or {}).get("spec") or {}).get("nodeSelector"))
    counts = [status.get(name, 0) for name in names]
    return [obj["metadata"]["name"], *counts, node, old, *_template(obj), _selector(obj["spec"].get("selector"))]


def _job(obj: Object, old: str, now: float) -> list[Any]:
    spec, status = obj["spec"], obj.get("status") or {}
    wanted = spec.get("completions")
    parallel = spec.get("parallelism", 0)
    told = f"{status.get('succeeded', 0)}/{wanted if wanted is not None else (f'1 of {parallel}' if parallel > 1 else 1)}"
    true = {item["type"] for item in status.get("conditions") or () if item.get("status") == "True"}
    word = next(
        (name for name in ("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet") if name in true),
        "Terminating" if obj["metadata"].get("deletionTimestamp") else "Running",
    )
    took = ""
    if status.get("startTime"):
        end = status.get("completionTime")
        until = datetime.datetime.fromisoformat(end.replace("Z", "+00:00")).timestamp() if end else now
        took = age(status["startTime"], until)
    return [obj["metadata"]["name"], word, told, took, old, *_template(obj), _selector(spec.get("selector"))]


def _cron_job(obj: Object, old: str, now: float) -> list[Any]:
    spec, status = obj["spec"], obj.get("status") or {}
    last = age(status["lastScheduleTime"], now) if status.get("lastScheduleTime") else NONE
    template = ((spec.get("jobTemplate") or {}).get("spec") or {}).get("template") or {}
    return [
        obj["metadata"]["name"],
        spec.get("schedule", ""),
        spec.get("timeZone") or NONE,
        str(bool(spec.get("suspend"))),
        len(status.get("active") or ()),
        last,
        old,
        *_containers(template.get("spec") or {}),
        _selector((spec.get("jobTemplate") or {}).get("spec", {}).get("selector")),
    ]


def _service(obj: Object, old: str, now: float) -> list[Any]:
    spec = obj["spec"]
    kind = spec.get("type", "")
    ingress = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    external = ",".join(spec.get("externalIPs") or ()) or NONE
    if kind == "LoadBalancer":
        external = ",".join(item.get("ip") or item.get("hostname", "") for item in ingress) or "<pending>"
    elif kind == "ExternalName":
        external = spec.get("externalName", "")
    ports = []
    for port in spec.get("ports") or ():
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        ports.append(f"{port.get('port')}{node}/{port.get('protocol')}")
    shown = spec.get("clusterIP") or NONE
    return [obj["metadata"]["name"], kind, shown, external, ",".join(ports) or NONE, old, _labels(spec.get("selector"))]


def _ingress(obj: Object, old: str, now: float) -> list[Any]:
    spec = obj.get("spec") or {}
    hosts = [rule.get("host") for rule in spec.get("rules") or () if rule.get("host")]
    told = "*" if not hosts else ",".join(hosts[:3]) + (f" + {len(hosts) - 3} more..." if len(hosts) > 3 else "")
    balancer = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    address = ",".join(item.get("ip") or item.get("hostname", "") for item in balancer)
    return [
        obj["metadata"]["name"],
        spec.get("ingressClassName") or NONE,
        told,
        address,
        "80, 443" if spec.get("tls") else "80",
        old,
    ]


def _claim(obj: Object, old: str, now: float) -> list[Any]:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    return [
        obj["metadata"]["name"],
        "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", ""),
        spec.get("volumeName", ""),
        (status.get("capacity") or {}).get("storage", "") if spec.get("volumeName") else "",
        _modes(status.get("accessModes")) if spec.get("volumeName") else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        old,
        spec.get("volumeMode", ""),
    ]


def _modes(modes: Iterable[str] | None) -> str:
    names = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
    return ",".join(short for mode, short in names.items() if mode in (modes or ()))


def _event(obj: Object, old: str, now: float) -> list[Any]:
    about, source = obj.get("involvedObject") or {}, obj.get("source") or {}
    first = obj.get("firstTimestamp") or obj.get("eventTime")
    last = obj.get("lastTimestamp") or first
    return [
        age(last, now) if last else UNKNOWN,
        obj.get("type", ""),
        obj.get("reason", ""),
        f"{about.get('kind', '').lower()}/{about.get('name', '')}",
        about.get("fieldPath", ""),
        source.get("component") or obj.get("reportingComponent", ""),
        obj.get("message", "").strip(),
        age(first, now) if first else UNKNOWN,
        obj.get("count", 1),
        obj["metadata"]["name"],
    ]


def _binding(obj: Object, old: str, now: float) -> list[Any]:
    role = obj.get("roleRef") or {}
    subjects = obj.get("subjects") or ()

    def named(kind: str) -> str:
        return ", ".join(
            (f"{item.get('namespace', '')}/" if kind == "ServiceAccount" else "") + item.get("name", "")
            for item in subjects
            if item.get("kind") == kind
        )

    return [
        obj["metadata"]["name"],
        f"{role.get('kind')}/{role.get('name')}",
        old,
        named("User"),
        named("Group"),
        named("ServiceAccount"),
    ]


def _created_at(obj: Object, old: str, now: float) -> list[Any]:
    return [obj["metadata"]["name"], obj["metadata"].get("creationTimestamp")]


def _budget(obj: Object, old: str, now: float) -> list[Any]:
    spec = obj.get("spec") or {}
    return [
        obj["metadata"]["name"],
        str(spec.get("minAvailable", "N/A")),
        str(spec.get("maxUnavailable", "N/A")),
        (obj.get("status") or {}).get("disruptionsAllowed", 0),
        old,
    ]


def _autoscaler(obj: Object, old: str, now: float) -> list[Any]:
    spec, target = obj.get("spec") or {}, (obj.get("spec") or {}).get("scaleTargetRef") or {}
    told = []
    for metric in spec.get("metrics") or ():
        wanted = (metric.get("resource") or {}).get("target") or {}
        if metric.get("type") == "Resource" and "averageUtilization" in wanted:
            told.append(f"{metric['resource']['name']}: {UNKNOWN}/{wanted['averageUtilization']}%")
        elif metric.get("type") == "Resource":
            told.append(f"{metric['resource']['name']}: {UNKNOWN}/{wanted.get('averageValue', '')}")
        else:
            told.append(f"{UNKNOWN}/{UNKNOWN}")
    return [
        obj["metadata"]["name"],
        f"{target.get('kind')}/{target.get('name')}",
        ", ".join(told) or NONE,
        str(spec.get("minReplicas", "<unset>")),
        spec.get("maxReplicas", 0),
        (obj.get("status") or {}).get("currentReplicas", 0),
        old,
    ]


def _definition(obj: Object, old: str, now: float) -> list[Any]:
    spec, names = obj["spec"], obj["spec"].get("names") or {}
    status = obj.get("status") or {}
    established = any(item["type"] == "Established" and item["status"] == "True" for item in status.get("conditions") or ())
    return [
        obj["metadata"]["name"],
        spec.get("scope", ""),
        ",".join(version["name"] for version in spec.get("versions") or ()),
        obj["metadata"].get("creationTimestamp"),
        spec.get("group", ""),
        names.get("kind", ""),
        ",".join(names.get("shortNames") or ()),
        str(established),
    ]


def _status(obj: Object, old: str, now: float) -> list[Any]:
    return [obj["metadata"]["name"], (obj.get("status") or {}).get("phase", ""), old]


def _node(obj: Object, old: str, now: float) -> list[Any]:
    status, labels = obj.get("status") or {}, obj["metadata"].get("labels") or {}
    ready = any(item["type"] == "Ready" and item["status"] == "True" for item in status.get("conditions") or ())
    roles = sorted(key.rpartition("/")[2] for key in labels if key.startswith("node-role.kubernetes.io/"))
    addresses = {item["type"]: item["address"] for item in status.get("addresses") or ()}
    info = status.get("nodeInfo") or {}
    return [
        obj["metadata"]["name"],
        "Ready" if ready else "NotReady",
        ",".join(roles) or NONE,
        old,
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP", NONE),
        addresses.get("ExternalIP", NONE),
        info.get("osImage") or UNKNOWN,
        info.get("kernelVersion") or UNKNOWN,
        info.get("containerRuntimeVersion") or UNKNOWN,
    ]


def _count(*fields: str) -> Callable[[Object, str, float], list[Any]]:
    def cells(obj: Object, old: str, now: float) -> list[Any]:
        return [obj["metadata"]["name"], sum(len(obj.get(field) or ()) for field in fields), old]

    return cells


def _webhooks(obj: Object, old: str, now: float) -> list[Any]:
    return [obj["metadata"]["name"], len(obj.get("webhooks") or ()), old]


CELLS: Mapping[str, Callable[[Object, str, float], list[Any]]] = {
    "/pods": _pod,
    "/services": _service,
    "/namespaces": _status,
    "/nodes": _node,
    "/configmaps": _count("data", "binaryData"),
    "/secrets": lambda obj, old, now: [obj["metadata"]["name"], obj.get("type", ""), len(obj.get("data") or ()), old],
    "/serviceaccounts": lambda obj, old, now: [obj["metadata"]["name"], old],
    "/persistentvolumeclaims": _claim,
    "/events": _event,
    "/limitranges": _created_at,
    "apps/deployments": _deployment,
    "apps/replicasets": _replica_set,
    "apps/statefulsets": _stateful_set,
    "apps/daemonsets": _daemon_set,
    "batch/jobs": _job,
    "batch/cronjobs": _cron_job,
    "networking.k8s.io/ingresses": _ingress,
    "networking.k8s.io/networkpolicies": lambda obj, old, now: [
        obj["metadata"]["name"],
        _selector((obj.get("spec") or {}).get("podSelector")),
        old,
    ],
    "rbac.authorization.k8s.io/roles": _created_at,
    "rbac.authorization.k8s.io/clusterroles": _created_at,
    "rbac.authorization.k8s.io/rolebindings": _binding,
    "rbac.authorization.k8s.io/clusterrolebindings": _binding,
    "policy/poddisruptionbudgets": _budget,
    "autoscaling/horizontalpodautoscalers": _autoscaler,
    "apiextensions.k8s.io/customresourcedefinitions": _definition,
    "admissionregistration.k8s.io/mutatingwebhookconfigurations": _webhooks,
    "admissionregistration.k8s.io/validatingwebhookconfigurations": _webhooks,
    "storage.k8s.io/storageclasses": lambda obj, old, now: [
        obj["metadata"]["name"],
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy", ""),
        obj.get("volumeBindingMode", ""),
        bool(obj.get("allowVolumeExpansion")),
        old,
    ],
}


def definitions(resource: Resource) -> list[dict[str, Any]]:
    """The columns of a resource."""
    if resource.custom is not None:
        found: list[tuple[str, str, str, int]] = [("Name", "string", "name", 0)]
        told = resource.custom.get("additionalPrinterColumns")
        if told is None:
            found.append(("Age", "date", "", 0))
        else:
            found += [(c["name"], c["type"], c.get("format", ""), c.get("priority", 0)) for c in told]
    else:
        found = list(resource.columns) or [("Name", "string", "name", 0), ("Age", "string", "", 0)]
    return [
        {"name": name, "type": kind, "format": form, "description": "", "priority": priority}
        for name, kind, form, priority in found
    ]


def cells(resource: Resource, obj: Object, now: float) -> list[Any]:
    """The cells of one object, as many as there are columns."""
    created = obj["metadata"].get("creationTimestamp")
    old = age(created, now)
    if resource.custom is not None:
        return _custom(resource, obj, old, now)
    function = CELLS.get(resource.key)
    if function is not None:
        return function(obj, old, now)
    return [{"Name": obj["metadata"]["name"], "Age": old, "Created At": created}.get(name, NONE) for name, *_ in resource.columns]


def _custom(resource: Resource, obj: Object, old: str, now: float) -> list[Any]:
    found: list[Any] = [obj["metadata"]["name"]]
    told = resource.custom.get("additionalPrinterColumns")
    if told is None:
        return [*found, old]
    for column in told:
        value = _at_path(obj, column.get("jsonPath", ""))
        if value is not None and column.get("type") == "date":
            value = age(str(value), now)
        found.append(value)
    return found


def _at_path(obj: Any, path: str) -> Any:
    """A simple JSONPath: fields, indices, and filters by equality. What it does not understand is no value."""
    import re

    for part in re.findall(r"\.([A-Za-z0-9_\-]+)|\[(\d+)\]|\[\?\(@\.([\w.]+)==\s*[\"']([^\"']*)[\"']\)\]|\['([^']+)'\]", path):
        field, index, key, wanted, quoted = part
        if field or quoted:
            obj = obj.get(field or quoted) if isinstance(obj, dict) else None
        elif index:
            obj = obj[int(index)] if isinstance(obj, list) and int(index) < len(obj) else None
        elif isinstance(obj, list):
            obj = next((item for item in obj if isinstance(item, dict) and str(item.get(key)) == wanted), None)
        if obj is None:
            return None
    return obj if not isinstance(obj, (dict, list)) else str(obj)
