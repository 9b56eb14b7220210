"""The variance of a cost over a deep circuit whose generators are sums, exactly: docs/mathematics/variance.md (9.8).

The moments are those of :mod:`qansatz.lie.moments`. Where permutations of the qubits fix the generators and the
initial state, every cost equals that of its observable averaged over them, and orbits are counted instead of strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from qansatz.lie.closure import Closure, Limit, Partial, close
from qansatz.lie.moments import Moments, NotFoundError, Orbits
from qansatz.pauli import permutations
from qansatz.pauli.orbits import Elements, Generated, Reduction, Symmetric, Trivial
from qansatz.pauli.permutations import Images
from qansatz.pauli.stabilizer_states import StabilizerState
from qansatz.pauli.strings import IDENTITY, Pauli
from qansatz.pauli.tables import PauliTable

#: The largest algebra whose moments are taken.
MOST_DIMENSIONS: Final = 500
#: The most qubits for which all strings that stabilize the initial state are listed.
LISTED_QUBITS: Final = 10
#: The most terms of which each has its own variance computed.
MOST_TERMS: Final = 64
_EFFORT: Final = 30.0

SPLITS: Final = "the observable, or the initial state, is a part in the Lie algebra and one that commutes with it"
OUTSIDE: Final = "neither the observable nor the initial state is a part in the Lie algebra and one commuting with it"
RESIDUES: Final = "a fraction from its residues modulo primes, confirmed by one more prime"


@dataclass(frozen=True, slots=True, kw_only=True)
class SumVariance:
    """The variance of a sum of strings, and of each of its first ``MOST_TERMS`` terms alone (None: not known)."""

    value: Fraction
    n_ideals: int
    terms: dict[tuple[int, int], Fraction | None]


def sum_variance(
    closure: Closure, stabilizers: Iterable[Pauli], terms: Mapping[Pauli, Fraction]
) -> SumVariance | str:
    """The variance of Σ c·P (phases 0) over e^𝔤 from a stabilizer state; a text says why there is none."""
    if closure.dimension > MOST_DIMENSIONS:
        return (
            f"the algebra has more than {MOST_DIMENSIONS} dimensions: no moments of sums are taken"
        )
    state = StabilizerState(tuple(stabilizers), closure.state.columns.n_qubits)
    if not _invariant(closure.state.columns.reduction, state):
        closed = _without_symmetry(closure)
        if isinstance(closed, str):
            return closed
        closure = closed
    try:
        return _Cost(closure, state).variance(terms)
    except NotFoundError as error:
        return str(error)


class _Cost:
    """One algebra, and one stabilizer state that its group of permutations fixes."""

    def __init__(self, closure: Closure, state: StabilizerState) -> None:
        self.columns, self.state = closure.state.columns, state
        self.moments = Moments(closure)
        self.near = self._expectations(self.columns.strings().paulis())

    def variance(self, terms: Mapping[Pauli, Fraction]) -> SumVariance | str:
        whole = self._averaged(terms)
        anything = not self.moments.splits(whole)
        if anything and not self._state_splits():
            return OUTSIDE
        values = self.moments.moment(self.near, whole)
        alone: dict[tuple[int, int], Fraction | None] = {}
        primes: dict[tuple[int, int], Fraction | None] = {}
        for pauli, weight in list(terms.items())[:MOST_TERMS]:
            unit = self._averaged({pauli: Fraction(1)})
            ((orbit, _),) = unit.items() or [((0, 0), None)]
            if orbit not in primes:
                fits = anything or self.moments.splits(unit)
                primes[orbit] = self.moments.moment(self.near, unit).value if fits else None
            part = primes[orbit]
            alone[pauli[:2]] = None if part is None else weight**2 * part
        return SumVariance(value=values.value, n_ideals=values.n_ideals, terms=alone)

    def _averaged(self, terms: Mapping[Pauli, Fraction]) -> Orbits:
        """A sum averaged over the permutations, without the identity."""
        kept = [p for p in terms if p.x | p.z]
        if not kept:
            return {}
        table = PauliTable.from_paulis(kept, self.columns.n_qubits)
        sizes = self.columns.reduction.sizes(table)
        total: Orbits = {}
        orbits = self.columns.reduction.representatives(table).paulis()
        for pauli, orbit, size in zip(kept, orbits, sizes, strict=True):
            total[orbit[:2]] = total.get(orbit[:2], Fraction(0)) + terms[pauli] / size
        return {key: value for key, value in total.items() if value}

    def _expectations(self, strings: Iterable[Pauli]) -> Orbits:
        values = ((p[:2], self.state.expectation(p)) for p in strings)
        return {key: Fraction(value) for key, value in values if value}

    def _state_splits(self) -> bool:
        """Whether the initial state is a part in the algebra and one that commutes with it."""
        if self.columns.n_qubits > LISTED_QUBITS:
            return False
        group = [IDENTITY]
        for generator in self.state.generators:
            group += [p * generator for p in group]
        table = PauliTable.from_paulis(group[1:], self.columns.n_qubits)
        orbits = self.columns.reduction.representatives(table).paulis()
        return self.moments.splits(self._expectations(dict.fromkeys(orbits)))


def _without_symmetry(closure: Closure) -> Closure | str:
    """The same algebra counted in strings."""
    columns = closure.state.columns
    limit = Limit(dimension=closure.dimension, effort=_EFFORT)
    closed = close(columns.generators, columns.n_qubits, reduction=Trivial(), limit=limit)
    if isinstance(closed, Partial):
        return (
            f"the initial state lacks the symmetry of the generators ({columns.reduction.name}), and string "
            f"by string the closure was stopped: {closed.reason}"
        )
    return closed


def _invariant(reduction: Reduction, state: StabilizerState) -> bool:
    """Whether the permutations of a group fix a stabilizer state."""
    return all(
        state.expectation(permutations.permute(p, images)) == 1
        for images in _moves(reduction, state.n_qubits)
        for p in state.generators
    )


def _moves(reduction: Reduction, n_qubits: int) -> tuple[Images, ...]:
    """Permutations that generate the group."""
    match reduction:
        case Trivial():
            return ()
        case Symmetric(blocks=blocks):
            return tuple(_exchange(b[0], k, n_qubits) for b in blocks for k in b[1:])
        case Elements(images=images):
            return images
        case Generated(generators=generators):
            return generators
        case _:
            raise TypeError(f"no generators of {reduction.name} are known")


def _exchange(first: int, other: int, n_qubits: int) -> Images:
    images = list(range(n_qubits))
    images[first], images[other] = other, first
    return tuple(images)
