"""Rotations under one angle brought together: which of them one spelling of the circuit makes neighbours.

A *valid grouping* puts rotations of one angle into groups such that no chain of rotations, each anticommuting with the
next, leads from one rotation of a group to another, and that the order of the groups has no cycle: then one spelling
of the circuit has every group in one piece, and a group is one rotation exp(−i·angle/2·Σ weight·string). Pairs that
could be brought together one by one need not be together: in X₀(a) Z₀(b) Z₁(b) X₁(a) only one of the two pairs can.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.circuits.dependence import levels
from qansatz.model.angles import slots
from qansatz.model.program import IntColumn, Model
from qansatz.pauli.commuting import anticommuting_pair
from qansatz.pauli.neighbours import conflicts
from qansatz.pauli.tables import distinct

Bits: TypeAlias = npt.NDArray[np.bool_]
Order: TypeAlias = npt.NDArray[np.int64]

#: Pairs of rotations, one behind the other, that are looked at before the question is left open.
MAX_PAIRS: Final = 4_000_000
#: Rotations in a cycle of groups for which other groupings are looked for.
MAX_SPLIT: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """A valid grouping of the rotations of a model.

    ``group`` numbers the group of every row, in time order of a spelling in which every group is in one piece.
    ``whole`` says that all rotations of a layer that turn by one trained angle are one group; ``decided`` is False
    where the limit ``MAX_PAIRS`` left that open.
    """

    group: IntColumn
    whole: bool
    decided: bool = True


def grouping(model: Model) -> Grouping:
    """The coarsest valid grouping where it is one group an angle and layer, else some valid one."""
    angles = angle_labels(model)
    for order in (None, np.argsort(model.rotations.written)):
        label = angles.label if order is None else angles.label[order]
        starts = np.flatnonzero(np.append(True, label[1:] != label[:-1])[: len(label)])
        if len(starts) == len(distinct(label)) and _commute(model, order, starts):
            group = np.repeat(
                np.arange(len(starts), dtype=np.int32), np.diff(np.append(starts, len(label)))
            )
            if order is not None:
                back = np.empty_like(group)
                back[order] = group
                group = back
            return Grouping(group=group, whole=True)
    return next(_searched(model, angles))


def groupings(model: Model) -> Iterator[Grouping]:
    """Valid groupings to choose from, that of :func:`grouping` first; no others where it is whole or undecided."""
    first = grouping(model)
    yield first
    if first.whole or not first.decided:
        return
    seen = {first.group.tobytes()}
    for other in _searched(model, angle_labels(model)):
        key = other.group.tobytes()
        if key not in seen:
            seen.add(key)
            yield other


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AngleLabels:
    """A number for every row, equal for rotations of a layer by multiples of one angle; whether that is trained.

    Rotations by constants have numbers of their own.
    """

    label: IntColumn
    trained: Bits


def angle_labels(model: Model) -> AngleLabels:
    """What angle every rotation turns by."""
    rotations, n_slots = model.rotations, model.slots.n_parameters + model.slots.n_inputs
    n_parameters = model.slots.n_parameters
    base = np.where(
        rotations.expression >= 0, n_slots + rotations.expression.astype(np.int64), rotations.slot
    )
    depends = [min(slots(e), default=n_parameters) < n_parameters for e in rotations.expressions]
    trained = np.array([*depends, False], dtype=np.bool_)[rotations.expression]
    trained |= (rotations.expression < 0) & (base >= 0) & (base < n_parameters)
    trained &= ~rotations.encoding
    n_bases = n_slots + len(rotations.expressions)
    layer = rotations.layer.astype(np.int64) + 1
    key = 2 * (layer * n_bases + base) + rotations.encoding
    alone = base < 0
    key[alone] = 2 * (int(layer.max(initial=0)) + 1) * max(1, n_bases) + np.flatnonzero(alone)
    values = distinct(key)
    return AngleLabels(label=np.searchsorted(values, key).astype(np.int32), trained=trained)


def _commute(model: Model, order: Order | None, starts: Order) -> bool:
    """Whether the rotations of every run commute."""
    rotations = model.rotations
    string = rotations.string if order is None else rotations.string[order]
    ends = np.append(starts[1:], len(string))
    several = np.flatnonzero(ends - starts > 1)
    seen = set[bytes]()
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        strings = distinct(string[start:end])
        key = strings.tobytes()
        if key not in seen:
            if anticommuting_pair(rotations.strings.take(strings)) is not None:
                return False
            seen.add(key)
    return True


def _searched(model: Model, angles: AngleLabels) -> Iterator[Grouping]:
    """One group an angle and layer where that is valid, else groupings in which the angles in cycles are split."""
    relation = _Relation.of(model)
    if relation is None:
        yield _by_level(model, angles, decided=False)
        return
    label = angles.label
    cyclic = _cyclic(relation, label)
    if cyclic:
        alone = np.isin(label, [*cyclic]) & ~angles.trained
        label = np.where(alone, int(label.max()) + 1 + np.arange(len(label)), label)
        cyclic = _cyclic(relation, label)
    if not cyclic:
        yield _finished(relation, angles, label)
        return
    rows = np.flatnonzero(np.isin(label, [*cyclic]))
    for finer in _splits(relation, label, rows) if len(rows) <= MAX_SPLIT else ():
        split = label.astype(np.int64)
        split[rows] = int(label.max()) + 1 + finer
        yield _finished(relation, angles, split)
    yield _by_level(model, angles, decided=True)


def _finished(relation: _Relation, angles: AngleLabels, label: Order | IntColumn) -> Grouping:
    """The grouping by labels without cycles, numbered in an order of time."""
    values = distinct(label)
    dense = np.searchsorted(values, label)
    order, left = _topological({*range(len(values))}, relation.edges(dense.tolist()))
    assert not left, "a grouping that was found valid has a cycle"
    number = np.empty(len(values), dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    group = number[dense]
    return Grouping(group=group, whole=_is_whole(angles, group))


def _is_whole(angles: AngleLabels, group: IntColumn) -> bool:
    trained = angles.trained
    return len(distinct(group[trained])) == len(distinct(angles.label[trained]))


def _by_level(model: Model, angles: AngleLabels, *, decided: bool) -> Grouping:
    """Rotations of one level under one angle: always valid, since the order leads from lower levels to higher ones."""
    level = levels(model.rotations.strings, model.rotations.string).astype(np.int64)
    key = level * (int(angles.label.max(initial=0)) + 1) + angles.label
    group = np.searchsorted(distinct(key), key).astype(np.int32)
    whole = _is_whole(angles, group)
    return Grouping(group=group, whole=whole, decided=decided or whole)


class _Relation:
    """The order of the rotations of a model: which strings anticommute, as far as one stands behind the other."""

    def __init__(self, string: Sequence[int], conflicts_of: Sequence[Sequence[int]]) -> None:
        self.string, self.conflicts_of = string, conflicts_of

    @staticmethod
    def of(model: Model) -> _Relation | None:
        """The relation, or None where it has more than ``MAX_PAIRS`` pairs."""
        string = model.rotations.string.tolist()
        conflicts_of = conflicts(model.rotations.strings, MAX_PAIRS)
        if conflicts_of is None or sum(len(conflicts_of[s]) for s in string) > MAX_PAIRS:
            return None
        return _Relation(string, conflicts_of)

    def edges(
        self, names: Iterable[int], rows: Sequence[int] | None = None
    ) -> set[tuple[int, int]]:
        """Pairs of names, one of a rotation and one of an earlier rotation that anticommutes with it.

        Not all pairs: those that chains of the others imply may be left out. With ``rows``, ascending, only these
        rotations are looked at; ``names`` holds a name for each.
        """
        latest: dict[int, list[int]] = {}
        time: dict[int, int] = {}
        pairs = set[tuple[int, int]]()
        for now, (row, name) in enumerate(
            zip(range(len(self.string)) if rows is None else rows, names, strict=True)
        ):
            s = self.string[row]
            last, apart = time.get(s, -1), False
            for other in self.conflicts_of[s]:
                for earlier in latest.get(other, ()):
                    pairs.add((earlier, name))
                apart |= time.get(other, -1) > last
            if apart or s not in latest:
                latest[s] = []
            latest[s].append(name)
            time[s] = now
        return pairs


def _cyclic(relation: _Relation, label: IntColumn) -> set[int]:
    """The labels in cycles of their order, and those with a chain inside."""
    edges = relation.edges(label.tolist())
    _, left = _topological({*label.tolist()}, edges)
    if not left:
        return set()
    import networkx

    graph = networkx.DiGraph([edge for edge in edges if edge[0] in left and edge[1] in left])
    return {
        node
        for part in networkx.strongly_connected_components(graph)
        for node in part
        if len(part) > 1 or graph.has_edge(node, node)
    }


def _topological(nodes: set[int], edges: Iterable[tuple[int, int]]) -> tuple[list[int], set[int]]:
    """Nodes in an order of the edges, and what is left when there is none for all."""
    after: dict[int, list[int]] = {}
    waits = dict.fromkeys(nodes, 0)
    for a, b in edges:
        after.setdefault(a, []).append(b)
        waits[b] += 1
    ready = deque(sorted(node for node, count in waits.items() if not count))
    order = []
    while ready:
        node = ready.popleft()
        order.append(node)
        for other in sorted(after.get(node, ())):
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    return order, nodes - {*order}


def _splits(relation: _Relation, label: Order | IntColumn, rows: Order) -> Iterator[Order]:
    """Groups for rows whose labels stand in cycles, in several ways."""
    edges = relation.edges(range(len(rows)), rows.tolist())
    names = label[rows].tolist()
    strings = [relation.string[row] for row in rows.tolist()]
    for backwards in (False, True):
        directed = [(b, a) if backwards else (a, b) for a, b in edges]
        for repeats in (False, True):
            for eager in (True, False):
                yield _taken(names, strings, directed, repeats=repeats, eager=eager)


def _taken(
    label: Sequence[int],
    strings: Sequence[int],
    edges: Iterable[tuple[int, int]],
    *,
    repeats: bool,
    eager: bool,
) -> Order:
    """Groups of one label that are ready together, taken one after the other.

    A label of which all that is left is ready goes first; else, where ``eager``, the one with the most rotations
    ready, or the lowest. Without ``repeats`` a group holds every string once.
    """
    after: list[list[int]] = [[] for _ in label]
    waits, left = [0] * len(label), dict[int, int]()
    for a, b in edges:
        after[a].append(b)
        waits[b] += 1
    ready: dict[int, set[int]] = {}
    for row, name in enumerate(label):
        left[name] = left.get(name, 0) + 1
        if not waits[row]:
            ready.setdefault(name, set()).add(row)
    groups = np.empty(len(label), dtype=np.int64)
    number = 0
    while ready:
        name = min(
            ready,
            key=lambda k: (len(ready[k]) < left[k], -len(ready[k]) if eager else 0, k),
        )
        rows = sorted(ready.pop(name))
        kept = rows if repeats else [*{strings[row]: row for row in reversed(rows)}.values()]
        if len(kept) < len(rows):
            ready[name] = {*rows} - {*kept}
        for row in kept:
            groups[row] = number
            for other in after[row]:
                waits[other] -= 1
                if not waits[other]:
                    ready.setdefault(label[other], set()).add(other)
        left[name] -= len(kept)
        number += 1
    return groups
