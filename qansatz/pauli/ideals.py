"""What a closed algebra of sums is: its centre, its simple ideals and the type of each.

A compact Lie algebra is centre ⊕ semisimple part. Modulo a prime where the trace form of the
semisimple part does not degenerate, that part is a sum of simple algebras of classical type (Block
and Zassenhaus 1964) of the same types as over the complex numbers: its second cohomology vanishes,
so that it has one lift. There an element with different nonzero eigenvalues has as centralizer a
Cartan subalgebra, and its eigenvectors are the root vectors. Where the square of an eigenvalue ±α is in
the prime field, the eigenvectors of both generate one ideal, simple over every larger field:
conjugation, which exchanges them at most, keeps the ideal that holds both.
Dimension and rank give the type, except that so(2r+1) and sp(r) are told apart by the traces of
powers in the adjoint representation.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Final

import numpy as np

from qansatz.pauli import lie, polynomials
from qansatz.pauli.lifts import annihilated
from qansatz.pauli.modular import Residues, Span, product, reduce
from qansatz.pauli.sums import Certificate, Closure, run_of

DIMENSION: Final = 800
_ATTEMPTS: Final = 100
_WORK: Final = 3_000_000_000
_EXCEPTIONAL: Final = {(14, 2), (52, 4), (78, 6), (133, 7), (248, 8)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """Centre and semisimple part of an algebra, and its simple ideals where they were proved.

    ``ideals`` holds the simple ideals and, as copies of u(1), the centre; None when declined, and
    ``reason`` says why. ``certificate`` is that of the dimension of the centre.
    """

    dimension: int
    centre: int
    semisimple: int
    certificate: Certificate
    ideals: tuple[lie.Ideal, ...] | None
    reason: str | None

    @property
    def name(self) -> str | None:
        """The canonical name, or None."""
        return None if self.ideals is None else lie.name(self.ideals)


class _DeclinedError(Exception):
    """The ideals cannot be proved."""


def decompose(closure: Closure, *, dimension_limit: int = DIMENSION) -> Decomposition | None:
    """The centre and the simple ideals; None above the limit, or where two primes disagree."""
    if closure.dimension > dimension_limit:
        return None
    parts = _Parts(closure, closure.primes[0])
    certificate: Certificate = "lifted"
    single = closure.certificate == "lifted" and len(closure.primes) == 1
    if not (single and parts.centre_lifts()):
        certificate = "primes"
        others = closure.primes[1:2] or (None,)
        if _Parts(closure, others[0]).centre != parts.centre:
            return None
    ideals, reason = None, None
    try:
        found = parts.simple_ideals()
        ideals = tuple(lie.collected([*found, *[lie.Ideal("u", 1)] * parts.centre]))
    except _DeclinedError as declined:
        reason = str(declined)
    return Decomposition(
        dimension=closure.dimension,
        centre=parts.centre,
        semisimple=closure.dimension - parts.centre,
        certificate=certificate,
        ideals=ideals,
        reason=reason,
    )


class _Parts:
    """The algebra modulo a prime in coordinates: the brackets with the generators as matrices."""

    def __init__(self, closure: Closure, prime: int | None) -> None:
        self.columns, self.span = run_of(closure, prime)
        self.prime = prime = self.span.prime
        self.random = np.random.default_rng(1)
        size = self.span.dimension
        sources = np.flatnonzero(self.span.rows.any(axis=0))
        basis = np.ascontiguousarray(self.span.rows.T)
        brackets = [
            self.columns.bracket(k, sources, basis, prime)[:, self.span.pivots]
            for k in range(self.columns.n_generators)
        ]
        derived, seen = Span(prime, size), Span(prime, size)
        for matrix in brackets:
            derived.insert(matrix)
            seen.insert(np.ascontiguousarray(matrix.T))
        if derived.dimension != seen.dimension:
            raise AssertionError("a compact algebra is the sum of its centre and derived algebra")
        self.centre = size - derived.dimension
        self.seen = seen
        self.derived = derived
        self.matrices = [
            np.ascontiguousarray(product(derived.rows, matrix, prime)[:, derived.pivots])
            for matrix in brackets
        ]

    def centre_lifts(self) -> bool:
        """Whether the vectors that commute with all generators come from rational ones that do."""
        size, prime = self.span.dimension, self.prime
        free = np.setdiff1d(np.arange(size), self.seen.pivots)
        kernel = np.zeros((len(free), size))
        kernel[np.arange(len(free)), free] = 1
        kernel[:, self.seen.pivots] = -self.seen.rows[:, free].T
        vectors = Span(prime, self.span.width)
        vectors.insert(product(kernel, self.span.rows, prime))
        return annihilated(vectors, self.span, self.columns.growth())

    def simple_ideals(self) -> list[lie.Ideal]:
        """The simple ideals, with multiplicity.

        Raises:
            _DeclinedError: when the trace form degenerates, or no element splits the algebra.
        """
        size = self.derived.dimension
        if not size:
            return []
        self._check_trace_form()
        found: list[tuple[Span, lie.Ideal]] = []
        for attempt in range(max(10, min(_ATTEMPTS, _WORK // size**3))):
            element = self._random_element(attempt)
            self._split(element, found)
            if sum(span.dimension for span, _ in found) == size:
                return [ideal for _, ideal in found]
        raise _DeclinedError("no element was found that splits the algebra over the prime field")

    def _check_trace_form(self) -> None:
        rows = product(self.derived.rows, self.span.rows, self.prime)
        sizes = np.array([s % self.prime for s in self.columns.sizes()], dtype=np.float64)
        weighted = reduce(rows * reduce(sizes, self.prime), self.prime)
        form = Span(self.prime, len(rows))
        form.insert(product(rows, np.ascontiguousarray(weighted.T), self.prime))
        if form.dimension < len(rows):
            raise _DeclinedError("the trace form degenerates modulo the prime")

    def _random_element(self, attempt: int) -> Residues:
        """The bracket with a random combination of nested commutators, on the semisimple part."""
        current = self._mixed()
        total = current.copy()
        depth = (4 + 2 * len(current).bit_length()) * (attempt // 4 + 1)
        for _ in range(min(depth, 2 * len(current))):
            other = self._mixed()
            current = reduce(
                product(current, other, self.prime) - product(other, current, self.prime),
                self.prime,
            )
            total = reduce(total + self._scalar() * current, self.prime)
        return total

    def _mixed(self) -> Residues:
        total = np.zeros_like(self.matrices[0])
        for matrix in self.matrices:
            total = reduce(total + self._scalar() * matrix, self.prime)
        return total

    def _scalar(self) -> float:
        return float(self.random.integers(1, self.prime // 2))

    def _split(self, element: Residues, found: list[tuple[Span, lie.Ideal]]) -> None:
        """Add the ideals that the eigenvectors of an element with squares in small fields generate."""
        prime = self.prime
        squares = self._squares(element)
        if squares is None:
            return
        left = polynomials.monic(squares, prime)
        for span, _ in found:
            part = self._squares(_restricted(element, span))
            if part is not None:
                left = polynomials.divide(left, polynomials.gcd(left, part, prime), prime)[0]
        while len(left) > 1:
            degree, product_ = next(polynomials.by_degree(left, _degrees(left), prime), (0, left))
            if not degree:
                return
            factor = polynomials.irreducible(product_, degree, prime, self.random)
            ideal = self._generated(self._eigenvector(element, squares, factor))
            part = self._squares(_restricted(element, ideal))
            if part is None:
                return
            typed = self._typed(ideal.dimension, part)
            if typed is not None:
                found.append((ideal, typed))
            left = polynomials.divide(left, polynomials.gcd(left, part, prime), prime)[0]

    def _squares(self, element: Residues) -> Residues | None:
        """The polynomial with the squares of the nonzero eigenvalues as roots, where these are simple; else None."""
        size, prime = len(element), self.prime
        vector = self._vectors(1, size)
        probe = self._vectors(1, size)[0]
        sequence = np.zeros(2 * size + 2)
        for k in range(len(sequence)):
            sequence[k] = polynomials.dot(vector[0], probe, prime)
            vector = product(vector, element, prime)
        found = polynomials.minimal_polynomial(sequence, prime)
        image = Span(prime, size)
        image.insert(element)
        odd = not found[::2].any() and len(found) > 2 and found[1] != 0
        return found[1::2] if odd and len(found) - 2 == image.dimension else None

    def _vectors(self, count: int, size: int) -> Residues:
        half = self.prime // 2
        return self.random.integers(-half, half + 1, (count, size)).astype(np.float64)

    def _eigenvector(self, element: Residues, squares: Residues, factor: Residues) -> Residues:
        """A sum of eigenvectors of the square roots of the roots of a factor of ``squares``."""
        quotient = polynomials.divide(squares, factor, self.prime)[0]
        start = product(self._vectors(1, len(element)), element, self.prime)
        vector = np.zeros_like(start)
        for coefficient in quotient[::-1]:
            vector = product(product(vector, element, self.prime), element, self.prime)
            vector = reduce(vector + coefficient * start, self.prime)
        return vector

    def _generated(self, vector: Residues) -> Span:
        """The ideal that a vector generates."""
        ideal = Span(self.prime, vector.shape[1])
        ideal.insert(vector)
        done = 0
        while done < ideal.dimension:
            batch = ideal.rows[done:].copy()
            for matrix in self.matrices:
                ideal.insert(product(batch, matrix, self.prime))
            done += len(batch)
        return ideal

    def _typed(self, dimension: int, squares: Residues) -> lie.Ideal | None:
        """The type of an ideal that is simple over the prime field: copies of one algebra, conjugate to each other.

        The number of copies divides the degree of every irreducible factor of ``squares``; None when
        that and the types there are leave more than one possibility.
        """
        rank = dimension - 2 * (len(squares) - 1)
        monic = polynomials.monic(squares, self.prime)
        degrees = [d for d, _ in polynomials.by_degree(monic, _degrees(monic), self.prime)]
        found = [
            (family, parameter, copies)
            for copies in range(1, rank + 1)
            if all(k % copies == 0 for k in (*degrees, dimension, rank))
            for family, parameter in _types(dimension // copies, rank // copies)
        ]
        odd: list[tuple[lie.Family, int, int]] = [("so", 2 * rank + 1, 1), ("sp", rank, 1)]
        if sorted(found) == odd:
            fits = [_consistent(monic, rank, self.prime, long=long) for long in (False, True)]
            found = [entry for entry, fit in zip(odd, fits, strict=True) if fit]
        return lie.canonical(*found[0]) if len(found) == 1 and found[0][1] else None


def _types(dimension: int, rank: int) -> list[tuple[lie.Family, int]]:
    """The simple compact algebras of a dimension and a rank; exceptional ones as ``so(0)``."""
    found: list[tuple[lie.Family, int]] = []
    if dimension == rank * (rank + 2):
        found.append(("su", rank + 1))
    if dimension == rank * (2 * rank - 1) and rank > 3:
        found.append(("so", 2 * rank))
    if dimension == rank * (2 * rank + 1) and rank > 1:
        if rank > 2:
            found.append(("so", 2 * rank + 1))
        found.append(("sp", rank))
    if (dimension, rank) in _EXCEPTIONAL:
        found.append(("so", 0))
    return found


def _degrees(squares: Residues) -> int:
    """Up to which degree factors are looked for."""
    return 24 if len(squares) <= 160 else 4


def _restricted(element: Residues, ideal: Span) -> Residues:
    return np.ascontiguousarray(product(ideal.rows, element, ideal.prime)[:, ideal.pivots])


def _consistent(squares: Residues, rank: int, prime: int, *, long: bool) -> bool:
    """Whether the eigenvalues can be ±aᵢ ± aⱼ (i < j) with ±aᵢ, or with ±2aᵢ (``long``).

    With s_k = Σ aᵢ^{2k}: the sum of the 2k-th powers of the eigenvalues is 2·Σ_m C(2k,2m)·s_m·s_{k−m} +
    (2·w − 4^k)·s_k, w = 1 or 4^k. It gives s_1 … s_r; the next must follow from Newton's identities.
    """
    count = rank + 3
    traces = [2 * total for total in polynomials.power_sums(squares, count, prime)]
    sums = [rank]
    for k in range(1, count + 1):
        weight = 4**k if long else 1
        inner = 2 * sum(comb(2 * k, 2 * m) * sums[m] * sums[k - m] for m in range(1, k))
        factor = 4 * rank + 2 * weight - 4**k
        if factor % prime == 0:
            return False
        sums.append((traces[k - 1] - inner) * pow(factor, -1, prime) % prime)
    elementary = [1]
    for k in range(1, count + 1):
        total = sum((-1) ** (j - 1) * elementary[k - j] * sums[j] for j in range(1, k + 1))
        elementary.append(total * pow(k, -1, prime) % prime)
    return not any(elementary[rank + 1 :])
