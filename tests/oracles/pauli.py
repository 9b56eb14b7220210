"""Slow answers about Pauli strings and Cliffords: dense matrices, qubit 0 the leftmost factor."""

from __future__ import annotations

from functools import reduce
from itertools import product

import numpy as np

from qansatz.pauli.strings import Pauli, from_word, to_word

LETTERS = {
    "I": np.eye(2, dtype=complex),
    "X": np.array([[0, 1], [1, 0]], dtype=complex),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1.0 + 0j, -1]),
}
ONE_QUBIT = {
    "h": np.array([[1, 1], [1, -1]]) / np.sqrt(2),
    "s": np.diag([1, 1j]),
    "sdg": np.diag([1, -1j]),
    "x": LETTERS["X"],
    "y": LETTERS["Y"],
    "z": LETTERS["Z"],
}


def word_matrix(word):
    return reduce(np.kron, (LETTERS[name] for name in word), np.eye(1, dtype=complex))


def matrix(pauli: Pauli, n_qubits: int):
    return 1j**pauli.phase * word_matrix(to_word(pauli, n_qubits))


def all_words(n_qubits):
    return ["".join(letters) for letters in product("IXYZ", repeat=n_qubits)]


def all_paulis(n_qubits):
    return [from_word(word) for word in all_words(n_qubits)]


def gate_matrix(name, qubits, n_qubits):
    if name in ONE_QUBIT:
        factors = [LETTERS["I"]] * n_qubits
        factors[qubits[0]] = ONE_QUBIT[name]
        return reduce(np.kron, factors)
    a, b = qubits
    dim = 2**n_qubits
    out = np.zeros((dim, dim), dtype=complex)
    for column in range(dim):
        bits = [column >> (n_qubits - 1 - i) & 1 for i in range(n_qubits)]
        sign = 1
        if name == "cx":
            bits[b] ^= bits[a]
        elif name == "cz":
            sign = -1 if bits[a] and bits[b] else 1
        elif name == "swap":
            bits[a], bits[b] = bits[b], bits[a]
        else:
            raise ValueError(name)
        row = sum(bit << (n_qubits - 1 - i) for i, bit in enumerate(bits))
        out[row, column] = sign
    return out


def circuit_matrix(gates, n_qubits):
    return reduce(
        lambda u, gate: gate_matrix(*gate, n_qubits) @ u, gates, np.eye(2**n_qubits, dtype=complex)
    )


def rotation_matrix(pauli, angle, n_qubits):
    p = matrix(pauli, n_qubits)
    return np.cos(angle / 2) * np.eye(len(p)) - 1j * np.sin(angle / 2) * p


def commute(a, b):
    return np.allclose(a @ b, b @ a)
