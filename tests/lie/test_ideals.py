from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz.lie import classical, polynomials
from qansatz.lie.classification import classify
from qansatz.lie.closure import Closure, close
from qansatz.lie.ideals import decompose
from qansatz.pauli.orbits import reduction
from tests.lie.test_closure import bits, equivariant, heisenberg, tfim, words
from tests.models.statements import table_of
from tests.oracles import sums as oracle

PRIME = 8_388_593


def decomposed(generators, n, reduced=False):
    sums = [bits(g) for g in generators]
    closed = close(sums, n, reduction=reduction(sums, n) if reduced else None)
    assert isinstance(closed, Closure)
    found = decompose(closed)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("generators", "n", "name"),
    [
        (heisenberg(3), 3, "su(2) + u(1)"),
        (heisenberg(5), 5, "su(5) + su(4) + u(1)"),
        (heisenberg(6), 6, "su(9) + 2*su(5) + u(1)"),
        (tfim(5, ring=False), 5, "su(5) + u(1)"),
        (tfim(5, ring=True), 5, "4*su(2) + 2*u(1)"),
        (tfim(12, ring=True), 12, "11*su(2) + 2*u(1)"),
        (equivariant(3), 3, "su(4) + su(2) + u(1)"),
        (equivariant(6), 6, "su(7) + su(5) + su(3) + u(1)"),
    ],
)
def test_known_names(generators, n, name):
    """Schur–Weyl blocks (Heisenberg, equivariant), free fermions with momentum (transverse field)."""
    found = decomposed(generators, n, reduced=n > 4)
    assert (found.name, found.certificate) == (name, "lifted")


@given(st.lists(words(3), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_single_strings_have_the_name_that_their_graph_gives(chosen):
    found = decomposed([{word: 1} for word in chosen], 3)
    assert found.name == classify(table_of(chosen)).name


@pytest.mark.parametrize(
    ("length", "name"), [(5, "su(4)"), (6, "so(7)"), (7, "so(8)"), (8, "so(9)"), (9, "so(10)")]
)
def test_odd_orthogonal_algebras(length, name):
    chain = ["XIIII", "ZZIII", "IXIII", "IZZII", "IIXII", "IIZZI", "IIIXI", "IIIZZ", "IIIIX"]
    assert decomposed([{word: 1} for word in chain[:length]], 5).name == name


def test_symplectic_algebras():
    """Products of an odd number of antisymmetric letters and their like: sp(4) on three qubits."""
    chosen = ["YII", "XII", "XYI", "ZXZ", "ZZY", "YXX"]
    table = classify(table_of(chosen))
    assert decomposed([{word: 1} for word in chosen], 3).name == table.name


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_random_sums_against_the_centroid(data):
    weights = st.sampled_from((1, -1, 2, Fraction(1, 2), 3))
    one = st.dictionaries(words(2), weights, min_size=1, max_size=3)
    generators = data.draw(st.lists(one, min_size=1, max_size=3))
    basis = oracle.closure(generators)
    assume(basis)
    found = decomposed(generators, 2)
    assert found.centre == oracle.centre_dimension(basis)
    assert found.ideals is not None, found.reason
    sizes = [
        classical.dimension(i.family, i.parameter)
        for i in found.ideals
        for _ in range(i.copies)
        if i.family != "u"
    ]
    assert sorted(sizes) == oracle.ideal_dimensions(basis)


def test_above_the_limit_only_the_centre_is_told():
    closed = close([bits(g) for g in heisenberg(4)], 4)
    found = decompose(closed, dimension_limit=11)
    assert (found.name, found.centre, found.dimension - found.centre) == (None, 1, 11)
    assert "dimension 11" in found.reason


@given(
    st.lists(st.integers(0, PRIME - 1), min_size=1, max_size=12, unique=True),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_polynomials_with_known_roots(roots, seed):
    product = np.ones(1)
    for root in roots:
        product = polynomials.multiply(product, np.array([-root % PRIME, 1.0]), PRIME)
    rng = np.random.default_rng(seed)
    ((degree, part),) = polynomials.by_degree(product, 3, PRIME)
    assert (degree, len(part)) == (1, len(product))
    factor = polynomials.irreducible(part, 1, PRIME, rng)
    assert -int(factor[0]) % PRIME in roots
    sums = polynomials.power_sums(product, 4, PRIME)
    assert sums == [sum(pow(r, k, PRIME) for r in roots) % PRIME for k in range(1, 5)]
    weights = rng.integers(1, PRIME, len(roots)).tolist()
    sequence = [
        sum(w * pow(r, k, PRIME) for w, r in zip(weights, roots, strict=True)) % PRIME
        for k in range(2 * len(roots) + 4)
    ]
    shifted = np.array([s - PRIME if s > PRIME // 2 else s for s in sequence], dtype=np.float64)
    assert np.array_equal(polynomials.minimal_polynomial(shifted, PRIME) % PRIME, product % PRIME)
