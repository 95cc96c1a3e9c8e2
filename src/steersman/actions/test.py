"""`test`: the test hooks of a release, run. Helm 4: pkg/action/release_testing.go."""

from __future__ import annotations

from steersman.actions.execution import execute
from steersman.actions.targets import of_hooks
from steersman.chart.names import release_name_error
from steersman.errors import Error, UsageError
from steersman.execute.events import Logged
from steersman.objects.refs import Ref
from steersman.plan import build
from steersman.records import Record
from steersman.release.history import last, not_found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from steersman.actions.connect import World
    from steersman.execute.events import Event
    from steersman.release.model import Hook, Release


class Test(Record):
    """Which tests of which release: those named, or all but those excluded. `logs` prints what the test pods wrote."""

    __test__ = False

    name: str
    timeout: float = 300.0
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    logs: bool = False


class Tested(Record):
    """The release with its tests' outcomes recorded, and the error of the test that failed, if one did."""

    release: Release
    error: Error | None = None
    logs: tuple[Logged, ...] = ()


def run(request: Test, world: World) -> Generator[Event, None, Tested]:
    """Runs tests; yields events. Raises ReleaseError when there is no such release; a failed test is in the result."""
    world.check_reachable()
    if release_name_error(request.name):
        raise UsageError(f"releaseTest: Release name is invalid: {request.name}")
    release = last(world.history(request.name))
    if release is None:
        raise not_found()
    chosen = [hook for hook in release.hooks if hook.is_test and wanted(hook, request)]
    options = build.Options(timeout=request.timeout, server_side=release.is_server_side)
    hooks = of_hooks(chosen, world)
    outcome = yield from execute(build.test(release, hooks, options), world, release)
    done = outcome.release or release
    logs: list[Logged] = []
    if request.logs:
        for hook in sorted(chosen, key=lambda hook: (hook.weight, hook.name)):
            if hook.kind == "Pod":
                logs += read_logs(hook, world)
    # Logs are read before the pods go: their deletion is a plan of its own.
    finish = build.finish_tests(done, hooks, options, failed=outcome.error is not None)
    ended = yield from execute(finish, world, done)
    return Tested(ended.release or done, outcome.error or ended.error, tuple(logs))


def wanted(hook: Hook, request: Test) -> bool:
    return hook.name not in request.exclude and (not request.include or hook.name in request.include)


def read_logs(hook: Hook, world: World) -> list[Logged]:
    """What each container of a test pod wrote. Raises ClusterError with Helm's text."""
    try:
        pod = world.cluster.get(Ref("v1", "Pod", world.namespace, hook.name))
    except Error as error:
        error.message = f"unable to get pod {hook.name}: {error.message}"
        raise
    spec = pod.get("spec") or {}
    found = []
    for container in [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]:
        name = container["name"]
        try:
            found.append(Logged(world.namespace, hook.name, name, world.cluster.logs(world.namespace, hook.name, container=name)))
        except Error as error:
            error.message = f"unable to get logs for pod {hook.name}, container {name}: {error.message}"
            raise
    return found
