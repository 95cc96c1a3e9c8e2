"""The commands: one module a verb, and the table that finds them without importing any.

A module has FLAGS (its own flags), LONG (what help says first) and run(invocation) → exit status.
"""

from __future__ import annotations

from steersman.records import Record


class Command(Record):
    """One command. `least` and `most` bound the number of arguments; most -1 is any number. A group has no module."""

    path: str
    use: str
    short: str
    module: str = ""
    least: int = 0
    most: int = -1
    aliases: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def name(self) -> str:
        return self.path.rpartition(" ")[2]


COMMANDS: tuple[Command, ...] = (
    Command("apply", "apply FILE", "carry out a plan that was saved", "apply", 1, 1),
    Command("create", "create NAME", "make a new chart with the given name", "create", 1, 1),
    Command("diff", "diff RELEASE_NAME", "show how a release differs from what is in the cluster", "diff", 1, 1),
    Command(
        "diff revision",
        "revision RELEASE_NAME REVISION [REVISION]",
        "show what changed from one revision to another",
        "diff_revision",
        2,
        3,
    ),
    Command("drift", "drift RELEASE_NAME", "show what others changed in a release's objects, and take it back", "drift", 1, 1),
    Command("env", "env", "show where steersman keeps things and which settings it read", "env", 0, 1),
    Command("get", "get", "show what is recorded of a release"),
    Command("get all", "all RELEASE_NAME", "show everything recorded of a release", "get_all", 1, 1),
    Command("get hooks", "hooks RELEASE_NAME", "show the hooks of a release", "get_hooks", 1, 1),
    Command("get manifest", "manifest RELEASE_NAME", "show the objects of a release as they were rendered", "get_manifest", 1, 1),
    Command("get metadata", "metadata RELEASE_NAME", "show the facts about a release and its chart", "get_metadata", 1, 1),
    Command("get notes", "notes RELEASE_NAME", "show the notes of a release", "get_notes", 1, 1),
    Command("get values", "values RELEASE_NAME", "show the values that a release was given", "get_values", 1, 1),
    Command("history", "history RELEASE_NAME", "list the revisions of a release", "history", 1, 1, aliases=("hist",)),
    Command("install", "install [NAME] [CHART]", "install a chart as a release", "install", 1),
    Command("lint", "lint PATH", "look charts over for what is wrong with them", "lint", 1),
    Command("list", "list", "list the releases", "list", 0, 0, aliases=("ls",)),
    Command("plan", "plan [RELEASE] [CHART]", "show what an install or upgrade would do", "plan", 2, 2),
    Command("plan install", "install [NAME] [CHART]", "show what an installation would do", "plan_install", 1, 2),
    Command("plan upgrade", "upgrade [RELEASE] [CHART]", "show what an upgrade would do", "plan_upgrade", 2, 2),
    Command("recover", "recover RELEASE_NAME", "mark what a command that died left pending as failed", "recover", 1, 1),
    Command("rollback", "rollback <RELEASE> [REVISION]", "bring a release back to an earlier revision", "rollback", 1),
    Command("sandbox", "sandbox", "run a Kubernetes API server inside this process, to try things on"),
    Command("sandbox start", "start", "start the sandbox in the background and write its kubeconfig", "sandbox_start", 0, 0),
    Command("sandbox stop", "stop", "stop the sandbox that was started", "sandbox_stop", 0, 0),
    Command("sandbox status", "status", "say whether the sandbox runs, and how to reach it", "sandbox_status", 0, 0),
    Command("show", "show", "show what a chart holds", aliases=("inspect",)),
    Command("show all", "all [CHART]", "show everything that a chart holds", "show_all", 1, 1),
    Command("show chart", "chart [CHART]", "show the chart's metadata", "show_chart", 1, 1),
    Command("show crds", "crds [CHART]", "show the chart's custom resource definitions", "show_crds", 1, 1),
    Command("show readme", "readme [CHART]", "show the chart's README", "show_readme", 1, 1),
    Command("show values", "values [CHART]", "show the chart's default values", "show_values", 1, 1),
    Command("status", "status RELEASE_NAME", "show how a release is doing", "status", 1, 1),
    Command("template", "template [NAME] [CHART]", "render a chart without touching a cluster", "template", 1),
    Command("test", "test [RELEASE]", "run the tests of a release", "test", 1, 1),
    Command(
        "uninstall",
        "uninstall RELEASE_NAME [...]",
        "remove a release and its objects",
        "uninstall",
        1,
        aliases=("del", "delete", "un"),
    ),
    Command(
        "upgrade", "upgrade [RELEASE] [CHART]", "upgrade a release to a chart, or install it with --install", "upgrade", 2, 2
    ),
    Command("version", "version", "show the version", "version", 0, 0),
)
