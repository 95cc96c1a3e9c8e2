"""Making new inputs of old ones. Nothing here knows what the inputs are for; each target brings seeds and words of its language.

Theory of operation: an input is a list of characters (or bytes) that a few random steps change: cut, copy, repeat, splice with another
input, insert a word, nest between brackets, replace a number by one that breaks things. Inputs whose outcome was not seen before are
kept as seeds: an outcome is what the target returned or the shape of its error, which leads towards code that has not run yet.
"""

from __future__ import annotations

import random
import re
from typing import TypeVar

T = TypeVar("T", str, bytes)

LONGEST = 20_000
"""Inputs are cut to this length: what grows with the square of its input shows at this length already."""

NUMBERS = [
    "0", "-1", "1", "00", "08", "65536", "65537", "2147483648", "-2147483649", "9223372036854775807", "-9223372036854775808",
    "18446744073709551616", "1e999", "1e-999", "0x7fffffffffffffff", "0o17", "0b1", "1_000", ".5", "5.", "1e1000000000", "NaN", ".inf",
    "9" * 400, "1000000000",
]  # fmt: skip
ODD = [
    "\0",
    "\x1b",
    "\x7f",
    "\x85",
    "\xa0",
    "\ufeff",
    "\u2028",
    "é",
    "ß",
    "İ",
    "\udc80",
    "\udcff",
    "\U0001f600",
    "\t",
    "\r\n",
    "\n",
    "\\",
    '"',
    "'",
    "`",
]
PAIRS = [("(", ")"), ("[", "]"), ("{", "}"), ("{{", "}}"), ('"', '"'), ("'", "'"), ("`", "`"), ("<", ">")]
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def mutate(chance: random.Random, text: str, others: list[str], words: list[str]) -> str:
    """The text after one to six random steps."""
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        text = _step(chance, text, others, words)[:LONGEST]
    return text


def _step(chance: random.Random, text: str, others: list[str], words: list[str]) -> str:
    kind = chance.randrange(12)
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + int(chance.expovariate(0.1)) + 1)
    piece = text[start:end]
    if kind == 0:
        return text[:start] + text[end:]
    if kind == 1:
        return text[:start] + piece + text[start:]
    if kind == 2:
        return text[:start] + piece * chance.choice((2, 3, 20, 300)) + text[end:]
    if kind == 3:
        return text[:start] + chance.choice(ODD) + text[start:]
    if kind in (4, 5) and words:
        return text[:start] + chance.choice(words) + text[end if kind == 5 else start :]
    if kind == 6:
        other = chance.choice(others)
        at = chance.randrange(len(other) + 1)
        return text[:start] + other[at : at + chance.choice((5, 50, 5000))] + text[end:]
    if kind == 7:
        opening, closing = chance.choice(PAIRS)
        times = chance.choice((1, 2, 50, 1500))
        return text[:start] + opening * times + piece + closing * times + text[end:]
    if kind == 8:
        found = list(_NUMBER.finditer(text))
        if found:
            match = chance.choice(found)
            return text[: match.start()] + chance.choice(NUMBERS) + text[match.end() :]
    if kind == 9:
        return text[:start] + chr(chance.choice((chance.randrange(128), chance.randrange(0xD800)))) + text[start + 1 :]
    if kind == 10:
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        lines[at] = chance.choice((" ", "  ", "- ", "\t", "#", "? ", ": ")) + lines[at]
        return "\n".join(lines)
    lines = text.split("\n")
    chance.shuffle(lines)
    return "\n".join(lines)


def mutate_bytes(chance: random.Random, data: bytes, others: list[bytes], words: list[bytes]) -> bytes:
    """As `mutate`, for bytes: bits flip, blocks of 512 move."""
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        kind = chance.randrange(8)
        start = chance.randrange(len(data) + 1)
        if kind == 0 and data:
            start = min(start, len(data) - 1)
            data = data[:start] + bytes([data[start] ^ 1 << chance.randrange(8)]) + data[start + 1 :]
        elif kind == 1:
            data = data[:start] + bytes([chance.choice((0, 1, 0x20, 0x37, 0x7F, 0x80, 0xFF))]) + data[start + 1 :]
        elif kind == 2:
            data = data[:start] + data[start + chance.choice((1, 8, 512)) :]
        elif kind == 3:
            block = start // 512 * 512
            data = data[:block] + data[block : block + 512] + data[block:]
        elif kind == 4 and words:
            word = chance.choice(words)
            data = data[:start] + word + data[start + len(word) :]
        elif kind == 5:
            other = chance.choice(others)
            at = chance.randrange(len(other) + 1) // 512 * 512
            data = data[: start // 512 * 512] + other[at : at + chance.choice((512, 1024, 8192))] + data[start:]
        elif kind == 6:
            data = data[:start]
        else:
            data = data[:start] + bytes(chance.choice((1, 512, 5000))) + data[start:]
        data = data[:200_000]
    return data
