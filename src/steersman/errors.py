"""Every error that steersman raises on purpose, in families by whose matter it is.

`message` says what was being done and why it failed, in Helm's words where Helm has the case. `at` says where, `hint` what to
try, `code` is for the doors: each door owns one table from code to exit status or gRPC status, and none reads a message.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Self

    from steersman.spans import Span

NOTHING: Mapping[str, Any] = {}


class Error(Exception):
    """The root. `code` has a default per family; pass another where the family is too wide.

    `setting` is what the failing stage had before it (the chart, the values, what was rendered so far), for whoever explains the
    error; it never takes part in the message.
    """

    default_code = "internal"
    setting: Mapping[str, Any] = NOTHING

    def __init__(self, message: str, *, at: Span | None = None, code: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.code = code or self.default_code
        self.hint = hint

    def __str__(self) -> str:
        return self.message

    def within(self, **setting: Any) -> Self:
        """The same error with this added to its setting; what a stage further in has said stays."""
        self.setting = {**setting, **self.setting}
        return self


class Cancelled(Error):
    """The caller went away, or pressed Ctrl-C, or the deadline passed."""

    default_code = "cancelled"


class DeadlineExceeded(Cancelled):
    """The time allowed for the whole action is over."""

    default_code = "deadline-exceeded"


class UsageError(Error):
    """The request itself cannot be understood: a wrong flag, a wrong name, arguments that exclude each other."""

    default_code = "usage"


class GoError(Error):
    """What a Go function would have returned as its error; the message is Go's text."""

    default_code = "go"


class GoPanic(GoError):
    """What would have been a run-time panic in Go."""

    default_code = "go-panic"


class ChartError(Error):
    """A chart cannot be loaded, or is not a valid chart."""

    default_code = "chart-invalid"


class ValuesError(Error):
    """Values cannot be read, merged, or do not fit the chart's schema."""

    default_code = "values-invalid"


class TemplateError(Error):
    """A template cannot be parsed or executed."""

    default_code = "template"


class ManifestError(Error):
    """What a chart rendered to is not a set of Kubernetes objects."""

    default_code = "manifest-invalid"


class ReleaseError(Error):
    """The request does not fit the state of the release: a name in use, no such revision, an operation under way."""

    default_code = "release-state"


class PlanError(Error):
    """No plan leads from what is to what is wanted."""

    default_code = "plan"


class ClusterError(Error):
    """The cluster refused, or answered what cannot be understood. `status` is the Kubernetes Status object if there was one."""

    default_code = "cluster"

    def __init__(
        self,
        message: str,
        *,
        at: Span | None = None,
        code: str = "",
        hint: str = "",
        http_status: int = 0,
        reason: str = "",
        status: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message, at=at, code=code, hint=hint)
        self.http_status = http_status
        self.reason = reason
        self.status = status


class NotFound(ClusterError):
    default_code = "not-found"


class AlreadyExists(ClusterError):
    default_code = "already-exists"


class Conflict(ClusterError):
    default_code = "conflict"


class Forbidden(ClusterError):
    default_code = "forbidden"


class Unauthorized(ClusterError):
    default_code = "unauthenticated"


class Invalid(ClusterError):
    default_code = "invalid-object"


class Unreachable(ClusterError):
    """No answer came: connection refused, name not found, TLS failed, time ran out."""

    default_code = "unreachable"


class StorageError(Error):
    """A release record cannot be written, read or understood."""

    default_code = "storage"


class SourceError(Error):
    """A chart or an index cannot be fetched or written."""

    default_code = "source"


class Group(Error):
    """Several errors of one stage, each whole. The message joins theirs as the stage's rule says."""

    default_code = "several"

    def __init__(self, message: str, errors: Sequence[Error], *, hint: str = "") -> None:
        super().__init__(message, code=errors[0].code if errors else "", hint=hint)
        self.errors = tuple(errors)
