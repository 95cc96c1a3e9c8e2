"""`version`: which steersman this is, and which Helm it works like."""

from __future__ import annotations

from steersman.cli.console import write
from steersman.cli.flags import Flag
from steersman.golang.values import Struct
from steersman.version import HELM_VERSION, KUBE_VERSION, __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from steersman.cli.invocation import Invocation

LONG = """Show the version.

The first words are Helm's own form, with the version of Helm whose behaviour steersman follows, because tools read it; .Steersman
is the version of steersman itself. --template takes a Go template over .Version, .GitCommit, .GitTreeState, .GoVersion,
.KubeClientVersion and .Steersman."""

FLAGS = (
    Flag("short", "bool", False, "print only the version's number"),
    Flag("template", "string", "", "a Go template to print with"),
)


class BuildInfo(Struct):
    """What `--template` sees."""

    GO_TYPE = "version.BuildInfo"
    FIELDS = {name: name for name in ("Version", "GitCommit", "GitTreeState", "GoVersion", "KubeClientVersion", "Steersman")}
    Version = HELM_VERSION
    GitCommit = ""
    GitTreeState = "clean"
    GoVersion = ""
    KubeClientVersion = KUBE_VERSION.rpartition(".")[0]
    Steersman = __version__


def run(call: Invocation) -> int:
    if call["template"]:
        from steersman.template import BUILTINS, Library, Runtime

        library = Library.compile([("_", call["template"])], BUILTINS)
        write(Runtime(library, BUILTINS, missing_key="default").execute("_", BuildInfo()))
    elif call["short"]:
        write(f"{HELM_VERSION}\n")
    else:
        facts = ", ".join(f'{name}:"{getattr(BuildInfo, name)}"' for name in BuildInfo.FIELDS)
        write(f"version.BuildInfo{{{facts}}}\n")
    return 0
