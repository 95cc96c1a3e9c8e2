"""A release: the record of what was installed, the rules of its history, and how Helm writes it down."""
