"""Slow answers about expressivity: dense states, the QFIM from its definition, the space that generators reach."""

from __future__ import annotations

import numpy as np

from qansatz.model.angles import evaluate
from tests.oracles.dense import ket, rotation_matrix, stabilizer_state, unitary, word_matrix


def initial_state(n: int, initial) -> np.ndarray:
    """A ket, or signed words."""
    return ket(initial) if isinstance(initial, str) else stabilizer_state(list(initial))


def state(n: int, operations, initial, values) -> np.ndarray:
    return unitary(n, operations, values) @ initial_state(n, initial)


def derivative(n: int, operations, initial, values, slot: int) -> np.ndarray:
    """∂|ψ⟩/∂(slot): each rotation that the slot turns, replaced by its derivative, by turns."""
    total = np.zeros(2**n, dtype=complex)
    for place, operation in enumerate(operations):
        if operation[0] != "rot":
            continue
        slope = dict(operation[2].terms).get(slot, 0)
        word = word_matrix(operation[1])
        angle = evaluate(operation[2], values)
        before = unitary(n, operations[:place], values) @ initial_state(n, initial)
        turned = -0.5j * float(slope) * word @ rotation_matrix(word, angle) @ before
        total += unitary(n, operations[place + 1 :], values) @ turned
    return total


def qfim(n: int, operations, initial, values, n_parameters: int) -> np.ndarray:
    """4 Re(⟨∂_j|∂_k⟩ − ⟨∂_j|ψ⟩⟨ψ|∂_k⟩), entry by entry."""
    psi = state(n, operations, initial, values)
    parts = [derivative(n, operations, initial, values, k) for k in range(n_parameters)]
    return metric(psi, parts)


def metric(psi: np.ndarray, parts) -> np.ndarray:
    """The QFIM of a state and its derivatives."""
    entries = np.zeros((len(parts), len(parts)))
    for j, left in enumerate(parts):
        for k, right in enumerate(parts):
            part = np.vdot(left, right) - np.vdot(left, psi) * np.vdot(psi, right)
            entries[j, k] = 4 * part.real
    return entries


def haar_states(dimension: int, n_states: int, random: np.random.Generator) -> np.ndarray:
    """Haar-random states, shape (states, d), column by column: normalised complex Gaussian vectors."""
    shape = (n_states, dimension)
    raw = random.normal(size=shape) + 1j * random.normal(size=shape)
    return np.asfortranarray(raw / np.linalg.norm(raw, axis=1, keepdims=True))


def reached_dimension(n: int, generators, initial) -> int:
    """The dimension of the span of all products of dense generators on a state, by ranks of floats."""
    basis = initial_state(n, initial)[:, None]
    while True:
        images = [g @ basis for g in generators]
        left, singular, _ = np.linalg.svd(np.concatenate((basis, *images), axis=1))
        rank = int((singular > 1e-9 * singular[0]).sum())
        if rank == basis.shape[1]:
            return rank
        basis = left[:, :rank]


def meyer_wallach(psi: np.ndarray) -> float:
    """Q from its first definition: (4/n) Σ_q D(ι_q(0)ψ, ι_q(1)ψ), D the generalised distance.

    D(u, v) = Σ_{a<b} |u_a v_b − u_b v_a|² (D. A. Meyer, N. R. Wallach, quant-ph/0108104).
    """
    n = len(psi).bit_length() - 1
    total = 0.0
    for qubit in range(n):
        zero, one = np.moveaxis(psi.reshape([2] * n), qubit, 0).reshape(2, -1)
        wedge = np.outer(zero, one) - np.outer(one, zero)
        total += float((abs(wedge) ** 2).sum()) / 2
    return 4 / n * total


def effective_dimension(matrices: list[np.ndarray], n_data: int) -> float:
    """A. Abbas et al., arXiv:2011.00027, equation (2) with γ = 1, Fisher matrices at points of equal weight."""
    d = len(matrices[0])
    trace = np.mean([np.trace(m) for m in matrices])
    kappa = n_data / (2 * np.pi * np.log(n_data))
    roots = [np.sqrt(np.linalg.det(np.eye(d) + kappa * d / trace * m)) for m in matrices]
    return float(2 * np.log(np.mean(roots)) / np.log(kappa))
