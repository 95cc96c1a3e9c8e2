"""A plan on paper: what `plan --save` writes and `apply FILE` reads, and the check that the world is still the one it was made for.

The file holds the record that the action begins with, whole, so that what is applied is what was shown: nothing is rendered
again. It holds fences, too: the release's history, and of every object the plan is about its uid, its resourceVersion and a digest
of what counts in it. An object whose version grew only because its status changed has not moved; one that was changed, deleted,
made anew, or came to be has. The file holds the Secrets of the release in clear text, as the record in the cluster does, so
whoever writes it keeps it from others' eyes.
"""

from __future__ import annotations

from steersman.errors import PlanError, StorageError
from steersman.objects.refs import Ref
from steersman.plan.build import Options
from steersman.plan.differences import bare
from steersman.plan.steps import Target
from steersman.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from steersman.release.model import Release

FORMAT, VERSION = "steersman-saved-plan", 1
ACTIONS = ("install", "upgrade")


class Fence(Record):
    """One object as the plan found it; `uid` is empty when it did not exist."""

    ref: Ref
    uid: str = ""
    resource_version: str = ""
    digest: str = ""


class Saved(Record):
    """A plan as it is saved. `cluster` is the uid of the cluster's kube-system namespace, "" where it could not be read.

    `settings` are the action's own flags: text, numbers and booleans by name.
    """

    action: str
    release: Release
    options: Options
    settings: Mapping[str, Any]
    cluster: str
    history: tuple[tuple[int, str], ...]
    fences: tuple[Fence, ...]
    definitions: tuple[Target, ...] = ()


def fence(ref: Ref, live: Mapping[str, Any] | None) -> Fence:
    """The fence of an object as it is now; None: it does not exist."""
    if live is None:
        return Fence(ref)
    metadata = live.get("metadata") or {}
    return Fence(ref, str(metadata.get("uid", "")), str(metadata.get("resourceVersion", "")), digest(live))


def digest(live: Mapping[str, Any]) -> str:
    """A digest of what counts in an object."""
    import hashlib
    import json

    return hashlib.sha256(json.dumps(bare(live), sort_keys=True, separators=(",", ":")).encode("utf-8")).hexdigest()


def history_of(releases: Iterable[Release]) -> tuple[tuple[int, str], ...]:
    """What a fence keeps of a history: each revision and its status."""
    return tuple((release.version, release.info.status) for release in releases)


def moved(saved: Saved, cluster: str, history: Sequence[Release], live: Mapping[Ref, Mapping[str, Any]]) -> list[str]:
    """How the world differs from the one that the plan was made for, one text each; none when it does not."""
    if saved.cluster and cluster and saved.cluster != cluster:
        return ["it was made for another cluster"]
    texts = []
    now = history_of(history)
    if now != saved.history:
        texts.append(f"the release was {_history(saved.history)} and is {_history(now)}")
    for one in saved.fences:
        found = fence(one.ref, live.get(one.ref))
        if found.uid == one.uid and (found.resource_version == one.resource_version or found.digest == one.digest):
            continue
        if not one.uid:
            texts.append(f"{one.ref} did not exist, and does now")
        elif not found.uid:
            texts.append(f"{one.ref} existed, and does not any more")
        elif found.uid != one.uid:
            texts.append(f"{one.ref} was deleted and made anew")
        else:
            texts.append(f"{one.ref} was changed (resourceVersion {one.resource_version} → {found.resource_version})")
    return texts


def _history(history: Sequence[tuple[int, str]]) -> str:
    return f"at revision {history[-1][0]} ({history[-1][1]}) of {len(history)}" if history else "not installed"


# --- to and from text ------------------------------------------------------------------------------------------------------------


def dump(saved: Saved) -> str:
    """The text of the file."""
    import json

    from steersman.release import codec

    return (
        json.dumps(
            {
                "format": FORMAT,
                "version": VERSION,
                "action": saved.action,
                "release": codec.encode(saved.release),
                "labels": dict(saved.release.labels or {}),
                "options": {name: getattr(saved.options, name) for name in Options.__fields__},
                "settings": dict(saved.settings),
                "cluster": saved.cluster,
                "history": [list(one) for one in saved.history],
                "objects": [
                    {
                        "apiVersion": one.ref.api_version,
                        "kind": one.ref.kind,
                        "namespace": one.ref.namespace,
                        "name": one.ref.name,
                        "uid": one.uid,
                        "resourceVersion": one.resource_version,
                        "digest": one.digest,
                    }
                    for one in saved.fences
                ],
                "definitions": [{"source": one.source, "object": one.object} for one in saved.definitions],
            },
            indent=1,
        )
        + "\n"
    )


def load(text: str | bytes) -> Saved:
    """The plan in a file's text. Raises PlanError for what is none, is of another version, or is damaged."""
    import json

    from steersman.objects.refs import ref_of
    from steersman.release import codec

    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _bad("it is no JSON") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _bad("it is no saved plan")
    if found.get("version") != VERSION:
        raise PlanError(
            f"the plan is of version {found.get('version')}, and this program reads version {VERSION}",
            code="plan-version",
            hint="make the plan with the program that applies it",
        )
    try:
        action = found["action"]
        if action not in ACTIONS:
            raise _bad(f"there is no action {action!r}")
        labels, settings = found["labels"], found["settings"]
        release = codec.decode(_text(found["release"]), {_text(name): _text(value) for name, value in labels.items()})
        history = tuple((_whole(number), _text(status)) for number, status in found["history"])
        fences = tuple(
            Fence(
                Ref(*(_text(one[name]) for name in ("apiVersion", "kind", "namespace", "name"))),
                *(_text(one[name]) for name in ("uid", "resourceVersion", "digest")),
            )
            for one in found["objects"]
        )
        definitions = tuple(Target(ref_of(one["object"]), one["object"], _text(one["source"])) for one in found["definitions"])
        return Saved(
            action, release, _options(found["options"]), dict(settings), _text(found["cluster"]), history, fences, definitions
        )
    except (KeyError, TypeError, ValueError, AttributeError, StorageError) as error:
        raise _bad(f"{type(error).__name__}: {error}") from None


def _options(found: Mapping[str, Any]) -> Options:
    given: dict[str, Any] = {}
    for name, default in Options.__defaults__.items():
        value = found[name]
        if isinstance(default, bool) != isinstance(value, bool) or (isinstance(default, str) != isinstance(value, str)):
            raise TypeError(f"{name} is {value!r}")
        given[name] = float(value) if isinstance(default, float) else value
    return Options(**given)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no number")
    return value


def _bad(why: str) -> PlanError:
    return PlanError(f"the plan cannot be read: {why}", code="plan-invalid", hint="`plan --save FILE` writes one")
