"""A Lie algebra as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qansatz.pauli.words import word
from qansatz.views.shapes import (
    COUNT,
    DECIMAL,
    INTEGER,
    TEXT,
    TRUTH,
    Shape,
    field,
    listed,
    optional,
    record,
)

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport, Summand

_COMPONENT: Final[Shape[Summand]] = record(
    field("family", TEXT, lambda c: c.family),
    field("parameter", COUNT, lambda c: c.parameter),
    field("copies", COUNT, lambda c: c.copies),
    field("dimension", DECIMAL, lambda c: c.dimension),
    field("n_generators", optional(INTEGER), lambda c: c.n_generators),
    field("kind", TEXT, lambda c: c.kind),
)

_SECTORS: Final[Shape[AlgebraReport]] = record(
    field(
        "symmetries", listed(TEXT), lambda a: [word(p, a.n_qubits) for p in a.sectors.symmetries]
    ),
    field("n_central", INTEGER, lambda a: a.sectors.n_central),
    field("log2_count", INTEGER, lambda a: a.sectors.log2_count),
    field("log2_dimension", INTEGER, lambda a: a.sectors.log2_dimension),
    field("log2_multiplicity", INTEGER, lambda a: a.sectors.log2_multiplicity),
)

ALGEBRA: Final[Shape[AlgebraReport]] = record(
    field("dimension", DECIMAL, lambda a: a.dimension),
    field("name", optional(TEXT), lambda a: a.name),
    field("exact", TRUTH, lambda a: a.exact),
    field("known", TEXT, lambda a: a.known),
    field("evidence", TEXT, lambda a: a.evidence),
    field("at_least", DECIMAL, lambda a: a.at_least),
    field("centre", optional(DECIMAL), lambda a: a.centre),
    field("method", TEXT, lambda a: a.method),
    field("reason", optional(TEXT), lambda a: a.reason),
    field("hypotheses", listed(TEXT), lambda a: a.hypotheses),
    field("n_generators", INTEGER, lambda a: a.n_generators),
    field("components", listed(_COMPONENT), lambda a: a.components),
    field("sectors", _SECTORS, lambda a: a),
)
