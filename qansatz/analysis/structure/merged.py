"""Generators whose rotations the source has apart: what exchanges of commuting neighbours bring together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qansatz.analysis.algebra.generators import Generators
from qansatz.model.program import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedGenerator:
    """A generator that several executions of statements make together, and every later equal one.

    ``first_row`` is its first rotation in time and ``first_rotation`` that as written, by the statement ``text`` on a
    ``line`` of the source. ``n_rotations`` are its rotations, ``n_executions`` the executions that they come from,
    ``count`` how many places hold it.
    """

    text: str
    line: int
    first_row: int
    first_rotation: int
    n_rotations: int
    n_executions: int
    count: int

    def __str__(self) -> str:
        times = f", {self.count} times" if self.count > 1 else ""
        return (
            f"`{self.text}` on line {self.line}: {self.n_rotations} rotations of "
            f"{self.n_executions} executions are one generator{times}"
        )


def merged(model: Model, generators: Generators) -> tuple[MergedGenerator, ...]:
    """The trained generators that more than one execution makes, by their first rotation."""
    instance = model.rotations.instance
    by_kind: dict[tuple[int, int], MergedGenerator] = {}
    ends = generators.first + generators.size
    several = np.flatnonzero(generators.trained & (generators.size > 1)).tolist()
    for place in several:
        rows = generators.rows[generators.first[place] : ends[place]]
        n_executions = len({*instance[rows].tolist()})
        if n_executions == 1:
            continue
        key = (int(generators.kind[place]), n_executions)
        before = by_kind.get(key)
        if before is not None:
            by_kind[key] = replace(before, n_rotations=len(rows), count=before.count + 1)
            continue
        row = int(rows.min())
        span = model.instances.span(int(instance[row]))
        by_kind[key] = MergedGenerator(
            text=span.text,
            line=span.source.location(span.start)[0],
            first_row=row,
            first_rotation=int(model.rotations.written[row]),
            n_rotations=len(rows),
            n_executions=n_executions,
            count=1,
        )
    return tuple(sorted(by_kind.values(), key=lambda item: item.first_row))
