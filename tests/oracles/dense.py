"""Slow answers about circuits: dense operators straight from words and gates as written.

Qubit 0 is the leftmost tensor factor, so the most significant bit of an index. An operation is
``("gate", name, qubits)`` or ``("rot", word, angle)`` with an affine angle, in time order.
"""

from __future__ import annotations

from functools import reduce

import numpy as np

from qansatz.circuits.gates import GateList
from qansatz.model.angles import evaluate

LETTERS = {
    "I": np.eye(2, dtype=complex),
    "X": np.array([[0, 1], [1, 0]], dtype=complex),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1.0 + 0j, -1]),
}
H = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
ONE_QUBIT = {
    "h": H,
    "s": np.diag([1, 1j]),
    "sdg": np.diag([1, -1j]),
    "x": LETTERS["X"],
    "y": LETTERS["Y"],
    "z": LETTERS["Z"],
}
KETS = {
    "0": np.array([1, 0]),
    "1": np.array([0, 1]),
    "+": np.array([1, 1]) / np.sqrt(2),
    "-": np.array([1, -1]) / np.sqrt(2),
    "r": np.array([1, 1j]) / np.sqrt(2),
    "l": np.array([1, -1j]) / np.sqrt(2),
}


def word_matrix(word: str) -> np.ndarray:
    return reduce(np.kron, (LETTERS[letter] for letter in word), np.eye(1))


def placed(matrix: np.ndarray, qubits: tuple[int, ...], n: int) -> np.ndarray:
    """A matrix on some qubits (the first the most significant) as one on all."""
    k = len(qubits)
    full = np.eye(2**n, dtype=complex).reshape([2] * (2 * n))
    moved = np.tensordot(matrix.reshape([2] * (2 * k)), full, (range(k, 2 * k), qubits))
    return np.moveaxis(moved, range(k), qubits).reshape(2**n, 2**n)


def gate_matrix(name: str) -> np.ndarray:
    p0, p1 = np.diag([1, 0]), np.diag([0, 1])
    match name:
        case "cx":
            return np.kron(p0, np.eye(2)) + np.kron(p1, LETTERS["X"])
        case "cz":
            return np.kron(p0, np.eye(2)) + np.kron(p1, LETTERS["Z"])
        case "swap":
            return np.eye(4)[[0, 2, 1, 3]]
        case _:
            return ONE_QUBIT[name]


def rotation_matrix(generator: np.ndarray, angle: float) -> np.ndarray:
    """exp(−i·angle/2·P) for P² = 1."""
    return np.cos(angle / 2) * np.eye(len(generator)) - 1j * np.sin(angle / 2) * generator


def unitary(n: int, operations, values) -> np.ndarray:
    total = np.eye(2**n, dtype=complex)
    for operation in operations:
        match operation:
            case ("gate", name, qubits):
                total = placed(gate_matrix(name), tuple(qubits), n) @ total
            case ("rot", word, angle):
                total = rotation_matrix(word_matrix(word), evaluate(angle, values)) @ total
    return total


def ket(letters: str) -> np.ndarray:
    return reduce(np.kron, (KETS[letter] for letter in letters), np.eye(1)[0])


def stabilizer_state(signed_words: list[tuple[int, str]]) -> np.ndarray:
    """The state that n signed words fix, up to a phase: a column of the projector on it."""
    n = len(signed_words[0][1])
    projector = np.eye(2**n, dtype=complex)
    for sign, word in signed_words:
        projector = projector @ (np.eye(2**n) + sign * word_matrix(word)) / 2
    column = projector[:, int(np.argmax(np.linalg.norm(projector, axis=0)))]
    return column / np.linalg.norm(column)


def gate_list_unitary(circuit: GateList, values) -> np.ndarray:
    """The operator of native gates, from their definitions."""
    x, y, z = LETTERS["X"], LETTERS["Y"], LETTERS["Z"]
    total = np.eye(2**circuit.n_qubits, dtype=complex)
    for gate in circuit.gates:
        theta, *phi = (evaluate(angle, values) for angle in gate.angles)
        match gate.name:
            case "rz":
                matrix = rotation_matrix(z, theta)
            case "u1q":
                matrix = rotation_matrix(np.cos(phi[0]) * x + np.sin(phi[0]) * y, theta)
            case "rzz":
                matrix = rotation_matrix(np.kron(z, z), theta)
        total = placed(matrix, gate.qubits, circuit.n_qubits) @ total
    return total


def same_up_to_phase(a: np.ndarray, b: np.ndarray, tolerance: float = 1e-10) -> bool:
    """Whether two arrays of equal shape differ by a global phase, entry by entry."""
    overlap = np.vdot(a, b)
    if abs(overlap) < 1e-12:
        return False
    return bool(np.max(np.abs(a * (overlap / abs(overlap)) - b)) < tolerance)
