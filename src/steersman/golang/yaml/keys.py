"""The order in which go-yaml writes the keys of a map (sorter.go): numbers inside names count as numbers, letters come last.

It is no order at all for some sets ("a2" < "a12" < "a1b" < "a2"), for which Go's own output differs from run to run.
"""

from __future__ import annotations

import functools

from steersman.golang.yaml.resolver import replace_invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_ORDERS = 4096
_orders: dict[tuple[int, tuple[str, ...]], tuple[str, ...]] = {}

# Letters go behind everything else: they are moved there where something else stands behind them in ASCII.
_LETTERS_LAST = {code: chr(code + 0x80) for code in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}


def sorted_keys(mapping: Mapping[str, object], version: int) -> tuple[str, ...]:
    """The keys of a map in the order in which go-yaml v2 or v3 (`version`) writes them."""
    names = tuple(mapping)
    if len(names) < 2:
        return names
    found = _orders.get((version, names))
    if found is None:
        if len(_orders) >= _MOST_ORDERS:
            _orders.clear()
        found = _orders[version, names] = _sort(names, version)
    return found


def _sort(names: tuple[str, ...], version: int) -> tuple[str, ...]:
    joined = "".join(names)
    if joined.isascii() and not any(map(joined.__contains__, "0123456789")):
        if not any(map(joined.__contains__, "[\\]^_`{|}~\x7f")):
            return tuple(sorted(names))
        return tuple(sorted(names, key=lambda name: name.translate(_LETTERS_LAST)))
    return tuple(sorted(names, key=functools.cmp_to_key(_less_v2 if version == 2 else _less_v3)))


def _less_v2(a: str, b: str) -> int:
    return _compare(replace_invalid(a), replace_invalid(b), digits_matter=False)


def _less_v3(a: str, b: str) -> int:
    return _compare(replace_invalid(a), replace_invalid(b), digits_matter=True)


def _compare(a: str, b: str, digits_matter: bool) -> int:
    """-1 when `a` goes first, 1 when `b` does. `digits_matter`: after a digit, letters go before the rest (v3)."""
    after_digit = False
    for place, (left, right) in enumerate(zip(a, b)):
        if left == right:
            after_digit = left.isdecimal()
            continue
        left_letter, right_letter = left.isalpha(), right.isalpha()
        if left_letter and right_letter:
            return -1 if left < right else 1
        if left_letter or right_letter:
            if digits_matter and after_digit:
                return -1 if left_letter else 1
            return -1 if right_letter else 1
        begin = 0
        if left == "0" or right == "0":
            for before in reversed(a[:place]):
                if not before.isdecimal():
                    break
                if before != "0":
                    begin = 1
                    break
        left_number, left_end = _run(a, place, begin)
        right_number, right_end = _run(b, place, begin)
        if left_number != right_number:
            return -1 if left_number < right_number else 1
        if left_end != right_end:
            return -1 if left_end < right_end else 1
        return -1 if left < right else 1
    return -1 if len(a) < len(b) else 1 if len(b) < len(a) else 0


def _run(text: str, place: int, number: int) -> tuple[int, int]:
    """The number written from `place` on, in Go's int64 arithmetic, and where it ends."""
    while place < len(text) and text[place].isdecimal():
        number = number * 10 + ord(text[place]) - 48
        place += 1
    if number >= 1 << 63:
        number = ((number + (1 << 63)) & ((1 << 64) - 1)) - (1 << 63)
    return number, place
