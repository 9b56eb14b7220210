"""Gradient circuits that act on disjoint qubits, run as one, each with an ancilla of its own.

The derivative of a term needs the rotations of the term's light cone only. From a product state, circuits cut down to
their cones factorize where the qubits of the cones, and of the strings measured, are disjoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from qansatz.analysis.gradient.circuits import Measurement, Schedule
from qansatz.analysis.gradient.items import light_cones
from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.model.reals import negate
from qansatz.pauli.strings import Pauli

#: The most items, and active rotations times terms, for which parts are looked for.
MAX_ITEMS: Final = 20_000
MAX_CONES: Final = 4_000_000
#: The most circuits times active rotations for which parts are looked for.
MAX_REVERSED: Final = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """A part of one circuit of the schedule, ``items`` of it, cut down to ``rows``, which act on ``qubits`` (a mask).

    ``flipped`` are the rows that its ancilla, if it has one, reverses; the ancilla is qubit ``ancilla`` (−1: none).
    """

    circuit: int
    items: tuple[int, ...]
    rows: Rows
    flipped: Rows
    qubits: int
    ancilla: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SideBySide:
    """One circuit: the rotations of all parts, in their order, each part's ancilla in |+⟩ behind the circuit's qubits.

    The derivative of the cost by the angle of a rotation is the sum of weight·⟨pauli⟩ over all circuits.
    """

    parts: tuple[Part, ...]
    n_ancillas: int
    measurements: tuple[Measurement, ...]

    @property
    def rows(self) -> Rows:
        """The rotations that are executed, ascending."""
        return np.sort(np.concatenate([part.rows for part in self.parts]))


def side_by_side(schedule: Schedule) -> tuple[SideBySide, ...]:
    """The circuits of a schedule as fewer ones; none where that is not possible, or too large to look for.

    Parts are put together first fit, the largest first.
    """
    model = schedule.model
    n_items, n_cones = len(schedule.item_row), len(schedule.patterns.active) * len(schedule.terms)
    if model.initial.ket is None or not n_items or n_items > MAX_ITEMS or n_cones > MAX_CONES:
        return ()
    if schedule.n_circuits * len(schedule.patterns.active) > MAX_REVERSED:
        return ()
    parts = sorted(_parts(schedule), key=lambda part: (-part.qubits.bit_count(), part.circuit))
    sets: list[list[Part]] = []
    used: list[int] = []
    for part in parts:
        at = next((k for k, mask in enumerate(used) if not mask & part.qubits), len(sets))
        if at == len(sets):
            sets.append([])
            used.append(0)
        sets[at].append(part)
        used[at] |= part.qubits
    if len(sets) >= schedule.n_circuits:
        return ()
    return tuple(_together(schedule, members) for members in sets)


def _parts(schedule: Schedule) -> Iterator[Part]:
    """The items of each circuit, apart where they act on disjoint qubits."""
    model, active = schedule.model, schedule.patterns.active
    cones = np.array(
        [[mask >> a & 1 for a in range(len(schedule.terms))] for mask in light_cones(schedule)],
        dtype=np.bool_,
    ).reshape(len(active), len(schedule.terms))
    strings = [model.rotations.pauli(int(row)) for row in active]
    supports = [p.x | p.z for p in strings]
    reach = []
    for a, term in enumerate(schedule.terms):
        mask = term.pauli.x | term.pauli.z
        for at in np.flatnonzero(cones[:, a]).tolist():
            mask |= supports[at]
        reach.append(mask)
    for circuit in range(schedule.n_circuits):
        flipped = schedule.flipped(circuit)
        groups: list[tuple[int, list[int]]] = []
        for item in schedule.items(circuit):
            operator = schedule.operator(item)
            mask = reach[int(schedule.item_term[item])] | operator.x | operator.z
            joined = [item]
            for group in [g for g in groups if g[0] & mask]:
                groups.remove(group)
                mask |= group[0]
                joined += group[1]
            groups.append((mask, joined))
        for mask, items in groups:
            terms = sorted({int(schedule.item_term[item]) for item in items})
            rows = active[cones[:, terms].any(axis=1)]
            yield Part(
                circuit=circuit,
                items=tuple(sorted(items)),
                rows=rows,
                flipped=np.intersect1d(flipped, rows),
                qubits=mask,
                ancilla=0 if len(flipped) else -1,
            )


def _together(schedule: Schedule, members: Sequence[Part]) -> SideBySide:
    n = schedule.model.n_qubits
    parts: list[Part] = []
    n_ancillas = 0
    measurements = []
    for part in members:
        ancilla = -1
        if part.ancilla >= 0:
            ancilla = n + n_ancillas
            n_ancillas += 1
        parts.append(
            Part(
                circuit=part.circuit,
                items=part.items,
                rows=part.rows,
                flipped=part.flipped,
                qubits=part.qubits,
                ancilla=ancilla,
            )
        )
        for item in part.items:
            operator = schedule.operator(item)
            bit = 1 << ancilla if ancilla >= 0 else 0
            z = 0 if operator.phase & 1 else bit
            weight = schedule.terms[schedule.item_term[item]].coefficient
            weight = negate(weight) if operator.phase & 2 else weight
            pauli = Pauli(operator.x | bit, operator.z | z)
            measurements += [Measurement(pauli, row, weight) for row in schedule.rows_of(item)]
    return SideBySide(parts=tuple(parts), n_ancillas=n_ancillas, measurements=tuple(measurements))
