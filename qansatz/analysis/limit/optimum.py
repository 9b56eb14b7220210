"""What a stabilizer-logical product ansatz with the same symmetries has, and a circuit lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from qansatz.analysis.limit.parts import Part
from qansatz.lie.classification import Algebra
from qansatz.model.program import Model
from qansatz.pauli import gf2, groups
from qansatz.pauli.strings import Pauli, anticommute

#: Missing generators that are listed; all are counted.
LISTED: Final = 6


def common_symmetries(
    model: Model, classified: Algebra, parts: Sequence[Part], terms: Sequence[Pauli]
) -> list[Pauli]:
    """As many independent commuting strings as commute with all rotations and all terms.

    What tells copies of the components apart comes first, declared stabilizers next.
    """
    n = model.n_qubits
    first = [s for part in parts for s in _against(part.radical, terms)]
    declared = [
        Pauli(p.x, p.z)
        for group in model.stabilizers
        for p in group.generators
        if not classified.strings.anticommute_with(p).any()
    ]
    span, kept = gf2.Span(), list[Pauli]()
    for p in [*first, *_against(declared, terms)]:
        if not any(anticommute(p, q) for q in kept) and span.insert(gf2.vector(p, n)):
            kept.append(p)
    left = groups.commutant([*classified.strings.paulis(), *terms, *kept], n)
    for p in groups.maximal_isotropic(left):
        if span.insert(gf2.vector(p, n)):
            kept.append(p)
    return kept


def _against(strings: Sequence[Pauli], terms: Sequence[Pauli]) -> list[Pauli]:
    """A basis of the products of strings that commute with every term."""
    span = gf2.Echelon()
    kept = []
    for p in strings:
        row = sum(anticommute(p, t) << a for a, t in enumerate(terms))
        combination = span.insert(row)
        if combination is not None:
            product = groups.product([strings[k] for k in gf2.bits(combination)])
            kept.append(Pauli(product.x, product.z))
    return kept


def missing_rotations(
    parts: Sequence[Part], symmetries: Sequence[Pauli], n_qubits: int
) -> tuple[int, tuple[Pauli, ...]]:
    """How many products with symmetries the groups lack, and the first ones."""
    runs = [run for part in parts for runs in part.runs for run in runs]
    n_missing = sum((1 << len(symmetries)) - len(run) for run in runs)
    return n_missing, tuple(islice(_lacking(runs, symmetries), LISTED))


def _lacking(runs: Iterable[Sequence[Pauli]], symmetries: Sequence[Pauli]) -> Iterator[Pauli]:
    seen: set[Pauli] = set()
    for run in runs:
        inside = {*run}
        for s in islice(groups.elements(symmetries), len(run) + LISTED):
            product = Pauli(run[0].x ^ s.x, run[0].z ^ s.z)
            if product not in inside and product not in seen:
                seen.add(product)
                yield product
