"""A Qiskit plug-in: ``PauliEvolutionGate`` synthesised by this compiler, as ``PauliEvolution.qansatz``.

Qiskit finds it by the entry point ``qiskit.synthesis``; ``HLSConfig(PauliEvolution=["qansatz"])`` asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi
from typing import TYPE_CHECKING, Any

from qansatz.emit.qiskit import append
from qansatz.model.angles import Affine, Angle
from qansatz.pauli.strings import Pauli
from qansatz.synthesis.phases import phase_at_zero
from qansatz.synthesis.sequences import lower_sequence

if TYPE_CHECKING:
    from qiskit.circuit import QuantumCircuit

#: Rotations beyond which the gate is left to Qiskit.
MAX_ROTATIONS = 20_000


class PauliEvolution:
    """The plug-in, with the interface of ``HighLevelSynthesisPlugin``."""

    def run(
        self,
        high_level_object: Any,
        coupling_map: Any = None,
        target: Any = None,
        qubits: Any = None,
        **options: Any,
    ) -> QuantumCircuit | None:
        """A circuit of ``rz``, ``r`` and ``rzz`` equal to the gate's product formula, global phase included.

        Options: ``preserve_order`` (the formula's own unless given; False lets a first-order formula do the terms of
        one step in any order), ``effort`` (how many times as many tries). Times may be symbolic. None, so that Qiskit
        asks the next method, for what is no product formula of Pauli strings, and where equality was not proved.
        """
        from qiskit.circuit.library import PauliEvolutionGate
        from qiskit.synthesis import ProductFormula

        if not isinstance(high_level_object, PauliEvolutionGate):
            return None
        formula = high_level_object.synthesis
        if not isinstance(formula, ProductFormula):
            return None
        keep = bool(options.get("preserve_order", formula.preserve_order))
        before, formula.preserve_order = formula.preserve_order, True
        try:
            terms = formula.expand(high_level_object)
        finally:
            formula.preserve_order = before
        if len(terms) > MAX_ROTATIONS or any(set(word) - set("IXYZ") for word, _, _ in terms):
            return None
        groups = None if keep else _groups(high_level_object, terms)
        return _circuit(terms, high_level_object.num_qubits, groups, int(options.get("effort", 1)))


def _groups(gate: Any, terms: Sequence[Any]) -> list[int] | None:
    """A number for each step of a first-order formula of one operator; None where the order matters."""
    from qiskit.synthesis import LieTrotter

    formula = gate.synthesis
    if type(formula) is not LieTrotter or isinstance(gate.operator, list):
        return None
    length = len(terms) // formula.reps
    return [row // length for row, (word, _, _) in enumerate(terms) if set(word) - {"I"}]


def _circuit(
    terms: Sequence[Any], n_qubits: int, groups: list[int] | None, effort: int
) -> QuantumCircuit | None:
    """The rotations in native gates; Qiskit's angles are those of exp(−iθ/2·P), as here."""
    from qiskit.circuit import QuantumCircuit

    strings: list[Pauli] = []
    angles: list[Any] = []
    global_phase: Any = 0.0
    for word, qubits, angle in terms:
        pauli = _string(word, qubits)
        if pauli.x | pauli.z:
            strings.append(pauli)
            angles.append(angle)
        else:
            global_phase = global_phase - angle / 2
    gates = lower_sequence(strings, n_qubits, groups=groups, effort=effort)
    eighths = None if gates is None else phase_at_zero(gates)
    if gates is None or eighths is None:
        return None
    built = QuantumCircuit(n_qubits, global_phase=global_phase - eighths * pi / 4)
    append(built, gates, lambda angle: _sum(angle, angles))
    return built


def _sum(angle: Angle, angles: Sequence[Any]) -> Any:
    assert isinstance(angle, Affine)
    total: Any = float(angle.constant)
    for slot, coefficient in angle.terms:
        part = angles[slot]
        total = total + (part if coefficient == 1 else float(coefficient) * part)
    return total


def _string(word: str, qubits: Sequence[int]) -> Pauli:
    x = sum(1 << q for letter, q in zip(word, qubits, strict=True) if letter in "XY")
    z = sum(1 << q for letter, q in zip(word, qubits, strict=True) if letter in "YZ")
    return Pauli(x, z)
