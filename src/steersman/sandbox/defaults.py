"""What the server fills in where an object of a built-in type is silent. Tables first; functions where a default depends on another field.

Source: Kubernetes 1.37, pkg/apis/*/v*/defaults.go, read for facts and compared with the real server by the contract tests.
Names are those of the OpenAPI definitions without "io.k8s.api."; values are JSON, so that each object gets its own copy.
"""

from __future__ import annotations

import base64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

DEFAULTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "core.v1.PodSpec": (
        ("restartPolicy", '"Always"'),
        ("terminationGracePeriodSeconds", "30"),
        ("dnsPolicy", '"ClusterFirst"'),
        ("securityContext", "{}"),
        ("schedulerName", '"default-scheduler"'),
    ),
    "core.v1.Container": (("terminationMessagePath", '"/dev/termination-log"'), ("terminationMessagePolicy", '"File"')),
    "core.v1.EphemeralContainer": (("terminationMessagePath", '"/dev/termination-log"'), ("terminationMessagePolicy", '"File"')),
    "core.v1.ContainerPort": (("protocol", '"TCP"'),),
    "core.v1.Probe": (("timeoutSeconds", "1"), ("periodSeconds", "10"), ("successThreshold", "1"), ("failureThreshold", "3")),
    "core.v1.HTTPGetAction": (("path", '"/"'), ("scheme", '"HTTP"')),
    "core.v1.GRPCAction": (("service", '""'),),
    "core.v1.SecretVolumeSource": (("defaultMode", "420"),),
    "core.v1.ConfigMapVolumeSource": (("defaultMode", "420"),),
    "core.v1.DownwardAPIVolumeSource": (("defaultMode", "420"),),
    "core.v1.ProjectedVolumeSource": (("defaultMode", "420"),),
    "core.v1.ServiceAccountTokenProjection": (("expirationSeconds", "3600"),),
    "core.v1.ObjectFieldSelector": (("apiVersion", '"v1"'),),
    "core.v1.HostPathVolumeSource": (("type", '""'),),
    "core.v1.ISCSIVolumeSource": (("iscsiInterface", '"default"'),),
    "core.v1.RBDVolumeSource": (("pool", '"rbd"'), ("user", '"admin"'), ("keyring", '"/etc/ceph/keyring"')),
    "core.v1.AzureDiskVolumeSource": (
        ("cachingMode", '"ReadWrite"'),
        ("fsType", '"ext4"'),
        ("readOnly", "false"),
        ("kind", '"Shared"'),
    ),
    "core.v1.PersistentVolumeClaimSpec": (("volumeMode", '"Filesystem"'),),
    "core.v1.PersistentVolumeClaimStatus": (("phase", '"Pending"'),),
    "core.v1.PersistentVolumeSpec": (("persistentVolumeReclaimPolicy", '"Retain"'), ("volumeMode", '"Filesystem"')),
    "core.v1.PersistentVolumeStatus": (("phase", '"Pending"'),),
    "core.v1.ServiceSpec": (("sessionAffinity", '"None"'), ("type", '"ClusterIP"')),
    "core.v1.Secret": (("type", '"Opaque"'),),
    "core.v1.NamespaceStatus": (("phase", '"Active"'),),
    "core.v1.ReplicationControllerSpec": (("replicas", "1"),),
    "apps.v1.DeploymentSpec": (("replicas", "1"), ("revisionHistoryLimit", "10"), ("progressDeadlineSeconds", "600")),
    "apps.v1.DeploymentStrategy": (("type", '"RollingUpdate"'),),
    "apps.v1.ReplicaSetSpec": (("replicas", "1"),),
    "apps.v1.StatefulSetSpec": (
        ("replicas", "1"),
        ("podManagementPolicy", '"OrderedReady"'),
        ("revisionHistoryLimit", "10"),
        ("persistentVolumeClaimRetentionPolicy", '{"whenDeleted":"Retain","whenScaled":"Retain"}'),
    ),
    "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": (("whenDeleted", '"Retain"'), ("whenScaled", '"Retain"')),
    "apps.v1.StatefulSetUpdateStrategy": (("type", '"RollingUpdate"'),),
    "apps.v1.StatefulSetStatus": (("availableReplicas", "0"),),
    "apps.v1.DaemonSetSpec": (("revisionHistoryLimit", "10"),),
    "apps.v1.DaemonSetUpdateStrategy": (("type", '"RollingUpdate"'),),
    "batch.v1.CronJobSpec": (
        ("concurrencyPolicy", '"Allow"'),
        ("suspend", "false"),
        ("successfulJobsHistoryLimit", "3"),
        ("failedJobsHistoryLimit", "1"),
    ),
    "autoscaling.v1.HorizontalPodAutoscalerSpec": (("minReplicas", "1"),),
    "autoscaling.v2.HorizontalPodAutoscalerSpec": (("minReplicas", "1"),),
    "networking.v1.NetworkPolicyPort": (("protocol", '"TCP"'),),
    "networking.v1.IngressClassParametersReference": (("scope", '"Cluster"'),),
    "policy.v1.PodDisruptionBudgetStatus": (),
    "storage.v1.StorageClass": (("reclaimPolicy", '"Delete"'), ("volumeBindingMode", '"Immediate"')),
    "storage.v1.CSIDriverSpec": (
        ("attachRequired", "true"),
        ("podInfoOnMount", "false"),
        ("storageCapacity", "false"),
        ("fsGroupPolicy", '"ReadWriteOnceWithFSType"'),
        ("requiresRepublish", "false"),
        ("seLinuxMount", "false"),
        ("volumeLifecycleModes", '["Persistent"]'),
    ),
    "scheduling.v1.PriorityClass": (("preemptionPolicy", '"PreemptLowerPriority"'),),
    "admissionregistration.v1.MutatingWebhook": (
        ("failurePolicy", '"Fail"'),
        ("matchPolicy", '"Equivalent"'),
        ("namespaceSelector", "{}"),
        ("objectSelector", "{}"),
        ("timeoutSeconds", "10"),
        ("reinvocationPolicy", '"Never"'),
    ),
    "admissionregistration.v1.ValidatingWebhook": (
        ("failurePolicy", '"Fail"'),
        ("matchPolicy", '"Equivalent"'),
        ("namespaceSelector", "{}"),
        ("objectSelector", "{}"),
        ("timeoutSeconds", "10"),
    ),
    "admissionregistration.v1.RuleWithOperations": (("scope", '"*"'),),
    "admissionregistration.v1.ServiceReference": (("port", "443"),),
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec": (
        ("conversion", '{"strategy":"None"}'),
    ),
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus": (),
}


def image_policy(image: str) -> str:
    """Always for :latest and for no tag, else IfNotPresent (parsers.ParseImageName)."""
    if "@" in image:
        return "IfNotPresent"
    tag = image.rpartition("/")[2].partition(":")[2]
    return "Always" if tag in ("", "latest") else "IfNotPresent"


def _container(container: dict[str, Any]) -> None:
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = image_policy(container.get("image", ""))


def _requests(container: dict[str, Any]) -> None:
    resources = container.get("resources")
    if resources and resources.get("limits"):
        requests = dict(resources.get("requests") or {})
        for name, amount in resources["limits"].items():
            requests.setdefault(name, amount)
        resources["requests"] = requests


def _pod_spec(spec: dict[str, Any]) -> None:
    if spec.get("serviceAccountName"):
        spec["serviceAccount"] = spec["serviceAccountName"]
    elif spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"]
    if spec.get("hostNetwork"):
        for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
            for port in container.get("ports") or ():
                port.setdefault("hostPort", port.get("containerPort"))
    for volume in spec.get("volumes") or ():
        if len(volume) == 1:
            volume["emptyDir"] = {}


def _pod(pod: dict[str, Any]) -> None:
    spec = pod.setdefault("spec", {})
    spec.setdefault("enableServiceLinks", True)
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        _requests(container)


def _service_spec(spec: dict[str, Any]) -> None:
    kind = spec["type"]
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if kind != "ExternalName" and port.get("targetPort") in (None, 0, ""):
            port["targetPort"] = port.get("port", 0)
    if kind in ("NodePort", "LoadBalancer") or (kind == "ClusterIP" and spec.get("externalIPs")):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind in ("NodePort", "LoadBalancer", "ClusterIP"):
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
    if spec.get("sessionAffinity") == "ClientIP":
        seconds = spec.setdefault("sessionAffinityConfig", {}).setdefault("clientIP", {})
        seconds.setdefault("timeoutSeconds", 10800)


def _secret(secret: dict[str, Any]) -> None:
    strings = secret.pop("stringData", None)
    if strings:
        data = secret.setdefault("data", {})
        for key, text in strings.items():
            data[key] = base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()


def _namespace(namespace: dict[str, Any]) -> None:
    name = (namespace.get("metadata") or {}).get("name")
    if name:
        namespace["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = name


def _deployment_strategy(strategy: dict[str, Any]) -> None:
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")


def _stateful_strategy(strategy: dict[str, Any]) -> None:
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("partition", 0)
        rolling.setdefault("maxUnavailable", 1)


def _daemon_strategy(strategy: dict[str, Any]) -> None:
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)


def _job(job: dict[str, Any]) -> None:
    spec = job.setdefault("spec", {})
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = spec["parallelism"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 2147483647 if "backoffLimitPerIndex" in spec else 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("manualSelector", False)
    spec.setdefault("podReplacementPolicy", "Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed")


def _labelled_by_template(obj: dict[str, Any]) -> None:
    labels = ((obj.get("spec", {}).get("template") or {}).get("metadata") or {}).get("labels")
    if labels and not obj.setdefault("metadata", {}).get("labels"):
        obj["metadata"]["labels"] = dict(labels)


def _replication_controller(obj: dict[str, Any]) -> None:
    labels = ((obj.get("spec", {}).get("template") or {}).get("metadata") or {}).get("labels")
    if labels:
        obj["spec"].setdefault("selector", dict(labels))
    _labelled_by_template(obj)


def _daemon_set(obj: dict[str, Any]) -> None:
    annotations = obj.setdefault("metadata", {}).setdefault("annotations", {})
    annotations.setdefault("deprecated.daemonset.template.generation", "1")


def _claim_template(spec: dict[str, Any]) -> None:
    for claim in spec.get("volumeClaimTemplates") or ():
        claim["kind"], claim["apiVersion"] = "PersistentVolumeClaim", "v1"


def _autoscaler_v2(spec: dict[str, Any]) -> None:
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = spec.get("behavior")
    if behavior:
        up, down = behavior.setdefault("scaleUp", {}), behavior.setdefault("scaleDown", {})
        up.setdefault("stabilizationWindowSeconds", 0)
        up.setdefault("selectPolicy", "Max")
        up.setdefault(
            "policies",
            [{"type": "Pods", "value": 4, "periodSeconds": 15}, {"type": "Percent", "value": 100, "periodSeconds": 15}],
        )
        down.setdefault("selectPolicy", "Max")
        down.setdefault("policies", [{"type": "Percent", "value": 100, "periodSeconds": 15}])


def _network_policy_spec(spec: dict[str, Any]) -> None:
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def _subject(subject: dict[str, Any]) -> None:
    if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
        subject["apiGroup"] = "rbac.authorization.k8s.io"


def _role_ref(reference: dict[str, Any]) -> None:
    reference.setdefault("apiGroup", "rbac.authorization.k8s.io")


def _resource_definition(spec: dict[str, Any]) -> None:
    names = spec.get("names") or {}
    if names.get("kind"):
        names.setdefault("singular", names["kind"].lower())
        names.setdefault("listKind", names["kind"] + "List")


def _limits(item: dict[str, Any]) -> None:
    if item.get("type") == "Container":
        default = item.setdefault("default", {})
        for name, amount in item.get("max", {}).items():
            default.setdefault(name, amount)
        request = item.setdefault("defaultRequest", {})
        for name, amount in {**item.get("min", {}), **default}.items():
            request.setdefault(name, amount)
        for key in ("default", "defaultRequest"):
            if not item[key]:
                del item[key]


FUNCTIONS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "core.v1.Container": _container,
    "core.v1.EphemeralContainer": _container,
    "core.v1.PodSpec": _pod_spec,
    "core.v1.Pod": _pod,
    "core.v1.ServiceSpec": _service_spec,
    "core.v1.Secret": _secret,
    "core.v1.Namespace": _namespace,
    "core.v1.ReplicationController": _replication_controller,
    "core.v1.LimitRangeItem": _limits,
    "apps.v1.DeploymentStrategy": _deployment_strategy,
    "apps.v1.StatefulSetUpdateStrategy": _stateful_strategy,
    "apps.v1.StatefulSetSpec": _claim_template,
    "apps.v1.DaemonSetUpdateStrategy": _daemon_strategy,
    "apps.v1.DaemonSet": _daemon_set,
    "batch.v1.Job": _job,
    "autoscaling.v2.HorizontalPodAutoscalerSpec": _autoscaler_v2,
    "networking.v1.NetworkPolicySpec": _network_policy_spec,
    "rbac.v1.Subject": _subject,
    "rbac.v1.RoleRef": _role_ref,
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec": _resource_definition,
}
