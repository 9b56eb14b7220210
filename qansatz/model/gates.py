"""Gates of the language: library gates as their Pauli rotations, fixed gates by name.

Library gates take qubits first and the angle θ (radians) last. ``rx ry rz rxx ryy rzz`` are
exp(−iθ/2·P); ``crx cry crz`` apply the rotation when the first qubit is 1: exp(−iθ/4·P_t)
exp(+iθ/4·Z_c P_t); ``rbs`` keeps the Hamming weight: |01⟩ → cos θ|01⟩ − sin θ|10⟩, |10⟩ → sin
θ|01⟩ + cos θ|10⟩ (first qubit on the left), which is exp(−iθ/2·(X_iY_j − Y_iX_j)).
"""

from __future__ import annotations

from fractions import Fraction

from qansatz.model.reals import Real
from qansatz.pauli.strings import Pauli

FIXED: dict[str, int] = {
    "h": 1,
    "s": 1,
    "sdg": 1,
    "x": 1,
    "y": 1,
    "z": 1,
    "cx": 2,
    "cz": 2,
    "swap": 2,
}

# Each gate: the terms (coefficient, letters on the gate's qubits in order) of its one generator.
LIBRARY: dict[str, tuple[tuple[Real, str], ...]] = {
    "rx": ((1, "X"),),
    "ry": ((1, "Y"),),
    "rz": ((1, "Z"),),
    "rxx": ((1, "XX"),),
    "ryy": ((1, "YY"),),
    "rzz": ((1, "ZZ"),),
    "crx": ((Fraction(1, 2), "IX"), (Fraction(-1, 2), "ZX")),
    "cry": ((Fraction(1, 2), "IY"), (Fraction(-1, 2), "ZY")),
    "crz": ((Fraction(1, 2), "IZ"), (Fraction(-1, 2), "ZZ")),
    "rbs": ((1, "XY"), (-1, "YX")),
}

NAMES = frozenset({"rot", *FIXED, *LIBRARY})


def n_qubits_of(name: str) -> int:
    """How many qubits a gate acts on."""
    return FIXED[name] if name in FIXED else len(LIBRARY[name][0][1])


def generator(name: str, qubits: tuple[int, ...]) -> list[tuple[Real, Pauli]]:
    """The terms of a library gate's generator on given qubits."""
    terms: list[tuple[Real, Pauli]] = []
    for coefficient, letters in LIBRARY[name]:
        x = sum(1 << q for q, letter in zip(qubits, letters, strict=True) if letter in "XY")
        z = sum(1 << q for q, letter in zip(qubits, letters, strict=True) if letter in "YZ")
        terms.append((coefficient, Pauli(x, z)))
    return terms
