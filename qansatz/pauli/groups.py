"""Groups and spaces of Pauli strings: dependence, elements, what commutes with everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qansatz.pauli import gf2
from qansatz.pauli.strings import IDENTITY, Pauli, anticommute


@dataclass(frozen=True, slots=True)
class Dependency:
    """Generators, by index, whose product in this order is a phase times the identity."""

    indices: tuple[int, ...]
    product: Pauli


def dependency(generators: Sequence[Pauli]) -> Dependency | None:
    """The first product of generators that is the identity up to a phase, if there is one."""
    span, n = gf2.Echelon(), _n_bits(generators)
    for generator in generators:
        combination = span.insert(gf2.vector(generator, n))
        if combination is not None:
            indices = tuple(gf2.bits(combination))
            return Dependency(indices, product([generators[k] for k in indices]))
    return None


def independent(paulis: Sequence[Pauli]) -> list[int]:
    """The indices of the strings that do not depend on earlier ones."""
    span, n = gf2.Echelon(), _n_bits(paulis)
    return [k for k, p in enumerate(paulis) if span.insert(gf2.vector(p, n)) is None]


def product(paulis: Iterable[Pauli]) -> Pauli:
    """The operator product, left to right."""
    result = IDENTITY
    for pauli in paulis:
        result = result * pauli
    return result


def elements(generators: Sequence[Pauli]) -> Iterator[Pauli]:
    """The 2^s signed products of s generators; element k holds the generators of the bits of k."""
    products = [IDENTITY]
    yield IDENTITY
    for generator in generators:
        for k in range(len(products)):
            products.append(products[k] * generator)
            yield products[-1]


def commutant(strings: Iterable[Pauli], n_qubits: int) -> list[Pauli]:
    """Independent strings that generate all strings which commute with every given one.

    The symplectic complement V^⊥ of the span V of the given strings; 2n − dim V of them.
    """
    rows = (p.z | p.x << n_qubits for p in strings)
    return [gf2.string(row, n_qubits) for row in gf2.nullspace(rows, 2 * n_qubits)]


def maximal_isotropic(generators: Sequence[Pauli]) -> list[Pauli]:
    """A maximal set of independent commuting strings from the group that the generators span."""
    pairs, radical = symplectic_basis(generators)
    return radical + [p for p, _ in pairs]


def centre(generators: Sequence[Pauli]) -> list[Pauli]:
    """Independent strings that generate V ∩ V^⊥: what commutes with all of the span V."""
    return symplectic_basis(generators)[1]


def symplectic_basis(
    generators: Sequence[Pauli],
) -> tuple[list[tuple[Pauli, Pauli]], list[Pauli]]:
    """Anticommuting pairs, all else commuting, and a basis of the radical; together a basis of V.

    Symplectic Gram–Schmidt over F₂; the strings are positive.
    """
    left = [Pauli(generators[k].x, generators[k].z) for k in independent(generators)]
    pairs, radical = [], []
    while left:
        p = left.pop()
        k = next((k for k, q in enumerate(left) if anticommute(p, q)), None)
        if k is None:
            radical.append(p)
            continue
        q = left.pop(k)
        pairs.append((p, q))
        left = [_cleared(r, p, q) for r in left]
    return pairs, radical


def _cleared(r: Pauli, p: Pauli, q: Pauli) -> Pauli:
    """A string times those of p and q that make it commute with both."""
    x, z = r.x, r.z
    if anticommute(r, p):
        x, z = x ^ q.x, z ^ q.z
    if anticommute(r, q):
        x, z = x ^ p.x, z ^ p.z
    return Pauli(x, z)


def _n_bits(paulis: Sequence[Pauli]) -> int:
    return max(((p.x | p.z).bit_length() for p in paulis), default=0)
