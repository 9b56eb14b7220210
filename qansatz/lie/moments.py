"""Second moments over the Lie group of a closed algebra of sums, exactly.

Let 𝔤 = centre ⊕ simple ideals 𝔤_j, and A, B Hermitian with A or B in i𝔤 plus what commutes with 𝔤. Over Haar-random U
in e^𝔤 the variance of tr(U A U† B) is Σ_j |A_j|²|B_j|²/dim 𝔤_j with projections A_j, B_j on 𝔤_j (Ragone et al.,
arXiv:2309.09342). The ideals may be irrational, so they are not taken apart: let c_a be a basis of the centroid, the
maps of the semisimple part that commute with all brackets, u_a = ⟨A, c_a A⟩, v_a = ⟨B, c_a B⟩ and T_ab = tr(c_a c_b).
On 𝔤_j every c_a is a number, so the sum is uᵀT⁻¹v, a rational number. It is computed modulo primes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt
from typing import Final, TypeAlias

import numpy as np

from qansatz.lie import modular
from qansatz.lie.closure import Closure, Run, run_of
from qansatz.lie.modular import Residues, Span, product, reduce
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable, commutators

#: Rational coefficients by the bits (x, z) of the representative of an orbit, the same for all strings of the orbit.
Orbits: TypeAlias = dict[tuple[int, int], Fraction]

_MOST_PRIMES: Final = 40
_PROBES: Final = 3


class NotFoundError(Exception):
    """The moment cannot be decided; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A second moment: ``value`` was reconstructed from all of ``primes`` but the last, which agrees."""

    value: Fraction
    n_ideals: int
    primes: tuple[int, ...]


class Moments:
    """Second moments for one closed algebra. Vectors are invariant under its group of permutations."""

    def __init__(self, closure: Closure) -> None:
        """Nothing computed yet."""
        self.closure = closure
        self._parts: list[_SemisimplePart] = []

    def splits(self, vector: Orbits) -> bool:
        """Whether a Hermitian sum lies in i𝔤 plus what commutes with 𝔤.

        What is left of it beside the semisimple part is orthogonal to it, and brackets keep it so: it commutes with a
        generator where the bracket of the whole is as long as that of the part. Judged modulo two primes.
        """
        columns = self.closure.state.columns
        if not vector:
            return True
        lengths = [
            _squared_length(self.closure, _bracket(self.closure, k, vector))
            for k in range(columns.n_generators)
        ]
        for k in range(2):
            part = self._part(k)
            inside = part.coordinates(vector)
            for matrix, length in zip(part.matrices, lengths, strict=True):
                if part.square(product(inside, matrix, part.prime)) != _residue(length, part.prime):
                    return False
        return True

    def moment(self, left: Orbits, right: Orbits) -> Moment:
        """Σ_j |left_j|²|right_j|²/dim 𝔤_j, lengths counted in coefficients of strings.

        Raises:
            NotFoundError: when the residues determine no fraction.
        """
        if not left or not right:
            return Moment(value=Fraction(0), n_ideals=self._part(0).n_ideals, primes=())
        primes: list[int] = []
        modulus, combined = 1, 0
        candidate: Fraction | None = None
        for k in range(_MOST_PRIMES):
            part = self._part(k)
            value = part.moment(left, right)
            primes.append(part.prime)
            if candidate is not None and value == _residue(candidate, part.prime):
                return Moment(value=candidate, n_ideals=part.n_ideals, primes=tuple(primes))
            step = (value - combined) * pow(modulus, -1, part.prime) % part.prime
            combined, modulus = combined + modulus * step, modulus * part.prime
            candidate = _fraction(combined, modulus)
        raise NotFoundError(f"no fraction is told by residues modulo {_MOST_PRIMES} primes")

    def _part(self, index: int) -> _SemisimplePart:
        while len(self._parts) <= index:
            k = len(self._parts)
            primes = self.closure.primes
            run = run_of(self.closure, primes[k] if k < len(primes) else None)
            if run.dimension != self.closure.dimension:
                raise NotFoundError("closures modulo two primes disagree")
            self._parts.append(_SemisimplePart(run))
            if self._parts[-1].n_ideals != self._parts[0].n_ideals:
                raise NotFoundError("two primes disagree about the number of simple ideals")
        return self._parts[index]


class _SemisimplePart:
    """The semisimple part modulo a prime: row vectors in coordinates, brackets with the generators as matrices."""

    def __init__(self, run: Run) -> None:
        self.columns, self.prime = run.columns, run.prime
        self._draws = np.random.default_rng(run.prime)
        rows, brackets = _whole(run)
        derived = Span(self.prime, len(rows))
        for matrix in brackets:
            derived.insert(matrix)
        self.matrices = [
            np.ascontiguousarray(product(derived.rows, matrix, self.prime)[:, derived.pivots])
            for matrix in brackets
        ]
        self.rows = product(derived.rows, rows, self.prime)
        self.sizes = modular.residues(
            np.array(self.columns.sizes()[: rows.shape[1]], dtype=object), self.prime
        )
        weighted = reduce(self.rows * self.sizes, self.prime)
        self.gram = product(self.rows, np.ascontiguousarray(weighted.T), self.prime)
        self.dual = product(
            np.ascontiguousarray(weighted.T), inverse(self.gram, self.prime), self.prime
        )

    @property
    def n_ideals(self) -> int:
        """The number of simple ideals."""
        return len(self.centroid)

    def coordinates(self, vector: Orbits) -> Residues:
        """The orthogonal projection of a vector, shape (1, dimension)."""
        table = PauliTable.from_paulis([Pauli(*key) for key in vector], self.columns.n_qubits)
        row = np.zeros((1, len(self.sizes)))
        for k, value in enumerate(vector.values()):
            numbers = self.columns.known(table.take([k]))
            if numbers is not None and numbers[0] < len(self.sizes):
                row[0, numbers[0]] = _residue(value, self.prime)
        return product(reduce(row, self.prime), self.dual, self.prime)

    def _generator(self, k: int) -> Residues:
        """The semisimple part of a generator, in coordinates."""
        row = np.zeros((1, len(self.sizes)))
        members = self.columns.members(self.columns.degrees[k])
        for local, weight in self.columns.start[k].items():
            row[0, members[local]] = weight % self.prime
        return product(reduce(row, self.prime), self.dual, self.prime)

    def square(self, vector: Residues) -> int:
        """The squared length of a vector in coordinates."""
        return self._form(vector, vector)

    def moment(self, left: Orbits, right: Orbits) -> int:
        """uᵀT⁻¹v of the module's text."""
        prime = self.prime
        first, other = self.coordinates(left), self.coordinates(right)
        maps = self.centroid
        if not len(maps):
            return 0
        u, v = (
            np.array(
                [[self._form(vector, product(vector, c, prime)) for c in maps]], dtype=np.float64
            )
            for vector in (first, other)
        )
        flat = maps.reshape(len(maps), -1)
        turned = np.ascontiguousarray(maps.transpose(0, 2, 1)).reshape(len(maps), -1)
        traces = product(flat, np.ascontiguousarray(turned.T), prime)
        value = product(
            product(reduce(u, prime), inverse(traces, prime), prime), reduce(v, prime).T, prime
        )
        return int(value[0, 0]) % prime

    @cached_property
    def centroid(self) -> Residues:
        """A basis of the maps that commute with all brackets, shape (simple ideals, dimension, dimension).

        A combination x of the generators generates the semisimple part under brackets, and a map c is known from
        its image of x, which commutes with x. Images of the basis that brackets make of x are followed for all
        candidates together; c must agree where random vectors of that basis are bracketed again.
        """
        size, prime = len(self.rows), self.prime
        if not size:
            return np.zeros((0, 0, 0))
        scalars = self._random(1, len(self.matrices))[0]
        start, element = np.zeros((1, size)), np.zeros((size, size))
        for k, (scalar, matrix) in enumerate(zip(scalars, self.matrices, strict=True)):
            start = reduce(start + scalar * self._generator(k), prime)
            element = reduce(element + scalar * matrix, prime)
        candidates = _kernel(element, prime)
        basis, images = self._followed(start, candidates)
        back = inverse(basis, prime)
        chosen = np.eye(len(candidates))
        quiet = 0
        while quiet < _PROBES:
            difference = product(chosen, self._disagreement(basis, back, images), prime)
            kept = _kernel(difference, prime)
            quiet = quiet + 1 if len(kept) == len(chosen) else 0
            chosen = product(kept, chosen, prime)
        mixed = product(
            chosen,
            images.reshape(size, len(candidates), size)
            .transpose(1, 0, 2)
            .reshape(len(candidates), -1),
            prime,
        ).reshape(len(chosen), size, size)
        return np.stack([product(back, part, prime) for part in mixed])

    def _followed(self, start: Residues, candidates: Residues) -> tuple[Residues, Residues]:
        """The basis that brackets make of ``start``, and what they make of the candidates: (size, candidates, size)."""
        size, prime = len(self.rows), self.prime
        span = Span(prime, size)
        span.insert(start)
        basis, images = [start[0]], [candidates]
        done = 0
        while done < len(basis) and len(basis) < size:
            for matrix in self.matrices:
                moved = product(basis[done][None], matrix, prime)
                if not span.contains(moved)[0]:
                    span.insert(moved)
                    basis.append(moved[0])
                    images.append(product(images[done], matrix, prime))
            done += 1
        if len(basis) < size:
            raise NotFoundError("the generators' combination does not generate the semisimple part")
        return np.array(basis), np.array(images)

    def _disagreement(self, basis: Residues, back: Residues, images: Residues) -> Residues:
        """What each candidate must make 0, shape (candidates, generators·size), for one random vector."""
        size, prime = len(basis), self.prime
        flat = images.reshape(size, -1)
        mixture = self._random(1, size)
        shape = images.shape[1:]
        image = product(mixture, flat, prime).reshape(shape)
        vector = product(mixture, basis, prime)
        differences = []
        for matrix in self.matrices:
            again = product(product(vector, matrix, prime), back, prime)
            expected = product(again, flat, prime).reshape(shape)
            differences.append(reduce(product(image, matrix, prime) - expected, prime))
        return np.concatenate(differences, axis=1)

    def _form(self, left: Residues, right: Residues) -> int:
        value = product(
            product(left, self.gram, self.prime), np.ascontiguousarray(right.T), self.prime
        )
        return int(value[0, 0]) % self.prime

    def _random(self, *shape: int) -> Residues:
        half = self.prime // 2
        return self._draws.integers(-half, half + 1, shape).astype(np.float64)


def inverse(matrix: Residues, prime: int) -> Residues:
    """The inverse of a square matrix of residues.

    Raises:
        NotFoundError: when it is singular modulo the prime.
    """
    size = len(matrix)
    work = np.concatenate((matrix, np.eye(size)), axis=1)
    for k in range(size):
        below = np.flatnonzero(work[k:, k])
        if not len(below):
            raise NotFoundError("a form degenerates modulo a prime")
        if below[0]:
            work[[k, k + below[0]]] = work[[k + below[0], k]]
        work[k] = reduce(work[k] * pow(int(work[k, k]), -1, prime), prime)
        factors = work[:, k].copy()
        factors[k] = 0
        others = np.flatnonzero(factors)
        work[others] = reduce(work[others] - factors[others, None] * work[k], prime)
    return np.ascontiguousarray(work[:, size:])


def _kernel(matrix: Residues, prime: int) -> Residues:
    """A basis of the row vectors y with y·matrix = 0, shape (dimension, rows)."""
    size = len(matrix)
    image = Span(prime, size)
    image.insert(np.ascontiguousarray(matrix.T))
    free = np.setdiff1d(np.arange(size), image.pivots)
    kernel = np.zeros((len(free), size))
    kernel[np.arange(len(free)), free] = 1
    kernel[:, image.pivots] = -image.rows[:, free].T
    return kernel


def _whole(run: Run) -> tuple[Residues, list[Residues]]:
    """The basis over all columns, and its brackets with every generator in coordinates: the grades together."""
    columns, prime = run.columns, run.prime
    starts = np.cumsum([0, *run.dimensions])
    brackets = [np.zeros((run.dimension, run.dimension)) for _ in columns.degrees]
    for grade, span in enumerate(run.spans):
        if not span.dimension:
            continue
        sources = np.flatnonzero(span.rows.any(axis=0))
        basis = np.ascontiguousarray(span.rows.T)
        stretch = slice(starts[grade], starts[grade + 1])
        for k, degree in enumerate(columns.degrees):
            there = grade ^ degree
            images = columns.bracket(k, grade, sources, basis, prime)
            brackets[k][stretch, starts[there] : starts[there + 1]] = images[
                :, run.spans[there].pivots
            ]
    rows = np.zeros((run.dimension, len(columns)))
    for grade, span in enumerate(run.spans):
        members = np.array(columns.members(grade)[: span.width], dtype=np.int64)
        rows[starts[grade] : starts[grade + 1], members] = span.rows
    return rows, brackets


def _bracket(closure: Closure, generator: int, vector: Orbits) -> Orbits:
    """−(i/2)[vector, generator], orbit by orbit."""
    columns = closure.state.columns
    terms, n = columns.generators[generator], columns.n_qubits
    strings, weights = PauliTable.from_paulis([Pauli(*key) for key in terms], n), [*terms.values()]
    table = PauliTable.from_paulis([Pauli(*key) for key in vector], n)
    rows, places = np.nonzero(table.anticommutation(strings))
    if not len(rows):
        return {}
    images, signs = commutators(table.take(rows), strings.take(places))
    targets = columns.reduction.representatives(images).paulis()
    sizes = columns.reduction.sizes(table)
    values = [*vector.values()]
    total: Orbits = {}
    for row, place, sign, target in zip(
        rows.tolist(), places.tolist(), signs.tolist(), targets, strict=True
    ):
        amount = values[row] * weights[place] * sign * sizes[row]
        total[target[:2]] = total.get(target[:2], Fraction(0)) + amount
    kept = {key: value for key, value in total.items() if value}
    if not kept:
        return {}
    reached = columns.reduction.sizes(PauliTable.from_paulis([Pauli(*key) for key in kept], n))
    return {key: value / size for (key, value), size in zip(kept.items(), reached, strict=True)}


def _squared_length(closure: Closure, vector: Orbits) -> Fraction:
    columns = closure.state.columns
    if not vector:
        return Fraction(0)
    table = PauliTable.from_paulis([Pauli(*key) for key in vector], columns.n_qubits)
    sizes = columns.reduction.sizes(table)
    return sum((v * v * s for v, s in zip(vector.values(), sizes, strict=True)), Fraction(0))


def _residue(value: Fraction, prime: int) -> int:
    if value.denominator % prime == 0:
        raise NotFoundError("a denominator vanishes modulo a prime")
    return value.numerator * pow(value.denominator, -1, prime) % prime


def _fraction(residue: int, modulus: int) -> Fraction | None:
    """The fraction with numerator and denominator up to √(modulus/2), if there is one: Euclid's algorithm."""
    bound = isqrt(modulus // 2)
    old, new, above, below = modulus, residue % modulus, 0, 1
    while new > bound:
        quotient = old // new
        old, new, above, below = new, old - quotient * new, below, above - quotient * below
    if not 0 < abs(below) <= bound:
        return None
    ratio = Fraction(new, below)
    return ratio if ratio.denominator == abs(below) else None
