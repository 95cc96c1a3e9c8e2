"""References, the order of kinds, and whose an object is."""

from __future__ import annotations

import pytest

from steersman.errors import ReleaseError
from steersman.objects import names
from steersman.objects.kinds import INSTALL_ORDER, UNINSTALL_ORDER, sorted_by_kind
from steersman.objects.ownership import check_adoption, check_names, is_owned, owned, ownership_problem
from steersman.objects.refs import Ref, group_version_kind, join_api_version, ref_of, resource_string, split_api_version


def test_refs_print_as_kubernetes_does() -> None:
    ref = ref_of({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "b"}})
    assert ref == Ref("apps/v1", "Deployment", "b", "a")
    assert (ref.group, ref.version, str(ref)) == ("apps", "v1", "Deployment/b/a")
    assert str(Ref("v1", "Namespace", "", "a")) == "Namespace/a"
    assert ref.identity == Ref("apps/v1beta1", "Deployment", "b", "a").identity
    assert ref.in_namespace("c").namespace == "c"
    assert resource_string(ref) == 'Deployment "a" in namespace "b"'
    assert group_version_kind("apps/v1", "Deployment") == "apps/v1, Kind=Deployment"
    assert group_version_kind("v1", "Pod") == "/v1, Kind=Pod"
    assert ref_of({"kind": 3, "metadata": []}) == Ref("", "")
    for text in ("v1", "apps/v1"):
        assert join_api_version(*split_api_version(text)) == text


def test_kinds_go_in_helms_order() -> None:
    kinds = ["Zebra", "Service", "Ant", "ValidatingWebhookConfiguration", "Namespace", "Ant", "MutatingWebhookConfiguration"]
    items = list(enumerate(kinds))
    assert sorted_by_kind(items, lambda item: item[1]) == [
        (4, "Namespace"), (1, "Service"), (6, "MutatingWebhookConfiguration"), (3, "ValidatingWebhookConfiguration"), (2, "Ant"), (5, "Ant"), (0, "Zebra"),
    ]  # fmt: skip
    assert [kind for _, kind in sorted_by_kind(items, lambda item: item[1], UNINSTALL_ORDER)][:2] == [
        "ValidatingWebhookConfiguration",
        "MutatingWebhookConfiguration",
    ]
    assert set(INSTALL_ORDER) == set(UNINSTALL_ORDER)
    assert len(set(INSTALL_ORDER)) == len(INSTALL_ORDER)


def test_ownership() -> None:
    bare = {"kind": "ConfigMap", "metadata": {"name": "a", "labels": {"x": "y", names.MANAGED_BY: "me"}}}
    mine = owned(bare, "rel", "ns")
    assert is_owned(mine, "rel", "ns")
    assert mine["metadata"]["labels"] == {"x": "y", "app.kubernetes.io/managed-by": "Helm"}
    assert bare["metadata"] == {"name": "a", "labels": {"x": "y", names.MANAGED_BY: "me"}}
    assert ownership_problem({"metadata": {}}, "rel", "ns") == (
        'invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"; '
        'annotation validation error: missing key "meta.helm.sh/release-name": must be set to "rel"; '
        'annotation validation error: missing key "meta.helm.sh/release-namespace": must be set to "ns"'
    )
    with pytest.raises(ReleaseError) as raised:
        check_adoption(Ref("v1", "ConfigMap", "ns", "a"), mine, "other", "ns")
    assert str(raised.value) == (
        'ConfigMap "a" in namespace "ns" exists and cannot be imported into the current release: invalid ownership metadata; '
        'annotation validation error: key "meta.helm.sh/release-name" must equal "other": current value is "rel"'
    )


def test_generated_names() -> None:
    assert check_names(Ref("v1", "Pod"), {"metadata": {"generateName": "a-"}})
    assert not check_names(Ref("v1", "Pod", "", "a"), {"metadata": {"name": "a"}})
    with pytest.raises(ReleaseError, match=r"^metadata.name and metadata.generateName cannot both be set$"):
        check_names(Ref("v1", "Pod", "", "a"), {"metadata": {"name": "a", "generateName": "a-"}})
