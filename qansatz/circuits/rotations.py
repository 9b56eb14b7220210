"""Sequences of Pauli rotations: fixed gates as Clifford rotations, and merging through what commutes.

A :class:`Rotation` is exp(−i·angle/2·P) about a positive string P of any weight. A rotation by k·π/2 is a
Clifford gate: conjugation by it maps a string Q that anticommutes with P to (−i)PQ, −Q, iPQ for k = 1, 2, 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qansatz.model import reals
from qansatz.model.angles import Affine, Angle, add, scale
from qansatz.model.reals import PiLinear, pi_linear
from qansatz.pauli.strings import Pauli, anticommute

#: Fixed gates as rotations in time order: letters on the gate's qubits, quarter turns.
CLIFFORD_ROTATIONS: dict[str, tuple[tuple[str, int], ...]] = {
    "h": (("Y", 1), ("X", 2)),
    "s": (("Z", 1),),
    "sdg": (("Z", 3),),
    "x": (("X", 2),),
    "y": (("Y", 2),),
    "z": (("Z", 2),),
    "cx": (("ZI", 1), ("IX", 1), ("ZX", 3)),
    "cz": (("ZI", 1), ("IZ", 1), ("ZZ", 3)),
    "swap": (("XX", 1), ("YY", 1), ("ZZ", 1)),
}


@dataclass(frozen=True, slots=True)
class Rotation:
    """exp(−i·angle/2·P) about a positive string (phase 0)."""

    pauli: Pauli
    angle: Angle


def rotation(pauli: Pauli, angle: Angle) -> Rotation:
    """The rotation about a signed string (phase 0 or 2), its sign moved into the angle."""
    if pauli.phase == 0:
        return Rotation(pauli, angle)
    return Rotation(Pauli(pauli.x, pauli.z), scale(-1, angle))


def quarter(turns: int) -> Affine:
    """The constant angle turns·π/2, for turns taken modulo 4 into −1, 0, 1, 2."""
    turns = (turns + 1) % 4 - 1
    return Affine((), pi_linear(Fraction(0), Fraction(turns, 2)))


def quarter_turns(angle: Angle) -> int | None:
    """k modulo 4 when the angle is exactly the constant k·π/2, else None."""
    if isinstance(angle, Affine) and not angle.terms:
        turns = reals.quarter_turns(angle.constant)
        return None if turns is None else turns % 4
    return None


def gate_rotations(name: str, qubits: Sequence[int]) -> list[Rotation]:
    """A fixed gate as Clifford rotations in time order."""
    rotations = []
    for word, turns in CLIFFORD_ROTATIONS[name]:
        x = sum(1 << q for q, letter in zip(qubits, word, strict=True) if letter in "XY")
        z = sum(1 << q for q, letter in zip(qubits, word, strict=True) if letter in "YZ")
        rotations.append(Rotation(Pauli(x, z), quarter(turns)))
    return rotations


def conjugate(axis: Pauli, turns: int, pauli: Pauli) -> Pauli:
    """R P R† for R the rotation by turns·π/2 about a positive axis."""
    if turns % 4 == 0 or not anticommute(axis, pauli):
        return pauli
    if turns % 4 == 2:
        return Pauli(pauli.x, pauli.z, (pauli.phase + 2) % 4)
    product = axis * pauli
    return Pauli(product.x, product.z, (product.phase - turns % 4) % 4)


def support(pauli: Pauli) -> Iterator[int]:
    """The qubits on which a string acts, ascending."""
    bits = pauli.x | pauli.z
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


def weight(pauli: Pauli) -> int:
    """The number of qubits on which a string acts."""
    return (pauli.x | pauli.z).bit_count()


def merge(rotations: Iterable[Rotation]) -> list[Rotation]:
    """Add the angles of equal strings that only commuting rotations separate; drop identities and zero angles.

    Assumes nothing about the order; promises the same unitary up to a global phase. Only affine
    angles are added, so no expression grows beyond the slots involved; exact and floating constants
    are kept apart, so no quarter turn is lost. ``R_P(a) R_Q(b) R_P(c) → R_P(a + c) R_Q(b)`` when PQ = QP.
    """
    kept: list[Rotation | None] = []
    latest: dict[Pauli, int] = {}
    touching: dict[int, list[int]] = {}
    for item in rotations:
        pauli, angle = item.pauli, item.angle
        if not pauli.x | pauli.z or quarter_turns(angle) == 0:
            continue
        at = latest.get(pauli)
        if at is not None:
            earlier = kept[at]
            assert earlier is not None
            total = exact_sum(earlier.angle, angle)
            if total is not None and _commutes_back_to(pauli, at, kept, touching):
                if quarter_turns(total) == 0:
                    kept[at] = None
                    del latest[pauli]
                else:
                    kept[at] = Rotation(pauli, total)
                continue
        latest[pauli] = len(kept)
        for qubit in support(pauli):
            touching.setdefault(qubit, []).append(len(kept))
        kept.append(item)
    return [item for item in kept if item is not None]


def exact_sum(a: Angle, b: Angle) -> Affine | None:
    """a + b where it stays affine and exact."""
    if not (isinstance(a, Affine) and isinstance(b, Affine)):
        return None
    if isinstance(a.constant, PiLinear) != isinstance(b.constant, PiLinear) and (
        isinstance(a.constant, float) or isinstance(b.constant, float)
    ):
        return None
    total = add(a, b)
    assert isinstance(total, Affine)
    return total


def _commutes_back_to(
    pauli: Pauli, at: int, kept: list[Rotation | None], touching: dict[int, list[int]]
) -> bool:
    for qubit in support(pauli):
        for index in reversed(touching[qubit]):
            if index <= at:
                break
            between = kept[index]
            if between is not None and anticommute(between.pauli, pauli):
                return False
    return True
