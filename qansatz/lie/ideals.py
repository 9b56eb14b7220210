"""What a closed algebra of sums is: its centre, its simple ideals and the type of each.

A compact Lie algebra is centre ⊕ semisimple part. Modulo a prime where the trace form of the
semisimple part does not degenerate, that part is a sum of simple algebras of classical type (Block
and Zassenhaus 1964) of the same types as over the complex numbers: its second cohomology vanishes,
so that it has one lift. There an element with different nonzero eigenvalues has as centralizer a
Cartan subalgebra, and its eigenvectors are the root vectors. Where the square of an eigenvalue ±α is in
the prime field, the eigenvectors of both generate one ideal, simple over every larger field:
conjugation, which exchanges them at most, keeps the ideal that holds both.
Dimension and rank give the type, except that so(2r+1), sp(r) and, for r = 6, the exceptional algebra
of dimension 78 are told apart by the traces of powers in the adjoint representation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import comb
from typing import Final

import numpy as np

from qansatz.lie import classical, polynomials
from qansatz.lie.closure import Certificate, Closure, Run, StopClosureError, run_of
from qansatz.lie.lifts import annihilated
from qansatz.lie.modular import Residues, Span, product, reduce

DIMENSION: Final = 2000
_ATTEMPTS: Final = 100
_DEGREES: Final = 48
_WORK: Final = 3_000_000_000
#: About microseconds for each product of numbers where random elements are multiplied.
_OF_PRODUCT: Final = 3e-4
_E6: Final = ("so", 0, 1)
_EXCEPTIONAL: Final = {(14, 2), (52, 4), (78, 6), (133, 7), (248, 8)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """Centre and semisimple part of an algebra, and its simple ideals where they were proved.

    ``ideals`` holds the simple ideals and, as copies of u(1), the centre; None when declined, and
    ``reason`` says why. ``certificate`` is that of the dimension of the centre.
    """

    dimension: int
    centre: int
    certificate: Certificate
    ideals: tuple[classical.Ideal, ...] | None
    reason: str | None

    @property
    def name(self) -> str | None:
        """The canonical name, or None."""
        return None if self.ideals is None else classical.name(self.ideals)


class _DeclinedError(Exception):
    """The ideals cannot be proved."""


def decompose(
    closure: Closure,
    *,
    dimension_limit: int = DIMENSION,
    pause: Callable[[float], None] = lambda _: None,
) -> Decomposition | None:
    """The centre, and up to a dimension the simple ideals; None where two primes disagree.

    ``pause`` is called between steps of the search for ideals, with about the microseconds that a step takes; a
    ``StopClosureError`` that it raises ends it.
    """
    run = run_of(closure, closure.primes[0])
    brackets = _Brackets(run)
    certificate: Certificate = "lifted"
    single = closure.certificate == "lifted" and len(closure.primes) == 1
    if not (single and brackets.centre_lifts()):
        certificate = "primes"
        other = run_of(closure, *closure.primes[1:2] or (None,))
        if _Brackets(other).centre != brackets.centre:
            return None
    ideals, reason = None, None
    if closure.dimension > dimension_limit:
        reason = f"no simple ideals are looked for above dimension {dimension_limit}"
    else:
        try:
            decomposed = _Parts(run, brackets, pause).simple_ideals()
            ideals = tuple(
                classical.collected([*decomposed, *[classical.Ideal("u", 1)] * brackets.centre])
            )
        except (_DeclinedError, StopClosureError) as declined:
            reason = str(declined)
    return Decomposition(
        dimension=closure.dimension,
        centre=brackets.centre,
        certificate=certificate,
        ideals=ideals,
        reason=reason,
    )


class _Brackets:
    """The brackets of the basis modulo a prime with every generator, in coordinates, grade by grade."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.blocks: list[list[Residues]] = []
        self.seen: list[Span] = []
        for grade, span in enumerate(run.spans):
            blocks = self._of(grade, span) if span.dimension else []
            seen = Span(run.prime, span.dimension)
            for block in blocks:
                seen.insert(np.ascontiguousarray(block.T))
            self.blocks.append(blocks)
            self.seen.append(seen)
        self.centre = run.dimension - sum(seen.dimension for seen in self.seen)

    def _of(self, grade: int, span: Span) -> list[Residues]:
        columns = self.run.columns
        sources = np.flatnonzero(span.rows.any(axis=0))
        basis = np.ascontiguousarray(span.rows.T)
        return [
            columns.bracket(k, grade, sources, basis, self.run.prime)[
                :, self.run.spans[grade ^ degree].pivots
            ]
            for k, degree in enumerate(columns.degrees)
        ]

    def centre_lifts(self) -> bool:
        """Whether the vectors that commute with all generators come from rational ones that do."""
        growth = self.run.columns.growth()
        return all(
            annihilated(self._kernel(span, seen), span, growth)
            for span, seen in zip(self.run.spans, self.seen, strict=True)
        )

    def _kernel(self, span: Span, seen: Span) -> Span:
        """The vectors of one grade that commute with all generators."""
        size = span.dimension
        free = np.setdiff1d(np.arange(size), seen.pivots)
        kernel = np.zeros((len(free), size))
        kernel[np.arange(len(free)), free] = 1
        kernel[:, seen.pivots] = -seen.rows[:, free].T
        vectors = Span(span.prime, span.width)
        vectors.insert(product(kernel, span.rows, span.prime))
        return vectors


class _Parts:
    """The algebra modulo a prime in coordinates: the brackets with the generators as matrices."""

    def __init__(self, run: Run, brackets: _Brackets, pause: Callable[[float], None]) -> None:
        self.run, self.prime, self.pause = run, run.prime, pause
        self.random = np.random.default_rng(1)
        size = run.dimension
        starts = np.cumsum([0, *run.dimensions])
        self.slices = [slice(*pair) for pair in pairwise(starts.tolist())]
        matrices = []
        for k, degree in enumerate(run.columns.degrees):
            matrix = np.zeros((size, size))
            for grade, blocks in enumerate(brackets.blocks):
                if blocks:
                    matrix[self.slices[grade], self.slices[grade ^ degree]] = blocks[k]
            matrices.append(matrix)
        self.derived = Span(self.prime, size)
        for matrix in matrices:
            self.derived.insert(matrix)
        if self.derived.dimension != size - brackets.centre:
            raise AssertionError("a compact algebra is the sum of its centre and derived algebra")
        self.matrices = [
            np.ascontiguousarray(
                product(self.derived.rows, matrix, self.prime)[:, self.derived.pivots]
            )
            for matrix in matrices
        ]

    def simple_ideals(self) -> list[classical.Ideal]:
        """The simple ideals, with multiplicity.

        Raises:
            _DeclinedError: when the trace form degenerates, or no element splits the algebra.
        """
        size = self.derived.dimension
        if not size:
            return []
        self._check_trace_form()
        ideals: list[tuple[Span, classical.Ideal]] = []
        for attempt in range(max(10, min(_ATTEMPTS, _WORK // size**3))):
            element = self._random_element(attempt)
            self._split(element, ideals)
            if sum(span.dimension for span, _ in ideals) == size:
                return [ideal for _, ideal in ideals]
        raise _DeclinedError("no element was found that splits the algebra over the prime field")

    def _check_trace_form(self) -> None:
        columns, prime, size = self.run.columns, self.prime, self.derived.dimension
        sizes = np.array([s % prime for s in columns.sizes()], dtype=np.float64)
        total = np.zeros((size, size))
        for grade, span in enumerate(self.run.spans):
            part = np.ascontiguousarray(self.derived.rows[:, self.slices[grade]])
            rows = product(part, span.rows, prime)
            weights = reduce(sizes[columns.members(grade)][: rows.shape[1]], prime)
            weighted = reduce(rows * weights, prime)
            total = reduce(total + product(rows, np.ascontiguousarray(weighted.T), prime), prime)
        form = Span(prime, size)
        form.insert(total)
        if form.dimension < size:
            raise _DeclinedError("the trace form degenerates modulo the prime")

    def _random_element(self, attempt: int) -> Residues:
        """The bracket with a random combination of nested commutators, on the semisimple part."""
        current = self._mixed()
        total = current.copy()
        depth = (4 + 2 * len(current).bit_length()) * (attempt // 4 + 1)
        for _ in range(min(depth, 2 * len(current))):
            self.pause(_OF_PRODUCT * len(current) ** 3)
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

    def _split(self, element: Residues, ideals: list[tuple[Span, classical.Ideal]]) -> None:
        """Add the ideals that the eigenvectors of an element with squares in small fields generate."""
        prime = self.prime
        spectrum = self._spectrum(element)
        if spectrum is None:
            return
        squares, powers = spectrum
        left = polynomials.monic(squares, prime)
        for span, _ in ideals:
            part = self._spectrum(_restricted(element, span))
            if part is not None:
                left = polynomials.divide(left, polynomials.gcd(left, part[0], prime), prime)[0]
        while len(left) > 1:
            degree, product_ = next(polynomials.by_degree(left, _DEGREES, prime), (0, left))
            if not degree:
                return
            self.pause(_OF_PRODUCT * len(element) ** 3)
            factor = polynomials.irreducible(product_, degree, prime, self.random)
            quotient = polynomials.divide(squares, factor, prime)[0]
            ideal = self._generated(product(quotient[None], powers[: len(quotient)], prime))
            part = self._spectrum(_restricted(element, ideal))
            if part is None:
                return
            typed = self._typed(ideal.dimension, part[0])
            if typed is not None:
                ideals.append((ideal, typed))
            left = polynomials.divide(left, polynomials.gcd(left, part[0], prime), prime)[0]

    def _spectrum(self, element: Residues) -> tuple[Residues, Residues] | None:
        """The polynomial m with the squares of the nonzero eigenvalues as roots, where these are simple; else None.

        And v·A^{2k}, k = 0, 1, …, for some v in the image of A, the element: where m = f·g, v·g(A²) is a
        sum of eigenvectors of the square roots of the roots of f. m is found as that of least degree
        with v·m(A²) = 0, which is half the rank of A only if all is found.
        """
        size, prime = len(element), self.prime
        image = Span(prime, size)
        image.insert(element)
        count = image.dimension + 2
        vector = product(self._vectors(1, size), element, prime)
        powers = np.zeros((count, size))
        for k in range(count):
            powers[k] = vector[0]
            vector = product(product(vector, element, prime), element, prime)
        sequence = product(powers, np.ascontiguousarray(self._vectors(1, size).T), prime)[:, 0]
        minimal = polynomials.minimal_polynomial(sequence, prime)
        simple = len(minimal) > 1 and minimal[0] != 0 and 2 * (len(minimal) - 1) == image.dimension
        return (minimal, powers) if simple else None

    def _vectors(self, count: int, size: int) -> Residues:
        half = self.prime // 2
        return self.random.integers(-half, half + 1, (count, size)).astype(np.float64)

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

    def _typed(self, dimension: int, squares: Residues) -> classical.Ideal | None:
        """The type of an ideal that is simple over the prime field: copies of one algebra, conjugate to each other.

        The number of copies divides the degree of every irreducible factor of ``squares``; None when
        that and the types there are leave more than one possibility.
        """
        rank = dimension - 2 * (len(squares) - 1)
        monic = polynomials.monic(squares, self.prime)
        degrees = [d for d, _ in polynomials.by_degree(monic, _DEGREES, self.prime)]
        types = [
            (family, parameter, copies)
            for copies in range(1, rank + 1)
            if all(k % copies == 0 for k in (*degrees, dimension, rank))
            for family, parameter in _types(dimension // copies, rank // copies)
        ]
        odd: list[tuple[classical.Family, int, int]] = [("so", 2 * rank + 1, 1), ("sp", rank, 1)]
        if {*odd} <= {*types}:
            fits = [_consistent(monic, rank, self.prime, long=long) for long in (False, True)]
            fitting = [entry for entry, fit in zip(odd, fits, strict=True) if fit]
            others = [e for e in types if e not in odd and not (fitting and e == _E6)]
            types = [*fitting, *others]
        return classical.canonical(*types[0]) if len(types) == 1 and types[0][1] else None


def _types(dimension: int, rank: int) -> list[tuple[classical.Family, int]]:
    """The simple compact algebras of a dimension and a rank; exceptional ones as ``so(0)``."""
    types: list[tuple[classical.Family, int]] = []
    if dimension == rank * (rank + 2):
        types.append(("su", rank + 1))
    if dimension == rank * (2 * rank - 1) and rank > 3:
        types.append(("so", 2 * rank))
    if dimension == rank * (2 * rank + 1) and rank > 1:
        if rank > 2:
            types.append(("so", 2 * rank + 1))
        types.append(("sp", rank))
    if (dimension, rank) in _EXCEPTIONAL:
        types.append(("so", 0))
    return types


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
