"""The subspace in which a circuit's state lives, whatever its parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Literal

import numpy as np
import numpy.typing as npt

from qansatz.analysis.algebra.generators import apart, generators
from qansatz.model.program import Model
from qansatz.model.reals import PiLinear, Real, is_zero
from qansatz.numbers import number
from qansatz.pauli import gf2, groups
from qansatz.pauli.states import Action, States, action, stabilizer_state
from qansatz.pauli.strings import Pauli, to_text
from qansatz.pauli.tables import PauliTable, distinct
from qansatz.sheets import Fact, Sheet, html

#: Beyond either, the subspace is not closed: only the Pauli symmetries are counted.
CLOSED_QUBITS = 12
CLOSED_DIMENSION = 256
_SHOWN = 8

_Residues = npt.NDArray[np.float64]

# A sum of 2¹² products of residues below 2²⁰ is exact in float64.
_SMALLEST_PRIME, _LARGEST_PRIME = 2**19, 2**20
_MOST_PRIMES = 5
_DRAWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """The space that the circuit explores from its initial state.

    ``symmetries`` are independent signed strings that commute with every rotation and stabilize the initial state:
    they alone confine it to ``pauli_dimension`` = 2^(n−k). ``dimension`` is that of the smallest space that holds the
    initial state and is mapped to itself by every generator (sums, permutation symmetries and charges included).
    ``known`` says whether that is proved, a lower bound (the rank modulo ``primes``, too small only if each of them
    divides certain minors), or an upper bound (from the strings alone).
    """

    dimension: int
    known: Literal["exact", "lower bound", "upper bound"]
    pauli_dimension: int
    symmetries: tuple[Pauli, ...]
    primes: tuple[int, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the dimension is proved."""
        return self.known == "exact"

    @property
    def dimension_text(self) -> str:
        """The dimension, with ``at least`` or ``at most`` where it is a bound."""
        word = {"exact": "", "lower bound": "at least ", "upper bound": "at most "}[self.known]
        return word + number(self.dimension)

    @property
    def evidence(self) -> str:
        """What the dimension rests on, in one line."""
        strings = "the Pauli strings that the circuit keeps"
        primes = " and ".join(str(prime) for prime in self.primes)
        match self.known:
            case "upper bound":
                return f"bounded by {strings} alone"
            case "lower bound":
                return f"counted modulo the primes {primes}; it is larger only if each of them is exceptional"
            case _ if primes:
                return f"counted modulo {primes}, and bounded by {strings}"
            case _:
                return f"by {strings}"

    def sheet(self) -> Sheet:
        """The dimension, and the strings that bound it."""
        shown = ", ".join(to_text(p) for p in self.symmetries[:_SHOWN])
        shown += ", ..." if len(self.symmetries) > _SHOWN else ""
        return Sheet(
            title="The space that the state reaches",
            facts=(
                Fact(
                    "sector",
                    self.dimension_text,
                    f"dimensions that the state explores, {self.evidence}",
                    certainty="exact" if self.exact else "bound",
                    key="expressivity.sector.dimension",
                ),
                Fact(
                    "kept strings",
                    shown or "none",
                    "commute with the circuit, stabilize its initial state: "
                    f"{number(self.pauli_dimension)} dimensions",
                    key="expressivity.sector.symmetries",
                ),
            ),
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def sector(model: Model) -> Sector:
    """The space that the circuit explores.

    Strings by linear algebra over F₂, at any size; sums by closing the span of products of generators on the initial
    state modulo primes. Each rank is a lower bound, so the largest counts; it is exact where it is as large as the
    strings allow. Otherwise primes are added until two have the largest rank, five at most.
    """
    n = model.n_qubits
    symmetries = _kept_stabilizers(model)
    bound = 2 ** (n - len(symmetries))
    distinct = generators(model).distinct
    sums = any(len(g.strings) > 1 for g in distinct)
    dimension, primes = bound, tuple[int, ...]()
    certainty: Literal["exact", "lower bound", "upper bound"] = "upper bound" if sums else "exact"
    if sums and n <= CLOSED_QUBITS:
        largest, used = _largest(model, bound, [w for g in distinct for w in g.weights])
        if largest == bound:
            certainty, primes = "exact", used
        elif 0 < largest <= CLOSED_DIMENSION:
            dimension, certainty, primes = largest, "lower bound", used
    return Sector(
        dimension=dimension,
        known=certainty,
        pauli_dimension=bound,
        symmetries=tuple(symmetries),
        primes=primes,
    )


def _largest(model: Model, bound: int, weights: Sequence[Real]) -> tuple[int, tuple[int, ...]]:
    """The largest dimension modulo some primes, and those primes; 0 where no prime suits the weights."""
    ranks: dict[int, int] = {}
    for field in _fields(weights):
        ranks[field.prime] = _closed(model, bound, field)
        largest = max(ranks.values())
        agree = [prime for prime, rank in ranks.items() if rank == largest]
        enough = len(agree) == 2 or len(ranks) == _MOST_PRIMES
        if largest == bound or largest > CLOSED_DIMENSION or enough:
            return largest, tuple(agree)
    return 0, ()


def _kept_stabilizers(model: Model) -> list[Pauli]:
    """Independent products of the initial stabilizers that commute with every rotation, encoding included."""
    rotations, stabilizers = model.rotations, model.initial.stabilizers
    used = rotations.strings.take(distinct(rotations.string))
    conflicts = used.anticommutation(PauliTable.from_paulis(stabilizers, model.n_qubits))
    packed = np.packbits(conflicts, axis=1, bitorder="little")
    rows = (int.from_bytes(row.tobytes(), "little") for row in packed)
    kept = gf2.nullspace(rows, len(stabilizers))
    return [groups.product(stabilizers[k] for k in gf2.bits(mask)) for mask in kept]


def _closed(model: Model, bound: int, field: _Field) -> int:
    """The dimension, modulo a prime, of the span of all products of generators on the initial state.

    Above ``CLOSED_DIMENSION`` the count stops.
    """
    prime = field.prime
    space = _Space(prime, 2**model.n_qubits)
    operators = _operators(model, field)
    state = stabilizer_state(model.initial.stabilizers, model.n_qubits)
    block = space.extend(field.powers_of_i(state / np.abs(state).max())[None, :])
    while len(block) and space.rank < bound and space.rank <= CLOSED_DIMENSION:
        images = []
        for operator in operators:
            image = np.zeros_like(block)
            for weight, source, phases in operator:
                moved = block if source is None else block[:, source]
                image = (image + weight * (moved * phases % prime)) % prime
            images.append(space.extend(image))
        block = np.concatenate(images)
    return space.rank


_Operator = list[tuple[int, npt.NDArray[np.intp] | None, _Residues]]


def _operators(model: Model, field: _Field) -> list[_Operator]:
    """Every distinct generator, encoding ones too, as weighted actions with residues for phases."""
    rotations, n = model.rotations, model.n_qubits
    places = generators(model)
    sums: list[tuple[Sequence[int], Sequence[Real]]] = [
        (g.strings, g.weights) for g in places.distinct
    ]
    single = apart(model, places).union(rotations.string[rotations.encoding].tolist())
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


def _fields(weights: Sequence[Real]) -> Iterator[_Field]:
    """Fields of different primes in which no weight vanishes or has a denominator that does.

    They are drawn with the weights for a seed, so that no weights are written against them.
    """
    parts = [part for weight in weights for part in _parts(weight)]
    random = Random(" ".join(f"{part.numerator:x}/{part.denominator:x}" for part in parts))
    seen = set[int]()
    for _ in range(_DRAWS):
        prime = _prime_below(random.randrange(_SMALLEST_PRIME, _LARGEST_PRIME))
        stand_in = random.randrange(prime)
        if prime in seen or not all(part.denominator % prime for part in parts):
            continue
        field = _Field(prime, stand_in)
        if all(is_zero(weight) or field.residue(weight) for weight in weights):
            seen.add(prime)
            yield field


def _parts(value: Real) -> tuple[Fraction, ...]:
    return (value.rational, value.pi) if isinstance(value, PiLinear) else (Fraction(value),)


def _prime_below(bound: int) -> int:
    """The largest prime 1 modulo 4 that is not above a bound."""
    candidate = bound - (bound - 1) % 4
    while any(candidate % factor == 0 for factor in range(3, math.isqrt(candidate) + 1, 2)):
        candidate -= 4
    return candidate


class _Field:
    """Residues modulo a prime p = 1 (mod 4), with a square root of −1, and one that stands for π.

    π is transcendental, so any residue makes the map from polynomials in it a homomorphism.
    """

    def __init__(self, prime: int, pi: int) -> None:
        self.prime, self.pi = prime, pi
        roots = (pow(base, (prime - 1) // 4, prime) for base in range(2, prime))
        self.i = next(root for root in roots if root * root % prime == prime - 1)

    def residue(self, value: Real) -> int:
        """Raises ``ValueError`` where the prime divides a denominator."""
        return (
            sum(
                part.numerator * pow(part.denominator, -1, self.prime) * power
                for part, power in zip(_parts(value), (1, self.pi), strict=False)
            )
            % self.prime
        )

    def powers_of_i(self, values: States) -> _Residues:
        """Entries 0, 1, i, −1, −i as residues."""
        residues: _Residues = (np.rint(values.real) + self.i * np.rint(values.imag)) % self.prime
        return residues


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
