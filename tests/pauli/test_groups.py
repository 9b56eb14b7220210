from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.pauli import gf2, groups
from qansatz.pauli.strings import IDENTITY, Pauli, anticommute, from_word, to_word
from tests.oracles import pauli as oracle

matrices = st.lists(st.integers(0, 2**7 - 1), max_size=8)


def span_of(rows):
    found = {0}
    for row in rows:
        found |= {row ^ other for other in found}
    return found


@given(matrices, st.integers(0, 2**7 - 1))
def test_rank_and_membership_are_those_of_the_enumerated_span(rows, row):
    span, echelon = span_of(rows), gf2.Echelon(rows)
    assert 2**echelon.rank == 2 ** gf2.rank(rows) == len(span)
    assert (row in echelon) == (row in span)
    remainder, combination = echelon.reduce(row)
    taken = [rows[k] for k in gf2.bits(combination)]
    assert remainder == row ^ int(np.bitwise_xor.reduce(np.array([0, *taken])))
    assert len({echelon.reduce(row ^ other)[0] for other in span}) == 1
    assert span_of(echelon.basis) == span_of(gf2.reduced(rows)) == span


@given(matrices)
def test_a_dependent_row_names_rows_that_cancel(rows):
    echelon = gf2.Echelon()
    for k, row in enumerate(rows):
        combination = echelon.insert(row)
        assert (combination is not None) == (row in span_of(rows[:k]))
        if combination is not None:
            assert combination >> k == 1
            assert not np.bitwise_xor.reduce([rows[j] for j in gf2.bits(combination)])


@given(matrices)
def test_a_reduced_basis_has_each_leading_bit_once(rows):
    basis = gf2.reduced(rows)
    for row in basis:
        lead = row.bit_length() - 1
        assert sum(other >> lead & 1 for other in basis) == 1


@given(matrices)
def test_the_nullspace_is_every_vector_of_even_overlap(rows):
    even = {v for v in range(2**7) if not any((v & row).bit_count() & 1 for row in rows)}
    basis = gf2.nullspace(rows, 7)
    assert span_of(basis) == even
    assert gf2.rank(basis) == len(basis)


def strings(n, max_size=6):
    bits = st.integers(0, 2**n - 1)
    return st.lists(st.builds(Pauli, bits, bits, st.sampled_from((0, 2))), max_size=max_size)


def closure(paulis, n):
    """All products, as matrices know them, phases left out."""
    found = {to_word(IDENTITY, n)}
    for p in paulis:
        found |= {to_word(from_word(word) * p, n) for word in found}
    return found


@given(st.integers(1, 3).flatmap(lambda n: st.tuples(st.just(n), strings(n))))
@settings(max_examples=40, deadline=None)
def test_the_commutant_is_every_string_that_commutes(case):
    n, paulis = case
    dense = [oracle.matrix(p, n) for p in paulis]
    expected = {
        word
        for word in oracle.all_words(n)
        if all(oracle.commute(oracle.word_matrix(word), p) for p in dense)
    }
    generators = groups.commutant(paulis, n)
    assert closure(generators, n) == expected
    assert 2 ** len(generators) == len(expected)


@given(st.integers(1, 3).flatmap(lambda n: st.tuples(st.just(n), strings(n))))
@settings(max_examples=60, deadline=None)
def test_isotropic_and_centre_agree_with_brute_force(case):
    n, paulis = case
    span = closure(paulis, n)
    commuting = {p for p in span if not any(anticommute(from_word(p), from_word(q)) for q in span)}
    assert closure(groups.centre(paulis), n) == commuting
    isotropic = groups.maximal_isotropic(paulis)
    group = closure(isotropic, n)
    assert group <= span
    assert len(group) == 2 ** len(isotropic)
    assert not any(anticommute(p, q) for p, q in combinations(isotropic, 2))
    for word in span - group:
        assert any(anticommute(from_word(word), p) for p in isotropic)


@given(strings(3))
def test_a_dependency_is_a_product_that_is_a_phase(paulis):
    found = groups.dependency(paulis)
    independent = all(
        groups.product(some)[:2] != (0, 0)
        for size in range(1, len(paulis) + 1)
        for some in combinations(paulis, size)
    )
    assert (found is None) == independent == (len(groups.independent(paulis)) == len(paulis))
    if found:
        dense = np.linalg.multi_dot(
            [np.eye(8), np.eye(8), *(oracle.matrix(paulis[k], 3) for k in found.indices)]
        )
        assert np.allclose(dense, 1j**found.product.phase * np.eye(8))


def test_elements_count_in_binary_with_the_first_generator_lowest():
    generators = [from_word("XX"), Pauli(0, 3, 2)]
    assert [*groups.elements(generators)] == [
        IDENTITY,
        from_word("XX"),
        Pauli(0, 3, 2),
        from_word("XX") * Pauli(0, 3, 2),
    ]


def test_elements_are_lazy():
    many = groups.elements([Pauli(1 << k, 0) for k in range(200)])
    assert [next(many) for _ in range(4)][-1] == Pauli(3, 0)
