"""Expressivity as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qansatz.numbers import decimal, exact_text
from qansatz.pauli.words import word
from qansatz.views.shapes import (
    DECIMAL,
    INTEGER,
    NUMBER,
    TEXT,
    TRUTH,
    Field,
    Shape,
    field,
    listed,
    mapping,
    optional,
    record,
)

if TYPE_CHECKING:
    from qansatz.analysis.expressivity.expressivity import Expressivity
    from qansatz.analysis.expressivity.fisher import Spectrum
    from qansatz.analysis.expressivity.quantities import Quantity

#: The quantities, and which of them are dimensions: decimal strings, since they can exceed 64 bits.
_DIMENSIONS: Final = {
    "kl_haar": False,
    "kl_floor": False,
    "kl_sector": False,
    "kl_sector_floor": False,
    "frame_potential": False,
    "frame_potential_3": False,
    "entangling_capability": False,
    "qfim_rank": False,
    "qfim_rank_max": False,
    "effective_dimension": False,
    "dla_dimension": True,
    "overparametrization": True,
    "efficiency": False,
    "efficiency_bound": False,
    "upper_bound": True,
    "limit_variance": False,
}

_VALUE: Final[Shape[Quantity]] = Shape(
    {"type": ["number", "string", "null"]},
    lambda quantity: (
        decimal(quantity.value)
        if _DIMENSIONS.get(quantity.name) and isinstance(quantity.value, int)
        else quantity.value
    ),
)


def _by_name(name: str) -> Field[Expressivity]:
    def quantity(result: Expressivity) -> Quantity:
        value: Quantity = getattr(result, name)
        return value

    return field(name, _VALUE, quantity)


_QUANTITY: Final[Shape[Quantity]] = record(
    field("label", TEXT, lambda q: q.label),
    field("value", _VALUE, lambda q: q),
    field("certainty", TEXT, lambda q: q.certainty),
    field("interval", optional(listed(NUMBER)), lambda q: q.interval),
    field("standard_error", optional(NUMBER), lambda q: q.standard_error),
    field("explanation", TEXT, lambda q: q.explanation),
    field("assumptions", listed(TEXT), lambda q: q.assumptions),
)

_VARIANCE: Final[Shape[Quantity]] = record(
    field("value", _VALUE, lambda q: q),
    field(
        "fraction",
        optional(TEXT),
        lambda q: None if q.fraction is None else exact_text(q.fraction),
    ),
    field("certainty", TEXT, lambda q: q.certainty),
    field("interval", optional(listed(NUMBER)), lambda q: q.interval),
    field("standard_error", optional(NUMBER), lambda q: q.standard_error),
    field("assumptions", listed(TEXT), lambda q: q.assumptions),
)

_SECTOR: Final[Shape[Expressivity]] = record(
    field("dimension", DECIMAL, lambda e: e.sector.dimension),
    field("exact", TRUTH, lambda e: e.sector.exact),
    field("known", TEXT, lambda e: e.sector.known),
    field("primes", listed(INTEGER), lambda e: e.sector.primes),
    field("evidence", TEXT, lambda e: e.sector.evidence),
    field("symmetries", listed(TEXT), lambda e: [word(p, e.n_qubits) for p in e.sector.symmetries]),
)

_SPECTRUM: Final[Shape[Spectrum]] = record(
    field("eigenvalues", listed(NUMBER), lambda s: s.eigenvalues.tolist()),
    field("rank", INTEGER, lambda s: s.rank),
    field("gap", optional(NUMBER), lambda s: s.gap),
    field("clear", TRUTH, lambda s: s.clear),
)


def _histogram(result: Expressivity) -> list[int] | None:
    counts: list[int] | None = result.counts.tolist() if result.n_pairs else None
    return counts


EXPRESSIVITY: Final[Shape[Expressivity]] = record(
    *(_by_name(name) for name in _DIMENSIONS),
    field(
        "variance",
        optional(_VARIANCE),
        lambda e: None if e.variance.value is None else e.variance,
    ),
    field(
        "reasons",
        mapping(TEXT),
        lambda e: {q.name: q.explanation for q in e.quantities() if q.value is None},
    ),
    field("quantities", mapping(_QUANTITY), lambda e: {q.name: q for q in e.quantities()}),
    field("n_parameters", INTEGER, lambda e: e.n_parameters),
    field("n_pairs", INTEGER, lambda e: e.n_pairs),
    field("n_bins", INTEGER, lambda e: e.n_bins),
    field("seed", INTEGER, lambda e: e.seed),
    field("engine", optional(TEXT), lambda e: e.engine),
    field("sector", _SECTOR, lambda e: e),
    field("histogram", optional(listed(INTEGER)), _histogram),
    field("qfim_spectra", listed(_SPECTRUM), lambda e: e.spectra),
    field("limit_reached", TRUTH, lambda e: e.limit_reached),
    field("notes", listed(TEXT), lambda e: e.notes),
)
