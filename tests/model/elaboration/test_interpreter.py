"""The compiler against a naive interpreter: random programs, random values, dense matrices."""

from __future__ import annotations

from functools import reduce

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.diagnostics import FaultLog, Severity
from qansatz.driver import compile_source
from qansatz.model.angles import evaluate
from qansatz.pauli.strings import to_word
from qansatz.source import Source
from qansatz.syntax.parser import parse
from tests.oracles import dense
from tests.oracles.interpreter import Meaning, interpret
from tests.strategies.programs import Program, programs


def model_of(program: Program):
    compilation = compile_source(Source("random.qans", program.text))
    errors = [d for d in compilation.diagnostics if d.severity is Severity.ERROR]
    assert not errors, (errors[0].code, errors[0].message, program.text)
    assert compilation.model is not None
    return compilation.model


def meaning_of(program: Program, values: np.ndarray) -> Meaning:
    file = parse(Source("random.qans", program.text), FaultLog())
    return interpret(file, values[: program.n_parameters], values[program.n_parameters :])


def rotation(word: str, angle: float) -> np.ndarray:
    matrix = dense.word_matrix(word)
    return np.cos(angle / 2) * np.eye(len(matrix)) - 1j * np.sin(angle / 2) * matrix


def unitary_of(model, values: np.ndarray) -> np.ndarray:
    """C · R_L … R_1, as the model defines itself."""
    n = model.n_qubits
    rotations = [
        rotation(
            to_word(model.rotations.pauli(row), n), evaluate(model.rotations.angle(row), values)
        )
        for row in range(len(model.rotations))
    ]
    gates = [dense.placed(dense.gate_matrix(g.name), g.qubits, n) for g in model.gates]
    return reduce(lambda u, part: part @ u, (*rotations, *gates), np.eye(2**n, dtype=complex))


def same_up_to_phase(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two unitaries (to 1e-9) are equal up to a global phase."""
    return bool(abs(abs(np.vdot(a, b)) - np.vdot(b, b).real) < 1e-9)


@settings(max_examples=120, deadline=None)
@given(programs(), st.integers(0, 2**32 - 1))
def test_the_model_does_what_the_program_says(program: Program, seed: int):
    model = model_of(program)
    assert model.n_qubits == program.n_qubits
    assert model.slots.n_parameters == program.n_parameters
    assert model.slots.n_inputs == program.n_inputs
    size = program.n_parameters + program.n_inputs
    values = np.random.default_rng(seed).uniform(-3, 3, size)
    meaning = meaning_of(program, values)
    assert same_up_to_phase(unitary_of(model, values), meaning.unitary)
    for stabilizer in model.initial.stabilizers:
        matrix = dense.word_matrix(to_word(stabilizer, model.n_qubits))
        signed = matrix @ meaning.initial * (1 if stabilizer.phase == 0 else -1)
        np.testing.assert_allclose(signed, meaning.initial, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_observables_are_those_of_the_program(program: Program):
    model = model_of(program)
    meaning = meaning_of(program, np.zeros(program.n_parameters + program.n_inputs))
    n = model.n_qubits
    gates = [dense.placed(dense.gate_matrix(g.name), g.qubits, n) for g in model.gates]
    clifford = reduce(lambda u, part: part @ u, gates, np.eye(2**n, dtype=complex))
    assert [o.name for o in model.observables] == list(meaning.observables)
    for observable in model.observables:
        wanted = meaning.observables[observable.name]
        np.testing.assert_allclose(matrix_of(observable.terms, n), wanted, atol=1e-9)
        pulled = clifford.conj().T @ wanted @ clifford
        np.testing.assert_allclose(matrix_of(observable.pulled_back, n), pulled, atol=1e-9)


def matrix_of(terms, n: int) -> np.ndarray:
    zero = np.zeros((2**n, 2**n), dtype=complex)
    return sum((float(t.coefficient) * dense.word_matrix(to_word(t.pauli, n)) for t in terms), zero)
