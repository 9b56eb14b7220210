"""Variances of this circuit and in the limit of many layers, side by side, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from qansatz.analysis.trainability.this_circuit import CircuitVariance, DerivativeVariances
    from qansatz.analysis.trainability.variance import Variance

#: Of one observable: of this circuit, and in the limit.
Both: TypeAlias = "tuple[CircuitVariance, Variance]"

_HEAD: Final = ("variance of", "this circuit", "95 %", "in the limit of many layers")


def as_object(both: Both) -> dict[str, Any]:
    """Both variances of one observable for JSON."""
    from qansatz.numbers import exact_text

    circuit, limit = both
    return {
        "observable": circuit.observable,
        "circuit": {
            "value": circuit.value,
            "fraction": None if circuit.fraction is None else exact_text(circuit.fraction),
            "interval": None if circuit.interval is None else list(circuit.interval),
            "method": circuit.described,
            "certainty": circuit.certainty,
            "n_samples": circuit.n_samples,
            "seed": circuit.seed,
            "mean": None if circuit.mean is None else float(circuit.mean),
            "assumptions": list(circuit.hypotheses),
            "reason": circuit.reason,
        },
        "limit": {
            "value": None if limit.value is None else float(limit.value),
            "fraction": None if limit.value is None else exact_text(limit.value),
            "certainty": "declined" if limit.value is None else "exact",
            "assumptions": list(limit.hypotheses),
            "reason": limit.reason,
        },
    }


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


def derivatives_object(found: DerivativeVariances | str, labels: Sequence[str]) -> dict[str, Any]:
    """The variances of derivatives of this circuit for JSON; ``labels`` are those of the slots."""
    if isinstance(found, str):
        return {"reason": found, "variances": None}
    ends = zip(found.values.tolist(), found.low.tolist(), found.high.tolist(), strict=True)
    return {
        "reason": None,
        "n_samples": found.n_samples,
        "seed": found.seed,
        "variances": [
            {"parameter": labels[slot], "value": value, "interval": [low, high]}
            for slot, (value, low, high) in zip(found.slots.tolist(), ends, strict=True)
        ],
    }


def derivatives_text(
    observable: str, found: DerivativeVariances | str, labels: Sequence[str]
) -> str:
    """A line about the largest variance of a derivative."""
    if isinstance(found, str):
        return f"  {observable}, derivatives: not known: {found}\n"
    if not len(found.values):
        return f"  {observable}, derivatives: no parameter turns the circuit\n"
    at = int(found.values.argmax())
    within = f"{found.low[at]:.3g} to {found.high[at]:.3g}"
    return (
        f"  {observable}, derivatives: the largest variance is {found.values[at]:.4g} ({within}), by "
        f"{labels[int(found.slots[at])]}; {found.n_samples} Clifford points, seed {found.seed}\n"
    )
