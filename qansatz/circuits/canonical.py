"""One order for every spelling of a circuit: by what must follow, then by angle and string."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from qansatz.circuits.clifford_angles import with_clifford_gates
from qansatz.circuits.dependence import levels
from qansatz.model.angles import Affine, Angle
from qansatz.model.program import IntColumn, Model, Rotations
from qansatz.model.reals import PiLinear, Real
from qansatz.pauli.tables import PauliTable, as_met

_Item = TypeVar("_Item")


def canonical(model: Model) -> Model:
    """The model with its rotations in the canonical order; strings, numbers and expressions are numbered anew.

    Rotations by fixed multiples of π/2 become fixed gates first (:mod:`qansatz.circuits.clifford_angles`).

    Promises: models whose rotations differ by exchanges of commuting neighbours become equal in all columns that
    have a meaning (strings, angles, encoding), and the unitary stays what it is. Rotations with the longest chain of
    rotations behind them (:func:`qansatz.circuits.dependence.levels`, backwards) come first, then those of lower
    slots, expressions and qubits. ``Rotations.written`` keeps the numbers of the source, and the ``path`` follows.

    ``X₁(b) X₀(a) Y₁(c) Z₁(d)`` → ``X₁(b) Y₁(c) X₀(a) Z₁(d)``
    """
    model = with_clifford_gates(model)
    rotations = model.rotations
    behind = levels(rotations.strings, rotations.string[::-1])[::-1]
    expressions = _places(rotations.expressions, _angle_key)
    scalars = _places(rotations.scalars, _real_key)
    columns = (
        rotations.encoding,
        scalars[rotations.offset],
        scalars[rotations.factor],
        _string_places(rotations.strings)[rotations.string],
        np.append(expressions, -1)[rotations.expression],
        rotations.slot,
        -behind,
    )
    order = np.lexsort(columns)
    place = np.argsort(order).tolist() if model.path else []
    return replace(
        model,
        rotations=_renumbered(rotations.take(order)),
        path=tuple(place[step] if isinstance(step, int) else step for step in model.path),
    )


def _renumbered(rotations: Rotations) -> Rotations:
    """Distinct strings, numbers and expressions in the order in which the rows meet them, behind the number 0."""
    strings, string = as_met(rotations.string, len(rotations.strings))
    numbers = np.concatenate(([0], rotations.factor, rotations.offset)).astype(np.int32)
    scalars, number = as_met(numbers, len(rotations.scalars))
    expressions, expression = as_met(rotations.expression, len(rotations.expressions))
    return replace(
        rotations,
        strings=rotations.strings.take(strings),
        string=string,
        factor=number[1 : len(rotations) + 1],
        offset=number[len(rotations) + 1 :],
        scalars=tuple(rotations.scalars[k] for k in scalars.tolist()),
        expression=expression,
        expressions=tuple(rotations.expressions[k] for k in expressions.tolist()),
    )


def _places(items: Sequence[_Item], key: Callable[[_Item], Any]) -> IntColumn:
    """The place of every item when they are sorted by a key."""
    order = sorted(range(len(items)), key=lambda k: key(items[k]))
    places = np.empty(len(items), dtype=np.int32)
    places[order] = np.arange(len(items), dtype=np.int32)
    return places


def _string_places(strings: PauliTable) -> IntColumn:
    """The place of every string when they are sorted by the qubits they act on, then by letters."""
    order = np.lexsort((*strings.z.T, *strings.x.T, *(strings.x | strings.z).T))
    places = np.empty(len(strings), dtype=np.int32)
    places[order] = np.arange(len(strings), dtype=np.int32)
    return places


def _real_key(value: Real) -> tuple[float, str, str]:
    exact = (
        (str(value.rational), str(value.pi)) if isinstance(value, PiLinear) else (str(value), "")
    )
    return (float(value), *exact)


def _angle_key(angle: Angle) -> tuple[Any, ...]:
    if isinstance(angle, Affine):
        terms = [(slot, _real_key(factor)) for slot, factor in angle.terms]
        return (0, terms, _real_key(angle.constant))
    return (1, str(angle.expression))
