"""One suite of requests, asked of the sandbox and of the real API server: the answers are equal.

A scenario is a list of requests in a namespace of its own. Each runs on both servers in the same order; every answer is compared
whole: status code, headers that clients read, and the body but for what cannot be equal (uids, times, versions, addresses).
"""

from __future__ import annotations

import copy
import http.client
import itertools
import json
import os
import re
import ssl
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import clusters
from steersman import sandbox
from steersman.records import Record
from steersman.sandbox.messages import User

JSON = "application/json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
CORE = "/api/v1/namespaces/{ns}"
APPS = "/apis/apps/v1/namespaces/{ns}"
BATCH = "/apis/batch/v1/namespaces/{ns}"
NETWORK = "/apis/networking.k8s.io/v1/namespaces/{ns}"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

Body = Any
_numbers = itertools.count()


class Ask(Record):
    """One request. `{ns}` in the path and the body's texts is the scenario's namespace; a body may be made from the answers so far."""

    method: str
    path: str
    body: Body = None
    type: str = JSON
    accept: str = JSON


class Answer(Record):
    code: int
    headers: dict[str, str]
    body: Any


class Server:
    """A server and an administrator's connection to it."""

    def __init__(self, url: str, token: str, ca_pem: str) -> None:
        parts = urllib.parse.urlsplit(url)
        context = ssl.create_default_context(cadata=ca_pem)
        self._connection = http.client.HTTPSConnection(str(parts.hostname), parts.port, context=context, timeout=30)
        self._token = token

    def ask(self, request: Ask) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": request.accept, "User-Agent": "contract/1"}
        body = request.body
        if body is not None:
            headers["Content-Type"] = request.type
            body = body if isinstance(body, (str, bytes)) else json.dumps(body)
        self._connection.request(request.method, request.path, body, headers)
        response = self._connection.getresponse()
        data = response.read()
        found = {name: value for name, value in response.getheaders() if name in ("Content-Type", "Warning")}
        found["Warning"] = ", ".join(sorted(value for name, value in response.getheaders() if name == "Warning"))
        try:
            return Answer(response.status, found, json.loads(data))
        except ValueError:
            return Answer(response.status, found, data.decode("utf-8", "replace"))

    def run(self, scenario: list[Ask], namespace: str) -> list[Answer]:
        answers: list[Answer] = []
        for ask in scenario:
            body = ask.body(answers) if callable(ask.body) else ask.body
            if isinstance(body, (dict, list)):
                body = json.loads(json.dumps(body).replace("{ns}", namespace))
            answers.append(self.ask(ask.replace(path=ask.path.replace("{ns}", namespace), body=body)))
        return answers

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def box() -> Iterator[Server]:
    admin = User("admin", ("system:masters", "system:authenticated"), "1")
    with sandbox.start(controllers=False, tokens={clusters.ADMIN_TOKEN: admin}) as running:
        server = Server(running.url, clusters.ADMIN_TOKEN, running.ca_pem.decode())
        yield server
        server.close()
        assert not running.front.failures, running.front.failures[0]


@pytest.fixture(scope="module")
def real(api_server: clusters.Cluster) -> Iterator[Server]:
    server = Server(api_server.url, clusters.ADMIN_TOKEN, api_server.ca_file.read_text())
    yield server
    server.close()


# --- what cannot be equal -------------------------------------------------------------------------------------------------

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ADDRESS = re.compile(r"10\.\d+\.\d+\.\d+")
HOST = re.compile(r"127\.0\.0\.1:\d+")
CURRENT = re.compile(r"current: \d+")
PATCHED = re.compile(r'(patch: |^)Invalid value: "\{.*\}": ', re.DOTALL)
VERSION_KEYS = ("resourceVersion",)


def leveled(value: Any, namespace: str) -> Any:
    """The value with what differs between any two servers replaced."""
    if isinstance(value, dict):
        return {leveled(key, namespace): leveled_field(key, below, namespace) for key, below in value.items()}
    if isinstance(value, list):
        return [leveled(item, namespace) for item in value]
    if isinstance(value, str):
        for pattern, word in (
            (UID, "UID"),
            (TIME, "TIME"),
            (ADDRESS, "ADDRESS"),
            (HOST, "HOST"),
            (CURRENT, "CURRENT"),
            (PATCHED, "PATCHED"),
        ):
            value = pattern.sub(word, value)
        return value.replace(namespace, "NAMESPACE")
    return value


def leveled_field(key: str, value: Any, namespace: str) -> Any:
    if key in VERSION_KEYS and isinstance(value, str) and value:
        return "VERSION"
    if key == "nodePort" or (key == "continue" and value):
        return key.upper()
    if key == "cells" and isinstance(value, list):
        return ["AGE" if isinstance(cell, str) and re.fullmatch(r"\d+s", cell) else leveled(cell, namespace) for cell in value]
    if key == "description":
        return ""
    if key == "managedFields" and isinstance(value, list):  # the server orders them by seconds, which two runs do not share
        value = sorted(value, key=lambda entry: (entry["operation"], entry["manager"], entry.get("subresource", "")))
    return leveled(value, namespace)


def compared(answer: Answer, namespace: str) -> dict[str, Any]:
    body = answer.body
    if isinstance(body, dict) and body.get("kind") == "List":
        body = copy.deepcopy(body)
    return {"code": answer.code, "warning": answer.headers.get("Warning", ""), "body": leveled(body, namespace)}


# --- scenarios ------------------------------------------------------------------------------------------------------------


def config(name: str = "a", **more: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **more.pop("meta", {})}, **more}


def pod_spec(**more: Any) -> dict[str, Any]:
    return {"containers": [{"name": "c", "image": "example.test/i:1", **more.pop("container", {})}], **more}


def workload(kind: str = "Deployment", name: str = "w", *, container: Any = None, pod: Any = None, **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": name}}, "spec": pod_spec(container=container or {}, **(pod or {}))}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template, **spec},
    }


def without(obj: dict[str, Any], *path: str) -> dict[str, Any]:
    obj = copy.deepcopy(obj)
    place = obj
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return obj


def job(name: str = "j", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"template": {"spec": pod_spec(restartPolicy="Never")}, **spec}}


def service(name: str = "s", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": spec}


def version_of(number: int) -> Callable[[list[Answer]], str]:
    return lambda answers: str(answers[number].body["metadata"]["resourceVersion"])


FOO = {
    "metadata": {"name": "foos.contract.example.test"},
    "spec": {
        "group": "contract.example.test",
        "scope": "Namespaced",
        "names": {"plural": "foos", "kind": "Foo", "shortNames": ["fo"]},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "additionalPrinterColumns": [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}],
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "required": ["size"],
                                "properties": {
                                    "size": {"type": "integer", "minimum": 1},
                                    "mode": {"type": "string", "enum": ["on", "off"], "default": "on"},
                                    "tags": {"type": "array", "items": {"type": "string"}},
                                    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                                },
                            },
                            "status": {"type": "object", "properties": {"seen": {"type": "boolean"}}},
                        },
                    }
                },
            }
        ],
    },
}
FOOS = "/apis/contract.example.test/v1/namespaces/{ns}/foos"


def foo(name: str = "f", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "contract.example.test/v1", "kind": "Foo", "metadata": {"name": name}, "spec": spec}


def refusals_of_workloads() -> list[Ask]:
    path = f"{APPS}/deployments?dryRun=All"
    bad_container = {
        "name": "A B",
        "imagePullPolicy": "No",
        "ports": [{"containerPort": 0}],
        "env": [{"name": ""}],
        "volumeMounts": [{"name": "q", "mountPath": "/"}],
    }
    named = workload()
    named["metadata"]["labels"] = {"a b": "c d"}
    numbered = workload()
    numbered["metadata"]["labels"] = {"a": 1}
    annotated = workload()
    annotated["metadata"]["annotations"] = {"a b": "c"}
    long = workload(name="a" * 254)
    return [
        Ask("POST", path, without(workload(), "spec", "selector")),
        Ask("POST", path, without(workload(), "spec", "template")),
        Ask("POST", path, workload(selector={"matchLabels": {"x": "y"}})),
        Ask("POST", path, workload(replicas=-1)),
        Ask("POST", path, workload(replicas="a")),
        Ask("POST", path, workload(foo=1, bar=2)),
        Ask("POST", f"{path}&fieldValidation=Strict", workload(foo=1, bar=2)),
        Ask("POST", f"{path}&fieldValidation=Ignore", workload(foo=1)),
        Ask("POST", f"{path}&fieldValidation=Nope", workload()),
        Ask("POST", path, workload(pod={"restartPolicy": "Never"})),
        Ask("POST", path, workload(pod={"containers": "x"})),
        Ask("POST", path, workload(pod={"containers": []})),
        Ask("POST", path, workload(container=bad_container)),
        Ask("POST", path, workload(container={"resources": {"limits": {"cpu": "x"}}})),
        Ask("POST", path, workload(container={"resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}}})),
        Ask("POST", path, workload(container={"image": ""})),
        Ask("POST", path, named),
        Ask("POST", path, numbered),
        Ask("POST", path, annotated),
        Ask("POST", path, long),
        Ask("POST", path, {"metadata": {}}),
        Ask("POST", path, workload(kind="StatefulSet")),
        Ask("POST", path, {**workload(), "apiVersion": "apps/v1beta1"}),
        Ask("POST", f"{BATCH}/jobs", {"metadata": {"name": "j"}, "spec": {"template": {"spec": pod_spec()}}}),
        Ask("POST", f"{BATCH}/jobs", job(parallelism=-1)),
        Ask("POST", f"{BATCH}/cronjobs", {"metadata": {"name": "c"}, "spec": {"jobTemplate": job()}}),
        Ask("POST", f"{CORE}/pods", {"metadata": {"name": "p"}, "spec": pod_spec(containers=[])}),
        Ask("POST", f"{CORE}/pods", {"metadata": {"name": "p"}, "spec": pod_spec(container={"livenessProbe": {}})}),
    ]


SCENARIOS: dict[str, list[Ask]] = {
    "paths": [
        Ask("GET", "/api"),
        Ask("GET", "/apis/apps"),
        Ask("GET", "/apis/apps/v2"),
        Ask("GET", "/apis/apps/v1"),
        Ask("GET", "/api/v1"),
        Ask("GET", "/api/v2"),
        Ask("GET", "/apis/batch/v1"),
        Ask("GET", "/apis/autoscaling/v1"),
        Ask("GET", "/apis/autoscaling/v2"),
        Ask("GET", "/apis/nope.test"),
        Ask("GET", "/apis/nope.test/v1"),
        Ask("GET", "/apis/nope.test/v1/things"),
        Ask("GET", "/apis/apps/v1/things"),
        Ask("GET", f"{CORE}/pods/x/things"),
        Ask("GET", "/nothing"),
        Ask("GET", "/healthz"),
        Ask("GET", "/readyz"),
        Ask("GET", "/livez"),
        Ask("POST", f"{CORE}/pods/p", {}),
        Ask("DELETE", "/api/v1/namespaces"),
        Ask("PATCH", f"{CORE}/pods", {}, MERGE),
        Ask("POST", "/api/v1/configmaps", config()),
        Ask("PUT", f"{CORE}/pods/x/nope", {}),
    ],
    "aggregated discovery": [
        Ask("GET", "/api", accept="application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"),
    ],
    "create and read": [
        Ask("POST", f"{CORE}/configmaps?fieldManager=m", config(data={"x": "1"})),
        Ask("POST", f"{CORE}/configmaps", config()),
        Ask("GET", f"{CORE}/configmaps/a"),
        Ask("GET", f"{CORE}/configmaps/zz"),
        Ask("GET", f"{CORE}/configmaps"),
        Ask("GET", f"{CORE}/configmaps/a", accept=TABLE),
        Ask("GET", f"{CORE}/configmaps", accept=TABLE),
        Ask("GET", f"{CORE}/configmaps/a", accept=PARTIAL),
        Ask("GET", f"{CORE}/configmaps", accept=PARTIAL_LIST),
        Ask("GET", f"{CORE}/configmaps", accept="text/plain"),
        Ask("GET", f"{CORE}/configmaps?includeObject=None", accept=TABLE),
        Ask("GET", f"{CORE}/configmaps?resourceVersion=99999999"),
        Ask("GET", f"{CORE}/configmaps?limit=abc"),
        Ask("GET", "/api/v1/namespaces/{ns}"),
        Ask("GET", "/api/v1/namespaces/{ns}", accept=TABLE),
        Ask("GET", "/api/v1/namespaces/none-such"),
        Ask("GET", "/api/v1/namespaces/none-such/configmaps"),
    ],
    "create refused": [
        Ask("POST", f"{CORE}/configmaps", config("A_", data={"x": 1})),
        Ask("POST", f"{CORE}/configmaps", config("A_", data={"x y": "1"})),
        Ask("POST", f"{CORE}/configmaps", {"metadata": {}}),
        Ask("POST", f"{CORE}/configmaps", {}),
        Ask("POST", f"{CORE}/configmaps", config(meta={"namespace": "other"})),
        Ask("POST", f"{CORE}/configmaps", {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "b"}}),
        Ask("POST", f"{CORE}/configmaps", {"kind": "ConfigMap", "apiVersion": "apps/v1", "metadata": {"name": "b"}}),
        Ask("POST", f"{CORE}/configmaps", config("b", meta={"foo": 1}, dat={})),
        Ask("POST", f"{CORE}/configmaps?fieldValidation=Strict", config("c", meta={"foo": 1}, dat={})),
        Ask("POST", f"{CORE}/configmaps", '{"metadata":'),
        Ask("POST", f"{CORE}/configmaps?fieldValidation=Strict", '{"metadata":{"name":"d"},"data":{"a":"1","a":"2"}}'),
        Ask("POST", f"{CORE}/configmaps", "x", type="text/plain"),
        Ask("POST", "/api/v1/namespaces/none-such/configmaps", config()),
        Ask("POST", f"{CORE}/configmaps?dryRun=Some", config("e")),
        Ask("POST", f"{CORE}/configmaps", config("e", meta={"resourceVersion": "1"})),
        Ask("POST", f"{CORE}/configmaps", config("e", meta={"ownerReferences": [{"kind": "x", "name": "y"}]})),
        Ask("POST", f"{CORE}/configmaps", config("e", meta={"finalizers": ["nope"]})),
        Ask("POST", "/api/v1/namespaces", {"metadata": {"name": "Nope.x"}}),
        Ask("POST", f"{CORE}/secrets", {"metadata": {"name": "s"}, "data": {"a": "@@"}}),
        Ask("POST", f"{CORE}/secrets", {"metadata": {"name": "s"}, "type": "kubernetes.io/tls"}),
    ],
    "update": [
        Ask("POST", f"{CORE}/configmaps?fieldManager=m", config(data={"x": "1"})),
        Ask("PUT", f"{CORE}/configmaps/zz", config("zz")),
        Ask("PUT", f"{CORE}/configmaps/a", config("zz")),
        Ask("PUT", f"{CORE}/configmaps/a", config(meta={"resourceVersion": "1"})),
        Ask("PUT", f"{CORE}/configmaps/a", config(meta={"uid": "123"})),
        Ask("PUT", f"{CORE}/configmaps/a?fieldManager=n", config(data={"y": "2"}, meta={"labels": {"l": "v"}})),
        Ask("PUT", f"{CORE}/configmaps/a?fieldManager=n", lambda answers: answers[5].body),
        Ask("GET", f"{CORE}/configmaps/a"),
        Ask("PUT", f"{CORE}/configmaps/a?dryRun=All", config(data={"z": "3"})),
        Ask("GET", f"{CORE}/configmaps/a"),
    ],
    "patches": [
        Ask("POST", f"{CORE}/configmaps?fieldManager=m", config(data={"x": "1"})),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=n", {"data": {"y": "2"}}, MERGE),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=n", {"data": {"y": None}}, MERGE),
        Ask("PATCH", f"{CORE}/configmaps/a", [{"op": "test", "path": "/data/x", "value": "3"}], PATCH),
        Ask("PATCH", f"{CORE}/configmaps/a", [{"op": "add", "path": "/data/z", "value": "3"}], PATCH),
        Ask("PATCH", f"{CORE}/configmaps/a", [{"op": "remove", "path": "/data/none"}], PATCH),
        Ask("PATCH", f"{CORE}/configmaps/a", {"data": {"s": "4"}}, STRATEGIC),
        Ask("PATCH", f"{CORE}/configmaps/a", {"data": {"y": "2"}}, JSON),
        Ask("PATCH", f"{CORE}/configmaps/a", {"data": {"y": "2"}}, "application/foo"),
        Ask("PATCH", f"{CORE}/configmaps/a", "{", MERGE),
        Ask("PATCH", f"{CORE}/configmaps/none", {"data": {"y": "2"}}, MERGE),
        Ask("PATCH", f"{CORE}/configmaps/a", {"data": {"y": 2}}, MERGE),
        Ask("PATCH", f"{CORE}/configmaps/a", {"metadata": {"resourceVersion": "1"}}, MERGE),
        Ask("PATCH", f"{CORE}/configmaps/a?force=true", {"data": {"y": "2"}}, MERGE),
    ],
    "strategic patches": [
        Ask("POST", f"{APPS}/deployments?fieldManager=m", workload(container={"env": [{"name": "A", "value": "1"}]})),
        Ask(
            "PATCH",
            f"{APPS}/deployments/w?fieldManager=n",
            {
                "spec": {
                    "template": {
                        "spec": {
                            "containers": [{"name": "c", "env": [{"name": "B", "value": "2"}]}, {"name": "d", "image": "e:1"}]
                        }
                    }
                }
            },
            STRATEGIC,
        ),
        Ask(
            "PATCH",
            f"{APPS}/deployments/w?fieldManager=n",
            {"spec": {"template": {"spec": {"containers": [{"name": "d", "$patch": "delete"}]}}}},
            STRATEGIC,
        ),
        Ask(
            "PATCH",
            f"{APPS}/deployments/w?fieldManager=n",
            {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
            STRATEGIC,
        ),
        Ask("PATCH", f"{APPS}/deployments/w", {"spec": {"foo": 1}}, STRATEGIC),
        Ask("PATCH", f"{APPS}/deployments/w?fieldValidation=Strict", {"spec": {"foo": 1}}, STRATEGIC),
        Ask("PATCH", f"{APPS}/deployments/w", {"spec": {"selector": {"matchLabels": {"app": "b"}}}}, MERGE),
    ],
    "apply": [
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=m", config(data={"x": "1", "y": "2"}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=m", config(data={"x": "1", "y": "2"}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=n", config(data={"x": "9", "z": "3"}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=n", config(data={"x": "9", "y": "8"}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=n&force=true", config(data={"x": "9", "z": "3"}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=m", config(data={}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=n", config(), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=m", {"data": {"y": "3"}}, APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a", config(data={"y": "3"}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/b?fieldManager=m", {"apiVersion": "v1", "kind": "ConfigMap"}, APPLY),
        Ask("PATCH", f"{CORE}/configmaps/b?fieldManager=m", config("c"), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/b?fieldManager=m", config("b", dat={"x": 1}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/b?fieldManager=m", config("b", meta={"managedFields": [{"manager": "x"}]}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/b?fieldManager=m&dryRun=All", config("b", data={"a": "b"}), APPLY),
        Ask("GET", f"{CORE}/configmaps/b"),
    ],
    "apply after update": [
        Ask("POST", f"{APPS}/deployments?fieldManager=m", workload(replicas=2)),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=n", workload(replicas=3), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=n", workload(replicas=2), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=n&force=true", workload(replicas=3, container={"image": "o:2"}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=n", workload(), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=n", workload(strategy={"type": "Recreate"}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w/status?fieldManager=s", {"status": {"replicas": 3}}, MERGE),
        Ask("PATCH", f"{APPS}/deployments/w/scale?fieldManager=k", {"spec": {"replicas": 5}}, MERGE),
        Ask("GET", f"{APPS}/deployments/w/scale"),
        Ask("GET", f"{APPS}/deployments/w"),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=n", workload(replicas=4), APPLY),
    ],
    "apply lists with keys": [
        Ask(
            "PATCH",
            f"{APPS}/deployments/w?fieldManager=m",
            workload(
                container={
                    "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
                    "ports": [{"containerPort": 80}, {"containerPort": 81, "name": "x"}],
                    "args": ["a"],
                    "livenessProbe": {"httpGet": {"path": "/", "port": 80}},
                    "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                },
                pod={"volumes": [{"name": "v", "emptyDir": {}}]},
            ),
            APPLY,
        ),
        Ask(
            "PATCH",
            f"{APPS}/deployments/w?fieldManager=m",
            workload(
                container={"env": [{"name": "B", "value": "2"}, {"name": "C", "value": "3"}], "ports": [{"containerPort": 81}]}
            ),
            APPLY,
        ),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=n", workload(container={"env": [{"name": "D", "value": "4"}]}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(container={"image": "other:2"}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(foo=1), APPLY),
    ],
    "apply refused": [
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=m", config(data={"x": 1}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=m", config(data=["x"]), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=m", config(data={"x": {"b": [1, 2.5, None, True, "s"]}}), APPLY),
        Ask("PATCH", f"{CORE}/configmaps/a?fieldManager=m", config(immutable="yes"), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(replicas="x"), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(container={"env": {"name": "x"}}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(container={"env": [{"name": "A"}, {"name": "A"}]}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(container={"env": [{"value": "A"}]}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(container={"env": [{"name": "A", "value": 1}]}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(container={"resources": {"limits": {"cpu": 1}}}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(container={"resources": {"limits": {"cpu": "x"}}}), APPLY),
        Ask(
            "PATCH",
            f"{APPS}/deployments/w?fieldManager=m",
            workload(container={"volumeMounts": [{"name": "q", "mountPath": "/"}]}),
            APPLY,
        ),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(pod={"nodeSelector": {"a": True}}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(pod={"tolerations": [{"tolerationSeconds": "x"}]}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(container={"args": [1]}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/w?fieldManager=m", workload(container={"ports": [{"containerPort": "80"}]}), APPLY),
        Ask("PATCH", f"{APPS}/deployments/none?fieldManager=m", {**workload(), "kind": "StatefulSet"}, APPLY),
        Ask(
            "PATCH",
            f"{CORE}/secrets/s?fieldManager=m",
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "@"}},
            APPLY,
        ),
        Ask(
            "PATCH",
            f"{CORE}/services/s?fieldManager=m",
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "s"},
                "spec": {"ports": [{"port": 80, "targetPort": "x"}, {"port": 80}]},
            },
            APPLY,
        ),
        Ask("PATCH", "/api/v1/namespaces/none-such/configmaps/a?fieldManager=m", config(), APPLY),
    ],
    "delete": [
        Ask("POST", f"{CORE}/configmaps", config()),
        Ask("DELETE", f"{CORE}/configmaps/a?dryRun=All"),
        Ask("DELETE", f"{CORE}/configmaps/a", {"preconditions": {"uid": "x"}}),
        Ask("DELETE", f"{CORE}/configmaps/a", {"propagationPolicy": "Nope"}),
        Ask("DELETE", f"{CORE}/configmaps/a"),
        Ask("DELETE", f"{CORE}/configmaps/a"),
        Ask("POST", f"{CORE}/configmaps", config("f", meta={"finalizers": ["example.test/hold"]})),
        Ask("DELETE", f"{CORE}/configmaps/f"),
        Ask("DELETE", f"{CORE}/configmaps/f"),
        Ask("GET", f"{CORE}/configmaps/f"),
        Ask("PATCH", f"{CORE}/configmaps/f", {"metadata": {"finalizers": None}}, MERGE),
        Ask("GET", f"{CORE}/configmaps/f"),
        Ask("POST", f"{CORE}/services", service(ports=[{"port": 80}])),
        Ask("DELETE", f"{CORE}/services/s"),
        Ask("POST", f"{CORE}/secrets", {"metadata": {"name": "s"}, "stringData": {"a": "b"}}),
        Ask("DELETE", f"{CORE}/secrets/s"),
        Ask("POST", f"{CORE}/pods", {"metadata": {"name": "p"}, "spec": pod_spec()}),
        Ask("DELETE", f"{CORE}/pods/p"),
        Ask("POST", f"{CORE}/pods", {"metadata": {"name": "q"}, "spec": pod_spec(nodeName="n")}),
        Ask("DELETE", f"{CORE}/pods/q"),
        Ask("DELETE", f"{CORE}/pods/q?gracePeriodSeconds=0"),
        Ask("GET", f"{CORE}/pods/q"),
        Ask("POST", f"{APPS}/deployments", workload()),
        Ask("DELETE", f"{APPS}/deployments/w", {"propagationPolicy": "Foreground"}),
        Ask("GET", f"{APPS}/deployments/w"),
        Ask("PATCH", f"{APPS}/deployments/w", {"metadata": {"finalizers": None}}, MERGE),
        Ask("POST", f"{BATCH}/jobs", job()),
        Ask("DELETE", f"{BATCH}/jobs/j"),
        Ask("DELETE", f"{BATCH}/jobs/j?propagationPolicy=Background"),
        Ask("DELETE", "/api/v1/namespaces/none-such"),
        Ask("DELETE", "/api/v1/namespaces/default"),
    ],
    "delete collection": [
        Ask("POST", f"{CORE}/configmaps", config("a", meta={"labels": {"x": "1"}})),
        Ask("POST", f"{CORE}/configmaps", config("b", meta={"labels": {"x": "2"}})),
        Ask("DELETE", f"{CORE}/configmaps?labelSelector=x%3D1"),
        Ask("GET", f"{CORE}/configmaps"),
    ],
    "namespaces": [
        Ask("POST", "/api/v1/namespaces", {"metadata": {"name": "{ns}-gone", "labels": {"a": "b"}}}),
        Ask("POST", "/api/v1/namespaces", {"metadata": {"name": "{ns}-gone"}}),
        Ask("DELETE", "/api/v1/namespaces/{ns}-gone"),
        Ask("DELETE", "/api/v1/namespaces/{ns}-gone"),
        Ask("POST", "/api/v1/namespaces/{ns}-gone/configmaps", config()),
        Ask("PUT", "/api/v1/namespaces/{ns}-gone/finalize", {"metadata": {"name": "{ns}-gone"}, "spec": {"finalizers": []}}),
        Ask("GET", "/api/v1/namespaces/{ns}-gone"),
    ],
    "selectors": [
        *(
            Ask("POST", f"{CORE}/configmaps", config(name, meta={"labels": labels}))
            for name, labels in (("a", {"x": "1"}), ("b", {"x": "2", "y": "1"}), ("c", {}), ("d", {"x": "3"}))
        ),
        *(
            Ask("GET", f"{CORE}/configmaps?labelSelector={urllib.parse.quote(text)}")
            for text in (
                "x=1",
                "x==1",
                "x!=1",
                "x",
                "!x",
                "x in (1,2)",
                "x notin (1, 2)",
                "x=1,y",
                "x in (1,2),y",
                "x>1",
                "x<3",
                "x in",
                "x in (",
                "x=",
                "=x",
                "x=a b",
                "x=1,",
                "",
            )
        ),
        Ask("GET", f"{CORE}/configmaps?fieldSelector=metadata.name%3Da"),
        Ask("GET", f"{CORE}/configmaps?fieldSelector=metadata.name!%3Da"),
        Ask("GET", f"{CORE}/configmaps?fieldSelector=foo%3Dbar"),
        Ask("GET", f"{CORE}/pods?fieldSelector=metadata.foo%3Dbar"),
        Ask("GET", f"{CORE}/pods?fieldSelector=status.phase%3DRunning"),
        Ask("GET", f"{CORE}/configmaps?fieldSelector=foo"),
    ],
    "pages": [
        *(Ask("POST", f"{CORE}/configmaps", config(name)) for name in "abcde"),
        Ask("GET", f"{CORE}/configmaps?limit=2"),
        Ask("GET", f"{CORE}/configmaps?limit=5"),
        Ask("GET", f"{CORE}/configmaps?limit=2&labelSelector=x"),
        Ask("GET", f"{CORE}/configmaps?limit=2", accept=TABLE),
    ],
    "watch": [
        Ask("POST", f"{CORE}/configmaps", config("a")),
        Ask("GET", f"{CORE}/configmaps?watch=1&resourceVersion=abc"),
        Ask("GET", f"{CORE}/configmaps?watch=1&sendInitialEvents=true"),
    ],
    "defaults of workloads": [
        Ask("POST", f"{APPS}/deployments?dryRun=All", workload()),
        Ask("POST", f"{APPS}/statefulsets?dryRun=All", workload("StatefulSet", serviceName="x")),
        Ask("POST", f"{APPS}/daemonsets?dryRun=All", workload("DaemonSet")),
        Ask("POST", f"{APPS}/replicasets?dryRun=All", workload("ReplicaSet")),
        Ask("POST", f"{BATCH}/jobs?dryRun=All", job()),
        Ask(
            "POST",
            f"{BATCH}/cronjobs?dryRun=All",
            {"metadata": {"name": "c"}, "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": job()["spec"]}}},
        ),
        Ask("POST", f"{CORE}/pods?dryRun=All", {"metadata": {"name": "p"}, "spec": pod_spec()}),
        Ask(
            "POST",
            f"{CORE}/pods?dryRun=All",
            {
                "metadata": {"name": "p"},
                "spec": pod_spec(
                    container={
                        "env": [
                            {"name": "A", "value": ""},
                            {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                        ],
                        "resources": {"limits": {"cpu": "0.5", "memory": "1024Mi"}},
                        "readinessProbe": {"tcpSocket": {"port": 80}},
                        "command": [],
                    },
                    volumes=[
                        {"name": "a"},
                        {"name": "b", "configMap": {"name": "x"}},
                        {"name": "c", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
                        {"name": "d", "hostPath": {"path": "/x"}},
                    ],
                    serviceAccountName="z",
                    initContainers=[{"name": "i", "image": "k"}],
                ),
            },
        ),
        Ask(
            "POST",
            f"{APPS}/statefulsets?dryRun=All",
            workload(
                "StatefulSet",
                serviceName="x",
                volumeClaimTemplates=[
                    {
                        "metadata": {"name": "d"},
                        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
                    }
                ],
            ),
        ),
    ],
    "defaults of the rest": [
        Ask("POST", f"{CORE}/services?dryRun=All", service(ports=[{"port": 80}], selector={"a": "b"})),
        Ask("POST", f"{CORE}/services?dryRun=All", service(type="LoadBalancer", ports=[{"port": 80, "name": "h"}])),
        Ask("POST", f"{CORE}/services?dryRun=All", service(type="NodePort", ports=[{"port": 80, "targetPort": "http"}])),
        Ask("POST", f"{CORE}/services?dryRun=All", service(clusterIP="None", ports=[{"port": 80}], selector={"a": "b"})),
        Ask("POST", f"{CORE}/services?dryRun=All", service(type="ExternalName", externalName="a.b")),
        Ask(
            "POST",
            f"{CORE}/persistentvolumeclaims?dryRun=All",
            {
                "metadata": {"name": "c"},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
            },
        ),
        Ask(
            "POST",
            f"{NETWORK}/ingresses?dryRun=All",
            {
                "metadata": {"name": "i"},
                "spec": {
                    "rules": [
                        {
                            "host": "a.b",
                            "http": {
                                "paths": [
                                    {
                                        "path": "/",
                                        "pathType": "Prefix",
                                        "backend": {"service": {"name": "x", "port": {"number": 80}}},
                                    }
                                ]
                            },
                        }
                    ]
                },
            },
        ),
        Ask(
            "POST",
            f"{NETWORK}/networkpolicies?dryRun=All",
            {"metadata": {"name": "n"}, "spec": {"podSelector": {}, "ingress": [{"ports": [{"port": 80}]}]}},
        ),
        Ask(
            "POST",
            "/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers?dryRun=All",
            {
                "metadata": {"name": "h"},
                "spec": {"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}},
            },
        ),
        Ask(
            "POST",
            "/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets?dryRun=All",
            {"metadata": {"name": "b"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}}},
        ),
        Ask(
            "POST",
            f"{RBAC}/namespaces/{{ns}}/rolebindings?dryRun=All",
            {
                "metadata": {"name": "r"},
                "roleRef": {"kind": "ClusterRole", "name": "view"},
                "subjects": [
                    {"kind": "ServiceAccount", "name": "d", "namespace": "default"},
                    {"kind": "User", "name": "x"},
                ],
            },
        ),
        Ask("POST", f"{RBAC}/namespaces/{{ns}}/roles?dryRun=All", {"metadata": {"name": "r"}, "rules": []}),
        Ask("POST", f"{CORE}/secrets?dryRun=All", {"metadata": {"name": "s"}, "stringData": {"a": "b"}}),
        Ask("POST", f"{CORE}/serviceaccounts?dryRun=All", {"metadata": {"name": "s"}}),
        Ask("POST", f"{CORE}/configmaps?dryRun=All", config(data={}, meta={"labels": {}})),
        Ask(
            "POST",
            "/apis/storage.k8s.io/v1/storageclasses?dryRun=All",
            {"metadata": {"name": "contract"}, "provisioner": "x.y/z"},
        ),
        Ask("POST", "/apis/scheduling.k8s.io/v1/priorityclasses?dryRun=All", {"metadata": {"name": "contract"}, "value": 5}),
        Ask(
            "POST",
            f"{NETWORK.partition('/namespaces')[0]}/ingressclasses?dryRun=All",
            {"metadata": {"name": "contract"}, "spec": {"controller": "x.y/z"}},
        ),
        Ask(
            "POST",
            "/apis/coordination.k8s.io/v1/namespaces/{ns}/leases?dryRun=All",
            {"metadata": {"name": "l"}, "spec": {"holderIdentity": "x", "leaseDurationSeconds": 5}},
        ),
    ],
    "claims of stateful sets": [
        Ask(
            "POST",
            f"{APPS}/statefulsets",
            workload(
                "StatefulSet",
                serviceName="x",
                container={"volumeMounts": [{"name": "d", "mountPath": "/d"}]},
                volumeClaimTemplates=[
                    {
                        "metadata": {"name": "d"},
                        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
                    }
                ],
            ),
        ),
        Ask("PATCH", f"{APPS}/statefulsets/w", {"spec": {"volumeClaimTemplates": []}}, MERGE),
        Ask("PATCH", f"{APPS}/statefulsets/w", {"spec": {"podManagementPolicy": "Parallel"}}, MERGE),
        Ask("PATCH", f"{APPS}/statefulsets/w", {"spec": {"selector": {"matchLabels": {"x": "y"}}}}, MERGE),
        Ask("PATCH", f"{APPS}/statefulsets/w", {"spec": {"replicas": 3}}, MERGE),
    ],
    "immutable": [
        Ask("POST", f"{BATCH}/jobs", job()),
        Ask("PATCH", f"{BATCH}/jobs/j", {"spec": {"parallelism": 3}}, MERGE),
        Ask("PATCH", f"{BATCH}/jobs/j", {"spec": {"completions": 3}}, MERGE),
        Ask(
            "POST",
            f"{CORE}/persistentvolumeclaims",
            {
                "metadata": {"name": "c"},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
            },
        ),
        Ask("PATCH", f"{CORE}/persistentvolumeclaims/c", {"metadata": {"labels": {"a": "b"}}}, MERGE),
        Ask(
            "POST",
            f"{RBAC}/namespaces/{{ns}}/rolebindings",
            {"metadata": {"name": "r"}, "roleRef": {"kind": "ClusterRole", "name": "view"}},
        ),
        Ask("PATCH", f"{RBAC}/namespaces/{{ns}}/rolebindings/r", {"roleRef": {"name": "edit"}}, MERGE),
        Ask("POST", f"{CORE}/configmaps", config(immutable=True, data={"a": "b"})),
        Ask("PATCH", f"{CORE}/configmaps/a", {"data": {"a": "c"}}, MERGE),
        Ask("PATCH", f"{CORE}/configmaps/a", {"immutable": None}, MERGE),
        Ask("PATCH", f"{CORE}/configmaps/a", {"metadata": {"uid": "x"}}, MERGE),
        Ask("PATCH", f"{CORE}/configmaps/a", {"metadata": {"name": "x"}}, MERGE),
        Ask("PATCH", f"{CORE}/configmaps/a", {"metadata": {"creationTimestamp": None}}, MERGE),
    ],
    "rows": [
        Ask("POST", f"{APPS}/deployments", workload(replicas=2)),
        Ask("GET", f"{APPS}/deployments", accept=TABLE),
        Ask("POST", f"{APPS}/statefulsets", workload("StatefulSet", serviceName="x")),
        Ask("GET", f"{APPS}/statefulsets", accept=TABLE),
        Ask("POST", f"{APPS}/daemonsets", workload("DaemonSet")),
        Ask("GET", f"{APPS}/daemonsets?includeObject=None", accept=TABLE),
        Ask("POST", f"{APPS}/replicasets", workload("ReplicaSet")),
        Ask("GET", f"{APPS}/replicasets", accept=TABLE),
        Ask("POST", f"{BATCH}/jobs", job()),
        Ask("GET", f"{BATCH}/jobs", accept=TABLE),
        Ask("POST", f"{CORE}/pods", {"metadata": {"name": "p"}, "spec": pod_spec()}),
        Ask("GET", f"{CORE}/pods", accept=TABLE),
        Ask(
            "POST", f"{CORE}/services", service(ports=[{"port": 80, "name": "x"}, {"port": 81, "name": "y"}], selector={"a": "b"})
        ),
        Ask("POST", f"{CORE}/services", service("e", type="ExternalName", externalName="a.b")),
        Ask("GET", f"{CORE}/services", accept=TABLE),
        Ask("POST", f"{CORE}/secrets", {"metadata": {"name": "s"}, "stringData": {"a": "b"}}),
        Ask("GET", f"{CORE}/secrets", accept=TABLE),
        Ask("POST", f"{CORE}/serviceaccounts", {"metadata": {"name": "s"}}),
        Ask("GET", f"{CORE}/serviceaccounts/s", accept=TABLE),
        Ask(
            "POST",
            "/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets",
            {"metadata": {"name": "b"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}}},
        ),
        Ask("GET", "/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets", accept=TABLE),
        Ask(
            "POST",
            "/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers",
            {
                "metadata": {"name": "h"},
                "spec": {"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}},
            },
        ),
        Ask("GET", "/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers", accept=TABLE),
        Ask(
            "POST",
            f"{RBAC}/namespaces/{{ns}}/rolebindings",
            {
                "metadata": {"name": "r"},
                "roleRef": {"kind": "Role", "name": "v"},
                "subjects": [{"kind": "ServiceAccount", "name": "d"}],
            },
        ),
        Ask("GET", f"{RBAC}/namespaces/{{ns}}/rolebindings", accept=TABLE),
        Ask(
            "POST",
            f"{NETWORK}/networkpolicies",
            {"metadata": {"name": "n"}, "spec": {"podSelector": {"matchLabels": {"a": "b"}}}},
        ),
        Ask("GET", f"{NETWORK}/networkpolicies", accept=TABLE),
        Ask(
            "POST",
            f"{BATCH}/cronjobs",
            {"metadata": {"name": "c"}, "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": job()["spec"]}}},
        ),
        Ask("GET", f"{BATCH}/cronjobs", accept=TABLE),
    ],
    "refused workloads": refusals_of_workloads(),
    "refused services": [
        Ask("POST", f"{CORE}/services", service(ports=[{"port": 80}, {"port": 81}])),
        Ask("POST", f"{CORE}/services", service("1s", ports=[{"port": 0}])),
        Ask("POST", f"{CORE}/services", service("S", ports=[{"port": 1}])),
        Ask("POST", f"{CORE}/services", service()),
        Ask("POST", f"{CORE}/services", service(type="X", ports=[{"port": 80}])),
        Ask("POST", f"{CORE}/services", service(type="ExternalName")),
        Ask("POST", f"{CORE}/services", service(ports=[{"port": 80, "targetPort": "A_B"}])),
        Ask("POST", f"{CORE}/services", service(ports=[{"port": 80}])),
        Ask("PATCH", f"{CORE}/services/s", {"spec": {"clusterIP": "10.0.0.99"}}, MERGE),
        Ask("PATCH", f"{CORE}/services/s", {"spec": {"type": "NodePort"}}, MERGE),
        Ask("PATCH", f"{CORE}/services/s", {"spec": {"type": "ClusterIP"}}, MERGE),
        Ask("PUT", f"{CORE}/services/s", service(ports=[{"port": 81}])),
    ],
    "refused others": [
        Ask(
            "POST",
            f"{RBAC}/clusterroles?dryRun=All",
            {"metadata": {"name": "a:b"}, "rules": [{"verbs": ["get"], "resources": ["pods"]}]},
        ),
        Ask(
            "POST",
            f"{RBAC}/clusterroles?dryRun=All",
            {"metadata": {"name": "a/b"}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]},
        ),
        Ask("POST", f"{RBAC}/namespaces/{{ns}}/rolebindings", {"metadata": {"name": "a"}}),
        Ask("POST", f"{NETWORK}/ingresses", {"metadata": {"name": "d"}, "spec": {}}),
        Ask(
            "POST",
            f"{NETWORK}/ingresses",
            {"metadata": {"name": "d"}, "spec": {"rules": [{"http": {"paths": [{"path": "x", "backend": {}}]}}]}},
        ),
        Ask("POST", f"{CORE}/persistentvolumeclaims", {"metadata": {"name": "c"}, "spec": {}}),
        Ask("POST", f"{CORE}/secrets", {"metadata": {"name": "s"}, "immutable": True, "data": {"a": "Yg=="}}),
        Ask("PATCH", f"{CORE}/secrets/s", {"data": {"a": "YQ=="}}, MERGE),
        Ask("PATCH", f"{CORE}/secrets/s", {"type": "x"}, MERGE),
        Ask("POST", f"{APPS}/statefulsets", workload("StatefulSet", serviceName="x")),
        Ask("PATCH", f"{APPS}/statefulsets/w", {"spec": {"serviceName": "y"}}, MERGE),
        Ask("PATCH", f"{APPS}/statefulsets/w", {"spec": {"minReadySeconds": 3}}, MERGE),
        Ask("POST", f"{CORE}/pods", {"metadata": {"name": "p"}, "spec": pod_spec()}),
        Ask("PATCH", f"{CORE}/pods/p", {"spec": {"containers": [{"name": "c", "image": "j:2"}]}}, STRATEGIC),
        Ask("POST", f"{CORE}/pods", {"metadata": {"name": "g"}, "spec": pod_spec(), "status": {"phase": "Running"}}),
        Ask(
            "POST",
            "/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers",
            {"metadata": {"name": "h"}, "spec": {"maxReplicas": 0}},
        ),
    ],
    "custom resources": [
        Ask("POST", DEFINITIONS, FOO),
        Ask("GET", FOOS),
        Ask("POST", FOOS, foo(size=3, other=1)),
        Ask("POST", f"{FOOS}?fieldValidation=Strict", foo("g", size=3, other=1)),
        Ask("POST", FOOS, foo("h", size=0)),
        Ask("POST", FOOS, foo("h")),
        Ask("POST", FOOS, foo("h", size="x")),
        Ask("POST", FOOS, foo("h", size=1, mode="maybe")),
        Ask("POST", FOOS, {"metadata": {"name": "h"}}),
        Ask("POST", FOOS, foo("h", size=1, tags=["a"], free={"x": {"y": [1]}})),
        Ask("GET", FOOS, accept=TABLE),
        Ask("PUT", f"{FOOS}/h", foo("h", size=2)),
        Ask("PATCH", f"{FOOS}/h", {"spec": {"size": 5}}, MERGE),
        Ask("PATCH", f"{FOOS}/h", {"spec": {"size": 5}}, STRATEGIC),
        Ask("PATCH", f"{FOOS}/h/status", {"status": {"seen": True}, "spec": {"size": 9}}, MERGE),
        Ask("PATCH", f"{FOOS}/h?fieldManager=m", foo("h", size=6, tags=["b"]), APPLY),
        Ask("PATCH", f"{FOOS}/h?fieldManager=m&force=true", foo("h", size=6, tags=["b"]), APPLY),
        Ask("PATCH", f"{FOOS}/i?fieldManager=m", foo("i", size=1), APPLY),
        Ask("GET", f"{FOOS}/none"),
        Ask("GET", "/apis/contract.example.test"),
        Ask("DELETE", f"{FOOS}/f"),
        Ask("DELETE", FOOS),
        Ask("GET", FOOS),
    ],
    "access reviews": [
        Ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {}),
    ],
}
FINALLY: dict[str, list[Ask]] = {"custom resources": [Ask("DELETE", f"{DEFINITIONS}/foos.contract.example.test")]}

CASES = [(name, number) for name, asks in SCENARIOS.items() for number in range(len(asks))]


@pytest.fixture(scope="module")
def transcripts(box: Server, real: Server) -> Callable[[str], tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Runs a scenario on both servers, once."""
    known: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {}

    def run(name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        if name not in known:
            found = []
            for server in (box, real):
                namespace = f"contract-{os.getpid()}-{next(_numbers)}"
                server.ask(Ask("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}}))
                asks = list(SCENARIOS[name])
                answers = []
                if name == "custom resources":
                    answers = server.run(asks[:1], namespace)
                    while server.run([Ask("GET", FOOS)], namespace)[0].code != 200:
                        pass
                    asks = asks[1:]
                answers += server.run(asks, namespace)
                server.run(FINALLY.get(name, []), namespace)
                found.append([compared(answer, namespace) for answer in answers])
            known[name] = (found[0], found[1])
        return known[name]

    return run


@pytest.mark.cluster
@pytest.mark.parametrize(("name", "number"), CASES, ids=[f"{name.replace(' ', '-')}-{number}" for name, number in CASES])
def test_the_sandbox_answers_as_the_real_server(
    transcripts: Callable[[str], tuple[list[dict[str, Any]], list[dict[str, Any]]]], name: str, number: int
) -> None:
    ours, theirs = transcripts(name)
    assert ours[number] == theirs[number], f"{SCENARIOS[name][number].method} {SCENARIOS[name][number].path}"
