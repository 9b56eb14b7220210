from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, from_word
from tests.oracles import pauli as oracle

ONE = ("h", "s", "sdg", "x", "y", "z")
TWO = ("cx", "cz", "swap")


@st.composite
def circuits(draw, max_qubits=4, max_gates=12):
    n = draw(st.integers(1, max_qubits))
    gates = []
    for _ in range(draw(st.integers(0, max_gates))):
        name = draw(st.sampled_from(ONE + TWO if n > 1 else ONE))
        qubits = draw(st.permutations(range(n)))[: 2 if name in TWO else 1]
        gates.append((name, tuple(qubits)))
    return n, gates


def paulis(n, phases=(0, 1, 2, 3)):
    bits = st.integers(0, 2**n - 1)
    return st.builds(Pauli, bits, bits, st.sampled_from(phases))


@given(circuits(), st.data())
@settings(max_examples=60, deadline=None)
def test_pull_and_push_conjugate(circuit, data):
    n, gates = circuit
    p = data.draw(paulis(n))
    tableau = Tableau.from_gates(gates, n)
    c = oracle.circuit_matrix(gates, n)
    dense = oracle.matrix(p, n)
    assert np.allclose(oracle.matrix(tableau.pull(p), n), c.conj().T @ dense @ c)
    assert np.allclose(oracle.matrix(tableau.push(p), n), c @ dense @ c.conj().T)


@given(circuits(), st.data(), st.integers(-3, 5))
@settings(max_examples=60, deadline=None)
def test_quarter_turns_about_strings_conjugate(circuit, data, k):
    n, gates = circuit
    axis, p = data.draw(paulis(n, phases=(0, 2))), data.draw(paulis(n))
    tableau = Tableau.from_gates(gates, n)
    tableau.apply_rotation(axis, k)
    c = oracle.rotation_matrix(axis, k * np.pi / 2, n) @ oracle.circuit_matrix(gates, n)
    dense = oracle.matrix(p, n)
    assert np.allclose(oracle.matrix(tableau.pull(p), n), c.conj().T @ dense @ c)
    assert np.allclose(oracle.matrix(tableau.push(p), n), c @ dense @ c.conj().T)


@given(circuits(), circuits())
@settings(max_examples=40, deadline=None)
def test_then_appends_a_whole_clifford(first, second):
    n = max(first[0], second[0])
    tableau = Tableau.from_gates(first[1], n)
    tableau.then(Tableau.from_gates(second[1], n))
    assert tableau == Tableau.from_gates(first[1] + second[1], n)


@given(circuits())
@settings(deadline=None)
def test_the_identity_is_recognised(circuit):
    n, gates = circuit
    tableau = Tableau.from_gates(gates, n)
    u = oracle.circuit_matrix(gates, n)
    assert tableau.is_identity() == np.allclose(abs(np.trace(u)), 2**n)
    tableau.then(tableau.inverse().copy())
    assert tableau.is_identity()


def test_strings_off_the_gates_pass_through_unchanged():
    tableau = Tableau(3)
    p = from_word("IIX")
    assert tableau.pull(p) is p
    tableau.apply("cx", (0, 1))
    assert tableau.pull(p) is p
    assert tableau.push(p) is p


def test_a_copy_grows_alone():
    tableau = Tableau(2)
    twin = tableau.copy()
    twin.apply("h", (0,))
    assert tableau.is_identity()
    assert not twin.is_identity()


def test_an_unknown_gate_is_refused():
    with pytest.raises(ValueError, match="not a fixed gate"):
        Tableau(1).apply("t", (0,))
