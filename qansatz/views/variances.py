"""Variances of this circuit and in the limit of many layers, side by side, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from qansatz.analysis.trainability.counts import as_float
from qansatz.numbers import exact_text
from qansatz.views.shapes import INTEGER, NUMBER, TEXT, Shape, field, listed, optional, record

if TYPE_CHECKING:
    from qansatz.analysis.trainability.this_circuit import CircuitVariance, DerivativeVariances
    from qansatz.analysis.trainability.variance import Variance

#: Of one observable: of this circuit, and in the limit.
Both: TypeAlias = "tuple[CircuitVariance, Variance]"

_HEAD: Final = ("variance of", "this circuit", "95 %", "in the limit of many layers")


_CIRCUIT: Final[Shape[CircuitVariance]] = record(
    field("value", optional(NUMBER), lambda v: v.value),
    field(
        "fraction", optional(TEXT), lambda v: None if v.fraction is None else exact_text(v.fraction)
    ),
    field("interval", optional(listed(NUMBER)), lambda v: v.interval),
    field("method", TEXT, lambda v: v.described),
    field("certainty", TEXT, lambda v: v.certainty),
    field("n_samples", INTEGER, lambda v: v.n_samples),
    field("seed", INTEGER, lambda v: v.seed),
    field("mean", optional(NUMBER), lambda v: None if v.mean is None else as_float(v.mean)),
    field("assumptions", listed(TEXT), lambda v: v.hypotheses),
    field("reason", optional(TEXT), lambda v: v.reason),
)

_LIMIT: Final[Shape[Variance]] = record(
    field("value", optional(NUMBER), lambda v: None if v.value is None else as_float(v.value)),
    field("fraction", optional(TEXT), lambda v: None if v.value is None else exact_text(v.value)),
    field("certainty", TEXT, lambda v: "declined" if v.value is None else "exact"),
    field("assumptions", listed(TEXT), lambda v: v.hypotheses),
    field("reason", optional(TEXT), lambda v: v.reason),
)

_DERIVATIVE: Final[Shape[tuple[str, float, float, float]]] = record(
    field("parameter", TEXT, lambda row: row[0]),
    field("value", NUMBER, lambda row: row[1]),
    field("interval", listed(NUMBER), lambda row: row[2:]),
)

#: Both variances of one observable.
BOTH: Final[Shape[Both]] = record(
    field("observable", TEXT, lambda both: both[0].observable),
    field("circuit", _CIRCUIT, lambda both: both[0]),
    field("limit", _LIMIT, lambda both: both[1]),
)

#: The variances of the derivatives of an observable of this circuit, with the labels of the slots; or a reason.
DERIVATIVES: Final[Shape[tuple[DerivativeVariances | str, Sequence[str]]]] = record(
    field("reason", optional(TEXT), lambda d: d[0] if isinstance(d[0], str) else None),
    field("n_samples", INTEGER, lambda d: 0 if isinstance(d[0], str) else d[0].n_samples),
    field("seed", INTEGER, lambda d: 0 if isinstance(d[0], str) else d[0].seed),
    field("variances", listed(_DERIVATIVE), lambda d: _rows(*d)),
)


def _rows(
    variances: DerivativeVariances | str, labels: Sequence[str]
) -> list[tuple[str, float, float, float]]:
    if isinstance(variances, str):
        return []
    columns = (variances.values.tolist(), variances.low.tolist(), variances.high.tolist())
    names = [labels[slot] for slot in variances.slots.tolist()]
    return list(zip(names, *columns, strict=True))


def cells(both: Both) -> tuple[str, str, str]:
    """The value of this circuit, its interval, and the value of the limit, for people; ``-`` where not known."""
    from qansatz.numbers import fraction_text, rounded

    circuit, limit = both
    interval = ""
    if circuit.certainty == "sampled" and circuit.interval is not None:
        interval = " to ".join(f"{end:.3g}" for end in circuit.interval)
    at_limit = "-"
    if limit.value is not None:
        text = fraction_text(limit.value)
        at_limit = text if len(text) <= 20 else rounded(limit.value)
    if circuit.value is None:
        return "-", "", at_limit
    if not circuit.value and circuit.certainty == "sampled" and circuit.interval is not None:
        return f"at most {circuit.interval[1]:.2g}", interval, at_limit
    return f"{circuit.value:.4g}", interval, at_limit


def as_text(variances: Iterable[Both]) -> str:
    """A table, and how each number is known."""
    from qansatz.views.tables import table

    pairs = list(variances)
    rows = [(both[0].observable, *cells(both)) for both in pairs]
    lines = []
    for circuit, limit in pairs:
        lines.append(f"  {circuit.observable}, this circuit: {circuit.described}\n")
        lines += [f"      {text}\n" for text in circuit.hypotheses]
        if limit.value is None:
            lines.append(f"  {circuit.observable}, limit: not known: {limit.reason}\n")
    assumed = dict.fromkeys(text for _, limit in pairs for text in limit.hypotheses)
    lines.append("  the limit assumes:\n" if assumed else "")
    lines += [f"      {text}\n" for text in assumed]
    return f"{table(_HEAD, rows)}\n{''.join(lines)}"


def derivatives_text(
    observable: str, variances: DerivativeVariances | str, labels: Sequence[str]
) -> str:
    """A line about the largest variance of a derivative."""
    if isinstance(variances, str):
        return f"  {observable}, derivatives: not known: {variances}\n"
    if not len(variances.values):
        return f"  {observable}, derivatives: no parameter turns the circuit\n"
    at = int(variances.values.argmax())
    within = f"{variances.low[at]:.3g} to {variances.high[at]:.3g}"
    return (
        f"  {observable}, derivatives: the largest variance is {variances.values[at]:.4g} ({within}), by "
        f"{labels[int(variances.slots[at])]}; {variances.n_samples} Clifford points, seed {variances.seed}\n"
    )
