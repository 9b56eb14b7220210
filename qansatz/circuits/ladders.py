"""Rotations about long strings as ladders of two-qubit Clifford rotations around one two-qubit rotation."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from qansatz.circuits.rotations import Rotation, conjugate, quarter, rotation, support
from qansatz.pauli.strings import Pauli


def reduce_to_pairs(items: Iterable[Rotation]) -> list[Rotation]:
    """Write every rotation with rotations about at most two qubits.

    A string of weight w > 2 costs w − 2 Clifford rotations, one rotation of weight two, and the w − 2 undone:
    ``R_ZZZ(a) → R_ZX(π/2) R_YZ(a) R_ZX(−π/2)`` on qubits (0,1), (1,2), (0,1). Ladders climb in the order of the
    qubits, so neighbours that agree on their first qubits share steps: merging then cancels them.
    """
    reduced = []
    for item in items:
        pauli, qubits, ladder = item.pauli, list(support(item.pauli)), []
        for a, b in pairwise(qubits[:-1]):
            step = _step(pauli, a, b)
            ladder.append(Rotation(step, quarter(1)))
            pauli = conjugate(step, 1, pauli)
        reduced += ladder
        reduced.append(rotation(pauli, item.angle))
        reduced += [Rotation(step.pauli, quarter(3)) for step in reversed(ladder)]
    return reduced


def _step(pauli: Pauli, a: int, b: int) -> Pauli:
    """The string on qubits a and b, rotation about which by π/2 removes qubit a from a string."""
    z_at_b = pauli.z >> b & 1
    return Pauli(
        (pauli.x & 1 << a) | (z_at_b << b),
        (pauli.z & 1 << a) | ((1 - z_at_b) << b),
    )
