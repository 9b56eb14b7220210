"""The terms of an observable in sets that commute, which one circuit each measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.cover import Allowance, Cover, cover
from qansatz.analysis.gradient.covering import conflict_rows
from qansatz.analysis.gradient.shots import Floats
from qansatz.model.program import Term
from qansatz.pauli.strings import Pauli

#: The most terms of an observable for which a least number of commuting sets is looked for.
MAX_COVERED: Final = 500


def commuting_terms(schedule: Schedule) -> list[list[Pauli]]:
    """The terms of the observable in the commuting sets that parameter shift measures, in order."""
    return group_weights(schedule.terms, commuting_sets(schedule.terms))[1]


def commuting_sets(terms: Sequence[Term]) -> Cover:
    """The terms of O in commuting sets."""
    n = max((term.pauli.x | term.pauli.z for term in terms), default=1).bit_length()
    small = len(terms) <= MAX_COVERED
    return cover(conflict_rows([term.pauli for term in terms], n), Allowance(2.0), exact=small)


def group_weights(terms: Sequence[Term], groups: Cover) -> tuple[Floats, list[list[Pauli]]]:
    """For each set Σ|coefficient| of its terms, and their strings."""
    weights = np.zeros(groups.n_sets)
    members: list[list[Pauli]] = [[] for _ in range(groups.n_sets)]
    for term, k in zip(terms, groups.sets, strict=True):
        weights[k] += abs(float(term.coefficient))
        members[k].append(term.pauli)
    return weights, members
