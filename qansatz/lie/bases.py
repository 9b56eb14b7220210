"""A basis of a closed algebra of sums, one vector of integers after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from math import gcd, lcm

import numpy as np

from qansatz.lie.closure import Closure, run_of
from qansatz.lie.lifts import Entries, rational
from qansatz.pauli.strings import Pauli
from qansatz.sheets import Remark, Sheet, html

Vector = dict[Pauli, int]


class NoBasisError(Exception):
    """The dimension is known modulo primes only: no rational basis with small entries was found."""

    def __str__(self) -> str:
        return (
            "no basis is listed: none with small rational entries was found; the dimension is one on which "
            "primes agree, not one of a basis over the rationals"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SumElements:
    """Vectors of a basis, coefficient by string; ``complete`` says whether they are all.

    With ``group``, a string stands for the sum of all different strings that this group of qubit
    permutations makes of it.
    """

    vectors: tuple[Vector, ...] = field(repr=False)
    complete: bool
    group: str | None

    def sheet(self) -> Sheet:
        """How many vectors there are, and of what."""
        head = f"{len(self.vectors)} basis vectors" + ("" if self.complete else " of more")
        orbits = "" if self.group is None else f", in orbits under {self.group}"
        return Sheet(title="Elements", remarks=(Remark("", head + orbits),))

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def sum_elements(closure: Closure, limit: int) -> SumElements:
    """At most ``limit`` vectors of a basis of the algebra.

    Raises:
        NoBasisError: where the closure is certified by primes only.
    """
    elements = tuple(islice(vectors(closure), limit))
    return SumElements(
        vectors=elements, complete=len(elements) == closure.dimension, group=group_of(closure)
    )


def group_of(closure: Closure) -> str | None:
    """The group whose orbits the strings of a basis stand for; None where they stand for themselves."""
    return None if closure.reduction == "no symmetry" else closure.reduction


def vectors(closure: Closure) -> Iterator[Vector]:
    """A basis: integer coefficients without common factor, by string or representative of its orbit.

    Raises:
        NoBasisError: at the first vector, where the closure is certified by primes only.
    """
    if closure.certificate != "lifted":
        raise NoBasisError
    runs = [run_of(closure, prime) for prime in closure.primes]
    columns = runs[0].columns
    strings = columns.strings()
    for grade, spans in enumerate(zip(*(run.spans for run in runs), strict=True)):
        if not spans[0].dimension:
            continue
        entries = rational(spans)
        if entries is None:
            raise NoBasisError
        members = np.array(columns.members(grade), dtype=np.int64)
        paulis = strings.take(members[: spans[0].width]).paulis()
        yield from _rows(entries, paulis)


def _rows(entries: Entries, paulis: list[Pauli]) -> Iterator[Vector]:
    cuts = np.flatnonzero(np.diff(entries.rows)) + 1
    for start, end in zip([0, *cuts.tolist()], [*cuts.tolist(), len(entries.rows)], strict=True):
        numerators = [int(value) for value in entries.numerators[start:end]]
        if entries.denominators is not None:
            below = [int(value) for value in entries.denominators[start:end]]
            common = lcm(*below)
            numerators = [a * (common // b) for a, b in zip(numerators, below, strict=True)]
        factor = gcd(*numerators) * (-1 if numerators[0] < 0 else 1)
        columns = entries.columns[start:end].tolist()
        yield {paulis[k]: a // factor for k, a in zip(columns, numerators, strict=True)}
