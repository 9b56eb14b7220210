"""The distinct generators of a model: weighted sums of strings under one angle at one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qansatz.circuits.dependence import levels
from qansatz.circuits.free_angles import are_free
from qansatz.circuits.groupings import AngleLabels, Grouping, angle_labels, grouping
from qansatz.model import reals
from qansatz.model.program import IntColumn, Model, Rotations
from qansatz.model.reals import Real
from qansatz.pauli import gf2
from qansatz.pauli.tables import BoolColumn, as_met, distinct

RowColumn = npt.NDArray[np.int64]
Key = tuple[tuple[int, ...], tuple[Real, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """A sum ``Σ weights[k]·strings[k]``, scaled so that the first weight is 1.

    ``strings`` are rows of ``Model.rotations.strings``, ascending.
    """

    strings: tuple[int, ...]
    weights: tuple[Real, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generators:
    """Every place of a generator in time order (columns) and the distinct generators they hold.

    A place holds rotations under one angle that a spelling of the circuit makes neighbours
    (:mod:`qansatz.circuits.groupings`); constants on one level of the order whose strings meet on a qubit share a
    place, too. Encoding rotations are left out. ``kind`` points into ``distinct``; the rotations of a place are
    ``rows[first : first + size]``, rows of ``Model.rotations``. Of the places that no parameter turns, those before
    every trained one that depends on them stand first, and those with none behind them last. ``level`` is the length
    of the longest chain of places before each: equal generators on one level are one. ``whole`` says that every
    trained angle has one place in a layer; where not, ``decided`` is False when that was left open.
    ``free`` says that no trained angle of a layer follows from the others.
    """

    distinct: tuple[Generator, ...]
    kind: IntColumn
    first: RowColumn
    size: RowColumn
    level: IntColumn
    rows: RowColumn
    trained: BoolColumn
    whole: bool
    decided: bool
    free: bool

    def first_rows(self) -> RowColumn:
        """The first rotation of every place, a row of ``Model.rotations``."""
        if not len(self.first):
            return self.first
        firsts: RowColumn = np.minimum.reduceat(self.rows, self.first)
        return firsts


def generators(model: Model, chosen: Grouping | None = None) -> Generators:
    """The generators of a model, distinct ones found once, by a valid grouping of its rotations."""
    rotations = model.rotations
    chosen = chosen or grouping(model)
    angles = angle_labels(model)
    group, level = _in_time(model, angles, chosen)
    rows = np.flatnonzero(~rotations.encoding)
    weight, string = _weights(rotations), rotations.string
    rows = rows[np.lexsort((weight[rows], string[rows], group[rows]))]
    starts = np.flatnonzero(np.append(True, np.diff(group[rows]) != 0)[: len(rows)])
    sizes = np.diff(np.append(starts, len(rows)))
    builder = _Builder(rotations)
    kind = np.zeros(len(starts), dtype=np.int32)
    for size in distinct(sizes).tolist():
        places = np.flatnonzero(sizes == size)
        kind[places] = builder.kinds(rows[starts[places][:, None] + np.arange(size)], weight)
    return Generators(
        distinct=tuple(Generator(strings=s, weights=w) for s, w in builder.known),
        kind=kind,
        first=starts,
        size=sizes,
        level=level[rows[starts]],
        rows=rows,
        trained=angles.trained[rows[starts]],
        whole=chosen.whole,
        decided=chosen.decided,
        free=are_free(model, angles),
    )


def _in_time(model: Model, angles: AngleLabels, chosen: Grouping) -> tuple[IntColumn, IntColumn]:
    """The groups, constants that meet on a level made one, numbered by level, angle and string; and the levels.

    The numbers are the same for every spelling.
    """
    rotations = model.rotations
    free = ~angles.trained & ~rotations.encoding
    level = _in_order(rotations, chosen.group, chosen.group, None)
    constant = free & (rotations.slot < 0) & (rotations.expression < 0)
    group = _met(rotations, level, chosen.group, np.flatnonzero(constant))
    key = level.astype(np.int64) * len(group) + group
    zone = np.zeros(len(group), dtype=np.int64)
    if free.any():
        zone[free & (_in_order(rotations, key, group, angles.trained, backwards=True) == 0)] = 1
        zone[free & (_in_order(rotations, key, group, angles.trained) == 0)] = -1
    order = np.lexsort((rotations.string, angles.label, level, zone))
    number = np.empty_like(group)
    number[order] = as_met(group[order], len(group))[1]
    return number, level


def _in_order(
    rotations: Rotations,
    key: IntColumn | RowColumn,
    group: IntColumn,
    counted: BoolColumn | None,
    *,
    backwards: bool = False,
) -> IntColumn:
    """The levels of groups that stand in the order of a key."""
    order = np.argsort(key, kind="stable")
    order = order[::-1] if backwards else order
    column = np.empty(len(order), dtype=np.int32)
    part = None if counted is None else counted[order]
    column[order] = levels(rotations.strings, rotations.string[order], group[order], part)
    return column


def _met(rotations: Rotations, level: IntColumn, group: IntColumn, rows: RowColumn) -> IntColumn:
    """The groups, those of rows on one level whose strings share a qubit made one."""
    merged = group.copy()
    leader: dict[tuple[int, int], int] = {}
    above: dict[int, int] = {}

    def root(k: int) -> int:
        while above.get(k, k) != k:
            k = above[k]
        return k

    for row in rows.tolist():
        pauli, mine = rotations.pauli(row), root(int(group[row]))
        for qubit in gf2.bits(pauli.x | pauli.z):
            other = root(leader.setdefault((int(level[row]), qubit), mine))
            above[max(mine, other)] = mine = min(mine, other)
    for row in rows.tolist():
        merged[row] = root(int(group[row]))
    return merged


def apart(model: Model, places: Generators) -> set[int]:
    """Strings that fixed angles turn apart from the sum they stand in, such as Z₀ in (θ + 0.3)Z₀ + θZ₁.

    A shift of the whole sum, which moves θ, is none.
    """
    return {s for strings in apart_places(model, places).values() for s in strings}


def apart_places(model: Model, generators_: Generators) -> dict[int, set[int]]:
    """The strings of :func:`apart`, by their places."""
    rotations = model.rotations
    depends = (rotations.slot >= 0) | (rotations.expression >= 0)
    nonzero = np.array([not reals.is_zero(s) for s in rotations.scalars], dtype=np.bool_)
    shifted = depends & nonzero[rotations.offset]
    places: dict[int, set[int]] = {}
    for place, (first, size) in enumerate(
        zip(generators_.first.tolist(), generators_.size.tolist(), strict=True)
    ):
        rows = generators_.rows[first : first + size]
        if size > 1 and shifted[rows].any():
            pairs = [
                (rotations.scalars[rotations.factor[r]], rotations.scalars[rotations.offset[r]])
                for r in rows
            ]
            weight, shift = pairs[0]
            if any(reals.multiply(shift, w) != reals.multiply(s, weight) for w, s in pairs):
                places[place] = {*rotations.string[rows[shifted[rows]]].tolist()}
    return places


def _weights(rotations: Rotations) -> IntColumn:
    """The scalar that weighs each rotation: its factor, or its angle where that is constant."""
    constant = (rotations.slot < 0) & (rotations.expression < 0)
    return np.where(constant, rotations.offset, rotations.factor)


class _Builder:
    """Numbers the distinct generators met so far."""

    def __init__(self, rotations: Rotations) -> None:
        self.rotations = rotations
        self.known: dict[Key, int] = {}

    def kinds(self, rows: RowColumn, weight: IntColumn) -> RowColumn:
        """The kinds of places of one size, one row of rotations, ascending by string, for each."""
        string = self.rotations.string[rows]
        if rows.shape[1] == 1:
            which, place = np.unique(string[:, 0], return_inverse=True)
            return np.array([self._kind({s: 1}) for s in which.tolist()], dtype=np.int64)[place]
        kinds = np.empty(len(rows), dtype=np.int64)
        kind_of: dict[bytes, int] = {}
        table = np.stack((string, weight[rows]), axis=1)
        for k, pair in enumerate(table):
            key = pair.tobytes()
            if key not in kind_of:
                kind_of[key] = self._kind(self._sum(pair))
            kinds[k] = kind_of[key]
        return kinds

    def _sum(self, terms: IntColumn) -> dict[int, Real]:
        total: dict[int, Real] = {}
        for string, weight in terms.T.tolist():
            total[string] = reals.add(total.get(string, 0), self.rotations.scalars[weight])
        return {string: weight for string, weight in total.items() if not reals.is_zero(weight)}

    def _kind(self, weights: dict[int, Real]) -> int:
        return self.known.setdefault(normalised(weights.items()), len(self.known))


def normalised(terms: Iterable[tuple[int, Real]]) -> Key:
    """The strings of a sum, ascending, and its weights scaled so that the first is 1."""
    ordered = sorted(terms)
    if len(ordered) == 1:
        return (ordered[0][0],), (1,)
    return (
        tuple(string for string, _ in ordered),
        tuple(reals.divide(weight, ordered[0][1]) for _, weight in ordered),
    )
