"""The ways in which a request is refused: Status objects with the reasons, codes and words of the Kubernetes API.

Source: apimachinery, pkg/api/errors. Clients decide by `reason` and `code`; some match on messages, so these are the server's.
"""

from __future__ import annotations

from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Cause(Record):
    """One field that is wrong. `reason` is FieldValueInvalid, FieldValueRequired, …; `message` stands behind the field."""

    field: str
    message: str
    reason: str = "FieldValueInvalid"

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class Refused(Exception):
    """A request ends here, with this Status."""

    def __init__(
        self, code: int, reason: str, message: str, details: dict[str, Any] | None = None, headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.details, self.headers = code, reason, message, details, tuple(headers)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            found["reason"] = self.reason
        if self.details is not None:
            found["details"] = self.details
        found["code"] = self.code
        return found


def _details(group: str, kind: str, name: str = "", **more: Any) -> dict[str, Any]:
    found = {"name": name, "group": group, "kind": kind, **more}
    return {key: value for key, value in found.items() if value}


def _qualified(group: str, resource: str) -> str:
    return f"{resource}.{group}" if group else resource


def not_found(group: str, resource: str, name: str) -> Refused:
    return Refused(404, "NotFound", f'{_qualified(group, resource)} "{name}" not found', _details(group, resource, name))


def no_such_resource() -> Refused:
    return Refused(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(group: str, resource: str, name: str) -> Refused:
    return Refused(
        409, "AlreadyExists", f'{_qualified(group, resource)} "{name}" already exists', _details(group, resource, name)
    )


def conflict(group: str, resource: str, name: str, why: str = "") -> Refused:
    why = why or "the object has been modified; please apply your changes to the latest version and try again"
    message = f'Operation cannot be fulfilled on {_qualified(group, resource)} "{name}": {why}'
    return Refused(409, "Conflict", message, _details(group, resource, name))


def apply_conflict(message: str, causes: Sequence[Cause]) -> Refused:
    return Refused(409, "Conflict", message, {"causes": _causes(causes)})


def bad_request(message: str) -> Refused:
    return Refused(400, "BadRequest", message)


def forbidden(group: str, resource: str, name: str, why: str) -> Refused:
    shown = f' "{name}"' if name else ""
    return Refused(403, "Forbidden", f"{_qualified(group, resource)}{shown} is forbidden: {why}", _details(group, resource, name))


def unauthorized() -> Refused:
    return Refused(401, "Unauthorized", "Unauthorized")


def method_not_allowed() -> Refused:
    return Refused(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def unsupported_media_type(message: str = "415: Unsupported Media Type", *, details: bool = True) -> Refused:
    return Refused(415, "UnsupportedMediaType", message, {} if details else None)


def not_acceptable(available: str) -> Refused:
    return Refused(406, "NotAcceptable", f"406: Not Acceptable\n\nAvailable representations: {available}", {})


def expired(message: str) -> Refused:
    return Refused(410, "Expired", message)


def too_large(limit: int) -> Refused:
    return Refused(413, "RequestEntityTooLarge", f"Request entity too large: limit is {limit}", None)


def unprocessable() -> Refused:
    """A JSON patch that cannot be applied."""
    return Refused(422, "Invalid", "the server rejected our request due to an error in our request", {})


def invalid(group: str, kind: str, name: str, causes: Sequence[Cause]) -> Refused:
    """An object that breaks rules of its kind: all of them are told."""
    told = str(causes[0]) if len(causes) == 1 else f"[{', '.join(map(str, causes))}]"
    shown = f"{kind}.{group}" if group else kind
    message = f'{shown} "{name}" is invalid: {told}'
    return Refused(422, "Invalid", message, _details(group, kind, name, causes=_causes(causes)))


def _causes(causes: Sequence[Cause]) -> list[dict[str, str]]:
    return [{"reason": cause.reason, "message": cause.message, "field": cause.field} for cause in causes]
