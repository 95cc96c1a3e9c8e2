"""Pure knowledge of Kubernetes objects: what they are called, in which order they go, when they are ready, how they merge."""
