"""Where text leaves the process: standard output as the bytes that Go would write, log lines on standard error."""

from __future__ import annotations

import sys


def write(text: str) -> None:
    """Writes to standard output; surrogate-escaped bytes leave as they came in."""
    sys.stdout.flush()
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:  # a captured stream in a test
        sys.stdout.write(text)
    else:
        stream.write(text.encode("utf-8", "surrogateescape"))


def error(text: str) -> None:
    """Writes a line to standard error."""
    sys.stderr.write(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") + "\n")


def log(level: str, message: str, /, **facts: object) -> None:
    """A log line as Go's slog writes it without a time: `level=WARN msg="…" key=value`."""
    error(
        f"level={level} msg={_attribute(message)}" + "".join(f" {name}={_attribute(str(value))}" for name, value in facts.items())
    )


def _attribute(text: str) -> str:
    if text and text.isprintable() and not any(char in ' "=' for char in text):
        return text
    from steersman.golang.strconv import quote

    return quote(text)
