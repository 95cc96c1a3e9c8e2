"""What changes, as data: two states of an object compared field by field, and many such comparisons as one report.

    compare(live, predicted, …) → Change, Change, …        one object
    Difference(ref, action, ownership, changes, …)         what becomes of it, and why
    Report(…) → document(report)                           the document that `-o json` prints

Noise never counts: status, managedFields, versions, times, and kubectl's copy of the manifest. Elements of lists are matched by the
keys that the type of the object names, so that an element put in front is one change. The values of Secrets do not get as far as a
comparison: `Redactor` puts fingerprints in their place first, made with a key that lives as long as one run, so that a change
shows and the value cannot be guessed at, not even by someone who sees two reports.
"""

from __future__ import annotations

from steersman.objects import schema
from steersman.objects.names import LAST_APPLIED
from steersman.objects.refs import Ref
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

FORMAT, VERSION = "steersman-plan", 1
"""What the documents say of themselves. The version grows when a reader of the old form would misread the new."""

MAX_DEPTH = 200
"""Levels of an object that are told apart; below, a value is one value."""

FINGERPRINT_DIGITS = 12

CREATE, CHANGE, REPLACE, DELETE, KEEP, UNCHANGED = "create", "change", "replace", "delete", "keep", "unchanged"
SIGNS: Mapping[str, str] = {CREATE: "+", CHANGE: "~", REPLACE: "-/+", DELETE: "-", KEEP: "=", UNCHANGED: " "}
"""action → sign. "keep" is an object that the release lets go of and that stays in the cluster."""

FREE, OURS, ADOPTABLE, FOREIGN = "free", "ours", "adoptable", "foreign"
"""Whose an object is: nobody's (it does not exist), the release's, nobody's (it exists, and no release claims it), another's."""

NOISE = frozenset(
    {
        "managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink",
        "deletionTimestamp", "deletionGracePeriodSeconds",
    }
)  # fmt: skip
"""Fields of metadata that the server and its controllers write."""


class _Absent:
    """What is not there; None is a value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


class Change(Record):
    """One field. `before` or `after` is ABSENT where the field comes or goes; `immutable` says that it cannot be changed."""

    path: str
    before: Any
    after: Any
    immutable: bool = False

    @property
    def sign(self) -> str:
        if self.immutable:
            return SIGNS[REPLACE]
        return "+" if self.before is ABSENT else "-" if self.after is ABSENT else "~"


class Difference(Record):
    """What becomes of one object. `predicted` says who told: the server's dry run ("server"), or our own merge ("client").

    `problems` are reasons why it will not come to this.
    """

    ref: Ref
    action: str
    ownership: str
    why: str = ""
    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()
    predicted: str = ""


class HookRun(Record):
    """A hook that will run. `state` is "new", "changed" or "same", against the revision before; `problems` are why it would fail."""

    event: str
    name: str
    kind: str
    path: str
    weight: int
    state: str
    problems: tuple[str, ...] = ()


class Report(Record):
    """A plan, or a comparison, for people and programs. Revisions are 0 where there is none.

    `action` is "install", "upgrade", "diff" or "drift"; `definitions` are custom resource definitions, which come before all.
    """

    action: str
    release: str
    namespace: str
    before: int
    after: int
    objects: tuple[Difference, ...]
    definitions: tuple[Difference, ...] = ()
    hooks: tuple[HookRun, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """action → number of objects; definitions count as objects."""
        found = dict.fromkeys((CREATE, CHANGE, REPLACE, DELETE, KEEP, UNCHANGED), 0)
        for one in (*self.definitions, *self.objects):
            found[one.action] += 1
        return found

    @property
    def has_changes(self) -> bool:
        """Whether anything would be other than it is. Hooks that are what they were do not count, although they run."""
        return any(one.action != UNCHANGED for one in (*self.definitions, *self.objects)) or any(
            hook.state != "same" for hook in self.hooks
        )

    @property
    def problems(self) -> list[str]:
        """Why this cannot be carried out, one text each; none when it can."""
        found = [f"{one.ref}: {problem}" for one in (*self.definitions, *self.objects) for problem in one.problems]
        return found + [f"hook {hook.kind} {hook.name}: {problem}" for hook in self.hooks for problem in hook.problems]


# --- Secrets ---------------------------------------------------------------------------------------------------------------


class Redactor:
    """Puts keyed fingerprints in the place of what Secrets hold. One key, one run."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, obj: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object as it may be shown; any but a Secret as it is. `stringData` is shown as the `data` that it becomes."""
        if obj.get("kind") != "Secret" or obj.get("apiVersion") != "v1":
            return obj
        metadata = _table(obj.get("metadata"))
        place = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
        shown = {name: value for name, value in obj.items() if name not in ("data", "stringData")}
        values = {name: self._fingerprint(place, name, _decoded(value)) for name, value in _table(obj.get("data")).items()}
        for name, value in _table(obj.get("stringData")).items():
            values[name] = self._fingerprint(place, name, _encoded(value))
        if values:
            shown["data"] = values
        return shown

    def _fingerprint(self, place: str, name: str, value: bytes) -> str:
        import hashlib
        import hmac

        text = f"{len(place)}:{place}{len(name)}:{name}".encode("utf-8", "surrogateescape") + value
        return "redacted:" + hmac.new(self._key, text, hashlib.sha256).hexdigest()[:FINGERPRINT_DIGITS]


def _decoded(value: object) -> bytes:
    """The bytes of a value of `data`; what is no base64 stands for itself, as the server will say."""
    import base64
    import binascii

    if isinstance(value, str):
        try:
            return base64.b64decode(value.encode("ascii"))
        except (binascii.Error, ValueError):
            return _encoded(value)
    return _encoded(value)


def _encoded(value: object) -> bytes:
    import json

    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, sort_keys=True)
    return text.encode("utf-8", "surrogateescape")


# --- two states of one object ------------------------------------------------------------------------------------------------


def bare(obj: Mapping[str, Any]) -> dict[str, Any]:
    """The object without what counts as noise, and without its name, which is the same on both sides."""
    found = {name: value for name, value in obj.items() if name not in ("apiVersion", "kind", "status", "metadata")}
    metadata = {
        name: value
        for name, value in _table(obj.get("metadata")).items()
        if name not in NOISE and name not in ("name", "namespace") and value not in (None, {}, [])
    }
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and LAST_APPLIED in annotations:
        annotations = {name: value for name, value in annotations.items() if name != LAST_APPLIED}
        metadata = {**metadata, "annotations": annotations}
        if not annotations:
            del metadata["annotations"]
    return {"metadata": metadata, **found} if metadata else found


def compare(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, redact: Redactor) -> tuple[Change, ...]:
    """What has to change so that the one becomes the other, in the order of paths. None is an object that does not exist.

    A subtree that comes or goes as a whole is one change.
    """
    some = after if after is not None else before or {}
    code = schema.served_type(str(some.get("apiVersion", "")), str(some.get("kind", "")))
    changes: list[Change] = []
    _tables(
        "",
        bare(redact(before)) if before is not None else {},
        bare(redact(after)) if after is not None else {},
        code or "",
        changes,
        MAX_DEPTH,
    )
    return tuple(changes)


def _tables(path: str, before: Mapping[str, Any], after: Mapping[str, Any], code: str, into: list[Change], depth: int) -> None:
    fields = schema.fields_of(code) if code and schema.is_struct(code) and code in _types() else {}
    for name in sorted({*before, *after}):
        field = fields.get(name)
        inner = field.type if field is not None else code[1:] if code[:1] == "{" else ""
        keys = () if field is None else field.list_keys or ((field.merge_key,) if field.merge_key else ())
        _values(
            path + _member(name) if path else _member(name).removeprefix("."),
            before.get(name, ABSENT),
            after.get(name, ABSENT),
            inner,
            keys,
            into,
            depth - 1,
        )


def _types() -> Mapping[str, str]:
    from steersman.objects.schema_data import TYPES

    return TYPES


def _values(path: str, before: Any, after: Any, code: str, keys: Sequence[str], into: list[Change], depth: int) -> None:
    if (before is ABSENT or before is None) and (after is ABSENT or after is None):
        return  # the server keeps no nulls
    if isinstance(before, dict) and isinstance(after, dict) and depth > 0:
        _tables(path, before, after, code, into, depth)
    elif isinstance(before, list) and isinstance(after, list) and depth > 0:
        _lists(path, before, after, code[1:] if code[:1] == "[" else "", keys, into, depth)
    elif not _same(before, after):
        into.append(Change(path, before, after))


def _same(one: Any, other: Any) -> bool:
    """Equality in which true is not 1, and 1 is 1.0, as in JSON."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _lists(
    path: str, before: list[Any], after: list[Any], code: str, keys: Sequence[str], into: list[Change], depth: int
) -> None:
    for names in ((tuple(keys),) if keys else ()) + (("name",), ("key",), ("id",)):
        old, new = _by_keys(before, names), _by_keys(after, names)
        if old is not None and new is not None:
            for label in dict.fromkeys((*old, *new)):
                _values(f"{path}[{label}]", old.get(label, ABSENT), new.get(label, ABSENT), code, (), into, depth - 1)
            return
    # Without keys: what is the same at both ends stays, and what is between is matched by its place.
    first = 0
    while first < min(len(before), len(after)) and _same(before[first], after[first]):
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and _same(before[-1 - last], after[-1 - last]):
        last += 1
    for at in range(first, max(len(before), len(after)) - last):
        _values(
            f"{path}[{at}]",
            before[at] if at < len(before) - last else ABSENT,
            after[at] if at < len(after) - last else ABSENT,
            code,
            (),
            into,
            depth - 1,
        )


def _by_keys(items: list[Any], keys: tuple[str, ...]) -> dict[str, Any] | None:
    """The elements by their keys ("name=main"); None where an element lacks the first one, or two are called the same."""
    found: dict[str, Any] = {}
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get(keys[0]), (str, int)):
            return None
        label = ",".join(f"{key}={_word(item[key])}" for key in keys if isinstance(item.get(key), (str, int)))
        if label in found:
            return None
        found[label] = item
    return found


def _is_plain(text: str) -> bool:
    return bool(text) and text.isascii() and all(char.isalnum() or char in "_-" for char in text)


def _member(name: str) -> str:
    """How a path goes on with this member of a table: `.name`, or `["a.b/c"]`."""
    return f".{name}" if _is_plain(name) else f"[{_quoted(name)}]"


def _word(value: object) -> str:
    text = str(value)
    return text if text.isascii() and all(char.isalnum() or char in "_-./:" for char in text) else _quoted(text)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


# --- what the server refuses ---------------------------------------------------------------------------------------------------

_IMMUTABLE = ("immutable", "may not change", "updates to ", "cannot change", "cannot be changed", "may not be changed")


def immutable_fields(status: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """(field, the server's words without the value) of each cause of a refusal (422) that says a field cannot be changed."""
    causes = _table(_table(status).get("details")).get("causes")
    found: list[tuple[str, str]] = []
    for cause in causes if isinstance(causes, list) else ():
        message = str(_table(cause).get("message", ""))
        if any(word in message for word in _IMMUTABLE):
            if message.startswith("Invalid value: "):
                message = message.rpartition(": ")[2]
            found.append((str(_table(cause).get("field", "")), message.removeprefix("Forbidden: ")))
    return tuple(found)


def conflicts(status: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """(manager, field) of each conflict of a server-side apply (409)."""
    causes = _table(_table(status).get("details")).get("causes")
    found: list[tuple[str, str]] = []
    for cause in causes if isinstance(causes, list) else ():
        if _table(cause).get("reason") == "FieldManagerConflict":
            manager = str(cause.get("message", "")).partition('"')[2].partition('"')[0]
            found.append((manager, str(cause.get("field", "")).removeprefix(".")))
    return tuple(found)


def mark_immutable(changes: Iterable[Change], fields: Iterable[str]) -> tuple[Change, ...]:
    """The changes, those at, below or above one of the fields marked as immutable."""
    wanted = [_steps(field) for field in fields]
    marked = []
    for change in changes:
        steps = _steps(change.path)
        hit = any(steps[: len(field)] == field or field[: len(steps)] == steps for field in wanted if field)
        marked.append(change.replace(immutable=True) if hit else change)
    return tuple(marked)


def _steps(path: str) -> list[str]:
    """The members of a path; what tells elements of a list apart is left out."""
    steps, at = [""], 0
    while at < len(path):
        if path[at] == "[":
            end = path.find("]", at)
            inner = path[at + 1 : end]
            if inner.startswith('"'):
                steps.append(inner.strip('"'))
            at = end + 1 if end >= 0 else len(path)
        elif path[at] == ".":
            steps.append("")
            at += 1
        else:
            steps[-1] += path[at]
            at += 1
    return [step for step in steps if step]


# --- the document ----------------------------------------------------------------------------------------------------------------


def document(report: Report) -> dict[str, Any]:
    """The report as JSON and YAML show it; docs/plan.md describes it."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "action": report.action,
        "release": report.release,
        "namespace": report.namespace,
        "revision": {"before": report.before, "after": report.after},
        "changes": report.has_changes,
        "totals": {**report.totals, "hooks": len(report.hooks)},
        "problems": report.problems,
        "definitions": [_object(one) for one in report.definitions],
        "objects": [_object(one) for one in report.objects],
        "hooks": [_hook(hook) for hook in report.hooks],
    }


def _object(one: Difference) -> dict[str, Any]:
    ref = one.ref
    found: dict[str, Any] = {
        "apiVersion": ref.api_version,
        "kind": ref.kind,
        "namespace": ref.namespace,
        "name": ref.name,
        "action": one.action,
        "ownership": one.ownership,
    }
    if one.why:
        found["why"] = one.why
    if one.predicted:
        found["predicted"] = one.predicted
    if one.problems:
        found["problems"] = list(one.problems)
    found["changes"] = [_change(change) for change in one.changes]
    return found


def _hook(hook: HookRun) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(hook, name) for name in ("event", "kind", "name", "path", "weight", "state")}
    if hook.problems:
        found["problems"] = list(hook.problems)
    return found


def _change(change: Change) -> dict[str, Any]:
    found: dict[str, Any] = {"sign": change.sign, "path": change.path}
    if change.before is not ABSENT:
        found["before"] = change.before
    if change.after is not ABSENT:
        found["after"] = change.after
    if change.immutable:
        found["immutable"] = True
    return found
