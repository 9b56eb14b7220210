"""Plans: in which order rotations are executed, and the two-qubit Cliffords on the way.

Instead of undoing a ladder, the Clifford it made is carried forward through all later rotations; what is left of it is
executed at the end. Every step is one two-qubit gate: a Clifford rotation by π/2 about a string of weight two that
shortens some rotation that may come next, or such a rotation itself once its string has weight two, with or without the
Clifford about the same string (then both are one gate). Rotations about one qubit cost nothing. Carried Cliffords:
Schmitz et al., arXiv:2103.08602; de Brugière and Martiel, arXiv:2404.03280. Here the order is kept up to exchanging
what commutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli

Letters: TypeAlias = npt.NDArray[np.uint8]
Ints: TypeAlias = npt.NDArray[np.int64]
Bits: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Setting:
    """How to value states, and how many to keep.

    f(w) = Σ_{0<k<w} ratio^{k−1}. A string that waits for v others counts (1 + v/scale)^{−power}, with the power rounded
    to eighths. ``tail`` is the importance of what is owed at the end, likewise (1 + v/patience)^{−2} for v rotations
    left. ``depth`` is the price of a layer of two-qubit gates.
    """

    ratio: float
    power: float
    scale: float
    progress: float
    mean: float
    tail: float
    patience: float
    width: int
    seed: int
    depth: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the Clifford rotation by π/2 about ``clifford`` (letters on two qubits), or the rotation ``emitted``.

    Both together are a rotation about its own string of weight two.
    """

    emitted: int | None
    clifford: Pauli | None


@dataclass(frozen=True, slots=True)
class Order:
    """Strings in time order, as letters 0 to 3 for I, X, Z, Y, shape (strings, qubits).

    Those that anticommute keep their order. With ``light_only`` a string is executed once it has weight one, never as a
    gate on two qubits.
    """

    letters: Letters
    light_only: bool = False

    def holds_up(self, earlier: Ints, later: Ints) -> Bits:
        """Whether string ``earlier[i]`` must come before string ``later[k]``: shape (earlier, later)."""
        x, z = (self.letters & 1).astype(np.float32), (self.letters >> 1).astype(np.float32)
        product = x[earlier] @ z[later].T + z[earlier] @ x[later].T
        held: Bits = (product % 2 == 1) & (earlier[:, None] < later)
        return held


@dataclass(frozen=True, slots=True)
class Owed:
    """What the frame owes at the end, read in strings that it moves.

    ``price`` gives the two-qubit gates still needed for the strings in the frame of the end. It is asked when their
    weights are at most one, or always when ``partial``. String k is best on qubit ``homes[k]``, where given.
    """

    strings: Sequence[Pauli]
    price: Callable[[Sequence[Pauli]], int]
    partial: bool
    homes: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A plan with its two-qubit gates, those for what it owes included, and their ``depth``, those not included.

    ``pace[g]`` are the rotations executed with the first g gates, at best.
    """

    steps: list[Step]
    n_two_qubit: int
    depth: int
    pace: list[int]


@dataclass(frozen=True, slots=True)
class Approach:
    """A way into a frame where given strings are light: its gates, and how many of them executed no rotation."""

    steps: list[Step]
    n_two_qubit: int
    n_idle: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best plan that settings led to, and the cost of the best of each.

    The cost is the two-qubit gates, or the layers where a setting has a price on them; for settings that led to none it
    is larger than that of all that did, and the larger the less was done. ``work`` is about the microseconds it took.
    """

    found: Found | None
    work: float
    costs: list[float]


def letters_of(strings: Sequence[Pauli], n_qubits: int) -> Letters:
    """Rows of letters: 0 to 3 for I, X, Z, Y, shape (strings, qubits)."""
    rows = np.zeros((len(strings), n_qubits), dtype=np.uint8)
    for row, pauli in zip(rows, strings, strict=True):
        bits = pauli.x | pauli.z
        while bits:
            qubit = (bits & -bits).bit_length() - 1
            row[qubit] = (pauli.x >> qubit & 1) + 2 * (pauli.z >> qubit & 1)
            bits &= bits - 1
    return rows


def strings_of(letters: Letters) -> list[Pauli]:
    """Strings from letters of shape (qubits, strings)."""
    strings = []
    for column in letters.T.tolist():
        x = sum((letter & 1) << qubit for qubit, letter in enumerate(column))
        z = sum((letter >> 1) << qubit for qubit, letter in enumerate(column))
        strings.append(Pauli(x, z))
    return strings
