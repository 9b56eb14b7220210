"""From derivatives by the angles of rotations to derivatives by parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from qansatz.model.angles import (
    Affine,
    Angle,
    Nonlinear,
    constant_of,
    scale,
    simplified,
    slot_symbol,
    slots,
)
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlopeColumns:
    """|∂angle/∂parameter| as columns, one row a rotation and parameter, rotations ascending.

    Where the derivative depends on the parameters, ``size`` is 1 and ``constant`` False.
    """

    rotation: npt.NDArray[np.int64]
    parameter: npt.NDArray[np.int64]
    size: npt.NDArray[np.float64]
    constant: npt.NDArray[np.bool_]


def slope_columns(model: Model) -> SlopeColumns:
    """The sizes of all derivatives of angles by parameters."""
    rotations = model.rotations
    rows = np.flatnonzero(differentiated(model))
    plain = rows[rotations.expression[rows] < 0]
    sizes = np.abs(rotations.coefficients())
    parts = [(plain, rotations.slot[plain].astype(np.int64), sizes[plain], np.ones(len(plain)))]
    for row in rows[rotations.expression[rows] >= 0].tolist():
        pairs = slopes(model, row)
        values = [constant_of(slope) for _, slope in pairs]
        parts.append(
            (
                np.full(len(pairs), row),
                np.array([slot for slot, _ in pairs], dtype=np.int64),
                np.array([1.0 if value is None else abs(float(value)) for value in values]),
                np.array([value is not None for value in values], dtype=np.float64),
            )
        )
    rotation, parameter, size, constant = map(np.concatenate, zip(*parts, strict=True))
    order = np.argsort(rotation, kind="stable")
    return SlopeColumns(
        rotation=rotation[order],
        parameter=parameter[order],
        size=size[order],
        constant=constant[order].astype(np.bool_),
    )


def _trainable(pairs: Slopes, n_parameters: int) -> Slopes:
    return tuple((slot, slope) for slot, slope in pairs if slot < n_parameters)


@lru_cache(maxsize=1 << 14)
def _derivatives(angle: Angle) -> Slopes:
    match angle:
        case Affine():
            return tuple((slot, Affine((), coefficient)) for slot, coefficient in angle.terms)
        case Nonlinear():
            import sympy

            pairs = [
                (slot, simplified(sympy.diff(angle.expression, slot_symbol(slot))))
                for slot in slots(angle)
            ]
            return tuple((slot, slope) for slot, slope in pairs if slope != Affine(()))
