"""Whether the angles of a circuit are independent and uniform over whole turns: docs/mathematics/variance.md (9.12)."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.model import reals
from qansatz.model.angles import Affine, Angle
from qansatz.model.program import Model, SlotArray
from qansatz.model.reals import PiLinear, Real, pi_linear
from qansatz.pauli.strings import to_text
from qansatz.pauli.tables import BoolColumn, distinct

Numbers: TypeAlias = npt.NDArray[np.intp]

_WHOLE_TURN = pi_linear(Fraction(0), Fraction(2))


def dependence(model: Model) -> str | None:
    """Why the angles are not independent and uniform over whole turns, in words; None where they are.

    Every angle must be linear in parameters and inputs that stand in no other rotation, and one of these must move it
    by a whole number of turns. Parameters and inputs are drawn as declared, uniformly from [0, 2π) without bounds.
    Decided exactly: a bound or factor that is stored as a float passes for no multiple of π. Rotations by fixed
    multiples of π/2 are gates already (:mod:`qansatz.circuits.clifford_angles`).
    """
    rotations = model.rotations
    acting = _acting(model)
    varying = (rotations.slot >= 0) | (rotations.expression >= 0)
    fixed = np.flatnonzero(acting & ~varying)
    if len(fixed):
        text = to_text(rotations.pauli(int(fixed[0])))
        return f"a rotation about {text} is by a fixed angle that is no multiple of π/2"
    return _shared(model, acting) or _narrow(model, acting)


def _acting(model: Model) -> BoolColumn:
    """The rotations that are more than a phase."""
    weights = model.rotations.strings.weights()
    acting: BoolColumn = weights[model.rotations.string] > 0
    return acting


def _shared(model: Model, acting: BoolColumn) -> str | None:
    """A parameter or input that stands in several rotations."""
    rotations = model.rotations
    direct = rotations.slot[acting & (rotations.expression < 0) & (rotations.slot >= 0)]
    n_slots = model.slots.n_parameters + model.slots.n_inputs
    places = np.bincount(direct, minlength=n_slots)
    for row in np.flatnonzero(acting & (rotations.expression >= 0)).tolist():
        angle = rotations.angle(row)
        if not isinstance(angle, Affine):
            return f"the angle of a rotation about {to_text(rotations.pauli(row))} is not linear"
        places[[slot for slot, _ in angle.terms]] += 1
    again = np.flatnonzero(places > 1)
    if not len(again):
        return None
    slot = int(again[0])
    what = "" if slot < model.slots.n_parameters else "the input "
    return (
        f"{what}`{model.slots.labels()[slot]}` stands in {places[slot]} rotations, whose angles are "
        "therefore not independent"
    )


def _narrow(model: Model, acting: BoolColumn) -> str | None:
    """An angle that none of its parameters moves by a whole number of turns."""
    rotations = model.rotations
    arrays = (*model.slots.parameters, *model.slots.inputs)
    array_of = np.repeat(np.arange(len(arrays)), [array.size for array in arrays])
    direct = np.flatnonzero(acting & (rotations.expression < 0) & (rotations.slot >= 0))
    pairs = array_of[rotations.slot[direct]] * len(rotations.scalars) + rotations.factor[direct]
    for pair in distinct(pairs).tolist():
        number, factor = divmod(pair, len(rotations.scalars))
        if (reason := _part_of_a_turn(arrays[number], rotations.scalars[factor])) is not None:
            return reason
    for row in np.flatnonzero(acting & (rotations.expression >= 0)).tolist():
        reasons = _reasons(rotations.angle(row), arrays, array_of)
        if all(reasons):
            return reasons[0] if reasons else "an angle depends on nothing"
    return None


def _reasons(angle: Angle, arrays: tuple[SlotArray, ...], array_of: Numbers) -> list[str | None]:
    assert isinstance(angle, Affine)
    return [_part_of_a_turn(arrays[array_of[slot]], factor) for slot, factor in angle.terms]


def _part_of_a_turn(array: SlotArray, factor: Real) -> str | None:
    """Why ``factor`` times an entry of the array is not uniform over a whole number of turns."""
    match array.distribution:
        case ("normal", _):
            return f"`{array.name}` has a normal distribution, not that of a whole turn"
        case ("uniform", (low, high)):
            width = reals.add(high, reals.negate(low))
        case _:
            width = _WHOLE_TURN
            if array.bounds is not None:
                width = reals.add(array.bounds[1], reals.negate(array.bounds[0]))
    moved = reals.multiply(factor, width)
    if isinstance(moved, PiLinear) and not moved.rational and (moved.pi / 2).denominator == 1:
        return None
    if width == _WHOLE_TURN:
        return f"`{array.name}` enters an angle times {factor}, which is no whole number of turns"
    return f"`{array.name}` is drawn from a range that moves an angle by no whole number of turns"
