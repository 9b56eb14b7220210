"""The second moment of a value exactly, by following its strings where they stay few."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Final

from qansatz.analysis.trainability.clifford_points import StraightCircuit, TermClass

#: Strings looked at, over all rotations, times their words of 64 qubits: about half a second.
MOST_STEPS: Final = 1_000_000


def exact_second_moment(
    circuit: StraightCircuit, classes: tuple[TermClass, ...], most_steps: int = MOST_STEPS
) -> Fraction | None:
    """Σ weight²·P(the class gives ±1) as a fraction; None where more strings must be looked at.

    Strings with equal futures are one: a rotation about P gives Q and PQ, where they anticommute with P, half of
    what both had together. What is left on the strings without X and Y at the start is the moment.
    """
    n = circuit.n_qubits
    unit = lcm(*(c.weight.denominator**2 for c in classes))
    shares: dict[int, int] = {}
    for c in classes:
        key = c.pauli.x << n | c.pauli.z
        shares[key] = shares.get(key, 0) + int(c.weight**2 * unit)
    axes = circuit.strings.paulis()
    supports = [axis.x | axis.z for axis in axes]
    reached = 0
    for c in classes:
        reached |= c.pauli.x | c.pauli.z
    steps = halvings = 0
    for string in circuit.string[::-1].tolist():
        if not supports[string] & reached:
            continue
        axis = axes[string]
        steps += len(shares) * (1 + n // 64)
        if steps > most_steps:
            return None
        partner = axis.z << n | axis.x
        felt = [key for key in shares if (key & partner).bit_count() & 1]
        if felt:
            halvings += 1
            reached |= supports[string]
            _turn(shares, felt, axis.x << n | axis.z)
    total = sum(share for key, share in shares.items() if not key >> n)
    return Fraction(total, unit << halvings)


def _turn(shares: dict[int, int], felt: list[int], axis: int) -> None:
    """Halve the shares of some strings with their partners; the unit becomes half as large."""
    before = {key: shares.pop(key) for key in felt}
    for key in shares:
        shares[key] <<= 1
    for key, share in before.items():
        shares[key] = shares.get(key, 0) + share
        shares[key ^ axis] = shares.get(key ^ axis, 0) + share
