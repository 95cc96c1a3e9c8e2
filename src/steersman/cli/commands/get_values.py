"""`get values`: the values that a release was given."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import OUTPUT, REVISION, output_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show the values that a release was given; with --all, all values as the templates saw them."""

FLAGS = (Flag("all", "bool", False, "show all values, the chart's defaults among them", short="a"), OUTPUT, REVISION)


def run(call: Invocation) -> int:
    form = output_format(call)
    from steersman.actions import get
    from steersman.cli.running import world_of
    from steersman.cli.views.output import json_line, yaml_text

    values = get.values(call.arguments[0], world_of(call), revision=call["revision"], computed=call["all"])
    if form == "json":
        write(json_line(values))
    else:
        head = "" if form == "yaml" else "COMPUTED VALUES:\n" if call["all"] else "USER-SUPPLIED VALUES:\n"
        write(head + yaml_text(values))
    return 0
