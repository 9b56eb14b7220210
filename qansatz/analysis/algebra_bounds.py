"""What the Lie algebra of a circuit bounds: parameters, efficiency, and the variance of its cost."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, isqrt
from typing import TYPE_CHECKING

from qansatz.analysis.quantities import Quantity, declined
from qansatz.analysis.sampled_quantities import uploads_again
from qansatz.model.program import Model

if TYPE_CHECKING:
    from qansatz.analysis.trainability import Variance


def bounds(
    model: Model, dla_dimension: int | None, dla_exact: bool, efficiency: Fraction | None
) -> dict[str, Quantity]:
    """dim 𝔤 and what follows from it and from the efficiency F of the periodic limit (theory 4.6, 6)."""
    labels = {
        "dla_dimension": "dimension of the Lie algebra",
        "overparametrization": "parameters for overparametrization",
        "efficiency": "gradient measurement efficiency",
        "efficiency_bound": "efficiency that the algebra permits",
        "upper_bound": "dimension that the efficiency permits",
    }
    unknown = "the algebra was not computed"
    unscheduled = "the efficiency of the periodic limit was not computed"
    found = {
        name: declined(
            name, label, unscheduled if name in ("efficiency", "upper_bound") else unknown
        )
        for name, label in labels.items()
    }

    def known(
        name: str, value: int | float, certainty: str, explanation: str, *assumptions: str
    ) -> None:
        found[name] = Quantity(
            name=name,
            label=labels[name],
            value=value,
            certainty=certainty,
            explanation=explanation,
            assumptions=assumptions,
        )

    limit = "holds in the limit of deep circuits only (arXiv:2406.18316)"
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
            found[name] = declined(name, labels[name], why)
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
        found["efficiency_bound"] = declined("efficiency_bound", labels["efficiency_bound"], why)
    elif dla_dimension is not None:
        known(
            "efficiency_bound",
            largest_efficiency(dla_dimension, model.n_qubits),
            "bound",
            "the largest F with dim g ≤ 4^n/F − F and F ≤ dim g",
            limit,
        )
    if efficiency is not None:
        known(
            "efficiency",
            float(efficiency),
            "exact",
            "F = rotations per group of simultaneously measurable gradient components",
            "of the periodic limit, for the first observable",
        )
        known(
            "upper_bound",
            int(4**model.n_qubits / efficiency - efficiency),
            "bound",
            "dim g ≤ 4^n/F − F",
            limit,
        )
    return found


def exact_variance(found: Variance | None) -> Quantity:
    """The variance of the cost in deep circuits, where its theorem applies."""
    name, label = "variance", "variance of the cost"
    if found is None:
        return declined(name, label, "there is no observable, or the algebra was not computed")
    from qansatz.analysis.trainability import counted

    label = f"variance of {found.observable}"
    if found.value is None:
        return declined(name, label, f"the theorem does not apply: {found.reason}")
    return Quantity(
        name=name,
        label=label,
        value=float(found.value),
        certainty="exact",
        explanation=f"over the parameters of a deep circuit: {counted(found)}",
        assumptions=found.hypotheses,
    )


def largest_efficiency(dla_dimension: int, n_qubits: int) -> int | float:
    """The largest F with X ≤ 4ⁿ/F − F and F ≤ X, for X = ``dla_dimension`` (arXiv:2406.18316).

    (√(X² + 4ⁿ⁺¹) − X)/2 where that is less than X; rounded up to a multiple of 1/1024,
    and beyond 2⁵³ to an integer.
    """
    scaled = 1024 * dla_dimension
    root = isqrt(scaled**2 + 4 ** (n_qubits + 11))
    root += root * root < scaled**2 + 4 ** (n_qubits + 11)
    found = min(Fraction(root - scaled, 2048), Fraction(dla_dimension))
    return float(found) if found < 1 << 53 else ceil(found)
