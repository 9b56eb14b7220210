"""Gradients twice: by the parameter-shift rule, and from the circuits of a schedule with all angles explicit.

States are dense; qubit 0 is the most significant, an ancilla the least.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from qansatz.model.angles import evaluate, slot_symbol, to_sympy
from qansatz.model.program import Model
from qansatz.pauli.strings import to_word
from tests.oracles import dense
from tests.oracles.dense import stabilizer_state

word_matrix = lru_cache(maxsize=1 << 10)(dense.word_matrix)


def rotated(state, word: str, angle: float):
    return np.cos(angle / 2) * state - 1j * np.sin(angle / 2) * (word_matrix(word) @ state)


def initial(model: Model):
    n = model.n_qubits
    return stabilizer_state(
        [(-1 if p.phase == 2 else 1, to_word(p, n)) for p in model.initial.stabilizers]
    )


def angles(model: Model, values) -> list[float]:
    rotations = model.rotations
    return [evaluate(rotations.angle(row), values) for row in range(len(rotations))]


def cost(model: Model, observable, turned) -> float:
    """⟨O⟩ at given angles of the rotations."""
    n = model.n_qubits
    state = initial(model)
    for row, angle in enumerate(turned):
        state = rotated(state, to_word(model.rotations.pauli(row), n), angle)
    total = 0.0
    for term in observable.pulled_back:
        sign = -1 if term.pauli.phase == 2 else 1
        image = word_matrix(to_word(term.pauli, n)) @ state
        total += sign * float(term.coefficient) * np.vdot(state, image).real
    return total


def shifted(model: Model, observable, values) -> np.ndarray:
    """∂⟨O⟩/∂(angle of each rotation) by parameter shift."""
    base = angles(model, values)
    found = []
    for row in range(len(base)):
        sides = []
        for step in (np.pi / 2, -np.pi / 2):
            moved = base.copy()
            moved[row] += step
            sides.append(cost(model, observable, moved))
        found.append((sides[0] - sides[1]) / 2)
    return np.array(found)


def by_parameters(model: Model, observable, values) -> np.ndarray:
    """∂⟨O⟩/∂parameter by parameter shift of every rotation, each angle differentiated as an expression."""
    import sympy

    found = np.zeros(model.slots.n_parameters)
    at = {slot_symbol(k): value for k, value in enumerate(values)}
    for row, derivative in enumerate(shifted(model, observable, values)):
        angle = to_sympy(model.rotations.angle(row))
        for slot in range(model.slots.n_parameters):
            if angle.has(slot_symbol(slot)) and not model.rotations.encoding[row]:
                found[slot] += derivative * float(sympy.diff(angle, slot_symbol(slot)).subs(at))
    return found


def differences(model: Model, observable, values, step: float = 1e-5) -> np.ndarray:
    """∂⟨O⟩/∂parameter by central differences of the fourth order."""
    found = []
    for slot in range(model.slots.n_parameters):
        sides = []
        for k in (2, 1, -1, -2):
            moved = np.array(values, dtype=float)
            moved[slot] += k * step
            sides.append(cost(model, observable, angles(model, moved)))
        found.append((-sides[0] + 8 * sides[1] - 8 * sides[2] + sides[3]) / (12 * step))
    return np.array(found)


def scheduled(model: Model, schedule, values) -> np.ndarray:
    """∂⟨O⟩/∂(angle of each rotation) from the circuits, each simulated with its ancilla."""
    n = model.n_qubits
    base = angles(model, values)
    active = set(schedule.patterns.active.tolist())
    found = np.zeros(len(base))
    for circuit in schedule.circuits():
        state = initial(model)
        if circuit.ancilla:
            state = np.kron(state, np.array([1, 1]) / np.sqrt(2))
        flipped = set(circuit.flipped.tolist())
        for row, angle in enumerate(base):
            if row in active:
                word = to_word(model.rotations.pauli(row), n)
                if circuit.ancilla:
                    word += "Z" if row in flipped else "I"
                state = rotated(state, word, angle)
        width = n + circuit.ancilla
        for m in circuit.measurements:
            image = word_matrix(to_word(m.pauli, width)) @ state
            found[m.rotation] += float(m.weight) * np.vdot(state, image).real
    return found
