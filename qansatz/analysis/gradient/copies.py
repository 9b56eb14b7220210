"""Derivatives that permutations of the qubits show to be equal, each measured once."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from qansatz.analysis.gradient.circuits import MAX_COPIED, Copies, Numbers
from qansatz.analysis.gradient.equal_derivatives import Symmetries, orbits
from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.analysis.gradient.patterns import Patterns
from qansatz.model.program import Term


def row_of_each(symmetries: Patterns, terms: Sequence[Term], patterns: Symmetries) -> Rows | None:
    """For each row, by place, the one that is measured for it, where pairs with terms are too many to compare."""
    if not patterns.permutations or len(symmetries.rows) * len(terms) <= MAX_COPIED:
        return None
    none = np.zeros(len(symmetries.rows), dtype=np.int64)
    rows_only = Symmetries(patterns.permutations, patterns.rows, [none[:1]] * len(patterns.rows))
    places = np.searchsorted(symmetries.active, symmetries.rows)
    label = orbits(places, rows_only, places, none)
    return _chosen(label, symmetries.label, symmetries.unflipped)[label]


def represented(
    symmetries: Patterns,
    terms: Sequence[Term],
    patterns: Symmetries,
    rows: Rows,
    numbers: Numbers,
    chosen: Rows | None,
) -> Copies | None:
    """One item of each set that permutations show to be equal, in few classes; what each stands for."""
    if not len(rows) or not patterns.permutations:
        return None
    if chosen is not None:
        of_row = np.argsort(chosen, kind="stable")
        at = np.searchsorted(symmetries.rows, rows)
        start = np.searchsorted(chosen[of_row], at)
        size = np.searchsorted(chosen[of_row], at, side="right") - start
        item = np.repeat(np.arange(len(rows)), size)
        offset = np.arange(len(item)) - np.repeat(np.cumsum(size) - size, size)
        return Copies(item=item, row=symmetries.rows[of_row[start[item] + offset]])
    places = np.searchsorted(symmetries.active, rows)
    keys = places * len(terms) + numbers
    label = orbits(keys, patterns, places, numbers.astype(np.int64))
    of_class = symmetries.label[np.searchsorted(symmetries.rows, rows)]
    item = _chosen(label, of_class, symmetries.unflipped)[label]
    order = np.lexsort((rows, item))
    return Copies(item=item[order], row=rows[order])


def _chosen(label: Rows, of_class: Numbers, unflipped: int) -> Rows:
    """For each label an item that has it, greedily in the classes that give most labels that are still open."""
    inside: dict[int, dict[int, int]] = {}
    for item, (k, mine) in enumerate(zip(of_class.tolist(), label.tolist(), strict=True)):
        inside.setdefault(k, {}).setdefault(mine, item)
    chosen = np.full(len(label), -1, dtype=np.int64)
    heap = [(-len(labels), k != unflipped, k) for k, labels in inside.items()]
    heapify(heap)
    while heap:
        size, last, k = heappop(heap)
        open_ = {mine: item for mine, item in inside[k].items() if chosen[mine] < 0}
        if len(open_) < -size:
            inside[k] = open_
            if open_:
                heappush(heap, (-len(open_), last, k))
            continue
        for mine, item in open_.items():
            chosen[mine] = item
    return chosen


def moved(copies: Copies, place: Rows) -> Copies:
    """The copies of items that were ordered anew: ``place`` says where each went."""
    item = place[copies.item]
    order = np.lexsort((copies.row, item))
    return Copies(item=item[order], row=copies.row[order])
