"""The circuits that measure a gradient, from the sign patterns of its rotations.

Let U = R_L ⋯ R_1, |ψ⟩ = U|ψ₀⟩, and |ψ_s⟩ the same with angle l multiplied by s(l). An ancilla in |+⟩ and Z⊗P_l in
place of P_l where s(l) = −1 prepare |Φ_s⟩ = (|0⟩|ψ⟩ + |1⟩|ψ_s⟩)/√2. With s the sign pattern of rotation j up to the
stabilizer Q of |ψ₀⟩, the derivative of ⟨O_a⟩ by the angle of j is Im⟨ψ|A|ψ_s⟩ with A = O_a·P_j·Q, which is
⟨Y⊗A⟩ where A is Hermitian and ⟨X⊗(−iA)⟩ where it is not; without flips it is 0 or ⟨−iA⟩ with no ancilla.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.cover import Allowance, Cover, cover
from qansatz.analysis.gradient.equal_derivatives import Symmetries, orbits, symmetries
from qansatz.analysis.gradient.patterns import Patterns, Rows, patterns, signs
from qansatz.analysis.gradient.reflections import Reflections
from qansatz.analysis.gradient.slopes import differentiated
from qansatz.model.program import Model, Observable, Term
from qansatz.model.reals import Real, add, is_zero, multiply, negate
from qansatz.pauli.permutations import Images
from qansatz.pauli.strings import IDENTITY, Pauli, anticommute
from qansatz.pauli.tables import PauliTable, distinct

Numbers: TypeAlias = npt.NDArray[np.int32]

#: The most derivatives of single terms by single rotations that are scheduled one by one.
MAX_ITEMS: Final = 4_000_000

#: The most observables of a class that are compared in pairs; beyond, each term has a set of its own.
MAX_COMPARED: Final = 8192
#: Beyond so many rotations times terms, only whole rotations are compared, and not terms, under permutations.
MAX_COPIED: Final = 500_000
#: The most derivatives that are counted where there are too many.
MAX_COUNTED: Final = 1_000_000_000

_CONE_STRINGS: Final = 4096
_CONE_WORK: Final = 50_000_000


Progress: TypeAlias = Callable[[str], None]

INTERRUPTED: Final = "interrupted"
LIMITED: Final = "a limit ended the search of fewer circuits"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialSchedule:
    """What is known of a schedule that is too large to be listed: counts, and bounds on its circuits.

    One circuit for each class of patterns and each term felt there measures the gradient, since the observables of
    one term commute.
    """

    observable: str
    n_terms: int
    n_parameters: int
    n_rotations: int
    n_active_rotations: int
    n_sign_patterns: int
    n_classes: int
    at_least: int
    at_most: int
    reason: str

    def facts(self) -> list[tuple[str, str, str]]:
        """Label, value and one line of explanation of every number."""
        return [
            ("observable", self.observable, f"terms that can change: {self.n_terms}"),
            ("parameters", str(self.n_parameters), "components of the gradient"),
            ("rotations", str(self.n_rotations), "whose angle depends on a parameter"),
            ("active", str(self.n_active_rotations), "which the observable can feel"),
            (
                "sign patterns",
                str(self.n_sign_patterns),
                f"{self.n_classes} up to the initial state",
            ),
            (
                "circuits",
                f"{self.at_least} to {self.at_most}",
                "one a class at least, fewer where derivatives are equal; one a class and term at most"
                if self.at_least < self.n_classes - 1
                else "one a class at least, one a class and term at most",
            ),
        ]

    def __str__(self) -> str:
        lines = [f"{label}: {value} ({why})" for label, value, why in self.facts()]
        return "\n".join([*lines, f"incomplete: {self.reason}"])

    def _repr_html_(self) -> str:
        return _table(self.facts())


class ScheduleTooLargeError(ValueError):
    """An observable has too many terms for the number of rotations; ``partial`` is what is known."""

    def __init__(self, partial: PartialSchedule) -> None:
        super().__init__(partial.reason)
        self.partial = partial


@dataclass(frozen=True, slots=True)
class Measurement:
    """A Pauli string (positive; the ancilla is the last qubit) and its part in one rotation's derivative.

    The derivative of the cost by the angle of ``rotation`` is the sum of weight·⟨pauli⟩ over its measurements.
    """

    pauli: Pauli
    rotation: int
    weight: Real


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GradientCircuit:
    """One circuit: the active rotations, with Z of the ancilla before the strings of ``flipped`` rows.

    The ancilla starts in |+⟩; all ``measurements`` commute. Without ``ancilla`` nothing is flipped and the strings
    act on the circuit's own qubits.
    """

    index: int
    ancilla: bool
    flipped: Rows
    measurements: tuple[Measurement, ...]

    @property
    def rotations(self) -> tuple[int, ...]:
        """The rotations whose derivatives, or terms of them, are measured."""
        return tuple(sorted({m.rotation for m in self.measurements}))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Copies:
    """For items, ascending, the rows whose derivatives they give a term of; columns of equal length."""

    item: Rows
    row: Rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schedule:
    """A gradient as circuits.

    An *item* is the derivative of one term by one rotation: columns ``item_row`` (of ``Model.rotations``),
    ``item_term`` (of ``terms``) and ``item_circuit``, which ascends. ``circuit_class`` is the class of each circuit.
    ``bounds`` is, class by class, the proved least number of circuits for these items and ``cliques`` items of the
    class whose observables anticommute pairwise. ``vanishing`` pairs terms whose expectation is 0 for all parameters
    with a symmetry of the prepared state that shows it. ``stopped`` says what ended the search of fewer circuits
    before it was done; the circuits are all there. ``reflections`` gives each class the stabilizer of the initial
    state that leaves few rotations to be reversed. ``permutations`` of the qubits map the circuit, its state and the
    observable to themselves; items whose derivatives they show to be equal are measured once, and ``copies`` holds for
    what.
    """

    model: Model
    observable: Observable
    differentiated: npt.NDArray[np.bool_]
    terms: tuple[Term, ...]
    vanishing: tuple[tuple[Term, Pauli], ...]
    patterns: Patterns
    item_row: Rows
    item_term: Numbers
    item_circuit: Numbers
    circuit_class: Numbers
    bounds: Numbers
    cliques: tuple[tuple[int, ...], ...]
    stopped: str | None = None
    reflections: Reflections = field(repr=False)
    permutations: tuple[Images, ...] = ()
    copies: Copies | None = None

    @property
    def n_parameters(self) -> int:
        """The number of trainable parameters."""
        return self.model.slots.n_parameters

    @property
    def n_rotations(self) -> int:
        """The number of rotations whose angle depends on a parameter."""
        return int(self.differentiated.sum())

    @property
    def n_active_rotations(self) -> int:
        """The number of these that the observable can feel."""
        return len(self.patterns.rows)

    @property
    def n_circuits(self) -> int:
        """The number of circuits."""
        return len(self.circuit_class)

    @property
    def lower_bound(self) -> int:
        """A proved lower bound on the circuits of any schedule by these patterns and observables.

        Where derivatives are equal it holds whichever of them are measured: a class counts where all the derivatives
        equal to one of its own are its own, and a clique of it where none of its items has an equal.
        """
        if self.copies is None:
            return int(self.bounds.sum())
        return _bound_by_any_choice(self)

    @property
    def optimal(self) -> bool:
        """Whether no schedule by these patterns has fewer circuits, whichever of equal derivatives it measures."""
        return self.n_circuits == self.lower_bound

    def facts(self) -> list[tuple[str, str, str]]:
        """Label, value and one line of explanation of every number."""
        found = self.patterns
        proof = "no schedule by sign patterns has fewer" if self.optimal else "proved lower bound"
        equal = []
        if self.copies is not None:
            proof += ", whichever of equal derivatives are measured"
            n_equal = len(self.copies.row) - len(self.item_row)
            why = f"by {len(self.permutations)} permutations of the qubits; each is measured once"
            equal = [("equal", str(n_equal), f"derivatives of terms equal others {why}")]
        return [
            ("observable", self.observable.name, f"terms that can change: {len(self.terms)}"),
            ("parameters", str(self.n_parameters), "components of the gradient"),
            ("rotations", str(self.n_rotations), "whose angle depends on a parameter"),
            ("active", str(self.n_active_rotations), "which the observable can feel"),
            ("sign patterns", str(found.n_plain), f"{found.n_classes} up to the initial state"),
            *equal,
            ("circuits", str(self.n_circuits), "which measure the whole gradient"),
            ("lower bound", str(self.lower_bound), proof),
        ]

    def __str__(self) -> str:
        return "\n".join(f"{label}: {value} ({why})" for label, value, why in self.facts())

    def _repr_html_(self) -> str:
        return _table(self.facts())

    def flipped(self, circuit: int) -> Rows:
        """The rows that one circuit turns the other way in the branch of the ancilla, ascending."""
        k = int(self.circuit_class[circuit])
        active = self.patterns.active
        if k == self.patterns.unflipped:
            return np.zeros(0, dtype=np.int64)
        rotations = self.model.rotations
        pattern = signs(rotations.strings, rotations.string, active, int(self.patterns.last[k]))
        reflected = self.reflections.of(k)
        if reflected == IDENTITY:
            return pattern
        odd = rotations.strings.anticommute_with(reflected)[rotations.string[active]]
        odd[np.searchsorted(active, pattern)] ^= True
        return active[odd]

    def items(self, circuit: int) -> range:
        """The items that one circuit measures."""
        ends = np.searchsorted(self.item_circuit, (circuit, circuit + 1))
        return range(int(ends[0]), int(ends[1]))

    def circuit(self, index: int) -> GradientCircuit:
        """One circuit in full."""
        n = self.model.n_qubits
        ancilla = int(self.circuit_class[index]) != self.patterns.unflipped
        weights: dict[tuple[int, Pauli], Real] = {}
        for item in self.items(index):
            found = self.operator(item)
            pauli = with_ancilla(found, n) if ancilla else Pauli(found.x, found.z)
            weight = self.terms[self.item_term[item]].coefficient
            for row in self.rows_of(item):
                key = (row, pauli)
                signed = negate(weight) if found.phase & 2 else weight
                weights[key] = add(weights.get(key, 0), signed)
        return GradientCircuit(
            index=index,
            ancilla=ancilla,
            flipped=self.flipped(index),
            measurements=tuple(
                Measurement(pauli, row, weight)
                for (row, pauli), weight in weights.items()
                if not is_zero(weight)
            ),
        )

    def rows_of(self, item: int) -> list[int]:
        """The rows whose derivatives one item gives a term of: its own, and those that permutations make equal."""
        if self.copies is None:
            return [int(self.item_row[item])]
        start, end = np.searchsorted(self.copies.item, (item, item + 1))
        found: list[int] = self.copies.row[start:end].tolist()
        return found

    def circuits(self) -> Iterator[GradientCircuit]:
        """Every circuit in full, in order."""
        return map(self.circuit, range(self.n_circuits))

    def operator(self, item: int) -> Pauli:
        """A = O_a·P_j·Q of an item, phase included; Q carries the state of its circuit to that of its pattern."""
        place = int(np.searchsorted(self.patterns.rows, self.item_row[item]))
        pauli: Pauli = self.terms[self.item_term[item]].pauli
        pauli = pauli * self.model.rotations.pauli(int(self.item_row[item]))
        pauli = pauli * self.patterns.witness.get(place, IDENTITY)
        return pauli * self.reflections.of(int(self.patterns.label[place]))


def _bound_by_any_choice(schedule: Schedule) -> int:
    copies, found = schedule.copies, schedule.patterns
    if copies is None or not len(copies.item):
        return 0
    label = found.label[np.searchsorted(found.rows, copies.row)]
    starts = np.searchsorted(copies.item, np.arange(len(schedule.item_row)))
    least, most = np.minimum.reduceat(label, starts), np.maximum.reduceat(label, starts)
    alone = np.diff(starts, append=len(label)) == 1
    if len(found.rows) * len(schedule.terms) > MAX_COPIED:
        alone[:] = False
    forced = distinct(least[least == most])
    single = [int(alone[[*schedule.cliques[k]]].sum()) for k in forced.tolist()]
    return max(1, sum(max(1, n) for n in single))


def _table(facts: Sequence[Sequence[str]]) -> str:
    from html import escape

    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>" for cells in facts
    )
    return f"<table>{rows}</table>"


def with_ancilla(operator: Pauli, n_qubits: int) -> Pauli:
    """Y⊗A or X⊗(∓iA) as a positive string, the ancilla as qubit ``n_qubits``."""
    bit = 1 << n_qubits
    z = 0 if operator.phase & 1 else bit
    return Pauli(operator.x | bit, operator.z | z)


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
    found = _patterns(model, wanted, terms)
    vanishing = tuple(
        (term, symmetry)
        for term in terms
        if (symmetry := _against(term.pauli, found.symmetries)) is not None
    )
    if vanishing:
        gone = {term.pauli for term, _ in vanishing}
        terms = tuple(term for term in terms if term.pauli not in gone)
        found = _patterns(model, wanted, terms)
    known = symmetries(model, found.active, terms)
    chosen = _row_of_each(found, terms, known)
    rows, numbers = _items(model, observable, wanted, found, terms, chosen)
    copies = _represented(found, terms, known, rows, numbers, chosen)
    if copies is not None:
        kept = distinct(copies.item)
        copies = Copies(item=np.searchsorted(kept, copies.item), row=copies.row)
        rows, numbers = rows[kept], numbers[kept]
    stopped = None
    if len(terms) == 1 or not len(rows):
        parts = _one_circuit_a_class(found, rows)
    else:
        operators = _operators(model, found, terms, rows, numbers)
        deadline = None if time_limit is None else time.monotonic() + time_limit
        allowance = Allowance(effort, deadline)
        parts, stopped = _covered(
            found, rows, numbers, operators, rotations.strings.n_qubits, allowance, progress
        )
    circuit, circuit_class, bounds, cliques = parts
    order = np.argsort(circuit, kind="stable")
    place = np.argsort(order, kind="stable")
    return Schedule(
        model=model,
        observable=observable,
        differentiated=wanted,
        terms=terms,
        vanishing=vanishing,
        patterns=found,
        item_row=rows[order],
        item_term=numbers[order],
        item_circuit=circuit[order],
        circuit_class=circuit_class,
        bounds=bounds,
        cliques=tuple(tuple(int(place[item]) for item in clique) for clique in cliques),
        stopped=stopped,
        reflections=Reflections(
            rotations.strings, rotations.string, found, model.initial.stabilizers
        ),
        permutations=() if copies is None else known.permutations,
        copies=None if copies is None else _moved(copies, place),
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


def _items(
    model: Model,
    observable: Observable,
    wanted: npt.NDArray[np.bool_],
    found: Patterns,
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
    own = None if chosen is None else chosen == np.arange(len(chosen))
    for a, felt in enumerate(_felt(model, found, terms)):
        kept = felt if own is None else felt[own[felt]]
        n_items += len(kept)
        if n_items <= MAX_ITEMS:
            rows.append(found.rows[kept])
            numbers.append(np.full(len(kept), a, dtype=np.int32))
        elif a * len(found.rows) > MAX_COUNTED:
            at_most += (len(terms) - a) * found.n_classes
            break
        at_most += len(distinct(found.label[kept]))
    if n_items > MAX_ITEMS:
        partial = _partial(model, observable, wanted, found, len(terms), at_most)
        if own is not None and not own.all():
            partial = replace(partial, at_least=min(1, partial.at_least))
        raise ScheduleTooLargeError(partial)
    if not rows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    row, number = np.concatenate(rows), np.concatenate(numbers)
    order = np.lexsort((number, row))
    return row[order], number[order]


def _felt(model: Model, found: Patterns, terms: Sequence[Term]) -> Iterator[Rows]:
    """For each term the places of ``found.rows`` whose derivatives do not vanish."""
    rotations = model.rotations
    masks = _cones(rotations.strings, rotations.string, found.active, terms)
    for a, term in enumerate(terms):
        inside = np.ones(len(found.rows), dtype=np.bool_)
        if masks is not None:
            cone = np.array([mask >> a & 1 for mask in masks], dtype=np.bool_)
            inside = cone[np.searchsorted(found.active, found.rows)]
        odd = rotations.strings.anticommute_with(term.pauli)[rotations.string[found.rows]]
        for place, q in found.witness.items():
            p = rotations.pauli(int(found.rows[place]))
            odd[place] = bool((term.pauli * p * q).phase & 1)
        yield np.flatnonzero(inside & (odd | (found.label != found.unflipped)))


def _partial(
    model: Model,
    observable: Observable,
    wanted: npt.NDArray[np.bool_],
    found: Patterns,
    n_terms: int,
    at_most: int,
) -> PartialSchedule:
    return PartialSchedule(
        observable=observable.name,
        n_terms=n_terms,
        n_parameters=model.slots.n_parameters,
        n_rotations=int(wanted.sum()),
        n_active_rotations=len(found.rows),
        n_sign_patterns=found.n_plain,
        n_classes=found.n_classes,
        at_least=found.n_classes - (found.unflipped >= 0),
        at_most=at_most,
        reason=f"{n_terms} terms and {len(found.rows)} rotations make more than {MAX_ITEMS:,} observables",
    )


def _row_of_each(found: Patterns, terms: Sequence[Term], known: Symmetries) -> Rows | None:
    """For each row, by place, the one that is measured for it, where pairs with terms are too many to compare."""
    if not known.permutations or len(found.rows) * len(terms) <= MAX_COPIED:
        return None
    none = np.zeros(len(found.rows), dtype=np.int64)
    rows_only = Symmetries(known.permutations, known.rows, [none[:1]] * len(known.rows))
    places = np.searchsorted(found.active, found.rows)
    label = orbits(places, rows_only, places, none)
    return _chosen(label, found.label, found.unflipped)[label]


def _represented(
    found: Patterns,
    terms: Sequence[Term],
    known: Symmetries,
    rows: Rows,
    numbers: Numbers,
    chosen: Rows | None,
) -> Copies | None:
    """One item of each set that permutations show to be equal, in few classes; what each stands for."""
    if not len(rows) or not known.permutations:
        return None
    if chosen is not None:
        of_row = np.argsort(chosen, kind="stable")
        at = np.searchsorted(found.rows, rows)
        start = np.searchsorted(chosen[of_row], at)
        size = np.searchsorted(chosen[of_row], at, side="right") - start
        item = np.repeat(np.arange(len(rows)), size)
        offset = np.arange(len(item)) - np.repeat(np.cumsum(size) - size, size)
        return Copies(item=item, row=found.rows[of_row[start[item] + offset]])
    places = np.searchsorted(found.active, rows)
    keys = places * len(terms) + numbers
    label = orbits(keys, known, places, numbers.astype(np.int64))
    of_class = found.label[np.searchsorted(found.rows, rows)]
    item = _chosen(label, of_class, found.unflipped)[label]
    order = np.lexsort((rows, item))
    return Copies(item=item[order], row=rows[order])


def _chosen(label: Rows, of_class: Numbers, unflipped: int) -> Rows:
    """For each label an item that has it, greedily in the classes that give most labels that are still open."""
    inside: dict[int, dict[int, int]] = {}
    for item, (k, own) in enumerate(zip(of_class.tolist(), label.tolist(), strict=True)):
        inside.setdefault(k, {}).setdefault(own, item)
    chosen = np.full(len(label), -1, dtype=np.int64)
    heap = [(-len(labels), k != unflipped, k) for k, labels in inside.items()]
    heapify(heap)
    while heap:
        size, last, k = heappop(heap)
        open_ = {own: item for own, item in inside[k].items() if chosen[own] < 0}
        if len(open_) < -size:
            inside[k] = open_
            if open_:
                heappush(heap, (-len(open_), last, k))
            continue
        for own, item in open_.items():
            chosen[own] = item
    return chosen


def _moved(copies: Copies, place: Rows) -> Copies:
    item = place[copies.item]
    order = np.lexsort((copies.row, item))
    return Copies(item=item[order], row=copies.row[order])


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


_Parts: TypeAlias = tuple[Numbers, Numbers, Numbers, tuple[tuple[int, ...], ...]]


def _one_circuit_a_class(found: Patterns, rows: Rows) -> _Parts:
    """All observables of a class commute when O is one string."""
    label = found.label[np.searchsorted(found.rows, rows)]
    used, first, circuit = np.unique(label, return_index=True, return_inverse=True)
    bounds = np.zeros(found.n_classes, dtype=np.int32)
    bounds[used] = 1
    cliques: list[tuple[int, ...]] = [()] * found.n_classes
    for k, item in zip(used.tolist(), first.tolist(), strict=True):
        cliques[k] = (item,)
    return circuit.astype(np.int32), used.astype(np.int32), bounds, tuple(cliques)


def _operators(
    model: Model, found: Patterns, terms: Sequence[Term], rows: Rows, numbers: Numbers
) -> list[Pauli]:
    """The observable of every item, ancilla included (the unflipped class has none)."""
    rotations, n = model.rotations, model.n_qubits
    pauli = lru_cache(maxsize=1 << 16)(rotations.strings.pauli)
    places = np.searchsorted(found.rows, rows)
    operators = []
    for place, row, a in zip(places.tolist(), rows.tolist(), numbers.tolist(), strict=True):
        operator = terms[a].pauli * pauli(int(rotations.string[row]))
        operator = operator * found.witness.get(place, IDENTITY)
        if found.label[place] == found.unflipped:
            operators.append(Pauli(operator.x, operator.z))
        else:
            operators.append(with_ancilla(operator, n))
    return operators


def _covered(
    found: Patterns,
    rows: Rows,
    numbers: Numbers,
    operators: Sequence[Pauli],
    n_qubits: int,
    allowance: Allowance,
    progress: Progress | None,
) -> tuple[_Parts, str | None]:
    """Commuting sets of the observables of each class; equal observables are measured once.

    Every class has a cover at once; fewer sets are looked for until the allowance is spent, or an interrupt.
    """
    label = found.label[np.searchsorted(found.rows, rows)]
    order = np.argsort(label, kind="stable")
    used, starts = np.unique(label[order], return_index=True)
    ends = np.append(starts[1:], len(order))
    known: dict[tuple[int, ...], _Problem] = {}
    groups = [
        _group(order[start:end].tolist(), numbers, operators, n_qubits, known)
        for start, end in zip(starts, ends, strict=True)
    ]
    stopped = _improved(groups, allowance, progress)
    circuit = np.full(len(rows), -1, dtype=np.int32)
    bounds = np.zeros(found.n_classes, dtype=np.int32)
    cliques: list[tuple[int, ...]] = [()] * found.n_classes
    classes: list[int] = []
    for k, group in zip(used.tolist(), groups, strict=True):
        best = group.problem.cover
        for item, operator in zip(group.items, group.which, strict=True):
            circuit[item] = len(classes) + best.sets[operator]
        classes += [k] * best.n_sets
        bounds[k] = best.lower_bound
        first = dict(reversed([*zip(group.which, group.items, strict=True)]))
        cliques[k] = tuple(first[operator] for operator in best.clique)
    return (circuit, np.array(classes, dtype=np.int32), bounds, tuple(cliques)), stopped


@dataclass(slots=True)
class _Problem:
    """Operators in conflict and their best cover so far; without conflicts where they are too many to compare."""

    conflicts: tuple[int, ...] | None
    cover: Cover


@dataclass(frozen=True, slots=True)
class _Group:
    """The items of a class, and for each the number of its operator; classes alike share their problem."""

    items: list[int]
    which: list[int]
    problem: _Problem


def _group(
    items: list[int],
    numbers: Numbers,
    operators: Sequence[Pauli],
    n_qubits: int,
    known: dict[tuple[int, ...], _Problem],
) -> _Group:
    number: dict[Pauli, int] = {}
    which = [number.setdefault(operators[item], len(number)) for item in items]
    if len(number) > MAX_COMPARED:
        term = dict(zip(which, numbers[items].tolist(), strict=True))
        places: dict[int, int] = {}
        sets = tuple(places.setdefault(term[k], len(places)) for k in range(len(number)))
        whole = Cover(sets=sets, n_sets=len(places), clique=(0,), lower_bound=1)
        return _Group(items, which, _Problem(None, whole))
    conflicts = conflict_rows([*number], n_qubits + 1)
    if conflicts not in known:
        known[conflicts] = _Problem(conflicts, cover(conflicts, Allowance(0.0), exact=False))
    return _Group(items, which, known[conflicts])


def _improved(
    groups: Sequence[_Group], allowance: Allowance, progress: Progress | None
) -> str | None:
    """Look for fewer sets, one problem after the other; why that ended early, or None."""
    problems = {id(g.problem): g.problem for g in groups if not g.problem.cover.optimal}
    try:
        for done, problem in enumerate(problems.values()):
            if progress is not None:
                n_circuits = sum(g.problem.cover.n_sets for g in groups)
                progress(f"{n_circuits:,} circuits; class {done + 1:,} of {len(problems):,} ...")
            if problem.conflicts is not None:
                share = allowance.part(len(problems) - done)
                problem.cover = cover(problem.conflicts, share)
                allowance.spend(1e6 * share.spent)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        if progress is not None:
            progress("")
    return None if all(p.cover.optimal for p in problems.values()) else LIMITED


def conflict_rows(paulis: Sequence[Pauli], n_qubits: int) -> tuple[int, ...]:
    """For each string, the strings that anticommute with it, as bits."""
    matrix: Any = PauliTable.from_paulis(paulis, n_qubits).anticommutation()
    packed = np.packbits(matrix, axis=1, bitorder="little")
    return tuple(int.from_bytes(row.tobytes(), "little") for row in packed)
