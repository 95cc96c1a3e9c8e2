"""Slash-separated paths as Go's packages path and path/filepath (on Unix) treat them. Source: Go's path/path.go."""

from __future__ import annotations


def clean(path: str) -> str:
    """path.Clean: the shortest path that means the same; "." for the empty one."""
    if not path:
        return "."
    rooted = path[0] == "/"
    parts: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part == "..":
            if parts and parts[-1] != "..":
                parts.pop()
            elif not rooted:
                parts.append("..")
            continue
        parts.append(part)
    cleaned = ("/" if rooted else "") + "/".join(parts)
    return cleaned or "."


def base(path: str) -> str:
    """path.Base: the last element; "." for the empty path, "/" for one of slashes only."""
    if not path:
        return "."
    stripped = path.rstrip("/")
    if not stripped:
        return "/"
    return stripped[stripped.rfind("/") + 1 :]


def directory(path: str) -> str:
    """path.Dir: all but the last element, cleaned."""
    return clean(path[: path.rfind("/") + 1])


def extension(path: str) -> str:
    """path.Ext: from the last dot of the last element; "" without one."""
    name = path[path.rfind("/") + 1 :]
    dot = name.rfind(".")
    return "" if dot < 0 else name[dot:]


def is_absolute(path: str) -> bool:
    """path.IsAbs."""
    return path.startswith("/")


def join(*elements: str) -> str:
    """path.Join: non-empty elements joined and cleaned; "" when there are none."""
    given = [element for element in elements if element]
    return clean("/".join(given)) if given else ""
