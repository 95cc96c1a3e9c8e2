"""What counts as an e-mail address or a URL in Chart.yaml (github.com/asaskevich/govalidator: IsEmail, IsURL, IsRequestURL).

The grammars are odd in places: of a quoted local part every character needs a quotation mark of its own, and "(" stands where a
backslash was meant. They are kept as they are, and run by RE2, whose time is linear.
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.golang.regexps import must_compile
from steersman.golang.urls import parse, parse_request
from steersman.golang.values import byte_length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.golang.regexps import Regexp

MAX_URL_RUNES = 2083
MIN_URL_BYTES = 3


def is_email(text: str) -> bool:
    return _matches("email", text)


def is_request_url(text: str) -> bool:
    """Whether the text is an absolute URL, of whatever scheme."""
    try:
        return parse_request(text).scheme != ""
    except GoError:
        return False


def is_url(text: str) -> bool:
    """Whether the text is a URL as people write it, with a scheme or without."""
    if len(text) >= MAX_URL_RUNES or byte_length(text) <= MIN_URL_BYTES or text.startswith("."):
        return False
    try:
        url = parse(f"http://{text}" if ":" in text and "://" not in text else text)
    except GoError:
        return False
    if url.host.startswith(".") or (not url.host and url.path and "." not in url.path):
        return False
    return _matches("url", text)


_compiled: dict[str, Regexp] = {}


def _matches(name: str, text: str) -> bool:
    if name not in _compiled:
        _compiled[name] = must_compile(_email() if name == "email" else _url())
    return _compiled[name].match(text)


def _email() -> str:
    wide = r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
    atom = rf"[a-zA-Z0-9!#$%&'*+\-/=?^_`{{|}}~{wide}]+"
    space = r"(([ \t]*\r\n)?[ \t]+)?"
    quotable = rf"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x21\x23-\x5b\x5d-\x7e{wide}]"
    after_parenthesis = rf"\([\x01-\x09\x0b-\x7f]|[{wide}]"
    local = rf'{atom}(\.{atom})*|("{space}({quotable}|{after_parenthesis}))*{space}"'
    end = f"[a-zA-Z0-9{wide}]"
    label = rf"{end}([a-zA-Z0-9\-._~{wide}]*{end})?"
    last_end = f"[a-zA-Z{wide}]"
    last = rf"{last_end}([a-zA-Z0-9\-_~{wide}]*{last_end})?"
    return rf"^({local})@({label}\.)+({last})\.?$"


def _url() -> str:
    byte = r"1\d\d|2[0-4]\d|25[0-5]"
    first = r"[1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5]"
    ip4 = rf"({first})(\.(\d{{1,2}}|{byte})){{2}}\.(\d\d?|{byte})"
    www = r"www\.|[a-zA-Z0-9]+([-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\.[a-zA-Z0-9]+"
    front = rf"[a-zA-Z0-9][a-zA-Z0-9\-_]*[a-zA-Z0-9]([-.][a-zA-Z0-9]+)*|({www})?"
    letters = r"a-zA-Z\x{A1}-\x{FFFF}"
    name = rf"({front})?([{letters}0-9]+-?-?)*[{letters}0-9]+(\.[{letters}]+)?"
    return rf"^((ftp|tcp|udp|wss?|https?)://)?(\S+@)?({ip4}|\[({_ip6()})\]|{name})\.?(:\d{{1,5}})?([/?#]\S*)?$"


def _ip6() -> str:
    part = "[0-9a-fA-F]{1,4}"
    number = r"(25[0-5]|(2[0-4]|1?[0-9])?[0-9])"
    ip4 = rf"({number}\.){{3}}{number}"
    gaps = [f"({part}:){{1,{7 - after}}}(:{part}){{1,{after}}}" for after in range(2, 6)]
    return "|".join(
        (
            f"({part}:){{7}}{part}",
            f"({part}:){{1,7}}:",
            f"({part}:){{1,6}}:{part}",
            *gaps,
            f"{part}:((:{part}){{1,6}})",
            f":((:{part}){{1,7}}|:)",
            "fe80:(:[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]+",
            f"::(ffff(:0{{1,4}})?:)?{ip4}",
            f"({part}:){{1,4}}:{ip4}",
        )
    )
