"""Rotations by fixed angles or data beside trainable ones: where they stand, and what they may change.

A rotation V about a string of the algebra that the generators on one side of it generate does not change the algebra
of the whole circuit, nor does one that commutes with every generator. Of others nothing is said: V maps the
generators behind it to others, which may generate less, even where its string lies in the algebra of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qansatz.analysis.algebra.generators import Generators, apart_places
from qansatz.model.program import Model
from qansatz.pauli.tables import BoolColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedRotations:
    """Strings (rows of ``Model.rotations.strings``) of fixed rotations that anticommute with a part of a generator.

    ``between`` stand after the first and before the last trainable place, ``before`` and ``behind`` outside these.
    ``stretch`` are the kinds of generators that the richest run of places without any of ``between`` holds: where all
    of ``between`` lie in the algebra of these, the whole algebra is that of all generators.
    """

    between: tuple[int, ...]
    before: tuple[int, ...]
    behind: tuple[int, ...]
    stretch: tuple[int, ...]


def fixed_rotations(model: Model, generators: Generators) -> FixedRotations:
    """The rotations by fixed angles or data; encodings are left out."""
    trainable = generators.trained
    places = np.flatnonzero(trainable)
    if not len(places):
        return FixedRotations(between=(), before=(), behind=(), stretch=())
    of_row = model.rotations.string[generators.rows]
    place_of_row = np.repeat(np.arange(len(generators.size)), generators.size)
    split = apart_places(model, generators)
    fixed = ~trainable[place_of_row]
    used = {*of_row[fixed].tolist(), *(s for strings in split.values() for s in strings)}
    felt = _felt(model, generators, trainable, used)
    cut = np.zeros(len(trainable), dtype=np.bool_)
    cut[place_of_row[fixed & felt[of_row]]] = True
    cut[[place for place, strings in split.items() if felt[[*strings]].any()]] = True
    first, last = int(places[0]), int(places[-1])

    def strings(low: int, high: int) -> set[int]:
        chosen = fixed & felt[of_row] & (place_of_row >= low) & (place_of_row < high)
        return {*of_row[chosen].tolist()}

    inner = strings(first, last) | {s for part in split.values() for s in part if felt[s]}
    return FixedRotations(
        between=tuple(sorted(inner)),
        before=tuple(sorted(strings(0, first))),
        behind=tuple(sorted(strings(last, len(trainable)))),
        stretch=_stretch(generators, trainable, cut),
    )


def _felt(
    model: Model, generators: Generators, trainable: BoolColumn, used: set[int]
) -> BoolColumn:
    """Which of the strings ``used`` anticommute with some string of a trainable generator."""
    table = model.rotations.strings
    kinds = np.unique(generators.kind[trainable]).tolist()
    moving = table.take(sorted({s for kind in kinds for s in generators.distinct[kind].strings}))
    felt = np.zeros(len(table), dtype=np.bool_)
    for string in used:
        felt[string] = bool(moving.anticommute_with(table.pauli(string)).any())
    return felt


def _stretch(generators: Generators, trainable: BoolColumn, cut: BoolColumn) -> tuple[int, ...]:
    """The kinds in the run of places between cuts that holds the most."""
    run = np.cumsum(cut)[trainable]
    n_kinds = len(generators.distinct)
    pairs = np.unique(run.astype(np.int64) * n_kinds + generators.kind[trainable])
    richest = int(np.argmax(np.bincount(pairs // n_kinds)))
    return tuple((pairs[pairs // n_kinds == richest] % n_kinds).tolist())
