"""Discovery documents, read without a cluster."""

from __future__ import annotations

from steersman.kube import discovery
from steersman.kube.discovery import Discovery


def entry(resource: str, kind: str, scope: str = "Namespaced", **more: object) -> dict[str, object]:
    return {"resource": resource, "responseKind": {"kind": kind}, "scope": scope, "verbs": ["get"], **more}


AGGREGATED = {
    "items": [
        {
            "metadata": {},
            "versions": [{"version": "v1", "resources": [entry("pods", "Pod"), entry("namespaces", "Namespace", "Cluster")]}],
        },
        {
            "metadata": {"name": "apps"},
            "versions": [
                {
                    "version": "v1",
                    "resources": [
                        entry(
                            "deployments",
                            "Deployment",
                            shortNames=["deploy"],
                            subresources=[{"subresource": "scale", "responseKind": {"kind": "Scale"}}, {"subresource": "x"}],
                        )
                    ],
                },
                {"version": "v1beta1", "resources": [entry("deployments", "Deployment")]},
            ],
        },
        {"metadata": {"name": "metrics.example.test"}, "versions": [{"version": "v1", "freshness": "Stale"}]},
    ]
}


def test_the_aggregated_form() -> None:
    found = discovery.read_aggregated(AGGREGATED)
    deployments = found.find("apps/v1", "Deployment")
    assert deployments is not None
    assert (deployments.name, deployments.namespaced, deployments.subresources) == ("deployments", True, (("scale", "Scale"),))
    assert [one.version for one in found.served("apps", "Deployment")] == ["v1", "v1beta1"]
    assert found.find("v1", "Deployment") is None
    assert found.failed == (("metrics.example.test/v1", "stale GroupVersion discovery: metrics.example.test/v1"),)
    assert found.api_versions() == (
        "v1",
        "apps/v1",
        "apps/v1beta1",
        "v1/Pod",
        "v1/Namespace",
        "apps/v1/Deployment",
        "apps/v1/Scale",
        "apps/v1beta1/Deployment",
    )


def test_the_older_form() -> None:
    groups = {
        "groups": [
            {
                "name": "apps",
                "versions": [{"groupVersion": "apps/v1beta1"}, {"groupVersion": "apps/v1"}],
                "preferredVersion": {"groupVersion": "apps/v1"},
            }
        ]
    }
    assert discovery.group_versions(groups) == ("apps/v1", "apps/v1beta1")
    assert discovery.group_versions({"versions": ["v1"]}) == ("v1",)
    document = {
        "resources": [
            {"name": "deployments/scale", "kind": "Scale"},
            {"name": "deployments", "kind": "Deployment", "namespaced": True},
        ]
    }
    (only,) = discovery.read_group_version("apps/v1", document).resources
    assert (only.group, only.version, only.name, only.subresources) == ("apps", "v1", "deployments", (("scale", "Scale"),))


def test_one_version_is_renewed_by_itself() -> None:
    before = discovery.read_aggregated(AGGREGATED)
    fresh = discovery.read_group_version("metrics.example.test/v1", {"resources": [{"name": "nodes", "kind": "Node"}]})
    after = before.updated(fresh)
    assert after.failed == ()
    assert after.find("metrics.example.test/v1", "Node")
    assert len(after.resources) == len(before.resources) + 1
    assert after.updated(fresh) == after


def test_nothing_at_all() -> None:
    assert discovery.read_aggregated({}) == discovery.merge([]) == Discovery(())
    assert discovery.group_versions({}) == ()
