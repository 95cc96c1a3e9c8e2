"""`list`: the releases."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import OUTPUT, output_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """List the releases of a namespace, or of all with -A; the last revision of each, in every status unless statuses are named.

--filter takes a regular expression for names; --selector a label query as `-l team=a,tier!=test`."""

FLAGS = (
    Flag("all-namespaces", "bool", False, "list the releases of all namespaces", short="A"),
    Flag("date", "bool", False, "sort by date", short="d"),
    Flag("deployed", "bool", False, "show those that are deployed"),
    Flag("failed", "bool", False, "show those that failed"),
    Flag("filter", "string", "", "show those whose name matches this regular expression", short="f"),
    Flag("max", "int", 256, "how many to show at most; 0 is all", short="m"),
    Flag("no-headers", "bool", False, "print no header line"),
    Flag("offset", "int", 0, "how many to pass over first"),
    OUTPUT,
    Flag("pending", "bool", False, "show those with an operation under way"),
    Flag("reverse", "bool", False, "sort the other way round", short="r"),
    Flag("selector", "string", "", "show those whose record's labels match", short="l"),
    Flag("short", "bool", False, "print only names", short="q"),
    Flag("superseded", "bool", False, "show those that are superseded"),
    Flag("time-format", "string", "", 'how to print times, as Go lays them out: "2006-01-02 15:04:05Z0700"'),
    Flag("uninstalled", "bool", False, "show those that are uninstalled, but whose history was kept"),
    Flag("uninstalling", "bool", False, "show those that are being uninstalled"),
)

_STATUSES = {
    "deployed": ("deployed",),
    "uninstalled": ("uninstalled",),
    "uninstalling": ("uninstalling",),
    "pending": ("pending-install", "pending-upgrade", "pending-rollback"),
    "failed": ("failed",),
    "superseded": ("superseded",),
}


def run(call: Invocation) -> int:
    form = output_format(call)
    from steersman.actions import list as action
    from steersman.cli.running import world_of
    from steersman.cli.views.releases import list_view

    request = action.List(
        all_namespaces=call["all-namespaces"],
        statuses=tuple(status for flag, statuses in _STATUSES.items() if call[flag] for status in statuses),
        name_filter=call["filter"],
        selector=call["selector"],
        by_date=call["date"],
        reverse=call["reverse"],
        offset=call["offset"],
        limit=call["max"],
    )
    releases = action.run(request, world_of(call))
    write(list_view(releases, form, time_format=call["time-format"], headers=not call["no-headers"], short=call["short"]))
    return 0
