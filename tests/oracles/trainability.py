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


def variance_over_group(
    generators: list[np.ndarray], observable: np.ndarray, state: np.ndarray, most: int = 32
) -> float | None:
    """The variance of ⟨ψ|U†OU|ψ⟩ over e^𝔤 for any observable, from dense generators; None beyond ``most`` dimensions.

    The brackets with the generators are taken on the space that they make of the observable.
    """
    basis: list[np.ndarray] = []
    frontier = [observable]
    while frontier:
        operator = frontier.pop()
        left = operator - sum(np.vdot(b, operator) * b for b in basis)
        left = left - sum(np.vdot(b, left) * b for b in basis)
        if np.linalg.norm(left) > 1e-9 * max(1.0, np.linalg.norm(operator)):
            basis.append(left / np.linalg.norm(left))
            frontier += [1j * (basis[-1] @ g - g @ basis[-1]) for g in generators]
        if len(basis) > most:
            return None
    if not basis:
        return 0.0
    one = []
    for g in generators:
        moved = [1j * (b @ g - g @ b) for b in basis]
        one.append(np.array([[np.vdot(b, m).real for m in moved] for b in basis]))
        one[-1] /= max(1.0, np.linalg.norm(one[-1], 2))
    identity = np.eye(len(basis))
    pairs = invariants([np.kron(a, identity) + np.kron(identity, a) for a in one])
    single = invariants(one)
    weights = np.array([np.vdot(b, observable).real for b in basis])
    values = np.array([np.vdot(state, b @ state).real for b in basis])
    second = (pairs @ np.kron(values, values)) @ (pairs @ np.kron(weights, weights))
    return float(second - ((single @ values) @ (single @ weights)) ** 2)
