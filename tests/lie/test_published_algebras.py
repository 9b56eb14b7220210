"""Lie algebras of published families and of inputs that other software gets wrong, each with its source."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb

import pytest

from qansatz.lie.classical import Ideal, collected, name
from qansatz.lie.classification import classify
from qansatz.lie.closure import Closure, Limit, close
from qansatz.lie.ideals import decompose
from qansatz.pauli.orbits import reduction
from tests.lie.test_closure import bits, equivariant, placed, tfim
from tests.models.statements import table_of
from tests.oracles import sums as oracle


def in_orbits(generators, n):
    sums = [bits(g) for g in generators]
    found = close(sums, n, reduction=reduction(sums, n), limit=Limit(dimension=20_000))
    assert isinstance(found, Closure)
    return found


def named(generators, n):
    return decompose(in_orbits(generators, n)).name


def complete(n):
    """Quantum approximate optimisation of the largest cut of the complete graph."""
    return [
        {placed({i: "Z", j: "Z"}, n): 1 for i, j in combinations(range(n), 2)},
        {placed({i: "X"}, n): 1 for i in range(n)},
    ]


@pytest.mark.parametrize("n", [3, 4, 5, 6, 9, 16, 40])
def test_cycles(n):
    """n − 1 copies of su(2) and a centre of dimension 2 (Allcock, Santha, Yuan, Zhang, arXiv:2407.12587)."""
    expected = [Ideal("su", 2, n - 1), Ideal("u", 1, 2)]
    assert named(tfim(n, ring=True), n) == name(expected)
    assert in_orbits(tfim(n, ring=True), n).dimension == 3 * n - 1


@pytest.mark.parametrize("n", range(3, 13))
def test_complete_graphs(n):
    """Of order n³ (Allcock et al., arXiv:2407.12587), in full from Schur–Weyl duality.

    The permutations split n qubits into spins of dimension m = n + 1, n − 1, …; the flip of all qubits splits
    each into (m ± 1)/2, or m/2 twice. Every one of these gives its su(k); the centre has one dimension for
    even n, two for odd n, where also ZZ and X alone see the flip.
    """
    blocks = [k for m in range(n + 1, 0, -2) for k in ((m + 1) // 2, m // 2)]
    ideals = [Ideal("su", k) for k in blocks if k > 1] + [Ideal("u", 1, 1 + n % 2)]
    found = in_orbits(complete(n), n)
    assert decompose(found).name == name(ideals)
    assert found.dimension == sum(ideal.dimension for ideal in ideals)
    even, odd = n**3 + 6 * n**2 + 2 * n + 12, n**3 + 6 * n**2 - n + 18
    assert 12 * found.dimension == (odd if n % 2 else even)


@pytest.mark.parametrize("n", [20, 30])
def test_permutation_equivariant_circuits_of_many_qubits(n):
    """C(n+3, 3) − ⌊n/2⌋ of the C(n+3, 3) orbits (Schatzki et al., arXiv:2210.09974, and anchors above n = 7)."""
    found = in_orbits(equivariant(n), n)
    assert found.dimension == comb(n + 3, 3) - n // 2
    assert found.n_columns < comb(n + 3, 3)


@pytest.mark.parametrize("n", [3, 4, 7, 10])
def test_permutation_equivariant_circuits_are_sums_over_spins(n):
    """su(m) for every spin of dimension m > 1, and one u(1): Schur–Weyl duality (arXiv:2210.09974)."""
    ideals = collected([*(Ideal("su", m) for m in range(n + 1, 1, -2)), Ideal("u", 1)])
    assert named(equivariant(n), n) == name(ideals)


@pytest.mark.parametrize("n", [4, 5, 8, 9])
def test_a_field_along_z_changes_the_equivariant_algebra_little(n):
    """Σ ZZ, Σ X and Σ Z generate the same algebra as Σ X, Σ Y and Σ ZZ (arXiv:2210.09974, section III)."""
    field = [*complete(n), {placed({i: "Z"}, n): 1 for i in range(n)}]
    assert named(field, n) == named(equivariant(n), n)


@pytest.mark.parametrize("n", [4, 5, 6, 7])
def test_heisenberg_bonds_are_transpositions(n):
    """Transpositions generate su(d) for each Young diagram, at most two rows here, and one u(1).

    d is the number of its standard tableaux (Marin, "L'algèbre de Lie des transpositions",
    arXiv:math/0502119).
    """
    bonds = [{placed({i: a, i + 1: a}, n): 1 for a in "XYZ"} for i in range(n - 1)]
    sizes = [comb(n, k) - (comb(n, k - 1) if k else 0) for k in range(n // 2 + 1)]
    ideals = [Ideal("su", d) for d in sizes if d > 1] + [Ideal("u", 1)]
    assert named(bonds, n) == name(ideals)


@pytest.mark.parametrize(
    ("words", "dimension"),
    [
        (("XII", "ZII", "ZZI", "ZIZ"), 12),
        (("XIIII", "ZIIII", "ZZIII", "ZIZII", "ZIIZI", "ZIIIZ"), 48),
        (("XIX", "ZXI", "ZIX", "ZII"), 12),
    ],
)
def test_stars_that_paulie_calls_abelian(words, dimension):
    """PauLie 0.2.3 names the first ``4*so(2)``, of dimension 4."""
    assert classify(table_of(words)).dimension == dimension


def test_a_chain_of_which_paulie_drops_a_string():
    """PauLie 0.2.3 turns X and ZZ on 4 qubits into a chain without X on the last qubit."""
    chain = [placed({i: "X"}, 4) for i in range(4)]
    chain += [placed({i: "Z", i + 1: "Z"}, 4) for i in range(3)]
    assert classify(table_of(chain)).name == "so(8)"
    assert classify(table_of([w for w in chain if w != "IIIX"])).name == "so(7)"


MILLION, MILLIONTH = 10**6, Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("generators", "dimension"),
    [
        ([{"XZY": 1000, "ZZY": 2, "XIY": 2}, {"IYI": MILLION, "XXX": 2}, {"YYX": 1}], 36),
        (
            [
                {"ZYX": 1000, "XXZ": 1},
                {"XIX": -1, "ZYI": MILLION, "XZX": 1},
                {"ZIZ": MILLION, "XZZ": Fraction(1, 1000)},
            ],
            36,
        ),
        (
            [
                {"IIZ": 2, "XYZ": 1000, "IYY": 1},
                {"YYI": MILLIONTH},
                {"XZX": 1000, "XIY": MILLION, "ZXZ": 2},
            ],
            21,
        ),
    ],
)
def test_coefficients_of_different_size_that_pennylane_miscounts(generators, dimension):
    """PennyLane 0.45 finds 33, 42 and 18."""
    found = close([bits(g) for g in generators], 3)
    assert found.dimension == oracle.dimension(generators) == dimension


def test_29_instead_of_36():
    """What PennyLane 0.45 finds; 36 is confirmed by the closure with fractions, which takes long."""
    generators = [{"IZZ": 2}, {"ZZI": -1, "IXY": MILLIONTH}, {"XII": 2, "ZIX": MILLION, "XYI": 1}]
    assert close([bits(g) for g in generators], 3).dimension == 36


@pytest.mark.parametrize("times", range(3))
def test_the_dimension_that_fastdla_does_not_always_give(times):
    """fastdla 0.9 finds 216 or 217."""
    assert in_orbits(equivariant(9), 9).dimension == 216
