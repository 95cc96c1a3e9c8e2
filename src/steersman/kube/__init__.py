"""The Kubernetes API: who we are (`config`, `identity`, `credentials`), what a call looks like (`requests`), how it travels
(`transport`, `tls`), what kinds there are (`discovery`), and the calls themselves (`client`).

Nothing is imported here: a command that needs no cluster pays nothing for it. Every failure is of the ClusterError family or
Cancelled; no exception of an HTTP or TLS library leaves this room.
"""
