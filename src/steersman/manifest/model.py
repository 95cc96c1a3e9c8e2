"""What a rendered chart consists of: resources and hooks, each with its text and the file it came from."""

from __future__ import annotations

from steersman.manifest.heads import Head
from steersman.objects.names import (
    BEFORE_HOOK_CREATION,
    DEFAULT_DELETE_POLICY,
    RESOURCE_POLICY,
    RESOURCE_POLICY_KEEP,
    TEST,
)
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.golang.times import Time
    from steersman.objects.refs import Ref


class Resource(Record):
    """One document of a chart that is no hook. `path` is Helm's name of the file: "mychart/templates/a.yaml"."""

    path: str
    text: str
    head: Head

    @property
    def kind(self) -> str:
        return self.head.kind

    @property
    def api_version(self) -> str:
        return self.head.api_version

    @property
    def name(self) -> str:
        return self.head.name

    @property
    def policy(self) -> str:
        """The value of helm.sh/resource-policy as Helm compares it: trimmed and in lower case; "" without one."""
        return _policy(self.head)

    @property
    def is_kept(self) -> bool:
        """Uninstall leaves it where it is."""
        return self.policy == RESOURCE_POLICY_KEEP

    @property
    def is_forgotten(self) -> bool:
        """It has a policy that means nothing: Helm neither deletes it on uninstall nor says that it was kept
        (Helm 4: pkg/action/resource_policy.go)."""
        return _has_policy(self.head) and not self.is_kept

    def ref(self, namespace: str = "") -> Ref:
        """Its reference; the head does not tell the namespace, so the caller does."""
        from steersman.objects.refs import Ref

        return Ref(self.head.api_version, self.head.kind, namespace, self.head.name)


class HookExecution(Record):
    """The last time a hook ran; None is never. `phase` is "" until it ran first, then Unknown, Running, Succeeded, Failed."""

    started_at: Time | None = None
    completed_at: Time | None = None
    phase: str = ""


class Hook(Record):
    """One document of a chart that runs at an event. What a hook is stored as is in `release.codec`."""

    name: str
    kind: str
    path: str
    text: str
    events: tuple[str, ...] = ()
    weight: int = 0
    delete_policies: tuple[str, ...] = ()
    output_log_policies: tuple[str, ...] = ()
    last_run: HookExecution = HookExecution()

    @property
    def manifest(self) -> str:
        """The hook's text by the name that it has in a record."""
        return self.text

    @property
    def is_test(self) -> bool:
        return TEST in self.events

    def with_default_policy(self) -> Hook:
        """The hook as it is executed: without a delete policy it is deleted before it is created anew
        (Helm 4: pkg/action/hooks.go; the policy is then stored with it)."""
        return self if self.delete_policies else self.replace(delete_policies=(DEFAULT_DELETE_POLICY,))

    def is_deleted_on(self, policy: str) -> bool:
        """Whether one of its policies (or the default one) is this policy."""
        return policy in self.delete_policies or (not self.delete_policies and policy == BEFORE_HOOK_CREATION)


class Manifest(Record):
    """A rendered chart, sorted by kind for installing."""

    resources: tuple[Resource, ...] = ()
    hooks: tuple[Hook, ...] = ()

    def hooks_for(self, event: str) -> tuple[Hook, ...]:
        return hooks_for(self.hooks, event)


def hooks_for(hooks: tuple[Hook, ...], event: str) -> tuple[Hook, ...]:
    """The hooks that run at an event, in the order they run: by weight, then by name, else as they stand
    (Helm 4: pkg/action/hooks.go). An event named twice makes the hook run twice, as in Helm."""
    named = [hook for hook in hooks for one in hook.events if one == event]
    return tuple(sorted(named, key=lambda hook: (hook.weight, hook.name.encode("utf-8", "surrogateescape"))))


def _has_policy(head: Head) -> bool:
    return head.annotations is not None and RESOURCE_POLICY in head.annotations


def _policy(head: Head) -> str:
    from steersman.manifest.split import SPACE

    return (head.annotations or {}).get(RESOURCE_POLICY, "").strip(SPACE).lower()
