"""Derivatives by the last rotations from the forward circuit alone.

∂_j⟨O_a⟩ = (i/2)⟨ψ|[A_j, O_a]|ψ⟩ with A_j = W_jP_jW_j†, W_j the rotations after j (Heidari et al., arXiv:2404.05108).
A_j is a sum Σ_P c_jP(θ)·P over the strings that later rotations can make of P_j, with Σ_P c_jP² = 1, and each P that
anticommutes with O_a contributes c_jP·⟨iPO_a⟩: the coefficients are computed, the observables measured. The forward
circuit is that of the active rotations.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.cover import Allowance, cover
from qansatz.analysis.gradient.covering import conflict_rows
from qansatz.analysis.gradient.items import light_cones
from qansatz.model.angles import evaluate
from qansatz.pauli.strings import Pauli, anticommute

#: The most observables of the forward circuit, and the most products of strings taken to find them.
MAX_OBSERVABLES: Final = 512
MAX_WORK: Final = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardPart:
    """The active rows from ``start`` on, measured on the forward circuit.

    ``sets`` are commuting sets of positive strings. ``n_others`` circuits of the schedule are left for earlier rows.
    """

    start: int
    sets: tuple[tuple[Pauli, ...], ...]
    n_others: int

    @property
    def n_circuits(self) -> int:
        """All circuits, those for earlier rows too."""
        return len(self.sets) + self.n_others

    @property
    def n_observables(self) -> int:
        """The number of strings in all sets."""
        return sum(map(len, self.sets))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardParts:
    """The part with the fewest circuits in all, and the one of all active rows (None where it is too large)."""

    best: ForwardPart | None
    whole: ForwardPart | None


def forward_parts(schedule: Schedule) -> ForwardParts:
    """Move rows to the forward circuit, the last one first, and find where it pays most."""
    rows = schedule.patterns.rows.tolist()
    others = _others(schedule)
    met: dict[Pauli, None] = {}
    sets: list[list[Pauli]] = []
    best: tuple[int, int, int] | None = None
    done = 0
    for row, strings in _observables(schedule):
        for pauli in strings:
            if pauli not in met:
                met[pauli] = None
                _first_fit(sets, pauli)
        done += 1
        total = len(sets) + others[row]
        if best is None or total < best[0]:
            best = (total, row, len(met))
    whole = None
    if rows and done == len(rows):
        whole = _part(schedule, rows[0], [*met], 0)
    if best is None or best[0] >= schedule.n_circuits:
        return ForwardParts(best=None, whole=whole)
    _, start, n_observables = best
    part = _part(schedule, start, [*met][:n_observables], others[start])
    return ForwardParts(best=part, whole=whole)


def coefficients(schedule: Schedule, row: int, values: Sequence[float]) -> dict[Pauli, float]:
    """∂C/∂(angle of row) as numbers times expectations of positive strings on the forward circuit.

    ``values`` are the slots of the model, parameters then inputs.
    """
    rotations = schedule.model.rotations
    active = schedule.patterns.active.tolist()
    cones = light_cones(schedule)
    current = {rotations.pauli(row): 1.0}
    for later in active:
        if later > row:
            angle = evaluate(rotations.angle(later), values)
            current = _rotated(current, rotations.pauli(later), angle)
    cone = cones[active.index(row)]
    total: dict[Pauli, float] = {}
    for a, term in enumerate(schedule.terms):
        for pauli, number in current.items():
            if cone >> a & 1 and anticommute(pauli, term.pauli):
                product = pauli * term.pauli
                # i·P·O_a: one more quarter turn than the product.
                sign = 1 if (product.phase + 1) % 4 == 0 else -1
                bare = Pauli(product.x, product.z)
                total[bare] = total.get(bare, 0.0) + sign * number * float(term.coefficient)
    return total


def _rotated(operator: Mapping[Pauli, float], axis: Pauli, angle: float) -> dict[Pauli, float]:
    """R·A·R† for R = exp(−i·angle/2·axis): Q ↦ cos·Q − i·sin·(axis·Q) where they anticommute."""
    result: dict[Pauli, float] = {}
    cosine, sine = math.cos(angle), math.sin(angle)
    for pauli, number in operator.items():
        if not anticommute(pauli, axis):
            result[pauli] = result.get(pauli, 0.0) + number
            continue
        result[pauli] = result.get(pauli, 0.0) + cosine * number
        product = axis * pauli
        sign = 1 if (product.phase - 1) % 4 == 0 else -1
        bare = Pauli(product.x, product.z)
        result[bare] = result.get(bare, 0.0) + sign * sine * number
    return result


def _others(schedule: Schedule) -> dict[int, int]:
    """For each active row, the circuits that measure some earlier row."""
    rows = schedule.patterns.rows.tolist()
    first: dict[int, int] = {}
    for item, circuit in zip(
        schedule.item_row.tolist(), schedule.item_circuit.tolist(), strict=True
    ):
        first[circuit] = min(item, first.get(circuit, item))
    starts = sorted(first.values())
    others, before = {}, 0
    for row in rows:
        while before < len(starts) and starts[before] < row:
            before += 1
        others[row] = before
    return others


def _observables(schedule: Schedule) -> Iterator[tuple[int, list[Pauli]]]:
    """The active rows, last first, with the observables of each, as long as the limits allow."""
    rotations = schedule.model.rotations
    active = schedule.patterns.active.tolist()
    wanted = {*schedule.patterns.rows.tolist()}
    cones = light_cones(schedule)
    later: list[Pauli] = []
    patterns: set[Pauli] = set()
    work = 0
    for place in range(len(active) - 1, -1, -1):
        row = active[place]
        pauli = rotations.pauli(row)
        if row in wanted:
            strings = {pauli}
            for axis in reversed(later):
                work += len(strings)
                strings |= {
                    Pauli(p.x ^ axis.x, p.z ^ axis.z) for p in strings if anticommute(p, axis)
                }
                if len(strings) > 2 * MAX_OBSERVABLES or work > MAX_WORK:
                    return
            mine: dict[Pauli, None] = {}
            for a, term in enumerate(schedule.terms):
                if cones[place] >> a & 1:
                    for p in sorted(strings):
                        if anticommute(p, term.pauli):
                            mine[Pauli(p.x ^ term.pauli.x, p.z ^ term.pauli.z)] = None
            patterns |= mine.keys()
            if len(patterns) > MAX_OBSERVABLES:
                return
            yield row, [*mine]
        later.append(pauli)


def _first_fit(sets: list[list[Pauli]], pauli: Pauli) -> None:
    for members in sets:
        if not any(anticommute(pauli, other) for other in members):
            members.append(pauli)
            return
    sets.append([pauli])


def _part(
    schedule: Schedule, start: int, observables: Sequence[Pauli], n_others: int
) -> ForwardPart:
    conflicts = conflict_rows(observables, schedule.model.n_qubits)
    covered = cover(conflicts, Allowance(2.0), exact=False)
    sets: list[list[Pauli]] = [[] for _ in range(covered.n_sets)]
    for pauli, k in zip(observables, covered.sets, strict=True):
        sets[k].append(pauli)
    return ForwardPart(start=start, sets=tuple(map(tuple, sets)), n_others=n_others)
