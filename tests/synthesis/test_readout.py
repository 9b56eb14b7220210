"""Gradient and expectation circuits as gate lists, against dense states; proofs refuse what was damaged."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.gradient.schedule import schedule
from qansatz.circuits.gates import Gate
from qansatz.circuits.native import as_rotations
from qansatz.circuits.rotations import quarter
from qansatz.model.angles import Affine, add
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute, from_word, to_word
from qansatz.source import Source
from qansatz.synthesis import readout
from qansatz.synthesis.search.diagonal import diagonalizing, settled_letters
from qansatz.synthesis.verify import carried
from tests.oracles import dense, gradients
from tests.strategies.programs import programs

EXAMPLES = Path(__file__).parents[2] / "examples"


def compiled(text: str):
    return driver.compile_source(Source("<test>", text)).ansatz


def example(name: str, **sizes):
    return driver.compile_file(str(EXAMPLES / f"{name}.qans"), settings=sizes).ansatz


def probabilities(circuit, values):
    n = circuit.gates.n_qubits
    state = np.zeros(2**n, dtype=complex)
    state[0] = 1
    for gate in circuit.gates.gates:
        for item in as_rotations(gate):
            angle = gradients.evaluate(item.angle, values)
            state = gradients.rotated(state, to_word(item.pauli, n), angle)
    return np.abs(state) ** 2


def parity_mean(circuit, parity, weights):
    """Σ p(outcomes)·(−1)^parity, outcome by outcome."""
    n = circuit.gates.n_qubits
    total = 0.0
    for index, weight in enumerate(weights):
        bits = [index >> (n - 1 - qubit) & 1 for qubit in circuit.measured]
        odd = sum(bit for k, bit in enumerate(bits) if parity.columns >> k & 1) + parity.negative
        total += weight * (-1) ** odd
    return total


def state_of(model, values, rows=None, flipped=()):
    """The dense state of some rotations of a model; with ``flipped`` rows, with an ancilla."""
    n = model.n_qubits
    ancilla = flipped is not None
    state = gradients.initial(model)
    if ancilla:
        state = np.kron(state, np.array([1, 1]) / np.sqrt(2))
    every = range(len(model.rotations)) if rows is None else rows
    for row in every:
        word = to_word(model.rotations.pauli(int(row)), n)
        if ancilla:
            word += "Z" if row in flipped else "I"
        angle = gradients.evaluate(model.rotations.angle(int(row)), values)
        state = gradients.rotated(state, word, angle)
    return state


def check_gradient_circuits(model, observable, seed, effort):
    found = schedule(model, observable, time_limit=0.5)
    values = np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels())).tolist()
    n_circuits = 0
    for circuit, made in zip(
        found.circuits(), readout.gradient_circuits(found, effort=effort), strict=True
    ):
        n_circuits += 1
        flipped = set(circuit.flipped.tolist()) if circuit.ancilla else None
        state = state_of(model, values, found.patterns.active, flipped)
        width = model.n_qubits + circuit.ancilla
        assert made.gates.n_qubits == width
        assert {p.pauli for p in made.parities} == {m.pauli for m in circuit.measurements}
        weights = probabilities(made, values)
        for parity in made.parities:
            image = gradients.word_matrix(to_word(parity.pauli, width)) @ state
            expected = np.vdot(state, image).real
            assert abs(parity_mean(made, parity, weights) - expected) < 1e-10
    assert n_circuits == found.n_circuits


@given(programs(max_qubits=3, max_statements=4), st.integers(0, 2**32 - 1), st.integers(0, 1))
@settings(max_examples=30, deadline=None)
def test_gradient_circuits_read_their_strings(program, seed, effort):
    model = compiled(program.text)
    assume(model.observables and len(model.rotations) < 30)
    check_gradient_circuits(model, model.observables[0], seed, effort)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("tfim", {"n": 4, "layers": 1}),
        ("slpa", {"depth": 1}),
        ("efficient_su2", {"n": 3, "reps": 2}),
        ("heisenberg", {"n": 4, "layers": 1}),
    ],
)
def test_gradient_circuits_of_examples_read_their_strings(name, sizes):
    model = example(name, **sizes)
    check_gradient_circuits(model, model.observables[0], 5, 0.1)


@given(programs(max_qubits=3, max_statements=4), st.data())
@settings(max_examples=30, deadline=None)
def test_expectation_circuits_read_any_commuting_strings(program, data):
    model = compiled(program.text)
    assume(len(model.rotations) < 30)
    n = model.n_qubits
    word = st.text("IXYZ", min_size=n, max_size=n)
    strings: list[Pauli] = []
    for text in data.draw(st.lists(word, min_size=1, max_size=6)):
        pauli = from_word(text)
        if not any(anticommute(pauli, other) for other in strings):
            strings.append(pauli)
    values = np.random.default_rng(1).uniform(-3, 3, len(model.slots.labels())).tolist()
    (made,) = readout.expectation_circuits(model, [strings], effort=data.draw(st.integers(0, 1)))
    state = state_of(model, values, flipped=None)
    weights = probabilities(made, values)
    assert [p.pauli for p in made.parities] == [*dict.fromkeys(strings)]
    for parity in made.parities:
        image = gradients.word_matrix(to_word(parity.pauli, n)) @ state
        assert abs(parity_mean(made, parity, weights) - np.vdot(state, image).real) < 1e-10


@given(st.integers(1, 7), st.integers(0, 2**32 - 1), st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_diagonalizing_settles_every_qubit(n, seed, n_strings):
    draw = random.Random(seed)
    clifford = Tableau(n)
    for _ in range(3 * n):
        qubits = draw.sample(range(n), min(n, 2))
        clifford.apply(draw.choice(["h", "s"]), qubits[:1])
        if n > 1:
            clifford.apply(draw.choice(["cx", "cz"]), qubits)
    strings = []
    for _ in range(n_strings):
        pauli = clifford.pull(Pauli(0, draw.randrange(1, 2**n)))
        strings.append(Pauli(pauli.x, pauli.z))
    steps = diagonalizing(strings)
    for step in steps:
        assert (step.x | step.z).bit_count() == 2
        total = Tableau(n)
        total.apply_rotation(step, 1)
        strings = [total.push(pauli) for pauli in strings]
    letters = [{to_word(p, n)[q] for p in strings} - {"I"} for q in range(n)]
    assert all(len(seen) <= 1 for seen in letters)
    assert settled_letters(strings) is not None


def test_local_strings_and_a_bell_pair_take_the_fewest_steps():
    assert diagonalizing([Pauli(0b01, 0b11), Pauli(0b01, 0b01)]) == []
    assert len(diagonalizing([Pauli(0b11, 0), Pauli(0, 0b11)])) == 1
    assert settled_letters([Pauli(0b11, 0), Pauli(0, 0b11)]) is None


def damaged(circuit):
    """The same circuit with one mistake, each in turn."""
    gates = circuit.gates.gates
    for k, gate in enumerate(gates):
        yield gates[:k] + gates[k + 1 :]
        more = Affine((), 0.25)
        yield (
            *gates[:k],
            replace(gate, angles=(add(gate.angles[0], more), *gate.angles[1:])),
            *gates[k + 1 :],
        )
    yield (*gates, Gate("u1q", (circuit.measured[0],), (quarter(1), quarter(0))))


def test_a_damaged_circuit_is_not_proved():
    model = example("slpa", depth=1)
    found = schedule(model)
    circuit = found.circuit(2)
    strings = list(dict.fromkeys(m.pauli for m in circuit.measurements))
    prepared = readout.felt(readout.prepared(found, circuit), strings)
    made = readout.measured(prepared, strings, effort=0.1)
    images = {p.pauli: (p.columns, p.negative) for p in made.parities}
    place = {qubit: k for k, qubit in enumerate(made.measured)}

    def told(gates):
        found = carried(prepared, replace(made.gates, gates=gates), strings)
        if found is None or any(p.x or p.z & ~sum(1 << q for q in place) for p in found):
            return None
        return {
            string: (sum(1 << place[q] for q in place if p.z >> q & 1), p.phase == 2)
            for string, p in zip(strings, found, strict=True)
        }

    assert told(made.gates.gates) == images
    every = [*damaged(made)]
    assert len(every) > 20
    assert not [gates for gates in every if told(gates) == images]


def test_the_path_of_unordered_rotations_is_taken():
    source = """qans 1
    ansatz free() {
      qubits q[4]
      param t[8]
      init |+>
      unordered {
        rot(p"ZZIY", t[0]); rot(p"ZZYZ", t[1]); rot(p"YXXY", t[2]); rot(p"XIYX", t[3])
        rot(p"YIIY", t[4]); rot(p"ZIYZ", t[5]); rot(p"YXZZ", t[6]); rot(p"YIII", t[7])
      }
      observable o = Z[0] * X[2]
    }"""
    model = compiled(source)
    assert model.path
    check_gradient_circuits(model, model.observables[0], 2, 0.2)


def test_what_is_not_felt_is_left_out():
    source = """qans 1
    ansatz two() {
      qubits q[4]
      param t[4]
      ry(q, t)
      observable corner = Z[0]
    }"""
    (made,) = readout.expectation_circuits(compiled(source), [[Pauli(0, 1)]])
    used = {qubit for gate in made.gates.gates for qubit in gate.qubits}
    assert used == {0}
    assert made.measured == (0,)


@pytest.mark.parametrize(("name", "most"), [("efficient_su2", 270), ("uccsd", 45)])
def test_the_search_saves_two_qubit_gates(name, most):
    found = schedule(example(name))
    assert sum(c.gates.n_two_qubit for c in readout.gradient_circuits(found)) <= most


def test_one_circuit_reads_both_strings_of_a_bell_pair():
    # ⟨XX⟩ = ⟨ZZ⟩ = 1 on the Bell pair, read from one circuit.
    source = """qans 1
    ansatz bell() {
      qubits q[2]
      param t
      init <p"XX", p"ZZ">
      rot(Z[0] * Z[1], t)
      observable xx = X[0] * X[1]
    }"""
    strings = [Pauli(3, 0), Pauli(0, 3)]
    (made,) = readout.expectation_circuits(compiled(source), [strings])
    weights = np.abs(dense.gate_list_unitary(made.gates, [0.3])[:, 0]) ** 2
    assert [round(parity_mean(made, p, weights), 12) for p in made.parities] == [1, 1]
