"""The circuits that measure a gradient, from the sign patterns of its rotations.

Let U = R_L ⋯ R_1, |ψ⟩ = U|ψ₀⟩, and |ψ_s⟩ the same with angle l multiplied by s(l). An ancilla in |+⟩ and Z⊗P_l in
place of P_l where s(l) = −1 prepare |Φ_s⟩ = (|0⟩|ψ⟩ + |1⟩|ψ_s⟩)/√2. With s the sign pattern of rotation j up to the
stabilizer Q of |ψ₀⟩, the derivative of ⟨O_a⟩ by the angle of j is Im⟨ψ|A|ψ_s⟩ with A = O_a·P_j·Q, which is
⟨Y⊗A⟩ where A is Hermitian and ⟨X⊗(−iA)⟩ where it is not; without flips it is 0 or ⟨−iA⟩ with no ancilla.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.circuits import Copies, Schedule
from qansatz.analysis.gradient.copies import moved, represented, row_of_each
from qansatz.analysis.gradient.cover import Allowance
from qansatz.analysis.gradient.covering import covered, one_circuit_a_class, operators_of
from qansatz.analysis.gradient.equal_derivatives import symmetries
from qansatz.analysis.gradient.items import items
from qansatz.analysis.gradient.patterns import Patterns, patterns
from qansatz.analysis.gradient.reflections import Reflections
from qansatz.analysis.gradient.slopes import differentiated
from qansatz.model.program import Model, Observable, Term
from qansatz.model.reals import is_zero, multiply
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import distinct
from qansatz.progress import Progress


def schedule(
    model: Model,
    observable: Observable | None = None,
    *,
    effort: float = 10.0,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Schedule:
    """Few circuits that together measure the gradient of an observable (the first, unless one is given).

    For a single Pauli string there is one circuit for each class of patterns, which is the least. The observables of
    a sum are covered by commuting sets class by class; ``effort`` is about how many seconds fewer sets are searched,
    counted in work, so that the result depends on nothing else. With ``time_limit`` it is searched for so many seconds
    by the clock instead. An interrupt ends that search too, and the sets so far are kept.

    Raises:
        ValueError: where the model has no observable.
        ScheduleTooLargeError: where a sum makes more than ``MAX_ITEMS`` observables.
    """
    if observable is None:
        if not model.observables:
            raise ValueError("the ansatz has no observable, so there is no gradient to measure")
        observable = model.observables[0]
    rotations = model.rotations
    wanted = differentiated(model)
    terms = _terms(observable)
    patterns = _patterns(model, wanted, terms)
    vanishing = tuple(
        (term, symmetry)
        for term in terms
        if (symmetry := _against(term.pauli, patterns.symmetries)) is not None
    )
    if vanishing:
        gone = {term.pauli for term, _ in vanishing}
        terms = tuple(term for term in terms if term.pauli not in gone)
        patterns = _patterns(model, wanted, terms)
    equal = symmetries(model, patterns.active, terms)
    chosen = row_of_each(patterns, terms, equal)
    rows, numbers = items(model, observable, wanted, patterns, terms, chosen)
    copies = represented(patterns, terms, equal, rows, numbers, chosen)
    if copies is not None:
        kept = distinct(copies.item)
        copies = Copies(item=np.searchsorted(kept, copies.item), row=copies.row)
        rows, numbers = rows[kept], numbers[kept]
    stopped = None
    if len(terms) == 1 or not len(rows):
        parts = one_circuit_a_class(patterns, rows)
    else:
        operators = operators_of(model, patterns, terms, rows, numbers)
        deadline = None if time_limit is None else time.monotonic() + time_limit
        allowance = Allowance(effort, deadline)
        parts, stopped = covered(patterns, rows, numbers, terms, operators, allowance, progress)
    circuit, circuit_class, bounds, cliques = parts
    order = np.argsort(circuit, kind="stable")
    place = np.argsort(order, kind="stable")
    return Schedule(
        model=model,
        observable=observable,
        differentiated=wanted,
        terms=terms,
        vanishing=vanishing,
        patterns=patterns,
        item_row=rows[order],
        item_term=numbers[order],
        item_circuit=circuit[order],
        circuit_class=circuit_class,
        bounds=bounds,
        cliques=tuple(tuple(int(place[item]) for item in clique) for clique in cliques),
        stopped=stopped,
        reflections=Reflections(
            rotations.strings, rotations.string, patterns, model.initial.stabilizers
        ),
        permutations=() if copies is None else equal.permutations,
        copies=None if copies is None else moved(copies, place),
    )


def _terms(observable: Observable) -> tuple[Term, ...]:
    """The terms that are no multiple of the identity, as positive strings."""
    return tuple(
        Term(
            multiply(term.coefficient, -1 if term.pauli.phase else 1), term.pauli._replace(phase=0)
        )
        for term in observable.pulled_back
        if term.pauli.x | term.pauli.z and not is_zero(term.coefficient)
    )


def _patterns(model: Model, wanted: npt.NDArray[np.bool_], terms: Sequence[Term]) -> Patterns:
    return patterns(
        model.rotations.strings,
        model.rotations.string,
        wanted,
        [term.pauli for term in terms],
        model.initial.stabilizers,
    )


def _against(pauli: Pauli, symmetries: Sequence[Pauli]) -> Pauli | None:
    """A symmetry that anticommutes with a string: its expectation is then 0."""
    return next((s for s in symmetries if anticommute(s, pauli)), None)
