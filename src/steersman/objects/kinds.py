"""The order in which kinds are installed and uninstalled (Helm 4: pkg/release/v1/util/kind_sorter.go).

Uninstalling is the reverse, but validating webhooks go before mutating ones, so that none blocks the removal.
Kinds that are not listed come last in both orders, by their names.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeVar

    T = TypeVar("T")

INSTALL_ORDER = (
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
)

UNINSTALL_ORDER = (
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
    "Ingress",
    "IngressClass",
    "Service",
    "CronJob",
    "Job",
    "StatefulSet",
    "HorizontalPodAutoscaler",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "DaemonSet",
    "RoleBindingList",
    "RoleBinding",
    "RoleList",
    "Role",
    "ClusterRoleBindingList",
    "ClusterRoleBinding",
    "ClusterRoleList",
    "ClusterRole",
    "CustomResourceDefinition",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "ConfigMap",
    "SecretList",
    "Secret",
    "ServiceAccount",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "Namespace",
    "PriorityClass",
)

_RANKS: dict[tuple[str, ...], Mapping[str, int]] = {
    order: {kind: rank for rank, kind in enumerate(order)} for order in (INSTALL_ORDER, UNINSTALL_ORDER)
}


def sorted_by_kind(items: Iterable[T], kind_of: Callable[[T], str], order: tuple[str, ...] = INSTALL_ORDER) -> list[T]:
    """The items in the order of their kinds; items of one kind, and of one unknown kind, keep their order."""
    ranks = _RANKS.get(order) or {kind: rank for rank, kind in enumerate(order)}
    last = len(order)

    def rank(item: T) -> tuple[int, bytes]:
        kind = kind_of(item)
        place = ranks.get(kind)
        return (last, kind.encode("utf-8", "surrogateescape")) if place is None else (place, b"")

    return sorted(items, key=rank)
