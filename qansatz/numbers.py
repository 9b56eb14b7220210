"""Numbers as text: integers of any length, fractions, and counts with their nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fractions import Fraction

#: Digits beyond which an integer is shortened in the middle.
_DIGITS: Final = 30
#: The largest power of two that is written in digits.
_LONGEST: Final = 10**6
#: ``str`` refuses integers of more digits.
_MOST_OF_STR: Final = 1 << 12
_SHORT_BITS: Final = 80
_FLOAT_BITS: Final = 1000


def decimal(value: int) -> str:
    """All digits of an integer, however long (``str`` refuses at 4,300)."""
    if value < 0:
        return "-" + decimal(-value)
    if value.bit_length() < 3 * _MOST_OF_STR:
        return str(value)
    half = value.bit_length() // 7
    high, low = divmod(value, 10**half)
    return decimal(high) + decimal(low).zfill(half)


def number(value: int) -> str:
    """An integer in digits, or as a power of two such as ``2^200`` where it is above a million."""
    if value > _LONGEST and value & (value - 1) == 0:
        return power(value.bit_length() - 1)
    return decimal(value)


def power(exponent: int) -> str:
    """2 to an exponent, as :func:`number` writes it."""
    return f"2^{exponent}" if exponent >= _LONGEST.bit_length() else str(1 << exponent)


def digits(value: int) -> str:
    """An integer in digits, in the middle shortened where it is long."""
    text = decimal(value)
    if len(text) <= _DIGITS:
        return text
    return f"{text[:12]}...{text[-12:]} ({len(text)} digits)"


def counted(count: int, noun: str) -> str:
    """A count with its noun, such as ``1 qubit`` and ``2 qubits``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def fraction_text(value: Fraction) -> str:
    """A fraction for people: rounded where it is long, to a power of 2 where it is tiny."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) <= _SHORT_BITS:
        return str(value)
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    return f"about 2^({exponent})" if abs(exponent) > _FLOAT_BITS else f"about {float(value):.4g}"


def exact_text(value: Fraction) -> str:
    """All digits of a fraction."""
    top, bottom = decimal(value.numerator), decimal(value.denominator)
    return top if bottom == "1" else f"{top}/{bottom}"


def rounded(value: Fraction) -> str:
    """Six digits, or a power of 2 where a float would be 0 or infinite."""
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    return f"{float(value):.6g}" if abs(exponent) <= _FLOAT_BITS else f"about 2^({exponent})"
