"""Slow answers about the variance: the second moment of the adjoint representation, projected numerically.

For e^𝔤 with Haar measure, E[(Tr ρ U†OU)²] = ⟨ρ⊗ρ, Π O⊗O⟩ with Π the projector on the invariants of the adjoint
action on pairs of strings, found as a null space.
"""

from __future__ import annotations

import numpy as np

from qansatz.pauli.strings import Pauli, anticommute


def adjoint(generator: Pauli, strings: list[Pauli]) -> np.ndarray:
    """The matrix of −(i/2)[·, G] on real combinations of strings."""
    place = {p[:2]: k for k, p in enumerate(strings)}
    matrix = np.zeros((len(strings), len(strings)))
    for k, p in enumerate(strings):
        if anticommute(p, generator):
            q = p * generator
            matrix[place[q[:2]], k] = 1 if q.phase == 1 else -1
    return matrix


def invariants(matrices: list[np.ndarray]) -> np.ndarray:
    """Orthonormal rows that span what all matrices map to 0."""
    values, vectors = np.linalg.eigh(sum(m.T @ m for m in matrices))
    return vectors[:, values < 1e-9].T


def variance(
    generators: list[Pauli],
    strings: list[Pauli],
    observable: dict[Pauli, float],
    expectations: dict[Pauli, int],
) -> float:
    """The variance of Σ c·P, P in the algebra with the given strings, in a state with the given expectations."""
    size = len(strings)
    weights = np.array([float(observable.get(p, 0)) for p in strings])
    state = np.array([float(expectations[p]) for p in strings])
    one = [adjoint(g, strings) for g in generators]
    identity = np.eye(size)
    two = [np.kron(a, identity) + np.kron(identity, a) for a in one]
    pairs, single = invariants(two), invariants(one)
    second = (pairs @ np.kron(state, state)) @ (pairs @ np.kron(weights, weights))
    mean = (single @ state) @ (single @ weights)
    return float(second - mean**2)
