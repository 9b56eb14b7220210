"""The distinct generators of a model: weighted sums of strings under one angle at one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qansatz.analysis.commuting import anticommuting_pair
from qansatz.model import reals
from qansatz.model.program import IntColumn, Model, Rotations
from qansatz.model.reals import Real
from qansatz.pauli.tables import distinct

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

    A maximal run of commuting rotations that share one parameter is one generator (theory 0);
    encoding rotations are left out. ``kind`` points into ``distinct``; the rotations of a place are
    ``rows[first : first + size]``, with ``rows`` the rows of the trainable rotations.
    """

    distinct: tuple[Generator, ...]
    kind: IntColumn
    first: RowColumn
    size: RowColumn
    rows: RowColumn

    def first_rows(self) -> RowColumn:
        """The first rotation of every place, a row of ``Model.rotations``."""
        return self.rows[self.first]


def generators(model: Model) -> Generators:
    """The generators of the trainable rotations, distinct ones found once."""
    rotations = model.rotations
    rows = np.flatnonzero(~rotations.encoding)
    weight = _weights(rotations)[rows]
    string, statement = rotations.string[rows], rotations.generator[rows]
    starts = _run_starts(rotations, rows)
    sizes = np.diff(np.append(starts, len(rows)))
    builder = _Builder(rotations)
    none = np.zeros(0, dtype=np.int64)
    places: list[tuple[RowColumn, RowColumn, RowColumn]] = [(none, none, none)]
    for size in distinct(sizes).tolist():
        begin = starts[sizes == size]
        places.extend(builder.runs(size, begin, string, weight, statement))
    first, length, kind = (np.concatenate(parts) for parts in zip(*places, strict=True))
    order = np.argsort(first, kind="stable")
    return Generators(
        distinct=tuple(Generator(strings=s, weights=w) for s, w in builder.known),
        kind=kind[order].astype(np.int32),
        first=first[order],
        size=length[order],
        rows=rows,
    )


def apart(model: Model, found: Generators) -> set[int]:
    """Strings that fixed angles turn apart from the sum they stand in, such as Z₀ in (θ + 0.3)Z₀ + θZ₁.

    A shift of the whole sum, which moves θ, is none.
    """
    return {s for strings in apart_places(model, found).values() for s in strings}


def apart_places(model: Model, found: Generators) -> dict[int, set[int]]:
    """The strings of :func:`apart`, by their places."""
    rotations = model.rotations
    depends = (rotations.slot >= 0) | (rotations.expression >= 0)
    nonzero = np.array([not reals.is_zero(s) for s in rotations.scalars], dtype=np.bool_)
    shifted = depends & nonzero[rotations.offset]
    places: dict[int, set[int]] = {}
    for place, (first, size) in enumerate(
        zip(found.first.tolist(), found.size.tolist(), strict=True)
    ):
        rows = found.rows[first : first + size]
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


def _run_starts(rotations: Rotations, rows: RowColumn) -> RowColumn:
    slot, expression = rotations.slot[rows], rotations.expression[rows]
    other_angle = (np.diff(slot) != 0) | (np.diff(expression) != 0)
    constant = (slot[1:] < 0) & (expression[1:] < 0)
    other = other_angle | (constant & (np.diff(rotations.generator[rows]) != 0))
    head = np.zeros(min(1, len(rows)), dtype=np.int64)
    return np.concatenate((head, np.flatnonzero(other) + 1))


class _Builder:
    """Numbers the distinct generators met so far."""

    def __init__(self, rotations: Rotations) -> None:
        self.strings, self.scalars = rotations.strings, rotations.scalars
        self.known: dict[Key, int] = {}

    def runs(
        self,
        size: int,
        begin: RowColumn,
        string: IntColumn,
        weight: IntColumn,
        statement: IntColumn,
    ) -> Iterator[tuple[RowColumn, RowColumn, RowColumn]]:
        """The places (first, size, kind) in the runs of one size that begin at the given rows."""
        if size == 1:
            which, place = np.unique(string[begin], return_inverse=True)
            kinds = np.array([self._kind({s: 1}) for s in which.tolist()], dtype=np.int64)
            yield begin, np.ones(len(begin), dtype=np.int64), kinds[place]
            return
        span = begin[:, None] + np.arange(size)
        marks = np.diff(statement[span], axis=1, prepend=statement[begin][:, None]) != 0
        table = np.concatenate((string[span], weight[span], marks), axis=1)
        alike: dict[bytes, list[int]] = {}
        for k, row in enumerate(table):
            alike.setdefault(row.tobytes(), []).append(k)
        for places in alike.values():
            at, run = begin[places], table[places[0]]
            for offset, length, kind in self._pieces(run.reshape(3, size)):
                yield at + offset, np.full(len(at), length), np.full(len(at), kind)

    def _pieces(self, run: IntColumn) -> Iterator[tuple[int, int, int]]:
        """Offset, length and kind of the commuting pieces of one run."""
        string, mark = run[0], run[2]
        cuts = [0, *np.flatnonzero(mark[1:]) + 1, len(string)]
        if len(cuts) == 2 or anticommuting_pair(self.strings.take(distinct(string))) is None:
            cuts = [0, len(string)]
        start = 0
        for stop, end in zip(cuts[1:], [*cuts[2:], None], strict=True):
            if end is None or self._conflict(string[start:stop], string[stop:end]):
                yield int(start), int(stop - start), self._kind(self._sum(run[:2, start:stop]))
                start = stop

    def _conflict(self, left: IntColumn, right: IntColumn) -> bool:
        pair = self.strings.take(distinct(left)), self.strings.take(distinct(right))
        return bool(pair[0].anticommutation(pair[1]).any())

    def _sum(self, terms: IntColumn) -> dict[int, Real]:
        total: dict[int, Real] = {}
        for string, weight in terms.T.tolist():
            total[string] = reals.add(total.get(string, 0), self.scalars[weight])
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
