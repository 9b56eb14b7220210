"""Rotations as Clifford · rotations, none of which is a Clifford or could be merged with another."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from qansatz.circuits.rotations import Rotation, merge, quarter, quarter_turns, rotation
from qansatz.model.angles import Affine, Angle
from qansatz.model.reals import PiLinear, pi_linear
from qansatz.pauli.cliffords import Tableau


def normal_form(
    items: Iterable[Rotation], n_qubits: int, *, signed: bool = False
) -> tuple[list[Rotation], Tableau]:
    """Rotations in time order and the Clifford that follows them; together the input, up to a global phase.

    Multiples of π/2 are taken out of every angle's constant. What is left has its multiple of π in [0, 1/2); when
    ``signed``, strictly between −1/4 and 1/4 or one of these, so that an angle and its negative stay negatives; then
    the form is unique only where no constant is an odd multiple of π/4 (:func:`is_eighth`).
    """
    after = Tableau(n_qubits)
    current = [part for item in items for part in _split(item, signed)]
    while True:
        local, kept = Tableau(n_qubits), []
        for item in current:
            turns = quarter_turns(item.angle)
            if turns is None:
                kept.append(rotation(local.pull(item.pauli), item.angle))
            else:
                local.apply_rotation(item.pauli, turns)
        local.then(after)
        after = local
        merged = [part for item in merge(kept) for part in _split(item, signed)]
        if merged == current and all(quarter_turns(item.angle) is None for item in merged):
            return merged, after
        current = merged


def is_eighth(angle: Angle) -> bool:
    """Whether the constant of an angle is an odd multiple of π/4, perhaps beside a number without π."""
    if not isinstance(angle, Affine) or not isinstance(angle.constant, PiLinear):
        return False
    return angle.constant.pi.denominator == 4


def _split(item: Rotation, signed: bool) -> list[Rotation]:
    """A rotation by what is left of its constant, and one by the quarter turns taken out."""
    angle = item.angle
    if not isinstance(angle, Affine) or not isinstance(angle.constant, PiLinear):
        return [item]
    multiple = angle.constant.pi
    turns = math.floor(2 * multiple)
    if signed:
        turns = round(2 * multiple)
        if abs(2 * multiple - turns) == Fraction(1, 2):
            turns = 2 * round(multiple)
    if turns == 0 or quarter_turns(angle) is not None:
        return [item]
    rest = pi_linear(angle.constant.rational, multiple - Fraction(turns, 2))
    reduced = Rotation(item.pauli, Affine(angle.terms, rest))
    return [reduced, Rotation(item.pauli, quarter(turns))] if turns % 4 else [reduced]
