"""The formats that JSON Schema knows of strings: what is wrong with a value, in the words of santhosh-tekuri/jsonschema v6 (format.go).

Drafts 4 to 7 hold values to their format; later drafts only note it. An unknown format is no rule.
"""

from __future__ import annotations

from steersman.errors import GoError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = frozenset("0123456789")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_HEX = frozenset("0123456789abcdefABCDEF")


def format_error(name: str, value: object) -> str | None:
    """Why the value is not of that format; None when it is, when it is no string, and when there is no such format."""
    rule = _FORMATS.get(name)
    return rule(value) if rule is not None and isinstance(value, str) else None


def _rune(rune: str) -> str:
    from steersman.golang.strconv import quote_rune

    return quote_rune(ord(rune))


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


def _regex(text: str) -> str | None:
    from steersman.golang.regexps import compile as compile_regexp

    try:
        compile_regexp(text)
    except GoError as error:
        return str(error)
    return None


def _json_pointer(text: str) -> str | None:
    if not text:
        return None
    if not text.startswith("/"):
        return "not starting with /"
    for token in text.split("/")[1:]:
        after = False
        for rune in token:
            if after:
                after = False
                if rune not in "01":
                    return "~ must be followed by 0 or 1"
            after = rune == "~"
        if after:
            return "~ must be followed by 0 or 1"
    return None


def _relative_json_pointer(text: str) -> str | None:
    digits = len(text) - len(text.lstrip("0123456789"))
    if not digits:
        return "must start with non-negative integer"
    if digits > 1 and text.startswith("0"):
        return "starts with zero"
    rest = text[digits:]
    return None if rest == "#" else _json_pointer(rest)


def _uuid(text: str) -> str | None:
    groups = text.split("-")
    if len(groups) != 5:
        return "must have 5 elements"
    for number, (group, length) in enumerate(zip(groups, (8, 4, 4, 4, 12)), 1):
        if _bytes(group) != length:
            return f"element {number} must be {length} characters long"
        for rune in group:
            if rune not in _HEX:
                return f"non-hex character {_rune(rune)}"
    return None


def _duration(text: str) -> str | None:
    if not text.startswith("P"):
        return "must start with P"
    text = text[1:]
    if not text:
        return "nothing after P"
    if text.endswith("W"):
        weeks = text[:-1]
        if not weeks:
            return "no number in week"
        return None if _DIGITS.issuperset(weeks) else "invalid week"
    all_units = ("YMD", "HMS")
    for number, part in enumerate(text.split("T")):
        if number and not part:
            return "no time elements"
        if number >= len(all_units):
            return "more than one T"
        units = all_units[number]
        while part:
            rest = part.lstrip("0123456789")
            if rest == part:
                return "missing number"
            if not rest:
                return "missing unit"
            unit, part = rest[0], rest[1:]
            if unit not in units:
                return f"unit {_rune(unit)} out of order" if unit in all_units[number] else f"invalid unit {_rune(unit)}"
            units = units[units.index(unit) + 1 :]
    return None


def _period(text: str) -> str | None:
    start, slash, end = text.partition("/")
    if not slash:
        return "missing slash"
    if start.startswith("P"):
        return _within("invalid start duration", _duration(start)) or _within("invalid end date-time", _date_time(end))
    wrong = _within("invalid start date-time", _date_time(start))
    if wrong:
        return wrong
    if end.startswith("P"):
        return _within("invalid end duration", _duration(end))
    return _within("invalid end date-time", _date_time(end))


def _within(what: str, why: str | None) -> str | None:
    return None if why is None else f"{what}: {why}"


def _ipv4(text: str) -> str | None:
    groups = text.split(".")
    if len(groups) != 4:
        return "expected four decimals"
    for group in groups:
        if len(group) > 1 and group[0] == "0":
            return "leading zeros"
        from steersman.golang.strconv import atoi

        try:
            number = atoi(group)
        except GoError as error:
            return str(error)
        if not 0 <= number <= 255:
            return "decimal must be between 0 and 255"
    return None


def _ipv6(text: str) -> str | None:
    if ":" not in text:
        return "missing colon"
    from ipaddress import AddressValueError, IPv6Address

    from steersman.golang.strconv import quote

    address, percent, zone = text.partition("%")
    try:
        IPv6Address(address)
    except AddressValueError:
        return f"ParseAddr({quote(text)}): unexpected character"
    if percent:
        return "zone id is not a part of ipv6 address" if zone else f"ParseAddr({quote(text)}): zone must be a non-empty string"
    return None


def _hostname(text: str) -> str | None:
    text = text.removesuffix(".")
    if _bytes(text) > 253:
        return "more than 253 characters long"
    for label in text.split("."):
        if not 1 <= _bytes(label) <= 63:
            return "label must be 1 to 63 characters long"
        if label.startswith("-"):
            return "label starts with hyphen"
        if label.endswith("-"):
            return "label ends with hyphen"
        for rune in label:
            if rune not in _LETTERS and rune not in _DIGITS and rune != "-":
                return f"invalid character {_rune(rune)}"
    return None


def _email(text: str) -> str | None:
    if _bytes(text) > 254:
        return "more than 255 characters long"
    local, at, domain = text.rpartition("@")
    if not at:
        return "missing @"
    if _bytes(local) > 64:
        return "local part more than 64 characters long"
    if len(local) > 1 and local[0] == '"' == local[-1]:
        if "\\" in local[1:-1] or '"' in local[1:-1]:
            return "backslash and quote are not allowed within quoted local part"
    else:
        if local.startswith("."):
            return "starts with dot"
        if local.endswith("."):
            return "ends with dot"
        if ".." in local:
            return "consecutive dots"
        for rune in local:
            if rune not in _LETTERS and rune not in _DIGITS and rune not in ".!#$%&'*+-/=?^_`{|}~":
                return f"invalid character {_rune(rune)}"
    if domain.startswith("[") and domain.endswith("]"):
        address = domain[1:-1]
        if address.startswith("IPv6:"):
            return _within("invalid ipv6 address", _ipv6(address[5:]))
        return _within("invalid ipv4 address", _ipv4(address))
    return _within("invalid domain", _hostname(domain))


def _date(text: str) -> str | None:
    from steersman.golang.times import parse

    try:
        parse("2006-01-02", text)
    except GoError as error:
        return str(error)
    return None


def _time(text: str) -> str | None:
    if _bytes(text) < 9:
        return "less than 9 characters long"
    if not text.isascii() or text[2] != ":" or text[5] != ":":
        return "missing colon in correct place"
    numbers = []
    for token in text[:8].split(":", 2):
        number = _small(token)
        if number is None:
            return "invalid hour/min/sec"
        if number < 0:
            return "non-positive hour/min/sec"
        numbers.append(number)
    hour, minute, second = numbers
    if hour > 23 or minute > 59 or second > 60:
        return "hour/min/sec out of range"
    rest = text[8:]
    if rest.startswith("."):
        after = rest[1:].lstrip("0123456789")
        if len(after) == len(rest) - 1:
            return "no digits in second fraction"
        rest = after
    if rest not in ("z", "Z"):
        if len(rest) != 6:
            return "offset must be 6 characters long"
        if rest[0] not in "+-":
            return "offset must begin with plus/minus"
        sign = -1 if rest[0] == "+" else 1
        if rest[3] != ":":
            return "missing colon in offset in correct place"
        offset = []
        for token in rest[1:].split(":", 1):
            number = _small(token)
            if number is None:
                return "invalid hour/min in offset"
            if number < 0:
                return "non-positive hour/min in offset"
            offset.append(number)
        if offset[0] > 23 or offset[1] > 59:
            return "hour/min in offset out of range"
        minutes = hour * 60 + minute + sign * (offset[0] * 60 + offset[1])
        if minutes < 0:
            minutes += 24 * 60
        hour, minute = divmod(minutes, 60)
    if second >= 60 and (hour, minute) != (23, 59):
        return "invalid leap second"
    return None


def _small(token: str) -> int | None:
    """strconv.Atoi of a few characters."""
    digits = token[1:] if token[:1] in ("+", "-") else token
    return int(token) if digits.isascii() and digits.isdigit() else None


def _date_time(text: str) -> str | None:
    if _bytes(text) < 20:
        return "less than 20 characters long"
    if len(text) < 11 or text[10] not in "tT":
        return "11th character must be t or T"
    return _within("invalid date element", _date(text[:10])) or _within("invalid time element", _time(text[11:]))


def _uri_reference(text: str, *, absolute: bool = False) -> str | None:
    from steersman.golang.urls import parse

    if not absolute and "\\" in text:
        return "contains \\"
    try:
        url = parse(text)
    except GoError as error:
        return str(error)
    host = url.host
    if host.count(":") > 1:
        if "[" not in host or "]" not in host:
            return "ipv6 address not enclosed in brackets"
        wrong = _ipv6(host[host.index("[") + 1 : host.rindex("]")])
        if wrong is not None:
            return f"invalid ipv6 address: {wrong}"
    return "relative url" if absolute and not url.scheme else None


def _uri(text: str) -> str | None:
    return _uri_reference(text, absolute=True)


def _uri_template(text: str) -> str | None:
    from steersman.golang.urls import parse

    try:
        parse(text)
    except GoError as error:
        return str(error)
    for token in text.partition("?")[0].partition("#")[0].split("/"):
        opened = False
        for rune in token:
            if rune in "{}":
                if (rune == "{") is opened:
                    return "nested curly braces"
                opened = rune == "{"
        if opened:
            return "no matching closing brace"
    return None


def _semver(text: str) -> str | None:
    text, plus, build = text.partition("+")
    if plus:
        if not build:
            return "build is empty"
        for part in build.split("."):
            if not part:
                return "build identifier is empty"
            for rune in part:
                if rune not in _LETTERS and rune not in _DIGITS and rune != "-":
                    return f"invalid character {_rune(rune)} in build identifier"
    text, minus, before = text.partition("-")
    if minus:
        for part in before.split("."):
            if not part:
                return "pre-release identifier is empty"
            for rune in part:
                if rune not in _LETTERS and rune not in _DIGITS and rune != "-":
                    return f"invalid character {_rune(rune)} in pre-release identifier"
            if len(part) > 1 and part[0] == "0" and _DIGITS.issuperset(part):
                return "pre-release numeric identifier starts with zero"
    numbers = text.split(".")
    if len(numbers) != 3:
        return "versionCore must have 3 numbers separated by dot"
    for name, number in zip(("major", "minor", "patch"), numbers):
        if not number:
            return f"{name} is empty"
        if len(number) > 1 and number[0] == "0":
            return f"{name} starts with zero"
        if not _DIGITS.issuperset(number):
            return f"{name} contains non-digit"
    return None


_FORMATS: dict[str, Callable[[str], str | None]] = {
    "regex": _regex,
    "json-pointer": _json_pointer,
    "relative-json-pointer": _relative_json_pointer,
    "uuid": _uuid,
    "duration": _duration,
    "period": _period,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "hostname": _hostname,
    "email": _email,
    "date": _date,
    "time": _time,
    "date-time": _date_time,
    "uri": _uri,
    "iri": _uri,
    "uri-reference": _uri_reference,
    "iri-reference": _uri_reference,
    "uri-template": _uri_template,
    "semver": _semver,
}
