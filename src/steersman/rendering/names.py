"""Names of releases that templates make: `--name-template`.

All of sprig is there, `env` and `expandenv` included, and no values. Source: Helm 4 pkg/action/install.go (TemplateName).
"""

from __future__ import annotations

from steersman.rendering.env import ReleaseFacts, RenderEnv
from steersman.rendering.functions import Functions
from steersman.template import Function, Library, Runtime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HELM_ONLY = frozenset(
    (
        "durationDays", "durationHours", "durationMicroseconds", "durationMilliseconds", "durationMinutes", "durationNanoseconds",
        "durationRoundTo", "durationSeconds", "durationTruncateTo", "durationWeeks", "fromJsonArray", "fromToml", "fromYaml",
        "fromYamlArray", "include", "lookup", "mustToDuration", "mustToToml", "mustToYaml", "required", "toToml", "toYaml",
        "toYamlPretty", "tpl",
    )
)  # fmt: skip
"""What Helm adds to sprig for charts: unknown to the template of a name."""


def render_name(
    template: str,
    *,
    now: Callable[[], int],
    random: Callable[[int], bytes],
    zone: str = "UTC",
    environ: Mapping[str, str] | None = None,
    resolve_host: Callable[[str], Sequence[str]] | None = None,
) -> str:
    """The text that the template gives. Raises TemplateError with Go's text, and GoError for what its functions refuse."""
    from steersman.objects.capabilities import Capabilities

    env = RenderEnv(Capabilities(), ReleaseFacts(""), now=now, random=random, zone=zone, resolve_host=resolve_host)
    functions = sprig(env, environ or {})
    library = Library.compile([("name-template", template)], functions)
    return Runtime(library, functions, missing_key="default", name="name-template").execute("name-template", None)


def sprig(env: RenderEnv, environ: Mapping[str, str]) -> Functions:
    """sprig as it is without Helm: with the environment's variables, and a `fail` that says no more than its message."""
    from steersman.errors import GoError
    from steersman.rendering.engine import Calls

    def fail(message: str) -> str:
        raise GoError(message)

    def expand(text: str) -> str:
        import re

        return re.sub(r"\$(?:\{([^}]*)\}|(\w+))", lambda found: environ.get(found[1] or found[2] or "", ""), text, flags=re.ASCII)

    return Functions(env, HELM_ONLY).extended(
        {
            "env": Function(lambda name: environ.get(name, ""), ("string",), result="string"),
            "expandenv": Function(expand, ("string",), result="string"),
            "fail": Function(fail, ("string",), result="string"),
            "getHostByName": Function(Calls(env).get_host_by_name, ("string",), result="string"),
        }
    )
