"""The names that Helm and Kubernetes agreed on: annotations, labels, and the words that may stand in them.

Named here, read in `manifest`, decided on in `plan`, done in `execute`. Source: Helm 4, pkg/release/v1/hook.go,
pkg/kube/resource_policy.go, pkg/action/validate.go, pkg/storage/driver.
"""

from __future__ import annotations

HOOK = "helm.sh/hook"
HOOK_WEIGHT = "helm.sh/hook-weight"
HOOK_DELETE_POLICY = "helm.sh/hook-delete-policy"
HOOK_OUTPUT_LOG_POLICY = "helm.sh/hook-output-log-policy"
RESOURCE_POLICY = "helm.sh/resource-policy"
RESOURCE_POLICY_KEEP = "keep"

RELEASE_NAME = "meta.helm.sh/release-name"
RELEASE_NAMESPACE = "meta.helm.sh/release-namespace"
MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGED_BY_HELM = "Helm"

FIELD_MANAGER = "helm"
"""The manager that Helm's writes carry, both of server-side apply and of updates."""

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

NAMESPACE_NAME_LABEL = "name"
"""The label that --create-namespace puts on the namespace, its value being the namespace's name."""

PRE_INSTALL = "pre-install"
POST_INSTALL = "post-install"
PRE_DELETE = "pre-delete"
POST_DELETE = "post-delete"
PRE_UPGRADE = "pre-upgrade"
POST_UPGRADE = "post-upgrade"
PRE_ROLLBACK = "pre-rollback"
POST_ROLLBACK = "post-rollback"
TEST = "test"

HOOK_EVENTS = {
    event: event
    for event in (
        PRE_INSTALL,
        POST_INSTALL,
        PRE_DELETE,
        POST_DELETE,
        PRE_UPGRADE,
        POST_UPGRADE,
        PRE_ROLLBACK,
        POST_ROLLBACK,
        TEST,
    )
} | {"test-success": TEST}
"""What may stand in the hook annotation → the event meant. `test-success` is Helm 2's name."""

BEFORE_HOOK_CREATION = "before-hook-creation"
HOOK_SUCCEEDED = "hook-succeeded"
HOOK_FAILED = "hook-failed"
DEFAULT_DELETE_POLICY = BEFORE_HOOK_CREATION
"""Set when a hook without a delete policy is executed, and stored with it."""

POSTRENDER_FILENAME = "postrenderer.helm.sh/postrender-filename"
"""Marks which file an object came from on its way through a post-renderer."""
