from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.pauli.strings import Pauli, anticommute, from_word, to_word
from qansatz.pauli.tables import PauliTable
from tests.models.statements import table_of
from tests.oracles import pauli as oracle


@st.composite
def rows(draw, max_qubits=130):
    n = draw(st.integers(1, max_qubits))
    bits = st.integers(0, 2**n - 1)
    return n, draw(st.lists(st.builds(Pauli, bits, bits, st.just(0)), max_size=6))


@given(rows())
def test_a_table_gives_back_its_rows(case):
    n, paulis = case
    table = PauliTable.from_paulis(paulis, n)
    assert table.paulis() == paulis == [table.pauli(k) for k in range(len(table))]
    assert table.words() == [to_word(p, n) for p in paulis]
    assert [table.word(k) for k in range(len(table))] == table.words()
    assert table.weights().tolist() == [n - word.count("I") for word in table.words()]
    if paulis:
        assert table_of(table.words()).paulis() == paulis


@given(rows(), st.data())
def test_anticommutation_is_that_of_single_strings(case, data):
    n, paulis = case
    table = PauliTable.from_paulis(paulis, n)
    bits = st.integers(0, 2**n - 1)
    others = data.draw(st.lists(st.builds(Pauli, bits, bits, st.just(0)), max_size=4))
    expected = np.array([[anticommute(p, q) for q in others] for p in paulis], dtype=bool)
    got = table.anticommutation(PauliTable.from_paulis(others, n))
    assert np.array_equal(got, expected.reshape(len(paulis), len(others)))
    for k, q in enumerate(others):
        assert np.array_equal(table.anticommute_with(q), got[:, k])


@given(st.integers(1, 3), st.data())
@settings(max_examples=40)
def test_products_are_those_of_matrices(n, data):
    pauli = st.builds(Pauli, *[st.integers(0, 2**n - 1)] * 2, st.integers(0, 3))
    p, q = data.draw(pauli), data.draw(pauli)
    product = oracle.matrix(p, n) @ oracle.matrix(q, n)
    assert np.allclose(product, oracle.matrix(p * q, n))
    commute = oracle.commute(oracle.matrix(p, n), oracle.matrix(q, n))
    assert anticommute(p, q) is not commute


def test_bits_beyond_the_last_qubit_are_refused():
    with pytest.raises(ValueError, match="fit"):
        PauliTable.from_ints([8], [0], 3)


def test_rows_are_taken_by_index_and_by_mask():
    table = table_of(["XI", "ZZ", "IY"])
    assert table.take([2, 0]).words() == ["IY", "XI"]
    assert table.take(np.array([False, True, False])).words() == ["ZZ"]
    assert len(table.take([])) == 0


def test_support_is_the_union_of_the_rows():
    table = table_of(["XII", "IIY"])
    assert table.support() == 0b101


def test_qubit_64_opens_the_second_word():
    table = PauliTable.from_paulis([Pauli(1 << 64, 0)], 65)
    assert table.x.tolist() == [[0, 1]]


def test_the_empty_table_has_no_words():
    assert PauliTable.from_paulis([], 3).words() == []
    assert from_word("") == Pauli(0, 0)
