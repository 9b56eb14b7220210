"""The order of ``unordered`` rotations: chosen once for few two-qubit gates, and from then on the meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.circuits.layers import depth, in_layers
from qansatz.circuits.order_search import ACTIVE_QUBITS, WINDOW, Bits, Walk, walk
from qansatz.circuits.replay import pushed
from qansatz.circuits.rotations import Rotation, merge, quarter, rotation, weight
from qansatz.model.program import (
    GroupPiece,
    IntColumn,
    Model,
    Path,
    Piece,
    Rotations,
    RotationsPiece,
)
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

Rows: TypeAlias = npt.NDArray[np.int64]

#: More rotations are left in the order written: the relation between all of them is quadratic.
MAX_ROTATIONS: Final = 3000
#: Ratios of :func:`qansatz.circuits.order_search.walk` in the order in which they are tried, first for free orders.
_RATIOS: Final = (0.5, 0.2, 0.1, 0.05)
#: Walks in all, and what they may cost together: rotations, times those looked at in a step, times pairs of qubits.
_WALKS: Final = 20
_WORK: Final = 100_000_000
#: Lowering a kept order finds about this share of the gates that a walk through it does.
_OF_A_WALK: Final = 0.95
_NEVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class _Group:
    """One ``unordered`` group, rows ``[start, stop)``; its units, which stay whole, are rows in the written order."""

    start: int
    stop: int
    units: tuple[range, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An order of all rows, the path that it came with, and the two-qubit gates and depth that it promises."""

    order: Rows
    path: Path
    price: tuple[int, int]


def ordered(model: Model) -> Model:
    """The model with the rotations of each ``unordered`` group in the order chosen for them.

    Generators and claimed blocks stay whole. Candidates are the order written, sets that commute one after the other,
    and the walks of a greedy search in which the rotations of a group do not hold each other up; the one with the
    fewest two-qubit gates by this search is taken, then the least depth, then the first of these. A walk that is
    taken becomes the path of the model. The result depends on the model alone. Models without such a group, those of
    more than ``MAX_ROTATIONS``, and long rotations whose walks would cost more than a few seconds keep their order.

    ``unordered { rot(X[0] * X[1], a); rot(Z[0], b); rot(Y[0] * Y[1], c) }`` → XX(a) YY(c) Z(b)
    """
    groups = [group for group in _groups(model.rotations) if len(group.units) > 1]
    if not groups or len(model.rotations) > MAX_ROTATIONS:
        return model
    candidates = _candidates(model, groups)
    best = min(candidates, key=lambda candidate: candidate.price)
    return replace(_permuted(model, best.order), path=best.path)


def along(model: Model) -> tuple[list[Rotation], Tableau] | None:
    """The rotations of a model along its path, and the inverse of the Clifford that the path leaves behind.

    None where it has no path, or one that does not fit its rotations: each once, those that anticommute in order.
    """
    rows = [step for step in model.path if isinstance(step, int)]
    if not rows or len(rows) != len(model.rotations) or {*rows} != {*range(len(rows))}:
        return None
    strings = [model.rotations.pauli(row) for row in range(len(rows))]
    if not _in_order(strings, rows, model.n_qubits):
        return None
    frame, stream = Tableau(model.n_qubits), []
    for step in model.path:
        if isinstance(step, int):
            image = pushed(frame, strings[step], many=False)
            stream.append(rotation(image, model.rotations.angle(step)))
        else:
            stream.append(Rotation(step, quarter(1)))
            frame.apply_rotation(step, 1)
    return stream, frame.inverse().copy()


def restricted(path: Path, rows: Rows) -> Path:
    """The path of a model of which only some rows, ascending, are left: their numbers are those among them."""
    number = {row: k for k, row in enumerate(rows.tolist())}
    kept = (number.get(step) if isinstance(step, int) else step for step in path)
    return tuple(step for step in kept if step is not None)


def _in_order(strings: Sequence[Pauli], rows: Sequence[int], n_qubits: int) -> bool:
    """Whether rows in this order keep every pair that anticommutes as it is."""
    held = _held_up(strings, n_qubits)[np.ix_(rows, rows)]
    return not np.tril(held).any()


def _held_up(strings: Sequence[Pauli], n_qubits: int, groups: IntColumn | None = None) -> Bits:
    """Entry (i, k) says that string k must wait for i: they anticommute and stand in this order.

    Strings with the same number from 0 on in ``groups`` never wait for each other.
    """
    relation = PauliTable.from_paulis(strings, n_qubits).anticommutation()
    held: Bits = np.triu(np.asarray(relation, dtype=np.bool_), 1)
    if groups is not None:
        held &= (groups[:, None] != groups) | (groups[:, None] < 0)
    return held


def _groups(rotations: Rotations) -> Iterator[_Group]:
    unit = np.where(rotations.block >= 0, rotations.block, -2 - rotations.generator)
    for number in range(int(rotations.unordered.max(initial=-1)) + 1):
        rows = np.flatnonzero(rotations.unordered == number)
        if not len(rows):
            continue
        ends = np.flatnonzero(np.diff(unit[rows])) + 1
        units = tuple(range(int(part[0]), int(part[-1]) + 1) for part in np.split(rows, ends))
        yield _Group(int(rows[0]), int(rows[-1]) + 1, units)


def _candidates(model: Model, groups: Sequence[_Group]) -> Iterator[_Candidate]:
    rotations, n = model.rotations, model.n_qubits
    written = np.arange(len(rotations))
    strings = [rotations.pauli(row) for row in range(len(rotations))]
    commuting = _commuting_first(rotations, groups)
    if all(weight(pauli) <= 2 for pauli in strings):
        for order in (written, commuting):
            yield _Candidate(order, (), _short_price(model, strings, order))
        return
    yield _Candidate(written, (), (_NEVER, 0))
    n_walks = min(_WALKS, _WORK // _work(len(strings), n))
    if n_walks < 2:
        return
    kept_orders = (written,) if n_walks < 4 else (written, commuting)
    for order in kept_orders:
        placed = [strings[row] for row in order.tolist()]
        path = walk(placed, n, _held_up(placed, n), ratio=_RATIOS[0], seed=0)
        if path is not None:
            yield _Candidate(order, (), (int(_OF_A_WALK * path.n_two_qubit), 0))
    held_up = _held_up(strings, n, rotations.unordered)
    for k in range(n_walks - len(kept_orders)):
        ratio, seed = _RATIOS[k % len(_RATIOS)], k // len(_RATIOS)
        path = walk(strings, n, held_up, ratio=ratio, seed=seed)
        if path is not None:
            candidate = _walked(path, groups)
            placed = [strings[row] for row in candidate.order.tolist()]
            if _in_order(placed, [s for s in candidate.path if isinstance(s, int)], n):
                yield candidate


def _work(n_rotations: int, n_qubits: int) -> int:
    active = min(n_qubits, ACTIVE_QUBITS)
    return n_rotations * min(n_rotations, WINDOW) * max(1, active * (active - 1) // 2)


def _walked(way: Walk, groups: Sequence[_Group]) -> _Candidate:
    """The units of every group in the order in which a walk finished them, and the walk as a path."""
    time = np.argsort(way.rows)
    order = np.arange(len(time))
    for group in groups:
        units = sorted(group.units, key=lambda unit: int(time[unit.start : unit.stop].max()))
        order[group.start : group.stop] = [row for unit in units for row in unit]
    place = np.argsort(order).tolist()
    path = tuple(place[step] if isinstance(step, int) else step for step in way.steps)
    return _Candidate(order, path, (way.n_two_qubit, 0))


def _commuting_first(rotations: Rotations, groups: Sequence[_Group]) -> Rows:
    """Units in sets that commute, first fit: the sets one after the other."""
    order = np.arange(len(rotations))
    for group in groups:
        table = rotations.strings.take(rotations.string[group.start : group.stop])
        conflicts = np.array(table.anticommutation(), dtype=np.bool_)
        sets: list[list[int]] = []
        for unit in group.units:
            mine = [row - group.start for row in unit]
            clashes: npt.NDArray[np.bool_] = np.asarray(conflicts[mine].any(axis=0))
            fitting = next((some for some in sets if not clashes[some].any()), None)
            if fitting is None:
                sets.append(mine)
            else:
                fitting += mine
        order[group.start : group.stop] = [group.start + k for some in sets for k in some]
    return order


def _short_price(model: Model, strings: Sequence[Pauli], order: Rows) -> tuple[int, int]:
    """The price of rotations about at most two qubits, for which there is nothing to search."""
    rows = order.tolist()
    items = merge(Rotation(strings[row], model.rotations.angle(row)) for row in rows)
    n_pairs = sum(weight(item.pauli) == 2 for item in items)
    return n_pairs, depth(in_layers(items, model.n_qubits), model.n_qubits)


def _permuted(model: Model, order: Rows) -> Model:
    """The model with its rotations in another order; what is drawn of a group shows all of it."""
    rotations = model.rotations
    ranges = {
        row: (group.start, group.stop)
        for group in _groups(rotations)
        for row in range(group.start, group.stop)
    }
    return replace(
        model,
        rotations=rotations.take(order),
        outline=tuple(_redrawn(piece, ranges) for piece in model.outline),
    )


def _redrawn(piece: Piece, ranges: Mapping[int, tuple[int, int]]) -> Piece:
    if not isinstance(piece, GroupPiece):
        return piece
    first = next(_starts(piece), None) if piece.kind == "unordered" else None
    if first is not None:
        return replace(piece, body=(RotationsPiece(*ranges[first]),))
    return replace(piece, body=tuple(_redrawn(part, ranges) for part in piece.body))


def _starts(piece: Piece) -> Iterator[int]:
    """The first rows of the statements in a piece that have any."""
    match piece:
        case RotationsPiece(start=start, stop=stop):
            if stop > start:
                yield start
        case GroupPiece(body=body):
            for part in body:
                yield from _starts(part)
