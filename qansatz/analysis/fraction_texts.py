"""Fractions as text."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from qansatz.pauli.lie import decimal

_SHORT_BITS: Final = 80
_FLOAT_BITS: Final = 1000


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
