"""What whole layers generate, from below: the derivatives of a layer at angles with rational sines and cosines.

Let U(θ) be a layer. The group that layers generate is connected, and its Lie algebra holds U(θ)†·∂U/∂θ_p for every
parameter p at all angles. With cos φ and sin φ rational these are rational sums of strings, so that the dimension of
the algebra that some of them generate, found modulo primes, is a lower bound without rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Final, TypeAlias

import numpy as np

from qansatz.circuits.groupings import AngleLabels, angle_labels
from qansatz.lie.closure import Limit, close
from qansatz.model.program import Model
from qansatz.model.reals import Real, is_zero
from qansatz.pauli.strings import Pauli, anticommute

#: The largest dimension for which a lower bound is looked for, and the most rotations of a layer.
MAX_DIMENSION: Final = 600
MAX_ROTATIONS: Final = 400
#: Points in every layer besides the angles 0, and the largest multiple of one angle.
_POINTS: Final = 4
_MULTIPLES: Final = 12
_TANGENTS: Final = tuple(  # tan(φ/2) of the points
    Fraction(p, q) for q in range(2, 12) for p in range(1, q) if gcd(p, q) == 1
)

Vector: TypeAlias = dict[tuple[int, int], Fraction]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A rotation of a layer: by ``multiple`` times the unit of its angle."""

    pauli: Pauli
    angle: int
    multiple: int


def generated_by_layers(model: Model, at_most: int) -> int | None:
    """A lower bound on the dimension of the Lie algebra of the group that the layers generate.

    Stops at ``at_most``. None where a layer holds rotations by constants or data, angles whose ratio is no small
    rational number, or more than the limits of this module.
    """
    layers = _layers(model, angle_labels(model))
    if layers is None or not 0 < at_most <= MAX_DIMENSION:
        return None
    vectors: list[Vector] = [v for layer in layers for v in _derivatives(layer, None)]
    dimension = 0
    for point in range(_POINTS):
        for number, layer in enumerate(layers):
            vectors += _derivatives(layer, point + number * _POINTS)
        vectors = [v for v in vectors if v]
        closure = close(
            vectors, model.n_qubits, limit=Limit(dimension=at_most, effort=float("inf"))
        )
        if closure.dimension in (dimension, at_most):
            return closure.dimension
        dimension = closure.dimension
    return dimension


def _layers(model: Model, angles: AngleLabels) -> list[list[_Turn]] | None:
    """The different layers of trained rotations, in the order met."""
    rotations = model.rotations
    acts = rotations.strings.weights()[rotations.string] > 0
    if (acts & ~angles.trained).any() or any(
        not is_zero(rotations.scalars[k]) for k in np.unique(rotations.offset[acts]).tolist()
    ):
        return None
    units = _units(model, angles)
    if units is None:
        return None
    layers: dict[int, list[_Turn]] = {}
    names: dict[int, dict[int, int]] = {}
    for row in np.flatnonzero(acts).tolist():
        layer, label = int(rotations.layer[row]), int(angles.label[row])
        name = names.setdefault(layer, {})
        weight = _fraction(rotations.scalars[rotations.factor[row]])
        multiple = weight / units[label]
        if abs(multiple) > _MULTIPLES:
            return None
        turn = _Turn(rotations.pauli(row), name.setdefault(label, len(name)), int(multiple))
        layers.setdefault(layer, []).append(turn)
    different = [*dict.fromkeys(tuple(layer) for layer in layers.values())]
    if any(len(layer) > MAX_ROTATIONS for layer in different):
        return None
    return [[*layer] for layer in different]


def _units(model: Model, angles: AngleLabels) -> dict[int, Fraction] | None:
    """For every angle the largest number of which all its weights are multiples; None for numbers with π or floats."""
    rotations = model.rotations
    units: dict[int, Fraction] = {}
    pairs = {*zip(angles.label.tolist(), rotations.factor.tolist(), strict=True)}
    for label, factor in sorted(pairs):
        weight = rotations.scalars[factor]
        if not isinstance(weight, int | Fraction):
            return None
        unit, other = units.get(label, Fraction(0)), abs(_fraction(weight))
        below = lcm(unit.denominator, other.denominator)
        units[label] = Fraction(gcd(int(unit * below), int(other * below)), below)
    return units


def _fraction(value: Real) -> Fraction:
    assert isinstance(value, int | Fraction)
    return Fraction(value)


def _derivatives(layer: Sequence[_Turn], point: int | None) -> Iterator[Vector]:
    """U†·∂U/∂θ of every angle of a layer, times 2i, at one point; None is that of angles 0."""
    n_angles = 1 + max(turn.angle for turn in layer)
    vectors: list[Vector] = [{} for _ in range(n_angles)]
    for turn in reversed(layer):
        cosine, sine = _rotated(turn, point)
        if sine:
            vectors = [_conjugated(vector, turn.pauli, cosine, sine) for vector in vectors]
        key = turn.pauli[:2]
        mine = vectors[turn.angle]
        mine[key] = mine.get(key, Fraction(0)) + turn.multiple
        if not mine[key]:
            del mine[key]
    return iter(vectors)


def _rotated(turn: _Turn, point: int | None) -> tuple[Fraction, Fraction]:
    """Cosine and sine of the angle of a rotation."""
    if point is None:
        return Fraction(1), Fraction(0)
    t = _TANGENTS[(7 * point + 3 * turn.angle + turn.angle // len(_TANGENTS)) % len(_TANGENTS)]
    unit = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
    cosine, sine = Fraction(1), Fraction(0)
    for _ in range(abs(turn.multiple)):
        cosine, sine = cosine * unit[0] - sine * unit[1], sine * unit[0] + cosine * unit[1]
    return cosine, sine if turn.multiple > 0 else -sine


def _conjugated(vector: Vector, axis: Pauli, cosine: Fraction, sine: Fraction) -> Vector:
    """R†·V·R for R = exp(−iφ/2·P): Q goes to cos φ·Q + sin φ·iPQ where P and Q anticommute."""
    image: Vector = {}
    for key, weight in vector.items():
        q = Pauli(*key)
        if not anticommute(axis, q):
            image[key] = image.get(key, Fraction(0)) + weight
            continue
        product = axis * q
        sign = 1 if product.phase == 3 else -1  # i·PQ is positive where PQ has the phase −i
        other = product[:2]
        image[key] = image.get(key, Fraction(0)) + cosine * weight
        image[other] = image.get(other, Fraction(0)) + sign * sine * weight
    return {key: weight for key, weight in image.items() if weight}
