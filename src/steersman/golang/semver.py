"""Semantic versions and version constraints as github.com/Masterminds/semver/v3 (v3.5.0) has them, error texts included.

`new_version` is the loose reading that Helm uses nearly everywhere (`v1.2` is 1.2.0), `strict_new_version` takes nothing but
SemVer 2. A constraint is a list of groups joined by `||`; in a group all conditions, separated by spaces or commas, must hold.
A condition with parts left out or written x, X or * is "dirty" and means a range. Pre-releases satisfy a group only where one of
its conditions names a pre-release itself.

Both are read by hand and not with regular expressions: nearly every chart compares a version or two, and compiling the
expressions would cost more than all the comparing. The rules are those of constraints.go and version.go.
"""

from __future__ import annotations

from steersman.errors import GoError, GoPanic
from steersman.golang.strconv import parse_uint, quote
from steersman.golang.values import Struct, Uint64, byte_length, to_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar


MAX_VERSION_LENGTH = 256
MAX_CONSTRAINT_LENGTH = 512
MAX_CONSTRAINT_GROUPS = 32

INVALID_VERSION = "invalid semantic version"
EMPTY_VERSION = "version string empty"
INVALID_CHARACTERS = "invalid characters in version"
LEADING_ZERO = "version segment starts with 0"
INVALID_METADATA = "invalid metadata string"
INVALID_PRERELEASE = "invalid prerelease string"
VERSION_TOO_LONG = f"version string is too long (max {MAX_VERSION_LENGTH} bytes)"
CONSTRAINT_TOO_LONG = f"constraint string is too long (max {MAX_CONSTRAINT_LENGTH} bytes)"
TOO_MANY_GROUPS = f"too many constraint groups (max {MAX_CONSTRAINT_GROUPS})"

_LARGEST = 0xFFFFFFFFFFFFFFFF

SortKey = tuple[int, int, int, int, tuple[tuple[int, int, str], ...]]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_identifier(text: str) -> bool:
    """Whether the text is made of letters, digits and hyphens, and there is some."""
    return text.isascii() and text.replace("-", "a").isalnum()


def _check_prerelease(text: str) -> None:
    for part in text.split("."):
        if _is_number(part):
            if len(part) > 1 and part[0] == "0":
                raise GoError(LEADING_ZERO)
        elif not _is_identifier(part):
            raise GoError(INVALID_PRERELEASE)


def _check_metadata(text: str) -> None:
    for part in text.split("."):
        if not _is_identifier(part):
            raise GoError(INVALID_METADATA)


def _prerelease_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers sort before words, and a number that no uint64 can hold is a word."""
    key = []
    for part in text.split("."):
        if _is_number(part) and (len(part) < 20 or (len(part) == 20 and int(part) <= _LARGEST)):
            key.append((0, int(part), ""))
        else:
            key.append((1, 0, part))
    return tuple(key)


class Version(Struct):
    """A version: what `semver "1.2.3"` gives to a template. Ordered and compared without its metadata, as SemVer says."""

    GO_TYPE: ClassVar[str] = "*semver.Version"
    GO_KIND: ClassVar[str] = "ptr"
    METHODS: ClassVar[Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]]]
    __slots__ = ("_key", "major", "metadata", "minor", "original", "patch", "prerelease")

    def __init__(
        self, major: int, minor: int, patch: int, prerelease: str = "", metadata: str = "", original: str | None = None
    ) -> None:
        self.major = Uint64(major)
        self.minor = Uint64(minor)
        self.patch = Uint64(patch)
        self.prerelease = prerelease
        self.metadata = metadata
        self.original = str(self) if original is None else original
        self._key: SortKey | None = None

    def __str__(self) -> str:
        prerelease = f"-{self.prerelease}" if self.prerelease else ""
        metadata = f"+{self.metadata}" if self.metadata else ""
        return f"{self.major}.{self.minor}.{self.patch}{prerelease}{metadata}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    go_string = __str__

    def go_json(self) -> object:
        return str(self)

    def sort_key(self) -> SortKey:
        """Orders versions as `compare` does: for sorted(), min() and max()."""
        if self._key is None:
            prerelease = self.prerelease
            key = _prerelease_key(prerelease) if prerelease else ()
            self._key = (self.major, self.minor, self.patch, 0 if prerelease else 1, key)
        return self._key

    def compare(self, other: Version) -> int:
        """-1, 0 or 1: this version is before, the same as, or after `other`."""
        mine, theirs = self.sort_key(), other.sort_key()
        return (mine > theirs) - (mine < theirs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.sort_key() == other.sort_key()

    def __lt__(self, other: Version) -> bool:
        return self.sort_key() < other.sort_key()

    def __le__(self, other: Version) -> bool:
        return self.sort_key() <= other.sort_key()

    def __gt__(self, other: Version) -> bool:
        return self.sort_key() > other.sort_key()

    def __ge__(self, other: Version) -> bool:
        return self.sort_key() >= other.sort_key()

    def __hash__(self) -> int:
        return hash(self.sort_key())

    def _with(self, major: int, minor: int, patch: int, prerelease: str = "", metadata: str = "") -> VersionValue:
        changed = VersionValue(major, minor, patch, prerelease, metadata)
        if self.original[:1] == "v":
            changed.original = "v" + changed.original
        return changed

    def next_major(self) -> VersionValue:
        """IncMajor. Raises GoPanic where the number would not fit 64 bits; so do the two below."""
        return self._with(_increment(self.major, "major"), 0, 0)

    def next_minor(self) -> VersionValue:
        return self._with(self.major, _increment(self.minor, "minor"), 0)

    def next_patch(self) -> VersionValue:
        """IncPatch: of a pre-release, the release itself."""
        return self._with(self.major, self.minor, self.patch if self.prerelease else _increment(self.patch, "patch"))

    def with_prerelease(self, prerelease: str) -> VersionValue:
        """SetPrerelease. Raises GoError for what is no pre-release."""
        if prerelease:
            _check_prerelease(prerelease)
        return self._with(self.major, self.minor, self.patch, prerelease, self.metadata)

    def with_metadata(self, metadata: str) -> VersionValue:
        """SetMetadata. Raises GoError for what is no metadata."""
        if metadata:
            _check_metadata(metadata)
        return self._with(self.major, self.minor, self.patch, self.prerelease, metadata)


class VersionValue(Version):
    """A version that is not behind a pointer, as IncMajor and its like return it: it lacks the methods of the pointer."""

    GO_TYPE: ClassVar[str] = "semver.Version"
    GO_KIND: ClassVar[str] = "struct"
    __slots__ = ()


def _increment(number: int, segment: str) -> int:
    if number == _LARGEST:
        raise GoPanic(f"{segment} version increment would overflow uint64")
    return number + 1


VersionValue.METHODS = {
    "IncMajor": (Version.next_major, ()),
    "IncMinor": (Version.next_minor, ()),
    "IncPatch": (Version.next_patch, ()),
    "Major": (lambda version: version.major, ()),
    "MarshalJSON": (lambda version: to_bytes(quote(str(version))), ()),
    "MarshalText": (lambda version: to_bytes(str(version)), ()),
    "Metadata": (lambda version: version.metadata, ()),
    "Minor": (lambda version: version.minor, ()),
    "Patch": (lambda version: version.patch, ()),
    "Prerelease": (lambda version: version.prerelease, ()),
    "SetMetadata": (Version.with_metadata, ("string",)),
    "SetPrerelease": (Version.with_prerelease, ("string",)),
    "String": (str, ()),
    "Value": (str, ()),
}
Version.METHODS = {
    **VersionValue.METHODS,
    "Compare": (Version.compare, ("*semver.Version",)),
    "Equal": (Version.__eq__, ("*semver.Version",)),
    "GreaterThan": (Version.__gt__, ("*semver.Version",)),
    "GreaterThanEqual": (Version.__ge__, ("*semver.Version",)),
    "LessThan": (Version.__lt__, ("*semver.Version",)),
    "LessThanEqual": (Version.__le__, ("*semver.Version",)),
    "Original": (lambda version: version.original, ()),
}


def _segment(text: str) -> int:
    try:
        return parse_uint(text)
    except GoError as error:
        raise GoError(f"error parsing version segment: {error}") from None


def new_version(text: str) -> Version:
    """semver.NewVersion: a version, with or without a `v`, of one to three numbers. Raises GoError with the library's text."""
    if len(text) > MAX_VERSION_LENGTH or byte_length(text) > MAX_VERSION_LENGTH:
        raise GoError(VERSION_TOO_LONG)
    rest, plus, metadata = text.partition("+")
    core, hyphen, prerelease = rest.partition("-")
    numbers = (core[1:] if core[:1] == "v" else core).split(".")
    if (
        len(numbers) > 3
        or not all(map(_is_number, numbers))
        or (hyphen and not all(map(_is_identifier, prerelease.split("."))))
        or (plus and not all(map(_is_identifier, metadata.split("."))))
    ):
        raise GoError(INVALID_VERSION)
    major, minor, patch = (*map(_segment, numbers), 0, 0)[:3]
    if prerelease:
        _check_prerelease(prerelease)
    return Version(major, minor, patch, prerelease, metadata, text)


def strict_new_version(text: str) -> Version:
    """semver.StrictNewVersion: SemVer 2 and nothing else. Raises GoError with the library's text."""
    if not text:
        raise GoError(EMPTY_VERSION)
    if byte_length(text) > MAX_VERSION_LENGTH:
        raise GoError(VERSION_TOO_LONG)
    parts = text.split(".", 2)
    if len(parts) != 3:
        raise GoError(INVALID_VERSION)
    rest, plus, metadata = parts[2].partition("+")
    if plus:
        _check_metadata(metadata)
    parts[2], hyphen, prerelease = rest.partition("-")
    if hyphen:
        _check_prerelease(prerelease)
    for part in parts:
        if part and not _is_number(part):
            raise GoError(INVALID_CHARACTERS)
        if len(part) > 1 and part[0] == "0":
            raise GoError(LEADING_ZERO)
    major, minor, patch = map(parse_uint, parts)
    return Version(major, minor, patch, prerelease, metadata, text)


# Constraints

_BLANKS = "\t\n\f\r "
_WILDCARDS = frozenset(("x", "X", "*"))
_NUMBER_CHARACTERS = frozenset("0123456789|xX*")
_OPERATOR_CHARACTERS = "=!<>~^"


class _Condition:
    """One condition of a constraint: an operator and a version, in which the last numbers may be left open."""

    __slots__ = ("dirty", "minor_dirty", "operator", "original", "patch_dirty", "version")

    def __init__(self, operator: str, written: str, numbers: list[str], prerelease: str) -> None:
        """`numbers` are the one to three numbers as written, `prerelease` has its hyphen. Raises GoError."""
        self.operator = operator
        self.original = written
        self.minor_dirty = self.patch_dirty = False
        self.dirty = True
        if numbers[0] in _WILDCARDS:
            version = "0.0.0" + prerelease
        elif len(numbers) < 2 or numbers[1] in _WILDCARDS:
            self.minor_dirty = True
            version = f"{numbers[0]}.0.0{prerelease}"
        elif len(numbers) < 3 or numbers[2] in _WILDCARDS:
            self.patch_dirty = True
            version = f"{numbers[0]}.{numbers[1]}.0{prerelease}"
        else:
            self.dirty = False
            version = written
        try:
            self.version = new_version(version)
        except GoError:
            raise GoError("constraint parser error") from None

    def __str__(self) -> str:
        return self.operator + self.original

    def objection(self, version: Version, with_prereleases: bool) -> str:
        """Why the version does not meet this condition; "" where it does."""
        if version.prerelease and not with_prereleases:
            return _only_releases(version)
        return _OPERATORS[self.operator](self, version)

    def say(self, version: Version, relation: str, after: str = "") -> str:
        return f"{quote(str(version))} {relation} {quote(self.original)}{after}"


def _only_releases(version: Version) -> str:
    return f"{quote(str(version))} is a prerelease version and the constraint is only looking for release versions"


def _not_equal(condition: _Condition, version: Version) -> str:
    wanted = condition.version
    if condition.dirty:
        if version.major != wanted.major:
            return ""
        if version.minor != wanted.minor and not condition.minor_dirty:
            return ""
        if condition.minor_dirty:
            return condition.say(version, "is equal to")
        if version.patch != wanted.patch and not condition.patch_dirty:
            return ""
        if condition.patch_dirty:
            return "" if version.prerelease != wanted.prerelease else condition.say(version, "is equal to")
    return condition.say(version, "is equal to") if version == wanted else ""


def _greater(condition: _Condition, version: Version) -> str:
    wanted = condition.version
    if condition.dirty:
        if version.major != wanted.major:
            meets = version.major > wanted.major
        elif condition.minor_dirty:
            meets = False
        elif condition.patch_dirty:
            meets = version.minor > wanted.minor
        else:
            meets = version > wanted
    else:
        meets = version > wanted
    return "" if meets else condition.say(version, "is less than or equal to")


def _less(condition: _Condition, version: Version) -> str:
    return "" if version < condition.version else condition.say(version, "is greater than or equal to")


def _greater_or_equal(condition: _Condition, version: Version) -> str:
    return "" if version >= condition.version else condition.say(version, "is less than")


def _less_or_equal(condition: _Condition, version: Version) -> str:
    wanted = condition.version
    if condition.dirty:
        exceeds = version.major > wanted.major or (
            version.major == wanted.major and version.minor > wanted.minor and not condition.minor_dirty
        )
    else:
        exceeds = version > wanted
    return condition.say(version, "is greater than") if exceeds else ""


def _tilde(condition: _Condition, version: Version) -> str:
    wanted = condition.version
    if version < wanted:
        return condition.say(version, "is less than")
    # ~0.0.0 takes every version, as * does.
    if not (wanted.major or wanted.minor or wanted.patch or condition.minor_dirty or condition.patch_dirty):
        return ""
    if version.major != wanted.major:
        return condition.say(version, "does not have same major version as")
    if version.minor != wanted.minor and not condition.minor_dirty:
        return condition.say(version, "does not have same major and minor version as")
    return ""


def _equal(condition: _Condition, version: Version) -> str:
    if condition.dirty:
        return _tilde(condition, version)
    return "" if version == condition.version else condition.say(version, "is not equal to")


def _caret(condition: _Condition, version: Version) -> str:
    wanted = condition.version
    if version < wanted:
        return condition.say(version, "is less than")
    if wanted.major > 0 or condition.minor_dirty:
        return "" if version.major == wanted.major else condition.say(version, "does not have same major version as")
    if version.major > 0:
        return condition.say(version, "does not have same major version as")
    if wanted.minor > 0 or condition.patch_dirty:
        if version.minor == wanted.minor:
            return ""
        after = ". Expected minor versions to match when constraint major version is 0"
        return condition.say(version, "does not have same minor version as", after)
    if version.minor > 0:
        return condition.say(version, "does not have same minor version as")
    if version.patch == wanted.patch:
        return ""
    return condition.say(
        version, "does not equal", ". Expect version and constraint to equal when major and minor versions are 0"
    )


_OPERATORS: dict[str, Callable[[_Condition, Version], str]] = {
    "": _equal,
    "=": _equal,
    "!=": _not_equal,
    ">": _greater,
    "<": _less,
    ">=": _greater_or_equal,
    "=>": _greater_or_equal,
    "<=": _less_or_equal,
    "=<": _less_or_equal,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}


class Constraint:
    """What new_constraint gives. `include_prerelease` lets pre-releases in where no condition names one."""

    __slots__ = ("_groups", "include_prerelease")

    def __init__(self, groups: list[list[_Condition]]) -> None:
        self._groups = [(any(condition.version.prerelease for condition in group), group) for group in groups]
        self.include_prerelease = False

    def __str__(self) -> str:
        return " || ".join([" ".join(map(str, group)) for _, group in self._groups])

    def check(self, version: Version) -> bool:
        """Whether the version satisfies one of the groups."""
        for names_prerelease, group in self._groups:
            allowed = names_prerelease or self.include_prerelease
            if not any(condition.objection(version, allowed) for condition in group):
                return True
        return False

    def validate(self, version: Version) -> tuple[bool, list[GoError]]:
        """As `check`, and where it fails the reasons of all groups."""
        objections: list[str] = []
        told = False
        for names_prerelease, group in self._groups:
            allowed = names_prerelease or self.include_prerelease
            met = True
            for condition in group:
                if version.prerelease and not allowed:
                    if not told:
                        objections.append(_only_releases(version))
                        told = True
                    met = False
                elif objection := condition.objection(version, allowed):
                    objections.append(objection)
                    met = False
            if met:
                return True, []
        return False, [GoError(objection) for objection in objections]


def _skip_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at


def _read_identifiers(text: str, at: int) -> int:
    """Where the dot-separated identifiers at `at` end; `at` itself where there are none."""
    end = at
    while True:
        start = end + (end > at)
        if end > at and text[end : end + 1] != ".":
            return end
        stop = start
        while stop < len(text) and (text[stop] == "-" or (text[stop].isascii() and text[stop].isalnum())):
            stop += 1
        if stop == start:
            return end
        end = stop


def _read_version(text: str, at: int) -> tuple[int, list[str], str]:
    """The version of a constraint at `at`: where it ends, its numbers, its pre-release with the hyphen. No numbers: none is there."""
    numbers: list[str] = []
    stop = at + 1 if text[at : at + 1] == "v" else at
    while len(numbers) < 3:
        start = stop
        if numbers:
            if text[stop : stop + 1] != ".":
                break
            start += 1
        end = start
        while end < len(text) and text[end] in _NUMBER_CHARACTERS:
            end += 1
        if end == start:
            break
        numbers.append(text[start:end])
        stop = end
    prerelease = ""
    if not numbers:
        return at, numbers, prerelease
    if text[stop : stop + 1] == "-":
        end = _read_identifiers(text, stop + 1)
        if end > stop + 1:
            prerelease = text[stop:end]
            stop = end
    if text[stop : stop + 1] == "+":
        end = _read_identifiers(text, stop + 1)
        if end > stop + 1:
            stop = end
    return stop, numbers, prerelease


def _rewrite_hyphens(text: str) -> str:
    """`1.2 - 3` as `>= 1.2, <= 3 `, wherever in the text it stands."""
    if "-" not in text:
        return text
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        start = _skip_blanks(text, at)
        end, numbers, _ = _read_version(text, start)
        hyphen = _skip_blanks(text, end)
        second = _skip_blanks(text, hyphen + 1)
        if numbers and end < hyphen and text[hyphen : hyphen + 1] == "-" and second > hyphen + 1:
            stop, others, _ = _read_version(text, second)
            if others:
                low, high = text[start:end], text[second:stop]
                stop = _skip_blanks(text, stop)
                found.append((text[at:stop], f">= {low}, <= {high} "))
                at = stop
                continue
        at += 1
    for written, meant in found:
        text = text.replace(written, meant, 1)
    return text


def _read_group(text: str) -> list[_Condition]:
    """The conditions between two `||`. Raises GoError("improper constraint: …") for anything else."""
    conditions: list[tuple[str, str, list[str], str]] = []
    at = _skip_blanks(text, 0)
    while True:
        start = at
        while at < len(text) and text[at] in _OPERATOR_CHARACTERS:
            at += 1
        operator = text[start:at]
        at = _skip_blanks(text, at)
        stop, numbers, prerelease = _read_version(text, at)
        if not numbers or operator not in _OPERATORS:
            break
        conditions.append((operator, text[at:stop], numbers, prerelease))
        at = _skip_blanks(text, stop)
        if at == len(text):
            return [_Condition(*condition) for condition in conditions]
        if text[at] == ",":
            at = _skip_blanks(text, at + 1)
        elif at == stop:
            break
    raise GoError(f"improper constraint: {quote(text)}")


def new_constraint(text: str) -> Constraint:
    """semver.NewConstraint: `>=1.2, <2 || ^3 || 4.x || 1.2 - 1.4`. Raises GoError with the library's text."""
    if byte_length(text) > MAX_CONSTRAINT_LENGTH:
        raise GoError(CONSTRAINT_TOO_LONG)
    groups = _rewrite_hyphens(text).split("||")
    if len(groups) > MAX_CONSTRAINT_GROUPS:
        raise GoError(TOO_MANY_GROUPS)
    return Constraint([_read_group(group) for group in groups])
