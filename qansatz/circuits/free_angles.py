"""Whether the trained angles of a layer can be chosen freely: no angle follows from the others."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from qansatz.circuits.groupings import AngleLabels
from qansatz.model.angles import Affine, Angle, slots
from qansatz.model.program import Model

#: Angles of a layer for which a rank is computed.
MAX_RANK: Final = 200


def are_free(model: Model, angles: AngleLabels) -> bool:
    """Whether the angles of every layer are independent functions of its parameters, as far as that is decided.

    An angle with a parameter that no other angle left has is independent of these and left out next. What is left in
    the end must be affine with rational coefficients of full rank; else the answer is False, which may be too careful.
    Rotations by a + b beside others by a and by b are not free.
    """
    rotations, n_parameters = model.rotations, model.slots.n_parameters
    if not (rotations.expression[angles.trained] >= 0).any():
        return True
    rows = np.flatnonzero(angles.trained)
    layers: dict[int, dict[int, Angle]] = {}
    for row in rows.tolist():
        base = (
            rotations.expressions[rotations.expression[row]]
            if rotations.expression[row] >= 0
            else Affine(((int(rotations.slot[row]), 1),))
        )
        layers.setdefault(int(rotations.layer[row]), {}).setdefault(int(angles.label[row]), base)
    return all(_layer_is_free([*layer.values()], n_parameters) for layer in layers.values())


def _layer_is_free(bases: Sequence[Angle], n_parameters: int) -> bool:
    used = [{slot for slot in slots(base) if slot < n_parameters} for base in bases]
    users: dict[int, set[int]] = {}
    for k, own in enumerate(used):
        for slot in own:
            users.setdefault(slot, set()).add(k)
    left = set(range(len(bases)))
    queue = [next(iter(by)) for by in users.values() if len(by) == 1]
    while queue:
        k = queue.pop()
        if k not in left:
            continue
        left.remove(k)
        for slot in used[k]:
            users[slot].discard(k)
            if len(users[slot]) == 1:
                queue.append(next(iter(users[slot])))
    return _full_rank([bases[k] for k in sorted(left)], n_parameters)


def _full_rank(bases: Sequence[Angle], n_parameters: int) -> bool:
    """Whether affine angles are linearly independent in the parameters."""
    if len(bases) > MAX_RANK:
        return False
    reduced: dict[int, dict[int, Fraction]] = {}
    for base in bases:
        if not isinstance(base, Affine):
            return False
        row: dict[int, Fraction] = {}
        for slot, coefficient in base.terms:
            if not isinstance(coefficient, int | Fraction):
                return False
            if slot < n_parameters:
                row[slot] = Fraction(coefficient)
        while row and min(row) in reduced:
            pivot = min(row)
            factor = row[pivot]
            for slot, value in reduced[pivot].items():
                row[slot] = row.get(slot, Fraction(0)) - factor * value
            row = {slot: value for slot, value in row.items() if value}
        if not row:
            return False
        pivot = min(row)
        reduced[pivot] = {slot: value / row[pivot] for slot, value in row.items()}
    return True
