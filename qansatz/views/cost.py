"""A cost as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qansatz.analysis.gradient.methods import (
    PARAMETER_SHIFT,
    PARAMETER_SHIFT_ACTIVE,
    PYTKET_DEFAULT,
)
from qansatz.machines import MACHINES
from qansatz.views.shapes import (
    INTEGER,
    NUMBER,
    TEXT,
    TRUTH,
    Shape,
    field,
    listed,
    optional,
    record,
)

if TYPE_CHECKING:
    from qansatz.cost.resources import Resources
    from qansatz.cost.result import Cost, PricedMethod
    from qansatz.sheets import Fact

_RESOURCES: Final[Shape[Resources]] = record(
    field("one_qubit_gates", INTEGER, lambda r: r.one_qubit_gates),
    field("two_qubit_gates", INTEGER, lambda r: r.two_qubit_gates),
    field("two_qubit_depth", INTEGER, lambda r: r.two_qubit_depth),
    field("measurements", INTEGER, lambda r: r.measurements),
)

_METHOD: Final[Shape[tuple[PricedMethod, Cost]]] = record(
    field("name", TEXT, lambda m: m[0].name),
    field("label", TEXT, lambda m: m[0].label),
    field("n_circuits", INTEGER, lambda m: m[0].n_circuits),
    field("n_counted", INTEGER, lambda m: m[0].n_counted),
    field("one_qubit_gates", NUMBER, lambda m: m[0].one_qubit_gates),
    field("two_qubit_gates", NUMBER, lambda m: m[0].two_qubit_gates),
    field("two_qubit_depth", INTEGER, lambda m: m[0].two_qubit_depth),
    field("measurements", NUMBER, lambda m: m[0].measurements),
    field("hqc_evaluation", optional(NUMBER), lambda m: m[1].price("evaluation", m[0].name)),
    field("hqc", optional(NUMBER), lambda m: m[0].hqc),
    field("n_shots", INTEGER, lambda m: m[0].n_shots),
    field("hqc_at_precision", optional(NUMBER), lambda m: m[0].hqc_at_precision),
    field("n_shots_at_precision", optional(INTEGER), lambda m: m[0].n_shots_at_precision),
    field("note", TEXT, lambda m: m[0].note),
    field("hqc_gradient", optional(NUMBER), lambda m: m[1].price("gradient", m[0].name)),
    field("hqc_epoch", optional(NUMBER), lambda m: m[1].price("epoch", m[0].name)),
    field("hqc_run", optional(NUMBER), lambda m: m[1].price("run", m[0].name)),
)

_NUMBER: Final[Shape[Fact]] = record(
    field("label", TEXT, lambda f: f.label),
    field("value", TEXT, lambda f: f.value),
    field("explanation", TEXT, lambda f: f.explanation),
)

COST: Final[Shape[Cost]] = record(
    field("one_qubit_gates", INTEGER, lambda c: c.largest.one_qubit_gates),
    field("two_qubit_gates", INTEGER, lambda c: c.largest.two_qubit_gates),
    field("two_qubit_depth", INTEGER, lambda c: c.largest.two_qubit_depth),
    field("measurements", INTEGER, lambda c: c.largest.measurements),
    field("hqc_forward", NUMBER, lambda c: c.hqc_forward),
    field("hqc_gradient", optional(NUMBER), lambda c: c.price("gradient")),
    field(
        "hqc_gradient_parameter_shift",
        optional(NUMBER),
        lambda c: c.price("gradient", PARAMETER_SHIFT.name),
    ),
    field(
        "hqc_gradient_parameter_shift_active",
        optional(NUMBER),
        lambda c: c.price("gradient", PARAMETER_SHIFT_ACTIVE.name),
    ),
    field(
        "hqc_gradient_pytket_default",
        optional(NUMBER),
        lambda c: c.price("gradient", PYTKET_DEFAULT.name),
    ),
    field("hqc_epoch", optional(NUMBER), lambda c: c.price("epoch")),
    field("hqc_run", optional(NUMBER), lambda c: c.price("run")),
    field("hqc_confirmed", TRUTH, lambda c: MACHINES[c.target].priced),
    field("fidelity", NUMBER, lambda c: c.fidelity),
    field("fidelity_gradient", optional(NUMBER), lambda c: c.gradient_fidelity),
    field("fidelity_source", TEXT, lambda c: MACHINES[c.target].source),
    field("target", TEXT, lambda c: c.target),
    field("purpose", TEXT, lambda c: c.purpose),
    field("observable", optional(TEXT), lambda c: c.observable),
    field("shots", INTEGER, lambda c: c.shots),
    field("data", INTEGER, lambda c: c.data),
    field("epochs", INTEGER, lambda c: c.epochs),
    field("exact", TRUTH, lambda c: c.exact),
    field("forward", listed(_RESOURCES), lambda c: c.forward),
    field("ways", listed(_METHOD), lambda c: [(method, c) for method in c.methods]),
    field("numbers", listed(_NUMBER), lambda c: c.sheet().facts),
    field("summary", TEXT, lambda c: c.verdict()),
    field("notes", listed(TEXT), lambda c: c.notes),
    field("assumptions", listed(TEXT), lambda c: c.assumptions),
)
