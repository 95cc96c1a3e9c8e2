"""The life of objects: what controllers, the scheduler and kubelets would do, so that what is installed becomes ready.

Theory of operation. `Life.step` reads the events that the store has logged since the last step, puts the objects they touch (and
their owners) into a queue, and lets the controller of each kind look at its object once: it compares what is wanted with what is
there and writes the next state, which gives new events. Steps go on until nothing changes; what is to happen later (a pod that
takes a while) waits in a heap, and `step` says when it wants to be called again. Controllers write through the machinery, as
kube-controller-manager, so that field managers, generations and validation are the same as for anybody. Images can be told to
fail: `Behavior.fail` maps a pattern of image names to a word of FAILURES.
"""

from __future__ import annotations

import fnmatch
import heapq
import json

from steersman.records import Record
from steersman.sandbox.apply import Manager
from steersman.sandbox.machinery import GARBAGE_FINALIZERS, Api
from steersman.sandbox.refusals import Refused
from steersman.sandbox.selectors import of_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from steersman.sandbox.kinds import Resource

    Place = tuple[str, str, str]
    Object = dict[str, Any]

CONTROLLER = "kube-controller-manager"
KUBELET = "kubelet"
NODE = "sandbox"
MAX_ROUNDS = 500
"""Rounds within one step: a bound against two controllers that undo each other."""
FAILURES = ("pull", "crash", "exit", "unready")
"""pull: the image cannot be pulled · crash: the container ends and is restarted for ever · exit: it ends with status 1 ·
unready: it runs and never becomes ready."""
WATCHED = (
    "/namespaces",
    "/pods",
    "/services",
    "/persistentvolumeclaims",
    "/persistentvolumes",
    "apps/deployments",
    "apps/replicasets",
    "apps/statefulsets",
    "apps/daemonsets",
    "batch/jobs",
    "batch/cronjobs",
    "policy/poddisruptionbudgets",
)


class Behavior(Record):
    """How the sandbox's workloads behave: seconds until a pod runs, seconds until a job's pod ends, images that fail."""

    start_seconds: float = 0.0
    run_seconds: float = 0.0
    fail: Mapping[str, str] = {}
    logs: Mapping[str, str] = {}

    def failure(self, image: str) -> str:
        """The word for how this image fails, or an empty one."""
        return next((word for pattern, word in self.fail.items() if fnmatch.fnmatchcase(image, pattern)), "")


class Life:
    """The controllers over one Api. The caller holds the Api's lock during `step`."""

    def __init__(self, api: Api, behavior: Behavior | None = None, *, authority: str = "") -> None:
        self.api, self.store = api, api.store
        self.behavior = behavior or Behavior()
        self.authority = authority
        self._cursor = 0
        self._queue: dict[Place, None] = {}
        self._later: list[tuple[float, Place]] = []
        self._told: set[Place] = set()
        self._addresses = 1
        self._controllers: dict[str, Callable[[Object], None]] = {
            "/namespaces": self._namespace,
            "/pods": self._pod,
            "/services": self._service,
            "/persistentvolumeclaims": self._claim,
            "/persistentvolumes": self._volume,
            "apps/deployments": self._deployment,
            "apps/replicasets": self._replica_set,
            "apps/statefulsets": self._stateful_set,
            "apps/daemonsets": self._daemon_set,
            "batch/jobs": self._job,
            "policy/poddisruptionbudgets": self._budget,
        }
        api.handlers["pods/log"] = self._log

    # --- the loop ---------------------------------------------------------------------------------------------------------

    def step(self) -> float | None:
        """Lets everything happen that can happen now. Gives the time at which something more is due, or None."""
        now = self.api.world.now()
        while self._later and self._later[0][0] <= now:
            place = heapq.heappop(self._later)[1]
            self._told.discard(place)
            self._queue[place] = None
        for _ in range(MAX_ROUNDS):
            self._read()
            if not self._queue:
                break
            places, self._queue = list(self._queue), {}
            for place in places:
                self._look(*place)
        return self._later[0][0] if self._later else None

    def is_idle(self) -> bool:
        """Whether there is nothing to do before the next change or the next due time."""
        return not self._queue and self._cursor == self.store.revision

    def _read(self) -> None:
        """Queues what the new events touch."""
        if self._cursor == self.store.revision:
            return
        since, self._cursor = self._cursor, self.store.revision
        for key in list(self.store.logs):
            for event in self.store.events_after(key, since):
                meta = event.object["metadata"]
                if event.type == "DELETED":
                    for resource, dependent in self.store.owned_by(meta.get("uid", "")):
                        self._enqueue(resource, dependent)
                else:
                    self._enqueue(key, event.object)
                for owner in meta.get("ownerReferences") or ():
                    place = self.store.by_uid.get(owner.get("uid", ""))
                    if place is not None:
                        self._queue[place] = None
                if meta.get("namespace") and event.type == "DELETED":
                    space = self.store.get("/namespaces", "", meta["namespace"])
                    if space is not None and space["metadata"].get("deletionTimestamp"):
                        self._queue["/namespaces", "", meta["namespace"]] = None
                if key == "/pods":
                    for budget in self.store.all("policy/poddisruptionbudgets", meta.get("namespace", "")):
                        self._enqueue("policy/poddisruptionbudgets", budget)

    def _enqueue(self, key: str, obj: Object) -> None:
        meta = obj["metadata"]
        self._queue[key, meta.get("namespace", ""), meta["name"]] = None

    def _after(self, seconds: float, key: str, obj: Object) -> None:
        """Looks at the object again later."""
        place = (key, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
        if place not in self._told:
            self._told.add(place)
            heapq.heappush(self._later, (self.api.world.now() + seconds, place))

    def _look(self, key: str, namespace: str, name: str) -> None:
        obj = self.store.get(key, namespace, name)
        if obj is None:
            return
        try:
            if self._collected(key, obj):
                return
            controller = self._controllers.get(key)
            if controller is not None:
                controller(obj)
        except Refused:
            pass  # somebody else wrote meanwhile, or the namespace goes: the next event brings the object back

    # --- writing ----------------------------------------------------------------------------------------------------------

    def _resource(self, key: str) -> Resource:
        found = self.api.kinds.by_key(key)
        assert found is not None, key
        return found

    def _set_status(self, key: str, obj: Object, status: Mapping[str, Any], who: str = CONTROLLER) -> Object:
        if obj.get("status") == status:
            return obj
        resource = self._resource(key)
        manager = Manager(who, "Update", resource.api_version, "status")
        return self.api.write(resource, obj, {**obj, "status": dict(status)}, manager, resource.subresource("status"))

    def _change(self, key: str, obj: Object, changed: Object) -> Object:
        resource = self._resource(key)
        return self.api.write(resource, obj, changed, Manager(CONTROLLER, "Update", resource.api_version))

    def _make(self, key: str, body: Object, owner: Object | None = None) -> Object:
        """Creates an object, defaults and managers included."""
        from steersman.sandbox import apply

        resource = self._resource(key)
        if owner is not None:
            meta = owner["metadata"]
            reference = {
                "apiVersion": owner["apiVersion"],
                "kind": owner["kind"],
                "name": meta["name"],
                "uid": meta["uid"],
                "controller": True,
                "blockOwnerDeletion": True,
            }
            body = {**body, "metadata": {**body["metadata"], "ownerReferences": [reference]}}
        body = {**body, "kind": resource.kind, "apiVersion": resource.api_version}
        decoded = self.api.schema.decode(resource.node, body).value
        manager = Manager(CONTROLLER, "Update", resource.api_version)
        decoded = apply.update(self.api.schema, resource.node, None, decoded, manager, self.api.now, (("f:status",),))
        return self.api.create(resource, decoded)

    def _remove(self, key: str, obj: Object, policy: str = "Background") -> None:
        self.api.delete(self._resource(key), obj, {"propagationPolicy": policy})

    def _owned(self, key: str, owner: Object) -> list[Object]:
        return [obj for resource, obj in self.store.owned_by(owner["metadata"]["uid"]) if resource == key]

    # --- garbage ----------------------------------------------------------------------------------------------------------

    def _collected(self, key: str, obj: Object) -> bool:
        """Does what owners and finalizers ask for; True when the object goes and needs no controller."""
        meta = obj["metadata"]
        finalizers = meta.get("finalizers") or []
        resource = self.api.kinds.by_key(key)
        if resource is None:
            return True
        if meta.get("deletionTimestamp"):
            if GARBAGE_FINALIZERS["Orphan"] in finalizers:
                for kind, dependent in list(self.store.owned_by(meta["uid"])):
                    self._disown(kind, dependent, {meta["uid"]})
                self._drop_finalizer(resource, obj, GARBAGE_FINALIZERS["Orphan"])
                return True
            if GARBAGE_FINALIZERS["Foreground"] in finalizers:
                blocking = False
                for kind, dependent in list(self.store.owned_by(meta["uid"])):
                    found = self.api.kinds.by_key(kind)
                    if found is None:
                        continue
                    if not dependent["metadata"].get("deletionTimestamp"):
                        _, gone = self.api.delete(found, dependent, {"propagationPolicy": "Foreground"})
                        dependent = dependent if not gone else {}
                    references = (dependent.get("metadata") or {}).get("ownerReferences") or ()
                    blocking = blocking or any(
                        owner.get("uid") == meta["uid"] and owner.get("blockOwnerDeletion") for owner in references
                    )
                if not blocking:
                    self._drop_finalizer(resource, obj, GARBAGE_FINALIZERS["Foreground"])
                return True
            return key not in ("/pods", "/namespaces", "/persistentvolumeclaims", "/persistentvolumes")
        owners = meta.get("ownerReferences") or ()
        if owners:
            absent = {owner.get("uid", "") for owner in owners if owner.get("uid") not in self.store.by_uid}
            if len(absent) == len(owners):
                self.api.delete(resource, obj, {"propagationPolicy": "Background"})
                return True
            if absent:
                self._disown(key, obj, absent)
        return False

    def _disown(self, key: str, obj: Object, uids: set[str]) -> None:
        kept = [owner for owner in obj["metadata"].get("ownerReferences") or () if owner.get("uid") not in uids]
        meta = {field: value for field, value in obj["metadata"].items() if field != "ownerReferences"}
        if kept:
            meta["ownerReferences"] = kept
        self._change(key, obj, {**obj, "metadata": meta})

    def _drop_finalizer(self, resource: Resource, obj: Object, finalizer: str) -> None:
        kept = [item for item in obj["metadata"].get("finalizers") or () if item != finalizer]
        self.api.write(resource, obj, {**obj, "metadata": {**obj["metadata"], "finalizers": kept}}, None)

    # --- namespaces -------------------------------------------------------------------------------------------------------

    def _namespace(self, space: Object) -> None:
        name = space["metadata"]["name"]
        if not space["metadata"].get("deletionTimestamp"):
            if self.store.get("/serviceaccounts", name, "default") is None:
                self._make("/serviceaccounts", {"metadata": {"name": "default", "namespace": name}})
            if self.store.get("/configmaps", name, "kube-root-ca.crt") is None:
                note = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints."
                meta = {"name": "kube-root-ca.crt", "namespace": name, "annotations": {"kubernetes.io/description": note}}
                self._make("/configmaps", {"metadata": meta, "data": {"ca.crt": self.authority}})
            return
        left = False
        for key in list(self.store.tables):
            resource = self.api.kinds.by_key(key)
            if resource is None or not resource.namespaced:
                continue
            for obj in self.store.all(key, name):
                if not obj["metadata"].get("deletionTimestamp"):
                    self.api.delete(resource, obj, {"propagationPolicy": "Background", "gracePeriodSeconds": 0})
                left = left or self.store.get(key, name, obj["metadata"]["name"]) is not None
        if not left and (space.get("spec") or {}).get("finalizers"):
            space = self.store.put("/namespaces", {**space, "spec": {}})
            if not space["metadata"].get("finalizers"):
                self.store.remove("/namespaces", "", name)

    # --- pods -------------------------------------------------------------------------------------------------------------

    def _pod(self, pod: Object) -> None:
        meta, spec, status = pod["metadata"], pod["spec"], pod.get("status") or {}
        if meta.get("deletionTimestamp"):
            if not meta.get("finalizers"):
                self.store.remove("/pods", meta["namespace"], meta["name"])
            return
        if status.get("phase") in ("Succeeded", "Failed"):
            return
        now = self.api.now
        if not spec.get("nodeName"):
            pod = self.store.put("/pods", {**pod, "spec": {**spec, "nodeName": NODE}})
            condition = {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": now}
            self._set_status("/pods", pod, {**status, "conditions": [condition]}, "kube-scheduler")
            return
        created = _seconds(meta["creationTimestamp"])
        waited = self.api.world.now() - max(created, _seconds(status.get("startTime")) or created)
        if status.get("phase") == "Pending":
            if waited < self.behavior.start_seconds:
                self._after(self.behavior.start_seconds - waited, "/pods", pod)
                return
            self._start_pod(pod, now)
        elif status.get("phase") == "Running" and spec.get("restartPolicy") != "Always":
            failures = {self.behavior.failure(container.get("image", "")) for container in spec["containers"]}
            if failures & {"unready", "crash"} and not failures & {"exit"}:
                return
            if waited < self.behavior.run_seconds:
                self._after(self.behavior.run_seconds - waited, "/pods", pod)
                return
            self._end_pod(pod, now, failed="exit" in failures)

    def _start_pod(self, pod: Object, now: str) -> None:
        spec, status = pod["spec"], pod.get("status") or {}
        failures = {container["name"]: self.behavior.failure(container.get("image", "")) for container in spec["containers"]}
        first = [self.behavior.failure(container.get("image", "")) for container in spec.get("initContainers") or ()]
        blocked = any(first)
        pulled = not blocked and "pull" not in failures.values()
        ready = pulled and not any(failures.values())
        if not status.get("podIP"):
            self._addresses += 1
            address = f"10.244.{self._addresses // 250 % 250}.{self._addresses % 250 + 1}"
        else:
            address = status["podIP"]
        containers = []
        for container in spec["containers"]:
            failure = failures[container["name"]]
            state: Object = {"running": {"startedAt": now}}
            if blocked:
                state = {"waiting": {"reason": "PodInitializing"}}
            elif failure == "pull":
                message = f'Back-off pulling image "{container["image"]}"'
                state = {"waiting": {"reason": "ImagePullBackOff", "message": message}}
            elif failure in ("crash", "exit") and spec.get("restartPolicy") == "Always":
                message = f"back-off 10s restarting failed container={container['name']} pod={pod['metadata']['name']}"
                state = {"waiting": {"reason": "CrashLoopBackOff", "message": message}}
            running = "running" in state
            containers.append(self._container(container, state, ready=running and not failure, started=running))
        begun = []
        for container, failure in zip(spec.get("initContainers") or (), first):
            if failure == "pull":
                state = {"waiting": {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{container["image"]}"'}}
            elif failure:
                state = {"waiting": {"reason": "CrashLoopBackOff"}}
            elif container.get("restartPolicy") == "Always":
                state = {"running": {"startedAt": now}}
            else:
                state = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}}
            begun.append(self._container(container, state, ready=not failure, started="running" in state))
        phase = "Running" if pulled else "Pending"
        new: Object = {
            **status,
            "phase": phase,
            "conditions": _pod_conditions(status, now, initialized=not blocked, ready=ready),
            "hostIP": "192.0.2.10",
            "hostIPs": [{"ip": "192.0.2.10"}],
            "podIP": address,
            "podIPs": [{"ip": address}],
            "startTime": status.get("startTime") or now,
            "containerStatuses": containers,
        }
        if begun:
            new["initContainerStatuses"] = begun
        self._set_status("/pods", pod, new, KUBELET)

    def _container(self, container: Object, state: Object, *, ready: bool, started: bool) -> Object:
        import hashlib

        digest = hashlib.sha256(container.get("image", "").encode()).hexdigest()
        found = {
            "name": container["name"],
            "state": state,
            "lastState": {},
            "ready": ready,
            "restartCount": 1 if (state.get("waiting") or {}).get("reason") == "CrashLoopBackOff" else 0,
            "image": container.get("image", ""),
            "imageID": f"sha256:{digest}" if started else "",
            "started": started,
        }
        if started or "terminated" in state:
            found["containerID"] = f"sandbox://{digest}"
        return found

    def _end_pod(self, pod: Object, now: str, *, failed: bool) -> None:
        status = pod.get("status") or {}
        ended = []
        for container in status.get("containerStatuses") or ():
            bad = failed and self.behavior.failure(container.get("image", "")) == "exit"
            begun = (container["state"].get("running") or {}).get("startedAt", now)
            state = {
                "terminated": {
                    "exitCode": 1 if bad else 0,
                    "reason": "Error" if bad else "Completed",
                    "startedAt": begun,
                    "finishedAt": now,
                }
            }
            ended.append({**container, "state": state, "ready": False, "started": False})
        new = {
            **status,
            "phase": "Failed" if failed else "Succeeded",
            "containerStatuses": ended,
            "conditions": _pod_conditions(
                status, now, initialized=True, ready=False, reason="PodFailed" if failed else "PodCompleted"
            ),
        }
        self._set_status("/pods", pod, new, KUBELET)

    def _log(self, route: Any, request: Any) -> Any:
        """GET pods/NAME/log: what the container would have written."""
        from steersman.sandbox.messages import Response
        from steersman.sandbox.refusals import bad_request

        pod = self.api.existing(route)
        spec, status = pod["spec"], pod.get("status") or {}
        names = [item["name"] for item in (*(spec.get("initContainers") or ()), *spec["containers"])]
        name = request.option("container")
        if not name:
            if len(spec["containers"]) > 1:
                told = " ".join(item["name"] for item in spec["containers"])
                more = " ".join(item["name"] for item in spec.get("initContainers") or ())
                told = f"[{told}]" + (f" or one of the init containers: [{more}]" if more else "")
                raise bad_request(f"a container name must be specified for pod {route.name}, choose one of: {told}")
            name = spec["containers"][0]["name"]
        if name not in names:
            raise bad_request(f"container {name} is not valid for pod {route.name}")
        container = next(item for item in (*(spec.get("initContainers") or ()), *spec["containers"]) if item["name"] == name)
        states = (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ()))
        state = next((item["state"] for item in states if item["name"] == name), {"waiting": {"reason": "ContainerCreating"}})
        if "waiting" in state and state["waiting"].get("reason") != "CrashLoopBackOff":
            reason = state["waiting"].get("reason", "ContainerCreating")
            words = "waiting to start" if reason != "ImagePullBackOff" else "waiting to start: trying and failing to pull image"
            suffix = f": {reason}" if reason != "ImagePullBackOff" else ""
            raise bad_request(f'container "{name}" in pod "{route.name}" is {words}{suffix}')
        image = container.get("image", "")
        text = next((text for pattern, text in self.behavior.logs.items() if fnmatch.fnmatchcase(image, pattern)), None)
        if text is None:
            command = " ".join([*(container.get("command") or ()), *(container.get("args") or ())])
            text = f"sandbox: {image} started{': ' + command if command else ''}\n"
            if "terminated" in state:
                text += f"sandbox: exit status {state['terminated']['exitCode']}\n"
        lines = text.splitlines(keepends=True)
        if request.option("tailLines").isdigit():
            count = int(request.option("tailLines"))
            lines = lines[-count:] if count else []
        if request.flag("timestamps"):
            lines = [f"{self.api.now} {line}" for line in lines]
        return Response(200, "".join(lines), "text/plain")

    # --- workloads --------------------------------------------------------------------------------------------------------

    def _pods_of(self, owner: Object) -> list[Object]:
        return [pod for pod in self._owned("/pods", owner) if not pod["metadata"].get("deletionTimestamp")]

    def _pod_from(self, template: Object, owner: Object, *, name: str = "", labels: Mapping[str, str] | None = None) -> Object:
        meta = dict(template.get("metadata") or {})
        meta["namespace"] = owner["metadata"]["namespace"]
        if name:
            meta["name"] = name
        else:
            meta["generateName"] = owner["metadata"]["name"] + "-"
        if labels:
            meta["labels"] = {**(meta.get("labels") or {}), **labels}
        return self._make("/pods", {"metadata": meta, "spec": template.get("spec") or {}}, owner)

    def _replica_set(self, owner: Object) -> None:
        spec = owner["spec"]
        pods = [pod for pod in self._pods_of(owner) if (pod.get("status") or {}).get("phase") not in ("Failed", "Succeeded")]
        wanted = spec.get("replicas", 1)
        for _ in range(wanted - len(pods)):
            pods.append(self._pod_from(spec["template"], owner))
        surplus = len(pods) - wanted
        if surplus > 0:
            for pod in sorted(pods, key=lambda pod: (_is_ready(pod), pod["metadata"]["name"]))[:surplus]:
                self._remove("/pods", pod)
                pods.remove(pod)
        ready = sum(map(_is_ready, pods))
        counts = {
            "replicas": len(pods),
            "fullyLabeledReplicas": len(pods),
            "readyReplicas": ready,
            "availableReplicas": ready,
            "observedGeneration": owner["metadata"].get("generation", 1),
        }
        self._set_status("apps/replicasets", owner, {k: v for k, v in counts.items() if v or k == "replicas"})

    def _deployment(self, owner: Object) -> None:
        meta, spec = owner["metadata"], owner["spec"]
        digest = hash_of(spec["template"])
        sets = [item for item in self._owned("apps/replicasets", owner) if not item["metadata"].get("deletionTimestamp")]
        current = next((item for item in sets if (item["metadata"].get("labels") or {}).get("pod-template-hash") == digest), None)
        revisions = {item["metadata"]["name"]: _revision(item) for item in sets}
        if current is None:
            if spec.get("paused"):
                self._deployment_status(owner, sets, None)
                return
            template = spec["template"]
            labels = {**((template.get("metadata") or {}).get("labels") or {}), "pod-template-hash": digest}
            body = {
                "metadata": {
                    "name": f"{meta['name']}-{digest}",
                    "namespace": meta["namespace"],
                    "labels": labels,
                    "annotations": {
                        **{k: v for k, v in (meta.get("annotations") or {}).items() if "last-applied" not in k},
                        "deployment.kubernetes.io/desired-replicas": str(spec["replicas"]),
                        "deployment.kubernetes.io/revision": str(max(revisions.values(), default=0) + 1),
                    },
                },
                "spec": {
                    "replicas": spec["replicas"],
                    "selector": _with_label(spec["selector"], "pod-template-hash", digest),
                    "template": {**template, "metadata": {**(template.get("metadata") or {}), "labels": labels}},
                },
            }
            current = self._make("apps/replicasets", body, owner)
            sets.append(current)
        elif _revision(current) < max(revisions.values()):
            annotations = {
                **current["metadata"]["annotations"],
                "deployment.kubernetes.io/revision": str(max(revisions.values()) + 1),
            }
            current = self._change(
                "apps/replicasets", current, {**current, "metadata": {**current["metadata"], "annotations": annotations}}
            )
        if current["spec"].get("replicas") != spec["replicas"]:
            current = self._change(
                "apps/replicasets", current, {**current, "spec": {**current["spec"], "replicas": spec["replicas"]}}
            )
        ready = (current.get("status") or {}).get("readyReplicas", 0)
        for old in sets:
            if old["metadata"]["uid"] == current["metadata"]["uid"] or not old["spec"].get("replicas"):
                continue
            if ready >= spec["replicas"] or spec["strategy"].get("type") == "Recreate":
                self._change("apps/replicasets", old, {**old, "spec": {**old["spec"], "replicas": 0}})
        stale = sorted(
            (item for item in sets if item["metadata"]["uid"] != current["metadata"]["uid"] and not item["spec"].get("replicas")),
            key=_revision,
        )
        for old in stale[: max(0, len(stale) - spec.get("revisionHistoryLimit", 10))]:
            self._remove("apps/replicasets", old)
        number = (current["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision", "1")
        if (meta.get("annotations") or {}).get("deployment.kubernetes.io/revision") != number:
            annotations = {**(meta.get("annotations") or {}), "deployment.kubernetes.io/revision": number}
            owner = self._change("apps/deployments", owner, {**owner, "metadata": {**meta, "annotations": annotations}})
        self._deployment_status(owner, sets, current)

    def _deployment_status(self, owner: Object, sets: list[Object], current: Object | None) -> None:
        spec, before = owner["spec"], owner.get("status") or {}
        live = [
            self.store.get("apps/replicasets", item["metadata"]["namespace"], item["metadata"]["name"]) or item for item in sets
        ]
        total = sum((item.get("status") or {}).get("replicas", 0) for item in live)
        ready = sum((item.get("status") or {}).get("readyReplicas", 0) for item in live)
        updated = 0
        name = ""
        if current is not None:
            name = current["metadata"]["name"]
            newest = next((item for item in live if item["metadata"]["uid"] == current["metadata"]["uid"]), current)
            updated = (newest.get("status") or {}).get("replicas", 0)
        wanted = spec["replicas"]
        unavailable = max(0, max(wanted, total) - ready)
        enough = ready >= wanted - _share(spec["strategy"].get("rollingUpdate", {}).get("maxUnavailable", 0), wanted)
        done = updated == wanted and total == wanted and ready == wanted
        available = (
            ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
            if enough
            else ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
        )
        progressing = (
            ("True", "NewReplicaSetAvailable", f'ReplicaSet "{name}" has successfully progressed.')
            if done
            else ("True", "ReplicaSetUpdated", f'ReplicaSet "{name}" is progressing.')
        )
        conditions = [
            _condition(before, "Available", available, self.api.now, updated=True),
            _condition(before, "Progressing", progressing, self.api.now, updated=True),
        ]
        status = {
            "observedGeneration": owner["metadata"]["generation"],
            "replicas": total,
            "updatedReplicas": updated,
            "readyReplicas": ready,
            "availableReplicas": ready,
            "unavailableReplicas": unavailable,
            "conditions": conditions,
        }
        self._set_status("apps/deployments", owner, {key: value for key, value in status.items() if value})

    def _stateful_set(self, owner: Object) -> None:
        meta, spec = owner["metadata"], owner["spec"]
        digest = f"{meta['name']}-{hash_of(spec['template'])}"
        label = "controller-revision-hash"
        wanted, first = spec.get("replicas", 1), (spec.get("ordinals") or {}).get("start", 0)
        names = [f"{meta['name']}-{number}" for number in range(first, first + wanted)]
        pods = {pod["metadata"]["name"]: pod for pod in self._pods_of(owner)}
        for name in sorted(set(pods) - set(names)):
            self._remove("/pods", pods.pop(name))
        partition = (spec.get("updateStrategy") or {}).get("rollingUpdate", {}).get("partition", 0)
        for number, name in enumerate(names, first):
            pod = pods.get(name)
            stale = pod is not None and (pod["metadata"].get("labels") or {}).get(label) != digest
            if pod is not None and stale and (spec.get("updateStrategy") or {}).get("type") != "OnDelete" and number >= partition:
                self._remove("/pods", pod)
                pod = None
                del pods[name]
            if pod is None:
                if self.store.get("/pods", meta["namespace"], name) is not None:
                    break
                volumes = self._claims_of(owner, name)
                template = spec["template"]
                if volumes:
                    kept = [item for item in template["spec"].get("volumes") or () if item["name"] not in volumes]
                    made = [{"name": volume, "persistentVolumeClaim": {"claimName": claim}} for volume, claim in volumes.items()]
                    template = {**template, "spec": {**template["spec"], "volumes": [*made, *kept]}}
                template = {**template, "spec": {**template["spec"], "hostname": name, "subdomain": spec.get("serviceName", "")}}
                extra = {
                    label: digest,
                    "statefulset.kubernetes.io/pod-name": name,
                    "apps.kubernetes.io/pod-index": str(number),
                }
                pods[name] = self._pod_from(template, owner, name=name, labels=extra)
            if spec.get("podManagementPolicy") != "Parallel" and not _is_ready(pods[name]):
                break
        ready = sum(_is_ready(pod) for pod in pods.values())
        updated = sum((pod["metadata"].get("labels") or {}).get(label) == digest for pod in pods.values())
        before = owner.get("status") or {}
        done = updated == wanted and ready == wanted
        status = {
            "observedGeneration": meta["generation"],
            "replicas": len(pods),
            "readyReplicas": ready,
            "currentReplicas": updated if done else before.get("currentReplicas", updated),
            "updatedReplicas": updated,
            "currentRevision": digest if done else before.get("currentRevision", digest),
            "updateRevision": digest,
            "collisionCount": 0,
            "availableReplicas": ready,
        }
        keep = ("replicas", "availableReplicas", "collisionCount")
        self._set_status("apps/statefulsets", owner, {key: value for key, value in status.items() if value or key in keep})

    def _claims_of(self, owner: Object, pod: str) -> dict[str, str]:
        found = {}
        for template in owner["spec"].get("volumeClaimTemplates") or ():
            volume = template["metadata"]["name"]
            name = found[volume] = f"{volume}-{pod}"
            if self.store.get("/persistentvolumeclaims", owner["metadata"]["namespace"], name) is None:
                labels = {**(template["metadata"].get("labels") or {}), **(owner["spec"]["selector"].get("matchLabels") or {})}
                meta = {**template["metadata"], "name": name, "namespace": owner["metadata"]["namespace"], "labels": labels}
                self._make("/persistentvolumeclaims", {"metadata": meta, "spec": template["spec"]})
        return found

    def _daemon_set(self, owner: Object) -> None:
        spec = owner["spec"]
        digest = hash_of(spec["template"])
        label = "controller-revision-hash"
        pods = self._pods_of(owner)
        for pod in list(pods):
            if (pod["metadata"].get("labels") or {}).get(label) != digest and spec["updateStrategy"].get("type") != "OnDelete":
                self._remove("/pods", pod)
                pods.remove(pod)
        if not pods:
            pods.append(self._pod_from(spec["template"], owner, labels={label: digest}))
        ready = sum(map(_is_ready, pods))
        updated = sum((pod["metadata"].get("labels") or {}).get(label) == digest for pod in pods)
        status = {
            "currentNumberScheduled": len(pods),
            "numberMisscheduled": 0,
            "desiredNumberScheduled": 1,
            "numberReady": ready,
            "observedGeneration": owner["metadata"]["generation"],
            "updatedNumberScheduled": updated,
            "numberAvailable": ready,
            "numberUnavailable": 1 - ready,
        }
        keep = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
        self._set_status("apps/daemonsets", owner, {key: value for key, value in status.items() if value or key in keep})

    def _job(self, job: Object) -> None:
        spec, before = job["spec"], job.get("status") or {}
        now = self.api.now
        if any(item["type"] in ("Complete", "Failed") and item["status"] == "True" for item in before.get("conditions") or ()):
            seconds = spec.get("ttlSecondsAfterFinished")
            if seconds is not None:
                ended = next(_seconds(item["lastTransitionTime"]) for item in before["conditions"])
                left = ended + seconds - self.api.world.now()
                if left <= 0:
                    self._remove("batch/jobs", job)
                else:
                    self._after(left, "batch/jobs", job)
            return
        if spec.get("suspend"):
            conditions = [_condition(before, "Suspended", ("True", "JobSuspended", "Job suspended"), now, probed=True)]
            self._set_status("batch/jobs", job, {"conditions": conditions})
            return
        pods = self._pods_of(job)
        phases = [(pod.get("status") or {}).get("phase") for pod in pods]
        succeeded, failed = phases.count("Succeeded"), phases.count("Failed")
        active = [pod for pod, phase in zip(pods, phases) if phase not in ("Succeeded", "Failed")]
        wanted = spec.get("completions", 1)
        conditions = []
        if failed > spec.get("backoffLimit", 6) or self._is_late(job, before):
            late = failed <= spec.get("backoffLimit", 6)
            reason = "DeadlineExceeded" if late else "BackoffLimitExceeded"
            message = "Job was active longer than specified deadline" if late else "Job has reached the specified backoff limit"
            for pod in active:
                self._remove("/pods", pod)
            active = []
            for kind in ("FailureTarget", "Failed"):
                conditions.append(_condition(before, kind, ("True", reason, message), now, probed=True))
        elif succeeded >= wanted:
            text = "Reached expected number of succeeded pods"
            for kind in ("SuccessCriteriaMet", "Complete"):
                conditions.append(_condition(before, kind, ("True", "CompletionsReached", text), now, probed=True))
        else:
            for _ in range(min(spec.get("parallelism", 1), wanted - succeeded) - len(active)):
                active.append(self._pod_from(spec["template"], job))
        status: Object = {"startTime": before.get("startTime") or now}
        if conditions:
            status["conditions"] = conditions
            if conditions[-1]["type"] == "Complete":
                status["completionTime"] = now
        else:
            status["active"] = len(active)
            if any(map(_is_ready, active)):
                status["ready"] = sum(map(_is_ready, active))
        if conditions:
            status["ready"] = 0
        else:
            status.setdefault("ready", 0)
        if spec.get("activeDeadlineSeconds") and not conditions:
            left = _seconds(status["startTime"]) + spec["activeDeadlineSeconds"] - self.api.world.now()
            self._after(max(0.1, left), "batch/jobs", job)
        if succeeded:
            status["succeeded"] = succeeded
        if failed:
            status["failed"] = failed
        status["terminating"] = 0
        status["uncountedTerminatedPods"] = {}
        self._set_status("batch/jobs", job, status)

    def _is_late(self, job: Object, status: Object) -> bool:
        limit = job["spec"].get("activeDeadlineSeconds")
        if limit is None or not status.get("startTime"):
            return False
        return bool(self.api.world.now() >= _seconds(status["startTime"]) + limit)

    def _budget(self, budget: Object) -> None:
        spec = budget.get("spec") or {}
        test = of_object(spec.get("selector"))
        pods = [
            pod
            for pod in self.store.all("/pods", budget["metadata"]["namespace"])
            if test(pod["metadata"].get("labels") or {}) and not pod["metadata"].get("deletionTimestamp")
        ]
        expected, healthy = len(pods), sum(map(_is_ready, pods))
        if "minAvailable" in spec:
            desired = _share(spec["minAvailable"], expected, up=True)
        else:
            desired = max(0, expected - _share(spec.get("maxUnavailable", 1), expected, up=True))
        allowed = max(0, healthy - desired) if expected else 0
        words = ("True", "SufficientPods", "") if allowed else ("False", "InsufficientPods", "")
        condition = _condition(budget.get("status") or {}, "DisruptionAllowed", words, self.api.now)
        condition["observedGeneration"] = budget["metadata"]["generation"]
        status = {
            "observedGeneration": budget["metadata"]["generation"],
            "disruptionsAllowed": allowed,
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "expectedPods": expected,
            "conditions": [condition],
        }
        self._set_status("policy/poddisruptionbudgets", budget, status)

    # --- volumes and services ---------------------------------------------------------------------------------------------

    def _claim(self, claim: Object) -> None:
        meta, spec, status = claim["metadata"], claim["spec"], claim.get("status") or {}
        if meta.get("deletionTimestamp"):
            used = any(
                (volume.get("persistentVolumeClaim") or {}).get("claimName") == meta["name"]
                for pod in self.store.all("/pods", meta["namespace"])
                if (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")
                for volume in pod["spec"].get("volumes") or ()
            )
            if used:
                self._after(0.5, "/persistentvolumeclaims", claim)
                return
            self._drop_finalizer(self._resource("/persistentvolumeclaims"), claim, "kubernetes.io/pvc-protection")
            volume = self.store.get("/persistentvolumes", "", spec.get("volumeName", ""))
            if volume is not None and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
                self._remove("/persistentvolumes", volume)
            return
        if status.get("phase") == "Bound":
            return
        name = spec.get("volumeName") or self._fitting(claim)
        if not name:
            storage = self.store.get("storage.k8s.io/storageclasses", "", spec.get("storageClassName", ""))
            if storage is None:
                return
            name = f"pvc-{meta['uid']}"
            self._make(
                "/persistentvolumes",
                {
                    "metadata": {"name": name, "annotations": {"pv.kubernetes.io/provisioned-by": storage["provisioner"]}},
                    "spec": {
                        "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                        "accessModes": spec["accessModes"],
                        "persistentVolumeReclaimPolicy": storage.get("reclaimPolicy", "Delete"),
                        "storageClassName": storage["metadata"]["name"],
                        "volumeMode": spec.get("volumeMode", "Filesystem"),
                        "hostPath": {"path": f"/var/sandbox/{name}", "type": "DirectoryOrCreate"},
                        "claimRef": {
                            "kind": "PersistentVolumeClaim",
                            "namespace": meta["namespace"],
                            "name": meta["name"],
                            "uid": meta["uid"],
                            "apiVersion": "v1",
                        },
                    },
                },
            )
        volume = self.store.get("/persistentvolumes", "", name)
        if volume is None:
            return
        self._set_status("/persistentvolumes", volume, {"phase": "Bound", "lastPhaseTransitionTime": self.api.now})
        annotations = {**(meta.get("annotations") or {}), "pv.kubernetes.io/bind-completed": "yes"}
        claim = self._change(
            "/persistentvolumeclaims",
            claim,
            {**claim, "metadata": {**meta, "annotations": annotations}, "spec": {**spec, "volumeName": name}},
        )
        bound = {"phase": "Bound", "accessModes": volume["spec"]["accessModes"], "capacity": volume["spec"]["capacity"]}
        self._set_status("/persistentvolumeclaims", claim, bound)

    def _fitting(self, claim: Object) -> str:
        from steersman.sandbox.quantities import value_of

        spec = claim["spec"]
        for volume in self.store.all("/persistentvolumes"):
            offered = volume["spec"]
            if (volume.get("status") or {}).get("phase") == "Bound" or offered.get("claimRef"):
                continue
            if offered.get("storageClassName", "") != spec.get("storageClassName", ""):
                continue
            if not set(spec["accessModes"]) <= set(offered.get("accessModes") or ()):
                continue
            if value_of(offered["capacity"]["storage"]) >= value_of(spec["resources"]["requests"]["storage"]):
                return str(volume["metadata"]["name"])
        return ""

    def _volume(self, volume: Object) -> None:
        if volume["metadata"].get("deletionTimestamp"):
            self._drop_finalizer(self._resource("/persistentvolumes"), volume, "kubernetes.io/pv-protection")
        elif (volume.get("status") or {}).get("phase") in (None, "Pending"):
            self._set_status("/persistentvolumes", volume, {"phase": "Available", "lastPhaseTransitionTime": self.api.now})

    def _service(self, service: Object) -> None:
        if service["spec"].get("type") != "LoadBalancer" or (service.get("status") or {}).get("loadBalancer", {}).get("ingress"):
            return
        taken = {
            item.get("ip")
            for other in self.store.all("/services")
            for item in ((other.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
        }
        address = next(f"203.0.113.{number}" for number in range(1, 100000) if f"203.0.113.{number}" not in taken)
        self._set_status("/services", service, {"loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]}})


# --- small questions ------------------------------------------------------------------------------------------------------


def hash_of(template: Object) -> str:
    """Ten letters that change with a pod template. Letters as in Kubernetes: no vowels."""
    import hashlib

    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).digest()
    letters = "bcdfghjklmnpqrstvwxz2456789"
    return "".join(letters[byte % len(letters)] for byte in digest[:10])


def _seconds(text: str | None) -> float:
    if not text:
        return 0.0
    import datetime

    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _is_ready(pod: Object) -> bool:
    return any(item["type"] == "Ready" and item["status"] == "True" for item in (pod.get("status") or {}).get("conditions") or ())


def _revision(replica_set: Object) -> int:
    text = (replica_set["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision", "0")
    return int(text) if text.isdigit() else 0


def _with_label(selector: Object, key: str, value: str) -> Object:
    return {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), key: value}}


def _share(amount: Any, total: int, *, up: bool = False) -> int:
    """An int, or a percentage of the total."""
    if isinstance(amount, str) and amount.endswith("%"):
        product = total * int(amount[:-1] or 0)
        return -(-product // 100) if up else product // 100
    return int(amount or 0)


def _condition(
    status: Object, kind: str, words: tuple[str, str, str], now: str, *, updated: bool = False, probed: bool = False
) -> Object:
    """A condition with its time of transition kept when its status did not change."""
    value, reason, message = words
    before: Object = next((item for item in status.get("conditions") or () if item["type"] == kind), {})
    same = before.get("status") == value
    found = {"type": kind, "status": value}
    if updated:
        unchanged = same and before.get("reason") == reason and before.get("message") == message
        found["lastUpdateTime"] = before["lastUpdateTime"] if unchanged else now
    if probed:
        found["lastProbeTime"] = before.get("lastProbeTime", now)
    found["lastTransitionTime"] = before.get("lastTransitionTime", now) if same else now
    found["reason"] = reason
    found["message"] = message
    return found


def _pod_conditions(status: Object, now: str, *, initialized: bool, ready: bool, reason: str = "") -> list[Object]:
    wanted = (
        ("PodReadyToStartContainers", True, ""),
        ("Initialized", initialized, "" if initialized else "ContainersNotInitialized"),
        ("Ready", ready, "" if ready else reason or "ContainersNotReady"),
        ("ContainersReady", ready, "" if ready else reason or "ContainersNotReady"),
        ("PodScheduled", True, ""),
    )
    known = {item["type"]: item for item in status.get("conditions") or ()}
    found = []
    for kind, true, why in wanted:
        value = "True" if true else "False"
        before = known.get(kind, {})
        item = {
            "type": kind,
            "status": value,
            "lastProbeTime": None,
            "lastTransitionTime": before.get("lastTransitionTime", now) if before.get("status") == value else now,
        }
        if why:
            item["reason"] = why
        found.append(item)
    return found
