"""What the API server's refusals mean: an HTTP status and a Status object become one error of the ClusterError family.

The message is the server's own. Where there is none, it is client-go's for that status code (apimachinery:
api/errors.NewGenericServerResponse). Nothing else in the house reads a reason or an HTTP status.
"""

from __future__ import annotations

from steersman.errors import AlreadyExists, ClusterError, Conflict, Forbidden, Invalid, NotFound, Unauthorized
from steersman.golang.strconv import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from steersman.kube.requests import Request

MAX_TEXT = 2048
"""How much of an answer that is no Status is kept (client-go: maxUnstructuredResponseTextBytes)."""

FAMILIES: dict[str, type[ClusterError]] = {
    "NotFound": NotFound,
    "AlreadyExists": AlreadyExists,
    "Conflict": Conflict,
    "Forbidden": Forbidden,
    "Unauthorized": Unauthorized,
    "Invalid": Invalid,
}
CODES = {
    "Gone": "expired",
    "Expired": "expired",
    "BadRequest": "bad-request",
    "MethodNotAllowed": "method-not-allowed",
    "NotAcceptable": "not-acceptable",
    "UnsupportedMediaType": "unsupported-media-type",
    "RequestEntityTooLarge": "too-large",
    "TooManyRequests": "too-many-requests",
    "ServerTimeout": "server-timeout",
    "Timeout": "server-timeout",
    "ServiceUnavailable": "unavailable",
    "InternalError": "server-error",
}
"""Reason → code of a plain ClusterError."""

GENERIC: dict[int, tuple[str, str]] = {
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    401: ("Unauthorized", "the server has asked for the client to provide credentials"),
    403: ("Forbidden", ""),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    406: ("NotAcceptable", ""),
    409: ("Conflict", "the server reported a conflict"),
    410: ("Gone", ""),
    413: ("RequestEntityTooLarge", ""),
    415: ("UnsupportedMediaType", ""),
    422: ("Invalid", "the server rejected our request due to an error in our request"),
    429: ("TooManyRequests", "the server has received too many requests and has asked us to try again later"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: (
        "Timeout",
        "the server was unable to return a response in the time allotted, but may still be processing the request",
    ),
}
"""HTTP status → reason and message, the message empty where the server's own words are kept."""
_KEEPS_WORDS = {403, 406, 415}


def error_of(request: Request, http_status: int, content_type: str, body: bytes, *, trust_status: bool = True) -> ClusterError:
    """The error that an answer other than 2xx means. `trust_status` False ignores a Status object, as client-go's raw calls do."""
    status = _status_in(content_type, body)
    if status is not None and trust_status:
        return from_status(status, http_status)
    text = "unknown"
    if content_type.partition(";")[0].strip().startswith("text/") or not content_type:
        text = body[:MAX_TEXT].decode("utf-8", "replace").strip()
    reason, message = GENERIC.get(http_status, ("", ""))
    if http_status == 409 and request.method == "POST":
        reason = "AlreadyExists"
    if http_status in _KEEPS_WORDS:
        message = text
        if http_status == 406 and text in ("", "unknown"):
            message = "the server was unable to respond with a content type that the client supports"
    elif not message:
        message = f"the server responded with the status code {http_status} but did not return more information"
        if http_status >= 500:
            reason = "InternalError"
            message = f"an error on the server ({quote(text)}) has prevented the request from succeeding"
    if request.resource:
        named = f" {request.name}" if request.name else ""
        message = f"{message} ({request.method.lower()} {request.resource}{named})"
    hint = f"the server said: {text.splitlines()[0]}" if text not in ("", "unknown") and text not in message else ""
    return _make(reason, message, http_status, status, hint)


def from_status(status: dict[str, Any], http_status: int = 0) -> ClusterError:
    """The error that a Status object of failure means."""
    code = status.get("code")
    reason = str(status.get("reason") or "")
    http_status = code if isinstance(code, int) and code else http_status
    if reason not in FAMILIES and reason not in CODES:
        reason = GENERIC.get(http_status, ("InternalError" if http_status >= 500 else "", ""))[0] or reason
    return _make(reason, str(status.get("message") or ""), http_status, status, "")


def _make(reason: str, message: str, http_status: int, status: dict[str, Any] | None, hint: str) -> ClusterError:
    family = FAMILIES.get(reason, ClusterError)
    code = CODES.get(reason, "") if family is ClusterError else ""
    return family(message, code=code, hint=hint, http_status=http_status, reason=reason, status=status)


def _status_in(content_type: str, body: bytes) -> dict[str, Any] | None:
    if "json" not in content_type:
        return None
    import json

    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and found.get("kind", "Status") == "Status" and found.get("status") == "Failure":
        return found
    return None
