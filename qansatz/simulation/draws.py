"""Random parameters and inputs, from their declared distributions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qansatz.model.program import SlotArray, Slots
from qansatz.pauli.states import Floats


def draw_parameters(slots: Slots, random: np.random.Generator, n_draws: int) -> Floats:
    """Random parameters, shape (draws, parameters): declared distribution, else uniform on the bounds or [0, 2π)."""
    return _draw(slots.parameters, random, n_draws)


def draw_inputs(slots: Slots, random: np.random.Generator, n_draws: int) -> Floats:
    """Random inputs, shape (draws, inputs): uniform on the declared bounds, else on [0, 2π)."""
    return _draw(slots.inputs, random, n_draws)


def _draw(arrays: Sequence[SlotArray], random: np.random.Generator, n_draws: int) -> Floats:
    columns = [np.zeros((n_draws, 0))]
    for array in arrays:
        size = (n_draws, array.size)
        match array.distribution:
            case ("normal", (mean, deviation)):
                columns.append(random.normal(float(mean), abs(float(deviation)), size))
            case ("uniform", (low, high)):
                columns.append(random.uniform(float(low), float(high), size))
            case _:
                low, high = array.bounds or (0, 2 * np.pi)
                columns.append(random.uniform(float(low), float(high), size))
    return np.concatenate(columns, axis=1)
