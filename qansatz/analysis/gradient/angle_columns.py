"""The angles of all rotations, and the chain rule, as arrays that are quick to evaluate again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.slopes import differentiated, slopes
from qansatz.model.angles import Angle, constant_of, evaluate
from qansatz.model.program import Model

Floats: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AngleColumns:
    """Angles of rotations as functions of the slots (parameters, then inputs), all in radians.

    The angle of row r is ``factor[r]·base + offset[r]``, its base the value at ``slot[r]``, or of
    ``expressions[expression[r]]``, or 0. Entry k of ``row``, ``parameter`` and ``slope`` is ∂angle/∂parameter of one
    row; ``curved`` pairs the entries that depend on the values with the expressions of them.
    """

    n_parameters: int
    slot: Indices
    expression: Indices
    factor: Floats
    offset: Floats
    expressions: tuple[Angle, ...]
    row: Indices
    parameter: Indices
    slope: Floats
    curved: tuple[tuple[int, Angle], ...]

    def angles(self, values: npt.ArrayLike) -> Floats:
        """The angle of every rotation.

        Raises:
            ValueError: where one has no real value.
        """
        point = np.asarray(values, dtype=np.float64)
        bases = np.append(point, 0.0)[self.slot]
        if self.expressions:
            numbers = point.tolist()
            evaluated = np.array([evaluate(angle, numbers) for angle in self.expressions])
            bases = np.where(self.expression >= 0, evaluated[self.expression], bases)
        result: Floats = self.factor * bases + self.offset
        if not np.isfinite(result).all():
            raise _not_real(int(np.flatnonzero(~np.isfinite(result))[0]))
        return result

    def by_parameters(self, values: npt.ArrayLike, derivatives: Floats) -> Floats:
        """Derivatives by the parameters from those by the angles, shape (rotations, …).

        Raises:
            ValueError: where the derivative of an angle has no real value.
        """
        slope = self.slope
        if self.curved:
            slope = slope.copy()
            numbers = np.asarray(values, dtype=np.float64).tolist()
            for entry, angle in self.curved:
                slope[entry] = evaluate(angle, numbers)
                if not np.isfinite(slope[entry]):
                    raise _not_real(int(self.row[entry]))
        if derivatives.ndim == 1:
            products = slope * derivatives[self.row]
            return np.asarray(np.bincount(self.parameter, products, self.n_parameters))
        total: Floats = np.zeros((self.n_parameters, *derivatives.shape[1:]))
        for parameter, row, number in zip(self.parameter, self.row, slope, strict=True):
            total[parameter] += number * derivatives[row]
        return total


def angle_columns(model: Model) -> AngleColumns:
    """The angles of a model; those of encoding rotations are not differentiated."""
    rotations = model.rotations
    wanted = differentiated(model)
    plain = np.flatnonzero(wanted & (rotations.expression < 0))
    curved_rows = np.flatnonzero(wanted & (rotations.expression >= 0)).tolist()
    entries = [(row, k, slope) for row in curved_rows for k, slope in slopes(model, row)]
    numbers = [constant_of(slope) for _, _, slope in entries]
    factor = rotations.coefficients()
    offsets = np.array([float(s) for s in rotations.scalars], dtype=np.float64)
    return AngleColumns(
        n_parameters=model.slots.n_parameters,
        slot=rotations.slot.astype(np.intp),
        expression=rotations.expression.astype(np.intp),
        factor=factor,
        offset=offsets[rotations.offset],
        expressions=rotations.expressions,
        row=_indices(plain, [row for row, _, _ in entries]),
        parameter=_indices(rotations.slot[plain], [k for _, k, _ in entries]),
        slope=np.append(factor[plain], [0.0 if x is None else float(x) for x in numbers]),
        curved=tuple(
            (len(plain) + at, slope)
            for at, ((_, _, slope), number) in enumerate(zip(entries, numbers, strict=True))
            if number is None
        ),
    )


def _indices(first: npt.NDArray[Any], second: list[int]) -> Indices:
    return np.append(first.astype(np.intp), np.array(second, dtype=np.intp))


def _not_real(row: int) -> ValueError:
    return ValueError(f"the angle of rotation {row} has no real value or derivative here")
