"""What a circuit costs beside the forward circuit: Cliffords that measure commuting strings, and HQC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from qansatz.analysis.gradient.shots import Floats
from qansatz.hqc import HQC_FORMULA, hqc_of_operations, weighted_operations
from qansatz.pauli import gf2
from qansatz.pauli.clifford_circuits import stabilizer_state_circuit
from qansatz.pauli.groups import commutant, independent, maximal_isotropic
from qansatz.pauli.strings import Pauli

HQC_ASSUMPTIONS: Final = (
    f"{HQC_FORMULA}; rz is virtual and not counted",
    "gates are those of the native forward circuit without its final Clifford",
    "every reversed rotation adds two two-qubit gates: its string gains the ancilla",
    "a commuting set is measured letter by letter where its strings agree on every qubit, else by a Clifford from the "
    "stabilizer-state synthesis with one qubit for each independent string; one one-qubit gate on each measured qubit",
)


@dataclass(frozen=True, slots=True)
class GateCounts:
    """Native gates of the forward circuit."""

    one_qubit: int
    two_qubit: int


def shot_prices(gates: GateCounts | None, two_qubit: Floats, measured: Floats) -> Floats:
    """HQC a shot, without what every circuit costs before its shots; 1 where gates are not counted."""
    if gates is None:
        return np.ones(len(measured))
    one_qubit = gates.one_qubit + measured
    return hqc_of_operations(weighted_operations(one_qubit, gates.two_qubit + two_qubit, measured))


def all_measured(sets: Sequence[Sequence[Pauli]], n_qubits: int, with_gates: bool) -> Floats:
    """:func:`measuring` for every set, shape (sets, 2); not worked out where gates are not counted."""
    if not with_gates:
        return np.tile((0.0, 1.0), (len(sets), 1))
    return np.array([measuring(members, n_qubits) for members in sets]).reshape(-1, 2)


def measuring(strings: Sequence[Pauli], n_qubits: int) -> tuple[float, float]:
    """Two-qubit gates of a Clifford that makes commuting strings diagonal, and how many qubits are measured."""
    letters = _letter_by_letter(strings)
    if letters is not None:
        return 0.0, float(letters)
    kept = [strings[k] for k in independent(strings)]
    support = 0
    for p in kept:
        support |= p.x | p.z
    qubits = gf2.bits(support)
    small = [_restricted(p, qubits) for p in kept]
    span = gf2.Span(gf2.vectors(small, len(qubits)))
    rest = maximal_isotropic(commutant(small, len(qubits)))
    full = [*small]
    full += [p for p in rest if span.insert(gf2.vector(p, len(qubits)))]
    gates = stabilizer_state_circuit(full[: len(qubits)], len(qubits))
    two = sum(3 if name == "swap" else 1 for name, at in gates if len(at) == 2)
    return float(two), float(len(kept))


def _letter_by_letter(strings: Sequence[Pauli]) -> int | None:
    """The qubits that strings act on, where those that act on one all have the same letter there; else None."""
    x = z = support = 0
    for p in strings:
        letters = p.x | p.z
        both = letters & support
        if (p.x ^ x) & both or (p.z ^ z) & both:
            return None
        x, z, support = x | p.x, z | p.z, support | letters
    return support.bit_count()


def _restricted(pauli: Pauli, qubits: Sequence[int]) -> Pauli:
    x = sum((pauli.x >> q & 1) << k for k, q in enumerate(qubits))
    z = sum((pauli.z >> q & 1) << k for k, q in enumerate(qubits))
    return Pauli(x, z)
