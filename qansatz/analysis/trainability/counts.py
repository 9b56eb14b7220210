"""The strings of a component that stabilize a state, counted, and the variance of each term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

import numpy as np

from qansatz.lie.classification import Algebra, Component, contains, radical
from qansatz.lie.free_fermions import FreeFermions
from qansatz.lie.quadratic_forms import QuadraticForm
from qansatz.model.reals import PiLinear, Real
from qansatz.pauli import gf2
from qansatz.pauli.commutation import marked_vectors, vectors
from qansatz.pauli.stabilizer_states import StabilizerState
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable


@dataclass(frozen=True, slots=True, kw_only=True)
class TermVariance:
    """One term of an observable, pulled back to the initial state: c·P.

    ``component`` is the index of its part of the algebra, or None: the term is constant in time (it
    commutes with the algebra), or outside, or the algebra is one of sums. ``dimension`` counts the strings of the
    component, and ``n_stabilizing`` those that stabilize the initial state; ``variance`` is that of the term alone,
    None where it is not known.
    """

    coefficient: Real
    pauli: Pauli
    component: int | None
    dimension: int
    n_stabilizing: int
    variance: Fraction | None


def as_fraction(value: Real) -> Fraction:
    """The number; floats and multiples of π as stored in binary."""
    return Fraction(float(value)) if isinstance(value, PiLinear) else Fraction(value)


def as_float(value: Fraction) -> int | float:
    """A fraction as a float, or rounded to an integer beyond all floats."""
    return float(value) if value < 1 << 1000 else round(value)


class TermCounts:
    """Counts for one algebra and one stabilizer state."""

    def __init__(self, classified: Algebra, stabilizers: Sequence[Pauli]) -> None:
        self.found = classified
        self.state = StabilizerState(stabilizers, classified.n_qubits)
        self._counts: dict[int, int] = {}
        self._owner = {
            row: k
            for k, component in enumerate(classified.components)
            for row in component.generators
        }

    def term(self, pauli: Pauli, coefficient: Real) -> TermVariance:
        """One term: its component, and its variance alone."""
        hit = self.found.strings.anticommute_with(pauli)
        if not hit.any():
            return self._row(pauli, coefficient, None, 0, Fraction(0))
        if not contains(self.found, pauli):
            return self._row(pauli, coefficient, None, 0, None)
        index = next(self._owner[row] for row in np.flatnonzero(hit).tolist() if row in self._owner)
        if index not in self._counts:
            component = self.found.components[index]
            self._counts[index] = n_stabilizing(self.found, component, self.state)
        count = self._counts[index]
        alone = as_fraction(coefficient) ** 2 * Fraction(
            count, self.found.components[index].dimension
        )
        return self._row(pauli, coefficient, index, count, alone)

    def total(self, rows: Sequence[TermVariance]) -> Fraction:
        """The variance of the sum: interfering terms add up before they are squared."""
        value = Fraction(0)
        for index, count in self._counts.items():
            inside = [row for row in rows if row.component == index]
            amplitudes = self._amplitudes(index, inside)
            squares = sum((a * a for a in amplitudes), Fraction(0))
            value += squares * Fraction(count, self.found.components[index].dimension)
        return value

    def _amplitudes(self, index: int, rows: Sequence[TermVariance]) -> list[Fraction]:
        """The coefficients, added up (with signs) over terms whose products are central and stabilize the state."""
        component = self.found.components[index]
        n = self.found.n_qubits
        central = gf2.Echelon(vectors(PauliTable.from_paulis(radical(self.found, component), n)))
        groups: dict[int, list[tuple[Pauli, Fraction]]] = {}
        keys = vectors(PauliTable.from_paulis([row.pauli for row in rows], n))
        for row, key in zip(rows, keys, strict=True):
            weight = as_fraction(row.coefficient)
            group = groups.setdefault(central.reduce(key)[0], [])
            for k, (first, total) in enumerate(group):
                sign = self.state.expectation(first * row.pauli)
                if sign:
                    group[k] = first, total + sign * weight
                    break
            else:
                group.append((row.pauli, weight))
        return [total for group in groups.values() for _, total in group]

    def _row(
        self, pauli: Pauli, coefficient: Real, index: int | None, count: int, alone: Fraction | None
    ) -> TermVariance:
        return TermVariance(
            coefficient=coefficient,
            pauli=pauli,
            component=index,
            dimension=0 if index is None else self.found.components[index].dimension,
            n_stabilizing=count,
            variance=alone,
        )


def n_stabilizing(classified: Algebra, component: Component, state: StabilizerState) -> int:
    """The strings of a component that stabilize a state up to sign: one elimination over F₂."""
    match component.members:
        case None:
            (pauli,) = classified.strings.take([component.generators[0]]).paulis()
            return abs(state.expectation(pauli))
        case FreeFermions() as fermions:
            return _pairs(fermions, vectors(state.table))
        case QuadraticForm() as form:
            return _values(classified, component, form, state)
        case _:
            assert_never(component.members)


def _pairs(fermions: FreeFermions, stabilizers: Sequence[int]) -> int:
    """The pairs i < j and voltages t with p(i) + p(j) + t in the span of the stabilizers.

    Where the potentials of i and j agree modulo voltages and stabilizers, as many t fit as there
    are voltages that stabilize.
    """
    voltages = fermions.voltages.basis
    both = gf2.Echelon(stabilizers)
    common = sum(both.insert(voltage) is not None for voltage in voltages)
    classes = Counter(both.reduce(p)[0] for p in fermions.potentials)
    return sum(k * (k - 1) // 2 for k in classes.values()) << common


def _values(
    classified: Algebra, component: Component, form: QuadraticForm, state: StabilizerState
) -> int:
    """The strings v of V ∩ W outside the radical R, with q(v) = 1 where q exists; W the stabilizers.

    On the commuting strings of V ∩ W the form is linear.
    """
    inside = _meet(classified, component, state)
    central = gf2.Span(
        vectors(PauliTable.from_paulis(radical(classified, component), classified.n_qubits))
    )
    both = _intersection(inside, central.basis)
    if not form.exists:
        return (1 << len(inside)) - (1 << len(both))
    return _odd(form, inside, classified.n_qubits) - _odd(form, both, classified.n_qubits)


def _odd(form: QuadraticForm, rows: Sequence[int], n_qubits: int) -> int:
    """How many sums of independent commuting rows have q = 1."""
    marked = marked_vectors(_table(rows, n_qubits))
    values = [form.span.reduce(row, 1) == 0 for row in marked]
    return 1 << (len(rows) - 1) if any(values) else 0


def _meet(classified: Algebra, component: Component, state: StabilizerState) -> list[int]:
    members = vectors(classified.strings.take(list(component.basis)))
    return _intersection(members, vectors(state.table))


def _intersection(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """A basis of the intersection of two spans, each given by independent rows."""
    span = gf2.Echelon(left)
    common = []
    for row in right:
        combination = span.insert(row)
        if combination is not None:
            common.append(
                _sum(right[k - len(left)] for k in gf2.bits(combination) if k >= len(left))
            )
    return common


def _sum(rows: Iterable[int]) -> int:
    total = 0
    for row in rows:
        total ^= row
    return total


def _table(rows: Sequence[int], n_qubits: int) -> PauliTable:
    width = 64 * max(1, -(-n_qubits // 64))
    mask = (1 << width) - 1
    return PauliTable.from_ints([r & mask for r in rows], [r >> width for r in rows], n_qubits)
