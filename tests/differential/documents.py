"""YAML texts from a grammar of its forms, some of them broken."""

from __future__ import annotations

import json

from differential.choices import Choices
from differential.texts import YAML_WORDS, as_json, key, text, tree

PLAIN = [
    "a", "b c", "x", "1", "1.5", "true", "yes", "~", "null", "", "0x1f", "1e3", "-", "a:b", "a#b", "a'b", "2001-01-01", "<<",
    "é", "http://x:80/y", "1_000", "0o7", "a, b",
]  # fmt: skip
NOISE = [
    "\t", " ", "\n", ":", "-", "#", "'", '"', "{", "[", "}", "]", ",", "&a ", "*a", "!t ", "|", ">", "%", "@", "`", "? ", "\\",
    "---\n", "...\n", "\r", "\x00", "\x85", "\ufeff", "<<: ", "é",
]  # fmt: skip


TAME = ["a", "b", "c", "x y", "é", "k1", "true", "1"]


def wild(draw: Choices, chance: int = 12) -> bool:
    """Whether to write what is most likely an error, or odd at least."""
    return draw.percent(chance)


def flow(draw: Choices, depth: int) -> str:
    """A value that fits one line."""
    kind = draw.weighted([(40, "plain"), (12, "double"), (12, "single"), (10, "list"), (10, "map"), (4, "json"), (1, "alias")])
    if kind == "plain" or (depth <= 0 and kind in {"list", "map"}):
        return draw.one(PLAIN[:12]) if not wild(draw) else draw.one(PLAIN) if wild(draw, 50) else draw.one(YAML_WORDS)
    if kind == "double":
        return draw.one(
            [
                lambda: json.dumps(text(draw)),
                lambda: '"a\\x41\\u00e9\\n\\"b"',
                lambda: '"a\\\n   b"',
                lambda: '"a\n  b\n\n  c"',
                lambda: '"\\q"',
                lambda: '"\\/\\e\\0\\N\\_\\L\\P\\U0001F600"',
            ]
        )()
    if kind == "single":
        return "'" + (text(draw) if wild(draw, 30) else draw.one(PLAIN)).replace("'", "''") + "'"
    if kind == "json":
        return as_json(tree(draw, 2))
    if kind == "alias":
        return draw.one(["*a", "*b"])
    if kind == "list":
        items = draw.one([", ", ",", " , ", ",\n "]).join(draw.some(0, 3, lambda: flow(draw, depth - 1)))
        return f"[{items}{draw.one(['', ',', ' '])}]"
    pairs = ", ".join(
        draw.some(
            0, 3, lambda: f"{flow_key(draw)}{draw.one([': ', ':', ' : ', '']) if wild(draw) else ': '}{flow(draw, depth - 1)}"
        )
    )
    return "{" + pairs + draw.one(["", ",", " "]) + "}"


def flow_key(draw: Choices) -> str:
    return draw.weighted(
        [
            (70, lambda: draw.one(["a", "b", "c", "d", "e", "f", "g", "h", "k1", "x y", "é"])),
            (3, lambda: draw.one(YAML_WORDS)),
            (10, lambda: as_json(key(draw))),
            (2, lambda: "<<"),
            (5, lambda: draw.one(["1", "1.5", "true", "null", "~", "2001-01-01", "0x10"])),
            (1, lambda: draw.one(["[a, b]", "{a: b}"])),
        ]
    )()


def properties(draw: Choices) -> str:
    if not draw.percent(12):
        return ""
    if not wild(draw, 40):
        return draw.one(["&a ", "!!str ", "&b "])
    return draw.one(
        [
            "&a ",
            "&b ",
            "!!str ",
            "!!int ",
            "!!float ",
            "!!bool ",
            "!!null ",
            "!!map ",
            "!!seq ",
            "!!binary ",
            "!t ",
            "! ",
            "!!set ",
            "!!timestamp ",
            "!!omap ",
            "!!merge ",
            "!<x> ",
            "!a!b ",
            "&a !!str ",
        ]
    )


def scalar_block(draw: Choices, indent: int) -> str:
    head = (
        draw.one(["|", ">", "|-", ">-", "|+", ">+"])
        if not wild(draw, 20)
        else draw.one(["|", ">", "|-", ">-", "|+", ">+", "|2", ">1", "|2-", "|-2", "|0", "| # c", "|x"])
    )
    pad = " " * (indent + (2 if not wild(draw) else draw.one([2, 1, 4])))
    lines = draw.some(
        0,
        4,
        lambda: draw.one(
            ["a", "b c", "", "  more", "# no comment", "é", "- a", "k: v", "'q'", *([" ", "\tt"] if wild(draw) else [])]
        ),
    )
    return head + "\n" + "\n".join(pad + line if line.strip() else line for line in lines)


def block(draw: Choices, indent: int, depth: int) -> str:
    """What stands behind `key:` or `-`, its leading blank included."""
    kind = draw.weighted([(45, "flow"), (18, "map"), (15, "list"), (10, "scalar"), (3, "lines")]) if depth else "flow"
    lead = properties(draw)
    if kind == "flow":
        return " " + lead + flow(draw, 2) + (draw.one([" # c", "  ", "\t", " #"]) if draw.percent(8) else "")
    if kind == "scalar":
        return " " + lead + scalar_block(draw, indent)
    if kind == "lines":
        return f" {lead}one\n{' ' * (indent + 2)}two\n{' ' * (indent + 1)}three"
    deeper = indent + (2 if not wild(draw) else draw.one([2, 4, 1, 0]))
    body = mapping(draw, deeper, depth - 1) if kind == "map" else sequence(draw, deeper, depth - 1)
    return f" {lead}".rstrip() + (draw.one([" # c", ""]) if draw.percent(8) else "") + "\n" + body


def mapping(draw: Choices, indent: int, depth: int) -> str:
    pad = " " * indent

    def pair() -> str:
        if draw.percent(4):
            return f"{pad}? {flow(draw, 1)}\n{pad}:{block(draw, indent, depth)}"
        return f"{pad}{properties(draw) if draw.percent(10) else ''}{flow_key(draw)}:{block(draw, indent, depth)}"

    return "\n".join(draw.some(1, 4, pair))


def sequence(draw: Choices, indent: int, depth: int) -> str:
    pad = " " * indent

    def item() -> str:
        if draw.percent(15) and depth:
            return f"{pad}- {mapping(draw, indent + 2, depth - 1).lstrip(' ')}"
        return f"{pad}-{block(draw, indent, depth)}"

    return "\n".join(draw.some(1, 4, item))


def document(draw: Choices) -> str:
    """One YAML text, now and then with an accident."""

    def body() -> str:
        return draw.weighted(
            [
                (50, lambda: mapping(draw, 0, 3)),
                (20, lambda: sequence(draw, 0, 3)),
                (12, lambda: flow(draw, 3)),
                (6, lambda: scalar_block(draw, 0)),
            ]
        )()

    made = body()
    if draw.percent(12):
        made = (
            draw.one(
                [
                    "---\n",
                    "--- ",
                    "%YAML 1.1\n---\n",
                    "# c\n",
                    "\n\n",
                    "%TAG ! tag:x,2000:\n---\n",
                    "\ufeff",
                    "--- |\n ",
                    "%YAML 2.0\n---\n",
                    "%X\n---\n",
                ]
            )
            + made
        )
    if draw.percent(12):
        made += draw.one(["\n", "\n...\n", "\n---\n", "\n# end", "\n\n\n", "\n---\nb: 1\n", "\n...\nx", " "])
    if draw.percent(15):
        at = draw.below(len(made) + 1)
        made = made[:at] + draw.one(NOISE) + made[at + draw.below(2) :]
    return made if draw.percent(20) else made + "\n"


def document_of_maps(draw: Choices) -> str:
    """One or more documents of a values file."""
    return "\n---\n".join(draw.some(1, 2, lambda: mapping(draw, 0, 3))) + "\n"
