"""Flags that several commands share, said once. Wording is ours, names and meanings are Helm 4's (pkg/cmd/flags.go)."""

from __future__ import annotations

from steersman.cli.flags import Flag
from steersman.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.chart.files import Note
    from steersman.cli.invocation import Invocation
    from steersman.values.compose import Overlay

VALUES: tuple[Flag, ...] = (
    Flag(
        "values", "strings", None, "read values from this YAML file; - is standard input (may be given several times)", short="f"
    ),
    Flag("set", "stringArray", None, "set values: key1=val1,key2=val2 (may be given several times)"),
    Flag("set-file", "stringArray", None, "set values to what files hold: key1=path1,key2=path2"),
    Flag("set-json", "stringArray", None, 'set values to JSON: key1=json1,key2=json2, or {"key1": json1}'),
    Flag("set-literal", "stringArray", None, "set a value to the text as it stands, commas and backslashes included"),
    Flag("set-string", "stringArray", None, "set values, always as strings: key1=val1,key2=val2"),
)

CHART: tuple[Flag, ...] = (
    Flag("devel", "bool", False, "take development versions, too: the same as --version '>0.0.0-0'"),
    Flag("version", "string", "", "which version of the chart to take: one version, or a range as ^2.0.0"),
)

RENDER: tuple[Flag, ...] = (
    Flag("enable-dns", "bool", False, "let templates look up names in DNS"),
    Flag("skip-schema-validation", "bool", False, "do not check the values against the chart's schema"),
)

POST_RENDER: tuple[Flag, ...] = (
    Flag("post-renderer", "stringArray", None, "a plugin that gets all manifests and gives back others"),
    Flag("post-renderer-args", "stringArray", None, "an argument for the post-renderer (may be given several times)"),
)

NAMING: tuple[Flag, ...] = (
    Flag("generate-name", "bool", False, "make a name up, and leave out the NAME argument", short="g"),
    Flag("name-template", "string", "", "a template that makes the name"),
)

OUTPUT = Flag("output", "string", "table", "how to print: table, json or yaml", short="o")
REVISION = Flag("revision", "int", 0, "which revision; the last one if not given")

WAIT = Flag(
    "wait",
    "string",
    "hookOnly",
    "wait until the objects are ready: watcher (also when bare), legacy, or hookOnly",
    bare="watcher",
)
WAIT_FOR_JOBS = Flag("wait-for-jobs", "bool", False, "with --wait, wait for Jobs to complete, too")
TIMEOUT = Flag("timeout", "duration", 300.0, "how long any one wait may take")
NO_HOOKS = Flag("no-hooks", "bool", False, "run no hooks")
DESCRIPTION = Flag("description", "string", "", "a description of your own for the revision")
HISTORY_MAX = Flag("history-max", "int", None, "how many revisions to keep of a release; 0 is all of them")
DRY_RUN = Flag("dry-run", "string", "none", "only simulate: client (without a cluster) or server; none does it", bare="unset")

WAIT_LOCK = Flag("wait-lock", "duration", 300.0, "how long to wait while another operation works on the release; 0 fails at once")
PENDING_TIMEOUT = Flag(
    "pending-timeout",
    "duration",
    600.0,
    "take a pending record that plain Helm wrote for a dead one's after this time; 0: at once",
)
LOCKING: tuple[Flag, ...] = (
    WAIT_LOCK,
    PENDING_TIMEOUT,
    Flag("rerun-hooks", "bool", False, "run hooks again, too, that an interrupted attempt at the same work has run"),
)

APPLY: tuple[Flag, ...] = (
    Flag("force-conflicts", "bool", False, "take over fields that others manage (server-side apply)"),
    Flag("force-replace", "bool", False, "replace objects instead of changing them"),
    Flag("force", "bool", False, "", hidden=True, deprecated="use --force-replace instead"),
)

CHANGE: tuple[Flag, ...] = (
    *APPLY,
    *LOCKING,
    Flag("atomic", "bool", False, "", hidden=True, deprecated="use --rollback-on-failure instead"),
    Flag("create-namespace", "bool", False, "create the namespace if it does not exist"),
    Flag("disable-openapi-validation", "bool", False, "do not check objects against the cluster's schema"),
    Flag("hide-notes", "bool", False, "do not print the notes"),
    Flag("hide-secret", "bool", False, "with --dry-run, do not print Secrets"),
    Flag("labels", "stringToString", None, "labels for the release's record: key1=val1,key2=val2", short="l"),
    Flag("render-subchart-notes", "bool", False, "print the subcharts' notes, too"),
    Flag("rollback-on-failure", "bool", False, "take everything back when it fails; waits as --wait does"),
    Flag("skip-crds", "bool", False, "do not create the chart's custom resource definitions"),
    Flag("take-ownership", "bool", False, "adopt objects that exist, whoever owns them"),
    DESCRIPTION,
    DRY_RUN,
    NO_HOOKS,
    TIMEOUT,
    WAIT,
    WAIT_FOR_JOBS,
)


def exclusive(call: Invocation, *names: str) -> None:
    """Raises UsageError when more than one of these flags was given (cobra: MarkFlagsMutuallyExclusive)."""
    given = [name for name in names if call.given(name)]
    if len(given) > 1:
        raise UsageError(
            f"if any flags in the group [{' '.join(names)}] are set none of the others can be; [{' '.join(sorted(given))}] were all set"
        )


def output_format(call: Invocation) -> str:
    """The value of --output. Raises UsageError for what is none of table, json, yaml."""
    value: str = call["output"]
    if value not in {"table", "json", "yaml"}:
        raise UsageError(f'invalid argument "{value}" for "-o, --output" flag: invalid format type')
    return value


def wait_strategy(call: Invocation) -> str:
    """The value of --wait. Raises UsageError (Helm 4: `invalid wait input "x"…`)."""
    from steersman.cli.console import log

    value: str = call["wait"]
    if value in {"true", "false"}:
        meant = "watcher" if value == "true" else "hookOnly"
        log("WARN", f"--wait={value} is deprecated (boolean value) and can be replaced with --wait={meant}")
        return meant
    if value not in {"watcher", "hookOnly", "legacy"}:
        raise UsageError(
            f'invalid argument "{value}" for "--wait" flag: invalid wait input "{value}". Valid inputs are watcher, hookOnly, and legacy'
        )
    return value


def dry_run(call: Invocation, *, template: bool = False) -> str:
    """The value of --dry-run: "none", "client" or "server". Helm 4: pkg/cmd/helpers.go."""
    from steersman.cli.console import log
    from steersman.golang.strconv import parse_bool, quote

    value: str = call["dry-run"]
    if value == "unset":
        log("WARN", "--dry-run is deprecated and should be replaced with '--dry-run=client'")
        return "client"
    if value in {"client", "server"} or (value == "none" and not template):
        return value
    from steersman.errors import GoError

    choices = '"server" or "client"'
    if value == "none":
        raise UsageError(f"invalid dry-run value ({quote(value)}). Must be {choices}")
    try:
        wanted = parse_bool(value)
    except GoError:
        raise UsageError(f'invalid dry-run value ({quote(value)}). Must be "none", "server", or "client"') from None
    if template and not wanted:
        raise UsageError(f"invalid dry-run value ({quote(value)}). Must be {choices}")
    meant = "client" if wanted else "none"
    log("WARN", f"boolean '--dry-run={value}' flag is deprecated and must be replaced with '--dry-run={meant}'")
    return meant


def server_side(call: Invocation) -> str:
    """The value of --server-side of upgrade and rollback: "true", "false" or "auto"."""
    value: str = call["server-side"]
    if value not in {"true", "false", "auto"}:
        raise UsageError(f"invalid server-side apply value: {value}. Must be one of: true, false, auto")
    return value


def post_renderer_of(call: Invocation, tell: Callable[[Note], None]) -> Callable[[str], str] | None:
    """What runs the plugin that --post-renderer names; None where it names none.

    Raises UsageError when there is no such plugin, or two are named (Helm 4: pkg/cmd/flags.go, bindPostRenderFlag).
    """
    names = [name for name in call["post-renderer"] if name]
    if not names:
        return None
    from steersman.actions.postrender import post_renderer
    from steersman.errors import SourceError
    from steersman.golang.strconv import quote

    def refused(name: str, why: str) -> UsageError:
        return UsageError(f'invalid argument {quote(name)} for "--post-renderer" flag: {why}')

    try:
        found = post_renderer(names[0], call["post-renderer-args"], call.settings.plugins, call.environ, tell)
    except SourceError as error:
        raise refused(names[0], error.message) from error
    if len(names) > 1:
        raise refused(names[1], "cannot specify --post-renderer flag more than once")
    return found


def overlay_of(call: Invocation) -> Overlay:
    """What -f and the --set family gave."""
    from steersman.values.compose import Overlay

    return Overlay(
        files=tuple(call["values"]),
        values=tuple(call["set"]),
        string_values=tuple(call["set-string"]),
        json_values=tuple(call["set-json"]),
        file_values=tuple(call["set-file"]),
        literal_values=tuple(call["set-literal"]),
    )
