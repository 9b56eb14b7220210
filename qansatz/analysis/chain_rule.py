"""From derivatives by the angles of rotations to derivatives by parameters."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from qansatz.model.angles import Affine, Angle, Nonlinear, scale, simplified, slot_symbol, slots
from qansatz.model.program import Model
from qansatz.model.reals import is_zero

#: For one rotation, the parameters its angle depends on, each with ∂angle/∂parameter.
Slopes = tuple[tuple[int, Angle], ...]


def slopes(model: Model, row: int) -> Slopes:
    """∂angle/∂parameter of one rotation, as expressions in the slots; parameters without one are left out."""
    rotations = model.rotations
    if rotations.expression[row] < 0:
        return _trainable(_derivatives(rotations.angle(row)), model.slots.n_parameters)
    factor = rotations.scalars[rotations.factor[row]]
    inner = _derivatives(rotations.expressions[rotations.expression[row]])
    scaled = tuple((slot, scale(factor, slope)) for slot, slope in inner)
    return _trainable(scaled, model.slots.n_parameters)


def differentiated(model: Model) -> npt.NDArray[np.bool_]:
    """Which rotations have an angle that changes with a parameter; encoding is data and left out."""
    rotations, n = model.rotations, model.slots.n_parameters
    moving = np.array([not is_zero(s) for s in rotations.scalars], dtype=np.bool_)
    direct = (rotations.slot >= 0) & (rotations.slot < n) & (rotations.expression < 0)
    if rotations.expressions:
        trained = np.array(
            [bool(_trainable(_derivatives(angle), n)) for angle in rotations.expressions]
        )
        direct |= (rotations.expression >= 0) & trained[rotations.expression]
    result: npt.NDArray[np.bool_] = direct & ~rotations.encoding
    if len(moving):
        result &= moving[rotations.factor]
    return result


def _trainable(found: Slopes, n_parameters: int) -> Slopes:
    return tuple((slot, slope) for slot, slope in found if slot < n_parameters)


@lru_cache(maxsize=1 << 14)
def _derivatives(angle: Angle) -> Slopes:
    match angle:
        case Affine():
            return tuple((slot, Affine((), coefficient)) for slot, coefficient in angle.terms)
        case Nonlinear():
            import sympy

            found = [
                (slot, simplified(sympy.diff(angle.expression, slot_symbol(slot))))
                for slot in slots(angle)
            ]
            return tuple((slot, slope) for slot, slope in found if slope != Affine(()))
