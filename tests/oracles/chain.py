"""The chain rule by numerical derivatives of the angles, in many digits."""

from __future__ import annotations

import mpmath
import numpy as np
import sympy

from qansatz.model.angles import slot_symbol, slots, to_sympy
from qansatz.model.program import Model


def by_parameters(model: Model, values, derivatives) -> np.ndarray:
    """Derivatives by the parameters from those by the angles, one a rotation; encoding rotations are left out."""
    total = np.zeros(model.slots.n_parameters)
    rotations = model.rotations
    for row in np.flatnonzero(~rotations.encoding).tolist():
        angle = rotations.angle(row)
        used = slots(angle)
        expression = to_sympy(angle)
        function = sympy.lambdify([slot_symbol(k) for k in used], expression, modules="mpmath")
        for place, slot in enumerate(used):
            if slot < model.slots.n_parameters:
                order = tuple(int(k == place) for k in range(len(used)))
                with mpmath.workdps(40):
                    at = tuple(mpmath.mpf(float(values[k])) for k in used)
                    slope = mpmath.diff(function, at, order)
                total[slot] += float(mpmath.re(slope)) * derivatives[row]
    return total
