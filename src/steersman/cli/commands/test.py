"""`test`: run the tests of a release."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.cli.flagsets import TIMEOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Run the tests of a release: the hooks of its chart that say helm.sh/hook: test. The exit status is 1 when one fails."""

FLAGS = (
    Flag("filter", "strings", None, "run only the tests named: name=one,name=two; or all but some: !name=three"),
    Flag("logs", "bool", False, "print what the test pods wrote"),
    TIMEOUT,
)


def run(call: Invocation) -> int:
    from steersman.actions import test
    from steersman.cli.running import finish, world_of
    from steersman.cli.views.releases import status_view

    include = tuple(word.removeprefix("name=") for word in call["filter"] if word.startswith("name="))
    exclude = tuple(word[1:].lstrip().removeprefix("name=") for word in call["filter"] if word.startswith("!"))
    request = test.Test(call.arguments[0], call["timeout"], include, exclude, call["logs"])
    done = finish(test.run(request, world_of(call)))
    write(status_view(done.release, "table", debug=call.settings.debug, notes=False))
    if call["logs"]:
        write("\n" + "".join(f"POD LOGS: {log.pod} ({log.container})\n{log.text}\n" for log in done.logs))
    if done.error is not None:
        raise done.error
    return 0
