"""Functions whose results are random: strings, numbers, UUIDs, shuffling. All draw bytes from the environment's `random`.

Source: sprig v3.3 functions.go, strings.go, crypto.go; Masterminds/goutils cryptorandomstringutils.go; huandu/xstrings Shuffle.
"""

from __future__ import annotations

from steersman.errors import GoPanic
from steersman.golang.sizes import check_elements
from steersman.rendering.functions.strval import check_size
from steersman.template import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from steersman.rendering.env import RenderEnv

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_ASCII = "".join(map(chr, range(32, 127)))


def below(random: Callable[[int], bytes], bound: int) -> int:
    """A number from 0 to bound - 1, each as likely: draws that would favour the small ones are thrown away."""
    size = ((bound - 1).bit_length() + 7) // 8 or 1
    fair = (1 << 8 * size) // bound * bound
    while True:
        drawn = int.from_bytes(random(size), "big")
        if drawn < fair:
            return drawn % bound


def bound(env: RenderEnv) -> dict[str, Function]:
    """The functions over this environment's source of random bytes."""
    random = env.random

    def text_of(alphabet: str) -> Callable[[int], str]:
        size = len(alphabet)
        fair = 256 // size * size

        def call(count: int) -> str:
            if count <= 0:
                return ""
            check_size(count)
            out: list[str] = []
            while len(out) < count:
                out += [alphabet[byte % size] for byte in random(count - len(out)) if byte < fair]
            return "".join(out)

        return call

    def rand_bytes(count: int) -> str:
        from binascii import b2a_base64

        if count < 0:
            raise GoPanic("runtime error: makeslice: len out of range")
        check_size(count)
        return b2a_base64(random(count), newline=False).decode()

    def rand_int(low: int, high: int) -> int:
        if high - low <= 0:
            raise GoPanic("invalid argument to Intn")
        return low + below(random, high - low)

    def shuffle(text: str) -> str:
        check_elements(len(text))
        letters = list(text)
        for position in range(len(letters) - 1, 0, -1):
            other = below(random, position + 1)
            letters[position], letters[other] = letters[other], letters[position]
        return "".join(letters)

    def uuidv4() -> str:
        drawn = bytearray(random(16))
        drawn[6] = drawn[6] & 0x0F | 0x40
        drawn[8] = drawn[8] & 0x3F | 0x80
        text = drawn.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    return {
        "randAlpha": Function(text_of(_LETTERS), ("int",), result="string"),
        "randAlphaNum": Function(text_of(_LETTERS + _DIGITS), ("int",), result="string"),
        "randAscii": Function(text_of(_ASCII), ("int",), result="string"),
        "randBytes": Function(rand_bytes, ("int",), result="string"),
        "randInt": Function(rand_int, ("int", "int")),
        "randNumeric": Function(text_of(_DIGITS), ("int",), result="string"),
        "shuffle": Function(shuffle, ("string",), result="string"),
        "uuidv4": Function(uuidv4, (), result="string"),
    }
