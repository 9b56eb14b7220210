"""What the Lie algebra of a circuit bounds: parameters, efficiency, and the variance of its cost."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, isqrt
from typing import TYPE_CHECKING, Final

from qansatz.analysis.expressivity.quantities import Knowledge, Quantity, declined
from qansatz.analysis.expressivity.sampled_quantities import uploads_again
from qansatz.analysis.trainability.counts import as_float
from qansatz.analysis.trainability.variance import counted
from qansatz.model.program import Model
from qansatz.numbers import digits, fraction_text

if TYPE_CHECKING:
    from qansatz.analysis.limit.efficiency import LimitEfficiency
    from qansatz.analysis.trainability.this_circuit import CircuitVariance
    from qansatz.analysis.trainability.variance import Variance

_LIMIT: Final = "holds in the limit of many layers only (arXiv:2406.18316)"


def bounds(
    model: Model, dla_dimension: int | None, dla_exact: bool, limit: LimitEfficiency | None
) -> dict[str, Quantity]:
    """dim 𝔤 and what follows from it and from F of the limit of many layers: docs/mathematics/efficiency.md (8.12)."""
    labels = {
        "dla_dimension": "dimension of the Lie algebra",
        "overparametrization": "parameters for overparametrization",
        "efficiency_bound": "efficiency that the algebra permits",
    }
    unknown = "the algebra was not computed"
    quantities = {name: declined(name, label, unknown) for name, label in labels.items()}

    def known(
        name: str, value: int | float, certainty: Knowledge, explanation: str, *assumptions: str
    ) -> None:
        quantities[name] = Quantity(
            name=name,
            label=labels[name],
            value=value,
            certainty=certainty,
            explanation=explanation,
            assumptions=assumptions,
        )

    if dla_dimension is not None:
        known(
            "dla_dimension",
            dla_dimension,
            "exact" if dla_exact else "bound",
            "the number of directions in which the unitary can move at any depth",
            *(["rotations inside `encode` are left out"] if model.rotations.encoding.any() else []),
        )
        if uploads_again(model):
            why = "data between trainable rotations leave the group of the algebra"
            name = "overparametrization"
            quantities[name] = declined(name, labels[name], why)
        else:
            known(
                "overparametrization",
                dla_dimension,
                "bound",
                "no more parameters than dim g are needed to reach the largest rank (arXiv:2109.11676)",
                f"this circuit has {model.slots.n_parameters}",
            )
    if dla_dimension is not None and not dla_exact:
        why = "only an upper bound of the algebra's dimension is known"
        quantities["efficiency_bound"] = declined(
            "efficiency_bound", labels["efficiency_bound"], why
        )
    elif dla_dimension is not None:
        known(
            "efficiency_bound",
            largest_efficiency(dla_dimension, model.n_qubits),
            "bound",
            "the largest F with dim g ≤ 4^n/F − F and F ≤ dim g",
            _LIMIT,
        )
    quantities |= _of_the_limit(limit)
    return quantities


def _of_the_limit(limit: LimitEfficiency | None) -> dict[str, Quantity]:
    """F of the limit of many layers, and the dimension that it permits there."""
    name, label = "efficiency", "gradient measurement efficiency"
    bound_name, bound_label = "upper_bound", "dimension that the efficiency permits"
    reason = "F of the limit of many layers was not computed" if limit is None else limit.reason
    if limit is None or reason is not None:
        why = reason or ""
        return {
            name: declined(name, label, why),
            bound_name: declined(bound_name, bound_label, why),
        }
    low = Fraction(limit.n_rotations, limit.at_most)
    high = Fraction(limit.n_rotations, limit.at_least)
    remark = "" if limit.exact else f"; at least this and at most {_whole_or_float(high)}"
    return {
        name: Quantity(
            name=name,
            label=label,
            value=_whole_or_float(low),
            certainty="exact" if limit.exact else "bound",
            explanation=f"F = rotations per group of simultaneously measurable gradient components{remark}",
            assumptions=(
                f"of the limit of many layers, for {limit.observable}",
                *limit.hypotheses,
            ),
        ),
        bound_name: Quantity(
            name=bound_name,
            label=bound_label,
            value=limit.bound,
            certainty="bound",
            explanation=f"dim g ≤ 4^n/F − F, where dim g without its centre is {digits(limit.dimension)}",
            assumptions=(_LIMIT, *limit.hypotheses),
        ),
    }


def _whole_or_float(value: Fraction) -> int | float:
    """A fraction as an integer where it is one, or where it is beyond 2⁵³."""
    if value.denominator == 1 or value >= 1 << 53:
        return ceil(value)
    return float(value)


def circuit_variance(variance: CircuitVariance | None) -> Quantity:
    """The variance of the cost of this circuit, at its own depth."""
    name, label = "variance", "variance of the cost, this circuit"
    if variance is None:
        return declined(name, label, "there is no observable")
    label = f"variance of {variance.observable}, this circuit"
    if variance.value is None:
        return declined(name, label, variance.reason or "")
    return Quantity(
        name=name,
        label=label,
        value=variance.value,
        certainty=variance.certainty,
        explanation=f"at its own depth: {variance.described}",
        assumptions=variance.hypotheses,
        interval=variance.interval if variance.certainty == "sampled" else None,
        fraction=variance.fraction,
    )


def limit_variance(variance: Variance | None) -> Quantity:
    """The variance of the cost in deep circuits, where its theorem applies."""
    name, label = "limit_variance", "variance of the cost, in the limit of many layers"
    if variance is None:
        return declined(name, label, "there is no observable, or the algebra was not computed")
    label = f"variance of {variance.observable}, in the limit of many layers"
    if variance.value is None:
        return declined(name, label, f"no exact value for deep circuits: {variance.reason}")
    return Quantity(
        name=name,
        label=label,
        value=as_float(variance.value),
        certainty="exact",
        explanation=f"{fraction_text(variance.value)} over the parameters of a deep circuit: {counted(variance)}",
        assumptions=variance.hypotheses,
        fraction=variance.value,
    )


def largest_efficiency(dla_dimension: int, n_qubits: int) -> int | float:
    """The largest F with X ≤ 4ⁿ/F − F and F ≤ X, for X = ``dla_dimension`` (arXiv:2406.18316).

    (√(X² + 4ⁿ⁺¹) − X)/2 where that is less than X; rounded up to a multiple of 1/1024,
    and beyond 2⁵³ to an integer.
    """
    scaled = 1024 * dla_dimension
    root = isqrt(scaled**2 + 4 ** (n_qubits + 11))
    root += root * root < scaled**2 + 4 ** (n_qubits + 11)
    efficiency = min(Fraction(root - scaled, 2048), Fraction(dla_dimension))
    return float(efficiency) if efficiency < 1 << 53 else ceil(efficiency)
