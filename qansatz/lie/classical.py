"""Names and dimensions of the compact classical Lie algebras u(1), su(k), so(k) and sp(k)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, assert_never

from qansatz.numbers import number

Family = Literal["su", "so", "sp", "u"]

_NUMBER: Final = r"(2 ?\^ ?\d{1,5}|\d{1,4000})"
_PART: Final = rf"(?:{_NUMBER} ?\* ?)?(su|so|sp|u) ?\( ?{_NUMBER} ?\)"


@dataclass(frozen=True, slots=True)
class Ideal:
    """``copies`` copies of one algebra, such as 4·su(4); sp(k) has rank k."""

    family: Family
    parameter: int
    copies: int = 1

    @property
    def dimension(self) -> int:
        """The dimension of all copies together."""
        return self.copies * dimension(self.family, self.parameter)

    @property
    def name(self) -> str:
        """The name, such as ``4*su(4)``."""
        single = f"{self.family}({number(self.parameter)})"
        return single if self.copies == 1 else f"{number(self.copies)}*{single}"


def dimension(family: Family, parameter: int) -> int:
    """The dimension of one copy."""
    match family:
        case "u":
            return parameter**2
        case "su":
            return parameter**2 - 1
        case "so":
            return parameter * (parameter - 1) // 2
        case "sp":
            return parameter * (2 * parameter + 1)
        case _:
            assert_never(family)


def canonical(family: Family, parameter: int, copies: int = 1) -> Ideal:
    """The same algebra under the one name that is used for it.

    so(2) = u(1), so(3) = sp(1) = su(2), so(4) = 2·su(2), so(5) = sp(2), so(6) = su(4).
    """
    match family, parameter:
        case "so", 2:
            return Ideal("u", 1, copies)
        case ("so", 3) | ("sp", 1):
            return Ideal("su", 2, copies)
        case "so", 4:
            return Ideal("su", 2, 2 * copies)
        case "so", 5:
            return Ideal("sp", 2, copies)
        case "so", 6:
            return Ideal("su", 4, copies)
        case _:
            return Ideal(family, parameter, copies)


def collected(ideals: Iterable[Ideal]) -> list[Ideal]:
    """Equal algebras counted together, those of the largest dimension first, u(1) last."""
    copies: dict[tuple[Family, int], int] = {}
    for ideal in ideals:
        key = ideal.family, ideal.parameter
        copies[key] = copies.get(key, 0) + ideal.copies
    sums = [Ideal(family, parameter, count) for (family, parameter), count in copies.items()]
    return sorted(sums, key=lambda i: (-dimension(i.family, i.parameter), i.family))


def name(ideals: Iterable[Ideal]) -> str:
    """The name of a direct sum, such as ``4*su(4) + 2*u(1)``; ``0`` for nothing."""
    return " + ".join(ideal.name for ideal in collected(ideals)) or "0"


def parsed(text: str) -> list[Ideal] | None:
    """The algebras that a text such as ``so(6) + 2*u(1)`` names, collected and canonical; None for no name."""
    if text.strip() == "0":
        return []
    ideals = []
    for part in text.split("+"):
        match = re.fullmatch(_PART, part.strip())
        if match is None:
            return None
        copies, family, parameter = match[1], match[2], match[3]
        ideals += _written(family, _value(parameter), _value(copies or "1"))  # type: ignore[arg-type]
    return collected(ideals)


def _written(family: Family, parameter: int, copies: int) -> list[Ideal]:
    if not copies or not dimension(family, parameter):
        return []
    if family == "u" and parameter > 1:
        return [Ideal("su", parameter, copies), Ideal("u", 1, copies)]
    return [canonical(family, parameter, copies)]


def _value(text: str) -> int:
    base, _, exponent = text.partition("^")
    return int(base) ** int(exponent) if exponent else int(base)
