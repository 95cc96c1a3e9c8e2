"""`diff revision`: one revision of a release against another."""

from __future__ import annotations

from steersman.cli.flagsets import OUTPUT, output_format
from steersman.errors import GoError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show what changed from one revision of a release to another, or to the last one.

  steersman diff revision web 3        what changed since revision 3
  steersman diff revision web 3 5      … from revision 3 to 5

The exit status is 0 when they are the same, 2 when they differ, and 1 when they cannot be compared."""

FLAGS = (OUTPUT,)


def run(call: Invocation) -> int:
    output_format(call)
    name, *numbers = call.arguments
    before, after = (*(_number(text) for text in numbers), 0)[:2]
    from steersman.actions import diff
    from steersman.actions.plan import new_redactor
    from steersman.cli.planning import show_report
    from steersman.cli.running import world_of

    return show_report(call, diff.run(name, world_of(call), new_redactor(), before=before, after=after))


def _number(text: str) -> int:
    from steersman.golang.strconv import atoi

    try:
        number = atoi(text)
    except GoError as error:
        raise UsageError(f"could not convert revision to a number: {error}") from None
    if number < 1:
        raise UsageError(f"there is no revision {number}: the first one is 1")
    return number
