"""The components of a period's Lie algebra, and the groups into which static rules put their rotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qansatz.analysis.limit.period import Period
from qansatz.lie.classification import Algebra, Component, radical
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """A component of 𝔤 with more than one string, in a period.

    ``touching`` are the terms that do not commute with it. Its rotations fall into *types*: strings with the same
    relations to the component and to these terms. ``members`` are the strings of a type, ``n_runs`` how often a
    period begins a new group of it; ``n_rotations`` counts rotations after merging.
    """

    generators: PauliTable
    radical: tuple[Pauli, ...]
    touching: tuple[int, ...]
    members: tuple[tuple[Pauli, ...], ...]
    runs: tuple[tuple[tuple[Pauli, ...], ...], ...]
    n_rotations: int

    @property
    def n_groups(self) -> int:
        """The groups of a period that the rules make."""
        return sum(map(len, self.runs))


def part_of(
    layer: Period, classified: Algebra, component: Component, terms: Sequence[Pauli]
) -> Part:
    """The rotations of one period that belong to a component, sorted into types and runs."""
    generators = classified.strings.take(list(component.generators))
    basis = classified.strings.take(list(component.basis))
    touching = tuple(a for a, term in enumerate(terms) if basis.anticommute_with(term).any())
    relation = layer.strings.anticommutation(basis)
    inside = np.bitwise_or.reduce(relation, axis=1)[layer.string]
    strings, trained = layer.string[inside], layer.trained[inside]
    parities = np.array([layer.strings.anticommute_with(terms[a]) for a in touching]).T
    whole = np.concatenate((relation, parities), axis=1) if touching else relation
    packed = np.packbits(whole, axis=1)
    types: dict[bytes, list[int]] = {}
    for s in numbers_in(strings[trained]).tolist():
        types.setdefault(packed[s].tobytes(), []).append(s)
    runs, n_rotations = [], 0
    for members in types.values():
        beside = layer.strings.anticommute_with(layer.strings.pauli(members[0]))
        cuts = np.flatnonzero(beside[strings])
        found_runs: dict[int, dict[int, None]] = {}
        for at in np.flatnonzero(np.isin(strings, members) & trained).tolist():
            run = int(np.searchsorted(cuts, at)) % max(1, len(cuts))
            found_runs.setdefault(run, {})[int(strings[at])] = None
        n_rotations += sum(map(len, found_runs.values()))
        runs.append(tuple(tuple(map(layer.strings.pauli, run)) for run in found_runs.values()))
    return Part(
        generators=generators,
        radical=tuple(radical(classified, component)),
        touching=touching,
        members=tuple(tuple(map(layer.strings.pauli, members)) for members in types.values()),
        runs=tuple(runs),
        n_rotations=n_rotations,
    )


def numbers_in(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The different entries of a column of whole numbers, ascending."""
    return np.flatnonzero(np.bincount(values)) if len(values) else values


def product(p: Pauli, q: Pauli) -> Pauli:
    """The positive string of a product."""
    return Pauli(p.x ^ q.x, p.z ^ q.z)
