"""What Go and the Masterminds libraries do that a user of Helm can see. Pure: knows nothing of Kubernetes or Helm."""
