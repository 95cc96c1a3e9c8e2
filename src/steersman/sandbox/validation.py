"""What the server refuses in an object of its kind, beyond its schema: names, labels, the rules of the kinds that charts write.

Each rule gives causes; all of them together are one answer of 422. Rules are found by the resource's key in two tables: CREATE
(also run on updates) and UPDATE (old and new: what must not change). Source: Kubernetes 1.37, pkg/apis/*/validation, read for
facts and compared by the contract tests. Kinds without rules here are checked by their schema alone.
"""

from __future__ import annotations

import re

from steersman.golang.json import marshal
from steersman.sandbox.quantities import value_of
from steersman.sandbox.refusals import Cause
from steersman.sandbox.selectors import of_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    Object = Mapping[str, Any]

SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]"
    "([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
    "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
LABEL_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
NAME_PART_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
    "'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
CONFIG_KEY_RULE = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
    "regex used for validation is '[-._a-zA-Z0-9]+')"
)
PORT_RULE = "must be between 1 and 65535, inclusive"
IMMUTABLE = "field is immutable"
MAX_SUBDOMAIN, MAX_LABEL = 253, 63
MAX_ANNOTATIONS = 256 * 1024
MAX_DATA = 1024 * 1024

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?\Z")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\Z")
_NAME_PART = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\Z")
_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\Z")
_CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+\Z")
_PORT_NAME = re.compile(r"[-a-z0-9]+\Z")


def shown(value: Any) -> str:
    """A value as field errors print it: JSON."""
    return marshal(value, escape_html=False)


def wrong(field: str, value: Any, why: str) -> Cause:
    return Cause(field, f"Invalid value: {shown(value)}: {why}")


def missing(field: str, why: str = "") -> Cause:
    return Cause(field, f"Required value: {why}" if why else "Required value", "FieldValueRequired")


def unsupported(field: str, value: Any, allowed: Iterable[str]) -> Cause:
    told = ", ".join(shown(item) for item in allowed)
    return Cause(field, f"Unsupported value: {shown(value)}: supported values: {told}", "FieldValueNotSupported")


def forbidden(field: str, why: str) -> Cause:
    return Cause(field, f"Forbidden: {why}", "FieldValueForbidden")


def absent(field: str, value: Any) -> Cause:
    return Cause(field, f"Not found: {shown(value)}", "FieldValueNotFound")


def duplicate(field: str, value: Any) -> Cause:
    return Cause(field, f"Duplicate value: {shown(value)}", "FieldValueDuplicate")


# --- names ----------------------------------------------------------------------------------------------------------------


def subdomain(name: str) -> list[str]:
    found = [f"must be no more than {MAX_SUBDOMAIN} characters"] if len(name) > MAX_SUBDOMAIN else []
    return found if _SUBDOMAIN.match(name) else [*found, SUBDOMAIN_RULE]


def label(name: str) -> list[str]:
    found = [f"must be no more than {MAX_LABEL} characters"] if len(name) > MAX_LABEL else []
    return found if _LABEL.match(name) else [*found, LABEL_RULE]


def path_segment(name: str) -> list[str]:
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{letter}'" for letter in "/%" if letter in name]


NAMES: Mapping[str, Callable[[str], list[str]]] = {
    "/namespaces": label,
    "/services": label,
    "rbac.authorization.k8s.io/roles": path_segment,
    "rbac.authorization.k8s.io/clusterroles": path_segment,
    "rbac.authorization.k8s.io/rolebindings": path_segment,
    "rbac.authorization.k8s.io/clusterrolebindings": path_segment,
}


def qualified_name(key: str) -> list[str]:
    """A label's or annotation's key."""
    prefix, slash, name = key.rpartition("/")
    if slash and "/" in prefix:
        return [
            "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
            "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        ]
    found = []
    if slash:
        found += ["prefix part must be non-empty"] if not prefix else [f"prefix part {why}" for why in subdomain(prefix)]
    if not name:
        found.append("name part must be non-empty")
    elif len(name) > MAX_LABEL:
        found.append(f"name part must be no more than {MAX_LABEL} characters")
    if not _NAME_PART.match(name):
        found.append(NAME_PART_RULE)
    return found


def metadata(key: str, meta: Object) -> Iterator[Cause]:
    name = meta.get("name", "")
    if meta.get("generateName"):
        rule = NAMES.get(key, subdomain)
        prefix = meta["generateName"]
        for why in rule(prefix[:-1] + "a" if prefix.endswith("-") else prefix):
            yield wrong("metadata.generateName", prefix, why)
    if not name:
        yield missing("metadata.name", "name or generateName is required")
    else:
        for why in NAMES.get(key, subdomain)(name):
            yield wrong("metadata.name", name, why)
    yield from labels(meta.get("labels") or {}, "metadata.labels")
    for annotation in meta.get("annotations") or {}:
        for why in qualified_name(annotation.lower()):
            yield wrong("metadata.annotations", annotation, why)
    size = sum(len(k.encode()) + len(v.encode("utf-8", "surrogateescape")) for k, v in (meta.get("annotations") or {}).items())
    if size > MAX_ANNOTATIONS:
        yield Cause("metadata.annotations", f"Too long: may not be more than {MAX_ANNOTATIONS} bytes", "FieldValueTooLong")
    for number, owner in enumerate(meta.get("ownerReferences") or ()):
        for field in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(field):
                yield missing(f"metadata.ownerReferences[{number}].{field}", "must not be empty")
    for number, finalizer in enumerate(meta.get("finalizers") or ()):
        if "/" not in finalizer and finalizer not in ("orphan", "foregroundDeletion", "kubernetes"):
            yield wrong(
                f"metadata.finalizers[{number}]", finalizer, "name is neither a standard finalizer name nor is it fully qualified"
            )


def labels(found: Object, field: str) -> Iterator[Cause]:
    for key, value in found.items():
        for why in qualified_name(key):
            yield wrong(field, key, why)
        if len(value) > MAX_LABEL:
            yield wrong(field, value, f"must be no more than {MAX_LABEL} bytes")
        elif not _LABEL_VALUE.match(value):
            yield wrong(field, value, LABEL_VALUE_RULE)


def label_selector(selector: Object | None, field: str) -> Iterator[Cause]:
    for number, rule in enumerate((selector or {}).get("matchExpressions") or ()):
        operator, place = rule.get("operator"), f"{field}.matchExpressions[{number}]"
        if operator in ("In", "NotIn"):
            if not rule.get("values"):
                yield missing(f"{place}.values", "must be specified when `operator` is 'In' or 'NotIn'")
        elif operator in ("Exists", "DoesNotExist"):
            if rule.get("values"):
                yield forbidden(f"{place}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
        else:
            yield wrong(f"{place}.operator", operator or "", "not a valid selector operator")
    for key, value in ((selector or {}).get("matchLabels") or {}).items():
        yield from labels({key: value}, f"{field}.matchLabels")


# --- pods -----------------------------------------------------------------------------------------------------------------

_POLICIES = ("Always", "IfNotPresent", "Never")


def pod_spec(
    spec: Object, field: str, restart: tuple[str, ...] = ("Always", "OnFailure", "Never"), claims: Iterable[str] = ()
) -> Iterator[Cause]:
    """The rules of a pod. `claims` are volumes that it will be given: those of a StatefulSet's claim templates."""
    volumes = set()
    for number, volume in enumerate(spec.get("volumes") or ()):
        place = f"{field}.volumes[{number}]"
        name = volume.get("name", "")
        if not name:
            yield missing(f"{place}.name")
        else:
            for why in label(name):
                yield wrong(f"{place}.name", name, why)
            if name in volumes:
                yield duplicate(f"{place}.name", name)
        volumes.add(name)
        for kind in [kind for kind in volume if kind != "name"][1:]:
            yield forbidden(f"{place}.{kind}", "may not specify more than 1 volume type")
    volumes.update(claims)
    names: set[str] = set()
    if not spec.get("containers"):
        yield missing(f"{field}.containers")
    for number, container in enumerate(spec.get("containers") or ()):
        yield from _container(container, f"{field}.containers[{number}]", volumes, names)
    for number, container in enumerate(spec.get("initContainers") or ()):
        yield from _container(container, f"{field}.initContainers[{number}]", volumes, names)
    policy = spec.get("restartPolicy", "")
    if policy not in restart:
        if len(restart) == 2:
            told = ", ".join(shown(item) for item in ("OnFailure", "Never"))
            if policy == "Always":
                yield missing(f"{field}.restartPolicy", f"valid values: {told}")
            else:
                yield unsupported(f"{field}.restartPolicy", policy, ("OnFailure", "Never"))
        else:
            yield unsupported(f"{field}.restartPolicy", policy, restart)
    if spec.get("dnsPolicy") not in ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"):
        yield unsupported(
            f"{field}.dnsPolicy", spec.get("dnsPolicy"), ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
        )
    if spec.get("serviceAccountName"):
        for why in subdomain(spec["serviceAccountName"]):
            yield wrong(f"{field}.serviceAccountName", spec["serviceAccountName"], why)
    if spec.get("hostname"):
        for why in label(spec["hostname"]):
            yield wrong(f"{field}.hostname", spec["hostname"], why)


def _container(container: Object, field: str, volumes: set[str], names: set[str]) -> Iterator[Cause]:
    name = container.get("name", "")
    if not name:
        yield missing(f"{field}.name")
    else:
        for why in label(name):
            yield wrong(f"{field}.name", name, why)
        if name in names:
            yield duplicate(f"{field}.name", name)
    names.add(name)
    image = container.get("image", "")
    if not image:
        yield missing(f"{field}.image")
    elif image != image.strip():
        yield wrong(f"{field}.image", image, "must not have leading or trailing whitespace")
    seen = set()
    for number, port in enumerate(container.get("ports") or ()):
        place = f"{field}.ports[{number}]"
        port_name = port.get("name")
        if port_name:
            yield from _port_name(port_name, f"{place}.name")
            if port_name in seen:
                yield duplicate(f"{place}.name", port_name)
            seen.add(port_name)
        if not port.get("containerPort"):
            yield missing(f"{place}.containerPort")
        elif not 1 <= port["containerPort"] <= 65535:
            yield wrong(f"{place}.containerPort", port["containerPort"], PORT_RULE)
        if port.get("protocol") not in ("TCP", "UDP", "SCTP"):
            yield unsupported(f"{place}.protocol", port.get("protocol"), ("SCTP", "TCP", "UDP"))
    for number, variable in enumerate(container.get("env") or ()):
        place = f"{field}.env[{number}]"
        if not variable.get("name"):
            yield missing(f"{place}.name")
        elif "=" in variable["name"]:
            yield wrong(
                f"{place}.name",
                variable["name"],
                "a valid environment variable name must consist only of printable ASCII characters other than '='",
            )
        source = variable.get("valueFrom")
        if source is not None:
            if not source:
                yield wrong(
                    f"{place}.valueFrom",
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
                )
            elif variable.get("value"):
                yield wrong(f"{place}.valueFrom", "", "may not be specified when `value` is not empty")
            elif len(source) > 1:
                yield wrong(f"{place}.valueFrom", "", "may not have more than one field specified at a time")
    paths = set()
    for number, mount in enumerate(container.get("volumeMounts") or ()):
        place = f"{field}.volumeMounts[{number}]"
        if not mount.get("name"):
            yield missing(f"{place}.name")
        elif mount["name"] not in volumes:
            yield absent(f"{place}.name", mount["name"])
        path = mount.get("mountPath")
        if not path:
            yield missing(f"{place}.mountPath")
        elif path in paths:
            yield wrong(f"{place}.mountPath", path, "must be unique")
        paths.add(path)
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        if probe in container:
            yield from _probe(container[probe], f"{field}.{probe}")
    if container.get("imagePullPolicy") not in _POLICIES:
        yield unsupported(f"{field}.imagePullPolicy", container.get("imagePullPolicy"), _POLICIES)
    resources = container.get("resources") or {}
    for resource, amount in (resources.get("requests") or {}).items():
        limit = (resources.get("limits") or {}).get(resource)
        if limit is not None and value_of(amount) > value_of(limit):
            yield wrong(f"{field}.resources.requests", amount, f"must be less than or equal to {resource} limit of {limit}")


def _probe(probe: Object, field: str) -> Iterator[Cause]:
    actions = [kind for kind in ("exec", "httpGet", "tcpSocket", "grpc") if kind in probe]
    if not actions:
        yield missing(field, "must specify a handler type")
    for kind in actions[1:]:
        yield forbidden(f"{field}.{kind}", "may not specify more than 1 handler type")
    if "httpGet" in probe and probe["httpGet"].get("port") in (None, "", 0):
        yield wrong(f"{field}.httpGet.port", probe["httpGet"].get("port", 0), PORT_RULE)
    for number in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"):
        if probe.get(number, 0) < 0:
            yield wrong(f"{field}.{number}", probe[number], "must be greater than or equal to 0")


def _port_name(name: str, field: str) -> Iterator[Cause]:
    if len(name) > 15:
        yield wrong(field, name, "must be no more than 15 characters")
    if not _PORT_NAME.match(name):
        yield wrong(field, name, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", name):
        yield wrong(field, name, "must contain at least one letter (a-z)")


def _pod(pod: Object) -> Iterator[Cause]:
    yield from pod_spec(pod.get("spec") or {}, "spec")


_POD_RULE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def _pod_update(old: Object, new: Object) -> Iterator[Cause]:
    def fixed(spec: Object) -> dict[str, Any]:
        kept = {key: value for key, value in spec.items() if key not in ("activeDeadlineSeconds", "tolerations", "nodeName")}
        for kind in ("containers", "initContainers"):
            kept[kind] = [{**container, "image": ""} for container in spec.get(kind) or ()]
        return kept

    if fixed(old["spec"]) != fixed(new["spec"]):
        yield forbidden("spec", _POD_RULE)


# --- workloads ------------------------------------------------------------------------------------------------------------


def _replicas(spec: Object) -> Iterator[Cause]:
    if spec.get("replicas", 0) < 0:
        yield wrong("spec.replicas", spec["replicas"], "must be greater than or equal to 0")


def _template(spec: Object, restart: tuple[str, ...] = ("Always",)) -> Iterator[Cause]:
    template = spec.get("template") or {}
    yield from labels((template.get("metadata") or {}).get("labels") or {}, "spec.template.metadata.labels")
    claims = [(claim.get("metadata") or {}).get("name", "") for claim in spec.get("volumeClaimTemplates") or ()]
    yield from pod_spec(template.get("spec") or {}, "spec.template.spec", restart, claims)


def _workload(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    yield from _replicas(spec)
    selector = spec.get("selector")
    found = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if selector is None:
        yield missing("spec.selector")
    else:
        yield from label_selector(selector, "spec.selector")
        if not selector:
            yield wrong("spec.selector", selector, "empty selector is invalid for deployment")
        if any(labels(selector.get("matchLabels") or {}, "")):
            yield wrong("spec.selector", selector, "invalid label selector")
            return
    if selector is None or (selector and not of_object(selector)(found or {})):
        yield wrong("spec.template.metadata.labels", found, "`selector` does not match template `labels`")
    yield from _template(spec)


def _job(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    for field in ("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"):
        if spec.get(field, 0) < 0:
            yield wrong(f"spec.{field}", spec[field], "must be greater than or equal to 0")
    yield from _template(spec, ("OnFailure", "Never"))


def _cron_job(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    schedule = spec.get("schedule", "")
    if not schedule:
        yield missing("spec.schedule")
    elif not schedule.startswith("@") and len(schedule.removeprefix("TZ=").split()) != 5:
        yield wrong("spec.schedule", schedule, f"expected exactly 5 fields, found {len(schedule.split())}: [{schedule}]")
    if spec.get("concurrencyPolicy") not in ("Allow", "Forbid", "Replace"):
        yield unsupported("spec.concurrencyPolicy", spec.get("concurrencyPolicy"), ("Allow", "Forbid", "Replace"))
    template = ((spec.get("jobTemplate") or {}).get("spec") or {}).get("template") or {}
    yield from pod_spec(template.get("spec") or {}, "spec.jobTemplate.spec.template.spec", ("OnFailure", "Never"))
    if len((obj.get("metadata") or {}).get("name", "")) > 52:
        yield wrong("metadata.name", obj["metadata"]["name"], "must be no more than 52 characters")


def _unchanged(*fields: str, why: str = IMMUTABLE) -> Callable[[Object, Object], Iterator[Cause]]:
    def check(old: Object, new: Object) -> Iterator[Cause]:
        for field in fields:
            before, after = _at(old, field), _at(new, field)
            if before != after:
                yield wrong(field, after, why)

    return check


def _at(obj: Any, field: str) -> Any:
    for part in field.split("."):
        obj = obj.get(part) if isinstance(obj, dict) else None
    return obj


def _stateful_set_update(old: Object, new: Object) -> Iterator[Cause]:
    free = (
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    )
    yield from _unchanged("spec.serviceName", "spec.selector", "spec.podManagementPolicy")(old, new)
    claims = new["spec"].get("volumeClaimTemplates") or []
    if claims != (old["spec"].get("volumeClaimTemplates") or []):
        yield wrong("spec.volumeClaimTemplates", claims, IMMUTABLE)
    told = {"serviceName", "selector", "podManagementPolicy", "volumeClaimTemplates", *free}
    if {k: v for k, v in old["spec"].items() if k not in told} != {k: v for k, v in new["spec"].items() if k not in told}:
        names = ", ".join(f"'{name}'" for name in free[:-1])
        yield forbidden("spec", f"updates to statefulset spec for fields other than {names} and '{free[-1]}' are forbidden")


# --- the rest -------------------------------------------------------------------------------------------------------------


def _data(obj: Object) -> Iterator[Cause]:
    size = 0
    for table in ("data", "binaryData"):
        for key, value in (obj.get(table) or {}).items():
            if len(key) > MAX_SUBDOMAIN:
                yield wrong(f"{table}[{key}]", key, f"must be no more than {MAX_SUBDOMAIN} characters")
            if not _CONFIG_KEY.match(key):
                yield wrong(f"{table}[{key}]", key, CONFIG_KEY_RULE)
            size += len(value.encode("utf-8", "surrogateescape")) if obj.get("kind") == "ConfigMap" else len(value) * 3 // 4
    if size > MAX_DATA:
        field = "" if obj.get("kind") == "ConfigMap" else "data"
        yield Cause(field, f"Too long: may not be more than {MAX_DATA} bytes", "FieldValueTooLong")


_SECRET_KEYS = {
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}


def _secret(obj: Object) -> Iterator[Cause]:
    yield from _data(obj)
    for key in _SECRET_KEYS.get(obj.get("type", ""), ()):
        if key not in (obj.get("data") or {}):
            yield missing(f"data[{key}]")


def _data_update(old: Object, new: Object) -> Iterator[Cause]:
    if old.get("immutable"):
        if not new.get("immutable"):
            yield forbidden("immutable", "field is immutable when `immutable` is set")
        for table in ("data", "binaryData"):
            if old.get(table) != new.get(table):
                yield forbidden(table, "field is immutable when `immutable` is set")


def _secret_update(old: Object, new: Object) -> Iterator[Cause]:
    yield from _unchanged("type")(old, new)
    yield from _data_update(old, new)


_SERVICE_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")


def _service(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    kind, ports = spec.get("type"), spec.get("ports") or ()
    if not ports and kind != "ExternalName" and spec.get("clusterIP") != "None":
        yield missing("spec.ports")
    if kind == "ExternalName":
        if not spec.get("externalName"):
            yield missing("spec.externalName")
        else:
            for why in subdomain(spec["externalName"].removesuffix(".")):
                yield wrong("spec.externalName", spec["externalName"], why)
    names: set[str] = set()
    pairs: set[tuple[Any, Any]] = set()
    for number, port in enumerate(ports):
        place = f"spec.ports[{number}]"
        if len(ports) > 1 and not port.get("name"):
            yield missing(f"{place}.name")
        elif port.get("name"):
            for why in label(port["name"]):
                yield wrong(f"{place}.name", port["name"], why)
            if port["name"] in names:
                yield duplicate(f"{place}.name", port["name"])
            names.add(port["name"])
        if not 1 <= port.get("port", 0) <= 65535:
            yield wrong(f"{place}.port", port.get("port", 0), PORT_RULE)
        if port.get("protocol") not in ("TCP", "UDP", "SCTP"):
            yield unsupported(f"{place}.protocol", port.get("protocol"), ("SCTP", "TCP", "UDP"))
        target = port.get("targetPort")
        if isinstance(target, int) and kind != "ExternalName" and not 1 <= target <= 65535:
            yield wrong(f"{place}.targetPort", target, PORT_RULE)
        elif isinstance(target, str):
            yield from _port_name(target, f"{place}.targetPort")
        pair = (port.get("protocol"), port.get("port"))
        if pair in pairs:
            yield duplicate(place, {"protocol": pair[0], "port": pair[1]})
        pairs.add(pair)
    yield from labels(spec.get("selector") or {}, "spec.selector")
    if kind not in _SERVICE_TYPES:
        yield unsupported("spec.type", kind, _SERVICE_TYPES)
    if spec.get("sessionAffinity") not in ("ClientIP", "None"):
        yield unsupported("spec.sessionAffinity", spec.get("sessionAffinity"), ("ClientIP", "None"))


def _service_update(old: Object, new: Object) -> Iterator[Cause]:
    before, after = old["spec"], new["spec"]
    if before.get("type") != "ExternalName" and after.get("type") != "ExternalName":
        if before.get("clusterIP") and before.get("clusterIP") != after.get("clusterIP"):
            yield wrong("spec.clusterIPs[0]", after.get("clusterIPs"), "may not change once set")


def _ingress(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    if not spec.get("rules") and not spec.get("defaultBackend"):
        yield wrong("spec", None, "either `defaultBackend` or `rules` must be specified")
    for number, rule in enumerate(spec.get("rules") or ()):
        host = rule.get("host", "")
        if host:
            for why in subdomain(host.removeprefix("*.")):
                yield wrong(f"spec.rules[{number}].host", host, why)
        if "http" in rule and not rule["http"].get("paths"):
            yield missing(f"spec.rules[{number}].http.paths")
        for place, path in enumerate((rule.get("http") or {}).get("paths") or ()):
            field = f"spec.rules[{number}].http.paths[{place}]"
            kind = path.get("pathType")
            if kind is None:
                yield missing(f"{field}.pathType", "pathType must be specified")
                continue
            if kind not in ("Exact", "ImplementationSpecific", "Prefix"):
                yield unsupported(f"{field}.pathType", kind, ("Exact", "ImplementationSpecific", "Prefix"))
            if kind in ("Exact", "Prefix") and not path.get("path", "").startswith("/"):
                yield wrong(f"{field}.path", path.get("path", ""), "must be an absolute path")
            backend = path.get("backend") or {}
            if "service" in backend:
                if not backend["service"].get("name"):
                    yield missing(f"{field}.backend.service.name")
                port = backend["service"].get("port") or {}
                if not port.get("name") and not port.get("number"):
                    yield missing(f"{field}.backend", "port name or number is required")
            elif "resource" not in backend:
                yield missing(f"{field}.backend", "resource or service backend is required")


def _role(obj: Object) -> Iterator[Cause]:
    for number, rule in enumerate(obj.get("rules") or ()):
        if not rule.get("verbs"):
            yield missing(f"rules[{number}].verbs", "verbs must contain at least one value")
        if rule.get("nonResourceURLs"):
            if obj.get("kind") == "Role":
                yield wrong(
                    f"rules[{number}].nonResourceURLs",
                    rule["nonResourceURLs"],
                    "namespaced rules cannot apply to non-resource URLs",
                )
            continue
        if not rule.get("apiGroups"):
            yield missing(f"rules[{number}].apiGroups", "resource rules must supply at least one api group")
        if not rule.get("resources"):
            yield missing(f"rules[{number}].resources", "resource rules must supply at least one resource")


def _binding(obj: Object) -> Iterator[Cause]:
    reference = obj.get("roleRef") or {}
    if reference.get("apiGroup") != "rbac.authorization.k8s.io":
        yield unsupported("roleRef.apiGroup", reference.get("apiGroup"), ("rbac.authorization.k8s.io",))
    allowed = ("ClusterRole",) if obj.get("kind") == "ClusterRoleBinding" else ("Role", "ClusterRole")
    if reference.get("kind") not in allowed:
        yield unsupported("roleRef.kind", reference.get("kind", ""), allowed)
    if not reference.get("name"):
        yield missing("roleRef.name")
    for number, subject in enumerate(obj.get("subjects") or ()):
        field = f"subjects[{number}]"
        if not subject.get("name"):
            yield missing(f"{field}.name")
        if subject.get("kind") == "ServiceAccount":
            if not subject.get("namespace") and obj.get("kind") == "ClusterRoleBinding":
                yield missing(f"{field}.namespace")
        elif subject.get("kind") not in ("User", "Group"):
            yield unsupported(f"{field}.kind", subject.get("kind", ""), ("ServiceAccount", "User", "Group"))


def _binding_update(old: Object, new: Object) -> Iterator[Cause]:
    if old.get("roleRef") != new.get("roleRef"):  # told by the names of Go's fields
        names = (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name"))
        yield wrong("roleRef", {go: (new.get("roleRef") or {}).get(name, "") for go, name in names}, IMMUTABLE)


_ACCESS = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def _claim(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    if not spec.get("accessModes"):
        yield missing("spec.accessModes", "at least 1 access mode is required")
    for mode in spec.get("accessModes") or ():
        if mode not in _ACCESS:
            yield unsupported("spec.accessModes", mode, _ACCESS)
    requests = (spec.get("resources") or {}).get("requests") or {}
    if "storage" not in requests:
        yield missing("spec.resources[storage]")
    elif value_of(requests["storage"]) <= 0:
        yield wrong("spec.resources[storage]", requests["storage"], "must be greater than zero")


def _claim_update(old: Object, new: Object) -> Iterator[Cause]:
    def fixed(spec: Object) -> dict[str, Any]:
        return {k: v for k, v in spec.items() if k not in ("resources", "volumeAttributesClassName")}

    before = fixed(old["spec"])
    if "volumeName" not in before:
        before.update({k: v for k, v in new["spec"].items() if k == "volumeName"})
    if before != fixed(new["spec"]):
        yield forbidden(
            "spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
        )


def _autoscaler(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    if spec.get("minReplicas", 1) < 1:
        yield wrong("spec.minReplicas", spec["minReplicas"], "must be greater than or equal to 1")
    if spec.get("maxReplicas", 0) < spec.get("minReplicas", 1):
        yield wrong("spec.maxReplicas", spec.get("maxReplicas", 0), "must be greater than or equal to `minReplicas`")
    reference = spec.get("scaleTargetRef") or {}
    for field in ("kind", "name"):
        if not reference.get(field):
            yield missing(f"spec.scaleTargetRef.{field}")
    if "/" not in reference.get("apiVersion", "") and reference.get("kind") != "ReplicationController":
        yield wrong("spec.scaleTargetRef.apiVersion", reference.get("apiVersion", ""), "apiVersion must specify API group")
    if not spec.get("maxReplicas"):
        yield missing("spec.maxReplicas")


def _budget(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    if "minAvailable" in spec and "maxUnavailable" in spec:
        yield wrong("spec", spec, "minAvailable and maxUnavailable cannot be both set")
    yield from label_selector(spec.get("selector"), "spec.selector")


def _definition(obj: Object) -> Iterator[Cause]:
    spec = obj.get("spec") or {}
    names = spec.get("names") or {}
    expected = f"{names.get('plural', '')}.{spec.get('group', '')}"
    if (obj.get("metadata") or {}).get("name") != expected:
        yield wrong("metadata.name", (obj.get("metadata") or {}).get("name", ""), 'must be spec.names.plural+"."+spec.group')
    if not spec.get("group"):
        yield missing("spec.group")
    elif "." not in spec["group"]:
        yield wrong("spec.group", spec["group"], "should be a domain with at least one dot")
    if not spec.get("scope"):
        yield missing("spec.scope")
    elif spec["scope"] not in ("Cluster", "Namespaced"):
        yield unsupported("spec.scope", spec["scope"], ("Cluster", "Namespaced"))
    versions = spec.get("versions") or ()
    if sum(bool(version.get("storage")) for version in versions) != 1:
        yield wrong("spec.versions", versions, "must have exactly one version marked as storage version")
    for number, version in enumerate(versions):
        if not (version.get("schema") or {}).get("openAPIV3Schema"):
            yield missing(f"spec.versions[{number}].schema.openAPIV3Schema", "schemas are required")
    for field in ("plural", "kind"):
        if not names.get(field):
            yield missing(f"spec.names.{field}")


def _storage_class(obj: Object) -> Iterator[Cause]:
    if not obj.get("provisioner"):
        yield missing("provisioner")


CREATE: Mapping[str, Callable[[Object], Iterator[Cause]]] = {
    "/pods": _pod,
    "/configmaps": _data,
    "/secrets": _secret,
    "/services": _service,
    "/persistentvolumeclaims": _claim,
    "apps/deployments": _workload,
    "apps/daemonsets": _workload,
    "apps/replicasets": _workload,
    "apps/statefulsets": _workload,
    "batch/jobs": _job,
    "batch/cronjobs": _cron_job,
    "networking.k8s.io/ingresses": _ingress,
    "rbac.authorization.k8s.io/roles": _role,
    "rbac.authorization.k8s.io/clusterroles": _role,
    "rbac.authorization.k8s.io/rolebindings": _binding,
    "rbac.authorization.k8s.io/clusterrolebindings": _binding,
    "autoscaling/horizontalpodautoscalers": _autoscaler,
    "policy/poddisruptionbudgets": _budget,
    "apiextensions.k8s.io/customresourcedefinitions": _definition,
    "storage.k8s.io/storageclasses": _storage_class,
}

UPDATE: Mapping[str, Callable[[Object, Object], Iterator[Cause]]] = {
    "/pods": _pod_update,
    "/configmaps": _data_update,
    "/secrets": _secret_update,
    "/services": _service_update,
    "/persistentvolumeclaims": _claim_update,
    "apps/deployments": _unchanged("spec.selector"),
    "apps/daemonsets": _unchanged("spec.selector"),
    "apps/replicasets": _unchanged("spec.selector"),
    "apps/statefulsets": _stateful_set_update,
    "batch/jobs": _unchanged("spec.completions", "spec.selector", "spec.template", "spec.completionMode"),
    "rbac.authorization.k8s.io/rolebindings": _binding_update,
    "rbac.authorization.k8s.io/clusterrolebindings": _binding_update,
    "storage.k8s.io/storageclasses": _unchanged(
        "provisioner", "parameters", "reclaimPolicy", "volumeBindingMode", why="field is immutable"
    ),
    "apiextensions.k8s.io/customresourcedefinitions": _unchanged(
        "spec.group", "spec.scope", "spec.names.plural", "spec.names.kind"
    ),
    "scheduling.k8s.io/priorityclasses": _unchanged("value", "preemptionPolicy"),
}


def check(key: str, obj: Object, old: Object | None = None) -> list[Cause]:
    """Everything that is wrong with the object, with what it was before when this is an update."""
    found = list(metadata(key, obj.get("metadata") or {})) if old is None else list(_metadata_update(obj))
    rule = CREATE.get(key)
    if rule is not None:
        found += rule(obj)
    if old is not None and key in UPDATE:
        found += UPDATE[key](old, obj)
    return found


def _metadata_update(obj: Object) -> Iterator[Cause]:
    meta = obj.get("metadata") or {}
    yield from labels(meta.get("labels") or {}, "metadata.labels")
    for annotation in meta.get("annotations") or {}:
        for why in qualified_name(annotation.lower()):
            yield wrong("metadata.annotations", annotation, why)
