"""The gate list: what synthesis produces and every emitter reads.

Gates are those native to Quantinuum's ions, angles in radians, qubit 0 first:

- ``rz(θ)``      = exp(−iθ/2·Z)
- ``u1q(θ, φ)``  = exp(−iθ/2·(cos φ·X + sin φ·Y)), which pytket calls PhasedX
- ``rzz(θ)``     = exp(−iθ/2·Z⊗Z), which pytket calls ZZPhase

The global phase of a gate list is not defined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from qansatz.model.angles import Angle
from qansatz.model.program import Slots

GateName: TypeAlias = Literal["rz", "u1q", "rzz"]


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate; ``angles`` holds (θ,) or, for ``u1q``, (θ, φ)."""

    name: GateName
    qubits: tuple[int, ...]
    angles: tuple[Angle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateList:
    """A circuit in native gates, in time order, with the slots its angles refer to."""

    name: str
    n_qubits: int
    slots: Slots
    gates: tuple[Gate, ...]

    @property
    def n_two_qubit(self) -> int:
        """The number of two-qubit gates."""
        return sum(gate.name == "rzz" for gate in self.gates)

    @property
    def n_one_qubit(self) -> int:
        """The number of ``u1q`` gates: ``rz`` is virtual on this hardware and not counted."""
        return sum(gate.name == "u1q" for gate in self.gates)

    @property
    def two_qubit_depth(self) -> int:
        """The number of layers of two-qubit gates when each starts as early as it can."""
        front = [0] * self.n_qubits
        for gate in self.gates:
            if gate.name == "rzz":
                a, b = gate.qubits
                front[a] = front[b] = max(front[a], front[b]) + 1
        return max(front, default=0)
