"""A schedule, what is compared with it, and the limit of many layers: as sheets and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from qansatz.emit.expressions import affine_text, named
from qansatz.model.angles import Affine
from qansatz.pauli.words import short, word
from qansatz.sheets import INCOMPLETE, Cell, Remark, Sheet, Table
from qansatz.views.shapes import (
    DECIMAL,
    INTEGER,
    NUMBER,
    TEXT,
    TRUTH,
    Shape,
    field,
    listed,
    mapping,
    optional,
    record,
)

if TYPE_CHECKING:
    from qansatz.analysis.gradient.circuits import (
        GradientCircuit,
        Measurement,
        PartialSchedule,
        Schedule,
    )
    from qansatz.analysis.gradient.measurability import Measurability
    from qansatz.analysis.gradient.pattern_circuit import Rows
    from qansatz.analysis.limit.efficiency import LimitEfficiency
    from qansatz.analysis.limit.witness import Witness
    from qansatz.cost.comparison import Comparison
    from qansatz.cost.counted_methods import CountedMethod
    from qansatz.model.program import Model, Term
    from qansatz.pauli.strings import Pauli

_STRINGS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A schedule and what stands beside it; None where an interrupt came first. ``stopped`` says what is incomplete."""

    schedule: Schedule
    goal: str
    precision: float
    limit: LimitEfficiency | None
    groups: Measurability | None
    compared: Comparison | None
    stopped: tuple[str, ...]


# Sheets


def sheets(answer: Scheduled, most: int | None) -> Iterator[Sheet]:
    """The schedule, the groups, the limit, the comparison, and at most so many circuits."""
    yield answer.schedule.sheet()
    if answer.groups is not None:
        yield answer.groups.sheet()
    if answer.limit is not None:
        yield answer.limit.sheet()
    if answer.compared is not None:
        yield answer.compared.sheet()
    circuits = circuits_sheet(answer.schedule, most)
    ended = (reason for reason in answer.stopped if reason != answer.schedule.stopped)
    yield replace(circuits, remarks=tuple(Remark(INCOMPLETE, reason) for reason in ended))


def circuits_sheet(schedule: Schedule, most: int | None) -> Sheet:
    """At most so many circuits of a schedule: what they differentiate, and the strings they measure."""
    labels = schedule.model.slots.labels()
    n_shown = schedule.n_circuits if most is None else min(most, schedule.n_circuits)
    rows = [_circuit_row(schedule.model, schedule.circuit(k), labels) for k in range(n_shown)]
    more = schedule.n_circuits - n_shown
    table = Table(
        head=("circuit", "ancilla", "reversed", "parameters", "measured"),
        rows=tuple(rows),
        more=f"{more} more; --all shows them" if more else "",
    )
    return Sheet(title="Circuits", tables=(table,) if rows else ())


def _circuit_row(model: Model, circuit: GradientCircuit, labels: list[str]) -> tuple[Cell, ...]:
    from qansatz.analysis.gradient.slopes import slopes

    slots = sorted({slot for row in circuit.rotations for slot, _ in slopes(model, row)})
    width = model.n_qubits + circuit.ancilla
    strings = list(dict.fromkeys(short(m.pauli, width) for m in circuit.measurements))
    return (
        circuit.index,
        circuit.ancilla,
        len(circuit.flipped),
        _some([labels[slot] for slot in slots]),
        _some(strings),
    )


def _some(texts: list[str]) -> str:
    more = f" and {len(texts) - _STRINGS} more" if len(texts) > _STRINGS else ""
    return ", ".join(texts[:_STRINGS]) + more


# JSON


_GROUPS: Final[Shape[Measurability]] = record(
    field("at_least", INTEGER, lambda m: m.at_least),
    field("at_most", INTEGER, lambda m: m.at_most),
    field("exact", TRUTH, lambda m: m.exact),
    field(
        "efficiency",
        optional(NUMBER),
        lambda m: None if m.efficiency is None else float(m.efficiency),
    ),
    field("witnesses", listed(INTEGER), lambda m: m.witnesses),
    field("method", TEXT, lambda m: m.method),
)

_OPTIMUM: Final[Shape[LimitEfficiency]] = record(
    field("symmetries", listed(TEXT), lambda e: [word(p, e.n_qubits) for p in e.symmetries]),
    field("per_group", DECIMAL, lambda e: e.optimum),
    field("n_missing", DECIMAL, lambda e: e.n_missing),
    field("missing", listed(TEXT), lambda e: [word(p, e.n_qubits) for p in e.missing]),
)

_WITNESS: Final[Shape[tuple[Witness, int]]] = record(
    field("n_periods", INTEGER, lambda w: w[0].n_periods),
    field("quarter_turns", listed(listed(INTEGER)), lambda w: w[0].quarter_turns),
    field("pair", listed(listed(INTEGER)), lambda w: w[0].pair),
    field("strings", listed(TEXT), lambda w: [word(p, w[1]) for p in w[0].strings]),
    field("term", TEXT, lambda w: word(w[0].term, w[1])),
)

_LIMIT: Final[Shape[LimitEfficiency]] = record(
    field("exact", TRUTH, lambda e: e.exact),
    field(
        "efficiency",
        optional(NUMBER),
        lambda e: None if e.efficiency is None else float(e.efficiency),
    ),
    field(
        "efficiency_at_least",
        optional(NUMBER),
        lambda e: None if e.efficiency_at_least is None else float(e.efficiency_at_least),
    ),
    field(
        "efficiency_at_most",
        optional(NUMBER),
        lambda e: None if e.efficiency_at_most is None else float(e.efficiency_at_most),
    ),
    field("n_layers", INTEGER, lambda e: e.n_layers),
    field("n_rotations", INTEGER, lambda e: e.n_rotations),
    field("groups_at_least", INTEGER, lambda e: e.at_least),
    field("groups_at_most", INTEGER, lambda e: e.at_most),
    field("dimension", DECIMAL, lambda e: e.dimension),
    field("name", TEXT, lambda e: e.name),
    field("bound", optional(DECIMAL), lambda e: e.bound),
    field("slack", optional(DECIMAL), lambda e: e.slack),
    field("independent", TRUTH, lambda e: e.independent),
    field("optimum", _OPTIMUM, lambda e: e),
    field(
        "witness",
        optional(_WITNESS),
        lambda e: None if e.witness is None else (e.witness, e.n_qubits),
    ),
    field("hypotheses", listed(TEXT), lambda e: e.hypotheses),
    field("reason", optional(TEXT), lambda e: e.reason),
)

_VANISHING: Final[Shape[tuple[Term, Pauli, int]]] = record(
    field("pauli", TEXT, lambda v: word(v[0].pauli, v[2])),
    field("symmetry", TEXT, lambda v: word(v[1], v[2])),
)

_METHOD: Final[Shape[CountedMethod]] = record(
    field("name", TEXT, lambda m: m.name),
    field("label", TEXT, lambda m: m.label),
    field("n_circuits", optional(INTEGER), lambda m: m.n_circuits),
    field("n_observables", INTEGER, lambda m: m.n_observables),
    field("n_shots", optional(INTEGER), lambda m: m.n_shots),
    field("hqc", optional(NUMBER), lambda m: m.hqc),
    field("note", TEXT, lambda m: m.note),
)


@dataclass(frozen=True, slots=True)
class _Circuit:
    """A circuit of a schedule, its rotations as they are written."""

    schedule: Schedule
    circuit: GradientCircuit

    @property
    def width(self) -> int:
        return self.schedule.model.n_qubits + self.circuit.ancilla

    @property
    def pattern_of(self) -> int | None:
        """The rotation whose sign pattern the circuit has."""
        if not self.circuit.ancilla:
            return None
        number = int(self.schedule.circuit_class[self.circuit.index])
        return self.written([int(self.schedule.patterns.last[number])])[0]

    def written(self, rows: Rows | list[int]) -> list[int]:
        """Rotations, by their number as written."""
        numbers: list[int] = sorted(self.schedule.model.rotations.written[rows].tolist())
        return numbers


_MEASUREMENT: Final[Shape[tuple[Measurement, _Circuit]]] = record(
    field("pauli", TEXT, lambda m: word(m[0].pauli, m[1].width)),
    field("rotation", INTEGER, lambda m: m[1].written([m[0].rotation])[0]),
    field("weight", NUMBER, lambda m: float(m[0].weight)),
)

_CIRCUIT: Final[Shape[_Circuit]] = record(
    field("rotations", listed(INTEGER), lambda c: c.written([*c.circuit.rotations])),
    field("ancilla", TRUTH, lambda c: c.circuit.ancilla),
    field("pattern_of", optional(INTEGER), lambda c: c.pattern_of),
    field("n_reversed", INTEGER, lambda c: len(c.circuit.flipped)),
    field("reversed", listed(INTEGER), lambda c: c.written(c.circuit.flipped)),
    field("active", listed(INTEGER), lambda c: c.written(c.schedule.patterns.active)),
    field("observables", listed(_MEASUREMENT), lambda c: [(m, c) for m in c.circuit.measurements]),
)


@dataclass(frozen=True, slots=True)
class _Executed:
    """A rotation that the circuits of a schedule execute, behind which all fixed gates stand."""

    model: Model
    row: int
    names: tuple[str, ...]

    @property
    def angle(self) -> str:
        """The angle in the names of the exports, exact where it is."""
        angle = self.model.rotations.angle(self.row)
        if isinstance(angle, Affine):
            return affine_text(angle, self.names)
        import sympy

        return str(named(angle, [sympy.Symbol(name) for name in self.names]))


_EXECUTED: Final[Shape[_Executed]] = record(
    field("rotation", INTEGER, lambda e: int(e.model.rotations.written[e.row])),
    field("pauli", TEXT, lambda e: word(e.model.rotations.pauli(e.row), e.model.n_qubits)),
    field("angle", TEXT, lambda e: e.angle),
)


def _executed(schedule: Schedule) -> list[_Executed]:
    """The active rotations in time order."""
    names = tuple(schedule.model.slots.identifiers())
    return [_Executed(schedule.model, row, names) for row in schedule.patterns.active.tolist()]


def _circuits(schedule: Schedule) -> list[_Circuit]:
    return [_Circuit(schedule, schedule.circuit(k)) for k in range(schedule.n_circuits)]


def _baseline(schedule: Schedule) -> dict[str, int]:
    from qansatz.cost.comparison import baseline_circuits

    return baseline_circuits(schedule)


SCHEDULE: Final[Shape[Scheduled]] = record(
    field("observable", TEXT, lambda a: a.schedule.observable.name),
    field("n_parameters", INTEGER, lambda a: a.schedule.n_parameters),
    field("n_rotations", INTEGER, lambda a: a.schedule.n_rotations),
    field("n_active_rotations", INTEGER, lambda a: a.schedule.n_active_rotations),
    field("n_sign_patterns", INTEGER, lambda a: a.schedule.patterns.n_plain),
    field("n_classes", INTEGER, lambda a: a.schedule.patterns.n_classes),
    field("n_circuits", INTEGER, lambda a: a.schedule.n_circuits),
    field("lower_bound", INTEGER, lambda a: a.schedule.lower_bound),
    field("optimal", TRUTH, lambda a: a.schedule.optimal),
    field("stopped", listed(TEXT), lambda a: a.stopped),
    field("baseline_circuits", mapping(INTEGER), lambda a: _baseline(a.schedule)),
    field("measurability", optional(_GROUPS), lambda a: a.groups),
    field("limit", optional(_LIMIT), lambda a: a.limit),
    field("permutations", listed(listed(INTEGER)), lambda a: a.schedule.permutations),
    field("n_equal", INTEGER, lambda a: a.schedule.n_equal),
    field(
        "vanishing_terms",
        listed(_VANISHING),
        lambda a: [(*pair, a.schedule.model.n_qubits) for pair in a.schedule.vanishing],
    ),
    field("executed", listed(_EXECUTED), lambda a: _executed(a.schedule)),
    field("circuits", listed(_CIRCUIT), lambda a: _circuits(a.schedule)),
    field("goal", TEXT, lambda a: a.goal),
    field("precision", NUMBER, lambda a: a.precision),
    field("best", optional(TEXT), lambda a: None if a.compared is None else a.compared.best),
    field("methods", listed(_METHOD), lambda a: a.compared.methods if a.compared else ()),
    field(
        "classical", optional(TEXT), lambda a: None if a.compared is None else a.compared.classical
    ),
    field("assumptions", listed(TEXT), lambda a: a.compared.assumptions if a.compared else ()),
)

#: A schedule that is too large to be listed.
PARTIAL: Final[Shape[PartialSchedule]] = record(
    field("observable", TEXT, lambda p: p.observable),
    field("n_parameters", INTEGER, lambda p: p.n_parameters),
    field("n_rotations", INTEGER, lambda p: p.n_rotations),
    field("n_active_rotations", INTEGER, lambda p: p.n_active_rotations),
    field("n_sign_patterns", INTEGER, lambda p: p.n_sign_patterns),
    field("n_classes", INTEGER, lambda p: p.n_classes),
    field("n_circuits", optional(INTEGER), lambda p: None),
    field("lower_bound", INTEGER, lambda p: p.at_least),
    field("upper_bound", INTEGER, lambda p: p.at_most),
    field("optimal", TRUTH, lambda p: False),
    field("circuits", listed(TEXT), lambda p: ()),
    field("stopped", listed(TEXT), lambda p: [p.reason]),
)
