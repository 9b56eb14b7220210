"""Which derivatives one projective measurement could give, and the least number M of such groups.

Γ_j(θ) = ∂_j(U†OU) is the operator whose expectation is the derivative by rotation j. Derivatives are simultaneously
measurable when their operators commute for all θ; the gradient measurement efficiency is F = L/M (Chinzei et al.,
arXiv:2406.18316). In the frame after the circuit Γ_j is (i/2)[A_j, O] with A_j = W_jP_jW_j†, W_j the rotations after j.
The circuits of a schedule have an ancilla and measure no Γ, so their number may lie on either side of M.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.cover import Allowance, cover
from qansatz.analysis.gradient.patterns import Patterns, patterns
from qansatz.model.program import Model, Term
from qansatz.model.reals import PiLinear, Real
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import PauliTable
from qansatz.sheets import Fact, Remark, Sheet, html

Residues: TypeAlias = npt.NDArray[np.float64]
Relation: TypeAlias = npt.NDArray[np.bool_]

#: Matrices of residues are used up to so many qubits, entries and products; beyond, bounds are given.
MAX_QUBITS: Final = 8
MAX_ENTRIES: Final = 12_000_000
MAX_PRODUCTS: Final = 2_000_000_000
#: The probability that a pair that does not commute is missed, summed over all pairs.
ERROR: Final = 1e-9
#: Clifford points that are tried, fewer where rotations, or products of terms, would exceed these numbers.
POINTS: Final = 64
MAX_PAIRS: Final = 4_000_000
MAX_STEPS: Final = 200_000
MAX_PRODUCTS_OF_TERMS: Final = 20_000_000

EXACT: Final = (
    "all pairs decided at random points over finite fields: those that do not commute are proved, "
    "those that do up to an error below 1e-9"
)
BOUNDS: Final = (
    "at least: pairs that do not commute at a Clifford point; at most: rotations of one sign pattern "
    "and one parity with every term"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurability:
    """Bounds on M, the least number of groups of commuting derivatives; ``n_rotations`` is L.

    ``witnesses`` are rotations whose derivatives pairwise do not commute.
    """

    n_rotations: int
    n_vanishing: int
    at_least: int
    at_most: int
    witnesses: tuple[int, ...]
    method: str

    @property
    def exact(self) -> bool:
        """Whether M is known."""
        return self.at_least == self.at_most

    @property
    def efficiency(self) -> Fraction | None:
        """F = L/M of this circuit, where M is known and not 0."""
        return Fraction(self.n_rotations, self.at_most) if self.exact and self.at_most else None

    def sheet(self) -> Sheet:
        """The groups, F, and how they were found."""
        span = f"{self.at_most}" if self.exact else f"{self.at_least} to {self.at_most}"
        without = f", {self.n_vanishing} without a derivative" if self.n_vanishing else ""
        groups = Fact(
            "groups",
            span,
            f"of derivatives that commute as operators (M); {self.n_rotations} rotations{without}",
            certainty="exact" if self.exact else "bound",
            key="schedule.measurability.at_most",
        )
        efficiency = Fact(
            "efficiency",
            str(self.efficiency),
            "F = L/M of this circuit",
            key="schedule.measurability.efficiency",
        )
        return Sheet(
            title="Derivatives that can be measured together",
            facts=(groups,) if self.efficiency is None else (groups, efficiency),
            remarks=(Remark("method", self.method),),
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Subject:
    """A circuit and all terms of an observable, whatever the initial state."""

    model: Model
    n_rotations: int
    terms: tuple[Term, ...]
    patterns: Patterns


def _subject(schedule: Schedule) -> _Subject:
    model, classes = schedule.model, schedule.patterns
    rotations = model.rotations
    terms = (*schedule.terms, *(term for term, _ in schedule.vanishing))
    if schedule.vanishing:
        strings = [term.pauli for term in terms]
        wanted = schedule.differentiated
        classes = patterns(rotations.strings, rotations.string, wanted, strings, ())
    return _Subject(model=model, n_rotations=schedule.n_rotations, terms=terms, patterns=classes)


def measurability(schedule: Schedule, *, effort: float = 5.0) -> Measurability:
    """M for the rotations and the observable of a schedule, exactly on few qubits, else between bounds.

    Other than the schedule it does not depend on the initial state. ``effort`` is for the search of few groups: about
    seconds, counted in work.
    """
    subject = _subject(schedule)
    rows = subject.patterns.rows
    size = len(rows)
    if not size or not subject.terms:
        return _nothing(subject)
    if _feasible(subject):
        conflicts, alive = _generic(subject)
        kept = np.flatnonzero(alive)
        covered = cover(_rows(conflicts[np.ix_(kept, kept)]), Allowance(effort))
        return Measurability(
            n_rotations=subject.n_rotations,
            n_vanishing=subject.n_rotations - len(kept),
            at_least=covered.lower_bound,
            at_most=covered.n_sets,
            witnesses=tuple(int(rows[kept[k]]) for k in covered.clique),
            method=EXACT,
        )
    clique: tuple[int, ...] = (0,)
    if size * size <= MAX_PAIRS:
        refuted = np.zeros((size, size), dtype=np.bool_)
        for relation in _clifford_points(subject):
            refuted |= relation
        clique = cover(_rows(refuted), Allowance(effort), exact=False).clique
    return Measurability(
        n_rotations=subject.n_rotations,
        n_vanishing=subject.n_rotations - size,
        at_least=max(1, len(clique)),
        at_most=_same_pattern_and_parity(subject),
        witnesses=tuple(int(rows[k]) for k in clique),
        method=BOUNDS,
    )


def _nothing(subject: _Subject) -> Measurability:
    return Measurability(
        n_rotations=subject.n_rotations,
        n_vanishing=subject.n_rotations,
        at_least=0,
        at_most=0,
        witnesses=(),
        method="no derivative differs from 0",
    )


def _rows(conflicts: Relation) -> list[int]:
    packed = np.packbits(conflicts, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def _same_pattern_and_parity(subject: _Subject) -> int:
    """Groups proved to commute.

    With equal patterns A_k = S·A_j for S = P_jP_k, which commutes with A_j; if S commutes with O too, then Γ_k = S·Γ_j.
    """
    patterns, rotations = subject.patterns, subject.model.rotations
    columns = [
        rotations.strings.anticommute_with(term.pauli)[rotations.string[patterns.rows]]
        for term in subject.terms
    ]
    packed = np.packbits(np.array(columns), axis=0)
    return len({(int(k), key.tobytes()) for k, key in zip(patterns.plain, packed.T, strict=True)})


# Clifford points: every Γ is a sum of few strings there


def _clifford_points(subject: _Subject) -> Iterator[Relation]:
    """At random angles of quarter turns, which pairs do not commute."""
    rotations, rows = subject.model.rotations, subject.patterns.rows.tolist()
    wanted = {row: k for k, row in enumerate(rows)}
    active = subject.patterns.active.tolist()
    draw = random.Random(0)
    n_terms = len(subject.terms)
    pairs = 0 if n_terms == 1 else (len(rows) * n_terms) ** 2 // 2
    n_points = min(POINTS, MAX_STEPS // len(active), MAX_PRODUCTS_OF_TERMS // max(1, pairs))
    for _ in range(n_points):
        # The tableau of D = W† pulls P to D†PD = WPW†, and W·R makes it R†·D.
        adjoint = Tableau(subject.model.n_qubits)
        images: list[Pauli] = [Pauli(0, 0)] * len(rows)
        for row in reversed(active):
            pauli = rotations.pauli(row)
            if row in wanted:
                images[wanted[row]] = adjoint.pull(pauli)
            adjoint.apply_rotation(pauli, draw.choice((0, 1, 1, 2, 3, 3)))
        yield _not_commuting(images, [term.pauli for term in subject.terms], subject.model.n_qubits)


def _not_commuting(images: Sequence[Pauli], terms: Sequence[Pauli], n_qubits: int) -> Relation:
    """Pairs of [A_j, O] that surely do not commute: for one term exactly; for sums where one product stands alone."""
    size = len(images)
    if len(terms) == 1:
        table = PauliTable.from_paulis(images, n_qubits)
        felt = table.anticommute_with(terms[0])
        single: Relation = table.anticommutation() & felt & felt[:, None]
        return single
    relation = np.zeros((size, size), dtype=np.bool_)
    parts = [[(a.x ^ t.x, a.z ^ t.z) for t in terms if anticommute(a, t)] for a in images]
    for j in range(size):
        for k in range(j):
            count: dict[tuple[int, int], int] = {}
            for p in parts[j]:
                for q in parts[k]:
                    if ((p[0] & q[1]).bit_count() + (p[1] & q[0]).bit_count()) & 1:
                        key = (p[0] ^ q[0], p[1] ^ q[1])
                        count[key] = count.get(key, 0) + 1
            relation[j, k] = relation[k, j] = 1 in count.values()
    return relation


# Random points over finite fields


def _rounds(subject: _Subject) -> int:
    """Points that suffice: an entry of a commutator has degree 8 at most in the parameter of each rotation.

    At one random point it vanishes by accident with probability degree/p at most (Schwartz and Zippel), times a
    vector's 1/p.
    """
    size = len(subject.patterns.rows)
    missed = (8 * len(subject.patterns.active) + 2) / 2**21
    return math.ceil(math.log(ERROR / (size * size)) / math.log(missed)) if missed < 0.5 else 0


def _feasible(subject: _Subject) -> bool:
    """Whether matrices over finite fields are small enough, and few points suffice."""
    n, size = subject.model.n_qubits, len(subject.patterns.rows)
    if n > MAX_QUBITS or size * max(4**n, size * 2**n) > MAX_ENTRIES:
        return False
    rounds = _rounds(subject)
    return rounds > 0 and rounds * len(subject.patterns.active) * 8**n <= MAX_PRODUCTS


def _generic(subject: _Subject) -> tuple[Relation, npt.NDArray[np.bool_]]:
    """Which pairs of derivatives do not commute, and which derivatives differ from 0."""
    size = len(subject.patterns.rows)
    conflicts = np.zeros((size, size), dtype=np.bool_)
    alive = np.zeros(size, dtype=np.bool_)
    for seed in range(_rounds(subject)):
        draw = random.Random(seed)
        field = _Field(draw)
        gammas = _gammas(subject, field, draw)
        dimension = gammas.shape[1]
        vector = np.array([draw.randrange(field.p) for _ in range(dimension)], dtype=np.float64)
        images = np.mod(gammas @ vector, field.p)
        twice = np.mod(gammas @ images.T, field.p)
        conflicts |= (twice != twice.transpose(2, 1, 0)).any(axis=1)
        alive |= images.any(axis=1)
    return conflicts, alive


class _Field:
    """The integers modulo a prime p = 1 mod 4 between 2²¹ and 2²²: sums of 256 products are exact as floats."""

    def __init__(self, draw: random.Random) -> None:
        while True:
            p = 4 * draw.randrange(1 << 19, 1 << 20) + 1
            if all(p % d for d in range(3, 2048, 2)):
                break
        self.p = p
        self.i = next(
            r for r in (pow(g, (p - 1) // 4, p) for g in range(2, p)) if r * r % p == p - 1
        )

    def point(self, draw: random.Random) -> tuple[int, int]:
        """c and s with c² + s² = 1."""
        while True:
            t = draw.randrange(self.p)
            inverse = (1 + t * t) % self.p
            if inverse:
                inverse = pow(inverse, -1, self.p)
                return (1 - t * t) * inverse % self.p, 2 * t * inverse % self.p

    def number(self, value: Real, pi: int) -> int:
        """The residue of an exact number, π an arbitrary one; of a float that of its exact value."""
        if isinstance(value, PiLinear):
            return (self.number(value.rational, pi) + self.number(value.pi, pi) * pi) % self.p
        exact = Fraction(value)
        return exact.numerator * pow(exact.denominator, -1, self.p) % self.p

    def string(self, pauli: Pauli, n_qubits: int) -> tuple[npt.NDArray[np.int64], Residues]:
        """A string as ``matrix[row, column[row]] = value[row]``; qubit k is bit k of an index."""
        index = np.arange(1 << n_qubits)
        # i^{|x·z|} X^x Z^z: row r has its entry in column r ^ x, with sign (−1)^{z·column}.
        odd = np.bitwise_count((index ^ pauli.x) & pauli.z) & 1
        phase = pow(self.i, (pauli.x & pauli.z).bit_count() % 4, self.p)
        value = np.where(odd == 1, self.p - phase, phase).astype(np.float64)
        return index ^ pauli.x, value


def _gammas(subject: _Subject, field: _Field, draw: random.Random) -> Residues:
    """[A_j, O] for the rows of the patterns, shape (rows, 2ⁿ, 2ⁿ), at a random point."""
    n, p = subject.model.n_qubits, field.p
    rotations = subject.model.rotations
    pi = draw.randrange(1, p)
    observable = np.zeros((1 << n, 1 << n))
    index = np.arange(1 << n)
    for term in subject.terms:
        column, value = field.string(term.pauli, n)
        observable[index, column] += np.mod(field.number(term.coefficient, pi) * value, p)
    observable = np.mod(observable, p)
    rows = {row: k for k, row in enumerate(subject.patterns.rows.tolist())}
    after, inverse = np.eye(1 << n), np.eye(1 << n)
    gammas = np.zeros((len(rows), 1 << n, 1 << n))
    for row in reversed(subject.patterns.active.tolist()):
        column, value = field.string(rotations.pauli(row), n)
        # W·P permutes the columns of W: (W·P)[:, c] = W[:, r]·P[r, c].
        turned = np.zeros_like(after)
        turned[:, column] = np.mod(after * value, p)
        if row in rows:
            a = np.mod(turned @ inverse, p)
            left, right = np.mod(a @ observable, p), np.mod(observable @ a, p)
            gammas[rows[row]] = np.mod(left - right, p)
        c, s = field.point(draw)
        back = np.mod(value[:, None] * inverse[column], p)
        # R = c − i·s·P: W·R and R†·W†.
        after = np.mod(c * after + (p - field.i * s % p) * turned, p)
        inverse = np.mod(c * inverse + (field.i * s % p) * back, p)
    return gammas
