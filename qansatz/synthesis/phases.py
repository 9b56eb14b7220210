"""The global phase of Clifford circuits, exactly and in polynomial time."""

from __future__ import annotations

from collections.abc import Iterable

from qansatz.circuits.gates import GateList
from qansatz.circuits.native import as_rotations
from qansatz.circuits.rotations import conjugate
from qansatz.model import reals
from qansatz.model.angles import Affine, Angle
from qansatz.pauli.strings import Pauli


def phase_at_zero(gates: GateList) -> int | None:
    """k modulo 8 where ⟨0…0|U|0…0⟩ = exp(iπk/4) for U the circuit with all slots 0; None where it is no such number.

    ``rz``, ``u1q`` and ``rzz`` are taken with determinant 1, as in :mod:`qansatz.circuits.gates`. The circuit at 0
    must be Clifford.
    """
    turns = []
    for gate in gates.gates:
        for item in as_rotations(gate):
            count = _quarter_turns_at_zero(item.angle)
            if count is None:
                return None
            turns.append((item.pauli, count))
    return phase(turns, gates.n_qubits)


def phase(turns: Iterable[tuple[Pauli, int]], n_qubits: int) -> int | None:
    """k modulo 8 where ⟨0…0|U|0…0⟩ = exp(iπk/4), for U the rotations by so many quarter turns about positive strings.

    The state is followed by its stabilizers and its amplitude at one basis state where that is not 0. None where the
    last state has another modulus than 1 at |0…0⟩.
    """
    state = _State(n_qubits)
    for pauli, count in turns:
        if count % 8 >= 4:
            state.eighths += 4
        for _ in range(count % 4):
            state.turn(pauli)
    if any(g.x for g in state.generators) or state.point:
        return None
    return state.eighths % 8


class _State:
    """A stabilizer state: n signed generators, and the phase (in eighths of a turn) of its amplitude at ``point``."""

    def __init__(self, n_qubits: int) -> None:
        self.generators = [Pauli(0, 1 << qubit) for qubit in range(n_qubits)]
        self.point = 0
        self.eighths = 0

    def turn(self, p: Pauli) -> None:
        """Apply (1 − iP)/√2."""
        partner = self._with_flips(p.x)
        if partner is not None:
            ratio = (_entry(p, self.point) - _entry(partner, self.point)) % 4
            if ratio == 3:
                # 1 − i·(−i) = 0: the amplitude at the point vanishes, so another point is taken first.
                self._move(p * partner)
                ratio = (_entry(p, self.point) - _entry(partner, self.point)) % 4
            self.eighths += {0: -1, 1: 0, 2: 1}[ratio]
        self.generators = [conjugate(p, 1, g) for g in self.generators]

    def _with_flips(self, flips: int) -> Pauli | None:
        """An element of the group that flips these bits, or None."""
        product, reduced = Pauli(0, 0), list(self.generators)
        while flips:
            lowest = flips & -flips
            pivot = next((g for g in reduced if g.x & lowest), None)
            if pivot is None:
                return None
            reduced = [g * pivot if g.x & lowest else g for g in reduced if g is not pivot]
            product = product * pivot
            flips ^= pivot.x
        return product

    def _move(self, diagonal: Pauli) -> None:
        """Go to another basis state of the support, at which a diagonal string has the other sign."""
        g = next(g for g in self.generators if (g.x & diagonal.z).bit_count() & 1)
        there = self.point ^ g.x
        # ψ(point) = ⟨point|g|there⟩·ψ(there).
        self.eighths -= 2 * _entry(g, self.point)
        self.point = there


def _entry(p: Pauli, row: int) -> int:
    """k where ⟨row|P|row ⊕ x⟩ = i^k, from P = i^{phase + |x·z|} X^x Z^z."""
    column = row ^ p.x
    return (p.phase + (p.x & p.z).bit_count() + 2 * (p.z & column).bit_count()) % 4


def _quarter_turns_at_zero(angle: Angle) -> int | None:
    """The quarter turns of an angle with all slots 0, not reduced: four of them are −1."""
    return reals.quarter_turns(angle.constant) if isinstance(angle, Affine) else None
