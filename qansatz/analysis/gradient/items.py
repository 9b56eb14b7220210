"""The derivatives of single terms by single rotations that do not vanish, and the light cones they lie in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.circuits import (
    Numbers,
    PartialSchedule,
    Schedule,
    ScheduleTooLargeError,
)
from qansatz.analysis.gradient.families import basis
from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.analysis.gradient.patterns import Patterns
from qansatz.model.program import Model, Observable, Term
from qansatz.pauli.commuting import anticommuting_pair
from qansatz.pauli.tables import PauliTable, distinct

#: The most derivatives of single terms by single rotations that are scheduled one by one.
MAX_ITEMS: Final = 4_000_000

#: The most derivatives that are counted where there are too many.
MAX_COUNTED: Final = 1_000_000_000

_CONE_STRINGS: Final = 4096
_CONE_WORK: Final = 50_000_000


def items(
    model: Model,
    observable: Observable,
    wanted: npt.NDArray[np.bool_],
    patterns: Patterns,
    terms: Sequence[Term],
    chosen: Rows | None,
) -> tuple[Rows, Numbers]:
    """Rows and terms of the derivatives that do not vanish identically, of the rows that are their own ``chosen``.

    They vanish where the rotation lies outside the term's light cone, or where neither branch is flipped and A is
    Hermitian.
    """
    rows: list[npt.NDArray[np.int64]] = []
    numbers: list[npt.NDArray[np.int32]] = []
    n_items = at_most = 0
    is_own = None if chosen is None else chosen == np.arange(len(chosen))
    for a, felt in enumerate(_felt(model, patterns, terms)):
        kept = felt if is_own is None else felt[is_own[felt]]
        n_items += len(kept)
        if n_items <= MAX_ITEMS:
            rows.append(patterns.rows[kept])
            numbers.append(np.full(len(kept), a, dtype=np.int32))
        elif a * len(patterns.rows) > MAX_COUNTED:
            at_most += (len(terms) - a) * patterns.n_classes
            break
        at_most += len(distinct(patterns.label[kept]))
    if n_items > MAX_ITEMS:
        terms_commute = all_commute(terms)
        if terms_commute:
            at_most = min(at_most, len(patterns.rows))
        partial = _partial(model, observable, wanted, patterns, len(terms), terms_commute, at_most)
        if is_own is not None and not is_own.all():
            partial = replace(partial, at_least=min(1, partial.at_least))
        raise ScheduleTooLargeError(partial)
    if not rows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    row, number = np.concatenate(rows), np.concatenate(numbers)
    order = np.lexsort((number, row))
    return row[order], number[order]


def all_commute(terms: Sequence[Term]) -> bool:
    """Whether all terms of an observable commute, decided on independent ones."""
    n_qubits = max((term.pauli.x | term.pauli.z for term in terms), default=1).bit_length()
    table = PauliTable.from_paulis([term.pauli for term in terms], n_qubits)
    return anticommuting_pair(basis(table)) is None


def _felt(model: Model, patterns: Patterns, terms: Sequence[Term]) -> Iterator[Rows]:
    """For each term the places of ``found.rows`` whose derivatives do not vanish."""
    rotations = model.rotations
    masks = _cones(rotations.strings, rotations.string, patterns.active, terms)
    for a, term in enumerate(terms):
        inside = np.ones(len(patterns.rows), dtype=np.bool_)
        if masks is not None:
            cone = np.array([mask >> a & 1 for mask in masks], dtype=np.bool_)
            inside = cone[np.searchsorted(patterns.active, patterns.rows)]
        odd = rotations.strings.anticommute_with(term.pauli)[rotations.string[patterns.rows]]
        for place, q in patterns.witness.items():
            p = rotations.pauli(int(patterns.rows[place]))
            odd[place] = bool((term.pauli * p * q).phase & 1)
        yield np.flatnonzero(inside & (odd | (patterns.label != patterns.unflipped)))


def _partial(
    model: Model,
    observable: Observable,
    wanted: npt.NDArray[np.bool_],
    patterns: Patterns,
    n_terms: int,
    terms_commute: bool,
    at_most: int,
) -> PartialSchedule:
    return PartialSchedule(
        observable=observable.name,
        n_terms=n_terms,
        n_parameters=model.slots.n_parameters,
        n_rotations=int(wanted.sum()),
        n_active_rotations=len(patterns.rows),
        n_sign_patterns=patterns.n_plain,
        n_classes=patterns.n_classes,
        terms_commute=terms_commute,
        at_least=patterns.n_classes - (patterns.unflipped >= 0),
        at_most=at_most,
        reason=f"{n_terms} terms and {len(patterns.rows)} rotations make more than {MAX_ITEMS:,} observables",
    )


def _cones(
    strings: PauliTable, string: Numbers, active: Rows, terms: Sequence[Term]
) -> list[int] | None:
    """For each active row the terms that feel it, as bits; None for one term, or where it would take too long.

    A rotation is felt when it anticommutes with the term or with a later rotation that is felt.
    """
    used = np.unique(string[active])
    if len(terms) < 2 or len(used) > _CONE_STRINGS:
        return None
    table = strings.take(used)
    relation = table.anticommutation()
    place = np.searchsorted(used, string[active])
    if int(relation.sum(axis=1)[place].sum()) > _CONE_WORK:
        return None
    beside = [np.flatnonzero(row).tolist() for row in relation]
    direct = [0] * len(used)
    for a, term in enumerate(terms):
        for k in np.flatnonzero(table.anticommute_with(term.pauli)).tolist():
            direct[k] |= 1 << a
    felt = [0] * len(used)
    masks = []
    for k in reversed(place.tolist()):
        mask = direct[k]
        for other in beside[k]:
            mask |= felt[other]
        felt[k] |= mask
        masks.append(mask)
    return masks[::-1]


def light_cones(schedule: Schedule) -> list[int]:
    """For each active row the terms that can feel it, as bits; all of them where finding out takes too long."""
    rotations, active = schedule.model.rotations, schedule.patterns.active
    masks = _cones(rotations.strings, rotations.string, active, schedule.terms)
    every = (1 << len(schedule.terms)) - 1
    return [every] * len(active) if masks is None else masks
