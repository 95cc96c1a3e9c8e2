"""What the server itself writes into an object when it is created or changed: status, generation, addresses, labels of jobs.

Two tables by the resource's key: CREATE and UPDATE. The functions change the object given, which is the caller's own copy.
Source: Kubernetes 1.37, pkg/registry/*/*/strategy.go and the admission plugins that are on by default.
"""

from __future__ import annotations

import ipaddress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from steersman.sandbox.store import Store

GENERATIONS = {
    "/pods",
    "/replicationcontrollers",
    "apps/deployments",
    "apps/daemonsets",
    "apps/replicasets",
    "apps/statefulsets",
    "batch/jobs",
    "batch/cronjobs",
    "networking.k8s.io/ingresses",
    "networking.k8s.io/ingressclasses",
    "networking.k8s.io/networkpolicies",
    "policy/poddisruptionbudgets",
    "autoscaling/horizontalpodautoscalers",
    "scheduling.k8s.io/priorityclasses",
    "flowcontrol.apiserver.k8s.io/flowschemas",
    "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations",
    "admissionregistration.k8s.io/mutatingwebhookconfigurations",
    "admissionregistration.k8s.io/validatingwebhookconfigurations",
    "apiextensions.k8s.io/customresourcedefinitions",
    "discovery.k8s.io/endpointslices",
    "storage.k8s.io/csidrivers",
}
"""Kinds whose metadata.generation counts changes of what is wanted."""

DELETED_IS_ANSWERED = {
    "/pods",
    "/services",
    "/serviceaccounts",
    "/persistentvolumes",
    "/persistentvolumeclaims",
    "/podtemplates",
    "/resourcequotas",
    "/namespaces",
    "storage.k8s.io/storageclasses",
    "storage.k8s.io/csidrivers",
    "storage.k8s.io/csinodes",
    "storage.k8s.io/volumeattachments",
    "storage.k8s.io/volumeattributesclasses",
}
"""Kinds whose deletion answers with the object instead of a Status."""

ORPHANED_BY_DEFAULT = {"batch/jobs", "/replicationcontrollers"}
SERVICE_NETWORK = ipaddress.ip_network("10.96.0.0/16")
NODE_PORTS = range(30000, 32768)


class Allocations:
    """Cluster addresses and node ports, each given out once while a Service holds it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._next_address, self._next_port = 10, 0

    def address(self) -> str:
        taken = {(service.get("spec") or {}).get("clusterIP") for service in self.store.all("/services")}
        while True:
            self._next_address = (self._next_address + 1) % (SERVICE_NETWORK.num_addresses - 2) or 1
            found = str(SERVICE_NETWORK[self._next_address])
            if found not in taken:
                return found

    def port(self) -> int:
        taken = {
            port.get("nodePort")
            for service in self.store.all("/services")
            for port in (service.get("spec") or {}).get("ports") or ()
        }
        while True:
            self._next_port = (self._next_port + 1) % len(NODE_PORTS)
            if NODE_PORTS[self._next_port] not in taken:
                return NODE_PORTS[self._next_port]


# --- created --------------------------------------------------------------------------------------------------------------

_TOLERATIONS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def _pod(obj: dict[str, Any], allocations: Allocations) -> None:
    spec = obj["spec"]
    tolerations = spec.setdefault("tolerations", [])
    for key in _TOLERATIONS:
        if not any(item.get("key") in (key, None, "") and item.get("effect") in ("NoExecute", None, "") for item in tolerations):
            tolerations.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300})
    if not spec.get("priorityClassName"):
        spec.setdefault("priority", 0)
    else:
        found = allocations.store.get("scheduling.k8s.io/priorityclasses", "", spec["priorityClassName"])
        spec.setdefault("priority", (found or {}).get("value", 0))
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
    obj["status"] = {"phase": "Pending", "qosClass": qos_class(spec)}


def qos_class(spec: Mapping[str, Any]) -> str:
    """Guaranteed, Burstable or BestEffort, by requests and limits of cpu and memory."""
    requests, limits, guaranteed = False, False, True
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        resources = container.get("resources") or {}
        asked = {k: v for k, v in (resources.get("requests") or {}).items() if k in ("cpu", "memory")}
        limited = {k: v for k, v in (resources.get("limits") or {}).items() if k in ("cpu", "memory")}
        requests, limits = requests or bool(asked), limits or bool(limited)
        guaranteed = guaranteed and set(limited) == {"cpu", "memory"} and asked == limited
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if guaranteed else "Burstable"


def _service(obj: dict[str, Any], allocations: Allocations) -> None:
    _allocate(obj["spec"], allocations)
    obj["status"] = {"loadBalancer": {}}


def _allocate(spec: dict[str, Any], allocations: Allocations) -> None:
    if spec["type"] == "ExternalName":
        return
    if not spec.get("clusterIP"):
        given = spec.get("clusterIPs")
        spec["clusterIP"] = given[0] if given else allocations.address()
    spec["clusterIPs"] = spec.get("clusterIPs") or [spec["clusterIP"]]
    spec.setdefault("ipFamilies", ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "SingleStack")
    if spec["type"] == "NodePort" or (spec["type"] == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is not False):
        for port in spec.get("ports") or ():
            if not port.get("nodePort"):
                port["nodePort"] = allocations.port()


def _job(obj: dict[str, Any], allocations: Allocations) -> None:
    spec, uid, name = obj["spec"], obj["metadata"]["uid"], obj["metadata"]["name"]
    template = spec.setdefault("template", {})
    if not spec.get("manualSelector"):
        found = template.setdefault("metadata", {}).setdefault("labels", {})
        for prefix in ("", "batch.kubernetes.io/"):
            found[f"{prefix}controller-uid"] = uid
            found[f"{prefix}job-name"] = name
        spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    labels = (template.get("metadata") or {}).get("labels")
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(labels)


def _namespace(obj: dict[str, Any], allocations: Allocations) -> None:
    finalizers = obj.setdefault("spec", {}).setdefault("finalizers", [])
    if "kubernetes" not in finalizers:
        finalizers.append("kubernetes")
    obj["status"] = {"phase": "Active"}


def _claim(obj: dict[str, Any], allocations: Allocations) -> None:
    finalizers = obj["metadata"].setdefault("finalizers", [])
    if "kubernetes.io/pvc-protection" not in finalizers:
        finalizers.append("kubernetes.io/pvc-protection")
    obj["status"] = {"phase": "Pending"}
    if "storageClassName" not in obj["spec"]:
        for found in allocations.store.all("storage.k8s.io/storageclasses"):
            if (found["metadata"].get("annotations") or {}).get("storageclass.kubernetes.io/is-default-class") == "true":
                obj["spec"]["storageClassName"] = found["metadata"]["name"]


def _volume(obj: dict[str, Any], allocations: Allocations) -> None:
    finalizers = obj["metadata"].setdefault("finalizers", [])
    if "kubernetes.io/pv-protection" not in finalizers:
        finalizers.append("kubernetes.io/pv-protection")


def _role(obj: dict[str, Any], allocations: Allocations) -> None:
    if not obj.get("rules"):
        obj["rules"] = None


def _definition(obj: dict[str, Any], allocations: Allocations) -> None:
    stored = [version["name"] for version in obj["spec"].get("versions", ()) if version.get("storage")]
    obj["status"] = {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": stored}


CREATE: Mapping[str, Callable[[dict[str, Any], Allocations], None]] = {
    "/pods": _pod,
    "/services": _service,
    "/namespaces": _namespace,
    "/persistentvolumeclaims": _claim,
    "/persistentvolumes": _volume,
    "batch/jobs": _job,
    "rbac.authorization.k8s.io/roles": _role,
    "rbac.authorization.k8s.io/clusterroles": _role,
    "apiextensions.k8s.io/customresourcedefinitions": _definition,
}


# --- changed --------------------------------------------------------------------------------------------------------------


def _service_update(old: dict[str, Any], new: dict[str, Any], allocations: Allocations) -> None:
    before, after = old["spec"], new["spec"]
    if after["type"] == "ExternalName":
        for field in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            after.pop(field, None)
        return
    if before["type"] != "ExternalName":
        for field in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if field in before and not after.get(field):
                after[field] = before[field]
        if before.get("clusterIP") != after.get("clusterIP") and before.get("clusterIPs") == after.get("clusterIPs"):
            after["clusterIPs"] = [after["clusterIP"]]
        ports = {(port.get("protocol"), port.get("port")): port.get("nodePort") for port in before.get("ports") or ()}
        if after["type"] in ("NodePort", "LoadBalancer"):
            for port in after.get("ports") or ():
                held = ports.get((port.get("protocol"), port.get("port")))
                if held and not port.get("nodePort"):
                    port["nodePort"] = held
        elif before["type"] != after["type"]:
            for field in ("externalTrafficPolicy", "allocateLoadBalancerNodePorts", "healthCheckNodePort", "loadBalancerClass"):
                if field in before and before[field] == after.get(field):
                    del after[field]
            for port in after.get("ports") or ():
                if port.get("nodePort") == ports.get((port.get("protocol"), port.get("port"))):
                    port.pop("nodePort", None)
    if "healthCheckNodePort" in before and after["type"] == "LoadBalancer":
        after.setdefault("healthCheckNodePort", before["healthCheckNodePort"])
    _allocate(after, allocations)


def _claim_update(old: dict[str, Any], new: dict[str, Any], allocations: Allocations) -> None:
    for field in ("volumeName", "storageClassName"):
        if field in old["spec"]:
            new["spec"].setdefault(field, old["spec"][field])


def _pod_update(old: dict[str, Any], new: dict[str, Any], allocations: Allocations) -> None:
    for field in ("nodeName", "tolerations", "priority", "preemptionPolicy"):
        if field in old["spec"] and field not in new["spec"]:
            new["spec"][field] = old["spec"][field]


def _job_update(old: dict[str, Any], new: dict[str, Any], allocations: Allocations) -> None:
    if "selector" not in new["spec"] and "selector" in old["spec"]:
        new["spec"]["selector"] = old["spec"]["selector"]


def _namespace_update(old: dict[str, Any], new: dict[str, Any], allocations: Allocations) -> None:
    new["spec"] = old["spec"]


UPDATE: Mapping[str, Callable[[dict[str, Any], dict[str, Any], Allocations], None]] = {
    "/services": _service_update,
    "/persistentvolumeclaims": _claim_update,
    "/pods": _pod_update,
    "/namespaces": _namespace_update,
}
