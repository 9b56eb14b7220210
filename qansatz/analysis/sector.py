"""The subspace in which a circuit's state lives, whatever its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from qansatz.analysis.generators import apart, generators
from qansatz.analysis.markup import table
from qansatz.analysis.quantities import power_of_two
from qansatz.model.program import Model
from qansatz.model.reals import PiLinear, Real
from qansatz.pauli import gf2, groups
from qansatz.pauli.states import Action, States, action, stabilizer_state
from qansatz.pauli.strings import Pauli, to_text
from qansatz.pauli.tables import PauliTable, distinct

#: Beyond either, the subspace is not closed: only the Pauli symmetries are counted.
CLOSED_QUBITS = 12
CLOSED_DIMENSION = 256
_SHOWN = 8

_Residues = npt.NDArray[np.float64]

# Primes 1 mod 4, so that −1 has a square root; a sum of 2¹² products of residues is exact in float64.
_PRIMES = (1048573, 1048549)
_PI = 314159  # stands for π, about which no rational relation is known to the generators


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """The space that the circuit explores from its initial state.

    ``symmetries`` are independent signed strings that commute with every rotation and stabilize the initial state:
    they alone confine it to ``pauli_dimension`` = 2^(n−k). ``dimension`` is that of the smallest space that holds the
    initial state and is mapped to itself by every generator (sums, permutation symmetries and charges included);
    ``exact`` says whether it was found, or is the upper bound from the strings.
    """

    dimension: int
    exact: bool
    pauli_dimension: int
    symmetries: tuple[Pauli, ...]

    def facts(self) -> list[tuple[str, str, str]]:
        """Label, value and one line of explanation of every number."""
        shown = ", ".join(to_text(p) for p in self.symmetries[:_SHOWN])
        shown += ", ..." if len(self.symmetries) > _SHOWN else ""
        least = "" if self.exact else "at most "
        return [
            ("sector", least + power_of_two(self.dimension), "dimensions that the state explores"),
            (
                "kept strings",
                shown or "none",
                "commute with the circuit, stabilize its initial state: "
                f"{power_of_two(self.pauli_dimension)} dimensions",
            ),
        ]

    def __str__(self) -> str:
        return "\n".join(f"{label}: {value} ({why})" for label, value, why in self.facts())

    def _repr_html_(self) -> str:
        return table(self.facts())


def sector(model: Model) -> Sector:
    """The space that the circuit explores.

    Strings by linear algebra over F₂, at any size; sums by closing the span of products of generators on the initial
    state modulo two primes (each gives a lower bound that fails to be sharp only if the prime divides a minor).
    """
    n = model.n_qubits
    symmetries = _kept_stabilizers(model)
    bound = 2 ** (n - len(symmetries))
    sums = [g for g in generators(model).distinct if len(g.strings) > 1]
    dimension, exact = bound, not sums
    if sums and n <= CLOSED_QUBITS:
        found = max(_closed(model, bound, prime) for prime in _PRIMES)
        if found <= CLOSED_DIMENSION:
            dimension, exact = found, True
    return Sector(
        dimension=dimension, exact=exact, pauli_dimension=bound, symmetries=tuple(symmetries)
    )


def _kept_stabilizers(model: Model) -> list[Pauli]:
    """Independent products of the initial stabilizers that commute with every rotation, encoding included."""
    rotations, stabilizers = model.rotations, model.initial.stabilizers
    used = rotations.strings.take(distinct(rotations.string))
    conflicts = used.anticommutation(PauliTable.from_paulis(stabilizers, model.n_qubits))
    packed = np.packbits(conflicts, axis=1, bitorder="little")
    rows = (int.from_bytes(row.tobytes(), "little") for row in packed)
    kept = gf2.nullspace(rows, len(stabilizers))
    return [groups.product(stabilizers[k] for k in gf2.bits(mask)) for mask in kept]


def _closed(model: Model, bound: int, prime: int) -> int:
    """The dimension, modulo a prime, of the span of all products of generators on the initial state.

    Above ``CLOSED_DIMENSION`` the count stops.
    """
    space = _Space(prime, 2**model.n_qubits)
    field = _Field(prime)
    operators = _operators(model, field)
    state = stabilizer_state(model.initial.stabilizers, model.n_qubits)
    block = space.extend(field.powers_of_i(state / np.abs(state).max())[None, :])
    while len(block) and space.rank < bound and space.rank <= CLOSED_DIMENSION:
        found = []
        for operator in operators:
            image = np.zeros_like(block)
            for weight, source, phases in operator:
                moved = block if source is None else block[:, source]
                image = (image + weight * (moved * phases % prime)) % prime
            found.append(space.extend(image))
        block = np.concatenate(found)
    return space.rank


_Operator = list[tuple[int, npt.NDArray[np.intp] | None, _Residues]]


def _operators(model: Model, field: _Field) -> list[_Operator]:
    """Every distinct generator, encoding ones too, as weighted actions with residues for phases."""
    rotations, n = model.rotations, model.n_qubits
    found = generators(model)
    sums: list[tuple[Sequence[int], Sequence[Real]]] = [
        (g.strings, g.weights) for g in found.distinct
    ]
    single = apart(model, found).union(rotations.string[rotations.encoding].tolist())
    sums += [((string,), (1,)) for string in sorted(single)]
    operators = []
    for strings, weights in sums:
        actions: list[Action] = [action(rotations.strings.pauli(s), n) for s in strings]
        operators.append(
            [
                (field.residue(weight), part.source, field.powers_of_i(part.phases))
                for weight, part in zip(weights, actions, strict=True)
            ]
        )
    return operators


class _Field:
    """Residues modulo a prime p = 1 (mod 4), with a square root of −1."""

    def __init__(self, prime: int) -> None:
        self.prime = prime
        roots = (pow(base, (prime - 1) // 4, prime) for base in range(2, prime))
        self.i = next(root for root in roots if root * root % prime == prime - 1)

    def residue(self, value: Real) -> int:
        if isinstance(value, PiLinear):
            return (self.residue(value.rational) + _PI * self.residue(value.pi)) % self.prime
        fraction = Fraction(value)
        return fraction.numerator * pow(fraction.denominator, -1, self.prime) % self.prime

    def powers_of_i(self, values: States) -> _Residues:
        """Entries 0, 1, i, −1, −i as residues."""
        found: _Residues = (np.rint(values.real) + self.i * np.rint(values.imag)) % self.prime
        return found


class _Space:
    """A subspace of vectors of residues: a reduced basis, grown by blocks of vectors."""

    def __init__(self, prime: int, size: int) -> None:
        self.prime = prime
        self.basis: _Residues = np.zeros((0, size))
        self.pivots: list[int] = []

    @property
    def rank(self) -> int:
        return len(self.pivots)

    def extend(self, vectors: _Residues) -> _Residues:
        """Add the span of some vectors; the basis vectors that are new."""
        before = self.rank
        left = (vectors - vectors[:, self.pivots] @ self.basis) % self.prime
        while (rows := np.flatnonzero(left.any(axis=1))).size:
            left = left[rows]
            pivot = int(np.flatnonzero(left[0])[0])
            inverse = pow(int(left[0, pivot]), -1, self.prime)
            vector = left[0] * inverse % self.prime
            left = (left[1:] - left[1:, pivot, None] * vector) % self.prime
            self.basis = (self.basis - self.basis[:, pivot, None] * vector) % self.prime
            self.basis = np.concatenate((self.basis, vector[None, :]))
            self.pivots.append(pivot)
        return self.basis[before:]
