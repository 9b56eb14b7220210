"""A Clifford point at which two derivatives of a periodic circuit do not commute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from qansatz.analysis.limit.parts import Part, product
from qansatz.analysis.limit.period import Period
from qansatz.pauli.strings import Pauli, anticommute

_MOST_STEPS: Final = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A Clifford point that proves two derivatives of ``n_periods`` periods not to be measurable together.

    All angles are 0 but those of ``quarter_turns``, (period, rotation of the period), which are π/2. There A_j and
    A_k of ``pair`` (period, rotation) are ``strings``, which anticommute with each other and with ``term``.
    """

    n_periods: int
    quarter_turns: tuple[tuple[int, int], ...]
    pair: tuple[tuple[int, int], tuple[int, int]]
    strings: tuple[Pauli, Pauli]
    term: Pauli


def find_witness(layer: Period, parts: Sequence[Part], terms: Sequence[Pauli]) -> Witness | None:
    """Two rotations about one string, a period apart, that a few quarter turns show not to commute."""
    largest = max(parts, key=lambda part: part.n_groups)
    members = {*largest.generators.paulis()}
    strings = [layer.strings.pauli(int(s)) for s in layer.string]
    rows = [k for k, p in enumerate(strings) if p in members and layer.trained[k]]
    untrained = [strings[int(k)] for k in np.flatnonzero(~layer.trained)]
    if any(largest.generators.anticommute_with(p).any() for p in untrained):
        return None
    own_terms = [terms[a] for a in largest.touching]
    start = next(k for k in rows if any(anticommute(strings[k], t) for t in own_terms))
    between = next((k for k in rows if anticommute(strings[k], strings[start])), None)
    if between is None:
        return None
    pair = (product(strings[between], strings[start]), strings[start])
    seen: dict[tuple[Pauli, Pauli], tuple[tuple[Pauli, Pauli], int] | None] = {pair: None}
    queue = [pair]
    for state in queue:
        term = next((t for t in own_terms if all(anticommute(p, t) for p in state)), None)
        if term is not None:
            turns = []
            at = state
            while (step := seen[at]) is not None:
                at, turn = step
                turns.append(turn)
            later = [(2 + k, turn) for k, turn in enumerate(reversed(turns))]
            return Witness(
                n_periods=2 + len(turns),
                quarter_turns=((0 if between > start else 1, between), *later),
                pair=((0, start), (1, start)),
                strings=state,
                term=term,
            )
        if len(seen) * len(rows) > _MOST_STEPS:
            return None
        for k in rows:
            p, q = (product(strings[k], s) if anticommute(strings[k], s) else s for s in state)
            if (p, q) not in seen:
                seen[p, q] = (state, k)
                queue.append((p, q))
    return None
