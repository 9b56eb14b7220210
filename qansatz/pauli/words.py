"""Signed strings as words, for people and for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qansatz.pauli.strings import Pauli, to_text, to_word

_DENSE_QUBITS: Final = 24
_LONGEST: Final = 60


def word(pauli: Pauli, n_qubits: int) -> str:
    """The dense word of a signed string."""
    return ("-" if pauli.phase == 2 else "") + to_word(pauli, n_qubits)


def short(pauli: Pauli, n_qubits: int) -> str:
    """A string for people: its word, or on many qubits its factors, shortened."""
    if n_qubits <= _DENSE_QUBITS:
        return word(pauli, n_qubits)
    text = to_text(pauli)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def some(paulis: Sequence[Pauli], n_qubits: int, most: int) -> str:
    """The first strings for people, ``none`` where there are none."""
    shown = ", ".join(short(pauli, n_qubits) for pauli in paulis[:most]) or "none"
    return shown + (", ..." if len(paulis) > most else "")
