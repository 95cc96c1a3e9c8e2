"""Go's net/url as sprig's `urlParse` and `urlJoin` show it: parsing with Go's errors, and printing with Go's escapes.

Theory of operation: a URL is held in decoded form with hints of the original escaping (`raw_path`, `raw_fragment`), which printing
uses only while they still decode to the same text. Each part has its own table of characters that stand unescaped.

Source: Go's net/url/url.go.
"""

from __future__ import annotations

from steersman.errors import GoError
from steersman.golang.strconv import quote
from steersman.golang.values import to_bytes, to_str
from steersman.records import Record

_ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~"
_PLAIN: dict[str, frozenset[int]] = {
    mode: frozenset((_ALNUM + more).encode())
    for mode, more in {
        "path": "$&+,/:;=@",
        "segment": "$&+:=@",
        "host": "!$&'()*+,;=:[]<>\"",
        "user": "$&+,;=",
        "query": "",
        "fragment": "$&+,/:;=?@!()*",
    }.items()
}
_PLAIN["zone"] = _PLAIN["host"]
_HEX = frozenset("0123456789abcdefABCDEF")
_USER_OK = frozenset(_ALNUM + ":!$&'()*+,;=%@")
_VALID_ENCODED = frozenset(b"!$&'()*+,;=:@[]%")


class Userinfo(Record):
    """User name and, when `has_password`, a password."""

    username: str
    password: str = ""
    has_password: bool = False

    def __str__(self) -> str:
        text = escape(self.username, "user")
        return f"{text}:{escape(self.password, 'user')}" if self.has_password else text


class URL(Record):
    """A parsed URL, field for field as Go's."""

    scheme: str = ""
    opaque: str = ""
    user: Userinfo | None = None
    host: str = ""
    path: str = ""
    fragment: str = ""
    raw_query: str = ""
    raw_path: str = ""
    raw_fragment: str = ""
    force_query: bool = False
    omit_host: bool = False

    @property
    def hostname(self) -> str:
        """The host without its port and without the brackets of an IPv6 address."""
        host = self.host
        colon = host.rfind(":")
        if colon != -1 and _valid_port(host[colon:]):
            host = host[:colon]
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        return host

    def __str__(self) -> str:
        text = f"{self.scheme}:" if self.scheme else ""
        if self.opaque:
            text += self.opaque
        else:
            if (self.scheme or self.host or self.user is not None) and not (
                self.omit_host and not self.host and self.user is None
            ):
                if self.host or self.path or self.user is not None:
                    text += "//"
                if self.user is not None:
                    text += f"{self.user}@"
                text += escape(self.host, "host")
            path = _escaped(self.path, self.raw_path, "path")
            if path and path[0] != "/" and self.host:
                text += "/"
            if not text and ":" in path.partition("/")[0]:
                text += "./"
            text += path
        if self.force_query or self.raw_query:
            text += f"?{self.raw_query}"
        if self.fragment:
            text += f"#{_escaped(self.fragment, self.raw_fragment, 'fragment')}"
        return text


def _escaped(decoded: str, raw: str, mode: str) -> str:
    if raw and all(byte in _VALID_ENCODED or byte in _PLAIN[mode] for byte in to_bytes(raw)):
        try:
            if unescape(raw, mode) == decoded:
                return raw
        except GoError:
            pass
    if mode == "path" and decoded == "*":
        return "*"
    return escape(decoded, mode)


def escape(text: str, mode: str) -> str:
    """The text with every byte that `mode` does not allow as %XX; a space in "query" as "+"."""
    plain = _PLAIN[mode]
    data = to_bytes(text)
    if all(byte in plain for byte in data):
        return text
    space = "+" if mode == "query" else "%20"
    return "".join(chr(byte) if byte in plain else space if byte == 32 else f"%{byte:02X}" for byte in data)


def unescape(text: str, mode: str) -> str:
    """The text with %XX decoded. Raises GoError `invalid URL escape "%zz"` or `invalid character "x" in host name`."""
    plain = _PLAIN[mode]
    hosts = mode in ("host", "zone")
    if "%" not in text and not hosts:
        return text.replace("+", " ") if mode == "query" else text
    data = to_bytes(text)
    out = bytearray()
    position = 0
    while position < len(data):
        byte = data[position]
        if byte == 0x25:
            triple = to_str(data[position : position + 3])
            if len(triple) < 3 or triple[1] not in _HEX or triple[2] not in _HEX:
                raise GoError(f"invalid URL escape {quote(triple)}")
            value = int(triple[1:], 16)
            if mode == "host" and int(triple[1], 16) < 8 and triple != "%25":
                raise GoError(f"invalid URL escape {quote(triple)}")
            if mode == "zone" and triple != "%25" and value != 32 and value not in plain:
                raise GoError(f"invalid URL escape {quote(triple)}")
            out.append(value)
            position += 3
            continue
        if hosts and byte < 0x80 and byte not in plain:
            raise GoError(f"invalid character {quote(chr(byte))} in host name")
        out.append(0x20 if byte == 0x2B and mode == "query" else byte)
        position += 1
    return to_str(bytes(out))


def parse(text: str) -> URL:
    """url.Parse. Raises GoError with Go's text: `parse "…": …`."""
    before, _, fragment = text.partition("#")
    try:
        url = _parse(before)
    except GoError as problem:
        raise GoError(f"parse {quote(before)}: {problem.message}") from None
    if not fragment:
        return url
    try:
        decoded = unescape(fragment, "fragment")
    except GoError as problem:
        raise GoError(f"parse {quote(text)}: {problem.message}") from None
    return url.replace(fragment=decoded, raw_fragment="" if escape(decoded, "fragment") == fragment else fragment)


def parse_request(text: str) -> URL:
    """url.ParseRequestURI: an absolute URL or an absolute path, without a fragment. Raises GoError with Go's text."""
    try:
        if not text:
            raise GoError("empty url")
        url = _parse(text)
        if not url.scheme and not text.startswith("/") and text != "*":
            raise GoError("invalid URI for request")
    except GoError as problem:
        raise GoError(f"parse {quote(text)}: {problem.message}") from None
    return url


def _parse(text: str) -> URL:
    if any(char < " " or char == "\x7f" for char in text):
        raise GoError("net/url: invalid control character in URL")
    if text == "*":
        return URL(path="*")
    scheme, rest = _scheme(text)
    scheme = scheme.lower()
    force_query = rest.endswith("?") and rest.count("?") == 1
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return URL(scheme=scheme, opaque=rest, raw_query=query, force_query=force_query)
        if ":" in rest.partition("/")[0]:
            raise GoError("first path segment in URL cannot contain colon")
    user, host, omit_host = None, "", False
    if (scheme or not rest.startswith("///")) and rest.startswith("//"):
        authority, slash, tail = rest[2:].partition("/")
        rest = slash + tail
        user, host = _authority(scheme, authority)
    elif scheme and rest.startswith("/"):
        omit_host = True
    path = unescape(rest, "path")
    return URL(
        scheme=scheme,
        user=user,
        host=host,
        path=path,
        raw_path="" if escape(path, "path") == rest else rest,
        raw_query=query,
        force_query=force_query,
        omit_host=omit_host,
    )


def _scheme(text: str) -> tuple[str, str]:
    for position, char in enumerate(text):
        if char.isascii() and char.isalpha():
            continue
        if char in "0123456789+-.":
            if position == 0:
                return "", text
            continue
        if char == ":":
            if position == 0:
                raise GoError("missing protocol scheme")
            return text[:position], text[position + 1 :]
        return "", text
    return "", text


def _authority(scheme: str, authority: str) -> tuple[Userinfo | None, str]:
    before, at, host = authority.rpartition("@")
    host = _host(scheme, host)
    if not at:
        return None, host
    if not all(char in _USER_OK for char in before):
        raise GoError("net/url: invalid userinfo")
    name, colon, password = before.partition(":")
    return Userinfo(unescape(name, "user"), unescape(password, "user"), bool(colon)), host


def _host(scheme: str, host: str) -> str:
    bracket = host.rfind("[")
    if bracket > 0:
        raise GoError("invalid IP-literal")
    if bracket == 0:
        return _ip_literal(host)
    first = host.find(":")
    if first != -1:
        last = host.rfind(":")
        port = host[first if scheme in ("http", "https") else last :]
        if not _valid_port(port):
            raise GoError(f"invalid port {quote(port)} after host")
    return unescape(host, "host")


def _ip_literal(host: str) -> str:
    end = host.rfind("]")
    if end < 0:
        raise GoError("missing ']' in host")
    port = host[end + 1 :]
    if not _valid_port(port):
        raise GoError(f"invalid port {quote(port)} after host")
    name = host[1:end]
    zone = name.find("%25")
    if zone >= 0:
        name = unescape(name[:zone], "host") + unescape(name[zone:], "zone")
    else:
        name = unescape(name, "host")
    _check_ip(name)
    return f"[{name}]{unescape(port, 'host')}"


def _check_ip(name: str) -> None:
    from ipaddress import AddressValueError, IPv4Address, IPv6Address

    address, percent, zone = name.partition("%")
    try:
        IPv6Address(address)
    except (AddressValueError, ValueError):
        try:
            IPv4Address(address)
        except (AddressValueError, ValueError):
            raise GoError(f"invalid host: ParseAddr({quote(name)}): unable to parse IP") from None
        raise GoError("invalid IP-literal") from None
    if percent and not zone:
        raise GoError(f"invalid host: ParseAddr({quote(name)}): zone must be a non-empty string")


def _valid_port(port: str) -> bool:
    return not port or (port[0] == ":" and (len(port) == 1 or (port[1:].isascii() and port[1:].isdigit())))
