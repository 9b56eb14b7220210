"""One Pauli string at a time: a signed product of letters as two integers of n bits.

Bit i of ``x`` and ``z`` belongs to qubit i: I=00, X=10, Y=11, Z=01 (x first). The string is the
Hermitian product of its letters; :class:`Pauli` multiplies it by i**phase.
"""

from __future__ import annotations

from typing import NamedTuple

_LETTERS = "IXZY"
_BITS = {"I": (0, 0), "X": (1, 0), "Y": (1, 1), "Z": (0, 1)}


class Pauli(NamedTuple):
    """i**phase times the Hermitian Pauli string with bit vectors x and z."""

    x: int
    z: int
    phase: int = 0

    def __mul__(self, other: Pauli) -> Pauli:  # type: ignore[override]
        """The operator product, exact phase included."""
        x, z = self.x ^ other.x, self.z ^ other.z
        # With P = i^{|x·z|} X^x Z^z, moving Z^{z1} past X^{x2} costs (−1)^{|z1·x2|}.
        ys = (self.x & self.z).bit_count() + (other.x & other.z).bit_count() - (x & z).bit_count()
        phase = self.phase + other.phase + ys + 2 * (self.z & other.x).bit_count()
        return Pauli(x, z, phase % 4)


IDENTITY = Pauli(0, 0, 0)


def anticommute(p: Pauli, q: Pauli) -> bool:
    """Whether pq = −qp: ω(p, q) = x·z' + z·x' (mod 2)."""
    return bool(((p.x & q.z).bit_count() + (p.z & q.x).bit_count()) & 1)


def letter(p: Pauli, qubit: int) -> str:
    """The letter at a qubit."""
    return _LETTERS[(p.x >> qubit & 1) + 2 * (p.z >> qubit & 1)]


def from_word(word: str) -> Pauli:
    """The string a word such as ``XIZY`` names; the leftmost letter acts on qubit 0."""
    x = z = 0
    for qubit, name in enumerate(word):
        a, b = _BITS[name]
        x |= a << qubit
        z |= b << qubit
    return Pauli(x, z)


def to_word(p: Pauli, n_qubits: int) -> str:
    """The dense word of a string on n qubits, its phase left out."""
    return "".join(letter(p, qubit) for qubit in range(n_qubits))


def to_text(p: Pauli) -> str:
    """The string as the language writes it, such as ``-X[0]*Z[3]``, its phase included."""
    support = p.x | p.z
    letters = []
    while support:
        qubit = (support & -support).bit_length() - 1
        letters.append(f"{letter(p, qubit)}[{qubit}]")
        support &= support - 1
    return ("", "1i*", "-", "-1i*")[p.phase] + ("*".join(letters) or "1")
