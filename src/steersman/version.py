"""The version of steersman itself, and of the Helm whose behaviour it follows. Constants: nothing is looked up at start."""

__version__ = "0.1.0"

HELM_VERSION = "v4.3.1"
"""What templates see as `.Capabilities.HelmVersion.Version`: charts test it, so it is the version whose behaviour we follow."""

KUBE_VERSION = "v1.37.0"
"""The Kubernetes version assumed where there is no cluster. Helm 4.3.1: its client-go minor."""
