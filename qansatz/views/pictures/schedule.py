"""A circuit whose rotations are coloured by the circuits that measure their derivatives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.model.program import Model
from qansatz.numbers import counted
from qansatz.views.pictures.scene import MAX_BOXES, N_COLOURS, Paint, scene
from qansatz.views.pictures.svg import svg

_LISTED: Final = 24
_NUMBERS: Final = 3

FIXED: Final = Paint(-1, "", "fixed, or turned by data: no derivative")
UNFELT: Final = Paint(-1, "", "the observable cannot feel it: its derivative is 0")
VANISHING: Final = Paint(-1, "", "its derivative vanishes for this initial state")


def schedule_svg(schedule: Schedule, written: Model, *, width: int = 1000) -> str:
    """A self-contained SVG document of every layer, a colour and a number for each circuit.

    ``written`` is the model of the schedule with its rotations as the source has them.
    Circuits of one sign pattern share a colour; colours come back after ``N_COLOURS`` patterns, numbers do not.
    """
    painter = _Painter(schedule)
    drawn = scene(written, paint=painter.paint, legend=[*painter.legend()])
    return svg(drawn, schedule.model.name, width)


class _Painter:
    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.circuits: dict[int, list[int]] = {}
        self.row_of = np.argsort(schedule.model.rotations.written)
        shown = self.row_of[_shown_rows(len(self.row_of))]
        items, all_rows = np.arange(len(schedule.item_row)), schedule.item_row
        if schedule.copies is not None:
            items, all_rows = schedule.copies.item, schedule.copies.row
        kept = np.isin(all_rows, shown)
        rows, circuits = all_rows[kept], schedule.item_circuit[items[kept]]
        for row, circuit in zip(rows.tolist(), circuits.tolist(), strict=True):
            numbers_ = self.circuits.setdefault(row, [])
            if circuit not in numbers_:
                numbers_.append(circuit)
        classes = list(dict.fromkeys(schedule.circuit_class.tolist()))
        self.colours = {k: at % N_COLOURS for at, k in enumerate(classes)}

    def paint(self, written: int) -> Paint:
        """The colour of a rotation, by its number in the source."""
        schedule, row = self.schedule, int(self.row_of[written])
        if not schedule.differentiated[row]:
            return FIXED
        circuits = self.circuits.get(row)
        if circuits is None:
            at = int(np.searchsorted(schedule.patterns.rows, row))
            felt = at < len(schedule.patterns.rows) and schedule.patterns.rows[at] == row
            return VANISHING if felt else UNFELT
        many = "circuit" if len(circuits) == 1 else "circuits"
        colour = self.colours[int(schedule.circuit_class[circuits[0]])]
        return Paint(colour, numbers(circuits), f"measured by {many} {numbers(circuits, 12)}")

    def legend(self) -> Iterator[Paint]:
        """A line a pattern that is drawn, the first ones; then what grey means."""
        schedule = self.schedule
        of_class: dict[int, list[int]] = {}
        for circuit, k in enumerate(schedule.circuit_class.tolist()):
            of_class.setdefault(k, []).append(circuit)
        for k, circuits in [*of_class.items()][:_LISTED]:
            n_rows = len({row for c in circuits for row in self.rows(c)})
            reversed_ = len(schedule.flipped(circuits[0]))
            meaning = f"{counted(n_rows, 'derivative')}; {counted(reversed_, 'rotation')} reversed"
            if k == schedule.patterns.unflipped:
                meaning = f"{counted(n_rows, 'derivative')}; no ancilla"
            yield Paint(self.colours[k], numbers(circuits), meaning)
        if len(of_class) > _LISTED:
            yield Paint(-1, "...", f"and {len(of_class) - _LISTED} more sign patterns")
        yield Paint(-1, "", "no derivative is measured: fixed, data, or not felt by the observable")

    def rows(self, circuit: int) -> list[int]:
        schedule = self.schedule
        return [row for item in schedule.items(circuit) for row in schedule.rows_of(item)]


def numbers(circuits: list[int], most: int = _NUMBERS) -> str:
    """Circuits in few signs, such as ``3``, ``3,7`` and ``3-9``."""
    if len(circuits) > 2 and circuits[-1] - circuits[0] == len(circuits) - 1:
        return f"{circuits[0]}-{circuits[-1]}"
    if len(circuits) > most:
        return f"{','.join(map(str, circuits[: most - 1]))}.."
    return ",".join(map(str, circuits))


def _shown_rows(n_rotations: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The rotations that a drawing may show: the first and last ones."""
    if n_rotations <= 2 * MAX_BOXES:
        return np.arange(n_rotations)
    return np.concatenate((np.arange(MAX_BOXES), np.arange(n_rotations - MAX_BOXES, n_rotations)))
