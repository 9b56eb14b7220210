"""States against dense Kronecker products."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qansatz.pauli import states as pure
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, to_word
from tests.oracles.dense import KETS, ket, same_up_to_phase
from tests.oracles.dense import stabilizer_state as slow_stabilizer_state
from tests.oracles.pauli import gate_matrix, matrix, rotation_matrix

TOLERANCE = 1e-12


def random_states(seed: int, batch: int, n: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    raw = random.normal(size=(batch, 2**n)) + 1j * random.normal(size=(batch, 2**n))
    return np.asfortranarray(raw / np.linalg.norm(raw, axis=1, keepdims=True))


@st.composite
def cases(draw, most: int = 4):
    n = draw(st.integers(1, most))
    bits = st.integers(0, 2**n - 1)
    phase = draw(st.sampled_from([0, 2]))
    return n, Pauli(draw(bits), draw(bits), phase), draw(st.integers(0, 2**20)), draw(bits) % 5 + 1


@given(cases(), st.booleans())
def test_a_string_acts_as_its_matrix(case, column_major: bool):
    n, pauli, seed, batch = case
    states = random_states(seed, batch, n)
    given_states = states if column_major else np.ascontiguousarray(states)
    found = pure.action(pauli, n).apply(given_states)
    assert np.allclose(found, states @ matrix(pauli, n).T, atol=TOLERANCE)


@given(cases(), st.booleans())
def test_a_rotation_turns_every_state_by_its_own_angle(case, column_major: bool):
    n, pauli, seed, batch = case
    before = random_states(seed, batch, n)
    angles = np.random.default_rng(seed + 1).uniform(-7, 7, batch)
    after = before.copy(order="F" if column_major else "C")
    pure.rotate(after, pure.action(pauli, n), angles)
    for k in range(batch):
        expected = rotation_matrix(pauli, angles[k], n) @ before[k]
        assert np.allclose(after[k], expected, atol=TOLERANCE)


def test_one_angle_turns_all_states():
    before = random_states(3, 4, 2)
    for pauli in (Pauli(0, 3), Pauli(1, 2)):
        one, each = before.copy(order="F"), before.copy(order="F")
        pure.rotate(one, pure.action(pauli, 2), 0.7)
        pure.rotate(each, pure.action(pauli, 2), np.full(4, 0.7))
        assert np.array_equal(one, each)


@pytest.mark.parametrize("name", ["h", "s", "sdg", "x", "y", "z", "cx", "cz", "swap"])
def test_fixed_gates(name: str):
    n = 4
    for first in range(n):
        for second in range(n):
            if first == second:
                continue
            qubits = (first, second) if name in ("cx", "cz", "swap") else (first,)
            before = random_states(first + 7 * second, 3, n)
            after = before.copy(order="F")
            pure.apply_gate(after, name, qubits)
            expected = before @ gate_matrix(name, qubits, n).T
            assert np.allclose(after, expected, atol=TOLERANCE)


def test_gates_refuse_what_they_could_not_change_in_place():
    with pytest.raises(ValueError, match="row-major"):
        pure.apply_gate(random_states(0, 4, 4)[::2], "h", (0,))
    with pytest.raises(KeyError):
        pure.apply_gate(random_states(0, 3, 2), "t", (0,))


@given(st.text("".join(KETS), min_size=1, max_size=4))
def test_product_states(letters: str):
    signs = {"0": (0, "Z"), "1": (2, "Z"), "+": (0, "X"), "-": (2, "X"), "r": (0, "Y")}
    signs["l"] = (2, "Y")
    stabilizers = []
    for qubit, letter in enumerate(letters):
        phase, name = signs[letter]
        bit = 1 << qubit
        stabilizers.append(Pauli(bit * (name != "Z"), bit * (name != "X"), phase))
    found = pure.stabilizer_state(stabilizers, len(letters))
    assert same_up_to_phase(found, ket(letters), TOLERANCE)


GATES = [("h", 1), ("s", 1), ("x", 1), ("cx", 2), ("cz", 2)]


@given(st.integers(1, 4), st.data())
def test_stabilizer_states(n: int, data):
    gates = []
    for _ in range(data.draw(st.integers(0, 12))):
        name, size = data.draw(st.sampled_from([g for g in GATES if g[1] <= n]))
        gates.append((name, tuple(data.draw(st.permutations(range(n)))[:size])))
    tableau = Tableau.from_gates(gates, n)
    stabilizers = [tableau.push(Pauli(0, 1 << q)) for q in range(n)]
    words = [(1 - p.phase, to_word(p, n)) for p in stabilizers]
    found = pure.stabilizer_state(stabilizers, n)
    assert same_up_to_phase(found, slow_stabilizer_state(words), TOLERANCE)
    scaled = found / np.abs(found).max()
    assert set(np.round(scaled, 12).tolist()) <= {0, 1, -1, 1j, -1j}


def test_dependent_stabilizers_fix_no_state():
    with pytest.raises(ValueError, match="independent"):
        pure.stabilizer_state([Pauli(0, 1), Pauli(0, 1)], 2)
    with pytest.raises(ValueError, match="independent"):
        pure.stabilizer_state([Pauli(0, 1), Pauli(0, 1, 2)], 2)


@given(cases())
def test_expectations(case):
    n, pauli, seed, batch = case
    states = random_states(seed, batch, n)
    other = Pauli(pauli.z, pauli.x)
    terms = [(0.3, pure.action(pauli, n)), (-1.7, pure.action(other, n))]
    operator = 0.3 * matrix(pauli, n) - 1.7 * matrix(other, n)
    expected = [np.vdot(s, operator @ s).real for s in states]
    assert np.allclose(pure.expectations(states, terms), expected, atol=TOLERANCE)


@given(st.integers(1, 4), st.integers(0, 2**20))
def test_fidelities_and_purities(n: int, seed: int):
    left, right = random_states(seed, 3, n), random_states(seed + 1, 3, n)
    expected = [abs(np.vdot(a, b)) ** 2 for a, b in zip(left, right, strict=True)]
    assert np.allclose(pure.fidelities(left, right), expected, atol=TOLERANCE)
    found = pure.purities(left)
    for state, values in zip(left, found, strict=True):
        for qubit in range(n):
            split = np.moveaxis(state.reshape([2] * n), qubit, 0).reshape(2, -1)
            rho = split @ split.conj().T
            assert np.isclose(values[qubit], np.trace(rho @ rho).real, atol=TOLERANCE)
