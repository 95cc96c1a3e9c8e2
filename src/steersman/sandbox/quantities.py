"""Resource quantities: "500m", "1Gi", "1.5". Canonical form as the server prints it (apimachinery: api/resource/quantity.go)."""

from __future__ import annotations

import re
from fractions import Fraction

_FORM = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = ("n", "u", "m", "", "k", "M", "G", "T", "P", "E")
WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
MAX_DIGITS = 40
"""Longer numbers are refused: the real server caps them at 2**63-1."""


def value_of(text: str) -> Fraction:
    """The number. Raises ValueError with the server's text."""
    found = _FORM.match(text.strip())
    if not found or len(text) > MAX_DIGITS:
        raise ValueError(WRONG)
    number, suffix = Fraction(found[1]), found[2] or ""
    if suffix in _BINARY:
        base, power = 1024, _BINARY.index(suffix)
    elif suffix in _DECIMAL:
        base, power = 1000, _DECIMAL.index(suffix) - 3
    else:
        base, power = 10, int(suffix[1:])
        if abs(power) > MAX_DIGITS:
            raise ValueError(WRONG)
    scale: int = base ** abs(power)
    return number * scale if power >= 0 else number / scale


def canonical(text: str) -> str:
    """The quantity as the server prints it: no fraction, the largest suffix that keeps the number whole, its kind of suffix kept."""
    value = value_of(text)
    found = _FORM.match(text.strip())
    suffix = (found[2] if found else "") or ""
    if suffix and suffix in _BINARY and value.denominator == 1 and abs(value) >= 1024:
        number, power = int(value), 0
        while number and number % 1024 == 0 and power < 6:
            number, power = number // 1024, power + 1
        return f"{number}{_BINARY[power]}"
    if suffix and suffix in _BINARY:
        if value.denominator == 1:
            return str(int(value))
    scaled = value * 10**9
    nano = -((-scaled.numerator) // scaled.denominator)  # rounded up, as the server does below a nano
    if nano == 0:
        return "0"
    step = 0
    while nano % 1000 == 0 and step < 9:
        nano, step = nano // 1000, step + 1
    if suffix[:1] in ("e", "E") and suffix not in _DECIMAL:
        return f"{nano}e{(step - 3) * 3}" if step != 3 else str(nano)
    return f"{nano}{_DECIMAL[step]}"
