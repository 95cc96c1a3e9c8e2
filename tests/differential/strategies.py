"""Questions for the oracle, by mode: each generator makes one request from what it draws."""

from __future__ import annotations

import json
from collections.abc import Callable

from differential import charts, documents, templates, texts
from differential.choices import Choices
from differential.oracle import Request


def printf(draw: Choices) -> Request:
    request: Request = {"mode": "printf", "args": draw.some(0, 3, lambda: texts.typed(draw))}
    kind = draw.weighted([(80, "sprintf"), (12, "sprint"), (8, "sprintln")])
    return {**request, "text": texts.format_text(draw)} if kind == "sprintf" else {**request, "function": kind}


def yaml(draw: Choices) -> Request:
    return {"mode": "yaml", "text": documents.document(draw), "function": draw.weighted([(70, ""), (15, "strict"), (15, "map")])}


def values(draw: Choices) -> Request:
    return {"mode": "values", "text": documents.document_of_maps(draw)}


def toyaml(draw: Choices) -> Request:
    return {"mode": "toyaml", "args": [texts.typed(draw, 4)]}


def _broken(draw: Choices, text: str, noise: list[str]) -> str:
    if not draw.percent(30):
        return text
    at = draw.below(len(text) + 1)
    return text[:at] + draw.one(noise) + text[at + draw.below(3) :]


def read_json(draw: Choices) -> Request:
    made = json.dumps(texts.tree(draw), ensure_ascii=draw.percent(30), indent=draw.one([None, 1]), allow_nan=True)
    noise = ["", ",", "{", "]", '"', "1", "nul", "true", "\\u12", "\\ud800", "\x00", " ", "-", "01", "1e", "\t", "é", "//", "'"]
    return {"mode": "json", "text": _broken(draw, made, noise), "function": draw.weighted([(70, ""), (30, "map")])}


def toml(draw: Choices) -> Request:
    def value() -> str:
        return draw.one(
            [
                *[
                    '"a"',
                    "'a'",
                    "1",
                    "1.5",
                    "true",
                    "false",
                    "[1, 2]",
                    "{a = 1}",
                    '"""a\nb"""',
                    "'''a\nb'''",
                    "1979-05-27T07:32:00Z",
                    "1979-05-27",
                ],
                *[
                    "07:32:00",
                    "1979-05-27T07:32:00",
                    "0x1f",
                    "0o17",
                    "0b1",
                    "1_000",
                    "+1",
                    "-0",
                    "inf",
                    "nan",
                    "-inf",
                    "1e5",
                    "[]",
                    "{}",
                    '["a", 1]',
                ],
                *[
                    "[[1], [2]]",
                    '"\\u00e9\\n"',
                    "'\\'",
                    '"\\q"',
                    "01",
                    "1__0",
                    ".5",
                    "1.",
                    "x",
                    "",
                    "[1,",
                    "{a = 1,}",
                    "[1, 2,]",
                    "1979-05-27 07:32:00.5-07:00",
                ],
                *[
                    "9223372036854775807",
                    "9223372036854775808",
                    '"a',
                    "{a = 1, a = 2}",
                    "tru",
                    '"""\\\n  x"""',
                    "1e400",
                    "_1",
                    "0x",
                    "1979-13-01",
                ],
            ]
        )

    def line() -> str:
        name = draw.one(["a", "b", "c", "a.b", '"x y"', "'q'", "1", "a-b", "é", "", '""', "a . b"])
        return draw.weighted(
            [
                (60, lambda: f"{name} = {value()}"),
                (14, lambda: f"[{name}]"),
                (10, lambda: f"[[{name}]]"),
                (6, lambda: "# c"),
                (4, lambda: name),
                (3, lambda: ""),
            ]
        )()

    return {
        "mode": "toml",
        "text": _broken(draw, "\n".join(draw.some(1, 5, line)), ["", "=", "[", "]", '"', "'", "#", ".", "\n", "\r", "\x00", ","]),
    }


def strvals(draw: Choices) -> Request:
    function = draw.weighted([(55, "set"), (12, "string"), (15, "json"), (12, "literal"), (6, "file")])
    into = draw.one([{}, {"a": 1}, {"a": {"b": [1, {"c": 2}]}}, {"a": [1, [2]], "b": None, "c": "x"}])
    return {"mode": "strvals", "function": function, "text": texts.set_line(draw), "into": into}


def semver(draw: Choices) -> Request:
    return {"mode": "semver", "texts": [texts.constraint(draw), texts.version(draw)]}


def regex(draw: Choices) -> Request:
    by = "".join(
        draw.some(
            0, 3, lambda: draw.one(["x", "$1", "${1}", "$n", "${n}", "$$", "$0", "${", "$", "$1x", "${2}", "é", "${01}", "$é"])
        )
    )
    text = (
        draw.one(["a", "aab", "xaybz", "", "A.b-1", "foo bar", "éaé", "日a本", "a\nb", "k\u212a", "ſs", "Αα", "aaaa", "x\x00y"])
        if draw.percent(70)
        else texts.text(draw)
    )
    return {"mode": "regex", "texts": [texts.regex(draw), text, by], "number": draw.one([-1, 0, 1, 2, 3])}


def duration(draw: Choices) -> Request:
    text = (
        draw.one(texts.DURATIONS)
        if draw.percent(40)
        else "".join(
            draw.some(
                1, 4, lambda: draw.one(["1", "2.5", "h", "m", "s", "ms", "ns", "us", "-", "+", ".", "0", "99999999", "é", " "])
            )
        )
    )
    return {"mode": "duration", "text": text}


def time(draw: Choices) -> Request:
    layout = draw.one(texts.LAYOUTS)
    if draw.percent(40):
        return {"mode": "time", "texts": [layout, draw.one(texts.MOMENTS), draw.one(texts.LAYOUTS)]}
    moment = draw.one(
        [
            layout,
            layout.replace("02", "31"),
            layout.replace("01", "02"),
            layout.replace("2006", "2023"),
            layout.replace("Z07:00", "+02:30"),
            layout + "x",
            layout[:-1],
        ]
    )
    return {"mode": "time", "texts": [layout, moment, draw.one(texts.LAYOUTS)]}


def quote(draw: Choices) -> Request:
    inner = texts.text(draw)
    return {
        "mode": "quote",
        "text": draw.one(
            [inner, json.dumps(inner), f'"{inner}"', f"`{inner}`", f"'{inner}'", '"\\x41\\101\\u00e9"', "'\\''", '"\\400"']
        ),
    }


def kubeversion(draw: Choices) -> Request:
    return {"mode": "kubeversion", "text": draw.one(texts.VERSIONS) if draw.percent(60) else draw.one(texts.LIMITS)}


STRATEGIES: dict[str, Callable[[Choices], Request]] = {
    "render": templates.request,
    "charts": charts.request,
    "parse": templates.parse_request,
    "yaml": yaml,
    "values": values,
    "toyaml": toyaml,
    "strvals": strvals,
    "printf": printf,
    "json": read_json,
    "toml": toml,
    "semver": semver,
    "regex": regex,
    "duration": duration,
    "time": time,
    "quote": quote,
    "kubeversion": kubeversion,
}
