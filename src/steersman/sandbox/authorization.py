"""May this user do this? The seam where role-based access control goes: `authorize(attributes, user)` → Decision.

What stands here now is the least that does not lie to a client without credentials: the public paths are open, whoever is
authenticated may do everything, whoever is not may do nothing.
"""

from __future__ import annotations

from steersman.golang.strconv import quote
from steersman.sandbox.messages import AUTHENTICATED_GROUP, Attributes, Decision, User

PUBLIC = ("/healthz", "/livez", "/readyz", "/version", "/version/")


def authorize(attributes: Attributes, user: User) -> Decision:
    """The decision for a request."""
    if AUTHENTICATED_GROUP in user.groups:
        return Decision(True)
    if not attributes.resource and attributes.path in PUBLIC:
        return Decision(True)
    return Decision(False)


def refusal(attributes: Attributes, user: User) -> str:
    """Why, in the server's words (apiserver: endpoints/handlers/responsewriters/errors.go)."""
    if not attributes.resource:
        return f"User {quote(user.name)} cannot {attributes.verb} path {quote(attributes.path)}"
    resource = f"{attributes.resource}/{attributes.subresource}" if attributes.subresource else attributes.resource
    where = f"in the namespace {quote(attributes.namespace)}" if attributes.namespace else "at the cluster scope"
    return f"User {quote(user.name)} cannot {attributes.verb} resource {quote(resource)} in API group {quote(attributes.group)} {where}"
