"""steersman: a Helm-compatible package manager for Kubernetes, as a typed library."""
