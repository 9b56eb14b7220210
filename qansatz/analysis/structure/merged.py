"""Generators whose rotations the source has apart: what exchanges of commuting neighbours bring together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qansatz.analysis.algebra.generators import Generators
from qansatz.model.program import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedGenerator:
    """A generator that several executions of statements make together, and every later equal one.

    ``first_row`` is its first rotation, ``n_rotations`` its rotations, ``n_executions`` the executions that they
    come from, ``count`` how many places hold it.
    """

    first_row: int
    n_rotations: int
    n_executions: int
    count: int


def merged(model: Model, generators: Generators) -> tuple[MergedGenerator, ...]:
    """The trained generators that more than one execution makes, by their first rotation."""
    instance = model.rotations.instance
    found: dict[tuple[int, int], MergedGenerator] = {}
    ends = generators.first + generators.size
    several = np.flatnonzero(generators.trained & (generators.size > 1)).tolist()
    for place in several:
        rows = generators.rows[generators.first[place] : ends[place]]
        n_executions = len({*instance[rows].tolist()})
        if n_executions == 1:
            continue
        key = (int(generators.kind[place]), n_executions)
        before = found.get(key)
        found[key] = MergedGenerator(
            first_row=int(rows.min()) if before is None else before.first_row,
            n_rotations=len(rows),
            n_executions=n_executions,
            count=1 if before is None else before.count + 1,
        )
    return tuple(sorted(found.values(), key=lambda item: item.first_row))
