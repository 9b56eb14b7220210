"""A schedule: the circuits that measure a gradient, and what is known of one that is too large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.analysis.gradient.patterns import Patterns, signs
from qansatz.analysis.gradient.reflections import Reflections
from qansatz.model.program import Model, Observable, Term
from qansatz.model.reals import Real, add, is_zero, negate
from qansatz.pauli.permutations import Images
from qansatz.pauli.strings import IDENTITY, Pauli
from qansatz.pauli.tables import distinct
from qansatz.pauli.words import short
from qansatz.sheets import INCOMPLETE, Fact, Remark, Sheet, html

Numbers: TypeAlias = npt.NDArray[np.int32]

#: Beyond so many rotations times terms, only whole rotations are compared, and not terms, under permutations.
MAX_COPIED: Final = 500_000


INTERRUPTED: Final = "interrupted"
LIMITED: Final = "a limit ended the search of fewer circuits"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialSchedule:
    """What is known of a schedule that is too large to be listed: counts, and bounds on its circuits.

    One circuit for each class of patterns and each term felt there measures the gradient, since the observables of
    one term commute; where all terms do (``terms_commute``), one for each rotation does.
    """

    observable: str
    n_terms: int
    n_parameters: int
    n_rotations: int
    n_active_rotations: int
    n_sign_patterns: int
    n_classes: int
    terms_commute: bool
    at_least: int
    at_most: int
    reason: str

    def sheet(self) -> Sheet:
        """The counts, the bounds on the circuits, and why there is no more."""
        fewer = self.at_least < self.n_classes - 1
        by_rotation = self.terms_commute and self.at_most == self.n_active_rotations
        most = "rotation" if by_rotation else "class and term"
        least = "one per class" + (", or fewer where derivatives are equal," if fewer else "")
        return Sheet(
            title="Circuits of the gradient",
            facts=(
                *_subject(self, self.n_terms),
                _patterns(self.n_sign_patterns, self.n_classes),
                Fact(
                    "circuits",
                    f"{self.at_least} to {self.at_most}",
                    f"between {least} and one per {most}",
                    certainty="bound",
                    key="schedule.lower_bound",
                ),
            ),
            remarks=(Remark(INCOMPLETE, self.reason),),
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


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
    def n_equal(self) -> int:
        """How many derivatives of terms equal others, and are not measured themselves."""
        return 0 if self.copies is None else len(self.copies.row) - len(self.item_row)

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

    def sheet(self) -> Sheet:
        """The counts, with the proved lower bound, and the terms that need no circuit."""
        n = self.model.n_qubits
        ended = [] if self.stopped is None else [Remark(INCOMPLETE, self.stopped)]
        return Sheet(
            title="Circuits of the gradient",
            facts=(
                *_subject(self, len(self.terms)),
                _patterns(self.patterns.n_plain, self.patterns.n_classes),
                *self._equal(),
                Fact(
                    "circuits",
                    str(self.n_circuits),
                    "which measure the whole gradient",
                    key="schedule.n_circuits",
                ),
                self._bound(),
            ),
            remarks=(
                *(
                    Remark(
                        "zero for all parameters",
                        f"<{short(term.pauli, n)}>, against the symmetry {short(symmetry, n)} of "
                        "the state",
                    )
                    for term, symmetry in self.vanishing
                ),
                *ended,
            ),
        )

    def _equal(self) -> list[Fact]:
        if self.copies is None:
            return []
        why = f"by {len(self.permutations)} permutations of the qubits; each is measured once"
        return [
            Fact(
                "equal",
                str(self.n_equal),
                f"derivatives of terms equal others {why}",
                key="schedule.n_equal",
            )
        ]

    def _bound(self) -> Fact:
        proof = "no schedule by sign patterns has fewer" if self.optimal else "proved lower bound"
        if self.copies is not None:
            proof += ", whichever of equal derivatives are measured"
        return Fact("lower bound", str(self.lower_bound), proof, key="schedule.lower_bound")

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())

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
            operator = self.operator(item)
            pauli = with_ancilla(operator, n) if ancilla else Pauli(operator.x, operator.z)
            weight = self.terms[self.item_term[item]].coefficient
            for row in self.rows_of(item):
                key = (row, pauli)
                signed = negate(weight) if operator.phase & 2 else weight
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
        copied: list[int] = self.copies.row[start:end].tolist()
        return copied

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
    copies, patterns = schedule.copies, schedule.patterns
    if copies is None or not len(copies.item):
        return 0
    label = patterns.label[np.searchsorted(patterns.rows, copies.row)]
    starts = np.searchsorted(copies.item, np.arange(len(schedule.item_row)))
    least, most = np.minimum.reduceat(label, starts), np.maximum.reduceat(label, starts)
    alone = np.diff(starts, append=len(label)) == 1
    if len(patterns.rows) * len(schedule.terms) > MAX_COPIED:
        alone[:] = False
    forced = distinct(least[least == most])
    single = [int(alone[[*schedule.cliques[k]]].sum()) for k in forced.tolist()]
    return max(1, sum(max(1, n) for n in single))


def _subject(counts: Schedule | PartialSchedule, n_terms: int) -> tuple[Fact, ...]:
    """What a schedule measures."""
    name = counts.observable if isinstance(counts, PartialSchedule) else counts.observable.name
    return (
        Fact("observable", name, f"terms that can change: {n_terms}", key="schedule.observable"),
        Fact(
            "parameters",
            str(counts.n_parameters),
            "components of the gradient",
            key="schedule.n_parameters",
        ),
        Fact(
            "rotations",
            str(counts.n_rotations),
            "whose angle depends on a parameter",
            key="schedule.n_rotations",
        ),
        Fact(
            "active",
            str(counts.n_active_rotations),
            "which the observable can feel",
            key="schedule.n_active_rotations",
        ),
    )


def _patterns(n_patterns: int, n_classes: int) -> Fact:
    return Fact(
        "sign patterns",
        str(n_patterns),
        f"{n_classes} up to the initial state",
        key="schedule.n_sign_patterns",
    )


def with_ancilla(operator: Pauli, n_qubits: int) -> Pauli:
    """Y⊗A or X⊗(∓iA) as a positive string, the ancilla as qubit ``n_qubits``."""
    bit = 1 << n_qubits
    z = 0 if operator.phase & 1 else bit
    return Pauli(operator.x | bit, operator.z | z)
