"""`status`: how a release is doing."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flagsets import OUTPUT, REVISION, output_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show how a release is doing: when it was deployed and how that went, its objects as they are in the cluster now, its tests and its notes."""

FLAGS = (OUTPUT, REVISION)


def run(call: Invocation) -> int:
    form = output_format(call)
    from steersman.actions import status
    from steersman.cli.running import world_of
    from steersman.cli.views.output import tables_text
    from steersman.cli.views.releases import status_view

    found = status.run(call.arguments[0], world_of(call), revision=call["revision"], as_tables=form == "table")
    tables = {heading: tables_text(tables) for heading, tables in found.tables.items()}
    write(status_view(found.release, form, resources=tables, strip_chart=True))
    return 0
