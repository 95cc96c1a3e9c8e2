"""The functions that Helm's templates can call, by family.

Theory of operation: a table of all functions would import sprig's whole world for a chart that calls `quote`. So names are known from
`FAMILIES` alone, and a family's module is imported when one of its functions is first asked for. A family has a `TABLE` of pure
functions, made once for all renders, and may have `bound(env)`: those that need the environment, made once per render. A test holds
the names here and the tables together. `include`, `tpl`, `required`, `fail` and `lookup` are the engine's own.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from typing import Any

    from steersman.rendering.env import RenderEnv
    from steersman.template import Function

FAMILIES = {
    "chance": "randAlpha randAlphaNum randAscii randBytes randInt randNumeric shuffle uuidv4",
    "crypto": (
        "bcrypt buildCustomCert decryptAES derivePassword encryptAES genCA genCAWithKey genPrivateKey genSelfSignedCert "
        "genSelfSignedCertWithKey genSignedCert genSignedCertWithKey htpasswd"
    ),
    "dates": (
        "ago date dateInZone dateModify date_in_zone date_modify duration durationDays durationHours durationMicroseconds "
        "durationMilliseconds durationMinutes durationNanoseconds durationRound durationRoundTo durationSeconds "
        "durationTruncateTo durationWeeks htmlDate htmlDateInZone mustDateModify mustToDate mustToDuration must_date_modify "
        "now toDate unixEpoch"
    ),
    "defaults": "all any coalesce default empty ternary",
    "dicts": (
        "deepCopy dict dig get hasKey keys merge mergeOverwrite mustDeepCopy mustMerge mustMergeOverwrite omit pick pluck set "
        "unset values"
    ),
    "encodings": (
        "adler32sum b32dec b32enc b64dec b64enc fromJson fromJsonArray fromToml fromYaml fromYamlArray mustFromJson mustToJson "
        "mustToPrettyJson mustToRawJson mustToToml mustToYaml sha1sum sha256sum sha512sum toJson toPrettyJson toRawJson toToml "
        "toYaml toYamlPretty"
    ),
    "lists": (
        "append chunk compact concat first has initial last list mustAppend mustChunk mustCompact mustFirst mustHas mustInitial "
        "mustLast mustPrepend mustPush mustRest mustReverse mustSlice mustUniq mustWithout prepend push rest reverse slice tuple "
        "uniq without"
    ),
    "numbers": (
        "add add1 add1f addf atoi biggest ceil div divf float64 floor int int64 max maxf min minf mod mul mulf round seq sub "
        "subf toDecimal until untilStep"
    ),
    "patterns": (
        "base clean dir ext isAbs mustRegexFind mustRegexFindAll mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral "
        "mustRegexSplit osBase osClean osDir osExt osIsAbs regexFind regexFindAll regexMatch regexQuoteMeta regexReplaceAll "
        "regexReplaceAllLiteral regexSplit semver semverCompare urlJoin urlParse"
    ),
    "texts": (
        "abbrev abbrevboth camelcase cat contains hasPrefix hasSuffix hello indent initials join kebabcase lower nindent nospace "
        "plural quote repeat replace snakecase sortAlpha split splitList splitn squote substr swapcase title toString toStrings "
        "trim trimAll trimPrefix trimSuffix trimall trunc untitle upper wrap wrapWith"
    ),
    "types": "deepEqual kindIs kindOf typeIs typeIsLike typeOf",
}
"""Family (a module here) → the names it defines."""

_FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names.split()}

ENGINE_NAMES = frozenset(("fail", "getHostByName", "include", "lookup", "required", "tpl"))
"""The functions that the engine makes for each render (render/engine.py)."""

NAMES = frozenset(_FAMILY_OF) | ENGINE_NAMES
"""Every function beside the template language's own."""


class Functions(dict):  # type: ignore[type-arg]
    """name → Function for one environment; families are imported as they are asked for. The engine puts its own on top.

    `hidden` are names that the families have and these templates do not.
    """

    __slots__ = ("_env", "_hidden")

    def __init__(self, env: RenderEnv, hidden: Container[str] = ()) -> None:
        super().__init__()
        self._env = env
        self._hidden = hidden

    def __missing__(self, name: str) -> Function:
        from importlib import import_module

        module: Any = import_module(f"steersman.rendering.functions.{_FAMILY_OF[name]}")
        if hasattr(module, "bound"):
            for bound_name, function in module.bound(self._env).items():
                self.setdefault(bound_name, function)
            if super().__contains__(name):
                return self[name]  # type: ignore[no-any-return]
        found: Function = module.TABLE[name]
        self[name] = found
        return found

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (name in _FAMILY_OF and name not in self._hidden)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401

    def names(self) -> set[str]:
        """The names of all functions, those of families not yet imported among them."""
        return {name for name in (*self, *_FAMILY_OF) if name in self}

    def extended(self, more: Mapping[str, Function]) -> Functions:
        """The same functions with others on top: those of a `tpl` call see its own definitions."""
        copy = Functions(self._env, self._hidden)
        dict.update(copy, self)
        dict.update(copy, more)
        return copy
