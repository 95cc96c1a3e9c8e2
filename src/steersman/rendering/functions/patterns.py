"""Functions of regular expressions, versions, paths and URLs: small families around a module of golang each.

Each module is loaded at the first call. Where sprig panics on a bad expression (`regexFind`), the "must" form returns the error.

Sources: sprig v3.3 regex.go, semver.go, url.go, functions.go.
"""

from __future__ import annotations

from steersman.errors import GoError, GoPanic
from steersman.golang import paths
from steersman.golang.values import kind_of
from steersman.rendering.functions.strval import NIL_POINTER
from steersman.template import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _regexp(method: str, *, must: bool) -> Callable[..., Any]:
    """Calls a method of the compiled expression; a bad one is an error in the must form and a panic in the other."""

    def call(pattern: str, *arguments: Any) -> Any:
        from steersman.golang import regexps

        compiled = regexps.parse(pattern) if must else regexps.must_compile(pattern)
        return getattr(compiled, method)(*arguments)

    return call


def regex_match(pattern: str, text: str) -> bool:
    try:
        return must_regex_match(pattern, text)
    except GoError:
        return False


def must_regex_match(pattern: str, text: str) -> bool:
    from steersman.golang import regexps

    return regexps.parse(pattern).match(text)


def regex_quote_meta(text: str) -> str:
    from steersman.golang.regexps import quote_meta

    return quote_meta(text)


# versions


def semver(text: str) -> object:
    from steersman.golang.semver import new_version

    return new_version(text)


def semver_compare(constraint: str, version: str) -> bool:
    from steersman.golang.semver import new_constraint, new_version

    checked = new_constraint(constraint)
    return checked.check(new_version(version))


# URLs


def url_parse(text: str) -> dict[str, object]:
    from steersman.golang.urls import parse

    try:
        url = parse(text)
    except GoError as problem:
        raise GoPanic(f"unable to parse url: {problem.message}") from None
    return {
        "scheme": url.scheme,
        "host": url.host,
        "hostname": url.hostname,
        "path": url.path,
        "query": url.raw_query,
        "opaque": url.opaque,
        "fragment": url.fragment,
        "userinfo": "" if url.user is None else str(url.user),
    }


def url_join(parts: dict[str, object] | None) -> str:
    from steersman.golang.urls import URL, parse

    given = parts or {}

    def part(key: str) -> str:
        if key not in given:
            return ""
        value = given[key]
        if value is None:
            raise GoPanic(NIL_POINTER)
        if not isinstance(value, str):
            raise GoPanic(f"unable to parse {key} key, must be of type string, but {kind_of(value)} found")
        return value

    url = URL(
        scheme=part("scheme"),
        host=part("host"),
        path=part("path"),
        raw_query=part("query"),
        opaque=part("opaque"),
        fragment=part("fragment"),
    )
    userinfo = part("userinfo")
    if userinfo:
        try:
            url = url.replace(user=parse(f"proto://{userinfo}@host").user)
        except GoError as problem:
            raise GoPanic(f"unable to parse userinfo in dict: {problem.message}") from None
    return str(url)


_ONE = ("string",)
_TWO = ("string", "string")
_THREE = ("string", "string", "string")
_LIMITED = ("string", "string", "int")

TABLE = {
    "base": Function(paths.base, _ONE, result="string"),
    "clean": Function(paths.clean, _ONE, result="string"),
    "dir": Function(paths.directory, _ONE, result="string"),
    "ext": Function(paths.extension, _ONE, result="string"),
    "isAbs": Function(paths.is_absolute, _ONE),
    "mustRegexFind": Function(_regexp("find", must=True), _TWO, result="string"),
    "mustRegexFindAll": Function(_regexp("find_all", must=True), _LIMITED),
    "mustRegexMatch": Function(must_regex_match, _TWO),
    "mustRegexReplaceAll": Function(_regexp("replace_all", must=True), _THREE, result="string"),
    "mustRegexReplaceAllLiteral": Function(_regexp("replace_all_literal", must=True), _THREE, result="string"),
    "mustRegexSplit": Function(_regexp("split", must=True), _LIMITED),
    "osBase": Function(paths.base, _ONE, result="string"),
    "osClean": Function(paths.clean, _ONE, result="string"),
    "osDir": Function(paths.directory, _ONE, result="string"),
    "osExt": Function(paths.extension, _ONE, result="string"),
    "osIsAbs": Function(paths.is_absolute, _ONE),
    "regexFind": Function(_regexp("find", must=False), _TWO, result="string"),
    "regexFindAll": Function(_regexp("find_all", must=False), _LIMITED),
    "regexMatch": Function(regex_match, _TWO),
    "regexQuoteMeta": Function(regex_quote_meta, _ONE, result="string"),
    "regexReplaceAll": Function(_regexp("replace_all", must=False), _THREE, result="string"),
    "regexReplaceAllLiteral": Function(_regexp("replace_all_literal", must=False), _THREE, result="string"),
    "regexSplit": Function(_regexp("split", must=False), _LIMITED),
    "semver": Function(semver, _ONE),
    "semverCompare": Function(semver_compare, _TWO),
    "urlJoin": Function(url_join, ("map[string]interface {}",), result="string"),
    "urlParse": Function(url_parse, _ONE),
}
