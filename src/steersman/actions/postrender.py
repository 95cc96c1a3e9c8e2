"""A post-renderer: a plugin that gets all manifests on its standard input and writes others to its standard output.

It runs without a shell, in the folder that the command was called in, with the environment of the command and two variables
more: HELM_PLUGIN_NAME and HELM_PLUGIN_DIR. The settings of the command line are not among them. What it writes to standard
error goes to ours (Helm drops it). Helm 4: pkg/postrenderer/postrenderer.go, internal/plugin/runtime_subprocess.go.
"""

from __future__ import annotations

from steersman.errors import SourceError
from steersman.golang.strconv import quote
from steersman.golang.values import to_bytes, to_str
from steersman.manifest.split import SPACE
from steersman.sources.plugins import POST_RENDERER, SUBPROCESS, Plugin, find, prepare_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from steersman.chart.files import Note


def post_renderer(
    name: str, arguments: Sequence[str], folders: str, environ: Mapping[str, str], tell: Callable[[Note], None]
) -> Callable[[str], str]:
    """What runs the post-renderer of a name, found in the plugins' folders: manifests in, manifests out.

    Raises SourceError when there is no such plugin. What it returns raises SourceError when the plugin fails or says nothing.
    """
    plugin = find(folders, name, POST_RENDERER, tell)

    def run(manifests: str) -> str:
        try:
            text = to_str(_invoke(plugin, arguments, environ, to_bytes(manifests)))
        except SourceError as error:
            raise SourceError(
                f"failed to invoke post-renderer plugin {quote(name)}: {error.message}", code=error.code, hint=error.hint
            ) from error
        if not text.strip(SPACE):
            raise SourceError(f"post-renderer {quote(name)} produced empty output", code="plugin-failed")
        return text

    return run


def _invoke(plugin: Plugin, arguments: Sequence[str], environ: Mapping[str, str], data: bytes) -> bytes:
    import shutil
    import subprocess

    name = plugin.metadata.name
    if plugin.metadata.runtime != SUBPROCESS:
        raise SourceError(
            f"plugin {quote(name)} needs the runtime {plugin.metadata.runtime}, which is not supported", code="unsupported"
        )
    variables = {**environ, "HELM_PLUGIN_NAME": name, "HELM_PLUGIN_DIR": plugin.folder}
    try:
        program, words = prepare_command(plugin.metadata.commands, arguments, variables)
    except SourceError as error:
        raise SourceError(f"failed to prepare plugin command: {error.message}", code=error.code) from error
    path = program if "/" in program else shutil.which(program, path=environ.get("PATH", ""))
    if path is None:
        raise SourceError(f"exec: {quote(program)}: executable file not found in $PATH", code="plugin-failed")
    try:
        done = subprocess.run([program, *words], executable=path, input=data, stdout=subprocess.PIPE, env=variables, check=False)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", "") or str(error)).lower()
        raise SourceError(f"fork/exec {path}: {reason}", code="plugin-failed") from None
    if done.returncode:
        raise SourceError(
            f"plugin {quote(name)} exited with error", code="plugin-failed", hint=f"its exit status is {done.returncode}"
        )
    return done.stdout
