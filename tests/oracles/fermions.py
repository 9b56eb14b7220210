"""Free fermions: the transverse-field Ising chain from |+…+⟩ by the correlations of its 2n Majorana operators.

c_2k = X_0⋯X_{k−1}·Z_k and c_2k+1 = X_0⋯X_{k−1}·Y_k, so that X_k = i·c_2k·c_2k+1 and Z_kZ_{k+1} = i·c_2k+1·c_2k+2.
"""

from __future__ import annotations

import numpy as np


def correlations(n: int, rotations) -> np.ndarray:
    """⟨i·c_a·c_b⟩ for a ≠ b, shape (2n, 2n), after rotations (a, angle) about i·c_a·c_{a+1} in time order."""
    found = np.zeros((2 * n, 2 * n))
    for k in range(n):
        found[2 * k, 2 * k + 1], found[2 * k + 1, 2 * k] = 1, -1
    for a, angle in rotations:
        c, s = np.cos(angle), np.sin(angle)
        turn = np.array([[c, -s], [s, c]])
        found[a : a + 2] = turn @ found[a : a + 2]
        found[:, a : a + 2] = found[:, a : a + 2] @ turn.T
    return found


def energy(n: int, rotations) -> float:
    """⟨Σ Z_kZ_{k+1} + Σ X_k⟩ of the open chain."""
    found = correlations(n, rotations)
    return float(sum(found[a, a + 1] for a in range(2 * n - 1)))


def gradient(n: int, rotations) -> np.ndarray:
    """Derivatives of the energy by every angle, by parameter shift."""
    sides = []
    for step in (np.pi / 2, -np.pi / 2):
        shifted = [
            [(a, angle + step * (k == row)) for k, (a, angle) in enumerate(rotations)]
            for row in range(len(rotations))
        ]
        sides.append(np.array([energy(n, moved) for moved in shifted]))
    return (sides[0] - sides[1]) / 2
