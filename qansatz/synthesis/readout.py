"""Circuits that end in measurements: which qubits are read, and the strings that their outcomes tell."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.pauli.strings import Pauli
from qansatz.synthesis.gates import GateList


@dataclass(frozen=True, slots=True)
class Parity:
    """A positive Pauli string on the prepared state as the parity of outcomes.

    One shot gives (−1)^(Σ outcomes of the columns + ``negative``), column k standing for bit k of ``columns``.
    """

    pauli: Pauli
    columns: int
    negative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredCircuit:
    """A circuit from |0…0⟩ whose ``measured`` qubits are then read in the basis of Z, a column of outcomes each.

    ``gates`` may have more qubits than the model: the ancilla is the last.
    """

    gates: GateList
    measured: tuple[int, ...]
    parities: tuple[Parity, ...]
