from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.pauli.clifford_circuits import stabilizer_state_circuit, synthesize
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, from_word
from tests.oracles import pauli as oracle


def random_tableau(n, seed, n_rotations=None):
    rng = random.Random(seed)
    tableau = Tableau(n)
    for _ in range(3 * n if n_rotations is None else n_rotations):
        axis = Pauli(rng.getrandbits(n), rng.getrandbits(n), rng.choice((0, 2)))
        tableau.apply_rotation(axis, rng.randrange(4))
    return tableau


def n_two_qubit(gates):
    return sum(name in ("cx", "cz") for name, _ in gates)


@given(st.integers(1, 9), st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_synthesis_gives_back_the_clifford(n, seed):
    tableau = random_tableau(n, seed)
    assert Tableau.from_gates(synthesize(tableau), n) == tableau


@given(st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_synthesised_gates_conjugate_as_matrices_do(n, seed):
    tableau = random_tableau(n, seed)
    c = oracle.circuit_matrix(synthesize(tableau), n)
    for p in oracle.all_paulis(n):
        expected = oracle.matrix(tableau.pull(p), n)
        assert np.allclose(c.conj().T @ oracle.matrix(p, n) @ c, expected)


@pytest.mark.parametrize(
    ("gates", "cost"),
    [
        ([], 0),
        ([("h", (0,)), ("s", (2,)), ("swap", (0, 2))], 0),
        ([("cx", (0, 1))], 1),
        ([("cz", (0, 1)), ("h", (1,)), ("cz", (1, 2))], 2),
    ],
)
def test_small_cliffords_cost_what_they_must(gates, cost):
    assert n_two_qubit(synthesize(Tableau.from_gates(gates, 3))) == cost


@given(st.integers(1, 6), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_a_stabilizer_state_has_its_stabilizers(n, seed):
    rng = random.Random(seed)
    tableau = random_tableau(n, seed)
    stabilizers = [tableau.push(Pauli(0, 1 << i, rng.choice((0, 2)))) for i in range(n)]
    for i in range(1, n):
        if rng.random() < 0.5:
            stabilizers[i] = stabilizers[i] * stabilizers[rng.randrange(i)]
    state = oracle.circuit_matrix(stabilizer_state_circuit(stabilizers, n), n)[:, 0]
    for p in stabilizers:
        assert np.allclose(oracle.matrix(p, n) @ state, state)


@pytest.mark.parametrize(
    ("words", "cost"),
    [
        (["ZII", "IZI", "IIZ"], 0),
        (["XII", "IXI", "IIX"], 0),
        (["XXXX", "ZZII", "IZZI", "IIZZ"], 3),
        (["XZII", "ZXZI", "IZXZ", "IIZX"], 3),
        (["YYYY", "ZZZZ", "XXII", "IXXI"], 4),
    ],
)
def test_known_states_need_few_gates(words, cost):
    gates = stabilizer_state_circuit([from_word(word) for word in words], len(words))
    assert n_two_qubit(gates) <= cost


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["XX"], "2 stabilizers are needed"),
        (["XX", "ZI"], "do not commute"),
        (["XX", "XX"], "not independent"),
        (["ZZI", "IZZ", "ZIZ"], "not independent"),
        (["XXI", "ZZI", "IZX"], "do not commute"),
    ],
)
def test_what_is_no_state_is_refused(words, message):
    with pytest.raises(ValueError, match=message):
        stabilizer_state_circuit([from_word(word) for word in words], len(words[0]))
